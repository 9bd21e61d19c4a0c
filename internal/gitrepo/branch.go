package gitrepo

import (
	"context"

	"hoist.example/hoist/internal/problem"
)

// MakeBranch makes a branch at a commit, without checking it out. The problem is
// BranchExists or BadBranchName.
func (r *Repo) MakeBranch(ctx context.Context, name, commit string) error {
	if _, ok, err := r.ask(ctx, "check-ref-format", "--branch", name); err != nil || !ok {
		return problem.New(BadBranchName, problem.Place{}, "branch", name)
	}
	if at, err := r.refID(ctx, "refs/heads/"+name); err != nil || at != "" {
		if err == nil {
			err = problem.New(BranchExists, problem.Place{}, "branch", name)
		}
		return err
	}
	_, err := r.run(ctx, "branch", "--quiet", "--no-track", "--", name, commit)
	return err
}

// DropBranch removes a branch that is still at a commit.
func (r *Repo) DropBranch(ctx context.Context, name, commit string) error {
	_, err := r.run(ctx, "update-ref", "-d", "refs/heads/"+name, commit)
	return err
}

// WrittenURL is a remote's address as it is written down, without insteadOf; ""
// where there is none.
func (r *Repo) WrittenURL(ctx context.Context, remote string) (string, error) {
	url, _, err := r.ask(ctx, "config", "--get", "remote."+remote+".url")
	return url, err
}
