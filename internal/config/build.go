package config

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"hoist.example/hoist/internal/problem"
)

// builder makes a Config of a hoist.yaml's items. It goes on where something is
// wrong, so that one reading tells everything.
type builder struct {
	*reader
	fsys  fs.FS
	dir   string // hoist.yaml's directory
	cfg   *Config
	names []string           // of the environments, those without fault
	files map[string]claimed // path → who has it
}

type claimed struct{ service, environment string }

func (b *builder) build(top *item) {
	if top == nil {
		return
	}
	b.files = map[string]claimed{}
	b.version(top.get("version"))
	b.discoveries(top.get("discover"))
	b.environments(top.get("environments"))
	b.services(top.get("services"))
	b.categories(top.get("categories"))
	b.rules(top)
	for _, e := range top.get("rendered").list() {
		b.cfg.Rendered = append(b.cfg.Rendered, b.rendered(e))
	}
	for _, g := range top.get("separate").list() {
		b.cfg.Separate = append(b.cfg.Separate, b.environmentList(g, "separate"))
	}
}

func (b *builder) version(it *item) {
	if it != nil && it.node.Value().Reveal() != "1" {
		b.fail(BadVersion, it.place(), "version", it.node.Text(), "known", "1")
	}
}

func (b *builder) environments(it *item) {
	for _, e := range it.list() {
		if n := e.get("name"); n != nil && b.goodName(n, "name") {
			if slices.Contains(b.names, n.text()) {
				b.fail(Duplicate, n.place(), "field", "environment", "name", n.text())
				continue
			}
			b.names = append(b.names, n.text())
		}
	}
	overlays := map[string]string{}
	for _, e := range it.list() {
		env := b.environment(e)
		if other, ok := overlays[env.Overlay]; ok && env.Overlay != "" && len(b.cfg.Discover) > 0 {
			b.fail(Duplicate, e.get("overlay").place(), "field", "overlay", "name", other)
		}
		overlays[env.Overlay] = env.Overlay
		b.cfg.Environments = append(b.cfg.Environments, env)
	}
}

func (b *builder) environment(e *item) Environment {
	env := Environment{
		Name: e.get("name").text(), Title: e.get("title").text(), Application: e.get("application").text(),
		Context: e.get("context").text(), Server: e.get("server").text(),
		Automatic: e.get("deploy").text() == "automatic", Place: e.place(), fromPlace: e.place(),
	}
	if env.Title == "" {
		env.Title = env.Name
	}
	env.Overlay = b.overlay(e.get("overlay"))
	b.from(&env, e.get("from"))
	return env
}

// overlay is the directory, or "" where it is not good.
func (b *builder) overlay(it *item) string {
	rel, ok := b.relative(it, "overlay")
	if !ok {
		return ""
	}
	dir := path.Join(b.dir, rel)
	st, err := fs.Stat(b.fsys, dir)
	if err != nil || !st.IsDir() {
		p := problem.New(NoOverlay, it.place(), "overlay", it.text(), "suggestion", b.sibling(dir))
		b.problems = append(b.problems, p.Because(err))
		return ""
	}
	return dir
}

// sibling is the directory that was probably meant.
func (b *builder) sibling(dir string) string {
	parent := path.Dir(dir)
	entries, err := fs.ReadDir(b.fsys, parent)
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	near := Nearest(path.Base(dir), names)
	if near == "" {
		return ""
	}
	if rel, ok := strings.CutPrefix(path.Join(parent, near), b.dir+"/"); ok {
		return rel
	}
	return path.Join(parent, near)
}

// from settles where promotions into env may come from: by default from every
// earlier environment.
func (b *builder) from(env *Environment, it *item) {
	at := slices.Index(b.names, env.Name)
	earlier := b.names[:max(at, 0)]
	env.from = map[Kind][]string{ForConfig: earlier, ForImages: earlier}
	if it == nil {
		return
	}
	env.fromPlace = it.place()
	if it.kind == list {
		env.from[ForConfig] = b.sources(it, env.Name, earlier)
		env.from[ForImages] = env.from[ForConfig]
		return
	}
	for _, k := range []Kind{ForConfig, ForImages} {
		if l := it.get(k.String()); l != nil {
			env.from[k] = b.sources(l, env.Name, earlier)
		}
	}
}

// sources are the environments that a `from` names, in promotion order.
func (b *builder) sources(it *item, env string, earlier []string) (out []string) {
	for _, e := range it.list() {
		switch name := e.text(); {
		case !b.known(e, "from"):
		case name == env:
			b.fail(BadFrom, e.place(), "environment", env, "name", name, "why", "itself")
		case !slices.Contains(earlier, name) && slices.Contains(b.names, env):
			b.fail(BadFrom, e.place(), "environment", env, "name", name, "why", "later")
		}
	}
	given := it.texts()
	for _, name := range earlier {
		if slices.Contains(given, name) {
			out = append(out, name)
		}
	}
	return out
}

// known reports whether an environment of that name exists. Where the
// environments themselves could not be read, every name passes.
func (b *builder) known(it *item, field string) bool {
	return it != nil && b.knownName(it.text(), it.place(), field)
}

func (b *builder) knownName(name string, at problem.Place, field string) bool {
	if len(b.names) == 0 || slices.Contains(b.names, name) {
		return true
	}
	b.fail(UnknownName, at, "field", field, "name", name, "suggestion", b.nearestEnvironment(name))
	return false
}

func (b *builder) nearestEnvironment(name string) string {
	for _, e := range b.cfg.Environments {
		if strings.EqualFold(e.Title, name) {
			return e.Name
		}
	}
	return Nearest(name, b.names)
}

func (b *builder) environmentList(it *item, field string) []string {
	for _, e := range it.list() {
		b.known(e, field)
	}
	return it.texts()
}

// services are the declared ones.
func (b *builder) services(it *item) {
	var names []string
	for _, e := range it.list() {
		s := Service{Name: e.get("name").text(), Default: e.get("default").flag(), Place: e.place()}
		if n := e.get("name"); n != nil && b.goodName(n, "name") {
			if slices.Contains(names, s.Name) {
				b.fail(Duplicate, n.place(), "field", "service", "name", s.Name)
			}
			names = append(names, s.Name)
		}
		if c := e.get("category"); c != nil && b.goodName(c, "category") {
			s.Categories = []string{c.text()}
		}
		s.Files = b.serviceFiles(e.get("config"), s.Name)
		b.cfg.Services = append(b.cfg.Services, s)
	}
}

// serviceFiles is where a service has its file in each environment.
func (b *builder) serviceFiles(it *item, service string) map[string]string {
	files := map[string]string{}
	if it == nil {
		return files
	}
	if it.kind == text {
		if rel, ok := b.relative(it, "config"); ok {
			for _, env := range b.cfg.Environments {
				b.claim(files, env, rel, service, it.place())
			}
		}
		return files
	}
	for _, e := range it.list() {
		rel, ok := b.relative(e, "config")
		if !b.knownName(e.key.text, e.key.place, "config") || !ok {
			continue
		}
		for _, env := range b.cfg.Environments {
			if env.Name == e.key.text {
				b.claim(files, env, rel, service, e.place())
			}
		}
	}
	if len(it.list()) == 0 && it.node.Empty() {
		b.fail(Empty, it.place(), "field", "config")
	}
	return files
}

// claim gives a file to a service in an environment; each file has one owner.
func (b *builder) claim(files map[string]string, env Environment, rel, service string, at problem.Place) {
	if env.Overlay == "" {
		return
	}
	name := path.Join(env.Overlay, rel)
	if had, ok := b.files[name]; ok {
		b.fail(SameFile, at, "path", name, "service", service, "environment", env.Name,
			"other-service", had.service, "other-environment", had.environment)
		return
	}
	b.files[name] = claimed{service, env.Name}
	files[env.Name] = name
}

func (b *builder) categories(it *item) {
	for _, e := range it.list() {
		if !goodName(e.key.text) {
			b.fail(BadName, e.key.place, "field", "categories", "name", e.key.text)
			continue
		}
		b.cfg.Categories = append(b.cfg.Categories, Category{Name: e.key.text, Members: e.texts(), Place: e.key.place})
	}
	for i := range b.cfg.Services {
		b.categorize(&b.cfg.Services[i])
	}
}

// categorize tells a service its categories, and the category it names itself
// that it has this member.
func (b *builder) categorize(s *Service) {
	own := s.Categories
	s.Categories = nil
	for _, name := range own {
		i := slices.IndexFunc(b.cfg.Categories, func(c Category) bool { return c.Name == name })
		if i < 0 {
			i = len(b.cfg.Categories)
			b.cfg.Categories = append(b.cfg.Categories, Category{Name: name, Place: s.Place})
		}
		if c := &b.cfg.Categories[i]; !c.Holds(s.Name) {
			c.Members = append(c.Members, s.Name)
		}
	}
	for _, c := range b.cfg.Categories {
		if c.Holds(s.Name) {
			s.Categories = append(s.Categories, c.Name)
		}
	}
}

func (b *builder) goodName(it *item, field string) bool {
	if !goodName(it.text()) {
		b.fail(BadName, it.place(), "field", field, "name", it.text())
		return false
	}
	return true
}

// goodName reports whether a name can be typed: in a comma list, as
// ENV/SERVICE:KEY, beside globs and flags.
func goodName(s string) bool {
	for _, r := range s {
		if strings.ContainsRune(`/\:,;*?[]{}="'`, r) || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return false
		}
	}
	return s != "" && s[0] != '-' && s[0] != '.' && s[0] != '@'
}

// relative is a path that stays below where it starts, cleaned.
func (b *builder) relative(it *item, field string) (string, bool) {
	if it == nil {
		return "", false
	}
	if why := badPath(it.text()); why != "" {
		b.fail(BadPath, it.place(), "field", field, "path", it.text(), "why", why)
		return "", false
	}
	return path.Clean(it.text()), true
}

// drive reports whether a path begins as Windows' drives do.
func drive(s string) bool {
	return len(s) > 1 && s[1] == ':' && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
}

// badPath says why a path cannot be below the root; "" it can.
func badPath(s string) string {
	switch {
	case strings.ContainsAny(s, "\\\x00"):
		return "backslash"
	case strings.HasPrefix(s, "/"), strings.HasPrefix(s, "~"), drive(s):
		return "absolute"
	case slices.Contains(strings.Split(s, "/"), ".."):
		return "parent"
	case path.Clean(s) == ".":
		return "whole"
	}
	return ""
}
