package proof

import (
	"slices"
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// maxWalked is how many effective nodes may lie around the changes of one file.
const maxWalked = 1_000_000

// lead is an op on the way to its path: the steps that are still to go.
type lead struct {
	op   int
	rest []keypath.Step
}

// moved walks the effective values before and after side by side, where they
// may differ: what moved is under an op's path, no protected leaf moved, and no
// forbidden value came in.
func (p *prover) moved() *problem.Problem {
	p.arrived = make([]bool, len(p.d.Done))
	for _, b := range p.before.docs {
		p.markHits(b)
	}
	for i, a := range p.after.docs {
		p.steps = p.documentStep(i)
		var b *node
		if i < len(p.before.docs) {
			b = p.before.docs[i]
		}
		if b != nil && emptyRoot(b) && a != nil && !emptyRoot(a) {
			b = nil
		}
		if a != nil && emptyRoot(a) && a.from == b {
			continue
		}
		if err := p.walk(b, a, false, false, p.leads(i)); err != nil {
			return err
		}
	}
	for i, ok := range p.arrived {
		if !ok {
			p.steps = p.d.Done[i].Path.Steps()
			return p.fail(WrongValue, nil, "what", "absent")
		}
	}
	return nil
}

// leads are the ops on document i.
func (p *prover) leads(i int) []lead {
	var out []lead
	for j, op := range p.d.Done {
		steps := op.Path.Steps()
		switch {
		case len(steps) > 0 && steps[0].Kind == keypath.Document:
			if p.name(i) == steps[0].Key || strconv.Itoa(i) == steps[0].Key {
				out = append(out, lead{j, steps[1:]})
			}
		case p.only == i:
			out = append(out, lead{j, steps})
		}
	}
	return out
}

// along are the leads that go on through a child.
func along(leads []lead, match func(op int, s keypath.Step) bool) []lead {
	var out []lead
	for _, l := range leads {
		if len(l.rest) == 0 {
			out = append(out, l) // below an op's path everything is its own
		} else if match(l.op, l.rest[0]) {
			out = append(out, lead{l.op, l.rest[1:]})
		}
	}
	return out
}

func covered(leads []lead) bool {
	return slices.ContainsFunc(leads, func(l lead) bool { return len(l.rest) == 0 })
}

// below reports whether an op leads further down.
func below(leads []lead) bool {
	return slices.ContainsFunc(leads, func(l lead) bool { return len(l.rest) > 0 })
}

// walk compares what stands at the path before and after; nil is nothing.
func (p *prover) walk(b, a *node, bVia, aVia bool, leads []lead) *problem.Problem {
	if p.walked++; p.walked > maxWalked {
		return p.fail(BadChange, b, "why", "too-large")
	}
	if err := p.arrive(a, leads); err != nil {
		return err
	}
	bv, av := look(b, bVia), look(a, aVia)
	if bv.n != nil && av.n != nil && av.n.from == bv.n && bv.via == av.via && steady(av.n) {
		return nil
	}
	bLeaf, aLeaf := bv.n == nil || bv.leaf(), av.n == nil || av.leaf()
	if (bLeaf != aLeaf || bLeaf && below(leads)) && !covered(leads) && bv.isList() && av.isList() {
		// A list of scalars is one value, but not beside what it was or became by
		// a change of one element, and not where an op names one of its elements.
		if p.rules.Protected != nil && p.rules.Protected(p.path()) {
			return p.fail(Protected, bv.n)
		}
		bLeaf, aLeaf = false, false
	}
	switch {
	case bLeaf && aLeaf:
		return p.leaf(bv, av, leads)
	case emptied(bv, av, bLeaf, aLeaf) && below(leads):
		// The op below made the collection empty or filled it.
	case bLeaf && bv.n != nil:
		if err := p.leaf(bv, view{}, leads); err != nil {
			return err
		}
	case aLeaf && av.n != nil:
		if err := p.leaf(view{}, av, leads); err != nil {
			return err
		}
	}
	if bLeaf {
		bv = view{}
	}
	if aLeaf {
		av = view{}
	}
	if err := p.walkEntries(bv, av, leads); err != nil {
		return err
	}
	return p.walkItems(bv, av, leads)
}

// isList reports whether a view is a list that is not empty.
func (v view) isList() bool {
	return v.n != nil && v.n.kind == syntax.Sequence && len(v.n.kids) > 0
}

// emptied: the same kind of collection, on one side without children. (An
// embedded document without any is a text.)
func emptied(b, a view, bLeaf, aLeaf bool) bool {
	if b.n != nil && a.n != nil && b.n.in.host != nil && b.n.in.host == a.n.from && a.n.inner == nil {
		return !bLeaf
	}
	if b.n == nil || a.n == nil || b.n.kind != a.n.kind {
		return false
	}
	// A mapping is a leaf only when it is empty, if only by its merge keys.
	return b.n.kind == syntax.Mapping || b.n.kind == syntax.Sequence && (bLeaf && len(b.n.kids) == 0 || aLeaf && len(a.n.kids) == 0)
}

// arrive: what an op was to write stands at its path, what it deletes does not.
func (p *prover) arrive(a *node, leads []lead) *problem.Problem {
	for _, l := range leads {
		if len(l.rest) > 0 || p.arrived[l.op] {
			continue
		}
		p.arrived[l.op] = true
		if p.d.Done[l.op].Action == edit.Delete {
			if a != nil {
				return p.fail(WrongValue, a.from, "what", "present")
			}
			continue
		}
		w := p.made[l.op]
		if w == nil {
			continue // all that it asks for stands there already
		}
		if a == nil || w.at != a {
			return p.fail(WrongValue, nil, "what", "hidden")
		}
	}
	return nil
}

func (p *prover) walkEntries(b, a view, leads []lead) *problem.Problem {
	var now []entry
	after := map[string]entry{}
	if a.n != nil && a.n.kind == syntax.Mapping {
		now = a.n.entries()
		for _, e := range now {
			after[e.text] = e
		}
	}
	var was []entry
	if b.n != nil && b.n.kind == syntax.Mapping {
		was = b.n.entries()
	}
	seen := make(map[string]bool, len(was))
	for _, e := range was {
		seen[e.text] = true
		f, ok := after[e.text]
		if !ok {
			f = entry{}
		}
		if err := p.walkKey(e.text, e, f, b.via, a.via, leads); err != nil {
			return err
		}
	}
	for _, f := range now {
		if seen[f.text] {
			continue
		}
		if err := p.walkKey(f.text, entry{}, f, b.via, a.via, leads); err != nil {
			return err
		}
	}
	return nil
}

func (p *prover) walkKey(text string, b, a entry, bVia, aVia bool, leads []lead) *problem.Problem {
	on := along(leads, func(_ int, s keypath.Step) bool {
		return s.Kind == keypath.Key && s.Key == text || s.Kind == keypath.Index && strconv.Itoa(s.Index) == text
	})
	return p.under(keypath.Step{Kind: keypath.Key, Key: text}, func() *problem.Problem {
		return p.walk(b.val, a.val, bVia || b.merged, aVia || a.merged, on)
	})
}

// unique reports whether a key names each element of a list, and one only.
func unique(list []*node, key string) bool {
	seen := make(map[string]bool, len(list))
	for _, k := range list {
		name, ok := k.name(key)
		if !ok || seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

// pair is an element before and after; -1 is not there.
type pair struct{ b, a int }

func (p *prover) walkItems(b, a view, leads []lead) *problem.Problem {
	var was, now []*node
	if b.n != nil && b.n.kind == syntax.Sequence {
		was = b.n.kids
	}
	if a.n != nil && a.n.kind == syntax.Sequence {
		now = a.n.kids
	}
	if len(was)+len(now) == 0 {
		return nil
	}
	key := ""
	if p.rules.Identity != nil {
		key = p.rules.Identity(p.path())
	}
	if !unique(was, key) || len(was) == 0 && !unique(now, key) {
		key = ""
	}
	for _, x := range pairs(was, now, key, b.n != nil && a.n != nil && a.n.from == b.n) {
		var bn, an *node
		if x.b >= 0 {
			bn = was[x.b]
		}
		if x.a >= 0 {
			an = now[x.a]
		}
		on := along(leads, func(op int, s keypath.Step) bool {
			return names(s, bn, x.b) || bn == nil && (an.op == op+1 && s.Kind == keypath.Index || s.Kind == keypath.Element && names(s, an, -1))
		})
		err := p.under(itemStep(key, bn, an, x), func() *problem.Problem { return p.walk(bn, an, b.via, a.via, on) })
		if err != nil {
			return err
		}
	}
	return nil
}

// pairs matches the elements of two lists: by where they come from, or, of a
// list that was written anew, by identity or index.
func pairs(was, now []*node, key string, related bool) (out []pair) {
	origin, named := make(map[*node]int, len(now)), map[string]int{}
	for j, k := range now {
		if related && k.from != nil {
			origin[k.from] = j
		} else if related && k.old != nil {
			origin[k.old] = j
		} else if name, ok := k.name(key); ok {
			named[name] = j
		}
	}
	taken := make([]bool, len(now))
	for i, k := range was {
		j, ok := origin[k]
		if name, has := k.name(key); !ok && has {
			j, ok = named[name]
		} else if !ok && !related && i < len(now) {
			j, ok = i, true
		}
		if !ok || taken[j] {
			j = -1
		} else {
			taken[j] = true
		}
		out = append(out, pair{i, j})
	}
	for j := range now {
		if !taken[j] {
			out = append(out, pair{-1, j})
		}
	}
	return out
}

// names reports whether a step leads to an element.
func names(s keypath.Step, n *node, index int) bool {
	switch {
	case n == nil:
		return false
	case s.Kind == keypath.Index:
		return s.Index == index
	case s.Kind == keypath.Element:
		v, ok := n.name(s.Key)
		return ok && v == s.Value
	}
	return false
}

// itemStep is how the comparison names an element.
func itemStep(key string, b, a *node, x pair) keypath.Step {
	for _, n := range []*node{b, a} {
		if n == nil || key == "" {
			continue
		}
		if v, ok := n.name(key); ok {
			return keypath.Step{Kind: keypath.Element, Key: key, Value: v}
		}
	}
	if x.b >= 0 {
		return keypath.Step{Kind: keypath.Index, Index: x.b}
	}
	return keypath.Step{Kind: keypath.Index, Index: x.a}
}

// leaf judges one value before and after; a view without node is absent.
func (p *prover) leaf(b, a view, leads []lead) *problem.Problem {
	var was, now value.Value
	if b.n != nil {
		was = b.value()
	}
	if a.n != nil {
		now = a.value()
	}
	same := was.Equal(now)
	hit := b.n != nil && b.n.hit && !b.via
	if same && !hit {
		return nil
	}
	if !same && !covered(leads) {
		return p.fail(Moved, b.n)
	}
	path := p.path()
	if p.rules.Protected != nil && p.rules.Protected(path) {
		return p.fail(Protected, b.n)
	}
	if same || p.rules.Forbidden == nil {
		return nil
	}
	return p.forbidden(path, was, now)
}

func (p *prover) forbidden(path keypath.Path, was, now value.Value) *problem.Problem {
	for _, v := range elements(now) {
		old := slices.ContainsFunc(elements(was), v.Equal)
		if !old && p.rules.Forbidden(path, v) {
			return p.fail(Forbidden, nil)
		}
	}
	return nil
}

func elements(v value.Value) []value.Value {
	switch v.Kind() {
	case value.Absent:
		return nil
	case value.Scalars:
		return v.Items()
	}
	return []value.Value{v}
}

// steady reports whether a node after means what it did before wherever it is
// reached: the same subtree, its aliases' nodes the same, no splice in it.
func steady(a *node) bool {
	if a.sure != 0 {
		return a.sure > 0
	}
	ok := a.calm && !a.from.hit
	if ok && a.kind == syntax.Alias {
		ok = a.target != nil && a.target.from != nil && a.target.from == a.from.target && steady(a.target)
	}
	for _, k := range a.kids {
		if !steady(k) {
			ok = false
			break
		}
	}
	if ok && a.inner != nil && a.inner.root() != nil {
		ok = steady(a.inner.root())
	}
	a.sure = -1
	if ok {
		a.sure = 1
	}
	return ok
}
