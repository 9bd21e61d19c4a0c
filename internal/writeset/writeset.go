// Package writeset writes many files, all or none, also when the process is
// killed or the disk is full in the middle.
//
// The protocol: every file's new and old bytes and both journals are staged and
// synced in the state directory first, so that all disk space is taken before
// anything moves; every target is looked at once more; then one rename of the
// journal decides. Files are renamed into place, directories synced, and the
// journal renamed to the record that undo and commit read. Whoever opens the
// store next settles what a killed process left: undecided, all old; decided,
// all new. A file that somebody else changed meanwhile is never written: the
// rest goes back, or is finished if that file was already ours; where neither
// is possible nothing is touched and a person decides. Recovery needs no disk
// space and may be killed itself.
package writeset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"hoist.example/hoist/internal/problem"
)

// What can go wrong with a write.
var (
	Locked    = problem.Code{Name: "locked", Class: problem.Refused}          // holder
	Stale     = problem.Code{Name: "stale-file", Class: problem.Refused}      // the file moved since it was read
	Undecided = problem.Code{Name: "undecided", Class: problem.Refused}       // files
	Escapes   = problem.Code{Name: "symlink-escapes", Class: problem.Refused} // target
	Special   = problem.Code{Name: "not-a-file", Class: problem.Refused}
	WriteFail = problem.Code{Name: "write-failed", Class: problem.Outside} // reason
)

// Write is one file to write. Path is below the root, with slashes.
type Write struct {
	Path     string
	Old, New []byte // nil: the file is not there before, or not after
}

// System is every call that changes the disk: the operating system in the
// program, a fault machine in tests.
type System interface {
	// Create makes a new file, writes, syncs and closes it.
	Create(path string, data []byte, mode fs.FileMode) error
	Rename(from, to string) error
	Remove(path string) error
	MkdirAll(path string) error
	SyncDir(path string) error
}

// Options say where a store is.
type Options struct {
	Root  string // the tree that may be written
	State string // hoist's own directory; made when it is first needed
	// Head names the state of the tree's history (a commit); a killed write that
	// was made on another one is not finished unasked. nil: not known.
	Head func() string
	// Exclusive is for verbs that write; readers share.
	Exclusive bool
	Verb      string // told to whoever finds the lock taken
	System    System // nil: the operating system
}

// Store is an open state directory, locked.
type Store struct {
	o    Options
	lock *lock
}

type entry struct {
	Path   string      `json:"path"`   // as given
	Target string      `json:"target"` // absolute, symlinks resolved
	Mode   fs.FileMode `json:"mode"`
	Old    string      `json:"old"` // sha256, "" absent
	New    string      `json:"new"`
	Staged string      `json:"staged"` // file names in the transaction's directory
	Backup string      `json:"backup"`
	// Beside is the staged file's place beside its target, where the state
	// directory is on another file system.
	Beside string `json:"beside,omitempty"`
}

type journal struct {
	Version int             `json:"version"`
	ID      string          `json:"id"`
	Back    bool            `json:"back"`
	Head    string          `json:"head"`
	Time    time.Time       `json:"time"`
	Note    json.RawMessage `json:"note,omitempty"`
	Files   []entry         `json:"files"`
}

// Open takes the lock and settles what a killed process left. A taken lock is
// waited for shortly, then the problem Locked names its holder.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.System == nil {
		o.System = OS{}
	}
	if o.Head == nil {
		o.Head = func() string { return "" }
	}
	s := &Store{o: o}
	if _, err := os.Stat(o.State); errors.Is(err, fs.ErrNotExist) && !o.Exclusive {
		return s, nil // nothing was ever written here
	}
	if !o.Exclusive && there(s.journalPath()) { // settling writes: not under a shared lock
		x := o
		x.Exclusive = true
		if err := closeAfter(Open(ctx, x)); err != nil {
			return nil, err
		}
	}
	if err := o.System.MkdirAll(o.State); err != nil {
		return nil, failed(o.State, err)
	}
	l, err := take(ctx, o)
	if err != nil {
		return nil, err
	}
	s.lock = l
	if !o.Exclusive {
		return s, nil
	}
	if err := s.Settle(""); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func closeAfter(s *Store, err error) error {
	if err != nil {
		return err
	}
	return s.Close()
}

// Close gives the lock back.
func (s *Store) Close() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.release()
}

func failed(path string, err error) error {
	if err == nil {
		return nil
	}
	reason := err
	var pe *fs.PathError
	var le *os.LinkError
	if errors.As(err, &pe) {
		reason = pe.Err
	} else if errors.As(err, &le) {
		reason = le.Err
	}
	return problem.New(WriteFail, problem.Place{File: path}, "reason", reason.Error()).Because(err)
}

func digest(b []byte) string {
	if b == nil {
		return ""
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// now is the digest of what stands at path: "" absent, "?" no readable file.
func now(path string) string {
	st, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil || !st.Mode().IsRegular() {
		return "?"
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "?"
	}
	return digest(append([]byte{}, b...))
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (s *Store) journalPath() string       { return filepath.Join(s.o.State, "journal.json") }
func (s *Store) tx(id string) string       { return filepath.Join(s.o.State, "tx-"+id) }
func (s *Store) in(id, name string) string { return filepath.Join(s.tx(id), name) }

// Commit writes all files or none. id names the write and must be new; note is
// kept in its record. The store must be Exclusive.
func (s *Store) Commit(id string, writes []Write, note json.RawMessage) error {
	j, err := s.stage(id, writes, note)
	if err == nil {
		err = s.lastLook(j)
	}
	if err == nil {
		err = failed(s.journalPath(), s.o.System.Rename(s.in(id, "forward.json"), s.journalPath())) // this decides
	}
	if err != nil {
		if there(s.journalPath()) {
			return err // decided after all: the next command finishes
		}
		return errors.Join(err, s.drop(id)) // nothing of ours is in the tree
	}
	if err := s.o.System.SyncDir(s.o.State); err != nil {
		return failed(s.o.State, err)
	}
	return s.Settle("")
}

// stage puts everything that will be needed on the disk.
func (s *Store) stage(id string, writes []Write, note json.RawMessage) (*journal, error) {
	j := &journal{Version: 1, ID: id, Head: s.o.Head(), Time: time.Now().UTC(), Note: note}
	if err := s.o.System.MkdirAll(s.tx(id)); err != nil {
		return j, failed(s.tx(id), err)
	}
	for i, w := range writes {
		e, err := s.entry(i, id, w)
		if err != nil {
			return j, err
		}
		j.Files = append(j.Files, e)
	}
	for _, back := range []bool{false, true} {
		j.Back = back
		b, err := json.MarshalIndent(j, "", " ")
		if err != nil {
			return j, err
		}
		name := map[bool]string{false: "forward.json", true: "back.json"}[back]
		if err := s.o.System.Create(s.in(id, name), b, 0o600); err != nil {
			return j, failed(s.in(id, name), err)
		}
	}
	return j, failed(s.tx(id), s.o.System.SyncDir(s.tx(id)))
}

func (s *Store) entry(i int, id string, w Write) (entry, error) {
	target, err := s.resolve(w.Path)
	if err != nil {
		return entry{}, err
	}
	e := entry{Path: w.Path, Target: target, Mode: 0o644, Old: digest(w.Old), New: digest(w.New)}
	if st, err := os.Lstat(target); err == nil {
		if !st.Mode().IsRegular() {
			return e, problem.New(Special, problem.Place{File: w.Path})
		}
		if st.Mode().Perm()&0o200 == 0 {
			return e, failed(w.Path, fs.ErrPermission)
		}
		e.Mode = st.Mode().Perm()
	}
	if w.Old != nil {
		e.Backup = fmt.Sprintf("%04d.old", i)
		if err := s.o.System.Create(s.in(id, e.Backup), w.Old, e.Mode); err != nil {
			return e, failed(w.Path, err)
		}
	}
	if w.New != nil {
		e.Staged = fmt.Sprintf("%04d.new", i)
		if err := s.o.System.Create(s.in(id, e.Staged), w.New, e.Mode); err != nil {
			return e, failed(w.Path, err)
		}
	}
	return e, nil
}

// resolve follows symlinks and refuses a target outside the root.
func (s *Store) resolve(path string) (string, error) {
	root, err := filepath.EvalSymlinks(s.o.Root)
	if err != nil {
		return "", failed(s.o.Root, err)
	}
	target := filepath.Join(root, filepath.FromSlash(path))
	real, err := filepath.EvalSymlinks(target)
	if errors.Is(err, fs.ErrNotExist) {
		dir, derr := filepath.EvalSymlinks(filepath.Dir(target))
		real, err = filepath.Join(dir, filepath.Base(target)), derr
	}
	if err != nil {
		return "", failed(path, err)
	}
	if rel, err := filepath.Rel(root, real); err != nil || rel == ".." || strings.HasPrefix(rel, "../") || slices.Contains(strings.Split(filepath.ToSlash(rel), "/"), ".git") {
		return "", problem.New(Escapes, problem.Place{File: path}, "target", real)
	}
	return real, nil
}

// lastLook: no target may have moved since it was read.
func (s *Store) lastLook(j *journal) error {
	for _, e := range j.Files {
		if now(e.Target) != e.Old {
			return problem.New(Stale, problem.Place{File: e.Path})
		}
	}
	return nil
}

// drop removes a transaction's directory. Its record goes first, so that a
// half-dropped one is no record.
func (s *Store) drop(id string) error {
	l, err := os.ReadDir(s.tx(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(s.tx(id), err)
	}
	slices.SortStableFunc(l, func(a, b fs.DirEntry) int {
		return order(a.Name()) - order(b.Name())
	})
	for _, e := range l {
		if err := s.o.System.Remove(s.in(id, e.Name())); err != nil {
			return failed(s.in(id, e.Name()), err)
		}
	}
	return failed(s.tx(id), s.o.System.Remove(s.tx(id)))
}

func order(name string) int {
	if name == recordName {
		return 0
	}
	return 1
}

// OS is the operating system.
type OS struct{}

// Create implements System.
func (OS) Create(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

// Rename implements System.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements System.
func (OS) Remove(path string) error { return os.Remove(path) }

// MkdirAll implements System.
func (OS) MkdirAll(path string) error { return os.MkdirAll(path, 0o700) }

// SyncDir implements System.
func (OS) SyncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// crossDevice reports whether a rename failed because the state directory is on
// another file system (EXDEV).
func crossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }
