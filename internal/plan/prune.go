package plan

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// onlyHere is a value that the source does not have. What is only here is dealt
// with from the outermost thing that the source lacks, once.
func (t *target) onlyHere(p keypath.Path) {
	root := p
	for q, ok := p.Parent(); ok && !q.IsRoot() && !standsIn(t.src, q); q, ok = q.Parent() {
		root = q
	}
	if t.removed[root] {
		return
	}
	t.removed[root] = true
	n, _ := t.file.Lookup(root)
	leaves := t.leaves(n, root)
	if !slices.ContainsFunc(leaves, t.listable) && !t.prunesExactly(leaves) || t.heldList(root) {
		return
	}
	left, _ := t.remove(n, root)
	for _, p := range left {
		t.onlyIn(p)
	}
}

// listable: a value that takes part and that no rule lets differ.
func (t *target) listable(l leaf) bool { return len(l.rules) == 0 && t.m.selected(l.path) }

// prunesExactly reports whether --prune names one of the values, or something
// above it, by its exact path.
func (t *target) prunesExactly(leaves []leaf) bool {
	return slices.ContainsFunc(leaves, func(l leaf) bool {
		for q, ok := l.path, true; ok; q, ok = q.Parent() {
			if t.m.prune.names(q) {
				return true
			}
		}
		return false
	})
}

// remove deletes what --prune covers at and below p, in pieces as large as may
// be, and gives what is left to list; whole says that all of p is.
func (t *target) remove(n yamlfile.Node, p keypath.Path) (left []keypath.Path, whole bool) {
	leaves := t.leaves(n, p)
	all := !slices.ContainsFunc(leaves, func(l leaf) bool { return !t.m.selected(l.path) })
	switch {
	case !slices.ContainsFunc(leaves, t.listable) && !t.prunesExactly(leaves):
		return nil, false
	case all && t.prunes(p) && !namesElement(p):
		return t.delete(n, p, leaves), false
	case n.Leaf():
		return []keypath.Path{p}, true
	}
	untouched := true
	for step, c := range t.children(n, p) {
		more, whole := t.remove(c, p.Join(step))
		left = append(left, more...)
		untouched = untouched && (whole || !t.listableIn(c, p.Join(step)))
	}
	if untouched && all {
		return []keypath.Path{p}, true
	}
	return left, false
}

// namesElement reports whether p is the key that names the element it lies in:
// it goes with the element only.
func namesElement(p keypath.Path) bool {
	e, last := parentOf(p), p.Last()
	return e.Last().Kind == keypath.Element && last.Kind == keypath.Key && e.Last().Key == last.Key
}

func (t *target) listableIn(n yamlfile.Node, p keypath.Path) bool {
	return slices.ContainsFunc(t.leaves(n, p), t.listable)
}

// delete takes away a subtree. One that holds an allowed key goes only where its
// exact path was given.
func (t *target) delete(n yamlfile.Node, p keypath.Path, leaves []leaf) (left []keypath.Path) {
	i := slices.IndexFunc(leaves, func(l leaf) bool { return len(l.rules) > 0 })
	if i >= 0 && !t.m.prune.names(p) {
		t.hold(Held{Path: p, Code: HeldUnsafe, Why: "prune-allowed", Place: place(n),
			Args: []problem.Arg{{Name: "key", Text: leaves[i].path.String()}}})
		return []keypath.Path{p}
	}
	if i >= 0 {
		t.pruned = append(t.pruned, p)
	}
	t.add(op{Op: edit.Op{Action: edit.Delete, Path: p}})
	return nil
}

// standsIn reports whether a file has something at p.
func standsIn(f *yamlfile.File, p keypath.Path) bool {
	n, ok := f.Lookup(p)
	return ok && n.Valid()
}

// children are what stands directly below n, elements named as the comparison
// names them.
func (t *target) children(n yamlfile.Node, p keypath.Path) func(func(keypath.Step, yamlfile.Node) bool) {
	return func(yield func(keypath.Step, yamlfile.Node) bool) {
		if n.Kind() == syntax.Mapping {
			for k, c := range n.Entries() {
				if !yield(keypath.Step{Kind: keypath.Key, Key: k}, c) {
					return
				}
			}
			return
		}
		id, i := t.identity(n, p), 0
		for c := range n.Items() {
			if !yield(elementStep(c, id, i), c) {
				return
			}
			i++
		}
	}
}
