package writeset

import (
	"context"
	"fmt"
	"os"
	"slices"

	"hoist.example/hoist/internal/problem"
)

// Undo puts back what was there before the writes named by ids, all that are
// remembered where none is named, and forgets them: of a file that several of
// them wrote, the oldest bytes. It is a write like any other: all or none, and
// settled if it is killed. It answers what was undone, oldest first; nothing to
// undo is no error.
//
// It is refused where a file is not what was last written to it (FileEdited for
// each), and where a write that is not named came later to the same file
// (LaterWrite). The store must be Exclusive.
func (s *Store) Undo(ctx context.Context, ids ...string) ([]Record, error) {
	all, err := s.Records()
	if err != nil {
		return nil, err
	}
	chosen, err := choose(all, ids)
	if err != nil || len(chosen) == 0 {
		return nil, err
	}
	writes, err := s.reversal(all, chosen)
	if err != nil {
		return nil, err
	}
	seq, err := s.nextSeq()
	if err != nil {
		return nil, err
	}
	d, err := s.newDraft(fmt.Sprintf("undo-%06d", seq), nil, writes)
	if err != nil {
		return nil, err
	}
	for _, r := range chosen {
		d.Undoes = append(d.Undoes, r.ID)
	}
	if err := s.commit(ctx, d); err != nil {
		return nil, err
	}
	return chosen, nil
}

func choose(all []Record, ids []string) ([]Record, error) {
	if len(ids) == 0 {
		return all, nil
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(r Record) bool { return r.ID == id }) {
			return nil, problem.New(NoRecord, problem.Place{}, "id", id)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(r Record) bool { return !slices.Contains(ids, r.ID) }), nil
}

// span is one file from before the oldest of several writes to after the newest.
type span struct {
	RecordFile        // the oldest, with NewSum of the newest
	later      string // a write that came after and is not to be undone
}

// reversal are the writes that undo the chosen records.
func (s *Store) reversal(all, chosen []Record) ([]Write, error) {
	var l problem.List
	var writes []Write
	for _, f := range spans(all, chosen) {
		if f.later != "" {
			l = append(l, problem.New(LaterWrite, problem.Place{File: f.Path}, "id", f.later))
			continue
		}
		if digest(f.Old) == f.NewSum {
			continue // the writes came back to where they began
		}
		w, err := s.reverse(f)
		if err != nil {
			l = append(l, problem.All(err)...)
			continue
		}
		writes = append(writes, w)
	}
	return writes, l.Err()
}

func spans(all, chosen []Record) (out []*span) {
	at := map[string]*span{}
	for _, r := range all {
		named := slices.ContainsFunc(chosen, func(c Record) bool { return c.ID == r.ID })
		for _, f := range r.Files {
			sp := at[f.Target]
			switch {
			case sp == nil && named:
				at[f.Target] = &span{RecordFile: f}
				out = append(out, at[f.Target])
			case sp != nil && named:
				sp.NewSum = f.NewSum
			case sp != nil && sp.later == "":
				sp.later = r.ID
			}
		}
	}
	return out
}

func (s *Store) reverse(f *span) (Write, error) {
	w := Write{Path: f.Target, New: f.Old, Mode: f.Mode}
	now := s.now(f.Target, 0)
	if now != f.NewSum {
		how := "changed"
		switch {
		case now == "":
			how = "removed"
		case f.NewSum == "":
			how = "made"
		}
		return w, problem.New(FileEdited, problem.Place{File: f.Path}, "how", how)
	}
	if now == "" {
		return w, nil
	}
	b, err := os.ReadFile(s.abs(f.Target))
	if err != nil {
		return w, failed(f.Path, err)
	}
	w.Old = append([]byte{}, b...)
	return w, nil
}
