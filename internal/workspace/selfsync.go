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

// SelfSync says whether an environment's Application syncs what is pushed to a
// branch by itself.
type SelfSync uint8

// What is known of it. The zero SelfSync is Unknown.
const (
	SelfSyncUnsure SelfSync = iota
	SyncedByHand
	SyncedByItself
)

// SelfSyncLook asks whoever knows better than the repository: Argo CD itself.
type SelfSyncLook func(ctx context.Context, e config.Environment, branch string) (SelfSync, error)

// deploys looks whether a push to a branch would deploy to environments that
// only a person may sync: then the push is the deployment, and is refused. What
// nobody knows is a warning.
func (w *Workspace) deploys(ctx context.Context, envs []string, rev string, to gitrepo.Remote, server SelfSyncLook) (warnings problem.List, err error) {
	var manual []config.Environment
	for _, e := range w.cfg.Environments {
		if !e.Automatic && slices.Contains(envs, e.Name) {
			manual = append(manual, e)
		}
	}
	if len(manual) == 0 {
		return nil, nil
	}
	apps, err := w.applications(ctx, rev)
	if err != nil {
		return nil, err
	}
	main, err := w.repo.DefaultBranch(ctx, to.Name)
	if err != nil {
		return nil, err
	}
	var refused problem.List
	for _, e := range manual {
		sync, app := apps.of(w.inRepo(e.Overlay), to.Branch(), main)
		if server != nil {
			if said, serr := server(ctx, e, to.Branch()); serr == nil && said != SelfSyncUnsure {
				sync, app = said, application{}
			}
		}
		name := e.Application
		if app.name != "" {
			name = app.name
		}
		switch {
		case sync == SyncedByItself:
			refused = append(refused, problem.New(SelfSyncs, app.place, "environment", e.Name, "application", name, "branch", to.Branch()).Type("hoist", "commit", "--request"))
		case sync == SelfSyncUnsure && e.Application != "":
			warnings = append(warnings, problem.New(SelfSyncUnknown, problem.Place{}, "environment", e.Name, "application", name))
		}
	}
	return warnings, refused.Err()
}

// application is one source of an Argo CD Application as its manifest in the
// repository has it (Argo CD's Application specification).
type application struct {
	name, path, revision string
	automated            bool
	place                problem.Place // of syncPolicy.automated, else of the object
}

type applications []application

// applications are those whose manifests a commit has. What cannot be read, or
// is a template, says nothing.
func (w *Workspace) applications(ctx context.Context, rev string) (out applications, err error) {
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
			out = append(out, applicationsIn(r)...)
		}
	}
	return out, nil
}

func isManifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// applicationsIn are the sources of an Application, or of an ApplicationSet's
// template.
func applicationsIn(r yamlfile.Node) (out []application) {
	if !strings.HasPrefix(textAt(r, "apiVersion"), "argoproj.io/") {
		return nil
	}
	spec, name := at(r, "spec"), textAt(r, "metadata", "name")
	if textAt(r, "kind") == "ApplicationSet" {
		spec = at(r, "spec", "template", "spec")
	} else if textAt(r, "kind") != "Application" {
		return nil
	}
	a := application{name: name, place: r.Place()}
	if auto := at(spec, "syncPolicy", "automated"); auto.Valid() && auto.Value().Kind() != value.Null {
		enabled := at(auto, "enabled")
		a.automated = !enabled.Valid() || enabled.Text() != "false"
		a.place = auto.Place()
	}
	sources := []yamlfile.Node{at(spec, "source")}
	if many := at(spec, "sources"); many.Valid() && many.Kind() == syntax.Sequence {
		sources = slices.Collect(many.Items())
	}
	for _, s := range sources {
		a.path, a.revision = textAt(s, "path"), textAt(s, "targetRevision")
		if a.path != "" {
			out = append(out, a)
		}
	}
	return out
}

// at is the node below keys; the zero Node where there is none.
func at(n yamlfile.Node, keys ...string) yamlfile.Node {
	for _, k := range keys {
		if !n.Valid() || n.Kind() != syntax.Mapping {
			return yamlfile.Node{}
		}
		n, _ = n.Get(k)
	}
	return n
}

func textAt(n yamlfile.Node, keys ...string) string {
	if n = at(n, keys...); n.Valid() && n.Kind() == syntax.Scalar {
		return n.Text()
	}
	return ""
}

// of says how an overlay is synced from a branch; main is the remote's default
// branch, "" where that is not known. One that syncs by itself counts more than
// one that does not.
func (l applications) of(overlay, branch, main string) (sync SelfSync, by application) {
	for _, a := range l {
		if strings.Contains(a.path, "{{") {
			continue // filled in by the ApplicationSet's generator
		}
		if path.Clean(strings.Trim(a.path, "/")) != path.Clean(overlay) {
			continue
		}
		switch a.follows(branch, main) {
		case SyncedByItself:
			if a.automated {
				return SyncedByItself, a
			}
			if sync == SelfSyncUnsure {
				sync, by = SyncedByHand, a
			}
		case SyncedByHand:
			if sync == SelfSyncUnsure {
				sync, by = SyncedByHand, a
			}
		}
	}
	return sync, by
}

// follows says whether an Application reads a branch: SyncedByItself that it
// does, SyncedByHand that it reads something else.
func (a application) follows(branch, main string) SelfSync {
	want := strings.TrimPrefix(a.revision, "refs/heads/")
	if want == "" || want == "HEAD" {
		if main == "" {
			if branch == "main" || branch == "master" {
				return SyncedByItself
			}
			return SelfSyncUnsure
		}
		want = main
	}
	if want == branch {
		return SyncedByItself
	}
	return SyncedByHand
}
