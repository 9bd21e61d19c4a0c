package workspace

import (
	"path"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/yamlfile"
)

// fileOf is what a file of the repository is for.
type fileOf struct {
	path                 string // below hoist.yaml's directory
	environment, service string // service "" of a kustomization.yaml
}

// filesOf are, by path below the root, the files that promotions into the given
// environments change: of the given services, and, with images, the overlays'
// kustomization.yaml.
func (w *Workspace) filesOf(services []config.Service, envs []config.Environment, images bool) map[string]fileOf {
	out := map[string]fileOf{}
	for _, e := range envs {
		for _, s := range services {
			if p := s.Files[e.Name]; p != "" {
				out[w.inRepo(p)] = fileOf{p, e.Name, s.Name}
			}
		}
		for _, n := range kustomize.FileNames() {
			if p := path.Join(e.Overlay, n); images {
				out[w.inRepo(p)] = fileOf{p, e.Name, ""}
			}
		}
	}
	return out
}

// version is one file before and after a commit.
type version struct {
	fileOf
	old, new      []byte
	before, after *yamlfile.File
	identity      func(keypath.Path) string
	changes       []promotion.Change
}

// versions are the files of known that differ between two commits, in hoist.yaml's
// order. One that is no YAML on either side has neither before nor after.
func (w *Workspace) versions(d *gitrepo.Deltas, from, to string, known map[string]fileOf) ([]version, error) {
	deltas, err := d.Of(from, to, func(p string) bool { _, ok := known[p]; return ok })
	if err != nil {
		return nil, err
	}
	var out []version
	for _, x := range deltas {
		v := version{fileOf: known[x.Path], old: x.Old, new: x.New}
		w.read2(&v)
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b version) int {
		if c := w.serviceIndex(a.service) - w.serviceIndex(b.service); c != 0 {
			return c
		}
		return w.environmentIndex(a.environment) - w.environmentIndex(b.environment)
	})
	return out, nil
}

func (w *Workspace) environmentIndex(name string) int {
	return slices.IndexFunc(w.cfg.Environments, func(e config.Environment) bool { return e.Name == name })
}

// read2 reads both versions and what differs between them. A file that is not
// there is read as an empty one.
func (w *Workspace) read2(v *version) {
	before, err := yamlfile.Parse(v.path, v.old)
	if err != nil {
		return
	}
	after, err := yamlfile.Parse(v.path, v.new)
	if err != nil {
		return
	}
	v.before, v.after = before, after
	v.identity = w.identityOf(v.service, v.path, before, after)
	v.changes = promotion.Between(before, after, v.identity)
}

// identityOf names the elements of lists as a comparison of two versions of a
// file names them.
func (w *Workspace) identityOf(service, name string, files ...*yamlfile.File) func(keypath.Path) string {
	if service == "" {
		return plan.ImageIdentity
	}
	in := compare.Input{Name: service, Rules: w.cfg.Rules, Keep: func(compare.Status) bool { return false }, From: map[string][]string{}}
	for i, f := range files {
		in.Environments = append(in.Environments, strings.Repeat("'", i+1)) // names that no rule has
		in.Paths, in.Files = append(in.Paths, name), append(in.Files, f)
	}
	return identities(compare.Files(in))
}

// names are the changes as a message has them.
func (v *version) names() []string {
	if v.after == nil {
		return nil
	}
	var paths []keypath.Path
	for _, c := range v.changes {
		paths = append(paths, c.Path)
	}
	if v.service == "" {
		return promotion.ImageNames(v.after, paths)
	}
	return promotion.Names(v.before, v.after, paths)
}

// parentOf is the commit that a commit's changes are counted from; "" of a first
// one.
func parentOf(c gitrepo.Commit) string {
	if len(c.Parents) == 0 {
		return ""
	}
	return c.Parents[0]
}

// titles are how messages name the environments.
func (w *Workspace) titles() (out []promotion.Environment) {
	for _, e := range w.cfg.Environments {
		out = append(out, promotion.Environment{Name: e.Name, Title: e.Title})
	}
	return out
}
