package workspace

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"hoist.example/hoist/internal/forge"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// NothingToReview: the branch has no commit that its base has not.
var NothingToReview = problem.Code{Name: "nothing-to-review", Class: problem.Wrong} // head, base

// ReviewRequest says what is to be reviewed: a branch that is, or is about to
// be, on a remote.
type ReviewRequest struct {
	RemoteURL  string // as git has it for pushing
	Head, Base string // branches there, without refs/heads/
	From, To   string // revisions here: where Base is, and Head
	Getenv     func(string) string
}

// Review is a merge or pull request that is ready to be opened. Nothing was sent
// yet but what finds out whether a host is a GitHub or a GitLab.
type Review struct {
	access *forge.Access
	world  forge.World
	asked  forge.Request
}

// Review prepares a request for review: it finds the forge and the token and
// writes the description. What keeps the request from being opened is told here,
// before anything is pushed.
func (w *Workspace) Review(ctx context.Context, req ReviewRequest, tell progress.Func) (*Review, error) {
	if w.repo == nil {
		return nil, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	if req.Head == req.Base {
		return nil, problem.New(forge.SameBranch, problem.Place{}, "branch", req.Head)
	}
	access, err := wayIn(ctx, req.RemoteURL, req.Getenv)
	if err != nil {
		return nil, err
	}
	r := &Review{access: access, world: worldOf(req.Getenv), asked: forge.Request{Head: req.Head, Base: req.Base}}
	return r, w.describe(ctx, r, req, tell)
}

// wayIn finds the forge and a token. A GitLab needs none: the push can ask.
func wayIn(ctx context.Context, url string, getenv func(string) string) (*forge.Access, error) {
	remote, err := forge.ParseRemote(url)
	if err != nil {
		return nil, err
	}
	world := worldOf(getenv)
	access, err := forge.Find(remote, world)
	if err != nil {
		return nil, err
	}
	if access.Kind == "" {
		if err := forge.Probe(ctx, access, world); err != nil {
			return nil, err
		}
	}
	if access.Kind == forge.GitHub && !access.HasToken() {
		return nil, access.Missing(world)
	}
	return access, nil
}

func worldOf(getenv func(string) string) forge.World {
	return forge.World{Getenv: getenv, Read: readIfThere}
}

func readIfThere(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	return b, err
}

// PushOptions are what `git push` is to be given with -o, so that it opens the
// request or brings it up to date; nil where Open does it.
func (r *Review) PushOptions() []string {
	if r.access.HasToken() {
		return nil
	}
	return forge.PushOptions(r.asked)
}

// Title and Body are the request's.
func (r *Review) Title() string { return r.asked.Title }

// Body is its description, as Markdown.
func (r *Review) Body() string { return r.asked.Body }

// Open opens the request, or brings the open one up to date, once the branch is
// pushed.
func (r *Review) Open(ctx context.Context) (report.Opened, error) {
	out := report.Opened{Kind: string(r.access.Kind), Pushed: !r.access.HasToken()}
	if out.Pushed {
		return out, nil
	}
	c := forge.New(r.access, 0)
	defer c.Close()
	o, err := c.Open(ctx, r.asked)
	out.Number, out.URL, out.New = o.Number, o.URL, o.New
	return out, err
}

// describe writes title and description: of the commits that Head has and Base
// has not.
func (w *Workspace) describe(ctx context.Context, r *Review, req ReviewRequest, tell progress.Func) error {
	commits, err := w.commitsBetween(ctx, req.From, req.To)
	if err != nil {
		return err
	}
	if len(commits) == 0 {
		return problem.New(NothingToReview, problem.Place{}, "head", req.Head, "base", req.Base)
	}
	to := commits[len(commits)-1].ID
	base, err := w.repo.MergeBase(ctx, req.From, to)
	if err != nil {
		return err
	}
	if base == "" { // a history that is cut off
		base = parentOf(commits[0])
	}
	versions, err := w.versionsBetween(ctx, base, to)
	if err != nil {
		return err
	}
	body := report.RequestBody{}
	for _, c := range commits {
		body.Commits = append(body.Commits, report.RequestCommit{Subject: c.Subject(), Text: promotion.Text(c.Message)})
	}
	for _, v := range versions {
		if v.after != nil && len(v.changes) > 0 {
			body.Files = append(body.Files, v.planned())
		}
	}
	if err := w.compareAt(ctx, &body, to, versions, tell); err != nil {
		return err
	}
	words := report.Words{Mask: mask.New(w.keys(), false), Secret: w.Secret}
	var b bytes.Buffer
	if err := words.Request(&b, body); err != nil {
		return err
	}
	r.asked.Body, r.asked.Title = b.String(), w.titleOf(commits, versions)
	return nil
}

// commitsBetween are the commits of to that from has not, oldest first, without
// merges.
func (w *Workspace) commitsBetween(ctx context.Context, from, to string) (out []gitrepo.Commit, err error) {
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{From: to, Not: []string{from}, Reverse: true}) {
		if err != nil {
			return nil, err
		}
		if len(c.Parents) < 2 {
			out = append(out, c)
		}
	}
	return out, nil
}

func (w *Workspace) versionsBetween(ctx context.Context, from, to string) (out []version, err error) {
	d := w.repo.Deltas(ctx)
	out, err = w.versions(d, from, to, w.filesOf(w.cfg.Services, w.cfg.Environments, true))
	return out, errors.Join(err, d.Close())
}

// titleOf is the subject of the only commit, else of a commit that did all that
// they do.
func (w *Workspace) titleOf(commits []gitrepo.Commit, versions []version) string {
	clean := mask.New(nil, false).Text
	f := promotion.Facts{Environments: w.titles()}
	var from, to []string
	for _, c := range commits {
		t, _ := promotion.Parse(c.Message)
		from, to = appendNew(from, t.From...), appendNew(to, t.To...)
	}
	f.From, f.To = w.inOrder(from), w.inOrder(to)
	for _, v := range versions {
		f.Moved = append(f.Moved, promotion.Moved{Service: v.service, Environment: v.environment})
	}
	if len(commits) == 1 || len(f.From) == 0 || len(f.Moved) == 0 {
		return clean(commits[0].Subject())
	}
	return promotion.Write(f).Subject
}

// compareAt compares the services that were touched as they are in a commit.
func (w *Workspace) compareAt(ctx context.Context, body *report.RequestBody, commit string, versions []version, tell progress.Func) (err error) {
	rev, err := w.repo.Revision(ctx, commit)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rev.Close()) }()
	there, err := w.at(revision{rev})
	if err != nil {
		return err
	}
	for _, e := range there.cfg.Environments {
		body.Environments = append(body.Environments, e.Name)
	}
	var services []string
	for _, s := range there.cfg.Services {
		if slices.ContainsFunc(versions, func(v version) bool { return v.service == s.Name }) {
			services = append(services, s.Name)
		}
	}
	if len(services) == 0 {
		return nil
	}
	for s, err := range there.Compare(ctx, CompareRequest{Selection: Selection{Services: services}}, tell) {
		if err != nil {
			return err
		}
		body.Services = append(body.Services, s)
	}
	return nil
}

// planned is a version as a plan's file: what changed, to be shown.
func (v *version) planned() plan.File {
	f := plan.File{Path: v.path, Environment: v.environment, Service: v.service, Before: v.before, After: v.after,
		Edits: between(v.before.Source(), v.after.Source())}
	for _, c := range v.changes {
		x := plan.Change{Path: c.Path, Action: c.Action, Before: contentAt(v.before, c.Path), After: contentAt(v.after, c.Path)}
		if c.Action == edit.Add {
			x.Before = plan.Content{}
		}
		if b, a := x.Before.Node, x.After.Node; b.Valid() && a.Valid() {
			x.TypeChanged = b.Value().TypeName() != a.Value().TypeName()
		}
		f.Changes = append(f.Changes, x)
	}
	return f
}

func contentAt(f *yamlfile.File, p keypath.Path) (c plan.Content) {
	if n, ok := f.Lookup(p); ok && n.Valid() {
		c.Node = n
		if n.Leaf() {
			c.Value = n.Value()
		}
	}
	return c
}
