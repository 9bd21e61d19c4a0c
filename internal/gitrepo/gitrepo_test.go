package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/problem"
)

// ground is an empty directory where git knows nothing of this machine.
func ground(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	for _, kv := range [][2]string{{"HOME", dir}, {"XDG_CONFIG_HOME", dir}, {"GIT_CONFIG_NOSYSTEM", "1"}, {"GIT_CONFIG_GLOBAL", filepath.Join(dir, "gitconfig")},
		{"GIT_AUTHOR_NAME", "Test"}, {"GIT_AUTHOR_EMAIL", "test@hoist.example"}, {"GIT_COMMITTER_NAME", "Test"}, {"GIT_COMMITTER_EMAIL", "test@hoist.example"}} {
		t.Setenv(kv[0], kv[1])
	}
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

// repository is one with a commit of the files named.
func repository(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(ground(t), "a repository")
	must(t, os.Mkdir(dir, 0o755))
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	write(t, dir, "README", "read me\n")
	for _, n := range names {
		write(t, dir, n, "of "+n+"\n")
	}
	commit(t, dir)
	return dir
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "--quiet", "--allow-empty", "--message", "a commit")
}

func find(t *testing.T, dir string) *Repo {
	t.Helper()
	r, err := Find(dir)
	must(t, err)
	if r == nil {
		t.Fatalf("%s is in no work tree", dir)
	}
	return r
}

// TestFindAgreesWithGit asks git about the same directory.
func TestFindAgreesWithGit(t *testing.T) {
	dir := repository(t, "deep/er/file")
	linked := filepath.Join(filepath.Dir(dir), "linked tree")
	git(t, dir, "worktree", "add", "--quiet", "-b", "linked", linked)
	moved := filepath.Join(filepath.Dir(dir), "moved")
	git(t, filepath.Dir(dir), "init", "--quiet", "--separate-git-dir", filepath.Join(filepath.Dir(dir), "apart"), moved)
	sub := filepath.Join(dir, "sub")
	git(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", dir, "sub")
	nested := filepath.Join(dir, "deep", "nested")
	git(t, filepath.Dir(nested), "init", "--quiet", nested)
	notOne := filepath.Join(dir, "not one")
	must(t, os.MkdirAll(filepath.Join(notOne, ".git", "hoist"), 0o755)) // a .git without HEAD
	link := filepath.Join(filepath.Dir(dir), "link")
	must(t, os.Symlink(filepath.Join(dir, "deep"), link))
	for _, at := range []string{dir, filepath.Join(dir, "deep", "er"), linked, moved, sub, nested, notOne, link, filepath.Join(link, "er")} {
		r := find(t, at)
		if want := git(t, at, "rev-parse", "--show-toplevel"); r.Top() != want {
			t.Errorf("%s: top %s, want %s", at, r.Top(), want)
		}
		want := git(t, at, "rev-parse", "--git-path", "hoist")
		if !filepath.IsAbs(want) {
			real, err := filepath.EvalSymlinks(at)
			must(t, err)
			want = filepath.Join(real, want)
		}
		if r.State() != want {
			t.Errorf("%s: state %s, want %s", at, r.State(), want)
		}
	}
}

func TestFindNothing(t *testing.T) {
	dir := ground(t)
	if r, err := Find(dir); r != nil || err != nil {
		t.Error(r, err)
	}
	write(t, dir, ".git/config", "")
	if r, err := Find(dir); r != nil || err != nil {
		t.Error("a .git without HEAD:", r, err)
	}
	if r, err := Find(filepath.Join(dir, "no", "such", "directory")); r != nil || err != nil {
		t.Error(r, err)
	}
}

func TestFindBrokenGitFile(t *testing.T) {
	for _, text := range []string{"gitdir: /nowhere\n", "gitdir: ../gone\n", "something else\n", ""} {
		dir := ground(t)
		write(t, dir, ".git", text)
		_, err := Find(dir)
		if p := problem.All(err); len(p) != 1 || p[0].Code != BrokenGitFile || p[0].Place.File != filepath.Join(dir, ".git") {
			t.Errorf("%q: %v", text, err)
		}
		if err := exec.Command("git", "-C", dir, "rev-parse").Run(); err == nil {
			t.Errorf("%q: git takes it", text)
		}
	}
}

// TestHeadTextMoves: whatever moves HEAD changes what it says, and nothing else
// does.
func TestHeadTextMoves(t *testing.T) {
	dir := repository(t, "file")
	git(t, dir, "branch", "other")
	last := find(t, dir).HeadText()
	for _, step := range []struct {
		name  string
		do    func()
		moves bool
	}{
		{"an edit", func() { write(t, dir, "file", "edited\n") }, false},
		{"git add", func() { git(t, dir, "add", "file") }, false},
		{"git commit", func() { commit(t, dir) }, true},
		{"git gc packs it", func() { git(t, dir, "pack-refs", "--all") }, false},
		{"git commit on a packed branch", func() { commit(t, dir) }, true},
		{"another branch moves", func() { git(t, dir, "branch", "--force", "other", "HEAD") }, false},
		{"git checkout of a branch at the same commit", func() { git(t, dir, "checkout", "--quiet", "other") }, true},
		{"git checkout --detach", func() { git(t, dir, "checkout", "--quiet", "--detach") }, true},
		{"git commit, detached", func() { commit(t, dir) }, true},
		{"git reset, detached", func() { git(t, dir, "reset", "--quiet", "--hard", "HEAD~1") }, true},
		{"a branch with a slash", func() { git(t, dir, "checkout", "--quiet", "-b", "a/b") }, true},
		{"git commit --amend", func() { git(t, dir, "commit", "--quiet", "--allow-empty", "--amend", "--message", "other words") }, true},
		{"an unborn branch", func() { git(t, dir, "checkout", "--quiet", "--orphan", "unborn") }, true},
		{"its first commit", func() { commit(t, dir) }, true},
		{"a branch that is another's name", func() {
			git(t, dir, "symbolic-ref", "refs/heads/alias", "refs/heads/a/b")
			git(t, dir, "checkout", "--quiet", "--force", "alias")
		}, true},
		{"git commit through it", func() { commit(t, dir) }, true},
	} {
		step.do()
		now := find(t, dir).HeadText()
		if (now != last) != step.moves {
			t.Errorf("%s: %q, was %q", step.name, now, last)
		}
		if id, err := exec.Command("git", "-C", dir, "rev-parse", "--verify", "--quiet", "HEAD").Output(); err == nil && !strings.Contains(now, strings.TrimSpace(string(id))) {
			t.Errorf("%s: %q does not have %s", step.name, now, id)
		}
		last = now
	}
}

func TestHeadTextOfLinkedWorktree(t *testing.T) {
	dir := repository(t)
	linked := filepath.Join(filepath.Dir(dir), "linked")
	git(t, dir, "worktree", "add", "--quiet", "-b", "feature", linked)
	main, feature := find(t, dir), find(t, linked)
	a, b := main.HeadText(), feature.HeadText()
	commit(t, linked)
	if main.HeadText() != a || feature.HeadText() == b {
		t.Error("they share a HEAD")
	}
	git(t, dir, "pack-refs", "--all")
	if text := feature.HeadText(); !strings.HasSuffix(text, git(t, linked, "rev-parse", "HEAD")) {
		t.Error(text)
	}
	if main.State() == feature.State() {
		t.Error("they share a state directory")
	}
}

// TestHeadTextOfOtherFormats: reftables, HEAD as a symlink, nothing at all.
func TestHeadTextOfOtherFormats(t *testing.T) {
	dir := ground(t)
	write(t, dir, ".git/HEAD", "ref: refs/heads/.invalid\n")
	r := find(t, dir)
	none := r.HeadText()
	write(t, dir, ".git/reftable/tables.list", "0x000000000001-0x000000000001-5f2a.ref\n")
	one := r.HeadText()
	write(t, dir, ".git/reftable/tables.list", "0x000000000001-0x000000000001-5f2a.ref\n0x000000000002-0x000000000002-91ab.ref\n")
	if two := r.HeadText(); none == one || one == two {
		t.Error(none, one, two)
	}

	dir = ground(t)
	must(t, os.MkdirAll(filepath.Join(dir, ".git", "refs", "heads"), 0o755))
	must(t, os.Symlink("refs/heads/main", filepath.Join(dir, ".git", "HEAD")))
	r = find(t, dir)
	if text := r.HeadText(); text != "" {
		t.Error(text)
	}
	write(t, dir, ".git/refs/heads/main", strings.Repeat("0123456789", 4)+"\n")
	if text := r.HeadText(); text != strings.Repeat("0123456789", 4) {
		t.Error(text)
	}

	write(t, dir, ".git/refs/heads/loop", "ref: refs/heads/loop\n")
	must(t, os.Remove(filepath.Join(dir, ".git", "HEAD")))
	write(t, dir, ".git/HEAD", "ref: refs/heads/loop\n")
	_ = r.HeadText() // ends
	must(t, os.RemoveAll(filepath.Join(dir, ".git")))
	if text := r.HeadText(); text != "" {
		t.Error(text)
	}
}

var uglyNames = []string{"plain.yaml", "with space/a b.yaml", "配置/生产 环境.yaml", "new\nline/a\nb", `quo"te\back`, "tab\there", "*.yaml", "[a]?", ":(top)x", "-dash", "--", "ümlaut", "\x01control"}

func TestDirty(t *testing.T) {
	names := append([]string{"staged", "both", "removed", "rm-cached", "mode", "hidden", "assumed", "hidden-clean", "crlf", "folder/clean"}, uglyNames...)
	dir := repository(t, names...)
	write(t, dir, ".gitignore", "ignored*\n")
	write(t, dir, ".gitattributes", "crlf text eol=crlf\n")
	must(t, os.Symlink("plain.yaml", filepath.Join(dir, "link to dirty")))
	must(t, os.Symlink("folder/clean", filepath.Join(dir, "link to clean")))
	must(t, os.Symlink("with space", filepath.Join(dir, "dirlink")))
	must(t, os.Symlink("/etc/hostname", filepath.Join(dir, "link out")))
	commit(t, dir)
	want := map[string]bool{}
	for _, n := range uglyNames {
		write(t, dir, n, "changed\n")
		want[n] = true
	}
	write(t, dir, "staged", "changed\n")
	write(t, dir, "both", "changed\n")
	git(t, dir, "add", "staged", "both")
	write(t, dir, "both", "changed again\n")
	must(t, os.Remove(filepath.Join(dir, "removed")))
	git(t, dir, "rm", "--quiet", "--cached", "rm-cached")
	must(t, os.Chmod(filepath.Join(dir, "mode"), 0o755))
	write(t, dir, "crlf", "of crlf\r\n") // as git would check it out
	for _, n := range []string{"hidden", "assumed"} {
		write(t, dir, n, "mine\n")
	}
	git(t, dir, "update-index", "--skip-worktree", "hidden", "hidden-clean")
	git(t, dir, "update-index", "--assume-unchanged", "assumed", "crlf")
	for _, n := range []string{"untracked", "un/tracked/deep", "ignored", "ignored dir/file"} {
		write(t, dir, n, "new\n")
		want[n] = true
	}
	for _, n := range []string{"staged", "both", "removed", "rm-cached", "mode", "hidden", "assumed", "link to dirty", "dirlink/a b.yaml"} {
		want[n] = true
	}
	clean := []string{"README", "folder/clean", "link to clean", "hidden-clean", "crlf", "not there", "not/there/either", "link out"}

	all := clean
	for n := range want {
		all = append(all, n)
	}
	slices.Sort(all)
	got, err := find(t, dir).Dirty(t.Context(), all)
	must(t, err)
	for _, n := range all {
		if slices.Contains(got, n) != want[n] {
			t.Errorf("%q: dirty %v, want %v", n, !want[n], want[n])
		}
	}
	if !slices.IsSorted(got) {
		t.Error("not in the order asked")
	}
}

// TestDirtyInSubmodule: a file of another repository is none of ours.
func TestDirtyInSubmodule(t *testing.T) {
	dir := repository(t, "file")
	git(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", dir, "sub")
	commit(t, dir)
	got, err := find(t, dir).Dirty(t.Context(), []string{"file", "sub/file"})
	if err != nil || !slices.Equal(got, []string{"sub/file"}) {
		t.Errorf("%q, %v", got, err)
	}
	got, err = find(t, filepath.Join(dir, "sub")).Dirty(t.Context(), []string{"file"})
	if err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDirtyInConflict(t *testing.T) {
	dir := repository(t, "file", "fine")
	git(t, dir, "checkout", "--quiet", "-b", "other")
	write(t, dir, "file", "other\n")
	commit(t, dir)
	git(t, dir, "checkout", "--quiet", "main")
	write(t, dir, "file", "main\n")
	commit(t, dir)
	if exec.Command("git", "-C", dir, "merge", "other").Run() == nil {
		t.Fatal("no conflict")
	}
	got, err := find(t, dir).Dirty(t.Context(), []string{"file", "fine"})
	if err != nil || !slices.Equal(got, []string{"file"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDirtyOnUnbornBranch(t *testing.T) {
	dir := ground(t)
	git(t, dir, "init", "--quiet")
	write(t, dir, "staged", "x")
	write(t, dir, "untracked", "x")
	git(t, dir, "add", "staged")
	got, err := find(t, dir).Dirty(t.Context(), []string{"none", "staged", "untracked"})
	if err != nil || !slices.Equal(got, []string{"staged", "untracked"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDirtyInSparseCheckout(t *testing.T) {
	dir := repository(t, "in/a", "in/b", "out/a", "out/b", "out/c")
	git(t, dir, "sparse-checkout", "set", "in")
	write(t, dir, "in/b", "changed\n")
	write(t, dir, "out/b", "changed\n") // although it is not checked out
	write(t, dir, "out/c", "of out/c\n")
	got, err := find(t, dir).Dirty(t.Context(), []string{"in/a", "in/b", "out/a", "out/b", "out/c"})
	if err != nil || !slices.Equal(got, []string{"in/b", "out/b"}) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDirtyOfVeryMany(t *testing.T) {
	var names []string
	for i := range 1200 {
		names = append(names, fmt.Sprintf("%s/%04d", strings.Repeat("long ", 10), i))
	}
	dir := repository(t, names...)
	write(t, dir, names[3], "changed\n")
	write(t, dir, names[1100], "changed\n")
	got, err := find(t, dir).Dirty(t.Context(), names)
	if err != nil || !slices.Equal(got, []string{names[3], names[1100]}) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := find(t, dir).Dirty(t.Context(), nil); len(got) != 0 || err != nil {
		t.Error(got, err)
	}
}

func TestDirtyFromSubdirectoryAndHook(t *testing.T) {
	dir := repository(t, "sub/file")
	other := filepath.Join(filepath.Dir(dir), "other")
	git(t, filepath.Dir(dir), "init", "--quiet", other)
	write(t, dir, "sub/file", "changed\n")
	for _, kv := range [][2]string{{"GIT_DIR", filepath.Join(other, ".git")}, {"GIT_WORK_TREE", other}, {"GIT_INDEX_FILE", filepath.Join(other, "index")}, {"GIT_PREFIX", "sub/"}} {
		t.Setenv(kv[0], kv[1])
	}
	got, err := find(t, filepath.Join(dir, "sub")).Dirty(t.Context(), []string{"README", "sub/file"})
	if err != nil || !slices.Equal(got, []string{"sub/file"}) {
		t.Errorf("%q, %v", got, err)
	}
}

// TestDirtyLeavesTheIndexAlone: looking takes no lock and writes nothing.
func TestDirtyLeavesTheIndexAlone(t *testing.T) {
	dir := repository(t, "file")
	write(t, dir, ".git/index.lock", "")
	before, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	must(t, err)
	if _, err := find(t, dir).Dirty(t.Context(), []string{"file"}); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, ".git", "index")); err != nil || string(after) != string(before) {
		t.Error("the index was written", err)
	}
}

func TestGitsOwnWords(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a repository to somebody else")
	}
	dir := repository(t, "file")
	for _, name := range []string{dir, filepath.Join(dir, ".git")} {
		must(t, os.Lchown(name, 1234, 1234))
	}
	_, err := find(t, dir).Dirty(t.Context(), []string{"file"})
	p := problem.All(err)
	if len(p) != 1 || p[0].Code != Failed || !strings.Contains(p[0].Arg("output"), "dubious ownership") || !strings.Contains(p[0].Arg("output"), "safe.directory") {
		t.Fatal(err)
	}
	if c := p[0].Arg("command"); !strings.HasPrefix(c, "git status ") || strings.Contains(c, "file") && strings.HasSuffix(c, "file") {
		t.Error(c)
	}
}

func TestGitIsMissing(t *testing.T) {
	dir := repository(t, "file")
	t.Setenv("PATH", t.TempDir())
	r := find(t, dir)
	if _, err := r.Dirty(t.Context(), []string{"file"}); !errors.Is(err, &problem.Problem{Code: NoGit}) {
		t.Error(err)
	}
	if r.HeadText() == "" {
		t.Error("HEAD needs git")
	}
}

func TestInterrupted(t *testing.T) {
	dir := repository(t, "file")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := find(t, dir).Dirty(ctx, []string{"file"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestDemo makes a repository that needs nothing of the user's settings.
func TestDemo(t *testing.T) {
	dir := ground(t)
	write(t, dir, "gitconfig", "[core]\n\tautocrlf = true\n\thooksPath = /nowhere\n[commit]\n\tgpgSign = true\n[user]\n\tuseConfigOnly = true\n")
	for _, kv := range []string{"GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"} {
		must(t, os.Unsetenv(kv))
	}
	at := filepath.Join(dir, "demo")
	must(t, os.Mkdir(at, 0o755))
	r, err := Create(t.Context(), at)
	must(t, err)
	write(t, at, "file", "one\r\ntwo\r\n")
	when := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	must(t, r.CommitAll(t.Context(), "A Person <person@hoist.example>", when, "say: hello"))
	if got := git(t, at, "log", "--format=%an|%ae|%aI|%s|%cn"); got != "A Person|person@hoist.example|2026-03-04T05:06:07+00:00|say: hello|hoist demo" &&
		got != "A Person|person@hoist.example|2026-03-04T05:06:07Z|say: hello|hoist demo" {
		t.Error(got)
	}
	if got := git(t, at, "cat-file", "-s", "HEAD:file"); got != "10" {
		t.Error("converted:", got)
	}
	write(t, at, "file", "one\r\n2\r\n")
	if d, err := r.Diff(t.Context(), "--stat"); err != nil || !strings.Contains(d, "1 file changed") {
		t.Error(d, err)
	}
}
