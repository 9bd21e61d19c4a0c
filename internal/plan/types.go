// Package plan is a comparison and a choice made into changes, as data: what
// would be written, what is held back and why, and what it was made from. Pure.
//
// Laws: a plan made again from the same bytes is equal; a key under an allow
// rule is never changed unless it was named; a plan file holds no secret and no
// bytes to write.
package plan

import (
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// Choice is what was asked for. It is part of a plan file: apply makes the plan
// again from it.
type Choice struct {
	From      string
	To        []string
	Services  []string // resolved names, in hoist.yaml's order
	Only      []string // patterns, as typed
	Except    []string
	Prune     []string // patterns, or "all"
	Overwrite []string
	Images    []string // services or full names of images; "*" is all
	// ImagesFrom are the targets that take their images from another environment
	// than From, and which.
	ImagesFrom  map[string]string
	Add         bool // --add: also image entries that the target does not have
	WithRefs    bool // --with-refs: also resources that repeat a tag
	OnlyImages  bool // images sync: no configs
	Placeholder bool
	Set         []Supplied
	// Leave is what a person chose to leave as it is in a target: what stands at
	// or below a path is neither changed nor held back.
	Leave []Left
}

// Supplied is a value that a person gave: --set, --values.
type Supplied struct {
	Environment string
	Service     string // "" where the plan has one service
	Path        string
	Text        string      // as typed: read with the type that the key has elsewhere
	Value       value.Value // present: a value that is typed already (--values); Text is not read
	Secret      bool        // such a plan cannot be saved
	FromFile    bool        // from --values: a --set of the same key wins
}

// Code says why something is held back.
type Code string

// The codes of the contract.
const (
	HeldPending      Code = "pending"
	HeldUnsafe       Code = "unsafe"
	HeldAmbiguous    Code = "ambiguous"
	HeldUnclassified Code = "unclassified"
	HeldRemoves      Code = "removes"
	HeldEncrypted    Code = "encrypted"
	HeldHotfix       Code = "hotfix"
)

// Held is a change that the plan does not make.
type Held struct {
	Environment, Service string
	Path                 keypath.Path
	Code                 Code
	Needs                []keypath.Path // pending: the values to give
	Place                problem.Place  // in the target, or the source where it has none
	Why                  string         // a word that report explains, per code
	Args                 []problem.Arg
	Rule                 *rule.Allow // that made it pending
	Suggest              string      // unclassified: the allow entry to paste (YAML)
}

// Arg is the text of the named argument, "" where there is none.
func (h Held) Arg(name string) string {
	for _, a := range h.Args {
		if a.Name == name {
			return a.Text
		}
	}
	return ""
}

// Content is a value or a subtree, to be shown through mask.
type Content struct {
	Node  yamlfile.Node // zero: nothing there
	Value value.Value   // of a leaf
	// Omit are the paths below that are not shown: keys under allow rules, and,
	// of what is added, what the source has there and the plan leaves out.
	Omit []keypath.Path
}

// Change is one change to one file.
type Change struct {
	Path          keypath.Path
	Action        edit.Action
	Before, After Content
	Line          int  // in the file before (of the parent, for an Add)
	TypeChanged   bool // int → string, scalar → mapping, …
	Secret        bool // shown masked by a rule
}

// File is one file with its new bytes, proved.
type File struct {
	Path, Environment, Service string
	SHA256                     string // of the bytes before
	Before                     *yamlfile.File
	After                      *yamlfile.File
	Edits                      []textedit.Edit
	Changes                    []Change
}

// Source is a file that the plan was made from.
type Source struct{ Path, SHA256 string }

// Left is a key that only the target has.
type Left struct {
	Environment, Service string
	Path                 keypath.Path
}

// LeftBehind is a resource that repeats the tag of an image that moves, and does
// not move with it.
type LeftBehind struct {
	Environment string
	Behind
}

// Plan is the whole.
type Plan struct {
	Choice     Choice
	Config     Source
	Sources    []Source
	Files      []File
	HeldBack   []Held
	TargetOnly []Left
	Missing    []Left         // images that only the source has (--add takes them over)
	Behind     []LeftBehind   // resources that repeat a tag which moves (--with-refs)
	Problems   problem.List   // services that could not be read
	Notes      []compare.Note // near misses and the like
	Matched    []string       // groups of allow rules that match something, in hoist.yaml's order
	Digest     string         // sha256:…
}
