// Package edit turns a set of wanted changes to one file into a few bytes to
// replace. It never prints existing text back: what is not named keeps its bytes.
//
// Laws: changes are grouped by the container they touch, and each container is
// rewritten once, knowing all its deletes, sets and inserts; the result has the
// same events as the changes made one by one with a parse between, in any
// order; no byte outside the splices moves. A Draft is not to be trusted:
// yamlfile/proof, which shares no code with this room, decides.
package edit

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// Action is what an Op does.
type Action uint8

// The actions.
const (
	// Set gives an existing path the value of From (or Value): a scalar, a list
	// of scalars, or a whole subtree where the shape changes.
	Set Action = iota + 1
	// Add creates a path that the file does not have: a key or a list element
	// with everything below it. Its parent must exist, or be added by another Op.
	Add
	// Delete removes an existing path with everything below it.
	Delete
	// Append adds the elements From has and the list at Path lacks, at its end
	// (a list of scalars under `as: set`).
	Append
)

// String is the action as JSON spells it; an Append is a set.
func (a Action) String() string {
	return [...]string{"", "set", "add", "delete", "set"}[a]
}

// Supply is a value written inside what an Op writes, in place of what From has
// there, or where From has nothing (it then is the whole value at Op.Path).
type Supply struct {
	Path  keypath.Path
	Value value.Value
	// Comment, where not "", is written behind the value: " # " + Comment.
	Comment string
}

// Op is one wanted change to one file. Paths are in the file's own terms:
// elements by the identity that the comparison chose.
type Op struct {
	Action Action
	Path   keypath.Path
	// From is the source's node: its value, style, comments and blank line are
	// what is written, in the target's habits; aliases in it are written as
	// values. The zero Node: Supply holds the value of Path itself.
	From yamlfile.Node
	// Omit are paths below Path that From has and that are left out.
	Omit []keypath.Path
	// Supply are values written in place of From's.
	Supply []Supply
	// Clean reports whether a comment of the source may be copied (it holds no
	// credential and no forbidden value); nil copies all.
	Clean func(comment string) bool
}

// Why an Op is held back.
var (
	Unsafe = problem.Code{Name: "unsafe", Class: problem.Attention}
)

// Held is an Op that was not done, with the reason: a Problem with code Unsafe
// whose Arg "why" names the class of refusal.
type Held struct {
	Op  int
	Why *problem.Problem
}

// Draft is the result of Make.
type Draft struct {
	Before *yamlfile.File
	After  []byte
	Edits  []textedit.Edit // of Before's bytes, sorted
	Done   []Op
	Held   []Held
}
