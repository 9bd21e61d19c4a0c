package workspace

import (
	"context"
	"errors"
	"slices"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
)

// VerifyRequest says how to verify.
type VerifyRequest struct {
	NoRender bool // do not render the touched overlays
}

// renderTouched renders every overlay that applies touched, as it was and as it
// is, and says what will change in the cluster. One that stopped building is a
// failure; one that did not build before is not judged.
func (w *Workspace) renderTouched(ctx context.Context, v *plan.Verified, files []*touched, tell progress.Func) error {
	r := w.renderer()
	old := map[string][]byte{}
	for _, t := range files {
		old[w.inRepo(t.Path)] = t.old
	}
	for _, e := range w.cfg.Environments {
		if !slices.ContainsFunc(files, func(t *touched) bool { return t.Environment == e.Name }) {
			continue
		}
		x, err := w.renderOverlay(ctx, r, e, old, tell)
		if err != nil {
			return err
		}
		if x.Stopped != nil {
			v.Failures = append(v.Failures, plan.Failure{Code: plan.StoppedBuilding, Environment: e.Name, Place: x.Stopped.Place, Problem: x.Stopped})
		}
		v.Rendered = append(v.Rendered, x)
	}
	return nil
}

func (w *Workspace) renderOverlay(ctx context.Context, r *kustomize.Renderer, e config.Environment, old map[string][]byte, tell progress.Func) (plan.Rendering, error) {
	x := plan.Rendering{Environment: e.Name, Overlay: e.Overlay}
	before, why, err := w.render(ctx, r, old, e, tell)
	if err != nil {
		return x, err
	}
	after, broken, err := w.render(ctx, r, nil, e, tell)
	switch {
	case err != nil:
		return x, err
	case broken != nil && why != nil:
		x.NotRendered = broken
	case broken != nil:
		x.Stopped = broken
	case why != nil:
		x.NotRendered = why
	default:
		x.Comparison, err = unlessDone(ctx, func() *manifest.Comparison {
			return manifest.Compare(before.Objects, after.Objects, manifest.Options{Identity: w.listIdentity(w.owners())})
		})
	}
	return x, err
}

// unlessDone gives what work gives, or up once ctx is done: what is pure may go
// on with nobody waiting for it.
func unlessDone[T any](ctx context.Context, work func() T) (T, error) {
	done := make(chan T, 1)
	go func() { done <- work() }()
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case x := <-done:
		return x, nil
	}
}

// render gives the overlay's objects, or the problem that keeps it from building.
func (w *Workspace) render(ctx context.Context, r *kustomize.Renderer, changed map[string][]byte, e config.Environment, tell progress.Func) (*kustomize.Rendered, *problem.Problem, error) {
	got, err := r.Render(ctx, w.src.files(), changed, w.inRepo(e.Overlay), tell)
	if err == nil {
		return got, nil, nil
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	var p *problem.Problem
	if errors.As(err, &p) {
		return nil, p, nil
	}
	if l := problem.All(err); len(l) > 0 {
		return nil, l[0], nil
	}
	return nil, nil, err
}
