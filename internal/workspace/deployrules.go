package workspace

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/value"
)

// asPushed is the workspace at a revision, with the hoist.yaml of that revision;
// nil where it has none. Close what is given back.
func (w *Workspace) asPushed(ctx context.Context, id string) (*Workspace, error) {
	rev, err := w.repo.Revision(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := rev.Stat(path.Join(w.base, w.file)); errors.Is(err, fs.ErrNotExist) {
		return nil, rev.Close()
	}
	x, err := w.at(revision{rev})
	if err == nil {
		x.close = rev.Close
		return x, nil
	}
	_ = rev.Close() // it was only read from
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, problem.New(RevisionUnreadable, problem.Place{File: w.file}, "revision", shorten(id)).Because(err)
}

// judge holds what would be deployed against the rules: what breaks them anew
// keeps the gate shut, what did already is to be known.
//
// The rules are those that were pushed with it. A finding is older where it stood
// in what is deployed with the same value; of nothing deployed, or of what is not
// here, nothing is older.
func (x *deployment) judge(ctx context.Context, d *report.Deploy) error {
	pushed, err := x.asPushed(ctx, d.Revision)
	if err != nil {
		return err
	}
	cfg := x.cfg
	if pushed != nil {
		cfg = pushed.cfg
		if err := pushed.Close(); err != nil {
			return err
		}
	}
	now, err := x.findingsAt(ctx, cfg, d.Revision)
	if err != nil {
		return err
	}
	then, err := x.deployedFindings(ctx, cfg, d.Deployed)
	if err != nil {
		return err
	}
	d.Shut, d.Older = nil, nil
	for _, f := range now.list {
		if then.has(f, now) || f.Code == check.Pending {
			d.Older = append(d.Older, f)
		} else {
			d.Shut = append(d.Shut, f)
		}
	}
	return nil
}

// deployedFindings are those of what runs; none where that is not here.
func (x *deployment) deployedFindings(ctx context.Context, cfg *config.Config, id string) (*judged, error) {
	if id == "" {
		return &judged{}, nil
	}
	if have, err := x.repo.Has(ctx, id); err != nil || !have {
		return &judged{}, err
	}
	return x.findingsAt(ctx, cfg, id)
}

// judged is what the rules say of one environment at a revision.
type judged struct {
	list   []check.Finding
	values map[string]value.Value // of the environment, by service and path
}

// has reports whether the same finding stands here, with the same value as in
// other.
func (x *judged) has(f check.Finding, other *judged) bool {
	if x.values == nil || !slices.ContainsFunc(x.list, func(o check.Finding) bool { return o.Fingerprint() == f.Fingerprint() }) {
		return false
	}
	return x.values[valueKey(f.Service, f.Path)].Equal(other.values[valueKey(f.Service, f.Path)])
}

func valueKey(service, path string) string { return service + "\x00" + path }

// findingsAt are the placeholders, violations and missing values of the
// environment, as its files are at a revision. A file of it that cannot be read
// is an error: nobody knows what is in it.
func (x *deployment) findingsAt(ctx context.Context, cfg *config.Config, id string) (*judged, error) {
	rev, err := x.repo.Revision(ctx, id)
	if err != nil {
		return nil, err
	}
	defer rev.Close()
	at := *x.Workspace
	at.src, at.cfg = revision{rev}, cfg
	out := &judged{values: map[string]value.Value{}}
	var broken problem.List
	var failed error
	all := CompareRequest{Selection: Selection{All: true}, Keep: func(compare.Status) bool { return true }}
	r := check.Run(check.Input{Rules: cfg.Rules, Services: func(yield func(*compare.Service) bool) {
		for s, err := range at.Compare(ctx, all, nil) {
			if err != nil {
				failed = err
				return
			}
			broken = append(broken, x.unreadable(s)...)
			out.remember(s, x.env.Name)
			if !yield(s) {
				return
			}
		}
	}})
	if failed != nil {
		return nil, failed
	}
	if len(broken) > 0 {
		return nil, problem.New(RevisionUnreadable, broken[0].Place, "revision", shorten(id)).Because(broken.Err())
	}
	for _, f := range r.Findings {
		if f.Severity() == check.Error && concerns(f, x.env.Name) {
			out.list = append(out.list, f)
		}
	}
	return out, nil
}

// unreadable are the environment's own files of a service that could not be
// read.
func (x *deployment) unreadable(s *compare.Service) (out problem.List) {
	i := slices.Index(s.Environments, x.env.Name)
	for _, p := range s.Problems {
		if i >= 0 && p.Place.File == s.Paths[i] {
			out = append(out, p)
		}
	}
	return out
}

// remember keeps the environment's values.
func (x *judged) remember(s *compare.Service, environment string) {
	i := slices.Index(s.Environments, environment)
	if i < 0 {
		return
	}
	for k := range s.Keys {
		x.values[valueKey(s.Name, s.Keys[k].Path.String())] = s.Keys[k].Values[i]
	}
}

func concerns(f check.Finding, environment string) bool {
	return f.Environment == "" || slices.Contains(strings.Split(f.Environment, ","), environment)
}
