package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hoist.example/hoist/internal/problem"
)

// What can be wrong with the way to hoist.yaml.
var (
	NoConfig   = problem.Code{Name: "no-config", Class: problem.Wrong}   // names, dir, top ("": the root of the file system)
	TwoConfigs = problem.Code{Name: "two-configs", Class: problem.Wrong} // dir, names
)

// fileNames are what hoist.yaml may be called.
const fileNames = "hoist.yaml, .hoist.yaml"

// Find is the path of hoist.yaml or .hoist.yaml in dir or the nearest directory
// above it, up to and with top (the root of the git repository). Both are clean
// absolute paths; top "" is the root of the file system.
func Find(dir, top string) (string, error) {
	for at := dir; ; {
		found, err := in(at)
		if found != "" || err != nil {
			return found, err
		}
		parent := filepath.Dir(at)
		if at == top || parent == at {
			return "", problem.New(NoConfig, problem.Place{}, "names", fileNames, "dir", dir, "top", top).Type("hoist", "init")
		}
		at = parent
	}
}

// in is the file in one directory, "" where there is none.
func in(dir string) (string, error) {
	shown, err := isFile(filepath.Join(dir, "hoist.yaml"))
	if err != nil {
		return "", err
	}
	hidden, err := isFile(filepath.Join(dir, ".hoist.yaml"))
	if err != nil {
		return "", err
	}
	switch {
	case shown && hidden:
		return "", problem.New(TwoConfigs, problem.Place{File: dir}, "dir", dir, "names", fileNames)
	case shown:
		return filepath.Join(dir, "hoist.yaml"), nil
	case hidden:
		return filepath.Join(dir, ".hoist.yaml"), nil
	}
	return "", nil
}

// isFile: a directory of that name is none; what cannot be looked at is an
// error, since walking on would find another file.
func isFile(name string) (bool, error) {
	st, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, problem.New(Unreadable, problem.Place{File: name}, "path", name).Because(err)
	}
	return !st.IsDir(), nil
}
