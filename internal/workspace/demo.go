package workspace

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
)

// NotEmpty says that a directory given for the demo holds something already.
var NotEmpty = problem.Code{Name: "directory-not-empty", Class: problem.Wrong} // dir

// Snapshot is one commit of a repository to unpack: files it writes by path.
type Snapshot struct {
	Author, Email string
	When          time.Time
	Message       string
	Files         map[string][]byte
}

// Unpack makes dir a git repository with this history, oldest first. dir "" makes
// a temporary one; an existing one must be empty.
func Unpack(ctx context.Context, history []Snapshot, dir string) (string, error) {
	dir, err := emptyDir(dir)
	if err != nil {
		return "", err
	}
	repo, err := gitrepo.Create(ctx, dir)
	if err != nil {
		return "", err
	}
	for _, s := range history {
		for name, data := range s.Files {
			if err := writeNew(filepath.Join(dir, filepath.FromSlash(name)), data); err != nil {
				return "", err
			}
		}
		if err := repo.CommitAll(ctx, s.Author+" <"+s.Email+">", s.When, s.Message); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func writeNew(name string, data []byte) error {
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, data, 0o644)
	}
	return unreadable(name, err)
}

func emptyDir(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "hoist-demo-")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return dir, os.MkdirAll(dir, 0o755)
	case err != nil:
		return "", unreadable(dir, err)
	case len(list) > 0:
		return "", problem.New(NotEmpty, problem.Place{}, "dir", dir)
	}
	return dir, nil
}

// GitDiff is what git says has changed in a work tree, as git prints it.
func GitDiff(ctx context.Context, dir string, args ...string) (string, error) {
	repo, err := gitrepo.Find(dir)
	if err != nil || repo == nil {
		return "", problem.New(gitrepo.NotARepository, problem.Place{}, "dir", dir).Because(err)
	}
	return repo.Diff(ctx, args...)
}

func itoa(n int) string { return strconv.Itoa(n) }
