package workspace

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/images"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
)

// OneEnvironment: environments cannot be compared as rendered, because there is
// only one.
var OneEnvironment = problem.Code{Name: "needs-two-environments", Class: problem.Wrong} // name, known

// RenderedView is how to show what was rendered: which rules hold for which
// values. It is otherwise empty.
func (w *Workspace) RenderedView() report.RenderedView {
	return report.RenderedView{Services: w.servicesWith()}
}

// Rendered compares environments as kustomize renders them, each with the next
// one in promotion order. What keeps an overlay from being rendered is in the
// comparisons that it has a part in; an error is about the request.
func (w *Workspace) Rendered(ctx context.Context, names []string, tell progress.Func) (report.RenderedView, error) {
	view := w.RenderedView()
	envs, err := w.cfg.EnvironmentsSubset(names)
	if err != nil {
		return view, err
	}
	if len(envs) < 2 {
		return view, problem.New(OneEnvironment, problem.Place{}, "name", envs[0].Name, "known", strings.Join(w.cfg.Names(), ", "))
	}
	r := w.renderer()
	var before *kustomize.Rendered
	var whyBefore *problem.Problem
	for i, e := range envs {
		after, why, err := w.render(ctx, r, nil, e, tell)
		if err != nil {
			return view, err
		}
		if i > 0 {
			x := report.RenderedOverlay{Rendering: plan.Rendering{Environment: e.Name, Overlay: e.Overlay}, Against: envs[i-1].Name}
			switch {
			case whyBefore != nil:
				x.NotRendered = whyBefore
			case why != nil:
				x.NotRendered = why
			default:
				x.Comparison, err = unlessDone(ctx, func() *manifest.Comparison { return w.across(envs[i-1], e, before, after) })
				if err != nil {
					return view, err
				}
			}
			view.Overlays = append(view.Overlays, x)
		}
		before, whyBefore = after, why
	}
	return view, nil
}

// renderer is one that remembers between runs, where git keeps hoist's state.
func (w *Workspace) renderer() *kustomize.Renderer {
	if w.repo == nil {
		return &kustomize.Renderer{}
	}
	return &kustomize.Renderer{Cache: &kustomize.Cache{Dir: filepath.Join(w.repo.State(), "rendered")}}
}

// across compares two environments under the rules of `rendered` and of `allow`.
func (w *Workspace) across(a, b config.Environment, before, after *kustomize.Rendered) *manifest.Comparison {
	x := &pair{w: w, envs: []string{a.Name, b.Name}, rules: w.renderedRules(a.Name, b.Name), files: w.owners(), owned: w.manifests(b.Name)}
	return manifest.Compare(before.Objects, after.Objects, manifest.Options{
		Match: manifest.Across(before.Affixes, after.Affixes), Identity: w.listIdentity(x.files), Passes: x.passes, Expected: x.change, Alone: x.rules.Alone,
	})
}

// renderedRules are the rules of `rendered` as they stand between two environments.
func (w *Workspace) renderedRules(before, after string) (out manifest.Rules) {
	for _, r := range w.cfg.Rendered {
		out = append(out, manifest.Allowed{
			Kinds: r.Kinds, Names: r.Names, Keys: keypath.Compile(r.Keys), Reason: r.Reason,
			Added: slices.Contains(r.Absent, before), Removed: slices.Contains(r.Absent, after),
		})
	}
	return out
}

// pair is two environments and what may differ between them.
type pair struct {
	w     *Workspace
	envs  []string
	rules manifest.Rules
	files owners
	owned map[string][]string // services by the objects that are their files
}

// change is why a value may differ.
func (x *pair) change(o *manifest.Object, c manifest.Change) (string, bool) {
	if reason, ok := x.rules.Change(o, c); ok {
		return reason, true
	}
	if reason, ok := x.image(c); ok {
		return reason, true
	}
	for _, s := range x.owned[o.Kind+"/"+o.Name] {
		if reason, ok := x.kept(x.w.cfg.Rules.At(s, c.Path), c); ok {
			return reason, true
		}
	}
	key, inside, ok := o.InData(c.Path)
	if !ok || inside.IsRoot() {
		return "", false
	}
	for _, s := range x.files.of(o.Files[key]) {
		if reason, ok := x.kept(x.w.cfg.Rules.At(s, inside), c); ok {
			return reason, true
		}
	}
	return "", false
}

// manifests are the services whose file in an environment is itself a manifest,
// by the kind and name of its objects.
func (w *Workspace) manifests(env string) map[string][]string {
	out := map[string][]string{}
	for _, s := range w.cfg.Services {
		src, there, err := w.read(s.Files[env])
		if s.Files[env] == "" || !there || err != nil || !bytes.Contains(src, []byte("kind")) {
			continue
		}
		list, _ := manifest.Read(s.Files[env], src) // what is no manifest is none
		for _, o := range list {
			out[o.Kind+"/"+o.Name] = append(out[o.Kind+"/"+o.Name], s.Name)
		}
	}
	return out
}

// passes leaves out what a diff of configuration files only notes: comments, and
// the order of elements that no rule has given a meaning, or that one takes for
// a set.
func (x *pair) passes(o *manifest.Object, c manifest.Change) bool {
	switch c.Action {
	case manifest.Form:
		return true
	case manifest.Order:
		l, known := x.w.listAt(x.files, o, c.Path)
		return known && (l == nil || !l.Ordered)
	case manifest.Set:
		l, _ := x.w.listAt(x.files, o, c.Path)
		before, after := c.Values()
		return l != nil && l.Set && sameElements(before, after)
	}
	return false
}

// listAt is what hoist.yaml says of the list at a path of an object; known where
// the path is in a service's file.
func (w *Workspace) listAt(files owners, o *manifest.Object, p keypath.Path) (l *rule.List, known bool) {
	key, inside, ok := o.InData(p)
	if !ok || inside.IsRoot() {
		return nil, false
	}
	for _, s := range files.of(o.Files[key]) {
		walker := w.cfg.Rules.For(s)
		known = true
		if l = walker.List(walker.Path(inside)); l != nil {
			break
		}
	}
	return l, known
}

// listIdentity is manifest.Options.Identity by the entries of lists.
func (w *Workspace) listIdentity(files owners) func(*manifest.Object, keypath.Path) string {
	if len(w.cfg.Rules.Lists()) == 0 {
		return nil
	}
	return func(o *manifest.Object, p keypath.Path) string {
		if l, _ := w.listAt(files, o, p); l != nil {
			return l.Identity
		}
		return ""
	}
}

// sameElements reports whether two lists of scalars hold the same values, each as
// often.
func sameElements(a, b value.Value) bool {
	left := slices.Clone(b.Items())
	for _, v := range a.Items() {
		at := slices.IndexFunc(left, v.Equal)
		if at < 0 {
			return false
		}
		left = slices.Delete(left, at, at+1)
	}
	return len(left) == 0 && a.Kind() == value.Scalars && b.Kind() == value.Scalars
}

// kept is the reason of rules, where the values are what they say: a rule that is
// broken excuses nothing, and neither does one that waits for a person.
func (x *pair) kept(rules []*rule.Allow, c manifest.Change) (string, bool) {
	if len(rules) == 0 {
		return "", false
	}
	before, after := c.Values()
	values := []value.Value{before, after}
	for i, v := range values {
		if rule.Awaits(rules, x.envs[i], v) || x.w.cfg.Rules.Forbidden(x.envs[i], v) != nil {
			return "", false
		}
	}
	if len(rule.Judge(rules, x.envs, values, nil)) > 0 {
		return "", false
	}
	return rules[0].Reason, true
}

// image is why the image of a container may differ.
func (x *pair) image(c manifest.Change) (string, bool) {
	if c.Action != manifest.Set || c.Path.LastKey() != "image" {
		return "", false
	}
	before, after := c.Values()
	if before.Kind() != value.String || after.Kind() != value.String {
		return "", false
	}
	service := images.ServiceOf(c.After.Text())
	if service != images.ServiceOf(c.Before.Text()) {
		return "", false
	}
	if rules := x.w.cfg.Rules.Images(service); len(rules) > 0 {
		return rules[0].Reason, true
	}
	return "", false
}

// owners are the services that have a file, by its name below the root.
type owners map[string][]string

func (w *Workspace) owners() owners {
	out := owners{}
	for _, s := range w.cfg.Services {
		for _, name := range s.Files {
			if name = w.inRepo(name); !slices.Contains(out[name], s.Name) {
				out[name] = append(out[name], s.Name)
			}
		}
	}
	return out
}

// of are the services that have one of the files.
func (o owners) of(files []string) (out []string) {
	for _, name := range files {
		for _, s := range o[name] {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// servicesWith gives the services whose rules may make a value secret that comes
// from one of files; where none of them has such a file, every service: a rule is
// not lost because somebody moved a file.
func (w *Workspace) servicesWith() func(files []string) []string {
	files := w.owners()
	all := []string{""} // the same rules hold in all
	if slices.ContainsFunc(w.cfg.Rules.Allow(), func(a *rule.Allow) bool { return len(a.Services) > 0 }) {
		all = w.cfg.ServiceNames()
	}
	return func(names []string) []string {
		if out := files.of(names); len(out) > 0 {
			return out
		}
		return all
	}
}
