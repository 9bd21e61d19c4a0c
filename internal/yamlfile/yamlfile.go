// Package yamlfile is one configuration file as effective values: aliases and
// merge keys resolved, documents inside block scalars opened, and every value
// knowing how it was reached. It reads; yamlfile/edit writes.
//
// Laws: a File is immutable and safe for many readers; no alias is expanded
// beyond MaxExpanded nodes; a path printed for a node finds that node again;
// where go-yaml v4 decodes a file, the effective values are its values.
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

// MaxDepth is how deep a file may be once its aliases are expanded; walks
// recurse this deep.
const MaxDepth = 10_000

// What can be wrong with a file that is YAML by its syntax. UndefinedAlias and
// AliasCycle have the Arg name, the anchor's; the others have none.
var (
	UndefinedAlias = problem.Code{Name: "undefined-alias", Class: problem.Wrong}
	AliasCycle     = problem.Code{Name: "alias-cycle", Class: problem.Wrong}
	AliasBomb      = problem.Code{Name: "alias-bomb", Class: problem.Wrong} // MaxExpanded or MaxDepth
	BadMerge       = problem.Code{Name: "bad-merge", Class: problem.Wrong}  // << of something that is no mapping
)

// File is one parsed file, or a document embedded in one.
type File struct {
	name     string
	tree     *syntax.Tree
	targets  map[syntax.ID]syntax.ID // alias → the node it stands for
	users    map[syntax.ID]int       // anchored node → number of aliases of it
	embedded map[syntax.ID]*File     // block scalar → the document in it
	special  map[syntax.ID][]entry   // mappings with duplicate or merge keys → their effective entries
	handles  bool                    // there are %TAG directives
	host     *File                   // of an embedded document
	hostID   syntax.ID
	repeats  bool // a mapping has a key twice
	literal  bool // no alias, merge key, duplicate or %TAG: equal bytes are equal values
	simple   bool // literal, and no document inside: effective values are the tree's nodes
	budget   int  // nodes that aliases and merges may still add

	linesOnce, parentsOnce, namesOnce sync.Once

	lines   *textedit.Lines
	parents []syntax.ID
	names   []string

	elements sync.Map // elements → map[string]Node, of long lists, as met
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
	f := &File{name: name, tree: tree, host: host, hostID: hostID, budget: MaxExpanded}
	f.handles = f.hasHandles()
	if err := f.bind(); err != nil {
		return nil, err
	}
	if err := f.scan(); err != nil {
		return nil, err
	}
	f.literal = f.targets == nil && f.special == nil && !f.handles
	for _, in := range f.embedded {
		f.literal = f.literal && in.literal
	}
	f.simple = f.literal && f.embedded == nil
	return f, nil
}

// Name is the name given to Parse.
func (f *File) Name() string { return f.name }

// Source is the file's text, as given.
func (f *File) Source() string { return f.tree.Source() }

// Tree is the syntax below the values.
func (f *File) Tree() *syntax.Tree { return f.tree }

// Lines finds lines and columns.
func (f *File) Lines() *textedit.Lines {
	f.linesOnce.Do(func() { f.lines = textedit.Index(f.tree.Source()) })
	return f.lines
}

// Host is the file and block scalar that an embedded document lives in.
func (f *File) Host() (*File, syntax.ID) { return f.host, f.hostID }

// Users is how many aliases refer to the anchored node id.
func (f *File) Users(id syntax.ID) int { return f.users[id] }

// Aliased reports whether the file has any alias.
func (f *File) Aliased() bool { return len(f.users) > 0 }

// Target is the node an alias stands for; id itself for any other node.
func (f *File) Target(id syntax.ID) syntax.ID {
	if f.targets != nil {
		if t, ok := f.targets[id]; ok {
			return t
		}
	}
	return id
}

// Embedded is the document inside the block scalar id, or nil.
func (f *File) Embedded(id syntax.ID) *File { return f.embedded[id] }

// Parent is the mapping or sequence that holds id; None for a root.
func (f *File) Parent(id syntax.ID) syntax.ID {
	f.parentsOnce.Do(func() { f.parents = parentsOf(f.tree) })
	return f.parents[id]
}

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

// Lookup finds the value at p. An element that two elements of its list could
// be is not found.
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

// root is the document that the first step names, else the only one.
func (f *File) root(steps *[]keypath.Step) (Node, bool) {
	if s := *steps; len(s) > 0 && s[0].Kind == keypath.Document {
		*steps = s[1:]
		return f.Document(s[0].Key)
	}
	if f.Several() {
		return Node{}, false
	}
	for _, r := range f.Roots() {
		if r.Valid() {
			return r, true
		}
	}
	return Node{}, false
}

// Value is the value of a leaf; see Node.Value.
func (f *File) Value(p keypath.Path) value.Value {
	if n, ok := f.Lookup(p); ok {
		return n.Value()
	}
	return value.Value{}
}

// fileName reports whether a key names a file whose text may be a document.
func fileName(key string) bool {
	for _, e := range [...]string{".yaml", ".yml", ".json"} {
		if strings.HasSuffix(key, e) && len(key) > len(e) {
			return true
		}
	}
	return false
}
