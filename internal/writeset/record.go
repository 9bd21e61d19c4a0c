package writeset

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// Record is one write that was done and is remembered until Forget.
type Record struct {
	ID    string
	Time  time.Time
	Note  json.RawMessage
	Files []RecordFile
}

// RecordFile is one file of it. Old is nil where the file was not there.
type RecordFile struct {
	Path   string
	Old    []byte
	NewSum string // sha256 of what was written, "" where the file was removed
}

// Records are the writes that are remembered, oldest first.
func (s *Store) Records() ([]Record, error) {
	l, err := os.ReadDir(s.o.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failed(s.o.State, err)
	}
	var out []Record
	for _, e := range l {
		id, ok := strings.CutPrefix(e.Name(), "tx-")
		if !ok || !there(s.in(id, recordName)) {
			continue
		}
		r, err := s.record(id)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Record) int { return a.Time.Compare(b.Time) })
	return out, nil
}

func (s *Store) record(id string) (Record, error) {
	b, err := os.ReadFile(s.in(id, recordName))
	if err != nil {
		return Record{}, failed(s.in(id, recordName), err)
	}
	var j journal
	if err := json.Unmarshal(b, &j); err != nil {
		return Record{}, failed(s.in(id, recordName), err)
	}
	r := Record{ID: j.ID, Time: j.Time, Note: j.Note}
	for _, e := range j.Files {
		f := RecordFile{Path: e.Path, NewSum: e.New}
		if e.Backup != "" {
			if f.Old, err = os.ReadFile(s.in(id, e.Backup)); err != nil {
				return r, failed(s.in(id, e.Backup), err)
			}
			f.Old = append([]byte{}, f.Old...)
		}
		r.Files = append(r.Files, f)
	}
	return r, nil
}

// Forget removes a record.
func (s *Store) Forget(id string) error { return s.drop(id) }
