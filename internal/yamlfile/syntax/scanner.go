package syntax

import (
	"strconv"
	"strings"
)

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isBreak(c byte) bool { return c == '\n' || c == '\r' }

// isFlow reports whether c is one of the flow indicators , [ ] { }.
func isFlow(c byte) bool {
	return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'
}

// at is the byte at i, or 0 behind the end (no source holds a 0).
func (p *parser) at(i int) byte {
	if i < len(p.src) {
		return p.src[i]
	}
	return 0
}

// spaceAt reports whether a blank, a break or the end is at i.
func (p *parser) spaceAt(i int) bool {
	return i >= len(p.src) || p.src[i] <= ' '
}

// column is the column of the next byte, from 0. It counts bytes: wherever it
// decides anything, only ASCII stands before it on the line.
func (p *parser) column() int { return p.pos - p.line }

// isFresh reports whether the next byte is the first content of its line.
func (p *parser) isFresh() bool { return p.pos == p.fresh }

// isTabbed reports whether a tab stands in the blanks before the next byte.
func (p *parser) isTabbed() bool { return p.pos == p.tabbed }

// indicator reports whether c, followed by space, comes next: a - ? or : of
// block style.
func (p *parser) indicator(c byte) bool {
	return p.at(p.pos) == c && p.spaceAt(p.pos+1)
}

// skip moves over blanks, comments and line breaks to the next content and
// reports whether there is any: false at a document marker and at the end.
func (p *parser) skip() bool {
	if p.pos == p.fresh {
		return true
	}
	s, i, tab := p.src, p.pos, -1
	crossed := i == p.line
	for {
		for i < len(s) && isBlank(s[i]) {
			if s[i] == '\t' && tab < 0 {
				tab = i
			}
			i++
		}
		if i < len(s) && s[i] == '#' {
			if i != p.line && !isBlank(s[i-1]) {
				p.fail(CommentSpace, i)
			}
			i = p.lineEnd(i)
		}
		if i >= len(s) {
			p.pos = i
			return false
		}
		if !isBreak(s[i]) {
			break
		}
		i = p.breakEnd(i)
		p.line, crossed, tab = i, true, -1
	}
	moved := i > p.pos
	p.pos = i
	if i == p.line && p.isMarker(i) {
		return false
	}
	if crossed {
		p.fresh = i
	}
	if moved && tab >= 0 {
		p.tab, p.tabbed = tab, i
	}
	return true
}

// blanks moves over spaces and tabs.
func (p *parser) blanks() {
	for p.pos < len(p.src) && isBlank(p.src[p.pos]) {
		p.pos++
	}
}

// lineEnd is the offset of the break that ends the line at i, or the end.
func (p *parser) lineEnd(i int) int {
	var j int
	if p.cr {
		j = strings.IndexAny(p.src[i:], "\r\n")
	} else {
		j = strings.IndexByte(p.src[i:], '\n')
	}
	if j < 0 {
		return len(p.src)
	}
	return i + j
}

// breakEnd is the offset behind the line break at i.
func (p *parser) breakEnd(i int) int { return breakEnd(p.src, i) }

func breakEnd(s string, i int) int {
	if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}

// isMarker reports whether --- or ... stands at i, which must be a line's start.
func (p *parser) isMarker(i int) bool {
	s := p.src
	if i+3 > len(s) || s[i] != '-' && s[i] != '.' {
		return false
	}
	return s[i+1] == s[i] && s[i+2] == s[i] && p.spaceAt(i+3)
}

// atLineEnd reports whether nothing but a comment follows on this line, blanks
// having been skipped.
func (p *parser) atLineEnd() bool {
	return p.pos >= len(p.src) || isBreak(p.src[p.pos]) ||
		p.src[p.pos] == '#' && (p.pos == p.line || isBlank(p.src[p.pos-1]))
}

func itoa(n int) string { return strconv.Itoa(n) }
