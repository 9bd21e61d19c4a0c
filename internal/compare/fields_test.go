package compare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
)

func pathOf(t testing.TB, p string) keypath.Path {
	t.Helper()
	path, err := keypath.Parse(p)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKey(t *testing.T) {
	set := allow("p.a").values("prod", "w*").and(forbid("prod", "bad*")).set()
	s := Files(input(t, set, "p: {a: x, b: 1}\n", "p: {b: '1'}\n", "p: {a: q}\n"))
	if len(s.Keys) != 2 {
		t.Fatalf("%d keys", len(s.Keys))
	}
	a, b := s.Keys[0], s.Keys[1]
	if a.Path != pathOf(t, "p.a") || a.Status != Violation || !reflect.DeepEqual(a.Pending, []string{"staging"}) || len(a.Rules) != 1 || a.Rules[0] != set.Allow()[0] {
		t.Errorf("%+v", a)
	}
	if len(a.Breaches) != 1 || a.Breaches[0].Want != "w*" || !reflect.DeepEqual(a.Breaches[0].Environments, []string{"prod"}) {
		t.Errorf("%+v", a.Breaches)
	}
	if a.Values[0].Reveal() != "x" || a.Values[1].Present() || a.Values[2].Reveal() != "q" || a.Nodes[1].Valid() || a.Nodes[2].File() != s.Files[2] {
		t.Errorf("values and nodes are not by environment: %v", a.Values)
	}
	if b.Rules != nil || !b.Types || b.Values[0].Kind() != value.Int || b.Values[1].Kind() != value.String || b.Values[2].Present() {
		t.Errorf("%+v", b)
	}
}

func TestKeep(t *testing.T) {
	files := file("a: 1\nb: 1\nc: 1\n", "a: 1\nb: 2\n")
	for _, c := range []struct {
		keep func(Status) bool
		want string
	}{
		{nil, "b c"}, {keepAll, "a b c"}, {func(s Status) bool { return s == Missing }, "c"}, {func(Status) bool { return false }, ""},
	} {
		in := input(t, nil, files...)
		in.Keep = c.keep
		s := Files(in)
		var got []string
		for _, k := range s.Keys {
			got = append(got, k.Path.String())
		}
		if strings.Join(got, " ") != c.want || s.Counts != (Counts{Same: 1, Different: 1, Missing: 1}) {
			t.Errorf("%v, want %s; counts %+v", got, c.want, s.Counts)
		}
	}
}

func TestShapesHaveKinds(t *testing.T) {
	s := Files(input(t, nil, "a: {b: 1}\n", "a: [{b: 1}]\n", "a: x\n"))
	v := s.Keys[0].Values
	if v[0].Kind() != value.Map || v[1].Kind() != value.List || v[2].Kind() != value.String {
		t.Errorf("%v", v)
	}
}

// An environment whose file cannot be read takes no part: what the others have
// is neither missing nor pending for it, and never the same.
func TestUnreadable(t *testing.T) {
	in := input(t, allow("p").set(), "a: 1\np: 1\nx: 1\n", absentFile, "a: 1\np: 1\nx: 2\n")
	in.Problems = problem.List{problem.New(problem.Code{Name: "x"}, problem.Place{File: "staging.yaml", Line: 3})}
	in.Keep = keepAll
	s := Files(in)
	if got := show(s); got != "different x\n" || s.Counts != (Counts{Different: 1}) || s.OnlyIn != nil || len(s.Problems) != 1 {
		t.Errorf("%s %v %v", got, s.OnlyIn, s.Problems)
	}
	if n := s.Keys[0].Nodes; !n[0].Valid() || n[1].Valid() || !n[2].Valid() {
		t.Error("nodes are not by environment")
	}
	in.Files[2] = parse(t, "prod.yaml", "a: 2\np: 1\n")
	if k := Files(in).Keys[0]; k.Status != Different || k.Values[2].Reveal() != "2" {
		t.Errorf("%v %v", k.Status, k.Values)
	}
	in.Files[2] = nil
	if s := Files(in); !slices.Equal(s.OnlyIn, []string{"ci", "staging"}) || s.Counts.Missing != 3 {
		t.Errorf("only in %v, %+v", s.OnlyIn, s.Counts)
	}
}

func TestNoFiles(t *testing.T) {
	s := Files(input(t, nil, absentFile, absentFile))
	if s.OnlyIn != nil || s.Counts != (Counts{}) || s.Keys != nil || s.Notes != nil {
		t.Errorf("%+v", s)
	}
}

func TestLists(t *testing.T) {
	host := listed("h", "host")
	set := allow("r.*.v").and(host).set()
	s := Files(input(t, set,
		"i: [{id: 1, v: 1}]\nn: [{v: 1}, {v: 2}]\nm: [{v: 1}]\nr: [{v: 1}]\nh: [{host: a}, {host: a}]\nu: [{id: 1}]\nsame: [{id: 1}]\ns: [1]\n",
		"i: [{id: 1, v: 2}]\nn: [{v: 1}]\nm: [{v: 2}]\nr: [{v: 2}]\nh: [{host: b}]\nu: [{id: 2}]\nsame: [{id: 1}]\ns: [2]\n",
		"i: []\nsame: [{id: 1}]\n"))
	for p, want := range map[string]ListInfo{
		"i": {Identity: "id", Lengths: []int{1, 1, 0}},
		"n": {Ambiguous: true, Lengths: []int{2, 1, -1}},
		"m": {Lengths: []int{1, 1, -1}},
		"r": {Ambiguous: true, Inside: true, Lengths: []int{1, 1, -1}},
		"h": {Ambiguous: true, Rule: set.Lists()[0], Lengths: []int{2, 1, -1}},
		"u": {Identity: "id", Unmatched: [][2]string{{"ci", "staging"}}, Lengths: []int{1, 1, -1}},
	} {
		if got, ok := s.Lists[pathOf(t, p)]; !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", p, got, want)
		}
	}
	if len(s.Lists) != 6 {
		t.Errorf("%v", s.Lists)
	}
}

func TestListsInside(t *testing.T) {
	set := allow("l.*.price").set()
	s := Files(input(t, set, "l: [{id: 1, price: 1, k: [{name: a, v: 1}]}]\n", "l: [{id: 1, price: 2, k: [{name: a, v: 2}]}]\n"))
	want := map[keypath.Path]ListInfo{
		pathOf(t, "l"):          {Identity: "id", Inside: true, Lengths: []int{1, 1}},
		pathOf(t, "l.[id=1].k"): {Identity: "name", Lengths: []int{1, 1}},
	}
	if !reflect.DeepEqual(s.Lists, want) {
		t.Errorf("%+v", s.Lists)
	}
}

func TestOrderedList(t *testing.T) {
	s := Files(input(t, listed("l", "").ordered().set(), "l: [{id: a}, {id: b}]\n", "l: [{id: b}, {id: a}]\n"))
	k := s.Keys[0]
	if k.Shape || k.Types || k.Nodes[0].Leaf() || len(k.Values[0].Items()) != 2 || k.Values[1].Items()[0].Reveal() != "b" {
		t.Errorf("%+v", k)
	}
	if s.Counts != (Counts{Different: 1, Same: 2}) {
		t.Errorf("%+v", s.Counts)
	}
}

func TestPlacesOfNotes(t *testing.T) {
	s := Files(input(t, allow("p.*.price").set(),
		"a: 1\na: 2\nl: [{id: 1}]\no: [{id: 1}, {id: 2}]\np:\n  x:\n    y:\n      price: 1\n",
		"a: 2\nl: [{id: 2}]\no:\n- id: 2\n- id: 1\n"))
	var got []string
	for _, n := range s.Notes {
		got = append(got, fmt.Sprintf("%s %s", n.Code, n.Place))
	}
	want := []string{"duplicate-key ci.yaml:2:4", "ambiguous ci.yaml:3:4", "order staging.yaml:4:1", "near-miss ci.yaml:8:14"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A mapping of many keys in two orders, past what is searched one by one.
func TestManyKeys(t *testing.T) {
	var a, b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&a, "k%d: {v: %d}\n", i, i)
		fmt.Fprintf(&b, "k%d: {v: 0}\n", 299-i)
	}
	fmt.Fprintf(&b, "extra: 1\n")
	s := Files(input(t, nil, a.String(), b.String(), a.String()))
	if want := (Counts{Same: 1, Different: 299, Missing: 1}); s.Counts != want {
		t.Errorf("%+v, want %+v", s.Counts, want)
	}
	for i, k := range s.Keys {
		want := fmt.Sprintf("k%d.v", i)
		if i == 0 {
			want = "extra" // behind k0, which is the same
		}
		if k.Path != pathOf(t, want) {
			t.Fatalf("key %d is %s, want %s", i, k.Path, want)
		}
	}
}

// One Comparer serves services with more and fewer environments.
func TestComparer(t *testing.T) {
	var c Comparer
	for _, files := range [][]string{
		{"a: {b: 1}\nl: [{id: 1, v: 1}]\n", "l: [{id: 1, v: 2}]\na: {b: 2}\n"},
		{"a: {b: 1}\n", "a: {b: 1}\n", "a: {b: 2, c: {d: {e: 1}}}\n"},
		{"a: 1\n"},
		{absentFile},
		{"a: {b: 1}\nl: [{id: 1, v: 1}]\n", "l: [{id: 1, v: 2}]\na: {b: 2}\n", "x: 1\n"},
	} {
		in := input(t, allow("a.b").set(), files...)
		in.Walker = in.Rules.For("other")
		if got, want := show(c.Files(in)), show(Files(in)); got != want {
			t.Errorf("%q: %s, afresh %s", files, got, want)
		}
	}
}

// What is large or hostile takes its time and no more.
func TestHostile(t *testing.T) {
	many := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	deep := strings.Repeat("{a: ", 4000) + "%d" + strings.Repeat("}", 4000) + "\n"
	bomb := func(leaf string) string {
		return "a0: &a0 [{v: " + leaf + "}]\n" + many(5, func(i int) string {
			return fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8))
		})
	}
	for _, c := range []struct{ name, a, b string }{
		{"deep", fmt.Sprintf(deep, 1), fmt.Sprintf(deep, 2)},
		{"aliases", bomb("1"), bomb("2")},
		{"keys in another order", many(30000, func(i int) string { return fmt.Sprintf("k%d: 1\n", i) }), many(30000, func(i int) string { return fmt.Sprintf("k%d: 1\n", 29999-i) })},
		{"elements in another order", "l:\n" + many(20000, func(i int) string { return fmt.Sprintf("- {id: %d}\n", i) }), "l:\n" + many(20000, func(i int) string { return fmt.Sprintf("- {id: %d}\n", 19999-i) })},
		{"elements without identity", "l:\n" + many(20000, func(i int) string { return fmt.Sprintf("- {v: %d}\n", i) }), "l:\n" + many(20001, func(i int) string { return fmt.Sprintf("- {v: %d}\n", i) })},
		{"a set in another order", "s: [" + many(20000, func(i int) string { return fmt.Sprintf("%d, ", i) }) + "]\n", "s: [" + many(20000, func(i int) string { return fmt.Sprintf("%d, ", 19999-i) }) + "]\n"},
	} {
		in := input(t, listed("s", "").asSet().set(), c.a, c.b)
		start := time.Now()
		s := Files(in)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v: %+v", c.name, d, s.Counts)
		}
	}
}

func TestStatusNames(t *testing.T) {
	var names []string
	for s := Violation; s <= Same; s++ {
		names = append(names, s.String())
	}
	if got := strings.Join(names, " "); got != "violation pending different missing expected same" {
		t.Error(got)
	}
	if !Missing.NeedsAttention() || Expected.NeedsAttention() || Same.NeedsAttention() || Status(0).NeedsAttention() {
		t.Error("what needs attention")
	}
	var c Counts
	for s := Violation; s <= Same; s++ {
		c.Add(s, int(s))
	}
	c.Plus(c)
	if want := (Counts{Same: 12, Different: 6, Expected: 10, Missing: 8, Pending: 4, Violation: 2}); c != want || c.NeedAttention() != 20 {
		t.Errorf("%+v", c)
	}
}
