package manifest

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/rule"
)

// Affixes are what an overlay puts around the names of all its objects
// (kustomize's namePrefix and nameSuffix).
type Affixes struct{ Prefix, Suffix string }

// bare is a name without them.
func (a Affixes) bare(name string) string {
	if len(name) <= len(a.Prefix)+len(a.Suffix) || !strings.HasPrefix(name, a.Prefix) || !strings.HasSuffix(name, a.Suffix) {
		return name
	}
	return name[len(a.Prefix) : len(name)-len(a.Suffix)]
}

// Across matches objects of two environments, which have the same names in
// namespaces of their own, but for what each puts around all names; for
// Options.Match.
func Across(before, after Affixes) func(Side, *Object) ID {
	return func(s Side, o *Object) ID {
		own := before
		if s == After {
			own = after
		}
		id := ID{Group: o.Group, Kind: o.Kind, Name: own.bare(o.Name)}
		if o.Base != "" {
			id.Name = own.bare(o.Base) + "-*" // no other object has such a name
		}
		return id
	}
}

// Allowed is a rule about rendered objects: what may differ between two
// environments.
type Allowed struct {
	// Kinds and Names are globs; none is any. A kind may have its group behind it
	// (Deployment.apps), a name may be without the hash of its content.
	Kinds, Names []string
	// Keys are the patterns of what may differ; nil: any value.
	Keys *keypath.Set
	// Added and Removed: the object may stand on the second, on the first side only.
	Added, Removed bool
	Reason         string // not empty
}

// about reports whether the rule is about an object.
func (a *Allowed) about(o *Object) bool {
	return oneOf(a.Kinds, o.Kind, o.Kind+"."+o.Group) && oneOf(a.Names, o.Name, o.Base)
}

// Rules explain differences; the first that covers one explains it.
type Rules []Allowed

// Change is for Options.Expected.
func (r Rules) Change(o *Object, c Change) (reason string, ok bool) {
	for i := range r {
		if a := &r[i]; a.about(o) && (a.Keys == nil || len(a.Keys.Match(c.Path)) > 0) {
			return a.Reason, true
		}
	}
	return "", false
}

// Alone is for Options.Alone.
func (r Rules) Alone(o *Object, k Kind) (reason string, ok bool) {
	for i := range r {
		if a := &r[i]; a.about(o) && (k == Added && a.Added || k == Removed && a.Removed) {
			return a.Reason, true
		}
	}
	return "", false
}

// oneOf reports whether a glob matches one of the names that are not empty.
func oneOf(globs []string, names ...string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(g string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n != "" && rule.Glob(g, n) })
	})
}
