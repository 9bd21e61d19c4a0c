package workspace

import (
	"context"
	"strings"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// commitsShown is how many commits a deployment lists before it counts them.
const commitsShown = 10

// pushed fills in what the application's branch is at, as its remote has it now,
// and what this branch has pushed. sure: an answer is needed, and the commits
// must be here; else what was fetched last will do, and nothing is fetched.
func (x *deployment) pushed(ctx context.Context, d *report.Deploy, sure bool) error {
	d.Deployed = runs(d.State)
	x.remarks(d)
	if d.State.Several() {
		return nil
	}
	head, err := x.repo.Head(ctx)
	if err != nil {
		return err
	}
	up, _, err := x.repo.Upstream(ctx, head.Branch)
	if err != nil {
		return err
	}
	if d.Remote = up.Name; d.Remote == "" || d.Remote == "." {
		if d.Remote, err = x.repo.AnyRemote(ctx, head.Branch); err != nil {
			return err
		}
	}
	if d.Remote == "" {
		if sure {
			return problem.New(NoRemote, problem.Place{})
		}
		return nil
	}
	if err := x.ask(ctx, d, up, sure); err != nil {
		return err
	}
	if sure {
		if err := x.obtain(ctx, d, up); err != nil {
			return err
		}
	}
	return x.place(ctx, d, head, up)
}

// remarks are hints that need no git.
func (x *deployment) remarks(d *report.Deploy) {
	// Into the first environment nothing is promoted: there it is as it should be.
	if d.Manual && d.State.Automated && len(x.cfg.From(x.env.Name, config.ForConfig)) > 0 {
		hint(d, report.SyncsItself)
	}
	if at, same := x.directory(d.State); !same {
		hint(d, report.OtherOverlay, "path", at, "overlay", d.Overlay)
	}
	if d.State.Windows != nil && !d.State.Windows.Open {
		hint(d, report.BehindWindow)
	}
}

// ask asks the remote.
func (x *deployment) ask(ctx context.Context, d *report.Deploy, up gitrepo.Remote, sure bool) error {
	target := d.State.Target()
	d.Branch = target
	names := []string{"HEAD"}
	if target != "HEAD" {
		names = []string{"refs/heads/" + target, "refs/tags/" + target, "refs/tags/" + target + "^{}"}
	}
	if up.Ref != "" && up.Name == d.Remote {
		names = append(names, up.Ref)
	}
	ids, symbolic, err := x.repo.Ask(ctx, d.Remote, names...)
	if err != nil {
		if sure || !gitrepo.IsFailure(err) {
			return err
		}
		return x.remembered(ctx, d, up, err)
	}
	x.found(d, target, ids, symbolic)
	if up.Name == d.Remote {
		d.Pushed = ids[up.Ref]
	}
	if d.Revision == "" && sure {
		return problem.New(NoRemoteBranch, problem.Place{}, "application", d.Application, "target", target, "remote", d.Remote)
	}
	return nil
}

// found takes what the application follows out of what the remote has.
func (x *deployment) found(d *report.Deploy, target string, ids, symbolic map[string]string) {
	if argocd.Pinned(target) {
		d.Revision, d.Ref = target, target
		return
	}
	if target == "HEAD" {
		d.Revision, d.Ref = ids["HEAD"], "HEAD"
		if to := symbolic["HEAD"]; to != "" {
			d.Ref, d.Branch = to, strings.TrimPrefix(to, "refs/heads/")
		}
		return
	}
	for _, ref := range []string{"refs/heads/" + target, "refs/tags/" + target} {
		for _, name := range []string{ref + "^{}", ref} {
			if id := ids[name]; id != "" && d.Revision == "" {
				d.Revision, d.Ref = id, ref
			}
		}
	}
}

// remembered takes what was fetched last for what the remote has.
func (x *deployment) remembered(ctx context.Context, d *report.Deploy, up gitrepo.Remote, why error) (err error) {
	reason := ""
	if l := problem.All(why); l != nil {
		reason, _, _ = strings.Cut(l[0].Arg("output"), "\n")
	}
	hint(d, report.PushedUnknown, "reason", reason)
	if d.Branch == "HEAD" {
		if d.Branch, err = x.repo.DefaultBranch(ctx, d.Remote); err != nil || d.Branch == "" {
			return err
		}
	}
	d.Ref = "refs/heads/" + d.Branch
	if d.Revision, err = x.repo.Known(ctx, gitrepo.Remote{Name: d.Remote, Ref: d.Ref}); err != nil {
		return err
	}
	if up.Name == d.Remote {
		d.Pushed, err = x.repo.Known(ctx, up)
	}
	return err
}

// obtain sees to it that the commits are here, and that the application's branch
// contains what this one has pushed.
func (x *deployment) obtain(ctx context.Context, d *report.Deploy, up gitrepo.Remote) error {
	for _, c := range []struct{ id, ref string }{{d.Revision, d.Ref}, {d.Pushed, up.Ref}} {
		if c.id == "" {
			continue
		}
		have, err := x.repo.Has(ctx, c.id)
		if err == nil && !have {
			_, err = x.repo.Fetch(ctx, gitrepo.Remote{Name: d.Remote, Ref: c.ref}, nil)
		}
		if err != nil {
			return err
		}
	}
	if d.Pushed == "" || d.Pushed == d.Revision {
		return nil
	}
	in, err := x.repo.Ancestor(ctx, d.Pushed, d.Revision)
	if err == nil && !in {
		err = problem.New(NotContained, problem.Place{}, "application", d.Application, "target", d.Branch, "commit", d.Pushed[:shortCommit], "branch", up.Branch())
	}
	return err
}

const shortCommit = 7

// place says where what runs stands in the history that is here, and what is
// not in it.
func (x *deployment) place(ctx context.Context, d *report.Deploy, head gitrepo.Head, up gitrepo.Remote) error {
	if head.Branch != "" && head.Branch != d.Branch && d.Ref == "refs/heads/"+d.Branch && up.Ref != d.Ref {
		hint(d, report.OtherBranch, "target", d.Branch, "branch", head.Branch)
	} else if err := x.unpushed(ctx, d, head); err != nil {
		return err
	}
	if d.Deployed == "" {
		d.Contains = "no"
	}
	if d.Revision == "" || d.Deployed == "" {
		return nil
	}
	if d.Deployed == d.Revision {
		d.Contains = "yes"
		return nil
	}
	for _, id := range []string{d.Deployed, d.Revision} {
		if have, err := x.repo.Has(ctx, id); err != nil || !have {
			return err
		}
	}
	in, err := x.repo.Ancestor(ctx, d.Revision, d.Deployed)
	if d.Contains = "no"; in {
		d.Contains = "yes"
	}
	if err != nil || in {
		return err
	}
	return x.commits(ctx, d)
}

// unpushed counts commits that the remote has not.
func (x *deployment) unpushed(ctx context.Context, d *report.Deploy, head gitrepo.Head) error {
	if d.Revision == "" || head.ID == "" || head.ID == d.Revision {
		return nil
	}
	if have, err := x.repo.Has(ctx, d.Revision); err != nil || !have {
		return err
	}
	n := 0
	for _, err := range x.repo.Log(ctx, gitrepo.LogQuery{From: head.ID, Not: []string{d.Revision}}) {
		if err != nil {
			return err
		}
		n++
	}
	if n > 0 {
		hint(d, report.Unpushed, "n", count(n), "branch", head.Branch)
	}
	return nil
}

// commits are those that a sync brings.
func (x *deployment) commits(ctx context.Context, d *report.Deploy) error {
	for c, err := range x.repo.Log(ctx, gitrepo.LogQuery{From: d.Revision, Not: []string{d.Deployed}}) {
		if err != nil {
			return err
		}
		if len(d.Commits) == commitsShown {
			d.More++
			continue
		}
		d.Commits = append(d.Commits, report.Commit{ID: c.ID, Author: c.Author, Subject: c.Subject()})
	}
	return nil
}
