package value

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// scalars are plain scalars that readers of YAML have disagreed about, and
// neighbours of those that they have not.
var scalars = []string{
	"", "~", "null", "Null", "NULL", "nULL", "nil", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE",
	"yes", "Yes", "YES", "yEs", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N", "t", "f", "T", "F", "=", "<<", "<", "==",
	"0", "1", "-1", "+1", "-0", "+0", "00", "01", "010", "-010", "08", "09", "0777", "123", "+123",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "+9223372036854775808",
	"18446744073709551615", "18446744073709551616", "-18446744073709551616", "99999999999999999999999",
	"0x1F", "0x1f", "0X1F", "-0x1F", "+0x1F", "0x", "0xg", "0xFFFFFFFFFFFFFFFF", "0x10000000000000000", "0xDEAD_BEEF", "0x_",
	"0o17", "0O17", "-0o17", "0o8", "0o", "0b1", "0B1", "0b2", "-0b1", "0b", "0b1_0",
	"1_000", "1__0", "1_", "_1", "-_1", "+_1", "1_000.5", "1_e_3", "0_7", "._5", ".5_0", "._",
	"1.0", "1.00", "1.", "-1.", "01.5", "001.5", ".5", "-.5", "+.5", ".", "..", "-.", "+", "-", "1.5", "+1.5", "-0.0", "0.0", "-0.", "0.", "-.0",
	"1e3", "1E3", "1e+3", "1.0e3", "1.0e+3", "1.0E+3", "1.e+3", ".1e+5", ".1e5", "1.5e-7", "1e", "1e+", "1.0e400", "1.0e+400", "1.0e-400", "12e03", "0e0",
	".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.INF", ".iNF", ".nan", ".NaN", ".NAN", "-.nan", ".Nan", "inf", "nan", "Infinity", "+Inf", "-inf", "NaN",
	"1:30", "01:30", "08:30", "12:30:45", "190:20:30", "190:20:30.15", "1:60", "8080:80", "22:22", "-1:30", "1:", ":30", "1_0:30", "1:30.", "10.0.0.1:80",
	"2024-01-02", "2024-1-2", "2024-01", "2024-13-45", "2024-01-02T10:00:00Z", "2024-01-02t10:00:00z", "2024-01-02 10:00:00", "2024-01-02T10:00:00+08:00",
	"2001-12-14 21:59:43.10 -5", "2024-01-02 1:2:3", "2024-01-02T1:2:3Z", "2024-01-02T10:00:00,5Z", "2024-01-02x", "2024-01-02T", "2024-01-02-rc1", "20240102",
	"1.2.3", "v1.2.3", "10.0.0.1", "1.2.3-beta", "100Mi", "5m", "1h30m", "0.5s", "1/2", "50%", "123abc4", "1e3f", "0xg1", "0b9f3c1", "12-34", "+86", "13800138000",
	"price_1ABC", "计费", "１２３", "true ", "hello world", "a b", "0 1", "1 2", "١٢٣",
}

// goyaml is what go-yaml v4 makes of a plain scalar; false where the text is not
// one plain scalar with that text.
func goyaml(text, tag string) (any, bool) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte("k: "+tag+" "+text+"\n"), &n); err != nil || len(n.Content) != 1 || len(n.Content[0].Content) != 2 {
		return nil, false
	}
	s := n.Content[0].Content[1]
	if s.Kind != yaml.ScalarNode || s.Value != text || s.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return nil, false
	}
	var v any
	if err := s.Decode(&v); err != nil {
		return err, true
	}
	return v, true
}

// Tags as YAML 1.2's core schema and YAML 1.1's types give them, by their
// published expressions; of 1.1's floats the widest of the spec's, PyYAML's and
// Ruby's.
var (
	coreInt   = regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	coreFloat = regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)$`)
	coreNull  = regexp.MustCompile(`^(null|Null|NULL|~|)$`)
	coreBool  = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE)$`)
	oldBool   = regexp.MustCompile(`^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`)
	oldInt    = regexp.MustCompile(`^([-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)$`)
	oldFloat  = regexp.MustCompile(`^([-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
	oldTime   = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?(([ \t]*)(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?)$`)
)

func coreType(s string) string {
	switch {
	case coreNull.MatchString(s):
		return "null"
	case coreBool.MatchString(s):
		return "bool"
	case coreInt.MatchString(s):
		return "int"
	case coreFloat.MatchString(s):
		return "float"
	}
	return "string"
}

func oldType(s string) string {
	switch {
	case coreNull.MatchString(s):
		return "null"
	case oldBool.MatchString(s):
		return "bool"
	case oldInt.MatchString(s):
		return "int"
	case oldFloat.MatchString(s):
		return "float"
	case oldTime.MatchString(s):
		return "timestamp"
	case s == "=", s == "<<":
		return "special"
	}
	return "string"
}

func goType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case int, int64, uint64:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case time.Time:
		return "timestamp"
	}
	return fmt.Sprintf("%T", v)
}

// checkPlain holds Resolve to the three readings.
func checkPlain(t interface{ Fatalf(string, ...any) }, s string) {
	v := Resolve(s, true, "")
	g, ok := goyaml(s, "")
	types := map[string]bool{coreType(s): true, oldType(s): true}
	if ok {
		types[goType(g)] = true
	}
	if v.Kind() == Ambiguous {
		if v.Reveal() != s {
			t.Fatalf("%q is ambiguous, but %q", s, v.Reveal())
		}
		return
	}
	if len(types) != 1 || !types[v.TypeName()] {
		t.Fatalf("%q: %v, but readers say %v", s, v, types)
	}
	if !ok {
		return
	}
	same := true
	switch x := g.(type) {
	case string:
		same = v.Reveal() == x
	case bool:
		same = v.RevealJSON() == x
	case int:
		same = v.RevealJSON() == int64(x) || v.RevealCanonical() == fmt.Sprintf("3:%d", x)
	case uint64:
		same = v.RevealCanonical() == fmt.Sprintf("3:%d", x)
	case float64:
		same = v.number == math.Float64bits(x) || math.IsNaN(x) && math.IsNaN(math.Float64frombits(v.number))
	}
	if !same {
		t.Fatalf("%q: %q, but go-yaml reads %v", s, v.Reveal(), g)
	}
	// 1.1 and 1.2 may agree on the type and not on the number.
	if old, ok := oldInteger(s); ok && v.Kind() == Int && v.RevealCanonical() != "3:"+old.String() {
		t.Fatalf("%q: %q, but YAML 1.1 reads %s", s, v.RevealCanonical(), old)
	}
}

func oldInteger(s string) (*big.Int, bool) {
	if !oldInt.MatchString(s) || strings.Contains(s, ":") {
		return nil, false
	}
	plain := strings.ReplaceAll(s, "_", "")
	return new(big.Int).SetString(strings.TrimPrefix(plain, "+"), 0) // base 0: 0x, 0b, and 0 for octal
}

func TestResolveAsEveryReader(t *testing.T) {
	for _, s := range scalars {
		checkPlain(t, s)
	}
}

func TestResolveKinds(t *testing.T) {
	for _, c := range []struct {
		text     string
		kind     Kind
		typeName string
	}{
		{"", Null, "null"}, {"~", Null, "null"}, {"null", Null, "null"},
		{"True", Bool, "bool"}, {"123", Int, "int"}, {"+1", Int, "int"}, {"0x1F", Int, "int"}, {"18446744073709551615", Int, "int"},
		{"1.0", Float, "float"}, {".5", Float, "float"}, {"1.", Float, "float"}, {"-0.0", Float, "float"}, {".inf", Float, "float"}, {"1.0e+3", Float, "float"},
		{"1.2.3", String, "string"}, {"10.0.0.1", String, "string"}, {"10.0.0.1:80", String, "string"}, {"8080:80", String, "string"}, {"100Mi", String, "string"},
		{"2024-01", String, "string"}, {"2024-01-02-rc1", String, "string"}, {"123abc4", String, "string"}, {"0b9f3c1", String, "string"}, {"yEs", String, "string"},
		{"yes", Ambiguous, "bool"}, {"off", Ambiguous, "bool"}, {"n", Ambiguous, "bool"},
		{"010", Ambiguous, "int"}, {"08", Ambiguous, "int"}, {"0o10", Ambiguous, "int"}, {"0b1", Ambiguous, "int"}, {"1_000", Ambiguous, "int"}, {"-0", Ambiguous, "int"},
		{"0X1F", Ambiguous, "int"}, {"1:30", Ambiguous, "int"}, {"1:30.5", Ambiguous, "float"}, {"1e3", Ambiguous, "float"}, {"-.5", Ambiguous, "float"}, {"1_000.5", Ambiguous, "float"}, {"0e_+0", Ambiguous, "float"}, {"0_b0", Ambiguous, "int"}, {"+_0b0", Ambiguous, "int"}, {"0x_", Ambiguous, "int"}, {"0x", String, "string"}, {"1_.e_5", Ambiguous, "float"}, {"0e_+0", Ambiguous, "float"},
		{"18446744073709551616", Ambiguous, "int"}, {"2024-01-02", Ambiguous, "timestamp"}, {"2024-01-02T10:00:00Z", Ambiguous, "timestamp"},
		{"=", Ambiguous, "string"}, {"<<", Ambiguous, "string"},
	} {
		v := Resolve(c.text, true, "")
		if v.Kind() != c.kind || v.TypeName() != c.typeName {
			t.Errorf("%q is %v (%s), want %v (%s)", c.text, v, v.TypeName(), c.kind, c.typeName)
		}
		if q := Resolve(c.text, false, ""); q.Kind() != String || q.Reveal() != c.text {
			t.Errorf("quoted %q is %v", c.text, q)
		}
	}
}

func TestEqual(t *testing.T) {
	plain := func(s string) Value { return Resolve(s, true, "") }
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{plain("a"), Text("a"), true},
		{plain("1"), Text("1"), false},
		{plain("1"), plain("1.0"), false},
		{plain("1.0"), plain("1.00"), true},
		{plain("1."), plain("1.0"), true},
		{plain("1.0e+3"), plain("1000.0"), true},
		{plain(".5"), plain("0.5"), true},
		{plain("+1.5"), plain("1.5"), true},
		{plain("0.1"), plain("0.10000000000000001"), false}, // one float64, two decimals
		{plain("0x1F"), plain("31"), true},
		{plain("+1"), plain("1"), true},
		{plain("0xFFFFFFFFFFFFFFFF"), plain("18446744073709551615"), true},
		{plain("0xFFFFFFFFFFFFFFFF"), plain("-1"), false},
		{plain("9223372036854775808"), plain("-9223372036854775808"), false},
		{plain("True"), plain("true"), true},
		{plain("true"), plain("false"), false},
		{plain("true"), Text("true"), false},
		{plain("null"), plain("~"), true},
		{plain(""), Of(Null), true},
		{plain(""), Text(""), false},
		{plain("null"), Value{}, false},
		{Value{}, Value{}, true},
		{plain("-0.0"), plain("0.0"), false},
		{plain("-0.0"), plain("-0.00"), true},
		{plain(".nan"), plain(".NaN"), true},
		{plain(".inf"), plain("+.INF"), true},
		{plain(".inf"), plain("-.inf"), false},
		{plain(".inf"), plain(".nan"), false},
		{plain("yes"), plain("yes"), true},
		{plain("yes"), Text("yes"), false},
		{plain("yes"), plain("true"), false},
		{plain("yes"), plain("Yes"), false},
		{plain("010"), plain("8"), false},
		{plain("010"), plain("10"), false},
		{plain("0o10"), plain("8"), false},
		{plain("1_000"), plain("1000"), false},
		{plain("1e3"), plain("1000.0"), false},
		{plain("99999999999999999999"), plain("99999999999999999999"), true},
		{plain("99999999999999999999"), plain("+99999999999999999999"), false},
		{Resolve("1", true, "!!str"), Text("1"), true},
		{Resolve("1", true, "!"), Text("1"), true},
		{Resolve("1", false, "!!int"), plain("1"), true},
		{Resolve("1", true, "tag:yaml.org,2002:int"), plain("1"), true},
		{Resolve("1", true, "!<tag:yaml.org,2002:int>"), plain("1"), true},
		{Resolve("1", true, "!!float"), plain("1.0"), true},
		{Resolve("1", true, "!!float"), plain("1"), false},
		{Resolve("~", true, "!!null"), plain(""), true},
		{Resolve("yes", true, "!!bool"), plain("yes"), false},
		{Resolve("010", true, "!!int"), plain("010"), false},
		{Resolve("x", true, "!vault"), Resolve("x", true, "!vault"), true},
		{Resolve("x", true, "!vault"), Resolve("x", true, "!other"), false},
		{Resolve("x", true, "!vault"), Text("x"), false},
		{Resolve("aGk=", true, "!!binary"), Resolve("aGk=", true, "!<tag:yaml.org,2002:binary>"), true},
		{Sequence([]Value{Text("a"), plain("1")}), Sequence([]Value{plain("a"), plain("1")}), true},
		{Sequence([]Value{Text("a"), Text("b")}), Sequence([]Value{Text("b"), Text("a")}), false},
		{Sequence([]Value{Text("a")}), Sequence([]Value{Text("a"), Text("a")}), false},
		{Sequence([]Value{Text("a")}), Text("a"), false},
		{Sequence(nil), Of(EmptyList), true},
		{Of(EmptyList), Of(EmptyMap), false},
		{Of(Map), Of(Map), false},
		{Of(List), Of(List), false},
	} {
		if c.a.Equal(c.b) != c.want || c.b.Equal(c.a) != c.want {
			t.Errorf("%v %q and %v %q: want equal %v", c.a, c.a.Reveal(), c.b, c.b.Reveal(), c.want)
		}
	}
}

// plainTexts are texts made of what numbers, dates and words are made of.
func plainTexts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(scalars),
		rapid.SampledFrom([]string{"true", "False", "null", "~", "yes", "1.0", "1", "text"}),
		rapid.StringMatching(`[-+]?(0|0x|0o|0b|0X)?[0-9a-f_]{0,4}(\.[0-9_]{0,3})?([eE][-+]?[0-9]{0,2})?`),
		rapid.StringMatching(`[-+]?[0-9]{1,3}(:[0-9]{1,2}){0,3}(\.[0-9]?)?`),
		rapid.StringMatching(`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{1,3})?([Zz]|[-+][0-9]{1,2}(:[0-9]{2})?)?)?`),
		rapid.StringMatching(`[-+.0-9eExob_:~=<a-fA-FyYnN]{1,6}`),
	)
}

// respelled is another text, often of the same value.
func respelled(t *rapid.T, a string) string {
	return rapid.OneOf(plainTexts(), rapid.SampledFrom([]string{
		a, "+" + a, a + "0", a + ".", a + ".0", "0" + a, strings.ToUpper(a), strings.TrimPrefix(a, "+"), strings.TrimRight(a, "0"), a + "e+0", a + "1",
	})).Draw(t, "b")
}

func TestResolveLaws(t *testing.T) {
	kinds := map[Kind]int{}
	equal := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 8 {
			pair(t, kinds, &equal)
		}
	})
	for _, k := range []Kind{Null, Bool, Int, Float, String, Ambiguous} {
		if kinds[k] == 0 {
			t.Errorf("no %v was drawn", k)
		}
	}
	if equal == 0 {
		t.Error("no two spellings of one value were drawn")
	}
}

func pair(t *rapid.T, kinds map[Kind]int, equal *int) {
	a := plainTexts().Draw(t, "a")
	b := respelled(t, a)
	checkPlain(t, a)
	v, w := Resolve(a, true, ""), Resolve(b, true, "")
	kinds[v.Kind()]++
	if !v.Equal(v) {
		t.Fatalf("%q is not equal to itself", a)
	}
	if v.Equal(w) != w.Equal(v) {
		t.Fatalf("%q and %q: Equal is not symmetric", a, b)
	}
	if v.Equal(w) != (v.RevealCanonical() == w.RevealCanonical()) {
		t.Fatalf("%q and %q: equal %v, canonical %q and %q", a, b, v.Equal(w), v.RevealCanonical(), w.RevealCanonical())
	}
	if a != b && v.Equal(w) {
		*equal++
		checkEqual(t, a, b)
	}
	if q := Text(a); v.Equal(q) != (v.Kind() == String) {
		t.Fatalf("%q plain and quoted: equal %v", a, v.Equal(q))
	}
}

// checkEqual: two texts that are Equal are one value to the core schema, read
// with unbounded precision, and to go-yaml.
func checkEqual(t *rapid.T, a, b string) {
	if coreType(a) != coreType(b) {
		t.Fatalf("%q and %q are of two types", a, b)
	}
	x, ok1 := goyaml(a, "")
	y, ok2 := goyaml(b, "")
	if ok1 && ok2 && fmt.Sprintf("%T %v", x, x) != fmt.Sprintf("%T %v", y, y) {
		t.Fatalf("%q and %q are %v and %v to go-yaml", a, b, x, y)
	}
	p, ok1 := new(big.Rat).SetString(strings.TrimSuffix(a, "."))
	q, ok2 := new(big.Rat).SetString(strings.TrimSuffix(b, "."))
	if ok1 && ok2 && p.Cmp(q) != 0 {
		t.Fatalf("%q and %q are two numbers", a, b)
	}
}

func FuzzResolve(f *testing.F) {
	for _, s := range scalars {
		f.Add(s, "")
		f.Add(s, "!!int")
		f.Add(s, "!!float")
		f.Add(s, "!!bool")
		f.Add(s, "!!null")
		f.Add(s, "!")
	}
	f.Fuzz(func(t *testing.T, s, tag string) {
		if len(s) > 200 || strings.HasPrefix(s, "\ufeff") {
			return
		}
		if tag == "" {
			if g, ok := goyaml(s, ""); ok || g != nil {
				checkPlain(t, s)
			}
			return
		}
		switch tag {
		case "!!int", "!!float", "!!bool", "!!null", "!!str", "!":
		default:
			return
		}
		g, ok := goyaml(s, tag)
		v := Resolve(s, true, tag)
		if !ok || v.Kind() == Tagged {
			return
		}
		if v.TypeName() != goType(g) {
			t.Fatalf("%s %q: %v, but go-yaml reads %T %v", tag, s, v, g, g)
		}
		if v.Kind() == Float && v.number != math.Float64bits(g.(float64)) && !math.IsNaN(g.(float64)) {
			t.Fatalf("%s %q: %q, but go-yaml reads %v", tag, s, v.Reveal(), g)
		}
	})
}

func TestResolveDoesNotAllocate(t *testing.T) {
	for _, s := range []string{"hello", "true", "42", "1.5", "0x1F", "yes", "10.0.0.1", "2024-01-02", "node", "", "价格"} {
		if n := testing.AllocsPerRun(100, func() { Resolve(s, true, "") }); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	for _, s := range []string{"simplex-api", "true", "42", "1.5", "10.0.0.1", "2024-01-02", "node"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				Resolve(s, true, "")
			}
		})
	}
	b.Run("quoted", func(b *testing.B) {
		for b.Loop() {
			Resolve("42", false, "")
		}
	})
}

func BenchmarkEqual(b *testing.B) {
	v, w := Resolve("simplex-api", true, ""), Resolve("simplex-api", false, "")
	for b.Loop() {
		v.Equal(w)
	}
}
