package writeset

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hoist.example/hoist/internal/problem"
)

const recordName = "applied.json"

// Choice is what a person decided for a write that hoist cannot settle.
type Choice string

// The choices of `hoist recover`.
const (
	Ask    Choice = ""
	Finish Choice = "finish"
	Back   Choice = "back"
)

// Settle brings a decided write to its end and removes what an undecided one
// left. Where only a person can decide and c is Ask, nothing is touched and the
// problem Undecided names the files.
func (s *Store) Settle(c Choice) error {
	b, err := os.ReadFile(s.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return s.sweep()
	}
	if err != nil {
		return failed(s.journalPath(), err)
	}
	var j journal
	if err := json.Unmarshal(b, &j); err != nil {
		return failed(s.journalPath(), err)
	}
	if !j.Back {
		back, err := s.direction(&j, c)
		if err != nil {
			return err
		}
		if back {
			if err := s.turn(&j); err != nil {
				return err
			}
		}
	}
	if err := s.move(&j); err != nil {
		return err
	}
	return s.end(&j)
}

// sweep removes transactions that were never decided.
func (s *Store) sweep() error {
	l, err := os.ReadDir(s.o.State)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(s.o.State, err)
	}
	for _, e := range l {
		id, ok := strings.CutPrefix(e.Name(), "tx-")
		if ok && !there(s.in(id, recordName)) {
			if err := s.drop(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn remembers, before the first step, that the way is back. It needs no new
// disk space.
func (s *Store) turn(j *journal) error {
	if err := s.o.System.Rename(s.in(j.ID, "back.json"), s.journalPath()); err != nil {
		return failed(s.journalPath(), err)
	}
	j.Back = true
	return failed(s.o.State, s.o.System.SyncDir(s.o.State))
}

// move puts every file where the journal's direction wants it; what somebody
// else wrote stays.
func (s *Store) move(j *journal) error {
	dirs := map[string]bool{}
	for _, e := range j.Files {
		from, to, staged := e.Old, e.New, e.Staged
		if j.Back {
			from, to, staged = e.New, e.Old, e.Backup
		}
		if now(e.Target) != from || from == to {
			dirs[filepath.Dir(e.Target)] = true
			continue
		}
		if err := s.place(j, e, to, staged); err != nil {
			return err
		}
		dirs[filepath.Dir(e.Target)] = true
	}
	for d := range dirs {
		if err := s.o.System.SyncDir(d); err != nil {
			return failed(d, err)
		}
	}
	return nil
}

func (s *Store) place(j *journal, e entry, to, staged string) error {
	if to == "" {
		return failed(e.Path, s.o.System.Remove(e.Target))
	}
	err := s.o.System.Rename(s.in(j.ID, staged), e.Target)
	if err != nil && crossDevice(err) {
		err = s.copyOver(s.in(j.ID, staged), e)
	}
	return failed(e.Path, err)
}

// copyOver replaces a target from a state directory on another file system: the
// bytes are written beside it first, then renamed.
func (s *Store) copyOver(from string, e entry) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(e.Target), ".hoist-"+filepath.Base(e.Target)+".new")
	if there(beside) { // left by a killed attempt of ours
		if err := s.o.System.Remove(beside); err != nil {
			return err
		}
	}
	if err := s.o.System.Create(beside, b, e.Mode); err != nil {
		if there(beside) {
			err = errors.Join(err, s.o.System.Remove(beside))
		}
		return err
	}
	return s.o.System.Rename(beside, e.Target)
}

// end turns the journal into the record, or, on the way back, removes it.
func (s *Store) end(j *journal) error {
	var err error
	if j.Back {
		err = s.o.System.Remove(s.journalPath())
	} else {
		err = s.o.System.Rename(s.journalPath(), s.in(j.ID, recordName))
	}
	if err != nil {
		return failed(s.journalPath(), err)
	}
	if err := s.o.System.SyncDir(s.o.State); err != nil {
		return failed(s.o.State, err)
	}
	if j.Back {
		return s.drop(j.ID)
	}
	return nil
}

// direction is forward, unless somebody else touched a file that was not yet
// ours or the history moved on.
func (s *Store) direction(j *journal, c Choice) (back bool, err error) {
	olds, news := 0, 0
	var others, unwritten, written []string
	for _, e := range j.Files {
		switch now(e.Target) {
		case e.Old:
			olds++
		case e.New:
			news++
		default:
			others = append(others, e.Path)
			if e.Staged != "" && !there(s.in(j.ID, e.Staged)) {
				written = append(written, e.Path)
			} else {
				unwritten = append(unwritten, e.Path)
			}
		}
	}
	if c != Ask {
		return c == Back, nil
	}
	moved := s.o.Head() != j.Head
	switch {
	case news == 0 && len(written) == 0 && (len(others) > 0 || moved):
		return true, nil // nothing of ours is in the tree
	case olds == 0 && len(unwritten) == 0:
		return false, nil // everything of ours is in the tree
	case len(others) == 0 && !moved:
		return false, nil
	case len(written) == 0 && !moved:
		return true, nil
	case len(unwritten) == 0 && !moved:
		return false, nil
	}
	return false, problem.New(Undecided, problem.Place{}, "files", strings.Join(others, " "))
}
