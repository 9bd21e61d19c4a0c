package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// site is one file that a plan changes: what is wanted of it, and what proof must
// know to judge the result.
type site struct {
	m                  *Maker
	path, env, service string
	file               *yamlfile.File
	rules              proof.Rules
}

// finish edits and proves in memory. What cannot be edited or proved is held
// back; the rest of the file goes on.
func (t *target) finish() error {
	s := &site{m: t.m, path: t.s.Paths[t.to], env: t.env, service: t.s.Name, file: t.file,
		rules: proof.Rules{Protected: t.protected, Forbidden: t.forbids, Identity: t.identityAt}}
	return s.finish(t.ops, t.shown)
}

// finish makes the file's part of the plan; shown is an op as the plan shows it.
func (s *site) finish(ops []op, shown func(o op, after *yamlfile.File) Change) error {
	if ops = s.chosen(ops); len(ops) == 0 {
		return nil
	}
	if p := proof.Readable(s.file); p != nil {
		s.holdOps(ops, p.Code.Name, p)
		return nil
	}
	proved, ops, err := s.prove(ops)
	if err != nil || len(ops) == 0 {
		return err
	}
	f := File{Path: s.path, Environment: s.env, Service: s.service, SHA256: sum(s.file.Source()),
		Before: s.file, After: proved.After(), Edits: proved.Draft().Edits}
	for _, o := range ops {
		f.Changes = append(f.Changes, shown(o, proved.After()))
	}
	s.m.plan.Files = append(s.m.plan.Files, f)
	return nil
}

// prove gives the largest part of ops that can be proved: all of them nearly
// always; else the halves are tried apart and together.
func (s *site) prove(ops []op) (proof.Proved, []op, error) {
	d, ops := s.edit(ops)
	if len(ops) == 0 {
		return proof.Proved{}, nil, nil
	}
	proved, why, err := s.check(d, ops)
	if err != nil || why == nil {
		return proved, ops, err
	}
	if len(ops) == 1 {
		s.holdOps(ops, why.Code.Name, why)
		return proof.Proved{}, nil, nil
	}
	_, a, err := s.prove(ops[:len(ops)/2])
	if err != nil {
		return proof.Proved{}, nil, err
	}
	_, b, err := s.prove(ops[len(ops)/2:])
	if err != nil {
		return proof.Proved{}, nil, err
	}
	return s.proveBoth(slices.Concat(a, b))
}

// proveBoth proves together what was proved apart.
func (s *site) proveBoth(ops []op) (proof.Proved, []op, error) {
	d, ops := s.edit(ops)
	if len(ops) == 0 {
		return proof.Proved{}, nil, nil
	}
	proved, why, err := s.check(d, ops)
	if why != nil { // each is right, together they are not
		s.holdOps(ops, why.Code.Name, why)
		return proof.Proved{}, nil, nil
	}
	return proved, ops, err
}

// edit makes a draft of ops; what the editor refuses is held back.
func (s *site) edit(ops []op) (*edit.Draft, []op) {
	for {
		plain := make([]edit.Op, len(ops))
		for i, o := range ops {
			plain[i] = o.Op
		}
		d := edit.Make(s.file, plain)
		if len(d.Held) == 0 || len(ops) == 0 {
			return d, ops
		}
		var left []op
		for i, o := range ops {
			if h := slices.IndexFunc(d.Held, func(h edit.Held) bool { return h.Op == i }); h >= 0 {
				s.holdOps([]op{o}, d.Held[h].Why.Arg("why"), d.Held[h].Why)
			} else {
				left = append(left, o)
			}
		}
		ops = left // without the refused ones, so that proof sees only what is wanted
	}
}

// check proves a draft; why says what is wrong with it.
func (s *site) check(d *edit.Draft, ops []op) (proved proof.Proved, why *problem.Problem, err error) {
	if len(d.Done) != len(ops) {
		return proved, problem.New(EditorLost, s.placeOf(ops[0].Path)), nil
	}
	proved, err = proof.Check(d, s.rules)
	if errors.As(err, &why) {
		return proof.Proved{}, why, nil
	}
	return proved, nil, err
}

// protected: an allowed key keeps its value unless it was named.
func (t *target) protected(p keypath.Path) bool {
	return len(t.walk.Allows(t.state(p))) > 0 && !t.named[p] && !slices.ContainsFunc(t.pruned, p.Under)
}

func (t *target) forbids(_ keypath.Path, v value.Value) bool {
	return t.rules.Forbidden(t.env, v) != nil
}

func (t *target) identityAt(p keypath.Path) string {
	for _, f := range []*yamlfile.File{t.file, t.src} {
		if n, ok := f.Lookup(p); ok && n.Valid() {
			return t.identity(n, p)
		}
	}
	return t.lists[p].Identity
}

func (s *site) holdOps(ops []op, why string, p *problem.Problem) {
	for _, o := range ops {
		s.m.plan.HeldBack = append(s.m.plan.HeldBack, Held{Environment: s.env, Service: s.service, Path: o.Path, Code: HeldUnsafe,
			Why: why, Place: s.placeOf(o.Path), Args: p.Args})
	}
}

// placeOf is where p stands in the file, else its nearest parent there.
func (s *site) placeOf(p keypath.Path) problem.Place { return nearestPlace(s.file, p) }

func nearestPlace(f *yamlfile.File, p keypath.Path) problem.Place {
	for q, ok := p, true; ok; q, ok = q.Parent() {
		if n, found := f.Lookup(q); found && n.Valid() {
			return place(n)
		}
	}
	return problem.Place{File: f.Name(), Line: 1, Column: 1}
}

// shown is an op as the plan shows it.
func (t *target) shown(o op, after *yamlfile.File) Change {
	c := Change{Path: o.Path, Action: o.Action, Secret: t.walk.Secret(t.state(o.Path)), Line: nearestPlace(t.file, o.Path).Line}
	if n, ok := t.file.Lookup(o.Path); ok && n.Valid() {
		c.Before = t.content(n, o.Path)
	}
	if n, ok := after.Lookup(o.Path); ok && n.Valid() && o.Action != edit.Delete {
		c.After = t.content(n, o.Path)
		c.After.Omit = append(c.After.Omit, o.left...)
	}
	if c.Before.Node.Valid() && c.After.Node.Valid() {
		c.TypeChanged = c.Before.Node.Value().TypeName() != c.After.Node.Value().TypeName()
	}
	return c
}

// content is a value, or a subtree without the keys under rules.
func (t *target) content(n yamlfile.Node, p keypath.Path) Content {
	c := Content{Node: n}
	if n.Leaf() {
		c.Value = n.Value()
		return c
	}
	for _, l := range t.leaves(n, p) {
		if len(l.rules) > 0 {
			c.Omit = append(c.Omit, l.path)
		}
	}
	return c
}

// digest binds the choice, what it was made from (also targets that it leaves as
// they are), and what the files become. It holds no value: a masked value's
// fingerprint is of one clone only.
func digest(p *Plan, targets []Source) string {
	type change struct{ Path, Action string }
	type file struct {
		Path, Before, After string
		Changes             []change
	}
	type held struct{ Environment, Service, Path, Code, Why string }
	type set struct{ Environment, Service, Path string }
	d := struct {
		From       string
		To         []string
		Choice     [][]string
		Flags      []bool
		Set        []set
		Leave      []set             `json:",omitempty"`
		ImagesFrom map[string]string `json:",omitempty"`
		Config     Source
		Sources    []Source
		Targets    []Source
		Files      []file
		Held       []held
	}{From: p.Choice.From, To: p.Choice.To, Flags: []bool{p.Choice.Placeholder, p.Choice.Add, p.Choice.WithRefs, p.Choice.OnlyImages}, Config: p.Config, Sources: p.Sources, Targets: targets}
	for _, l := range [][]string{p.Choice.Services, p.Choice.Only, p.Choice.Except, p.Choice.Prune, p.Choice.Overwrite, p.Choice.Images} {
		d.Choice = append(d.Choice, append([]string{}, l...)) // none is none, however it was made
	}
	for _, s := range p.Choice.Set {
		d.Set = append(d.Set, set{s.Environment, s.Service, s.Path})
	}
	d.ImagesFrom = p.Choice.ImagesFrom
	for _, l := range p.Choice.Leave {
		d.Leave = append(d.Leave, set{l.Environment, l.Service, l.Path.String()})
	}
	for _, f := range p.Files {
		x := file{Path: f.Path, Before: f.SHA256, After: sum(f.After.Source())}
		for _, c := range f.Changes {
			x.Changes = append(x.Changes, change{c.Path.String(), c.Action.String()})
		}
		d.Files = append(d.Files, x)
	}
	for _, h := range p.HeldBack {
		d.Held = append(d.Held, held{h.Environment, h.Service, h.Path.String(), string(h.Code), h.Why})
	}
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and slices of strings only
	}
	h := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(h[:])
}

// NeedsPerson reports whether something waits for a person (exit 1).
func (p *Plan) NeedsPerson() bool { return len(p.HeldBack) > 0 }

// HoldsSecret reports whether a value supplied on the command line is a secret:
// such a plan cannot be saved.
func (p *Plan) HoldsSecret() bool {
	return slices.ContainsFunc(p.Choice.Set, func(s Supplied) bool { return s.Secret })
}

// Counts are the numbers of changes by action.
func (p *Plan) Counts() (set, add, del int) {
	for _, f := range p.Files {
		for _, c := range f.Changes {
			switch c.Action {
			case edit.Add:
				add++
			case edit.Delete:
				del++
			default:
				set++
			}
		}
	}
	return set, add, del
}
