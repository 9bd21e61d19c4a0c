package rule

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
)

// track is the rules that hold in some services, compiled: patterns of allow
// first, then of lists, then of promote.
type track struct {
	set   *keypath.Set
	owner []int // pattern of allow → index of its rule
	lists int   // index of the first pattern of lists
	moved int   // index of the first pattern of promote
	near  map[ends]keypath.Pattern
}

// ends is the first and the last key of a pattern or path.
type ends struct{ first, last string }

// Walker carries all rules of one service down a document. For one goroutine.
type Walker struct {
	rules  *Set
	track  *track
	walk   *keypath.Walker
	start  keypath.State
	allows map[keypath.State][]*Allow // of states under a rule, as met
}

// For is a Walker for a service.
func (s *Set) For(service string) *Walker {
	t := s.trackOf(service)
	return &Walker{rules: s, track: t, walk: t.set.Walker(), allows: map[keypath.State][]*Allow{}}
}

// For is a Walker for another service of the same rules: w itself, with all it
// has learned, where the same rules hold there. Its States are void then.
func (w *Walker) For(service string) *Walker {
	if w.rules.trackOf(service) == w.track {
		return w
	}
	return w.rules.For(service)
}

func (s *Set) trackOf(service string) *track {
	applies := make([]byte, len(s.narrow))
	for i, n := range s.narrow {
		if s.allow[n].Applies(service) {
			applies[i] = 1
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tracks[string(applies)]
	if t == nil {
		t = s.compile(service)
		s.tracks[string(applies)] = t
	}
	return t
}

func (s *Set) compile(service string) *track {
	t := &track{near: map[ends]keypath.Pattern{}}
	var patterns []keypath.Pattern
	for i, a := range s.allow {
		if !a.Applies(service) {
			continue
		}
		for _, p := range a.Keys {
			patterns = append(patterns, p)
			t.owner = append(t.owner, i)
			t.remember(p)
		}
	}
	t.lists = len(patterns)
	for _, l := range s.lists {
		patterns = append(patterns, l.Path)
	}
	t.moved = len(patterns)
	t.set = keypath.Compile(append(patterns, s.promote...))
	return t
}

func (t *track) remember(p keypath.Pattern) {
	e := ends{p.FirstKey(), p.LastKey()}
	if _, ok := t.near[e]; !ok && e.first != "" && e.last != "" {
		t.near[e] = p
	}
}

// Start begins a walk at the root of a file; the States of walks before it are
// void. The other steps are keypath.Walker's.
func (w *Walker) Start() keypath.State {
	st := w.walk.Start()
	if st != w.start { // the states were numbered anew
		w.start = st
		clear(w.allows)
	}
	return st
}

// Key is the state of the value behind a mapping's key.
func (w *Walker) Key(st keypath.State, key string) keypath.State { return w.walk.Key(st, key) }

// Element is the state of the list element whose identity key has value.
func (w *Walker) Element(st keypath.State, key, value string) keypath.State {
	return w.walk.Element(st, key, value)
}

// Index is the state of the list element at index i.
func (w *Walker) Index(st keypath.State, i int) keypath.State { return w.walk.Index(st, i) }

// Document is the state of the root of a document in a file of several.
func (w *Walker) Document(st keypath.State, name string) keypath.State {
	return w.walk.Document(st, name)
}

// Step is Key, Element, Index or Document, as s says.
func (w *Walker) Step(st keypath.State, s keypath.Step) keypath.State { return w.walk.Step(st, s) }

// Path is the state at p, from Start.
func (w *Walker) Path(p keypath.Path) keypath.State {
	st := w.Start()
	for _, s := range p.Steps() {
		st = w.walk.Step(st, s)
	}
	return st
}

// Allows is the rules of allow that cover a node, in hoist.yaml's order. The
// result is shared: it must not be changed.
func (w *Walker) Allows(st keypath.State) []*Allow {
	covers := w.walk.Covers(st)
	if len(covers) == 0 || covers[0] >= w.track.lists {
		return nil
	}
	if a, ok := w.allows[st]; ok {
		return a
	}
	var out []*Allow
	for _, p := range covers {
		if p >= w.track.lists {
			break
		}
		if a := w.rules.allow[w.track.owner[p]]; len(out) == 0 || out[len(out)-1] != a {
			out = append(out, a)
		}
	}
	w.allows[st] = out
	return out
}

// List is the first entry of lists that names exactly this node, or nil.
func (w *Walker) List(st keypath.State) *List {
	for _, p := range w.walk.Here(st) {
		if p >= w.track.lists && p < w.track.moved {
			return w.rules.lists[p-w.track.lists]
		}
	}
	return nil
}

// Promoted reports whether a pattern of promote covers a node.
func (w *Walker) Promoted(st keypath.State) bool {
	covers := w.walk.Covers(st)
	return len(covers) > 0 && covers[len(covers)-1] >= w.track.moved
}

// Secret reports whether a rule that covers a node masks its values.
func (w *Walker) Secret(st keypath.State) bool {
	return slices.ContainsFunc(w.Allows(st), func(a *Allow) bool { return a.Secret })
}

// ReachesBelow reports whether a rule of allow covers a node or may match
// something below it.
func (w *Walker) ReachesBelow(st keypath.State) bool {
	return w.reaches(w.walk.Below(st)) || w.reaches(w.walk.Covers(st))
}

// reaches: the indexes ascend, and those of allow come first.
func (w *Walker) reaches(patterns []int) bool {
	return len(patterns) > 0 && patterns[0] < w.track.lists
}

// Dead reports that nothing here or below is under any rule: allow, lists and
// promote have no say there, and the walk may go on without a Walker.
func (w *Walker) Dead(st keypath.State) bool { return w.walk.Dead(st) }

// NearMiss is for a key outside the rules: the first pattern of allow with the
// same first and last key, and the pattern that would match the key too; empty
// texts where there is none. It looks at the whole path: ask it of keys that are
// shown, not of every key.
func (w *Walker) NearMiss(p keypath.Path) (pattern, suggestion string) {
	if len(w.track.near) == 0 {
		return "", ""
	}
	e, ok := endsOf(p)
	if !ok {
		return "", ""
	}
	near, ok := w.track.near[e]
	if !ok || w.reaches(w.track.set.Match(p)) {
		return "", ""
	}
	return near.String(), keypath.Deep(e.first, e.last).String()
}

// endsOf is the first and the last key of a path that ends in a key, and has two.
func endsOf(p keypath.Path) (e ends, ok bool) {
	keys := 0
	steps := p.Steps()
	for _, s := range steps {
		if s.Kind != keypath.Key {
			continue
		}
		if keys++; keys == 1 {
			e.first = s.Key
		}
		e.last = s.Key
	}
	return e, keys > 1 && steps[len(steps)-1].Kind == keypath.Key
}
