package proof_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

var crossings = flag.Int("cross", 3000, "how many random files the editor and the proof are crossed on")
var crossSeed = flag.Uint64("crossseed", 1, "")
var crossShown = flag.Int("crossmax", 3, "how many refused files are printed")

// wishes are all ops that would make the target more like the source.
type wishes struct {
	r        *rand.Rand
	src, dst *yamlfile.File
	ops      []edit.Op
}

func (w *wishes) node(p keypath.Path, s, d yamlfile.Node) {
	switch {
	case !s.Valid() && !d.Valid():
	case !s.Valid():
		if !p.IsRoot() {
			w.ops = append(w.ops, edit.Op{Action: edit.Delete, Path: p})
		}
	case !d.Valid():
		if !p.IsRoot() {
			w.ops = append(w.ops, w.partly(edit.Op{Action: edit.Add, Path: p, From: s}))
		}
	case s.Leaf() || d.Leaf() || s.Kind() != d.Kind():
		w.leaf(p, s, d)
	case s.Kind() == syntax.Mapping:
		for k, v := range s.Entries() {
			x, _ := d.Get(k)
			w.node(p.Child(k), v, x)
		}
		for k, v := range d.Entries() {
			if _, ok := s.Get(k); !ok {
				w.node(p.Child(k), yamlfile.Node{}, v)
			}
		}
	case named(s) && named(d):
		w.named(p, s, d)
	default:
		w.indexed(p, s, d)
	}
}

func (w *wishes) leaf(p keypath.Path, s, d yamlfile.Node) {
	if s.Leaf() && d.Leaf() && s.Value().Equal(d.Value()) {
		return
	}
	op := edit.Op{Action: edit.Set, Path: p, From: s}
	if s.Leaf() && d.Leaf() && s.Kind() == syntax.Sequence && d.Kind() == syntax.Sequence && w.r.IntN(2) == 0 {
		op.Action = edit.Append
	}
	if !p.IsRoot() {
		w.ops = append(w.ops, w.partly(op))
	}
}

func (w *wishes) named(p keypath.Path, s, d yamlfile.Node) {
	for i := range s.Items() {
		st := step(i)
		x, _ := d.Step(st)
		w.node(p.Join(st), i, x)
	}
	for i := range d.Items() {
		st := step(i)
		if _, ok := s.Step(st); !ok {
			w.node(p.Join(st), yamlfile.Node{}, i)
		}
	}
}

func (w *wishes) indexed(p keypath.Path, s, d yamlfile.Node) {
	a, b := slices.Collect(s.Items()), slices.Collect(d.Items())
	if len(a) != len(b) {
		w.ops = append(w.ops, edit.Op{Action: edit.Set, Path: p, From: s})
		return
	}
	for i := range a {
		w.node(p.Join(keypath.Step{Kind: keypath.Index, Index: i}), a[i], b[i])
	}
}

func step(n yamlfile.Node) keypath.Step {
	v, _ := n.Get("name")
	return keypath.Step{Kind: keypath.Element, Key: "name", Value: v.Text()}
}

func named(n yamlfile.Node) bool {
	seen := map[string]bool{}
	for i := range n.Items() {
		v, ok := i.Get("name")
		if !ok || v.Kind() != syntax.Scalar || seen[v.Text()] {
			return false
		}
		seen[v.Text()] = true
	}
	return true
}

// partly leaves something of the source out, or supplies it, now and then.
func (w *wishes) partly(op edit.Op) edit.Op {
	if op.Action == edit.Append || op.From.Leaf() || w.r.IntN(3) > 0 {
		if op.From.Kind() == syntax.Scalar && w.r.IntN(15) == 0 {
			op.Supply = []edit.Supply{w.supply(op.Path)}
		}
		return op
	}
	var walk func(p keypath.Path, n yamlfile.Node)
	walk = func(p keypath.Path, n yamlfile.Node) {
		if p != op.Path && w.r.IntN(6) == 0 {
			op.Omit = append(op.Omit, p)
			return
		}
		if n.Kind() == syntax.Scalar && p.Last().Key != "name" && w.r.IntN(6) == 0 {
			op.Supply = append(op.Supply, w.supply(p))
			return
		}
		if n.Kind() == syntax.Mapping {
			for k, v := range n.Entries() {
				if k != "name" {
					walk(p.Child(k), v)
				}
			}
		}
	}
	walk(op.Path, op.From)
	return op
}

func (w *wishes) supply(p keypath.Path) edit.Supply {
	v := []value.Value{value.Text("live"), value.Text(""), value.Text("true"), value.Text("a: b"), value.Text("p\nq"), value.Text("中"), value.Resolve("7", true, ""), value.Resolve("true", true, ""), value.Of(value.Null)}
	s := edit.Supply{Path: p, Value: v[w.r.IntN(len(v))]}
	if w.r.IntN(4) == 0 {
		s.Comment = "hoist:pending ask Anna"
	}
	return s
}

// crossed is one case: what was asked, and what the two rooms said.
type crossed struct {
	src, dst string
	ops      []edit.Op
	draft    *edit.Draft
	err      error
	seed     uint64
	rules    proof.Rules
	proved   proof.Proved
	held     map[string]int
}

func cross(seed uint64) (c crossed, ok bool) {
	c.seed = seed
	r := rand.New(rand.NewPCG(seed, 7))
	g := &generator{r: r}
	a := g.mapping(3)
	b := g.vary(a)
	models := [][]*model{{a}, {b}}
	if r.IntN(10) == 0 {
		a = (&generator{r: r, plainer: true}).mapping(3)
		c.src, c.dst = g.printJSON(a), g.printJSON((&generator{r: r, plainer: true}).vary(a))
		return c, c.ask(r, "source.json", "target.json")
	}
	if r.IntN(12) == 0 {
		x := (&generator{r: r, plainer: true}).mapping(2)
		models = [][]*model{{x, a}, {x, b}}
	}
	c.src, c.dst = g.print(models[0]...), g.print(models[1]...)
	return c, c.ask(r, "source.yaml", "target.yaml")
}

// ask makes some of the wishes that the two files give.
func (c *crossed) ask(r *rand.Rand, from, to string) bool {
	src, err1 := yamlfile.Parse(from, []byte(c.src))
	dst, err2 := yamlfile.Parse(to, []byte(c.dst))
	if err1 != nil || err2 != nil || proof.Readable(dst) != nil {
		return false
	}
	w := &wishes{r: r, src: src, dst: dst}
	if src.Several() != dst.Several() {
		return false
	}
	sr, dr := src.Roots(), dst.Roots()
	for i := range min(len(sr), len(dr)) {
		root := keypath.Path{}
		if dst.Several() {
			root = keypath.Of(keypath.Step{Kind: keypath.Document, Key: dst.DocumentName(i)})
		}
		if sr[i].Valid() && dr[i].Valid() {
			w.node(root, sr[i], dr[i])
		}
	}
	if len(w.ops) == 0 {
		return false
	}
	r.Shuffle(len(w.ops), func(i, j int) { w.ops[i], w.ops[j] = w.ops[j], w.ops[i] })
	c.ops = w.ops[:1+r.IntN(min(8, len(w.ops)))]
	c.try(dst, src)
	return true
}

func (c *crossed) try(dst, src *yamlfile.File) {
	c.held = map[string]int{}
	ops := c.ops
	for {
		c.draft = edit.Make(dst, ops)
		if len(c.draft.Held) == 0 {
			break
		}
		gone := map[int]bool{}
		for _, h := range c.draft.Held {
			gone[h.Op] = true
			c.held[h.Why.Arg("why")]++
		}
		var left []edit.Op
		for i, o := range ops {
			if !gone[i] {
				left = append(left, o)
			}
		}
		ops = left
	}
	c.ops = ops
	c.rules = proof.Rules{Identity: func(p keypath.Path) string {
		for _, f := range []*yamlfile.File{dst, src} {
			if n, ok := f.Lookup(p); ok && n.Kind() == syntax.Sequence {
				if !named(n) {
					return ""
				}
			}
		}
		return "name"
	}}
	c.proved, c.err = proof.Check(c.draft, c.rules)
}

// guard protects, and forbids, what the draft changed and what it did not: the
// first must be refused, the second must not matter.
func (c *crossed) guard() error {
	was, is := map[keypath.Path]value.Value{}, map[keypath.Path]value.Value{}
	for p, n := range c.draft.Before.Leaves(c.rules.Identity) {
		was[p] = n.Value()
	}
	for p, n := range c.proved.After().Leaves(c.rules.Identity) {
		is[p] = n.Value()
	}
	touched := func(p keypath.Path) bool {
		return slices.ContainsFunc(c.ops, func(o edit.Op) bool { return p.Under(o.Path) || o.Path.Under(p) })
	}
	calm, moved := map[keypath.Path]bool{}, map[keypath.Path]bool{}
	for p, v := range was {
		if !touched(p) {
			calm[p] = true
		} else if now, ok := is[p]; !ok || !now.Equal(v) {
			moved[p] = true
		}
	}
	r := c.rules
	r.Protected = func(p keypath.Path) bool { return calm[p] }
	if _, err := proof.Check(c.draft, r); err != nil {
		return fmt.Errorf("with the others protected: %w", err)
	}
	paths := slices.SortedFunc(maps.Keys(moved), func(p, q keypath.Path) int { return strings.Compare(p.String(), q.String()) })
	for _, p := range paths[:min(2, len(paths))] {
		r.Protected = func(q keypath.Path) bool { return p == q }
		if _, err := proof.Check(c.draft, r); !errors.Is(err, &problem.Problem{Code: proof.Protected}) && !isEmptied(was[p], is[p]) {
			return fmt.Errorf("%s moved from %s, although protected: %w", p, was[p], cmp.Or(err, errors.New("accepted")))
		}
	}
	return nil
}

// isEmptied: a collection got its first or lost its last entry.
func isEmptied(was, is value.Value) bool {
	empty := func(v value.Value) bool { return v.Kind() == value.EmptyMap || v.Kind() == value.EmptyList }
	return empty(was) || empty(is)
}

func (c *crossed) String() string {
	var b strings.Builder
	b.WriteString("--- source\n" + c.src + "--- target\n" + c.dst + "--- ops\n")
	for _, o := range c.ops {
		b.WriteString(o.Action.String() + map[bool]string{true: " (append)"}[o.Action == edit.Append] + " " + o.Path.String())
		for _, p := range o.Omit {
			b.WriteString("  omit " + p.String())
		}
		for _, s := range o.Supply {
			b.WriteString("  supply " + s.Path.String() + "=" + s.Value.Reveal() + " # " + s.Comment)
		}
		b.WriteString("\n")
	}
	b.WriteString("--- after\n" + string(c.draft.After) + "---\n")
	return b.String()
}

// What the editor writes is proved: it refuses what it cannot do, and is right
// about the rest. What it gets wrong is refused here and so held back by the
// plan; more than one file in a thousand of these ugly ones is too much.
func TestEditorAndProofAgree(t *testing.T) {
	n := *crossings
	if testing.Short() {
		n /= 10
	}
	held, ops, files, refused := map[string]int{}, 0, 0, 0
	for i := range n {
		c, ok := cross(*crossSeed<<32 + uint64(i))
		if !ok {
			continue
		}
		files++
		ops += len(c.ops)
		for k, v := range c.held {
			held[k] += v
		}
		if c.err != nil {
			if refused++; refused <= *crossShown {
				t.Logf("seed %d: %v\n%s", *crossSeed<<32+uint64(i), c.err, c.String())
			}
		} else if err := c.guard(); err != nil {
			t.Errorf("seed %d: %v\n%s", *crossSeed<<32+uint64(i), err, c.String())
		} else if err := c.mutants(); err != nil {
			t.Errorf("seed %d: %v\n%s", *crossSeed<<32+uint64(i), err, c.String())
		}
	}
	t.Logf("%d files, %d ops done, held %v, refused files %d", files, ops, held, refused)
	if files == 0 || refused > files/1000 {
		t.Errorf("%d of %d edited files are refused", refused, files)
	}
}

// mutants of what the editor wrote are refused or mean the same.
func (c *crossed) mutants() error {
	r := rand.New(rand.NewPCG(c.seed, 8))
	want, err := meaning(string(c.draft.After))
	if err != nil {
		return err
	}
	for range 4 {
		m := mutate(r, c.draft)
		if _, err := proof.Check(m, c.rules); err != nil {
			continue
		}
		if got, err := meaning(string(m.After)); err != nil || got != want {
			return fmt.Errorf("accepted %q (%v)\nmeans %s\nwant  %s", m.After, err, got, want)
		}
	}
	return nil
}
