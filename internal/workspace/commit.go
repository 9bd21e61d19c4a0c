package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/writeset"
	"hoist.example/hoist/internal/yamlfile"
)

// What keeps applied edits from being committed. Then nothing is.
var (
	KeyEdited  = problem.Code{Name: "planned-key-edited", Class: problem.Refused} // path, environment, service
	NotInHead  = problem.Code{Name: "not-in-head", Class: problem.Refused}        // the place is the file
	InConflict = problem.Code{Name: "file-in-conflict", Class: problem.Refused}   // the place is the file
)

// Terminal is where a person sits whom git, its hooks and its helpers may ask.
type Terminal = gitrepo.Terminal

// CommitRequest says how to commit what was applied.
type CommitRequest struct {
	Message  []string // paragraphs in place of the generated subject and body; trailers stay
	Edit     bool     // the message goes through the user's editor; needs a terminal
	Branch   string   // a new branch to commit on
	Push     bool
	PushAll  bool // also commits that hoist did not make
	Terminal *Terminal
	// Request, where it is not nil, asks for a merge or pull request behind the
	// push, which it implies.
	Request *RequestOptions
}

// Commit commits exactly the edits that applies made and that are not committed
// yet, and pushes them where that is asked for: all of it or nothing. What else
// is changed, staged or untracked stays as it is. Nothing to commit is no error.
func (w *Workspace) Commit(ctx context.Context, req CommitRequest, tell progress.Func) (report.Committed, error) {
	var out report.Committed
	err := w.exclusively(ctx, "commit", func(store *writeset.Store) error {
		if err := w.forgetCommitted(ctx, store); err != nil {
			return err
		}
		c := &committing{w: w, req: req, store: store, tell: tell, out: &out}
		return c.run(ctx)
	})
	return out, err
}

// committing is one run of Commit.
type committing struct {
	w     *Workspace
	req   CommitRequest
	store *writeset.Store
	tell  progress.Func
	out   *report.Committed

	head    gitrepo.Head
	records []writeset.Record
	files   []*committed // what is to be committed, in the order of the records
	parts   []parted
	ours    unpushed
	begun   int // 1 where the last of ours is what this run commits
	made    *gitrepo.Made
	review  *reviewing // nil: none is asked for
}

// committed is one file as it is to be committed.
type committed struct {
	*touched
	name  string // below the top, without links
	head  gitrepo.Entry
	is    gitrepo.Entry
	stage *gitrepo.Restage // nil: the index keeps what it has
}

func (c *committing) run(ctx context.Context) (err error) {
	if c.head, err = c.w.repo.Head(ctx); err != nil {
		return err
	}
	if c.records, err = c.store.Records(); err != nil {
		return err
	}
	if err = c.gather(ctx); err != nil {
		return err
	}
	if c.ours, err = c.w.unpushed(); err != nil {
		return err
	}
	if c.req.Request != nil {
		if err = c.prepareReview(ctx); err != nil {
			return err
		}
	}
	var p *pushing
	if c.req.Push {
		if p, err = c.mayPush(ctx); err != nil {
			return err
		}
	}
	if err = c.commit(ctx); err != nil {
		return err
	}
	if p != nil {
		if c.review != nil {
			err = c.describeReview(ctx, p)
		}
		if err == nil {
			err = p.run(ctx)
		}
		if err != nil {
			return c.takeBack(context.WithoutCancel(ctx), c.dropBranch(context.WithoutCancel(ctx), err))
		}
		if c.review != nil {
			c.openReview(ctx)
		}
	}
	if c.made != nil && p == nil {
		_, err := c.w.repo.PushTarget(ctx, c.out.Branch)
		c.out.MayPush = err == nil
	}
	return c.forget(context.WithoutCancel(ctx))
}

// gather finds what is to be committed of each file, and the messages.
func (c *committing) gather(ctx context.Context) error {
	all, err := c.w.waiting(ctx, c.store)
	if err != nil || len(all) == 0 {
		return err
	}
	if c.head.ID == "" {
		return problem.New(gitrepo.NoCommits, problem.Place{}, "branch", c.head.Branch)
	}
	for _, t := range all {
		c.files = append(c.files, &committed{touched: t, name: c.w.realName(t.Path)})
	}
	if err := c.entries(ctx); err != nil {
		return err
	}
	if err := c.unedited(); err != nil {
		return err
	}
	if err := c.keep(ctx); err != nil {
		return err
	}
	c.files = slices.DeleteFunc(c.files, func(f *committed) bool { return f.is == f.head })
	c.parts, err = c.w.messages(c.records, c.touched())
	return err
}

func (c *committing) touched() (out []*touched) {
	for _, f := range c.files {
		out = append(out, f.touched)
	}
	return out
}

// realName is a file below hoist.yaml's directory as git knows it.
func (w *Workspace) realName(name string) string {
	name = w.inRepo(name)
	if real, err := w.src.resolve(name); err == nil {
		return real
	}
	return name
}

// entries looks what HEAD has of the files.
func (c *committing) entries(ctx context.Context) error {
	var names []string
	for _, f := range c.files {
		names = append(names, f.name)
	}
	have, err := c.w.repo.Entries(ctx, c.head.ID, names)
	if err != nil {
		return err
	}
	var l problem.List
	for _, f := range c.files {
		e, ok := have[f.name]
		if !ok || !strings.HasPrefix(e.Mode, "100") {
			l = append(l, problem.New(NotInHead, problem.Place{File: f.Path}).Type("git", "status", "--", f.Path))
		}
		f.head = e
	}
	return l.Err()
}

// unedited refuses where a key that hoist moved was moved on since: which of the
// two is meant only a person knows.
func (c *committing) unedited() error {
	var l problem.List
	for _, f := range c.files {
		src, err := c.w.readIn(c.w.inRepo(f.Path))
		if err == nil && string(src) == string(f.wanted) {
			continue
		}
		if err != nil {
			return unreadable(f.Path, err)
		}
		now, err := yamlfile.Parse(f.Path, src)
		if err != nil {
			return err
		}
		edited, err := c.edited(f, now)
		if err != nil {
			return err
		}
		l = append(l, edited...)
	}
	return l.Sort().Err()
}

func (c *committing) edited(f *committed, now *yamlfile.File) (l problem.List, err error) {
	later := map[string]bool{}
	for _, s := range slices.Backward(f.steps) {
		x, err := c.w.toCarry(f.fileOf(), s)
		if err != nil {
			return nil, err
		}
		for _, p := range x.undone(now) {
			if later[p.String()] {
				continue // a later apply moved it on
			}
			place := problem.Place{File: f.Path}
			if n, ok := now.Lookup(p); ok && n.Valid() {
				place = n.Place()
			}
			l = append(l, problem.New(KeyEdited, place, "path", shownPath(p), "environment", f.Environment, "service", f.Service).Type("hoist", "verify"))
		}
		for _, ch := range x.changes {
			later[ch.Path.String()] = true
		}
	}
	return l, nil
}

// keep keeps the blobs of what is to be committed and of what is to be staged.
func (c *committing) keep(ctx context.Context) error {
	old, wanted := map[string][]byte{}, map[string][]byte{}
	var ids []string
	for _, f := range c.files {
		ids = append(ids, f.head.ID)
		wanted[f.name] = f.wanted
	}
	blobs, err := c.w.repo.Blobs(ctx, ids)
	if err != nil {
		return err
	}
	for _, f := range c.files {
		if string(blobs[f.head.ID]) != string(f.old) {
			old[f.name] = f.old // as a filter leaves it, or changed by somebody
		}
	}
	was, err := c.w.repo.StoreAll(ctx, old)
	if err != nil {
		return err
	}
	is, err := c.w.repo.StoreAll(ctx, wanted)
	if err != nil {
		return err
	}
	for _, f := range c.files {
		f.is = gitrepo.Entry{Mode: f.head.Mode, ID: is[f.name]}
		if id := was[f.name]; len(f.steps) > 1 || id != "" && id != f.head.ID {
			if f.is.ID, err = c.carried(ctx, f, blobs[f.head.ID], "HEAD", true); err != nil {
				return err
			}
		}
	}
	return c.stage(ctx)
}

// carried makes a file's edits in another version of it, and keeps that.
func (c *committing) carried(ctx context.Context, f *committed, version []byte, where string, force bool) (string, error) {
	for _, s := range f.steps {
		x, err := c.w.toCarry(f.fileOf(), s)
		if err != nil {
			return "", err
		}
		if version, err = x.onto(version, where, force); err != nil {
			return "", err
		}
	}
	return c.w.repo.StoreBlob(ctx, version)
}

// stage says what becomes of the files in the index: one that has HEAD's version
// follows; one in which somebody staged something keeps that, with the edits.
func (c *committing) stage(ctx context.Context) error {
	var names []string
	for _, f := range c.files {
		names = append(names, f.name)
	}
	have, err := c.w.repo.Staged(ctx, names)
	if err != nil {
		return err
	}
	for _, f := range c.files {
		s, ok := have[f.name]
		switch {
		case s.Conflict:
			return problem.New(InConflict, problem.Place{File: f.Path}).Type("git", "status")
		case !ok || s.ID == f.is.ID:
			continue // taken out of the index, or staged already
		}
		becomes := f.is.ID
		if s.ID != f.head.ID {
			blobs, err := c.w.repo.Blobs(ctx, []string{s.ID})
			if err != nil {
				return err
			}
			if becomes, err = c.carried(ctx, f, blobs[s.ID], "index", false); err != nil {
				return err
			}
		}
		f.stage = &gitrepo.Restage{Was: s.Entry, Is: gitrepo.Entry{Mode: s.Mode, ID: becomes}}
	}
	return nil
}

// request is the commits to be made.
func (c *committing) request() gitrepo.CommitRequest {
	q := gitrepo.CommitRequest{Base: c.head.ID, Index: map[string]gitrepo.Restage{}, Branch: c.req.Branch, Edit: c.req.Edit, Terminal: c.req.Terminal}
	for i := range c.parts {
		d := gitrepo.Draft{Files: map[string]gitrepo.Entry{}, Message: c.message(c.parts[i].message)}
		for _, f := range c.filesOf(i) {
			d.Files[f.name] = f.is
			if f.stage != nil {
				q.Index[f.name] = *f.stage
			}
		}
		q.Drafts = append(q.Drafts, d)
	}
	return q
}

// filesOf are the files of the commit at i: those of its environments; what is
// of no commit's environments goes into the first.
func (c *committing) filesOf(i int) (out []*committed) {
	for _, f := range c.files {
		at := slices.IndexFunc(c.parts, func(p parted) bool { return slices.Contains(p.environments, f.Environment) })
		if at == i || at < 0 && i == 0 {
			out = append(out, f)
		}
	}
	return out
}

// message is the generated one, or the given text with its trailers.
func (c *committing) message(m promotion.Message) string {
	text := strings.TrimSpace(strings.Join(c.req.Message, "\n\n"))
	if text == "" {
		return m.String()
	}
	trailers := m.Trailers.String()
	if trailers == "" {
		return text + "\n"
	}
	between := "\n\n"
	if promotion.EndsInTrailers(text) {
		between = "\n"
	}
	return text + between + trailers + "\n"
}

// commit makes the commits.
func (c *committing) commit(ctx context.Context) error {
	if len(c.files) == 0 {
		return nil
	}
	if err := c.share(ctx); err != nil {
		return err
	}
	if c.req.Terminal == nil { // else hooks have it
		c.tell.Tell(progress.Event{Stage: progress.Commit, Subject: c.files[0].Path, Done: len(c.files), Total: len(c.files)})
	}
	q := c.request()
	q.Begin = c.begin
	made, err := c.w.repo.Commit(ctx, q)
	if err != nil {
		return errors.Join(err, c.w.keepUnpushed(c.ours[:len(c.ours)-c.begun]))
	}
	c.made = made
	c.out.Said = made.Said
	if c.out.Branch = c.head.Branch; c.req.Branch != "" {
		c.out.Branch = c.req.Branch
	}
	after := context.WithoutCancel(ctx)
	for i, id := range made.IDs {
		commit, err := c.w.repo.Show(after, id)
		if err != nil {
			return err
		}
		x := report.CommittedOne{ID: id, Message: commit.Message, Subject: commit.Subject(), Environments: c.parts[i].environments}
		for _, f := range c.filesOf(i) {
			x.Files = append(x.Files, report.CommittedFile{Path: f.Path, Environment: f.Environment, Service: f.Service, Changes: max(len(f.Changes), 1)})
		}
		c.out.Commits = append(c.out.Commits, x)
	}
	return c.remember(after)
}

// share lets readers in, for a hook may call hoist, and sees to it that nobody undid anything at that
// moment.
func (c *committing) share(ctx context.Context) error {
	if err := c.store.Share(ctx); err != nil {
		return err
	}
	now, err := c.store.Records()
	if err == nil && !slices.EqualFunc(now, c.records, func(a, b writeset.Record) bool { return a.ID == b.ID }) {
		err = problem.New(gitrepo.HeadMoved, problem.Place{})
	}
	return err
}

// begin remembers what is about to be committed, by its trees, until it is
// pushed.
func (c *committing) begin(trees []string) error {
	g := group{}
	for i, tree := range trees {
		x := groupCommit{Tree: tree}
		if i == 0 {
			x.Parent = c.head.ID
		}
		for _, f := range c.filesOf(i) {
			x.Files = append(x.Files, groupFile{Name: f.name, Path: f.Path, Environment: f.Environment, Service: f.Service})
		}
		g.Commits = append(g.Commits, x)
	}
	for _, r := range c.records {
		var a Applied
		if err := json.Unmarshal(r.Note, &a); err != nil {
			return err
		}
		x := groupApply{Choice: a.Choice}
		for _, f := range a.Files {
			x.Paths = append(x.Paths, f.Path)
		}
		g.Applies = append(g.Applies, x)
	}
	c.ours, c.begun = append(c.ours, g), 1
	return c.w.keepUnpushed(c.ours)
}

// remember keeps the commits by their ids.
func (c *committing) remember(ctx context.Context) error {
	var all []gitrepo.Commit
	for _, id := range c.made.IDs {
		x, err := c.w.repo.Show(ctx, id)
		if err != nil {
			return err
		}
		all = append(all, x)
	}
	c.ours.recognise(all)
	return c.w.keepUnpushed(c.ours)
}

// takeBack undoes the commits where pushing them failed, so that nothing was
// done; it gives why they were not pushed.
func (c *committing) takeBack(ctx context.Context, why error) error {
	if c.made == nil || c.out.Push != nil {
		return why
	}
	err := c.w.repo.TakeBack(ctx, c.made)
	if err == nil {
		c.out.Commits, c.out.TakenBack = nil, true
		err = c.w.keepUnpushed(c.ours[:len(c.ours)-1])
	}
	if err == nil {
		return why
	}
	return append(problem.All(why), problem.All(err)...)
}

// forget lets go of the records of what is committed. Where the lock cannot be
// had the next verb does it.
func (c *committing) forget(ctx context.Context) error {
	if len(c.records) == 0 || c.store.Exclude(ctx) != nil {
		return nil
	}
	now, err := c.store.Records()
	if err != nil {
		return err
	}
	var ids []string
	for _, r := range c.records {
		if slices.ContainsFunc(now, func(n writeset.Record) bool { return n.ID == r.ID }) {
			ids = append(ids, r.ID)
		}
	}
	return c.store.Forget(ids...)
}
