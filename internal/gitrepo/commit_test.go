package gitrepo

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

// edit is a commit request that gives files new texts on HEAD; index entries
// that are HEAD's follow.
func edit(t *testing.T, r *Repo, drafts ...map[string]string) CommitRequest {
	t.Helper()
	head, err := r.Head(t.Context())
	must(t, err)
	req := CommitRequest{Base: head.ID, Index: map[string]Restage{}}
	for _, d := range drafts {
		names := sortedNames(d)
		have, err := r.Entries(t.Context(), head.ID, names)
		must(t, err)
		staged, err := r.Staged(t.Context(), names)
		must(t, err)
		files := map[string]Entry{}
		for name, text := range d {
			id, err := r.Store(t.Context(), name, []byte(text))
			must(t, err)
			files[name] = Entry{have[name].Mode, id}
			if staged[name].Entry == have[name] {
				req.Index[name] = Restage{Was: have[name], Is: files[name]}
			}
		}
		req.Drafts = append(req.Drafts, Draft{Files: files, Message: "draft of " + names[0] + "\n\nHoist-To: " + names[0] + "\n"})
	}
	return req
}

// everything is what must not move: HEAD, branches, status, index, work tree.
func everything(t *testing.T, dir string) string {
	t.Helper()
	out := git(t, dir, "for-each-ref") + "\n" + git(t, dir, "status", "--porcelain=v2", "--branch", "--ignored") + "\n" + git(t, dir, "ls-files", "-v", "--stage")
	if head, err := exec.Command("git", "-C", dir, "symbolic-ref", "HEAD").Output(); err == nil {
		out += string(head)
	}
	return out
}

func hook(t *testing.T, dir, name, script string) {
	t.Helper()
	path := git(t, dir, "rev-parse", "--git-path", "hooks/"+name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755))
}

// clean reports what hoist left in its state directory.
func leavings(t *testing.T, r *Repo) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(r.State(), "*"))
	must(t, err)
	locks, err := filepath.Glob(filepath.Join(r.gitDir, "*.lock"))
	must(t, err)
	return append(all, locks...)
}

// busy makes a repository in which a lot is going on besides the file "target".
func busy(t *testing.T) (string, *Repo) {
	dir := repository(t, "target", "second", "staged", "changed", "both", "assumed", "skipped", "deleted")
	write(t, dir, "staged", "mine, staged\n")
	write(t, dir, "both", "mine, staged\n")
	write(t, dir, "added", "new\n")
	git(t, dir, "add", "staged", "both", "added")
	git(t, dir, "rm", "--quiet", "--cached", "deleted")
	write(t, dir, "both", "mine, changed\n")
	write(t, dir, "changed", "mine, changed\n")
	write(t, dir, "untracked", "mine\n")
	write(t, dir, "intended", "mine\n")
	git(t, dir, "add", "--intent-to-add", "intended")
	git(t, dir, "update-index", "--assume-unchanged", "assumed")
	git(t, dir, "update-index", "--skip-worktree", "skipped")
	return dir, find(t, dir)
}

func TestCommitTouchesNothingElse(t *testing.T) {
	dir, r := busy(t)
	before := git(t, dir, "status", "--porcelain=v2")
	base := git(t, dir, "rev-parse", "HEAD")
	write(t, dir, "target", "new\n")
	m, err := r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n", "assumed": "new\n", "skipped": "new\n"}))
	must(t, err)
	if got := git(t, dir, "show", "--format=%P %s", "--name-only", "HEAD"); got != base+" draft of assumed\n\nassumed\nskipped\ntarget" {
		t.Error(got)
	}
	if len(m.IDs) != 1 || m.IDs[0] != git(t, dir, "rev-parse", "HEAD") {
		t.Error(m.IDs)
	}
	if after := git(t, dir, "status", "--porcelain=v2"); after != strings.ReplaceAll(before, base, m.IDs[0]) {
		t.Errorf("status was\n%s\nand is\n%s", before, after)
	}
	if got := git(t, dir, "ls-files", "-v", "target", "assumed", "skipped"); got != "h assumed\nS skipped\nH target" {
		t.Error(got)
	}
	if l := leavings(t, r); len(l) > 0 {
		t.Error("left", l)
	}
	if got := git(t, dir, "reflog", "-1"); !strings.Contains(got, "commit: draft of assumed") {
		t.Error(got)
	}
}

// TestCommitSeveral: the hooks see each, and the index at each.
func TestCommitSeveral(t *testing.T) {
	dir, r := busy(t)
	base := git(t, dir, "rev-parse", "HEAD")
	out := filepath.Join(filepath.Dir(dir), "seen")
	hook(t, dir, "pre-commit", "git diff --cached --name-only >> '"+out+"'; git symbolic-ref HEAD >> '"+out+"'; echo seen >&2\n")
	hook(t, dir, "commit-msg", `sed -i '1s/^/JIRA-1: /' "$1"`)
	m, err := r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n"}, map[string]string{"second": "new\n"}))
	must(t, err)
	seen, err := os.ReadFile(out)
	must(t, err)
	if string(seen) != "target\nrefs/heads/main\nsecond\nrefs/heads/main\n" || m.Said != "seen\nseen" {
		t.Errorf("%q %q", seen, m.Said)
	}
	if got := git(t, dir, "log", "--format=%s", base+".."); got != "JIRA-1: draft of second\nJIRA-1: draft of target" {
		t.Error(got)
	}
	must(t, r.TakeBack(t.Context(), m))
	if got := git(t, dir, "rev-parse", "HEAD"); got != base {
		t.Error(got)
	}
}

// TestCommitRefused: whatever goes wrong, everything is as it was.
func TestCommitRefused(t *testing.T) {
	two := []map[string]string{{"target": "new\n"}, {"second": "new\n"}}
	for _, x := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		change  func(*CommitRequest)
		code    problem.Code
		says    string
	}{
		{"pre-commit fails", func(t *testing.T, dir string) { hook(t, dir, "pre-commit", "echo no such luck >&2; exit 1\n") }, nil, CommitFailed, "no such luck"},
		{"commit-msg fails", func(t *testing.T, dir string) { hook(t, dir, "commit-msg", "echo bad message; exit 3\n") }, nil, CommitFailed, "bad message"},
		{"the second fails", func(t *testing.T, dir string) {
			hook(t, dir, "pre-commit", "git diff --cached --name-only | grep -q target || { echo only target >&2; exit 1; }\n")
		}, nil, CommitFailed, "only target"},
		{"a hook adds a file", func(t *testing.T, dir string) { hook(t, dir, "pre-commit", "git add untracked\n") }, nil, HookChanged, "untracked"},
		{"a hook reformats", func(t *testing.T, dir string) {
			hook(t, dir, "pre-commit", "id=$(echo formatted | git hash-object -w --stdin); git update-index --cacheinfo 100644,$id,target\n")
		}, nil, HookChanged, "target"},
		{"a hook reformats the second", func(t *testing.T, dir string) {
			hook(t, dir, "pre-commit", "git diff --cached --name-only | grep -q second || exit 0; id=$(echo formatted | git hash-object -w --stdin); git update-index --cacheinfo 100644,$id,second\n")
		}, nil, HookChanged, "second"},
		{"on a new branch", func(t *testing.T, dir string) { hook(t, dir, "pre-commit", "git symbolic-ref HEAD >&2; exit 1\n") }, func(q *CommitRequest) { q.Branch = "a/new" }, CommitFailed, "refs/heads/a/new"},
		{"on a new branch, detached", func(t *testing.T, dir string) {
			git(t, dir, "checkout", "--quiet", "--detach")
			hook(t, dir, "pre-commit", "exit 1\n")
		}, func(q *CommitRequest) { q.Branch = "new" }, CommitFailed, ""},
		{"the branch is there", func(t *testing.T, dir string) { git(t, dir, "branch", "other") }, func(q *CommitRequest) { q.Branch = "other" }, BranchExists, "other"},
		{"no name", func(*testing.T, string) {}, func(q *CommitRequest) { q.Branch = "a..b" }, BadBranchName, "a..b"},
		{"an expression", func(*testing.T, string) {}, func(q *CommitRequest) { q.Branch = "@{-1}" }, BadBranchName, ""},
		{"a branch is in the way", func(t *testing.T, dir string) { git(t, dir, "branch", "a") }, func(q *CommitRequest) { q.Branch = "a/b" }, Failed, "refs/heads/a"},
		{"HEAD moved before", func(*testing.T, string) {}, func(q *CommitRequest) { q.Base = strings.Repeat("1", 40) }, HeadMoved, ""},
		{"a merge", func(t *testing.T, dir string) { write(t, dir, ".git/MERGE_HEAD", "x") }, nil, Underway, "merge"},
		{"a rebase", func(t *testing.T, dir string) { write(t, dir, ".git/rebase-merge/done", "x") }, nil, Underway, "rebase"},
		{"staged meanwhile", func(*testing.T, string) {}, func(q *CommitRequest) {
			q.Index["staged"] = Restage{Was: q.Index["target"].Was, Is: q.Index["target"].Is}
		}, IndexMoved, ""},
		{"no author", func(t *testing.T, dir string) {
			git(t, dir, "config", "user.useConfigOnly", "true")
			for _, n := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"} {
				t.Setenv(n, "")
				must(t, os.Unsetenv(n))
			}
		}, nil, CommitFailed, "no email was given"},
		{"no key to sign with", func(t *testing.T, dir string) {
			git(t, dir, "config", "commit.gpgSign", "true")
			git(t, dir, "config", "gpg.program", "false")
		}, nil, CommitFailed, "gpg failed to sign"},
		{"somebody commits meanwhile", func(t *testing.T, dir string) {
			hook(t, dir, "pre-commit", "git diff --cached --name-only | grep -q second || exit 0\nc=$(git commit-tree -p HEAD -m theirs HEAD^{tree}); git update-ref refs/heads/theirs $c; exit 1\n")
		}, nil, CommitFailed, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir, r := busy(t)
			git(t, dir, "config", "user.name", "Test")
			x.prepare(t, dir)
			req := edit(t, r, two...)
			if x.change != nil {
				x.change(&req)
			}
			before := everything(t, dir)
			_, err := r.Commit(t.Context(), req)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != x.code || !strings.Contains(p.Error(), x.says) {
				t.Error(err)
			}
			after := everything(t, dir)
			if x.name == "somebody commits meanwhile" {
				after = slicesWithout(after, "refs/heads/theirs")
			}
			if after != before {
				t.Errorf("it was\n%s\nand is\n%s", before, after)
			}
			if l := leavings(t, r); len(l) > 0 {
				t.Error("left", l)
			}
		})
	}
}

func slicesWithout(text, part string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, part) }), "\n")
}

// TestCommitMeetsAnother: a commit that somebody makes in between is kept,
// wherever it comes.
func TestCommitMeetsAnother(t *testing.T) {
	theirs := "test -e .git/once && exit; touch .git/once\nc=$(git commit-tree -p HEAD -m theirs HEAD^{tree}); git update-ref HEAD $c\n"
	for _, x := range []struct {
		name, hook, log string
		drafts          int
		fails           bool
	}{
		{"before git looks at HEAD", "pre-commit", "theirs\na commit", 1, true},
		{"on top", "post-commit", "theirs\ndraft of target\na commit", 1, false},
		{"between two", "post-commit", "theirs\ndraft of target\na commit", 2, true},
		{"before, and the hook fails", "pre-commit", "theirs\na commit", 1, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir, r := busy(t)
			script := theirs
			if strings.HasSuffix(x.name, "fails") {
				script += "exit 1\n"
			}
			hook(t, dir, x.hook, script)
			before := git(t, dir, "ls-files", "--stage")
			drafts := []map[string]string{{"target": "new\n"}, {"second": "new\n"}}[:x.drafts]
			_, err := r.Commit(t.Context(), edit(t, r, drafts...))
			if (err != nil) != x.fails {
				t.Error(err)
			}
			if got := git(t, dir, "log", "--format=%s"); got != x.log {
				t.Error(got)
			}
			made := strings.Contains(x.log, "draft")
			if after := git(t, dir, "ls-files", "--stage"); (after != before) != made {
				t.Error(after)
			}
			if got := git(t, dir, "diff", "--cached", "--name-only"); strings.Contains(got, "target") {
				t.Error("the index does not follow:", got)
			}
			if l := leavings(t, r); len(l) > 0 {
				t.Error("left", l)
			}
		})
	}
}

func TestCommitOnNewBranch(t *testing.T) {
	for _, detached := range []bool{false, true} {
		dir, r := busy(t)
		base := git(t, dir, "rev-parse", "HEAD")
		if detached {
			git(t, dir, "checkout", "--quiet", "--detach")
		}
		before := everything(t, dir)
		req := edit(t, r, map[string]string{"target": "new\n"})
		req.Branch = "promotion/one"
		m, err := r.Commit(t.Context(), req)
		must(t, err)
		if got := git(t, dir, "symbolic-ref", "HEAD"); got != "refs/heads/promotion/one" || git(t, dir, "rev-parse", "main") != base || git(t, dir, "rev-parse", "HEAD~1") != base {
			t.Error(got)
		}
		must(t, r.TakeBack(t.Context(), m))
		if after := everything(t, dir); after != before {
			t.Errorf("it was\n%s\nand is\n%s", before, after)
		}
	}
}

func TestCommitDetachedAndLinked(t *testing.T) {
	dir, _ := busy(t)
	linked := filepath.Join(filepath.Dir(dir), "linked tree")
	git(t, dir, "worktree", "add", "--quiet", "--detach", linked)
	main := everything(t, dir)
	r := find(t, linked)
	m, err := r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n"}))
	must(t, err)
	if git(t, linked, "rev-parse", "HEAD") != m.IDs[0] || git(t, linked, "log", "-1", "--format=%s") != "draft of target" {
		t.Error(git(t, linked, "log"))
	}
	if got := git(t, linked, "status", "--porcelain"); got != "M target" { // its work tree has the old text
		t.Errorf("%q", got)
	}
	if after := everything(t, dir); after != main {
		t.Error("the main work tree moved", after)
	}
}

func TestCommitInSparseCheckout(t *testing.T) {
	for _, index := range []string{"--no-sparse-index", "--sparse-index"} {
		dir := repository(t, "in/a", "out/deep/a", "out/b")
		git(t, dir, "sparse-checkout", "set", "--cone", index, "in")
		r := find(t, dir)
		write(t, dir, "in/a", "new\n")
		hook(t, dir, "pre-commit", "git diff --name-only > ../seen\n")
		_, err := r.Commit(t.Context(), edit(t, r, map[string]string{"in/a": "new\n"}))
		must(t, err)
		if got := git(t, dir, "show", "--format=", "--name-only"); got != "in/a" {
			t.Error(got)
		}
		if got := git(t, dir, "status", "--porcelain"); got != "" {
			t.Error(got)
		}
		if seen, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "seen")); err != nil || len(seen) != 0 {
			t.Errorf("the hook sees %q as changed, %v", seen, err)
		}
		if got := git(t, dir, "ls-files", "-t"); !strings.Contains(got, "S out/b") {
			t.Error(got)
		}
	}
}

// TestCommitKeepsMessages: what a squash or a pick prepared is not lost.
func TestCommitKeepsMessages(t *testing.T) {
	dir := repository(t, "target", "other")
	git(t, dir, "checkout", "--quiet", "-b", "work")
	write(t, dir, "other", "work\n")
	commit(t, dir)
	git(t, dir, "checkout", "--quiet", "main")
	git(t, dir, "merge", "--quiet", "--squash", "work")
	before, err := os.ReadFile(filepath.Join(dir, ".git", "SQUASH_MSG"))
	must(t, err)
	r := find(t, dir)
	_, err = r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n"}))
	must(t, err)
	if after, err := os.ReadFile(filepath.Join(dir, ".git", "SQUASH_MSG")); err != nil || string(after) != string(before) {
		t.Error(err)
	}
	if got := git(t, dir, "diff", "--cached", "--name-only"); got != "other" {
		t.Error(got)
	}
}

// TestCommitFilters: what is kept is what git would keep.
func TestCommitFilters(t *testing.T) {
	dir := repository(t, "crlf", "rot")
	write(t, dir, ".gitattributes", "crlf text eol=crlf\nrot filter=rot\n")
	git(t, dir, "config", "filter.rot.clean", "tr a-m n-z")
	git(t, dir, "config", "filter.rot.smudge", "tr n-z a-m")
	commit(t, dir)
	r := find(t, dir)
	write(t, dir, "crlf", "a\r\nb\r\n")
	write(t, dir, "rot", "abc\n")
	_, err := r.Commit(t.Context(), edit(t, r, map[string]string{"crlf": "a\r\nb\r\n", "rot": "abc\n"}))
	must(t, err)
	if a, b := git(t, dir, "cat-file", "-s", "HEAD:crlf"), git(t, dir, "cat-file", "blob", "HEAD:rot"); a != "4" || b != "nop" {
		t.Error(a, b)
	}
	if got := git(t, dir, "status", "--porcelain"); got != "" {
		t.Error(got)
	}
}

// TestCommitSigned: the user's own way to sign is taken, for replays as well.
func TestCommitSigned(t *testing.T) {
	dir := repository(t, "target")
	signer := filepath.Join(filepath.Dir(dir), "signer")
	must(t, os.WriteFile(signer, []byte("#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\necho fake\necho '-----END PGP SIGNATURE-----'\n"), 0o755))
	git(t, dir, "config", "commit.gpgSign", "true")
	git(t, dir, "config", "gpg.program", signer)
	r := find(t, dir)
	base := git(t, dir, "rev-parse", "HEAD")
	m, err := r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n"}))
	must(t, err)
	like, err := r.CommitLike(t.Context(), m.IDs[0], base+"^{tree}", base, nil)
	must(t, err)
	for _, id := range []string{m.IDs[0], like} {
		if raw := git(t, dir, "cat-file", "commit", id); !strings.Contains(raw, "gpgsig -----BEGIN") {
			t.Error(raw)
		}
	}
}

func TestCommitLike(t *testing.T) {
	dir := repository(t, "a")
	git(t, dir, "config", "i18n.commitEncoding", "ISO-8859-1")
	write(t, dir, "a", "2\n")
	git(t, dir, "commit", "--quiet", "--all", "--author", "Änne B. <a@hoist.example>", "--date", "2026-03-04T05:06:07+08:00", "--cleanup=verbatim", "--message", "one\n\n\n  two \nHoist: x\n\n")
	r := find(t, dir)
	old := git(t, dir, "rev-parse", "HEAD")
	id, err := r.CommitLike(t.Context(), old, "HEAD^{tree}", old, nil)
	must(t, err)
	for _, f := range []string{"%an|%ae|%aI|%e", "%B"} {
		if a, b := git(t, dir, "log", "-1", "--format="+f, old), git(t, dir, "log", "-1", "--format="+f, id); a != b {
			t.Errorf("%q became %q", a, b)
		}
	}
	if git(t, dir, "rev-parse", id+"^") != old || git(t, dir, "rev-parse", "HEAD") != old {
		t.Error("parent, or HEAD")
	}
}

// TestCommitWaitsForTheLock: another git that holds the index is waited for, then
// named.
func TestCommitWaitsForTheLock(t *testing.T) {
	dir, r := busy(t)
	write(t, dir, ".git/index.lock", "")
	before := everything(t, dir)
	_, err := r.Commit(t.Context(), edit(t, r, map[string]string{"target": "new\n"}))
	if !errors.Is(err, &problem.Problem{Code: IndexLocked, Place: problem.Place{}}) && !strings.Contains(err.Error(), IndexLocked.Name) {
		t.Error(err)
	}
	must(t, os.Remove(filepath.Join(dir, ".git", "index.lock")))
	if after := everything(t, dir); after != before {
		t.Error(after)
	}
}

// TestCommitInterrupted: Ctrl-C while a hook runs.
func TestCommitInterrupted(t *testing.T) {
	dir, r := busy(t)
	hook(t, dir, "pre-commit", "git diff --cached --name-only | grep -q second || exit 0\ntouch .git/there; cat .git/wait\n")
	if err := exec.Command("mkfifo", filepath.Join(dir, ".git", "wait")).Run(); err != nil {
		t.Skip("no fifo")
	}
	req := edit(t, r, map[string]string{"target": "new\n"}, map[string]string{"second": "new\n"})
	before := everything(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		f, err := os.OpenFile(filepath.Join(dir, ".git", "wait"), os.O_WRONLY, 0) // returns when the hook reads
		if err == nil {
			stop()
			f.Close()
		}
	}()
	_, err := r.Commit(ctx, req)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if after := everything(t, dir); after != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	must(t, os.Remove(filepath.Join(dir, ".git", "there")))
	if l := leavings(t, r); len(l) > 0 {
		t.Error("left", l)
	}
}

// TestStoreAll is Store, file by file, whatever names and filters there are.
func TestStoreAll(t *testing.T) {
	names := append([]string{"crlf", "changed"}, uglyNames...) // in a directory that has a space in its name
	for _, format := range []string{"sha1", "sha256"} {
		dir := filepath.Join(ground(t), "a repository")
		git(t, filepath.Dir(dir), "init", "--quiet", "--object-format="+format, dir)
		write(t, dir, ".gitattributes", "crlf text eol=crlf\n")
		r := find(t, dir)
		files, want, ids := map[string][]byte{}, map[string]string{}, []string{}
		for _, n := range names {
			files[n] = []byte("of " + n + "\r\n")
			write(t, dir, n, string(files[n]))
			var err error
			want[n], err = r.Store(t.Context(), n, files[n])
			must(t, err)
			ids = append(ids, want[n])
		}
		write(t, dir, "changed", "by somebody\n")
		git(t, dir, "gc", "--quiet", "--prune=now") // what was stored just now
		got, err := r.StoreAll(t.Context(), files)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v, want %v, %v", got, want, err)
		}
		raw, err := r.StoreBlobs(t.Context(), files)
		must(t, err)
		for n, id := range raw {
			if want, err := r.StoreBlob(t.Context(), files[n]); err != nil || id != want {
				t.Errorf("%q: %s, want %s, %v", n, id, want, err)
			}
		}
		blobs, err := r.Blobs(t.Context(), ids)
		if err != nil || len(blobs) != len(names) || string(blobs[want["crlf"]]) != "of crlf\n" {
			t.Error(blobs, err)
		}
	}
}
