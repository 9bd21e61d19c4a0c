// Package keypath is the name of one value in a document, and patterns that
// name many.
//
// A path is printed in kustomize's notation: keys joined by dots, list elements
// as [key=value], elements without identity as [0], and in a file of several
// documents a first segment {0} or {Kind/name}.
//
//	payment.plans.[name=pro].amount     credit.rates.gpt-4\.1
//
// Laws: Parse(p.String()) is p; two paths are equal exactly when their texts
// are; a compiled Set matches a path as each of its patterns does by itself.
package keypath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a Step does.
type Kind uint8

// The kinds of steps.
const (
	Key      Kind = iota + 1 // into a mapping
	Element                  // to the list element whose Key is Value
	Index                    // to the list element at Index
	Document                 // to the document named by Key: "0", "1", "Kind/name"
)

// Step is one segment of a path.
type Step struct {
	Kind  Kind
	Key   string // Key: the decoded key; Element: the identity key; Document: its name
	Value string // Element: the identity's decoded value
	Index int    // Index: from 0
}

// Path names one value. It is comparable and a map key; the zero Path is the
// root of the (only) document.
type Path struct{ text string }

// Of is the path made of steps.
func Of(steps ...Step) Path {
	var b []byte
	for _, s := range steps {
		b = appendStep(b, s)
	}
	return Path{string(b)}
}

// String is the canonical text; the root is "".
func (p Path) String() string { return p.text }

// IsRoot reports whether p is the document itself.
func (p Path) IsRoot() bool { return p.text == "" }

// Join is the path of a child of p.
func (p Path) Join(s Step) Path {
	b := make([]byte, 0, len(p.text)+1+len(s.Key)+len(s.Value)+4)
	return Path{string(appendStep(append(b, p.text...), s))}
}

// Child is Join with a mapping key.
func (p Path) Child(key string) Path { return p.Join(Step{Kind: Key, Key: key}) }

// Under reports whether p is q or below it.
func (p Path) Under(q Path) bool {
	if q.text == "" || p.text == q.text {
		return true
	}
	return len(p.text) > len(q.text) && p.text[:len(q.text)] == q.text && p.text[len(q.text)] == '.'
}

// Steps are the segments from the root down.
func (p Path) Steps() []Step {
	s, err := parse(p.text)
	if err != nil {
		panic("keypath: not canonical: " + p.text) // Path values are only made canonical
	}
	return s
}

// Parent is p without its last step; the root has none.
func (p Path) Parent() (Path, bool) {
	if p.text == "" {
		return Path{}, false
	}
	for i := len(p.text) - 1; i >= 0; i-- {
		if p.text[i] == '.' && !escapedAt(p.text, i) {
			return Path{p.text[:i]}, true
		}
	}
	return Path{}, true
}

// Last is the last step; the root has none (Kind 0).
func (p Path) Last() Step {
	parent, ok := p.Parent()
	if !ok {
		return Step{}
	}
	s, err := parse(strings.TrimPrefix(p.text[len(parent.text):], "."))
	if err != nil || len(s) != 1 {
		panic("keypath: not canonical: " + p.text)
	}
	if s[0].Kind == Document && parent.text != "" {
		s[0] = Step{Kind: Key, Key: "{" + s[0].Key + "}"}
	}
	return s[0]
}

// escapedAt reports whether the byte at i is behind an odd run of backslashes.
func escapedAt(s string, i int) bool {
	n := 0
	for i--; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

func appendStep(b []byte, s Step) []byte {
	first := len(b) == 0
	if !first {
		b = append(b, '.')
	}
	switch s.Kind {
	case Element:
		b = appendEscaped(append(b, '['), s.Key, false)
		b = appendEscaped(append(b, '='), s.Value, false)
		return append(b, ']')
	case Index:
		b = strconv.AppendInt(append(b, '['), int64(s.Index), 10)
		return append(b, ']')
	case Document:
		b = appendEscaped(append(b, '{'), s.Key, false)
		return append(b, '}')
	}
	if s.Key == "" {
		return append(b, '"', '"')
	}
	return appendEscaped(b, s.Key, true)
}

// appendEscaped writes text so that parse reads it back: a backslash before
// each special character, \n \t \r and \u{…} for what cannot be printed.
func appendEscaped(b []byte, text string, key bool) []byte {
	for i, r := range text {
		switch {
		case strings.ContainsRune(`.\[]*?=`, r), r == '}', key && i == 0 && (r == '{' || r == '"'), !key && r == '{':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\r':
			b = append(b, `\r`...)
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			b = fmt.Appendf(b, `\u{%x}`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

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
	EmptySegment Why = "empty-segment"      // a..b, or a trailing dot
	Unclosed     Why = "unclosed"           // a [ { or " without its end
	Stray        Why = "stray"              // a character that has no meaning there
	BadEscape    Why = "bad-escape"         // a backslash at the end, an unknown \x
	Wild         Why = "wildcard"           // * or ? where one path is wanted
	Late         Why = "document-not-first" // {0} behind another segment
	OnlyDeep     Why = "matches-everything" // ** alone where that is refused
)

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: column %d: %s", e.Text, e.Column, e.Why)
}

// Parse reads a path. Besides the printed form it takes plans[name=pro],
// ."gpt-4.1", .[gpt-4.1] (a key) and a leading dot. The error is a *SyntaxError.
func Parse(s string) (Path, error) {
	steps, err := parse(s)
	if err != nil {
		return Path{}, err
	}
	return Of(steps...), nil
}

func parse(s string) ([]Step, error) {
	r := reader{s: s}
	return r.path()
}

type reader struct {
	s string
	i int
}

func (r *reader) fail(why Why) error {
	return &SyntaxError{r.s, utf8.RuneCountInString(r.s[:min(r.i, len(r.s))]) + 1, why}
}

func (r *reader) path() ([]Step, error) {
	var out []Step
	if strings.HasPrefix(r.s, ".") && len(r.s) > 1 {
		r.i++
	}
	for r.i < len(r.s) {
		s, err := r.step(len(out) == 0)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
		switch {
		case r.i >= len(r.s):
		case r.s[r.i] == '.':
			if r.i++; r.i == len(r.s) {
				return nil, r.fail(EmptySegment)
			}
		case r.s[r.i] != '[':
			return nil, r.fail(Stray)
		}
	}
	return out, nil
}

func (r *reader) step(first bool) (Step, error) {
	switch c := r.s[r.i]; {
	case c == '.':
		return Step{}, r.fail(EmptySegment)
	case c == '[':
		return r.bracket()
	case c == '"':
		return r.quoted()
	case c == '{':
		if !first {
			return Step{}, r.fail(Late)
		}
		r.i++
		name, err := r.text("}")
		if err == nil {
			err = r.close('}')
		}
		return Step{Kind: Document, Key: name}, err
	}
	key, err := r.text(".[")
	return Step{Kind: Key, Key: key}, err
}

func (r *reader) close(c byte) error {
	if r.i >= len(r.s) || r.s[r.i] != c {
		return r.fail(Unclosed)
	}
	r.i++
	return nil
}

// bracket is [key=value], [0] or [key].
func (r *reader) bracket() (Step, error) {
	r.i++
	from := r.i
	name, err := r.text("=]")
	if err != nil {
		return Step{}, err
	}
	if r.i < len(r.s) && r.s[r.i] == '=' {
		r.i++
		v, err := r.text("]")
		if err == nil {
			err = r.close(']')
		}
		return Step{Kind: Element, Key: name, Value: v}, err
	}
	if err := r.close(']'); err != nil {
		return Step{}, err
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && r.s[from:r.i-1] == strconv.Itoa(n) {
		return Step{Kind: Index, Index: n}, nil
	}
	if name == "" {
		return Step{}, r.fail(EmptySegment)
	}
	return Step{Kind: Key, Key: name}, nil
}

func (r *reader) quoted() (Step, error) {
	r.i++
	var b []byte
	for r.i < len(r.s) && r.s[r.i] != '"' {
		if r.s[r.i] == '\\' {
			c, err := r.escape()
			if err != nil {
				return Step{}, err
			}
			b = append(b, c...)
			continue
		}
		b = append(b, r.s[r.i])
		r.i++
	}
	return Step{Kind: Key, Key: string(b)}, r.close('"')
}

// text reads up to one of the bytes of stop; wildcards are refused.
func (r *reader) text(stop string) (string, error) {
	var b []byte
	for r.i < len(r.s) && strings.IndexByte(stop, r.s[r.i]) < 0 {
		switch c := r.s[r.i]; c {
		case '\\':
			e, err := r.escape()
			if err != nil {
				return "", err
			}
			b = append(b, e...)
		case '*', '?':
			return "", r.fail(Wild)
		default:
			b = append(b, c)
			r.i++
		}
	}
	return string(b), nil
}

func (r *reader) escape() (string, error) {
	if r.i+1 >= len(r.s) {
		return "", r.fail(BadEscape)
	}
	c, size := utf8.DecodeRuneInString(r.s[r.i+1:])
	switch {
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
		end := strings.IndexByte(r.s[r.i:], '}')
		if !strings.HasPrefix(r.s[r.i:], `\u{`) || end < 0 {
			return "", r.fail(BadEscape)
		}
		v, err := strconv.ParseUint(r.s[r.i+3:r.i+end], 16, 21)
		if err != nil {
			return "", r.fail(BadEscape)
		}
		r.i += end + 1
		return string(rune(v)), nil
	case c < utf8.RuneSelf && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'):
		return "", r.fail(BadEscape)
	}
	r.i += 1 + size
	return string(c), nil
}
