package syntax

import "hoist.example/hoist/internal/textedit"

// inline reads an alias, a quoted or plain scalar, or a flow collection.
func (p *parser) inline(n int, flow bool) ID {
	start := p.pos
	switch c := p.src[start]; c {
	case '*':
		p.name()
		return p.add(Alias, Plain, start, p.pos)
	case '"':
		return p.quoted(Double, start, p.double())
	case '\'':
		return p.quoted(Single, start, p.single())
	case '[', '{':
		return p.flow(n)
	case ']', '}':
		p.fail(WrongBracket, start, "bracket", string(c))
	case '%':
		if start == p.line {
			p.fail(DirectivePlace, start)
		}
		p.fail(ReservedCharacter, start, "character", string(c))
	case ',', '#', '@', '`', '&', '!':
		p.fail(ReservedCharacter, start, "character", string(c))
	}
	return p.plain(n, flow)
}

// The bytes at which a scan of a scalar looks more closely.
var (
	blockStops  = stops("\n\r:#")
	flowStops   = stops("\n\r:#,[]{}")
	doubleStops = stops("\n\r\"\\")
	singleStops = stops("\n\r'")
)

func stops(s string) *[256]bool {
	var t [256]bool
	for i := 0; i < len(s); i++ {
		t[s[i]] = true
	}
	return &t
}

// until is the offset, from i on, of the first byte that is in t, or the end.
func until(s string, i int, t *[256]bool) int {
	for i < len(s) && !t[s[i]] {
		i++
	}
	return i
}

// plain reads a plain scalar (YAML 1.2.2, 7.3.3), whose further lines are those
// deeper than column n, in flow style all.
func (p *parser) plain(n int, flow bool) ID {
	start, lines := p.pos, 1
	end, stop := p.plainLine(start, flow)
	for stop < len(p.src) && isBreak(p.src[stop]) {
		i, line := p.continuation(stop, n, flow)
		if i < 0 {
			break
		}
		p.line = line
		lines++
		end, stop = p.plainLine(i, flow)
	}
	p.pos = end
	id := p.add(Scalar, Plain, start, end)
	p.nodes[id].coded = lines > 1
	return id
}

// plainLine is where the text that starts at i ends on its line, and where the
// scan stopped: behind trailing blanks.
func (p *parser) plainLine(i int, flow bool) (end, stop int) {
	s, start, table := p.src, i, blockStops
	if flow {
		table = flowStops
	}
scan:
	for i = until(s, i, table); i < len(s); i = until(s, i+1, table) {
		switch s[i] {
		case ':':
			if p.spaceAt(i+1) || flow && isFlow(s[i+1]) {
				break scan
			}
		case '#':
			if i > start && isBlank(s[i-1]) {
				break scan
			}
		default:
			break scan
		}
	}
	for end = i; end > start && isBlank(s[end-1]); {
		end--
	}
	return end, i
}

// continuation finds the further text of a plain scalar behind the break at i,
// and the start of its line; -1: the scalar ends.
func (p *parser) continuation(i, n int, flow bool) (text, line int) {
	s, tab := p.src, -1
	for i < len(s) && isBreak(s[i]) {
		i = p.breakEnd(i)
		for line, tab = i, -1; i < len(s) && isBlank(s[i]); i++ {
			if s[i] == '\t' && tab < 0 {
				tab = i
			}
		}
	}
	if i >= len(s) || s[i] == '#' {
		return -1, 0
	}
	if tab >= 0 && tab-line <= n {
		p.fail(TabIndent, tab)
	}
	if !flow && i-line <= n || i == line && p.isMarker(i) {
		return -1, 0
	}
	if s[i] == ':' && (p.spaceAt(i+1) || flow && isFlow(s[i+1])) || flow && isFlow(s[i]) {
		return -1, 0
	}
	return i, line
}

// quoted makes the node of the quoted scalar that was just read.
func (p *parser) quoted(style Style, start int, coded bool) ID {
	id := p.add(Scalar, style, start, p.pos)
	p.nodes[id].coded = coded
	if p.line > start {
		p.quote = textedit.Span{Start: start, End: p.pos}
	}
	return id
}

// double moves over a double-quoted scalar (7.3.1) and reports whether it has
// escapes or breaks. The escapes are checked here, so that decoding cannot fail.
func (p *parser) double() (coded bool) {
	open := p.pos
	for i := open + 1; ; {
		i = until(p.src, i, doubleStops)
		switch p.at(i) {
		case '"':
			p.pos = i + 1
			return coded
		case '\\':
			i, coded = p.escape(i, open), true
		case 0:
			p.fail(UnclosedQuote, open, "quote", `"`)
		default:
			i, coded = p.quotedBreak(i, open), true
		}
	}
}

// single moves over a single-quoted scalar (7.3.2) and reports whether it has
// quotes or breaks.
func (p *parser) single() (coded bool) {
	open := p.pos
	for i := open + 1; ; {
		i = until(p.src, i, singleStops)
		switch p.at(i) {
		case '\'':
			if p.at(i+1) != '\'' {
				p.pos = i + 1
				return coded
			}
			i, coded = i+2, true
		case 0:
			p.fail(UnclosedQuote, open, "quote", "'")
		default:
			i, coded = p.quotedBreak(i, open), true
		}
	}
}

// quotedBreak is the offset behind the line break at i in the scalar opened at
// open. A document marker there means that a quote is missing.
func (p *parser) quotedBreak(i, open int) int {
	p.line = p.breakEnd(i)
	if p.isMarker(p.line) {
		p.fail(UnclosedQuote, open, "quote", p.src[open:open+1])
	}
	return p.line
}

// escape is the offset behind the escape sequence at i (5.7).
func (p *parser) escape(i, open int) int {
	digits := 0
	switch c := p.at(i + 1); c {
	case 0:
		return i + 1
	case '0', 'a', 'b', 't', '\t', 'n', 'v', 'f', 'r', 'e', ' ', '"', '/', '\\', 'N', '_', 'L', 'P':
		return i + 2
	case '\n', '\r':
		return p.quotedBreak(i+1, open)
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		p.fail(BadEscape, i)
	}
	r := 0
	for k := i + 2; k < i+2+digits; k++ {
		if !isHex(p.at(k)) {
			p.fail(BadEscape, i)
		}
		r = r<<4 | int(hexByte(p.src[k]))
	}
	if r >= 0xd800 && r < 0xe000 || r > 0x10ffff {
		p.fail(BadEscape, i)
	}
	return i + 2 + digits
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hexByte is the value of a hexadecimal digit.
func hexByte(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
