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

// Obtain fetches a remote's ref, so that its commits are here; the remote's
// branches are followed as the user configured it, and nothing else moves.
func (r *Repo) Obtain(ctx context.Context, remote, ref string) error {
	_, err := r.do(ctx, call{args: []string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", remote, ref}, hooks: true})
	return err
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

// Tracked is the commit that a remote's branch was at when it was fetched last;
// "" where that is not known.
func (r *Repo) Tracked(ctx context.Context, remote, ref string) (string, error) {
	return r.tracking(ctx, Remote{Name: remote, Ref: ref})
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
