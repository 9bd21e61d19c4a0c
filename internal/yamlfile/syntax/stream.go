package syntax

import "hoist.example/hoist/internal/textedit"

const byteOrderMark = "\ufeff"

// stream reads all documents (YAML 1.2.2, 9).
func (p *parser) stream() {
	if len(p.src) >= 3 && p.src[:3] == byteOrderMark {
		p.pos, p.line = 3, 3
	}
	body := p.pos // where a document without --- would start
	bare := true  // may one start here?
	for {
		more := p.skip()
		switch {
		case p.pos >= len(p.src):
			p.endBody(len(p.src))
			return
		case !more && p.src[p.pos] == '.':
			p.documentEnd(!bare)
			body, bare = p.pos, true
		case !more:
			p.endBody(p.pos)
			p.document(Document{Start: p.pos})
			bare = false
		case p.src[p.pos] == '%' && p.pos == p.line && bare:
			p.endBody(p.pos)
			p.document(p.directives())
			bare = false
		case !bare:
			p.leftover()
		default:
			p.endBody(body)
			p.document(Document{Start: -1, Body: textedit.Span{Start: body}})
			bare = false
		}
	}
}

// endBody ends the last document before offset end.
func (p *parser) endBody(end int) {
	if k := len(p.docs) - 1; k >= 0 {
		p.docs[k].Body.End = end
	}
}

// document reads a document, whose --- comes next where it has one.
func (p *parser) document(d Document) {
	d.Root, d.End = None, -1
	p.handles = d.handles
	if d.Start >= 0 {
		p.pos += len("---")
		d.Body.Start = p.pos
	}
	if p.skip() {
		d.Root = p.blockNode(-1, room{})
	}
	p.docs = append(p.docs, d)
}

// leftover refuses what follows a complete document.
func (p *parser) leftover() {
	root := p.docs[len(p.docs)-1].Root
	switch {
	case !p.isFresh():
		p.trailing()
	case p.src[p.pos] == '%' && p.pos == p.line:
		p.fail(DirectivePlace, p.pos)
	case p.src[p.pos] == ']' || p.src[p.pos] == '}':
		p.fail(WrongBracket, p.pos, "bracket", string(p.src[p.pos]))
	case root != None && p.nodes[root].style == Block:
		p.fail(BadIndent, p.pos, "column", itoa(p.columnOf(int(p.nodes[root].start))+1))
	}
	p.fail(TrailingContent, p.pos)
}

// columnOf is the column, from 0, of an offset with only ASCII before it.
func (p *parser) columnOf(at int) int {
	line := at
	for line > 0 && !isBreak(p.src[line-1]) && p.src[line-1] < 0x80 {
		line--
	}
	return at - line
}

// documentEnd reads "..." and its line. open: it ends a document.
func (p *parser) documentEnd(open bool) {
	if open {
		p.docs[len(p.docs)-1].End = p.pos
	}
	p.pos += len("...")
	p.blanks()
	if !p.atLineEnd() {
		p.fail(TrailingContent, p.pos)
	}
	p.pos = p.lineEnd(p.pos)
	if p.pos < len(p.src) {
		p.pos = p.breakEnd(p.pos)
		p.line = p.pos
	}
}

// directives reads the directives of a document up to its --- (6.8).
func (p *parser) directives() Document {
	var d Document
	version := false
	for {
		start := p.pos
		p.pos++
		for !p.spaceAt(p.pos) {
			p.pos++
		}
		name := p.src[start+1 : p.pos]
		if name == "" {
			p.fail(BadDirective, start)
		}
		p.blanks()
		switch name {
		case "YAML":
			if version {
				p.fail(BadDirective, start)
			}
			version = true
			p.version(start)
		case "TAG":
			handle, prefix := p.tagDirective(start)
			if _, ok := d.handles[handle]; ok {
				p.fail(BadDirective, start)
			}
			if d.handles == nil {
				d.handles = handles{}
			}
			d.handles[handle] = prefix
		default:
			p.pos, _ = p.plainLine(p.pos, false)
			for p.at(p.pos) == ':' { // no key, although it looks like one
				p.pos, _ = p.plainLine(p.pos+1, false)
			}
		}
		d.Directives = append(d.Directives, textedit.Span{Start: start, End: p.pos})
		p.blanks()
		if !p.atLineEnd() {
			p.fail(BadDirective, start)
		}
		if more := p.skip(); !more && p.at(p.pos) == '-' {
			d.Start = p.pos
			return d
		} else if !more || p.src[p.pos] != '%' || p.pos != p.line {
			p.fail(DirectivePlace, start)
		}
	}
}

// word moves over letters, digits, - and _.
func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.src) && isWordByte(p.src[p.pos]) {
		p.pos++
	}
	return p.src[start:p.pos]
}

// version reads 1.2 or another version that is read as 1.2.
func (p *parser) version(directive int) {
	start := p.pos
	major := p.number(directive)
	if p.at(p.pos) != '.' {
		p.fail(BadDirective, directive)
	}
	p.pos++
	p.number(directive)
	if major != 1 {
		p.fail(Version, start)
	}
}

// number reads a number; more than it can hold is 1000.
func (p *parser) number(directive int) (n int) {
	start := p.pos
	for c := p.at(p.pos); c >= '0' && c <= '9'; c = p.at(p.pos) {
		n = min(10*n+int(c-'0'), 1000)
		p.pos++
	}
	if p.pos == start {
		p.fail(BadDirective, directive)
	}
	return n
}

// tagDirective reads a handle and its prefix.
func (p *parser) tagDirective(directive int) (handle, prefix string) {
	start := p.pos
	if p.at(p.pos) == '!' {
		p.pos++
		p.word()
		if p.at(p.pos) == '!' {
			p.pos++
		}
	}
	handle = p.src[start:p.pos]
	closed := len(handle) > 1 && handle[len(handle)-1] == '!'
	if handle != "!" && !closed || p.pos >= len(p.src) || !isBlank(p.src[p.pos]) {
		p.fail(BadDirective, directive)
	}
	p.blanks()
	start = p.pos
	if p.uri(true) == 0 {
		p.fail(BadDirective, directive)
	}
	return handle, unescapeTag(p.src[start:p.pos])
}
