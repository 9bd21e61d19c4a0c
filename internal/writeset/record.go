package writeset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Record is one write that was done and is remembered until Forget or Undo.
type Record struct {
	ID    string
	Time  time.Time
	Note  json.RawMessage
	Files []RecordFile
}

// RecordFile is one file of it. Old is nil where the file was not there.
type RecordFile struct {
	Path   string // as it was asked for
	Target string // where it really is: symlinks resolved, below the root
	Mode   fs.FileMode
	Old    []byte
	NewSum string // sha256 of what was written, "" where the file was removed
}

// Records are the writes that are remembered, oldest first.
func (s *Store) Records() ([]Record, error) {
	all, err := s.records()
	if err != nil {
		return nil, err
	}
	var out []Record
	for _, j := range all {
		r, err := s.record(j)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// inOrder leaves out the void records and sorts.
func inOrder(all []*journal, void map[string]bool) []*journal {
	all = slices.DeleteFunc(all, func(j *journal) bool { return void[j.ID] })
	slices.SortStableFunc(all, func(a, b *journal) int { return a.Seq - b.Seq })
	return all
}

func (s *Store) record(j *journal) (Record, error) {
	r := Record{ID: j.ID, Time: j.Time, Note: j.Note}
	for i, e := range j.Files {
		f := RecordFile{Path: e.Path, Target: e.Target, Mode: e.Mode, NewSum: e.New}
		if e.Old != "" {
			b, err := os.ReadFile(s.kept(j, i))
			if err != nil {
				return r, failed(s.kept(j, i), err)
			}
			f.Old = append([]byte{}, b...)
			if digest(f.Old) != e.Old {
				return r, damaged(s.kept(j, i), errTampered.Error())
			}
		}
		r.Files = append(r.Files, f)
	}
	return r, nil
}

// Forget removes records, all or none. The store must be Exclusive.
func (s *Store) Forget(ids ...string) error {
	if err := s.mayWrite(); err != nil || len(ids) == 0 {
		return err
	}
	if len(ids) == 1 {
		return s.drop(ids[0]) // a record is one file
	}
	seq, err := s.nextSeq()
	if err != nil {
		return err
	}
	j := journal{Version: version, ID: fmt.Sprintf("forget-%06d", seq), Undoes: ids, Time: time.Now().UTC(), Files: []entry{}}
	if err := s.forget(j); err != nil {
		return also(err, s.drop(j.ID))
	}
	return s.clear(j.ID)
}

// forget says in one rename that records are void.
func (s *Store) forget(j journal) error {
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	draft := s.in(j.ID, forwardName)
	for _, step := range []func() error{
		func() error { return s.sys.Mkdir(s.tx(j.ID), 0o700) },
		func() error { return s.sys.Create(draft, b, Attr{Mode: 0o600}) },
		func() error { return s.sys.Sync(draft, s.tx(j.ID), s.o.State) },
		func() error { return s.sys.Rename(draft, s.in(j.ID, undoneName)) },
	} {
		if err := step(); err != nil {
			return failed(s.tx(j.ID), err)
		}
	}
	return failed(s.tx(j.ID), s.sys.Sync(s.tx(j.ID)))
}

// leavings reports whether there is anything but records.
func (s *Store) leavings() bool {
	ids, err := s.transactions()
	return err == nil && slices.ContainsFunc(ids, func(id string) bool { return !there(s.in(id, recordName)) || there(s.in(id, backName)) })
}

// sweep clears everything away that is no record. There is no journal.
func (s *Store) sweep() error {
	ids, err := s.transactions()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.clear(id); err != nil {
			return err
		}
	}
	return nil
}

// clear clears away after a write: of a record all but what undo needs, of an
// undo also what it made void, of one that was never decided everything.
func (s *Store) clear(id string) error {
	if u, err := readJournal(s.in(id, undoneName)); err == nil {
		// First, for they may be in directories that a void write made.
		if err := s.removePlaces(places{Nests: s.places(id).Nests}); err != nil {
			return err
		}
		for _, v := range u.Undoes {
			if err := s.drop(v); err != nil {
				return err
			}
		}
		return s.drop(id)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !there(s.in(id, recordName)) {
		return s.drop(id)
	}
	if !there(s.in(id, backName)) {
		return nil
	}
	if err := s.removePlaces(places{Nests: s.places(id).Nests}); err != nil {
		return err
	}
	return s.removeAll(s.tx(id), func(name string) bool {
		return name != recordName && name != placesName && !strings.HasSuffix(name, "."+oldBytes)
	}, backName)
}

// drop removes a write's directory and what it made in the tree besides its
// files. Its record goes first, so that a half-dropped one is no record; the list of places last.
func (s *Store) drop(id string) error {
	if !there(s.tx(id)) {
		return nil
	}
	if record := s.in(id, recordName); there(record) {
		if err := s.sys.Remove(record); err != nil {
			return failed(record, err)
		}
		if err := s.sys.Sync(s.tx(id)); err != nil {
			return failed(s.tx(id), err)
		}
	}
	if err := s.removePlaces(s.places(id)); err != nil {
		return err
	}
	if err := s.removeAll(s.tx(id), func(string) bool { return true }, placesName); err != nil {
		return err
	}
	return failed(s.tx(id), s.sys.Remove(s.tx(id)))
}

// places reads the list of places. One that is not there or half written lists
// places that were never made.
func (s *Store) places(id string) (p places) {
	b, err := os.ReadFile(s.in(id, placesName))
	if err != nil || json.Unmarshal(b, &p) != nil {
		return places{}
	}
	return p
}

// removePlaces removes what a write made in the tree besides its files, durably:
// the list of it is removed next.
func (s *Store) removePlaces(p places) error {
	if p.none() {
		return nil
	}
	if err := s.removeNests(p); err != nil {
		return err
	}
	if err := s.removeEmpty(p.Dirs); err != nil {
		return err
	}
	var dirs []string
	for _, d := range slices.Concat(p.Nests, p.Dirs) {
		if up := s.abs(path.Dir(d)); there(up) {
			dirs = append(dirs, up)
		}
	}
	return failed(s.root, s.sys.Sync(dirs...))
}

func (s *Store) removeNests(p places) error {
	for _, n := range p.Nests {
		nest := s.abs(n)
		if st, err := os.Lstat(nest); err != nil || !st.IsDir() || !strings.HasPrefix(filepath.Base(nest), nestPrefix) {
			continue
		}
		if err := s.removeAll(nest, func(string) bool { return true }, ".gitignore"); err != nil {
			return err
		}
		if err := s.sys.Remove(nest); err != nil {
			return failed(n, err)
		}
	}
	return nil
}

// removeEmpty removes directories that were made for new files and hold nothing.
func (s *Store) removeEmpty(dirs []string) error {
	for _, d := range slices.Backward(dirs) {
		l, err := os.ReadDir(s.abs(d))
		if err != nil || len(l) > 0 {
			continue
		}
		if err := s.sys.Remove(s.abs(d)); err != nil {
			return failed(d, err)
		}
	}
	return nil
}

// removeAll removes the files of a directory that it is asked to, last last.
func (s *Store) removeAll(dir string, which func(string) bool, last string) error {
	l, err := os.ReadDir(dir)
	if err != nil {
		return failed(dir, err)
	}
	var names []string
	for _, e := range l {
		if e.Name() != last && which(e.Name()) {
			names = append(names, e.Name())
		}
	}
	if slices.ContainsFunc(l, func(e fs.DirEntry) bool { return e.Name() == last }) {
		names = append(names, last)
	}
	for _, name := range names {
		if err := s.sys.Remove(filepath.Join(dir, name)); err != nil {
			return failed(filepath.Join(dir, name), err)
		}
	}
	return nil
}
