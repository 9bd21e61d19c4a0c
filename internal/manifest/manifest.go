// Package manifest is Kubernetes objects, rendered or live, and what differs
// between two sets of them.
//
// It knows how objects are matched (also those whose name ends in a hash of
// their content), which changes replace the pods of a workload, and that a
// configuration file inside a ConfigMap is a document of its own. It renders
// nothing, reads no cluster, words nothing, and shows no value: who reports a
// difference masks it.
//
// Laws: objects whose effective values differ in anything have a difference;
// objects with equal values and equal texts of their files have none; every
// object of both sides is in exactly one pair, or alone.
package manifest

import (
	"strings"
	"sync"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
)

// What can be wrong with a manifest.
var (
	// NotAnObject: a document without apiVersion, kind or metadata.name. Args
	// "field", the first that is missing.
	NotAnObject = problem.Code{Name: "not-an-object", Class: problem.Wrong}
)

// ID is what Kubernetes tells objects apart by; the version is no part of it.
type ID struct{ Group, Kind, Namespace, Name string }

// String is namespace/Kind.group/name, as kubectl has it.
func (id ID) String() string {
	s := id.Kind + "/" + id.Name
	if id.Group != "" {
		s = id.Kind + "." + id.Group + "/" + id.Name
	}
	if id.Namespace != "" {
		s = id.Namespace + "/" + s
	}
	return s
}

// Object is one Kubernetes object. It is immutable but for what Read and New
// leave to their callers: Base and Files.
type Object struct {
	ID
	Version string
	// Base is the name without the hash of the content that kustomize put behind
	// it; "" where it put none, or nobody knows.
	Base string
	// Files are, by key of a ConfigMap's or Secret's data, the files of the
	// repository that have exactly that content: whose rules hold for it.
	Files map[string][]string

	text string
	once sync.Once
	file *yamlfile.File
	err  error
	raw  map[string]string // texts of data that File shows in another form
}

// New makes an object of its text, one YAML or JSON document, when its names
// are known already; see Read for when they are not.
func New(id ID, version, text string) *Object {
	return &Object{ID: id, Version: version, text: text}
}

// Read reads a stream of objects. Empty documents are passed over. name is
// shown in places and decides the format. The error is a problem.List or a
// *problem.Problem.
func Read(name string, src []byte) ([]*Object, error) {
	f, err := yamlfile.Parse(name, src)
	if err != nil {
		return nil, err
	}
	var out []*Object
	var bad problem.List
	for _, r := range f.Roots() {
		if !r.Valid() {
			continue
		}
		id, version, missing := identify(r)
		if missing != "" {
			bad = append(bad, problem.New(NotAnObject, r.Place(), "field", missing))
			continue
		}
		out = append(out, New(id, version, ownText(r)))
	}
	return out, bad.Err()
}

// identify reads what names an object; missing is the first field it lacks.
func identify(r yamlfile.Node) (id ID, version, missing string) {
	api := r.TextIn("apiVersion")
	id.Kind = r.TextIn("kind")
	id.Name = r.TextIn("metadata", "name")
	if id.Name == "" {
		id.Name = r.TextIn("metadata", "generateName")
	}
	id.Namespace = r.TextIn("metadata", "namespace")
	switch {
	case api == "":
		return id, "", "apiVersion"
	case id.Kind == "":
		return id, "", "kind"
	case id.Name == "":
		return id, "", "metadata.name"
	}
	group, version, grouped := strings.Cut(api, "/")
	if !grouped {
		group, version = "", api
	}
	id.Group = group
	return id, version, ""
}

// ownText is the text of one document of a stream: whole lines, unless it begins
// behind something else on its line (--- {a: 1}).
func ownText(r yamlfile.Node) string {
	src, s := r.File().Source(), r.Span()
	line := strings.LastIndexByte(src[:s.Start], '\n') + 1
	if strings.TrimLeft(src[line:s.Start], " ") == "" {
		s = textedit.Span{Start: line, End: s.End}
	}
	rest, _, _ := strings.Cut(src[s.End:], "\n")
	if !strings.HasSuffix(src[s.Start:s.End], "\n") && strings.TrimSpace(rest) == "" {
		s.End = min(s.End+len(rest)+1, len(src))
	}
	return src[s.Start:s.End]
}

// File is the object's text, parsed; its paths begin at the object. The content
// of a ConfigMap's data that is a configuration file by its name is a document
// of its own, however the text spells it. The error is that of yamlfile.Parse.
func (o *Object) File() (*yamlfile.File, error) {
	o.once.Do(func() { o.file, o.raw, o.err = open(o) })
	return o.file, o.err
}

// Root is the object's node; the zero Node where it cannot be read.
func (o *Object) Root() yamlfile.Node {
	f, err := o.File()
	if err != nil {
		return yamlfile.Node{}
	}
	for _, r := range f.Roots() {
		if r.Valid() {
			return r
		}
	}
	return yamlfile.Node{}
}

// SameText reports whether two objects are spelled alike, so that nothing can
// differ.
func (o *Object) SameText(p *Object) bool { return o.text == p.text }

// Data reports whether the object is a ConfigMap or a Secret.
func (o *Object) Data() bool {
	return o.Group == "" && (o.Kind == "ConfigMap" || o.Kind == "Secret")
}

// SecretAt reports whether p is a secret because the object is a Secret: its
// data, and its annotations, of which one may repeat all of it
// (kubectl.kubernetes.io/last-applied-configuration).
func (o *Object) SecretAt(p keypath.Path) bool {
	if o.Group != "" || o.Kind != "Secret" {
		return false
	}
	for _, keys := range [][]string{{"data"}, {"stringData"}, {"metadata", "annotations"}} {
		at := keypath.Path{}
		for _, k := range keys {
			at = at.Child(k)
		}
		if p.Under(at) || at.Under(p) {
			return true
		}
	}
	return false
}

// InData splits a path into a ConfigMap's or Secret's data: the key, and the
// path inside the document that stands there. ok is false for other paths.
func (o *Object) InData(p keypath.Path) (key string, inside keypath.Path, ok bool) {
	steps := p.Steps()
	if !o.Data() || len(steps) < 2 || steps[0].Key != "data" && steps[0].Key != "stringData" {
		return "", keypath.Path{}, false
	}
	return steps[1].Key, keypath.Of(steps[2:]...), true
}
