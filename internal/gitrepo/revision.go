package gitrepo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hoist.example/hoist/internal/problem"
)

// Entry is one file as git keeps it.
type Entry struct {
	Mode string // as git writes it: 100644, 100755, 120000 (a symlink), 160000 (a submodule)
	ID   string // of the blob
}

// Revision is the files of one commit: an fs.FS, read-only, of the bytes as git
// keeps them. Symlinks are followed inside the revision and never out of it. It
// may be used by several at a time. Close it.
type Revision struct {
	Commit string // its id

	entries map[string]Entry
	dirs    map[string][]fs.DirEntry
	blobs   *batch
}

// Revision lists the files of a commit; their contents are read when they are
// asked for. The problem is UnknownRev where rev names no commit.
func (r *Repo) Revision(ctx context.Context, rev string) (*Revision, error) {
	id, err := r.Resolve(ctx, rev)
	if err != nil {
		return nil, err
	}
	out, err := r.run(ctx, "ls-tree", "-r", "-t", "-z", "--full-tree", id)
	if err != nil {
		return nil, err
	}
	v := &Revision{Commit: id, entries: map[string]Entry{}, dirs: map[string][]fs.DirEntry{".": nil}, blobs: &batch{ctx: ctx, repo: r}}
	for line := range strings.SplitSeq(string(out), "\x00") {
		head, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(head) // mode, type, id
		if !ok || len(f) != 3 {
			continue
		}
		e := Entry{Mode: f[0], ID: f[2]}
		v.entries[name] = e
		v.dirs[path.Dir(name)] = append(v.dirs[path.Dir(name)], dirEntry{path.Base(name), e, v.blobs})
		if _, listed := v.dirs[name]; f[1] == "tree" && !listed {
			v.dirs[name] = nil
		}
	}
	for _, list := range v.dirs {
		slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return v, nil
}

// Close ends the process that reads the blobs.
func (v *Revision) Close() error { return v.blobs.close() }

// With is the revision with other contents of some files that it has, named
// without symlinks. It is closed with the one it was made of.
func (v *Revision) With(files map[string]Entry) *Revision {
	out := &Revision{Commit: v.Commit, entries: maps.Clone(v.entries), dirs: maps.Clone(v.dirs), blobs: v.blobs}
	for name, e := range files {
		out.entries[name] = e
		dir := path.Dir(name)
		out.dirs[dir] = slices.Clone(out.dirs[dir])
		for i, d := range out.dirs[dir] {
			if d.Name() == path.Base(name) {
				out.dirs[dir][i] = dirEntry{d.Name(), e, v.blobs}
			}
		}
	}
	return out
}

// Entry is the file at a path, symlinks followed.
func (v *Revision) Entry(name string) (Entry, bool) {
	real, err := v.Resolve(name)
	if err != nil {
		return Entry{}, false
	}
	e, ok := v.entries[real]
	return e, ok
}

// symlinkDepth is how many symlinks are followed on the way to one file.
const symlinkDepth = 40

var errEscapes = errors.New("path escapes from parent") // as os.Root says it

// Resolve follows the symlinks of a path; the result has none.
func (v *Revision) Resolve(name string) (string, error) {
	fail := func(err error) (string, error) { return "", &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	at, rest := ".", name
	for links := 0; rest != "" && rest != "."; {
		var first string
		first, rest, _ = strings.Cut(rest, "/")
		switch first {
		case ".", "":
			continue
		case "..":
			if at == "." {
				return fail(errEscapes)
			}
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, first)
		e, ok := v.entries[next]
		if !ok {
			return fail(fs.ErrNotExist)
		}
		if e.Mode != "120000" {
			at = next
			continue
		}
		if links++; links > symlinkDepth {
			return fail(errors.New("too many levels of symbolic links"))
		}
		target, err := v.blobs.read(e.ID)
		if err != nil {
			return fail(err)
		}
		if path.IsAbs(string(target)) {
			return fail(errEscapes)
		}
		rest = strings.TrimSuffix(string(target), "/") + "/" + rest
		rest = strings.TrimSuffix(rest, "/")
	}
	return at, nil
}

// Open is fs.FS.
func (v *Revision) Open(name string) (fs.File, error) {
	real, err := v.Resolve(name)
	if err != nil {
		return nil, err
	}
	if list, ok := v.dirs[real]; ok {
		return &openDir{info: fileInfo{path.Base(name), v.entries[real], 0}, list: list}, nil
	}
	e := v.entries[real]
	data, err := v.data(name, e)
	if err != nil {
		return nil, err
	}
	return &openFile{bytes.NewReader(data), fileInfo{path.Base(name), e, int64(len(data))}}, nil
}

// data is a regular file's content.
func (v *Revision) data(name string, e Entry) ([]byte, error) {
	if !strings.HasPrefix(e.Mode, "100") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist} // a submodule, which is not checked out here
	}
	data, err := v.blobs.read(e.ID)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

// ReadFile is fs.ReadFileFS.
func (v *Revision) ReadFile(name string) ([]byte, error) {
	real, err := v.Resolve(name)
	if err != nil {
		return nil, err
	}
	if _, ok := v.dirs[real]; ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	}
	return v.data(name, v.entries[real])
}

// ReadDir is fs.ReadDirFS; entries are sorted, symlinks not followed.
func (v *Revision) ReadDir(name string) ([]fs.DirEntry, error) {
	real, err := v.Resolve(name)
	if err != nil {
		return nil, err
	}
	list, ok := v.dirs[real]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	return slices.Clone(list), nil
}

// Stat is fs.StatFS.
func (v *Revision) Stat(name string) (fs.FileInfo, error) {
	real, err := v.Resolve(name)
	if err != nil {
		return nil, err
	}
	e := v.entries[real]
	if _, dir := v.dirs[real]; dir {
		e.Mode = treeMode
	}
	return dirEntry{path.Base(name), e, v.blobs}.Info()
}

const treeMode = "040000"

// fileInfo is what git knows of a file; it keeps no times.
type fileInfo struct {
	name string
	Entry
	size int64
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) Mode() fs.FileMode {
	switch i.Entry.Mode {
	case "100755":
		return 0o755
	case "120000":
		return fs.ModeSymlink | 0o777
	case "100644":
		return 0o644
	}
	return fs.ModeDir | 0o755 // a tree, the top, a submodule
}

type dirEntry struct {
	name string
	Entry
	blobs *batch
}

func (d dirEntry) Name() string      { return d.name }
func (d dirEntry) IsDir() bool       { return d.Type().IsDir() }
func (d dirEntry) Type() fs.FileMode { return fileInfo{d.name, d.Entry, 0}.Mode().Type() }
func (d dirEntry) Info() (fs.FileInfo, error) {
	i := fileInfo{name: d.name, Entry: d.Entry}
	if d.IsDir() {
		return i, nil
	}
	data, err := d.blobs.read(d.ID)
	i.size = int64(len(data))
	return i, err
}

type openFile struct {
	*bytes.Reader
	info fileInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openDir struct {
	info fileInfo
	list []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) {
	d.info.Entry.Mode = treeMode
	return d.info, nil
}
func (d *openDir) Close() error { return nil }
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: errors.New("is a directory")}
}
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.list)
	} else if len(d.list) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.list))
	out := d.list[:n]
	d.list = d.list[n:]
	return out, nil
}

// batch is one `git cat-file --batch` that answers for blobs by id; it starts
// when it is first asked.
type batch struct {
	ctx  context.Context
	repo *Repo

	mu   sync.Mutex
	in   io.WriteCloser
	out  *bufio.Reader
	wait func() error
	err  error
}

func (b *batch) start() error {
	if b.in != nil || b.err != nil {
		return b.err
	}
	cmd, err := command(b.ctx, b.repo.top, call{args: []string{"cat-file", "--batch"}})
	if err != nil {
		return err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return problem.New(Failed, problem.Place{}, "command", "git cat-file --batch", "output", "").Because(err)
	}
	b.in, b.out, b.wait = in, bufio.NewReader(out), cmd.Wait
	return nil
}

// read is a blob's bytes.
func (b *batch) read(id string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.start(); err != nil {
		return nil, err
	}
	data, err := b.answer(id)
	if err != nil {
		if b.ctx.Err() != nil {
			err = b.ctx.Err()
		}
		b.err = err // what comes next would be the answer to something else
	}
	return data, err
}

func (b *batch) answer(id string) ([]byte, error) {
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		return nil, err
	}
	head, err := b.out.ReadString('\n') // id SP type SP size, or: id SP missing
	if err != nil {
		return nil, err
	}
	f := strings.Fields(head)
	if len(f) != 3 {
		return nil, fmt.Errorf("git cat-file: %s", strings.TrimSpace(head))
	}
	size, err := strconv.Atoi(f[2])
	if err != nil {
		return nil, err
	}
	data := make([]byte, size+1) // a line break follows
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, err
	}
	return data[:size], nil
}

func (b *batch) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.in == nil {
		return nil
	}
	err := b.in.Close()
	if werr := b.wait(); b.err == nil && err == nil {
		err = werr
	}
	b.in, b.err = nil, fs.ErrClosed
	return err
}
