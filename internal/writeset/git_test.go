//go:build unix

package writeset

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@hoist.example",
		"GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@hoist.example")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestGitSeesOnlyTheFiles looks at git status at every call of a write and its
// undo: in a repository, and in a linked worktree whose git directory is on
// another file system.
func TestGitSeesOnlyTheFiles(t *testing.T) {
	for _, across := range []bool{false, true} {
		t.Run(fmt.Sprintf("across=%v", across), func(t *testing.T) {
			dir := t.TempDir()
			top := filepath.Join(dir, "main")
			git(t, dir, "init", "--quiet", top)
			w := newWorld(t, standard())
			defer w.remove()
			must(t, os.CopyFS(top, os.DirFS(w.root)))
			git(t, top, "add", "--all")
			git(t, top, "commit", "--quiet", "--message", "all")
			if across {
				other := memoryDir(t)
				a, _ := device(other)
				if b, _ := device(dir); a == b {
					t.Skipf("%s and %s are on one file system", other, dir)
				}
				git(t, top, "worktree", "add", "--quiet", filepath.Join(other, "linked"))
				top = filepath.Join(other, "linked")
			}
			w.root = top
			w.state = git(t, top, "rev-parse", "--path-format=absolute", "--git-path", "hoist")
			sees(t, w, across)
		})
	}
}

func sees(t *testing.T, w *world, across bool) {
	nests := false
	look := func(string, ...string) {
		for line := range strings.Lines(git(t, w.root, "status", "--porcelain", "--untracked-files=all", "--no-renames")) {
			line = strings.TrimSpace(line)
			_, name, _ := strings.Cut(line, " ")
			name = strings.TrimSpace(name)
			if !slices.ContainsFunc(w.writes, func(x Write) bool { return x.Path == name }) {
				t.Fatalf("git sees %q", line)
			}
		}
		hoists, _ := filepath.Glob(filepath.Join(w.root, "*", nestPrefix+"*"))
		nests = nests || len(hoists) > 0
	}
	watched := watch{System: OS{}, look: look}
	must(t, w.open(watched))
	must(t, w.write(w.writes...))
	if w.states() != "nnnnn" || nests != across {
		t.Fatal(w.states(), nests)
	}
	look("")
	_, err := w.store.Undo(t.Context())
	must(t, err)
	must(t, w.store.Close())
	if left := git(t, w.root, "status", "--porcelain", "--ignored", "--untracked-files=all"); left != "" {
		t.Errorf("git sees %q", left)
	}
}

// watch looks before every call.
type watch struct {
	System
	look func(string, ...string)
}

func (w watch) Create(path string, data []byte, as Attr) error {
	w.look("create", path)
	return w.System.Create(path, data, as)
}

func (w watch) Mkdir(path string, mode os.FileMode) error {
	w.look("mkdir", path)
	return w.System.Mkdir(path, mode)
}

func (w watch) Rename(from, to string) error {
	w.look("rename", from, to)
	return w.System.Rename(from, to)
}

func (w watch) Remove(path string) error {
	w.look("remove", path)
	return w.System.Remove(path)
}
