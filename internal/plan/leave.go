package plan

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// leaves reports whether a person chose to leave p as it is in a target.
func (m *Maker) leaves(env, service string, p keypath.Path) bool {
	return slices.ContainsFunc(m.choice.Leave, func(l Left) bool {
		return l.Environment == env && l.Service == service && p.Under(l.Path)
	})
}

// Unit is what a person decides on at once: a key, or an image, with what
// happens to it in each target.
type Unit struct {
	Service string // "": an image
	Path    keypath.Path
	Changes []UnitChange
}

// UnitChange is one change of a unit, in one file.
type UnitChange struct {
	File   *File
	Change *Change
}

// Environments are the targets that a unit is about, in the plan's order.
func (u Unit) Environments() (out []string) {
	for _, c := range u.Changes {
		if !slices.Contains(out, c.File.Environment) {
			out = append(out, c.File.Environment)
		}
	}
	return out
}

// Split is the unit in parts, one for each target.
func (u Unit) Split() (out []Unit) {
	for _, e := range u.Environments() {
		part := Unit{Service: u.Service, Path: u.Path}
		for _, c := range u.Changes {
			if c.File.Environment == e {
				part.Changes = append(part.Changes, c)
			}
		}
		out = append(out, part)
	}
	return out
}

// Left is the choice to leave the unit as it is in these targets.
func (u Unit) Left(environments ...string) (out []Left) {
	for _, e := range environments {
		out = append(out, Left{Environment: e, Service: u.Service, Path: u.Path})
	}
	return out
}

// Units are a plan's changes as a person decides on them: service by service,
// in the order of the files, each key with all its targets; images last.
func (p *Plan) Units() (out []Unit) {
	at := map[[2]string]int{}
	for i := range p.Files {
		f := &p.Files[i]
		for j := range f.Changes {
			c := &f.Changes[j]
			path := unitPath(f, c)
			id := [2]string{f.Service, path.String()}
			n, ok := at[id]
			if !ok {
				n = len(out)
				at[id] = n
				out = append(out, Unit{Service: f.Service, Path: path})
			}
			out[n].Changes = append(out[n].Changes, UnitChange{f, c})
		}
	}
	slices.SortStableFunc(out, func(a, b Unit) int { return p.serviceOrder(a.Service) - p.serviceOrder(b.Service) })
	return out
}

// serviceOrder is a service's place in the plan; images come last.
func (p *Plan) serviceOrder(name string) int {
	if i := slices.Index(p.Choice.Services, name); i >= 0 {
		return i
	}
	return len(p.Choice.Services)
}

// unitPath is the path that a person decides on: of an image its whole entry,
// whose tag and digest move together.
func unitPath(f *File, c *Change) keypath.Path {
	if f.Service != "" {
		return c.Path
	}
	p := c.Path
	for q, ok := p.Parent(); ok && !q.IsRoot() && ImageIdentity(q) == ""; q, ok = p.Parent() {
		p = q
	}
	return p
}

// chosen are the ops that a person did not choose to leave.
func (s *site) chosen(ops []op) []op {
	return slices.DeleteFunc(ops, func(o op) bool { return s.m.leaves(s.env, s.service, o.Path) })
}

// Deletes reports whether any change of the unit removes something.
func (u Unit) Deletes() bool {
	return slices.ContainsFunc(u.Changes, func(c UnitChange) bool { return c.Change.Action == edit.Delete })
}
