package yamlfile

import (
	"iter"
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Reached says how a node came to stand at its path.
type Reached uint8

// The ways to a node, from the plainest on. A node below an aliased or merged
// one was reached the same way.
const (
	Written Reached = iota + 1
	ByAlias
	ByMerge
)

// Node is one effective value: a handle, comparable; the zero Node is none.
type Node struct {
	f       *File
	id      syntax.ID // the node that has the value: an alias is resolved
	at      syntax.ID // the node that stands in the text: the alias itself
	key     syntax.ID // the key it stands behind, or None
	reached Reached
	dup     bool
}

// Roots are the documents' roots; an empty document has the zero Node.
func (f *File) Roots() []Node {
	docs := f.tree.Documents()
	out := make([]Node, len(docs))
	for i, d := range docs {
		if d.Root != syntax.None {
			out[i] = f.node(d.Root, syntax.None, Written, false)
		}
	}
	return out
}

// DocumentName is how a path names document i: Kind/name where a Kubernetes
// object says so and no other document of the file has the same, else the index.
func (f *File) DocumentName(i int) string {
	roots := f.Roots()
	name := objectName(roots[i])
	if name == "" {
		return strconv.Itoa(i)
	}
	for j, r := range roots {
		if j != i && objectName(r) == name {
			return strconv.Itoa(i)
		}
	}
	return name
}

func objectName(r Node) string {
	if r.f == nil {
		return ""
	}
	kind, ok1 := r.Get("kind")
	meta, ok2 := r.Get("metadata")
	if !ok1 || !ok2 || kind.Kind() != syntax.Scalar {
		return ""
	}
	name, ok := meta.Get("name")
	if !ok || name.Kind() != syntax.Scalar {
		return ""
	}
	return kind.Text() + "/" + name.Text()
}

func (f *File) node(id, key syntax.ID, r Reached, dup bool) Node {
	n := Node{f: f, id: id, at: id, key: key, reached: r, dup: dup}
	if f.tree.Kind(id) == syntax.Alias {
		n.id = f.Target(id)
		n.reached = max(r, ByAlias)
	}
	if in := f.embedded[n.id]; in != nil && n.reached == Written {
		n.f, n.id = in, in.tree.Documents()[0].Root
		n.at, n.key = n.id, syntax.None
	}
	return n
}

// Valid reports whether n is a node at all.
func (n Node) Valid() bool { return n.f != nil }

// File is the file (or embedded document) that holds n.
func (n Node) File() *File { return n.f }

// ID is the syntax node that has the value; At the one in the text (an alias);
// Key the key it stands behind, or None.
func (n Node) ID() syntax.ID { return n.id }

// At is the syntax node that stands in the text: the alias where n is one.
func (n Node) At() syntax.ID { return n.at }

// Key is the key node that n stands behind, or None (root, list element).
func (n Node) Key() syntax.ID { return n.key }

// Reached says how n came to its path.
func (n Node) Reached() Reached { return n.reached }

// Duplicated reports whether n's key, or one above it, stands twice in its
// mapping, so that readers disagree about the value.
func (n Node) Duplicated() bool { return n.dup }

// Kind is the effective kind: never Alias.
func (n Node) Kind() syntax.Kind { return n.f.tree.Kind(n.id) }

// Text is the decoded text of a scalar.
func (n Node) Text() string { return n.f.tree.Text(n.id) }

// Tag is the tag as written, "" for none.
func (n Node) Tag() string { return n.f.tree.Tag(n.id) }

// Empty reports whether n is a collection without children.
func (n Node) Empty() bool { return n.f.tree.First(n.id) == syntax.None }

// Leaf reports whether n is one value: a scalar, a list of scalars, or an empty
// collection.
func (n Node) Leaf() bool {
	switch n.Kind() {
	case syntax.Mapping:
		return n.Empty() || n.mergedEmpty()
	case syntax.Sequence:
		for i := range n.f.tree.Items(n.id) {
			if n.f.tree.Kind(n.f.Target(i)) != syntax.Scalar {
				return false
			}
		}
	}
	return true
}

// mergedEmpty: a mapping that holds nothing but merges of empty mappings.
func (n Node) mergedEmpty() bool {
	for range n.Entries() {
		return false
	}
	return true
}

// Value is the value of a leaf; of anything else its kind only (Map, List).
func (n Node) Value() value.Value {
	if n.f == nil {
		return value.Value{}
	}
	t := n.f.tree
	switch n.Kind() {
	case syntax.Scalar:
		return value.Resolve(t.Text(n.id), t.Style(n.id) == syntax.Plain, t.Tag(n.id))
	case syntax.Mapping:
		if n.Leaf() {
			return value.Of(value.EmptyMap)
		}
		return value.Of(value.Map)
	}
	if !n.Leaf() {
		return value.Of(value.List)
	}
	var items []value.Value
	for i := range n.Items() {
		items = append(items, i.Value())
	}
	return value.Sequence(items)
}

// KeyText is the decoded text of a mapping key; of a key that is a collection,
// its bytes.
func (f *File) KeyText(key syntax.ID) string {
	key = f.Target(key)
	if f.tree.Kind(key) == syntax.Scalar {
		return f.tree.Text(key)
	}
	return f.tree.Raw(key)
}

// Entries are the effective entries of a mapping: written keys in order, then
// merged ones that no written or earlier merged key overrides. Of a duplicated
// key the last is given, marked (Duplicated), at the place of the first.
func (n Node) Entries() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		f, t := n.f, n.f.tree
		if t.Kind(n.id) != syntax.Mapping {
			return
		}
		seen := newSeen(t, n.id)
		merges := false
		for k, v := range t.Entries(n.id) {
			if f.isMerge(k) {
				merges = true
				continue
			}
			text := f.KeyText(k)
			last, dup := v, false
			lastKey := k
			if seen != nil {
				if seen[text] {
					continue
				}
				seen[text] = true
				for k2, v2 := range after(t, v) {
					if !f.isMerge(k2) && f.KeyText(k2) == text {
						last, lastKey, dup = v2, k2, true
					}
				}
			} else {
				for k2, v2 := range after(t, v) {
					if f.KeyText(k2) == text {
						last, lastKey, dup = v2, k2, true
					}
				}
				if earlier(f, n.id, k, text) {
					continue
				}
			}
			if !yield(text, f.node(last, lastKey, n.reached, n.dup || dup)) {
				return
			}
		}
		if merges {
			n.merged(yield)
		}
	}
}

// Get is the value of a mapping's key.
func (n Node) Get(key string) (Node, bool) {
	if n.f == nil || n.Kind() != syntax.Mapping {
		return Node{}, false
	}
	var got Node
	merges := false
	for k, v := range n.f.tree.Entries(n.id) {
		if n.f.isMerge(k) {
			merges = true
		} else if n.f.KeyText(k) == key {
			got = n.f.node(v, k, n.reached, n.dup || got.f != nil)
		}
	}
	if got.f == nil && merges {
		for k, m := range n.Entries() {
			if k == key {
				return m, true
			}
		}
	}
	return got, got.f != nil
}

// Items are the elements of a sequence.
func (n Node) Items() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != syntax.Sequence {
			return
		}
		for i := range n.f.tree.Items(n.id) {
			if !yield(n.f.node(i, syntax.None, n.reached, n.dup)) {
				return
			}
		}
	}
}

// Step is the child that s names. An Index step into a mapping is the key of
// that text.
func (n Node) Step(s keypath.Step) (Node, bool) {
	switch s.Kind {
	case keypath.Key:
		return n.Get(s.Key)
	case keypath.Index:
		if n.Kind() == syntax.Mapping {
			return n.Get(strconv.Itoa(s.Index))
		}
		i := 0
		for c := range n.Items() {
			if i == s.Index {
				return c, true
			}
			i++
		}
	case keypath.Element:
		for c := range n.Items() {
			if v, ok := c.Get(s.Key); ok && v.Kind() == syntax.Scalar && v.Text() == s.Value {
				return c, true
			}
		}
	}
	return Node{}, false
}

// Place is where n's value starts; Line where its entry starts (its key).
func (n Node) Place() problem.Place {
	return n.f.PlaceAt(n.f.tree.Span(n.at).Start)
}

// Line is the line of n's key, or of the value where it has none, in the file.
func (n Node) Line() int {
	at := n.at
	if n.key != syntax.None {
		at = n.key
	}
	return n.f.PlaceAt(n.f.tree.Whole(at).Start).Line
}

// SameBytes reports whether n and m are spelled alike and mean the same for
// that: no alias, anchor, tag or merge key inside. It is the fast way to "same";
// false says nothing.
func (n Node) SameBytes(m Node) bool {
	if n.dup || m.dup || n.at != n.id || m.at != m.id {
		return false
	}
	a, b := n.f.tree.Whole(n.id), m.f.tree.Whole(m.id)
	s := n.f.tree.Source()[a.Start:a.End]
	if s != m.f.tree.Source()[b.Start:b.End] || n.f.tree.Style(n.id) != m.f.tree.Style(m.id) {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '&', '*', '!', '<':
			return false
		}
	}
	return true
}

// Span is the bytes of n in its File, with anchor and tag.
func (n Node) Span() textedit.Span { return n.f.tree.Whole(n.at) }
