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
)

// What can be wrong with a choice.
var (
	BadPattern = problem.Code{Name: "bad-pattern", Class: problem.Wrong}      // flag, pattern, column, why
	SetUnknown = problem.Code{Name: "set-unknown-key", Class: problem.Wrong}  // environment, path
	SetType    = problem.Code{Name: "set-type", Class: problem.Wrong}         // path, want
	SetTarget  = problem.Code{Name: "set-environment", Class: problem.Wrong}  // name, path
	SetTwice   = problem.Code{Name: "set-twice", Class: problem.Wrong}        // environment, service, path
	SetBreaks  = problem.Code{Name: "set-breaks-rule", Class: problem.Wrong}  // environment, path, kind; its place is the rule's
	SetNoPlace = problem.Code{Name: "set-has-no-place", Class: problem.Wrong} // environment, path, parent
)

// EditorLost says that the editor neither did nor refused a change: a fault of
// hoist's, on which nothing is written.
var EditorLost = problem.Code{Name: "editor-lost-change", Class: problem.Outside}

// Maker makes one plan, service by service; what a service does not change is
// not kept.
type Maker struct {
	choice  Choice
	cfg     *config.Config
	narrow  Narrowing
	prune   selection
	all     bool // --prune all
	clean   func(comment string) bool
	given   []*given
	plan    *Plan
	targets []Source // every target that was read, changed or not
	groups  map[string]bool
	links   map[string]string // targets that are links, and where these lead
}

// NewMaker checks the choice. clean reports whether a comment may be copied
// (it holds no credential).
func NewMaker(c Choice, cfg *config.Config, clean func(string) bool) (*Maker, error) {
	m := &Maker{choice: c, cfg: cfg, clean: clean, groups: map[string]bool{}, links: map[string]string{}, plan: &Plan{Choice: c}}
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
	m.given, err = readGiven(c)
	l = append(l, problem.All(err)...)
	m.plan.Choice.Set = nil // what counts of it, so that a saved plan says it once
	for _, g := range m.given {
		m.plan.Choice.Set = append(m.plan.Choice.Set, g.Supplied)
	}
	return m, l.Err()
}

// Linked says that a target is a link to another file. Its changes are held back:
// they would be another file's, perhaps another environment's.
func (m *Maker) Linked(path, to string) { m.links[path] = to }

// selected reports whether --only and --except let a path take part.
func (m *Maker) selected(p keypath.Path) bool { return m.narrow.selects(p) }

// Service adds what the choice changes in one service. Where a file that the
// promotion reads or writes cannot be read, the service is left alone.
func (m *Maker) Service(s *compare.Service, rules *rule.Set) error {
	m.plan.Problems = append(m.plan.Problems, s.Problems...)
	m.remark(s)
	from := slices.Index(s.Environments, m.choice.From)
	if m.blocked(s, from) {
		return nil
	}
	if src := s.Files[from]; src != nil {
		m.plan.Sources = append(m.plan.Sources, Source{s.Paths[from], sum(src.Source())})
	}
	if err := m.judge(s); err != nil {
		return err
	}
	for _, env := range m.choice.To {
		to := slices.Index(s.Environments, env)
		if f := s.Files[to]; f != nil {
			m.targets = append(m.targets, Source{s.Paths[to], sum(f.Source())})
		}
		t := newTarget(m, s, rules, from, to)
		if err := t.make(); err != nil {
			return err
		}
	}
	return nil
}

// remark keeps what the plan says of a service besides its changes.
func (m *Maker) remark(s *compare.Service) {
	for _, k := range s.Keys {
		for _, r := range k.Rules {
			m.groups[r.Group] = true
		}
	}
	for _, n := range s.Notes {
		if n.Code == compare.NearMiss || n.Code == compare.OnlyIn && m.apart(s) {
			n.Args = append(slices.Clone(n.Args), problem.Arg{Name: "service", Text: s.Name})
			m.plan.Notes = append(m.plan.Notes, n)
		}
	}
}

// apart reports whether the source has no file of the service, or a target is
// not meant to have one: then there is nothing to promote.
func (m *Maker) apart(s *compare.Service) bool {
	lacks := func(env string) bool { return s.Files[slices.Index(s.Environments, env)] == nil }
	meant := func(env string) bool { return s.Paths[slices.Index(s.Environments, env)] != "" }
	return lacks(m.choice.From) || slices.ContainsFunc(m.choice.To, func(e string) bool { return lacks(e) && !meant(e) })
}

// blocked reports whether the source or a target cannot be read; what is given
// for the service is then neither used nor wrong.
func (m *Maker) blocked(s *compare.Service, from int) bool {
	bad := unreadable(s, from)
	for _, env := range m.choice.To {
		bad = bad || unreadable(s, slices.Index(s.Environments, env))
	}
	for _, g := range m.given {
		if bad && g.of(s.Name) {
			g.known, g.placed = true, true
		}
	}
	return bad
}

func unreadable(s *compare.Service, env int) bool {
	return slices.ContainsFunc(s.Problems, func(p *problem.Problem) bool { return p.Place.File == s.Paths[env] })
}

// Plan finishes: config is hoist.yaml as it was read.
func (m *Maker) Plan(config Source) (*Plan, error) {
	if err := m.unplaced(); err != nil {
		return nil, err
	}
	p := m.plan
	p.Config = config
	for _, g := range m.cfg.Rules.Groups() {
		if m.groups[g] {
			p.Matched = append(p.Matched, g)
		}
	}
	p.Digest = digest(p, m.targets)
	return p, nil
}

func sum(src string) string {
	h := sha256.Sum256([]byte(src))
	return hex.EncodeToString(h[:])
}
