package workspace

import (
	"context"
	"errors"
	"os"
	"path"
	"strconv"
	"time"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// What keeps a deployment from being looked at or begun.
var (
	NoApplication      = problem.Code{Name: "no-application", Class: problem.Wrong}        // environment
	NoRemote           = problem.Code{Name: "no-remote", Class: problem.Refused}           //
	NoRemoteBranch     = problem.Code{Name: "no-remote-branch", Class: problem.Refused}    // application, target, remote
	NotContained       = problem.Code{Name: "not-contained", Class: problem.Refused}       // application, target, commit, branch
	ServerLags         = problem.Code{Name: "server-lags", Class: problem.Outside}         // application, branch, seen, revision
	RevisionUnreadable = problem.Code{Name: "revision-unreadable", Class: problem.Refused} // revision
	Overtaken          = problem.Code{Name: "deploy-overtaken", Class: problem.Refused}    // application, revision
	YesOpensNothing    = problem.Code{Name: "gate-yes", Class: problem.Refused}            // application
)

// deployment is one environment's application, and the way to it.
type deployment struct {
	*Workspace
	env    config.Environment
	client *argocd.Client
	app    argocd.App
}

// deployment finds an environment's server. Nothing is asked yet. Close its
// client.
func (w *Workspace) deployment(name string) (*deployment, error) {
	envs, err := w.cfg.EnvironmentsSubset([]string{name})
	if err != nil {
		return nil, err
	}
	return w.deploymentOf(envs[0])
}

func (w *Workspace) deploymentOf(e config.Environment) (*deployment, error) {
	if e.Application == "" {
		return nil, problem.New(NoApplication, problem.Place{File: w.file, Line: e.Place.Line, Column: e.Place.Column}, "environment", e.Name)
	}
	if w.repo == nil {
		return nil, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	access, err := argocd.Find(w.world(), argocd.Wanted{Server: e.Server, Context: e.Context})
	if err != nil {
		return nil, err
	}
	return &deployment{w, e, argocd.New(access, argocd.Options{}), argocd.App{Name: e.Application}}, nil
}

// world is where the argocd CLI's configuration is found.
func (w *Workspace) world() argocd.World {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	isDir := func(name string) bool {
		st, err := os.Stat(name)
		return err == nil && st.IsDir()
	}
	return argocd.World{Getenv: w.env, ReadFile: os.ReadFile, IsDir: isDir, Home: home}
}

// DeployStatus looks at the applications of environments; none is all that have
// one. What keeps one from being looked at is in its Problem, and the others go
// on. leftOut are the environments that have no application.
// With refresh, Argo CD is asked to look at git and the cluster first.
func (w *Workspace) DeployStatus(ctx context.Context, names []string, refresh bool) (list []*report.Deploy, leftOut []string, err error) {
	envs, err := w.cfg.EnvironmentsSubset(names)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range envs {
		if e.Application == "" && len(names) == 0 {
			leftOut = append(leftOut, e.Name)
			continue
		}
		d, err := w.statusOf(ctx, e, refresh)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, d)
	}
	return list, leftOut, nil
}

func (w *Workspace) statusOf(ctx context.Context, e config.Environment, refresh bool) (*report.Deploy, error) {
	x, err := w.deploymentOf(e)
	if err != nil {
		return w.unlooked(ctx, e, err)
	}
	defer x.client.Close()
	d := x.outline()
	look := x.client.Application
	if refresh {
		look = func(ctx context.Context, a argocd.App) (*argocd.State, error) {
			return x.client.Refresh(ctx, a, argocd.Normal)
		}
	}
	state, err := look(ctx, x.app)
	if err == nil {
		d.State = state
		state.Windows, err = x.windows(ctx, state)
	}
	if err != nil {
		return w.unlooked(ctx, e, err)
	}
	return d, x.pushed(ctx, d, false)
}

// unlooked is an environment with why it could not be looked at.
func (w *Workspace) unlooked(ctx context.Context, e config.Environment, err error) (*report.Deploy, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var p *problem.Problem
	if !errors.As(err, &p) {
		return nil, err
	}
	d := w.outline(e)
	d.Problem = p
	return d, nil
}

func (w *Workspace) outline(e config.Environment) *report.Deploy {
	return &report.Deploy{Environment: e.Name, Title: e.Title, Overlay: e.Overlay, Application: e.Application, Manual: !e.Automatic, Services: w.servicesWith()}
}

func (x *deployment) outline() *report.Deploy {
	d := x.Workspace.outline(x.env)
	d.Server = x.client.Server()
	return d
}

// windows are the application's; an account that may not see them sees none.
func (x *deployment) windows(ctx context.Context, s *argocd.State) (*argocd.Windows, error) {
	got, err := x.client.Windows(ctx, s.App())
	if isProblem(err, argocd.Denied) {
		return nil, nil
	}
	return got, err
}

func isProblem(err error, code problem.Code) bool {
	var p *problem.Problem
	return errors.As(err, &p) && p.Code == code
}

// DeployDiff says what a sync of an environment would change. Where Argo CD
// cannot compare that is an error.
func (w *Workspace) DeployDiff(ctx context.Context, name string, prune bool) (*report.Deploy, error) {
	x, err := w.deployment(name)
	if err != nil {
		return nil, err
	}
	defer x.client.Close()
	d := x.outline()
	d.Prune = prune
	if err := x.difference(ctx, d); err != nil {
		return nil, err
	}
	d.Revision = d.State.Revision()
	if len(d.State.Sources) == 1 {
		d.Branch = d.State.Target()
	}
	return d, nil
}

// difference fills in the state and the difference of one moment.
func (x *deployment) difference(ctx context.Context, d *report.Deploy) error {
	diff, err := x.client.Differences(ctx, x.app)
	if err != nil {
		return err
	}
	x.app = diff.State.App()
	d.State, d.Difference, d.Unexplained = diff.State, diff.Comparison, diff.Unexplained
	d.Kept = diff.Kept
	d.Deployed = runs(diff.State)
	return nil
}

// runs is the one revision that the cluster has, "" where there is none, or
// several.
func runs(s *argocd.State) string {
	list := s.Runs()
	if len(list) != 1 {
		return ""
	}
	return list[0]
}

// WaitRequest says what to wait for, and how long.
type WaitRequest struct {
	Environment string
	Limit       time.Duration // 0: argocd's own
	Tell        func(argocd.Step)
}

// DeployWait waits until the application runs a revision that contains the
// pushed commit, Synced and Healthy.
func (w *Workspace) DeployWait(ctx context.Context, req WaitRequest) (*report.Synced, error) {
	x, err := w.deployment(req.Environment)
	if err != nil {
		return nil, err
	}
	defer x.client.Close()
	d := x.outline()
	if d.State, err = x.client.Application(ctx, x.app); err != nil {
		return nil, err
	}
	x.app = d.State.App()
	if err := x.pushed(ctx, d, true); err != nil {
		return nil, err
	}
	out, err := x.wait(ctx, d, nil, req, "waited")
	out.Waited = true
	return out, err
}

// wait waits, and says what came of it.
func (x *deployment) wait(ctx context.Context, d *report.Deploy, ticket *argocd.Ticket, req WaitRequest, outcome string) (*report.Synced, error) {
	goal := argocd.Goal{App: x.app, Ticket: ticket, Limit: req.Limit, Accepts: x.accepts(d)}
	state, err := x.client.Wait(ctx, goal, req.Tell)
	if state != nil {
		d.State = state
		if d.Deployed = runs(state); d.Deployed == d.Revision && d.Revision != "" {
			d.Contains, d.Commits, d.More = "yes", nil, 0
		}
	}
	out := &report.Synced{Deploy: d, Outcome: outcome}
	if err != nil && state != nil {
		out.Outcome = "unfinished"
	}
	return out, x.advised(err)
}

// advised is err with what to type next.
func (x *deployment) advised(err error) error {
	var p *problem.Problem
	if !errors.As(err, &p) || p.Try != nil {
		return err
	}
	verb := func(words ...string) { p.Type(append([]string{"hoist", "deploy"}, words...)...) }
	switch p.Code {
	case argocd.PruneSkipped:
		verb("sync", x.env.Name, "--prune")
	case argocd.StillOutOfSync, argocd.MovedOn:
		verb("diff", x.env.Name)
	case argocd.Busy, argocd.Left:
		verb("wait", x.env.Name)
	case argocd.NoAnswer, argocd.WindowClosed, argocd.ComparisonError, argocd.OperationFailed, argocd.TimedOut, argocd.Superseded, argocd.ControlDown, argocd.Degraded:
		verb("status", x.env.Name)
	case argocd.BadRevision:
		p.Type("git", "push")
	}
	return err
}

// accepts asks whether revisions contain the commit that was pushed. One that is
// not here is fetched, once.
func (x *deployment) accepts(d *report.Deploy) func(context.Context, []string) (bool, error) {
	return func(ctx context.Context, revisions []string) (bool, error) {
		for _, rev := range revisions {
			ok, err := x.contains(ctx, d, rev)
			if err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
}

func (x *deployment) contains(ctx context.Context, d *report.Deploy, rev string) (bool, error) {
	want := d.Pushed
	if want == "" {
		want = d.Revision
	}
	if want == "" || rev == want {
		return true, nil
	}
	have, err := x.repo.Has(ctx, rev)
	if err != nil {
		return false, err
	}
	if !have {
		if _, err := x.repo.Fetch(ctx, gitrepo.Remote{Name: d.Remote, Ref: d.Ref}, nil); gitrepo.IsFailure(err) {
			return false, nil // it will be asked again when Argo CD sees another revision
		} else if err != nil {
			return false, err
		}
		if have, err = x.repo.Has(ctx, rev); err != nil || !have {
			return false, err
		}
	}
	return x.repo.Ancestor(ctx, want, rev)
}

// autoSyncs says whether the application of an environment syncs by itself, so
// that a push to its branch is its deployment. branch is what it follows. known
// is false where the server cannot tell; why is the problem then.
func (w *Workspace) autoSyncs(ctx context.Context, e config.Environment) (auto bool, branch string, known bool, why error) {
	x, err := w.deploymentOf(e)
	if err != nil {
		return false, "", false, err
	}
	defer x.client.Close()
	ctx, stop := context.WithTimeout(ctx, pushPatience)
	defer stop()
	s, err := x.client.Application(ctx, x.app)
	if err != nil {
		return false, "", false, err
	}
	return s.Automated, s.Target(), true, nil
}

// pushPatience is how long a push is kept waiting for a server that does not
// answer.
const pushPatience = 10 * time.Second

// directory reports whether the application is made of the environment's
// overlay.
func (x *deployment) directory(s *argocd.State) (string, bool) {
	if len(s.Sources) != 1 || s.Sources[0].Path == "" {
		return "", true
	}
	at := path.Clean(s.Sources[0].Path)
	return at, at == x.inRepo(x.env.Overlay)
}

func hint(d *report.Deploy, code report.HintCode, kv ...string) {
	h := report.Hint{Code: code}
	for i := 0; i+1 < len(kv); i += 2 {
		h.Args = append(h.Args, problem.Arg{Name: kv[i], Text: kv[i+1]})
	}
	d.Hints = append(d.Hints, h)
}

func count(n int) string { return strconv.Itoa(n) }

// DeployStep is one step of a wait, for faces.
type DeployStep = argocd.Step
