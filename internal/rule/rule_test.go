package rule

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"pgregory.net/rapid"
)

func plain(s string) value.Value { return value.Resolve(s, true, "") }

func pattern(t testing.TB, s string) keypath.Pattern {
	t.Helper()
	p, err := keypath.ParsePattern(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func patterns(t testing.TB, texts ...string) (out []keypath.Pattern) {
	t.Helper()
	for _, s := range texts {
		out = append(out, pattern(t, s))
	}
	return out
}

func path(t testing.TB, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func want(v value.Value) Want { return NewWant(v, problem.Place{}) }

func TestWantAccepts(t *testing.T) {
	list := func(s ...string) value.Value {
		var items []value.Value
		for _, x := range s {
			items = append(items, value.Text(x))
		}
		return value.Sequence(items)
	}
	for _, c := range []struct {
		want, v value.Value
		ok      bool
	}{
		{value.Text("sk_live_*"), value.Text("sk_live_FAKE"), true},
		{value.Text("sk_live_*"), value.Text("sk_live_"), true},
		{value.Text("sk_live_*"), value.Text("sk_test_FAKE"), false},
		{value.Text("sk_live_*"), value.Text("SK_LIVE_FAKE"), false},
		{value.Text("sk_live_*"), value.Text(" sk_live_FAKE"), false},
		{value.Text("*k8s-ci*"), value.Text("redis://k8s-ci.example:6379/0"), true},
		{value.Text("*k8s-ci*"), value.Text("redis://k8s-prod.example:6379/0"), false},
		{value.Text("https://*/v1/*"), value.Text("https://a/b/v1/c/d"), true},
		{value.Text("a*a"), value.Text("a"), false},
		{value.Text("a*a"), value.Text("aa"), true},
		{value.Text("a*b*a"), value.Text("aba"), true},
		{value.Text("*ab*ba*"), value.Text("aba"), false},
		{value.Text("*"), value.Text(""), true},
		{value.Text("**"), value.Text("x\ny"), true},
		{value.Text("a?c"), value.Text("abc"), false},
		{value.Text("a?c*"), value.Text("a?cd"), true},
		{value.Text("[ab]*"), value.Text("a1"), false},
		{value.Text("1*"), plain("15"), false},
		{value.Text("*"), plain("true"), false},
		{value.Text("*"), plain("null"), false},
		{value.Text("*"), value.Value{}, false},
		{value.Text("*"), value.Of(value.Map), false},
		{plain("true"), plain("true"), true},
		{plain("true"), plain("True"), true},
		{plain("true"), value.Text("true"), false},
		{plain("1"), plain("1"), true},
		{plain("1"), value.Text("1"), false},
		{plain("1"), plain("1.0"), false},
		{value.Text("1"), value.Text("1"), true},
		{value.Text(""), value.Text(""), true},
		{value.Text(""), plain("null"), false},
		{plain("null"), plain("~"), true},
		{value.Text("https://*"), list("https://a", "https://b"), true},
		{value.Text("https://*"), list("https://a", "http://b"), false},
		{value.Text("https://*"), value.Of(value.EmptyList), true},
		{plain("true"), list("true"), false},
		{value.Text("x*"), value.Of(value.EmptyMap), false},
	} {
		if got := want(c.want).Accepts(c.v); got != c.ok {
			t.Errorf("%q accepts %s %q: %v", want(c.want), c.v.Kind(), c.v.Reveal(), got)
		}
	}
	if (Want{}).Accepts(value.Text("")) || (Want{}).Accepts(value.Of(value.EmptyList)) {
		t.Error("the zero Want accepts something")
	}
}

func TestWantIsSpelledAndLiteral(t *testing.T) {
	for _, c := range []struct {
		v       value.Value
		text    string
		literal bool
	}{
		{value.Text("pk_*"), "pk_*", false},
		{value.Text("plain"), "plain", true},
		{value.Text("true"), `"true"`, true},
		{value.Text(""), `""`, true},
		{plain("True"), "true", true},
		{plain("0.50"), "0.50", true},
	} {
		w := want(c.v)
		v, ok := w.Literal()
		if w.String() != c.text || ok != c.literal || ok && !v.Equal(c.v) {
			t.Errorf("%q: text %q literal %v", c.v.Reveal(), w, ok)
		}
	}
	if _, ok := (Want{}).Literal(); ok {
		t.Error("the zero Want has a literal")
	}
}

// A glob means what the same regular expression means.
func TestGlobIsTheRegexp(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab*/?.\n待")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		glob, s := text.Draw(t, "glob"), text.Draw(t, "text")
		parts := strings.Split(glob, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		re := regexp.MustCompile(`(?s)\A` + strings.Join(parts, ".*") + `\z`)
		if got := want(value.Text(glob)).Accepts(value.Text(s)); got != re.MatchString(s) {
			t.Fatalf("%q on %q: %v", glob, s, got)
		}
		if got := Glob(glob, s); got != re.MatchString(s) {
			t.Fatalf("Glob(%q, %q): %v", glob, s, got)
		}
	})
}

func TestJudge(t *testing.T) {
	envs := []string{"ci", "staging", "prod"}
	at := func(line int) problem.Place { return problem.Place{File: "hoist.yaml", Line: line} }
	stripe := &Allow{Place: at(3), Values: map[string]Want{
		"ci": want(value.Text("sk_test_*")), "staging": NewWant(value.Text("sk_live_*"), at(5)), "prod": NewWant(value.Text("sk_live_*"), at(6))}}
	split := &Allow{Place: at(9), Distinct: [][]string{{"ci", "staging"}, {"ci", "prod"}}}
	all := &Allow{Place: at(10), Distinct: [][]string{{"ci", "staging", "prod"}}}
	level := &Allow{Place: at(11), Equal: [][]string{{"staging", "prod"}}}
	text := func(s ...string) (out []value.Value) {
		for _, x := range s {
			switch x {
			case "-":
				out = append(out, value.Value{})
			case "~":
				out = append(out, plain("~"))
			default:
				out = append(out, value.Text(x))
			}
		}
		return out
	}
	for _, c := range []struct {
		name   string
		rules  []*Allow
		values []value.Value
		want   []Breach
	}{
		{"as wanted", []*Allow{stripe}, text("sk_test_1", "sk_live_1", "sk_live_2"), nil},
		{"test key in production", []*Allow{stripe}, text("sk_test_1", "sk_live_1", "sk_test_1"),
			[]Breach{{BadValue, []string{"prod"}, "sk_live_*", at(6)}}},
		{"a secret is not told", []*Allow{{Secret: true, Place: at(3), Values: map[string]Want{"ci": want(value.Text("hunter2")), "prod": want(value.Text("sk_*"))}}}, text("x", "y", "z"),
			[]Breach{{BadValue, []string{"ci"}, "****", at(3)}, {BadValue, []string{"prod"}, "sk_*", at(3)}}},
		{"each environment by itself", []*Allow{stripe}, text("x", "y", "sk_live_2"),
			[]Breach{{BadValue, []string{"ci"}, "sk_test_*", at(3)}, {BadValue, []string{"staging"}, "sk_live_*", at(5)}}},
		{"what waits is not judged", []*Allow{stripe, all, level}, text("-", "~", ""), nil},
		{"a worded placeholder waits too", []*Allow{stripe, all}, text("CHANGEME", "CHANGEME", "sk_live_2"), nil},
		{"pairs", []*Allow{split}, text("p1", "p2", "p2"), nil},
		{"pairs broken", []*Allow{split}, text("p1", "p2", "p1"), []Breach{{NotDistinct, []string{"ci", "prod"}, "[ci, prod]", at(9)}}},
		{"all the same", []*Allow{all}, text("p", "p", "p"), []Breach{{NotDistinct, []string{"ci", "staging", "prod"}, "[ci, staging, prod]", at(10)}}},
		{"absent is no value", []*Allow{all}, text("p", "-", "q"), nil},
		{"equal", []*Allow{level}, text("a", "b", "b"), nil},
		{"unequal", []*Allow{level}, text("a", "a", "b"), []Breach{{NotEqual, []string{"staging", "prod"}, "[staging, prod]", at(11)}}},
		{"rules in order", []*Allow{level, all}, text("a", "a", "b"),
			[]Breach{{NotEqual, []string{"staging", "prod"}, "[staging, prod]", at(11)}, {NotDistinct, []string{"ci", "staging"}, "[ci, staging, prod]", at(10)}}},
		{"no rules", nil, text("a", "a", "b"), nil},
	} {
		got := Judge(c.rules, envs, c.values, nil)
		if !slices.EqualFunc(got, c.want, sameBreach) {
			t.Errorf("%s: got %v want %v", c.name, got, c.want)
		}
	}
	if got := Judge([]*Allow{stripe}, envs, text("x", "sk_live_1", "y"), func(i int) bool { return i == 2 }); len(got) != 1 || got[0].Environments[0] != "ci" {
		t.Errorf("skip: %v", got)
	}
}

func sameBreach(a, b Breach) bool {
	return a.Kind == b.Kind && slices.Equal(a.Environments, b.Environments) && a.Want == b.Want && a.Place == b.Place
}

func TestAwaits(t *testing.T) {
	rules := []*Allow{
		{Absent: []string{"ci"}},
		{Values: map[string]Want{"staging": want(value.Text("")), "prod": want(value.Text("x*"))}},
	}
	for _, c := range []struct {
		env    string
		v      value.Value
		awaits bool
	}{
		{"ci", value.Value{}, false},
		{"ci", plain("~"), false},
		{"ci", value.Text("CHANGEME"), true},
		{"staging", value.Text(""), false},
		{"staging", plain("~"), true},
		{"prod", value.Text(""), true},
		{"prod", value.Value{}, true},
		{"prod", value.Text("y"), false},
	} {
		if got := Awaits(rules, c.env, c.v); got != c.awaits {
			t.Errorf("%s %s %q: %v", c.env, c.v.Kind(), c.v.Reveal(), got)
		}
	}
	if v, ok := Supply(rules, "staging"); !ok || v.Reveal() != "" {
		t.Error("staging is given an empty string")
	}
	if _, ok := Supply(rules, "prod"); ok {
		t.Error("a glob is nothing to write")
	}
}

func TestExpired(t *testing.T) {
	a := &Allow{Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)}
	east, west := time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600)
	for _, c := range []struct {
		now     time.Time
		expired bool
	}{
		{time.Date(2027, 1, 30, 12, 0, 0, 0, time.UTC), false},
		{time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), false},
		{time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC), false},
		{time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), true},
		{time.Date(2027, 1, 31, 23, 59, 0, 0, west), false},
		{time.Date(2027, 2, 1, 0, 0, 0, 0, east), true},
	} {
		if got := a.Expired(c.now); got != c.expired {
			t.Errorf("%v: %v", c.now, got)
		}
	}
	if (&Allow{}).Expired(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("a rule without a date ends")
	}
}

func TestForbidden(t *testing.T) {
	at := problem.Place{File: "hoist.yaml", Line: 7}
	s := New(nil, []Forbid{
		{In: []string{"prod"}, Values: []Want{want(value.Text("sk_test_*")), NewWant(value.Text("*localhost*"), at)}},
		{In: []string{"staging", "prod"}, Values: []Want{want(value.Text("")), want(plain("0")), want(value.Text("sk_*"))}},
	}, nil, nil)
	for _, c := range []struct {
		env  string
		v    value.Value
		rule int // -1: none
	}{
		{"prod", value.Text("sk_test_FAKE"), 0},
		{"prod", value.Text("sk_live_FAKE"), 1},
		{"staging", value.Text("sk_test_FAKE"), 1},
		{"ci", value.Text("sk_test_FAKE"), -1},
		{"prod", value.Text("http://localhost:80"), 0},
		{"prod", value.Text("pk_test_FAKE"), -1},
		{"prod", value.Text(""), 1},
		{"prod", plain("0"), 1},
		{"prod", value.Text("0"), -1},
		{"prod", plain("~"), -1},
		{"prod", value.Sequence([]value.Value{value.Text("a"), value.Text("sk_live_1"), value.Text("sk_test_1")}), 0},
		{"prod", value.Resolve("sk_test_FAKE", true, "!secret"), 0},
		{"prod", value.Of(value.Map), -1},
	} {
		f := s.Forbidden(c.env, c.v)
		if got := index(f); got != c.rule {
			t.Errorf("%s %q: rule %d, want %d", c.env, c.v.Reveal(), got, c.rule)
		}
	}
	b := s.Forbid()[0].Breach("prod", value.Sequence([]value.Value{value.Text("localhost")}))
	if b.Kind != Forbidden || b.Want != "*localhost*" || b.Place != at || b.Environments[0] != "prod" {
		t.Errorf("breach %v", b)
	}
}

func index(f *Forbid) int {
	if f == nil {
		return -1
	}
	return f.Index
}

// Forbidden finds what the first of the rules finds, tried one by one.
func TestForbiddenIsEachRule(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab*待")), 0, 4, -1)
	anyValue := rapid.Custom(func(t *rapid.T) value.Value {
		s := text.Draw(t, "s")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return plain(rapid.SampledFrom([]string{"0", "1", "true", "null", "1.5"}).Draw(t, "plain"))
		case 1:
			return value.Resolve(s, true, "!mine")
		case 2:
			return value.Sequence([]value.Value{value.Text(s), value.Text(text.Draw(t, "s2")), plain("1")})
		}
		return value.Text(s)
	})
	rapid.Check(t, func(t *rapid.T) {
		var rules []Forbid
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			f := Forbid{In: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"ci", "prod"}), rapid.ID).Draw(t, "in")}
			for range rapid.IntRange(1, 3).Draw(t, "values") {
				v := anyValue.Draw(t, "want")
				if v.Items() != nil {
					v = v.Items()[0]
				}
				f.Values = append(f.Values, want(v))
			}
			rules = append(rules, f)
		}
		s, v := New(nil, rules, nil, nil), anyValue.Draw(t, "value")
		naive := -1
		for i, f := range rules {
			if naive < 0 && slices.Contains(f.In, "prod") && slices.ContainsFunc(f.Values, func(w Want) bool { return w.findsIn(v) }) {
				naive = i
			}
		}
		if got := index(s.Forbidden("prod", v)); got != naive {
			t.Fatalf("rule %d, want %d", got, naive)
		}
	})
}

func TestForbiddenAllocatesNothing(t *testing.T) {
	s := New(nil, []Forbid{{In: []string{"prod"}, Values: []Want{want(value.Text("sk_test_*")), want(value.Text("*k8s-ci*"))}}}, nil, nil)
	v := value.Text("redis://k8s-prod.example:6379/0")
	if n := testing.AllocsPerRun(100, func() { s.Forbidden("prod", v) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestGroupsAndNames(t *testing.T) {
	s := New([]Allow{
		{Group: "stripe keys", Keys: patterns(t, "a")},
		{Keys: patterns(t, "b", "c.*")},
		{Group: "infra", Keys: patterns(t, "d")},
		{Group: "stripe keys", Keys: patterns(t, "e")},
		{Images: []string{"litellm", "front-*"}},
	}, nil, nil, nil)
	if got := s.Groups(); !slices.Equal(got, []string{"stripe keys", "infra"}) {
		t.Errorf("groups %q", got)
	}
	for i, name := range []string{"stripe keys", "b, c.*", "infra", "stripe keys", "litellm, front-*"} {
		if a := s.Allow()[i]; a.Name() != name || a.Index != i {
			t.Errorf("rule %d is called %q", a.Index, a.Name())
		}
	}
	if len(s.Images("front-homepage")) != 1 || len(s.Images("front")) != 0 || len(s.Images("litellm")) != 1 {
		t.Error("images")
	}
}
