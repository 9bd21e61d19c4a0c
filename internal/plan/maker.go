package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
)

// What can be wrong with a choice.
var (
	BadPattern = problem.Code{Name: "bad-pattern", Class: problem.Wrong} // flag, pattern, column, why
	SetUnknown = problem.Code{Name: "set-unknown-key", Class: problem.Wrong}
	SetType    = problem.Code{Name: "set-type", Class: problem.Wrong} // path, want
	SetService = problem.Code{Name: "set-service", Class: problem.Wrong}
	SetTarget  = problem.Code{Name: "set-environment", Class: problem.Wrong}
)

// EditorLost says that the editor neither did nor refused a change: a fault of
// hoist's, on which nothing is written.
var EditorLost = problem.Code{Name: "editor-lost-change", Class: problem.Outside}

// Maker makes one plan, service by service; what a service does not change is
// not kept.
type Maker struct {
	choice Choice
	cfg    *config.Config
	narrow Narrowing
	prune  selection
	all    bool // --prune all
	clean  func(comment string) bool
	used   map[int]bool // entries of choice.Set that named something
	plan   *Plan
	groups map[string]bool
}

// NewMaker checks the choice. clean reports whether a comment may be copied
// (it holds no credential).
func NewMaker(c Choice, cfg *config.Config, clean func(string) bool) (*Maker, error) {
	m := &Maker{choice: c, cfg: cfg, clean: clean, used: map[int]bool{}, groups: map[string]bool{},
		plan: &Plan{Choice: c}}
	var l problem.List
	narrow, err := Narrow(c.Only, c.Except)
	l = append(l, problem.All(err)...)
	m.narrow = narrow
	prune := c.Prune
	if i := slices.Index(prune, "all"); i >= 0 {
		m.all, prune = true, slices.Delete(slices.Clone(prune), i, i+1)
	}
	m.prune, err = readPatterns("prune", prune)
	l = append(l, problem.All(err)...)
	for _, s := range c.Set {
		if !slices.Contains(c.To, s.Environment) {
			l = append(l, problem.New(SetTarget, problem.Place{}, "name", s.Environment, "path", s.Path))
		}
	}
	return m, l.Err()
}

// selected reports whether --only and --except let a path take part.
func (m *Maker) selected(p keypath.Path) bool { return m.narrow.selects(p) }

// supplied is the value given for a path of one file; ok says that there is one.
// like is the value the key has elsewhere, whose type it takes.
func (m *Maker) supplied(env, service string, p keypath.Path, like value.Value) (v value.Value, ok bool, err error) {
	for i, s := range m.choice.Set {
		if s.Environment != env || s.Service != "" && s.Service != service {
			continue
		}
		q, perr := keypath.Parse(s.Path)
		if perr != nil {
			return v, false, patternProblem("set", s.Path, perr)
		}
		if q != p {
			continue
		}
		m.used[i] = true
		if s.Value.Present() {
			return s.Value, true, nil
		}
		v, perr = value.ParseAs(s.Text, like)
		if perr != nil {
			return v, false, problem.New(SetType, problem.Place{}, "path", p.String(), "want", like.TypeName()).Because(perr)
		}
		return v, true, nil
	}
	return v, false, nil
}

// Service adds what the choice changes in one service.
func (m *Maker) Service(s *compare.Service, rules *rule.Set) error {
	m.plan.Problems = append(m.plan.Problems, s.Problems...)
	for _, k := range s.Keys {
		for _, r := range k.Rules {
			m.groups[r.Group] = true
		}
		if k.NearMiss != "" {
			m.plan.Notes = append(m.plan.Notes, compare.Note{Code: compare.NearMiss, Path: k.Path,
				Args: []problem.Arg{{Name: "service", Text: s.Name}, {Name: "pattern", Text: k.NearMiss}, {Name: "suggestion", Text: k.Suggestion}}})
		}
	}
	from := slices.Index(s.Environments, m.choice.From)
	if src := s.Files[from]; src != nil {
		m.plan.Sources = append(m.plan.Sources, Source{s.Paths[from], sum(src.Source())})
	}
	for _, env := range m.choice.To {
		to := slices.Index(s.Environments, env)
		t := newTarget(m, s, rules, from, to)
		if err := t.make(); err != nil {
			return err
		}
	}
	return nil
}

// Plan finishes: config is hoist.yaml as it was read.
func (m *Maker) Plan(config Source) (*Plan, error) {
	var l problem.List
	for i, s := range m.choice.Set {
		if !m.used[i] {
			l = append(l, problem.New(SetUnknown, problem.Place{}, "environment", s.Environment, "path", s.Path))
		}
	}
	if err := l.Err(); err != nil && len(m.plan.Problems) == 0 {
		return nil, err
	}
	p := m.plan
	p.Config = config
	for _, g := range m.cfg.Rules.Groups() {
		if m.groups[g] {
			p.Matched = append(p.Matched, g)
		}
	}
	p.Digest = digest(p)
	return p, nil
}

func sum(src string) string {
	h := sha256.Sum256([]byte(src))
	return hex.EncodeToString(h[:])
}
