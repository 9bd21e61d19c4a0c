package keypath

import "strconv"

// Pattern names many paths. Its segments: a key, in which * and ? are globs; *
// alone is one key or one list element; ** is any number of segments; [] any
// list element; [key=glob], [0], {0} as in paths. Elements and documents that a
// pattern does not mention are skipped freely on the way to its next segment. A
// pattern covers what it matches and everything below. The zero Pattern matches
// nothing.
type Pattern struct{ text string }

type segKind uint8

const (
	segEnd      segKind = iota // behind the last segment of a pattern
	segKey                     // a key of a mapping
	segStar                    // *: one key or one element
	segDeep                    // **: any number of steps
	segElement                 // [key=value]
	segAny                     // []: one element
	segIndex                   // [0]
	segDocument                // {name}
)

// segment is one piece of a pattern, or of a path's text.
type segment struct {
	kind       segKind
	key, value word
	index      int
}

// step is a segment without wildcards.
func (s segment) step() Step {
	switch s.kind {
	case segElement:
		return Step{Kind: Element, Key: s.key.text, Value: s.value.text}
	case segIndex:
		return Step{Kind: Index, Index: s.index}
	case segDocument:
		return Step{Kind: Document, Key: s.key.text}
	}
	return Step{Kind: Key, Key: s.key.text}
}

func (s segment) wild() bool {
	switch s.kind {
	case segStar, segDeep, segAny:
		return true
	}
	return s.key.glob != nil || s.value.glob != nil
}

// matches reports whether s is what one step of a walk is. An index also names
// the key that is spelled like it, since a pattern cannot know which of the two
// a file has there.
func (s segment) matches(t Step) bool {
	switch s.kind {
	case segKey:
		return t.Kind == Key && s.key.match(t.Key)
	case segStar:
		return t.Kind != Document
	case segElement:
		return t.Kind == Element && s.key.match(t.Key) && s.value.match(t.Value)
	case segAny:
		return t.Kind == Element || t.Kind == Index
	case segIndex:
		return t.Kind == Index && s.index == t.Index || t.Kind == Key && t.Key == strconv.Itoa(s.index)
	case segDocument:
		return t.Kind == Document && s.key.match(t.Key)
	}
	return false
}

// ParsePattern reads a pattern. The error is a *SyntaxError. ** alone is a
// pattern; see Everything.
func ParsePattern(s string) (Pattern, error) {
	if s == "" {
		return Pattern{}, &SyntaxError{s, 1, EmptySegment}
	}
	if _, err := parse(s, true); err != nil {
		return Pattern{}, err
	}
	return Pattern{s}, nil
}

// Deep is the pattern first.**.last, which matches every key `last` below the
// key `first`: what to suggest where a key nearly matches a rule.
func Deep(first, last string) Pattern {
	return Pattern{Path{}.Child(first).String() + ".**." + Path{}.Child(last).String()}
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

func (p Pattern) segments() []segment {
	segs, err := parse(p.text, true)
	if err != nil {
		panic("keypath: not a pattern: " + p.text) // ParsePattern has read it
	}
	return segs
}

// Everything reports whether p is ** alone (or **.**), which covers the root.
func (p Pattern) Everything() bool {
	for _, s := range p.segments() {
		if s.kind != segDeep {
			return false
		}
	}
	return p.text != ""
}

// Wild reports whether p has any wildcard.
func (p Pattern) Wild() bool {
	for _, s := range p.segments() {
		if s.wild() {
			return true
		}
	}
	return false
}

// Path is the path that a pattern without wildcards spells; false where it has
// one. Such a pattern may match more than that path: elements that it does not
// mention are skipped.
func (p Pattern) Path() (Path, bool) {
	if p.text == "" || p.Wild() {
		return Path{}, false
	}
	return join(p.segments()), true
}

// FirstKey is the first key of every path that p matches; "" where wildcards
// leave it open.
func (p Pattern) FirstKey() string {
	for _, s := range p.segments() {
		if key, ok := s.literalKey(); !ok || key != "" {
			return key
		}
	}
	return ""
}

// LastKey is the last key of every path that p matches exactly, behind which
// only elements stand; "" where wildcards leave it open.
func (p Pattern) LastKey() string {
	segs := p.segments()
	for i := len(segs) - 1; i >= 0; i-- {
		if key, ok := segs[i].literalKey(); !ok || key != "" {
			return key
		}
	}
	return ""
}

// literalKey is the key that s stands for: "" and true for elements and
// documents, false where it is a wildcard that may be a key.
func (s segment) literalKey() (string, bool) {
	switch s.kind {
	case segElement, segAny, segIndex, segDocument:
		return "", true
	case segKey:
		return s.key.text, s.key.glob == nil
	}
	return "", false
}
