package writeset

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

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
// problem Undecided names the files. Finish and Back also go where Ask would
// have gone another way, and leave what somebody else changed.
func (s *Store) Settle(c Choice) error {
	j, err := readJournal(s.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return s.sweep()
	}
	if err == nil {
		err = s.settle(j, c)
	}
	if err == nil {
		err = s.sweep()
	}
	return err
}

func (s *Store) settle(j *journal, c Choice) error {
	back := j.Back
	if !back {
		var err error
		if back, err = s.direction(j, c); err != nil {
			return err
		}
	}
	if !back {
		err := s.carryOut(j, c)
		if err == nil {
			return nil
		}
		if v := s.survey(j); c == Finish || len(v.over) > 0 {
			return unsettled(err)
		}
	}
	if err := s.takeBack(j); err != nil {
		return unsettled(err)
	}
	return s.forgetJournal(j)
}

// survey is what stands at the targets of a decided write, by index. A file that
// somebody else brought to where the write would have is in no list.
type survey struct {
	old      []int // as it was before
	ours     []int // as we wrote it
	before   []int // changed by somebody else; we had not written it
	over     []int // changed by somebody else after we wrote it
	reverted []int // brought back by somebody else after we wrote it
}

func (s *Store) survey(j *journal) (v survey) {
	for i, e := range j.Files {
		now, done := s.now(e.Target, e.Mode), s.done(j, i)
		switch {
		case now == e.New && done:
			v.ours = append(v.ours, i)
		case now == e.New:
		case now == e.Old && done:
			v.reverted = append(v.reverted, i)
		case now == e.Old:
			v.old = append(v.old, i)
		case done:
			v.over = append(v.over, i)
		default:
			v.before = append(v.before, i)
		}
	}
	return v
}

// direction is forward, unless somebody else touched a file that was not yet
// ours or the history moved on.
func (s *Store) direction(j *journal, c Choice) (back bool, err error) {
	if c != Ask {
		return c == Back, nil
	}
	v := s.survey(j)
	moved := s.head() != j.Head
	theirs := len(v.before) + len(v.over) + len(v.reverted)
	switch {
	case theirs == 0 && !moved:
		return false, nil
	case len(v.ours)+len(v.over) == 0:
		return true, nil // nothing of ours is in the tree
	case len(v.old)+len(v.before)+len(v.reverted) == 0:
		return false, nil // everything of ours is
	case moved && theirs == 0:
		return false, undecided(j, "head-moved", v.ours)
	case moved:
		return false, undecided(j, "head-moved", v.before, v.over, v.reverted)
	case len(v.over) == 0:
		return true, nil
	case len(v.before)+len(v.reverted) == 0:
		return false, nil
	}
	return false, undecided(j, "edited", v.before, v.over, v.reverted)
}

func undecided(j *journal, why string, lists ...[]int) error {
	var names []string
	for _, l := range lists {
		for _, i := range l {
			names = append(names, shown(j.Files[i].Path))
		}
	}
	return problem.New(Undecided, problem.Place{}, "files", strings.Join(names, ", "), "why", why).Type("hoist", "recover")
}

// shown is a path that stands out in a list of paths.
func shown(path string) string {
	if q := strconv.Quote(path); q != `"`+path+`"` || strings.ContainsAny(path, " ,") {
		return q
	}
	return path
}

// Left is a write that was decided and not brought to its end.
type Left struct {
	ID        string
	Time      time.Time
	Note      json.RawMessage
	Undo      bool // it was an undo: its new bytes are the old ones of others
	HeadMoved bool // the history is not what it was then
	Files     []LeftFile
}

// LeftFile is one file of it.
type LeftFile struct {
	Path  string
	Stand Stand
}

// Stand is where a file of a killed write stands.
type Stand string

// The stands of a file. Edited and Reverted are somebody else's doing.
const (
	StandOld      Stand = "old"      // as it was before
	StandNew      Stand = "new"      // as it was to be
	StandEdited   Stand = "edited"   // edited instead of what was to be written
	StandOver     Stand = "over"     // edited after it was written
	StandReverted Stand = "reverted" // brought back after it was written
)

// Left is what a killed write left to be settled, nil where there is nothing. It
// is for stores opened Unsettled.
func (s *Store) Left() (*Left, error) {
	j, err := readJournal(s.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l := &Left{ID: j.ID, Time: j.Time, Note: j.Note, Undo: len(j.Undoes) > 0, HeadMoved: s.head() != j.Head}
	for _, e := range j.Files {
		l.Files = append(l.Files, LeftFile{Path: e.Path, Stand: StandNew})
	}
	v := s.survey(j)
	for stand, list := range map[Stand][]int{StandOld: v.old, StandEdited: v.before, StandOver: v.over, StandReverted: v.reverted} {
		for _, i := range list {
			l.Files[i].Stand = stand
		}
	}
	return l, nil
}
