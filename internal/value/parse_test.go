package value

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

func plain(s string) Value { return Resolve(s, true, "") }

func seq(v ...Value) Value { return Sequence(v) }

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Value
	}{
		{"abc", Text("abc")},
		{"", Text("")},
		{"123", plain("123")},
		{"1.50", plain("1.50")},
		{"true", plain("true")},
		{"null", Of(Null)},
		{"~", Of(Null)},
		{"yes", plain("yes")},
		{"010", plain("010")},
		{`"123"`, Text("123")},
		{`'it''s'`, Text("it's")},
		{`"a\nb\u4ef7\x41\"\\"`, Text("a\nb价A\"\\")},
		{`""`, Text("")},
		{`"open`, Text(`"open`)},
		{`"bad \q"`, Text(`"bad \q"`)},
		{`"a" b`, Text(`"a" b`)},
		{`'a' 'b'`, Text(`'a' 'b'`)},
		{" 5", Text(" 5")},
		{"5 ", Text("5 ")},
		{"5\n", Text("5\n")},
		{"a: b", Text("a: b")},
		{"# x", Text("# x")},
		{"*.example", Text("*.example")},
		{"&x", Text("&x")},
		{"!x", Text("!x")},
		{"- a", Text("- a")},
		{"a, b", Text("a, b")},
		{"[a", Text("[a")},
		{"a]", Text("a]")},
		{"[", Text("[")},
		{"${HOME}", Text("${HOME}")},
		{"{}", Of(EmptyMap)},
		{"[]", Of(EmptyList)},
		{"[ ]", Of(EmptyList)},
		{"[a, b]", seq(Text("a"), Text("b"))},
		{"[a,b,]", seq(Text("a"), Text("b"))},
		{`[1, "1", '1', true, ~, 1.5]`, seq(plain("1"), Text("1"), Text("1"), plain("true"), Of(Null), plain("1.5"))},
		{`["a,b", 'c]d']`, seq(Text("a,b"), Text("c]d"))},
		{"[https://a.example, https://b.example:8443/x]", seq(Text("https://a.example"), Text("https://b.example:8443/x"))},
		{"[专业版, a b]", seq(Text("专业版"), Text("a b"))},
		{"[-1, -x]", seq(plain("-1"), Text("-x"))},
	} {
		got, err := Parse(c.in)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("Parse(%q) = %v %q, %v; want %v", c.in, got, got.Reveal(), err, c.want)
		}
	}
	for _, in := range []string{"{a: b}", "{{ x }}", "[a, [b]]", "[{a: 1}]", "[a: b]", "[a,,b]", "[,]", `["a" b]`, `["a]`, "[*x]", "[a #b]", "[- a]", "[a:]", "[&x]", "[a\nb: c]"} {
		if v, err := Parse(in); !errors.Is(err, ErrNotScalar) {
			t.Errorf("Parse(%q) = %v, %v; want ErrNotScalar", in, v, err)
		}
	}
}

// TestParseListsAsGoYAML: what Parse takes for a list, go-yaml reads alike.
func TestParseListsAsGoYAML(t *testing.T) {
	lists := 0
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "1", "'", `"`, ",", ", ", "[", "]", ":", ": ", "#", " #", "-", "- ", "b c", `\n`, "''", "true", "~", "{", "?", "钱", "&", "0x1", "http://x"})
		s := "[" + strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") + "]"
		v, err := Parse(s)
		if err != nil {
			return
		}
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(s), &n); err != nil {
			t.Fatalf("Parse(%q) takes what go-yaml does not: %v", s, err)
		}
		root := n.Content[0]
		if root.Kind != yaml.SequenceNode || len(root.Content) != len(v.Items()) {
			t.Fatalf("Parse(%q) has %d items, go-yaml %d", s, len(v.Items()), len(root.Content))
		}
		lists++
		for i, c := range root.Content {
			want := Resolve(c.Value, c.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0, "")
			if c.Kind != yaml.ScalarNode || !v.Items()[i].Equal(want) {
				t.Fatalf("Parse(%q): item %d is %q, go-yaml has %q", s, i, v.Items()[i].Reveal(), c.Value)
			}
		}
	})
	if lists == 0 {
		t.Error("no list was drawn")
	}
}

func TestParseAs(t *testing.T) {
	for _, c := range []struct {
		in   string
		like Value
		want Value
		err  error
	}{
		{"true", Text("x"), Text("true"), nil},
		{"123", Text("x"), Text("123"), nil},
		{`"q"`, Text("x"), Text(`"q"`), nil},
		{"[a]", Text("x"), Text("[a]"), nil},
		{"", Text("x"), Text(""), nil},
		{"5", plain("1"), plain("5"), nil},
		{"-5", plain("1"), plain("-5"), nil},
		{"0x10", plain("1"), plain("16"), nil},
		{"5.0", plain("1"), Value{}, ErrWrongType},
		{"010", plain("1"), Value{}, ErrWrongType},
		{"five", plain("1"), Value{}, ErrWrongType},
		{"", plain("1"), Value{}, ErrWrongType},
		{"null", plain("1"), Value{}, ErrWrongType},
		{"0.25", plain("1.5"), plain("0.25"), nil},
		{"2", plain("1.5"), plain("2.0"), nil},
		{"-2", plain("1.5"), plain("-2.0"), nil},
		{"0x10", plain("1.5"), Value{}, ErrWrongType},
		{"1e3", plain("1.5"), Value{}, ErrWrongType},
		{"x", plain("1.5"), Value{}, ErrWrongType},
		{"False", plain("true"), plain("false"), nil},
		{"no", plain("true"), Value{}, ErrWrongType},
		{"1", plain("true"), Value{}, ErrWrongType},
		{"0644", plain("0755"), plain("0644"), nil},
		{"5", plain("0755"), plain("5"), nil},
		{"rw", plain("0755"), Value{}, ErrWrongType},
		{"no", plain("yes"), plain("no"), nil},
		{"2027-01-31", plain("2024-01-02"), plain("2027-01-31"), nil},
		{"7", Of(Null), plain("7"), nil},
		{"seven", Value{}, Text("seven"), nil},
		{"[a, 1]", Of(EmptyList), seq(Text("a"), plain("1")), nil},
		{"a", Of(EmptyList), Value{}, ErrWrongType},
		{"[1, true]", seq(Text("a")), seq(Text("1"), Text("true")), nil},
		{"[1, 2]", seq(plain("1")), seq(plain("1"), plain("2")), nil},
		{"[1, b]", seq(plain("1")), Value{}, ErrWrongType},
		{`["1"]`, seq(plain("1")), Value{}, ErrWrongType},
		{"[1, b]", seq(plain("1"), Text("a")), seq(plain("1"), Text("b")), nil},
		{"a, b", seq(Text("a")), Value{}, ErrWrongType},
		{"[[a]]", seq(Text("a")), Value{}, ErrNotScalar},
		{"{}", Of(EmptyMap), Of(EmptyMap), nil},
		{"{}", Of(Map), Of(EmptyMap), nil},
		{"[]", Of(List), Of(EmptyList), nil},
		{"x", Of(Map), Value{}, ErrNotScalar},
		{"{}", Of(List), Value{}, ErrNotScalar},
		{"y", Resolve("x", true, "!vault"), Resolve("y", true, "!vault"), nil},
	} {
		got, err := ParseAs(c.in, c.like)
		if !errors.Is(err, c.err) || err == nil && !got.Equal(c.want) {
			t.Errorf("ParseAs(%q, %v) = %v %q, %v; want %v, %v", c.in, c.like, got, got.Reveal(), err, c.want, c.err)
		}
	}
}

func TestParseAsKeepsType(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(plainTexts(), rapid.String()).Draw(t, "s")
		like := Resolve(plainTexts().Draw(t, "like"), rapid.Bool().Draw(t, "plain"), "")
		v, err := ParseAs(s, like)
		if err != nil {
			return
		}
		switch like.Kind() {
		case String, Int, Float, Bool:
			if v.Kind() != like.Kind() {
				t.Fatalf("ParseAs(%q, %v) is %v", s, like, v)
			}
		}
		if v.Kind() == Float && !plain(v.Reveal()).Equal(v) {
			t.Fatalf("ParseAs(%q, %v) is spelled %q, which is another value", s, like, v.Reveal())
		}
	})
}

func TestRevealJSON(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{}, "null"}, {Of(Null), "null"}, {plain("True"), "true"}, {plain("42"), "42"}, {plain("-42"), "-42"}, {plain("0x1F"), "31"},
		{plain("9007199254740992"), "9007199254740992"}, {plain("9007199254740993"), `"9007199254740993"`}, {plain("-9007199254740993"), `"-9007199254740993"`},
		{plain("18446744073709551615"), `"18446744073709551615"`}, {plain("1.50"), "1.5"}, {plain(".inf"), `".inf"`}, {plain(".NaN"), `".NaN"`},
		{plain("yes"), `"yes"`}, {plain("010"), `"010"`}, {Text("42"), `"42"`}, {Of(EmptyMap), "{}"}, {Of(EmptyList), "[]"},
		{seq(plain("1"), Text("a"), Of(Null)), `[1,"a",null]`}, {Resolve("x", true, "!t"), `"x"`}, {Of(Map), "null"},
	} {
		if b, err := json.Marshal(c.v.RevealJSON()); err != nil || string(b) != c.want {
			t.Errorf("%v %q: %s, %v; want %s", c.v, c.v.Reveal(), b, err, c.want)
		}
	}
	if n, ok := plain("5").RevealJSON().(int64); !ok || n != 5 {
		t.Error("an int is not an int64")
	}
	if f := plain("1.0").RevealJSON().(float64); f != 1 || math.Signbit(f) {
		t.Error("a float is not a float64")
	}
}

// TestValueHidesItsText: nothing that prints or encodes values by accident shows one.
func TestValueHidesItsText(t *testing.T) {
	const secret = "hunter2-hunter2"
	for _, v := range []Value{Text(secret), seq(Text(secret)), Resolve(secret, true, "!x")} {
		for _, f := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if s := fmt.Sprintf(f, v) + fmt.Sprintf(f, &v) + fmt.Sprintf(f, []Value{v}) + fmt.Sprintf(f, struct{ V Value }{v}); strings.Contains(s, "hunter") {
				t.Errorf("%s shows %s", f, s)
			}
		}
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("JSON takes it: %s", b)
		}
		if b, err := json.Marshal(map[string]any{"a": v}); err == nil {
			t.Errorf("JSON takes it: %s", b)
		}
	}
}

func TestPlainIsSpelledBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := plainTexts().Draw(t, "s")
		v := plain(s)
		if v.Plain() && !plain(v.Reveal()).Equal(v) {
			t.Fatalf("%q written plain as %q is another value", s, v.Reveal())
		}
		if v.Plain() == (v.Kind() == String) {
			t.Fatalf("%q: plain %v", s, v.Plain())
		}
	})
}

func TestHoldsWord(t *testing.T) {
	words := []string{"ci", "aws-ci", "staging"}
	for s, want := range map[string]bool{
		"https://api.ci.example": true, "ci": true, "CI": true, "db-CI-2": true, "ciBucket": true, "myCiBucket": true, "{ci}": true, "ci2": true, "ci_x": true,
		"使用ci环境": true, "k8s/aws-ci/x": true, "app-staging.example": true, "simplexStaging": true, "simplexCI": true, "staging3": true,
		"circle": false, "decide": false, "precision": false, "cinema": false, "CIRCLE": false, "x1ci": false, "éci": false, "ciné": false, "": false, "c i": false, "stagings": false,
	} {
		if got := Text(s).HoldsWord(words); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
	if !seq(Text("a"), Text("x-ci")).HoldsWord(words) || plain("5").HoldsWord([]string{"5"}) || Text("a").HoldsWord([]string{""}) || Text("a").HoldsWord(nil) {
		t.Error("lists, numbers or empty words")
	}
}

func TestItems(t *testing.T) {
	if Of(EmptyList).Items() != nil || Text("a").Items() != nil {
		t.Error("items of what is no list")
	}
	if got := seq(Text("a"), Text("b")).Items(); !slices.EqualFunc(got, []string{"a", "b"}, func(v Value, s string) bool { return v.Reveal() == s }) {
		t.Error("items are lost")
	}
}
