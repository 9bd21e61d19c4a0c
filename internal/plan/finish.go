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

// finish edits and proves in memory. What cannot be edited or proved is held
// back; the rest of the file goes on.
func (t *target) finish() error {
	if len(t.ops) == 0 {
		return nil
	}
	if t.file.Encrypted() || t.src.Encrypted() {
		t.holdAll(t.ops, HeldEncrypted, "file", nil)
		return nil
	}
	if p := proof.Readable(t.file); p != nil {
		t.holdAll(t.ops, HeldUnsafe, p.Code.Name, p)
		return nil
	}
	proved, ops, err := t.prove(t.ops)
	if err != nil || len(ops) == 0 {
		return err
	}
	d := proved.Draft()
	f := File{Path: t.s.Paths[t.to], Environment: t.env, Service: t.s.Name, SHA256: sum(t.file.Source()),
		Before: t.file, After: proved.After(), Edits: d.Edits}
	for _, o := range ops {
		f.Changes = append(f.Changes, t.shown(o, proved.After()))
	}
	t.m.plan.Files = append(t.m.plan.Files, f)
	return nil
}

// prove gives the largest part of ops that can be proved: all of them nearly
// always; else the halves are tried apart and together.
func (t *target) prove(ops []op) (proof.Proved, []op, error) {
	proved, done, problem, err := t.try(ops)
	if err != nil || problem == nil {
		return proved, done, err
	}
	if len(ops) == 1 {
		t.holdAll(ops, HeldUnsafe, problem.Code.Name, problem)
		return proof.Proved{}, nil, nil
	}
	_, a, err := t.prove(ops[:len(ops)/2])
	if err != nil {
		return proof.Proved{}, nil, err
	}
	_, b, err := t.prove(ops[len(ops)/2:])
	if err != nil {
		return proof.Proved{}, nil, err
	}
	both := slices.Concat(a, b)
	if len(both) == 0 {
		return proof.Proved{}, nil, nil
	}
	proved, done, problem, err = t.try(both)
	if problem != nil { // each is right, together they are not
		t.holdAll(both, HeldUnsafe, problem.Code.Name, problem)
		return proof.Proved{}, nil, nil
	}
	return proved, done, err
}

// try edits and proves one set; what the editor refuses is held at once.
func (t *target) try(ops []op) (proof.Proved, []op, *problem.Problem, error) {
	plain := make([]edit.Op, len(ops))
	for i, o := range ops {
		plain[i] = o.Op
	}
	d := edit.Make(t.file, plain)
	var done []op
	for i, o := range ops {
		if h := slices.IndexFunc(d.Held, func(h edit.Held) bool { return h.Op == i }); h >= 0 {
			t.holdAll([]op{o}, HeldUnsafe, d.Held[h].Why.Arg("why"), d.Held[h].Why)
		} else {
			done = append(done, o)
		}
	}
	if len(done) == 0 {
		return proof.Proved{}, nil, nil, nil
	}
	if len(done) < len(ops) { // without the refused ones, so that proof sees only what is wanted
		return t.try(done)
	}
	if len(d.Done) != len(done) {
		return proof.Proved{}, nil, problem.New(EditorLost, t.placeOf(done[0].Path)), nil
	}
	proved, err := proof.Check(d, proof.Rules{Protected: t.protected, Forbidden: t.forbids, Identity: t.named})
	if err == nil {
		return proved, done, nil, nil
	}
	var p *problem.Problem
	if errors.As(err, &p) {
		return proof.Proved{}, nil, p, nil
	}
	return proof.Proved{}, nil, nil, err
}

// protected: an allowed key keeps its value unless it was named.
func (t *target) protected(p keypath.Path) bool {
	if len(t.walk.Allows(t.state(p))) == 0 || t.supplied[p.String()] {
		return false
	}
	for root := range t.pruned {
		if q, err := keypath.Parse(root); err == nil && p.Under(q) {
			return false
		}
	}
	return true
}

func (t *target) forbids(_ keypath.Path, v value.Value) bool {
	return t.rules.Forbidden(t.env, v) != nil
}

func (t *target) named(p keypath.Path) string {
	if info, ok := t.s.Lists[p]; ok {
		return info.Identity
	}
	for _, f := range []*yamlfile.File{t.file, t.src} {
		if n, ok := f.Lookup(p); ok && n.Valid() {
			return t.identity(n, p)
		}
	}
	return ""
}

func (t *target) holdAll(ops []op, code Code, why string, p *problem.Problem) {
	for _, o := range ops {
		h := Held{Path: o.Path, Code: code, Why: why, Place: t.placeOf(o.Path)}
		if p != nil {
			h.Args = p.Args
		}
		t.hold(h)
	}
}

// placeOf is where p stands in the target, else its nearest parent there.
func (t *target) placeOf(p keypath.Path) problem.Place {
	for q, ok := p, true; ok; q, ok = q.Parent() {
		if n, found := t.file.Lookup(q); found && n.Valid() {
			return n.Place()
		}
	}
	return problem.Place{File: t.s.Paths[t.to], Line: 1, Column: 1}
}

// shown is an op as the plan shows it.
func (t *target) shown(o op, after *yamlfile.File) Change {
	c := Change{Path: o.Path, Action: o.Action, TypeChanged: o.typeChanged, Secret: t.walk.Secret(t.state(o.Path))}
	c.Line = t.placeOf(o.Path).Line
	if n, ok := t.file.Lookup(o.Path); ok && n.Valid() {
		c.Before = t.content(n, o.Path)
		c.Line = n.Line()
	}
	if n, ok := after.Lookup(o.Path); ok && n.Valid() && o.Action != edit.Delete {
		c.After = t.content(n, o.Path)
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
	for l := range t.leaves(n, p) {
		if len(l.rules) > 0 {
			c.Omit = append(c.Omit, l.path)
		}
	}
	return c
}

// digest binds the choice, what it was made from, and what the files become. It
// holds no value: a masked value's fingerprint is of one clone only.
func digest(p *Plan) string {
	type change struct{ Path, Action string }
	type file struct {
		Path, Before, After string
		Changes             []change
	}
	type held struct{ Environment, Service, Path, Code, Why string }
	type set struct{ Environment, Service, Path string }
	d := struct {
		From    string
		To      []string
		Choice  [][]string
		Marks   bool
		Set     []set
		Config  Source
		Sources []Source
		Files   []file
		Held    []held
	}{From: p.Choice.From, To: p.Choice.To, Marks: p.Choice.Placeholder, Config: p.Config, Sources: p.Sources}
	for _, l := range [][]string{p.Choice.Services, p.Choice.Only, p.Choice.Except, p.Choice.Prune, p.Choice.Overwrite, p.Choice.Images} {
		d.Choice = append(d.Choice, append([]string{}, l...)) // none is none, however it was made
	}
	for _, s := range p.Choice.Set {
		d.Set = append(d.Set, set{s.Environment, s.Service, s.Path})
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
