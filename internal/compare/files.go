package compare

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// Comparer compares one service after another and uses its working memory again.
// For one goroutine; the zero value is ready.
type Comparer struct {
	levels []*level
	steps  []keypath.Step
}

// Files compares the files of one service. An environment whose file could not
// be read (Input.Problems names it) takes no part in the judgement; nothing is
// called the same then.
func Files(in Input) *Service { return new(Comparer).Files(in) }

// Files is the function Files.
func (c *Comparer) Files(in Input) *Service {
	s := &Service{
		Name: in.Name, Environments: in.Environments, Paths: in.Paths, Files: in.Files, Problems: in.Problems,
		Lists: map[keypath.Path]ListInfo{},
	}
	if in.Rules == nil {
		in.Rules = rule.New(nil, nil, nil, nil)
	}
	w := newWalk(&in, s)
	w.borrow(c)
	w.onlyIn()
	w.documents()
	w.partial()
	c.levels, c.steps = w.levels, w.steps
	return s
}

// borrow takes the working memory of an earlier walk over as many environments.
func (w *walk) borrow(c *Comparer) {
	if len(c.levels) > 0 && len(c.levels[0].row) == len(w.envs) {
		w.levels = c.levels
	}
	w.steps = c.steps[:0]
}

// walk is one comparison. Rows are by judged environment: the i-th is
// Input.Environments[w.envs[i]].
type walk struct {
	in     *Input
	out    *Service
	rules  *rule.Walker
	envs   []int
	names  []string
	from   [][]int       // where a promotion into each may come from
	guards []*rule.Guard // what is forbidden in each; all nil where none is guarded
	files  []*yamlfile.File

	guarded  bool
	keepSame bool
	root     []yamlfile.Node // of the only document
	steps    []keypath.Step  // from the root to where the walk stands
	levels   []*level        // what each depth works with, used again and again
	covered  int             // keys under allow rules that were met

	values []value.Value // of the key that is being judged
	ready  []bool        // environments that have a value to judge
	wait   []bool        // environments that await one
	nodes  []yamlfile.Node
	kept   []value.Value
}

func newWalk(in *Input, s *Service) *walk {
	w := &walk{in: in, out: s, rules: in.Walker}
	if w.rules == nil {
		w.rules = in.Rules.For(in.Name)
	} else {
		w.rules = w.rules.For(in.Name)
	}
	for i, name := range in.Environments {
		if in.Files[i] == nil && unreadable(in, i) {
			continue
		}
		w.envs, w.names = append(w.envs, i), append(w.names, name)
		w.files = append(w.files, in.Files[i])
		g := in.Rules.Guard(name)
		w.guards = append(w.guards, g)
		w.guarded = w.guarded || g != nil
	}
	for _, name := range w.names {
		var from []int
		for _, f := range in.From[name] {
			if i := slices.Index(w.names, f); i >= 0 {
				from = append(from, i)
			}
		}
		w.from = append(w.from, from)
	}
	w.keepSame = in.Keep != nil && in.Keep(Same)
	w.values, w.ready, w.wait = make([]value.Value, len(w.envs)), make([]bool, len(w.envs)), make([]bool, len(w.envs))
	return w
}

func unreadable(in *Input, env int) bool {
	return slices.ContainsFunc(in.Problems, func(p *problem.Problem) bool { return p.Place.File == in.Paths[env] })
}

func (w *walk) onlyIn() {
	if !slices.Contains(w.files, nil) {
		return
	}
	for i, name := range w.in.Environments {
		if w.in.Files[i] != nil || !slices.Contains(w.envs, i) {
			w.out.OnlyIn = append(w.out.OnlyIn, name)
		}
	}
	if w.out.OnlyIn != nil {
		w.note(Note{Code: OnlyIn, Environments: w.out.OnlyIn})
	}
}

// partial takes back every Same where a file could not be read: what is equal in
// the others may differ there.
func (w *walk) partial() {
	if len(w.envs) == len(w.in.Environments) {
		return
	}
	w.out.Counts.Same = 0
	w.out.Keys = slices.DeleteFunc(w.out.Keys, func(k Key) bool { return k.Status == Same })
}

// documents walks each document by itself, matched by name.
func (w *walk) documents() {
	several := slices.ContainsFunc(w.files, func(f *yamlfile.File) bool { return f != nil && f.Several() })
	l := w.level(0)
	roots := make([][]yamlfile.Node, len(w.files))
	first, behind := false, false // a reader of one document reads something, or nothing
	for i, f := range w.files {
		if f == nil {
			continue
		}
		roots[i] = f.Roots()
		if d := slices.IndexFunc(roots[i], yamlfile.Node.Valid); d >= 0 {
			first, behind = first || d == 0, behind || d > 0
		}
	}
	several = several || first && behind
	start := w.rules.Start()
	if !several {
		for i := range roots {
			l.row[i] = firstValid(roots[i])
		}
		w.root = l.row
		w.node(&at{row: l.row, state: start})
		return
	}
	t := &l.table
	t.reset(len(w.files))
	for i, f := range w.files {
		for d, r := range roots[i] {
			if r.Valid() {
				t.add(i, f.DocumentName(d), r, true)
			}
		}
	}
	for k := range t.inOrder() {
		name := t.keys[k]
		w.push(keypath.Step{Kind: keypath.Document, Key: name})
		w.node(&at{row: t.row(k), state: w.rules.Document(start, name), depth: 1})
		w.pop()
	}
}

func firstValid(roots []yamlfile.Node) yamlfile.Node {
	for _, r := range roots {
		if r.Valid() {
			return r
		}
	}
	return yamlfile.Node{}
}

func (w *walk) push(s keypath.Step) { w.steps = append(w.steps, s) }
func (w *walk) pop()                { w.steps = w.steps[:len(w.steps)-1] }
func (w *walk) path() keypath.Path  { return keypath.Of(w.steps...) }

func (w *walk) note(n Note) { w.out.Notes = append(w.out.Notes, n) }
