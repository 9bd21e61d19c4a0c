package proof

import (
	"net/url"
	"strings"

	"go.yaml.in/yaml/v4"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// node is a node as both readers give it. Aliases and merge keys are nodes.
type node struct {
	kind   syntax.Kind
	style  syntax.Style
	tag    string // short form, handles resolved; "" none
	anchor string
	text   string  // of a scalar, decoded; of an alias, its name
	kids   []*node // of a mapping: key, value, key, …
	target *node   // of an alias
	inner  *tree   // the document in a block scalar

	in   *tree
	id   syntax.ID
	twin *yaml.Node // the same node as the second reader gave it

	hit  bool // a splice touches its bytes (before)
	from *node
	calm bool  // from's subtree, untouched (after)
	old  *node // what it took the place of (after)
	op   int   // 1 + the Op that wrote it (after)
	sure int8  // memo of steady: 1 yes, -1 no
}

// tree is one version of a file, or of a document inside one.
type tree struct {
	file  *yamlfile.File
	nodes []node          // by syntax.ID
	docs  []*node         // roots; nil where a document is empty
	host  *node           // the scalar that an embedded document stands in
	spans []textedit.Span // see tokens
	keeps []int           // see keptAbove
	notes map[string]bool // see sourceComments
}

// load copies a File's syntax into nodes and binds aliases anew.
func load(f *yamlfile.File) *tree {
	s := f.Tree()
	t := &tree{file: f, nodes: make([]node, s.Len())}
	pool := make([]*node, 0, s.Len())
	for i := range t.nodes {
		id := syntax.ID(i)
		n := &t.nodes[i]
		*n = node{kind: s.Kind(id), style: s.Style(id), anchor: s.Anchor(id), tag: s.Tag(id), in: t, id: id}
		switch n.kind {
		case syntax.Alias:
			n.text = s.AliasName(id)
		case syntax.Scalar:
			n.text = s.Text(id)
		}
		from := len(pool)
		for c := s.First(id); c != syntax.None; c = s.Next(c) {
			pool = append(pool, &t.nodes[c])
		}
		n.kids = pool[from:len(pool):len(pool)]
		if in := f.Embedded(id); in != nil {
			n.inner = load(in)
			n.inner.host = n
		}
	}
	for i, d := range s.Documents() {
		var root *node
		if d.Root != syntax.None {
			root = &t.nodes[d.Root]
			bind(root, map[string]*node{}, directives(s, i).tags)
		}
		t.docs = append(t.docs, root)
	}
	return t
}

// bind finds each alias's node, in the order of the text, and shortens tags.
func bind(n *node, anchors map[string]*node, handles map[string]string) {
	if n.tag != "" {
		n.tag = shortTag(n.tag, handles)
	}
	if n.kind == syntax.Alias {
		n.target = anchors[n.text]
		return
	}
	if n.anchor != "" {
		anchors[n.anchor] = n
	}
	for _, k := range n.kids {
		bind(k, anchors, handles)
	}
}

const yamlTag = "tag:yaml.org,2002:"

// shortTag resolves a tag's handle (YAML 1.2.2 section 6.8.2.2) and writes the
// core tags as !!name, so that spellings of one tag are equal.
func shortTag(tag string, handles map[string]string) string {
	full := tag
	if rest, ok := strings.CutPrefix(tag, "!<"); ok {
		full = strings.TrimSuffix(rest, ">")
	} else if tag != "!" {
		handle, rest := "!", tag[1:]
		if i := strings.IndexByte(rest, '!'); i >= 0 {
			handle, rest = tag[:i+2], rest[i+1:]
		}
		if prefix, ok := handles[handle]; ok {
			full = prefix + rest
		}
	}
	if u, err := url.PathUnescape(full); err == nil {
		full = u
	}
	if rest, ok := strings.CutPrefix(full, yamlTag); ok {
		return "!!" + rest
	}
	return full
}

// heading is what stands before a document's ---.
type heading struct {
	tags     map[string]string
	versions []textedit.Span // %YAML 1.2 lines
}

// directives reads the directives of document i.
func directives(s *syntax.Tree, i int) (h heading) {
	for _, span := range s.Documents()[i].Directives {
		f := strings.Fields(s.Source()[span.Start:span.End])
		switch {
		case len(f) >= 3 && f[0] == "%TAG":
			if h.tags == nil {
				h.tags = map[string]string{}
			}
			h.tags[f[1]] = f[2]
		case len(f) >= 2 && f[0] == "%YAML" && f[1] != "1.1":
			h.versions = append(h.versions, textedit.Span{Start: span.Start, End: lineEnd(s.Source(), span.Start)})
		}
	}
	return h
}

// plain reports whether a scalar is neither quoted nor a block scalar.
func (n *node) plain() bool { return n.style == syntax.Plain }

// value is what a scalar stands for.
func (n *node) value() value.Value { return value.Resolve(n.text, n.plain(), n.tag) }

// root is the root of a tree's only document, nil where it has none.
func (t *tree) root() *node {
	if len(t.docs) == 0 {
		return nil
	}
	return t.docs[0]
}

// isMerge reports whether a key is a merge key: a plain <<, or what is tagged so
// (the YAML 1.1 merge type).
func (n *node) isMerge() bool {
	return n.kind == syntax.Scalar && (n.plain() && n.text == "<<" && n.tag == "" || n.tag == "!!merge")
}

// keyText is what a path calls a mapping key.
func (n *node) keyText() string {
	if n.target != nil {
		n = n.target
	}
	if n.kind == syntax.Scalar {
		return n.text
	}
	return n.in.file.KeyText(n.id)
}

// entry is one effective entry of a mapping.
type entry struct {
	text     string
	key, val *node
	merged   bool
	dup      bool // the key stands more than once
}

// entries are a mapping's effective entries: written ones, of a duplicate the
// last, then what merge keys add; of several sources the first that has a key.
func (n *node) entries() []entry {
	out := make([]entry, 0, len(n.kids)/2)
	at := make(map[string]int, len(n.kids)/2)
	merges := false
	for i := 0; i+1 < len(n.kids); i += 2 {
		k := n.kids[i]
		if k.isMerge() {
			merges = true
			continue
		}
		text := k.keyText()
		if j, ok := at[text]; ok {
			out[j] = entry{text: text, key: k, val: n.kids[i+1], dup: true}
			continue
		}
		at[text] = len(out)
		out = append(out, entry{text: text, key: k, val: n.kids[i+1]})
	}
	if !merges {
		return out
	}
	for _, src := range n.sources() {
		for _, e := range src.entries() {
			if _, ok := at[e.text]; !ok {
				at[e.text] = len(out)
				e.merged = true
				out = append(out, e)
			}
		}
	}
	return out
}

// sources are the mappings that n's merge keys name, in order.
func (n *node) sources() (out []*node) {
	for i := 0; i+1 < len(n.kids); i += 2 {
		if !n.kids[i].isMerge() {
			continue
		}
		v := n.kids[i+1].resolved()
		switch {
		case v == nil:
		case v.kind == syntax.Mapping:
			out = append(out, v)
		case v.kind == syntax.Sequence:
			for _, k := range v.kids {
				if m := k.resolved(); m != nil && m.kind == syntax.Mapping {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// resolved is the node an alias stands for, nil where there is none; n itself
// for any other node.
func (n *node) resolved() *node {
	if n.kind == syntax.Alias {
		return n.target
	}
	return n
}

// get is the effective entry of a key.
func (n *node) get(key string) (e entry, ok bool) {
	for i := 0; i+1 < len(n.kids); i += 2 {
		if k := n.kids[i]; !k.isMerge() && k.keyText() == key {
			e, ok = entry{text: key, key: k, val: n.kids[i+1], dup: ok}, true
		}
	}
	if ok {
		return e, true
	}
	for _, src := range n.sources() {
		if e, ok := src.get(key); ok {
			e.merged = true
			return e, true
		}
	}
	return entry{}, false
}

// name is the text of an element's identity key.
func (n *node) name(key string) (string, bool) {
	if n = n.resolved(); key == "" || n == nil || n.kind != syntax.Mapping {
		return "", false
	}
	e, ok := n.get(key)
	if !ok {
		return "", false
	}
	v := e.val.resolved()
	if v == nil || v.kind != syntax.Scalar {
		return "", false
	}
	return v.text, true
}

// view is a node as a path reaches it: an alias is what it stands for, and a
// block scalar that holds a document is that document. via: an alias or a merge
// key led there.
type view struct {
	n   *node
	via bool
}

func look(n *node, via bool) view {
	if n == nil {
		return view{}
	}
	if n.kind == syntax.Alias {
		if n, via = n.target, true; n == nil {
			return view{}
		}
	}
	if n.inner != nil {
		n = n.inner.root()
	}
	return view{n, via}
}

// leaf reports whether a view is one value: a scalar, a list of scalars, or an
// empty collection.
func (v view) leaf() bool {
	switch v.n.kind {
	case syntax.Mapping:
		return len(v.n.kids) == 0 || len(v.n.entries()) == 0
	case syntax.Sequence:
		for _, k := range v.n.kids {
			if r := k.resolved(); r == nil || r.kind != syntax.Scalar {
				return false
			}
		}
	}
	return true
}

// value is the value of a leaf.
func (v view) value() value.Value {
	switch v.n.kind {
	case syntax.Mapping:
		return value.Of(value.EmptyMap)
	case syntax.Sequence:
		items := make([]value.Value, len(v.n.kids))
		for i, k := range v.n.kids {
			items[i] = k.resolved().value()
		}
		return value.Sequence(items)
	}
	return v.n.value()
}
