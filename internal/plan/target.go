package plan

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
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
	words     []string // the source environment's and overlay's names
	ops       []op
	supplied  map[string]bool // paths that --set or --placeholder writes
	pruned    map[string]bool // roots that an exact --prune names
	done      map[string]bool // created or deleted roots, list paths already held
}

// op is an edit with what the plan shows of it.
type op struct {
	edit.Op
	typeChanged bool
}

func newTarget(m *Maker, s *compare.Service, rules *rule.Set, from, to int) *target {
	t := &target{m: m, s: s, rules: rules, walk: rules.For(s.Name), from: from, to: to, env: s.Environments[to],
		src: s.Files[from], file: s.Files[to], supplied: map[string]bool{}, pruned: map[string]bool{}, done: map[string]bool{}}
	for _, e := range m.cfg.Environments {
		if e.Name == s.Environments[from] {
			t.words = []string{e.Name, e.Overlay[strings.LastIndexByte(e.Overlay, '/')+1:]}
		}
	}
	return t
}

func (t *target) make() error {
	switch {
	case unreadable(t.s, t.from), unreadable(t.s, t.to), t.src == nil:
		return nil
	case t.file == nil: // hoist makes no files: kustomization.yaml would have to name it
		t.hold(Held{Path: keypath.Path{}, Code: HeldUnsafe, Why: "no-file", Place: problem.Place{File: t.s.Paths[t.to]}})
		return nil
	}
	for i := range t.s.Keys {
		if err := t.key(&t.s.Keys[i]); err != nil {
			return err
		}
	}
	return t.finish()
}

func unreadable(s *compare.Service, env int) bool {
	for _, p := range s.Problems {
		if p.Place.File == s.Paths[env] {
			return true
		}
	}
	return false
}

// key decides what one compared key needs in the target.
func (t *target) key(k *compare.Key) error {
	src, dst := k.Nodes[t.from], k.Nodes[t.to]
	if len(k.Rules) > 0 {
		return t.allowed(k, src, dst)
	}
	selected := t.m.selected(k.Path)
	if v, ok, err := t.m.supplied(t.env, t.s.Name, k.Path, k.Values[t.from]); ok || err != nil {
		return t.supply(k.Path, src, dst, v, err)
	}
	switch {
	case !src.Valid() && !dst.Valid():
	case !src.Valid():
		t.onlyHere(k, selected)
	case !dst.Valid():
		if selected {
			return t.create(k.Path)
		}
	case selected && !t.sameHere(k):
		return t.change(k, src, dst)
	}
	return nil
}

// sameHere: the key differs somewhere, but not between source and target.
func (t *target) sameHere(k *compare.Key) bool {
	return !k.Shape && k.Values[t.from].Equal(k.Values[t.to]) && !k.Nodes[t.to].Duplicated()
}

// allowed is a key under a rule: it is never copied. It may be supplied, or
// wait for a person.
func (t *target) allowed(k *compare.Key, src, dst yamlfile.Node) error {
	like := k.Values[t.from]
	if !like.Present() || like.Kind() == value.Null {
		like = t.anyValue(k)
	}
	v, ok, err := t.m.supplied(t.env, t.s.Name, k.Path, like)
	if err != nil {
		return err
	}
	if ok && t.exists(parentOf(k.Path)) {
		return t.supply(k.Path, src, dst, v, nil)
	}
	if !slices.Contains(k.Pending, t.env) || !src.Valid() || !t.m.selected(k.Path) && !ok {
		return nil
	}
	return t.create(k.Path)
}

func (t *target) anyValue(k *compare.Key) value.Value {
	for _, v := range k.Values {
		if v.Present() && v.Kind() != value.Null {
			return v
		}
	}
	return value.Value{}
}

// supply writes a value that a person gave at an existing or absent key of an
// existing parent.
func (t *target) supply(p keypath.Path, src, dst yamlfile.Node, v value.Value, err error) error {
	if err != nil {
		return err
	}
	if !dst.Valid() && !t.exists(parentOf(p)) {
		return t.create(p)
	}
	t.supplied[p.String()] = true
	if dst.Valid() {
		if dst.Leaf() && dst.Value().Equal(v) {
			return nil
		}
		t.add(op{Op: edit.Op{Action: edit.Set, Path: p, Supply: []edit.Supply{{Path: p, Value: v}}}})
		return nil
	}
	t.add(op{Op: edit.Op{Action: edit.Add, Path: p, From: src, Supply: []edit.Supply{{Path: p, Value: v}}}})
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

// onlyHere is a key that the source does not have: listed, and deleted where
// --prune covers it.
func (t *target) onlyHere(k *compare.Key, selected bool) {
	root := k.Path
	for p := k.Path; ; {
		q, ok := p.Parent()
		if !ok || q.IsRoot() {
			break
		}
		if n, ok := t.src.Lookup(q); ok && n.Valid() {
			break
		}
		p, root = q, q
	}
	if t.heldList(root) {
		return
	}
	if t.done["-"+root.String()] {
		return
	}
	t.done["-"+root.String()] = true
	if !selected {
		return
	}
	if !t.pruneable(root) {
		t.m.plan.TargetOnly = append(t.m.plan.TargetOnly, Left{t.env, t.s.Name, root})
		return
	}
	t.add(op{Op: edit.Op{Action: edit.Delete, Path: root}})
}

// pruneable: a subtree goes when --prune covers it; one that holds an allowed
// key only when its exact path was given.
func (t *target) pruneable(root keypath.Path) bool {
	if t.m.prune.names(root) {
		t.pruned[root.String()] = true
		return true
	}
	if !t.m.all && !t.m.prune.covers(root) {
		return false
	}
	n, _ := t.file.Lookup(root)
	for l := range t.leaves(n, root) {
		if len(l.rules) > 0 {
			t.hold(Held{Path: root, Code: HeldUnsafe, Why: "prune-allowed", Place: n.Place(),
				Args: []problem.Arg{{Name: "key", Text: l.path.String()}}})
			return false
		}
	}
	return true
}

// change sets a value that stands in both.
func (t *target) change(k *compare.Key, src, dst yamlfile.Node) error {
	if t.heldList(k.Path) {
		return nil
	}
	if !k.Shape && !src.Leaf() { // the same elements in another order, under `ordered: true`
		t.hold(Held{Path: k.Path, Code: HeldUnsafe, Why: "order", Place: dst.Place()})
		return nil
	}
	if k.Shape {
		return t.reshape(k, src, dst)
	}
	if t.specific(k.Path, src, k.Values[t.from], dst, k.Values[t.to]) {
		return nil
	}
	if l := t.list(k.Path); l != nil && l.Set && src.Kind() == syntax.Sequence && dst.Kind() == syntax.Sequence {
		t.append(k, src)
		return nil
	}
	if t.removes(k, dst) {
		return nil
	}
	t.add(op{Op: edit.Op{Action: edit.Set, Path: k.Path, From: src}, typeChanged: k.Values[t.from].TypeName() != k.Values[t.to].TypeName()})
	return nil
}

func (t *target) list(p keypath.Path) *rule.List { return t.walk.List(t.state(p)) }

// append adds what a list under `as: set` lacks; what only the target has stays.
func (t *target) append(k *compare.Key, src yamlfile.Node) {
	for _, v := range k.Values[t.from].Items() {
		if !slices.ContainsFunc(k.Values[t.to].Items(), v.Equal) {
			t.add(op{Op: edit.Op{Action: edit.Append, Path: k.Path, From: src}})
			return
		}
	}
}

// removes holds back a list of scalars that would lose elements.
func (t *target) removes(k *compare.Key, dst yamlfile.Node) bool {
	if t.m.all || t.m.prune.covers(k.Path) {
		return false
	}
	for _, v := range k.Values[t.to].Items() {
		if dst.Kind() == syntax.Sequence && k.Values[t.from].Kind() <= value.EmptyList && !slices.ContainsFunc(k.Values[t.from].Items(), v.Equal) {
			t.hold(Held{Path: k.Path, Code: HeldRemoves, Place: dst.Place()})
			return true
		}
	}
	return false
}

// reshape replaces a scalar by a mapping or the other way round.
func (t *target) reshape(k *compare.Key, src, dst yamlfile.Node) error {
	if !dst.Leaf() {
		for l := range t.leaves(dst, k.Path) {
			if len(l.rules) > 0 {
				t.hold(Held{Path: k.Path, Code: HeldUnsafe, Why: "holds-allowed", Place: dst.Place(), Args: []problem.Arg{{Name: "key", Text: l.path.String()}}})
				return nil
			}
		}
	} else if t.specific(k.Path, yamlfile.Node{}, value.Value{}, dst, k.Values[t.to]) {
		return nil
	}
	if src.Leaf() {
		if t.specific(k.Path, src, k.Values[t.from], yamlfile.Node{}, value.Value{}) {
			return nil
		}
		t.add(op{Op: edit.Op{Action: edit.Set, Path: k.Path, From: src}, typeChanged: true})
		return nil
	}
	return t.creation(k.Path, src, edit.Set)
}

// heldList holds back what lies in a list whose elements cannot be told apart.
func (t *target) heldList(p keypath.Path) bool {
	for q := p; ; {
		parent, ok := q.Parent()
		if !ok {
			return false
		}
		if info, ok := t.s.Lists[parent]; ok && q.Last().Kind != keypath.Key || ok && q == p {
			if t.ambiguous(parent, info) {
				return true
			}
		}
		if info, ok := t.s.Lists[q]; ok && q == p && t.ambiguous(q, info) {
			return true
		}
		q = parent
	}
}

func (t *target) ambiguous(list keypath.Path, info compare.ListInfo) bool {
	src, dst := t.s.Environments[t.from], t.env
	bad := info.Ambiguous
	for _, u := range info.Unmatched {
		bad = bad || u == [2]string{src, dst} || u == [2]string{dst, src}
	}
	if bad && !t.done["~"+list.String()] {
		t.done["~"+list.String()] = true
		place := problem.Place{File: t.s.Paths[t.to]}
		if n, ok := t.file.Lookup(list); ok {
			place = n.Place()
		}
		t.hold(Held{Path: list, Code: HeldAmbiguous, Place: place, Why: identityWhy(info)})
	}
	return bad
}

func identityWhy(info compare.ListInfo) string {
	switch {
	case len(info.Unmatched) > 0:
		return "no-match"
	case info.Rule != nil && info.Rule.Identity != "":
		return "bad-identity"
	}
	return "no-identity"
}

// specific holds back values that look as if they belong to one environment.
func (t *target) specific(p keypath.Path, src yamlfile.Node, sv value.Value, dst yamlfile.Node, dv value.Value) bool {
	if t.m.narrow.only.names(p) || t.walk.Promoted(t.state(p)) {
		return t.forbidden(p, src, sv)
	}
	if src.Valid() && sealed(sv) || dst.Valid() && sealed(dv) {
		t.hold(Held{Path: p, Code: HeldEncrypted, Why: "value", Place: firstPlace(dst, src)})
		return true
	}
	why := t.looks(p, sv)
	if why == "" {
		why = t.looks(p, dv)
	}
	if why == "" {
		return t.forbidden(p, src, sv)
	}
	t.hold(Held{Path: p, Code: HeldUnclassified, Why: why, Place: firstPlace(dst, src), Suggest: suggestAllow(p)})
	return true
}

func firstPlace(nodes ...yamlfile.Node) problem.Place {
	for _, n := range nodes {
		if n.Valid() {
			return n.Place()
		}
	}
	return problem.Place{}
}

// sealed reports whether a value was encrypted by SOPS.
func sealed(v value.Value) bool {
	return v.Kind() == value.String && strings.HasPrefix(v.Reveal(), "ENC[AES256_GCM,")
}

// forbidden holds back a value that may not stand in the target.
func (t *target) forbidden(p keypath.Path, src yamlfile.Node, v value.Value) bool {
	f := t.rules.Forbidden(t.env, v)
	if f == nil {
		return false
	}
	t.hold(Held{Path: p, Code: HeldUnclassified, Why: "forbidden", Place: src.Place(),
		Args: []problem.Arg{{Name: "rule", Text: f.Place.String()}}, Suggest: suggestAllow(p)})
	return true
}

// looks says why a value seems to belong to one environment; "" it does not.
func (t *target) looks(p keypath.Path, v value.Value) string {
	if !v.Present() {
		return ""
	}
	if _, ok := mask.LooksSecret(p, v); ok {
		return "credential"
	}
	if mask.ConnectionString(v) {
		return "connection"
	}
	texts := []value.Value{v}
	if items := v.Items(); items != nil {
		texts = items
	}
	for _, x := range texts {
		if x.Kind() == value.String && x.HoldsWord(t.words) {
			return "environment-name"
		}
	}
	return ""
}

// suggestAllow is the entry to paste under allow.
func suggestAllow(p keypath.Path) string {
	return "- keys: [" + quoteFlow(p.String()) + "]\n  reason: \n  group: "
}

func quoteFlow(s string) string {
	if strings.ContainsAny(s, "[]{},#:&*!|>'\"%@`\\ ") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}

func (t *target) hold(h Held) {
	h.Environment, h.Service = t.env, t.s.Name
	t.m.plan.HeldBack = append(t.m.plan.HeldBack, h)
}

func (t *target) add(o op) {
	if o.Clean == nil {
		o.Clean = t.cleanComment
	}
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

// state is the rules' state at a path.
func (t *target) state(p keypath.Path) keypath.State {
	st := t.walk.Start()
	for _, s := range p.Steps() {
		st = t.walk.Step(st, s)
	}
	return st
}
