package workspace

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
)

// Selection says which services and environments a verb is about.
type Selection struct {
	Services     []string // names and globs; none: the default ones
	Categories   []string
	All          bool
	Environments []string // none: all, in hoist.yaml's order
}

// CompareRequest asks for comparisons.
type CompareRequest struct {
	Selection
	// Keep says which statuses are kept in Keys; nil: all but Same.
	Keep func(compare.Status) bool
	// Only and Except are patterns: the keys to take part, also in the counts.
	Only, Except []string
}

// Services resolves a selection.
func (w *Workspace) Services(s Selection) ([]config.Service, error) {
	return w.cfg.Select(s.Services, s.Categories, s.All)
}

// Environments resolves a selection's environments, in promotion order.
func (w *Workspace) Environments(s Selection) ([]config.Environment, error) {
	return w.cfg.EnvironmentsSubset(s.Environments)
}

// Compare answers service by service, in order, several at work at once;
// nothing is kept of a service once it was given. An error ends it: the request
// was wrong, or ctx is done. A file that cannot be read is in the service's
// Problems.
func (w *Workspace) Compare(ctx context.Context, req CompareRequest, tell progress.Func) iter.Seq2[*compare.Service, error] {
	return func(yield func(*compare.Service, error) bool) {
		services, err := w.Services(req.Selection)
		if err != nil {
			yield(nil, err)
			return
		}
		envs, err := w.Environments(req.Selection)
		if err != nil {
			yield(nil, err)
			return
		}
		narrow, err := plan.Narrow(req.Only, req.Except)
		if err != nil {
			yield(nil, err)
			return
		}
		if !narrow.Any() {
			w.compareAll(ctx, services, envs, req.Keep, tell, yield)
			return
		}
		everything := func(compare.Status) bool { return true } // counted anew, so nothing may be missing
		w.compareAll(ctx, services, envs, everything, tell, func(s *compare.Service, err error) bool {
			if s != nil {
				narrow.Apply(s, req.Keep)
			}
			return yield(s, err)
		})
	}
}

func (w *Workspace) compareAll(ctx context.Context, services []config.Service, envs []config.Environment, keep func(compare.Status) bool,
	tell progress.Func, yield func(*compare.Service, error) bool) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := min(runtime.GOMAXPROCS(0), len(services))
	order := make(chan job, 2*workers)
	queue := make(chan job)
	go func() {
		defer close(order)
		defer close(queue)
		for _, s := range services {
			j := job{s, make(chan *compare.Service, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			queue <- j
		}
	}()
	for range workers {
		go func() { // each with a walker of its own, which remembers what it worked out
			walker := w.cfg.Rules.For("")
			var comparer compare.Comparer
			for j := range queue {
				in := w.input(j.service, envs, keep, nil)
				in.Walker = walker
				j.got <- comparer.Files(in)
			}
		}()
	}
	done := 0
	for j := range order {
		s := <-j.got
		done++
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		tell.Tell(progress.Event{Stage: progress.Compare, Subject: s.Name, Done: done, Total: len(services)})
		if !yield(s, nil) {
			return
		}
	}
	if err := ctx.Err(); err != nil {
		yield(nil, err)
	}
}

// job is one service to compare and where the answer goes.
type job struct {
	service config.Service
	got     chan *compare.Service
}

// input reads a service's files; bytes in instead are read in place of files.
func (w *Workspace) input(s config.Service, envs []config.Environment, keep func(compare.Status) bool, instead map[string][]byte) compare.Input {
	in := compare.Input{Name: s.Name, Rules: w.cfg.Rules, Keep: keep, From: map[string][]string{}}
	for _, e := range envs {
		name := s.Files[e.Name]
		in.Environments = append(in.Environments, e.Name)
		in.From[e.Name] = slices.DeleteFunc(slices.Clone(w.cfg.From(e.Name, config.ForConfig)), func(f string) bool {
			return !slices.ContainsFunc(envs, func(o config.Environment) bool { return o.Name == f })
		})
		in.Paths = append(in.Paths, name)
		f, err := w.parse(name, instead)
		if err != nil {
			in.Problems = append(in.Problems, problemsOf(name, err)...)
		}
		in.Files = append(in.Files, f)
	}
	return in
}

func (w *Workspace) parse(name string, instead map[string][]byte) (*yamlfile.File, error) {
	if name == "" {
		return nil, nil
	}
	src, ok := instead[name]
	if !ok {
		var err error
		if src, ok, err = w.read(name); err != nil || !ok {
			return nil, err
		}
	} else if src == nil {
		return nil, nil
	}
	f, err := yamlfile.Parse(name, src)
	if err == nil {
		err = f.Undisputed()
	}
	if err != nil {
		return nil, w.withLines(src, err)
	}
	return f, nil
}

// withLines shows the line of each problem in a file, values hidden.
func (w *Workspace) withLines(src []byte, err error) error {
	lines := textedit.Index(string(src))
	for _, p := range problem.All(err) {
		if n := p.Place.Line; n > 0 && n <= lines.Count() {
			p.Excerpt = w.Masker().Line(lines.Text(n), p.Place.Column)
		}
	}
	return err
}

func problemsOf(name string, err error) problem.List {
	if l := problem.All(err); l != nil {
		return l
	}
	var p *problem.Problem
	if errors.As(unreadable(name, err), &p) {
		return problem.List{p}
	}
	return nil
}
