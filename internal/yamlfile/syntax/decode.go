package syntax

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is the decoded text of a scalar: line breaks normalized to \n, lines
// folded, quotes and escapes resolved, a block scalar chomped. It is a substring
// of the source, without allocation, for plain and quoted scalars of one line
// without escapes. Of other kinds of nodes it is Raw.
func (t *Tree) Text(id ID) string {
	n := &t.nodes[id]
	raw := t.src[n.start:n.end]
	switch n.style {
	case Single, Double:
		quote := raw[0]
		raw = raw[1 : len(raw)-1]
		if n.coded {
			return unfold(raw, quote)
		}
	case Literal, Folded:
		return t.blockText(n)
	case Plain:
		if n.coded {
			return unfold(raw, 0)
		}
	}
	return raw
}

// unfold decodes a scalar of flow style: quote says which.
func unfold(s string, quote byte) string {
	table := doubleStops
	if quote != '"' {
		table = singleStops
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		j := until(s, i, table)
		if j == len(s) {
			b.WriteString(s[i:])
			break
		}
		switch c := s[j]; {
		case isBreak(c):
			b.WriteString(strings.TrimRight(s[i:j], " \t"))
			i = foldBreak(&b, s, j, true)
		case c == '\'' && quote == '\'':
			b.WriteString(s[i : j+1])
			i = j + 2
		case c == '\\':
			b.WriteString(s[i:j])
			i = unescape(&b, s, j)
		default: // a quote of the other kind, or one inside a plain scalar
			b.WriteString(s[i : j+1])
			i = j + 1
		}
	}
	return b.String()
}

// foldBreak writes what the break at i, with the blanks and breaks behind it,
// means (YAML 1.2.2, 6.5), and is the offset behind these. One break is a space,
// or nothing where it was escaped.
func foldBreak(b *strings.Builder, s string, i int, space bool) int {
	i = breakEnd(s, i)
	for i < len(s) {
		if isBreak(s[i]) {
			b.WriteByte('\n')
			space = false
			i = breakEnd(s, i)
		} else if isBlank(s[i]) {
			i++
		} else {
			break
		}
	}
	if space {
		b.WriteByte(' ')
	}
	return i
}

// unescape writes the character of the escape sequence at i and is the offset
// behind it. Parse has checked it.
func unescape(b *strings.Builder, s string, i int) int {
	c := s[i+1]
	digits := 0
	switch c {
	case '\n', '\r':
		return foldBreak(b, s, i+1, false)
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		b.WriteString(escaped(c))
		return i + 2
	}
	r := hexRune(s[i+2 : i+2+digits])
	i += 2 + digits
	if utf16.IsSurrogate(r) { // JSON only: the second half follows
		r = utf16.DecodeRune(r, hexRune(s[i+2:i+6]))
		i += 6
	}
	var u [utf8.UTFMax]byte
	b.Write(u[:utf8.EncodeRune(u[:], r)])
	return i
}

// escaped is what \c stands for.
func escaped(c byte) string {
	switch c {
	case '0':
		return "\x00"
	case 'a':
		return "\a"
	case 'b':
		return "\b"
	case 't', '\t':
		return "\t"
	case 'n':
		return "\n"
	case 'v':
		return "\v"
	case 'f':
		return "\f"
	case 'r':
		return "\r"
	case 'e':
		return "\x1b"
	case 'N':
		return "\u0085"
	case '_':
		return "\u00a0"
	case 'L':
		return "\u2028"
	case 'P':
		return "\u2029"
	}
	return string(rune(c)) // itself: space " / \
}

func hexRune(s string) (r rune) {
	for i := 0; i < len(s); i++ {
		r = r<<4 | rune(hexByte(s[i]))
	}
	return r
}

// headerLen is the length of a block scalar's header with its break.
func headerLen(raw string) int {
	i := strings.IndexAny(raw, "\n\r")
	if i < 0 {
		return len(raw)
	}
	return breakEnd(raw, i)
}

// blockText decodes a literal or folded scalar.
func (t *Tree) blockText(n *node) string {
	s := t.src[n.start:n.end]
	s = s[headerLen(s):]
	var b strings.Builder
	b.Grow(len(s))
	var f blockFolder
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && s[i] == ' ' && i-from < int(n.indent) {
			i++
		}
		end := lineEnd(s, i)
		switch {
		case end > i:
			f.text(&b, s[i:end], n.style == Folded)
			// go-yaml ends a last line of blanks with a break that is not there.
			f.ended = end < len(s) || strings.Trim(s[i:end], " \t") == ""
		case end < len(s) || i > from:
			f.blank++
		}
		i = end
		if i < len(s) {
			i = breakEnd(s, i)
		}
	}
	if n.chomp >= 0 && f.ended {
		b.WriteByte('\n')
	}
	if n.chomp > 0 {
		newlines(&b, f.blank)
	}
	return b.String()
}

// blockFolder joins the lines of a block scalar.
type blockFolder struct {
	ended bool // a break ends the last text line
	blank int  // blank lines since
	white bool // the last text line starts with a blank
}

// text writes a text line, and before it what the breaks since the last one mean.
func (f *blockFolder) text(b *strings.Builder, line string, folded bool) {
	white := isBlank(line[0])
	switch {
	case !f.ended || !folded || white || f.white:
		if f.ended {
			b.WriteByte('\n')
		}
	case f.blank == 0:
		b.WriteByte(' ')
	}
	newlines(b, f.blank)
	b.WriteString(line)
	f.white, f.blank = white, 0
}

func newlines(b *strings.Builder, n int) {
	for ; n > 0; n-- {
		b.WriteByte('\n')
	}
}

// lineEnd is the offset of the break that ends the line at i, or the end of s.
func lineEnd(s string, i int) int {
	for i < len(s) && !isBreak(s[i]) {
		i++
	}
	return i
}
