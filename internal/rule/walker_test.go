package rule

import (
	"fmt"
	"slices"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"pgregory.net/rapid"
)

func TestWalker(t *testing.T) {
	s := New([]Allow{
		{Keys: patterns(t, "payment.*.stripePriceId")},
		{Keys: patterns(t, "database.default.link", "database.default")},
		{Keys: patterns(t, "database"), Services: []string{"simplex-*"}, Secret: true},
		{Keys: patterns(t, "**.password"), Services: []string{"gateway"}},
	}, nil, []List{
		{Path: pattern(t, "payment.plans"), Identity: "name"},
		{Path: pattern(t, "**.plans"), Identity: "id"},
		{Path: pattern(t, "server.cors.allowOrigins"), Set: true},
	}, patterns(t, "links.*", "database.default.link"))

	for _, c := range []struct {
		service, path string
		allows        []int
		list          int // -1: none
		promoted      bool
		secret        bool
		reaches, dead bool
	}{
		{"front", "payment", nil, -1, false, false, true, false},
		{"front", "payment.plans", nil, 0, false, false, true, false},
		{"front", "payment.plans.[0]", nil, -1, false, false, true, false},
		{"front", "payment.plans.[name=pro].stripePriceId", []int{0}, -1, false, false, true, false},
		{"front", "payment.plans.[name=pro].stripePriceId.usd", []int{0}, -1, false, false, true, false},
		{"front", "payment.plans.[name=pro].amount", nil, -1, false, false, false, false},
		{"front", "old.plans", nil, 1, false, false, false, false},
		{"front", "database.default.link", []int{1}, -1, true, false, true, false},
		{"front", "links.home.url", nil, -1, true, false, false, false},
		{"front", "links", nil, -1, false, false, false, false},
		{"front", "server.cors.allowOrigins", nil, 2, false, false, false, false},
		{"simplex-api", "database.default.link", []int{1, 2}, -1, true, true, true, false},
		{"simplex-api", "database.x", []int{2}, -1, false, true, true, false},
		{"gateway", "x.y.password", []int{3}, -1, false, false, true, false},
		{"gateway", "x", nil, -1, false, false, true, false},
	} {
		w := s.For(c.service)
		st := w.Path(path(t, c.path))
		var allows []int
		for _, a := range w.Allows(st) {
			allows = append(allows, a.Index)
		}
		list := -1
		if l := w.List(st); l != nil {
			list = l.Index
		}
		got := fmt.Sprint(allows, list, w.Promoted(st), w.Secret(st), w.ReachesBelow(st), w.Dead(st))
		if wanted := fmt.Sprint(c.allows, c.list, c.promoted, c.secret, c.reaches, c.dead); got != wanted {
			t.Errorf("%s %s: got %s want %s", c.service, c.path, got, wanted)
		}
	}
}

func TestSecretAt(t *testing.T) {
	s := New([]Allow{{Keys: patterns(t, "a.*.key"), Secret: true, Services: []string{"x*"}}, {Keys: patterns(t, "b")}}, nil, nil, nil)
	for _, c := range []struct {
		service, path string
		secret        bool
	}{{"x1", "a.b.key", true}, {"x1", "a.b.key.c", true}, {"y", "a.b.key", false}, {"x1", "b", false}, {"x1", "a..key", false}, {"x1", "a", false}} {
		if got := s.SecretAt(c.service, c.path); got != c.secret {
			t.Errorf("%s %s: %v", c.service, c.path, got)
		}
	}
}

func TestWalkerIsSharedBetweenLikeServices(t *testing.T) {
	s := New([]Allow{{Keys: patterns(t, "a")}, {Keys: patterns(t, "b"), Services: []string{"x-*"}}}, nil, nil, nil)
	w := s.For("one")
	if w.For("two") != w {
		t.Error("the same rules hold, but the walker was made anew")
	}
	x := w.For("x-1")
	if x == w || len(x.Allows(x.Path(path(t, "b")))) != 1 || len(w.Allows(w.Path(path(t, "b")))) != 0 {
		t.Error("a rule limited to services leaks")
	}
	if New(nil, nil, nil, nil).For("any").Dead(New(nil, nil, nil, nil).For("any").Start()) != true {
		t.Error("without rules the root is dead")
	}
}

// A Walker whose states were numbered anew forgets the rules it met at the old
// ones.
func TestWalkerForgets(t *testing.T) {
	const many = 2200
	var allow []Allow
	for i := range many {
		allow = append(allow, Allow{Keys: patterns(t, fmt.Sprintf("a.k%d.x", i))})
	}
	w := New(allow, nil, nil, nil).For("any")
	renumbered := false
	before := w.Start()
	for range 3 {
		st := w.Start()
		renumbered = renumbered || st != before
		for i := range many {
			key := w.Key(w.Key(st, "a"), fmt.Sprint("k", many-1-i))
			got := w.Allows(w.Key(key, "x"))
			if len(got) != 1 || got[0].Index != many-1-i || w.Allows(w.Key(key, "y")) != nil {
				t.Fatalf("k%d: %d rules", many-1-i, len(got))
			}
		}
	}
	if !renumbered {
		t.Error("the states were never numbered anew: this test shows nothing")
	}
}

func TestNearMiss(t *testing.T) {
	s := New([]Allow{
		{Keys: patterns(t, "payment.plans.*.stripePriceId")},
		{Keys: patterns(t, "database.default.link")},
		{Keys: patterns(t, "*.token", "**.secret", "cache.*")},
		{Keys: patterns(t, `credit.rates.gpt-4\.1.id`)},
		{Keys: patterns(t, "only.here.key"), Services: []string{"x"}},
	}, nil, nil, nil)
	for _, c := range []struct{ service, path, pattern, suggestion string }{
		{"a", "payment.prices.stripePriceId", "payment.plans.*.stripePriceId", "payment.**.stripePriceId"},
		{"a", "payment.v2.tiers.[name=pro].stripePriceId", "payment.plans.*.stripePriceId", "payment.**.stripePriceId"},
		{"a", "payment.plans.[name=pro].stripePriceId", "", ""},
		{"a", "{0}.payment.prices.stripePriceId", "payment.plans.*.stripePriceId", "payment.**.stripePriceId"},
		{"a", "billing.prices.stripePriceId", "", ""},
		{"a", "payment.prices.stripePriceID", "", ""},
		{"a", "database.link", "database.default.link", "database.**.link"},
		{"a", "database.default.link", "", ""},
		{"a", "a.b.token", "", ""},
		{"a", "link", "", ""},
		{"a", `credit.old.id`, `credit.rates.gpt-4\.1.id`, "credit.**.id"},
		{"a", "only.there.key", "", ""},
		{"x", "only.there.key", "only.here.key", "only.**.key"},
	} {
		p, q := s.For(c.service).NearMiss(path(t, c.path))
		if p != c.pattern || q != c.suggestion {
			t.Errorf("%s: %q %q", c.path, p, q)
		}
	}
}

var word = rapid.SampledFrom([]string{"a", "b", "c", "a.b", "*", `\`, "价格", ""})

func drawPath(t *rapid.T) keypath.Path {
	var steps []keypath.Step
	for range rapid.IntRange(0, 5).Draw(t, "depth") {
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			steps = append(steps, keypath.Step{Kind: keypath.Index, Index: rapid.IntRange(0, 2).Draw(t, "index")})
		case 1:
			steps = append(steps, keypath.Step{Kind: keypath.Element, Key: word.Draw(t, "id"), Value: word.Draw(t, "value")})
		default:
			steps = append(steps, keypath.Step{Kind: keypath.Key, Key: word.Draw(t, "key")})
		}
	}
	return keypath.Of(steps...)
}

func drawPattern(t *rapid.T) keypath.Pattern {
	text := ""
	for i := range rapid.IntRange(1, 4).Draw(t, "segments") {
		if i > 0 {
			text += "."
		}
		text += rapid.SampledFrom([]string{"a", "b", "c", "*", "**", "[]", "a*", "[a=b]", "[0]", `a\.b`, "价格"}).Draw(t, "segment")
	}
	p, err := keypath.ParsePattern(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

// The rules at a state are those whose patterns, each by itself, cover the path;
// and what NearMiss suggests matches the path.
func TestWalkerIsEachRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var allow []Allow
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			a := Allow{}
			for range rapid.IntRange(1, 3).Draw(t, "keys") {
				a.Keys = append(a.Keys, drawPattern(t))
			}
			if rapid.Bool().Draw(t, "narrow") {
				a.Services = []string{rapid.SampledFrom([]string{"x", "y", "x*"}).Draw(t, "service")}
			}
			allow = append(allow, a)
		}
		var promote []keypath.Pattern
		if rapid.Bool().Draw(t, "promotes") {
			promote = append(promote, drawPattern(t))
		}
		s := New(allow, nil, nil, promote)
		w := s.For("y")
		for range 6 {
			service := rapid.SampledFrom([]string{"x", "y", "xy"}).Draw(t, "in")
			w = w.For(service)
			p := drawPath(t)
			st := w.Path(p)
			var got, naive []int
			for _, a := range w.Allows(st) {
				got = append(got, a.Index)
			}
			for i, a := range allow {
				if a.Applies(service) && len(keypath.Compile(a.Keys).Match(p)) > 0 {
					naive = append(naive, i)
				}
			}
			if !slices.Equal(got, naive) {
				t.Fatalf("%s in %s: rules %v, want %v", p, service, got, naive)
			}
			if w.Promoted(st) != (len(keypath.Compile(promote).Match(p)) > 0) {
				t.Fatalf("%s: promoted", p)
			}
			_, suggestion := w.NearMiss(p)
			if suggestion == "" {
				continue
			}
			q, err := keypath.ParsePattern(suggestion)
			if err != nil || len(naive) > 0 || len(keypath.Compile([]keypath.Pattern{q}).Match(p)) == 0 {
				t.Fatalf("%s: suggests %s", p, suggestion)
			}
		}
	})
}
