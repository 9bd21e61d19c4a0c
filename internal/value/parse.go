package value

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrWrongType says that a text cannot be a value of the type that is wanted.
var ErrWrongType = errors.New("not of the type that is wanted")

// Parse reads one value as a person types it (--set): a YAML scalar, quoted or
// plain, or a flow list of scalars ([a, "b", 3]); {} is an empty mapping,
// nothing an empty string. Anything else is a string as typed, except for what looks like a collection
// and is not one of scalars: then the error is ErrNotScalar.
func Parse(s string) (Value, error) {
	switch {
	case s == "":
		return Text(""), nil
	case s[0] == '[' && s[len(s)-1] == ']' && len(s) > 1:
		return list(s, plainValue)
	case s == "{}":
		return Of(EmptyMap), nil
	case s[0] == '{' && s[len(s)-1] == '}':
		return Value{}, ErrNotScalar
	}
	if text, rest, ok := quoted(s); ok && rest == "" {
		return Text(text), nil
	}
	if s != strings.TrimSpace(s) || strings.ContainsAny(s, "\n\r") {
		return Text(s), nil
	}
	return plainValue(s), nil
}

// ParseAs reads a text as a value of the type that like has: a string is taken
// as typed, whatever it looks like; an int, a float or a bool must be one; of a
// list, the elements are read like its elements where those are of one type.
// Where like is absent or null it is Parse. The error is ErrWrongType or
// ErrNotScalar.
func ParseAs(s string, like Value) (Value, error) {
	switch like.kind {
	case String:
		return Text(s), nil
	case Tagged:
		return Value{kind: Tagged, text: s, more: like.more}, nil
	case Int, Float, Bool, Ambiguous:
		return plainAs(s, like)
	case Scalars, EmptyList:
		if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
			return Value{}, ErrWrongType
		}
		return listAs(s, like.Items())
	case EmptyMap, Map, List:
		if v, err := Parse(s); err == nil && like.kind != List && v.kind == EmptyMap || like.kind == List && v.kind == EmptyList {
			return v, nil
		}
		return Value{}, ErrNotScalar
	}
	return Parse(s)
}

// plainAs reads a plain scalar of like's type; an integer serves as a float. An
// Ambiguous text is good only where the key has such ones already.
func plainAs(s string, like Value) (Value, error) {
	v := plainValue(s)
	switch {
	case v.kind == like.kind:
		return v, nil
	case like.kind == Float && v.kind == Int && all(strings.TrimLeft(s, "+-"), isDigit):
		if f := plainValue(s + ".0"); f.kind == Float {
			return f, nil
		}
	case like.kind == Ambiguous:
		if t := like.TypeName(); t != "int" && t != "float" {
			return Parse(s)
		} else if t == v.TypeName() {
			return v, nil
		}
	}
	return Value{}, ErrWrongType
}

// listAs reads a flow list. Where all of like are of one type, so must be the
// elements.
func listAs(s string, like []Value) (Value, error) {
	same := len(like) > 0 && !slices.ContainsFunc(like, func(v Value) bool { return v.kind != like[0].kind })
	if !same {
		return list(s, plainValue)
	}
	wrong := false
	v, err := list(s, func(e string) Value {
		v, err := ParseAs(e, like[0])
		wrong = wrong || err != nil
		return v
	})
	if err == nil && (wrong || slices.ContainsFunc(v.Items(), func(e Value) bool { return e.kind != like[0].kind })) {
		return Value{}, ErrWrongType
	}
	return v, err
}

// list reads a flow list of scalars; plain reads the plain ones.
func list(s string, plain func(string) Value) (Value, error) {
	rest := strings.TrimSpace(s[1 : len(s)-1])
	var items []Value
	for rest != "" {
		var item Value
		if text, behind, ok := quoted(rest); ok {
			item, rest = Text(text), strings.TrimLeft(behind, " \t\r\n")
		} else {
			end := strings.IndexByte(rest, ',')
			if end < 0 {
				end = len(rest)
			}
			text := strings.TrimSpace(rest[:end])
			if !plainInFlow(text) {
				return Value{}, ErrNotScalar
			}
			item, rest = plain(text), rest[end:]
		}
		items = append(items, item)
		if rest == "" {
			break
		}
		if rest[0] != ',' {
			return Value{}, ErrNotScalar
		}
		rest = strings.TrimSpace(rest[1:])
	}
	return Sequence(items), nil
}

// plainInFlow reports whether text is one plain scalar inside a flow list (YAML
// 1.2, 7.3.3).
func plainInFlow(text string) bool {
	if text == "" || strings.ContainsAny(text, "[]{}\n\r") || strings.Contains(text, ": ") || strings.HasSuffix(text, ":") || strings.Contains(text, " #") {
		return false
	}
	if strings.IndexByte("&*!|>'\"%@`#", text[0]) >= 0 {
		return false
	}
	return strings.IndexByte("-?:", text[0]) < 0 || len(text) > 1 && text[1] != ' '
}

// quoted reads a quoted scalar at the beginning of s and gives what stands
// behind it; false where there is none, or it is not closed or well-formed.
func quoted(s string) (text, rest string, ok bool) {
	if s == "" {
		return "", "", false
	}
	switch s[0] {
	case '\'':
		return single(s[1:])
	case '"':
		return double(s[1:])
	}
	return "", "", false
}

func single(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '\'')
		if i < 0 {
			return "", "", false
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		if s == "" || s[0] != '\'' {
			return b.String(), s, true
		}
		b.WriteByte('\'')
		s = s[1:]
	}
}

func double(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for s != "" {
		switch s[0] {
		case '"':
			return b.String(), s[1:], true
		case '\\':
			r, n := escape(s[1:])
			if n == 0 {
				return "", "", false
			}
			b.WriteRune(r)
			s = s[1+n:]
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return "", "", false
}

// escape reads what stands behind a backslash in a double-quoted scalar (YAML
// 1.2, 5.7), on one line; 0 for what is no escape.
func escape(s string) (rune, int) {
	if s == "" {
		return 0, 0
	}
	const from, to = "0abt\tnvfre \"/\\N_LP", "\x00\a\b\t\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029"
	if i := strings.IndexByte(from, s[0]); i >= 0 {
		return []rune(to)[i], 1
	}
	n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]
	if n == 0 || len(s) < 1+n {
		return 0, 0
	}
	v, err := strconv.ParseUint(s[1:1+n], 16, 32)
	if err != nil || v > math.MaxInt32 || !utf8.ValidRune(rune(v)) {
		return 0, 0
	}
	return rune(v), 1 + n
}
