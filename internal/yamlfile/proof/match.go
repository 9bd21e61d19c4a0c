package proof

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// matchAll: the tree after is the wanted one, document by document.
func (p *prover) matchAll() *problem.Problem {
	p.steps = nil
	if len(p.roots) != len(p.after.docs) {
		return p.fail(Elsewhere, nil, "what", "documents")
	}
	for i, w := range p.roots {
		a := p.after.docs[i]
		p.steps = p.documentStep(i)
		if (w == nil) != (a == nil) || !slices.Equal(p.before.frame(i), p.after.frame(i)) {
			return p.fail(Elsewhere, nil, "what", "documents")
		}
		if w == nil {
			continue
		}
		if err := p.match(w, a); err != nil {
			return err
		}
	}
	return nil
}

// frame is what a document is made of besides its root: directives, --- and ....
func (t *tree) frame(i int) []string {
	docs := t.file.Tree().Documents()
	if i >= len(docs) {
		return nil // of a file without content: nothing of the kind
	}
	var out []string
	for _, s := range docs[i].Directives {
		out = append(out, t.file.Source()[s.Start:s.End])
	}
	if docs[i].Start >= 0 {
		out = append(out, "---")
	}
	if docs[i].End >= 0 {
		out = append(out, "...")
	}
	return out
}

func (p *prover) match(w *want, a *node) *problem.Problem {
	w.at = a
	switch {
	case w.fresh:
		return p.matchFresh(w, a)
	case w.inner != nil:
		return p.matchHost(w, a)
	case w.opened:
		return p.matchOpened(w, a)
	}
	return p.same(w.old, a)
}

// under runs f with a step more in the path.
func (p *prover) under(s keypath.Step, f func() *problem.Problem) *problem.Problem {
	p.steps = append(p.steps, s)
	err := f()
	p.steps = p.steps[:len(p.steps)-1]
	return err
}

// same: nothing here was to be touched.
func (p *prover) same(b, a *node) *problem.Problem {
	if what := differs(b, a); what != "" {
		return p.fail(Elsewhere, b, "what", what)
	}
	a.from, a.calm = b, true
	if len(b.kids) != len(a.kids) {
		return p.count(b, len(a.kids) > len(b.kids))
	}
	for i, k := range b.kids {
		err := p.under(b.stepTo(i), func() *problem.Problem { return p.same(k, a.kids[i]) })
		if err != nil {
			return err
		}
	}
	if b.inner != nil && a.inner != nil && b.inner.root() != nil && a.inner.root() != nil {
		return p.same(b.inner.root(), a.inner.root())
	}
	return nil
}

func (p *prover) count(b *node, more bool) *problem.Problem {
	if more {
		return p.fail(Extra, b)
	}
	return p.fail(Lost, b)
}

// stepTo is the path's step to child i.
func (n *node) stepTo(i int) keypath.Step {
	if n.kind == syntax.Mapping {
		return keypath.Step{Kind: keypath.Key, Key: n.kids[i&^1].keyText()}
	}
	return keypath.Step{Kind: keypath.Index, Index: i}
}

// differs names the first thing, apart from children, that b and a do not have
// in common.
func differs(b, a *node) string {
	switch {
	case b.kind != a.kind:
		return "kind"
	case b.tag != a.tag:
		return "tag"
	case b.anchor != a.anchor:
		return "anchor"
	case b.text != a.text:
		return "value"
	case b.kind == syntax.Scalar && b.style != a.style:
		return "quotes"
	}
	return ""
}

// matchHost: the block scalar holds the wanted document.
func (p *prover) matchHost(w *want, a *node) *problem.Problem {
	b := w.old
	a.from = b
	switch {
	case a.kind != b.kind || a.tag != b.tag || a.anchor != b.anchor || a.style != b.style:
		return p.fail(Elsewhere, b, "what", differs(b, a))
	case hollow(w.inner, a):
		return nil
	case a.inner == nil || a.inner.root() == nil:
		return p.fail(Elsewhere, b, "what", "document")
	case strings.HasSuffix(b.text, "\n") != strings.HasSuffix(a.text, "\n"):
		return p.fail(FinalNewline, b)
	}
	p.hosts = append(p.hosts, [2]*tree{b.inner, a.inner})
	return p.match(w.inner, a.inner.root())
}

// hollow: of an embedded document nothing is left, and its text says so. It is
// a mere text then.
func hollow(w *want, a *node) bool {
	gone := !slices.ContainsFunc(w.entries, func(e *wantEntry) bool { return !e.gone }) &&
		!slices.ContainsFunc(w.items, func(it *wantItem) bool { return !it.gone })
	if !gone || !w.opened && !w.fresh || a.kind != syntax.Scalar || a.inner != nil {
		return false
	}
	f, err := yamlfile.Parse("embedded.yaml", []byte(a.text))
	if err != nil {
		return false
	}
	root := load(f).root()
	return root != nil && root.tag == "" && root.anchor == "" && w.isKind(root.kind) && root.kind != syntax.Scalar && len(root.kids) == 0
}

// matchOpened: a collection with changed children.
func (p *prover) matchOpened(w *want, a *node) *problem.Problem {
	b := w.old
	a.from = b
	if b.kind != a.kind || b.tag != a.tag || b.anchor != a.anchor || b.text != a.text {
		return p.fail(Elsewhere, b, "what", differs(b, a))
	}
	if b.kind == syntax.Mapping {
		return p.matchEntries(w, a)
	}
	items := slices.DeleteFunc(slices.Clone(w.items), func(it *wantItem) bool { return it.gone })
	return p.matchItems(b, items, a)
}

// matchEntries: old keys in their order, new ones anywhere between.
func (p *prover) matchEntries(w *want, a *node) *problem.Problem {
	var old []*wantEntry
	fresh := map[string]*wantEntry{}
	for _, e := range w.entries {
		switch {
		case e.gone:
		case e.fresh:
			fresh[e.text] = e
		default:
			old = append(old, e)
		}
	}
	for i := 0; i+1 < len(a.kids); i += 2 {
		k, v := a.kids[i], a.kids[i+1]
		e := fresh[k.keyText()]
		switch {
		case e != nil && !k.isMerge():
			delete(fresh, e.text)
		case len(old) > 0 && old[0].text == k.keyText() && old[0].merge == k.isMerge():
			e, old = old[0], old[1:]
		default:
			return p.under(a.stepTo(i), func() *problem.Problem { return p.stray(w, old, k) })
		}
		err := p.under(a.stepTo(i), func() *problem.Problem { return p.matchEntry(e, k, v) })
		if err != nil {
			return err
		}
	}
	for _, e := range w.entries {
		if fresh[e.text] == e || slices.Contains(old, e) {
			return p.under(keypath.Step{Kind: keypath.Key, Key: e.text}, func() *problem.Problem { return p.fail(Lost, w.old) })
		}
	}
	return nil
}

// stray words a key that is not the next one.
func (p *prover) stray(w *want, left []*wantEntry, k *node) *problem.Problem {
	if slices.ContainsFunc(left, func(e *wantEntry) bool { return e.text == k.keyText() }) {
		e := left[0]
		p.steps[len(p.steps)-1].Key = e.text
		return p.fail(Misplaced, e.key.old)
	}
	return p.fail(Extra, w.old)
}

func (p *prover) matchEntry(e *wantEntry, k, v *node) *problem.Problem {
	if !e.fresh {
		if err := p.same(e.key.old, k); err != nil {
			return err
		}
		return p.match(e.val, v)
	}
	if what := freshKey(e, k); what != "" {
		return p.fail(WrongValue, nil, "what", what)
	}
	return p.match(e.val, v)
}

// freshKey says what is wrong with a new key.
func freshKey(e *wantEntry, k *node) string {
	switch {
	case k.kind == syntax.Alias || k.anchor != "":
		return "anchor"
	case k.tag != "" && (e.key == nil || e.key.source == nil || e.key.source.tag != k.tag):
		return "tag"
	case k.isMerge():
		return "key"
	case e.key == nil && (k.kind != syntax.Scalar || !k.value().Equal(value.Text(e.text)) && !k.plain()):
		return "key"
	case e.key == nil || e.key.kind != syntax.Scalar:
		return ""
	case k.kind != syntax.Scalar || !k.value().Equal(e.key.val):
		return "key"
	}
	return ""
}

// matchItems: the same elements in the same order.
func (p *prover) matchItems(b *node, items []*wantItem, a *node) *problem.Problem {
	for i := 0; i < len(items) && i < len(a.kids); i++ {
		err := p.under(keypath.Step{Kind: keypath.Index, Index: i}, func() *problem.Problem { return p.match(items[i].w, a.kids[i]) })
		if err == nil {
			continue
		}
		if p.elsewhere(items[i].w, a, i) || p.another(items, i, a.kids[i]) {
			switch {
			case len(a.kids) < len(items):
				return p.fail(Lost, b)
			case len(a.kids) > len(items):
				return p.fail(Extra, b)
			}
			return p.fail(Misplaced, b)
		}
		return err
	}
	if len(items) != len(a.kids) {
		return p.count(b, len(a.kids) > len(items))
	}
	return nil
}

// elsewhere reports whether the element wanted at i stands further on.
func (p *prover) elsewhere(w *want, a *node, i int) bool {
	return slices.ContainsFunc(a.kids[i+1:], func(k *node) bool { return p.match(w, k) == nil })
}

func (p *prover) another(items []*wantItem, i int, k *node) bool {
	return slices.ContainsFunc(items[i+1:], func(it *wantItem) bool { return p.match(it.w, k) == nil })
}

// matchFresh: a value that was written, whatever its spelling.
func (p *prover) matchFresh(w *want, a *node) *problem.Problem {
	a.op, a.old = w.op+1, w.before
	if what := p.properties(w, a); what != "" {
		return p.fail(WrongValue, w.before, "what", what)
	}
	if (w.before != nil || w.comment != "") && !behind(w, a) {
		return p.fail(CommentLost, w.before)
	}
	switch w.kind {
	case syntax.Mapping:
		return p.matchFreshEntries(w, a)
	case syntax.Sequence:
		return p.matchFreshItems(w, a)
	}
	return p.matchScalar(w, a)
}

// properties says what is wrong with kind, tag or anchor of a new value. A
// scalar that gives way to a scalar keeps its anchor; nothing else brings one.
func (p *prover) properties(w *want, a *node) string {
	switch {
	case a.kind != w.kind:
		return "kind"
	case !tagged(w, a.tag) || a.kind != syntax.Scalar && collectionTag(a) != w.tag:
		return "tag"
	case w.before == nil || w.before.kind == syntax.Alias:
		if a.anchor != "" {
			return "anchor"
		}
	case a.anchor != w.before.anchor && (a.anchor != "" || a.kind == syntax.Scalar && w.before.kind == syntax.Scalar):
		return "anchor"
	}
	return ""
}

func (p *prover) matchFreshEntries(w *want, a *node) *problem.Problem {
	left := make(map[string]*wantEntry, len(w.entries))
	for _, e := range w.entries {
		left[e.text] = e
	}
	for i := 0; i+1 < len(a.kids); i += 2 {
		k := a.kids[i]
		if k.isMerge() && w.before != nil && w.before.has(k, a.kids[i+1]) {
			continue
		}
		err := p.under(a.stepTo(i), func() *problem.Problem {
			e := left[k.keyText()]
			if e == nil || k.isMerge() {
				return p.fail(Extra, w.before)
			}
			delete(left, e.text)
			return p.matchEntry(e, k, a.kids[i+1])
		})
		if err != nil {
			return err
		}
	}
	for _, e := range a.entries() { // of a merge key that stayed
		if f := left[e.text]; e.merged && f != nil && equalWants(f.val, p.build.value(look(e.val, true))) {
			delete(left, e.text)
		} else if e.merged {
			return p.fail(Extra, w.before)
		}
	}
	for _, e := range w.entries {
		if left[e.text] != nil {
			return p.under(keypath.Step{Kind: keypath.Key, Key: e.text}, func() *problem.Problem { return p.fail(Lost, w.before) })
		}
	}
	return nil
}

// has reports whether a mapping has this very entry.
func (n *node) has(key, val *node) bool {
	for i := 0; i+1 < len(n.kids); i += 2 {
		if identical(n.kids[i], key) && identical(n.kids[i+1], val) {
			return true
		}
	}
	return false
}

// matchFreshItems: a list that gives way to another may keep elements that it
// had, to the anchor, where they are what is wanted.
func (p *prover) matchFreshItems(w *want, a *node) *problem.Problem {
	items := w.items
	if w.before != nil && w.before.kind == syntax.Sequence {
		items = slices.Clone(items)
		for i := 0; i < len(items) && i < len(a.kids); i++ {
			if b := p.kept(items[i].w, w.before, a.kids[i]); b != nil {
				items[i] = &wantItem{w: &want{old: b}}
			}
		}
	}
	return p.matchItems(w.before, items, a)
}

// kept is the element of the list before that k still is, if it is what is
// wanted.
func (p *prover) kept(w *want, before, k *node) *node {
	for _, b := range before.kids {
		if identical(b, k) && equalWants(w, p.build.value(look(b, false))) {
			return b
		}
	}
	return nil
}

// identical: the same in everything both readers see.
func identical(b, a *node) bool {
	if differs(b, a) != "" || len(b.kids) != len(a.kids) {
		return false
	}
	for i, k := range b.kids {
		if !identical(k, a.kids[i]) {
			return false
		}
	}
	return true
}

// equalWants: two new values are equal.
func equalWants(x, y *want) bool {
	if x.kind != y.kind || x.tag != y.tag || len(x.entries) != len(y.entries) || len(x.items) != len(y.items) || x.inner != nil || y.inner != nil {
		return false
	}
	if x.kind == syntax.Scalar {
		return x.val.Equal(y.val) && x.comment == "" && (!numeric(x.val) || x.val.Reveal() == y.val.Reveal())
	}
	for i := range x.items {
		if !equalWants(x.items[i].w, y.items[i].w) {
			return false
		}
	}
	for _, e := range x.entries {
		i := slices.IndexFunc(y.entries, func(f *wantEntry) bool { return f.text == e.text })
		if i < 0 || !equalWants(e.val, y.entries[i].val) {
			return false
		}
	}
	return true
}

func numeric(v value.Value) bool { return v.Kind() == value.Int || v.Kind() == value.Float }

func (p *prover) matchScalar(w *want, a *node) *problem.Problem {
	if w.inner == nil && w.source != nil && w.source.inner != nil && a.inner != nil {
		if a.text == w.source.text {
			p.hosts = append(p.hosts, [2]*tree{nil, a.inner})
			return nil
		}
		p.enter(w) // a document is what its values are
	}
	if w.inner != nil {
		if hollow(w.inner, a) {
			return nil
		}
		if a.inner == nil || a.inner.root() == nil {
			return p.fail(WrongValue, w.before, "what", "document")
		}
		p.hosts = append(p.hosts, [2]*tree{nil, a.inner})
		return p.match(w.inner, a.inner.root())
	}
	got := a.value()
	switch {
	case got.Kind() != w.val.Kind():
		return p.fail(WrongValue, w.before, "what", "type")
	case !got.Equal(w.val):
		return p.fail(WrongValue, w.before, "what", "value")
	case numeric(got) && a.text != w.val.Reveal():
		return p.fail(WrongValue, w.before, "what", "spelling")
	case w.source != nil && w.source.inner != nil && a.inner == nil && a.in.host == nil:
		return p.fail(WrongValue, w.before, "what", "document")
	case !typed(w, a):
		return p.fail(WrongValue, w.before, "what", "type")
	}
	return nil
}

// tagged: a new value has no tag but the source's or that of what it replaces.
func tagged(w *want, tag string) bool {
	return tag == "" || w.mayTag == tag || w.source != nil && w.source.tag == tag || w.before != nil && w.before.tag == tag || w.val.Tag() == tag
}

// typed asks the second reader too: a string is one for it as well, unless the
// source spells it in the same way.
func typed(w *want, a *node) bool {
	if a.twin == nil || a.tag != "" || w.source != nil && w.source.text == a.text && w.source.plain() == a.plain() {
		return true
	}
	theirs := a.twin.ShortTag()
	switch w.val.Kind() {
	case value.String:
		return theirs == "!!str"
	case value.Int:
		return theirs == "!!int"
	case value.Float:
		return theirs == "!!float"
	case value.Bool:
		return theirs == "!!bool"
	case value.Null:
		return theirs == "!!null"
	}
	return true
}
