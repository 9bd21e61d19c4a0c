package proof

import (
	"slices"
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// want is a node of the tree that the ops ask for: one that stood there before,
// as it was or with changed children, or a new one.
type want struct {
	old     *node // what stood there before, unless new
	opened  bool  // the children are listed here and may differ from old's
	entries []*wantEntry
	items   []*wantItem
	inner   *want // the document in a block scalar, where an op leads into it

	// A new one is a value, not a spelling: scalars have val, mappings entries in
	// any order.
	fresh   bool
	kind    syntax.Kind
	tag     string
	val     value.Value
	source  *node  // of a scalar: where it was copied from, nil for a supplied value
	comment string // stands behind the value
	mayTag  string // the tag of what a supplied value takes the place of
	before  *node  // what it takes the place of
	at      *node  // where it stands after
	op      int
}

type wantEntry struct {
	text  string
	key   *want // nil: any spelling of text that is a string
	val   *want
	merge bool // a << key
	fresh bool
	gone  bool
}

type wantItem struct {
	w     *want
	index int // before; of a new one, its place when elements are told by index
	fresh bool
	gone  bool
}

// maxWanted is how many nodes the ops of one file may write. (A fleet's largest
// file has some thousands.)
const maxWanted = 1_000_000

// open lists the children of what stood there before.
func (w *want) open() {
	if w.opened || w.fresh {
		return
	}
	w.opened = true
	switch w.old.kind {
	case syntax.Mapping:
		for i := 0; i+1 < len(w.old.kids); i += 2 {
			k := w.old.kids[i]
			w.entries = append(w.entries, &wantEntry{text: k.keyText(), key: &want{old: k},
				val: &want{old: w.old.kids[i+1]}, merge: k.isMerge()})
		}
	case syntax.Sequence:
		for i, k := range w.old.kids {
			w.items = append(w.items, &wantItem{w: &want{old: k}, index: i})
		}
	}
}

func (w *want) isKind(k syntax.Kind) bool {
	if w.fresh {
		return w.kind == k
	}
	return w.old.kind == k
}

// builder makes wanted values out of source nodes.
type builder struct{ count int }

// value is what a source node stands for, with aliases and merges resolved.
func (b *builder) value(v view) *want {
	if b.count++; b.count > maxWanted || v.n == nil {
		return &want{fresh: true, kind: syntax.Scalar}
	}
	n := v.n
	w := &want{fresh: true, kind: n.kind, tag: collectionTag(n), source: n}
	switch n.kind {
	case syntax.Mapping:
		for _, e := range n.entries() {
			k := e.key.resolved()
			key := &want{fresh: true, kind: k.kind, source: k}
			if k.kind == syntax.Scalar {
				key.val = k.value()
			}
			w.entries = append(w.entries, &wantEntry{text: e.text, key: key, val: b.inside(e.val, v.via || e.merged), fresh: true})
		}
	case syntax.Sequence:
		for i, k := range n.kids {
			w.items = append(w.items, &wantItem{w: b.inside(k, v.via), index: i, fresh: true})
		}
	default:
		w.val = n.value()
	}
	return w
}

// inside is the value of a child. The text of an embedded document stays a text
// until an Omit or a Supply leads into it.
func (b *builder) inside(n *node, via bool) *want {
	if n.kind == syntax.Alias {
		return b.value(view{n.target, true})
	}
	return b.value(view{n, via})
}

// collectionTag leaves out the tags that every mapping and sequence has.
func collectionTag(n *node) string {
	if n.kind == syntax.Scalar || n.tag == "!!map" || n.tag == "!!seq" || n.tag == "!" {
		return ""
	}
	return n.tag
}

// supplied is a given value.
func supplied(s edit.Supply) *want {
	w := &want{fresh: true, kind: syntax.Scalar, val: s.Value, comment: s.Comment}
	switch s.Value.Kind() {
	case value.EmptyMap:
		w.kind, w.val = syntax.Mapping, value.Value{}
	case value.EmptyList, value.Scalars:
		w.kind, w.val = syntax.Sequence, value.Value{}
		for i, v := range s.Value.Items() {
			w.items = append(w.items, &wantItem{w: supplied(edit.Supply{Value: v}), index: i, fresh: true})
		}
	}
	return w
}

// instead is a given value in the place of the source's.
func instead(w *want, s edit.Supply) *want {
	v := supplied(s)
	if w.source != nil {
		v.mayTag = w.source.tag
	}
	return v
}

// enter is the container that a path's next step looks into: a host's document
// in place of the host. ok is false for an alias.
func (p *prover) enter(w *want) (in *want, ok bool) {
	n := w.old
	if w.fresh {
		n = w.source
	}
	switch {
	case n == nil:
		return w, true
	case !w.fresh && n.kind == syntax.Alias:
		return nil, false
	case n.inner == nil:
		return w, true
	}
	if w.inner == nil {
		if w.fresh {
			w.inner = p.build.value(view{n.inner.root(), false})
		} else {
			w.inner = &want{old: n.inner.root()}
			p.reached = append(p.reached, n.inner)
		}
	}
	return w.inner, true
}

// step finds the children that a step names; more than one is ambiguous.
func (w *want) step(s keypath.Step) (es []*wantEntry, is []*wantItem) {
	w.open()
	for _, e := range w.entries {
		if !e.merge && (s.Kind == keypath.Key && e.text == s.Key || s.Kind == keypath.Index && e.text == strconv.Itoa(s.Index)) {
			es = append(es, e)
		}
	}
	for _, it := range w.items {
		switch s.Kind {
		case keypath.Index:
			if it.index == s.Index {
				is = append(is, it)
			}
		case keypath.Element:
			if name, ok := it.w.name(s.Key); ok && name == s.Value {
				is = append(is, it)
			}
		}
	}
	return es, is
}

// name is the text of an element's identity key, as it was before.
func (w *want) name(key string) (string, bool) {
	switch {
	case !w.fresh:
		return w.old.name(key)
	case w.before != nil:
		return w.before.name(key)
	}
	for _, e := range w.entries {
		if e.text == key && !e.gone && e.val.kind == syntax.Scalar {
			if e.val.source != nil {
				return e.val.source.text, true
			}
			return e.val.val.Reveal(), true
		}
	}
	return "", false
}

// site is where an op acts.
type site struct {
	root  *want // the document's
	in    *want // holds the value, or would; nil: the value is the root
	entry *wantEntry
	item  *wantItem
	by    *node // the value stands there through a merge key only
	rest  []keypath.Step
}

// found reports whether the path leads to something.
func (s *site) found() bool { return len(s.rest) == 0 }

func (s *site) value() *want {
	switch {
	case s.entry != nil:
		return s.entry.val
	case s.item != nil:
		return s.item.w
	}
	return s.root
}

// locate follows a path. What is not there is left in rest, looked for in in.
func (p *prover) locate(path keypath.Path) (s site, err *problem.Problem) {
	steps := path.Steps()
	p.steps = steps
	if s.root = p.document(&steps); s.root == nil {
		return s, p.fail(BadChange, nil, "why", "no-document")
	}
	cur := s.root
	for i, st := range steps {
		in, ok := p.enter(cur)
		if !ok {
			return s, p.fail(BadChange, cur.old, "why", "inside-alias")
		}
		es, is := in.step(st)
		s.in, s.entry, s.item = in, nil, nil
		switch len(es) + len(is) {
		case 0:
			s.rest = steps[i:]
			if !in.fresh && in.old.kind == syntax.Mapping && st.Kind == keypath.Key {
				if e, ok := in.old.get(st.Key); ok {
					s.by = e.val
				}
			}
			if s.by != nil && len(s.rest) == 1 {
				s.rest = nil
				return s, nil
			}
			if s.by != nil {
				return s, p.fail(BadChange, in.old, "why", "inside-merge")
			}
			return s, nil
		case 1:
		default:
			return s, p.fail(BadChange, in.old, "why", "ambiguous")
		}
		if len(es) == 1 {
			s.entry = es[0]
		} else {
			s.item = is[0]
		}
		cur = s.value()
		if s.entry != nil && s.entry.gone || s.item != nil && s.item.gone || cur.fresh && i == len(steps)-1 || cur.before != nil {
			return s, p.fail(BadChange, cur.before, "why", "conflict")
		}
	}
	return s, nil
}

// document is the root that a path's first step names, else the only one.
func (p *prover) document(steps *[]keypath.Step) *want {
	if s := *steps; len(s) > 0 && s[0].Kind == keypath.Document {
		*steps = s[1:]
		for i, w := range p.roots {
			if w != nil && !emptyRoot(w.old) && (p.name(i) == s[0].Key || strconv.Itoa(i) == s[0].Key) {
				return w
			}
		}
		return nil
	}
	var only *want
	for _, w := range p.roots {
		if w != nil && (w.fresh || !emptyRoot(w.old)) {
			if only != nil {
				return nil
			}
			only = w
		}
	}
	if only == nil {
		only = p.firstRoot()
	}
	return only
}

// firstRoot is the mapping that the first key of an empty file makes.
func (p *prover) firstRoot() *want {
	w := &want{fresh: true, kind: syntax.Mapping}
	switch len(p.roots) {
	case 0:
		p.roots = []*want{w}
	case 1:
		p.roots[0] = w
	default:
		return nil
	}
	p.allowAll()
	return w
}

func emptyRoot(n *node) bool {
	return n == nil || n.kind == syntax.Scalar && n.in.file.Tree().Whole(n.id).Len() == 0
}

// apply makes the wanted tree out of all ops, parents first.
func (p *prover) apply() *problem.Problem {
	p.made = make([]*want, len(p.d.Done))
	order := make([]int, len(p.d.Done))
	depth := make([]int, len(order))
	for i, op := range p.d.Done {
		order[i], depth[i] = i, len(op.Path.Steps())
	}
	slices.SortStableFunc(order, func(a, b int) int { return depth[a] - depth[b] })
	for _, i := range order {
		if err := p.one(i); err != nil {
			return err
		}
	}
	p.allowRest()
	if p.build.count > maxWanted {
		p.steps = nil
		return p.fail(BadChange, nil, "why", "too-large")
	}
	return nil
}

func (p *prover) one(i int) *problem.Problem {
	op := p.d.Done[i]
	s, err := p.locate(op.Path)
	if err != nil {
		return err
	}
	switch op.Action {
	case edit.Set:
		return p.set(i, s)
	case edit.Add:
		return p.add(i, s)
	case edit.Delete:
		return p.delete(s)
	case edit.Append:
		return p.append(i, s)
	}
	return p.fail(BadChange, nil, "why", "unknown-action")
}

func (p *prover) set(i int, s site) *problem.Problem {
	if !s.found() {
		return p.fail(BadChange, nil, "why", "absent")
	}
	w, err := p.written(i)
	if err != nil {
		return err
	}
	if there := s.by; there != nil || s.value().old.kind == syntax.Alias {
		if there == nil {
			there = s.value().old
		}
		if v := look(there, true); v.n != nil && equalWants(w, p.build.value(v)) {
			return nil // nothing to do
		}
	}
	p.put(i, s, w)
	return nil
}

// put lets a new value take the place of the one at s.
func (p *prover) put(i int, s site, w *want) {
	w.op, p.made[i] = i, w
	if s.by != nil { // an override of what is merged in
		s.in.entries = append(s.in.entries, &wantEntry{text: p.last().Key, val: w, key: p.sourceKey(i), fresh: true})
		p.allowGaps(s.in)
		return
	}
	w.before = s.value().old
	switch {
	case s.entry != nil:
		s.entry.val = w
	case s.item != nil:
		s.item.w = w
	default:
		for j := range p.roots {
			if p.roots[j] == s.root {
				p.roots[j] = w
			}
		}
	}
	p.allowValue(w)
}

func (p *prover) last() keypath.Step { return p.steps[len(p.steps)-1] }

func (p *prover) add(i int, s site) *problem.Problem {
	if s.found() {
		return p.fail(BadChange, nil, "why", "present")
	}
	w, err := p.written(i)
	if err != nil {
		return err
	}
	w.op, p.made[i] = i, w
	in := s.in
	p.allowGaps(in)
	for _, st := range s.rest[:len(s.rest)-1] {
		next := &want{fresh: true, kind: syntax.Mapping, op: i}
		if st.Kind != keypath.Key || !in.isKind(syntax.Mapping) {
			return p.fail(BadChange, in.old, "why", "no-parent")
		}
		in.entries = append(in.entries, &wantEntry{text: st.Key, val: next, fresh: true})
		in = next
	}
	last := s.rest[len(s.rest)-1]
	switch {
	case last.Kind == keypath.Key && in.isKind(syntax.Mapping):
		in.entries = append(in.entries, &wantEntry{text: last.Key, val: w, key: p.sourceKey(i), fresh: true})
	case last.Kind == keypath.Index && in.isKind(syntax.Mapping):
		in.entries = append(in.entries, &wantEntry{text: strconv.Itoa(last.Index), val: w, key: p.sourceKey(i), fresh: true})
	case last.Kind == keypath.Element && in.isKind(syntax.Sequence):
		if name, ok := w.name(last.Key); !ok || name != last.Value {
			return p.fail(BadChange, in.old, "why", "other-element")
		}
		p.place(in, &wantItem{w: w, index: -1, fresh: true}, p.d.Done[i].From, last.Key)
	case last.Kind == keypath.Index && in.isKind(syntax.Sequence) && last.Index == len(in.items):
		in.items = append(in.items, &wantItem{w: w, index: last.Index, fresh: true})
	default:
		return p.fail(BadChange, in.old, "why", "no-parent")
	}
	return nil
}

// place puts a new element behind the nearest preceding sibling of the source
// that the list has, else before the nearest following one, else last.
func (p *prover) place(in *want, it *wantItem, from yamlfile.Node, key string) {
	at := len(in.items)
	sibs, self := p.siblings(from)
	find := func(n *node) int {
		name, ok := n.name(key)
		return slices.IndexFunc(in.items, func(x *wantItem) bool {
			got, has := x.w.name(key)
			return ok && has && got == name && !x.gone
		})
	}
	done := false
	for j := self - 1; j >= 0 && !done; j-- {
		if k := find(sibs[j]); k >= 0 {
			at, done = k+1, true
		}
	}
	for j := self + 1; j < len(sibs) && !done; j++ {
		if k := find(sibs[j]); k >= 0 {
			at, done = k, true
		}
	}
	in.items = slices.Insert(in.items, at, it)
}

// siblings are the elements of the source's list and the place of from in it.
func (p *prover) siblings(from yamlfile.Node) ([]*node, int) {
	if !from.Valid() {
		return nil, 0
	}
	up := from.File().Parent(from.At())
	if up == syntax.None {
		return nil, 0
	}
	list := &p.tree(from.File()).nodes[up]
	if list.kind != syntax.Sequence {
		return nil, 0
	}
	self := slices.IndexFunc(list.kids, func(k *node) bool { return k.id == from.At() })
	return list.kids, self
}

func (p *prover) delete(s site) *problem.Problem {
	switch {
	case !s.found():
		return p.fail(BadChange, nil, "why", "absent")
	case s.by != nil:
		return p.fail(BadChange, s.in.old, "why", "inside-merge")
	case s.entry != nil:
		s.entry.gone = true
		p.allowDelete(s.in.old, s.entry.key.old, s.entry.val.old)
	case s.item != nil:
		s.item.gone = true
		p.allowDelete(s.in.old, nil, s.item.w.old)
	default:
		return p.fail(BadChange, nil, "why", "whole-document")
	}
	p.shrunk = append(p.shrunk, s.in)
	return nil
}

// append keeps the list's elements and adds what it lacks.
func (p *prover) append(i int, s site) *problem.Problem {
	if !s.found() {
		return p.fail(BadChange, nil, "why", "absent")
	}
	more, err := p.written(i)
	if err != nil {
		return err
	}
	w, old := p.list(s)
	if w == nil || more.kind != syntax.Sequence {
		return p.fail(BadChange, old, "why", "not-a-list")
	}
	have := make([]value.Value, 0, len(old.kids))
	for _, k := range old.kids {
		if v := look(k, false); v.n != nil && v.n.kind == syntax.Scalar {
			have = append(have, v.value())
		} else {
			have = append(have, value.Value{})
		}
	}
	for _, it := range more.items {
		v := it.w.val
		if it.w.kind != syntax.Scalar || slices.ContainsFunc(have, v.Equal) {
			continue
		}
		have = append(have, v)
		w.items = append(w.items, &wantItem{w: it.w, index: len(w.items), fresh: true})
	}
	switch {
	case len(have) == len(old.kids):
		return nil // nothing to do
	case w.fresh:
		p.put(i, s, w)
		return nil
	}
	p.made[i] = w
	p.allowGaps(w)
	return nil
}

// list is the list at s, to be added to: the written one, or its values where
// it is an alias or merged in.
func (p *prover) list(s site) (w *want, old *node) {
	old = s.by
	if old == nil {
		if s.value().fresh {
			return nil, nil
		}
		old = s.value().old
	}
	written := s.by == nil && old.kind == syntax.Sequence
	if old = old.resolved(); old == nil || old.kind != syntax.Sequence {
		return nil, nil
	}
	if !written {
		return p.build.value(view{old, true}), old
	}
	w = s.value()
	w.open()
	return w, old
}

// tree is the nodes of a source file.
func (p *prover) tree(f *yamlfile.File) *tree {
	t, ok := p.sources[f]
	if !ok {
		t = load(f)
		p.sources[f] = t
	}
	return t
}

// sourceKey is the key that the source has for what op i writes.
func (p *prover) sourceKey(i int) *want {
	from := p.d.Done[i].From
	if !from.Valid() || from.Key() == syntax.None {
		return nil
	}
	k := p.tree(from.File()).nodes[from.Key()].resolved()
	if k == nil || k.kind != syntax.Scalar || k.text != p.last().Key {
		return nil
	}
	return &want{fresh: true, kind: syntax.Scalar, val: k.value(), source: k}
}

// written is the value that op i asks for: From's, less Omit, with Supply.
func (p *prover) written(i int) (*want, *problem.Problem) {
	op := p.d.Done[i]
	var w *want
	if op.From.Valid() {
		w = p.build.inside(p.from(op.From))
	}
	depth := len(op.Path.Steps())
	for _, o := range op.Omit {
		if o.Under(op.Path) && o != op.Path && w != nil {
			p.omit(w, o.Steps()[depth:])
		}
	}
	for _, s := range op.Supply {
		switch {
		case s.Path == op.Path:
			w = supplied(s)
		case !s.Path.Under(op.Path) || w == nil || !p.supply(w, s.Path.Steps()[depth:], s):
			return nil, p.fail(BadChange, nil, "why", "supply")
		}
	}
	if w == nil {
		return nil, p.fail(BadChange, nil, "why", "no-value")
	}
	w.clean()
	return w, nil
}

// from is the node that a source Node stands for: the host, where it is a whole
// embedded document.
func (p *prover) from(f yamlfile.Node) (n *node, via bool) {
	t := p.tree(f.File())
	n = &t.nodes[f.ID()]
	if host, id := f.File().Host(); host != nil && n == t.root() {
		n = &p.tree(host).nodes[id]
	}
	return n, f.Reached() != yamlfile.Written
}

func (p *prover) omit(w *want, steps []keypath.Step) {
	for i, st := range steps {
		in, ok := p.enter(w)
		if !ok {
			return
		}
		es, is := in.step(st)
		last := i == len(steps)-1
		switch {
		case len(es) == 1:
			es[0].gone = es[0].gone || last
			w = es[0].val
		case len(is) == 1:
			is[0].gone = is[0].gone || last
			w = is[0].w
		default:
			return
		}
	}
}

// supply writes a given value into w; missing mappings on the way are made.
func (p *prover) supply(w *want, steps []keypath.Step, s edit.Supply) bool {
	for i, st := range steps {
		in, ok := p.enter(w)
		if !ok {
			return false
		}
		es, is := in.step(st)
		last := i == len(steps)-1
		switch {
		case len(es) == 1:
			es[0].gone = false
			if last {
				es[0].val = instead(es[0].val, s)
			}
			w = es[0].val
		case len(is) == 1:
			is[0].gone = false
			if last {
				is[0].w = instead(is[0].w, s)
			}
			w = is[0].w
		case len(es)+len(is) > 1 || st.Kind != keypath.Key || in.kind != syntax.Mapping:
			return false
		default:
			next := &want{fresh: true, kind: syntax.Mapping}
			if last {
				next = supplied(s)
			}
			in.entries = append(in.entries, &wantEntry{text: st.Key, val: next, fresh: true})
			w = next
		}
	}
	return true
}

// clean drops what Omit left out.
func (w *want) clean() {
	w.entries = slices.DeleteFunc(w.entries, func(e *wantEntry) bool { return e.gone })
	w.items = slices.DeleteFunc(w.items, func(it *wantItem) bool { return it.gone })
	for _, e := range w.entries {
		e.val.clean()
	}
	for _, it := range w.items {
		it.w.clean()
	}
	if w.inner != nil {
		w.inner.clean()
	}
}
