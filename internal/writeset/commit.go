package writeset

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"hoist.example/hoist/internal/problem"
)

// Commit writes all files or none, and remembers it under id, which must be
// new, with the note. On an error nothing was written, unless it is Unsettled.
// ctx can end it until it is decided. The store must be Exclusive.
func (s *Store) Commit(ctx context.Context, id string, writes []Write, note json.RawMessage) error {
	d, err := s.newDraft(id, note, writes)
	if err != nil {
		return err
	}
	return s.commit(ctx, d)
}

func (s *Store) commit(ctx context.Context, d *draft) error {
	err := s.prepare(ctx, d)
	if err == nil {
		err = failed(s.journalPath(), s.sys.Rename(s.in(d.ID, forwardName), s.journalPath())) // this decides
	}
	if err != nil && !there(s.journalPath()) {
		return also(err, s.drop(d.ID)) // nothing of ours is in the tree
	}
	if err == nil {
		err = failed(s.o.State, s.sys.Sync(s.o.State))
	}
	if err == nil {
		err = s.carryOut(d.journal, Ask)
	}
	if err != nil {
		return s.giveUp(d.journal, err)
	}
	// It is done. What cannot be cleared away now harms nobody, and the next
	// command clears it away.
	_ = s.clear(d.ID)
	return nil
}

// prepare does all that can fail for want of anything.
func (s *Store) prepare(ctx context.Context, d *draft) error {
	if err := s.stage(ctx, d); err != nil {
		return err
	}
	for _, e := range d.Files { // no target may have moved since it was read
		if s.now(e.Target, e.Mode) != e.Old {
			return problem.New(Stale, problem.Place{File: e.Path})
		}
	}
	return ctx.Err()
}

// giveUp turns a decided write round that cannot be carried out. err is why.
func (s *Store) giveUp(j *journal, err error) error {
	if v := s.survey(j); len(v.over) > 0 { // going back would not be all old any more
		if _, derr := s.direction(j, Ask); derr != nil {
			return derr
		}
		return unsettled(err)
	}
	if berr := s.takeBack(j); berr != nil {
		return unsettled(also(err, berr))
	}
	_ = s.forgetJournal(j) // all is old; the next command comes here again
	return err
}

func unsettled(err error) error {
	return problem.New(Unsettled, problem.Place{}, "reason", reason(err)).Because(err).Type("hoist", "recover")
}

// stager collects what was made, to sync it.
type stager struct {
	*Store
	files, dirs []string
}

// stage puts everything that will be needed on the disk, durably.
func (s *Store) stage(ctx context.Context, d *draft) error {
	st := &stager{Store: s, dirs: []string{s.tx(d.ID), s.o.State}}
	if err := s.sys.Mkdir(s.tx(d.ID), 0o700); err != nil {
		return failed(s.tx(d.ID), err)
	}
	if err := st.makePlaces(d); err != nil {
		return err
	}
	for i := range d.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := st.bytes(d, i); err != nil {
			return failed(d.Files[i].Path, err)
		}
	}
	if err := st.journals(*d.journal); err != nil {
		return err
	}
	slices.Sort(st.dirs)
	return failed(s.tx(d.ID), s.sys.Sync(append(st.files, slices.Compact(st.dirs)...)...))
}

// makePlaces makes directories in the tree, after it is written down which.
func (s *stager) makePlaces(d *draft) error {
	if d.places.none() {
		return nil
	}
	b, err := json.Marshal(d.places)
	if err != nil {
		return err
	}
	list := s.in(d.ID, placesName)
	if err := s.sys.Create(list, b, Attr{Mode: 0o600}); err != nil {
		return failed(list, err)
	}
	if err := s.sys.Sync(append([]string{list}, s.dirs...)...); err != nil {
		return failed(list, err)
	}
	for _, dir := range d.places.Dirs {
		if err := s.mkdir(dir, 0o777); err != nil {
			return err
		}
	}
	for _, nest := range d.places.Nests {
		if err := s.mkdir(nest, 0o700); err != nil {
			return err
		}
		ignore := filepath.Join(s.abs(nest), ".gitignore")
		if err := s.sys.Create(ignore, []byte("*\n"), Attr{Mode: 0o600}); err != nil {
			return failed(ignore, err)
		}
	}
	return nil
}

func (s *stager) mkdir(dir string, mode fs.FileMode) error {
	if err := s.sys.Mkdir(s.abs(dir), mode); err != nil {
		return failed(dir, err)
	}
	s.dirs = append(s.dirs, s.abs(dir), s.abs(path.Dir(dir)))
	return nil
}

// bytes stages the bytes of the i-th entry: where they can be renamed to the
// target, and the old ones also where undo finds them.
func (s *stager) bytes(d *draft, i int) error {
	w, like := d.data[i], d.likes[i]
	if w.New != nil {
		staged := s.waits(d.journal, i, newBytes)
		if err := s.create(staged, w.New, Attr{Mode: w.Mode, Like: like}); err != nil {
			return err
		}
		st, err := os.Lstat(staged)
		if err != nil {
			return err
		}
		d.Files[i].Mode = st.Mode().Perm()
	}
	if w.Old == nil {
		return nil
	}
	if err := s.create(s.kept(d.journal, i), w.Old, Attr{Like: like}); err != nil || d.Files[i].Nest == "" {
		return err
	}
	return s.create(s.waits(d.journal, i, oldBytes), w.Old, Attr{Like: like})
}

func (s *stager) create(name string, data []byte, as Attr) error {
	s.files = append(s.files, name)
	return s.sys.Create(name, data, as)
}

func (s *stager) journals(j journal) error {
	for _, name := range []string{forwardName, backName} {
		j.Back = name == backName
		b, err := json.MarshalIndent(j, "", " ")
		if err != nil {
			return err
		}
		if err := s.create(s.in(j.ID, name), b, Attr{Mode: 0o600}); err != nil {
			return failed(s.in(j.ID, name), err)
		}
	}
	return nil
}

// carryOut moves every file forward and turns the journal into the record. A
// file that somebody changed before its turn ends it, unless a person said
// Finish.
func (s *Store) carryOut(j *journal, c Choice) error {
	step := s.forward
	if c == Finish {
		step = s.forwardOrLeave
	}
	if err := s.move(j, step); err != nil {
		return err
	}
	final := recordName
	if len(j.Undoes) > 0 {
		final = undoneName
	}
	err := s.sys.Rename(s.journalPath(), s.in(j.ID, final))
	if err != nil && (there(s.journalPath()) || !there(s.in(j.ID, final))) {
		return failed(s.in(j.ID, final), err)
	}
	// If this does not last, the journal is found again, and this done again.
	_ = s.sys.Sync(s.tx(j.ID), s.o.State)
	return nil
}

// move takes a step with every entry and syncs the directories that files were
// renamed from and to.
func (s *Store) move(j *journal, step func(*journal, int) error) error {
	var dirs []string
	for i, e := range j.Files {
		if err := step(j, i); err != nil {
			return failed(e.Path, err)
		}
		for _, dir := range []string{s.abs(path.Dir(e.Target)), filepath.Dir(s.waits(j, i, newBytes))} {
			if there(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	slices.Sort(dirs)
	return failed(s.root, s.sys.Sync(slices.Compact(dirs)...))
}

// errTampered says that staged bytes are not what was staged.
var errTampered = errors.New("the staged bytes have changed")

// forward puts the i-th file in place, or removes it, unless that was done.
func (s *Store) forward(j *journal, i int) error {
	e := j.Files[i]
	now := s.now(e.Target, e.Mode)
	switch {
	case s.done(j, i) || now == e.New:
		return nil
	case now != e.Old:
		return problem.New(Stale, problem.Place{File: e.Path})
	case e.New == "":
		return s.sys.Rename(s.abs(e.Target), s.waits(j, i, outBytes))
	}
	staged := s.waits(j, i, newBytes)
	if sum(staged) != e.New {
		return errTampered
	}
	return s.sys.Rename(staged, s.abs(e.Target))
}

// forwardOrLeave leaves what somebody changed.
func (s *Store) forwardOrLeave(j *journal, i int) error {
	if e := j.Files[i]; s.now(e.Target, e.Mode) != e.Old {
		return nil
	}
	return s.forward(j, i)
}

// backward takes the i-th file back, unless we did not move it or somebody else
// changed it since.
func (s *Store) backward(j *journal, i int) error {
	e := j.Files[i]
	if !s.done(j, i) || s.now(e.Target, e.Mode) != e.New {
		return nil
	}
	switch {
	case e.Old == "":
		return s.sys.Rename(s.abs(e.Target), s.waits(j, i, newBytes))
	case e.New == "":
		return s.sys.Rename(s.waits(j, i, outBytes), s.abs(e.Target))
	}
	staged := s.waits(j, i, oldBytes)
	switch sum(staged) {
	case e.Old:
		return s.sys.Rename(staged, s.abs(e.Target))
	case "":
		return nil // it was back already; the new bytes are somebody else's
	}
	return errTampered
}

// takeBack remembers first that the way is back, then moves every file back.
func (s *Store) takeBack(j *journal) error {
	if !j.Back {
		back := s.in(j.ID, backName)
		if err := s.sys.Rename(back, s.journalPath()); err != nil && there(back) {
			return failed(s.journalPath(), err)
		}
		j.Back = true
		if err := s.sys.Sync(s.o.State); err != nil {
			return failed(s.o.State, err)
		}
	}
	return s.move(j, s.backward)
}

// forgetJournal ends the way back.
func (s *Store) forgetJournal(j *journal) error {
	if err := s.sys.Remove(s.journalPath()); err != nil {
		return failed(s.journalPath(), err)
	}
	if err := s.sys.Sync(s.o.State); err != nil {
		return failed(s.o.State, err)
	}
	return s.drop(j.ID)
}
