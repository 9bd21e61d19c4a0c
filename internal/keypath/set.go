package keypath

import "slices"

// Set is patterns compiled into one automaton. It is immutable and safe for
// many readers; each goroutine walks with a Walker of its own.
//
// The automaton's positions are the segments of all patterns, one behind the
// other; each pattern ends in a segEnd, which is where it has matched.
type Set struct {
	patterns []Pattern
	segs     []segment
	owner    []int32 // position → index of its pattern
	starts   []int32 // pattern → its first position
}

// Compile makes a Set; a pattern's index is its place in patterns.
func Compile(patterns []Pattern) *Set {
	s := &Set{patterns: slices.Clone(patterns)}
	for i, p := range patterns {
		if p.text == "" {
			continue // the zero Pattern matches nothing
		}
		s.starts = append(s.starts, int32(len(s.segs)))
		for _, g := range append(p.segments(), segment{}) {
			s.segs = append(s.segs, g)
			s.owner = append(s.owner, int32(i))
		}
	}
	return s
}

// Len is the number of patterns.
func (s *Set) Len() int { return len(s.patterns) }

// Pattern is the pattern with index i.
func (s *Set) Pattern(i int) Pattern { return s.patterns[i] }

// Match is the indexes of the patterns that cover p, ascending. It is for one
// path at a time; a walk over a document uses a Walker.
func (s *Set) Match(p Path) []int {
	if s.Len() == 0 {
		return nil
	}
	at := s.start()
	covers := at.here
	for _, step := range p.Steps() {
		at = s.advance(at.live, step)
		covers = union(covers, at.here)
	}
	return ints(covers)
}

// spot is where the automaton is after some steps: positions that may still
// match below, and patterns that match exactly here. Both ascend.
type spot struct{ live, here []int32 }

func (s *Set) start() spot {
	var at spot
	for _, p := range s.starts {
		s.enter(&at, p)
	}
	return at.normal()
}

// advance is the spot one step below the positions of live.
func (s *Set) advance(live []int32, step Step) spot {
	var at spot
	for _, p := range live {
		seg := s.segs[p]
		switch {
		case seg.kind == segDeep:
			s.enter(&at, p)
			continue
		case seg.matches(step):
			s.enter(&at, p+1)
		}
		if step.Kind != Key && seg.kind != segDocument { // elements and documents are skipped freely
			s.enter(&at, p)
		}
	}
	return at.normal()
}

// enter adds a position, and behind a ** the one that follows it.
func (s *Set) enter(at *spot, p int32) {
	for ; s.segs[p].kind == segDeep; p++ {
		at.live = append(at.live, p)
	}
	if s.segs[p].kind == segEnd {
		at.here = append(at.here, s.owner[p])
	} else {
		at.live = append(at.live, p)
	}
}

func (at spot) normal() spot { return spot{ascending(at.live), ascending(at.here)} }

func ascending(a []int32) []int32 {
	slices.Sort(a)
	return slices.Compact(a)
}

func union(a, b []int32) []int32 {
	if len(b) == 0 {
		return a
	}
	return ascending(slices.Concat(a, b))
}

func ints(a []int32) []int {
	if len(a) == 0 {
		return nil
	}
	b := make([]int, len(a))
	for i, v := range a {
		b[i] = int(v)
	}
	return b
}
