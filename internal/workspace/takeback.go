package workspace

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/writeset"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// What keeps a promotion from being taken back.
var (
	NotPromotion      = problem.Code{Name: "not-a-promotion", Class: problem.Wrong}        // commit
	NoKeys            = problem.Code{Name: "promotion-without-keys", Class: problem.Wrong} // commit
	KeyMoved          = problem.Code{Name: "key-moved-since", Class: problem.Refused}      // path, commit, environment, service
	UndoUnsafe        = problem.Code{Name: "undo-unsafe", Class: problem.Refused}          // path ("": the file), commit, why
	UncommittedApply  = problem.Code{Name: "uncommitted-apply", Class: problem.Refused}
	UncommittedRevert = problem.Code{Name: "uncommitted-revert", Class: problem.Refused} // commit
)

// LastPromotion is the newest promotion of HEAD's history that was not taken
// back; nil where there is none.
func (w *Workspace) LastPromotion(ctx context.Context) (*promotion.Entry, error) {
	if w.repo == nil {
		return nil, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	back := map[string]string{}
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{Grep: promotion.Mark}) {
		if err != nil {
			return nil, err
		}
		if e, ok := w.entry(c, back); ok && e.RevertedBy == "" && !e.Revert() {
			return &e, nil
		}
	}
	return nil, nil
}

// TakeBack puts back the keys that a promotion's commit moved, and no other, in
// the work tree: `hoist commit` commits it. A file that is otherwise unchanged
// gets its old bytes. It is refused where such a key was moved since, and where
// something applied waits to be committed.
func (w *Workspace) TakeBack(ctx context.Context, rev string, allowDirty bool) (report.Undone, error) {
	out := report.Undone{}
	err := w.exclusively(ctx, "undo", func(store *writeset.Store) (err error) {
		if err := w.nothingWaits(ctx, store); err != nil {
			return err
		}
		t := &takeBack{w: w, store: store}
		out, err = t.run(ctx, rev, allowDirty)
		return err
	})
	return out, err
}

// nothingWaits refuses where applies are not committed: two promotions in one
// commit could not be told apart.
func (w *Workspace) nothingWaits(ctx context.Context, store *writeset.Store) error {
	if err := w.forgetCommitted(ctx, store); err != nil {
		return err
	}
	left, err := w.touched(ctx, store)
	if err == nil && len(left) > 0 {
		return problem.New(UncommittedApply, problem.Place{File: left[0].Path}).Type("hoist", "commit")
	}
	return err
}

// noRevertWaits refuses to promote where a promotion was taken back and that is
// not committed.
func noRevertWaits(store *writeset.Store) error {
	records, err := store.Records()
	if err != nil {
		return err
	}
	for _, r := range records {
		var a Applied
		if err := json.Unmarshal(r.Note, &a); err != nil {
			return err
		}
		if a.Reverts != nil {
			return problem.New(UncommittedRevert, problem.Place{}, "commit", short(a.Reverts.Commit)).Type("hoist", "commit")
		}
	}
	return nil
}

// short is a commit's id as people read it.
func short(id string) string { return id[:min(len(id), 10)] }

// takeBack is one run of TakeBack.
type takeBack struct {
	w      *Workspace
	store  *writeset.Store
	commit gitrepo.Commit
	faults problem.List
	writes []writeset.Write
	record Applied
	sums   map[string]string
}

func (t *takeBack) run(ctx context.Context, rev string, allowDirty bool) (out report.Undone, err error) {
	versions, err := t.versions(ctx, rev)
	if err != nil {
		return out, err
	}
	t.sums = map[string]string{}
	for _, v := range versions {
		if err := t.file(v); err != nil {
			return out, err
		}
	}
	if len(t.faults) > 0 {
		return out, t.faults.Err()
	}
	out.Commit, out.Subject = t.commit.ID, t.record.Reverts.Subject
	for _, f := range t.record.Files {
		out.Files = append(out.Files, t.w.inRepo(f.Path))
		out.Keys += len(f.Changes)
	}
	if len(t.writes) == 0 {
		return out, nil
	}
	if !allowDirty {
		if err := t.w.cleanFiles(ctx, t.store, t.sums); err != nil {
			return out, err
		}
	}
	note, err := json.Marshal(t.record)
	if err != nil {
		return out, err
	}
	out.Applies = []string{t.record.ID}
	return out, t.store.Commit(ctx, t.record.ID, t.writes, note)
}

// versions are the files that the commit changed, in the environments that it
// promoted into.
func (t *takeBack) versions(ctx context.Context, rev string) (out []version, err error) {
	w := t.w
	id, err := w.repo.Resolve(ctx, rev)
	if err != nil {
		return nil, err
	}
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{From: id, Max: 1}) {
		if err != nil {
			return nil, err
		}
		t.commit = c
	}
	e, ok := w.entry(t.commit, map[string]string{})
	if !ok {
		return nil, problem.New(NotPromotion, problem.Place{}, "commit", short(id)).Type("git", "revert", short(id))
	}
	t.record = Applied{ID: newID(id), AppliedWords: AppliedWords{Reverts: &AppliedRevert{Commit: id, Subject: e.Subject}}}
	d := w.repo.Deltas(ctx)
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	out, err = w.versions(d, parentOf(t.commit), id, into(w.filesOf(w.cfg.Services, w.cfg.Environments, true), e.To))
	if err == nil && len(out) == 0 {
		err = problem.New(NoKeys, problem.Place{}, "commit", short(id)).Type("git", "revert", short(id))
	}
	return out, err
}

func (t *takeBack) refuse(v version, p *keypath.Path, place problem.Place, code problem.Code, kv ...string) {
	if place.File == "" {
		place.File = v.path
	}
	path := ""
	if p != nil {
		path = mask.New(nil, false).Text(p.String())
	}
	t.faults = append(t.faults, problem.New(code, place, append([]string{"path", path, "commit", short(t.commit.ID), "environment", v.environment, "service", v.service}, kv...)...))
}

// file plans what puts one file back. What keeps it from that is a fault.
func (t *takeBack) file(v version) error {
	if v.after == nil || v.old == nil || v.new == nil {
		t.refuse(v, nil, problem.Place{}, UndoUnsafe, "why", "version")
		return nil
	}
	src, ok, err := t.w.read(v.path)
	if err != nil {
		return err
	}
	if !ok {
		t.refuse(v, nil, problem.Place{}, UndoUnsafe, "why", "gone")
		return nil
	}
	now, err := yamlfile.Parse(v.path, src)
	if err != nil {
		return err
	}
	plan := promotion.TakingBack(v.changes, v.before, v.after, now)
	for _, p := range plan.Moved {
		place := problem.Place{File: v.path}
		if n, ok := now.Lookup(p); ok && n.Valid() {
			place = n.Place()
		}
		t.refuse(v, &p, place, KeyMoved)
	}
	if len(plan.Moved) > 0 || len(plan.Ops) == 0 {
		return nil
	}
	t.write(v, now, plan.Ops)
	return nil
}

// write makes the new bytes of a file: those from before the commit where only
// the commit changed them, else the edit that puts the keys back, proved.
func (t *takeBack) write(v version, now *yamlfile.File, ops []edit.Op) {
	d := edit.Make(now, ops)
	if now.Source() == string(v.new) {
		if !t.mayReturn(v) {
			return
		}
		if !bytes.Equal(d.After, v.old) {
			d.Edits = between(now.Source(), string(v.old))
		}
		t.take(v, now, v.old, d.Edits, ops)
		return
	}
	for _, h := range d.Held {
		t.refuse(v, &ops[h.Op].Path, problem.Place{}, UndoUnsafe, "why", h.Why.Arg("why"))
	}
	if len(d.Held) > 0 {
		return
	}
	made, err := proof.Check(d, proof.Rules{Identity: v.identity, Forbidden: func(_ keypath.Path, x value.Value) bool { return t.forbids(v, x) }})
	var why *problem.Problem
	if errors.As(err, &why) {
		t.refuse(v, &ops[0].Path, why.Place, UndoUnsafe, "why", why.Code.Name)
		return
	}
	t.take(v, now, []byte(made.After().Source()), made.Draft().Edits, ops)
}

func (t *takeBack) forbids(v version, x value.Value) bool {
	return t.w.cfg.Rules.Forbidden(v.environment, x) != nil
}

// mayReturn reports whether the old version has no forbidden value that the new
// one has not.
func (t *takeBack) mayReturn(v version) bool {
	for p, n := range v.before.Leaves(v.identity) {
		if !t.forbids(v, n.Value()) {
			continue
		}
		if m, ok := v.after.Lookup(p); !ok || !m.Valid() || !m.Value().Equal(n.Value()) {
			t.refuse(v, &p, problem.Place{}, UndoUnsafe, "why", proof.Forbidden.Name)
			return false
		}
	}
	return true
}

// between is the one edit that makes one text of another: what they begin and
// end with alike is left out.
func between(from, to string) []textedit.Edit {
	start := 0
	for start < len(from) && start < len(to) && from[start] == to[start] {
		start++
	}
	start = strings.LastIndexByte(from[:start], '\n') + 1
	end := 0
	for end < len(from)-start && end < len(to)-start && from[len(from)-1-end] == to[len(to)-1-end] {
		end++
	}
	return []textedit.Edit{{Span: textedit.Span{Start: start, End: len(from) - end}, New: to[start : len(to)-end]}}
}

// take adds a file to what is written and remembered.
func (t *takeBack) take(v version, now *yamlfile.File, bytes []byte, edits []textedit.Edit, ops []edit.Op) {
	src := []byte(now.Source())
	f := AppliedFile{Path: v.path, Environment: v.environment, Service: v.service, Edits: edits}
	for _, o := range ops {
		f.Changes = append(f.Changes, AppliedChange{o.Path.String(), o.Action.String()})
	}
	t.record.Files = append(t.record.Files, f)
	if !slices.Contains(t.record.To, v.environment) {
		t.record.To = append(t.record.To, v.environment)
	}
	t.record.Services = appendNew(t.record.Services, v.service)
	sum := sha256.Sum256(src)
	t.sums[v.path] = hex.EncodeToString(sum[:])
	t.writes = append(t.writes, writeset.Write{Path: t.w.inRepo(v.path), Old: src, New: bytes})
}
