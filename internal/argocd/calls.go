package argocd

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
)

// App names an application. Its project is worth knowing: without it, the server
// answers the same to who may not see an application and for one that is not
// there.
type App struct {
	Name    string // or NAMESPACE/NAME, for one that is not in Argo CD's own namespace
	Project string // "": not known yet
}

// App names the application that s is of, as it was asked for, and its project.
func (s *State) App() App { return App{s.asked, s.Project} }

// split is the name without namespace, and the namespace, "" for Argo CD's own.
func (a App) split() (name, namespace string) {
	if ns, name, ok := strings.Cut(a.Name, "/"); ok {
		return name, ns
	}
	return a.Name, ""
}

// at is a call about the application: /api/v1/applications/NAME and what
// follows.
func (a App) at(method string, action Asked, rest string) call {
	name, ns := a.split()
	q := url.Values{}
	if a.Project != "" {
		q.Set("project", a.Project)
	}
	if ns != "" {
		q.Set("appNamespace", ns)
	}
	return call{method: method, path: "/api/v1/applications/" + url.PathEscape(name) + rest, query: q,
		action: action, application: name, project: a.Project}
}

// Application is what the server has of an application, as old as it may be: see
// State.ComparedAt, and Refresh.
func (c *Client) Application(ctx context.Context, a App) (*State, error) {
	return c.application(ctx, a, a.at(http.MethodGet, toLook, ""))
}

func (c *Client) application(ctx context.Context, a App, q call) (*State, error) {
	var w wireApplication
	if err := c.ask(ctx, q, &w); err != nil {
		return nil, c.nearest(ctx, q, err)
	}
	if w.Metadata.Name != q.application {
		return nil, c.badAnswer(q, http.StatusOK, "")
	}
	return c.state(&w, a), nil
}

// nearest adds the name that was probably meant, where the server may only be
// saying that there is no such application: the account sees the names of those
// that it may see.
func (c *Client) nearest(ctx context.Context, q call, err error) error {
	var p *problem.Problem
	if !errors.As(err, &p) || p.Code != NotFound && (p.Code != Denied || p.Arg("sure") == "") {
		return err
	}
	var w struct {
		Items []wireApplication `json:"items"`
	}
	list := call{method: http.MethodGet, path: "/api/v1/applications", query: url.Values{"fields": {"items.metadata.name"}}, action: q.action, application: q.application}
	if c.ask(ctx, list, &w) != nil {
		return err
	}
	var names []string
	for _, x := range w.Items {
		names = append(names, c.clean(x.Metadata.Name))
	}
	if near := config.Nearest(q.application, names); near != "" && near != q.application {
		p.Args = append(p.Args, problem.Arg{Name: "suggestion", Text: near})
	}
	return p
}

// Depth is how much a refresh does again.
type Depth string

// The depths. Hard drops the manifests that were made before, which is needed
// where something outside of the repository has changed, and costs Argo CD more.
const (
	Normal Depth = "normal"
	Hard   Depth = "hard"
)

// Refresh has the controller look at git and the cluster now, and is what it
// found. It waits for the controller, which may be down: ControlDown after
// Limits.Refresh. It changes nothing but an annotation of Argo CD's own.
func (c *Client) Refresh(ctx context.Context, a App, d Depth) (*State, error) {
	q := a.at(http.MethodGet, toRefresh, "")
	q.query.Set("refresh", string(d))
	q.limit = c.limits.Refresh
	return c.application(ctx, a, q)
}

// Windows are the sync windows of an application.
func (c *Client) Windows(ctx context.Context, a App) (*Windows, error) {
	var w wireWindows
	if err := c.ask(ctx, a.at(http.MethodGet, toSeeWindows, "/syncwindows"), &w); err != nil {
		return nil, err
	}
	return &Windows{Open: w.CanSync, Active: c.windows(w.Active), Assigned: c.windows(w.Assigned)}, nil
}

func (c *Client) windows(list []wireWindow) (out []Window) {
	for _, x := range list {
		out = append(out, Window{c.clean(x.Kind), c.clean(x.Schedule), c.clean(x.Duration), x.ManualSync})
	}
	return out
}

// Commit is what the server knows of a commit.
type Commit struct {
	Author  string
	At      time.Time
	Message string
}

// Commit asks for one.
func (c *Client) Commit(ctx context.Context, a App, revision string) (*Commit, error) {
	var w wireMetadata
	if err := c.ask(ctx, a.at(http.MethodGet, toSeeCommit, "/revisions/"+url.PathEscape(revision)+"/metadata"), &w); err != nil {
		return nil, err
	}
	return &Commit{c.clean(w.Author), w.Date, c.clean(w.Message)}, nil
}

// Ticket is a sync that this client has begun. The server gives operations no
// name: it is told from others by who asked for which revision, and when.
type Ticket struct {
	App      App
	Revision string
	By       string
	Prune    bool
	previous time.Time // when the operation before it began
	version  string    // of the application when it was accepted
}

// Mine reports whether the operation of s is that of this ticket. Somebody
// else's sync is not, also one of the same revision by the same account if it was
// there before.
func (t *Ticket) Mine(s *State) bool {
	o := s.Operation
	if t == nil || o == nil || o.Revision() != t.Revision || o.By != t.By || o.DryRun || o.Partial {
		return false
	}
	return !t.before(s)
}

// before reports whether s is older than the ticket: servers may answer from a
// cache. Where versions cannot tell, the operation in it does.
func (t *Ticket) before(s *State) bool {
	if was, is, ok := numbers(t.version, s.version); ok {
		return is < was
	}
	return s.Operation == nil || s.Operation.Phase != "" && !s.Operation.StartedAt.After(t.previous)
}

// numbers are two resource versions of one object, which grow (Kubernetes 1.35,
// comparable resource versions; etcd's revisions always did).
func numbers(a, b string) (x, y uint64, ok bool) {
	x, err := strconv.ParseUint(a, 10, 64)
	y, other := strconv.ParseUint(b, 10, 64)
	return x, y, err == nil && other == nil
}

// Wish is what to sync.
type Wish struct {
	App      App    // with its project
	Revision string // a full commit hash
	// Prune deletes what git does not have any more. Without it, an application
	// whose ConfigMaps have a hash in their names stays OutOfSync for ever.
	Prune bool
}

// syncBody is what a sync is asked for with. The server passes over fields that
// it does not know without a word, so a name that is misspelled here would mean
// something else: a test holds them against the API.
type syncBody struct {
	Project      string `json:"project,omitempty"`
	AppNamespace string `json:"appNamespace,omitempty"`
	Revision     string `json:"revision"`
	Prune        bool   `json:"prune"`
	DryRun       bool   `json:"dryRun"`
}

// Sync begins a sync to exactly one revision, if leave allows it. It is asked
// for once: NoAnswer means that it may have begun.
func (c *Client) Sync(ctx context.Context, leave Leave, w Wish) (*Ticket, error) {
	name, ns := w.App.split()
	if !Pinned(w.Revision) {
		return nil, problem.New(NotPinned, problem.Place{}, "application", c.clean(name), "revision", c.clean(w.Revision))
	}
	if leave == nil || !leave.Allows(w.App.Name, w.Revision) {
		return nil, problem.New(NoLeave, problem.Place{}, "application", c.clean(name), "revision", w.Revision)
	}
	before, err := c.Application(ctx, w.App)
	if err != nil {
		return nil, err
	}
	if err := c.syncable(before, w); err != nil {
		return nil, err
	}
	q := w.App.at(http.MethodPost, toSync, "/sync")
	q.project, q.query = before.Project, nil
	q.body = syncBody{Project: before.Project, AppNamespace: ns, Revision: w.Revision, Prune: w.Prune}
	q.limit = c.limits.Sync
	var after wireApplication
	if err := c.ask(ctx, q, &after); err != nil {
		return nil, withRevision(err, w.Revision)
	}
	return c.ticket(before, c.state(&after, w.App), w)
}

// syncable refuses what the server would not: it passes over the revision of an
// application with several sources.
func (c *Client) syncable(s *State, w Wish) error {
	switch {
	case s.Deleting:
		return c.problem(Deleting, "application", s.Name, "message", "")
	case s.Several():
		return c.problem(SeveralSource, "application", s.Name, "revision", w.Revision)
	case s.Busy():
		return c.problem(Busy, "application", s.Name, "message", "", "by", s.Operation.By, "revision", s.Operation.Revision())
	}
	return nil
}

// ticket is what the server has accepted; a different revision is not what was
// allowed, and is told at once.
func (c *Client) ticket(before, after *State, w Wish) (*Ticket, error) {
	o := after.Operation
	if o == nil || o.Revision() != w.Revision {
		return nil, c.problem(BadAnswer, "application", after.Name, "what", string(toSync), "status", "200", "message", "")
	}
	t := &Ticket{App: after.App(), Revision: w.Revision, By: o.By, Prune: w.Prune, version: after.version}
	if before.Operation != nil {
		t.previous = before.Operation.StartedAt
	}
	return t, nil
}

func withRevision(err error, revision string) error {
	var p *problem.Problem
	if errors.As(err, &p) && (p.Code == BadRevision || p.Code == SyncsItself) {
		p.Args = append(p.Args, problem.Arg{Name: "revision", Text: revision})
	}
	return err
}

// Terminate ends the operation that is in progress; Idle where there is none, or
// the controller has not begun with it. What it has applied stays.
func (c *Client) Terminate(ctx context.Context, a App) error {
	return c.ask(ctx, a.at(http.MethodDelete, toTerminate, "/operation"), &struct{}{})
}
