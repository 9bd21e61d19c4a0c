package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/problem"
)

// clones are two clones of one bare repository with some files.
func clones(t *testing.T, names ...string) (a, b, origin string) {
	t.Helper()
	a = repository(t, names...)
	origin = bare(t, a, "origin.git")
	git(t, a, "remote", "add", "origin", origin)
	git(t, a, "push", "--quiet", "--set-upstream", "origin", "main")
	b = filepath.Join(filepath.Dir(a), "b")
	git(t, filepath.Dir(a), "clone", "--quiet", origin, b)
	return a, b, origin
}

func codeOf(err error) string {
	var p *problem.Problem
	if errors.As(err, &p) {
		return p.Code.Name
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

var time0 = time.Unix(1_700_000_000, 0)

func push(t *testing.T, dir string, to Remote, commit, expected, says string) {
	t.Helper()
	said, err := find(t, dir).Push(t.Context(), to, commit, expected, nil)
	if err != nil || !strings.Contains(said, says) {
		t.Error(said, err)
	}
}

var origin = Remote{Name: "origin", Ref: "refs/heads/main"}

func TestPush(t *testing.T) {
	a, b, at := clones(t, "file")
	base := git(t, a, "rev-parse", "HEAD")
	write(t, a, "file", "a\n")
	commit(t, a)
	mine := git(t, a, "rev-parse", "HEAD")
	hook(t, at, "post-receive", "echo see the pipeline\n")
	hook(t, a, "pre-push", "echo looks fine\n")
	push(t, a, origin, mine, base, "looks fine\nremote: see the pipeline")
	if git(t, at, "rev-parse", "main") != mine || git(t, a, "rev-parse", "origin/main") != mine {
		t.Error("not there")
	}
	// b does not know of it.
	write(t, b, "file", "b\n")
	commit(t, b)
	theirs := git(t, b, "rev-parse", "HEAD")
	if _, err := find(t, b).Push(t.Context(), origin, theirs, base, nil); codeOf(err) != RemoteMoved.Name {
		t.Error(err)
	}
	// Nor may it force, whatever it expects.
	if _, err := find(t, b).Push(t.Context(), origin, theirs, mine, nil); err == nil {
		t.Error("forced")
	}
	id, err := find(t, b).Fetch(t.Context(), origin, nil)
	if err != nil || id != mine || git(t, b, "rev-parse", "origin/main") != mine || git(t, b, "for-each-ref", "refs/worktree") != "" {
		t.Error(id, err)
	}
	if _, err := find(t, b).Push(t.Context(), origin, theirs, mine, nil); codeOf(err) != RemoteMoved.Name {
		t.Error("forced over what was fetched:", err)
	}
	if git(t, at, "rev-parse", "main") != mine {
		t.Error("the remote moved")
	}
}

// TestPushBackwards: where the remote was taken back to an older commit, what was
// taken back is not pushed along.
func TestPushBackwards(t *testing.T) {
	a, _, at := clones(t, "file")
	base := git(t, a, "rev-parse", "HEAD")
	write(t, a, "file", "a\n")
	commit(t, a)
	git(t, a, "push", "--quiet")
	git(t, at, "update-ref", "refs/heads/main", base)
	pushed := git(t, a, "rev-parse", "HEAD")
	write(t, a, "file", "b\n")
	commit(t, a)
	if _, err := find(t, a).Push(t.Context(), origin, git(t, a, "rev-parse", "HEAD"), pushed, nil); codeOf(err) != RemoteMoved.Name {
		t.Error(err)
	}
}

func TestPushNewBranch(t *testing.T) {
	a, b, at := clones(t, "file")
	git(t, a, "checkout", "--quiet", "-b", "promotion/x")
	commit(t, a)
	id := git(t, a, "rev-parse", "HEAD")
	to := Remote{Name: "origin", Ref: "refs/heads/promotion/x", New: true}
	r := find(t, a)
	if got, err := r.Fetch(t.Context(), to, nil); got != "" || err != nil {
		t.Error(got, err)
	}
	push(t, a, to, id, "", "")
	must(t, r.Track(t.Context(), "promotion/x", to))
	if git(t, at, "rev-parse", "promotion/x") != id || git(t, a, "rev-parse", "--abbrev-ref", "@{upstream}") != "origin/promotion/x" {
		t.Error("not there, or not followed")
	}
	if _, err := find(t, b).Push(t.Context(), to, git(t, b, "rev-parse", "HEAD"), "", nil); codeOf(err) != RemoteMoved.Name {
		t.Error("a branch that was not to be there was overwritten:", err)
	}
}

// TestPushRejected: every way to be told no.
func TestPushRejected(t *testing.T) {
	for _, x := range []struct {
		name       string
		where      string // a hook of the remote, or "local"
		hook, says string
		code       problem.Code
	}{
		{"pre-receive", "pre-receive", "echo not on Fridays >&2; exit 1\n", "not on Fridays", RemoteRejected},
		{"update", "update", "echo main is protected >&2; exit 1\n", "main is protected", RemoteRejected},
		{"pre-push", "local", "echo tests fail; exit 1\n", "tests fail", PushFailed},
	} {
		t.Run(x.name, func(t *testing.T) {
			a, _, at := clones(t, "file")
			base := git(t, a, "rev-parse", "HEAD")
			if x.where == "local" {
				hook(t, a, "pre-push", x.hook)
			} else {
				hook(t, at, x.where, x.hook)
			}
			write(t, a, "file", "a\n")
			commit(t, a)
			_, err := find(t, a).Push(t.Context(), origin, git(t, a, "rev-parse", "HEAD"), base, nil)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != x.code || !strings.Contains(p.Arg("output"), x.says) {
				t.Error(err)
			}
			if git(t, at, "rev-parse", "main") != base {
				t.Error("pushed")
			}
		})
	}
	a, _, _ := clones(t, "file")
	gone := Remote{Name: "gone", Ref: "refs/heads/main"}
	git(t, a, "remote", "add", "gone", filepath.Join(t.TempDir(), "nowhere.git"))
	if _, err := find(t, a).Push(t.Context(), gone, git(t, a, "rev-parse", "HEAD"), "", nil); codeOf(err) != PushFailed.Name {
		t.Error(err)
	}
	if _, err := find(t, a).Fetch(t.Context(), gone, nil); codeOf(err) != PushFailed.Name {
		t.Error(err)
	}
}

// TestPushMeetsAnother: the remote's branch moves between its answer and the
// update, in a hook of its own.
func TestPushMeetsAnother(t *testing.T) {
	a, _, at := clones(t, "file")
	base := git(t, a, "rev-parse", "HEAD")
	hook(t, at, "pre-receive", "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\nc=$(GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@hoist.example GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@hoist.example git commit-tree -p main -m theirs main^{tree})\ngit update-ref refs/heads/main $c\n")
	write(t, a, "file", "a\n")
	commit(t, a)
	_, err := find(t, a).Push(t.Context(), origin, git(t, a, "rev-parse", "HEAD"), base, nil)
	if codeOf(err) != RemoteMoved.Name {
		t.Error(err)
	}
}

// TestRejections are the words of remotes that tests cannot be.
func TestRejections(t *testing.T) {
	for _, x := range []struct {
		line string
		code problem.Code
	}{
		{"!\tHEAD:refs/heads/main\t[remote rejected] (incorrect old value provided)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[remote rejected] (failed to update ref)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[rejected] (stale info)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[rejected] (fetch first)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[rejected] (non-fast-forward)", RemoteMoved},
		{"!\tHEAD:refs/heads/main\t[remote rejected] (pre-receive hook declined)", RemoteRejected},
		{"!\tHEAD:refs/heads/main\t[remote rejected] (protected branch hook declined)", RemoteRejected},
		{"!\tHEAD:refs/heads/main\t[remote rejected] (refusing to update checked out branch: refs/heads/main)", RemoteRejected},
		{"!\tHEAD:refs/heads/main\t[remote failure] (remote failed to report status)", PushFailed},
		{"", PushFailed},
	} {
		out := "To somewhere\n" + x.line + "\nDone\n"
		if err := rejected(origin, out, "words", nil); codeOf(err) != x.code.Name {
			t.Errorf("%s: %v", x.line, err)
		}
	}
}

// TestFollow: as a fast-forward, and nothing of anybody's is touched.
func TestFollow(t *testing.T) {
	for _, x := range []struct {
		name string
		do   func(t *testing.T, dir string)
		code string
		file string
	}{
		{"clean", func(*testing.T, string) {}, "", ""},
		{"other changes", func(t *testing.T, dir string) {
			write(t, dir, "kept", "mine\n")
			write(t, dir, "untracked", "mine\n")
			write(t, dir, "staged", "mine\n")
			git(t, dir, "add", "staged")
		}, "", ""},
		{"changed there", func(t *testing.T, dir string) { write(t, dir, "moves", "mine\n") }, InTheWay.Name, "moves"},
		{"staged there", func(t *testing.T, dir string) {
			write(t, dir, "moves", "mine\n")
			git(t, dir, "add", "moves")
			write(t, dir, "moves", "of moves\n")
		}, InTheWay.Name, "moves"},
		{"untracked there", func(t *testing.T, dir string) { write(t, dir, "comes", "mine\n") }, InTheWay.Name, "comes"},
		{"only touched", func(t *testing.T, dir string) { must(t, os.Chtimes(filepath.Join(dir, "moves"), time0, time0)) }, "", ""},
		{"moved", func(t *testing.T, dir string) { commit(t, dir) }, HeadMoved.Name, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir := repository(t, "moves", "goes", "kept", "staged")
			from := git(t, dir, "rev-parse", "HEAD")
			write(t, dir, "moves", "new\n")
			write(t, dir, "comes", "new\n")
			git(t, dir, "rm", "--quiet", "goes")
			commit(t, dir)
			to := git(t, dir, "rev-parse", "HEAD")
			git(t, dir, "reset", "--quiet", "--hard", from)
			x.do(t, dir)
			before := everything(t, dir)
			err := find(t, dir).Follow(t.Context(), from, to)
			if codeOf(err) != x.code {
				t.Fatal(err)
			}
			if x.code != "" {
				var p *problem.Problem
				if errors.As(err, &p); p.Arg("files") != x.file {
					t.Error(err)
				}
				if after := everything(t, dir); after != before {
					t.Errorf("it was\n%s\nand is\n%s", before, after)
				}
				return
			}
			if git(t, dir, "rev-parse", "HEAD") != to {
				t.Error("HEAD")
			}
			status := map[string]string{"other changes": "M kept\nM  staged\n?? untracked"}
			if got := git(t, dir, "status", "--porcelain"); got != status[x.name] {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestFollowKilled: whoever comes next brings it to its end, wherever it was
// killed, unless somebody changed what it would touch.
func TestFollowKilled(t *testing.T) {
	for _, x := range []struct {
		name   string
		do     func(dir, from, to string)
		follow bool
	}{
		{"before the files", func(dir, from, to string) {}, true},
		{"before the branch", func(dir, from, to string) { git(t, dir, "read-tree", "-m", "-u", from, to) }, true},
		{"at its end", func(dir, from, to string) { git(t, dir, "reset", "--quiet", "--keep", to) }, true},
		{"and somebody committed", func(dir, from, to string) { commit(t, dir) }, false},
		{"and somebody changed a file", func(dir, from, to string) { write(t, dir, "moves", "mine\n") }, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir := repository(t, "moves", "kept")
			r := find(t, dir)
			from := git(t, dir, "rev-parse", "HEAD")
			write(t, dir, "moves", "new\n")
			commit(t, dir)
			to := git(t, dir, "rev-parse", "HEAD")
			git(t, dir, "reset", "--quiet", "--hard", from)
			write(t, dir, "kept", "mine\n")
			must(t, r.writeJournal(journal{Ref: "refs/heads/main", Base: from, Follow: to}))
			x.do(dir, from, to)
			must(t, r.Settle(t.Context()))
			if got := git(t, dir, "rev-parse", "HEAD") == to; got != x.follow {
				t.Error("followed:", got)
			}
			if got := git(t, dir, "status", "--porcelain"); x.follow && got != "M kept" {
				t.Errorf("%q", got)
			}
			if r.Unsettled() || len(leavings(t, r)) > 0 {
				t.Error("left", leavings(t, r))
			}
		})
	}
}
