package gitrepo

import (
	"context"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// What is wrong with a revision, or keeps a branch from being pushed.
var (
	UnknownRev   = problem.Code{Name: "unknown-revision", Class: problem.Wrong} // revision
	NoPushTarget = problem.Code{Name: "no-push-target", Class: problem.Refused} // branch; why: detached, no-remote, several-remotes, other-name; upstream
)

// Head is where HEAD is.
type Head struct {
	Branch string // without refs/heads/, "" where HEAD is detached
	ID     string // of the commit, "" on a branch that has none yet
}

// Ref is the reference that a commit moves: the branch's, or HEAD itself.
func (h Head) Ref() string {
	if h.Branch == "" {
		return "HEAD"
	}
	return "refs/heads/" + h.Branch
}

// Head asks git where HEAD is.
func (r *Repo) Head(ctx context.Context) (h Head, err error) {
	ref, _, err := r.ask(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil {
		return h, err
	}
	h.Branch = strings.TrimPrefix(ref, "refs/heads/")
	h.ID, _, err = r.ask(ctx, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
	return h, err
}

// Resolve is the id of the commit that a revision names. The problem is
// UnknownRev where it names none.
func (r *Repo) Resolve(ctx context.Context, rev string) (string, error) {
	if strings.HasPrefix(rev, "-") {
		return "", problem.New(UnknownRev, problem.Place{}, "revision", rev)
	}
	id, ok, err := r.ask(ctx, "rev-parse", "--quiet", "--verify", rev+"^{commit}")
	if err == nil && !ok {
		err = problem.New(UnknownRev, problem.Place{}, "revision", rev)
	}
	return id, err
}

// refID is the commit of a reference, "" where there is no such reference.
func (r *Repo) refID(ctx context.Context, ref string) (string, error) {
	id, _, err := r.ask(ctx, "rev-parse", "--quiet", "--verify", ref+"^{commit}")
	return id, err
}

// Ancestor reports whether a commit is an ancestor of another, or the same.
func (r *Repo) Ancestor(ctx context.Context, a, b string) (bool, error) {
	_, yes, err := r.ask(ctx, "merge-base", "--is-ancestor", a, b)
	return yes, err
}

// Remote is a branch of a remote.
type Remote struct {
	Name string // as git remote has it, or a URL
	Ref  string // refs/heads/…, as the remote has it
	New  bool   // the local branch follows nothing yet, and is to follow this
}

// Branch is the remote's branch without refs/heads/.
func (r Remote) Branch() string { return strings.TrimPrefix(r.Ref, "refs/heads/") }

// Upstream is what a branch follows (its configured upstream); ok is false where
// there is none.
func (r *Repo) Upstream(ctx context.Context, branch string) (up Remote, ok bool, err error) {
	up.Name, up.Ref, err = r.branchField(ctx, branch, "%(upstream:remotename)%00%(upstream:remoteref)")
	return up, up.Ref != "" && up.Name != "" && up.Name != ".", err
}

// branchField asks for two fields of a branch (git-for-each-ref(1)).
func (r *Repo) branchField(ctx context.Context, branch, format string) (a, b string, err error) {
	out, err := r.line(ctx, "for-each-ref", "--format="+format, "refs/heads/"+branch)
	if err != nil {
		return "", "", err
	}
	a, b, _ = strings.Cut(out, "\x00")
	return a, b, nil
}

// PushTarget is where git would push a branch. A branch that follows nothing,
// where there is one remote only or one is configured for pushing, goes to a
// branch of its own name. The problem is NoPushTarget where git would not know,
// or would refuse.
func (r *Repo) PushTarget(ctx context.Context, branch string) (Remote, error) {
	none := func(why, upstream string) error {
		return problem.New(NoPushTarget, problem.Place{}, "branch", branch, "why", why, "upstream", upstream)
	}
	if branch == "" {
		return Remote{}, none("detached", "")
	}
	up, follows, err := r.Upstream(ctx, branch)
	if err != nil {
		return Remote{}, err
	}
	remote, err := r.pushRemote(ctx, branch)
	if err != nil {
		return Remote{}, err
	}
	if to, err := r.asPushed(ctx, branch, remote); err != nil || to.Ref != "" {
		to.New = !follows
		return to, err
	}
	switch {
	case follows && up.Name == remote && up.Branch() != branch: // push.default=simple refuses that
		return Remote{}, none("other-name", up.Name+"/"+up.Branch())
	case remote == "":
		return Remote{}, none("no-remote", "")
	case remote == "*":
		return Remote{}, none("several-remotes", "")
	}
	return Remote{Name: remote, Ref: "refs/heads/" + branch, New: !follows}, nil
}

// asPushed is what git itself answers, which knows push.default and push
// refspecs; Ref is "" where it has no answer.
func (r *Repo) asPushed(ctx context.Context, branch, remote string) (to Remote, err error) {
	tracking, _, err := r.branchField(ctx, branch, "%(push)")
	if err != nil || tracking == "" {
		return to, err
	}
	specs, err := r.fetchSpecs(ctx, remote)
	for _, s := range specs {
		from, into, _ := strings.Cut(s, ":")
		if ref := mapped(into+":"+from, tracking); ref != "" {
			return Remote{Name: remote, Ref: ref}, nil
		}
	}
	return to, err
}

// pushRemote is the remote that a branch is pushed to: "" none, "*" git could not
// say which.
func (r *Repo) pushRemote(ctx context.Context, branch string) (string, error) {
	for _, key := range []string{"branch." + branch + ".pushRemote", "remote.pushDefault", "branch." + branch + ".remote"} {
		if v, ok, err := r.ask(ctx, "config", "--get", key); err != nil || ok && v != "." {
			return v, err
		}
	}
	out, err := r.line(ctx, "remote")
	if err != nil {
		return "", err
	}
	switch all := strings.Fields(out); len(all) {
	case 0:
		return "", nil
	case 1:
		return all[0], nil
	default:
		for _, name := range all {
			if name == "origin" {
				return name, nil
			}
		}
		return "*", nil
	}
}

// RemoteURL is where a remote is, with the user's insteadOf.
func (r *Repo) RemoteURL(ctx context.Context, remote string) (string, error) {
	return r.line(ctx, "remote", "get-url", "--", remote)
}

// DefaultBranch is the branch that a remote calls its own, as it was when it was
// cloned; "" where that is not known.
func (r *Repo) DefaultBranch(ctx context.Context, remote string) (string, error) {
	ref, _, err := r.ask(ctx, "symbolic-ref", "--quiet", "refs/remotes/"+remote+"/HEAD")
	return strings.TrimPrefix(ref, "refs/remotes/"+remote+"/"), err
}

// Known is the commit at which a remote's branch was when it was last looked at;
// "" where that is not remembered.
func (r *Repo) Known(ctx context.Context, to Remote) (string, error) {
	specs, err := r.fetchSpecs(ctx, to.Name)
	for _, s := range specs {
		if ref := mapped(s, to.Ref); ref != "" {
			return r.refID(ctx, ref)
		}
	}
	return "", err
}

// fetchSpecs are where a remote's branches are put, without the + that forces.
func (r *Repo) fetchSpecs(ctx context.Context, remote string) (out []string, err error) {
	all, ok, err := r.ask(ctx, "config", "--get-all", "remote."+remote+".fetch")
	if !ok {
		return nil, err
	}
	for spec := range strings.SplitSeq(all, "\n") {
		out = append(out, strings.TrimPrefix(spec, "+"))
	}
	return out, nil
}

// mapped is where a fetch refspec puts a remote's ref, "" nowhere.
func mapped(spec, ref string) string {
	from, to, ok := strings.Cut(spec, ":")
	if !ok || to == "" {
		return ""
	}
	before, after, glob := strings.Cut(from, "*")
	if !glob {
		if from == ref {
			return to
		}
		return ""
	}
	if len(ref) < len(before)+len(after) || !strings.HasPrefix(ref, before) || !strings.HasSuffix(ref, after) {
		return ""
	}
	return strings.Replace(to, "*", ref[len(before):len(ref)-len(after)], 1)
}

// Brought are the commits at which a remote's branches were when they were last
// looked at.
func (r *Repo) Brought(ctx context.Context, remote string) ([]string, error) {
	out, err := r.line(ctx, "for-each-ref", "--format=%(objectname)", "refs/remotes/"+remote+"/")
	return strings.Fields(out), err
}
