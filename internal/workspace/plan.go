package workspace

import (
	"context"
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
)

// What can be wrong with a request for a plan.
var (
	StalePlan   = problem.Code{Name: "stale-plan", Class: problem.Refused} // what, path
	SecretPlan  = problem.Code{Name: "plan-holds-secret", Class: problem.Wrong}
	SetServices = problem.Code{Name: "set-needs-service", Class: problem.Wrong} // path, environment
	SetOutside  = problem.Code{Name: "set-service", Class: problem.Wrong}       // path, service
)

// PlanRequest asks for a plan.
type PlanRequest struct {
	Selection
	Choice plan.Choice // Services and Images are filled in from the selections
	// Images, where not nil, are to be taken over, too; Choice.OnlyImages leaves
	// the configs alone.
	Images *ImageSelection
}

// Plan compares and plans; nothing is written.
func (w *Workspace) Plan(ctx context.Context, req PlanRequest, tell progress.Func) (*plan.Plan, error) {
	c := req.Choice
	if _, err := w.Environments(req.Selection); err != nil {
		return nil, err
	}
	if err := w.route(c, req.Images != nil && !req.Images.Routed); err != nil {
		return nil, err
	}
	c.To = w.inOrder(c.To)
	var services []config.Service
	if !c.OnlyImages {
		var err error
		if services, err = w.Services(req.Selection); err != nil {
			return nil, err
		}
	}
	for _, s := range services {
		c.Services = append(c.Services, s.Name)
	}
	if err := w.supplied(&c); err != nil {
		return nil, err
	}
	var taken *imageFiles
	if req.Images != nil {
		var err error
		if taken, err = w.takeImages(ctx, &c, *req.Images); err != nil {
			return nil, err
		}
	}
	return w.plan(ctx, c, services, taken, tell)
}

// route checks the ways of what is promoted: configs, images or both.
func (w *Workspace) route(c plan.Choice, images bool) error {
	if !c.OnlyImages {
		if err := w.cfg.Route(c.From, c.To, config.ForConfig); err != nil {
			return err
		}
	}
	if images {
		return w.cfg.Route(c.From, c.To, config.ForImages)
	}
	return nil
}

func (w *Workspace) inOrder(names []string) (out []string) {
	for _, e := range w.cfg.Environments {
		if slices.Contains(names, e.Name) {
			out = append(out, e.Name)
		}
	}
	return out
}

// supplied settles which service each --set speaks of, and which are secrets. A
// file of values may hold more than this plan is about.
func (w *Workspace) supplied(c *plan.Choice) error {
	var l problem.List
	var set []plan.Supplied
	for _, s := range c.Set {
		_, known := w.cfg.Environment(s.Environment)
		if s.Service != "" {
			if _, err := w.cfg.Select([]string{s.Service}, nil, false); err != nil {
				l = append(l, problem.All(err)...)
				continue
			}
		}
		outside := s.Service != "" && !slices.Contains(c.Services, s.Service)
		switch {
		case s.FromFile && (outside || known && !slices.Contains(c.To, s.Environment)):
			continue
		case outside:
			l = append(l, problem.New(SetOutside, problem.Place{}, "path", s.Path, "service", s.Service))
		case s.Service == "" && len(c.Services) != 1:
			l = append(l, problem.New(SetServices, problem.Place{}, "path", s.Path, "environment", s.Environment))
		case s.Service == "":
			s.Service = c.Services[0]
		}
		s.Secret = w.secret(&s)
		set = append(set, s)
	}
	c.Set = set
	return l.Err()
}

func (w *Workspace) plan(ctx context.Context, c plan.Choice, services []config.Service, taken *imageFiles, tell progress.Func) (*plan.Plan, error) {
	m, err := plan.NewMaker(c, w.cfg, mask.CleanComment)
	if err != nil {
		return nil, err
	}
	keep := func(s compare.Status) bool { return s != compare.Same || len(c.Set) > 0 }
	var failed error
	w.compareAll(ctx, services, w.cfg.Environments, keep, tell, func(s *compare.Service, err error) bool {
		if err == nil {
			w.tellLinks(m, s, c.To)
			err = m.Service(s, w.cfg.Rules)
		}
		failed = err
		return err == nil
	})
	if failed != nil {
		return nil, failed
	}
	if taken != nil {
		if err := taken.plan(m, c); err != nil {
			return nil, err
		}
	}
	return m.Plan(w.configSource())
}

// tellLinks says which targets are links: an edit would be one of another file.
func (w *Workspace) tellLinks(m *plan.Maker, s *compare.Service, to []string) {
	for i, env := range s.Environments {
		if s.Files[i] == nil || !slices.Contains(to, env) {
			continue
		}
		if real := w.linked(s.Paths[i]); real != "" {
			m.Linked(s.Paths[i], real)
		}
	}
}

// requestOf asks for a saved plan again.
func (w *Workspace) requestOf(saved *plan.Saved) PlanRequest {
	req := PlanRequest{Selection: Selection{Services: saved.Choice.Services}, Choice: saved.Unresolved()}
	if len(saved.Choice.Images) > 0 {
		req.Images = &ImageSelection{Images: saved.Choice.Images, Routed: len(saved.Choice.ImagesFrom) > 0}
	}
	return req
}

// PlanAgain makes a saved plan again and refuses any difference: a plan file is
// a choice and digests, and worth nothing where they no longer hold.
func (w *Workspace) PlanAgain(ctx context.Context, saved *plan.Saved, tell progress.Func) (*plan.Plan, error) {
	req := w.requestOf(saved)
	p, err := w.Plan(ctx, req, tell)
	if err != nil {
		return nil, stale("plan", "", err)
	}
	again, err := w.PlanFile(p)
	if err != nil {
		return nil, err
	}
	if what, name := saved.Differs(again); what != "" {
		return nil, stale(what, name, nil)
	}
	return p, nil
}

func stale(what, name string, err error) error {
	return problem.New(StalePlan, problem.Place{File: name}, "what", what).Because(err)
}
