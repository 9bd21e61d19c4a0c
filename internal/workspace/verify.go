package workspace

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/writeset"
	"hoist.example/hoist/internal/yamlfile"
)

// touched is one file over all applies that are neither committed nor undone.
type touched struct {
	AppliedFile
	old, wanted []byte
	steps       []step
	back        bool // it stands as before the applies, as HEAD has it: somebody took it back with git
}

// Verify compares again from disk all that applies touched since the last
// commit. It fails only where a planned change is absent, another key moved, a
// rule broke or a placeholder is left; the rest is listed as remaining.
func (w *Workspace) Verify(ctx context.Context, req VerifyRequest, tell progress.Func) (v *plan.Verified, err error) {
	err = w.reading(ctx, "verify", func(store *writeset.Store) error {
		v, err = w.verify(ctx, store, req, tell)
		return err
	})
	return v, err
}

func (w *Workspace) verify(ctx context.Context, store *writeset.Store, req VerifyRequest, tell progress.Func) (*plan.Verified, error) {
	files, err := w.touched(ctx, store)
	if err != nil {
		return nil, err
	}
	v := &plan.Verified{}
	for _, t := range files {
		if t.Service == "" { // a kustomization.yaml, or hoist.yaml
			if err := w.verifyAlone(v, t); err != nil {
				return nil, err
			}
		}
	}
	services := w.servicesOf(files)
	for i, s := range services {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		tell.Tell(progress.Event{Stage: progress.Verify, Subject: s.Name, Done: i + 1, Total: len(services)})
		w.verifyService(v, s, files)
	}
	if !req.NoRender {
		if err := w.renderTouched(ctx, v, files, tell); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// touched joins the records: the oldest bytes before, the newest wanted. A file
// that git says is committed is left out, also where commits of others went on
// from there; but one without any of its changes is told of: it was taken back.
func (w *Workspace) touched(ctx context.Context, store *writeset.Store) ([]*touched, error) {
	records, err := store.Records()
	if err != nil {
		return nil, err
	}
	all, err := w.join(records)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var names []string
	for _, t := range all {
		names = append(names, w.inRepo(t.Path))
	}
	dirty, err := w.repo.Dirty(ctx, names)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t *touched) bool {
		name := w.inRepo(t.Path)
		now, err := w.readIn(name)
		clean := err == nil && !slices.Contains(dirty, name)
		t.back = clean && !t.standsIn(now)
		return clean && !t.back
	}), nil
}

// standsIn reports whether a file has any of the changes that were applied to it.
func (t *touched) standsIn(now []byte) bool {
	if bytes.Equal(now, t.wanted) || bytes.Equal(now, t.old) {
		return bytes.Equal(now, t.wanted)
	}
	wanted, err := yamlfile.Parse(t.Path, t.wanted)
	if err != nil {
		return false
	}
	is, err := yamlfile.Parse(t.Path, now)
	if err != nil {
		return false
	}
	all := t.paths()
	return len(all) == 0 || len(promotion.Net(wanted, is, all)) < len(all)
}

func (w *Workspace) join(records []writeset.Record) (out []*touched, err error) {
	for _, r := range records {
		var a Applied
		if err := json.Unmarshal(r.Note, &a); err != nil {
			return nil, err
		}
		for _, f := range a.Files {
			before := oldOf(r, w.inRepo(f.Path))
			wanted, err := textedit.Apply(before, f.Edits)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(out, func(t *touched) bool { return t.Path == f.Path })
			if i < 0 {
				out = append(out, &touched{AppliedFile: f, old: before, wanted: wanted, steps: []step{{before, wanted}}})
				continue
			}
			out[i].step(before, wanted)
			out[i].Changes = append(out[i].Changes, f.Changes...)
		}
	}
	return out, nil
}

func oldOf(r writeset.Record, name string) []byte {
	for _, f := range r.Files {
		if f.Path == name {
			return f.Old
		}
	}
	return nil
}

func (w *Workspace) servicesOf(files []*touched) (out []config.Service) {
	for _, s := range w.cfg.Services {
		if slices.ContainsFunc(files, func(t *touched) bool { return t.Service == s.Name }) {
			out = append(out, s)
		}
	}
	return out
}

func (w *Workspace) verifyService(v *plan.Verified, s config.Service, files []*touched) {
	now := compare.Files(w.input(s, w.cfg.Environments, nil, nil))
	olds := map[string][]byte{}
	for _, t := range files {
		if t.Service == s.Name {
			olds[t.Path] = t.old
		}
	}
	before := compare.Files(w.input(s, w.cfg.Environments, nil, olds))
	v.Counts.Plus(now.Counts)
	v.Remaining = append(v.Remaining, plan.Remaining{Service: s.Name, Counts: now.Counts})
	for _, p := range now.Problems {
		v.Failures = append(v.Failures, plan.Failure{Code: plan.Unreadable, Service: s.Name, Place: p.Place})
	}
	for _, t := range files {
		if t.Service == s.Name {
			w.verifyFile(v, t, now)
		}
	}
	v.Failures = append(v.Failures, broken(s.Name, before, now)...)
}

// verifyAlone verifies a file that belongs to no service: images entries key by
// key; of hoist.yaml, in which a rule was written, only whether it was edited.
func (w *Workspace) verifyAlone(v *plan.Verified, t *touched) error {
	now, err := w.readIn(w.inRepo(t.Path))
	edited := err != nil || !bytes.Equal(now, t.wanted)
	v.Files = append(v.Files, plan.VerifiedFile{Path: t.Path, Environment: t.Environment, Changes: max(len(t.Changes), 1), Edited: edited})
	if !edited || t.Environment == "" {
		return nil
	}
	x := plan.Touched{Path: t.Path, Environment: t.Environment, Changes: t.paths(), Identity: plan.ImageIdentity}
	if x.Wanted, err = yamlfile.Parse(t.Path, t.wanted); err != nil {
		return err
	}
	if x.Disk, err = yamlfile.Parse(t.Path, now); err != nil {
		v.Failures = append(v.Failures, plan.Failure{Code: plan.Unreadable, Environment: t.Environment, Place: problem.Place{File: t.Path}})
		return nil
	}
	v.Failures = append(v.Failures, x.Verify()...)
	return nil
}

// paths are the keys that were to change.
func (t *touched) paths() (out []keypath.Path) {
	for _, c := range t.Changes {
		if p, err := keypath.Parse(c.Path); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func (w *Workspace) verifyFile(v *plan.Verified, t *touched, now *compare.Service) {
	env := slices.Index(now.Environments, t.Environment)
	disk := now.Files[env]
	edited := disk == nil || disk.Source() != string(t.wanted)
	v.Files = append(v.Files, plan.VerifiedFile{Path: t.Path, Environment: t.Environment, Service: t.Service, Changes: len(t.Changes), Edited: edited})
	wanted, err := yamlfile.Parse(t.Path, t.wanted)
	if err == nil && edited && !unreadableAt(now, t.Path) {
		x := plan.Touched{Path: t.Path, Environment: t.Environment, Service: t.Service, Changes: t.paths(), Wanted: wanted, Disk: disk, Identity: identities(now)}
		v.Failures = append(v.Failures, x.Verify()...)
	}
	if disk != nil {
		for p, n := range disk.Leaves(identities(now)) {
			if n.Valid() && n.Leaf() && strings.HasPrefix(n.Comment(), "hoist:pending") {
				v.Failures = append(v.Failures, plan.Failure{Code: plan.LeftPending, Environment: t.Environment, Service: t.Service, Path: p, Place: n.Place()})
			}
		}
	}
}

func unreadableAt(s *compare.Service, name string) bool {
	return slices.ContainsFunc(s.Problems, func(p *problem.Problem) bool { return p.Place.File == name })
}

func identities(s *compare.Service) func(keypath.Path) string {
	return func(p keypath.Path) string { return s.Lists[p].Identity }
}

// broken are the rules that hold no more, and held before.
func broken(service string, before, now *compare.Service) (out []plan.Failure) {
	had := map[string]bool{}
	for _, k := range before.Keys {
		for _, b := range k.Breaches {
			had[breachID(k.Path, b)] = true
		}
	}
	for _, k := range now.Keys {
		for _, b := range k.Breaches {
			if had[breachID(k.Path, b)] {
				continue
			}
			f := plan.Failure{Code: plan.RuleBroken, Service: service, Path: k.Path, Rule: b.Place}
			if len(b.Environments) > 0 {
				f.Environment = b.Environments[0]
				if i := slices.Index(now.Environments, f.Environment); k.Nodes[i].Valid() {
					f.Place = k.Nodes[i].Place()
				}
			}
			out = append(out, f)
		}
	}
	return out
}

func breachID(p keypath.Path, b rule.Breach) string {
	return p.String() + "\x00" + string(b.Kind) + "\x00" + b.Place.String()
}
