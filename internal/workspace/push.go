package workspace

import (
	"context"
	"errors"
	"slices"
	"strings"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/report"
)

// What keeps commits from being pushed. Then nothing is committed either.
var (
	ForeignCommits = problem.Code{Name: "foreign-commits", Class: problem.Refused}  // branch, n, commits: one a line
	ForeignBehind  = problem.Code{Name: "foreign-diverged", Class: problem.Refused} // remote, branch
)

// pushTries is how often a push is tried again after the branch moved.
const pushTries = 3

// pushing is one push, begun before anything is committed.
type pushing struct {
	*committing
	to       gitrepo.Remote
	expected string // where the remote's branch is, as far as is known; "": not there
	commits  []gitrepo.Commit
	tip      string   // what is pushed
	local    string   // the commit that the local branch is at
	options  []string // for the remote
	replays  int
	again    map[string]string // of commits that were made again, the new ids
	said     []string
}

// mayPush looks, before anything is committed, whether what there is may be
// pushed.
func (c *committing) mayPush(ctx context.Context) (*pushing, error) {
	branch := c.head.Branch
	if c.req.Branch != "" {
		branch = c.req.Branch
	}
	p := &pushing{committing: c}
	var err error
	if p.to, err = c.w.repo.PushTarget(ctx, branch); err != nil {
		return nil, err
	}
	if p.expected, err = c.w.repo.Known(ctx, p.to); err != nil {
		return nil, err
	}
	if err := p.free(); err != nil {
		return nil, err
	}
	if err := p.mayTake(ctx); err != nil {
		return nil, err
	}
	envs, err := p.environments(ctx)
	if err != nil {
		return nil, err
	}
	warnings, err := c.w.deploys(ctx, envs, c.head.ID, p.to)
	c.out.Warnings = append(c.out.Warnings, warnings...)
	return p, err
}

// free refuses a new branch that the remote has already.
func (p *pushing) free() error {
	if p.req.Branch == "" || p.req.Branch == p.head.Branch || p.expected == "" {
		return nil
	}
	return problem.New(gitrepo.BranchExists, problem.Place{}, "branch", p.to.Name+"/"+p.to.Branch())
}

// mayTake refuses where commits would be pushed along that hoist did not make.
// Before it refuses it looks whether the remote has them by now.
func (p *pushing) mayTake(ctx context.Context) error {
	err := p.look(ctx, p.head.ID)
	if errors.Is(err, &problem.Problem{Code: ForeignCommits}) && (p.expected != "" || !p.to.New) {
		if p.expected, err = p.fetch(ctx); err == nil {
			err = p.look(ctx, p.head.ID)
		}
	}
	return err
}

func (p *pushing) fetch(ctx context.Context) (string, error) {
	p.tell.Tell(progress.Event{Stage: progress.Fetch, Subject: p.to.Name})
	return p.w.repo.Fetch(ctx, p.to, p.req.Terminal)
}

// look finds the commits that a push of tip would bring to the remote, oldest
// first.
func (p *pushing) look(ctx context.Context, tip string) (err error) {
	not := []string{p.expected}
	if p.expected == "" {
		if not, err = p.w.repo.Brought(ctx, p.to.Name); err != nil {
			return err
		}
	}
	p.commits = nil
	var foreign []string
	for x, err := range p.w.repo.Log(ctx, gitrepo.LogQuery{From: tip, Not: not, Reverse: true}) {
		if err != nil {
			return err
		}
		p.commits = append(p.commits, x)
	}
	p.ours.recognise(p.commits)
	for _, x := range p.commits {
		if _, _, ours := p.ours.find(x); !ours {
			foreign = append(foreign, short(x.ID)+" "+x.Subject()+" ("+x.Author+")")
		}
	}
	if len(foreign) == 0 || p.req.PushAll {
		return nil
	}
	return problem.New(ForeignCommits, problem.Place{}, "branch", p.branch(), "n", itoa(len(foreign)), "output", strings.Join(fewLines(foreign), "\n"))
}

// fewLines are the newest of many.
func fewLines(lines []string) []string {
	const few = 20
	slices.Reverse(lines)
	if len(lines) > few {
		lines = append(lines[:few], "…")
	}
	return lines
}

func (p *pushing) branch() string {
	if p.req.Branch != "" {
		return p.req.Branch
	}
	return p.head.Branch
}

// environments are those that the push changes anything of.
func (p *pushing) environments(ctx context.Context) ([]string, error) {
	var paths []string
	for _, x := range p.commits {
		if len(x.Parents) == 0 {
			continue
		}
		changed, err := p.w.repo.Changed(ctx, x.Parents[0], x.ID)
		if err != nil {
			return nil, err
		}
		paths = append(paths, changed...)
	}
	for _, f := range p.files {
		paths = append(paths, f.name)
	}
	envs, _ := p.w.touchedBy(paths)
	return envs, nil
}

// run pushes. Where the branch has moved the commits are made again on what is
// there by now, and only if the plans made again there give the same changes.
func (p *pushing) run(ctx context.Context) error {
	p.local = p.head.ID
	if p.made == nil {
		if err := p.share(ctx); err != nil {
			return err
		}
	} else {
		p.local = p.made.IDs[len(p.made.IDs)-1]
	}
	p.tip = p.local
	if err := p.look(ctx, p.local); err != nil || len(p.commits) == 0 {
		return err // or the remote has it all
	}
	for try := 0; ; try++ {
		err := p.push(ctx)
		if err == nil {
			return p.done(ctx)
		}
		if !errors.Is(err, &problem.Problem{Code: gitrepo.RemoteMoved}) || try == pushTries {
			return err
		}
		if err := p.anew(ctx); err != nil {
			return err
		}
	}
}

func (p *pushing) push(ctx context.Context) error {
	if p.tip == p.expected {
		return nil // all of it is there already
	}
	p.tell.Tell(progress.Event{Stage: progress.Push, Subject: p.to.Name + " " + p.to.Branch(), Done: p.replays + 1})
	said, err := p.w.repo.Push(ctx, p.to, p.tip, p.expected, p.req.Terminal, p.options...)
	if said != "" {
		p.said = append(p.said, said)
	}
	return err
}

// anew fetches, and makes the commits again on what came.
func (p *pushing) anew(ctx context.Context) (err error) {
	if p.expected, err = p.fetch(ctx); err == nil {
		err = p.free()
	}
	if err != nil {
		return err
	}
	if err := p.look(ctx, p.local); err != nil {
		return err
	}
	p.tip = p.local
	if p.expected == "" {
		return nil
	}
	if forward, err := p.w.repo.Ancestor(ctx, p.expected, p.local); err != nil || forward {
		return err
	}
	r := &replaying{pushing: p}
	p.replays++
	p.again = map[string]string{}
	p.tip, err = r.run(ctx)
	return err
}

// done brings the local branch to what was pushed and says so.
func (p *pushing) done(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	x := &report.Pushed{Remote: p.to.Name, Branch: p.to.Branch(), Commit: p.tip, Replays: p.replays, Already: p.tip == p.expected, Said: strings.Join(p.said, "\n")}
	p.out.Push = x
	pushed := map[string]bool{}
	for _, c := range p.commits {
		pushed[c.ID] = true
		if id := p.there(c.ID); id != "" {
			x.Commits = append(x.Commits, id)
		}
	}
	p.rename()
	if p.to.New {
		if err := p.w.repo.Track(ctx, p.branch(), p.to); err != nil {
			return err
		}
	}
	if p.tip != p.local {
		if left, err := p.follow(ctx); err != nil || left {
			return err
		}
	}
	return p.w.keepUnpushed(slices.DeleteFunc(p.ours, func(g group) bool {
		return slices.ContainsFunc(g.Commits, func(c groupCommit) bool { return pushed[c.ID] })
	}))
}

// there is the id that a commit has on the remote; "" where that has its changes
// already.
func (p *pushing) there(id string) string {
	if p.replays == 0 || p.tip == p.local {
		return id
	}
	return p.again[id]
}

// rename tells of the commits as they are on the remote.
func (p *pushing) rename() {
	p.out.Commits = slices.DeleteFunc(p.out.Commits, func(c report.CommittedOne) bool { return p.there(c.ID) == "" })
	for i := range p.out.Commits {
		p.out.Commits[i].ID = p.there(p.out.Commits[i].ID)
	}
}

// follow moves the local branch and the files that nobody changed; left: it
// stays where it was, because that would touch somebody's changes.
func (p *pushing) follow(ctx context.Context) (left bool, err error) {
	if err := p.store.Exclude(ctx); err != nil {
		return false, err
	}
	err = p.w.repo.Follow(ctx, p.local, p.tip)
	var why *problem.Problem
	if errors.As(err, &why) && (why.Code == gitrepo.InTheWay || why.Code == gitrepo.HeadMoved) {
		p.out.Push.NotFollowed = why
		return true, nil
	}
	return false, err
}
