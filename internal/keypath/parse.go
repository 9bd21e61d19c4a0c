package keypath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SyntaxError says why a path or pattern cannot be read. Column counts
// characters from 1.
type SyntaxError struct {
	Text   string
	Column int
	Why    Why
}

// Why is the kind of a SyntaxError.
type Why string

// What can be wrong in a path or pattern.
const (
	EmptySegment Why = "empty-segment"      // a..b, a trailing dot, an empty pattern
	Unclosed     Why = "unclosed"           // a [ { or " without its end
	Stray        Why = "stray"              // a character that has no meaning there
	BadEscape    Why = "bad-escape"         // a backslash at the end, an unknown \q
	Wild         Why = "wildcard"           // * ? or [] where one path is wanted
	Late         Why = "document-not-first" // {0} behind another segment
	OnlyDeep     Why = "matches-everything" // ** alone where that is refused
)

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: column %d: %s", e.Text, e.Column, e.Why)
}

// parse reads a path (wild false) or a pattern: one grammar, in which a path is
// a pattern without wildcards.
func parse(s string, wild bool) ([]segment, error) {
	r := reader{s: s, wild: wild}
	return r.segments()
}

type reader struct {
	s    string
	i    int
	wild bool // wildcards are allowed
}

func (r *reader) fail(why Why) error { return r.failAt(why, r.i) }

func (r *reader) failAt(why Why, i int) error {
	return &SyntaxError{r.s, utf8.RuneCountInString(r.s[:min(i, len(r.s))]) + 1, why}
}

// at reports whether the next byte is c.
func (r *reader) at(c byte) bool { return r.i < len(r.s) && r.s[r.i] == c }

func (r *reader) segments() ([]segment, error) {
	var out []segment
	if strings.HasPrefix(r.s, ".") && len(r.s) > 1 {
		r.i++
	}
	for r.i < len(r.s) {
		s, err := r.segment(len(out) == 0)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
		switch {
		case r.i >= len(r.s):
		case r.at('.'):
			if r.i++; r.i == len(r.s) {
				return nil, r.fail(EmptySegment)
			}
		case !r.at('['):
			return nil, r.fail(Stray)
		}
	}
	return out, nil
}

func (r *reader) segment(first bool) (segment, error) {
	switch r.s[r.i] {
	case '.':
		return segment{}, r.fail(EmptySegment)
	case '[':
		return r.bracket()
	case '"':
		return r.quoted()
	case '{':
		return r.document(first)
	}
	from := r.i
	key, err := r.word(".[")
	if err != nil {
		return segment{}, err
	}
	if strings.Trim(r.s[from:r.i], "*") == "" {
		switch r.i - from {
		case 1:
			return segment{kind: segStar}, nil
		case 2:
			return segment{kind: segDeep}, nil
		}
		return segment{}, r.failAt(Stray, from+2)
	}
	return segment{kind: segKey, key: key}, nil
}

func (r *reader) document(first bool) (segment, error) {
	if !first {
		return segment{}, r.fail(Late)
	}
	r.i++
	name, err := r.word("}")
	if err == nil {
		err = r.close('}')
	}
	return segment{kind: segDocument, key: name}, err
}

func (r *reader) close(c byte) error {
	if !r.at(c) {
		return r.fail(Unclosed)
	}
	r.i++
	return nil
}

// bracket is [key=value], [0], [key], and in a pattern [] and [*].
func (r *reader) bracket() (segment, error) {
	r.i++
	from := r.i
	name, err := r.word("=]")
	if err != nil {
		return segment{}, err
	}
	if r.at('=') {
		r.i++
		v, err := r.word("]")
		if err == nil {
			err = r.close(']')
		}
		return segment{kind: segElement, key: name, value: v}, err
	}
	if err := r.close(']'); err != nil {
		return segment{}, err
	}
	written := r.s[from : r.i-1]
	if written == "" || written == "*" {
		if !r.wild {
			return segment{}, r.failAt(Wild, from)
		}
		return segment{kind: segAny}, nil
	}
	if n, err := strconv.Atoi(written); err == nil && n >= 0 && written == strconv.Itoa(n) {
		return segment{kind: segIndex, index: n}, nil
	}
	return segment{kind: segKey, key: name}, nil
}

// quoted is a key in double quotes, in which only the backslash is special.
func (r *reader) quoted() (segment, error) {
	r.i++
	var b []byte
	for r.i < len(r.s) && r.s[r.i] != '"' {
		if r.s[r.i] != '\\' {
			b = append(b, r.s[r.i])
			r.i++
			continue
		}
		c, err := r.escape()
		if err != nil {
			return segment{}, err
		}
		b = append(b, c...)
	}
	return segment{kind: segKey, key: word{text: string(b)}}, r.close('"')
}

// word reads up to one of the bytes of stop.
func (r *reader) word(stop string) (word, error) {
	var w wordBuilder
	for r.i < len(r.s) && strings.IndexByte(stop, r.s[r.i]) < 0 {
		switch c := r.s[r.i]; {
		case c == '\\':
			e, err := r.escape()
			if err != nil {
				return word{}, err
			}
			w.text = append(w.text, e...)
			continue
		case (c == '*' || c == '?') && !r.wild:
			return word{}, r.fail(Wild)
		case c == '*' || c == '?':
			w.wildcard(c)
		case c == ']', c == '[':
			return word{}, r.fail(Stray)
		default:
			w.text = append(w.text, c)
		}
		r.i++
	}
	return w.word(), nil
}

// escape reads what a backslash stands before.
func (r *reader) escape() (string, error) {
	rest := r.s[r.i+1:]
	if rest == "" {
		return "", r.fail(BadEscape)
	}
	switch c := rest[0]; {
	case c == 'n':
		r.i += 2
		return "\n", nil
	case c == 't':
		r.i += 2
		return "\t", nil
	case c == 'r':
		r.i += 2
		return "\r", nil
	case c == 'u':
		return r.codePoint(rest)
	case c == 'x':
		if len(rest) >= 3 {
			if v, err := strconv.ParseUint(rest[1:3], 16, 8); err == nil {
				r.i += 4
				return string([]byte{byte(v)}), nil
			}
		}
		return "", r.fail(BadEscape)
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
		return "", r.fail(BadEscape)
	}
	_, size := utf8.DecodeRuneInString(rest)
	r.i += 1 + size
	return rest[:size], nil
}

// codePoint reads u{…}, hexadecimal.
func (r *reader) codePoint(rest string) (string, error) {
	end := strings.IndexByte(rest, '}')
	if !strings.HasPrefix(rest, "u{") || end < 0 {
		return "", r.fail(BadEscape)
	}
	v, err := strconv.ParseUint(rest[2:end], 16, 32)
	if err != nil || v > utf8.MaxRune || !utf8.ValidRune(rune(v)) {
		return "", r.fail(BadEscape)
	}
	r.i += 1 + end + 1
	return string(rune(v)), nil
}
