package writeset

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// draft is a write before it is staged.
type draft struct {
	*journal
	places places
	data   []Write       // of each entry
	likes  []fs.FileInfo // of each entry; nil where there is no old file
}

// newDraft looks at every target and writes nothing.
func (s *Store) newDraft(id string, note json.RawMessage, writes []Write) (*draft, error) {
	if err := s.mayWrite(); err != nil {
		return nil, err
	}
	if id == "" || id != filepath.Base(id) || strings.Trim(id, ".") == "" {
		return nil, failed(s.tx(id), fs.ErrInvalid)
	}
	if there(s.tx(id)) {
		return nil, failed(s.tx(id), fs.ErrExist)
	}
	seq, err := s.nextSeq()
	if err != nil {
		return nil, err
	}
	d := &draft{journal: &journal{Version: version, ID: id, Seq: seq, Head: s.head(), Time: time.Now().UTC(), Note: note, Files: []entry{}}}
	for _, w := range writes {
		if err := s.enter(d, w); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// mayWrite refuses what would break the protocol: writing under a shared lock,
// or while another write waits to be settled.
func (s *Store) mayWrite() error {
	if !s.o.Exclusive || s.lock == nil {
		return failed(s.o.State, fs.ErrPermission)
	}
	if there(s.journalPath()) {
		return unsettled(failed(s.journalPath(), fs.ErrExist))
	}
	return nil
}

func (s *Store) nextSeq() (int, error) {
	all, err := s.records()
	if err != nil {
		return 0, err
	}
	seq := 1
	for _, j := range all {
		seq = max(seq, j.Seq+1)
	}
	return seq, nil
}

// enter adds an entry. A write that changes nothing is none; one that was
// entered under another name is entered once.
func (s *Store) enter(d *draft, w Write) error {
	if (w.Old == nil) == (w.New == nil) && bytes.Equal(w.Old, w.New) {
		return nil
	}
	target, err := s.resolve(w.Path)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(d.Files, func(e entry) bool { return e.Target == target }); i >= 0 {
		if d.Files[i].Old == digest(w.Old) && d.Files[i].New == digest(w.New) {
			return nil
		}
		return problem.New(SameFile, problem.Place{File: w.Path}, "other", d.Files[i].Path)
	}
	e := entry{Path: w.Path, Target: target, Old: digest(w.Old), New: digest(w.New)}
	like, err := s.inspect(&e)
	if err != nil {
		return err
	}
	s.room(d, &e)
	d.Files, d.data, d.likes = append(d.Files, e), append(d.data, w), append(d.likes, like)
	return nil
}

// resolve follows symlinks and refuses a target outside the root or in a .git.
// What is not there yet is taken as it is written.
func (s *Store) resolve(name string) (string, error) {
	at, rest := s.abs(name), ""
	for {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			at = filepath.Join(real, rest)
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", failed(name, err)
		}
		if there(at) {
			return "", problem.New(Special, problem.Place{File: name}, "what", "symlink") // to nothing
		}
		at, rest = filepath.Dir(at), filepath.Join(filepath.Base(at), rest)
	}
	rel, err := filepath.Rel(s.root, at)
	if err != nil || !filepath.IsLocal(rel) || inGit(rel) {
		return "", problem.New(Escapes, problem.Place{File: name}, "target", at)
	}
	return filepath.ToSlash(rel), nil
}

// inGit reports whether a path is in a .git, also where case does not count.
func inGit(rel string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(rel), "/"), func(name string) bool { return strings.EqualFold(name, ".git") })
}

// inspect looks at a target: it must be a regular file that may be written, or
// not be there.
func (s *Store) inspect(e *entry) (fs.FileInfo, error) {
	at := s.abs(e.Target)
	dir := s.firstThere(path.Dir(e.Target))
	if err := writable(s.abs(dir)); err != nil {
		return nil, problem.New(ReadOnly, problem.Place{File: e.Path}, "what", "directory").Because(err)
	}
	st, err := os.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failed(e.Path, err)
	}
	if !st.Mode().IsRegular() {
		what := "other"
		if st.IsDir() {
			what = "directory"
		}
		return nil, problem.New(Special, problem.Place{File: e.Path}, "what", what)
	}
	if err := writable(at); err != nil || st.Mode()&0o200 == 0 {
		return nil, problem.New(ReadOnly, problem.Place{File: e.Path}, "what", "file").Because(err)
	}
	e.Mode = st.Mode().Perm()
	return st, nil
}

// firstThere is dir, or the directory above it that is there.
func (s *Store) firstThere(dir string) string {
	for dir != "." && !there(s.abs(dir)) {
		dir = path.Dir(dir)
	}
	return dir
}

// nestPrefix begins the name of a nest, which ends in the write's id.
const nestPrefix = ".hoist-"

// room notes the directories that an entry needs: those of a new file, and a
// nest where the state is on another file system.
func (s *Store) room(d *draft, e *entry) {
	first := s.firstThere(path.Dir(e.Target))
	var dirs []string
	for at := path.Dir(e.Target); e.New != "" && at != first; at = path.Dir(at) {
		dirs = append(dirs, at)
	}
	slices.Reverse(dirs)
	for _, at := range dirs {
		if !slices.Contains(d.places.Dirs, at) {
			d.places.Dirs = append(d.places.Dirs, at)
		}
	}
	nest := path.Join(first, nestPrefix+d.ID)
	if slices.Contains(d.places.Nests, nest) {
		e.Nest = nest
	} else if s.sys.Crosses(s.o.State, s.abs(first)) {
		e.Nest = nest
		d.places.Nests = append(d.places.Nests, nest)
	}
}
