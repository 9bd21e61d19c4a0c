// Package config is hoist.yaml: environments in promotion order, services and
// their files, categories, and the rules. It is read with hoist's own YAML
// reader, so that every problem has its line and column, and all come at once.
//
// It reads hoist.yaml, looks whether overlays are there, and finds services by
// pattern; it opens no configuration file and judges no value.
//
// Laws: Load never panics, whatever the bytes; every problem's place lies inside
// the file; the same tree gives the same Config.
package config

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
)

// What can be wrong with hoist.yaml.
var (
	Unreadable   = problem.Code{Name: "config-unreadable", Class: problem.Wrong}          // path
	UnknownField = problem.Code{Name: "config-unknown-field", Class: problem.Wrong}       // field, in ("": the top), suggestion
	WrongType    = problem.Code{Name: "config-wrong-type", Class: problem.Wrong}          // field, want (kinds, joined by |), got
	MissingField = problem.Code{Name: "config-missing-field", Class: problem.Wrong}       // field, in
	Duplicate    = problem.Code{Name: "config-duplicate", Class: problem.Wrong}           // field, name
	Empty        = problem.Code{Name: "config-empty", Class: problem.Wrong}               // field
	TooFew       = problem.Code{Name: "config-too-few", Class: problem.Wrong}             // field, least
	BadValue     = problem.Code{Name: "config-bad-value", Class: problem.Wrong}           // field, value, want
	BadName      = problem.Code{Name: "config-bad-name", Class: problem.Wrong}            // field, name
	BadPath      = problem.Code{Name: "config-bad-path", Class: problem.Wrong}            // field, path, why: absolute, parent, backslash, whole
	BadPattern   = problem.Code{Name: "config-bad-pattern", Class: problem.Wrong}         // field, pattern, why (a keypath.Why)
	BadDiscover  = problem.Code{Name: "config-bad-discover", Class: problem.Wrong}        // pattern, why: no-service, twice, stray
	BadVersion   = problem.Code{Name: "config-version", Class: problem.Wrong}             // version, known
	Conflict     = problem.Code{Name: "config-conflict", Class: problem.Wrong}            // field, with
	NoOverlay    = problem.Code{Name: "config-no-overlay", Class: problem.Wrong}          // overlay, suggestion
	UnknownName  = problem.Code{Name: "config-unknown-environment", Class: problem.Wrong} // field, name, suggestion
	BadFrom      = problem.Code{Name: "config-bad-from", Class: problem.Wrong}            // environment, name, why: itself, later
	SameFile     = problem.Code{Name: "config-same-file", Class: problem.Wrong}           // path, service, environment, other-service, other-environment
	Documents    = problem.Code{Name: "config-documents", Class: problem.Wrong}           // count
)

// Kind is what is promoted.
type Kind uint8

// The kinds.
const (
	ForConfig Kind = iota + 1
	ForImages
)

// String is the kind as hoist.yaml spells it.
func (k Kind) String() string { return [...]string{"", "config", "images"}[k] }

// Environment is a named place to run.
type Environment struct {
	Name        string
	Title       string // how commit messages name it; Name where none is given
	Overlay     string // directory below the root of the fs.FS, cleaned
	Application string // the Argo CD Application, "" none
	Automatic   bool   // hoist may sync it
	Context     string // of the argocd CLI's configuration, "" its current one
	Server      string // "" the context's
	Place       problem.Place

	from      map[Kind][]string
	fromPlace problem.Place // of `from`; Place where it is absent
}

// Service is what has a config file in environments.
type Service struct {
	Name       string
	Files      map[string]string // by environment: the file's path, whether or not it is there; absent: none
	Categories []string
	Default    bool
	Discovered bool          // found by a pattern, not declared
	Place      problem.Place // of its entry, or of the pattern
}

// Category is a named set of services and images.
type Category struct {
	Name    string
	Members []string // names, or globs
	Place   problem.Place
}

// Holds reports whether a service or image belongs to the category.
func (c Category) Holds(name string) bool {
	return slices.ContainsFunc(c.Members, func(g string) bool { return rule.Glob(g, name) })
}

// Discovery is a pattern that services are found by.
type Discovery struct {
	Pattern string
	Found   int // files, those of other services left out
	Place   problem.Place
}

// Rendered says what may differ between environments as kustomize renders them.
type Rendered struct {
	Kinds, Names []string // globs; none is any
	Keys         []keypath.Pattern
	Absent       []string // environments in which the objects need not stand
	Reason       string
	Place        problem.Place
}

// Shadow is a file that a pattern found and that belongs to no service, because
// its service's name was taken by another file.
type Shadow struct{ Service, Environment, Path string }

// Config is a hoist.yaml without fault.
type Config struct {
	File         *yamlfile.File // with standIn for hole where hole made it no YAML: Source has the bytes
	Source       string         // hoist.yaml as it was read
	Environments []Environment  // in promotion order
	Services     []Service      // declared ones in hoist.yaml's order, then discovered ones by name
	Categories   []Category
	Rules        *rule.Set
	Discover     []Discovery
	Shadowed     []Shadow
	Rendered     []Rendered
	Separate     [][]string // groups of environments
}

// Load reads the hoist.yaml at path. Paths in it are relative to its directory.
// The error is a *problem.Problem or a problem.List with all that is wrong.
func Load(fsys fs.FS, name string) (*Config, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, problem.New(Unreadable, problem.Place{File: name}, "path", name).Because(err)
	}
	file, err := yamlfile.Parse(name, src)
	bare := err != nil
	if bare {
		if file, err = lenient(name, string(src)); err != nil {
			return nil, unreadable(name, string(src), err)
		}
	}
	r := &reader{file: file, bare: bare}
	b := &builder{reader: r, fsys: fsys, dir: path.Dir(name), cfg: &Config{File: file, Source: string(src)}}
	b.build(r.document(name))
	if len(r.problems) > 0 {
		return nil, withExcerpts(r.problems, string(src))
	}
	if b.discover(); len(r.problems) > 0 {
		return nil, withExcerpts(r.problems, string(src))
	}
	return b.cfg, nil
}

// standIn takes the place of hole, byte for byte, where hole is no YAML.
const standIn = "<service>"

// lenient reads a hoist.yaml whose only fault is a {service} without quotes in a
// flow list, [configs/{service}/config.yaml]: people write it so, and it can
// mean one thing only. (YAML 1.2, section 7.3.3, has no { in a plain flow
// scalar.)
func lenient(name, src string) (*yamlfile.File, error) {
	return yamlfile.Parse(name, []byte(strings.ReplaceAll(src, hole, standIn)))
}

// document is the only document's item; nil where there is none to read.
func (r *reader) document(name string) *item {
	var roots []yamlfile.Node
	for _, n := range r.file.Roots() {
		if n.Valid() {
			roots = append(roots, n)
		}
	}
	shape := hoistFile()
	switch len(roots) {
	case 0:
		for _, f := range shape.fields {
			if f.required {
				r.fail(MissingField, problem.Place{File: name, Line: 1, Column: 1}, "field", f.name, "in", "")
			}
		}
		return nil
	case 1:
		if !shape.fits(roots[0]) {
			r.fail(WrongType, roots[0].Place(), "field", name, "want", shape.kind.String(), "got", kindOf(roots[0]))
			return nil
		}
		return r.read(roots[0], shape, "")
	}
	r.fail(Documents, roots[1].Place(), "count", strconv.Itoa(len(roots)))
	return nil
}

// unreadable is the error of a file that is no YAML.
func unreadable(name, src string, err error) error {
	l := problem.All(err)
	if l == nil {
		return problem.New(Unreadable, problem.Place{File: name}, "path", name).Because(err)
	}
	return withExcerpts(l, src)
}

// withExcerpts sorts problems, leaves out those said twice, and shows the line
// of each.
func withExcerpts(l problem.List, src string) error {
	lines := textedit.Index(src)
	said := map[string]bool{}
	l = slices.DeleteFunc(l.Sort(), func(p *problem.Problem) bool {
		again := said[p.Error()]
		said[p.Error()] = true
		return again
	})
	for _, p := range l {
		if p.Place.Line > 0 {
			p.Excerpt = lines.Text(p.Place.Line)
		}
	}
	return l.Err()
}
