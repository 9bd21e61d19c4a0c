package manifest

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// walk goes through two versions of one object at once.
type walk struct {
	before, after *Object
	names         renamed
	identities    func(*Object, keypath.Path) string

	changes []Change
	follows []*Object // the renamed maps whose names it follows
	touched []keypath.Path
}

func (w *walk) objects() {
	a, b := w.before.Root(), w.after.Root()
	if !a.Valid() || !b.Valid() {
		w.add(Change{Action: Set, Before: a, After: b, Text: true})
		return
	}
	w.node(keypath.Path{}, a, b)
	w.respelled(a, b)
}

// respelled finds what a ConfigMap's data does not show as it was opened: line
// ends and byte order marks.
func (w *walk) respelled(a, b yamlfile.Node) {
	if !w.before.Data() {
		return
	}
	data, _ := a.Get("data")
	other, _ := b.Get("data")
	if !data.Valid() || !other.Valid() || data.Kind() != syntax.Mapping || other.Kind() != syntax.Mapping {
		return
	}
	for k, x := range data.Entries() {
		y, ok := other.Get(k)
		p := keypath.Path{}.Child("data").Child(k)
		if !ok || w.changed(p) || w.before.content(k, x) == w.after.content(k, y) {
			continue
		}
		w.add(Change{Path: p, Action: Form, Before: x, After: y})
	}
}

// content is the text of one entry of data as the cluster has it.
func (o *Object) content(key string, n yamlfile.Node) string {
	if s, ok := o.raw[key]; ok {
		return s
	}
	if n.Kind() == syntax.Scalar || embedded(n) {
		return wholeText(n)
	}
	return ""
}

// embedded reports whether n is in a document inside a scalar of the object.
func embedded(n yamlfile.Node) bool {
	host, _ := n.File().Host()
	return host != nil
}

// changed reports whether something at or below p differs.
func (w *walk) changed(p keypath.Path) bool {
	return slices.ContainsFunc(w.changes, func(c Change) bool { return c.Path.Under(p) })
}

func (w *walk) add(c Change) {
	c.Secret = w.before.SecretAt(c.Path)
	c.Text = c.Text || lines(c.Before) || lines(c.After)
	w.changes = append(w.changes, c)
	w.touched = append(w.touched, c.Path)
}

// lines reports whether n is a text of several lines.
func lines(n yamlfile.Node) bool {
	return n.Valid() && n.Kind() == syntax.Scalar && strings.Contains(strings.TrimRight(n.Text(), "\n"), "\n")
}

// node compares two values at one path.
func (w *walk) node(p keypath.Path, a, b yamlfile.Node) {
	switch {
	case a.SameBytes(b):
	case a.Kind() != b.Kind() || a.Tag() != b.Tag() && a.Kind() != syntax.Scalar:
		w.set(p, a, b)
	case a.Kind() == syntax.Mapping:
		w.mapping(p, a, b)
	case a.Kind() == syntax.Sequence:
		w.sequence(p, a, b)
	case a.Value().Equal(b.Value()):
	default:
		w.set(p, a, b)
	}
	if isDocument(a) && isDocument(b) && a.File().Source() != b.File().Source() && !w.changed(p) {
		w.add(Change{Path: p, Action: Form, Before: a, After: b})
	}
}

// isDocument reports whether n is a whole document inside a scalar.
func isDocument(n yamlfile.Node) bool {
	return embedded(n) && n.ID() == n.File().Tree().Documents()[0].Root
}

// set notes that a value differs, unless it only follows a renamed map.
func (w *walk) set(p keypath.Path, a, b yamlfile.Node) {
	if of := w.follow(p, a, b); of != nil {
		w.follows = appendOnce(w.follows, of)
		w.touched = append(w.touched, p)
		return
	}
	w.add(Change{Path: p, Action: Set, Before: a, After: b})
}

// follow is the object that both values name. What a file in a map says is no
// reference: kustomize leaves it alone.
func (w *walk) follow(p keypath.Path, a, b yamlfile.Node) *Object {
	if a.Value().Kind() != value.String || b.Value().Kind() != value.String {
		return nil
	}
	if _, _, in := w.before.InData(p); in {
		return nil
	}
	return w.names.follow(w.before.Namespace, a.Text(), b.Text())
}

func appendOnce(list []*Object, o *Object) []*Object {
	if slices.Contains(list, o) {
		return list
	}
	return append(list, o)
}

func (w *walk) mapping(p keypath.Path, a, b yamlfile.Node) {
	for k, y := range b.Entries() {
		at := p.Child(k)
		x, ok := a.Get(k)
		switch {
		case w.identifies(at):
		case !ok:
			w.add(Change{Path: at, Action: Add, After: y})
		default:
			w.node(at, x, y)
		}
	}
	for k, x := range a.Entries() {
		if _, ok := b.Get(k); !ok && !w.identifies(p.Child(k)) {
			w.add(Change{Path: p.Child(k), Action: Delete, Before: x})
		}
	}
}

// identifies reports whether p is what the object is called by, where the two
// were matched although they are not called the same.
func (w *walk) identifies(p keypath.Path) bool {
	switch p.String() {
	case "metadata.name":
		return w.before.Name != w.after.Name
	case "metadata.namespace":
		return w.before.Namespace != w.after.Namespace
	}
	return false
}

func (w *walk) sequence(p keypath.Path, a, b yamlfile.Node) {
	if a.Leaf() && b.Leaf() {
		w.scalars(p, a, b)
		return
	}
	if key := w.identity(p, a, b); key != "" {
		w.elements(p, key, a, b)
		return
	}
	xs, ys := slices.Collect(a.Items()), slices.Collect(b.Items())
	for i := range max(len(xs), len(ys)) {
		at := p.Join(keypath.Step{Kind: keypath.Index, Index: i})
		switch {
		case i >= len(xs):
			w.add(Change{Path: at, Action: Add, After: ys[i]})
		case i >= len(ys):
			w.add(Change{Path: at, Action: Delete, Before: xs[i]})
		default:
			w.node(at, xs[i], ys[i])
		}
	}
}

// scalars compares two lists of scalars, which are one value.
func (w *walk) scalars(p keypath.Path, a, b yamlfile.Node) {
	if a.Value().Equal(b.Value()) {
		return
	}
	xs, ys := slices.Collect(a.Items()), slices.Collect(b.Items())
	if len(xs) != len(ys) {
		w.add(Change{Path: p, Action: Set, Before: a, After: b})
		return
	}
	var of []*Object
	for i := range xs {
		if xs[i].Value().Equal(ys[i].Value()) {
			continue
		}
		o := w.follow(p, xs[i], ys[i])
		if o == nil {
			w.add(Change{Path: p, Action: Set, Before: a, After: b})
			return
		}
		of = appendOnce(of, o)
	}
	for _, o := range of {
		w.follows = appendOnce(w.follows, o)
	}
	w.touched = append(w.touched, p)
}

// identities are the keys by which elements of lists are told apart, the first
// that does it in both versions. Kubernetes' own merge keys come first; the rest
// is what configuration files use.
var identities = [...]string{"name", "mountPath", "id", "key", "code", "slug", "containerPort", "port", "topologyKey", "host", "path", "ip", "devicePath", "type"}

// identity is the key that names each element of both lists, and at least one in
// both; "" for none.
func (w *walk) identity(p keypath.Path, a, b yamlfile.Node) string {
	keys := identities[:]
	if w.identities != nil {
		if key := w.identities(w.after, p); key != "" {
			keys = append([]string{key}, keys...)
		}
	}
	for _, key := range keys {
		xs, ok := w.texts(a, key, true)
		if !ok {
			continue
		}
		ys, ok := w.texts(b, key, false)
		if ok && (len(xs) == 0 || len(ys) == 0 || slices.ContainsFunc(xs, func(s string) bool { return slices.Contains(ys, s) })) {
			return key
		}
	}
	return ""
}

// texts are the identities of the elements of a list; names of maps that were
// renamed are given as they are now.
func (w *walk) texts(n yamlfile.Node, key string, old bool) ([]string, bool) {
	if n.Empty() {
		return nil, true
	}
	out, ok := n.Identities(key)
	for i := range out {
		if old {
			out[i] = w.names.now(w.before.Namespace, out[i])
		}
	}
	return out, ok
}

// elements compares two lists whose elements key tells apart.
func (w *walk) elements(p keypath.Path, key string, a, b yamlfile.Node) {
	xs, _ := w.texts(a, key, true)
	ys, _ := w.texts(b, key, false)
	olds := slices.Collect(a.Items())
	var order []int
	i := 0
	for y := range b.Items() {
		at := p.Join(keypath.Step{Kind: keypath.Element, Key: key, Value: ys[i]})
		if j := slices.Index(xs, ys[i]); j >= 0 {
			order = append(order, j)
			w.node(at, olds[j], y)
		} else {
			w.add(Change{Path: at, Action: Add, After: y})
		}
		i++
	}
	for j, x := range olds {
		if !slices.Contains(ys, xs[j]) {
			w.add(Change{Path: p.Join(keypath.Step{Kind: keypath.Element, Key: key, Value: xs[j]}), Action: Delete, Before: x})
		}
	}
	if !slices.IsSorted(order) {
		w.add(Change{Path: p, Action: Order, Before: a, After: b})
	}
}
