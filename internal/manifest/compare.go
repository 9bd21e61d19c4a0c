package manifest

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// Kind is what became of an object.
type Kind uint8

// The kinds of differences.
const (
	Added Kind = iota + 1
	Removed
	Changed
)

// String is the kind as JSON spells it.
func (k Kind) String() string { return [...]string{"", "added", "removed", "changed"}[k] }

// Action is what became of one value.
type Action uint8

// The actions. Order: the elements of a list stand in another order. Form: the
// text of a configuration file differs, and none of its values does: a comment,
// a line end. What reads the object may still restart.
const (
	Set Action = iota + 1
	Add
	Delete
	Order
	Form
)

// String is the action as JSON spells it.
func (a Action) String() string { return [...]string{"", "set", "add", "delete", "order", "form"}[a] }

// Change is one value that differs. Nodes are zero where it is absent; of a
// subtree that came or went there is one Change.
type Change struct {
	Path          keypath.Path
	Action        Action
	Before, After yamlfile.Node
	// Secret says that it stands in a Secret's data: masked whatever it looks like.
	Secret bool
	// Text says that a value is a text of several lines, which no table can show.
	Text bool
	// Expected is why this is as it should be; "" where nothing says so.
	Expected string
}

// Difference is an object that differs.
type Difference struct {
	Kind          Kind
	Before, After *Object // nil: Added has no Before, Removed no After
	Changes       []Change
	// Expected is why an object may stand on one side only; "" where nothing says so.
	Expected string
	// Rollout is what the changes do to the pods that the object makes; None for
	// objects that make none, and for changes that leave them alone.
	Rollout Rollout
}

// Object is the object as it will be, or as it was.
func (d *Difference) Object() *Object {
	if d.After != nil {
		return d.After
	}
	return d.Before
}

// Renamed reports whether the object goes on under another name, because a hash
// of its content stands behind it.
func (d *Difference) Renamed() bool {
	return d.Kind == Changed && d.Before.Name != d.After.Name
}

// Unexpected is the number of changes that no rule explains; an object that
// stands on one side only is one change.
func (d *Difference) Unexpected() (n int) {
	if d.Kind != Changed && d.Expected == "" {
		return 1
	}
	for _, c := range d.Changes {
		if c.Expected == "" {
			n++
		}
	}
	return n
}

// Follower is an object that differs in nothing but the names of ConfigMaps and
// Secrets that were renamed with their content.
type Follower struct {
	Before, After *Object
	Of            []*Object // the renamed, as they will be
	Rollout       Rollout
}

// Comparison is what differs between two sets of objects.
type Comparison struct {
	// Differences are in the order of the second set, removed objects where they
	// stood in the first, behind them.
	Differences []Difference
	Followers   []Follower
	Same        int // objects that do not differ at all
}

// Restarts are the followers whose pods are replaced.
func (c *Comparison) Restarts() (out []Follower) {
	for _, f := range c.Followers {
		if f.Rollout != None {
			out = append(out, f)
		}
	}
	return out
}

// Side is one of the two sets.
type Side uint8

// The sides.
const (
	Before Side = iota + 1
	After
)

// Options of a comparison; the zero Options compare as Kubernetes would.
type Options struct {
	// Match is what an object is matched by; nil: its ID, with Base for Name where
	// that is known.
	Match func(s Side, o *Object) ID
	// Identity is the key that names the elements of the list at a path, "" where
	// it is to be found by looking. nil: everywhere.
	Identity func(o *Object, p keypath.Path) string
	// Passes says that a change is none where two environments are compared, which
	// need not be spelled alike. nil: every change is one.
	Passes func(o *Object, c Change) bool
	// Expected says why a change is as it should be: a rule allows two
	// environments to differ. nil: nothing is.
	Expected func(o *Object, c Change) (reason string, ok bool)
	// Alone says the same of an object that stands on one side only.
	Alone func(o *Object, k Kind) (reason string, ok bool)
}

// Compare says what differs between two sets of objects. An object that cannot
// be read differs as a whole from any other text.
func Compare(before, after []*Object, o Options) *Comparison {
	pairs := match(before, after, o)
	names := renames(pairs)
	out := &Comparison{}
	for _, p := range pairs {
		out.pair(p, names, o)
	}
	return out
}

func (c *Comparison) pair(p pair, names renamed, o Options) {
	switch {
	case p.before == nil:
		c.alone(Difference{Kind: Added, After: p.after}, o)
		return
	case p.after == nil:
		c.alone(Difference{Kind: Removed, Before: p.before}, o)
		return
	case p.before.SameText(p.after):
		c.Same++
		return
	}
	w := walk{before: p.before, after: p.after, names: names, identities: o.Identity}
	w.objects()
	if o.Passes != nil {
		w.changes = slices.DeleteFunc(w.changes, func(c Change) bool { return o.Passes(p.after, c) })
	}
	roll := w.rollout()
	switch {
	case len(w.changes) > 0:
		d := Difference{Kind: Changed, Before: p.before, After: p.after, Changes: w.changes, Rollout: roll}
		d.explain(o)
		c.Differences = append(c.Differences, d)
	case len(w.follows) > 0:
		c.Followers = append(c.Followers, Follower{p.before, p.after, w.follows, roll})
	default:
		c.Same++
	}
}

func (c *Comparison) alone(d Difference, o Options) {
	if o.Alone != nil {
		if reason, ok := o.Alone(d.Object(), d.Kind); ok {
			d.Expected = reason
		}
	}
	c.Differences = append(c.Differences, d)
}

func (d *Difference) explain(o Options) {
	if o.Expected == nil {
		return
	}
	for i := range d.Changes {
		if reason, ok := o.Expected(d.After, d.Changes[i]); ok {
			d.Changes[i].Expected = reason
		}
	}
}

// Values are the values of a change; of a subtree only their kinds.
func (c Change) Values() (before, after value.Value) { return c.Before.Value(), c.After.Value() }
