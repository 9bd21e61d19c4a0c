package workspace

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/yamlfile"
)

// ReplayConflict says that a commit does not do the same on what somebody else
// pushed. why: moved (the key was changed there), there (it is so already, and
// others are not), plan (the plan made again gives other changes), gone (the
// file), broken (hoist.yaml or a file there cannot be read).
var ReplayConflict = problem.Code{Name: "replay-conflict", Class: problem.Refused} // why, path, remote, branch

// replaying makes hoist's commits again on another base, with plumbing: neither
// the work tree nor the index nor a branch is touched.
type replaying struct {
	*pushing
	view *gitrepo.Revision // the base, with what was made again so far
	tip  string
}

// run gives the last of the new commits. Where the base has it all already that
// is the base.
func (r *replaying) run(ctx context.Context) (string, error) {
	base, err := r.w.repo.Revision(ctx, r.expected)
	if err != nil {
		return "", err
	}
	r.view, r.tip = base, r.expected
	for _, commits := range r.groups() {
		if commits == nil {
			err = problem.New(ForeignBehind, problem.Place{}, "remote", r.to.Name, "branch", r.to.Branch()).Type("git", "pull", "--rebase", "--autostash")
			break
		}
		if err = r.group(ctx, commits); err != nil {
			break
		}
	}
	return r.tip, errors.Join(err, base.Close())
}

// groups are the commits to make again, those that were made together
// together; nil for what hoist did not make.
func (r *replaying) groups() (out [][]gitrepo.Commit) {
	last := -1
	for _, c := range r.commits {
		at, _, ours := r.ours.find(c)
		switch {
		case !ours:
			return [][]gitrepo.Commit{nil}
		case at == last:
			out[len(out)-1] = append(out[len(out)-1], c)
		default:
			out, last = append(out, []gitrepo.Commit{c}), at
		}
	}
	return out
}

// again is one file of a group: as it was and became here, and as it is there.
type again struct {
	groupFile
	base, edited, now gitrepo.Entry
	carry             toCarry
	source            []byte // there, now
	planned           bool   // a plan is about it
}

// group makes the commits of one group again.
func (r *replaying) group(ctx context.Context, commits []gitrepo.Commit) error {
	at, _, _ := r.ours.find(commits[0])
	files, err := r.files(ctx, commits)
	if err != nil {
		return err
	}
	before := r.view
	if there, err := r.there(files); err != nil || there {
		return err
	}
	if err := r.plans(ctx, r.ours[at].Applies, files); err != nil {
		return err
	}
	if err := r.carry(ctx, files); err != nil {
		return err
	}
	become := map[string]gitrepo.Entry{}
	for _, f := range files {
		if become[f.Name], err = r.become(f); err != nil {
			return err
		}
	}
	r.view = before.With(become)
	for _, c := range commits {
		if err := r.commit(ctx, c, become); err != nil {
			return err
		}
	}
	return nil
}

// commit makes one commit again.
func (r *replaying) commit(ctx context.Context, c gitrepo.Commit, become map[string]gitrepo.Entry) error {
	at, i, _ := r.ours.find(c)
	mine := map[string]gitrepo.Entry{}
	for _, f := range r.ours[at].Commits[i].Files {
		mine[f.Name] = become[f.Name]
	}
	tree, err := r.w.repo.TreeWith(ctx, r.tip, mine)
	if err != nil {
		return err
	}
	r.tip, err = r.w.repo.CommitLike(ctx, c.ID, tree, r.tip, r.req.Terminal)
	r.pushing.again[c.ID] = r.tip
	return err
}

// files are the files of commits, before the first and after the last of them,
// and on the new base.
func (r *replaying) files(ctx context.Context, commits []gitrepo.Commit) (out []*again, err error) {
	var names []string
	for _, c := range commits {
		at, i, _ := r.ours.find(c)
		for _, f := range r.ours[at].Commits[i].Files {
			out = append(out, &again{groupFile: f})
			names = append(names, f.Name)
		}
	}
	base, err := r.w.repo.Entries(ctx, commits[0].Parents[0], names)
	if err != nil {
		return nil, err
	}
	edited, err := r.w.repo.Entries(ctx, commits[len(commits)-1].ID, names)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, f := range out {
		f.base, f.edited = base[f.Name], edited[f.Name]
		ids = append(ids, f.base.ID, f.edited.ID)
	}
	blobs, err := r.w.repo.Blobs(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, f := range out {
		e, ok := r.view.Entry(f.Name)
		if !ok {
			return nil, r.conflict("gone", problem.Place{File: f.Path}, nil)
		}
		f.now = e
		if f.source, err = r.view.ReadFile(f.Name); err != nil {
			return nil, err
		}
		if f.carry, err = r.w.toCarry(f.fileOf(), step{blobs[f.base.ID], blobs[f.edited.ID]}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *replaying) conflict(why string, place problem.Place, path *keypath.Path) *problem.Problem {
	name := ""
	if path != nil {
		name = shownPath(*path)
	}
	p := problem.New(ReplayConflict, place, "why", why, "path", name, "remote", r.to.Name, "branch", r.to.Branch())
	if r.made == nil { // the commits were there before
		return p.Type("git", "reset", "--keep", r.to.Name+"/"+r.to.Branch())
	}
	return p.Type("hoist", "undo")
}

// there reports whether the base has all of the changes already. It is a
// conflict where it has some of them, or where a key was changed there.
func (r *replaying) there(files []*again) (bool, error) {
	all, any := true, problem.List{}
	for _, f := range files {
		now, err := yamlfile.Parse(f.Path, f.source)
		if err != nil {
			return false, r.conflict("broken", problem.Place{File: f.Path}, nil).Because(err)
		}
		t := promotion.TakingBack(f.carry.changes, f.carry.edited, f.carry.base, now)
		for _, p := range t.Moved {
			return false, r.conflict("moved", placeAt(now, p), &p)
		}
		for _, p := range t.Back {
			any = append(any, r.conflict("there", placeAt(now, p), &p))
		}
		all = all && len(t.Ops) == 0
	}
	if all || len(any) == 0 {
		return all, nil
	}
	return false, any[0]
}

func placeAt(f *yamlfile.File, p keypath.Path) problem.Place {
	if n, ok := f.Lookup(p); ok && n.Valid() {
		return n.Place()
	}
	return problem.Place{File: f.Name()}
}

// plans makes the plans of a group again on the base, one on top of the other.
func (r *replaying) plans(ctx context.Context, applies []groupApply, files []*again) error {
	for _, a := range applies {
		if len(a.Choice) == 0 || string(a.Choice) == "null" {
			continue
		}
		for _, f := range files {
			f.planned = f.planned || slices.Contains(a.Paths, f.Path)
		}
		if err := r.plan(ctx, a.Choice, files); err != nil {
			return err
		}
	}
	return nil
}

func (r *replaying) plan(ctx context.Context, choice []byte, files []*again) error {
	saved, err := plan.Decode("", bytes.NewReader(choice))
	if err != nil {
		return err
	}
	there, err := r.w.at(revision{r.view})
	if err != nil {
		return r.conflict("broken", problem.Place{File: r.w.file}, nil).Because(err)
	}
	req := there.requestOf(saved)
	req.Choice.Set = supplied(req.Choice.Set, files)
	p, err := there.Plan(ctx, req, nil)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return r.conflict("plan", problem.Place{}, nil).Because(err)
	}
	texts := map[string][]byte{}
	for _, f := range p.Files {
		i := slices.IndexFunc(files, func(a *again) bool { return a.Path == f.Path })
		if i < 0 {
			return r.conflict("plan", placeAt(f.Before, f.Changes[0].Path), &f.Changes[0].Path)
		}
		texts[files[i].Name] = []byte(f.After.Source())
	}
	return r.put(ctx, texts)
}

// put makes files of the view have other texts.
func (r *replaying) put(ctx context.Context, texts map[string][]byte) error {
	ids, err := r.w.repo.StoreBlobs(ctx, texts)
	if err != nil {
		return err
	}
	become := map[string]gitrepo.Entry{}
	for name, id := range ids {
		e, _ := r.view.Entry(name)
		become[name] = gitrepo.Entry{Mode: e.Mode, ID: id}
	}
	r.view = r.view.With(become)
	return nil
}

// supplied are the values that a person gave, as the commit has them: they are
// not remembered, for they may be secrets.
func supplied(set []plan.Supplied, files []*again) []plan.Supplied {
	out := slices.Clone(set)
	for i, s := range out {
		for _, f := range files {
			if f.Environment != s.Environment || f.Service != s.Service {
				continue
			}
			p, err := keypath.Parse(s.Path)
			if n, ok := f.carry.edited.Lookup(p); err == nil && ok && n.Valid() && n.Leaf() {
				out[i].Value, out[i].Text = n.Value(), ""
			}
		}
	}
	return out
}

// carry makes the same edits where no plan is about a file: a rule, a promotion
// that was taken back.
func (r *replaying) carry(ctx context.Context, files []*again) error {
	texts := map[string][]byte{}
	for _, f := range files {
		if f.planned {
			continue
		}
		var err error
		if texts[f.Name], err = f.carry.onto(f.source, "remote", false); err != nil {
			return err
		}
	}
	return r.put(ctx, texts)
}

// become is what a file becomes on the base, which must be the same changes.
func (r *replaying) become(f *again) (e gitrepo.Entry, err error) {
	e, _ = r.view.Entry(f.Name)
	after, err := r.view.ReadFile(f.Name)
	if err == nil {
		err = r.same(f, after)
	}
	if f.now.ID == f.base.ID { // the same edits on the same bytes
		e.ID = f.edited.ID
	}
	return e, err
}

// same sees to it that exactly the commit's changes were made: the same keys,
// from the same values, to the same values.
func (r *replaying) same(f *again, after []byte) error {
	now, err := yamlfile.Parse(f.Path, f.source)
	if err != nil {
		return err
	}
	is, err := yamlfile.Parse(f.Path, after)
	if err != nil {
		return err
	}
	for _, p := range f.carry.undone(is) {
		return r.conflict("plan", placeAt(now, p), &p)
	}
	made := promotion.Between(is, now, r.w.identityOf(f.Service, f.Path, now, is))
	for _, c := range made {
		if !slices.Contains(f.carry.changes, c) {
			return r.conflict("plan", placeAt(is, c.Path), &c.Path)
		}
	}
	if len(made) != len(f.carry.changes) {
		return r.conflict("plan", problem.Place{File: f.Path}, nil)
	}
	return nil
}
