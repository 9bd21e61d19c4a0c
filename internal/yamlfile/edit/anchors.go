package edit

import "hoist.example/hoist/internal/yamlfile/syntax"

// anchors holds back what would change a value that is used elsewhere: an edit
// inside an anchored node, and the loss of an anchor, while aliases of it stay.
func (r *run) anchors() {
	dead := map[*sheet]map[syntax.ID]int{}
	r.removed(func(x *sheet, id syntax.ID, _ int) {
		if dead[x] == nil {
			dead[x] = map[syntax.ID]int{}
		}
		x.walk(id, func(n syntax.ID) {
			if x.t.Kind(n) == syntax.Alias {
				dead[x][x.f.Target(n)]++
			}
		})
	})
	used := func(x *sheet, id syntax.ID) bool {
		return x.t.Anchor(id) != "" && x.f.Users(id) > dead[x][id]
	}
	r.removed(func(x *sheet, id syntax.ID, op int) {
		x.walk(id, func(n syntax.ID) {
			if used(x, n) {
				r.hold(op, WhySharedAnchor)
			}
		})
	})
	for _, x := range r.sheets.all {
		for _, g := range x.groups {
			if g.touched() && x.shared(g.id, used) {
				g.each(func(op int) { r.hold(op, WhySharedAnchor) })
			}
		}
		if x.host == nil {
			continue
		}
		for _, s := range x.roots {
			if x.host.shared(x.hostID(), used) {
				r.hold(s.op, WhySharedAnchor)
			}
		}
	}
}

// shared reports whether id or what holds it is anchored and used elsewhere.
func (x *sheet) shared(id syntax.ID, used func(*sheet, syntax.ID) bool) bool {
	for ; id != syntax.None; id = x.f.Parent(id) {
		if used(x, id) {
			return true
		}
	}
	return x.host != nil && x.host.shared(x.hostID(), used)
}

// each gives the Ops of a group.
func (g *group) each(f func(op int)) {
	for _, op := range g.drop {
		f(op)
	}
	for _, s := range g.set {
		f(s.op)
	}
	for _, a := range g.add {
		f(a.op)
	}
}

// removed gives the nodes that go: deleted keys and values, and replaced values.
func (r *run) removed(f func(x *sheet, id syntax.ID, op int)) {
	for _, x := range r.sheets.all {
		for doc, s := range x.roots {
			if docs := x.t.Documents(); doc < len(docs) && docs[doc].Root != syntax.None {
				f(x, docs[doc].Root, s.op)
			}
		}
		for _, g := range x.groups {
			for i, op := range g.drop {
				if k := g.els[i].key; k != syntax.None {
					f(x, k, op)
				}
				f(x, g.els[i].v, op)
			}
			for i, s := range g.set {
				f(x, g.els[i].v, s.op)
			}
		}
	}
}

func (x *sheet) walk(id syntax.ID, f func(syntax.ID)) {
	f(id)
	for c := x.t.First(id); c != syntax.None; c = x.t.Next(c) {
		x.walk(c, f)
	}
}
