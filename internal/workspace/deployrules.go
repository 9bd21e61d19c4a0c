package workspace

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/value"
)

// configAt is hoist.yaml as a revision has it; nil where it has none.
func (w *Workspace) configAt(ctx context.Context, revision string) (*config.Config, error) {
	rev, err := w.repo.Revision(ctx, revision)
	if err != nil {
		return nil, err
	}
	defer rev.Close()
	if _, err := rev.Stat(path.Join(w.base, w.file)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	sub, err := fs.Sub(rev, w.base)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(sub, w.file)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, problem.New(RevisionUnreadable, problem.Place{File: w.file}, "revision", shorten(revision)).Because(err)
	}
	return cfg, nil
}

// judge holds what would be deployed against the rules: what breaks them anew
// keeps the gate shut, what did already is to be known.
//
// The rules are those that were pushed with it. A finding is older where it stood
// in what is deployed with the same value; of nothing deployed, or of what is not
// here, nothing is older.
func (x *deployment) judge(ctx context.Context, d *report.Deploy) error {
	cfg, err := x.configAt(ctx, d.Revision)
	if err != nil {
		return err
	}
	if cfg == nil {
		cfg = x.cfg
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
		switch {
		case then.has(f, now), f.Code == check.Pending:
			d.Older = append(d.Older, f)
		default:
			d.Shut = append(d.Shut, f)
		}
	}
	return nil
}

// deployedFindings are those of what runs; none where that is not here.
func (x *deployment) deployedFindings(ctx context.Context, cfg *config.Config, revision string) (*judged, error) {
	if revision == "" {
		return &judged{}, nil
	}
	if have, err := x.repo.Has(ctx, revision); err != nil || !have {
		return &judged{}, err
	}
	return x.findingsAt(ctx, cfg, revision)
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
func (x *deployment) findingsAt(ctx context.Context, cfg *config.Config, revision string) (*judged, error) {
	rev, err := x.repo.Revision(ctx, revision)
	if err != nil {
		return nil, err
	}
	defer rev.Close()
	at := *x.Workspace
	at.cfg = cfg
	out := &judged{values: map[string]value.Value{}}
	var broken problem.List
	in := check.Input{Rules: cfg.Rules, Today: time.Time{}, Services: func(yield func(*compare.Service) bool) {
		var comparer compare.Comparer
		for _, s := range cfg.Services {
			input := at.input(s, cfg.Environments, func(compare.Status) bool { return true }, x.filesAt(rev, s))
			got := comparer.Files(input)
			for _, p := range got.Problems {
				if p.Place.File == s.Files[x.env.Name] {
					broken = append(broken, p)
				}
			}
			out.remember(got, x.env.Name)
			if ctx.Err() != nil || !yield(got) {
				return
			}
		}
	}}
	r := check.Run(in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(broken) > 0 {
		return nil, problem.New(RevisionUnreadable, broken[0].Place, "revision", shorten(revision)).Because(broken.Err())
	}
	for _, f := range r.Findings {
		if f.Severity() == check.Error && concerns(f, x.env.Name) {
			out.list = append(out.list, f)
		}
	}
	return out, nil
}

// filesAt are a service's files at a revision, nil for those that are not there.
func (x *deployment) filesAt(rev *gitrepo.Revision, s config.Service) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range s.Files {
		src, err := rev.ReadFile(path.Join(x.base, name))
		if err != nil {
			src = nil
		} else if src == nil {
			src = []byte{}
		}
		files[name] = src
	}
	return files
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
