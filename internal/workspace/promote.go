package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/writeset"
)

// What can be wrong with a guided promotion.
var (
	NoPromotion    = problem.Code{Name: "no-promotion-begun", Class: problem.Wrong}
	PromotionBegun = problem.Code{Name: "promotion-begun", Class: problem.Refused} // from, to, step
)

// Promotion is a guided promotion as it is remembered from its apply to its end,
// so that it can be gone on with. What waits and what is committed, the
// repository itself tells.
type Promotion struct {
	From   string   `json:"from"`
	To     []string `json:"to"`
	Plan   string   `json:"plan"` // the digest of what was applied
	Pushed bool     `json:"pushed,omitempty"`
}

// Promotion is the one that was begun in this work tree; nil: none.
func (w *Workspace) Promotion() (*Promotion, error) {
	if w.repo == nil {
		return nil, nil
	}
	b, err := os.ReadFile(w.promotionFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(w.promotionFile(), err)
	}
	p := &Promotion{}
	if json.Unmarshal(b, p) != nil {
		return nil, nil // nothing that can be gone on with
	}
	return p, nil
}

// KeepPromotion remembers how far a promotion has come.
func (w *Workspace) KeepPromotion(p *Promotion) error {
	if w.repo == nil {
		return problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.repo.State(), 0o700); err != nil {
		return unwritable(w.repo.State(), err)
	}
	return replaceFile(w.promotionFile(), b)
}

// EndPromotion forgets it; outside git there is none.
func (w *Workspace) EndPromotion() error {
	if w.repo == nil {
		return nil
	}
	err := os.Remove(w.promotionFile())
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unwritable(w.promotionFile(), err)
}

func (w *Workspace) promotionFile() string { return filepath.Join(w.repo.State(), "promotion.json") }

// Uncommitted reports whether anything that was applied waits to be committed.
func (w *Workspace) Uncommitted(ctx context.Context) (waits bool, err error) {
	err = w.reading(ctx, "promote", func(store *writeset.Store) error {
		files, err := w.waiting(ctx, store)
		waits = len(files) > 0
		return err
	})
	return waits, err
}

// waiting are the files of applies that are neither committed nor taken back.
func (w *Workspace) waiting(ctx context.Context, store *writeset.Store) ([]*touched, error) {
	files, err := w.touched(ctx, store)
	return slices.DeleteFunc(files, func(t *touched) bool { return t.back }), err
}

// CommitMessages are the messages that a commit of what waits would have, one
// for each commit.
func (w *Workspace) CommitMessages(ctx context.Context) (out []string, err error) {
	err = w.reading(ctx, "promote", func(store *writeset.Store) error {
		records, err := store.Records()
		if err != nil {
			return err
		}
		files, err := w.waiting(ctx, store)
		if err != nil {
			return err
		}
		parts, err := w.messages(records, files)
		for _, p := range parts {
			out = append(out, p.message.String())
		}
		return err
	})
	return out, err
}

// recent is how many promotions are looked through for one that was just made.
const recent = 50

// CommittedPlan is the newest commit that has a plan's digest; "" where none of
// the latest promotions has.
func (w *Workspace) CommittedPlan(ctx context.Context, digest string) (string, error) {
	n := 0
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{Grep: promotion.Mark}) {
		if err != nil {
			return "", err
		}
		if t, _ := promotion.Parse(c.Message); slices.Contains(t.Plans, digest) {
			return c.ID, nil
		}
		if n++; n == recent {
			break
		}
	}
	return "", nil
}

// HasRemote reports whether there is anything to push to at all.
func (w *Workspace) HasRemote(ctx context.Context) (bool, error) {
	head, err := w.repo.Head(ctx)
	if err != nil {
		return false, err
	}
	_, err = w.repo.PushTarget(ctx, head.Branch)
	var p *problem.Problem
	if errors.As(err, &p) && p.Code == gitrepo.NoPushTarget {
		if p.Arg("why") == "no-remote" {
			return false, nil
		}
	}
	return err == nil, err
}

// Deployable reports whether an environment has an application, and a server that
// knows of it is found.
func (w *Workspace) Deployable(e config.Environment) (bool, error) {
	x, err := w.deploymentOf(e)
	var p *problem.Problem
	switch {
	case err == nil:
		x.client.Close()
		return true, nil
	case errors.As(err, &p) && (p.Code == NoApplication || p.Code == argocd.NoServer):
		return false, nil
	}
	return false, err
}
