package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dirty are those of paths (below the top, with slashes) that are not what HEAD
// has: whose index or work tree differs from it, and those that are there and
// not tracked. A path through symlinks is about the file that it leads to.
//
// git status says nothing about a file beyond a symlink or in another
// repository, and does not look at one that is marked assume-unchanged or
// skip-worktree, as people mark configuration they changed for themselves. Here
// these are dirty if they differ.
func (r *Repo) Dirty(ctx context.Context, paths []string) ([]string, error) {
	real := map[string]string{}
	var ask []string
	for _, p := range paths {
		if real[p] == "" {
			real[p] = r.resolve(p)
			ask = append(ask, real[p])
		}
	}
	dirty := map[string]bool{}
	for chunk := range chunks(ask) {
		if err := r.dirty(ctx, chunk, dirty); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, p := range paths {
		if dirty[real[p]] {
			out = append(out, p)
		}
	}
	return out, nil
}

// resolve follows the symlinks of a path that stay in the work tree; what is not
// there is taken as it is written.
func (r *Repo) resolve(path string) string {
	at, rest := filepath.Join(r.top, filepath.FromSlash(path)), ""
	for {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			at = filepath.Join(real, rest)
			break
		}
		up := filepath.Dir(at)
		if !errors.Is(err, fs.ErrNotExist) || up == at {
			return path
		}
		at, rest = up, filepath.Join(filepath.Base(at), rest)
	}
	rel, err := filepath.Rel(r.top, at)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	return filepath.ToSlash(rel)
}

// commandLine is how many bytes of paths one command is given: Windows takes
// 32,767 in all.
const commandLine = 30_000

// chunks cuts a list of paths so that each part fits a command line.
func chunks(paths []string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for len(paths) > 0 {
			n, size := 1, len(paths[0])
			for n < len(paths) && size+len(paths[n])+3 <= commandLine {
				size += len(paths[n]) + 3
				n++
			}
			if !yield(paths[:n]) {
				return
			}
			paths = paths[n:]
		}
	}
}

// dirty adds the dirty ones of paths.
func (r *Repo) dirty(ctx context.Context, paths []string, dirty map[string]bool) error {
	out, err := r.run(ctx, append([]string{"status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--"}, paths...)...)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(string(out), "\x00") {
		dirty[statusPath(line)] = true
	}
	tracked, hidden, err := r.tracked(ctx, paths)
	if err != nil {
		return err
	}
	for _, p := range paths {
		if !tracked[p] && r.there(p) {
			dirty[p] = true
		}
	}
	return r.addHidden(ctx, hidden, dirty)
}

func (r *Repo) there(path string) bool {
	_, err := os.Lstat(filepath.Join(r.top, filepath.FromSlash(path)))
	return err == nil
}

// statusPath is the path of one porcelain v2 entry (git-status(1)), "" of any
// other line.
func statusPath(line string) string {
	if line == "" {
		return ""
	}
	fields := map[byte]int{'1': 9, 'u': 11}[line[0]]
	parts := strings.SplitN(line, " ", fields)
	if fields == 0 || len(parts) < fields {
		return ""
	}
	return parts[fields-1]
}

// tracked are those of paths that are in the index, and of these the blobs of
// the ones that git does not look at.
func (r *Repo) tracked(ctx context.Context, paths []string) (tracked map[string]bool, hidden map[string]string, err error) {
	out, err := r.run(ctx, append([]string{"ls-files", "-v", "--stage", "-z", "--"}, paths...)...)
	if err != nil {
		return nil, nil, err
	}
	tracked, hidden = map[string]bool{}, map[string]string{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		head, path, ok := strings.Cut(line, "\t")
		fields := strings.Fields(head) // tag, mode, blob, stage
		if !ok || len(fields) != 4 {
			continue
		}
		tracked[path] = true
		if tag := fields[0]; tag == "S" || tag == strings.ToLower(tag) {
			hidden[path] = fields[2]
		}
	}
	return tracked, hidden, nil
}

// addHidden adds those of hidden that are there with other bytes than the index
// has.
func (r *Repo) addHidden(ctx context.Context, hidden map[string]string, dirty map[string]bool) error {
	var paths []string
	for p := range hidden {
		if r.there(p) {
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		return nil
	}
	out, err := r.run(ctx, append([]string{"hash-object", "--"}, paths...)...)
	if err != nil {
		return err
	}
	for i, blob := range strings.Fields(string(out)) {
		if i < len(paths) && blob != hidden[paths[i]] {
			dirty[paths[i]] = true
		}
	}
	return nil
}
