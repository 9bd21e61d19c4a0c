package fake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Repository is a World.Head that looks into a git directory: a bare repository,
// or the .git of another. It reads refs only, loose or packed, and runs nothing.
func Repository(dir string) func(repository, target string) (string, error) {
	return func(_, target string) (string, error) { return head(dir, target, 0) }
}

// maxSymbolic is how many symbolic refs may follow each other.
const maxSymbolic = 5

func head(dir, target string, depth int) (string, error) {
	if pinned(target) {
		return target, nil
	}
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		return "", fmt.Errorf("%s is no git directory: %w", dir, err)
	}
	if !filepath.IsLocal(filepath.FromSlash(target)) || depth > maxSymbolic {
		return "", ErrNoRevision
	}
	for _, name := range []string{target, "refs/" + target, "refs/tags/" + target, "refs/heads/" + target} {
		if name != "HEAD" && !strings.HasPrefix(name, "refs/") {
			continue
		}
		text, err := ref(dir, name)
		if err != nil {
			return "", err
		}
		if to, ok := strings.CutPrefix(text, "ref: "); ok {
			return head(dir, to, depth+1)
		}
		if text != "" {
			return text, nil
		}
	}
	return "", ErrNoRevision
}

// ref is what a ref says, "" where it is not there.
func ref(dir, name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) && !isDirectory(filepath.Join(dir, filepath.FromSlash(name))) {
		return "", err
	}
	packed, err := os.ReadFile(filepath.Join(dir, "packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for line := range strings.SplitSeq(string(packed), "\n") {
		hash, of, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && of == name {
			return hash, nil
		}
	}
	return "", nil
}

func isDirectory(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}
