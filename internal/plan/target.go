package plan

import (
	"maps"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// target makes the changes of one service in one environment.
type target struct {
	m         *Maker
	s         *compare.Service
	rules     *rule.Set
	walk      *rule.Walker
	from, to  int
	env       string
	src, file *yamlfile.File
	sealed    bool     // one of them is encrypted: every change is held back
	words     []string // the source environment's and overlay's names
	given     map[keypath.Path]*given
	lists     map[keypath.Path]compare.ListInfo

	ops     []op
	named   map[keypath.Path]bool // allowed keys that this plan writes
	pruned  []keypath.Path        // roots that an exact --prune names
	created map[keypath.Path]bool // roots that were dealt with
	removed map[keypath.Path]bool
	listed  map[keypath.Path]bool // ambiguous lists that are held back already
}

// op is an edit with what the plan shows of it.
type op struct {
	edit.Op
	left []keypath.Path // what the source has below and the plan leaves out
}

func newTarget(m *Maker, s *compare.Service, rules *rule.Set, from, to int) *target {
	t := &target{m: m, s: s, rules: rules, walk: rules.For(s.Name), from: from, to: to, env: s.Environments[to],
		src: s.Files[from], file: s.Files[to], lists: s.Lists, given: map[keypath.Path]*given{}, named: map[keypath.Path]bool{},
		created: map[keypath.Path]bool{}, removed: map[keypath.Path]bool{}, listed: map[keypath.Path]bool{}}
	for _, e := range m.cfg.Environments {
		if e.Name == s.Environments[from] {
			t.words = []string{e.Name, e.Overlay[strings.LastIndexByte(e.Overlay, '/')+1:]}
		}
	}
	for _, g := range m.given {
		if g.of(s.Name) && g.Environment == t.env {
			t.given[g.path] = g
		}
	}
	return t
}

func (t *target) make() error {
	switch {
	case t.src == nil, t.s.Paths[t.to] == "":
		return nil // nothing to promote, or no service there
	case t.file == nil: // hoist makes no files: kustomization.yaml would have to name it
		t.hold(Held{Path: keypath.Path{}, Code: HeldUnsafe, Why: "no-file", Place: problem.Place{File: t.s.Paths[t.from], Line: 1, Column: 1}})
		return nil
	}
	t.sealed = t.file.Encrypted() || t.src.Encrypted()
	for i := range t.s.Keys {
		if err := t.key(&t.s.Keys[i]); err != nil {
			return err
		}
	}
	if err := t.remaining(); err != nil {
		return err
	}
	return t.finish()
}

// key decides what one compared key needs in the target. A key that has another
// shape in some environment is looked at between source and target alone: these
// two may have the same shape.
func (t *target) key(k *compare.Key) error {
	if t.sealed && k.Path.FirstKey() == "sops" {
		return nil // what SOPS keeps of its own encryption
	}
	if !k.Shape || len(k.Rules) > 0 {
		return t.decide(k)
	}
	for _, p := range t.alone(k) {
		if err := t.decide(p); err != nil {
			return err
		}
	}
	return nil
}

// alone are the keys at and below k's path, compared between source and target
// only.
func (t *target) alone(k *compare.Key) (out []*compare.Key) {
	src, dst := k.Nodes[t.from], k.Nodes[t.to]
	if !src.Valid() || !dst.Valid() {
		return []*compare.Key{k}
	}
	up := parentOf(k.Path)
	above, _ := t.src.Lookup(up)
	around, _ := t.file.Lookup(up)
	pair := compare.Below(t.pair(), k.Path, []yamlfile.Node{src, dst}, []yamlfile.Node{above, around})
	lists := maps.Clone(t.lists)
	for p, l := range pair.Lists {
		lengths := make([]int, len(t.s.Environments))
		lengths[t.from], lengths[t.to] = l.Lengths[0], l.Lengths[1]
		l.Lengths = lengths
		lists[p] = l
	}
	t.lists = lists
	for _, k := range pair.Keys {
		nodes, values := make([]yamlfile.Node, len(t.s.Environments)), make([]value.Value, len(t.s.Environments))
		nodes[t.from], nodes[t.to] = k.Nodes[0], k.Nodes[1]
		values[t.from], values[t.to] = k.Values[0], k.Values[1]
		k.Nodes, k.Values = nodes, values
		out = append(out, &k)
	}
	return out
}

// pair is source and target as the only environments.
func (t *target) pair() compare.Input {
	src, dst := t.s.Environments[t.from], t.env
	return compare.Input{Name: t.s.Name, Environments: []string{src, dst}, From: map[string][]string{dst: {src}},
		Paths: []string{t.s.Paths[t.from], t.s.Paths[t.to]}, Files: []*yamlfile.File{t.src, t.file}, Rules: t.rules,
		Keep: func(compare.Status) bool { return true }}
}

func (t *target) decide(k *compare.Key) error {
	src, dst := k.Nodes[t.from], k.Nodes[t.to]
	if g := t.given[k.Path]; g != nil {
		return t.supply(k, g)
	}
	switch {
	case !src.Valid() && !dst.Valid():
		return t.hollow(k.Path)
	case !src.Valid():
		t.onlyHere(k.Path)
		return nil
	case len(k.Rules) > 0:
		return t.allowed(k)
	case !t.m.selected(k.Path):
		return nil
	case !dst.Valid():
		return t.create(k.Path)
	case !k.Shape && k.Values[t.from].Equal(k.Values[t.to]) && !dst.Duplicated():
		return nil // it differs elsewhere
	}
	return t.change(k)
}

// hollow looks at what source or target have empty around a key that stands
// elsewhere: {} and [] are values, but the comparison goes on below them where
// another environment has more there.
func (t *target) hollow(p keypath.Path) error {
	for q, ok := p.Parent(); ok && !q.IsRoot(); q, ok = q.Parent() {
		switch src, dst := emptyIn(t.src, q), emptyIn(t.file, q); {
		case src && !t.exists(q):
			return t.create(q)
		case dst && !standsIn(t.src, q):
			t.onlyHere(q)
			return nil
		}
	}
	return nil
}

// emptyIn reports whether {} or [] stands in a file at p.
func emptyIn(f *yamlfile.File, p keypath.Path) bool {
	n, ok := f.Lookup(p)
	return ok && n.Valid() && n.Kind() != syntax.Scalar && n.Empty()
}

// allowed is a key under a rule: it is never copied. Where it waits for a
// person, it is written if the rule says what it must be, else held back.
func (t *target) allowed(k *compare.Key) error {
	if slices.Contains(k.Pending, t.env) && t.m.selected(k.Path) {
		return t.create(k.Path)
	}
	return nil
}

// supply writes a value that a person gave, where the key or its parent stands.
// Inside what does not stand yet it is written with that.
func (t *target) supply(k *compare.Key, g *given) error {
	v, err := g.read(like(k, t.from, t.to))
	if err != nil {
		return err
	}
	src, dst := k.Nodes[t.from], k.Nodes[t.to]
	o := op{Op: edit.Op{Action: edit.Set, Path: k.Path, Supply: []edit.Supply{{Path: k.Path, Value: v}}}}
	switch {
	case dst.Valid() && dst.Leaf() && !dst.Duplicated() && dst.Value().Equal(v) && !marked(dst):
		g.placed = true
		return nil
	case dst.Valid():
	case t.exists(parentOf(k.Path)):
		o.Action, o.From = edit.Add, src
	case src.Valid():
		return t.create(k.Path)
	default:
		return nil // see remaining
	}
	g.placed, t.named[k.Path] = true, true
	t.add(o)
	return nil
}

func parentOf(p keypath.Path) keypath.Path {
	q, _ := p.Parent()
	return q
}

func (t *target) exists(p keypath.Path) bool {
	n, ok := t.file.Lookup(p)
	return ok && n.Valid()
}

// change sets a value that stands in both.
func (t *target) change(k *compare.Key) error {
	src, dst := k.Nodes[t.from], k.Nodes[t.to]
	if t.heldList(k.Path) {
		return nil
	}
	switch {
	case src.Duplicated():
		t.hold(Held{Path: k.Path, Code: HeldUnsafe, Why: edit.WhyDuplicateKey, Place: place(src)})
	case k.Shape:
		return t.reshape(k, src, dst)
	case !src.Leaf() || !dst.Leaf():
		t.order(k, dst)
	default:
		t.set(k, src, dst)
	}
	return nil
}

func (t *target) set(k *compare.Key, src, dst yamlfile.Node) {
	was, is := k.Values[t.to], k.Values[t.from]
	if l := t.list(k.Path); l != nil && l.Set && src.Kind() == syntax.Sequence && dst.Kind() == syntax.Sequence {
		t.extend(k, src, without(is, was), without(was, is))
		return
	}
	if t.specific(k.Path, src, is, dst, was) {
		return
	}
	if dst.Kind() == syntax.Sequence && len(lacking(was, is)) > 0 && !t.prunes(k.Path) {
		t.hold(Held{Path: k.Path, Code: HeldRemoves, Place: place(dst)})
		return
	}
	t.add(op{Op: edit.Op{Action: edit.Set, Path: k.Path, From: src}})
}

// extend adds what a list under `as: set` lacks; what only the target has stays
// and is listed, unless --prune covers the list.
func (t *target) extend(k *compare.Key, src yamlfile.Node, gains, loses []value.Value) {
	if len(gains) > 0 && t.specific(k.Path, src, value.Sequence(gains), yamlfile.Node{}, value.Value{}) {
		return
	}
	switch {
	case len(loses) > 0 && t.prunes(k.Path):
		t.add(op{Op: edit.Op{Action: edit.Set, Path: k.Path, From: src}})
		return
	case len(loses) > 0:
		t.onlyIn(k.Path)
	}
	if len(gains) > 0 {
		t.add(op{Op: edit.Op{Action: edit.Append, Path: k.Path, From: src}})
	}
}

// lacking are the elements of a that b has not, or not as often. A scalar is its
// own only element.
func lacking(a, b value.Value) (out []value.Value) {
	have := elements(b)
	for _, v := range elements(a) {
		if i := slices.IndexFunc(have, v.Equal); i >= 0 {
			have = slices.Delete(have, i, i+1)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// without are the elements of a that b does not have at all.
func without(a, b value.Value) []value.Value {
	return slices.DeleteFunc(elements(a), func(v value.Value) bool { return slices.ContainsFunc(elements(b), v.Equal) })
}

func elements(v value.Value) []value.Value {
	switch v.Kind() {
	case value.Scalars:
		return slices.Clone(v.Items())
	case value.EmptyList, value.EmptyMap, value.Absent, value.Map, value.List:
		return nil
	}
	return []value.Value{v}
}

// prunes reports whether --prune lets things at p go.
func (t *target) prunes(p keypath.Path) bool { return t.m.all || t.m.prune.covers(p) }

func (t *target) list(p keypath.Path) *rule.List { return t.walk.List(t.state(p)) }

// order holds back a list under `ordered: true` of which the elements that both
// have stand in another order.
func (t *target) order(k *compare.Key, dst yamlfile.Node) {
	a, b := k.Values[t.from].Items(), k.Values[t.to].Items()
	shared := func(list, other []value.Value) []value.Value {
		return slices.DeleteFunc(slices.Clone(list), func(v value.Value) bool { return !slices.ContainsFunc(other, v.Equal) })
	}
	if !slices.EqualFunc(shared(a, b), shared(b, a), value.Value.Equal) {
		t.hold(Held{Path: k.Path, Code: HeldUnsafe, Why: "order", Place: place(dst)})
	}
}

// reshape replaces a scalar by a mapping or list, or the other way round.
func (t *target) reshape(k *compare.Key, src, dst yamlfile.Node) error {
	for _, l := range t.leaves(dst, k.Path) {
		if len(l.rules) > 0 {
			t.hold(Held{Path: k.Path, Code: HeldUnsafe, Why: "holds-allowed", Place: place(dst), Args: []problem.Arg{{Name: "key", Text: l.path.String()}}})
			return nil
		}
	}
	if dst.Leaf() && t.specific(k.Path, yamlfile.Node{}, value.Value{}, dst, k.Values[t.to]) {
		return nil
	}
	if !src.Leaf() {
		return t.creation(k.Path, src, edit.Set)
	}
	if !t.specific(k.Path, src, k.Values[t.from], yamlfile.Node{}, value.Value{}) {
		t.add(op{Op: edit.Op{Action: edit.Set, Path: k.Path, From: src}})
	}
	return nil
}

// heldList holds back what lies in a list whose elements cannot be told apart.
func (t *target) heldList(p keypath.Path) bool {
	for q, ok := p, true; ok; q, ok = q.Parent() {
		if info, is := t.lists[q]; is && t.ambiguous(info) {
			t.holdList(q, info)
			return true
		}
	}
	return false
}

// ambiguous reports whether a promotion from the source cannot tell which
// element is which.
func (t *target) ambiguous(l compare.ListInfo) bool {
	if l.Identity != "" {
		src, dst := t.s.Environments[t.from], t.env
		return slices.Contains(l.Unmatched, [2]string{src, dst}) || slices.Contains(l.Unmatched, [2]string{dst, src})
	}
	a, b := l.Lengths[t.from], l.Lengths[t.to]
	return l.Inside || a >= 0 && b >= 0 && a != b || l.Rule != nil && l.Rule.Identity != ""
}

func (t *target) holdList(p keypath.Path, l compare.ListInfo) {
	if t.listed[p] {
		return
	}
	t.listed[p] = true
	t.hold(Held{Path: p, Code: HeldAmbiguous, Place: nearestPlace(t.file, p), Why: identityWhy(l)})
}

func identityWhy(l compare.ListInfo) string {
	switch {
	case l.Identity != "":
		return "no-match"
	case l.Rule != nil && l.Rule.Identity != "":
		return "bad-identity"
	}
	return "no-identity"
}

func (t *target) hold(h Held) {
	if t.m.leaves(t.env, t.s.Name, h.Path) {
		return
	}
	h.Environment, h.Service = t.env, t.s.Name
	t.m.plan.HeldBack = append(t.m.plan.HeldBack, h)
}

// onlyIn lists what only the target has.
func (t *target) onlyIn(p keypath.Path) {
	t.m.plan.TargetOnly = append(t.m.plan.TargetOnly, Left{t.env, t.s.Name, p})
}

func (t *target) add(o op) {
	if t.sealed {
		t.hold(Held{Path: o.Path, Code: HeldEncrypted, Why: "file", Place: nearestPlace(t.file, o.Path)})
		return
	}
	if to := t.m.links[t.s.Paths[t.to]]; to != "" {
		t.hold(Held{Path: o.Path, Code: HeldUnsafe, Why: "link", Place: nearestPlace(t.file, o.Path), Args: []problem.Arg{{Name: "target", Text: to}}})
		return
	}
	o.Clean = t.cleanComment
	t.ops = append(t.ops, o)
}

// cleanComment: no credential and no value that is forbidden in the target.
func (t *target) cleanComment(c string) bool {
	if !t.m.clean(c) {
		return false
	}
	for _, w := range strings.FieldsFunc(c, func(r rune) bool { return r <= ' ' || strings.ContainsRune("\"'`,;()[]{}<>=，。；：", r) }) {
		if t.rules.Forbidden(t.env, value.Text(w)) != nil || t.rules.Forbidden(t.env, value.Text(strings.TrimRight(w, ".:!?"))) != nil {
			return false
		}
	}
	return true
}

// state is the rules' state at a path. It voids those of an earlier walk.
func (t *target) state(p keypath.Path) keypath.State { return t.walk.Path(p) }
