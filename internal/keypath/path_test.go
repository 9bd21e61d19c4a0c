package keypath

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// ugly are texts that have broken, or would break, a notation like this one.
var ugly = []string{
	"", " ", ".", "..", "a.b", `\`, `\\`, `\.`, "[", "]", "[]", "[0]", "[a=b]", "{", "}", "{0}", "{x", `"`, `""`, `"a"`,
	"*", "**", "?", "=", "a=b", "0", "-1", "01", "\n", "\r\n", "\t", "\x00", "\x7f", "\u0085", "\u00a0", "\u2028", "\u202e",
	"\ufeff", "\ufffd", "\xff", "a\xffb", "\xed\xa0\x80", "\xc3", "计费.套餐", "名称=专业版", "👩‍👩‍👧", "e\u0301", "n", "t", "r", "u", "x", "xff",
	"gpt-4.1", "config.yaml", "a b", " a", "a ", "#", "&a", "!tag", "~", "null", "日本語", strings.Repeat("k", 300),
}

func texts() *rapid.Generator[string] {
	special := rapid.SampledFrom([]string{".", `\`, "[", "]", "{", "}", "=", "*", "?", `"`, "a", "0", "\n", "\xff", "\xe4", "钱", "\ufffd", " "})
	return rapid.OneOf(
		rapid.SampledFrom(ugly),
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.SliceOfN(special, 0, 5), func(s []string) string { return strings.Join(s, "") }),
	)
}

// steps are those a document can have: a Document only in front.
func steps() *rapid.Generator[[]Step] {
	return rapid.Custom(func(t *rapid.T) []Step {
		var out []Step
		if rapid.IntRange(0, 4).Draw(t, "document") == 0 {
			out = append(out, Step{Kind: Document, Key: texts().Draw(t, "name")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				out = append(out, Step{Kind: Element, Key: texts().Draw(t, "key"), Value: texts().Draw(t, "value")})
			case 1:
				out = append(out, Step{Kind: Index, Index: rapid.IntRange(0, 1<<40).Draw(t, "index")})
			default:
				out = append(out, Step{Kind: Key, Key: texts().Draw(t, "key")})
			}
		}
		return out
	})
}

func TestPathIsItsSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := steps().Draw(t, "steps")
		p := Of(want...)
		if got := p.Steps(); !slices.Equal(got, want) {
			t.Fatalf("Of(%+v) = %s, whose steps are %+v", want, p, got)
		}
		if q, err := Parse(p.String()); err != nil || q != p {
			t.Fatalf("Parse(%s) = %s, %v", p, q, err)
		}
		if s := p.String(); !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\t\x00") {
			t.Fatalf("%q is not fit to print", s)
		}
	})
}

// TestPathsAreEqualWhenStepsAre draws from few texts, so that texts collide if
// they can.
func TestPathsAreEqualWhenStepsAre(t *testing.T) {
	equal := 0
	few := rapid.Custom(func(t *rapid.T) []Step {
		text := rapid.SampledFrom([]string{"", ".", "a", "a.a", `\`, `"`, `""`, "[0]", "{0}", "0", "=", "\xff", "\ufffd", `\xff`})
		kinds := rapid.SampledFrom([]Kind{Key, Key, Element, Index})
		var out []Step
		for range rapid.IntRange(0, 2).Draw(t, "n") {
			s := Step{Kind: kinds.Draw(t, "kind")}
			switch s.Kind {
			case Key:
				s.Key = text.Draw(t, "key")
			case Element:
				s.Key, s.Value = text.Draw(t, "key"), text.Draw(t, "value")
			}
			out = append(out, s)
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := few.Draw(t, "a"), few.Draw(t, "b")
		if slices.Equal(a, b) {
			equal++
		}
		if (Of(a...) == Of(b...)) != slices.Equal(a, b) {
			t.Fatalf("%+v and %+v: %s and %s", a, b, Of(a...), Of(b...))
		}
	})
	if equal == 0 {
		t.Error("no equal paths were drawn: the law was not tried")
	}
}

func TestParentLastJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := steps().Draw(t, "steps")
		p := Of(all...)
		parent, ok := p.Parent()
		if ok != (len(all) > 0) || p.IsRoot() == ok {
			t.Fatalf("%s: Parent ok %v, IsRoot %v", p, ok, p.IsRoot())
		}
		if !ok {
			if p.Last() != (Step{}) {
				t.Fatalf("the root has a last step: %v", p.Last())
			}
			return
		}
		last := all[len(all)-1]
		if want := Of(all[:len(all)-1]...); parent != want || p.Last() != last || parent.Join(last) != p {
			t.Fatalf("%s: parent %s, last %+v, joined %s", p, parent, p.Last(), parent.Join(last))
		}
		if !p.Under(parent) || parent.Under(p) || !p.Under(p) {
			t.Fatalf("%s and its parent %s: Under is wrong", p, parent)
		}
	})
}

func TestUnderIsPrefixOfSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := steps().Draw(t, "a")
		b := steps().Draw(t, "b")
		if rapid.Bool().Draw(t, "prefix") {
			b = a[:rapid.IntRange(0, len(a)).Draw(t, "n")]
		}
		want := len(a) >= len(b) && slices.Equal(a[:len(b)], b)
		if Of(a...).Under(Of(b...)) != want {
			t.Fatalf("%s under %s: want %v", Of(a...), Of(b...), want)
		}
	})
}

// TestOfIsTotal: steps that no document has still give a path that can be read.
func TestOfIsTotal(t *testing.T) {
	for _, c := range []struct {
		steps []Step
		want  string
	}{
		{[]Step{{Kind: Key, Key: "a"}, {Kind: Document, Key: "0"}}, `a.\{0}`},
		{[]Step{{Kind: Index, Index: -1}}, "-1"},
		{[]Step{{Key: "a"}}, "a"},
	} {
		p := Of(c.steps...)
		if q, err := Parse(c.want); err != nil || p != q || p.String() != c.want {
			t.Errorf("%v = %s, want %s (%v)", c.steps, p, c.want, err)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a", "a"},
		{".a", "a"},
		{"payment.plans.[name=pro].amount", "payment.plans.[name=pro].amount"},
		{"payment.plans[name=pro].amount", "payment.plans.[name=pro].amount"},
		{`credit.rates.gpt-4\.1`, `credit.rates.gpt-4\.1`},
		{`credit.rates."gpt-4.1"`, `credit.rates.gpt-4\.1`},
		{`credit.rates.[gpt-4.1]`, `credit.rates.gpt-4\.1`},
		{`credit.rates[gpt-4.1][0]`, `credit.rates.gpt-4\.1.[0]`},
		{`models[name=gpt-4.1].price`, `models.[name=gpt-4.1].price`},
		{"a[0][1]", "a.[0].[1]"},
		{"a[00]", "a.00"},
		{"a[-1]", "a.-1"},
		{"{0}", "{0}"},
		{"{ConfigMap/app.config}.data", `{ConfigMap/app.config}.data`},
		{"{0}[1]", "{0}.[1]"},
		{"[name=a=b]", `[name=a=b]`},
		{"[=]", "[=]"},
		{`a\u{1f600}`, "a😀"},
		{`a\u{20}`, "a "},
		{`\x41`, "A"},
		{`\xe9\x92\xb1`, "钱"},
		{`\xff`, `\xff`},
		{"\xff", `\xff`},
		{`"a\"b"`, `a"b`},
		{`"\"b"`, `\"b`},
		{`""`, `""`},
		{`\钱`, "钱"},
		{"a=b", `a\=b`},
		{"套餐.[名称=专业版]", "套餐.[名称=专业版]"},
	} {
		p, err := Parse(c.in)
		if err != nil || p.String() != c.want {
			t.Errorf("Parse(%q) = %s, %v; want %s", c.in, p, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		in     string
		why    Why
		column int
	}{
		{".", EmptySegment, 1},
		{"a.", EmptySegment, 3},
		{"a..b", EmptySegment, 3},
		{"..a", EmptySegment, 2},
		{"钱.", EmptySegment, 3},
		{"a[", Unclosed, 3},
		{"a[name=x", Unclosed, 9},
		{"a[name", Unclosed, 7},
		{`"a`, Unclosed, 3},
		{"{0", Unclosed, 3},
		{"a[name=x]]", Stray, 10},
		{"a]", Stray, 2},
		{"a[b[c]]", Stray, 4},
		{"a[name=[x]]", Stray, 8},
		{`"a"b`, Stray, 4},
		{"[0]a", Stray, 4},
		{"{0}a", Stray, 4},
		{`a\`, BadEscape, 2},
		{`a\q`, BadEscape, 2},
		{`\u12`, BadEscape, 1},
		{`\u{}`, BadEscape, 1},
		{`\u{d800}`, BadEscape, 1},
		{`\u{110000}`, BadEscape, 1},
		{`\u{+1}`, BadEscape, 1},
		{`\xf`, BadEscape, 1},
		{`\xg0`, BadEscape, 1},
		{`"\`, BadEscape, 2},
		{"a.*", Wild, 3},
		{"a.b?", Wild, 4},
		{"a[]", Wild, 3},
		{"a[*]", Wild, 3},
		{"a[name=*]", Wild, 8},
		{"a.{0}", Late, 3},
	} {
		p, err := Parse(c.in)
		var e *SyntaxError
		if !errors.As(err, &e) || e.Why != c.why || e.Column != c.column || e.Text != c.in {
			t.Errorf("Parse(%q) = %s, %v; want %s at column %d", c.in, p, err, c.why, c.column)
		}
	}
}

func TestKeysOfPath(t *testing.T) {
	for _, c := range []struct{ path, first, last string }{
		{"", "", ""},
		{"a", "a", "a"},
		{"payment.prices.stripePriceId", "payment", "stripePriceId"},
		{"{0}.a.b.[0]", "a", "b"},
		{"[0].[name=x]", "", ""},
	} {
		if p := path(t, c.path); p.FirstKey() != c.first || p.LastKey() != c.last {
			t.Errorf("%q: %q, %q; want %q, %q", c.path, p.FirstKey(), p.LastKey(), c.first, c.last)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in, path, value string
		ok              bool
	}{
		{"a.b=1", "a.b", "1", true},
		{"a.b=", "a.b", "", true},
		{"a.b", "a.b", "", false},
		{"plans[name=pro].id=x=y", "plans[name=pro].id", "x=y", true},
		{`a\=b=c`, `a\=b`, "c", true},
		{`rates."a=b"=c`, `rates."a=b"`, "c", true},
		{`{Kind/a=b}.x=1`, `{Kind/a=b}.x`, "1", true},
		{`plans[name=a\]=b].x=1`, `plans[name=a\]=b].x`, "1", true},
		{`a.\."="`, `a.\."`, `"`, true},
		{`say"=1`, `say"`, "1", true},
		{"=x", "", "x", true},
	} {
		p, v, ok := Cut(c.in)
		if p != c.path || v != c.value || ok != c.ok {
			t.Errorf("Cut(%q) = %q, %q, %v", c.in, p, v, ok)
		}
	}
}

func TestCutFindsTheEndOfEveryPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Of(steps().Draw(t, "steps")...)
		v := texts().Draw(t, "value")
		if path, value, ok := Cut(p.String() + "=" + v); path != p.String() || value != v || !ok {
			t.Fatalf("Cut(%s=%q) = %q, %q, %v", p, v, path, value, ok)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range ugly {
		f.Add(s)
		f.Add("a." + s + "[name=" + s + "]")
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		pat, perr := ParsePattern(s)
		if err != nil {
			var e *SyntaxError
			if !errors.As(err, &e) || e.Column < 1 || e.Column > utf8.RuneCountInString(s)+1 {
				t.Fatalf("%q: %v", s, err)
			}
		} else {
			if q, err := Parse(p.String()); err != nil || q != p {
				t.Fatalf("%q is %s, which is %s, %v", s, p, q, err)
			}
			if s == "" {
				return
			}
			if q, ok := pat.Path(); perr != nil || !ok || q != p {
				t.Fatalf("%q is the path %s, but the pattern %s, %v", s, p, q, perr)
			}
		}
		if perr != nil {
			return
		}
		if pat.Wild() == (err == nil) {
			t.Fatalf("%q: Wild %v, but as a path: %v", s, pat.Wild(), err)
		}
		w := Compile([]Pattern{pat}).Walker()
		if err == nil && w.Here(w.Path(p)) == nil {
			t.Fatalf("%s as a pattern does not match itself", p)
		}
		if pat.Everything() != (w.Here(w.Start()) != nil) {
			t.Fatalf("%q: Everything is %v", s, pat.Everything())
		}
	})
}
