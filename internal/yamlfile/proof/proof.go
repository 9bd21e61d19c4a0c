// Package proof decides whether an edited file is exactly what was wanted. It
// is the gate before every write, and the only room that knows go-yaml.
//
// It knows the wanted tree by applying the ops to the tree of the file before,
// and shares no code with yamlfile/edit, which makes the bytes. It writes
// nothing and repairs nothing.
//
// Laws, for a Proved: our reader and go-yaml (for JSON encoding/json) read both
// versions alike; no byte moved outside the places the ops name; the tree after
// is the wanted one; the effective leaves that moved, aliases and merges
// resolved, lie under the ops' paths; no protected leaf changed in value or
// bytes, no forbidden value came in; no comment outside the touched entries is
// gone, and no line that no op touches changed.
package proof

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// Why a file is held back before anything is tried. The place is where the
// readers part, as far as known.
var (
	// GaveUp: the second reader cannot read the file. Its words are the cause.
	GaveUp = problem.Code{Name: "reader-gave-up", Class: problem.Attention}
	// Disagree: the two readers take the file differently. Args: path.
	Disagree = problem.Code{Name: "readers-disagree", Class: problem.Attention}
)

// Why an edited file is not what was wanted. All but ByteOrderMark, LineEnds
// and BytesMoved have the Arg path; BadChange, BadSplice, WrongValue and
// Elsewhere say more in a second one.
var (
	BadChange     = problem.Code{Name: "proof-bad-change", Class: problem.Refused}    // why: the ops themselves cannot be
	BadSplice     = problem.Code{Name: "proof-splice", Class: problem.Refused}        // why: order, place
	BytesMoved    = problem.Code{Name: "proof-bytes", Class: problem.Refused}         // bytes outside the splices differ
	ByteOrderMark = problem.Code{Name: "proof-bom", Class: problem.Refused}           // it came or went
	LineEnds      = problem.Code{Name: "proof-line-ends", Class: problem.Refused}     // another kind of line break came in
	FinalNewline  = problem.Code{Name: "proof-final-newline", Class: problem.Refused} // it came or went
	Unreadable    = problem.Code{Name: "proof-unreadable", Class: problem.Refused}    // a reader gives up on the result
	Disputed      = problem.Code{Name: "proof-disputed", Class: problem.Refused}      // the readers take the result differently
	WrongValue    = problem.Code{Name: "proof-value", Class: problem.Refused}         // what: a planned value is not the wanted one
	Lost          = problem.Code{Name: "proof-lost", Class: problem.Refused}          // a key or element is missing
	Extra         = problem.Code{Name: "proof-extra", Class: problem.Refused}         // a key or element nobody asked for
	Misplaced     = problem.Code{Name: "proof-order", Class: problem.Refused}         // a key or element stands at the wrong place
	Elsewhere     = problem.Code{Name: "proof-elsewhere", Class: problem.Refused}     // what: something not planned changed
	Moved         = problem.Code{Name: "proof-moved", Class: problem.Refused}         // another key's effective value changed
	Protected     = problem.Code{Name: "proof-protected", Class: problem.Refused}     // a key under an allow rule changed
	Forbidden     = problem.Code{Name: "proof-forbidden", Class: problem.Refused}     // a forbidden value came in
	CommentLost   = problem.Code{Name: "proof-comment-lost", Class: problem.Refused}  // a comment is gone
	LineChanged   = problem.Code{Name: "proof-line", Class: problem.Refused}          // a line that no op touches changed
	BlankLost     = problem.Code{Name: "proof-blank-line", Class: problem.Refused}    // a blank line is gone
	CommentNew    = problem.Code{Name: "proof-comment-new", Class: problem.Refused}   // a comment nobody may copy came in
)

// Proved is an edited file that passed Check. It can only be made there; the
// zero Proved proves nothing.
type Proved struct {
	after *yamlfile.File
	draft edit.Draft
}

// After is the file as it may be written: its Source are the bytes.
func (p Proved) After() *yamlfile.File { return p.after }

// Draft is a copy of what was proved.
func (p Proved) Draft() *edit.Draft { return clone(&p.draft) }

func clone(d *edit.Draft) *edit.Draft {
	out := *d
	out.After, out.Edits = slices.Clone(d.After), slices.Clone(d.Edits)
	out.Done, out.Held = slices.Clone(d.Done), slices.Clone(d.Held)
	return &out
}

// Rules is what a caller adds. Nil functions protect and forbid nothing, and
// name elements by index.
type Rules struct {
	// Protected reports whether the leaf at a path must keep its value: an allow
	// rule covers it, and nobody named it.
	Protected func(keypath.Path) bool
	// Forbidden reports whether a value may not come into this file. A list of
	// scalars is asked for element by element.
	Forbidden func(keypath.Path, value.Value) bool
	// Identity is the key that names the elements of the list at a path, "" for
	// none.
	Identity func(keypath.Path) string
}

// prover is one run of Check.
type prover struct {
	d             *edit.Draft
	rules         Rules
	before, after *tree
	read          reading // of before, by the second reader
	sources       map[*yamlfile.File]*tree
	names         []string // of before's documents; nil where there is only one
	only          int      // the document that paths without a name go into
	build         builder
	roots         []*want
	made          []*want // by op
	arrived       []bool  // by op
	reached       []*tree // embedded documents that ops lead into
	hosts         [][2]*tree
	regions       []textedit.Span
	touched       []textedit.Span
	deleted       int     // entries
	shrunk        []*want // collections they were in
	losses        []lost
	steps         []keypath.Step // where we are
	walked        int
}

// Check proves that d's After is d's Before with the ops of d.Done made and
// nothing else. The error is a *problem.Problem with one of this room's codes;
// its place is in the file before, where there is one.
func Check(d *edit.Draft, r Rules) (Proved, error) {
	p := &prover{d: d, rules: r, before: load(d.Before), sources: map[*yamlfile.File]*tree{}}
	if err := p.check(); err != nil {
		return Proved{}, err
	}
	return Proved{after: p.after.file, draft: *clone(d)}, nil
}

// check runs the checks in order; the first that fails decides.
func (p *prover) check() error {
	p.nameDocuments()
	for _, f := range []func() *problem.Problem{p.readBefore, p.apply, p.readReached, p.splices, p.outside,
		p.readAfter, p.matchAll, p.readHosts, p.moved, p.keptComments, p.lines} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// Readable reports, as a Problem, what keeps a file from being edited: that the
// second reader gives up on it, or on a document inside it, or reads it
// otherwise than ours. nil: both readers agree.
func Readable(f *yamlfile.File) *problem.Problem {
	p := &prover{d: &edit.Draft{Before: f}, before: load(f)}
	p.nameDocuments()
	if err := p.readBefore(); err != nil {
		return err
	}
	for i := range p.before.nodes {
		if in := p.before.nodes[i].inner; in != nil {
			if err := p.judge(readAgain(in), in, GaveUp, Disagree); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameDocuments prepares the wanted roots and the names that paths begin with.
func (p *prover) nameDocuments() {
	f := p.before.file
	p.only = -1
	for i, d := range p.before.docs {
		var w *want
		if d != nil {
			w = &want{old: d}
			if !emptyRoot(d) && p.only < 0 {
				p.only = i
			}
		}
		p.roots = append(p.roots, w)
		p.names = append(p.names, f.DocumentName(i))
	}
	if !f.Several() {
		p.names = nil
		p.only = max(p.only, 0)
		return
	}
	p.only = -1
}

// name is what a path calls document i.
func (p *prover) name(i int) string {
	if i < len(p.names) {
		return p.names[i]
	}
	return ""
}

func (p *prover) documentStep(i int) []keypath.Step {
	if p.names == nil {
		return nil
	}
	return []keypath.Step{{Kind: keypath.Document, Key: p.name(i)}}
}

func (p *prover) readBefore() *problem.Problem {
	p.read = readAgain(p.before)
	return p.judge(p.read, p.before, GaveUp, Disagree)
}

// readReached: the readers agree on the embedded documents that ops lead into.
func (p *prover) readReached() *problem.Problem {
	for _, t := range p.reached {
		if err := p.judge(readAgain(t), t, GaveUp, Disagree); err != nil {
			return err
		}
	}
	return nil
}

func (p *prover) readAfter() *problem.Problem {
	p.steps = nil
	f, err := yamlfile.Parse(p.before.file.Name(), p.d.After)
	if err != nil {
		return p.fail(Unreadable, nil).Because(err)
	}
	p.after = load(f)
	r := readAgain(p.after)
	if r.ok() && r.worse(p.read) {
		return p.fail(Disputed, nil)
	}
	return p.judge(r, p.after, Unreadable, Disputed)
}

// readHosts: the readers agree on the embedded documents that were written.
func (p *prover) readHosts() *problem.Problem {
	for _, h := range p.hosts {
		if err := p.judge(readAgain(h[1]), h[1], Unreadable, Disputed); err != nil {
			return err
		}
	}
	return nil
}

func (p *prover) judge(r reading, t *tree, gaveUp, disagree problem.Code) *problem.Problem {
	p.steps = nil
	switch {
	case r.err != nil:
		return p.fail(gaveUp, t.host).Because(r.err)
	case r.bad && t == p.before:
		return p.fail(disagree, r.at)
	case r.bad:
		return p.fail(disagree, t.host)
	}
	return nil
}

func (p *prover) path() keypath.Path { return keypath.Of(p.steps...) }

// fail is a Problem at the current path; n, of the file before, is its place.
func (p *prover) fail(c problem.Code, n *node, kv ...string) *problem.Problem {
	place := problem.Place{File: p.before.file.Name()}
	if n != nil && n.in != nil && n.in != p.after {
		place = n.in.file.PlaceAt(n.whole().Start)
	}
	return problem.New(c, place, append([]string{"path", p.path().String()}, kv...)...)
}

// failAt is a Problem at an offset in the file before.
func (p *prover) failAt(c problem.Code, offset int, kv ...string) *problem.Problem {
	return p.failIn(c, p.before, offset, kv...)
}

func (p *prover) failIn(c problem.Code, t *tree, offset int, kv ...string) *problem.Problem {
	return problem.New(c, t.file.PlaceAt(offset), append([]string{"path", p.path().String()}, kv...)...)
}
