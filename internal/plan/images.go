package plan

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// ImageFile is one target's kustomization.yaml with what is wanted of it. Its
// edits are made and proved like a config's.
type ImageFile struct {
	Path, Environment string
	File              *yamlfile.File
	Ops               []edit.Op
	// Missing are the entries that only the source has; Behind the resources
	// that repeat a tag and stay as they are.
	Missing []keypath.Path
	Behind  []Behind
	// Left are the entries that only the target has.
	Left []keypath.Path
}

// Behind is a resource whose revision is the tag that an image leaves.
type Behind struct {
	Path   keypath.Path
	Images []string // that have the tag
	// Split says that they go different ways, or that one of them stays: only a
	// person knows which of them the resource belongs to.
	Split bool
	Place problem.Place
}

// ImageSource adds a source's kustomization.yaml to what the plan was made from.
func (m *Maker) ImageSource(path string, f *yamlfile.File) {
	m.plan.Sources = append(m.plan.Sources, Source{path, sum(f.Source())})
}

// Images adds what a choice of images changes in one kustomization.yaml.
func (m *Maker) Images(x ImageFile) error {
	m.targets = append(m.targets, Source{x.Path, sum(x.File.Source())})
	for _, p := range x.Left {
		m.plan.TargetOnly = append(m.plan.TargetOnly, Left{Environment: x.Environment, Path: p})
	}
	for _, p := range x.Missing {
		m.plan.Missing = append(m.plan.Missing, Left{Environment: x.Environment, Path: p})
	}
	for _, b := range x.Behind {
		m.plan.Behind = append(m.plan.Behind, LeftBehind{x.Environment, b})
	}
	s := &site{m: m, path: x.Path, env: x.Environment, file: x.File, rules: proof.Rules{
		Forbidden: func(_ keypath.Path, v value.Value) bool { return m.cfg.Rules.Forbidden(x.Environment, v) != nil },
		Identity:  ImageIdentity,
	}}
	ops := make([]op, len(x.Ops))
	for i, o := range x.Ops {
		ops[i] = op{Op: o}
	}
	return s.finish(ops, func(o op, after *yamlfile.File) Change { return imageChange(x.File, after, o) })
}

// ImageIdentity names images by name, and what else a kustomization.yaml lists
// by index.
func ImageIdentity(p keypath.Path) string {
	if s := p.Steps(); len(s) > 0 && s[len(s)-1] == (keypath.Step{Kind: keypath.Key, Key: "images"}) {
		return "name"
	}
	return ""
}

func imageChange(before, after *yamlfile.File, o op) Change {
	c := Change{Path: o.Path, Action: o.Action, Line: nearestPlace(before, o.Path).Line}
	look := func(f *yamlfile.File) (out Content) {
		if n, ok := f.Lookup(o.Path); ok && n.Valid() {
			out.Node = n
			if n.Leaf() {
				out.Value = n.Value()
			}
		}
		return out
	}
	c.Before = look(before)
	if c.Before.Node.Valid() {
		c.Line = c.Before.Node.Line()
	}
	if o.Action != edit.Delete {
		c.After = look(after)
	}
	return c
}

// TouchesImages reports whether the plan changes a kustomization.yaml.
func (p *Plan) TouchesImages() bool {
	return slices.ContainsFunc(p.Files, func(f File) bool { return f.Service == "" })
}
