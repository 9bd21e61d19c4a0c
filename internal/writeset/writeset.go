// Package writeset writes many files, all or none, also when the process is
// killed, the machine stops, or the disk is full in the middle.
//
// The protocol. Every file's new and old bytes and both journals are staged and
// synced first, so that all disk space is taken before anything moves; every
// target is looked at once more; then one rename of the journal decides. Files
// are renamed into place, their directories synced, and the journal is renamed
// to the record that undo and commit read. A step that fails after the decision
// turns the write round: the old bytes are renamed back. Whoever opens the store
// next settles what a killed process left: not decided, all old; decided, all
// new.
//
// Bytes are staged in the state directory. Where a target is on another file
// system they are staged in a nest beside it, a directory that git ignores, so
// that nothing after the decision is ever more than a rename.
//
// Laws:
//   - After Commit, Undo or Open the files of a write are all new or all old,
//     and an error means all old. Where not even that can be reached at the
//     time, the problem Unsettled says so and the next Open goes on.
//   - What somebody else wrote or removed is never touched: not before, not
//     after, and not by recovery, which takes back only what this package did
//     itself. If the rest can then be neither all new nor all old, nothing at all is
//     touched and the problem Undecided names the files.
//   - Settling needs no disk space and may be killed anywhere, like the write.
//   - Nothing but the written files stays in the tree, and nothing in the state
//     directory but records. A context ends a write only before it is decided.
//
// It never looks into a file, and writes none outside the root, in a .git, or
// through a symlink that leaves. Not in its power: an editor that saves a file in the microseconds
// between the last look at it and its rename.
package writeset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// What can go wrong with a write. Where a problem is about a file, its place
// names it.
var (
	Locked     = problem.Code{Name: "locked", Class: problem.Refused}          // verb, pid: "" where not known
	Stale      = problem.Code{Name: "stale-file", Class: problem.Refused}      // the file moved since it was read
	Undecided  = problem.Code{Name: "undecided", Class: problem.Refused}       // files; why: edited, head-moved
	Escapes    = problem.Code{Name: "symlink-escapes", Class: problem.Refused} // target
	Special    = problem.Code{Name: "not-a-file", Class: problem.Refused}      // what: directory, symlink, other
	ReadOnly   = problem.Code{Name: "read-only-file", Class: problem.Refused}  // what: file, directory
	SameFile   = problem.Code{Name: "same-file", Class: problem.Refused}       // other: the name it has as well
	FileEdited = problem.Code{Name: "file-edited", Class: problem.Refused}     // how: changed, removed, made
	LaterWrite = problem.Code{Name: "later-write", Class: problem.Refused}     // id: of the write to undo first
	NoRecord   = problem.Code{Name: "no-such-write", Class: problem.Wrong}     // id
	Damaged    = problem.Code{Name: "state-damaged", Class: problem.Outside}   // reason
	WriteFail  = problem.Code{Name: "write-failed", Class: problem.Outside}    // reason; nothing was changed
	Unsettled  = problem.Code{Name: "write-unsettled", Class: problem.Outside} // reason; some files are new, some old
)

// Write is one file to write. Path is below the root, with slashes.
type Write struct {
	Path     string
	Old, New []byte // nil: the file is not there before, or not after
	// Mode is for a file that is not there yet; 0: as the umask says. A file
	// that is there keeps its mode and, where that is allowed, its owner.
	Mode fs.FileMode
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
	// Unsettled leaves what a killed write left as it is, for a person who
	// decides: Left, then Settle. Only with Exclusive.
	Unsettled bool
	Verb      string // told to whoever finds the lock taken
	System    System // nil: the operating system

	patience time.Duration // 0: patience
}

// Store is an open state directory, locked.
type Store struct {
	o    Options
	sys  System
	root string // Options.Root without symlinks
	lock *lock  // nil: a reader where there is nothing to lock
}

// Open takes the lock and settles what a killed process left. A taken lock is
// waited for shortly, then the problem Locked names its holder. A reader needs
// nothing to be writable, unless a killed write waits to be settled.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := newStore(o)
	if err == nil {
		err = s.open(ctx)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func newStore(o Options) (*Store, error) {
	root, err := filepath.EvalSymlinks(o.Root)
	if err != nil {
		return nil, failed(o.Root, err)
	}
	if o.System == nil {
		o.System = OS{}
	}
	return &Store{o: o, sys: o.System, root: root}, nil
}

func (s *Store) open(ctx context.Context) error {
	if s.o.Exclusive {
		return s.openToWrite(ctx)
	}
	return s.openToRead(ctx)
}

func (s *Store) openToWrite(ctx context.Context) error {
	err := s.makeState(s.o.State)
	if err == nil {
		s.lock, err = take(ctx, s.o, true)
	}
	if err != nil || s.o.Unsettled {
		return err
	}
	if err := s.Settle(Ask); err != nil {
		return also(err, s.Close())
	}
	return nil
}

// openToRead settles under an exclusive lock of its own: what it finds there
// under a shared one may not be touched.
func (s *Store) openToRead(ctx context.Context) error {
	for {
		if err := s.settleFirst(ctx); err != nil {
			return err
		}
		if !there(s.o.State) && s.makeState(s.o.State) != nil {
			return nil // nothing was ever written here, nor can it be
		}
		var err error
		if s.lock, err = take(ctx, s.o, false); err != nil {
			return err
		}
		if !there(s.journalPath()) {
			return nil
		}
		if err := s.Close(); err != nil { // a writer was killed just now
			return err
		}
	}
}

func (s *Store) settleFirst(ctx context.Context) error {
	decided := there(s.journalPath())
	if !decided && !s.leavings() {
		return nil
	}
	o := s.o
	o.Exclusive = true
	w, err := Open(ctx, o)
	if err == nil {
		err = w.Close()
	}
	if !decided && errors.Is(err, &problem.Problem{Code: WriteFail}) {
		return nil // leavings of a write that never was harm no reader
	}
	return err
}

// makeState makes a directory and what is missing above it, durably.
func (s *Store) makeState(dir string) error {
	if there(dir) {
		return nil
	}
	up := filepath.Dir(dir)
	if err := s.makeState(up); err != nil {
		return err
	}
	if err := s.sys.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return failed(dir, err)
	}
	return failed(up, s.sys.Sync(up))
}

// Close gives the lock back.
func (s *Store) Close() error {
	l := s.lock
	s.lock = nil
	if l == nil {
		return nil
	}
	return failed(s.o.State, l.release())
}

func (s *Store) head() string {
	if s.o.Head == nil {
		return ""
	}
	return s.o.Head()
}

// failed is err as a problem with the operating system's reason, nil as nil.
func failed(path string, err error) error {
	var p *problem.Problem
	if err == nil || errors.As(err, &p) {
		return err
	}
	return problem.New(WriteFail, problem.Place{File: path}, "reason", reason(err)).Because(err)
}

func reason(err error) string {
	var p *problem.Problem
	if errors.As(err, &p) && p.Arg("reason") != "" {
		return p.Arg("reason")
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err.Error()
	}
	return err.Error()
}

// also is err, joined with what went wrong while it was dealt with.
func also(err, more error) error {
	if more == nil {
		return err
	}
	return errors.Join(err, more)
}

// digest is the sha256 of b in hexadecimal, "" of nil.
func digest(b []byte) string {
	if b == nil {
		return ""
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// unreadable is the digest of what is no regular file or cannot be read.
const unreadable = "?"

// sum is the digest of what stands at path, "" where nothing does.
func sum(path string) string {
	st, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil || !st.Mode().IsRegular() {
		return unreadable
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return unreadable
	}
	return digest(append([]byte{}, b...))
}

// now is the digest of what stands at a target, "" where nothing does. What is
// to be left alone is unreadable: a file whose mode somebody changed (mode 0
// asks for none), and one in a directory that became a symlink, which a rename
// would follow.
func (s *Store) now(target string, mode fs.FileMode) string {
	path := s.abs(target)
	dir := filepath.Dir(path)
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil || real != dir {
		return unreadable
	}
	if st, err := os.Lstat(path); err == nil && mode != 0 && st.Mode().Perm() != mode {
		return unreadable
	}
	return sum(path)
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (s *Store) abs(target string) string { return filepath.Join(s.root, filepath.FromSlash(target)) }

const txPrefix = "tx-"

func (s *Store) journalPath() string       { return filepath.Join(s.o.State, "journal.json") }
func (s *Store) tx(id string) string       { return filepath.Join(s.o.State, txPrefix+id) }
func (s *Store) in(id, name string) string { return filepath.Join(s.tx(id), name) }

// transactions are the ids of all directories of writes, whatever they are.
func (s *Store) transactions() ([]string, error) {
	l, err := os.ReadDir(s.o.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, failed(s.o.State, err)
	}
	var ids []string
	for _, e := range l {
		if id, ok := strings.CutPrefix(e.Name(), txPrefix); ok && e.IsDir() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
