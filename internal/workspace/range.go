package workspace

import (
	"context"
	"slices"
	"strings"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/promotion"
)

// mixed are the commits of to, and not of from, that change environments which
// hoist.yaml keeps apart, oldest first. A merge only brings together what other
// commits did.
func (w *Workspace) mixed(ctx context.Context, from, to string) (out []check.MixedCommit, err error) {
	if w.repo == nil {
		return nil, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	d := w.repo.Deltas(ctx)
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	for c, err := range w.repo.Log(ctx, gitrepo.LogQuery{From: to, Not: []string{from}, Reverse: true}) {
		if err != nil {
			return nil, err
		}
		if len(c.Parents) > 1 {
			continue
		}
		paths, err := d.Paths(parentOf(c), c.ID)
		if err != nil {
			return nil, err
		}
		envs, file := w.touchedBy(paths)
		if both := promotion.Mixed(envs, w.cfg.Separate); both != nil {
			out = append(out, check.MixedCommit{Commit: c.ID, Subject: mask.New(nil, false).Text(c.Subject()), Environments: both, File: file[both[len(both)-1]]})
		}
	}
	return out, nil
}

// touchedBy are the environments whose overlay, or a service's file in it, is
// among paths below the root, in promotion order, with one such file of each.
func (w *Workspace) touchedBy(paths []string) (envs []string, file map[string]string) {
	file = map[string]string{}
	known := w.filesOf(w.cfg.Services, w.cfg.Environments, false)
	for _, p := range paths {
		env := known[p].environment
		if env == "" {
			env = w.overlayOf(p)
		}
		if env != "" && file[env] == "" {
			file[env] = p
			envs = append(envs, env)
		}
	}
	slices.SortFunc(envs, func(a, b string) int { return w.environmentIndex(a) - w.environmentIndex(b) })
	return envs, file
}

// overlayOf is the environment whose overlay holds a path: of overlays inside
// each other the innermost.
func (w *Workspace) overlayOf(p string) (env string) {
	deepest := -1
	for _, e := range w.cfg.Environments {
		dir := w.inRepo(e.Overlay) + "/"
		if strings.HasPrefix(p, dir) && len(dir) > deepest {
			env, deepest = e.Name, len(dir)
		}
	}
	return env
}
