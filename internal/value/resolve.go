package value

import (
	"math"
	"strconv"
	"strings"
)

// Resolve gives the value of a scalar: its decoded text, whether it is written
// plain (neither quoted nor a block scalar), and its tag ("" for none, "!" for
// the non-specific tag; short, long or verbatim).
//
// Three readings of a plain scalar are asked: YAML 1.2's core schema (10.3.2),
// YAML 1.1's types as PyYAML and Ruby read them (yaml.org/type), and go-yaml
// v4's. Where they agree that is the value; where not, it is Ambiguous.
func Resolve(text string, plain bool, tag string) Value {
	if tag != "" {
		return tagged(text, tag)
	}
	if !plain {
		return Value{kind: String, text: text}
	}
	return plainValue(text)
}

// tagged resolves the core schema's tags as go-yaml does, where the text is
// beyond doubt; every other tag keeps its text to itself.
func tagged(text, tag string) Value {
	tag = shortTag(tag)
	v := plainValue(text)
	switch {
	case tag == "!", tag == "!!str":
		return Text(text)
	case tag == "!!int" && v.kind == Int,
		tag == "!!float" && v.kind == Float,
		tag == "!!bool" && v.kind == Bool,
		tag == "!!null" && v.kind == Null:
		return v
	case tag == "!!float" && v.kind == Int && !v.bigger && math.Abs(float64(int64(v.number))) <= maxExactJSON:
		return Value{kind: Float, number: math.Float64bits(float64(int64(v.number))), text: text}
	}
	return Value{kind: Tagged, text: text, more: &more{tag: tag}}
}

func shortTag(tag string) string {
	if t, ok := strings.CutPrefix(tag, "!<"); ok {
		tag = strings.TrimSuffix(t, ">")
	}
	if t, ok := strings.CutPrefix(tag, "tag:yaml.org,2002:"); ok {
		return "!!" + t
	}
	return tag
}

// plainValue looks at the first character: nearly all plain scalars are
// strings, and their first letter says so.
func plainValue(s string) Value {
	if s == "" {
		return Value{kind: Null}
	}
	switch s[0] {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '+', '.':
		return numeric(s)
	case '~', '=', '<', 'n', 'N', 'y', 'Y', 't', 'T', 'f', 'F', 'o', 'O':
		if len(s) <= len("false") {
			return word(s)
		}
	}
	return Value{kind: String, text: s}
}

func word(s string) Value {
	switch s {
	case "~", "null", "Null", "NULL":
		return Value{kind: Null}
	case "true", "True", "TRUE":
		return Value{kind: Bool, number: 1}
	case "false", "False", "FALSE":
		return Value{kind: Bool}
	case "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
		"=", "<<": // YAML 1.1's default and merge keys, as values
		return Value{kind: Ambiguous, text: s}
	}
	return Value{kind: String, text: s}
}

// numeric resolves what begins like a number.
func numeric(s string) Value {
	i := 0
	if s[0] == '-' || s[0] == '+' {
		i = 1
	}
	from := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	switch {
	case i < len(s):
		return notDigits(s)
	case i == from: // a sign alone
		return Value{kind: String, text: s}
	case s[from] == '0' && (i-from > 1 || s[0] == '-'): // 010, 08; -0 is go-yaml's float
		return Value{kind: Ambiguous, text: s}
	}
	return integer(s, s[from:], 10)
}

// integer is the integer of these digits, if it fits where go-yaml puts it.
func integer(s, digits string, base int) Value {
	n, err := strconv.ParseUint(digits, base, 64)
	switch {
	case err != nil, s[0] == '-' && n > 1<<63:
		return Value{kind: Ambiguous, text: s}
	case s[0] == '-':
		return Value{kind: Int, number: -n, text: s}
	}
	return Value{kind: Int, number: n, bigger: n > math.MaxInt64, text: s}
}

func notDigits(s string) Value {
	switch s {
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return Value{kind: Float, number: math.Float64bits(math.Inf(1)), text: s}
	case "-.inf", "-.Inf", "-.INF":
		return Value{kind: Float, number: math.Float64bits(math.Inf(-1)), text: s}
	case ".nan", ".NaN", ".NAN":
		return Value{kind: Float, number: math.Float64bits(math.NaN()), text: s}
	}
	if len(s) > 2 && s[0] == '0' && s[1] == 'x' && all(s[2:], isHex) {
		return integer(s, s[2:], 16)
	}
	switch shape := floatShape(s); {
	case shape == everyReader:
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return Value{kind: Float, number: math.Float64bits(f), text: s}
		}
		return Value{kind: Ambiguous, text: s}
	case shape == someReader, radix(s), sexagesimal(s), timestamp(s):
		return Value{kind: Ambiguous, text: s}
	}
	return Value{kind: String, text: s}
}

// ambiguousType is the type that a reader gives who does not take the text for
// a string.
func ambiguousType(s string) string {
	switch {
	case s == "=", s == "<<":
		return "string"
	case !isDigit(s[0]) && strings.IndexByte("+-.", s[0]) < 0:
		return "bool"
	case timestamp(s):
		return "timestamp"
	case sexagesimal(s):
		if strings.Contains(s, ".") {
			return "float"
		}
		return "int"
	case radix(s):
		return "int"
	}
	digits := strings.TrimLeft(s, "+-")
	if all(digits, func(c byte) bool { return isDigit(c) || c == '_' }) {
		return "int"
	}
	return "float"
}

// shape says who takes a text for a decimal float.
type shape uint8

const (
	noReader shape = iota
	someReader
	everyReader
)

// floatShape knows the differences between YAML 1.2's float (10.3.2), YAML
// 1.1's (a dot is needed, an exponent needs its sign), PyYAML's (no sign before
// a leading dot) and go-yaml's (underscores are left out, wherever they stand).
func floatShape(s string) shape {
	i, agreed := 0, everyReader
	if strings.IndexByte(s, '_') >= 0 {
		s, agreed = strings.ReplaceAll(s, "_", ""), someReader
	}
	if s != "" && (s[0] == '-' || s[0] == '+') {
		i = 1
	}
	digits := func() (n int) {
		for ; i < len(s) && isDigit(s[i]); i++ {
			n++
		}
		return n
	}
	whole := digits()
	if i < len(s) && s[i] == '.' {
		if whole == 0 && i > 0 {
			agreed = someReader
		}
		i++
		whole += digits()
	} else {
		agreed = someReader
	}
	if whole == 0 {
		return noReader
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		} else {
			agreed = someReader
		}
		if digits() == 0 {
			return noReader
		}
	}
	if i < len(s) {
		return noReader
	}
	return agreed
}

// radix reports whether some reader takes s for an integer with a prefix: 0b, 0o
// (go-yaml, YAML 1.2), upper case (go-yaml), signs and underscores (YAML 1.1).
func radix(s string) bool {
	digits := strings.TrimLeft(strings.ReplaceAll(s, "_", ""), "+-")
	if len(digits) < 2 || digits[0] != '0' {
		return false
	}
	rest := digits[2:]
	if rest == "" {
		return strings.IndexByte("xXoObB", digits[1]) >= 0 && strings.Contains(s, "_") // 0x_: an integer for YAML 1.1
	}
	switch digits[1] | 0x20 {
	case 'x':
		return all(rest, isHex)
	case 'o':
		return all(rest, func(c byte) bool { return c >= '0' && c <= '7' })
	case 'b':
		return all(rest, func(c byte) bool { return c == '0' || c == '1' })
	}
	return false
}

// sexagesimal reports whether YAML 1.1 takes s for a number of base 60: 1:30,
// 190:20:30.15.
func sexagesimal(s string) bool {
	s = strings.TrimLeft(s, "+-")
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '_') {
		i++
	}
	if i == 0 || s[0] == '_' || i == len(s) || s[i] != ':' {
		return false
	}
	for i < len(s) && s[i] == ':' {
		n := 0
		for i++; i < len(s) && isDigit(s[i]); i++ {
			n++
		}
		if n == 0 || n > 2 || n == 2 && s[i-2] > '5' {
			return false
		}
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && (isDigit(s[i]) || s[i] == '_'); i++ {
		}
	}
	return i == len(s)
}

// timestamp reports whether go-yaml or YAML 1.1 may take s for a date: 2024-1-2,
// with or without a time of any spelling behind it.
func timestamp(s string) bool {
	if len(s) < len("2024-1-2") || !all(s[:4], isDigit) || s[4] != '-' {
		return false
	}
	i := 5
	oneOrTwo := func() bool {
		from := i
		for i < len(s) && i < from+2 && isDigit(s[i]) {
			i++
		}
		return i > from
	}
	if !oneOrTwo() || i == len(s) || s[i] != '-' {
		return false
	}
	i++
	if !oneOrTwo() {
		return false
	}
	if i == len(s) {
		return true
	}
	if strings.IndexByte("Tt \t", s[i]) < 0 {
		return false
	}
	rest := strings.TrimLeft(s[i+1:], " \t")
	return rest != "" && isDigit(rest[0]) && strings.IndexByte(rest, ':') > 0 &&
		all(rest, func(c byte) bool { return isDigit(c) || strings.IndexByte(":.,+-Zz \t", c) >= 0 })
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func all(s string, is func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}

// decimal is a number apart from how it is spelled: ±0.digits × 10^exponent.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// decimalOf reads a finite float (or integer) that floatShape accepts.
func decimalOf(s string) decimal {
	var d decimal
	d.negative = s[0] == '-'
	s = strings.TrimLeft(s, "+-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		d.exponent, _ = strconv.Atoi(s[i+1:]) // too large for an int: then no float64 either
		s = s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	d.exponent += len(whole)
	all := whole + fraction
	d.digits = strings.TrimLeft(all, "0")
	d.exponent -= len(all) - len(d.digits)
	if d.digits = strings.TrimRight(d.digits, "0"); d.digits == "" {
		d.exponent = 0
	}
	return d
}
