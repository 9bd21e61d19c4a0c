package workspace

import (
	"context"
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"time"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gate"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// SyncRequest says what to sync, and where a person can be asked.
type SyncRequest struct {
	WaitRequest
	Prune bool
	Yes   bool // --yes was given: it opens no gate
	// In and Err are standard input and standard error, for the gate; it looks
	// itself whether a person is there. nil: this is not where a person is asked.
	// Words are how it speaks.
	In, Err *os.File
	Words   report.Words
	// Asking is called before the gate writes to the terminal, and Begun when a
	// sync was asked for. Both may be nil.
	Asking func()
	Begun  func(*report.Deploy)
}

// Refusal is why a person has to go on: what there is to see, and the problem.
type Refusal struct {
	Shown *report.Deploy
	Err   error
}

// Error is the problem's.
func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap is the problem.
func (r *Refusal) Unwrap() error { return r.Err }

// DeploySync syncs an environment's application to what its branch is at, and
// waits until it runs. An environment that is deploy: automatic, also as it was
// pushed, is synced at once; one whose application syncs by itself is waited for.
// Any other is for a person at the gate: a *Refusal where none can be asked.
func (w *Workspace) DeploySync(ctx context.Context, req SyncRequest) (*report.Synced, error) {
	x, err := w.deployment(req.Environment)
	if err != nil {
		return nil, err
	}
	defer x.client.Close()
	d := x.outline()
	d.Prune = req.Prune
	if x.env.Automatic {
		allowed, err := x.automatic(ctx, d)
		if err != nil {
			return nil, x.advised(err)
		}
		if allowed {
			return x.syncNow(ctx, d, req)
		}
		hint(d, report.NotAsCommitted)
		d.Manual = true
	}
	return x.syncByPerson(ctx, d, req)
}

// automatic reports whether hoist.yaml lets hoist sync the application, as it
// was pushed: what stands in a work tree anybody can write.
func (x *deployment) automatic(ctx context.Context, d *report.Deploy) (bool, error) {
	err := x.agreed(ctx, d, func(ctx context.Context) (err error) {
		d.State, err = x.client.Refresh(ctx, x.app, argocd.Normal)
		return err
	})
	if err != nil {
		return false, err
	}
	if d.State.Several() {
		return false, problem.New(argocd.SeveralSource, problem.Place{}, "application", d.State.Name, "revision", "")
	}
	pushed, err := x.asPushed(ctx, d.Revision)
	if err != nil || pushed == nil {
		return false, err
	}
	mine := slices.DeleteFunc(slices.Clone(pushed.cfg.Environments), func(e config.Environment) bool { return e.Application != x.env.Application })
	named := slices.ContainsFunc(mine, func(e config.Environment) bool { return e.Name == x.env.Name })
	manual := slices.ContainsFunc(mine, func(e config.Environment) bool { return !e.Automatic })
	return named && !manual, pushed.Close()
}

// lags is how often, and how far apart, the server is given time to see what the
// remote has.
const (
	lags    = 5
	lagging = time.Second
)

// agreed looks until Argo CD and the remote say the same of the branch: what is
// synced is what both have, not what a clone believes.
func (x *deployment) agreed(ctx context.Context, d *report.Deploy, look func(context.Context) error) error {
	hints := d.Hints
	for try := 0; ; try++ {
		d.Hints, d.Commits, d.More = slices.Clone(hints), nil, 0
		if err := look(ctx); err != nil {
			return err
		}
		x.app = d.State.App()
		if c, bad := d.State.Uncompared(); bad {
			return problem.New(argocd.ComparisonError, problem.Place{}, "server", d.Server, "application", d.State.Name, "message", c.Message)
		}
		if err := x.pushed(ctx, d, true); err != nil || d.State.Several() {
			return err
		}
		if d.State.Revision() == d.Revision {
			return nil
		}
		if try == lags {
			return problem.New(ServerLags, problem.Place{}, "application", d.Application, "branch", d.Branch, "seen", shorten(d.State.Revision()), "revision", shorten(d.Revision))
		}
		if err := pause(ctx, lagging); err != nil {
			return err
		}
	}
}

// there reports whether nothing is left to sync: the cluster has what the branch
// is at.
func there(d *report.Deploy) bool {
	s := d.State
	return s.Sync == argocd.Synced && s.Revision() == d.Revision && !s.Busy()
}

// leave is that of an environment that is deploy: automatic.
type leave struct{ application, revision string }

// Allows is argocd.Leave.
func (l leave) Allows(application, revision string) bool {
	return l.application == application && l.revision == revision && revision != ""
}

// syncNow syncs without asking.
func (x *deployment) syncNow(ctx context.Context, d *report.Deploy, req SyncRequest) (*report.Synced, error) {
	if there(d) {
		return x.wait(ctx, d, nil, req.WaitRequest, "already")
	}
	if d.State.Automated {
		return x.wait(ctx, d, nil, req.WaitRequest, "waited")
	}
	return x.sync(ctx, d, leave{x.env.Application, d.Revision}, req)
}

// sync asks for the sync that leave allows, and waits for it.
func (x *deployment) sync(ctx context.Context, d *report.Deploy, l argocd.Leave, req SyncRequest) (*report.Synced, error) {
	ticket, err := x.client.Sync(ctx, l, argocd.Wish{App: x.app, Revision: d.Revision, Prune: d.Prune})
	if err != nil {
		return nil, x.advised(err)
	}
	if req.Begun != nil {
		req.Begun(d)
	}
	return x.wait(ctx, d, ticket, req.WaitRequest, "synced")
}

// syncByPerson shows what there is, asks at the gate, and syncs with its pass.
func (x *deployment) syncByPerson(ctx context.Context, d *report.Deploy, req SyncRequest) (*report.Synced, error) {
	base := *d
	look := func(ctx context.Context) (*report.Deploy, error) {
		fresh := base
		fresh.Hints = slices.Clone(base.Hints)
		fresh.Commits = nil
		return &fresh, x.arrival(ctx, &fresh)
	}
	d, err := look(ctx)
	if err != nil {
		return nil, x.advised(err)
	}
	if there(d) {
		return x.wait(ctx, d, nil, req.WaitRequest, "already")
	}
	if d.State.Automated { // it syncs itself; hoist asks for nothing
		return x.wait(ctx, d, nil, req.WaitRequest, "waited")
	}
	if err := x.mayBeAsked(d, req); err != nil {
		return nil, &Refusal{d, x.advised(err)}
	}
	if req.Asking != nil {
		req.Asking()
	}
	again := func(ctx context.Context) (*report.Deploy, error) {
		next, err := look(ctx)
		if err == nil && there(next) {
			err = problem.New(Overtaken, problem.Place{}, "application", next.Application, "revision", next.Revision[:shortCommit])
		}
		return next, err
	}
	pass, err := gate.Ask(ctx, gate.Request{In: req.In, Err: req.Err, Words: req.Words, Shown: d, Look: again, Log: x.auditLog(), Who: x.who(ctx)})
	if err != nil {
		return nil, err
	}
	out, err := x.syncWith(ctx, d, pass, req)
	return out, err
}

// syncWith syncs with a pass, and sees to it that the audit log says how it
// went. The log is written also where ctx is done.
func (x *deployment) syncWith(ctx context.Context, d *report.Deploy, pass *gate.Pass, req SyncRequest) (*report.Synced, error) {
	d.Revision, d.Prune = pass.Revision(), pass.Prunes()
	d.Hints = nil // the gate has told them
	out, err := x.sync(ctx, d, pass, req)
	outcome, code := "synced", ""
	var p *problem.Problem
	switch {
	case ctx.Err() != nil:
		outcome = "interrupted"
	case errors.As(err, &p):
		outcome, code = "failed", p.Code.Name
	case err != nil:
		outcome = "failed"
	}
	return out, errors.Join(err, pass.Ended(outcome, code))
}

// mayBeAsked refuses what no answer at the gate would change.
func (x *deployment) mayBeAsked(d *report.Deploy, req SyncRequest) error {
	s := d.State
	switch {
	case req.Yes:
		return problem.New(YesOpensNothing, problem.Place{}, "application", d.Application).Type(typed(d)...)
	case req.In == nil && req.Err == nil:
		return problem.New(gate.NoPerson, problem.Place{}, "application", d.Application, "why", "verb").Type(typed(d)...)
	case s.Several():
		return problem.New(argocd.SeveralSource, problem.Place{}, "application", s.Name, "revision", "")
	}
	if err := gate.Person(d.Application, req.In, req.Err); err != nil {
		var p *problem.Problem
		if errors.As(err, &p) {
			p.Type(typed(d)...)
		}
		return err
	}
	switch {
	case s.Busy():
		return problem.New(argocd.Busy, problem.Place{}, "server", d.Server, "application", s.Name, "message", "", "by", s.Operation.By, "revision", s.Operation.Revision())
	case s.Windows != nil && !s.Windows.Open:
		return problem.New(argocd.WindowClosed, problem.Place{}, "server", d.Server, "application", s.Name, "message", "")
	}
	return nil
}

// arrival is what a person is asked about: the state and the difference of one
// moment, at the commit that the branch is at, and what the rules say of it.
func (x *deployment) arrival(ctx context.Context, d *report.Deploy) error {
	err := x.agreed(ctx, d, func(ctx context.Context) (err error) {
		if err = x.difference(ctx, d); err == nil {
			d.State.Windows, err = x.windows(ctx, d.State)
		}
		return err
	})
	if err != nil || d.State.Several() {
		return err
	}
	if w := d.State.Windows; w != nil && len(w.Assigned) == 0 {
		hint(d, report.Unguarded)
	}
	return x.judge(ctx, d)
}

// typed is the command that a person types.
func typed(d *report.Deploy) []string {
	words := []string{"hoist", "deploy", "sync", d.Environment}
	if d.Prune {
		words = append(words, "--prune")
	}
	return words
}

func shorten(id string) string {
	if argocd.Pinned(id) {
		return id[:shortCommit]
	}
	return id
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (x *deployment) auditLog() *gate.Log { return x.Workspace.auditLog() }

func (w *Workspace) auditLog() *gate.Log {
	return gate.NewLog(filepath.Join(w.repo.SharedState(), "audit.jsonl"))
}

// Openings are the times that the gate was opened from this clone, oldest first.
func (w *Workspace) Openings() ([]report.Opening, error) {
	if w.repo == nil {
		return nil, nil
	}
	return w.auditLog().Deploys()
}

// who opens the gate, as far as this machine knows.
func (x *deployment) who(ctx context.Context) gate.Who {
	out := gate.Who{Git: x.repo.Identity(ctx)}
	if u, err := user.Current(); err == nil {
		out.User = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		out.Host = h
	}
	return out
}
