// Package compare walks the files of one service in every environment side by
// side, in one pass, and gives each key path one status. Pure: it reads no
// file, clock or environment variable.
//
// Laws: nothing that differs is ever called same; every leaf of every file is
// counted exactly once; the order of environments changes no status.
package compare

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// Status is the judgement of one key path over all environments.
type Status uint8

// The statuses, the first that holds wins.
const (
	Violation Status = iota + 1 // a rule's values, distinct, equal, or a forbid is broken
	Pending                     // allowed by a rule, but a person must supply the value
	Different                   // two present values differ, and no rule allows it
	Missing                     // stands in some environments only, and no rule allows it
	Expected                    // differs or is absent, as a rule allows
	Same                        // equal everywhere
)

// String is the status as JSON and the contract spell it.
func (s Status) String() string {
	return [...]string{"", "violation", "pending", "different", "missing", "expected", "same"}[s]
}

// NeedsAttention reports whether a person should look: all but expected and same.
func (s Status) NeedsAttention() bool { return s >= Violation && s <= Missing }

// Key is one key path, judged.
type Key struct {
	Path   keypath.Path
	Status Status
	// Nodes and Values are by environment; the zero value where it is absent. A
	// value that is a whole mapping or list (a difference of shape) has kind Map
	// or List.
	Nodes  []yamlfile.Node
	Values []value.Value
	// Rules are the allow rules that cover the path, in hoist.yaml's order.
	Rules    []*rule.Allow
	Breaches []rule.Breach
	// Pending are the environments that wait for a value (status Pending, or
	// Violation where another environment breaks a rule).
	Pending []string
	// NearMiss is the allow pattern that this key, outside all rules, nearly
	// matches, and Suggestion the pattern that would; both empty otherwise.
	NearMiss, Suggestion string
	// Shape says that it is a difference of shape: scalar here, mapping there.
	Shape bool
	// Types says that the values differ in type only or also in type.
	Types bool
}

// Counts are numbers of leaves by status.
type Counts struct{ Same, Different, Expected, Missing, Pending, Violation int }

// Add adds n leaves of a status.
func (c *Counts) Add(s Status, n int) {
	switch s {
	case Violation:
		c.Violation += n
	case Pending:
		c.Pending += n
	case Different:
		c.Different += n
	case Missing:
		c.Missing += n
	case Expected:
		c.Expected += n
	case Same:
		c.Same += n
	}
}

// Plus adds d.
func (c *Counts) Plus(d Counts) {
	c.Same += d.Same
	c.Different += d.Different
	c.Expected += d.Expected
	c.Missing += d.Missing
	c.Pending += d.Pending
	c.Violation += d.Violation
}

// NeedAttention is how many leaves a person should look at.
func (c Counts) NeedAttention() int { return c.Different + c.Missing + c.Pending + c.Violation }

// NoteCode names a kind of note.
type NoteCode string

// The notes: things worth knowing that are no difference.
const (
	OrderDiffers  NoteCode = "order"         // elements stand in another order
	AmbiguousList NoteCode = "ambiguous"     // a list whose elements cannot be told apart
	DuplicateKey  NoteCode = "duplicate-key" // a key stands twice in one mapping
	NearMiss      NoteCode = "near-miss"     // a key outside the rules looks like one inside
	OnlyIn        NoteCode = "only-in"       // the service has a file in some environments only
)

// Note is one of them. Args are fit to show.
type Note struct {
	Code         NoteCode
	Path         keypath.Path
	Environments []string // that it speaks of
	Place        problem.Place
	Args         []problem.Arg
}

// ListInfo is how the elements of one list were told apart.
type ListInfo struct {
	Identity  string // "" by index
	Ambiguous bool   // changes to it are held back
	Rule      *rule.List
	// Unmatched are pairs of environments whose lists have elements but share
	// none: a promotion between them is held back.
	Unmatched [][2]string
	// Inside says that an allow rule covers something in the elements.
	Inside bool
	// Lengths are the numbers of elements by environment; -1 where there is no
	// such list.
	Lengths []int
}

// Service is the comparison of one service.
type Service struct {
	Name         string
	Environments []string
	Paths        []string         // of the files, by environment
	Files        []*yamlfile.File // nil: not there, or unreadable
	Problems     problem.List     // files that could not be read
	// Keys are the judged leaves, in the order of the first environment that has
	// each; those that Keep turned down are only counted.
	Keys   []Key
	Lists  map[keypath.Path]ListInfo // every list of mappings that was met
	Notes  []Note
	Counts Counts
	// OnlyIn are the environments that have the service at all, where some lack
	// it; nil otherwise.
	OnlyIn []string
}

// Input is what Files compares.
type Input struct {
	Name         string
	Environments []string
	// From are, by environment, the environments that a promotion into it may
	// come from: a key is pending where its parent would be created by one.
	From     map[string][]string
	Paths    []string
	Files    []*yamlfile.File // nil: absent
	Problems problem.List
	Rules    *rule.Set
	// Walker, where not nil, is a walker of Rules that this goroutine may use: one
	// for many services remembers what it has worked out.
	Walker *rule.Walker
	// Keep says which statuses to keep in Keys; nil keeps all but Same.
	Keep func(Status) bool
}
