package gitrepo

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
)

// Ask is what a remote has by the names given, now: refs in full (refs/heads/…,
// HEAD), and under a tag's name with ^{} behind it the commit that it is of.
// symbolic are those that name another. The user's own helpers and settings are
// used; nothing prompts.
func (r *Repo) Ask(ctx context.Context, remote string, names ...string) (ids, symbolic map[string]string, err error) {
	args := append([]string{"ls-remote", "--symref", "--quiet", "--", remote}, names...)
	out, err := r.do(ctx, call{args: args, hooks: true})
	if err != nil {
		return nil, nil, err
	}
	ids, symbolic = map[string]string{}, map[string]string{}
	for line := range strings.Lines(string(out)) {
		what, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if !ok {
			continue
		}
		if to, is := strings.CutPrefix(what, "ref: "); is {
			symbolic[name] = to
		} else {
			ids[name] = what
		}
	}
	return ids, symbolic, nil
}

// Has reports whether a commit is here.
func (r *Repo) Has(ctx context.Context, id string) (bool, error) {
	_, err := r.run(ctx, "cat-file", "-e", id+"^{commit}")
	if status := exitStatus(err); status == 1 || status == 128 {
		return false, nil
	}
	return err == nil, err
}

// Identity is who the user's commits are by: name and mail. "" where git cannot
// say.
func (r *Repo) Identity(ctx context.Context) string {
	out, err := r.do(ctx, call{args: []string{"var", "GIT_COMMITTER_IDENT"}, hooks: true})
	if err != nil {
		return ""
	}
	who := strings.TrimSpace(string(out))
	if i := strings.LastIndex(who, "> "); i >= 0 { // the time follows
		who = who[:i+1]
	}
	return who
}

// AnyRemote is the remote of a branch that follows none: the one there is, or
// origin; "" where that cannot be told.
func (r *Repo) AnyRemote(ctx context.Context, branch string) (string, error) {
	name, err := r.pushRemote(ctx, branch)
	if name == "*" {
		name = ""
	}
	return name, err
}

// SharedState is hoist's directory for all work trees of this clone. It may not
// exist yet.
func (r *Repo) SharedState() string { return filepath.Join(r.commonDir(), "hoist") }

// IsFailure reports whether git itself failed, as it does where a remote cannot
// be reached.
func IsFailure(err error) bool { return exitStatus(err) > 0 && !errors.Is(err, context.Canceled) }

// Bare is the repository in a git directory without a work tree: to read from
// and to push to, for the demonstration.
func Bare(gitDir string) *Repo { return &Repo{gitDir, gitDir} }

// CreateBare makes an empty repository without a work tree, for the
// demonstration.
func CreateBare(ctx context.Context, dir string) error {
	_, err := run(ctx, dir, "init", "--quiet", "--bare", "--initial-branch=main", "--template=")
	return err
}

// Publish makes another repository this one's remote and pushes the branch that
// is checked out, which follows it from then on: for the demonstration.
func (r *Repo) Publish(ctx context.Context, remote, gitDir string) error {
	if _, err := r.run(ctx, "remote", "add", "--", remote, gitDir); err != nil {
		return err
	}
	_, err := r.run(ctx, "push", "--quiet", "--set-upstream", remote, "HEAD")
	return err
}
