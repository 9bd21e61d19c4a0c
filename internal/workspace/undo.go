package workspace

import (
	"context"
	"errors"
	"slices"
	"time"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/writeset"
)

// Undo puts back, byte for byte, all that was applied since the last commit. It
// is refused where a file was edited since.
func (w *Workspace) Undo(ctx context.Context) (report.Undone, error) {
	out := report.Undone{}
	err := w.exclusively(ctx, "undo", func(store *writeset.Store) error {
		if err := w.forgetCommitted(ctx, store); err != nil {
			return err
		}
		records, err := store.Undo(ctx)
		for _, r := range records {
			out.Applies = append(out.Applies, r.ID)
			for _, f := range r.Files {
				if !slices.Contains(out.Files, f.Path) {
					out.Files = append(out.Files, f.Path)
				}
			}
		}
		return err
	})
	return out, err
}

// exclusively does work with the store locked for writing.
func (w *Workspace) exclusively(ctx context.Context, verb string, work func(*writeset.Store) error) error {
	if w.repo == nil {
		return problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	store, err := w.store(ctx, true, verb)
	if err != nil {
		return err
	}
	if err = w.repo.Settle(ctx); err == nil {
		err = work(store)
	}
	if cerr := store.Close(); err == nil {
		err = cerr
	}
	return err
}

// reading does work with the store, shared with other readers.
func (w *Workspace) reading(ctx context.Context, verb string, work func(*writeset.Store) error) error {
	if w.repo == nil {
		return problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	store, err := w.store(ctx, false, verb)
	if err != nil {
		return err
	}
	err = work(store)
	return errors.Join(err, store.Close())
}

// settled brings what a killed write or commit left to its end, before anything
// is read: no verb sees a mixture.
func settled(repo *gitrepo.Repo) error {
	o := writeset.Options{Root: repo.Top(), State: repo.State(), Head: repo.HeadText}
	store, err := writeset.Open(context.Background(), o)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil || !repo.Unsettled() {
		return err
	}
	return settleCommit(repo, o)
}

// aliveWithin is how long a reader waits to see whether a commit that was begun
// still goes on.
const aliveWithin = 50 * time.Millisecond

// settleCommit settles a commit whose hoist was killed. Where it lives it goes
// on, perhaps in a hook that called us: it does not touch what we read.
func settleCommit(repo *gitrepo.Repo, o writeset.Options) error {
	ctx, stop := context.WithTimeout(context.Background(), aliveWithin)
	defer stop()
	o.Exclusive, o.Verb = true, "recover"
	store, err := writeset.Open(ctx, o)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, &problem.Problem{Code: writeset.Locked}) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(repo.Settle(context.Background()), store.Close())
}

// Recover settles what a killed write left: by itself where that can be
// decided, else as a person chose.
func Recover(ctx context.Context, dir string, choice writeset.Choice) (report.Recovered, error) {
	out := report.Recovered{}
	repo, err := gitrepo.Find(dir)
	if err != nil {
		return out, err
	}
	if repo == nil {
		return out, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", dir)
	}
	store, err := writeset.Open(ctx, writeset.Options{Root: repo.Top(), State: repo.State(), Head: repo.HeadText, Exclusive: true, Unsettled: true, Verb: "recover"})
	if err != nil {
		return out, err
	}
	out, err = settle(store, choice)
	if cerr := store.Close(); err == nil {
		err = cerr
	}
	return out, err
}

func settle(store *writeset.Store, choice writeset.Choice) (out report.Recovered, err error) {
	left, err := store.Left()
	if err != nil {
		return out, err
	}
	if left != nil {
		out.Found, out.Undo, out.HeadMoved = true, left.Undo, left.HeadMoved
		for _, f := range left.Files {
			out.Files = append(out.Files, report.RecoveredFile{Path: f.Path, Stand: string(f.Stand)})
		}
	}
	before, err := store.Records()
	if err != nil {
		return out, err
	}
	if err := store.Settle(choice); err != nil {
		return out, err
	}
	after, err := store.Records()
	// An apply that was finished is remembered, an undo that was finished forgets.
	out.Finished = left != nil && (len(after) > len(before) || left.Undo && len(after) < len(before))
	return out, err
}

// Choices of `hoist recover`, for faces.
const (
	RecoverAsk    = writeset.Ask
	RecoverFinish = writeset.Finish
	RecoverBack   = writeset.Back
)
