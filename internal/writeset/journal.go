package writeset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"hoist.example/hoist/internal/problem"
)

const version = 1

// The files of a write's directory, beside the staged ones. forward.json is
// renamed to the journal to decide, back.json to turn round, and the journal
// becomes the record or, of an undo, what says which records are void.
const (
	forwardName = "forward.json"
	backName    = "back.json"
	recordName  = "applied.json"
	undoneName  = "undone.json"
	placesName  = "places.json"
)

// journal is one write.
type journal struct {
	Version int             `json:"version"`
	ID      string          `json:"id"`
	Seq     int             `json:"seq"` // order of the writes; clocks go back
	Back    bool            `json:"back,omitempty"`
	Head    string          `json:"head,omitempty"`
	Time    time.Time       `json:"time"`
	Note    json.RawMessage `json:"note,omitempty"`
	Undoes  []string        `json:"undoes,omitempty"` // records that are void once this write is done
	Files   []entry         `json:"files"`
}

type entry struct {
	Path   string      `json:"path"`           // as it was asked for
	Target string      `json:"target"`         // below the root with slashes, symlinks resolved
	Mode   fs.FileMode `json:"mode,omitempty"` // of the file, old and new
	Old    string      `json:"old,omitempty"`  // sha256, "" absent
	New    string      `json:"new,omitempty"`
	// Nest is where bytes wait instead of in the write's directory, where that is
	// on another file system than the target: below the root, with slashes.
	Nest string `json:"nest,omitempty"`
}

// places are what a write makes in the tree besides its files: written down
// before it makes them.
type places struct {
	Dirs  []string `json:"dirs,omitempty"` // for files in new directories, outermost first
	Nests []string `json:"nests,omitempty"`
}

func (p places) none() bool { return len(p.Dirs)+len(p.Nests) == 0 }

// The staged files of an entry.
const (
	newBytes = "new" // waits to be renamed over the target
	oldBytes = "old" // waits to be renamed back
	outBytes = "out" // the target of a removal, renamed away
)

// waits is where a staged file of the i-th entry is.
func (s *Store) waits(j *journal, i int, what string) string {
	name := fmt.Sprintf("%04d.%s", i, what)
	if nest := j.Files[i].Nest; nest != "" {
		return filepath.Join(s.abs(nest), name)
	}
	return s.in(j.ID, name)
}

// kept is where the old bytes of the i-th entry are kept for undo.
func (s *Store) kept(j *journal, i int) string {
	return s.in(j.ID, fmt.Sprintf("%04d.%s", i, oldBytes))
}

// done reports whether the i-th file was moved forward by us, whatever was made
// of it since.
func (s *Store) done(j *journal, i int) bool {
	if j.Files[i].New == "" {
		return there(s.waits(j, i, outBytes))
	}
	return !there(s.waits(j, i, newBytes))
}

// readJournal reads a journal or record. fs.ErrNotExist is passed on.
func readJournal(path string) (*journal, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, failed(path, err)
	}
	j := &journal{}
	if err := json.Unmarshal(b, j); err != nil {
		return nil, damaged(path, err.Error()).Because(err)
	}
	if j.Version != version {
		return nil, damaged(path, "version "+strconv.Itoa(j.Version))
	}
	return j, nil
}

func damaged(path, reason string) *problem.Problem {
	return problem.New(Damaged, problem.Place{File: path}, "reason", reason)
}

// records are the journals of the writes that were done and not undone, oldest
// first.
func (s *Store) records() ([]*journal, error) {
	ids, err := s.transactions()
	if err != nil {
		return nil, err
	}
	void := map[string]bool{}
	var all []*journal
	for _, id := range ids {
		if u, err := readJournal(s.in(id, undoneName)); err == nil {
			for _, v := range u.Undoes {
				void[v] = true
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		j, err := readJournal(s.in(id, recordName))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, j)
	}
	return inOrder(all, void), nil
}
