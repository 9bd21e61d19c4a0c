package gitrepo

import (
	"context"
	"strings"
)

// Delta is one regular file that two commits have differently; nil bytes where
// it is not there.
type Delta struct {
	Path     string // below the top
	Old, New []byte
}

// Deltas reads what differs between commits, for many pairs of them with one
// process that reads the blobs. Close it.
type Deltas struct {
	ctx   context.Context
	repo  *Repo
	blobs *batch
}

// Deltas begins such a reading.
func (r *Repo) Deltas(ctx context.Context) *Deltas {
	return &Deltas{ctx: ctx, repo: r, blobs: &batch{ctx: ctx, repo: r}}
}

// Close ends the process that reads the blobs.
func (d *Deltas) Close() error { return d.blobs.close() }

// Of gives the regular files that differ between the commits from and to, sorted
// by path: those that want says. from "" is the empty tree: all that a first
// commit has. Both are ids, not revisions.
func (d *Deltas) Of(from, to string, want func(path string) bool) ([]Delta, error) {
	changed, err := d.changed(from, to)
	if err != nil {
		return nil, err
	}
	var out []Delta
	for _, c := range changed {
		if !want(c.path) {
			continue
		}
		x := Delta{Path: c.path}
		if x.Old, err = d.blob(c.old); err != nil {
			return nil, err
		}
		if x.New, err = d.blob(c.new); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Paths are the files that differ, of whatever mode, sorted.
func (d *Deltas) Paths(from, to string) (out []string, err error) {
	changed, err := d.changed(from, to)
	for _, c := range changed {
		out = append(out, c.path)
	}
	return out, err
}

func (d *Deltas) blob(e Entry) ([]byte, error) {
	if !strings.HasPrefix(e.Mode, "100") {
		return nil, nil
	}
	return d.blobs.read(e.ID)
}

type changedPath struct {
	path     string
	old, new Entry
}

// changed reads git diff-tree's raw format (git-diff-tree(1), "Raw output
// format"): ":mode mode id id status" NUL path NUL, for each file.
func (d *Deltas) changed(from, to string) (out []changedPath, err error) {
	args := []string{"diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-commit-id", "--root"}
	if from != "" {
		args = append(args, from)
	}
	raw, err := d.repo.run(d.ctx, append(args, to, "--")...)
	if err != nil {
		return nil, err
	}
	fields := strings.Split(string(raw), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		f := strings.Fields(strings.TrimPrefix(fields[i], ":"))
		if len(f) == 5 {
			out = append(out, changedPath{fields[i+1], Entry{f[0], f[2]}, Entry{f[1], f[3]}})
		}
	}
	return out, nil
}

// MergeBase is the best common ancestor of two commits, "" where they have none
// (or the history that both have is cut off).
func (r *Repo) MergeBase(ctx context.Context, a, b string) (string, error) {
	id, _, err := r.ask(ctx, "merge-base", a, b)
	return id, err
}
