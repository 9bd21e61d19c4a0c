package workspace

import (
	"context"
	"slices"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/promotion"
)

// HistoryRequest asks for promotions.
type HistoryRequest struct {
	Selection     // no service: all of them, and images
	Limit     int // the newest; 0: all
}

// History is the promotions that the history of HEAD tells of, newest first.
// shallow says that the history is cut off: there may have been more.
func (w *Workspace) History(ctx context.Context, req HistoryRequest, tell progress.Func) (out []promotion.Entry, shallow bool, err error) {
	if w.repo == nil {
		return nil, false, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	known, narrowed, err := w.historyFiles(req.Selection)
	if err != nil {
		return nil, false, err
	}
	if shallow, err = w.repo.Shallow(ctx); err != nil {
		return nil, shallow, err
	}
	d := w.repo.Deltas(ctx)
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	back := map[string]string{}
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{Grep: promotion.Mark}) {
		if err != nil {
			return nil, shallow, err
		}
		e, ok := w.entry(c, back)
		if !ok || len(req.Environments) > 0 && !slices.ContainsFunc(e.To, func(t string) bool { return slices.Contains(req.Environments, t) }) {
			continue
		}
		tell.Tell(progress.Event{Stage: progress.Compare, Subject: c.ID, Done: len(out) + 1, Total: req.Limit})
		versions, err := w.versions(d, parentOf(c), c.ID, into(known, e.To))
		if err != nil {
			return nil, shallow, err
		}
		if len(versions) == 0 && narrowed {
			continue
		}
		e.Files = entryFiles(versions)
		if out = append(out, e); len(out) == req.Limit {
			break
		}
	}
	return out, shallow, nil
}

// historyFiles are the files that a selection is about; narrowed says that it is
// about some services only.
func (w *Workspace) historyFiles(sel Selection) (known map[string]fileOf, narrowed bool, err error) {
	envs, err := w.Environments(sel)
	if err != nil {
		return nil, false, err
	}
	services := w.cfg.Services
	if narrowed = len(sel.Services)+len(sel.Categories) > 0; narrowed {
		if services, err = w.Services(sel); err != nil {
			return nil, false, err
		}
	}
	return w.filesOf(services, envs, !narrowed), narrowed, nil
}

// into are the files of the environments that a promotion went into: what else
// came along in its commit is none of its.
func into(known map[string]fileOf, envs []string) map[string]fileOf {
	out := map[string]fileOf{}
	for p, f := range known {
		if slices.Contains(envs, f.environment) {
			out[p] = f
		}
	}
	return out
}

// entry is a commit as its trailers tell it; false where it is no promotion.
// back gathers which commits were taken back by which.
func (w *Workspace) entry(c gitrepo.Commit, back map[string]string) (promotion.Entry, bool) {
	t, ok := promotion.Parse(c.Message)
	if !ok {
		return promotion.Entry{}, false
	}
	e := promotion.Entry{Commit: c.ID, Author: c.Author, Email: c.Email, When: c.When, Trailers: t, RevertedBy: back[c.ID]}
	e.Subject = mask.New(nil, false).Text(c.Subject())
	if e.RevertedBy == "" { // else what this one took back stands again
		for _, r := range t.Reverts {
			if back[r] == "" {
				back[r] = c.ID
			}
		}
	}
	return e, true
}

func entryFiles(versions []version) (out []promotion.EntryFile) {
	clean := mask.New(nil, false).Text
	for _, v := range versions {
		f := promotion.EntryFile{Path: v.path, Environment: v.environment, Service: v.service, Changes: v.changes, Unreadable: v.after == nil}
		for _, n := range v.names() {
			f.Names = append(f.Names, clean(n))
		}
		if f.Unreadable || len(f.Changes) > 0 {
			out = append(out, f)
		}
	}
	return out
}
