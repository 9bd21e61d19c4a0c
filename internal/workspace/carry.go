package workspace

import (
	"bytes"
	"errors"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// NotCarried says that hoist's edits cannot be made in another version of a
// file; path is the key that keeps them from it, why what is the matter.
var NotCarried = problem.Code{Name: "edits-not-carried", Class: problem.Refused} // path; why: moved, or the editor's; where: HEAD, index, remote

// step is what applies did to one file with nobody in between.
type step struct{ old, wanted []byte }

// step adds what one more apply did.
func (t *touched) step(old, wanted []byte) {
	if last := &t.steps[len(t.steps)-1]; bytes.Equal(last.wanted, old) {
		last.wanted = wanted
	} else {
		t.steps = append(t.steps, step{old, wanted})
	}
	t.wanted = wanted
}

func (t *touched) fileOf() fileOf { return fileOf{t.Path, t.Environment, t.Service} }

// toCarry is what a step changed, and how it is made in another version of the
// file: the mirror of taking it back.
type toCarry struct {
	w            *Workspace
	f            fileOf
	base, edited *yamlfile.File
	changes      []promotion.Change // from edited to base
}

func (w *Workspace) toCarry(f fileOf, s step) (c toCarry, err error) {
	c = toCarry{w: w, f: f}
	if c.base, err = yamlfile.Parse(f.path, s.old); err != nil {
		return c, err
	}
	if c.edited, err = yamlfile.Parse(f.path, s.wanted); err != nil {
		return c, err
	}
	c.changes = promotion.Between(c.edited, c.base, w.identityOf(f.service, f.path, c.base, c.edited))
	return c, nil
}

// onto makes the step's changes in another version of the file, proved; what is
// so already stays. A key that is neither as before the step nor as after it is
// a problem, unless force: then it becomes what the step made of it.
func (c toCarry) onto(version []byte, where string, force bool) ([]byte, error) {
	now, err := yamlfile.Parse(c.f.path, version)
	if err != nil {
		return nil, err
	}
	t := promotion.TakingBack(c.changes, c.edited, c.base, now)
	for _, p := range t.Moved {
		if !force {
			return nil, c.refused(now, p, "moved", where)
		}
		t.Ops = append(t.Ops, c.forced(now, p))
	}
	if len(t.Ops) == 0 {
		return version, nil
	}
	d := edit.Make(now, t.Ops)
	if len(d.Held) > 0 {
		return nil, c.refused(now, t.Ops[d.Held[0].Op].Path, d.Held[0].Why.Arg("why"), where)
	}
	made, err := proof.Check(d, proof.Rules{Identity: c.w.identityOf(c.f.service, c.f.path, c.base, c.edited, now)})
	var why *problem.Problem
	if errors.As(err, &why) {
		return nil, c.refused(now, t.Ops[0].Path, why.Code.Name, where)
	}
	if err != nil {
		return nil, err
	}
	return []byte(made.After().Source()), nil
}

// forced is the change of a key whatever stands there now.
func (c toCarry) forced(now *yamlfile.File, p keypath.Path) edit.Op {
	want, stays := c.edited.Lookup(p)
	if _, there := now.Lookup(p); !stays || !want.Valid() {
		return edit.Op{Action: edit.Delete, Path: p}
	} else if !there {
		return edit.Op{Action: edit.Add, Path: p, From: want}
	}
	return edit.Op{Action: edit.Set, Path: p, From: want}
}

func (c toCarry) refused(now *yamlfile.File, p keypath.Path, why, where string) error {
	place := problem.Place{File: c.f.path}
	if n, ok := now.Lookup(p); ok && n.Valid() {
		place = n.Place()
	}
	return problem.New(NotCarried, place, "path", shownPath(p), "why", why, "where", where)
}

// shownPath is a key path fit to show: the name of a list's element may be a
// secret.
func shownPath(p keypath.Path) string { return mask.New(nil, false).Text(p.String()) }

// undone are the step's keys that a version of the file does not have as the
// step made them.
func (c toCarry) undone(now *yamlfile.File) []keypath.Path {
	t := promotion.TakingBack(c.changes, c.edited, c.base, now)
	out := t.Moved
	for _, o := range t.Ops {
		out = append(out, o.Path)
	}
	return out
}
