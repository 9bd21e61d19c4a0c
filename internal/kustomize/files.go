package kustomize

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// mount is where the repository lies for kustomize, which knows absolute names
// only. It is no directory of any machine: a name that does not begin with it
// has left the repository.
const mount = "/repository"

// maxLinks is how many symbolic links one name may lead through, as on Linux.
const maxLinks = 40

var (
	errOutside    = errors.New("outside the repository")
	errNotRegular = errors.New("not a regular file")
	errReadOnly   = errors.New("read-only")
	errTooMany    = errors.New("too many links")
)

// look is what a name turned out to be.
type look struct {
	Kind   lookKind `json:"kind"`
	Target string   `json:"target,omitempty"` // of a link
	Digest string   `json:"digest,omitempty"` // of what was read, as kustomize got it
}

type lookKind string

const (
	isAbsent lookKind = "absent"
	isFile   lookKind = "file"
	isDir    lookKind = "directory"
	isLink   lookKind = "link"
	isOther  lookKind = "other"
)

// files is the repository as kustomize sees it: fsys with changes laid over it,
// read-only, nothing read before it is asked for. It remembers all it was asked:
// a render is a function of that.
//
// One goroutine uses it; once ctx is done that may be an abandoned one.
type files struct {
	ctx   context.Context
	fsys  fs.FS
	over  map[string][]byte          // nil bytes: removed
	above map[string]bool            // the directories that over makes
	seen  map[string]look            // by name below the repository
	real  map[string]string          // directories without links, by name
	serve map[string][]byte          // what kustomize gets in place of a file
	token map[string]string          // likewise, where the content does not matter
	check func(string, []byte) error // looks at each file before kustomize does
	asked func()                     // told of each file that is asked for

	refused error // the first refusal: the render must not go on
}

func newFiles(ctx context.Context, fsys fs.FS, over map[string][]byte) *files {
	f := &files{ctx: ctx, fsys: fsys, over: over, above: map[string]bool{}, seen: map[string]look{}, real: map[string]string{".": "."}}
	for name, b := range over {
		for d := path.Dir(name); b != nil && !f.above[d]; d = path.Dir(d) {
			f.above[d] = true
		}
	}
	return f
}

// again is the same repository, with nothing remembered.
func (f *files) again() *files {
	g := newFiles(f.ctx, f.fsys, f.over)
	g.asked = f.asked
	return g
}

// lstat says what name is, and remembers it.
func (f *files) lstat(name string) look {
	if l, ok := f.seen[name]; ok {
		return l
	}
	l := f.lookAt(name)
	f.seen[name] = l
	return l
}

func (f *files) lookAt(name string) look {
	if b, ok := f.over[name]; ok {
		if b == nil {
			return look{Kind: isAbsent}
		}
		return look{Kind: isFile}
	}
	if f.above[name] {
		return look{Kind: isDir}
	}
	st, err := fs.Lstat(f.fsys, name)
	switch {
	case err != nil:
		return look{Kind: isAbsent}
	case st.Mode()&fs.ModeSymlink != 0:
		target, err := fs.ReadLink(f.fsys, name)
		if err != nil {
			return look{Kind: isOther}
		}
		return look{Kind: isLink, Target: filepath.ToSlash(target)}
	case st.IsDir():
		return look{Kind: isDir}
	case st.Mode().IsRegular():
		return look{Kind: isFile}
	}
	return look{Kind: isOther}
}

// resolve is name without links; every way out of the repository is refused.
func (f *files) resolve(name string) (string, look, error) {
	links := 0
	return f.walk(".", name, &links)
}

// walk resolves rest, seen from the directory dir, which has no links.
func (f *files) walk(dir, rest string, links *int) (string, look, error) {
	last := look{Kind: isDir}
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		switch {
		case part == "" || part == ".":
			continue
		case part == "..":
			if dir == "." {
				return "", look{}, errOutside
			}
			dir, last = path.Dir(dir), look{Kind: isDir}
			continue
		}
		name := path.Join(dir, part)
		if last = f.lstat(name); last.Kind == isLink {
			if *links++; *links > maxLinks {
				return "", look{}, errTooMany
			}
			if path.IsAbs(last.Target) {
				return "", look{}, errOutside
			}
			var err error
			if name, last, err = f.walk(dir, last.Target, links); err != nil {
				return "", look{}, err
			}
		}
		if last.Kind == isAbsent {
			return "", last, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		if rest != "" && last.Kind != isDir {
			return "", last, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		dir = name
	}
	return dir, last, nil
}

// below is a name of kustomize's as one below the repository.
func below(name string) (string, error) {
	name = path.Clean(filepath.ToSlash(name))
	if name == mount {
		return ".", nil
	}
	rest, ok := strings.CutPrefix(name, mount+"/")
	if !ok {
		return "", errOutside
	}
	return rest, nil
}

// raw is the bytes of a file without links in its name.
func (f *files) raw(name string) ([]byte, error) {
	if b, ok := f.over[name]; ok && b != nil {
		return b, nil
	}
	return fs.ReadFile(f.fsys, name)
}

// read is a file as kustomize gets it; what it got is remembered.
func (f *files) read(name string) ([]byte, error) {
	if err := f.ctx.Err(); err != nil {
		f.refuse(err)
		return nil, err
	}
	if f.asked != nil {
		f.asked()
	}
	real, l, err := f.resolve(name)
	if err != nil {
		return nil, err
	}
	if l.Kind != isFile {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	if t, ok := f.token[real]; ok {
		return []byte(t), nil
	}
	b, ok := f.serve[real]
	if !ok {
		if b, err = f.raw(real); err != nil {
			return nil, err
		}
		if f.check != nil {
			if err := f.check(real, b); err != nil {
				f.refuse(err)
				return nil, err
			}
		}
	}
	l.Digest = digest(b)
	f.seen[real] = l
	return b, nil
}

func (f *files) refuse(err error) {
	if f.refused == nil {
		f.refused = err
	}
}

func digest(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// sameAs reports whether f would answer all that was asked before as it was
// answered then.
func (f *files) sameAs(seen map[string]look) bool {
	for name, want := range seen {
		got := f.lstat(name)
		if got.Kind != want.Kind || got.Target != want.Target {
			return false
		}
		if want.Digest == "" || got.Digest == want.Digest {
			continue
		}
		b, ok := f.serve[name]
		if !ok {
			var err error
			if b, err = f.raw(name); err != nil {
				return false
			}
		}
		if digest(b) != want.Digest {
			return false
		}
	}
	return true
}

// view is files as kustomize's own interface. It uses CleanedAbs and ReadFile
// for all it does; what would write is refused.
type view struct{ *files }

var _ filesys.FileSystem = view{}

// CleanedAbs is the directory and the name of a file, without links; for a
// directory the name is "".
func (v view) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	rel, err := below(name)
	if err != nil {
		return "", "", fmt.Errorf("'%s' is %w", name, err)
	}
	real, l, err := v.resolve(rel)
	switch {
	case err != nil:
		return "", "", err
	case l.Kind == isDir:
		return filesys.ConfirmedDir(path.Join(mount, real)), "", nil
	}
	return filesys.ConfirmedDir(path.Join(mount, path.Dir(real))), path.Base(real), nil
}

// ReadFile reads a file.
func (v view) ReadFile(name string) ([]byte, error) {
	rel, err := below(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return v.read(rel)
}

// Exists reports whether there is something at name.
func (v view) Exists(name string) bool {
	_, _, err := v.CleanedAbs(name)
	return err == nil
}

// IsDir reports whether name is a directory.
func (v view) IsDir(name string) bool {
	_, file, err := v.CleanedAbs(name)
	return err == nil && file == ""
}

// Nothing is written, and nothing is listed: a kustomization names its files.

func (view) Create(string) (filesys.File, error)  { return nil, errReadOnly }
func (view) Mkdir(string) error                   { return errReadOnly }
func (view) MkdirAll(string) error                { return errReadOnly }
func (view) RemoveAll(string) error               { return errReadOnly }
func (view) WriteFile(string, []byte) error       { return errReadOnly }
func (view) Open(string) (filesys.File, error)    { return nil, errReadOnly }
func (view) ReadDir(string) ([]string, error)     { return nil, errReadOnly }
func (view) Glob(string) ([]string, error)        { return nil, errReadOnly }
func (view) Walk(string, filepath.WalkFunc) error { return errReadOnly }
