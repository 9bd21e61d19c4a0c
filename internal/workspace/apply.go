package workspace

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/writeset"
)

// Dirty says that a target has uncommitted changes that hoist did not make.
var Dirty = problem.Code{Name: "dirty-file", Class: problem.Refused}

// Applied is what an apply did, as it is remembered until it is committed or
// undone. It holds the edits and therefore must not leave the git directory.
type Applied struct {
	ID    string        `json:"id"`
	Plan  string        `json:"plan"`
	From  string        `json:"from"`
	To    []string      `json:"to"`
	Files []AppliedFile `json:"files"`
	// Choice is what was asked for, as a plan file without changes: the plan is
	// made again from it where a push meets another. null of what was no plan.
	Choice json.RawMessage `json:"choice,omitempty"`
	AppliedWords
}

// AppliedFile is one file of it.
type AppliedFile struct {
	Path        string          `json:"path"` // below hoist.yaml's directory
	Environment string          `json:"environment"`
	Service     string          `json:"service"`
	Changes     []AppliedChange `json:"changes"`
	Edits       []textedit.Edit `json:"edits"`
}

// AppliedChange is one key that moved.
type AppliedChange struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

// Apply writes a plan: all of its files or none. It refuses outside git, where
// a target has changes of somebody else (unless allowDirty), and where any file
// that the plan was made from has moved.
func (w *Workspace) Apply(ctx context.Context, p *plan.Plan, allowDirty bool, tell progress.Func) (*Applied, error) {
	for _, x := range p.Problems {
		if x.Code.Class == problem.Refused { // then nothing at all is done
			return nil, x
		}
	}
	var a *Applied
	err := w.exclusively(ctx, "apply", func(store *writeset.Store) (err error) {
		a, err = w.apply(ctx, store, p, allowDirty, tell)
		return err
	})
	return a, err
}

func (w *Workspace) store(ctx context.Context, exclusive bool, verb string) (*writeset.Store, error) {
	return writeset.Open(ctx, writeset.Options{Root: w.root.Name(), State: w.repo.State(), Head: w.repo.HeadText, Exclusive: exclusive, Verb: verb})
}

func (w *Workspace) apply(ctx context.Context, store *writeset.Store, p *plan.Plan, allowDirty bool, tell progress.Func) (a *Applied, err error) {
	if err = w.fresh(p); err != nil {
		return nil, err
	}
	if err = w.forgetCommitted(ctx, store); err != nil {
		return nil, err
	}
	if err = noRevertWaits(store); err != nil {
		return nil, err
	}
	if !allowDirty {
		if err = w.clean(ctx, store, p); err != nil {
			return nil, err
		}
	}
	a = &Applied{ID: newID(p.Digest), Plan: p.Digest, From: p.Choice.From, To: p.Choice.To}
	if a.AppliedWords, err = w.appliedWords(ctx, p); err != nil {
		return nil, err
	}
	if a.Choice, err = w.planJSON(&plan.Plan{Choice: p.Choice, Digest: p.Digest}); err != nil {
		return nil, err
	}
	var writes []writeset.Write
	for i, f := range p.Files {
		tell.Tell(progress.Event{Stage: progress.Write, Subject: f.Path, Done: i + 1, Total: len(p.Files)})
		writes = append(writes, writeset.Write{Path: w.inRepo(f.Path), Old: []byte(f.Before.Source()), New: []byte(f.After.Source())})
		a.Files = append(a.Files, applied(f))
	}
	if len(writes) == 0 {
		return a, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	note, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return a, store.Commit(ctx, a.ID, writes, note)
}

// forgetCommitted lets go of applies of which everything is committed by now, or
// was taken back with git.
func (w *Workspace) forgetCommitted(ctx context.Context, store *writeset.Store) error {
	left, err := w.touched(ctx, store)
	if err != nil {
		return err
	}
	records, err := store.Records()
	if err != nil {
		return err
	}
	for _, r := range records {
		open := slices.ContainsFunc(r.Files, func(f writeset.RecordFile) bool {
			return slices.ContainsFunc(left, func(t *touched) bool { return !t.back && w.inRepo(t.Path) == f.Path })
		})
		if !open {
			if err := store.Forget(r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func applied(f plan.File) AppliedFile {
	out := AppliedFile{Path: f.Path, Environment: f.Environment, Service: f.Service, Edits: f.Edits}
	for _, c := range f.Changes {
		out.Changes = append(out.Changes, AppliedChange{c.Path.String(), c.Action.String()})
	}
	return out
}

func newID(digest string) string {
	d := strings.TrimPrefix(digest, "sha256:")
	return time.Now().UTC().Format("20060102T150405.000000000Z") + "-" + d[:min(8, len(d))]
}

// fresh looks once more, under the lock, at every file that the plan was made
// from.
func (w *Workspace) fresh(p *plan.Plan) error {
	files := append([]plan.Source{p.Config}, p.Sources...)
	for _, f := range p.Files {
		files = append(files, plan.Source{Path: f.Path, SHA256: f.SHA256})
	}
	for _, f := range files {
		src, err := w.readIn(path.Join(w.base, f.Path))
		h := sha256.Sum256(src)
		if err != nil || hex.EncodeToString(h[:]) != f.SHA256 {
			return stale("source", f.Path, err)
		}
	}
	return nil
}

// clean refuses targets with uncommitted changes.
func (w *Workspace) clean(ctx context.Context, store *writeset.Store, p *plan.Plan) error {
	sums := map[string]string{}
	for _, f := range p.Files {
		sums[f.Path] = f.SHA256
	}
	return w.cleanFiles(ctx, store, sums)
}

// cleanFiles refuses files, given with the digest of what stands there, that
// have uncommitted changes; what hoist itself wrote last is none.
func (w *Workspace) cleanFiles(ctx context.Context, store *writeset.Store, sums map[string]string) error {
	var names []string
	for f := range sums {
		names = append(names, w.inRepo(f))
	}
	dirty, err := w.repo.Dirty(ctx, names)
	if err != nil || len(dirty) == 0 {
		return err
	}
	records, err := store.Records()
	if err != nil {
		return err
	}
	var l problem.List
	for f, sum := range sums {
		if name := w.inRepo(f); slices.Contains(dirty, name) && !ours(records, name, sum) {
			l = append(l, problem.New(Dirty, problem.Place{File: f}).Type("git", "diff", "--", f))
		}
	}
	return l.Sort().Err()
}

// ours reports whether a file is what hoist last wrote there.
func ours(records []writeset.Record, name, sum string) bool {
	last := ""
	for _, r := range records {
		for _, f := range r.Files {
			if f.Path == name {
				last = f.NewSum
			}
		}
	}
	return last != "" && last == sum
}

// secret reports whether a supplied value must not be saved.
func (w *Workspace) secret(s *plan.Supplied) bool {
	return w.cfg.Rules.SecretAt(s.Service, s.Path) || mask.LooksSecretText(s.Path, s.Text, s.Value)
}

// SavePlan writes the plan file, whole or not at all.
func (w *Workspace) SavePlan(p *plan.Plan, name string) error {
	b, err := w.PlanFile(p)
	if err != nil {
		return err
	}
	return replaceFile(name, b)
}

// replaceFile puts a file in place by one rename, so that a full disk leaves the
// old one.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return unwritable(name, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(unwritable(name, err), os.Remove(f.Name()))
	}
	return nil
}

// PlanFile is the plan as a plan file. A plan with a supplied secret has none.
func (w *Workspace) PlanFile(p *plan.Plan) ([]byte, error) {
	if p.HoldsSecret() {
		return nil, problem.New(SecretPlan, problem.Place{}).Type("hoist", "sync", "--set", "…")
	}
	return w.planJSON(p)
}

// planJSON is a plan as a plan file, with secrets masked.
func (w *Workspace) planJSON(p *plan.Plan) ([]byte, error) {
	var b bytes.Buffer
	words := report.Words{Mask: mask.New(w.keys(), false), Secret: w.Secret}
	err := words.PlanJSON(&b, p)
	return b.Bytes(), err
}
