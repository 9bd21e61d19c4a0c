package plan

import (
	"slices"
	"strconv"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// leaf is one value of a subtree with the rules that cover it.
type leaf struct {
	path  keypath.Path
	node  yamlfile.Node
	rules []*rule.Allow
}

// leaves are the values of a subtree, elements named as the comparison named
// them.
func (t *target) leaves(n yamlfile.Node, p keypath.Path) (out []leaf) {
	t.visit(n, p, t.state(p), &out)
	return out
}

func (t *target) visit(n yamlfile.Node, p keypath.Path, st keypath.State, out *[]leaf) {
	switch {
	case !n.Valid():
	case n.Leaf():
		*out = append(*out, leaf{p, n, t.walk.Allows(st)})
	default:
		for step, c := range t.children(n, p) {
			t.visit(c, p.Join(step), t.walk.Step(st, step), out)
		}
	}
}

func elementStep(c yamlfile.Node, id string, i int) keypath.Step {
	if id != "" && c.Kind() == syntax.Mapping {
		if v, ok := c.Get(id); ok && v.Kind() == syntax.Scalar {
			return keypath.Step{Kind: keypath.Element, Key: id, Value: v.Text()}
		}
	}
	return keypath.Step{Kind: keypath.Index, Index: i}
}

// identity is how the elements of a list are named: as the comparison did, or,
// for a list it did not meet (below a change of shape), as it would by itself.
func (t *target) identity(n yamlfile.Node, p keypath.Path) string {
	if info, ok := t.lists[p]; ok {
		return info.Identity
	}
	candidates := []string{"id", "name", "key", "code", "slug"}
	walk := t.rules.For(t.s.Name) // one of its own: a walk of leaves may be under way
	if l := walk.List(walk.Path(p)); l != nil && l.Identity != "" {
		candidates = []string{l.Identity}
	}
	for _, c := range candidates {
		if _, ok := n.Identities(c); ok {
			return c
		}
	}
	return ""
}

// create adds the topmost part of p that the target does not have.
func (t *target) create(p keypath.Path) error {
	root := t.lackingRoot(p)
	if t.created[root] || t.heldList(root) {
		return nil
	}
	t.created[root] = true
	src, ok := t.src.Lookup(root)
	if !ok {
		return nil
	}
	if t.exists(root) { // null or a placeholder stands there
		return t.creation(root, src, edit.Set)
	}
	return t.creation(root, src, edit.Add)
}

// lackingRoot is the topmost thing at or above p that the target lacks; p itself
// where only that, or nothing, is lacking.
func (t *target) lackingRoot(p keypath.Path) keypath.Path {
	root := p
	for q, ok := p.Parent(); ok && !q.IsRoot() && !t.exists(q); q, ok = q.Parent() {
		root = q
	}
	return root
}

// draft is a subtree that would be created, leaf by leaf decided.
type draft struct {
	t      *target
	root   keypath.Path
	leaves []leaf
	omit   []keypath.Path
	supply []edit.Supply
	held   []*Held        // one per unit, code and reason
	kept   []keypath.Path // leaves that are written
	given  []*given       // those of them that a person gave
	chosen []keypath.Path // leaves that --only and --except let take part
}

// creation writes a subtree of the source, without what must not travel. What
// needs a person holds back the smallest unit that would be created: the
// innermost new list element, else the innermost new mapping. (A new plan
// without its price is worse than no new plan.)
func (t *target) creation(root keypath.Path, src yamlfile.Node, action edit.Action) error {
	d := &draft{t: t, root: root, leaves: t.leaves(src, root)}
	for _, l := range d.leaves {
		if err := d.leaf(l); err != nil {
			return err
		}
	}
	if err := d.more(); err != nil {
		return err
	}
	if len(d.chosen)+len(d.given) == 0 {
		return nil
	}
	return d.write(src, action)
}

// write settles what is left of the draft and makes it an edit.
func (d *draft) write(src yamlfile.Node, action edit.Action) error {
	if err := d.complete(); err != nil {
		return err
	}
	d.settle()
	for _, h := range d.held {
		d.t.hold(*h)
	}
	for _, g := range d.given {
		g.placed = true
	}
	if len(d.kept) == 0 {
		if action == edit.Set && len(d.held) == 0 { // another shape, of which nothing may come in
			n, _ := d.t.file.Lookup(d.root)
			d.t.hold(Held{Path: d.root, Code: HeldUnsafe, Why: "nothing-left", Place: place(n)})
		}
		return nil
	}
	for _, s := range d.supply {
		d.t.named[s.Path] = true
	}
	d.t.add(op{Op: edit.Op{Action: action, Path: d.root, From: src, Omit: d.omit, Supply: d.supply}, left: d.omit})
	return nil
}

// leaf decides one leaf of the source's subtree.
func (d *draft) leaf(l leaf) error {
	t, selected := d.t, d.t.m.selected(l.path)
	if selected {
		d.chosen = append(d.chosen, l.path)
	}
	if list, info, ok := d.ambiguous(l.path); ok {
		d.holdAt(list, HeldAmbiguous, identityWhy(info)).Place = d.place(list)
		return nil
	}
	if g := t.given[l.path]; g != nil {
		return d.supplied(g, l.node.Value())
	}
	switch {
	case len(l.rules) > 0:
		d.allowed(l)
	case !selected || d.specific(l):
		d.omit = append(d.omit, l.path)
	default:
		d.kept = append(d.kept, l.path)
	}
	return nil
}

// ambiguous is the outermost list of the draft, around p, whose elements cannot
// be told apart.
func (d *draft) ambiguous(p keypath.Path) (list keypath.Path, info compare.ListInfo, ok bool) {
	for q := p; ; q = parentOf(q) {
		if l, is := d.t.lists[q]; is && d.t.ambiguous(l) {
			list, info, ok = q, l, true
		}
		if q == d.root {
			return list, info, ok
		}
	}
}

// supplied writes a value that a person gave. here is what the source has.
func (d *draft) supplied(g *given, here value.Value) error {
	t := d.t
	if k := t.compared(g.path); k != nil {
		here = like(k, t.from, t.to)
	}
	v, err := g.read(here)
	if err != nil {
		return err
	}
	if f := t.rules.Forbidden(t.env, v); f != nil {
		return problem.New(SetBreaks, f.Place, "environment", t.env, "path", g.Path, "kind", string(rule.Forbidden))
	}
	d.given = append(d.given, g)
	d.put(g.path, v, "")
	return nil
}

// compared is the compared key at p, if it is one.
func (t *target) compared(p keypath.Path) *compare.Key {
	i := slices.IndexFunc(t.s.Keys, func(k compare.Key) bool { return k.Path == p })
	if i < 0 {
		return nil
	}
	return &t.s.Keys[i]
}

// more adds what a person gave for keys that some environment has below the
// root, but the source has not.
func (d *draft) more() error {
	for _, g := range d.t.m.given {
		if d.t.given[g.path] != g || !g.path.Under(d.root) || slices.Contains(d.given, g) || d.t.compared(g.path) == nil {
			continue
		}
		if err := d.supplied(g, value.Value{}); err != nil {
			return err
		}
	}
	return nil
}

func (d *draft) put(p keypath.Path, v value.Value, comment string) {
	d.supply = append(d.supply, edit.Supply{Path: p, Value: v, Comment: comment})
	d.kept = append(d.kept, p)
}

// allowed is a leaf under a rule: written only where the rule says what the
// target has, or as a placeholder.
func (d *draft) allowed(l leaf) {
	t, env := d.t, d.t.env
	if v, ok := rule.Supply(l.rules, env); ok {
		d.put(l.path, v, "")
		return
	}
	if slices.ContainsFunc(l.rules, func(r *rule.Allow) bool { return slices.Contains(r.Absent, env) }) {
		d.omit = append(d.omit, l.path)
		return
	}
	if t.m.choice.Placeholder && !t.exists(l.path) {
		d.put(l.path, value.Text(""), pendingMark+" "+pendingNote(l.rules[0]))
		return
	}
	h := d.hold(l.path, HeldPending, "")
	h.Needs = append(h.Needs, l.path)
	h.Rule = l.rules[0]
	h.Place = d.place(l.path)
}

func pendingNote(r *rule.Allow) string {
	if r.Hint != "" {
		return r.Hint
	}
	return r.Reason
}

// place is where the target has it (its placeholder), else the source.
func (d *draft) place(p keypath.Path) problem.Place {
	n, _ := d.t.file.Lookup(p)
	m, _ := d.t.src.Lookup(p)
	return firstPlace(n, m)
}

// specific holds the unit of a leaf whose value must not travel by itself.
func (d *draft) specific(l leaf) bool {
	x := d.t.suspect(l.path, l.node.Value(), value.Value{})
	if x.why == "" {
		return false
	}
	h := d.hold(l.path, x.code, x.why)
	if h.Args == nil {
		h.Place, h.Suggest = place(l.node), x.suggest
		*h = x.args(*h, l.path)
	}
	return true
}

// unit is the smallest new thing that holds p: the innermost new list element,
// else the innermost new mapping. Elements by index cannot be held one by one,
// since the others would move up: then it is the list.
func (d *draft) unit(p keypath.Path) keypath.Path {
	unit := parentOf(p)
	if p == d.root {
		unit = p
	}
	found := false
	for _, q := range pathsTo(d.root, p) {
		switch q.Last().Kind {
		case keypath.Element:
			unit, found = q, true
		case keypath.Index:
			if !found && q != d.root {
				unit = parentOf(q)
			}
			return unit
		}
	}
	return unit
}

// pathsTo are the paths from root down to p, both with them.
func pathsTo(root, p keypath.Path) (out []keypath.Path) {
	for q := p; ; q = parentOf(q) {
		out = append(out, q)
		if q == root {
			slices.Reverse(out)
			return out
		}
	}
}

func (d *draft) hold(p keypath.Path, code Code, why string) *Held {
	return d.holdAt(d.unit(p), code, why)
}

func (d *draft) holdAt(unit keypath.Path, code Code, why string) *Held {
	for _, h := range d.held {
		if h.Path == unit && h.Code == code && h.Why == why {
			return h
		}
	}
	h := &Held{Path: unit, Code: code, Why: why}
	d.held = append(d.held, h)
	return h
}

// complete refuses a value for a new thing of which nothing else is chosen: it
// would stand there alone.
func (d *draft) complete() error {
	var l problem.List
	for _, g := range d.given {
		unit := d.unit(g.path)
		others := slices.ContainsFunc(d.leaves, func(l leaf) bool {
			return l.path.Under(unit) && d.t.given[l.path] == nil
		})
		if others && !slices.ContainsFunc(d.chosen, func(p keypath.Path) bool { return p.Under(unit) && d.t.given[p] == nil }) {
			l = append(l, problem.New(SetNoPlace, problem.Place{}, "environment", d.t.env, "path", g.Path, "parent", unit.String()))
		}
	}
	return l.Err()
}

// settle leaves out every held unit, and every container of which nothing is
// left; a new element keeps the key that names it.
func (d *draft) settle() {
	d.holdPartial()
	d.mergeUnits()
	d.kept = slices.DeleteFunc(d.kept, d.isHeld)
	d.supply = slices.DeleteFunc(d.supply, func(s edit.Supply) bool { return d.isHeld(s.Path) })
	d.omit = slices.DeleteFunc(d.omit, d.isHeld)
	for _, h := range d.held {
		if h.Path != d.root && !slices.Contains(d.omit, h.Path) {
			d.omit = append(d.omit, h.Path)
		}
	}
	d.held = slices.DeleteFunc(d.held, func(h *Held) bool {
		under := func(p keypath.Path) bool { return p.Under(h.Path) }
		return !slices.ContainsFunc(d.chosen, under) && !slices.ContainsFunc(d.given, func(g *given) bool { return under(g.path) })
	})
	d.keepIdentities()
	d.omit = slices.DeleteFunc(d.omit, func(p keypath.Path) bool { return slices.Contains(d.kept, p) })
	d.omitEmpty()
}

// holdPartial holds back lists of which only some elements would be written and
// whose elements have no name: the others' places would be lost.
func (d *draft) holdPartial() {
	for n := -1; n != len(d.held); {
		n = len(d.held)
		d.holdPartialOnce()
	}
}

func (d *draft) holdPartialOnce() {
	written := map[keypath.Path]bool{}
	for _, p := range d.kept {
		if !d.isHeld(p) {
			for _, q := range pathsTo(d.root, p) {
				written[q] = true
			}
		}
	}
	for _, l := range d.leaves {
		for _, q := range pathsTo(d.root, l.path) {
			if q.Last().Kind == keypath.Index && q != d.root && !written[q] && written[parentOf(q)] {
				d.holdAt(parentOf(q), HeldAmbiguous, "no-identity").Place = d.place(parentOf(q))
				break
			}
		}
	}
}

// mergeUnits: a unit inside another that is held for the same reason is held
// with that.
func (d *draft) mergeUnits() {
	outermost := func(h *Held) *Held {
		for _, o := range d.held {
			if o.Path != h.Path && h.Path.Under(o.Path) && o.Code == h.Code && o.Why == h.Why {
				h = o
			}
		}
		return h
	}
	var out []*Held
	for _, h := range d.held {
		if o := outermost(h); o != h {
			o.Needs = append(o.Needs, h.Needs...)
		} else {
			out = append(out, h)
		}
	}
	d.held = out
}

func (d *draft) isHeld(p keypath.Path) bool {
	return slices.ContainsFunc(d.held, func(h *Held) bool { return p.Under(h.Path) })
}

// keepIdentities: where --only picks part of a new element, the key that names
// it comes along.
func (d *draft) keepIdentities() {
	for _, p := range slices.Clone(d.kept) {
		for _, q := range pathsTo(d.root, p) {
			if s := q.Last(); s.Kind == keypath.Element {
				if id := q.Child(s.Key); !slices.Contains(d.kept, id) {
					d.kept = append(d.kept, id)
				}
			}
		}
	}
}

// omitEmpty replaces the leaves left out of a container with nothing else in it
// by the container.
func (d *draft) omitEmpty() {
	full := map[keypath.Path]bool{}
	for _, p := range d.kept {
		for _, q := range pathsTo(d.root, p) {
			full[q] = true
		}
	}
	var out []keypath.Path
	for _, p := range d.omit {
		for q := parentOf(p); q.Under(d.root) && q != d.root && !full[q]; q = parentOf(q) {
			p = q
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	d.omit = out
}

// remaining places what a person gave for keys that neither the source has nor a
// place in the target: in the missing mappings, as another environment has them.
// A list element would stand there without all the rest of it.
func (t *target) remaining() error {
	var l problem.List
	for _, g := range t.m.given {
		k := t.compared(g.path)
		if t.given[g.path] != g || g.placed || k == nil {
			continue
		}
		g.known = true
		root := t.lackingRoot(g.path)
		i := slices.IndexFunc(t.s.Files, func(f *yamlfile.File) bool { return f != nil && standsIn(f, g.path) })
		if i < 0 || standsIn(t.src, g.path) || t.heldList(root) {
			continue // below what is held back
		}
		if slices.ContainsFunc(pathsTo(root, g.path), func(q keypath.Path) bool { return q.Last().Kind != keypath.Key }) {
			l = append(l, problem.New(SetNoPlace, problem.Place{}, "environment", t.env, "path", g.Path, "parent", root.String()))
			continue
		}
		from, _ := t.s.Files[i].Lookup(root)
		if err := t.bare(root, from); err != nil {
			return err
		}
	}
	return l.Err()
}

// bare creates a mapping with nothing in it but what a person gave.
func (t *target) bare(root keypath.Path, from yamlfile.Node) error {
	d := &draft{t: t, root: root}
	for _, l := range t.leaves(from, root) {
		if t.given[l.path] == nil {
			d.omit = append(d.omit, l.path)
		}
	}
	if err := d.more(); err != nil {
		return err
	}
	t.created[root] = true
	return d.write(from, edit.Add)
}

func itoa(n int) string { return strconv.Itoa(n) }
