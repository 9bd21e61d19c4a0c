package promotion

import (
	"slices"

	"hoist.example/hoist/internal/images"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/yamlfile"
)

// Names are the changed key paths of one file as a message has them, in the
// order of changed: a mapping or a list of which every value, before and after,
// moved by at least two changes is named once, as path.*, at the highest such
// place.
func Names(before, after *yamlfile.File, changed []keypath.Path) (out []string) {
	c := newCensus(changed)
	for _, f := range []*yamlfile.File{after, before} {
		if f == nil {
			continue
		}
		for p := range f.Leaves(c.identity) {
			c.count(p)
		}
	}
	for _, p := range changed {
		if n := c.name(p); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Net are those of changed that stand differently before and after: what one
// apply did and the next took back did not move.
func Net(before, after *yamlfile.File, changed []keypath.Path) (out []keypath.Path) {
	for _, p := range changed {
		if slices.Contains(out, p) {
			continue
		}
		a, _ := before.Lookup(p)
		b, _ := after.Lookup(p)
		if !sameTree(a, b) {
			out = append(out, p)
		}
	}
	return out
}

// census counts the values below every container.
type census struct {
	changed map[keypath.Path]bool
	lists   map[keypath.Path]string // the key that names a list's elements, as the changes have it
	seen    map[keypath.Path]bool
	still   map[keypath.Path]bool // something below did not move
	changes map[keypath.Path]int  // below
}

func newCensus(changed []keypath.Path) *census {
	c := &census{changed: map[keypath.Path]bool{}, lists: map[keypath.Path]string{}, seen: map[keypath.Path]bool{},
		still: map[keypath.Path]bool{}, changes: map[keypath.Path]int{}}
	for _, p := range changed {
		if c.changed[p] {
			continue
		}
		c.changed[p] = true
		for q := p; !q.IsRoot(); {
			up, _ := q.Parent()
			if s := q.Last(); s.Kind == keypath.Element {
				c.lists[up] = s.Key
			}
			q = up
			c.changes[q]++
		}
	}
	return c
}

func (c *census) identity(p keypath.Path) string { return c.lists[p] }

func (c *census) count(leaf keypath.Path) {
	if c.seen[leaf] {
		return
	}
	c.seen[leaf] = true
	moved := false
	for q, ok := leaf, true; ok && !moved; q, ok = q.Parent() {
		moved = c.changed[q]
	}
	if moved {
		return
	}
	for q, ok := leaf.Parent(); ok && !c.still[q]; q, ok = q.Parent() {
		c.still[q] = true
	}
}

func (c *census) name(p keypath.Path) string {
	name := p.String()
	for q, ok := p.Parent(); ok && !q.IsRoot() && q.Last().Kind != keypath.Document && !c.still[q]; q, ok = q.Parent() {
		if c.changes[q] > 1 {
			name = q.String() + ".*"
		}
	}
	return name
}

// ImageNames are the changed paths of a kustomization.yaml as a message has
// them: each image's service with the tag, or what there is of its digest, that
// it has now. References that repeat a tag move with it and go without saying,
// unless nothing else moved.
func ImageNames(after *yamlfile.File, changed []keypath.Path) (out []string) {
	all, _ := kustomize.Images(after) // what cannot be read was not changed
	for _, i := range all {
		if !slices.ContainsFunc(changed, func(p keypath.Path) bool { return p.Under(i.Path) || i.Path.Under(p) }) {
			continue
		}
		n := images.Service(i.Name)
		switch {
		case i.NewTag != "":
			n += " " + i.NewTag
		case i.Digest != "":
			n += " " + i.Digest[:min(len(i.Digest), shortDigest)]
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if out == nil {
		for _, p := range changed {
			out = append(out, p.String())
		}
	}
	return out
}

// shortDigest is "sha256:" and twelve digits.
const shortDigest = 7 + 12
