package gitrepo

import (
	"context"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// MakeBranch makes a branch at a commit, without checking it out. The problem is
// BranchExists or BadBranchName.
func (r *Repo) MakeBranch(ctx context.Context, name, commit string) error {
	if err := r.free(ctx, name); err != nil {
		return err
	}
	_, err := r.run(ctx, "branch", "--quiet", "--no-track", "--", name, commit)
	return err
}

// free looks whether a branch of this name can be made: a good name, and not there.
func (r *Repo) free(ctx context.Context, name string) error {
	_, ok, err := r.ask(ctx, "check-ref-format", "--branch", name)
	if err != nil && exitStatus(err) != 128 {
		return err
	}
	if !ok || strings.HasPrefix(name, "@{") { // which names another branch
		return problem.New(BadBranchName, problem.Place{}, "branch", name)
	}
	id, err := r.refID(ctx, "refs/heads/"+name)
	if err == nil && id != "" {
		err = problem.New(BranchExists, problem.Place{}, "branch", name)
	}
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
