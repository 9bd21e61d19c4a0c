package plan

import (
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
)

// selection is the patterns of one flag.
type selection struct {
	set   *keypath.Set
	given bool
	exact map[keypath.Path]bool // what its wildcard-free patterns name
}

// covers reports whether a pattern matches p or something above it.
func (s selection) covers(p keypath.Path) bool { return s.given && len(s.set.Match(p)) > 0 }

// names reports whether a wildcard-free pattern is exactly p.
func (s selection) names(p keypath.Path) bool { return s.exact[p] }

func readPatterns(flag string, texts []string) (selection, error) {
	s := selection{given: len(texts) > 0, exact: map[keypath.Path]bool{}}
	var l problem.List
	var ps []keypath.Pattern
	for _, t := range texts {
		p, err := keypath.ParsePattern(t)
		if err != nil {
			l = append(l, patternProblem(flag, t, err))
			continue
		}
		if q, ok := p.Path(); ok {
			s.exact[q] = true
		}
		ps = append(ps, p)
	}
	s.set = keypath.Compile(ps)
	return s, l.Err()
}

func patternProblem(flag, text string, err error) *problem.Problem {
	p := problem.New(BadPattern, problem.Place{}, "flag", "--"+flag, "pattern", text).Because(err)
	if se, ok := err.(*keypath.SyntaxError); ok {
		p.Args = append(p.Args, problem.Arg{Name: "column", Text: itoa(se.Column)}, problem.Arg{Name: "why", Text: string(se.Why)})
	}
	return p
}

// Narrowing is --only and --except: which keys take part.
type Narrowing struct{ only, except selection }

// Narrow reads the patterns of --only and --except.
func Narrow(only, except []string) (n Narrowing, err error) {
	var l problem.List
	n.only, err = readPatterns("only", only)
	l = append(l, problem.All(err)...)
	n.except, err = readPatterns("except", except)
	l = append(l, problem.All(err)...)
	return n, l.Err()
}

// Any reports whether anything was narrowed.
func (n Narrowing) Any() bool { return n.only.given || n.except.given }

func (n Narrowing) selects(p keypath.Path) bool {
	return (!n.only.given || n.only.covers(p)) && !n.except.covers(p)
}

// Apply takes out of a comparison, in which every key was kept, those that do
// not take part, counts anew, and keeps only what keep wants (nil: all but same).
func (n Narrowing) Apply(s *compare.Service, keep func(compare.Status) bool) {
	s.Counts = compare.Counts{}
	s.Keys = slices.DeleteFunc(s.Keys, func(k compare.Key) bool {
		if !n.selects(k.Path) {
			return true
		}
		s.Counts.Add(k.Status, 1)
		if keep == nil {
			return k.Status == compare.Same
		}
		return !keep(k.Status)
	})
}
