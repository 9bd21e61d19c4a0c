// Package rule is which differences are meant, and what their values must look
// like: the entries of allow, forbid, promote and lists in hoist.yaml.
//
// It is the one place where a rule meets values: comparison, plan and check all
// ask here. It reads no file; config builds its sets.
package rule

import (
	"time"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
)

// Allow says that the values at some keys are expected to differ. They are
// never promoted.
type Allow struct {
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

// Forbid is values that may never stand in some environments, whatever the key.
type Forbid struct {
	In     []string
	Values []Want
	Place  problem.Place
}

// List says how the elements of a list are told apart.
type List struct {
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
	Want         string   // what was wanted or forbidden, as hoist.yaml spells it
	Place        problem.Place
}

// Want is what a value must look like: a glob over strings, or a literal
// compared by type and value.
type Want struct{}

// Set is all rules of one hoist.yaml.
type Set struct{}
