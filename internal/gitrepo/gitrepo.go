// Package gitrepo is the user's own git: where the work tree and its state are,
// what is dirty, versions of files, commits, pushes. It runs the git binary, so
// that hooks, signing, credentials and settings are the user's. It knows no YAML.
//
// Output is read in -z formats with LC_ALL=C; paths are literal; no shell is
// involved, and git never prompts unless the caller has a terminal. What runs
// the user's hooks (commit, push) has the user's own environment. The work
// tree is the one that holds a directory, whatever GIT_DIR says: a hook of one
// repository may call hoist for another.
//
// Laws of commits:
//   - What is committed is exactly what was given; a hook that changes it, a
//     branch that moved meanwhile, or a failure leave everything as it was.
//   - Several commits are made all or none, also when the process is killed:
//     whoever comes next settles it (Settle).
//   - The work tree is written only by Follow, as a fast-forward would, and not
//     where anybody's change would be touched.
//   - What is staged stays staged.
package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// What can go wrong with git.
var (
	NotARepository = problem.Code{Name: "not-a-repository", Class: problem.Refused} // dir
	BrokenGitFile  = problem.Code{Name: "broken-git-file", Class: problem.Outside}  // target; the place is the .git file
	NoGit          = problem.Code{Name: "no-git", Class: problem.Outside}
	Failed         = problem.Code{Name: "git-failed", Class: problem.Outside} // command, output: git's own words
)

// Repo is one work tree.
type Repo struct{ top, gitDir string }

// Find walks up from dir to the work tree that holds it, without running git.
// nil: dir is in none. A linked worktree has its own git directory.
func Find(dir string) (*Repo, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for at := dir; ; {
		if gitDir, err := gitDirOf(at); err != nil || gitDir != "" {
			return &Repo{at, gitDir}, err
		}
		up := filepath.Dir(at)
		if up == at {
			return nil, nil
		}
		at = up
	}
}

// gitDirOf is the git directory of a work tree's top, or "" where at is none. A
// .git that is a file names the directory (gitrepository-layout(5)); one that
// names nothing is an error, as it is for git.
func gitDirOf(at string) (string, error) {
	dotGit := filepath.Join(at, ".git")
	info, err := os.Stat(dotGit)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return "", nil
	case err != nil:
		return "", err
	case info.IsDir() && hasHead(dotGit):
		return dotGit, nil
	case !info.Mode().IsRegular():
		return "", nil
	}
	text, err := os.ReadFile(dotGit)
	if err != nil {
		return "", err
	}
	path, ok := strings.CutPrefix(string(text), "gitdir: ")
	if path = strings.TrimRight(path, "\r\n"); ok && !filepath.IsAbs(path) {
		path = filepath.Join(at, path)
	}
	if !ok || !hasHead(path) {
		return "", problem.New(BrokenGitFile, problem.Place{File: dotGit}, "target", path)
	}
	return filepath.Clean(path), nil
}

// hasHead reports whether a directory may be a git directory. HEAD may be a
// symlink to a branch that has no commit yet.
func hasHead(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, "HEAD"))
	return err == nil
}

// Top is the work tree's top directory.
func (r *Repo) Top() string { return r.top }

// State is hoist's own directory for this work tree: in its git directory, so
// that each linked worktree has one. It may not exist yet.
func (r *Repo) State() string { return filepath.Join(r.gitDir, "hoist") }

// HeadText is what HEAD says: a commit, or the branch and the commit it is at.
// It changes whenever another commit is checked out, made or reset to. No process
// is started; what cannot be read is left out.
func (r *Repo) HeadText() string {
	head, err := os.ReadFile(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		return ""
	}
	text := strings.TrimSpace(string(head))
	ref, ok := strings.CutPrefix(text, "ref: ")
	for range symrefDepth {
		if !ok {
			return text
		}
		at := r.ref(ref)
		text += " " + at
		ref, ok = strings.CutPrefix(at, "ref: ")
	}
	return text
}

// symrefDepth is how many references to references git follows.
const symrefDepth = 5

// ref is what a reference says: of a loose one its file, of a packed one its
// commit. Of the reftable format, whose HEAD names no branch, it is the list of
// tables, which changes with every reference.
func (r *Repo) ref(name string) string {
	for _, file := range []string{filepath.Join(r.gitDir, filepath.FromSlash(name)), filepath.Join(r.commonDir(), filepath.FromSlash(name))} {
		if b, err := os.ReadFile(file); err == nil {
			return strings.TrimSpace(string(b))
		}
	}
	if name != "refs/heads/.invalid" {
		return r.packed(name)
	}
	tables := ""
	for _, dir := range []string{r.gitDir, r.commonDir()} {
		b, _ := os.ReadFile(filepath.Join(dir, "reftable", "tables.list")) // none is no table
		tables += strings.Join(strings.Fields(string(b)), " ") + ";"
	}
	return tables
}

// commonDir is where a linked worktree's shared refs are
// (gitrepository-layout(5), commondir).
func (r *Repo) commonDir() string {
	b, err := os.ReadFile(filepath.Join(r.gitDir, "commondir"))
	if err != nil {
		return r.gitDir
	}
	dir := strings.TrimRight(string(b), "\r\n")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(r.gitDir, dir)
	}
	return dir
}

// packed is the commit of a ref in packed-refs, or "".
func (r *Repo) packed(ref string) string {
	b, err := os.ReadFile(filepath.Join(r.commonDir(), "packed-refs"))
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(b), "\n") {
		if id, name, ok := strings.Cut(line, " "); ok && name == ref {
			return id
		}
	}
	return ""
}

// Create makes dir an empty repository on branch main, with a committer of its
// own and without conversions, hooks or signing: for the demo.
func Create(ctx context.Context, dir string) (*Repo, error) {
	steps := [][]string{
		{"init", "--quiet", "--initial-branch=main", "--template="},
		{"config", "core.autocrlf", "false"},
		{"config", "core.hooksPath", os.DevNull},
		{"config", "user.name", "hoist demo"},
		{"config", "user.email", "demo@hoist.example"},
		{"config", "commit.gpgSign", "false"},
	}
	for _, s := range steps {
		if _, err := run(ctx, dir, s...); err != nil {
			return nil, err
		}
	}
	return Find(dir)
}

// CommitAll commits the whole work tree as author at a time: for the demo, never
// for a promotion.
func (r *Repo) CommitAll(ctx context.Context, author string, when time.Time, message string) error {
	if _, err := r.run(ctx, "add", "--all"); err != nil {
		return err
	}
	_, err := r.run(ctx, "commit", "--quiet", "--author="+author, "--date="+when.Format(time.RFC3339), "--message", message)
	return err
}

// Diff is git's own text of what differs from the index.
func (r *Repo) Diff(ctx context.Context, args ...string) (string, error) {
	out, err := r.run(ctx, append([]string{"--no-pager", "diff", "--no-color", "--no-ext-diff"}, args...)...)
	return string(out), err
}
