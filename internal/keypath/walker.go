package keypath

import (
	"encoding/binary"
	"strconv"
)

// State is where a walk stands in a document, as far as a Set can tell: nodes
// at which the same patterns match, cover and may match below share one.
type State int32

// A State's low bits are the index of a node of the automaton; the others count
// how often the cache was emptied, so that a State from before is noticed.
const (
	indexBits = 22
	maxIndex  = 1<<indexBits - 1
	maxEpoch  = 1<<(31-indexBits) - 1
)

// keepStates is how many states a Walker carries over into the next walk.
const keepStates = 1 << 12

// unknown is a transition that has not been worked out yet.
const unknown State = -1

// Walker carries a Set down through documents. It remembers what it has worked
// out, so that nearly every step is one look-up. For one goroutine. What it
// keeps from one walk to the next is bounded; in one walk it has at most one
// state for each node it met.
type Walker struct {
	set    *Set
	epoch  State
	states []*state
	byText map[string]State // what tells states apart → state
	start  State
	text   []byte
}

// state is one node of the automaton, made when a walk first comes to it.
type state struct {
	spot
	covers                  []int32
	coversInt, hereInt, out []int // as the methods give them
	keys                    table[string]
	elements                table[identity]
	indexes                 table[int]
	below                   State // where nothing is live: the state of every child
}

type identity struct{ key, value string }

// table is the transitions of one state by one kind of step. Texts that the
// state's patterns spell out have an entry each; of all others only counts
// which globs match them, so that its size does not depend on the document.
type table[T comparable] struct {
	ready   bool
	literal map[T]State
	globs   []func(T) bool
	other   State            // where no glob matches
	byGlobs map[string]State // by the set of those that do, as bits
}

// Walker makes a walker of s.
func (s *Set) Walker() *Walker {
	w := &Walker{set: s}
	w.reset()
	return w
}

func (w *Walker) reset() {
	w.states, w.byText = nil, map[string]State{}
	at := w.set.start()
	w.start = w.intern(at, at.here)
}

// Start begins a walk, at the root of a file. The States of walks before it are
// void; stepping from one that is no longer known panics.
func (w *Walker) Start() State {
	if len(w.states) > keepStates {
		w.epoch = (w.epoch + 1) & maxEpoch
		w.reset()
	}
	return w.start
}

func (w *Walker) at(st State) *state {
	if st>>indexBits != w.epoch {
		panic("keypath: a State of an earlier walk")
	}
	return w.states[st&maxIndex]
}

// Key is the state of the value behind a mapping's key.
func (w *Walker) Key(st State, key string) State {
	s := w.at(st)
	if len(s.live) == 0 {
		return w.still(s)
	}
	t := &s.keys
	if !t.ready {
		w.prepareKeys(s)
	}
	to, globs := find(w, t, key)
	if to == unknown {
		to = w.next(s, Step{Kind: Key, Key: key})
		t.learn(key, globs, to)
	}
	return to
}

// Element is the state of the list element whose identity key has value.
func (w *Walker) Element(st State, key, value string) State {
	s := w.at(st)
	if len(s.live) == 0 {
		return w.still(s)
	}
	t, id := &s.elements, identity{key, value}
	if !t.ready {
		w.prepareElements(s)
	}
	to, globs := find(w, t, id)
	if to == unknown {
		to = w.next(s, Step{Kind: Element, Key: key, Value: value})
		t.learn(id, globs, to)
	}
	return to
}

// Index is the state of the list element at index i.
func (w *Walker) Index(st State, i int) State {
	s := w.at(st)
	if len(s.live) == 0 {
		return w.still(s)
	}
	t := &s.indexes
	if !t.ready {
		w.prepareIndexes(s)
	}
	to, globs := find(w, t, i)
	if to == unknown {
		to = w.next(s, Step{Kind: Index, Index: i})
		t.learn(i, globs, to)
	}
	return to
}

// Document is the state of the root of the document with that name, in a file
// of several. There is one such step in a walk, so nothing is remembered of it.
func (w *Walker) Document(st State, name string) State {
	return w.next(w.at(st), Step{Kind: Document, Key: name})
}

// Step is Key, Element, Index or Document, as s says.
func (w *Walker) Step(st State, s Step) State {
	switch s.Kind {
	case Element:
		return w.Element(st, s.Key, s.Value)
	case Index:
		return w.Index(st, s.Index)
	case Document:
		return w.Document(st, s.Key)
	}
	return w.Key(st, s.Key)
}

// Path is the state at p, from Start.
func (w *Walker) Path(p Path) State {
	st := w.Start()
	for _, s := range p.Steps() {
		st = w.Step(st, s)
	}
	return st
}

// Covers is the indexes of the patterns that match here or above, ascending.
// The result is shared: it must not be changed. So are Here's and Below's.
func (w *Walker) Covers(st State) []int { return w.at(st).coversInt }

// Here is the indexes of the patterns that match exactly here.
func (w *Walker) Here(st State) []int { return w.at(st).hereInt }

// Below is the indexes of the patterns that may match something below here.
func (w *Walker) Below(st State) []int { return w.at(st).out }

// Dead reports that no pattern covers this node or can match below it.
func (w *Walker) Dead(st State) bool {
	s := w.at(st)
	return len(s.covers) == 0 && len(s.live) == 0
}

// next works a step out by the positions.
func (w *Walker) next(s *state, step Step) State {
	at := w.set.advance(s.live, step)
	return w.intern(at, union(s.covers, at.here))
}

// still is the state below one where nothing more can match.
func (w *Walker) still(s *state) State {
	if s.below == unknown {
		s.below = w.intern(spot{}, s.covers)
	}
	return s.below
}

// intern is the state with these positions and patterns.
func (w *Walker) intern(at spot, covers []int32) State {
	w.text = w.text[:0]
	for _, list := range [][]int32{at.live, at.here, covers} {
		w.text = binary.AppendUvarint(w.text, uint64(len(list)))
		for _, v := range list {
			w.text = binary.AppendUvarint(w.text, uint64(v))
		}
	}
	if st, ok := w.byText[string(w.text)]; ok {
		return st
	}
	if len(w.states) > maxIndex {
		panic("keypath: too many states in one walk") // more than a file has nodes (yamlfile.MaxExpanded)
	}
	st := w.epoch<<indexBits | State(len(w.states))
	w.states = append(w.states, &state{
		spot: at, covers: covers, below: unknown,
		coversInt: ints(covers), hereInt: ints(at.here), out: ints(w.set.owners(at.live)),
	})
	w.byText[string(w.text)] = st
	return st
}

func (s *Set) owners(live []int32) []int32 {
	var out []int32
	for _, p := range live {
		out = append(out, s.owner[p])
	}
	return ascending(out)
}

// find is the transition by x; where that is not known yet, unknown, and which
// globs match x. The bits are valid until the next call.
func find[T comparable](w *Walker, t *table[T], x T) (State, []byte) {
	if to, ok := t.literal[x]; ok {
		return to, nil
	}
	if len(t.globs) == 0 {
		return t.other, nil
	}
	none := true
	bits := append(w.text[:0], make([]byte, (len(t.globs)+7)/8)...)
	w.text = bits
	for i, g := range t.globs {
		if g(x) {
			bits[i/8] |= 1 << (i % 8)
			none = false
		}
	}
	if none {
		return t.other, nil
	}
	if to, ok := t.byGlobs[string(bits)]; ok {
		return to, bits
	}
	return unknown, append([]byte(nil), bits...)
}

// learn remembers a transition that find did not know.
func (t *table[T]) learn(x T, globs []byte, to State) {
	if _, ok := t.literal[x]; ok {
		t.literal[x] = to
		return
	}
	if globs == nil {
		t.other = to
		return
	}
	if t.byGlobs == nil {
		t.byGlobs = map[string]State{}
	}
	t.byGlobs[string(globs)] = to
}

func (t *table[T]) spell(x T) {
	if t.literal == nil {
		t.literal = map[T]State{}
	}
	t.literal[x] = unknown
}

func (w *Walker) prepareKeys(s *state) {
	t := &s.keys
	t.ready, t.other = true, unknown
	for _, p := range s.live {
		switch seg := &w.set.segs[p]; {
		case seg.kind == segIndex:
			t.spell(strconv.Itoa(seg.index))
		case seg.kind == segKey && seg.key.glob == nil:
			t.spell(seg.key.text)
		case seg.kind == segKey:
			t.globs = append(t.globs, seg.key.match)
		}
	}
}

func (w *Walker) prepareElements(s *state) {
	t := &s.elements
	t.ready, t.other = true, unknown
	for _, p := range s.live {
		switch seg := &w.set.segs[p]; {
		case seg.kind != segElement:
		case !seg.wild():
			t.spell(identity{seg.key.text, seg.value.text})
		default:
			t.globs = append(t.globs, func(id identity) bool {
				return seg.key.match(id.key) && seg.value.match(id.value)
			})
		}
	}
}

func (w *Walker) prepareIndexes(s *state) {
	t := &s.indexes
	t.ready, t.other = true, unknown
	for _, p := range s.live {
		if seg := &w.set.segs[p]; seg.kind == segIndex {
			t.spell(seg.index)
		}
	}
}
