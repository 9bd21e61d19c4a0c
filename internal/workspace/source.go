package workspace

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
)

// source is where files come from. Names are below the root, with slashes.
type source interface {
	// files are all of them, for rendering.
	files() fs.FS
	// listing is the same for discovery, which asks of hundreds of files whether
	// they are there, and reads none.
	listing() fs.FS
	// read gives a regular file's bytes.
	read(name string) ([]byte, error)
	// resolve is a file's name without links on the way.
	resolve(name string) (string, error)
}

// workTree is the files as they stand.
type workTree struct {
	root *os.Root
	top  *os.File // root's directory, for openBeneath
}

func (t workTree) files() fs.FS   { return t.root.FS() }
func (t workTree) listing() fs.FS { return tree{t.root.FS(), t.root.Name()} }

func (t workTree) read(name string) ([]byte, error) {
	f, err := openBeneath(t.top, filepath.FromSlash(name))
	if err != nil {
		if f, err = t.root.Open(filepath.FromSlash(name)); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	return contents(f)
}

func (t workTree) resolve(name string) (string, error) {
	top, err := filepath.EvalSymlinks(t.root.Name())
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(filepath.Join(top, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(top, real)
	return filepath.ToSlash(rel), err
}

// tree is the root's files, read within the root, but looked at by name with one
// system call. (What is read later is read within the root.)
type tree struct {
	fs.FS
	top string
}

func (t tree) Stat(name string) (fs.FileInfo, error) {
	return os.Stat(filepath.Join(t.top, filepath.FromSlash(name)))
}

func (t tree) Sub(dir string) (fs.FS, error) {
	sub, err := fs.Sub(t.FS, dir)
	return tree{sub, filepath.Join(t.top, filepath.FromSlash(dir))}, err
}

// contents reads a regular file whole. A pipe or a device would keep hoist
// waiting and is refused.
func contents(f *os.File) ([]byte, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: errNotRegular}
	}
	src := make([]byte, 0, st.Size()+1) // one more, so that the end is found without growing
	for {
		n, err := f.Read(src[len(src):cap(src)])
		src = src[:len(src)+n]
		if err == io.EOF {
			return src, nil
		}
		if err != nil {
			return nil, err
		}
		if len(src) == cap(src) {
			src = append(src, 0)[:len(src)]
		}
	}
}

var errNotRegular = errors.New("not a regular file")

// revision is the files of a commit.
type revision struct{ *gitrepo.Revision }

func (v revision) files() fs.FS                        { return v }
func (v revision) listing() fs.FS                      { return v }
func (v revision) read(name string) ([]byte, error)    { return v.ReadFile(name) }
func (v revision) resolve(name string) (string, error) { return v.Resolve(name) }

// at is the workspace as its files are elsewhere: hoist.yaml is read there, too.
// It only reads.
func (w *Workspace) at(src source) (*Workspace, error) {
	x := *w
	x.src, x.close = src, func() error { return nil }
	var err error
	x.cfg, err = config.Load(x.files(), x.file)
	return &x, err
}
