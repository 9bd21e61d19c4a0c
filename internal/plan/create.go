package plan

import (
	"iter"
	"slices"
	"strconv"

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

// leaves walks a subtree, elements named as the comparison named them.
func (t *target) leaves(n yamlfile.Node, p keypath.Path) iter.Seq[leaf] {
	return func(yield func(leaf) bool) { t.visit(n, p, t.state(p), yield) }
}

func (t *target) visit(n yamlfile.Node, p keypath.Path, st keypath.State, yield func(leaf) bool) bool {
	if n.Leaf() {
		return yield(leaf{p, n, t.walk.Allows(st)})
	}
	if n.Kind() == syntax.Mapping {
		for k, c := range n.Entries() {
			step := keypath.Step{Kind: keypath.Key, Key: k}
			if !t.visit(c, p.Join(step), t.walk.Step(st, step), yield) {
				return false
			}
		}
		return true
	}
	id, i := t.identity(n, p), 0
	for c := range n.Items() {
		step := elementStep(c, id, i)
		if !t.visit(c, p.Join(step), t.walk.Step(st, step), yield) {
			return false
		}
		i++
	}
	return true
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
	if info, ok := t.s.Lists[p]; ok {
		return info.Identity
	}
	candidates := []string{"id", "name", "key", "code", "slug"}
	if l := t.list(p); l != nil && l.Identity != "" {
		candidates = []string{l.Identity}
	}
	for _, c := range candidates {
		if distinctScalars(n, c) {
			return c
		}
	}
	return ""
}

func distinctScalars(list yamlfile.Node, key string) bool {
	seen := map[string]bool{}
	for c := range list.Items() {
		if c.Kind() != syntax.Mapping {
			return false
		}
		v, ok := c.Get(key)
		if !ok || v.Kind() != syntax.Scalar || seen[v.Text()] {
			return false
		}
		seen[v.Text()] = true
	}
	return true
}

// create adds the topmost part of p that the target does not have.
func (t *target) create(p keypath.Path) error {
	root := p
	for q := p; ; {
		parent, ok := q.Parent()
		if !ok || parent.IsRoot() || t.exists(parent) {
			break
		}
		q, root = parent, parent
	}
	if t.done["+"+root.String()] || t.heldList(root) {
		return nil
	}
	t.done["+"+root.String()] = true
	src, ok := t.src.Lookup(root)
	if !ok {
		return nil
	}
	if n, ok := t.file.Lookup(root); ok && n.Valid() { // null or a placeholder stands there
		return t.creation(root, src, edit.Set)
	}
	return t.creation(root, src, edit.Add)
}

// draft is a subtree that would be created, leaf by leaf decided.
type draft struct {
	t      *target
	root   keypath.Path
	omit   []keypath.Path
	supply []edit.Supply
	held   []*Held // one per unit and code
	kept   []keypath.Path
	chosen []keypath.Path // what --only and --except let take part, or --set names
}

// creation writes a subtree of the source, without what must not travel. What
// needs a person holds back the smallest unit that would be created: the
// innermost new list element, else the innermost new mapping. (A new plan
// without its price is worse than no new plan.)
func (t *target) creation(root keypath.Path, src yamlfile.Node, action edit.Action) error {
	d := &draft{t: t, root: root}
	for l := range t.leaves(src, root) {
		if err := d.leaf(l); err != nil {
			return err
		}
	}
	if len(d.chosen) == 0 {
		return nil
	}
	d.settle(src)
	for _, h := range d.held {
		t.hold(*h)
	}
	if len(d.kept) == 0 {
		return nil
	}
	for _, s := range d.supply {
		t.supplied[s.Path.String()] = true
	}
	t.add(op{Op: edit.Op{Action: action, Path: root, From: src, Omit: d.omit, Supply: d.supply}, typeChanged: action == edit.Set})
	return nil
}

// leaf decides one leaf of the source's subtree.
func (d *draft) leaf(l leaf) error {
	t := d.t
	if t.m.selected(l.path) {
		d.chosen = append(d.chosen, l.path)
	}
	v, ok, err := t.m.supplied(t.env, t.s.Name, l.path, l.node.Value())
	switch {
	case err != nil:
		return err
	case ok:
		d.chosen = append(d.chosen, l.path)
		d.write(l, v, "")
	case len(l.rules) > 0:
		d.allowed(l)
	case !t.m.selected(l.path):
		d.omit = append(d.omit, l.path)
	case d.specific(l):
		d.omit = append(d.omit, l.path)
	default:
		d.kept = append(d.kept, l.path)
	}
	return nil
}

func (d *draft) write(l leaf, v value.Value, comment string) {
	d.supply = append(d.supply, edit.Supply{Path: l.path, Value: v, Comment: comment})
	d.kept = append(d.kept, l.path)
}

// allowed is a leaf under a rule: written only where the rule says what the
// target has, or as a placeholder.
func (d *draft) allowed(l leaf) {
	r, env := l.rules[0], d.t.env
	for _, r := range l.rules {
		if slices.Contains(r.Absent, env) {
			d.omit = append(d.omit, l.path)
			return
		}
	}
	for _, r := range l.rules {
		if w, ok := r.Values[env]; ok {
			if v, ok := w.Literal(); ok {
				d.write(l, v, "")
				return
			}
		}
	}
	if d.t.m.choice.Placeholder && !d.stands(l.path) {
		d.write(l, value.Text(""), "hoist:pending "+pendingNote(r))
		return
	}
	d.omit = append(d.omit, l.path)
	h := d.hold(l.path, HeldPending, "")
	h.Needs = append(h.Needs, l.path)
	h.Rule = r
	h.Place = d.place(l)
}

// stands: a null or a placeholder is there already.
func (d *draft) stands(p keypath.Path) bool { return d.t.exists(p) }

func pendingNote(r *rule.Allow) string {
	if r.Hint != "" {
		return r.Hint
	}
	return r.Reason
}

// place is where the target would have it (its placeholder), else the source.
func (d *draft) place(l leaf) problem.Place {
	if n, ok := d.t.file.Lookup(l.path); ok && n.Valid() {
		return n.Place()
	}
	return l.node.Place()
}

// specific holds the unit of a leaf whose value seems to belong to the source's
// environment.
func (d *draft) specific(l leaf) bool {
	t, v := d.t, l.node.Value()
	why, rulePlace := "", ""
	if !t.m.narrow.only.names(l.path) && !t.walk.Promoted(t.state(l.path)) {
		why = t.looks(l.path, v)
	}
	if f := t.rules.Forbidden(t.env, v); why == "" && f != nil {
		why, rulePlace = "forbidden", f.Place.String()
	}
	if why == "" {
		return false
	}
	h := d.hold(l.path, HeldUnclassified, why)
	h.Place, h.Suggest = l.node.Place(), suggestAllow(l.path)
	h.Args = append(h.Args, problem.Arg{Name: "key", Text: l.path.String()})
	if rulePlace != "" {
		h.Args = append(h.Args, problem.Arg{Name: "rule", Text: rulePlace})
	}
	return true
}

// unit is the smallest new thing that holds p.
func (d *draft) unit(p keypath.Path) keypath.Path {
	if p == d.root {
		return p
	}
	for q := p; ; q = parentOf(q) {
		if q.Last().Kind != keypath.Key {
			return q
		}
		if q == d.root {
			break
		}
	}
	return parentOf(p)
}

func (d *draft) hold(p keypath.Path, code Code, why string) *Held {
	u := d.unit(p)
	for _, h := range d.held {
		if h.Path == u && h.Code == code && h.Why == why {
			return h
		}
	}
	h := &Held{Path: u, Code: code, Why: why}
	d.held = append(d.held, h)
	return h
}

// settle leaves out every held unit, and every container of which nothing is
// left; a new element keeps the key that names it.
func (d *draft) settle(src yamlfile.Node) {
	d.mergeUnits()
	d.kept = slices.DeleteFunc(d.kept, func(p keypath.Path) bool { return d.isHeld(p) })
	d.supply = slices.DeleteFunc(d.supply, func(s edit.Supply) bool { return d.isHeld(s.Path) })
	d.omit = slices.DeleteFunc(d.omit, func(p keypath.Path) bool { return d.isHeld(p) })
	for _, h := range d.held {
		if h.Path != d.root && !slices.Contains(d.omit, h.Path) {
			d.omit = append(d.omit, h.Path)
		}
	}
	d.held = slices.DeleteFunc(d.held, func(h *Held) bool {
		return !slices.ContainsFunc(d.chosen, func(p keypath.Path) bool { return p.Under(h.Path) })
	})
	d.keepIdentities()
	d.omit = slices.DeleteFunc(d.omit, func(p keypath.Path) bool { return slices.Contains(d.kept, p) })
	d.omitEmpty(src)
}

// mergeUnits: a unit inside another held one is held with it.
func (d *draft) mergeUnits() {
	var out []*Held
	for _, h := range d.held {
		if o := d.outer(h); o != nil {
			o.Needs = append(o.Needs, h.Needs...)
			continue
		}
		out = append(out, h)
	}
	d.held = out
}

func (d *draft) outer(h *Held) *Held {
	for _, o := range d.held {
		if o != h && o.Path != h.Path && h.Path.Under(o.Path) && o.Code == h.Code {
			return o
		}
	}
	return nil
}

func (d *draft) isHeld(p keypath.Path) bool {
	return slices.ContainsFunc(d.held, func(h *Held) bool { return p.Under(h.Path) })
}

// keepIdentities: where --only picks part of a new element, the key that names
// it comes along.
func (d *draft) keepIdentities() {
	for _, p := range slices.Clone(d.kept) {
		for q := p; q != d.root || q.Last().Kind == keypath.Element; q = parentOf(q) {
			if s := q.Last(); s.Kind == keypath.Element {
				if id := q.Child(s.Key); !slices.Contains(d.kept, id) {
					d.kept = append(d.kept, id)
				}
			}
			if q == d.root {
				break
			}
		}
	}
}

// omitEmpty replaces the leaves left out of a container with nothing else in it
// by the container.
func (d *draft) omitEmpty(src yamlfile.Node) {
	full := map[string]bool{}
	for _, p := range d.kept {
		for q := p; ; q = parentOf(q) {
			full[q.String()] = true
			if q == d.root {
				break
			}
		}
	}
	seen := map[string]bool{}
	var out []keypath.Path
	for _, p := range d.omit {
		for q := parentOf(p); q.Under(d.root) && q != d.root && !full[q.String()]; q = parentOf(q) {
			p = q
		}
		if !seen[p.String()] {
			seen[p.String()] = true
			out = append(out, p)
		}
	}
	d.omit = out
}

func itoa(n int) string { return strconv.Itoa(n) }
