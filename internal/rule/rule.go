// Package rule is which differences are meant, and what their values must look
// like: the entries of allow, forbid, promote and lists in hoist.yaml.
//
// It is the one place where a rule meets values: comparison, plan and check all
// ask here. It reads no file; config builds its sets.
//
// Laws: a rule matches a path exactly as each of its patterns does by itself;
// Forbidden finds what any of the rules finds, tried one by one; a suggestion of
// NearMiss matches the key it is made for.
package rule

import (
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
)

// Allow says that the values at some keys are expected to differ. They are
// never promoted.
type Allow struct {
	Index    int // in hoist.yaml, from 0
	Keys     []keypath.Pattern
	Images   []string // globs of image services, instead of Keys
	Services []string // globs; none: every service
	Reason   string
	Group    string
	Hint     string
	Secret   bool
	Values   map[string]Want // by environment
	Absent   []string        // environments in which the key need not stand
	Distinct [][]string      // within a group all values must differ
	Equal    [][]string      // within a group all values must be equal
	Until    time.Time       // zero: for ever; the last day on which it holds
	Place    problem.Place   // in hoist.yaml
}

// Name is how a rule is called where people read: its group, else its patterns.
func (a *Allow) Name() string {
	if a.Group != "" {
		return a.Group
	}
	if len(a.Images) > 0 {
		return strings.Join(a.Images, ", ")
	}
	texts := make([]string, len(a.Keys))
	for i, k := range a.Keys {
		texts[i] = k.String()
	}
	return strings.Join(texts, ", ")
}

// WantText is what the values in an environment must look like, fit to show: a
// literal of a secret rule is the secret itself.
func (a *Allow) WantText(env string) string {
	w := a.Values[env]
	if _, literal := w.Literal(); literal && a.Secret {
		return "****"
	}
	return w.String()
}

// Applies reports whether the rule holds in a service.
func (a *Allow) Applies(service string) bool {
	return len(a.Services) == 0 || slices.ContainsFunc(a.Services, func(g string) bool { return Glob(g, service) })
}

// Expired reports whether the rule's last day is over at now, by the calendar of
// now's own location.
func (a *Allow) Expired(now time.Time) bool {
	if a.Until.IsZero() {
		return false
	}
	y, m, d := now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).After(a.Until)
}

// Supply is the value that rules give an environment: the first literal among
// their `values`. hoist may write it.
func Supply(rules []*Allow, env string) (value.Value, bool) {
	for _, r := range rules {
		if v, ok := r.Values[env].Literal(); ok {
			return v, true
		}
	}
	return value.Value{}, false
}

// Awaits reports whether a person must still supply the value that stands at a
// key under rules in an environment: it is absent, null or a placeholder, and no
// rule says that this is how it is meant.
func Awaits(rules []*Allow, env string, v value.Value) bool {
	if v.Present() && !Placeholder(v) {
		return false
	}
	for _, r := range rules {
		if w, ok := r.Values[env].Literal(); ok && w.Equal(v) {
			return false
		}
		if !Worded(v) && slices.Contains(r.Absent, env) {
			return false
		}
	}
	return true
}

// Forbid is values that may never stand in some environments, whatever the key.
type Forbid struct {
	Index  int // in hoist.yaml, from 0
	In     []string
	Values []Want
	Place  problem.Place
}

// Breach is what to say of a value that f forbids in an environment.
func (f *Forbid) Breach(env string, v value.Value) Breach {
	b := Breach{Kind: Forbidden, Environments: []string{env}, Place: f.Place}
	for i := range f.Values {
		if f.Values[i].findsIn(v) {
			b.Want, b.Place = f.Values[i].String(), f.Values[i].where(f.Place)
			break
		}
	}
	return b
}

// List says how the elements of a list are told apart.
type List struct {
	Index    int // in hoist.yaml, from 0
	Path     keypath.Pattern
	Identity string // the key that names an element; "": found by looking
	Set      bool   // a list of scalars that is added to, not replaced
	Ordered  bool   // a changed order of elements is a difference
	Place    problem.Place
}

// BreachKind is what a rule says that the values do not keep.
type BreachKind string

// The kinds of breaches.
const (
	BadValue    BreachKind = "values"
	NotDistinct BreachKind = "distinct"
	NotEqual    BreachKind = "equal"
	Forbidden   BreachKind = "forbid"
)

// Breach is one broken rule at one key.
type Breach struct {
	Kind         BreachKind
	Environments []string // whose values break it
	Want         string   // what was wanted or forbidden, as hoist.yaml spells it; **** for a secret
	Place        problem.Place
}
