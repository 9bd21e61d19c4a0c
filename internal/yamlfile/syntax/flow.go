package syntax

import "hoist.example/hoist/internal/problem"

// flowEdge remembers, for one line, where the characters end that stand no
// deeper than the block collection around a flow collection.
type flowEdge struct{ line, n, pos int }

// flow reads the flow collection whose bracket comes next, inside the block
// collection at column n.
func (p *parser) flow(n int) ID {
	p.enter()
	open := p.pos
	kind, close := Sequence, byte(']')
	if p.src[open] == '{' {
		kind, close = Mapping, '}'
	}
	id := p.add(kind, Flow, open, open+1)
	last := None
	p.pos++
	for {
		p.flowSkip(open)
		if p.src[p.pos] == close {
			break
		}
		last = p.element(n, open, id, last)
		p.flowSkip(open)
		c := p.src[p.pos]
		if c == close {
			break
		}
		if c != ',' {
			p.between(n, open)
		}
		p.pos++
	}
	p.pos++
	p.nodes[id].end = int32(p.pos)
	p.leave()
	return id
}

// flowSkip moves to the next content inside the collection opened at open.
func (p *parser) flowSkip(open int) {
	if !p.skip() {
		p.fail(UnclosedFlow, open, "bracket", p.src[open:open+1])
	}
}

// between refuses what stands where a comma or the closing bracket should, in
// the collection opened at open.
func (p *parser) between(n, open int) {
	c, last := p.src[p.pos], p.nodes[len(p.nodes)-1]
	switch {
	case c == ']' || c == '}':
		p.fail(WrongBracket, p.pos, "bracket", string(c), "expected", string(closing(p.src[open])))
	case c == ':' && last.style == Plain && last.coded && int(last.end) > p.line:
		// The text runs on from the line before, for want of a comma.
		p.failFlow(MissingComma, p.line+p.depthOf(p.line), n, open)
	case c == ':':
		p.failFlow(MappingValue, p.pos, n, open)
	}
	p.failFlow(MissingComma, p.pos, n, open)
}

// failFlow refuses something inside the collection opened at open. Where its line
// stands no deeper than the block collection around, that goes on there, and what
// is missing is the closing bracket.
func (p *parser) failFlow(code problem.Code, at, n, open int, kv ...string) {
	if p.line > open && p.depthOf(p.line) <= n {
		p.fail(UnclosedFlow, open, "bracket", p.src[open:open+1])
	}
	p.fail(code, at, kv...)
}

// element reads an item of a flow sequence, or a key and value of a flow
// mapping, as the next child or children of parent, and gives the last of them.
func (p *parser) element(n, open int, parent, last ID) ID {
	start, line := p.pos, p.line
	mark := -1
	if p.indicator('?') {
		mark = p.pos
		p.pos++
		p.flowSkip(open)
	}
	var key ID
	empty := false // is the key nothing at all?
	switch c := p.src[p.pos]; {
	case p.valueColon(), mark >= 0 && (c == ',' || c == ']' || c == '}'):
		empty = true
		at := p.pos
		if mark >= 0 {
			at = mark + 1
		}
		key = p.empty(at, props{})
	default:
		key = p.flowNode(n, open)
	}
	p.nodes[key].mark = int32(mark)
	p.flowSkip(open)
	colon := p.src[p.pos] == ':'
	if p.nodes[parent].kind == Mapping {
		return p.pair(n, open, parent, last, key, colon)
	}
	if !colon && mark < 0 {
		return p.link(parent, last, key)
	}
	if mark < 0 && !empty && p.line != line {
		p.failFlow(MultilineKey, start, n, open)
	}
	if mark < 0 {
		start = p.whole(key)
	}
	single := p.add(Mapping, Flow, start, start)
	p.pair(n, open, single, None, key, colon)
	return p.link(parent, last, single)
}

// pair makes key a child of parent, and its value, which it reads where a colon
// comes next.
func (p *parser) pair(n, open int, parent, last, key ID, colon bool) ID {
	last = p.link(parent, last, key)
	if !colon {
		return p.link(parent, last, p.empty(int(p.nodes[key].end), props{}))
	}
	mark := p.pos
	if p.beforeEdge(n) {
		p.failFlow(BadIndent, mark, n, open, "column", itoa(n+2))
	}
	p.pos++
	p.flowSkip(open)
	var value ID
	if c := p.src[p.pos]; c == ',' || c == ']' || c == '}' {
		value = p.empty(mark+1, props{})
	} else {
		value = p.flowNode(n, open)
	}
	p.nodes[value].mark = int32(mark)
	return p.link(parent, last, value)
}

// valueColon reports whether the : of an empty key comes next, and no plain
// scalar that starts with a colon.
func (p *parser) valueColon() bool {
	return p.at(p.pos) == ':' && (p.spaceAt(p.pos+1) || isFlow(p.src[p.pos+1]))
}

// beforeEdge reports whether the next byte stands no deeper than column n, in
// characters. go-yaml wants the colons of flow mappings deeper than the block
// collection around them, and nothing else.
func (p *parser) beforeEdge(n int) bool {
	if n < 0 {
		return false
	}
	if e := &p.edge; e.line != p.line || e.n != n {
		e.line, e.n, e.pos = p.line, n, p.line
		for i := 0; i <= n && e.pos < len(p.src) && !isBreak(p.src[e.pos]); i++ {
			for e.pos++; e.pos < len(p.src) && p.src[e.pos]&0xc0 == 0x80; e.pos++ {
			}
		}
	}
	return p.pos < p.edge.pos
}

// flowNode reads a node inside a flow collection.
func (p *parser) flowNode(n, open int) ID {
	var pr props
	for p.src[p.pos] == '&' || p.src[p.pos] == '!' {
		pr = p.join(pr, p.properties(true))
		p.flowSkip(open)
	}
	c := p.src[p.pos]
	if pr.any() && (c == ',' || c == ']' || c == '}' || c == ':') {
		return p.empty(p.pos, pr)
	}
	switch {
	case c == ',':
		p.fail(EmptyElement, p.pos)
	case c == ']' || c == '}':
		p.fail(WrongBracket, p.pos, "bracket", string(c), "expected", string(closing(p.src[open])))
	case c == ':' && p.valueColon():
		p.fail(MappingValue, p.pos)
	case c == '-' && (p.spaceAt(p.pos+1) || isFlow(p.src[p.pos+1])), c == '|', c == '>':
		p.fail(BlockInFlow, p.pos)
	case p.indicator('?'):
		p.fail(UnexpectedQuestion, p.pos)
	}
	id := p.inline(n, true)
	p.adorn(id, pr)
	return id
}

func closing(open byte) byte {
	if open == '{' {
		return '}'
	}
	return ']'
}
