// Package gitrepo is the user's own git: where the work tree and its state are,
// what is dirty, and later commits and pushes. It runs the git binary, so that
// hooks, signing, credentials and settings are the user's. It knows no YAML.
//
// Output is read in -z formats with LC_ALL=C; paths are literal; no shell is
// involved, and git never prompts unless the caller has a terminal.
package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// What can go wrong with git.
var (
	NotARepository = problem.Code{Name: "not-a-repository", Class: problem.Refused} // dir
	NoGit          = problem.Code{Name: "no-git", Class: problem.Outside}
	Failed         = problem.Code{Name: "git-failed", Class: problem.Outside} // command, output
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
// .git that is a file names the directory (gitrepository-layout(5)).
func gitDirOf(at string) (string, error) {
	dotGit := filepath.Join(at, ".git")
	info, err := os.Stat(dotGit)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return "", nil
	case err != nil:
		return "", err
	case info.IsDir():
		if _, err := os.Stat(filepath.Join(dotGit, "HEAD")); err != nil {
			return "", nil
		}
		return dotGit, nil
	}
	text, err := os.ReadFile(dotGit)
	if err != nil {
		return "", err
	}
	path, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !ok {
		return "", nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(at, path)
	}
	return filepath.Clean(path), nil
}

// Top is the work tree's top directory.
func (r *Repo) Top() string { return r.top }

// State is hoist's own directory for this work tree: in its git directory, so
// that each linked worktree has one. It may not exist yet.
func (r *Repo) State() string { return filepath.Join(r.gitDir, "hoist") }

// HeadText is what HEAD says: a commit, or the branch and the commit it is at.
// "" where it cannot be read (an unborn branch). No process is started.
func (r *Repo) HeadText() string {
	head, err := os.ReadFile(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		return ""
	}
	text := strings.TrimSpace(string(head))
	ref, ok := strings.CutPrefix(text, "ref: ")
	if !ok {
		return text
	}
	for _, dir := range []string{r.gitDir, r.commonDir()} {
		if id, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(ref))); err == nil {
			return text + " " + strings.TrimSpace(string(id))
		}
	}
	return text + " " + r.packed(ref)
}

// commonDir is where a linked worktree's shared refs are
// (gitrepository-layout(5), commondir).
func (r *Repo) commonDir() string {
	b, err := os.ReadFile(filepath.Join(r.gitDir, "commondir"))
	if err != nil {
		return r.gitDir
	}
	dir := strings.TrimSpace(string(b))
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

// run runs git in the work tree and gives its standard output.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	return run(ctx, r.top, args...)
}

func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, problem.New(NoGit, problem.Place{}).Because(err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, problem.New(Failed, problem.Place{}, "command", "git "+strings.Join(args, " "),
			"output", strings.TrimSpace(errs.String())).Because(err)
	}
	return out.Bytes(), nil
}

// Dirty are those of paths (below the top, with slashes) whose index or work
// tree differs from HEAD, and those that git does not track.
func (r *Repo) Dirty(ctx context.Context, paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	args := append([]string{"status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames", "--"}, paths...)
	out, err := r.run(ctx, args...)
	if err != nil {
		return nil, err
	}
	var dirty []string
	for _, line := range strings.Split(string(out), "\x00") {
		if p := statusPath(line); p != "" {
			dirty = append(dirty, p)
		}
	}
	return dirty, nil
}

// statusPath is the path of one porcelain v2 entry (git-status(1)).
func statusPath(line string) string {
	if line == "" {
		return ""
	}
	fields := map[byte]int{'1': 9, 'u': 11, '?': 2, '!': 2}[line[0]]
	if fields == 0 {
		return ""
	}
	parts := strings.SplitN(line, " ", fields)
	if len(parts) < fields {
		return ""
	}
	return parts[fields-1]
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
