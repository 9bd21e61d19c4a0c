package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// doc is a document to be written: a scalar's text, or children.
type doc struct {
	text string
	kind byte // s, m, l
	keys []string
	kids []*doc
	tag  string
}

func (d *doc) clone() *doc {
	c := *d
	c.keys, c.kids = slices.Clone(d.keys), nil
	for _, k := range d.kids {
		c.kids = append(c.kids, k.clone())
	}
	return &c
}

var (
	someKeys    = []string{"a", "b", "c", "id", "name", "price", "l", "'1'", "x.y"}
	someScalars = []string{"1", "'1'", "2", "1.0", "x", "w", "'x'", "\"\"", "~", "", "CHANGEME", "true", "yes", "sk_test_1", "live_1", "{}", "[]", "|-\n  x", "!t x", "中"}
)

func drawDoc(t *rapid.T, depth int) *doc {
	switch k := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case depth <= 0 || k < 4:
		return &doc{kind: 's', text: rapid.SampledFrom(someScalars).Draw(t, "scalar")}
	case k < 8:
		d := &doc{kind: 'm'}
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom(someKeys), 0, 4, rapid.ID).Draw(t, "keys") {
			kid := drawDoc(t, depth-1)
			if n := len(d.kids); n > 0 && d.kids[n-1].kind != 's' && rapid.Bool().Draw(t, "again") {
				kid = d.kids[n-1].clone() // for aliases
				if kid.kind == 'm' && rapid.Bool().Draw(t, "and more") {
					kid.keys, kid.kids = append(kid.keys, "more"), append(kid.kids, drawDoc(t, 0))
				}
			}
			d.keys, d.kids = append(d.keys, key), append(d.kids, kid)
		}
		return d
	}
	d := &doc{kind: 'l'}
	elements := rapid.IntRange(0, 3).Draw(t, "elements")
	named := rapid.Bool().Draw(t, "named")
	for range elements {
		e := drawDoc(t, depth-1)
		if named {
			e = &doc{kind: 'm', keys: []string{"name", "price"}, kids: []*doc{{kind: 's', text: rapid.SampledFrom([]string{"p", "q", "r", "1"}).Draw(t, "n")}, e}}
			if rapid.Bool().Draw(t, "id") {
				e.keys, e.kids = append(e.keys, "id"), append(e.kids, &doc{kind: 's', text: rapid.SampledFrom([]string{"1", "'2'", "3"}).Draw(t, "i")})
			}
		}
		d.kids = append(d.kids, e)
	}
	return d
}

// change makes some places of d different.
func (d *doc) change(t *rapid.T, depth int) {
	n := len(d.kids)
	switch k := rapid.IntRange(0, 11).Draw(t, "change"); {
	case k == 0:
		*d = *drawDoc(t, depth)
	case k == 1 && n > 0:
		i := rapid.IntRange(0, n-1).Draw(t, "drop")
		d.kids = slices.Delete(d.kids, i, i+1)
		if d.kind == 'm' {
			d.keys = slices.Delete(d.keys, i, i+1)
		}
	case k == 2 && n > 1:
		d.keys, d.kids = rotate(d.keys), rotate(d.kids)
	case k == 3 && d.kind == 'm':
		d.keys, d.kids = append(d.keys, rapid.SampledFrom(someKeys).Draw(t, "twice")), append(d.kids, drawDoc(t, 0))
	case k == 4 && d.kind != 's':
		d.tag = rapid.SampledFrom([]string{"", "!t", "!!map", "!!seq", "!"}).Draw(t, "tag")
		if d.tag == "!!map" && d.kind == 'l' || d.tag == "!!seq" && d.kind == 'm' {
			d.tag = ""
		}
	case k < 9 && n > 0:
		d.kids[rapid.IntRange(0, n-1).Draw(t, "into")].change(t, depth-1)
	}
}

func rotate[T any](s []T) []T {
	if len(s) == 0 {
		return s
	}
	return append(slices.Clone(s[1:]), s[0])
}

// writer prints documents; with aliases it writes what it has written before as
// an alias, or merges it into what holds it.
type writer struct {
	strings.Builder
	flow, aliases bool
	anchors       []*doc
}

// same is the index of a document written with an anchor that is spelled as d.
func (b *writer) same(d *doc) int {
	if d.kind == 's' || !b.aliases {
		return -1
	}
	return slices.IndexFunc(b.anchors, func(a *doc) bool { return a.line() == d.line() })
}

// part is the index of such a mapping whose entries d has all.
func (b *writer) part(d *doc) int {
	if d.kind != 'm' || !b.aliases || len(slices.Compact(slices.Sorted(slices.Values(d.keys)))) != len(d.keys) {
		return -1
	}
	return slices.IndexFunc(b.anchors, func(a *doc) bool {
		for i, k := range a.keys {
			if at := slices.Index(d.keys, k); at < 0 || d.kids[at].line() != a.kids[i].line() {
				return false
			}
		}
		return a.kind == 'm' && a.tag == "" && len(a.keys) > 0 && len(slices.Compact(slices.Sorted(slices.Values(a.keys)))) == len(a.keys)
	})
}

func (d *doc) line() string {
	var b writer
	b.flow = true
	d.write(&b, 0)
	return b.String()
}

// write prints d in block style; where flow is set and it can be, on one line.
func (d *doc) write(b *writer, indent int) {
	if at := b.same(d); at >= 0 {
		fmt.Fprintf(b, "*a%d ", at)
		return
	}
	if d.tag != "" {
		b.WriteString(d.tag + " ")
	}
	if at := b.part(d); at >= 0 {
		d = d.clone()
		for _, k := range b.anchors[at].keys {
			i := slices.Index(d.keys, k)
			d.keys, d.kids = slices.Delete(d.keys, i, i+1), slices.Delete(d.kids, i, i+1)
		}
		d.keys, d.kids = append(d.keys, "<<"), append(d.kids, &doc{kind: 's', text: fmt.Sprintf("*a%d ", at)})
	} else if b.aliases && d.kind != 's' && len(d.kids) > 0 && d.inline() {
		fmt.Fprintf(b, "&a%d ", len(b.anchors))
		defer func(n int) { b.anchors[n] = d }(len(b.anchors))
		b.anchors = append(b.anchors, &doc{kind: 's', text: "unfinished"})
	}
	if d.kind == 's' {
		b.WriteString(strings.ReplaceAll(d.text, "\n  ", "\n"+strings.Repeat(" ", indent+1)))
		return
	}
	open, shut := "[", "]"
	if d.kind == 'm' {
		open, shut = "{", "}"
	}
	if len(d.kids) == 0 || b.flow && d.inline() {
		b.WriteString(open)
		for i, k := range d.kids {
			if i > 0 {
				b.WriteString(", ")
			}
			if d.kind == 'm' {
				b.WriteString(d.keys[i] + ": ")
			} else if k.kind == 's' && k.text == "" {
				b.WriteString("~")
			}
			k.write(b, indent)
		}
		b.WriteString(shut)
		return
	}
	for i, k := range d.kids {
		b.WriteString("\n" + strings.Repeat(" ", indent))
		if d.kind == 'm' {
			b.WriteString(d.keys[i] + ": ")
		} else {
			b.WriteString("- ")
		}
		k.write(b, indent+2)
	}
}

func (d *doc) inline() bool {
	return !strings.HasPrefix(d.text, "|") && !slices.ContainsFunc(d.kids, func(k *doc) bool { return !k.inline() })
}

func (d *doc) source(flow, aliases bool) string {
	b := writer{flow: flow, aliases: aliases}
	d.write(&b, 0)
	return strings.TrimLeft(b.String(), "\n") + "\n"
}

var somePatterns = []string{"a", "a.b", "*.b", "**.price", "l", "l.name", "b.**.c", "a.l.*.price", "*.*", "l[name=p].price", "l[0]", "x\\.y", "name", "**.id"}

func drawRules(t *rapid.T) *rule.Set {
	var r rules
	for range rapid.IntRange(0, 3).Draw(t, "allows") {
		a := allow(rapid.SampledFrom(somePatterns).Draw(t, "pattern"))
		switch rapid.IntRange(0, 6).Draw(t, "of rule") {
		case 0:
			a = a.values("prod", "live_*", "ci", "x")
		case 1:
			a = a.distinct("ci", "prod")
		case 2:
			a = a.equal("staging", "prod")
		case 3:
			a = a.absent("prod", "staging")
		}
		r = r.and(a)
	}
	if rapid.IntRange(0, 2).Draw(t, "forbid") == 0 {
		r = r.and(forbid("prod", "sk_test_*")).and(forbid("ci", "2"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "lists") {
		l := listed(rapid.SampledFrom(somePatterns).Draw(t, "list"), rapid.SampledFrom([]string{"", "", "name", "id"}).Draw(t, "identity"))
		l.lists[0].Ordered = rapid.Bool().Draw(t, "ordered")
		l.lists[0].Set = rapid.Bool().Draw(t, "set")
		r = r.and(l)
	}
	return r.set()
}

// drawInput is three environments whose files are one document and changes of it.
func drawInput(t *rapid.T) Input {
	base := drawDoc(t, 4)
	if base.kind == 's' && rapid.IntRange(0, 9).Draw(t, "scalar root") > 0 {
		base = &doc{kind: 'm', keys: []string{"a"}, kids: []*doc{base}}
	}
	in := Input{Name: "svc", Environments: environments, From: earlier(environments), Rules: drawRules(t)}
	for i, env := range environments {
		in.Paths = append(in.Paths, env+".yaml")
		d := base.clone()
		if i > 0 {
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				d.change(t, 3)
			}
		}
		src := d.source(rapid.Bool().Draw(t, "flow"), rapid.IntRange(0, 3).Draw(t, "aliases") == 0)
		if rapid.IntRange(0, 15).Draw(t, "documents") == 0 {
			src = "---\n" + src + "---\n" + d.source(false, false)
		}
		if rapid.IntRange(0, 30).Draw(t, "empty document") == 0 {
			src = "---\n---\n" + src
		}
		f, err := yamlfile.Parse(in.Paths[i], []byte(src))
		switch {
		case err != nil:
			t.Fatalf("%v in\n%s", err, src)
		case rapid.IntRange(0, 19).Draw(t, "no file") == 0:
			f = nil
		case rapid.IntRange(0, 29).Draw(t, "unreadable") == 0:
			f = nil
			in.Problems = append(in.Problems, problem.New(problem.Code{Name: "x"}, problem.Place{File: in.Paths[i]}))
		}
		in.Files = append(in.Files, f)
	}
	return in
}

func sources(in Input) string {
	var b strings.Builder
	for i, f := range in.Files {
		if f != nil {
			fmt.Fprintf(&b, "# %s\n%s", in.Environments[i], f.Source())
		} else {
			fmt.Fprintf(&b, "# %s: none\n", in.Environments[i])
		}
	}
	for _, a := range in.Rules.Allow() {
		fmt.Fprintf(&b, "allow %v %v %v %v %v\n", a.Keys, a.Values, a.Distinct, a.Equal, a.Absent)
	}
	for _, l := range in.Rules.Lists() {
		fmt.Fprintf(&b, "list %v %q %v %v\n", l.Path, l.Identity, l.Set, l.Ordered)
	}
	for _, f := range in.Rules.Forbid() {
		fmt.Fprintf(&b, "forbid %v %v\n", f.In, f.Values)
	}
	return b.String()
}

func keepAll(Status) bool { return true }

// judged is the statuses of a comparison as the reference spells them.
func judged(t interface{ Fatalf(string, ...any) }, s *Service) map[string]string {
	out := map[string]string{}
	for _, k := range s.Keys {
		text := k.Status.String()
		if k.Shape {
			text += " shape"
		}
		if k.Status == Pending {
			text += fmt.Sprintf(" %v", k.Pending)
		}
		for _, b := range k.Breaches {
			text += fmt.Sprintf(" %s%v", b.Kind, b.Environments)
		}
		if _, twice := out[k.Path.String()]; twice {
			t.Fatalf("%s is judged twice", k.Path)
		}
		out[k.Path.String()] = text
	}
	return out
}

// TestAgainstReference holds the walk against the naive reading of the contract,
// and its ways around work (alike subtrees, keys not kept) against itself.
func TestAgainstReference(t *testing.T) { check(t, againstReference) }

// check does more than the hundred rounds of rapid, which are soon over here.
func check(t *testing.T, law func(*rapid.T)) {
	for range 20 {
		rapid.Check(t, law)
	}
}

func FuzzAgainstReference(f *testing.F) { f.Fuzz(rapid.MakeFuzz(againstReference)) }

func againstReference(t *rapid.T) {
	in := drawInput(t)
	want := judgeAll(in)
	in.Keep = keepAll
	whole := Files(in)
	got := judged(t, whole)
	for p, w := range want {
		if got[p] != w {
			t.Fatalf("%s is %q, want %q\n%s", p, got[p], w, sources(in))
		}
	}
	for p, g := range got {
		if _, ok := want[p]; !ok {
			t.Fatalf("%s is %q, want nothing\n%s", p, g, sources(in))
		}
	}
	sum := Counts{}
	for _, k := range whole.Keys {
		sum.Add(k.Status, 1)
	}
	if sum != whole.Counts {
		t.Fatalf("counts %+v of keys %+v\n%s", whole.Counts, sum, sources(in))
	}
	in.Keep = nil
	quick := Files(in)
	if quick.Counts != whole.Counts {
		t.Fatalf("counts %+v, with all kept %+v\n%s", quick.Counts, whole.Counts, sources(in))
	}
	kept := slices.DeleteFunc(slices.Clone(whole.Keys), func(k Key) bool { return k.Status == Same })
	if !slices.EqualFunc(kept, quick.Keys, func(a, b Key) bool { return a.Path == b.Path && a.Status == b.Status && slices.Equal(a.Nodes, b.Nodes) }) {
		t.Fatalf("keys depend on what is kept\n%s", sources(in))
	}
	for _, k := range whole.Keys {
		for i, n := range k.Nodes {
			if !n.Valid() {
				continue
			}
			if found, ok := in.Files[i].Lookup(k.Path); !ok || found != n {
				t.Fatalf("%s is not found in %s\n%s", k.Path, in.Environments[i], sources(in))
			}
		}
	}
}

// TestOrderOfEnvironments: the order in which environments are given changes no
// status and no count.
func TestOrderOfEnvironments(t *testing.T) {
	check(t, func(t *rapid.T) {
		in := drawInput(t)
		in.Keep = keepAll
		a := Files(in)
		other := in
		other.Environments, other.Paths, other.Files = rotate(in.Environments), rotate(in.Paths), rotate(in.Files)
		if rapid.Bool().Draw(t, "swap") {
			swap(other.Environments)
			swap(other.Paths)
			swap(other.Files)
		}
		b := Files(other)
		if a.Counts != b.Counts {
			t.Fatalf("counts %+v and %+v\n%s", a.Counts, b.Counts, sources(in))
		}
		statuses := map[keypath.Path]Status{}
		for _, k := range a.Keys {
			statuses[k.Path] = k.Status
		}
		for _, k := range b.Keys {
			if statuses[k.Path] != k.Status {
				t.Fatalf("%s is %s and %s\n%s", k.Path, statuses[k.Path], k.Status, sources(in))
			}
		}
	})
}

func swap[T any](s []T) { s[0], s[1] = s[1], s[0] }

// TestPlantedDifference: where one leaf of one environment is changed, something
// is found.
func TestPlantedDifference(t *testing.T) {
	check(t, func(t *rapid.T) {
		base := &doc{kind: 'm', keys: []string{"root"}, kids: []*doc{drawDoc(t, 4)}}
		at := base.leaf(t)
		env := rapid.IntRange(0, 2).Draw(t, "env")
		in := Input{Name: "svc", Environments: environments, Paths: environments, Rules: rule.New(nil, nil, nil, nil)}
		for i := range environments {
			old := at.text
			if i == env {
				at.text = "planted"
			}
			f, err := yamlfile.Parse("x.yaml", []byte(base.source(rapid.Bool().Draw(t, "flow"), rapid.Bool().Draw(t, "aliases"))))
			at.text = old
			if err != nil {
				t.Fatal(err)
			}
			in.Files = append(in.Files, f)
		}
		s := Files(in)
		if s.Counts.NeedAttention() == 0 {
			t.Fatalf("not found\n%s", sources(in))
		}
	})
}

func (d *doc) leaf(t *rapid.T) *doc {
	for d.kind != 's' && len(d.kids) > 0 {
		d = d.kids[rapid.IntRange(0, len(d.kids)-1).Draw(t, "way")]
	}
	if d.kind != 's' {
		*d = doc{kind: 's', text: "x"}
	}
	return d
}
