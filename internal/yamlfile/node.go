package yamlfile

import (
	"iter"
	"strconv"
	"strings"

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

func (f *File) node(id, key syntax.ID, r Reached, dup bool) Node {
	n := Node{f: f, id: id, at: id, key: key, reached: r, dup: dup}
	if f.tree.Kind(id) == syntax.Alias {
		n.id = f.Target(id)
		n.reached = max(r, ByAlias)
	}
	if f.embedded != nil {
		if in := f.embedded[n.id]; in != nil {
			n.f, n.id = in, in.tree.Documents()[0].Root
			n.at, n.key = n.id, syntax.None
		}
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

// Tag is the tag in one spelling for every file, "" for none: !!str (also where
// !<tag:yaml.org,2002:str> is written), !local, or !<any:uri>.
func (n Node) Tag() string { return n.f.tag(n.id) }

// Empty reports whether n is a collection without children.
func (n Node) Empty() bool {
	if n.f.special != nil {
		if list, ok := n.f.special[n.id]; ok {
			return len(list) == 0
		}
	}
	return n.f.tree.First(n.id) == syntax.None
}

// Leaf reports whether n is one value: a scalar, a list of scalars, or an empty
// collection.
func (n Node) Leaf() bool {
	switch n.Kind() {
	case syntax.Mapping:
		return n.Empty()
	case syntax.Sequence:
		return n.scalars()
	}
	return true
}

// scalars reports whether all elements of a sequence are scalars.
func (n Node) scalars() bool {
	f, t := n.f, n.f.tree
	for i := t.First(n.id); i != syntax.None; i = t.Next(i) {
		if t.Kind(i) != syntax.Scalar && t.Kind(f.Target(i)) != syntax.Scalar {
			return false
		}
	}
	return true
}

// Value is the value of a leaf; of anything else its kind only (Map, List).
func (n Node) Value() value.Value {
	if n.f == nil {
		return value.Value{}
	}
	switch n.Kind() {
	case syntax.Scalar:
		return n.scalar()
	case syntax.Mapping:
		if n.Empty() {
			return value.Of(value.EmptyMap)
		}
		return value.Of(value.Map)
	}
	if !n.scalars() {
		return value.Of(value.List)
	}
	var items []value.Value
	for i := range n.Items() {
		items = append(items, i.Value())
	}
	return value.Sequence(items)
}

func (n Node) scalar() value.Value {
	t := n.f.tree
	text, plain, tag := t.Text(n.id), t.Style(n.id) == syntax.Plain, n.f.tag(n.id)
	if tag == "!" && plain && value.Resolve(text, true, "").Kind() != value.String {
		tag = "!non-specific" // a string in YAML 1.2 (6.9.1), to go-yaml as if it were not there
	}
	return value.Resolve(text, plain, tag)
}

// Cursor goes through the children of a mapping or a sequence, for walks over
// several files at once. It is a plain value: a copy goes its own way.
type Cursor struct {
	f       *File
	next    syntax.ID
	list    []entry // of a special mapping
	reached Reached
	dup     bool
	special bool
	pairs   bool // of a mapping
}

// Cursor begins at the first child. Of a scalar it is at the end.
func (n Node) Cursor() Cursor {
	c := Cursor{f: n.f, reached: n.reached, dup: n.dup}
	if n.f.special != nil {
		if c.list, c.special = n.f.special[n.id]; c.special {
			return c
		}
	}
	c.next, c.pairs = n.f.tree.First(n.id), n.Kind() == syntax.Mapping
	return c
}

// Key is the key of the mapping's entry that comes next; false at the end.
func (c *Cursor) Key() (string, bool) {
	if c.special {
		if len(c.list) == 0 {
			return "", false
		}
		return c.f.KeyText(c.list[0].key), true
	}
	if c.next == syntax.None {
		return "", false
	}
	return c.f.KeyText(c.next), true
}

// SameKey reports whether the keys that come next are the same, or both are at
// the end. It mostly sees that without decoding them.
func (c *Cursor) SameKey(d *Cursor) bool {
	if !c.special && !d.special && c.next != syntax.None && d.next != syntax.None {
		t, u := c.f.tree, d.f.tree
		if s := t.Style(c.next); s <= syntax.Double && s == u.Style(d.next) && t.Kind(c.next) == syntax.Scalar && u.Kind(d.next) == syntax.Scalar &&
			t.Raw(c.next) == u.Raw(d.next) {
			return true
		}
	}
	k, more := c.Key()
	l, too := d.Key()
	return more == too && k == l
}

// Entry is the next entry of a mapping; false at the end.
func (c *Cursor) Entry() (string, Node, bool) {
	if c.special {
		return c.specialEntry()
	}
	if c.next == syntax.None {
		return "", Node{}, false
	}
	k, v := c.next, c.f.tree.Next(c.next)
	c.next = c.f.tree.Next(v)
	return c.f.KeyText(k), c.f.node(v, k, c.reached, c.dup), true
}

func (c *Cursor) specialEntry() (string, Node, bool) {
	if len(c.list) == 0 {
		return "", Node{}, false
	}
	e, r := c.list[0], c.reached
	c.list = c.list[1:]
	if e.merged {
		r = ByMerge
	}
	return c.f.KeyText(e.key), c.f.node(e.value, e.key, r, c.dup || e.dup), true
}

// Child is the next child without its key; false at the end.
func (c *Cursor) Child() (Node, bool) {
	if c.special {
		_, v, ok := c.specialEntry()
		return v, ok
	}
	if c.next == syntax.None {
		return Node{}, false
	}
	k, v := syntax.None, c.next
	if c.pairs {
		k, v = v, c.f.tree.Next(v)
	}
	c.next = c.f.tree.Next(v)
	return c.f.node(v, k, c.reached, c.dup), true
}

// Item is the next element of a sequence; false at the end.
func (c *Cursor) Item() (Node, bool) {
	if c.next == syntax.None {
		return Node{}, false
	}
	i := c.next
	c.next = c.f.tree.Next(i)
	return c.f.node(i, syntax.None, c.reached, c.dup), true
}

// Entries are the effective entries of a mapping: written keys in order, then
// merged ones that no written or earlier merged key overrides. Of a duplicated
// key the last is given, marked (Duplicated), at the place of the first.
func (n Node) Entries() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if n.Kind() != syntax.Mapping {
			return
		}
		for c := n.Cursor(); ; {
			k, v, ok := c.Entry()
			if !ok || !yield(k, v) {
				return
			}
		}
	}
}

// Items are the elements of a sequence.
func (n Node) Items() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != syntax.Sequence {
			return
		}
		for c := n.Cursor(); ; {
			v, ok := c.Item()
			if !ok || !yield(v) {
				return
			}
		}
	}
}

// Get is the value of a mapping's key.
func (n Node) Get(key string) (Node, bool) {
	if n.f == nil || n.Kind() != syntax.Mapping {
		return Node{}, false
	}
	f, t := n.f, n.f.tree
	c := n.Cursor()
	if c.special {
		for {
			if k, v, ok := c.Entry(); !ok || k == key {
				return v, ok
			}
		}
	}
	for k := c.next; k != syntax.None; {
		v := t.Next(k)
		if f.KeyText(k) == key {
			return f.node(v, k, n.reached, n.dup), true
		}
		k = t.Next(v)
	}
	return Node{}, false
}

// GetIn is the value below mappings' keys; n itself for none.
func (n Node) GetIn(keys ...string) (Node, bool) {
	for _, k := range keys {
		var ok bool
		if n, ok = n.Get(k); !ok {
			return Node{}, false
		}
	}
	return n, n.Valid()
}

// TextIn is the text of the scalar below mappings' keys, "" where there is none.
func (n Node) TextIn(keys ...string) string {
	v, ok := n.GetIn(keys...)
	if !ok || v.Kind() != syntax.Scalar {
		return ""
	}
	return v.Text()
}

// Step is the child that s names. An Index step into a mapping is the key of
// that text; an Element that two elements could be is none.
func (n Node) Step(s keypath.Step) (Node, bool) {
	switch s.Kind {
	case keypath.Key:
		return n.Get(s.Key)
	case keypath.Index:
		if n.Kind() == syntax.Mapping {
			return n.Get(strconv.Itoa(s.Index))
		}
		return n.index(s.Index)
	case keypath.Element:
		return n.element(s.Key, s.Value)
	}
	return Node{}, false
}

func (n Node) index(at int) (Node, bool) {
	i := 0
	for c := range n.Items() {
		if i == at {
			return c, true
		}
		i++
	}
	return Node{}, false
}

// longList is from how many elements on a list is worth an index.
const longList = 32

// elements is what a list's elements are called by one of their keys.
type elements struct {
	list Node
	key  string
}

func (n Node) element(key, text string) (found Node, ok bool) {
	if n.Kind() != syntax.Sequence || !n.longer(longList) {
		return n.only(key, text)
	}
	known, ok := n.f.elements.Load(elements{n, key})
	if !ok {
		known, _ = n.f.elements.LoadOrStore(elements{n, key}, n.byText(key))
	}
	found = known.(map[string]Node)[text]
	return found, found.Valid()
}

func (n Node) longer(than int) bool {
	for range n.Items() {
		if than--; than < 0 {
			return true
		}
	}
	return false
}

// byText are a list's elements by the text of a key; the zero Node for a text
// that several have.
func (n Node) byText(key string) map[string]Node {
	out := map[string]Node{}
	for c := range n.Items() {
		if v, is := c.Get(key); is && v.Kind() == syntax.Scalar {
			text := v.Text()
			if _, twice := out[text]; twice {
				c = Node{}
			}
			out[text] = c
		}
	}
	return out
}

func (n Node) only(key, text string) (found Node, ok bool) {
	for c := range n.Items() {
		if v, is := c.Get(key); is && v.Kind() == syntax.Scalar && v.Text() == text {
			if ok {
				return Node{}, false
			}
			found, ok = c, true
		}
	}
	return found, ok
}

// KeyText is the decoded text of a mapping key; of a key that is a collection,
// a text that is the same for the same effective content.
func (f *File) KeyText(key syntax.ID) string {
	if f.tree.Kind(key) == syntax.Scalar {
		return f.tree.Text(key)
	}
	if key = f.Target(key); f.tree.Kind(key) == syntax.Scalar {
		return f.tree.Text(key)
	}
	var b strings.Builder
	f.writeKey(&b, key)
	return b.String()
}

func (f *File) writeKey(b *strings.Builder, id syntax.ID) {
	id = f.Target(id)
	t, between := f.tree, ""
	if tag := f.tag(id); tag != "" {
		b.WriteString(tag + " ")
	}
	switch t.Kind(id) {
	case syntax.Scalar:
		b.WriteString(keyScalar(t.Text(id), t.Style(id) == syntax.Plain))
	case syntax.Sequence:
		b.WriteByte('[')
		for i := range t.Items(id) {
			b.WriteString(between)
			f.writeKey(b, i)
			between = ", "
		}
		b.WriteByte(']')
	case syntax.Mapping:
		b.WriteByte('{')
		for k, v := range t.Entries(id) {
			b.WriteString(between)
			f.writeKey(b, k)
			b.WriteString(": ")
			f.writeKey(b, v)
			between = ", "
		}
		b.WriteByte('}')
	}
}

// keyScalar quotes what would be read as something else inside [a, b].
func keyScalar(text string, plain bool) string {
	asPlain := value.Resolve(text, true, "").Kind()
	if plain && asPlain != value.String {
		return text
	}
	if asPlain != value.String || strings.ContainsAny(text, ",[]{}:#&*!|>'\"%@` \n\r\t\\") {
		return strconv.Quote(text)
	}
	return text
}

// Place is where n's value starts.
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

// Span is the bytes of n in its File, with anchor and tag.
func (n Node) Span() textedit.Span { return n.f.tree.Whole(n.at) }
