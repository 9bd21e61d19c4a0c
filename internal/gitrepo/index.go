package gitrepo

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

// What keeps the index from being written.
var (
	IndexLocked = problem.Code{Name: "index-locked", Class: problem.Refused} // the place is the lock file
	IndexMoved  = problem.Code{Name: "index-moved", Class: problem.Refused}  // the place is the path
)

// Restage is what the index is to have at a path, and what it must have before.
type Restage struct{ Was, Is Entry }

// indexLock is an index that is to take the place of git's, and git's own lock
// (index.lock), which is that very file: while it is there no other git writes
// the index, and if this process is killed the lock is known by what stands in it.
type indexLock struct {
	index, path, draft string
	old, sum           string // digests of the index it was made from, and of the draft
}

// draftIndex prepares an index with changes, which keep the marks that people
// put on files. The problem is IndexMoved where a path has something else than
// it must.
func (r *Repo) draftIndex(ctx context.Context, changes map[string]Restage) (*indexLock, error) {
	l := &indexLock{index: filepath.Join(r.gitDir, "index"), draft: filepath.Join(r.State(), "index-next")}
	l.path = l.index + ".lock"
	old, err := os.ReadFile(l.index)
	if err != nil {
		return nil, stateFailed(l.index, err)
	}
	st, err := os.Stat(l.index)
	if err == nil {
		err = os.MkdirAll(r.State(), 0o700)
	}
	if err == nil {
		err = os.WriteFile(l.draft, old, 0o600)
	}
	if err != nil {
		return nil, stateFailed(l.draft, err)
	}
	if err := r.restage(ctx, l.draft, changes); err != nil {
		return nil, errors.Join(err, os.Remove(l.draft))
	}
	data, err := os.ReadFile(l.draft)
	if err == nil {
		err = os.Chmod(l.draft, st.Mode().Perm())
	}
	if err != nil {
		return nil, stateFailed(l.draft, err)
	}
	l.old, l.sum = sum(old), sum(data)
	return l, nil
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// How long another git's lock on the index is waited for (programs that watch a
// repository take it often and shortly), and how often it is tried.
const (
	lockPatience = 2 * time.Second
	lockPause    = 20 * time.Millisecond
)

// hold takes git's lock, with the draft in it from the first moment on. ok is
// false where the index moved since the draft was made of it.
func (l *indexLock) hold(ctx context.Context) (ok bool, err error) {
	ctx, stop := context.WithTimeout(ctx, lockPatience)
	defer stop()
	for {
		ok, err = l.try()
		if !errors.Is(err, &problem.Problem{Code: IndexLocked}) {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, err
		case <-time.After(lockPause):
		}
	}
}

func (l *indexLock) try() (ok bool, err error) {
	err = os.Link(l.draft, l.path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = copyNew(l.draft, l.path) // no links on this file system
	}
	if errors.Is(err, fs.ErrExist) {
		return false, problem.New(IndexLocked, problem.Place{File: l.path}).Because(err)
	}
	if err != nil {
		return false, stateFailed(l.path, err)
	}
	now, err := os.ReadFile(l.index)
	if err != nil || sum(now) != l.old {
		return false, errors.Join(err, os.Remove(l.path))
	}
	return true, nil
}

func copyNew(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// restage makes changes in an index.
func (r *Repo) restage(ctx context.Context, index string, changes map[string]Restage) error {
	have, err := r.staged(ctx, index, sortedNames(changes))
	if err != nil {
		return err
	}
	become := map[string]Entry{}
	var skip, assume []string
	for _, name := range sortedNames(changes) {
		c := changes[name]
		switch h := have[name]; {
		case h.Conflict || h.Entry != c.Was && h.Entry != c.Is:
			return problem.New(IndexMoved, problem.Place{File: name})
		case h.Entry == c.Was && c.Was != c.Is:
			become[name] = c.Is
			if h.SkipWorktree {
				skip = append(skip, name)
			}
			if h.AssumeUnchanged {
				assume = append(assume, name)
			}
		}
	}
	return r.putInto(ctx, index, become, skip, assume)
}

func (r *Repo) putInto(ctx context.Context, index string, files map[string]Entry, skip, assume []string) error {
	if len(files) == 0 {
		return nil
	}
	env := withIndex(index)
	if _, err := r.do(ctx, call{args: []string{"update-index", "--add", "-z", "--index-info"}, in: indexInfo(files), env: env}); err != nil {
		return err
	}
	_, err := r.do(ctx, call{args: []string{"update-index", "-q", "--refresh"}, env: env}) // what differs is told by status 1
	if err != nil && exitStatus(err) != 1 {
		return err
	}
	for _, m := range []struct {
		how   string
		names []string
	}{{"--assume-unchanged", assume}, {"--skip-worktree", skip}} {
		if len(m.names) == 0 {
			continue
		}
		in := strings.Join(m.names, "\x00") + "\x00"
		if _, err := r.do(ctx, call{args: []string{"update-index", m.how, "-z", "--stdin"}, in: []byte(in), env: env}); err != nil {
			return err
		}
	}
	return nil
}

// take puts the draft in place and gives the lock back.
func (l *indexLock) take() error {
	if err := os.Rename(l.path, l.index); err != nil {
		return errors.Join(stateFailed(l.index, err), l.leave())
	}
	return l.forgetDraft()
}

// leave gives the lock back and leaves the index as it is.
func (l *indexLock) leave() error {
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return stateFailed(l.path, err)
	}
	return l.forgetDraft()
}

func (l *indexLock) forgetDraft() error {
	if err := os.Remove(l.draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return stateFailed(l.draft, err)
	}
	return nil
}

// breakLock removes an index.lock that a killed process of ours left.
func (r *Repo) breakLock(ours string) error {
	l := &indexLock{path: filepath.Join(r.gitDir, "index.lock"), draft: filepath.Join(r.State(), "index-next")}
	data, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return stateFailed(l.path, err)
	}
	if err != nil || sum(data) != ours {
		return l.forgetDraft() // there is none, or it is somebody else's
	}
	return l.leave()
}
