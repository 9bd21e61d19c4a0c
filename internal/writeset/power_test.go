package writeset

import (
	"math/rand/v2"
	"os"
	"path/filepath"
)

// journalled is what a power cut may undo: in every directory, the newest
// changes since it was last synced, however many; and of every file that was not
// synced, the bytes. Directories are independent of each other, which is less
// than what ext4, xfs and apfs promise.
type journalled struct {
	changes []change
	unsafe  map[string]bool // files whose bytes are not on the disk, by path
}

type change struct {
	dir  string
	undo func()
}

func (j *journalled) did(dir string, undo func()) { j.changes = append(j.changes, change{dir, undo}) }

func (j *journalled) made(path string) {
	if j.unsafe == nil {
		j.unsafe = map[string]bool{}
	}
	j.unsafe[path] = true
	j.did(filepath.Dir(path), func() { _ = os.Remove(path) })
}

// renaming answers how to undo a rename that is about to be made.
func (j *journalled) renaming(from, to string) func() {
	restore := j.removing(to)
	j.unsafe[to] = j.unsafe[from]
	delete(j.unsafe, from)
	return func() {
		if os.Rename(to, from) == nil {
			j.unsafe[from] = j.unsafe[to]
			delete(j.unsafe, to)
		}
		restore()
	}
}

// removing answers how to put back what stands at path.
func (j *journalled) removing(path string) func() {
	st, err := os.Lstat(path)
	if err != nil {
		return func() {}
	}
	if st.IsDir() {
		return func() { _ = os.Mkdir(path, st.Mode().Perm()) }
	}
	b, _ := os.ReadFile(path)
	return func() {
		if !there(path) && os.WriteFile(path, b, 0o600) == nil {
			_ = os.Chmod(path, st.Mode().Perm())
		}
	}
}

func (j *journalled) synced(path string) {
	delete(j.unsafe, path)
	kept := j.changes[:0]
	for _, c := range j.changes {
		if c.dir != path {
			kept = append(kept, c)
		}
	}
	j.changes = kept
}

// cut cuts the power.
func (j *journalled) cut(r *rand.Rand) {
	lose := map[string]int{}
	for _, c := range j.changes {
		lose[c.dir]++
	}
	for dir, n := range lose {
		lose[dir] = r.IntN(n + 1)
	}
	for i := len(j.changes) - 1; i >= 0; i-- {
		c := j.changes[i]
		if lose[c.dir] > 0 {
			lose[c.dir]--
			c.undo()
		}
	}
	for path, lost := range j.unsafe {
		if b, err := os.ReadFile(path); lost && err == nil {
			_ = os.WriteFile(path, b[:len(b)/2], 0o600)
		}
	}
	j.changes, j.unsafe = nil, map[string]bool{}
}
