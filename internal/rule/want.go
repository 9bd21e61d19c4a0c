package rule

import (
	"strconv"
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
)

// Want is what a value must look like: a glob over strings, or a literal
// compared by type and value. The zero Want accepts nothing.
//
// In a glob * stands for any characters, / and line breaks among them; no other
// character is special. The whole value is matched, and case counts.
type Want struct {
	literal value.Value
	pieces  []string // of a glob: what stands before, between and behind the stars
	text    string
	place   problem.Place
}

// NewWant makes a Want of a scalar of hoist.yaml: a string that holds a * is a
// glob, anything else a literal. at is where it stands.
func NewWant(v value.Value, at problem.Place) Want {
	w := Want{literal: v, text: spelled(v), place: at}
	if v.Kind() == value.String && strings.Contains(v.Reveal(), "*") {
		w.pieces = strings.Split(v.Reveal(), "*")
	}
	return w
}

// spelled is the text of a literal; a string that a reader would take for
// something else is quoted.
func spelled(v value.Value) string {
	text := v.Reveal()
	if v.Kind() == value.String && !value.Resolve(text, true, "").Equal(v) {
		return strconv.Quote(text)
	}
	return text
}

// String is the want as hoist.yaml spells it.
func (w Want) String() string { return w.text }

// Place is where it stands in hoist.yaml.
func (w Want) Place() problem.Place { return w.place }

// Literal is the one value that is accepted; a glob, and the zero Want, have
// none. It is what hoist may write for an environment.
func (w Want) Literal() (value.Value, bool) {
	return w.literal, w.pieces == nil && w.literal.Present()
}

// Accepts reports whether v is what is wanted. Of a list of scalars each
// element must be; an empty list has none that is not.
func (w Want) Accepts(v value.Value) bool {
	switch v.Kind() {
	case value.Scalars, value.EmptyList:
		for _, e := range v.Items() {
			if !w.Accepts(e) {
				return false
			}
		}
		return w.literal.Present()
	}
	if w.pieces == nil {
		return w.literal.Present() && w.literal.Equal(v)
	}
	return v.Kind() == value.String && matches(w.pieces, v.Reveal())
}

// finds reports whether v is, or holds, what is forbidden. Here doubt goes the
// other way than in Accepts: a string behind a tag of its own, or one that some
// readers take for a number, is looked at as text.
func (w *Want) finds(v value.Value) bool {
	if w.pieces == nil {
		return w.literal.Present() && w.literal.Equal(v)
	}
	switch v.Kind() {
	case value.String, value.Tagged, value.Ambiguous:
		return matches(w.pieces, v.Reveal())
	}
	return false
}

// findsIn is finds, of a list any element.
func (w *Want) findsIn(v value.Value) bool {
	for _, e := range v.Items() {
		if w.finds(e) {
			return true
		}
	}
	return w.finds(v)
}

// where is the want's own place, or the place of the rule it belongs to.
func (w Want) where(rule problem.Place) problem.Place {
	if w.place.Line == 0 {
		return rule
	}
	return w.place
}

// matches reports whether s is pieces with any text between them.
func matches(pieces []string, s string) bool {
	last := len(pieces) - 1
	rest, ok := strings.CutPrefix(s, pieces[0])
	if !ok {
		return false
	}
	if rest, ok = strings.CutSuffix(rest, pieces[last]); !ok {
		return false
	}
	for _, p := range pieces[1:last] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return true
}

// Glob reports whether a name (of a service, an image, a category's member) is
// meant by pattern, in which * stands for any characters. Without a * it is
// equality.
func Glob(pattern, name string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == name
	}
	return matches(strings.Split(pattern, "*"), name)
}

// IsGlob reports whether pattern may mean several names.
func IsGlob(pattern string) bool { return strings.Contains(pattern, "*") }
