package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// shape is a random document: a scalar's text, a mapping or a list.
type shape struct {
	text string
	keys []string // of a mapping
	kids []*shape
	kind byte // s, m, l
}

var (
	keyPool    = []string{"a", "b", "c", "name", "id", "price", "key", "secret", "x.y", "'1'"}
	scalarPool = []string{"1", "2", "'2'", "x", "v", "1.5", "true", "yes", "null", "", "\"\"", "CHANGEME", "https://ci.example", "bad_1", "good_1", "sk_test_FAKE1234567890", "中文", "|-\n  l", "{}", "[]"}
	namePool   = []string{"p", "q", "r", "s"}
)

func drawShape(t *rapid.T, depth int) *shape {
	k := rapid.IntRange(0, 9).Draw(t, "kind")
	switch {
	case depth <= 0 || k < 3:
		return &shape{kind: 's', text: rapid.SampledFrom(scalarPool).Draw(t, "scalar")}
	case k < 7:
		s := &shape{kind: 'm'}
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom(keyPool), 0, 4, rapid.ID).Draw(t, "keys") {
			s.keys, s.kids = append(s.keys, key), append(s.kids, drawShape(t, depth-1))
		}
		return s
	case k < 9: // a list with names
		s := &shape{kind: 'l'}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(namePool), 1, 3, rapid.ID).Draw(t, "names") {
			e := &shape{kind: 'm', keys: []string{"name"}, kids: []*shape{{kind: 's', text: name}}}
			for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "price", "b", "secret"}), 0, 3, rapid.ID).Draw(t, "fields") {
				e.keys, e.kids = append(e.keys, key), append(e.kids, drawShape(t, depth-2))
			}
			s.kids = append(s.kids, e)
		}
		return s
	}
	s := &shape{kind: 'l'}
	for range rapid.IntRange(0, 3).Draw(t, "items") {
		s.kids = append(s.kids, drawShape(t, depth-2))
	}
	return s
}

// drift changes some places of a copy.
func (s *shape) drift(t *rapid.T, depth int) *shape {
	c := &shape{text: s.text, kind: s.kind, keys: slices.Clone(s.keys)}
	for _, k := range s.kids {
		c.kids = append(c.kids, k.drift(t, depth-1))
	}
	n := len(c.kids)
	switch k := rapid.IntRange(0, 14).Draw(t, "drift"); {
	case k == 0:
		return drawShape(t, depth)
	case k == 1 && c.kind == 's':
		c.text = rapid.SampledFrom(scalarPool).Draw(t, "other")
	case k == 2 && n > 0:
		i := rapid.IntRange(0, n-1).Draw(t, "drop")
		c.kids = slices.Delete(c.kids, i, i+1)
		if c.kind == 'm' {
			c.keys = slices.Delete(c.keys, i, i+1)
		}
	case k == 3 && n > 1:
		c.kids = append(c.kids[1:], c.kids[0])
		if c.kind == 'm' {
			c.keys = append(c.keys[1:], c.keys[0])
		}
	case k == 4 && c.kind == 'm':
		if key := rapid.SampledFrom(keyPool).Draw(t, "more"); !slices.Contains(c.keys, key) {
			c.keys, c.kids = append(c.keys, key), append(c.kids, drawShape(t, depth-1))
		}
	}
	return c
}

// write prints in block style, small things in flow style.
func (s *shape) write(b *strings.Builder, indent string) {
	if s.kind == 's' {
		b.WriteString(" " + strings.ReplaceAll(s.text, "\n", "\n"+indent) + "\n")
		return
	}
	if len(s.kids) == 0 {
		b.WriteString(map[byte]string{'m': " {}\n", 'l': " []\n"}[s.kind])
		return
	}
	if flow, ok := s.flow(); ok && len(flow) < 30 && indent != "" {
		b.WriteString(" " + flow + "\n")
		return
	}
	b.WriteString("\n")
	for i, k := range s.kids {
		if len(s.kids) > 2 && i > 0 && len(indent) < 4 {
			b.WriteString(indent + "# about " + fmt.Sprint(i) + "\n")
		}
		if s.kind == 'm' {
			b.WriteString(indent + s.keys[i] + ":")
		} else {
			b.WriteString(indent + "-")
		}
		k.write(b, indent+"  ")
	}
}

func (s *shape) flow() (string, bool) {
	if s.kind == 's' {
		return s.text, s.text != "" && !strings.Contains(s.text, "\n")
	}
	var parts []string
	for i, k := range s.kids {
		text, ok := k.flow()
		if !ok {
			return "", false
		}
		if s.kind == 'm' {
			text = s.keys[i] + ": " + text
		}
		parts = append(parts, text)
	}
	if s.kind == 'm' {
		return "{" + strings.Join(parts, ", ") + "}", true
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}

func (s *shape) String() string {
	var b strings.Builder
	s.write(&b, "")
	return b.String()
}

// drawRules are hoist.yaml's rules, of few words so that they meet something.
func drawRules(t *rapid.T) string {
	patterns := []string{"'**.price'", "'**.secret'", "a", "a.b", "'*.c'", "b.*.price", "'c.[].price'", "'b.[name=p].a'", "x\\.y.a"}
	var b strings.Builder
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom(patterns), 0, 3, rapid.ID).Draw(t, "allow")
	if len(keys) > 0 {
		b.WriteString("allow:\n")
	}
	for _, k := range keys {
		more := rapid.SampledFrom([]string{"", ", values: {prod: lit}", ", values: {prod: 'good*'}", ", absent: [prod]", ", secret: true", ", distinct: [[ci, prod]]"}).Draw(t, "more")
		fmt.Fprintf(&b, "  - {keys: [%s], reason: r%s}\n", k, more)
	}
	if rapid.Bool().Draw(t, "forbid") {
		b.WriteString("forbid: [{in: [prod], values: ['bad*']}]\n")
	}
	if rapid.Bool().Draw(t, "lists") {
		b.WriteString(rapid.SampledFrom([]string{"lists: [{path: '**.a', as: set}]\n", "lists: [{path: b, identity: name}]\n", "lists: [{path: c, identity: name, ordered: true}]\n", "lists: [{path: a, identity: id}]\n"}).Draw(t, "list"))
	}
	if rapid.IntRange(0, 3).Draw(t, "promote") == 0 {
		b.WriteString("promote: ['a.**', b]\n")
	}
	return b.String()
}

func drawChoice(t *rapid.T) Choice {
	patterns := []string{"a", "a.*", "**.name", "b", "c.*", "b.[name=p]", "**", "a.b", "c", "b.c"}
	some := func(label string, of ...string) []string {
		if rapid.IntRange(0, 2).Draw(t, label+"?") > 0 {
			return nil
		}
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, 2, rapid.ID).Draw(t, label)
	}
	return Choice{From: "ci", To: [][]string{{"prod"}, {"staging", "prod"}}[rapid.IntRange(0, 1).Draw(t, "to")],
		Only: some("only", patterns...), Except: some("except", patterns[:6]...), Prune: some("prune", append(patterns, "all")...),
		Placeholder: rapid.IntRange(0, 3).Draw(t, "placeholder") == 0}
}

// world is one random case.
type world struct {
	cfg    *config.Config
	files  files
	choice Choice
	rules  string
}

func drawWorld(t *rapid.T) world {
	ci := drawShape(t, 5)
	for ci.kind != 'm' {
		ci = &shape{kind: 'm', keys: []string{"a", "b"}, kids: []*shape{ci, drawShape(t, 4)}}
	}
	w := world{rules: drawRules(t), choice: drawChoice(t)}
	w.cfg = load(t, w.rules)
	root := func(s *shape) string {
		if s.kind != 'm' {
			s = &shape{kind: 'm', keys: []string{"c"}, kids: []*shape{s}}
		}
		return strings.TrimPrefix(s.String(), "\n")
	}
	w.files = files{root(ci), root(ci.drift(t, 4)), root(ci.drift(t, 4))}
	w.choice.Set = w.drawSet(t)
	return w
}

// drawSet gives values for keys that stand somewhere.
func (w world) drawSet(t *rapid.T) (out []Supplied) {
	if rapid.IntRange(0, 2).Draw(t, "set?") > 0 {
		return nil
	}
	var paths []string
	for _, k := range compare.Files(input(w.cfg, w.files)).Keys {
		paths = append(paths, k.Path.String())
	}
	if len(paths) == 0 {
		return nil
	}
	for _, p := range rapid.SliceOfNDistinct(rapid.SampledFrom(paths), 1, 2, rapid.ID).Draw(t, "set") {
		env := rapid.SampledFrom(w.choice.To).Draw(t, "env")
		text := rapid.SampledFrom([]string{"7", "good_9", "bad_9", "true", "", "[q]"}).Draw(t, "text")
		out = append(out, Supplied{Environment: env, Service: "app", Path: p, Text: text})
	}
	return out
}

// refused: only what was given can be wrong with these choices.
func (w world) refused(t *rapid.T, err error) {
	for _, p := range problem.All(err) {
		if !slices.Contains([]problem.Code{SetType, SetBreaks, SetNoPlace, SetUnknown}, p.Code) || len(w.choice.Set) == 0 {
			t.Fatalf("%v\n%s", err, w)
		}
	}
}

func (w world) given(env string, p keypath.Path) bool {
	return slices.ContainsFunc(w.choice.Set, func(s Supplied) bool { return s.Environment == env && s.Path == p.String() })
}

func (w world) String() string {
	return fmt.Sprintf("rules:\n%schoice: %+v\nci:\n%s---\nstaging:\n%s---\nprod:\n%s", w.rules, w.choice, w.files.ci, w.files.staging, w.files.prod)
}

// after are the files once the plan was carried out.
func (w world) after(p *Plan) files {
	out := w.files
	for _, f := range p.Files {
		switch f.Environment {
		case "staging":
			out.staging = f.After.Source()
		case "prod":
			out.prod = f.After.Source()
		}
	}
	return out
}

// TestLaws holds plans of random services to the promise.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		p, err := make1(t, w.cfg, w.files, w.choice)
		if err != nil {
			w.refused(t, err)
			return
		}
		again, err := make1(t, w.cfg, w.files, w.choice)
		if err != nil || told(again) != told(p) || again.Digest != p.Digest {
			t.Fatalf("made again it differs: %v\n%s", err, w)
		}
		w.keepsAllowed(t, p)
		w.leavesOnlyWhatItSays(t, p)
		w.settles(t, p)
		w.nothingForbidden(t, p)
	})
}

// keepsAllowed: an allowed key that has a value keeps it, unless its exact path,
// or one above it, is pruned.
func (w world) keepsAllowed(t *rapid.T, p *Plan) {
	before := compare.Files(input(w.cfg, w.files))
	walk := w.cfg.Rules.For("app")
	for _, f := range p.Files {
		i := slices.Index(before.Environments, f.Environment)
		for path, n := range f.Before.Leaves(identities(before)) {
			rules := walk.Allows(walk.Path(path))
			if len(rules) == 0 || n.Empty() && n.Kind() != syntax.Scalar || rule.Awaits(rules, f.Environment, n.Value()) || w.prunedExactly(path) || w.given(f.Environment, path) {
				continue
			}
			if now := f.After.Value(path); !now.Equal(n.Value()) {
				t.Fatalf("%s: %s %s moved, in %s\n%s\n%s", told(p), before.Environments[i], path, f.After.Source(), w, n.Place())
			}
		}
	}
}

func (w world) prunedExactly(p keypath.Path) bool {
	return slices.ContainsFunc(w.choice.Prune, func(text string) bool {
		q, err := keypath.Parse(text)
		return err == nil && p.Under(q)
	})
}

func identities(s *compare.Service) func(keypath.Path) string {
	return func(p keypath.Path) string {
		if l, ok := s.Lists[p]; ok {
			return l.Identity
		}
		return "name"
	}
}

// leavesOnlyWhatItSays: what differs between source and target once the plan was
// carried out is held back, only in the target, under a rule, or not chosen.
func (w world) leavesOnlyWhatItSays(t *rapid.T, p *Plan) {
	if w.renamed(w.after(p)) {
		return
	}
	s := compare.Files(input(w.cfg, w.after(p)))
	narrow, err := Narrow(w.choice.Only, w.choice.Except)
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range w.choice.To {
		to := slices.Index(s.Environments, env)
		pair := &target{m: &Maker{}, s: s, rules: w.cfg.Rules, walk: w.cfg.Rules.For("app"), from: 0, to: to, env: env, src: s.Files[0], file: s.Files[to], lists: s.Lists}
		for i := range s.Keys {
			keys := []*compare.Key{&s.Keys[i]}
			if s.Keys[i].Shape && len(s.Keys[i].Rules) == 0 {
				keys = pair.alone(&s.Keys[i])
			}
			for _, k := range keys {
				w.explained(t, p, k, env, to, narrow, pair)
			}
		}
	}
}

func (w world) explained(t *rapid.T, p *Plan, k *compare.Key, env string, to int, narrow Narrowing, pair *target) {
	src, dst := k.Values[0], k.Values[to]
	same := !k.Shape && src.Equal(dst) && src.Present() == dst.Present()
	if l := pair.list(k.Path); l != nil && l.Set && len(without(src, dst))+len(without(dst, src)) == 0 {
		same = true
	}
	if ordered := !k.Shape && k.Nodes[0].Valid() && k.Nodes[to].Valid() && !k.Nodes[0].Leaf(); ordered {
		same = true // the order of a list; its elements are looked at by themselves
	}
	passedOver := func(l leaf) bool { return len(l.rules) > 0 || !narrow.selects(l.path) }
	if same || w.given(env, k.Path) || len(k.Rules) > 0 || !narrow.selects(k.Path) ||
		k.Shape && slices.ContainsFunc(slices.Concat(pair.leaves(k.Nodes[0], k.Path), pair.leaves(k.Nodes[to], k.Path)), passedOver) {
		return
	}
	about := func(q keypath.Path) bool {
		return nameless(k.Path).Under(nameless(q)) || nameless(q).Under(nameless(k.Path))
	}
	for _, g := range w.choice.Set {
		if q, err := keypath.Parse(g.Path); err == nil && about(q) {
			return
		}
	}
	for _, h := range p.HeldBack {
		if h.Environment == env && about(h.Path) {
			return
		}
	}
	for _, l := range p.TargetOnly {
		if l.Environment == env && about(l.Path) {
			return
		}
	}
	if !src.Present() && w.prunedAway(p, k.Path, env) {
		return
	}
	t.Fatalf("%s still differs in %s, and nothing says so:\n%s\n%s\nnow %s", k.Path, env, told(p), w, pair.file.Source())
}

// nameless is a path whose elements have no names: what names them may be
// another key once a plan was carried out.
func nameless(p keypath.Path) (out keypath.Path) {
	for _, s := range p.Steps() {
		if s.Kind == keypath.Element || s.Kind == keypath.Index {
			s = keypath.Step{Kind: keypath.Index}
		}
		out = out.Join(s)
	}
	return out
}

// prunedAway: deleting all that was in a container leaves it empty.
func (w world) prunedAway(p *Plan, q keypath.Path, env string) bool {
	for _, f := range p.Files {
		for _, c := range f.Changes {
			if f.Environment == env && c.Path.Under(q) {
				return true
			}
		}
	}
	return false
}

// settles: made again once it was carried out, a plan has nothing more to do,
// and holds back the same.
func (w world) settles(t *rapid.T, p *Plan) {
	after := w.after(p)
	if w.renamed(after) || len(w.choice.Set) > 0 {
		return
	}
	again, err := make1(t, w.cfg, after, w.choice)
	if err != nil {
		t.Fatalf("%v\n%s", err, w)
	}
	if len(again.Files) > 0 {
		t.Fatalf("a second plan does\n%safter\n%s\n%s\nprod now\n%s", told(again), told(p), w, after.prod)
	}
}

// renamed: a list's elements have names only now, or others: that is another
// question.
func (w world) renamed(after files) bool {
	was, is := input(w.cfg, w.files), input(w.cfg, after)
	for _, envs := range [][]int{{0, 1, 2}, {0, 1}, {0, 2}} {
		before, now := compare.Files(only(was, envs)), compare.Files(only(is, envs))
		for q, l := range now.Lists {
			if o, ok := before.Lists[q]; !ok || l.Identity != o.Identity {
				return true
			}
		}
	}
	return false
}

// only is a comparison of some environments.
func only(in compare.Input, envs []int) compare.Input {
	out := in
	out.Environments, out.Paths, out.Files, out.From = nil, nil, nil, nil
	for _, i := range envs {
		out.Environments, out.Paths, out.Files = append(out.Environments, in.Environments[i]), append(out.Paths, in.Paths[i]), append(out.Files, in.Files[i])
	}
	return out
}

// nothingForbidden: no value that may not stand in the target came in.
func (w world) nothingForbidden(t *rapid.T, p *Plan) {
	count := func(f *yamlfile.File) (n int) {
		for _, l := range f.Leaves(nil) {
			for _, v := range elements(l.Value()) {
				if w.cfg.Rules.Forbidden("prod", v) != nil {
					n++
				}
			}
		}
		return n
	}
	for _, f := range p.Files {
		if f.Environment == "prod" && count(f.After) > count(f.Before) {
			t.Fatalf("a forbidden value came in\n%s\n%s", told(p), w)
		}
	}
}
