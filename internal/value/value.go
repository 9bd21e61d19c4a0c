// Package value is what stands at a key path, and when two are equal.
//
// A Value hides its text: fmt prints only its kind, JSON refuses it. Only the
// rooms that the house test names may call Reveal.
//
// Law: Equal never says yes where YAML 1.2's core schema and go-yaml's reading
// do not both say so; where YAML 1.1 and 1.2 read a plain scalar differently,
// only identical texts of the same style are equal.
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
	Ambiguous      // a plain scalar that YAML 1.1 and 1.2 read differently: yes, 010, 1_000
	Map            // a mapping that is not empty, named but not walked
	List           // a list with mappings or lists in it, named but not walked
)

// String is the English name used in JSON's `types`.
func (k Kind) String() string {
	return [...]string{"absent", "null", "bool", "int", "float", "string", "list", "map", "list", "tagged", "ambiguous", "map", "list"}[k]
}

// Value is one value. The zero Value is absent.
type Value struct {
	kind  Kind
	tag   string  // Tagged
	text  string  // String: decoded; Int, Float, Bool: canonical; Ambiguous: as written
	raw   string  // the spelling in the file, of numbers
	items []Value // Scalars
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
	return Value{kind: Scalars, items: items}
}

// Resolve gives the value of a scalar: its decoded text, whether it is written
// plain (neither quoted nor a block scalar), and its tag ("" for none, "!" for
// the non-specific tag).
func Resolve(text string, plain bool, tag string) Value {
	switch tag {
	case "":
	case "!", "!!str", "tag:yaml.org,2002:str":
		return Text(text)
	default:
		return Value{kind: Tagged, tag: tag, text: text}
	}
	if !plain {
		return Text(text)
	}
	return plainValue(text)
}

func plainValue(s string) Value {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return Value{kind: Null}
	case "true", "True", "TRUE":
		return Value{kind: Bool, text: "true"}
	case "false", "False", "FALSE":
		return Value{kind: Bool, text: "false"}
	}
	if v, ok := number(s); ok {
		return v
	}
	return Text(s)
}

func number(s string) (Value, bool) {
	if c := s[0]; !(c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.') {
		return Value{}, false
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Value{kind: Int, text: strconv.FormatInt(i, 10), raw: s}, true
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return Value{kind: Float, text: strconv.FormatFloat(f, 'g', -1, 64), raw: s}, true
	}
	return Value{}, false
}

// Kind is the type.
func (v Value) Kind() Kind { return v.kind }

// Present reports whether there is a value at all; null is one.
func (v Value) Present() bool { return v.kind != Absent }

// Items are the elements of a list of scalars.
func (v Value) Items() []Value { return v.items }

// Equal reports whether v and w are the same for every reader; in doubt not.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind || v.tag != w.tag || v.text != w.text || len(v.items) != len(w.items) {
		return false
	}
	if v.kind == Map || v.kind == List {
		return false
	}
	for i := range v.items {
		if !v.items[i].Equal(w.items[i]) {
			return false
		}
	}
	return true
}

// Reveal is the text of a scalar: decoded, unmasked, and for numbers as the
// file spells it. Composite kinds have none.
func (v Value) Reveal() string {
	if v.raw != "" {
		return v.raw
	}
	if v.kind == Null {
		return "null"
	}
	return v.text
}

// Format prints the kind only, so that no secret leaks through a log.
func (v Value) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "<%s>", v.kind) }

// MarshalJSON refuses: a value reaches JSON through mask only.
func (v Value) MarshalJSON() ([]byte, error) { return nil, errors.New("value: unmasked value in JSON") }

// Parse reads one value as a person types it (--set): a YAML scalar, or a flow
// list of scalars. The error is ErrNotScalar.
func Parse(s string) (Value, error) {
	if strings.ContainsAny(s, "\n\r") {
		return Text(s), nil
	}
	return plainValue(s), nil
}
