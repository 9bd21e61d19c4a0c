package syntax

import (
	"strings"

	"hoist.example/hoist/internal/textedit"
)

// room is what may stand where a block node is expected.
type room struct {
	// compact: a block collection may start on the indicator's own line, as
	// behind "- " and "? ".
	compact bool
	// level: a sequence may stand at the parent's own column, as under "key:".
	level bool
}

// blockNode reads the node behind an indicator, whose block collection stands
// at column n (-1: the document's root).
func (p *parser) blockNode(n int, r room) ID {
	at := p.pos
	open := r.compact // may a block collection start here?
	var outer props   // properties that stand on lines before the node
	for {
		more := p.skip()
		open = open || more && p.isFresh()
		if !more || p.isFresh() && p.column() <= n {
			if !more || p.column() < n {
				return p.empty(at, outer)
			}
			switch c := p.src[p.pos]; {
			case r.level && p.indicator('-'):
				return p.sequence(n, outer, true)
			case c == '|' || c == '>':
				// Against the specification, but go-yaml reads it: a block scalar's
				// header at its parent's own column.
				return p.content(n, outer)
			}
			return p.empty(at, outer)
		}
		if p.isFresh() && p.isTabbed() && p.tab-p.line <= n {
			p.fail(TabIndent, p.tab)
		}
		if c := p.src[p.pos]; (c == '-' || c == '?' || c == ':') && p.spaceAt(p.pos+1) {
			return p.collection(c, open, outer)
		}
		line, column, tabbed := p.line, p.column(), p.isTabbed()
		inner := p.properties(false)
		if inner.any() && p.atLineEnd() {
			outer = p.join(outer, inner)
			open = false
			continue
		}
		id := p.content(n, inner)
		if p.colon(id) {
			p.checkKey(id, open, line, tabbed)
			return p.mapping(column, id, outer)
		}
		if outer.any() {
			pr := p.join(outer, inner)
			if inner.any() {
				p.props[p.nodes[id].props-1] = pr
			} else {
				p.adorn(id, pr)
			}
		}
		return id
	}
}

// collection reads the block collection that starts with the indicator c.
func (p *parser) collection(c byte, open bool, outer props) ID {
	if !open {
		switch c {
		case '-':
			p.fail(UnexpectedDash, p.pos)
		case '?':
			p.fail(UnexpectedQuestion, p.pos)
		}
		p.fail(MappingValue, p.pos)
	}
	if p.isTabbed() {
		p.fail(TabIndent, p.tab)
	}
	if c == '-' {
		return p.sequence(p.column(), outer, false)
	}
	return p.mapping(p.column(), None, outer)
}

// content reads a scalar, an alias or a flow collection with its properties pr;
// with them it may be empty where a colon follows.
func (p *parser) content(n int, pr props) ID {
	if pr.any() {
		switch {
		case p.indicator(':'):
			return p.empty(p.pos, pr)
		case p.indicator('-'):
			p.fail(UnexpectedDash, p.pos)
		case p.indicator('?'):
			p.fail(UnexpectedQuestion, p.pos)
		}
	}
	var id ID
	switch p.at(p.pos) {
	case '|', '>':
		id = p.blockScalar(n)
	default:
		id = p.inline(n, false)
	}
	p.adorn(id, pr)
	return id
}

// colon reports whether the node that was just read is a key: a colon and space
// follow on its last line. The next byte is then that colon.
func (p *parser) colon(id ID) bool {
	if s := p.nodes[id].style; s == Literal || s == Folded {
		return false
	}
	i := p.pos
	for i < len(p.src) && isBlank(p.src[i]) {
		i++
	}
	if i < len(p.src) && p.src[i] == ':' && p.spaceAt(i+1) {
		p.pos = i
		return true
	}
	return false
}

// checkKey refuses a key, just read from line on, that may not open a mapping.
func (p *parser) checkKey(key ID, open bool, line int, tabbed bool) {
	start := p.whole(key)
	switch {
	case p.line != line && p.nodes[key].style == Plain:
		p.continued(key, start == line+p.depthOf(line))
	case !open:
		p.fail(MappingValue, p.pos)
	case p.line != line:
		p.fail(MultilineKey, start)
	case tabbed:
		p.fail(TabIndent, p.tab)
	}
}

// continued refuses a plain scalar of several lines with a colon behind it.
// Where its last line stands below its first one, that is no key but should be.
func (p *parser) continued(id ID, fresh bool) {
	start, at := int(p.nodes[id].start), p.line+p.depthOf(p.line)
	if fresh && p.columnOf(start) == at-p.line {
		p.noKey(id)
	}
	p.fail(ContinuedKey, at, "line", itoa(textedit.Index(p.src).Line(start)))
}

// noKey refuses a node where a key should stand.
func (p *parser) noKey(id ID) {
	start := int(p.nodes[id].start)
	if p.nodes[id].style == Plain {
		text := p.src[start:lineEnd(p.src, start)]
		if i := strings.IndexByte(text, ':'); i >= 0 && !strings.HasPrefix(text[i:], "://") {
			p.fail(ColonSpace, start+i)
		}
	}
	p.fail(MissingColon, p.whole(id))
}

// depthOf is the number of blanks at the start of the line at i.
func (p *parser) depthOf(i int) int {
	n := 0
	for i+n < len(p.src) && isBlank(p.src[i+n]) {
		n++
	}
	return n
}

// sequence reads the items at column n, the first of which comes next. level:
// they stand at the column of the mapping around them, whose keys may follow.
func (p *parser) sequence(n int, pr props, level bool) ID {
	p.enter()
	id := p.add(Sequence, Block, p.pos, p.pos+1)
	p.adorn(id, pr)
	last := None
	for {
		dash := p.pos
		p.pos++
		item := p.blockNode(n, room{compact: true})
		p.nodes[item].mark = int32(dash)
		last = p.link(id, last, item)
		if !p.another(n) {
			break
		}
		if !p.indicator('-') {
			if !level {
				p.fail(MissingDash, p.pos)
			}
			break
		}
	}
	p.leave()
	return id
}

// another moves to the next entry of the collection at column n and reports
// whether there is one: false where the collection has ended.
func (p *parser) another(n int) bool {
	if !p.skip() {
		return false
	}
	if !p.isFresh() {
		p.trailing()
	}
	column := p.column()
	if column < n {
		return false
	}
	if p.isTabbed() {
		p.fail(TabIndent, p.tab)
	}
	if column > n {
		p.fail(BadIndent, p.pos, "column", itoa(n+1))
	}
	return true
}

// trailing refuses what stands behind a complete value on its line.
func (p *parser) trailing() {
	switch c := p.src[p.pos]; {
	case p.quote.End > 0 && strings.TrimLeft(p.src[p.quote.End:p.pos], " \t") == "":
		// A quote that ends on a later line, in the midst of other text, is most
		// often the next one's.
		p.fail(UnclosedQuote, p.quote.Start, "quote", p.src[p.quote.Start:p.quote.Start+1])
	case c == ']' || c == '}':
		p.fail(WrongBracket, p.pos, "bracket", string(c))
	case c == ':' && p.spaceAt(p.pos+1):
		p.fail(MappingValue, p.pos)
	case c == '-' && p.spaceAt(p.pos+1):
		p.fail(UnexpectedDash, p.pos)
	}
	p.fail(TrailingContent, p.pos)
}

// mapping reads the entries at column n. key is the first key where it has been
// read (the next byte is then its colon), or None where ? or : comes next.
func (p *parser) mapping(n int, key ID, pr props) ID {
	p.enter()
	start := p.pos
	if key != None {
		start = p.whole(key)
	}
	id := p.add(Mapping, Block, start, start)
	p.adorn(id, pr)
	last := None
	for {
		var value ID
		if key == None && p.src[p.pos] == '?' {
			key, value = p.explicit(n)
		} else {
			simple := key != None
			if !simple {
				key = p.empty(p.pos, props{})
			}
			value = p.value(n, !simple)
		}
		last = p.link(id, p.link(id, last, key), value)
		if !p.another(n) {
			break
		}
		key = p.key(n)
	}
	p.leave()
	return id
}

// value reads the value behind the colon that comes next.
func (p *parser) value(n int, compact bool) ID {
	colon := p.pos
	p.pos++
	id := p.blockNode(n, room{compact: compact, level: true})
	p.nodes[id].mark = int32(colon)
	return id
}

// explicit reads "? key" and its ": value", where it has one.
func (p *parser) explicit(n int) (key, value ID) {
	mark := p.pos
	p.pos++
	key = p.blockNode(n, room{compact: true, level: true})
	p.nodes[key].mark = int32(mark)
	if p.another(n) && p.indicator(':') {
		return key, p.value(n, true)
	}
	return key, p.empty(int(p.nodes[key].end), props{})
}

// key reads a further key of the mapping at column n up to its colon; None where
// ? or : comes next.
func (p *parser) key(n int) ID {
	switch {
	case p.indicator('?') || p.indicator(':'):
		return None
	case p.indicator('-'):
		p.fail(UnexpectedDash, p.pos)
	}
	start, line := p.pos, p.line
	pr := p.properties(false)
	if pr.any() && p.atLineEnd() {
		p.fail(MissingColon, start)
	}
	id := p.content(n, pr)
	if !p.colon(id) {
		p.noKey(id)
	}
	p.checkKey(id, true, line, false)
	return id
}
