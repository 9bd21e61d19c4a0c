package keypath

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPatternAnswers(t *testing.T) {
	for _, c := range []struct {
		pattern, first, last string
		wild, everything     bool
		path                 string
	}{
		{"payment.*.stripePriceId", "payment", "stripePriceId", true, false, ""},
		{"payment.plans[].stripePriceId", "payment", "stripePriceId", true, false, ""},
		{"payment.plans.stripePriceId", "payment", "stripePriceId", false, false, "payment.plans.stripePriceId"},
		{"payment.plans[name=pro]", "payment", "plans", false, false, "payment.plans.[name=pro]"},
		{"payment.plans[name=p*].x", "payment", "x", true, false, ""},
		{"payment.**", "payment", "", true, false, ""},
		{"payment.*", "payment", "", true, false, ""},
		{"*.x", "", "x", true, false, ""},
		{"**.x", "", "x", true, false, ""},
		{"pay*.x?", "", "", true, false, ""},
		{"{0}.a[0]", "a", "a", false, false, "{0}.a.[0]"},
		{"{*}.a", "a", "a", true, false, ""},
		{"**", "", "", true, true, ""},
		{"**.**", "", "", true, true, ""},
		{"*", "", "", true, false, ""},
		{`rates."gpt-4.1"`, "rates", "gpt-4.1", false, false, `rates.gpt-4\.1`},
		{`\*`, "*", "*", false, false, `\*`},
		{"[]", "", "", true, false, ""},
	} {
		p := pattern(t, c.pattern)
		if p.String() != c.pattern || p.FirstKey() != c.first || p.LastKey() != c.last || p.Wild() != c.wild || p.Everything() != c.everything {
			t.Errorf("%q: first %q, last %q, wild %v, everything %v", c.pattern, p.FirstKey(), p.LastKey(), p.Wild(), p.Everything())
		}
		if got, ok := p.Path(); got.String() != c.path || ok == c.wild {
			t.Errorf("%q: path %q, %v", c.pattern, got, ok)
		}
	}
	if (Pattern{}).Everything() || (Pattern{}).Wild() {
		t.Error("the zero Pattern matches nothing")
	}
}

func TestParsePatternErrors(t *testing.T) {
	for _, c := range []struct {
		in     string
		why    Why
		column int
	}{
		{"", EmptySegment, 1},
		{"a.", EmptySegment, 3},
		{"a..b", EmptySegment, 3},
		{"***", Stray, 3},
		{"a.****.b", Stray, 5},
		{"a[name=*", Unclosed, 9},
		{"a[", Unclosed, 3},
		{"**.{0}", Late, 4},
		{`a\`, BadEscape, 2},
		{"[*]]", Stray, 4},
	} {
		_, err := ParsePattern(c.in)
		var e *SyntaxError
		if !errors.As(err, &e) || e.Why != c.why || e.Column != c.column {
			t.Errorf("ParsePattern(%q): %v; want %s at column %d", c.in, err, c.why, c.column)
		}
	}
}

func TestDeepMatchesBothKeysOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, last := texts().Draw(t, "first"), texts().Draw(t, "last")
		p, err := ParsePattern(Deep(first, last).String())
		if err != nil {
			t.Fatalf("%q, %q: %v", first, last, err)
		}
		middle := steps().Filter(func(s []Step) bool { return len(s) == 0 || s[0].Kind != Document }).Draw(t, "middle")
		at := Of(slices.Concat([]Step{{Kind: Key, Key: first}}, middle, []Step{{Kind: Key, Key: last}})...)
		set := Compile([]Pattern{p})
		if len(set.Match(at)) == 0 {
			t.Fatalf("%s does not match %s", p, at)
		}
		if p.FirstKey() != first || p.LastKey() != last {
			t.Fatalf("%s: %q, %q", p, p.FirstKey(), p.LastKey())
		}
	})
}

// spec is a segment as the test means it, apart from the code that is tested.
type spec struct {
	kind       string  // key * ** element [] index document
	key, value []glyph // key, element, document
	index      int
}

// glyph is one character, or a wildcard.
type glyph struct {
	char byte
	wild bool
}

func glyphs(t *rapid.T) []glyph {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) glyph {
		return rapid.SampledFrom([]glyph{{'a', false}, {'a', false}, {'b', false}, {'.', false}, {'0', false}, {'*', true}, {'?', true}, {'*', false}}).Draw(t, "glyph")
	}), 1, 2).Filter(func(g []glyph) bool { return len(g) != 2 || g[0] != g[1] || !g[0].wild }).Draw(t, "glyphs")
}

func (s spec) text() string {
	word := func(gs []glyph) (out string) {
		for _, g := range gs {
			if !g.wild && strings.IndexByte("*.", g.char) >= 0 {
				out += `\`
			}
			out += string(g.char)
		}
		return out
	}
	switch s.kind {
	case "key":
		return word(s.key)
	case "element":
		return "[" + word(s.key) + "=" + word(s.value) + "]"
	case "index":
		return "[" + strconv.Itoa(s.index) + "]"
	case "document":
		return "{" + word(s.key) + "}"
	}
	return s.kind
}

func specs(t *rapid.T) []spec {
	kinds := rapid.SampledFrom([]string{"key", "key", "key", "*", "**", "element", "[]", "index"})
	out := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) spec {
		s := spec{kind: kinds.Draw(t, "kind")}
		switch s.kind {
		case "key":
			s.key = glyphs(t)
			if len(s.key) == 1 && s.key[0] == (glyph{'*', true}) {
				s.kind = "*"
			}
		case "element":
			s.key, s.value = glyphs(t), glyphs(t)
		case "index":
			s.index = rapid.IntRange(0, 1).Draw(t, "index")
		}
		return s
	}), 1, 4).Draw(t, "segments")
	if rapid.IntRange(0, 5).Draw(t, "document") == 0 {
		out = append([]spec{{kind: "document", key: glyphs(t)}}, out...)
	}
	return out
}

func naiveGlob(g []glyph, s string) bool {
	if len(g) == 0 {
		return s == ""
	}
	if g[0] == (glyph{'*', true}) {
		return naiveGlob(g[1:], s) || s != "" && naiveGlob(g, s[1:])
	}
	return s != "" && (g[0].wild || g[0].char == s[0]) && naiveGlob(g[1:], s[1:])
}

// one reports whether a segment is one step.
func (s spec) one(t Step) bool {
	switch s.kind {
	case "key":
		return t.Kind == Key && naiveGlob(s.key, t.Key)
	case "*":
		return t.Kind != Document
	case "element":
		return t.Kind == Element && naiveGlob(s.key, t.Key) && naiveGlob(s.value, t.Value)
	case "[]":
		return t.Kind == Element || t.Kind == Index
	case "index":
		return t.Kind == Index && t.Index == s.index || t.Kind == Key && t.Key == strconv.Itoa(s.index)
	case "document":
		return t.Kind == Document && naiveGlob(s.key, t.Key)
	}
	return false
}

// naive is the specification of matching: what a pattern matches exactly.
func naive(pattern []spec, path []Step) bool {
	if len(pattern) == 0 {
		return len(path) == 0
	}
	if pattern[0].kind == "**" {
		return naive(pattern[1:], path) || len(path) > 0 && naive(pattern, path[1:])
	}
	if len(path) == 0 {
		return false
	}
	if pattern[0].one(path[0]) && naive(pattern[1:], path[1:]) {
		return true
	}
	skip := path[0].Kind != Key && pattern[0].kind != "document"
	return skip && naive(pattern, path[1:])
}

func fewSteps(t *rapid.T, n int, document bool) []Step {
	text := rapid.SampledFrom([]string{"a", "a", "b", "ab", "0", "1", ".", "*", "ba", "a."})
	kinds := rapid.SampledFrom([]Kind{Key, Key, Key, Element, Index})
	var out []Step
	if document && rapid.IntRange(0, 3).Draw(t, "document") == 0 {
		out = append(out, Step{Kind: Document, Key: text.Draw(t, "name")})
	}
	for range rapid.IntRange(0, n).Draw(t, "n") {
		s := Step{Kind: kinds.Draw(t, "kind")}
		switch s.Kind {
		case Key:
			s.Key = text.Draw(t, "key")
		case Element:
			s.Key, s.Value = text.Draw(t, "key"), text.Draw(t, "value")
		case Index:
			s.Index = rapid.IntRange(0, 2).Draw(t, "index")
		}
		out = append(out, s)
	}
	return out
}

// TestAutomatonIsNaive holds Here, Covers, Below, Dead and Match to the naive
// matcher, for sets of patterns walked by one warm Walker.
func TestAutomatonIsNaive(t *testing.T) {
	tried := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		var all [][]spec
		var patterns []Pattern
		for range rapid.IntRange(1, 5).Draw(t, "patterns") {
			s := specs(t)
			var texts []string
			for _, g := range s {
				texts = append(texts, g.text())
			}
			p, err := ParsePattern(strings.Join(texts, "."))
			if err != nil {
				t.Fatalf("%q: %v", texts, err)
			}
			all, patterns = append(all, s), append(patterns, p)
		}
		set := Compile(patterns)
		w := set.Walker()
		for range 4 {
			checkWalk(t, all, patterns, set, w, tried)
		}
	})
	for _, kind := range []string{"here", "covered", "below", "dead", "none"} {
		if tried[kind] == 0 {
			t.Errorf("no walk ended %s: the law was not tried", kind)
		}
	}
}

func checkWalk(t *rapid.T, all [][]spec, patterns []Pattern, set *Set, w *Walker, tried map[string]int) {
	path := fewSteps(t, 5, true)
	more := fewSteps(t, 3, false)
	st := w.Start()
	for _, s := range path {
		st = w.Step(st, s)
	}
	var here, covers []int
	for i, p := range all {
		if naive(p, path) {
			here = append(here, i)
		}
		for n := 0; n <= len(path); n++ {
			if naive(p, path[:n]) {
				covers = append(covers, i)
				break
			}
		}
		if len(more) > 0 && naive(p, slices.Concat(path, more)) {
			tried["below"]++
			if !slices.Contains(w.Below(st), i) || w.Dead(st) {
				t.Fatalf("%s matches below %s, which Below does not say", patterns[i], Of(path...))
			}
		}
	}
	at := Of(path...)
	if !slices.Equal(w.Here(st), here) || !slices.Equal(w.Covers(st), covers) {
		t.Fatalf("%s under %v: here %v covers %v, want %v and %v", at, patterns, w.Here(st), w.Covers(st), here, covers)
	}
	if got := set.Match(at); !slices.Equal(got, covers) {
		t.Fatalf("%s under %v: Match %v, want %v", at, patterns, got, covers)
	}
	if got := w.Dead(st); got != (len(covers) == 0 && len(w.Below(st)) == 0) {
		t.Fatalf("%s under %v: Dead %v", at, patterns, got)
	}
	tried["here"] += len(here)
	tried["covered"] += len(covers)
	if w.Dead(st) {
		tried["dead"]++
	}
	if len(covers) == 0 {
		tried["none"]++
	}
	child := w.Step(st, Step{Kind: Key, Key: "a"})
	for _, i := range w.Covers(st) {
		if !slices.Contains(w.Covers(child), i) {
			t.Fatalf("%s is covered by %s, its child is not", at, patterns[i])
		}
	}
	if w.Dead(st) && !w.Dead(child) {
		t.Fatalf("%s is dead, its child is not", at)
	}
}

// TestPathAsPattern: any path, as text, is a pattern that matches it and says so.
func TestPathAsPattern(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Of(steps().Draw(t, "steps")...)
		if p.IsRoot() {
			return
		}
		pat, err := ParsePattern(p.String())
		if err != nil || pat.Wild() {
			t.Fatalf("%s as a pattern: wild %v, %v", p, pat.Wild(), err)
		}
		if q, ok := pat.Path(); !ok || q != p {
			t.Fatalf("%s as a pattern is the path %s", p, q)
		}
		w := Compile([]Pattern{pat}).Walker()
		if w.Here(w.Path(p)) == nil {
			t.Fatalf("%s does not match itself", p)
		}
	})
}

// TestWalkerForgets: a Walker that has met more states than it keeps starts
// anew, gives the same answers, and does not take States from before.
func TestWalkerForgets(t *testing.T) {
	var patterns []Pattern
	for i := range 14 {
		patterns = append(patterns, pattern(t, fmt.Sprintf("**.k%d", i)))
	}
	w := Compile(patterns).Walker()
	old := w.Start()
	for n := range 1 << 14 { // every subset of the keys is a state of its own
		st := w.Start()
		count := 0
		for i := range 14 {
			if n>>i&1 == 1 {
				st = w.Key(st, fmt.Sprintf("k%d", i))
				count++
			}
		}
		if got := len(w.Covers(st)); got != count {
			t.Fatalf("%014b: %d patterns cover it, want %d", n, got, count)
		}
		if len(w.states) > keepStates+20 {
			t.Fatalf("%d states kept", len(w.states))
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a State of an emptied cache was taken")
		}
	}()
	w.Key(old, "k0")
}

// TestManyGlobs: more globs in one state than a machine word has bits.
func TestManyGlobs(t *testing.T) {
	var patterns []Pattern
	for i := range 200 {
		patterns = append(patterns, pattern(t, fmt.Sprintf("a.*x%dx*", i)))
	}
	w := Compile(patterns).Walker()
	a := w.Key(w.Start(), "a")
	for range 2 {
		for i := range 200 {
			if got := w.Here(w.Key(a, fmt.Sprintf("-x%dx-", i))); len(got) != 1 || got[0] != i {
				t.Fatalf("x%dx: %v", i, got)
			}
		}
	}
	if got := w.Here(w.Key(a, "x7x190x")); !slices.Equal(got, []int{7, 190}) {
		t.Fatalf("two globs: %v", got)
	}
}

func TestWarmStepDoesNotAllocate(t *testing.T) {
	w := benchmarkSet(t).Walker()
	walk := func() {
		st := w.Key(w.Key(w.Start(), "payment"), "plans")
		st = w.Key(w.Element(st, "name", "pro"), "stripePriceId")
		w.Covers(st)
		w.Key(w.Key(w.Start(), "server"), "someKeyThatNoPatternNames")
		w.Index(w.Start(), 7)
	}
	walk()
	if n := testing.AllocsPerRun(100, walk); n != 0 {
		t.Errorf("%v allocations in a warm walk", n)
	}
}

// TestDocumentDoesNotGrowCache: keys that no pattern spells leave nothing behind.
func TestDocumentDoesNotGrowCache(t *testing.T) {
	w := benchmarkSet(t).Walker()
	walk := func(key string) {
		w.Key(w.Key(w.Start(), key), "x")
		w.Element(w.Key(w.Key(w.Start(), "payment"), "plans"), "name", key)
	}
	walk("first")
	before := len(w.states)
	for i := range 10000 {
		walk(strconv.Itoa(i))
	}
	if len(w.states) != before || len(w.states[0].keys.literal) > 20 {
		t.Errorf("%d states, were %d", len(w.states), before)
	}
}

func benchmarkSet(t testing.TB) *Set {
	var ps []Pattern
	for _, s := range []string{
		"database.default.link", "redis.default.address", "stripe.publishableKey", "stripe.secretKey", "stripe.webhookSecret",
		"payment.*.stripePriceId", "campaign.sendEmails.redirectEnabled", "mongodb.default.uri", "rabbitmq.default.url",
		"**.oauth.clientId", "server.*Url", "payment.plans[name=p*].limits", "features.**", "a.b.c", "d[0].e",
	} {
		ps = append(ps, pattern(t, s))
	}
	return Compile(ps)
}

func BenchmarkWalkerKey(b *testing.B) {
	w := benchmarkSet(b).Walker()
	b.Run("named", func(b *testing.B) {
		st := w.Start()
		for b.Loop() {
			w.Key(st, "payment")
		}
	})
	b.Run("other", func(b *testing.B) {
		st := w.Start()
		for b.Loop() {
			w.Key(st, "someOtherKey")
		}
	})
	b.Run("glob", func(b *testing.B) {
		st := w.Key(w.Start(), "server")
		for b.Loop() {
			w.Key(st, "publicUrl")
		}
	})
	b.Run("dead", func(b *testing.B) {
		st := w.Key(w.Key(w.Start(), "a"), "b")
		st = w.Key(w.Key(st, "c"), "d")
		for b.Loop() {
			w.Key(st, "x")
		}
	})
}

func BenchmarkWalkerElement(b *testing.B) {
	w := benchmarkSet(b).Walker()
	st := w.Key(w.Key(w.Start(), "payment"), "plans")
	for b.Loop() {
		w.Element(st, "name", "pro")
	}
}

func BenchmarkMatch(b *testing.B) {
	s := benchmarkSet(b)
	p := path(b, "payment.plans.[name=pro].stripePriceId")
	for b.Loop() {
		s.Match(p)
	}
}
