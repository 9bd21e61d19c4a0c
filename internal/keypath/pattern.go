package keypath

// Pattern names many paths. Its segments: a key, in which * and ? are globs; *
// alone is one key or one list element; ** is any number of segments; [] any
// list element; [key=glob], [0], {0} as in paths. Elements and documents that a
// pattern does not mention are skipped freely. A pattern covers what it matches
// and everything below.
type Pattern struct{ text string }

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }
