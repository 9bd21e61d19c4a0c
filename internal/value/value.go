// Package value is what stands at a key path, and when two are equal.
//
// A Value hides its text: fmt prints only its kind, JSON refuses it. Only the
// rooms that the house test names may call Reveal and its kin.
//
// Laws: Equal never says yes where YAML 1.2's core schema and go-yaml's reading
// do not both say so; where YAML 1.1, YAML 1.2 and go-yaml do not all read a
// plain scalar alike, only identical texts written plain are equal; Equal is an
// equivalence, so that values may be grouped by it.
//
// It reads no file and knows no syntax tree; it resolves scalars that were
// decoded elsewhere.
package value

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Kind is the type of a value.
type Kind uint8

// The kinds. The zero Kind is the absent value.
const (
	Absent    Kind = iota
	Null           // null, ~, or nothing written
	Bool           //
	Int            //
	Float          //
	String         //
	Scalars        // a list of scalars is one value
	EmptyMap       // {}
	EmptyList      // []
	Tagged         // a scalar with a tag of its own (!vault, !!binary): equal only if tag and text are
	Ambiguous      // a plain scalar that readers of YAML do not agree about: yes, 010, 1_000, 2024-01-02
	Map            // a mapping that is not empty, named but not walked
	List           // a list with mappings or lists in it, named but not walked
)

// String is the English name used in JSON's `types`.
func (k Kind) String() string {
	return [...]string{"absent", "null", "bool", "int", "float", "string", "list", "map", "list", "tagged", "ambiguous", "map", "list"}[k]
}

// Value is one value. The zero Value is absent. Values are compared by Equal,
// never by ==.
type Value struct {
	_      [0]func() // not comparable
	kind   Kind
	bigger bool   // Int: number is a uint64 above the int64s
	number uint64 // Bool: 0, 1; Int: the integer; Float: math.Float64bits
	text   string // String: decoded; Tagged: decoded; Int, Float, Ambiguous: as written
	more   *more  // Tagged, Scalars
}

type more struct {
	tag   string
	items []Value
}

// ErrNotScalar says that a text given as a value is not one scalar or list of scalars.
var ErrNotScalar = errors.New("not a scalar")

// Of makes a composite kind that has no text: Null, EmptyMap, EmptyList, Map, List.
func Of(k Kind) Value { return Value{kind: k} }

// Text is a string value.
func Text(s string) Value { return Value{kind: String, text: s} }

// Sequence is a list of scalars; none is EmptyList.
func Sequence(items []Value) Value {
	if len(items) == 0 {
		return Value{kind: EmptyList}
	}
	return Value{kind: Scalars, more: &more{items: items}}
}

// Kind is the type.
func (v Value) Kind() Kind { return v.kind }

// TypeName is the type as people and JSON's `types` call it: string, int,
// float, bool, null, list, map, timestamp, or the tag of a tagged scalar; "" of
// an absent value. An Ambiguous scalar has the type that go-yaml gives it, or,
// where that is string, the type that YAML 1.1 gives it (yes: bool; 1:30: int),
// so that it differs from the name of the quoted string with the same text.
func (v Value) TypeName() string {
	switch v.kind {
	case Absent:
		return ""
	case Tagged:
		return v.Tag()
	case Ambiguous:
		return ambiguousType(v.text)
	}
	return v.kind.String()
}

// Present reports whether there is a value at all; null is one.
func (v Value) Present() bool { return v.kind != Absent }

// Items are the elements of a list of scalars.
func (v Value) Items() []Value {
	if v.more == nil {
		return nil
	}
	return v.more.items
}

// Tag is the tag of a Tagged scalar, shortened (!!binary); else "".
func (v Value) Tag() string {
	if v.more == nil {
		return ""
	}
	return v.more.tag
}

// Plain reports whether v is a scalar that must be written plain to be read
// back as what it is: a number, a bool, null, or an Ambiguous text. Reveal is
// how it is spelled.
func (v Value) Plain() bool {
	switch v.kind {
	case Null, Bool, Int, Float, Ambiguous:
		return true
	}
	return false
}

// Equal reports whether v and w are the same for every reader; in doubt not.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case Absent, Null, EmptyMap, EmptyList:
		return true
	case Bool:
		return v.number == w.number
	case Int:
		return v.number == w.number && v.bigger == w.bigger
	case Float:
		return equalFloats(v, w)
	case String, Ambiguous:
		return v.text == w.text
	case Tagged:
		return v.text == w.text && v.Tag() == w.Tag()
	case Scalars:
		return equalItems(v.Items(), w.Items())
	}
	return false // Map and List are not walked
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}

// equalFloats: two spellings that round to one float64 may still be different
// numbers to a reader of decimals. All NaNs are one value.
func equalFloats(v, w Value) bool {
	x, y := math.Float64frombits(v.number), math.Float64frombits(w.number)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.IsNaN(x) && math.IsNaN(y) || x == y
	}
	return v.number == w.number && (v.text == w.text || decimalOf(v.text) == decimalOf(w.text))
}

// RevealCanonical is a text that two values share exactly when they are Equal (Map and
// List, which are equal to nothing, aside): what to take a fingerprint of. It
// reveals the value.
func (v Value) RevealCanonical() string {
	text := v.text
	switch v.kind {
	case Null, Bool:
		text = v.Reveal()
	case Int:
		if v.bigger {
			text = strconv.FormatUint(v.number, 10)
		} else {
			text = strconv.FormatInt(int64(v.number), 10)
		}
	case Float:
		if f := math.Float64frombits(v.number); math.IsNaN(f) || math.IsInf(f, 0) {
			text = strconv.FormatFloat(f, 'g', -1, 64)
		} else {
			d := decimalOf(v.text)
			text = fmt.Sprint(d.negative, d.digits, d.exponent)
		}
	case Tagged:
		text = strconv.Itoa(len(v.Tag())) + v.Tag() + v.text
	case Scalars:
		for _, e := range v.Items() {
			c := e.RevealCanonical()
			text += strconv.Itoa(len(c)) + ":" + c
		}
	}
	return strconv.Itoa(int(v.kind)) + ":" + text
}

// Reveal is the text of a scalar: decoded, unmasked, and for numbers as the
// file spells it. Composite kinds have none.
func (v Value) Reveal() string {
	switch v.kind {
	case Null:
		return "null"
	case Bool:
		return strconv.FormatBool(v.number == 1)
	}
	return v.text
}

// maxExactJSON is how large an integer may be for a reader of JSON that has
// floats only.
const maxExactJSON = 1 << 53

// RevealJSON is v, unmasked, as encoding/json takes it: nil, bool, int64,
// uint64, float64, string, []any, and an empty map. .nan, .inf and integers
// beyond 2^53 are strings, as is the text of an Ambiguous or Tagged scalar.
// A Map or List, which a Value only names, is nil.
func (v Value) RevealJSON() any {
	switch v.kind {
	case Bool:
		return v.number == 1
	case Int:
		if n := int64(v.number); !v.bigger && n >= -maxExactJSON && n <= maxExactJSON {
			return n
		}
		return strings.TrimPrefix(v.text, "+")
	case Float:
		if f := math.Float64frombits(v.number); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
		return v.text
	case String, Ambiguous, Tagged:
		return v.text
	case EmptyMap:
		return map[string]any{}
	case EmptyList:
		return []any{}
	case Scalars:
		out := make([]any, len(v.Items()))
		for i, e := range v.Items() {
			out[i] = e.RevealJSON()
		}
		return out
	}
	return nil
}

// Format prints the kind only, so that no secret leaks through a log.
func (v Value) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "<%s>", v.kind) }

// MarshalJSON refuses: a value reaches JSON through mask only.
func (v Value) MarshalJSON() ([]byte, error) { return nil, errors.New("value: unmasked value in JSON") }

// MarshalText refuses likewise.
func (v Value) MarshalText() ([]byte, error) { return nil, errors.New("value: unmasked value as text") }
