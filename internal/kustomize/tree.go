package kustomize

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile"
)

// kust is one kustomization.yaml that an overlay is made of.
type kust struct {
	dir, file string
	src       []byte
	k         types.Kustomization // its deprecated fields moved to where they belong
}

// tree is what an overlay's kustomizations say, read before kustomize reads
// them: what may not be rendered here is refused by it, and what need not be
// rendered again and again is found.
type tree struct {
	f     *files
	kusts []*kust // the overlay's own first
	seen  map[string]bool

	content map[string]bool // files of generators, by name; true: of a ConfigMap's
	input   map[string]bool // files that are read for anything else
	missing []*problem.Problem

	refused problem.List
	broken  bool // something could not be read: kustomize shall say what
}

// readTree reads the kustomizations from the overlay down. The error is a
// problem.List of all that is refused.
func readTree(f *files, overlay string) (*tree, error) {
	t := &tree{f: f, seen: map[string]bool{}, content: map[string]bool{}, input: map[string]bool{}}
	t.directory(overlay)
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	return t, t.refused.Sort().Err()
}

// directory reads the kustomization of a directory and all it refers to.
func (t *tree) directory(dir string) {
	real, l, err := t.f.resolve(dir)
	if err != nil || l.Kind != isDir || t.seen[real] {
		t.broken = t.broken || err != nil || l.Kind != isDir
		return
	}
	t.seen[real] = true
	x := t.kustomization(real)
	if x == nil {
		t.broken = true
		return
	}
	t.kusts = append(t.kusts, x)
	t.refuse(x)
	t.generated(x)
	for _, r := range references(&x.k) {
		if !r.inline() && !remote(r.text) {
			t.follow(x, r)
		}
	}
}

// kustomization reads the one kustomization file in dir; nil where there is none
// that can be read.
func (t *tree) kustomization(dir string) (x *kust) {
	for _, name := range FileNames() {
		src, err := t.f.read(path.Join(dir, name))
		if err != nil {
			continue
		}
		if x != nil {
			return nil
		}
		x = &kust{dir: dir, file: path.Join(dir, name), src: src}
	}
	if x == nil || x.k.Unmarshal(x.src) != nil {
		return nil
	}
	x.k.FixKustomization()
	return x
}

// generated notes the files of a kustomization's generators.
func (t *tree) generated(x *kust) {
	for _, g := range x.k.ConfigMapGenerator {
		t.sources(x, g.FileSources, true)
	}
	for _, g := range x.k.SecretGenerator {
		t.sources(x, g.FileSources, false)
	}
}

func (t *tree) sources(x *kust, files []string, configMap bool) {
	for _, s := range files {
		_, name, ok := fileSource(s)
		if !ok || remote(name) || path.IsAbs(name) {
			continue
		}
		real, l, err := t.f.resolve(path.Join(x.dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			t.absent(x, s)
		case err != nil || l.Kind != isFile:
			t.broken = true
		default:
			t.content[real] = t.content[real] || configMap
		}
	}
}

// sources are the entries `files` of all generators.
func sources(k *types.Kustomization) (out []string) {
	for _, g := range k.ConfigMapGenerator {
		out = append(out, g.FileSources...)
	}
	for _, g := range k.SecretGenerator {
		out = append(out, g.FileSources...)
	}
	return out
}

// fileSource splits [key=]path, as kustomize does.
func fileSource(s string) (key, name string, ok bool) {
	switch strings.Count(s, "=") {
	case 0:
		return path.Base(s), s, true
	case 1:
		key, name, _ = strings.Cut(s, "=")
		return key, name, key != "" && name != ""
	}
	return "", "", false
}

// follow reads what a reference leads to, if it leads to other kustomizations.
func (t *tree) follow(x *kust, r reference) {
	real, l, err := t.f.resolve(path.Join(x.dir, r.text))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.absent(x, r.text)
		t.broken = true
	case err != nil:
		t.broken = true
	case l.Kind == isDir && r.directories:
		t.directory(real)
	case l.Kind == isFile:
		t.input[real] = true
		if r.plugin {
			t.plugin(x, real)
		}
	}
}

// plugin refuses what the configuration of a generator or transformer would get
// from the network.
func (t *tree) plugin(x *kust, name string) {
	src, err := t.f.read(name)
	if err != nil {
		t.broken = true
		return
	}
	t.refused = append(t.refused, pluginRefusals(name, src)...)
}

// absent notes a file that a kustomization names and that is not there.
func (t *tree) absent(x *kust, text string) {
	t.missing = append(t.missing, problem.New(DoesNotBuild, placeOf(x, text), "overlay", "", "reason", "no-such-file", "file", shown(text)))
}

// reference is one path that a kustomization names.
type reference struct {
	text        string
	directories bool // it may be a directory with a kustomization of its own
	plugin      bool // it configures a generator or transformer
	maybeInline bool // it may be the document itself, instead of its name
}

// inline reports whether r is a document, and no name of one.
func (r reference) inline() bool { return r.maybeInline && strings.Contains(r.text, "\n") }

// references are all paths that kustomize would load for k, but for those of
// generators' files.
func references(k *types.Kustomization) (out []reference) {
	add := func(r reference, names ...string) {
		for _, n := range names {
			if r.text = n; n != "" {
				out = append(out, r)
			}
		}
	}
	add(reference{directories: true}, k.Resources...)
	add(reference{directories: true}, k.Components...)
	add(reference{}, k.Crds...)
	add(reference{}, k.Configurations...)
	for _, list := range [][]string{k.Generators, k.Transformers, k.Validators} {
		add(reference{directories: true, plugin: true, maybeInline: true}, list...)
	}
	add(reference{}, k.OpenAPI["path"])
	//lint:ignore SA1019 repositories still use patchesJson6902
	for _, p := range slices.Concat(k.Patches, k.PatchesJson6902) {
		add(reference{}, p.Path)
	}
	//lint:ignore SA1019 repositories still use patchesStrategicMerge
	for _, p := range k.PatchesStrategicMerge {
		add(reference{maybeInline: true}, string(p))
	}
	for _, r := range k.Replacements {
		add(reference{}, r.Path)
	}
	for _, g := range k.ConfigMapGenerator {
		add(reference{}, g.EnvSources...)
	}
	for _, g := range k.SecretGenerator {
		add(reference{}, g.EnvSources...)
	}
	return out
}

// refuse notes what hoist does not render: what lies outside the repository, and
// what other programs would have to make.
func (t *tree) refuse(x *kust) {
	if len(x.k.HelmCharts) > 0 {
		t.refused = append(t.refused, problem.New(NotRendered, placeOf(x, "", "helmCharts", "helmChartInflationGenerator"), "why", "helm"))
	}
	for _, s := range sources(&x.k) {
		name := s[strings.IndexByte(s, '=')+1:]
		if remote(s) || remote(name) {
			t.refused = append(t.refused, problem.New(RemoteBase, placeOf(x, s), "resource", shown(name)))
		}
	}
	for _, r := range references(&x.k) {
		switch {
		case r.inline():
			if r.plugin {
				t.refused = append(t.refused, inlineRefusals(x, r.text)...)
			}
		case remote(r.text):
			t.refused = append(t.refused, problem.New(RemoteBase, placeOf(x, r.text), "resource", shown(r.text)))
		}
	}
}

// loads are the keys under which built-in generators and transformers name files
// (kustomize's PatchTransformer, ConfigMapGenerator and their kin).
var loads = []string{"path", "paths", "files", "env", "envs"}

// pluginRefusals looks through the configuration of generators and transformers.
func pluginRefusals(name string, src []byte) (out problem.List) {
	f, err := yamlfile.Parse(name, src)
	if err != nil {
		return nil // kustomize will say so
	}
	for p, n := range f.Leaves(nil) {
		if !slices.Contains(loads, p.LastKey()) {
			continue
		}
		n.Scalars(func(v yamlfile.Node) bool {
			s := v.Text()
			if at := s[strings.IndexByte(s, '=')+1:]; remote(s) || remote(at) {
				out = append(out, problem.New(RemoteBase, v.Place(), "resource", shown(at)))
			}
			return true
		})
	}
	return out
}

func inlineRefusals(x *kust, text string) problem.List {
	list := pluginRefusals("inline.yaml", []byte(text))
	for _, p := range list {
		p.Place = placeOf(x, text)
	}
	return list
}

// looksLikePlugin finds the version that built-in plugins have.
var looksLikePlugin = regexp.MustCompile(`apiVersion["']?\s*:\s*["']?builtin`)

// screen is for files that kustomize asks for and the tree did not see coming:
// nothing it reads may send it to the network.
func screen(name string, src []byte) error {
	if slices.Contains(FileNames(), path.Base(name)) {
		x := &kust{dir: path.Dir(name), file: name, src: src}
		if x.k.Unmarshal(src) != nil {
			return nil
		}
		x.k.FixKustomization()
		t := &tree{}
		t.refuse(x)
		return t.refused.Err()
	}
	if looksLikePlugin.Match(src) {
		return pluginRefusals(name, src).Err()
	}
	return nil
}

// shown is what a kustomization says, fit to be shown: an address may hold a
// password.
func shown(s string) string {
	s, _, cut := strings.Cut(mask.New(nil, false).Text(s), "\n")
	if cut {
		s += " …"
	}
	return s
}

// placeOf is where a kustomization says text, or has one of the fields; its
// first line where neither is found.
func placeOf(x *kust, text string, fields ...string) problem.Place {
	nowhere := problem.Place{File: x.file}
	f, err := yamlfile.Parse(x.file, x.src)
	if err != nil {
		return nowhere
	}
	for _, r := range f.Roots() {
		if !r.Valid() {
			continue
		}
		for _, field := range fields {
			if n, ok := r.Get(field); ok {
				return problem.Place{File: x.file, Line: n.Line()}
			}
		}
		found := nowhere
		if text != "" && !r.Scalars(func(n yamlfile.Node) bool {
			if n.Text() == text {
				found = n.Place()
				return false
			}
			return true
		}) {
			return found
		}
	}
	return nowhere
}
