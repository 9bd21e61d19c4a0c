package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

var environments = []string{"ci", "staging", "prod"}

// earlier is what `from` is where hoist.yaml does not say: every environment
// before.
func earlier(envs []string) map[string][]string {
	from := map[string][]string{}
	for i, e := range envs {
		from[e] = envs[:i]
	}
	return from
}

func pattern(s string) keypath.Pattern {
	p, err := keypath.ParsePattern(s)
	if err != nil {
		panic(err)
	}
	return p
}

func want(s string) rule.Want {
	return rule.NewWant(value.Resolve(s, true, ""), problem.Place{})
}

// rules is a hoist.yaml's rules, short to write.
type rules struct {
	allow  []rule.Allow
	forbid []rule.Forbid
	lists  []rule.List
}

func (r rules) set() *rule.Set { return rule.New(r.allow, r.forbid, r.lists, nil) }

func allow(keys ...string) rules { return rules{allow: []rule.Allow{allowing(keys...)}} }

func allowing(keys ...string) rule.Allow {
	a := rule.Allow{}
	for _, k := range keys {
		a.Keys = append(a.Keys, pattern(k))
	}
	return a
}

func (r rules) values(kv ...string) rules {
	a := &r.allow[len(r.allow)-1]
	a.Values = map[string]rule.Want{}
	for i := 0; i < len(kv); i += 2 {
		a.Values[kv[i]] = want(kv[i+1])
	}
	return r
}

func (r rules) distinct(group ...string) rules {
	a := &r.allow[len(r.allow)-1]
	a.Distinct = append(a.Distinct, group)
	return r
}

func (r rules) equal(group ...string) rules {
	a := &r.allow[len(r.allow)-1]
	a.Equal = append(a.Equal, group)
	return r
}

func (r rules) absent(envs ...string) rules {
	r.allow[len(r.allow)-1].Absent = envs
	return r
}

func (r rules) and(s rules) rules {
	return rules{slices.Concat(r.allow, s.allow), slices.Concat(r.forbid, s.forbid), slices.Concat(r.lists, s.lists)}
}

func forbid(env string, texts ...string) rules {
	f := rule.Forbid{In: []string{env}}
	for _, t := range texts {
		f.Values = append(f.Values, want(t))
	}
	return rules{forbid: []rule.Forbid{f}}
}

func listed(path, identity string) rules {
	return rules{lists: []rule.List{{Path: pattern(path), Identity: identity}}}
}

func (r rules) asSet() rules    { r.lists[0].Set = true; return r }
func (r rules) ordered() rules  { r.lists[0].Ordered = true; return r }
func lines(l ...string) string  { return strings.Join(append(l, ""), "\n") }
func file(l ...string) []string { return l }

func parse(t testing.TB, name, src string) *yamlfile.File {
	t.Helper()
	f, err := yamlfile.Parse(name, []byte(src))
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	return f
}

// absentFile says that an environment has no file.
const absentFile = "\x00"

func input(t testing.TB, set *rule.Set, files ...string) Input {
	t.Helper()
	in := Input{Name: "svc", Environments: environments[:len(files)], From: earlier(environments), Rules: set}
	for i, src := range files {
		in.Paths = append(in.Paths, environments[i]+".yaml")
		if src == absentFile {
			in.Files = append(in.Files, nil)
		} else {
			in.Files = append(in.Files, parse(t, in.Paths[i], src))
		}
	}
	return in
}

func show(s *Service) string {
	var b strings.Builder
	for _, k := range s.Keys {
		fmt.Fprintf(&b, "%s %s", k.Status, k.Path)
		if k.Shape {
			b.WriteString(" shape")
		}
		if k.Types {
			b.WriteString(" types")
		}
		if k.Pending != nil {
			fmt.Fprintf(&b, " %v", k.Pending)
		}
		for _, br := range k.Breaches {
			fmt.Fprintf(&b, " %s%v", br.Kind, br.Environments)
		}
		b.WriteByte('\n')
	}
	for _, n := range s.Notes {
		fmt.Fprintf(&b, "note %s %s %v", n.Code, n.Path, n.Environments)
		for _, a := range n.Args {
			fmt.Fprintf(&b, " %s=%s", a.Name, a.Text)
		}
		b.WriteByte('\n')
	}
	return strings.ReplaceAll(b.String(), "  ", " ")
}

// The sentences of the contract, section 2, and the decisions that fill its
// gaps, each with the smallest files that show it.
func TestSentences(t *testing.T) {
	const missingPro = "plans:\n- {name: free, price: p1}\n"
	const withPro = "plans:\n- {name: free, price: p1}\n- {name: pro, price: p2, amount: 3}\n"
	for _, c := range []struct {
		name  string
		rules rules
		files []string
		want  string
	}{
		{"each leaf gets a status: a scalar, a list of scalars, an empty mapping or list", rules{},
			file("a: 1\nb: [1]\nc: {}\nd: []\n", "a: 2\nb: [2]\nc: 1\nd: {}\n"),
			lines("different a", "different b", "different c shape types", "different d shape types")},
		{"same: equal everywhere", rules{}, file("a: {b: 1}\n", "a:\n  b: 1\n", "a: {b: 0x1}\n"), ""},
		{"different: two present values differ, and no rule allows it", rules{}, file("a: 1\n", "a: 1\n", "a: 2\n"), lines("different a")},
		{"different wins over missing", rules{}, file("a: 1\n", "a: 2\n", "b: 1\n"), lines("different a", "missing b")},
		{"missing: stands in some environments only, and no rule allows it", rules{}, file("a: 1\nb: 1\n", "b: 1\n", "a: 1\nb: 1\n"), lines("missing a")},
		{"expected: differs as a rule allows", allow("a"), file("a: 1\n", "a: 2\n", "a: 2\n"), lines("expected a")},
		{"a rule covers everything below", allow("a"), file("a: {b: {c: 1}}\n", "a: {b: {c: 2}}\n"), lines("expected a.b.c")},
		{"same: also under a rule", allow("a"), file("a: 1\n", "a: 1\n", "a: 1\n"), ""},

		{"violation: a rule's values are broken", allow("a").values("ci", "x*", "prod", "w*"), file("a: x1\n", "a: q\n", "a: x1\n"), lines("violation a values[prod]")},
		{"violation: also where all values are equal", allow("a").values("prod", "w*"), file("a: x\n", "a: x\n", "a: x\n"), lines("violation a values[prod]")},
		{"violation: distinct is broken", allow("a").distinct("ci", "prod"), file("a: x\n", "a: w\n", "a: x\n"), lines("violation a distinct[ci prod]")},
		{"violation: equal is broken", allow("a").equal("staging", "prod"), file("a: x\n", "a: w\n", "a: z\n"), lines("violation a equal[staging prod]")},
		{"expected: and is what the rule says", allow("a").values("ci", "x*", "prod", "w*").distinct("ci", "prod").equal("staging", "prod"),
			file("a: x1\n", "a: w1\n", "a: w1\n"), lines("expected a")},
		{"several rules cover a key: all are judged", allow("a").values("ci", "x*").and(allow("a").values("prod", "w*")), file("a: q\n", "a: q\n", "a: q\n"),
			lines("violation a values[ci] values[prod]")},
		{"violation wins over pending", allow("a").values("ci", "x*"), file("a: q\n", "a:\n", "b: 1\n"), lines("violation a types [staging prod] values[ci]", "missing b")},
		{"violation: a forbidden value, whatever its key", forbid("prod", "sk_test_*"), file("a: sk_test_1\n", "a: sk_test_1\n", "a: sk_test_1\n"), lines("violation a forbid[prod]")},
		{"violation: a forbidden value in a list", forbid("prod", "sk_test_*"), file("a: [1, sk_test_1]\n", "a: [1, sk_test_1]\n", "a: [1, sk_test_1]\n"), lines("violation a forbid[prod]")},
		{"violation: a forbidden value deep in what is the same everywhere", forbid("prod", "sk_test_*"),
			file("a: {b: [{c: sk_test_1}]}\n", "a: {b: [{c: sk_test_1}]}\n", "a: {b: [{c: sk_test_1}]}\n"), lines("violation a.b.[0].c forbid[prod]")},
		{"violation: a forbidden value under a difference of shape", forbid("prod", "sk_test_*"), file("a: 1\n", "a: 1\n", "a: {b: sk_test_1}\n"), lines("violation a shape types forbid[prod]")},
		{"violation: a forbidden value under a rule", allow("a").and(forbid("prod", "sk_test_*")), file("a: x\n", "a: w\n", "a: sk_test_1\n"), lines("violation a forbid[prod]")},
		{"a forbidden value, however it is spelled", forbid("prod", "sk_test_*", "'*"),
			file("a: |\n  sk_test_1\nb: \"\\x73k_test_1\"\nc: \"\\\n  sk_test_1\"\nd: '''x'\ne: >-\n  sk_test_\n  1\n", "a: |\n  sk_test_1\nb: \"\\x73k_test_1\"\nc: \"\\\n  sk_test_1\"\nd: '''x'\ne: >-\n  sk_test_\n  1\n", "a: |\n  sk_test_1\nb: \"\\x73k_test_1\"\nc: \"\\\n  sk_test_1\"\nd: '''x'\ne: >-\n  sk_test_\n  1\n"),
			lines("violation a forbid[prod]", "violation b forbid[prod]", "violation c forbid[prod]", "violation d forbid[prod]", "violation e forbid[prod]")},
		{"a forbidden value elsewhere is none", forbid("prod", "sk_test_*"), file("a: sk_test_1\n", "a: sk_test_1\n", "a: sk_live_1\n"), lines("different a")},
		{"a forbidden number", forbid("prod", "7"), file("a: 7\n", "a: 7\n", "a: 7\nb: '7'\n"), lines("violation a forbid[prod]", "missing b")},

		{"pending: absent where its parent stands", allow("p.a"), file("p: {a: 1, b: 1}\n", "p: {b: 1}\n", "p: {a: 2, b: 1}\n"), lines("pending p.a [staging]")},
		{"pending: absent where its parent would be created by a promotion", allow("p.a"), file("p: {a: 1}\n", "p: {a: 1}\n", "q: 1\n"), lines("pending p.a [prod]", "missing q")},
		{"expected: absent where no promotion brings its parent", allow("p.a"), file("q: 1\n", "q: 1\n", "p: {a: 1}\nq: 1\n"), lines("expected p.a")},
		{"pending: null where it stands elsewhere", allow("a"), file("a: 1\n", "a:\n", "a: ~\n"), lines("pending a types [staging prod]")},
		{"pending: an empty string", allow("a"), file("a: x\n", "a: ''\n", "a: w\n"), lines("pending a [staging]")},
		{"pending: a worded placeholder", allow("a"), file("a: x\n", "a: w\n", "a: CHANGEME\n"), lines("pending a [prod]")},
		{"pending: the comment that hoist writes", allow("a"), file("a: x\n", "a: w\n", "a: z # hoist:pending ask Anna\n"), lines("pending a [prod]")},
		{"a comment of people is none", allow("a"), file("a: x\n", "a: w\n", "a: z # pending\n"), lines("expected a")},
		{"expected: the rule says where the key need not stand", allow("a").absent("prod"), file("a: 1\nb: 1\n", "a: 1\nb: 1\n", "b: 1\n"), lines("expected a")},
		{"nothing stands anywhere: not pending", allow("a"), file("a:\n", "a: ''\n", "b: 1\n"), lines("expected a types", "missing b")},
		{"the same placeholder everywhere is the same", allow("a"), file("a: CHANGEME\n", "a: CHANGEME\n"), ""},
		{"placeholders break no rule", allow("a").values("ci", "x*", "prod", "w*").distinct("ci", "prod"), file("a: x1\n", "a: ''\n", "a: CHANGEME\n"), lines("pending a [staging prod]")},
		{"pending wins over expected", allow("a"), file("a: 1\n", "a: 2\n", "b: 1\n"), lines("pending a [prod]", "missing b")},
		{"a new plan's live Price ID is pending", allow("plans.*.price"), file(withPro, withPro, missingPro),
			lines("missing plans.[name=pro].name", "pending plans.[name=pro].price [prod]", "missing plans.[name=pro].amount")},
		{"a plan that only the target has is not", allow("plans.*.price"), file(missingPro, missingPro, withPro),
			lines("missing plans.[name=pro].name", "expected plans.[name=pro].price", "missing plans.[name=pro].amount")},
		{"what lies inside a node under a rule is never promoted", allow("db"), file("db: {pool: {max: 1}, x: 1}\n", "db: {x: 2}\n"), lines("expected db.pool.max", "expected db.x")},
		{"but the whole node is lacking", allow("db"), file("db: {pool: {max: 1}}\n", "x: 1\n"), lines("pending db.pool.max [staging]", "missing x")},
		{"a mapping under a rule where another environment has null", allow("db"), file("db: {x: 1}\n", "db:\n"), lines("pending db shape types [staging]")},
		{"a mapping under a rule where another environment has a scalar", allow("db"), file("db: {x: 1}\n", "db: w\n"), lines("expected db shape types")},

		{"comparison is by value, not by text", rules{}, file("a: \"a\"\nb: 'x'\nc: |\n  t\n", "a: a\nb: x\nc: \"t\\n\"\n"), ""},
		{"1 differs from \"1\", and the difference says so", rules{}, file("a: 1\n", "a: \"1\"\n"), lines("different a types")},
		{"int and float differ", rules{}, file("a: 1\n", "a: 1.0\n"), lines("different a types")},
		{"types inside a list", rules{}, file("a: [1]\n", "a: ['1']\n"), lines("different a types")},
		{"where YAML 1.1 and 1.2 disagree different texts are a difference", rules{}, file("a: yes\nb: 010\nc: 1_000\n", "a: true\nb: 8\nc: 1000\n"),
			lines("different a", "different b", "different c")},
		{"and a difference of type only where the types have two names", rules{}, file("a: yes\n", "a: 'yes'\n"), lines("different a types")},
		{"the non-specific tag is read in two ways", rules{}, file("a: ! 1\nb: ! 1\nc: ! x\n", "a: '1'\nb: 1\nc: x\n"), lines("different a types", "different b types")},
		{"equal bytes of a block scalar that mean two texts", rules{}, file("a:\n  b: |2\n      x\n  c: 1\n", "a:\n    b: |2\n      x\n    c: 1\n"), lines("different a.b")},
		{"and the same texts are not", rules{}, file("a: yes\nb: 010\n", "b: 010\na: yes\n"), ""},
		{"null, empty and absent are three things", rules{}, file("a:\nb: ''\nc:\n", "a: ''\n", "a:\nb: ''\n"),
			lines("different a types", "missing b", "missing c")},
		{"order of mapping keys never matters", rules{}, file("a: 1\nb: {c: 1, d: 2}\n", "b: {d: 2, c: 1}\na: 1\n"), ""},
		{"anchors, aliases and merge keys are compared by what they resolve to", rules{},
			file("a: &x {p: 1}\nb: *x\nc: {<<: *x, q: 2}\n", "a: {p: 1}\nb: {p: 1}\nc: {q: 2, p: 1}\n"), ""},
		{"also where the difference is behind the anchor", rules{}, file("a: &x {p: 1}\nb: *x\n", "a: &x {p: 2}\nb: *x\n"), lines("different a.p", "different b.p")},
		{"equal text behind aliases of different things", rules{}, file("x: &x 1\ny: &y 2\na: [*x]\n", "x: &y 1\ny: &x 2\na: [*x]\n"), lines("different a")},
		{"where one has a scalar and another a mapping it is one different at the shallowest path", rules{},
			file("a: {b: {c: 1, d: 2}}\n", "a: {b: 1}\n", "a: {b: {c: 1}}\n"), lines("different a.b shape types")},
		{"a list of scalars and a mapping", rules{}, file("a: [1]\n", "a: {b: 1}\n"), lines("different a shape types")},
		{"null and a mapping", rules{}, file("a:\n", "a: {b: 1}\n"), lines("different a shape types")},
		{"a list of scalars and a list of mappings", rules{}, file("a: [1]\n", "a: [{b: 1}]\n"), lines("different a shape")},
		{"a mapping and a list of mappings", rules{}, file("a: {b: 1}\n", "a: [{b: 1}]\n"), lines("different a shape types")},
		{"{} beside a mapping is a mapping without those keys", rules{}, file("a: {}\n", "a: {b: 1, c: {d: 2}}\n"), lines("missing a.b", "missing a.c.d")},
		{"[] beside a list of mappings is a list without those elements", rules{}, file("a: []\n", "a: [{name: x, v: 1}]\n"), lines("missing a.[name=x].name", "missing a.[name=x].v")},
		{"[] and a list of scalars are values that differ", rules{}, file("a: []\n", "a: [1]\n"), lines("different a")},
		{"all empty is one leaf", rules{}, file("a: {}\nb: []\n", "a: {}\nb: []\n"), ""},
		{"{} where another lacks it", rules{}, file("a: {}\n", "b: 1\n"), lines("missing a", "missing b")},
		{"a tag on a collection counts", rules{}, file("a: !x {b: 1}\n", "a: {b: 1}\n"), lines("different a shape")},
		{"a tag that says nothing does not", rules{}, file("a: !!map {b: 1}\nc: !!seq [1]\nd: !!str x\n", "a: {b: 1}\nc: [1]\nd: 'x'\n"), ""},
		{"a tag on a scalar counts", rules{}, file("a: !x b\n", "a: b\n"), lines("different a types")},
		{"anchors do not count", rules{}, file("a: &x {b: 1}\nc: &y 1\n", "a: {b: 1}\nc: 1\n"), ""},
		{"a duplicate key is never same", rules{}, file("a: 1\na: 1\n", "a: 1\na: 1\n"),
			lines("different a", "note duplicate-key a [ci]", "note duplicate-key a [staging]")},
		{"nor is what is below", rules{}, file("p: {a: {b: 1}, a: {b: 1}}\n", "p: {a: {b: 1}}\n"), lines("different p.a.b", "note duplicate-key p.a [ci]")},
		{"a duplicate key under a rule is expected", allow("a"), file("a: 1\na: 1\n", "a: 1\n"), lines("expected a", "note duplicate-key a [ci]")},

		{"the identity is the first of id, name, key, code, slug", rules{}, file("l: [{name: a, id: 1, v: 1}]\n", "l: [{name: a, id: 1, v: 2}]\n"), lines("different l.[id=1].v")},
		{"that is a scalar in every element", rules{}, file("l: [{id: [1], name: a, v: 1}]\n", "l: [{id: 1, name: a, v: 2}]\n"), lines("different l.[name=a].id types", "different l.[name=a].v")},
		{"unique in each environment", rules{}, file("l: [{id: 1, code: a}, {id: 1, code: b}]\n", "l: [{id: 1, code: a}, {id: 2, code: b}]\n"), lines("different l.[code=b].id")},
		{"under no allow rule", allow("l.id"), file("l: [{id: 1, slug: a}]\n", "l: [{id: 2, slug: a}]\n"), lines("expected l.[slug=a].id")},
		{"and has the most matches between environments", rules{}, file("l: [{id: 1, name: a}, {id: 2, name: b}]\n", "l: [{id: 3, name: a}, {id: 2, name: b}]\n"),
			lines("different l.[name=a].id")},
		{"ties go to the first", rules{}, file("l: [{id: 1, name: a}, {id: 2, name: b}]\n", "l: [{id: 1, name: c}, {id: 3, name: b}]\n"),
			lines("different l.[id=1].name", "missing l.[id=2].id", "missing l.[id=2].name", "missing l.[id=3].id", "missing l.[id=3].name")},
		{"decided over all environments at once", rules{}, file("l: [{id: 1, name: a}]\n", "l: [{id: 1, name: b}]\n", "l: [{name: b}]\n"),
			lines("missing l.[name=a].id", "missing l.[name=a].name", "missing l.[name=b].id", "missing l.[name=b].name",
				"note ambiguous l [ci staging] why=no-match", "note ambiguous l [ci prod] why=no-match")},
		{"the lists entry goes first", listed("l", "host"), file("l: [{id: 1, host: a, v: 1}]\n", "l: [{id: 1, host: a, v: 2}]\n"), lines("different l.[host=a].v")},
		{"elements are matched by the decoded text", rules{}, file("l: [{id: 1, v: 1}]\n", "l: [{id: '1', v: 1}]\n"), lines("different l.[id=1].id types")},
		{"order alone is a note", rules{}, file("l: [{id: 1}, {id: 2}, {id: 3}]\n", "l: [{id: 1}, {id: 3}, {id: 2}]\n", "l: [{id: 1}, {id: 2}]\n"),
			lines("missing l.[id=3].id", "note order l [staging]")},
		{"ordered: true makes it different", listed("l", "id").ordered(), file("l: [{id: 1}, {id: 2}]\n", "l: [{id: 2}, {id: 1}]\n"), lines("different l")},
		{"ordered: true, in order", listed("l", "id").ordered(), file("l: [{id: 1}, {id: 2}]\n", "l: [{id: 1}, {id: 2}]\n"), ""},
		{"no identity: compared by index", rules{}, file("l: [{a: 1}, {a: 2}]\n", "l: [{a: 1}, {a: 3}, {a: 4}]\n"), lines("different l.[1].a", "missing l.[2].a")},
		{"lists without one match are ambiguous", rules{}, file("l: [{id: 1, v: 1}]\n", "l: [{id: 2, v: 1}]\n"),
			lines("missing l.[id=1].id", "missing l.[id=1].v", "missing l.[id=2].id", "missing l.[id=2].v", "note ambiguous l [ci staging] why=no-match")},
		{"an empty list shares nothing and is not ambiguous", rules{}, file("l: [{id: 1}]\n", "l: []\n"), lines("missing l.[id=1].id")},
		{"a missing identity under lists is ambiguous", listed("l", "host"), file("l: [{id: 1}]\n", "l: [{id: 2, host: a}]\n"),
			lines("different l.[0].id", "missing l.[0].host", "note ambiguous l [ci staging] why=missing-identity")},
		{"a duplicate identity under lists is ambiguous", listed("l", "host"), file("l: [{host: a, v: 1}, {host: a, v: 2}]\n", "l: [{host: a, v: 1}]\n"),
			lines("missing l.[1].host", "missing l.[1].v", "note ambiguous l [ci staging] why=duplicate-identity")},
		{"a list that may differ as a whole is not ambiguous", allow("l"), file("l: [{id: 1}]\n", "l: [{id: 2}, {id: 3}]\n"), lines("expected l.[0].id", "expected l.[1].id")},
		{"nor where its elements have an identity", allow("l").and(listed("l", "id")), file("l: [{id: 1}]\n", "l: [{id: 2}]\n"), lines("expected l.[id=1].id", "expected l.[id=2].id")},
		{"nor is its order noted", allow("l").and(listed("l", "id")), file("l: [{id: 1}, {id: 2}]\n", "l: [{id: 2}, {id: 1}]\n"), ""},
		{"its order under ordered: true is expected", allow("l").and(listed("l", "id").ordered()), file("l: [{id: 1}, {id: 2}]\n", "l: [{id: 2}, {id: 1}]\n"), lines("expected l")},
		{"lists of scalars are one value", rules{}, file("l: [a, b]\n", "l: [b, a]\n"), lines("different l")},
		{"as: set ignores order", listed("l", "").asSet(), file("l: [a, b]\n", "l: [b, a]\n"), ""},
		{"as: set sees other elements", listed("l", "").asSet(), file("l: [a, b]\n", "l: [b, c]\n"), lines("different l")},
		{"as: set counts how often each stands", listed("l", "").asSet(), file("l: [a, a, b]\n", "l: [b, b, a]\n"), lines("different l")},
		{"as: set sees what one lacks", listed("*", "").asSet(), file("l: [a, b]\nm: [a]\n", "l: [b]\nm: [a, c]\n", "l: [b, a]\nm: [a]\n"), lines("different l", "different m")},
		{"as: set knows equal values in two spellings", listed("l", "").asSet(), file("l: [1.0, 'a', true]\n", "l: [True, a, 1.00]\n"), ""},
		{"nested lists are by index", rules{}, file("l: [[1, 2], [{id: a, v: 1}]]\n", "l: [[1, 3], [{id: a, v: 2}]]\n"), lines("different l.[0]", "different l.[1].[id=a].v")},
		{"scalars among mappings are by index", rules{}, file("l: [{id: a}, x]\n", "l: [{id: a}, z]\n"), lines("different l.[1]")},
		{"a list at the root", rules{}, file("- {id: a, v: 1}\n", "- {id: a, v: 2}\n"), lines("different [id=a].v")},
		{"a scalar at the root", rules{}, file("a\n", "b\n"), lines("different ")},

		{"counts are leaves: an absent subtree counts each", rules{}, file("a: {b: {c: 1, d: [1, 2]}, e: [{id: 1}]}\n", "a: {b: {c: 1}}\n", "x: 1\n"),
			lines("missing a.b.c", "missing a.b.d", "missing a.e.[id=1].id", "missing x")},
		{"a service that some environment lacks: one line, its leaves missing", allow("s"), file("a: 1\ns: x\n", absentFile, absentFile),
			lines("missing a", "missing s", "note only-in [ci]")},
		{"a service that only a later environment has", allow("s"), file(absentFile, absentFile, "a: 1\ns: x\n"), lines("missing a", "missing s", "note only-in [prod]")},
		{"what differs as allowed is missing where there is no file", allow("s"), file("s: 1\nd: 1\n", "s: 2\nd: 2\n", absentFile), lines("missing s", "different d", "note only-in [ci staging]")},
		{"unless a rule says that it may be", allow("s").absent("prod"), file("s: 1\n", "s: 2\n", absentFile), lines("expected s", "note only-in [ci staging]")},
		{"an empty file is no absent file", allow("s"), file("s: 1\n", "# nothing\n"), lines("pending s [staging]")},
		{"nor does it lack the place for a key", allow("s"), file("# nothing\n", "s: 1\n"), lines("pending s [ci]")},
		{"a document inside a block scalar", rules{}, file("data:\n  c.yaml: |\n    p: 1 # x\n", "data:\n  c.yaml: |\n    p: 2\n"), lines(`different data.c\.yaml.p`)},
		{"and beside a scalar", rules{}, file("c.yaml: |\n  p: 1\n", "c.yaml: x\n"), lines(`different c\.yaml shape types`)},
		{"documents are matched by name", rules{},
			file("kind: A\nmetadata: {name: x}\nv: 1\n---\nkind: B\nmetadata: {name: x}\nv: 1\n", "kind: B\nmetadata: {name: x}\nv: 1\n---\nkind: A\nmetadata: {name: x}\nv: 2\n"),
			lines("different {A/x}.v")},
		{"an empty document in front is one", rules{}, file("---\n---\na: 1\n", "a: 1\n"), lines("missing {1}.a", "missing {0}.a")},
		{"but not where all have it", rules{}, file("---\n---\na: 1\n", "---\n# x\n---\na: 1\n"), ""},
		{"nor behind", rules{}, file("a: 1\n---\n", "---\na: 1\n"), ""},
		{"or by index", rules{}, file("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "a: 1\n"), lines("different {1}.b")},
		{"rules hold in every document", allow("b"), file("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n"), lines("expected {1}.b")},
		{"a key outside the rules that looks like one inside", allow("p.*.price"), file("p: {a: {price: 1}, b: {c: {price: 1}}}\n", "p: {a: {price: 2}, b: {c: {price: 2}}}\n"),
			lines("expected p.a.price", "different p.b.c.price", "note near-miss p.b.c.price [ci staging] pattern=p.*.price suggestion=p.**.price")},

		{"what two environments have besides stands in their order", rules{}, file("p: 1\na: 1\nb: 1\n", "a: 1\nx: 1\nb: 1\n", "a: 1\nz: 1\nb: 1\n"), lines("missing p", "missing x", "missing z")},
		{"keys come in the order of the first environment, the others' after their neighbours", rules{},
			file("a: 1\nb: 1\nz: 1\n", "a: 2\nm: 1\nn: 1\nb: 2\nz: 2\n", "first: 1\na: 3\nm: 2\no: 1\nz: 3\nlast: 1\n"),
			lines("missing first", "different a", "different m", "missing o", "missing n", "different b", "different z", "missing last")},
	} {
		got := show(Files(input(t, c.rules.set(), c.files...)))
		if want := strings.ReplaceAll(c.want, "  ", " "); got != want {
			t.Errorf("%s:\n  %s\ngives\n%swant\n%s", c.name, strings.Join(c.files, "  ---\n  "), got, want)
		}
	}
}
