package edit

import (
	"strings"
	"unicode/utf8"
)

const mark = "\ufeff" // a byte order mark

// text is a source in lines. It always ends in a line break: where the file's
// last line has none, one is put there and settle takes it away again, so that
// no other function knows of a missing final newline.
type text struct {
	s    string
	size int    // of the file itself
	from int    // 3 behind a byte order mark
	eol  string // the file's line end
}

func newText(src string) text {
	x := text{s: src, size: len(src), eol: lineBreak(src)}
	if strings.HasPrefix(src, mark) {
		x.from = len(mark)
	}
	if n := len(src); n > x.from && !isBreak(src[n-1]) {
		x.s += x.eol
	}
	return x
}

// lineBreak is how the first line ends.
func lineBreak(s string) string {
	i := strings.IndexAny(s, "\r\n")
	switch {
	case i < 0 || s[i] == '\n':
		return "\n"
	case i+1 < len(s) && s[i+1] == '\n':
		return "\r\n"
	}
	return "\r"
}

func isBreak(c byte) bool { return c == '\n' || c == '\r' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// lineOf is the start of the line that holds the byte at p.
func (x *text) lineOf(p int) int {
	for p > x.from && !isBreak(x.s[p-1]) {
		p--
	}
	return p
}

// endOf is the end of the line that holds p, before its break.
func (x *text) endOf(p int) int {
	for p < len(x.s) && !isBreak(x.s[p]) {
		p++
	}
	return p
}

// next is the start of the line behind the one that holds p.
func (x *text) next(p int) int {
	p = x.endOf(p)
	if p < len(x.s) && x.s[p] == '\r' && p+1 < len(x.s) && x.s[p+1] == '\n' {
		return p + 2
	}
	return min(p+1, len(x.s))
}

// unbreak is p, a line's start, moved before the break of the line above.
func (x *text) unbreak(p int) int {
	if p > x.from && x.s[p-1] == '\n' {
		p--
	}
	if p > x.from && x.s[p-1] == '\r' {
		p--
	}
	return p
}

// prev is the start of the line above the one that starts at p.
func (x *text) prev(p int) int { return x.lineOf(x.unbreak(p)) }

// line is the line that starts at p, without its break.
func (x *text) line(p int) string { return x.s[p:x.endOf(p)] }

// blankLine reports whether an empty line starts at p.
func (x *text) blankLine(p int) bool {
	return p < len(x.s) && strings.Trim(x.line(p), " \t") == ""
}

// blankAbove reports whether the line above the one that starts at p is empty.
func (x *text) blankAbove(p int) bool { return p > x.from && x.blankLine(x.prev(p)) }

// column is the number of characters between the line's start and p.
func (x *text) column(p int) int { return utf8.RuneCountInString(x.s[x.lineOf(p):p]) }

// alone reports whether only spaces stand before p on its line.
func (x *text) alone(p int) bool { return strings.Trim(x.s[x.lineOf(p):p], " ") == "" }

// blanks is p moved over blanks.
func (x *text) blanks(p int) int {
	for p < len(x.s) && isBlank(x.s[p]) {
		p++
	}
	return p
}

// comment is the column of the comment that is all of the line at p; false
// where the line is something else.
func (x *text) comment(p int) (column int, ok bool) {
	l := x.line(p)
	t := strings.TrimLeft(l, " ")
	return len(l) - len(t), strings.HasPrefix(t, "#")
}

// head is the start of the comment lines that an entry at column owns, whose
// line starts at p: those directly above at the same column, unless they start
// on the file's first line. Nothing above low is looked at.
func (x *text) head(p, column, low int) int {
	a := p
	for a > low {
		q := x.prev(a)
		if c, ok := x.comment(q); !ok || c != column || q < low {
			break
		}
		a = q
	}
	if a == x.from && a < p {
		return p
	}
	return a
}

// foot is p, a line's start, moved over the comment lines that are deeper than
// column: they speak of what is inside the entry above.
func (x *text) foot(p, column int) int {
	for p < len(x.s) {
		c, ok := x.comment(p)
		if !ok || c <= column {
			break
		}
		p = x.next(p)
	}
	return p
}

// tail is the comment behind p on its line, with the blanks before it; "" where
// there is none.
func (x *text) tail(p int) string {
	q := x.blanks(p)
	if q == p || q >= len(x.s) || x.s[q] != '#' {
		return ""
	}
	return x.s[p:x.endOf(q)]
}

// gap is p moved over blanks, breaks and comments.
func (x *text) gap(p int) int {
	for p < len(x.s) {
		switch c := x.s[p]; {
		case isBlank(c) || isBreak(c):
			p++
		case c == '#' && (p == x.from || isBlank(x.s[p-1]) || isBreak(x.s[p-1])):
			p = x.endOf(p)
		default:
			return p
		}
	}
	return p
}

func pad(n int) string { return strings.Repeat(" ", max(n, 0)) }
