package keypath

import (
	"slices"
	"testing"
)

func pattern(t testing.TB, s string) Pattern {
	t.Helper()
	p, err := ParsePattern(s)
	if err != nil {
		t.Fatalf("ParsePattern(%q): %v", s, err)
	}
	return p
}

func path(t testing.TB, s string) Path {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return p
}

func TestMatchHere(t *testing.T) {
	const price = "payment.plans.[name=pro].stripePriceId"
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		// the contract's five spellings of the price of every plan
		{"payment.*.stripePriceId", price, true},
		{"payment.plans.stripePriceId", price, true},
		{"payment.plans.*.stripePriceId", price, true},
		{"payment.plans[].stripePriceId", price, true},
		{"payment.plans.[name=pro].stripePriceId", price, true},
		{"payment.**.stripePriceId", price, true},
		{"**.stripePriceId", price, true},
		{"payment.plans[name=p*].stripePriceId", price, true},
		{"payment.plans[name=p?o].stripe*", price, true},
		{"payment.plans[*].stripePriceId", price, true},
		{"payment.plans[name=basic].stripePriceId", price, false},
		{"payment.plans[id=pro].stripePriceId", price, false},
		{"payment.stripePriceId", price, false},
		{"plans.stripePriceId", price, false},
		{"payment.plans", price, false},

		{"payment.plans", "payment.plans", true},
		{"payment.plans", "payment.plans.[name=pro]", false}, // covered, but not matched: nothing is skipped behind the end
		{"payment.plans.*", "payment.plans.[name=pro]", true},
		{"payment.plans.*", price, true}, // the element is skipped, * is the key
		{"payment.plans[]", price, false},
		{"**", "", true},
		{"**", "a", true},
		{"a.**", "a", true},
		{"a.**", "a.b.c", true},
		{"a.**", "b", false},
		{"a.**.z", "a.z", true},
		{"**.a.**", "x.a.y", true},
		{"*", "", false},
		{"*", "a", true},
		{"*", "a.b", false},
		{"*.b", "a.b", true},
		{"key.[0]", "key.[0]", true},
		{"key.[0]", "key.0", true},
		{"key.0", "key.[0]", false},
		{"key.[0]", "key.[1]", false},
		{"key.[0]", "key.[1].[0]", true},
		{"rates.gpt-*", `rates.gpt-4\.1`, true},
		{`rates.gpt-4\.1`, `rates.gpt-4\.1`, true},
		{`rates."gpt-4.1"`, `rates.gpt-4\.1`, true},
		{`rates[gpt-4.1]`, `rates.gpt-4\.1`, true},
		{`rates[gpt-*]`, `rates.gpt-4\.1`, true},
		{"计费.*.价格", "计费.套餐.[名称=专业版].价格", true},
		{"计费.套餐[名称=专?版].价格", "计费.套餐.[名称=专业版].价格", true},
		{"a", "{0}.a", true},
		{"a", "{Deployment/web}.a", true},
		{"{0}.a", "{0}.a", true},
		{"{0}.a", "{1}.a", false},
		{"{0}.a", "a", false},
		{"{Deployment/*}.a", "{Deployment/web}.a", true},
		{"{Deployment/*}.a", "{Service/web}.a", false},
		{"*", "{0}", false}, // * is no document
		{"**", "{0}", true},
		{"*.a", "{0}.a", false},
		{`\*`, `\*`, true},
		{`\*`, "a", false},
		{`"*"`, "a", false},
		{`""`, `""`, true},
		{"?", "a", true},
		{"?", "钱", true},
		{"?", "ab", false},
		{"a*", "[a=x]", false}, // a glob is of keys, not of elements
	} {
		p, at := pattern(t, c.pattern), path(t, c.path)
		w := Compile([]Pattern{p}).Walker()
		if got := w.Here(w.Path(at)) != nil; got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.path, got, c.want)
		}
	}
}

func TestWalkerAnswers(t *testing.T) {
	set := Compile([]Pattern{pattern(t, "payment.*.stripePriceId"), pattern(t, "payment"), pattern(t, "a.**.z"), {}, pattern(t, "{0}.x")})
	w := set.Walker()
	for _, c := range []struct {
		path                string
		covers, here, below []int
		dead                bool
	}{
		{"", nil, nil, []int{0, 1, 2, 4}, false},
		{"payment", []int{1}, []int{1}, []int{0}, false},
		{"payment.x", []int{1}, nil, []int{0}, false},
		{"payment.x.stripePriceId", []int{0, 1}, []int{0}, nil, false},
		{"payment.x.stripePriceId.y", []int{0, 1}, nil, nil, false},
		{"other", nil, nil, nil, true},
		{"other.payment", nil, nil, nil, true},
		{"a", nil, nil, []int{2}, false},
		{"a.z", []int{2}, []int{2}, []int{2}, false},
		{"a.z.q.z", []int{2}, []int{2}, []int{2}, false},
		{"{0}", nil, nil, []int{0, 1, 2, 4}, false},
		{"{1}", nil, nil, []int{0, 1, 2}, false},
		{"{1}.other", nil, nil, nil, true},
	} {
		st := w.Path(path(t, c.path))
		if got := w.Covers(st); !slices.Equal(got, c.covers) {
			t.Errorf("%q: covers %v, want %v", c.path, got, c.covers)
		}
		if got := w.Here(st); !slices.Equal(got, c.here) {
			t.Errorf("%q: here %v, want %v", c.path, got, c.here)
		}
		if got := w.Below(st); !slices.Equal(got, c.below) {
			t.Errorf("%q: below %v, want %v", c.path, got, c.below)
		}
		if got := w.Dead(st); got != c.dead {
			t.Errorf("%q: dead %v, want %v", c.path, got, c.dead)
		}
		if got := set.Match(path(t, c.path)); !slices.Equal(got, c.covers) {
			t.Errorf("%q: Match %v, want %v", c.path, got, c.covers)
		}
	}
}
