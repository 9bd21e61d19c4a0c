package workspace

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"hoist.example/hoist/internal/forge"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
)

// NoBase: nobody says which branch a request is to be into.
var NoBase = problem.Code{Name: "request-without-base", Class: problem.Wrong} // remote, base ("": unknown; else the remote has none of that name)

// RequestOptions ask for a merge or pull request behind the push.
type RequestOptions struct {
	Base   string // the branch that it is to be into; "": the one that was branched from, else the remote's default
	Getenv func(string) string
}

// reviewing is a request for review in the course of a commit.
type reviewing struct {
	review *Review
	base   gitrepo.Remote
	from   string // the commit that base is at
	made   string // the branch that was made for it without a commit, "" none
}

// prepareReview finds out, before anything is committed, from which branch into
// which the request goes, and how the forge is reached. On the branch that the
// request is into a new one is needed: it is named after the promotion unless it
// was given a name.
func (c *committing) prepareReview(ctx context.Context) error {
	o := c.req.Request
	c.req.Push = true
	to, err := c.w.repo.PushTarget(ctx, cmp.Or(c.req.Branch, c.head.Branch, c.branchName()))
	if err != nil {
		return err
	}
	access, err := c.wayIn(ctx, to.Name)
	if err != nil {
		return err
	}
	base, err := c.baseOf(ctx, to, access)
	if err != nil {
		return err
	}
	if c.req.Branch == "" && (c.head.Branch == "" || to.Branch() == base) {
		c.req.Branch = c.branchName()
	}
	r := &reviewing{base: gitrepo.Remote{Name: to.Name, Ref: "refs/heads/" + base}}
	if r.from, err = c.w.repo.Known(ctx, r.base); err == nil && r.from == "" {
		r.from, err = c.w.repo.Fetch(ctx, r.base, c.req.Terminal)
	}
	if err == nil && r.from == "" {
		err = problem.New(NoBase, problem.Place{}, "remote", to.Name, "base", base)
	}
	r.review = &Review{access: access, world: worldOf(o.Getenv), asked: forge.Request{Base: base}}
	c.review = r
	return err
}

// wayIn tries the address that git uses, and, where the user's insteadOf made a
// path of it, the one that is written down.
func (c *committing) wayIn(ctx context.Context, remote string) (*forge.Access, error) {
	used, err := c.w.repo.RemoteURL(ctx, remote)
	if err != nil {
		return nil, err
	}
	access, err := wayIn(ctx, used, c.req.Request.Getenv)
	if errors.Is(err, &problem.Problem{Code: forge.UnknownForge}) {
		if written, werr := c.w.repo.WrittenURL(ctx, remote); werr == nil && written != used && written != "" {
			return wayIn(ctx, written, c.req.Request.Getenv)
		}
	}
	return access, err
}

// baseOf is the branch that the request is into.
func (c *committing) baseOf(ctx context.Context, to gitrepo.Remote, access *forge.Access) (string, error) {
	if c.req.Request.Base != "" {
		return c.req.Request.Base, nil
	}
	if c.req.Branch != "" && c.req.Branch != c.head.Branch && c.head.Branch != "" {
		if up, ok, err := c.w.repo.Upstream(ctx, c.head.Branch); err != nil || ok && up.Name == to.Name {
			return up.Branch(), err
		}
		return c.head.Branch, nil
	}
	base, err := c.w.repo.DefaultBranch(ctx, to.Name)
	if err == nil && base == "" && access.HasToken() {
		f := forge.New(access, 0)
		defer f.Close()
		base, err = f.DefaultBranch(ctx)
	}
	if err == nil && base == "" {
		err = problem.New(NoBase, problem.Place{}, "remote", to.Name, "base", "").Type("hoist", "commit", "--request", "--base", "…")
	}
	return base, err
}

// branchName names a branch after what is promoted: hoist/ci-to-prod-0a1b2c3d.
func (c *committing) branchName() string {
	t := promotion.Trailers{}
	for _, p := range c.parts {
		m := p.message.Trailers
		t.From, t.To, t.Plans, t.Reverts = m.From, append(t.To, m.To...), m.Plans, m.Reverts
	}
	if len(c.parts) == 0 {
		for x, err := range c.w.repo.Log(context.Background(), gitrepo.LogQuery{From: c.head.ID, Max: 1}) {
			if err == nil {
				t, _ = promotion.Parse(x.Message)
			}
		}
	}
	return BranchName(t, c.head.ID)
}

// BranchName is the branch for a request about a promotion; commit is what it
// starts from.
func BranchName(t promotion.Trailers, commit string) string {
	name, of := "hoist", commit
	switch {
	case len(t.Reverts) > 0:
		name, of = "undo", t.Reverts[0]
	case len(t.To) > 0:
		name = strings.Join(t.From, "-") + "-to-" + strings.Join(t.To, "-")
		if len(t.Plans) > 0 {
			of = strings.TrimPrefix(t.Plans[0], "sha256:")
		}
	}
	plain := func(r rune) rune {
		if r < 0x80 && r != '-' && r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') {
			return '-' // dots and others that a reference may not have everywhere
		}
		return r
	}
	return "hoist/" + strings.Map(plain, name) + "-" + strings.Map(plain, of[:min(len(of), 8)])
}

// describeReview writes the description, once the commits are made, and sees to
// it that there is a branch where nothing was to be committed.
func (c *committing) describeReview(ctx context.Context, p *pushing) error {
	r := c.review
	r.review.asked.Head = p.to.Branch()
	if r.review.asked.Head == r.review.asked.Base {
		return problem.New(forge.SameBranch, problem.Place{}, "branch", r.review.asked.Base)
	}
	tip := c.head.ID
	if c.made != nil {
		tip = c.made.IDs[len(c.made.IDs)-1]
	}
	if err := c.w.describe(ctx, r.review, ReviewRequest{From: r.from, To: tip, Head: r.review.asked.Head, Base: r.review.asked.Base}, c.tell); err != nil {
		return err
	}
	if c.made == nil && c.req.Branch != "" && c.req.Branch != c.head.Branch {
		if err := c.w.repo.MakeBranch(ctx, c.req.Branch, tip); err != nil {
			return err
		}
		r.made = c.req.Branch
	}
	p.options = r.review.PushOptions()
	return nil
}

// openReview opens the request behind the push. What was pushed stays, whatever
// becomes of it.
func (c *committing) openReview(ctx context.Context) {
	o, err := c.review.review.Open(ctx)
	if o.Pushed && (c.out.Push == nil || c.out.Push.Already) { // nobody asked
		err = c.review.review.access.Missing(c.review.review.world)
	}
	if err == nil {
		c.out.Request = &o
		return
	}
	var p *problem.Problem
	if errors.As(err, &p) && p.Try == nil {
		p.Type("hoist", "commit", "--request")
	}
	c.out.Unrequested = err
}

// dropBranch takes back a branch that was made for a push which failed.
func (c *committing) dropBranch(ctx context.Context, why error) error {
	if c.review == nil || c.review.made == "" || c.out.Push != nil {
		return why
	}
	return errors.Join(why, c.w.repo.DropBranch(ctx, c.review.made, c.head.ID))
}
