// Package check holds what stands in the files against the rules, for CI jobs:
// not what differs, only what is wrong or will be.
//
// It reads no file, clock or environment variable and words nothing. It looks
// at every key, so it must be given comparisons with all keys kept, the same
// ones too.
//
// Laws: findings come in one order, whatever the order of map keys; a finding
// never holds a value; a baseline written from findings accepts exactly those.
package check

import (
	"iter"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// Code is a kind of finding; contract, never translated.
type Code string

// The codes, in the order in which findings of one service come.
const (
	Violation   Code = "violation"      // a rule's values, distinct, equal, or a forbid is broken; want, kind
	Pending     Code = "pending"        // a value is missing where its parent stands
	Placeholder Code = "placeholder"    // a value says that it is to be filled in, or is empty under a rule
	Secret      Code = "unruled-secret" // a value looks like a credential, and is under no rule; class
	Ambiguous   Code = "ambiguous-list" // elements of a list cannot be told apart; why
	NearMiss    Code = "near-miss"      // a key outside the rules looks like one inside; pattern, suggestion
	Shadowed    Code = "shadowed-file"  // a file that discover finds and whose service's name another file has: nobody compares it
	Expired     Code = "rule-expired"   // a rule is past its date; until
	Unused      Code = "rule-unused"    // a rule matches nothing in any service
	Mixed       Code = "mixed-commit"   // a commit changes environments that `separate` keeps apart; commit, subject
)

// Codes are all of them, in order.
func Codes() []Code {
	return []Code{Violation, Pending, Placeholder, Secret, Ambiguous, NearMiss, Shadowed, Expired, Unused, Mixed}
}

func (c Code) order() int { return slices.Index(Codes(), c) }

// Severity says how bad a finding is.
type Severity string

// The severities. Both make a check fail.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Severity is Error for what is wrong today.
func (c Code) Severity() Severity {
	switch c {
	case Violation, Pending, Placeholder, Mixed:
		return Error
	}
	return Warning
}

// Finding is one thing found. Service is "" for findings about rules, whose Path
// is their first pattern, and about commits, whose Path is their id; Environment is "" where it concerns all, and several
// joined by commas where it concerns those together.
type Finding struct {
	Code                       Code
	Kind                       string // of a violation: values, distinct, equal, forbid
	Service, Environment, Path string
	Place                      problem.Place
	Rule                       problem.Place // that it is about; zero: none
	Args                       []problem.Arg
}

// Severity is that of the code.
func (f Finding) Severity() Severity { return f.Code.Severity() }

// Arg is the text of the named argument, "" where there is none.
func (f Finding) Arg(name string) string {
	for _, a := range f.Args {
		if a.Name == name {
			return a.Text
		}
	}
	return ""
}

// Input is what Run looks at.
type Input struct {
	Services iter.Seq[*compare.Service] // with all keys kept
	Rules    *rule.Set
	// Complete says that Services are all of hoist.yaml's: only then can a rule
	// be said to match nothing.
	Complete bool
	// Images reports whether a rule about images matches one; nil: such rules
	// are not judged.
	Images   func(*rule.Allow) bool
	Today    time.Time // zero: no rule is past its date
	Baseline *Baseline // nil: nothing is accepted
	Shadowed []Shadow  // files that belong to no service
	Mixed    []MixedCommit
}

// MixedCommit is a commit that changes environments which are kept apart.
type MixedCommit struct {
	Commit, Subject string
	Environments    []string
	File            string // one that it changed
}

// Shadow is a file that belongs to no service, because its service's name is
// taken by another file.
type Shadow struct{ Service, Environment, File string }

// Result is what was found.
type Result struct {
	Findings []Finding    // what the baseline does not accept
	Accepted []Finding    // what it does
	Gone     []Entry      // what it accepts and is no more
	Problems problem.List // files that could not be read
	Services int
}

// All is every finding, accepted or not: what a new baseline holds.
func (r *Result) All() []Finding { return slices.Concat(r.Findings, r.Accepted) }

// Run looks at every service and then at the rules.
func Run(in Input) *Result {
	x := &run{in: in, used: map[*rule.Allow]bool{}, lists: map[*rule.List]bool{}}
	r := &Result{}
	var all []Finding
	for s := range in.Services {
		r.Services++
		r.Problems = append(r.Problems, s.Problems...)
		all = append(all, x.service(s)...)
	}
	for _, s := range in.Shadowed {
		all = append(all, Finding{Code: Shadowed, Service: s.Service, Environment: s.Environment, Place: problem.Place{File: s.File}})
	}
	all = append(all, x.rules(len(r.Problems) == 0)...)
	for _, m := range in.Mixed {
		all = append(all, Finding{Code: Mixed, Environment: strings.Join(m.Environments, ","), Path: m.Commit, Place: problem.Place{File: m.File},
			Args: []problem.Arg{{Name: "commit", Text: m.Commit[:min(len(m.Commit), 10)]}, {Name: "subject", Text: m.Subject}}})
	}
	r.Findings, r.Accepted, r.Gone = in.Baseline.split(all, in.Complete && len(r.Problems) == 0)
	return r
}

type run struct {
	in    Input
	used  map[*rule.Allow]bool
	lists map[*rule.List]bool
	found []Finding
}

// service gives the findings of one service, by code, then by key.
func (x *run) service(s *compare.Service) []Finding {
	x.found = nil
	walker := x.in.Rules.For(s.Name)
	for i := range s.Keys {
		k := &s.Keys[i]
		x.use(walker, k)
		x.breaches(s, k)
		x.waiting(s, k)
		x.worded(s, k)
		x.secret(s, k)
		x.nearMiss(s, k, walker)
	}
	x.ambiguous(s)
	slices.SortStableFunc(x.found, func(a, b Finding) int { return a.Code.order() - b.Code.order() })
	return x.found
}

func (x *run) add(f Finding) { x.found = append(x.found, f) }

// use remembers which rules match something.
func (x *run) use(walker *rule.Walker, k *compare.Key) {
	for _, r := range k.Rules {
		x.used[r] = true
	}
	if len(x.in.Rules.Lists()) > len(x.lists) {
		if l := walker.List(walker.Path(k.Path)); l != nil {
			x.lists[l] = true
		}
	}
	if !k.Shape {
		return
	}
	for _, n := range k.Nodes { // what is below a change of shape is not walked by the comparison
		if n.Valid() && !n.Leaf() {
			x.useBelow(walker, walker.Path(k.Path), n)
		}
	}
}

func (x *run) useBelow(walker *rule.Walker, st keypath.State, n yamlfile.Node) {
	if n.Leaf() {
		for _, r := range walker.Allows(st) {
			x.used[r] = true
		}
		return
	}
	for k, c := range n.Entries() {
		x.useBelow(walker, walker.Key(st, k), c)
	}
	i := 0
	for c := range n.Items() {
		x.useBelow(walker, walker.Index(st, i), c)
		i++
	}
}

// nearMiss finds keys that look as if a rule were meant to cover them, also where
// they are the same today, of which the comparison says nothing.
func (x *run) nearMiss(s *compare.Service, k *compare.Key, walker *rule.Walker) {
	pattern, suggestion := k.NearMiss, k.Suggestion
	if k.Status == compare.Same && len(k.Rules) == 0 {
		pattern, suggestion = walker.NearMiss(k.Path)
	}
	if pattern != "" {
		x.add(Finding{Code: NearMiss, Service: s.Name, Path: k.Path.String(), Place: firstPlace(k),
			Args: []problem.Arg{{Name: "pattern", Text: pattern}, {Name: "suggestion", Text: suggestion}}})
	}
}

// breaches are the rules that the values do not keep: one finding for each
// environment whose value is wrong by itself, one for a group together.
func (x *run) breaches(s *compare.Service, k *compare.Key) {
	for _, b := range k.Breaches {
		f := Finding{Code: Violation, Kind: string(b.Kind), Service: s.Name, Path: k.Path.String(), Rule: b.Place,
			Args: []problem.Arg{{Name: "want", Text: b.Want}}}
		if b.Kind == rule.NotDistinct || b.Kind == rule.NotEqual {
			f.Environment, f.Place = joined(b.Environments), x.placeIn(s, k, b.Environments)
			x.add(f)
			continue
		}
		for _, e := range b.Environments {
			f.Environment, f.Place = e, x.placeIn(s, k, []string{e})
			x.add(f)
		}
	}
}

func joined(names []string) string { return strings.Join(names, ",") }

// placeIn is where the key stands in the last of the environments that has it:
// a rule is broken by the one that came later.
func (x *run) placeIn(s *compare.Service, k *compare.Key, envs []string) problem.Place {
	for i := len(s.Environments) - 1; i >= 0; i-- {
		if slices.Contains(envs, s.Environments[i]) && k.Nodes[i].Valid() {
			return k.Nodes[i].Place()
		}
	}
	return firstPlace(k)
}

func firstPlace(k *compare.Key) problem.Place {
	for _, n := range k.Nodes {
		if n.Valid() {
			return n.Place()
		}
	}
	return problem.Place{}
}

// waiting finds values that a person must supply: absent where the parent
// stands, or a placeholder under a rule. Where the parent is not there, nothing
// is wrong yet.
func (x *run) waiting(s *compare.Service, k *compare.Key) {
	if len(k.Rules) == 0 {
		return
	}
	for i, e := range s.Environments {
		v := k.Values[i]
		if s.Files[i] == nil || !rule.Awaits(k.Rules, e, v) {
			continue
		}
		f := Finding{Code: Pending, Service: s.Name, Environment: e, Path: k.Path.String(), Rule: k.Rules[0].Place, Args: hint(k.Rules)}
		if v.Present() {
			f.Code, f.Place = Placeholder, k.Nodes[i].Place()
		} else if f.Place = parentPlace(s.Files[i], k.Path); f.Place.Line == 0 || !slices.ContainsFunc(k.Values, supplied) {
			continue
		}
		x.add(f)
	}
}

func supplied(v value.Value) bool { return v.Present() && !rule.Placeholder(v) }

func hint(rules []*rule.Allow) []problem.Arg {
	for _, r := range rules {
		if r.Hint != "" {
			return []problem.Arg{{Name: "hint", Text: r.Hint}}
		}
	}
	return nil
}

// parentPlace is where the parent of p stands; no line where it does not.
func parentPlace(f *yamlfile.File, p keypath.Path) problem.Place {
	parent, _ := p.Parent()
	if n, ok := f.Lookup(parent); ok && n.Valid() {
		return n.Place()
	}
	return problem.Place{File: f.Name()}
}

// pendingMark begins the comment that --placeholder writes behind a value.
const pendingMark = "hoist:pending"

// worded finds placeholders outside the rules, and values that hoist itself
// marked as waiting.
func (x *run) worded(s *compare.Service, k *compare.Key) {
	for i, e := range s.Environments {
		n := k.Nodes[i]
		if !n.Valid() || len(k.Rules) > 0 && rule.Awaits(k.Rules, e, k.Values[i]) {
			continue
		}
		if rule.Worded(k.Values[i]) && len(k.Rules) == 0 || n.Leaf() && strings.HasPrefix(n.Comment(), pendingMark) {
			x.add(Finding{Code: Placeholder, Service: s.Name, Environment: e, Path: k.Path.String(), Place: n.Place()})
		}
	}
}

// secret finds credentials under no rule, which a promotion would ask about: one
// finding a key, at the first environment that has one.
func (x *run) secret(s *compare.Service, k *compare.Key) {
	if len(k.Rules) > 0 {
		return
	}
	for i, e := range s.Environments {
		v := k.Values[i]
		if !v.Present() || rule.Worded(v) {
			continue
		}
		if class, ok := mask.LooksSecret(k.Path, v); ok {
			x.add(Finding{Code: Secret, Service: s.Name, Environment: e, Path: k.Path.String(), Place: k.Nodes[i].Place(),
				Args: []problem.Arg{{Name: "class", Text: class}}})
			return
		}
	}
}

// ambiguous finds lists whose elements cannot be told apart: what the comparison
// noted, and lists that it went through by index although that is not safe.
func (x *run) ambiguous(s *compare.Service) {
	noted := map[keypath.Path]bool{}
	for _, n := range s.Notes {
		if n.Code == compare.AmbiguousList {
			noted[n.Path] = true
			envs := ""
			if len(n.Environments) < len(s.Environments) {
				envs = joined(n.Environments)
			}
			x.add(Finding{Code: Ambiguous, Service: s.Name, Environment: envs, Path: n.Path.String(), Place: n.Place, Args: n.Args})
		}
	}
	var paths []string
	byText := map[string]keypath.Path{}
	for p, l := range s.Lists {
		if l.Rule != nil {
			x.lists[l.Rule] = true
		}
		if l.Ambiguous && !noted[p] {
			paths = append(paths, p.String())
			byText[p.String()] = p
		}
	}
	slices.Sort(paths)
	for _, text := range paths {
		x.add(Finding{Code: Ambiguous, Service: s.Name, Path: text, Place: placeOf(s, byText[text]), Args: []problem.Arg{{Name: "why", Text: "no-identity"}}})
	}
}

func placeOf(s *compare.Service, p keypath.Path) problem.Place {
	for _, f := range s.Files {
		if f == nil {
			continue
		}
		if n, ok := f.Lookup(p); ok && n.Valid() {
			return n.Place()
		}
	}
	return problem.Place{}
}

// rules finds rules past their date, and, where every service could be read,
// rules that match nothing.
func (x *run) rules(readable bool) []Finding {
	x.found = nil
	for _, r := range x.in.Rules.Allow() {
		if !x.in.Today.IsZero() && r.Expired(x.in.Today) {
			x.add(Finding{Code: Expired, Path: r.Name(), Place: r.Place, Rule: r.Place, Args: []problem.Arg{{Name: "until", Text: r.Until.Format(time.DateOnly)}}})
		}
	}
	if !x.in.Complete || !readable {
		return x.found
	}
	for _, r := range x.in.Rules.Allow() {
		used := x.used[r]
		if len(r.Images) > 0 {
			used = x.in.Images == nil || x.in.Images(r)
		}
		if !used {
			x.add(Finding{Code: Unused, Path: r.Name(), Place: r.Place, Rule: r.Place})
		}
	}
	for _, l := range x.in.Rules.Lists() {
		if !x.lists[l] {
			x.add(Finding{Code: Unused, Path: l.Path.String(), Place: l.Place, Rule: l.Place})
		}
	}
	return x.found
}
