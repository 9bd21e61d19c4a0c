package manifest

import (
	"path"

	"hoist.example/hoist/internal/keypath"
)

// AcrossNamespaces matches objects of two environments, which have the same
// names in namespaces of their own; for Options.Match.
func AcrossNamespaces(_ Side, o *Object) ID {
	id := Options{}.id(Before, o)
	id.Namespace = ""
	return id
}

// Allowed is a rule about rendered objects: what may differ between two
// environments.
type Allowed struct {
	// Kinds and Names are globs (path.Match); none is any.
	Kinds, Names []string
	// Keys are the patterns of what may differ; nil: any value. That an object
	// stands on one side only no rule explains.
	Keys   *keypath.Set
	Reason string // not empty
}

func (a *Allowed) covers(o *Object, c Change) bool {
	return oneOf(a.Kinds, o.Kind) && (oneOf(a.Names, o.Name) || o.Base != "" && oneOf(a.Names, o.Base)) &&
		(a.Keys == nil || len(a.Keys.Match(c.Path)) > 0)
}

// Expect is Options.Expected for rules; the first that covers a change explains
// it.
func Expect(rules []Allowed) func(*Object, Change) (string, bool) {
	return func(o *Object, c Change) (string, bool) {
		for i := range rules {
			if rules[i].covers(o, c) {
				return rules[i].Reason, true
			}
		}
		return "", false
	}
}

func oneOf(globs []string, name string) bool {
	for _, g := range globs {
		if ok, err := path.Match(g, name); ok && err == nil {
			return true
		}
	}
	return len(globs) == 0
}
