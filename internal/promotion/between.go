package promotion

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Change is one key that differs between two versions of a file: the highest
// path that was set, added or deleted as a whole.
type Change struct {
	Path   keypath.Path
	Action edit.Action
}

// Between are the keys that differ between two versions of one file, in the
// order of the newer one, then what was deleted. identity names the elements of
// lists, as the comparison does. Comments, quotes and order are no difference.
func Between(before, after *yamlfile.File, identity func(keypath.Path) string) []Change {
	d := &difference{seen: map[keypath.Path]bool{}}
	for p, n := range after.Leaves(identity) {
		old, ok := lookup(before, p)
		switch {
		case !ok:
			d.oneSided(p, before, after, edit.Add)
		case !old.Leaf() && old.Kind() == n.Kind(): // emptied: what it held is deleted
		case !sameTree(old, n):
			d.add(p, edit.Set)
		}
	}
	for p := range before.Leaves(identity) {
		if !stands(after, p) {
			d.oneSided(p, after, before, edit.Delete)
		}
	}
	return d.topmost()
}

type difference struct {
	changes []Change
	seen    map[keypath.Path]bool
}

func (d *difference) add(p keypath.Path, a edit.Action) {
	if !d.seen[p] {
		d.seen[p] = true
		d.changes = append(d.changes, Change{p, a})
	}
}

// oneSided is a leaf that lacks does not have: it is the highest path that lacks
// does not have, or, where something of another shape stands there, that.
func (d *difference) oneSided(p keypath.Path, lacks, has *yamlfile.File, a edit.Action) {
	for up, ok := p.Parent(); ok; up, ok = p.Parent() {
		n, there := lookup(lacks, up)
		m, _ := lookup(has, up)
		if there && m.Valid() && n.Kind() != m.Kind() {
			d.add(up, edit.Set)
			return
		}
		if there {
			break
		}
		p = up
	}
	d.add(p, a)
}

// topmost leaves out what stands below another change.
func (d *difference) topmost() []Change {
	return slices.DeleteFunc(d.changes, func(c Change) bool {
		for up, ok := c.Path.Parent(); ok; up, ok = up.Parent() {
			if d.seen[up] {
				return true
			}
		}
		return false
	})
}

// lookup finds what stands at p. Of a file of one document also the root is one.
func lookup(f *yamlfile.File, p keypath.Path) (yamlfile.Node, bool) {
	n, ok := f.Lookup(p)
	return n, ok && n.Valid()
}

func stands(f *yamlfile.File, p keypath.Path) bool {
	_, ok := lookup(f, p)
	return ok
}

// sameTree reports whether two nodes have the same values at the same places;
// the order of keys does not count.
func sameTree(a, b yamlfile.Node) bool {
	switch {
	case !a.Valid() || !b.Valid():
		return a.Valid() == b.Valid()
	case a.Leaf() || b.Leaf():
		return a.Leaf() && b.Leaf() && a.Value().Equal(b.Value())
	case a.Kind() != b.Kind():
		return false
	case a.Kind() == syntax.Sequence:
		return sameItems(a, b)
	}
	n := 0
	for k, v := range a.Entries() {
		w, ok := b.Get(k)
		if !ok || !sameTree(v, w) {
			return false
		}
		n++
	}
	for range b.Entries() {
		n--
	}
	return n == 0
}

func sameItems(a, b yamlfile.Node) bool {
	var other []yamlfile.Node
	for n := range b.Items() {
		other = append(other, n)
	}
	i := 0
	for n := range a.Items() {
		if i == len(other) || !sameTree(n, other[i]) {
			return false
		}
		i++
	}
	return i == len(other)
}
