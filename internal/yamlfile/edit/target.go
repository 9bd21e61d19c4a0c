package edit

import (
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// target is the place of an existing value: the child of a container, or a
// document's root.
type target struct {
	x      *sheet
	node   yamlfile.Node
	parent yamlfile.Node // zero for a root
	at     int           // child of parent; -1: it has it by merge, or is a root
	doc    int           // of a root
}

// lookup finds what Op i names and refuses what cannot be edited there.
func (r *run) lookup(i int) (t target, ok bool) {
	path := r.ops[i].Path
	t.at = -1
	if t.node, ok = r.before.Lookup(path); !ok {
		r.hold(i, r.missing(path))
		return t, false
	}
	if t.node.Duplicated() {
		r.hold(i, WhyDuplicateKey)
		return t, false
	}
	parent, up := path.Parent()
	if !up || path.Last().Kind == keypath.Document {
		t.x = r.sheets.of(t.node.File())
		t.doc = t.x.documentOf(t.node.ID())
		return t, true
	}
	t.parent, _ = r.before.Lookup(parent)
	if !r.editable(i, t.parent) {
		return t, false
	}
	t.x = r.sheet(t.parent.File())
	t.at = t.x.child(t.parent, path.Last(), t.node)
	return t, true
}

// sheet is a target's sheet, with the one around it.
func (r *run) sheet(f *yamlfile.File) *sheet {
	x := r.sheets.of(f)
	if h, _ := f.Host(); h != nil && x.host == nil && f != r.before {
		x.host = r.sheets.of(h)
	}
	return x
}

// editable refuses what is shared with other keys.
func (r *run) editable(i int, container yamlfile.Node) bool {
	switch {
	case container.Duplicated():
		r.hold(i, WhyDuplicateKey)
	case container.Reached() == yamlfile.ByAlias:
		r.hold(i, WhyInsideAlias)
	case container.Reached() == yamlfile.ByMerge:
		r.hold(i, WhyInsideMerge)
	default:
		return true
	}
	return false
}

// missing says why nothing is found at a path.
func (r *run) missing(p keypath.Path) string {
	for q, ok := p.Parent(); ok; q, ok = q.Parent() {
		n, found := r.before.Lookup(q)
		if !found {
			continue
		}
		t := n.File().Tree()
		if n.Duplicated() {
			return WhyDuplicateKey
		}
		if n.Kind() == syntax.Scalar && t.Style(n.ID()) == syntax.Folded {
			return WhyFoldedHost
		}
		break
	}
	return WhyNoSuchPath
}

// documentOf is the index of the document whose root is id.
func (x *sheet) documentOf(id syntax.ID) int {
	for i, d := range x.t.Documents() {
		if d.Root == id || d.Root != syntax.None && x.f.Target(d.Root) == id {
			return i
		}
	}
	return -1
}

// child is which child of parent the step s names, where it is written there
// and not merged: -1.
func (x *sheet) child(parent yamlfile.Node, s keypath.Step, n yamlfile.Node) int {
	if parent.Kind() == syntax.Mapping {
		key := s.Key
		if s.Kind == keypath.Index {
			key = strconv.Itoa(s.Index)
		}
		if at, ok := x.group(parent.ID()).find("", key); ok {
			return at
		}
		return -1
	}
	i := 0
	for c := range parent.Items() {
		if c == n {
			return i
		}
		i++
	}
	return -1
}
