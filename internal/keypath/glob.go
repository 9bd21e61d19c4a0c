package keypath

import "unicode/utf8"

// word is text in a pattern: literal, or a glob over characters.
type word struct {
	text string
	glob []rune // nil where the text is literal
}

// Wildcards among a glob's characters. A byte that is no UTF-8 is badByte-byte,
// so that it matches itself only.
const (
	anyRun  rune = -1 // *
	anyOne  rune = -2 // ?
	badByte rune = -256
)

// wordBuilder collects a word; once it has met a wildcard, glob holds all so far.
type wordBuilder struct {
	text []byte
	glob []rune
	wild bool
}

func (w *wordBuilder) flush() {
	for i := 0; i < len(w.text); {
		c, size := character(string(w.text[i:]))
		w.glob = append(w.glob, c)
		i += size
	}
	w.text = w.text[:0]
}

func (w *wordBuilder) wildcard(c byte) {
	w.flush()
	w.wild = true
	switch {
	case c == '?':
		w.glob = append(w.glob, anyOne)
	case len(w.glob) == 0 || w.glob[len(w.glob)-1] != anyRun:
		w.glob = append(w.glob, anyRun)
	}
}

func (w *wordBuilder) word() word {
	if !w.wild {
		return word{text: string(w.text)}
	}
	w.flush()
	return word{glob: w.glob}
}

// character is the first character of s and its size in bytes.
func character(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return badByte - rune(s[0]), 1
	}
	return r, size
}

// match reports whether all of s is what w means. A * that turns out too short
// is lengthened by one character and what follows is tried again; only the last
// * needs that, so the cost is at most len(s) × len(w.glob).
func (w word) match(s string) bool {
	if w.glob == nil {
		return w.text == s
	}
	g, at := 0, 0
	star, from := -1, 0
	for at < len(s) {
		c, size := character(s[at:])
		switch {
		case g < len(w.glob) && w.glob[g] == anyRun:
			star, from = g, at
			g++
		case g < len(w.glob) && (w.glob[g] == c || w.glob[g] == anyOne):
			g++
			at += size
		case star >= 0:
			_, size := character(s[from:])
			from += size
			g, at = star+1, from
		default:
			return false
		}
	}
	for g < len(w.glob) && w.glob[g] == anyRun {
		g++
	}
	return g == len(w.glob)
}
