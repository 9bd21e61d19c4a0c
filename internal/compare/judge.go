package compare

import (
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// pendingMark begins the comment that `--placeholder` writes behind a value.
const pendingMark = "hoist:pending"

// verdict is what was found out about one key.
type verdict struct {
	status   Status
	rules    []*rule.Allow
	breaches []rule.Breach
	shape    bool
	waiting  bool // some environment awaits a value
}

// leaf judges a row in which every environment has a leaf or nothing.
func (w *walk) leaf(p *at, set class) {
	asSet := false
	if set&scalars != 0 && !p.dead {
		l := w.rules.List(p.state)
		asSet = l != nil && l.Set
	}
	equal := sameRow(p.row, asSet) && !duplicated(p.row)
	if equal && set&absent == 0 && p.top == nil && !w.keepSame && !(w.guarded && w.anyForbidden(p.row)) {
		w.out.Counts.Same++
		return
	}
	w.judge(p, equal, set&absent != 0, set&emptyMap != 0 && set&^(absent|emptyMap) != 0)
}

// shape judges a row in which environments have different kinds of things, or
// collections with different tags: one key, however much is below.
func (w *walk) shape(p *at) { w.judge(p, false, classesOf(p.row)&absent != 0, true) }

func duplicated(row []yamlfile.Node) bool {
	for i := range row {
		if row[i].Duplicated() {
			return true
		}
	}
	return false
}

// judge gives the row the first status that holds.
func (w *walk) judge(p *at, equal, lacking, shape bool) {
	v := verdict{shape: shape, rules: w.allows(p)}
	if w.guarded {
		v.breaches = w.forbidden(p)
	}
	waiting := false
	if v.rules != nil {
		w.covered++
		w.read(p)
		waiting = w.awaiting(p, v.rules)
		v.breaches = append(rule.JudgeReady(v.rules, w.names, w.values, w.ready), v.breaches...)
	}
	v.waiting = waiting
	switch {
	case len(v.breaches) > 0:
		v.status = Violation
	case waiting:
		v.status = Pending
	case equal && !lacking:
		v.status = Same
	case v.rules != nil && !w.lostIn(v.rules):
		v.status = Expected
	case v.rules == nil && !equal:
		v.status = Different
	default:
		v.status = Missing
	}
	if v.status != Same || w.keepSame {
		if v.rules == nil && w.keeps(v.status) {
			w.read(p)
		}
		w.settle(p, v)
		return
	}
	w.out.Counts.Same++
}

// lostIn reports whether an environment has no file at all and no rule lets the
// key be absent there: what such a service holds is missing.
func (w *walk) lostIn(rules []*rule.Allow) bool {
	for i, f := range w.files {
		if f == nil && rule.Awaits(rules, w.names[i], value.Value{}) {
			return true
		}
	}
	return false
}

// read fills w.values.
func (w *walk) read(p *at) {
	for i := range p.row {
		w.values[i] = p.row[i].Value()
	}
}

// forbidden is a breach for each environment in which a forbidden value stands
// at p, or below where that is not walked.
func (w *walk) forbidden(p *at) (out []rule.Breach) {
	for i, g := range w.guards {
		if g == nil || !p.row[i].Valid() {
			continue
		}
		if v, f := find(g, p.row[i]); f != nil {
			out = append(out, f.Breach(w.names[i], v))
		}
	}
	return out
}

// marked reports whether the value is a placeholder that hoist wrote.
func marked(n yamlfile.Node) bool {
	return n.Valid() && n.Leaf() && strings.HasPrefix(n.Comment(), pendingMark)
}

// awaiting fills w.ready with the environments that have a value to judge, and
// w.wait with those in which a person must supply it, and reports whether there
// are any of these: it is absent, null or a placeholder there, stands elsewhere,
// and has, or a promotion would give it, a place to be.
func (w *walk) awaiting(p *at, rules []*rule.Allow) bool {
	proper := false
	for i, v := range w.values {
		held := marked(p.row[i])
		w.ready[i] = v.Present() && !held && !rule.Placeholder(v)
		w.wait[i] = !w.ready[i] && (held || rule.Awaits(rules, w.names[i], v))
		proper = proper || !w.wait[i] && v.Present()
	}
	any := false
	for i := range w.wait {
		w.wait[i] = w.wait[i] && proper && (p.row[i].Valid() || w.hasPlace(p, i))
		any = any || w.wait[i]
	}
	return any
}

// hasPlace reports whether the container of what env lacks at p stands there, or
// would be created by a promotion into env. What lies inside a node under a rule
// is never promoted: of that only the whole node can be lacking. A promotion
// creates no file.
func (w *walk) hasPlace(p *at, env int) bool {
	if w.files[env] == nil {
		return false
	}
	if w.stands(p.parent, env) {
		return true
	}
	if p.top[env].Valid() {
		return false
	}
	if w.stands(p.above, env) {
		return true
	}
	for _, f := range w.from[env] {
		if w.stands(p.above, f) {
			return true
		}
	}
	return false
}

// stands reports whether env has the container. A file without content has the
// only document, too: its keys have a place to be.
func (w *walk) stands(container []yamlfile.Node, env int) bool {
	if container == nil || w.root != nil && &container[0] == &w.root[0] {
		return w.files[env] != nil
	}
	return container[env].Valid()
}

func (w *walk) keeps(s Status) bool {
	if w.in.Keep == nil {
		return s != Same
	}
	return w.in.Keep(s)
}

// settle counts the key, and keeps it, with the values in w.values.
func (w *walk) settle(p *at, v verdict) {
	w.out.Counts.Add(v.status, 1)
	if !w.keeps(v.status) {
		return
	}
	path := w.path()
	k := Key{Path: path, Status: v.status, Rules: v.rules, Breaches: v.breaches, Shape: v.shape}
	k.Nodes, k.Values = w.take(p)
	k.Types = typesDiffer(k.Values)
	if v.waiting {
		for i, waits := range w.wait {
			if waits {
				k.Pending = append(k.Pending, w.names[i])
			}
		}
	}
	if v.rules == nil && v.status != Same {
		w.nearMiss(p, &k)
	}
	w.out.Keys = append(w.out.Keys, k)
}

func (w *walk) nearMiss(p *at, k *Key) {
	k.NearMiss, k.Suggestion = w.rules.NearMiss(k.Path)
	if k.NearMiss == "" {
		return
	}
	var place problem.Place
	for i := range p.row {
		if p.row[i].Valid() {
			place = p.row[i].Place()
			break
		}
	}
	w.note(Note{Code: NearMiss, Path: k.Path, Environments: w.standing(p), Place: place,
		Args: []problem.Arg{{Name: "pattern", Text: k.NearMiss}, {Name: "suggestion", Text: k.Suggestion}}})
}

// slab is how many environments' nodes are allocated at a time.
const slab = 96

// take copies the row and its values out, by environment of the input.
func (w *walk) take(p *at) ([]yamlfile.Node, []value.Value) {
	n := len(w.in.Environments)
	if len(w.nodes) < n {
		w.nodes, w.kept = make([]yamlfile.Node, max(n, slab)), make([]value.Value, max(n, slab))
	}
	nodes, values := w.nodes[:n:n], w.kept[:n:n]
	w.nodes, w.kept = w.nodes[n:], w.kept[n:]
	for i, e := range w.envs {
		nodes[e], values[e] = p.row[i], w.values[i]
	}
	return nodes, values
}

// typesDiffer reports whether the values that stand are of different types.
func typesDiffer(values []value.Value) bool {
	first := value.Value{}
	for _, v := range values {
		if !v.Present() {
			continue
		}
		if !first.Present() {
			first = v
		} else if !sameType(first, v) {
			return true
		}
	}
	return false
}

func sameType(a, b value.Value) bool {
	if a.TypeName() != b.TypeName() {
		return false
	}
	x, y := a.Items(), b.Items()
	for i := range min(len(x), len(y)) {
		if x[i].TypeName() != y[i].TypeName() {
			return false
		}
	}
	return true
}
