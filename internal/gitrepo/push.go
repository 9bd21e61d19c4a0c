package gitrepo

import (
	"context"
	"errors"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// What a push can end with.
var (
	RemoteMoved    = problem.Code{Name: "remote-moved", Class: problem.Outside}    // remote, branch: it is not where it was expected
	RemoteRejected = problem.Code{Name: "remote-rejected", Class: problem.Outside} // remote, branch, reason, output: the remote's own words
	PushFailed     = problem.Code{Name: "push-failed", Class: problem.Outside}     // remote, branch, output: nothing is known to have been pushed
	InTheWay       = problem.Code{Name: "local-changes", Class: problem.Refused}   // files: changed here, and by the commits that were to be brought here
)

// Push brings a commit to a remote's branch, if that is at expected: "" is not
// there yet. expected must be an ancestor of the commit: nothing is ever forced
// over what somebody else pushed. The user's pre-push hook runs. The problem is
// RemoteMoved where the branch is elsewhere by now, RemoteRejected where the
// remote does not want the commit. said is what the remote and the hook told,
// where there was no terminal to tell it to. options are for the remote (git
// push -o).
func (r *Repo) Push(ctx context.Context, to Remote, commit, expected string, t *Terminal, options ...string) (said string, err error) {
	if expected != "" {
		if forward, err := r.Ancestor(ctx, expected, commit); err != nil || !forward {
			return "", errors.Join(err, problem.New(RemoteMoved, problem.Place{}, "remote", to.Name, "branch", to.Branch()))
		}
	}
	args := []string{"push", "--porcelain", "--no-progress", "--no-follow-tags", "--force-with-lease=" + to.Ref + ":" + expected}
	for _, o := range options {
		args = append(args, "--push-option="+o)
	}
	out, err := r.do(ctx, call{hooks: true, terminal: t, said: &said, args: append(args, "--", to.Name, commit+":"+to.Ref)})
	said = strings.TrimSpace(besides(string(out)) + "\n" + said)
	if err == nil {
		return said, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return "", rejected(to, string(out), said, err)
}

// besides is what the hook wrote between git's own lines.
func besides(out string) string {
	var lines []string
	for l := range strings.SplitSeq(out, "\n") {
		if strings.Count(l, "\t") < 2 && !strings.HasPrefix(l, "To ") && l != "Done" {
			lines = append(lines, l)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// rejected reads git-push(1)'s porcelain: flag TAB from:to TAB summary (reason).
func rejected(to Remote, out, said string, err error) error {
	p := problem.New(PushFailed, problem.Place{}, "remote", to.Name, "branch", to.Branch(), "output", said).Because(err)
	for l := range strings.SplitSeq(out, "\n") {
		f := strings.SplitN(l, "\t", 3)
		if len(f) != 3 || f[0] != "!" {
			continue
		}
		summary, reason, _ := strings.Cut(f[2], " (")
		reason = strings.TrimSuffix(reason, ")")
		if moved(summary, reason) {
			p.Code = RemoteMoved
			return p
		}
		if summary == "[remote rejected]" {
			p.Code = RemoteRejected
		}
		p.Args = append(p.Args, problem.Arg{Name: "reason", Text: reason})
	}
	return p
}

// moved reports whether a push was rejected because the branch was not where it
// was expected: by git itself, which looked before (stale info), or by the
// remote, whose branch moved between its answer and the update, each in its own
// words: git's receive-pack, GitLab.
func moved(summary, reason string) bool {
	if summary == "[rejected]" {
		switch reason {
		case "stale info", "fetch first", "non-fast-forward", "needs force", "already exists", "remote ref updated since checkout":
			return true
		}
		return false
	}
	for _, words := range []string{"incorrect old value provided", "cannot lock ref", "failed to update ref", "failed to lock", "reference already exists", "fetch first", "non-fast-forward"} {
		if strings.Contains(reason, words) {
			return summary == "[remote rejected]"
		}
	}
	return false
}

// fetched is where Fetch puts what it brings: a reference of this work tree only.
const fetched = "refs/worktree/hoist/fetched"

// Fetch brings the commits of a remote's branch here, and says where it is; ""
// it is not there. The branch as the repository remembers it
// (refs/remotes/…) follows; nothing else does.
func (r *Repo) Fetch(ctx context.Context, from Remote, t *Terminal) (id string, err error) {
	var said string
	_, err = r.do(ctx, call{hooks: true, terminal: t, said: &said, args: []string{"fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules",
		"--no-write-fetch-head", "--", from.Name, "+" + from.Ref + ":" + fetched}})
	if err != nil && ctx.Err() == nil {
		if ids, _, aerr := r.Ask(ctx, from.Name, from.Ref); aerr == nil && ids[from.Ref] == "" {
			return "", nil
		}
		return "", problem.New(PushFailed, problem.Place{}, "remote", from.Name, "branch", from.Branch(), "output", said).Because(err)
	}
	if err != nil {
		return "", err
	}
	if id, err = r.refID(ctx, fetched); err != nil {
		return "", err
	}
	_, err = r.run(ctx, "update-ref", "-d", fetched)
	return id, err
}

// Track makes the local branch follow a remote's.
func (r *Repo) Track(ctx context.Context, branch string, to Remote) error {
	if known, err := r.Known(ctx, to); err != nil || known == "" {
		return err // git could not say how far apart they are
	}
	_, err := r.run(ctx, "branch", "--quiet", "--set-upstream-to="+to.Name+"/"+to.Branch(), "--", branch)
	return err
}

// Follow moves the branch that is checked out from one commit to another, with
// the files of the work tree that differ between them, as a fast-forward would:
// all or nothing, and nothing that anybody changed, staged or added is touched.
// The problem is InTheWay where something would be, HeadMoved where the branch
// is not at from.
func (r *Repo) Follow(ctx context.Context, from, to string) error {
	head, err := r.Head(ctx)
	if err != nil || head.ID == to {
		return err
	}
	if head.ID != from {
		return problem.New(HeadMoved, problem.Place{})
	}
	files, err := r.Changed(ctx, from, to)
	if err != nil {
		return err
	}
	j := journal{Ref: head.Ref(), Base: from, Follow: to}
	if err := r.writeJournal(j); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what was begun is brought to an end
	if err := r.readTree(ctx, from, to, j); err != nil {
		return errors.Join(r.inTheWay(ctx, files, err), r.end())
	}
	if _, err := r.run(ctx, "update-ref", "-m", "hoist: replayed on what was pushed before", head.Ref(), to, from); err != nil {
		back := r.readTree(ctx, to, from, j)
		return errors.Join(problem.New(HeadMoved, problem.Place{}).Because(err), back, r.end())
	}
	return r.end()
}

// followAgain brings a Follow that was killed to its end, unless somebody has
// moved the branch or changed what it would touch.
func (r *Repo) followAgain(ctx context.Context, j journal) error {
	if head, err := r.Head(ctx); err != nil || head.Ref() != j.Ref || head.ID != j.Base {
		return err
	}
	err := r.Follow(ctx, j.Base, j.Follow)
	if errors.Is(err, &problem.Problem{Code: HeadMoved}) {
		return nil
	}
	var p *problem.Problem
	if errors.As(err, &p) && p.Code == InTheWay {
		return nil
	}
	return err
}

// readTree is a two-tree merge with the work tree (git-read-tree(1)). The journal
// names its process, which may outlive ours.
func (r *Repo) readTree(ctx context.Context, from, to string, j journal) error {
	if _, err := r.run(ctx, "update-index", "-q", "--refresh"); err != nil && exitStatus(err) != 1 {
		return err
	}
	_, err := r.do(ctx, call{args: []string{"read-tree", "-m", "-u", from, to}, started: func(pid int) error {
		j.Git = pid
		return r.writeJournal(j)
	}})
	return err
}

// inTheWay names the files that keep the work tree from following.
func (r *Repo) inTheWay(ctx context.Context, files []string, err error) error {
	if exitStatus(err) == 0 {
		return err
	}
	dirty, derr := r.Dirty(ctx, files)
	if derr != nil {
		return derr
	}
	return problem.New(InTheWay, problem.Place{}, "files", strings.Join(dirty, ", ")).Because(err)
}
