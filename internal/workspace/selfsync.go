package workspace

import (
	"context"
	"path"
	"slices"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// What a push would do to an environment that only a person may sync.
var (
	SelfSyncs       = problem.Code{Name: "push-deploys", Class: problem.Refused}      // environment, application, branch; the place is the manifest's, where one says it
	SelfSyncUnknown = problem.Code{Name: "push-may-deploy", Class: problem.Attention} // environment, application
)

// syncing says what becomes of what is pushed to a branch. The zero syncing is
// not known.
type syncing uint8

const (
	byHand syncing = iota + 1
	byItself
)

// deploys looks whether a push to a branch would deploy to environments that
// only a person may sync: then the push is the deployment, and is refused. Argo
// CD's server is asked, else the manifests of a commit. What nobody knows is a
// warning.
func (w *Workspace) deploys(ctx context.Context, envs []string, rev string, to gitrepo.Remote) (warnings problem.List, err error) {
	var manual []config.Environment
	for _, e := range w.cfg.Environments {
		if !e.Automatic && slices.Contains(envs, e.Name) {
			manual = append(manual, e)
		}
	}
	if len(manual) == 0 {
		return nil, nil
	}
	main, err := w.repo.DefaultBranch(ctx, to.Name)
	if err != nil {
		return nil, err
	}
	var refused problem.List
	for _, e := range manual {
		sync, by, err := w.syncs(ctx, e, rev, to.Branch(), main)
		switch {
		case err != nil:
			return nil, err
		case sync == byItself:
			refused = append(refused, problem.New(SelfSyncs, by.place, "environment", e.Name, "application", by.name, "branch", to.Branch()).Type("hoist", "commit", "--request"))
		case sync == 0 && e.Application != "":
			warnings = append(warnings, problem.New(SelfSyncUnknown, problem.Place{}, "environment", e.Name, "application", e.Application))
		}
	}
	return warnings, refused.Err()
}

// syncs says how an environment is synced from a branch; main is the remote's
// default branch, "" where that is not known.
func (w *Workspace) syncs(ctx context.Context, e config.Environment, rev, branch, main string) (syncing, appSource, error) {
	if e.Application != "" {
		if auto, follows, known, _ := w.autoSyncs(ctx, e); known {
			a := appSource{name: e.Application, revision: follows, automated: auto}
			return a.sync(branch, main), a, nil
		}
	}
	sources, err := w.appSources(ctx, rev)
	if err != nil {
		return 0, appSource{}, err
	}
	sync, by := sourcesOf(sources, w.inRepo(e.Overlay), branch, main)
	return sync, by, nil
}

// appSource is one source of an Argo CD Application (its specification's
// spec.source, spec.sources and spec.syncPolicy).
type appSource struct {
	name, path, revision string
	automated            bool
	place                problem.Place // of syncPolicy.automated, else of the object
}

// appSources are those whose manifests a commit has. What cannot be read, or
// is a template, says nothing.
func (w *Workspace) appSources(ctx context.Context, rev string) (out []appSource, err error) {
	names, err := w.repo.Grep(ctx, rev, "argoproj.io/")
	if err != nil || len(names) == 0 {
		return nil, err
	}
	entries, err := w.repo.Entries(ctx, rev, names)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range names {
		if e, ok := entries[n]; ok && isManifest(n) {
			ids = append(ids, e.ID)
		}
	}
	blobs, err := w.repo.Blobs(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		f, perr := yamlfile.Parse(n, blobs[entries[n].ID])
		if !isManifest(n) || perr != nil {
			continue
		}
		for _, r := range f.Roots() {
			out = append(out, sourcesIn(r)...)
		}
	}
	return out, nil
}

func isManifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// sourcesIn are the sources of an Application, or of an ApplicationSet's template.
func sourcesIn(r yamlfile.Node) (out []appSource) {
	if !strings.HasPrefix(r.TextIn("apiVersion"), "argoproj.io/") {
		return nil
	}
	spec, _ := r.GetIn("spec")
	switch r.TextIn("kind") {
	case "ApplicationSet":
		spec, _ = r.GetIn("spec", "template", "spec")
	case "Application":
	default:
		return nil
	}
	a := appSource{name: r.TextIn("metadata", "name"), place: r.Place()}
	if auto, ok := spec.GetIn("syncPolicy", "automated"); ok && auto.Value().Kind() != value.Null {
		a.automated, a.place = auto.TextIn("enabled") != "false", auto.Place()
	}
	var sources []yamlfile.Node
	if one, ok := spec.GetIn("source"); ok {
		sources = append(sources, one)
	}
	if many, ok := spec.GetIn("sources"); ok && many.Kind() == syntax.Sequence {
		sources = slices.AppendSeq(sources, many.Items())
	}
	for _, s := range sources {
		a.path, a.revision = s.TextIn("path"), s.TextIn("targetRevision")
		if a.path != "" && !strings.Contains(a.path, "{{") { // filled in by an ApplicationSet's generator
			out = append(out, a)
		}
	}
	return out
}

// sourcesOf says how an overlay is synced from a branch: one that syncs by itself
// counts more than one that does not.
func sourcesOf(all []appSource, overlay, branch, main string) (sync syncing, by appSource) {
	for _, a := range all {
		if path.Clean(strings.Trim(a.path, "/")) != path.Clean(overlay) {
			continue
		}
		if x := a.sync(branch, main); x > sync {
			sync, by = x, a
		}
	}
	return sync, by
}

// sync says what an Application does with a branch.
func (a appSource) sync(branch, main string) syncing {
	follows := strings.TrimPrefix(a.revision, "refs/heads/")
	if follows == "" || follows == "HEAD" {
		follows = main
	}
	if follows == "" && (branch == "main" || branch == "master") {
		follows = branch
	}
	switch {
	case !a.automated:
		return byHand
	case follows == "":
		return 0
	case follows == branch:
		return byItself
	}
	return byHand
}
