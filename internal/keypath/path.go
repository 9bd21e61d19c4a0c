// Package keypath is the name of one value in a document, and patterns that
// name many.
//
// A path is printed in kustomize's notation: keys joined by dots, list elements
// as [key=value], elements without identity as [0], and in a file of several
// documents a first segment {0} or {Kind/name}.
//
//	payment.plans.[name=pro].amount     credit.rates.gpt-4\.1
//
// Laws: Parse(p.String()) is p, for any text in any step, also bytes that are no
// UTF-8; two paths are equal exactly when their steps are; a compiled Set
// matches a path as each of its patterns does by itself; what covers a path
// covers everything below it.
//
// It knows no YAML: whether [0] is an element or a key of a mapping, and which
// key identifies an element, is decided by who walks a document.
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

// Of is the path made of steps. Steps that no document has are written as the
// keys they look like: a Document behind another step, an Index below 0, a Step
// without Kind.
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
	segs, err := parse(p.text, false)
	if err != nil {
		panic("keypath: not canonical: " + p.text) // Path values are only made canonical
	}
	steps := make([]Step, len(segs))
	for i, s := range segs {
		steps[i] = s.step()
	}
	return steps
}

// Parent is p without its last step; the root has none.
func (p Path) Parent() (Path, bool) {
	if p.text == "" {
		return Path{}, false
	}
	return Path{p.text[:p.lastDot()]}, true
}

// Last is the last step; the root has none (Kind 0).
func (p Path) Last() Step {
	if p.text == "" {
		return Step{}
	}
	at := p.lastDot()
	// Behind a dot a brace is always escaped, so the tail reads as by itself.
	s, err := parse(strings.TrimPrefix(p.text[at:], "."), false)
	if err != nil || len(s) != 1 {
		panic("keypath: not canonical: " + p.text)
	}
	return s[0].step()
}

// lastDot is where the dot before the last step stands; 0 where there is none.
// In canonical text a dot inside a key is escaped, and so are brackets inside an
// element, whose dots are not.
func (p Path) lastDot() int {
	t := p.text
	if t[len(t)-1] == ']' && !escapedAt(t, len(t)-1) {
		i := len(t) - 2
		for t[i] != '[' || escapedAt(t, i) {
			i--
		}
		return max(i-1, 0)
	}
	first := documentEnd(t)
	for i := len(t) - 1; i > first; i-- {
		if t[i] == '.' && !escapedAt(t, i) {
			return i
		}
	}
	if first < len(t) {
		return first
	}
	return 0
}

// documentEnd is behind the document segment that canonical text begins with; 0
// where there is none. In a document's name closing braces are escaped.
func documentEnd(t string) int {
	if t[0] != '{' {
		return 0
	}
	for i := 1; ; i++ {
		switch {
		case t[i] == '}':
			return i + 1
		case t[i] == '\\' && t[i+1] == 'u':
			i += strings.IndexByte(t[i:], '}')
		case t[i] == '\\':
			i++
		}
	}
}

// FirstKey is the first mapping key, "" where there is none.
func (p Path) FirstKey() string {
	for _, s := range p.Steps() {
		if s.Kind == Key {
			return s.Key
		}
	}
	return ""
}

// LastKey is the last mapping key, behind which only elements stand; "" where
// there is none.
func (p Path) LastKey() string {
	for ; p.text != ""; p, _ = p.Parent() {
		if s := p.Last(); s.Kind == Key {
			return s.Key
		}
	}
	return ""
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
	switch {
	case s.Kind == Element:
		b = appendEscaped(append(b, '['), s.Key, `\[]*?=`)
		b = appendEscaped(append(b, '='), s.Value, `\[]*?`)
		return append(b, ']')
	case s.Kind == Index && s.Index >= 0:
		b = strconv.AppendInt(append(b, '['), int64(s.Index), 10)
		return append(b, ']')
	case s.Kind == Index:
		return strconv.AppendInt(b, int64(s.Index), 10)
	case s.Kind == Document && first:
		b = appendEscaped(append(b, '{'), s.Key, `\[]*?=}{`)
		return append(b, '}')
	case s.Kind == Document:
		return appendKey(b, "{"+s.Key+"}")
	case s.Key == "":
		return append(b, '"', '"')
	}
	return appendKey(b, s.Key)
}

// appendKey writes a key: what would begin a document or a quoted key is escaped
// where it stands first.
func appendKey(b []byte, key string) []byte {
	if key[0] == '{' || key[0] == '"' {
		b = append(b, '\\')
		b, key = append(b, key[0]), key[1:]
	}
	return appendEscaped(b, key, `.\[]*?=`)
}

// appendEscaped writes text so that parse reads it back: a backslash before
// each special character, \n \t \r and \u{…} for what cannot be printed, \xff
// for a byte that is no UTF-8.
func appendEscaped(b []byte, text, special string) []byte {
	if plainText(text) {
		return append(b, text...)
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = fmt.Appendf(b, `\x%02x`, text[i])
		case strings.ContainsRune(special, r):
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
		i += size
	}
	return b
}

// plainText reports whether text is ASCII letters, digits, - _ / and spaces
// only: nearly every key, and nothing to escape.
func plainText(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '/', c == ' ':
		default:
			return false
		}
	}
	return true
}

// Parse reads a path. Besides the printed form it takes plans[name=pro],
// ."gpt-4.1", .[gpt-4.1] (a key) and a leading dot. The error is a *SyntaxError.
func Parse(s string) (Path, error) {
	segs, err := parse(s, false)
	if err != nil {
		return Path{}, err
	}
	return join(segs), nil
}

func join(segs []segment) Path {
	var b []byte
	for _, s := range segs {
		b = appendStep(b, s.step())
	}
	return Path{string(b)}
}

// Cut splits "path=value" at the first = that belongs to neither an element nor
// a quoted or escaped part of the path, as --set has it. It does not check the
// path.
func Cut(s string) (path, value string, ok bool) {
	var inside byte // what closes the bracket or quote that is open
	start := true   // of a segment
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\':
			i++
		case inside != 0:
			if c == inside {
				inside = 0
			}
		case c == '[':
			inside = ']'
		case c == '{' && i == 0:
			inside = '}'
		case c == '"' && start:
			inside = '"'
		case c == '=':
			return s[:i], s[i+1:], true
		}
		start = c == '.'
	}
	return s, "", false
}
