package workspace

import (
	"bytes"
	"context"
	"os"
	"slices"
	"time"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
)

// CheckRequest asks for what stands in the files against the rules.
type CheckRequest struct {
	Selection
	Baseline string // a file; "": nothing is accepted
	Today    time.Time
	// From and To bound the commits that are held to `separate`: those of To that
	// From does not have. Both "": none are.
	From, To string
}

// Check looks at every key of the services against the rules.
func (w *Workspace) Check(ctx context.Context, req CheckRequest, tell progress.Func) (*check.Result, error) {
	in := check.Input{Rules: w.cfg.Rules, Today: req.Today}
	var err error
	if req.Baseline != "" {
		if in.Baseline, err = readBaseline(req.Baseline); err != nil {
			return nil, err
		}
	}
	services, err := w.Services(req.Selection)
	if err != nil {
		return nil, err
	}
	for _, s := range w.cfg.Shadowed {
		if slices.ContainsFunc(services, func(x config.Service) bool { return x.Name == s.Service }) {
			in.Shadowed = append(in.Shadowed, check.Shadow{Service: s.Service, Environment: s.Environment, File: s.Path})
		}
	}
	if req.From != "" {
		if in.Mixed, err = w.mixed(ctx, req.From, req.To); err != nil {
			return nil, err
		}
	}
	in.Complete = len(services) == len(w.cfg.Services) && len(req.Environments) == 0
	keep := CompareRequest{Selection: req.Selection, Keep: func(compare.Status) bool { return true }}
	var failed error
	in.Services = func(yield func(*compare.Service) bool) {
		for s, err := range w.Compare(ctx, keep, tell) {
			if err != nil {
				failed = err
				return
			}
			if !yield(s) {
				return
			}
		}
	}
	r := check.Run(in)
	return r, failed
}

func readBaseline(name string) (*check.Baseline, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, problem.New(check.BadBaseline, problem.Place{File: name}, "reason", "unreadable").Because(err)
	}
	defer f.Close()
	return check.ReadBaseline(name, f)
}

// SaveBaseline writes a file that accepts all that was found.
func (w *Workspace) SaveBaseline(r *check.Result, name string) error {
	var b bytes.Buffer
	if err := check.NewBaseline(r.All()).Write(&b); err != nil {
		return err
	}
	return replaceFile(name, b.Bytes())
}
