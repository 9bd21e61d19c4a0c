package gitrepo

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// What keeps commits from being made. Then everything is as it was.
var (
	NoCommits     = problem.Code{Name: "no-commits", Class: problem.Refused}          // the branch has no commit yet
	Underway      = problem.Code{Name: "git-underway", Class: problem.Refused}        // what: merge, rebase, cherry-pick, revert, patch, sequence
	HeadMoved     = problem.Code{Name: "head-moved", Class: problem.Refused}          // somebody else committed meanwhile
	BranchExists  = problem.Code{Name: "branch-exists", Class: problem.Refused}       // branch
	BadBranchName = problem.Code{Name: "bad-branch-name", Class: problem.Wrong}       // branch
	HookChanged   = problem.Code{Name: "hook-changed-commit", Class: problem.Refused} // files
	GitAtWork     = problem.Code{Name: "git-at-work", Class: problem.Refused}         // pid: of a git commit whose hoist was killed
	CommitFailed  = problem.Code{Name: "commit-failed", Class: problem.Outside}       // output: of git and the hooks, "" where the terminal has it
)

// Draft is one commit to make.
type Draft struct {
	Files   map[string]Entry // what it changes, by path below the top
	Message string
}

// CommitRequest says what to commit.
type CommitRequest struct {
	Base   string  // the commit that HEAD must be at
	Drafts []Draft // one commit each, in order; each changes something
	// Index is what the index is to have afterwards at some paths. All else that
	// is staged stays.
	Index map[string]Restage
	// Begin, where it is not nil, is told the trees of the commits before anything
	// is committed: they can be known again by these if this process is killed.
	Begin    func(trees []string) error
	Branch   string // a branch to make and to be on; "": where HEAD is
	Edit     bool   // the messages go through the user's editor
	Terminal *Terminal
}

// Made is what Commit made.
type Made struct {
	IDs  []string // the commits, oldest first
	Said string   // what hooks said, where there was no terminal to say it to

	journal journal
}

// journal is what whoever comes next needs to know if this process is killed.
type journal struct {
	Ref    string             `json:"ref"` // that moves
	Base   string             `json:"base"`
	Trees  []string           `json:"trees"`            // of the commits to be made
	Branch string             `json:"branch,omitempty"` // that is made
	Was    string             `json:"was,omitempty"`    // with Branch: the branch's ref or the commit that HEAD was at
	Index  map[string]Restage `json:"index,omitempty"`
	Follow string             `json:"follow,omitempty"` // the commit that Follow brings the branch to; then there is nothing to be made
	Lock   string             `json:"lock"`             // digest of our index.lock
	Git    int                `json:"git,omitempty"`    // the process of git commit, which may outlive ours
}

func (r *Repo) journalPath() string { return filepath.Join(r.State(), "committing.json") }

// Commit makes commits with `git commit`, so that hooks, signing and settings are
// the user's: all of them or none. The hooks see what they see in any commit of
// some paths (git commit --only): an index with HEAD and the changes, and the
// work tree as it is. Whoever calls it holds hoist's lock.
func (r *Repo) Commit(ctx context.Context, req CommitRequest) (*Made, error) {
	head, err := r.mayCommit(ctx, req)
	if err != nil {
		return nil, err
	}
	m := &Made{journal: journal{Ref: head.Ref(), Base: req.Base, Index: req.Index}}
	if req.Branch != "" && req.Branch != head.Branch {
		m.journal.Branch, m.journal.Ref = req.Branch, "refs/heads/"+req.Branch
		if m.journal.Was = head.Ref(); head.Branch == "" {
			m.journal.Was = head.ID
		}
	}
	err = r.scratch("commit", func(index string) error { return r.commit(ctx, req, m, index) })
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (r *Repo) commit(ctx context.Context, req CommitRequest, m *Made, index string) error {
	base := req.Base
	for _, d := range req.Drafts {
		tree, err := r.treeIn(ctx, index, base, d.Files)
		if err != nil {
			return err
		}
		m.journal.Trees = append(m.journal.Trees, tree)
		base = tree
	}
	if req.Begin != nil {
		if err := req.Begin(m.journal.Trees); err != nil {
			return err
		}
	}
	lock, err := r.begin(ctx, m)
	if err != nil {
		return err
	}
	if err = r.commitAll(ctx, req, m, index); err == nil {
		return errors.Join(lock.take(), r.end())
	}
	after := context.WithoutCancel(ctx) // what was begun is brought to an end
	changed := errors.Is(err, &problem.Problem{Code: HookChanged})
	terr := r.takeBack(after, m.journal, changed)
	if moved := (&problem.Problem{Code: HeadMoved}); errors.Is(terr, moved) {
		return errors.Join(err, lock.leave(), r.keep(after, req, m.journal), r.end())
	}
	return errors.Join(err, terr, lock.leave(), r.end())
}

// keep brings the index up to date with what cannot be taken back, because
// somebody else's is on top.
func (r *Repo) keep(ctx context.Context, req CommitRequest, j journal) error {
	f, err := r.stand(ctx, j)
	changes := map[string]Restage{}
	for _, d := range req.Drafts[:len(f.made)] {
		for name := range d.Files {
			if c, ok := j.Index[name]; ok {
				changes[name] = c
			}
		}
	}
	return errors.Join(err, r.putIndex(ctx, changes))
}

// mayCommit looks whether a commit may be made at all.
func (r *Repo) mayCommit(ctx context.Context, req CommitRequest) (Head, error) {
	head, err := r.Head(ctx)
	switch {
	case err != nil:
		return head, err
	case head.ID == "":
		return head, problem.New(NoCommits, problem.Place{}, "branch", head.Branch)
	case head.ID != req.Base:
		return head, problem.New(HeadMoved, problem.Place{})
	}
	if what := r.underway(); what != "" {
		return head, problem.New(Underway, problem.Place{}, "what", what).Type("git", "status")
	}
	if req.Branch == "" || req.Branch == head.Branch {
		return head, nil
	}
	return head, r.free(ctx, req.Branch)
}

// underway is what the user is in the middle of (git-status(1)): what is
// committed then is part of it.
func (r *Repo) underway() string {
	for _, x := range [][2]string{{"MERGE_HEAD", "merge"}, {"rebase-merge", "rebase"}, {"rebase-apply/applying", "patch"}, {"rebase-apply", "rebase"},
		{"CHERRY_PICK_HEAD", "cherry-pick"}, {"REVERT_HEAD", "revert"}, {"sequencer", "sequence"}} {
		if _, err := os.Lstat(filepath.Join(r.gitDir, filepath.FromSlash(x[0]))); err == nil {
			return x[1]
		}
	}
	return ""
}

// lockTries is how often the index may move while its next state is prepared.
const lockTries = 5

// begin takes git's lock on the index, says in the journal what is about to be
// done, and makes the branch.
func (r *Repo) begin(ctx context.Context, m *Made) (*indexLock, error) {
	lock, err := r.holdIndex(ctx, &m.journal, m.journal.Index)
	if err != nil {
		return nil, err
	}
	if err := r.makeBranch(ctx, m.journal); err != nil {
		return nil, errors.Join(err, r.unmakeBranch(context.WithoutCancel(ctx), m.journal), lock.leave(), r.end())
	}
	return lock, nil
}

// holdIndex prepares the index, writes the journal and takes the lock.
func (r *Repo) holdIndex(ctx context.Context, j *journal, changes map[string]Restage) (*indexLock, error) {
	for range lockTries {
		lock, err := r.draftIndex(ctx, changes)
		if err != nil {
			return nil, err
		}
		j.Lock = lock.sum
		if err := r.writeJournal(*j); err != nil {
			return nil, err
		}
		held, err := lock.hold(ctx)
		if err != nil {
			return nil, errors.Join(err, lock.forgetDraft(), r.end())
		}
		if held {
			return lock, nil
		}
	}
	return nil, errors.Join(problem.New(HeadMoved, problem.Place{}), r.end())
}

// writeJournal says durably what is about to be done.
func (r *Repo) writeJournal(j journal) error {
	data, err := json.Marshal(j)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.State(), 0o700); err != nil {
		return stateFailed(r.State(), err)
	}
	draft := r.journalPath() + ".new"
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.Write(data)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(draft, r.journalPath())
	}
	if err != nil {
		return stateFailed(draft, err)
	}
	return nil
}

// end removes the journal: there is nothing to settle any more.
func (r *Repo) end() error {
	if err := os.Remove(r.journalPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return stateFailed(r.journalPath(), err)
	}
	return nil
}

func (r *Repo) makeBranch(ctx context.Context, j journal) error {
	if j.Branch == "" {
		return nil
	}
	if _, err := r.run(ctx, "update-ref", "-m", "branch: Created by hoist", j.Ref, j.Base, ""); err != nil {
		return err
	}
	_, err := r.run(ctx, "symbolic-ref", "-m", "checkout: moving to "+j.Branch, "HEAD", j.Ref)
	return err
}

// unmakeBranch brings HEAD back and removes the branch, if both are as they were
// made.
func (r *Repo) unmakeBranch(ctx context.Context, j journal) error {
	if j.Branch == "" {
		return nil
	}
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	if head.Branch == j.Branch {
		why := "checkout: moving back from " + j.Branch
		if strings.HasPrefix(j.Was, "refs/") {
			_, err = r.run(ctx, "symbolic-ref", "-m", why, "HEAD", j.Was)
		} else {
			_, err = r.run(ctx, "update-ref", "--no-deref", "-m", why, "HEAD", j.Was)
		}
		if err != nil {
			return err
		}
	}
	if id, err := r.refID(ctx, j.Ref); err != nil || id != j.Base {
		return err
	}
	_, err = r.run(ctx, "update-ref", "-d", j.Ref, j.Base)
	return err
}

// commitAll makes the commits one after the other.
func (r *Repo) commitAll(ctx context.Context, req CommitRequest, m *Made, index string) error {
	kept, err := r.keepMessages()
	if err != nil {
		return err
	}
	for i, d := range req.Drafts {
		if err = r.commitOne(ctx, req, m, index, i, d.Message); err != nil {
			break
		}
	}
	return errors.Join(err, kept.putBack())
}

// commitOne runs git commit for the draft at i and looks at what it made.
func (r *Repo) commitOne(ctx context.Context, req CommitRequest, m *Made, index string, i int, message string) error {
	if err := r.likeReal(ctx, index, m.journal.Trees[i]); err != nil {
		return err
	}
	file := filepath.Join(filepath.Dir(index), "message")
	if err := os.WriteFile(file, []byte(message), 0o600); err != nil {
		return stateFailed(file, err)
	}
	args := []string{"commit", "--quiet", "--file=" + file}
	if req.Edit {
		args = append(args, "--edit")
	}
	said, err := r.talk(ctx, call{args: args, env: withIndex(index), hooks: true, terminal: req.Terminal, editor: req.Terminal != nil, started: func(pid int) error {
		m.journal.Git = pid
		return r.writeJournal(m.journal)
	}})
	m.Said = strings.TrimSpace(m.Said + "\n" + said)
	if err != nil {
		return err
	}
	return r.look(context.WithoutCancel(ctx), m, i)
}

// likeReal makes index one of a tree, with what the real one knows of the work
// tree: what is not checked out (a sparse checkout) does not look deleted then,
// and nothing need be read to see what is unchanged.
func (r *Repo) likeReal(ctx context.Context, index, tree string) error {
	data, err := os.ReadFile(filepath.Join(r.gitDir, "index"))
	if err == nil {
		err = os.WriteFile(index, data, 0o600)
	}
	if err != nil {
		return stateFailed(index, err)
	}
	_, err = r.do(ctx, call{args: []string{"read-tree", "--reset", "-i", tree}, env: withIndex(index)})
	return err
}

// look sees to it that the commit at i is what it should be, on what it should
// be.
func (r *Repo) look(ctx context.Context, m *Made, i int) error {
	f, err := r.stand(ctx, m.journal)
	if err != nil {
		return err
	}
	if len(f.made) == i+1 && (f.clear() || i+1 == len(m.journal.Trees)) {
		m.IDs = f.made
		return nil
	}
	if len(f.made) > i || f.changed == "" {
		return problem.New(HeadMoved, problem.Place{})
	}
	files, err := r.Changed(ctx, m.journal.Trees[i], f.changed)
	if err != nil {
		return err
	}
	return problem.New(HookChanged, problem.Place{}, "files", strings.Join(files, ", "))
}

// talk runs git commit; what the hooks said is given back, or is in the problem.
func (r *Repo) talk(ctx context.Context, c call) (said string, err error) {
	c.said = &said
	_, err = r.do(ctx, c)
	if p := problem.All(err); len(p) == 1 && p[0].Code == Failed {
		return "", problem.New(CommitFailed, problem.Place{}, "output", said).Because(err)
	}
	return said, err
}

// takeBack moves the reference back over what was made, and only that. The
// problem is HeadMoved, and nothing is touched, where something of somebody else
// is on top. changed: the commit that is none of those that were to be made is
// ours all the same, changed by a hook.
func (r *Repo) takeBack(ctx context.Context, j journal, changed bool) error {
	f, err := r.stand(ctx, j)
	if err != nil {
		return err
	}
	if changed && f.changed != "" {
		f.back = j.Base
	}
	if f.back == "" {
		return problem.New(HeadMoved, problem.Place{})
	}
	if f.back != f.at {
		if _, err := r.run(ctx, "update-ref", "-m", "hoist: taken back", j.Ref, f.back, f.at); err != nil {
			return err
		}
	}
	return r.unmakeBranch(ctx, j)
}

// reversed is the index as it was before.
func reversed(index map[string]Restage) map[string]Restage {
	back := map[string]Restage{}
	for name, c := range index {
		back[name] = Restage{Was: c.Is, Is: c.Was}
	}
	return back
}

// TakeBack undoes what Commit made: the branch, HEAD and the index are as they
// were before. The problem is HeadMoved, and nothing is touched, where somebody
// committed on top of it.
func (r *Repo) TakeBack(ctx context.Context, m *Made) error {
	lock, err := r.holdIndex(ctx, &m.journal, reversed(m.journal.Index))
	if err != nil {
		return err
	}
	if err := r.takeBack(ctx, m.journal, false); err != nil {
		return errors.Join(err, lock.leave(), r.end())
	}
	return errors.Join(lock.take(), r.end())
}

// Settle brings what a killed Commit left to an end: all of its commits, or
// none. Whoever calls it holds hoist's lock. Where another git is at work it is
// left for the next time.
func (r *Repo) Settle(ctx context.Context) error {
	data, err := os.ReadFile(r.journalPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var j journal
	if err == nil {
		err = json.Unmarshal(data, &j)
	}
	if err != nil {
		return stateFailed(r.journalPath(), err)
	}
	if err := r.await(ctx, j.Git); err != nil {
		return err
	}
	if err := r.sweep(j.Lock); err != nil {
		return err
	}
	if j.Follow != "" {
		return errors.Join(r.followAgain(ctx, j), r.end())
	}
	f, err := r.stand(ctx, j)
	if err != nil {
		return err
	}
	if len(f.made) < len(j.Trees) {
		j.Index = reversed(j.Index)
		if err := r.takeBack(ctx, j, false); err != nil && !errors.Is(err, &problem.Problem{Code: HeadMoved}) {
			return err
		}
	}
	err = r.putIndex(ctx, j.Index)
	if errors.Is(err, &problem.Problem{Code: IndexLocked}) {
		return nil
	}
	return errors.Join(err, r.end())
}

// await waits for a git commit that outlived its hoist: its hooks may run on, and
// it reads its index again after them.
func (r *Repo) await(ctx context.Context, pid int) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for pid > 0 && running(pid) {
		select {
		case <-ctx.Done():
			return problem.New(GitAtWork, problem.Place{}, "pid", strconv.Itoa(pid))
		case <-time.After(lockPause):
		}
	}
	return nil
}

// putIndex makes changes in the index, unless somebody made others there.
func (r *Repo) putIndex(ctx context.Context, changes map[string]Restage) error {
	for range lockTries {
		lock, err := r.draftIndex(ctx, changes)
		if errors.Is(err, &problem.Problem{Code: IndexMoved}) {
			return nil
		}
		if err != nil {
			return err
		}
		if held, err := lock.hold(ctx); err != nil {
			return errors.Join(err, lock.forgetDraft())
		} else if held {
			return lock.take()
		}
	}
	return nil
}

// sweep removes what a killed process of ours left besides its journal.
func (r *Repo) sweep(lock string) error {
	if err := r.breakLock(lock); err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(r.State(), "index-*-*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return stateFailed(r.State(), err)
	}
	return nil
}

// Unsettled reports whether a killed Commit waits to be settled, or one is under
// way.
func (r *Repo) Unsettled() bool {
	_, err := os.Lstat(r.journalPath())
	return err == nil
}

// stand is where a reference got to from a journal's base.
type stand struct {
	at   string   // the commit it is at
	made []string // of the journal's commits those that stand on the base
	// changed is the commit that is where the next of them should be, and is
	// another; "" where there is none, or more than one.
	changed string
	// back is the commit to which the reference can be taken back: what was made
	// goes, what is somebody else's stays. "" where somebody else's is on top.
	back string
}

// clear reports whether nothing stands on what was made.
func (f stand) clear() bool { return len(f.made) > 0 && f.made[len(f.made)-1] == f.at }

// stand looks at what stands between a journal's base and its reference.
func (r *Repo) stand(ctx context.Context, j journal) (f stand, err error) {
	if f.at, err = r.refID(ctx, j.Ref); err != nil || f.at == "" {
		return f, err
	}
	if ours, err := r.Ancestor(ctx, j.Base, f.at); err != nil || !ours {
		return f, err
	}
	var all []Commit
	for c, err := range r.Log(ctx, LogQuery{From: f.at, Not: []string{j.Base}, FirstParent: true, Reverse: true}) {
		if err != nil {
			return f, err
		}
		all = append(all, c)
	}
	at := j.Base
	for i, c := range all {
		if i >= len(j.Trees) || c.Tree != j.Trees[i] || !slices.Equal(c.Parents, []string{at}) {
			break
		}
		f.made, at = append(f.made, c.ID), c.ID
	}
	switch rest := all[len(f.made):]; {
	case len(rest) == 0:
		f.back = j.Base
	case len(rest) == 1 && slices.Equal(rest[0].Parents, []string{at}) && len(f.made) < len(j.Trees):
		f.changed = rest[0].ID
	case len(f.made) < len(j.Trees) && rest[len(rest)-1].Tree == j.Trees[len(f.made)] && len(rest) > 1:
		f.back = rest[len(rest)-2].ID // made on what somebody else committed meanwhile
	}
	return f, nil
}

// messages are texts that git commit removes, and that belong to something else
// the user prepared (git merge --squash, git cherry-pick --no-commit).
type messages map[string][]byte

func (r *Repo) keepMessages() (messages, error) {
	kept := messages{}
	for _, name := range []string{"SQUASH_MSG", "MERGE_MSG"} {
		path := filepath.Join(r.gitDir, name)
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, stateFailed(path, err)
		}
		kept[path] = data
	}
	return kept, nil
}

func (m messages) putBack() error {
	for path, data := range m {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return stateFailed(path, err)
		}
	}
	return nil
}
