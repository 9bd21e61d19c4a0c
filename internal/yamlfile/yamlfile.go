// Package yamlfile is one configuration file as effective values: aliases and
// merge keys resolved, documents inside block scalars opened, and every value
// knowing how it was reached. It reads; yamlfile/edit writes.
//
// Laws: a File is immutable and safe for many readers; no alias is expanded
// beyond MaxExpanded nodes; a path printed for a node finds that node again.
package yamlfile

import (
	"strings"
	"sync"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// MaxExpanded is how many nodes a file may have once its aliases are expanded.
// go-yaml has a like guard (its "document contains excessive aliasing").
const MaxExpanded = 4_000_000

// What can be wrong with a file that is YAML by its syntax.
var (
	UndefinedAlias = problem.Code{Name: "undefined-alias", Class: problem.Wrong}
	AliasCycle     = problem.Code{Name: "alias-cycle", Class: problem.Wrong}
	AliasBomb      = problem.Code{Name: "alias-bomb", Class: problem.Wrong}
	BadMerge       = problem.Code{Name: "bad-merge", Class: problem.Wrong}
)

// File is one parsed file, or a document embedded in one.
type File struct {
	name     string
	tree     *syntax.Tree
	targets  map[syntax.ID]syntax.ID // alias → the node it stands for
	users    map[syntax.ID]int       // anchored node → number of aliases of it
	embedded map[syntax.ID]*File     // block scalar → the document in it
	host     *File                   // of an embedded document
	hostID   syntax.ID
	lines    func() *textedit.Lines
	parents  func() []syntax.ID
}

// Parse reads a file. name is shown in places and decides the format by its
// ending (.json is JSON, everything else YAML). The error is a problem.List or
// a *problem.Problem.
func Parse(name string, src []byte) (*File, error) {
	return parse(name, string(src), nil, syntax.None)
}

func parse(name, src string, host *File, hostID syntax.ID) (*File, error) {
	tree, err := syntax.Parse(name, src)
	if err != nil {
		return nil, err
	}
	f := &File{name: name, tree: tree, host: host, hostID: hostID}
	f.lines = sync.OnceValue(func() *textedit.Lines { return textedit.Index(tree.Source()) })
	f.parents = sync.OnceValue(func() []syntax.ID { return parentsOf(tree) })
	if err := f.bind(); err != nil {
		return nil, err
	}
	if host == nil {
		f.open()
	}
	return f, nil
}

// Name is the name given to Parse.
func (f *File) Name() string { return f.name }

// Source is the file's text, as given.
func (f *File) Source() string { return f.tree.Source() }

// Tree is the syntax below the values.
func (f *File) Tree() *syntax.Tree { return f.tree }

// Lines finds lines and columns.
func (f *File) Lines() *textedit.Lines { return f.lines() }

// Host is the file and block scalar that an embedded document lives in.
func (f *File) Host() (*File, syntax.ID) { return f.host, f.hostID }

// Users is how many aliases refer to the anchored node id.
func (f *File) Users(id syntax.ID) int { return f.users[id] }

// Target is the node an alias stands for; id itself for any other node.
func (f *File) Target(id syntax.ID) syntax.ID {
	if t, ok := f.targets[id]; ok {
		return t
	}
	return id
}

// Embedded is the document inside the block scalar id, or nil.
func (f *File) Embedded(id syntax.ID) *File { return f.embedded[id] }

// Parent is the mapping or sequence that holds id; None for a root.
func (f *File) Parent(id syntax.ID) syntax.ID { return f.parents()[id] }

func parentsOf(t *syntax.Tree) []syntax.ID {
	p := make([]syntax.ID, t.Len())
	for i := range p {
		p[i] = syntax.None
	}
	for i := range p {
		for c := t.First(syntax.ID(i)); c != syntax.None; c = t.Next(c) {
			p[c] = syntax.ID(i)
		}
	}
	return p
}

// PlaceAt is the place of the byte at offset; in an embedded document it is the
// place in the file that holds it.
func (f *File) PlaceAt(offset int) problem.Place {
	line, col := f.Lines().Place(offset)
	if f.host == nil {
		return problem.Place{File: f.name, Line: line, Column: col}
	}
	p := f.host.PlaceAt(f.host.tree.Span(f.hostID).Start)
	return problem.Place{File: p.File, Line: p.Line + line, Column: col + f.host.tree.Indent(f.hostID)}
}

// bind finds the node of every alias, refuses cycles and bombs, and checks that
// merge keys name mappings.
func (f *File) bind() error {
	if strings.IndexByte(f.tree.Source(), '*') < 0 && !strings.Contains(f.tree.Source(), "<<") {
		return nil
	}
	b := binder{f: f, anchors: map[string]syntax.ID{}}
	for _, d := range f.tree.Documents() {
		clear(b.anchors)
		if d.Root != syntax.None {
			b.walk(d.Root)
		}
	}
	if b.err != nil {
		return b.err
	}
	return nil
}

type binder struct {
	f       *File
	anchors map[string]syntax.ID
	sizes   map[syntax.ID]int // expanded size of anchored nodes
	total   int
	err     *problem.Problem
}

func (b *binder) fail(c problem.Code, id syntax.ID, kv ...string) {
	if b.err == nil {
		b.err = problem.New(c, b.f.PlaceAt(b.f.tree.Span(id).Start), kv...)
	}
}

// walk visits nodes in the order of the text and returns the expanded size.
func (b *binder) walk(id syntax.ID) int {
	t := b.f.tree
	if b.err != nil {
		return 0
	}
	if t.Kind(id) == syntax.Alias {
		return b.alias(id)
	}
	if a := t.Anchor(id); a != "" {
		b.anchors[a] = id
	}
	size := 1
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		size += b.walk(c)
	}
	if t.Kind(id) == syntax.Mapping {
		for k, v := range t.Entries(id) {
			if b.f.isMerge(k) && b.err == nil && !b.f.mergeable(v) {
				b.fail(BadMerge, v)
			}
		}
	}
	if size > MaxExpanded {
		b.fail(AliasBomb, id)
	}
	if t.Anchor(id) != "" {
		if b.sizes == nil {
			b.sizes = map[syntax.ID]int{}
		}
		b.sizes[id] = size
	}
	return size
}

func (b *binder) alias(id syntax.ID) int {
	name := b.f.tree.AliasName(id)
	target, ok := b.anchors[name]
	if !ok {
		b.fail(UndefinedAlias, id, "name", name)
		return 0
	}
	size, done := b.sizes[target]
	if !done { // its node is not finished: the alias stands inside it
		b.fail(AliasCycle, id, "name", name)
		return 0
	}
	if b.f.targets == nil {
		b.f.targets, b.f.users = map[syntax.ID]syntax.ID{}, map[syntax.ID]int{}
	}
	b.f.targets[id] = target
	b.f.users[target]++
	return size
}

// isMerge reports whether key is a merge key: a plain << (YAML 1.1 merge type).
func (f *File) isMerge(key syntax.ID) bool {
	t := f.tree
	if t.Kind(key) != syntax.Scalar || t.Raw(key) != "<<" {
		return false
	}
	tag := t.Tag(key)
	return tag == "" || tag == "!!merge"
}

func (f *File) mergeable(v syntax.ID) bool {
	v = f.Target(v)
	switch f.tree.Kind(v) {
	case syntax.Mapping:
		return true
	case syntax.Sequence:
		for i := range f.tree.Items(v) {
			if f.tree.Kind(f.Target(i)) != syntax.Mapping {
				return false
			}
		}
		return true
	}
	return false
}

// open parses the documents inside literal block scalars whose key is a file
// name (config.yaml: |, as a ConfigMap holds them). What cannot be read, or is
// not one mapping or sequence, stays a scalar.
func (f *File) open() {
	t := f.tree
	for id := syntax.ID(0); int(id) < t.Len(); id++ {
		if t.Kind(id) != syntax.Mapping {
			continue
		}
		for k, v := range t.Entries(id) {
			if t.Kind(v) != syntax.Scalar || t.Style(v) != syntax.Literal || t.Kind(k) != syntax.Scalar || !fileName(t.Text(k)) {
				continue
			}
			in, err := parse(t.Text(k), t.Text(v), f, v)
			if err != nil || len(in.tree.Documents()) != 1 {
				continue
			}
			if r := in.tree.Documents()[0].Root; r == syntax.None || in.tree.Kind(r) == syntax.Scalar || in.tree.Kind(r) == syntax.Alias || in.tree.First(r) == syntax.None {
				continue
			}
			if f.embedded == nil {
				f.embedded = map[syntax.ID]*File{}
			}
			f.embedded[v] = in
		}
	}
}

func fileName(key string) bool {
	for _, e := range []string{".yaml", ".yml", ".json"} {
		if strings.HasSuffix(key, e) && len(key) > len(e) {
			return true
		}
	}
	return false
}

// Encrypted reports whether the file was encrypted by SOPS: a top-level mapping
// `sops` that holds a `mac`.
func (f *File) Encrypted() bool {
	for _, r := range f.Roots() {
		if s, ok := r.Get("sops"); ok {
			if _, ok := s.Get("mac"); ok {
				return true
			}
		}
	}
	return false
}

// Lookup finds the value at p.
func (f *File) Lookup(p keypath.Path) (Node, bool) {
	steps := p.Steps()
	n, ok := f.root(&steps)
	for _, s := range steps {
		if !ok {
			return Node{}, false
		}
		n, ok = n.Step(s)
	}
	return n, ok
}

// root picks the document that the first step names.
func (f *File) root(steps *[]keypath.Step) (Node, bool) {
	roots := f.Roots()
	if len(roots) == 0 {
		return Node{}, false
	}
	if s := *steps; len(s) > 0 && s[0].Kind == keypath.Document {
		*steps = s[1:]
		for i, r := range roots {
			if f.DocumentName(i) == s[0].Key {
				return r, r.f != nil
			}
		}
		return Node{}, false
	}
	return roots[0], len(roots) == 1 && roots[0].f != nil
}

// Value is the value of a leaf; see Node.Value.
func (f *File) Value(p keypath.Path) value.Value {
	if n, ok := f.Lookup(p); ok {
		return n.Value()
	}
	return value.Value{}
}
