package value

import (
	"unicode"
	"unicode/utf8"
)

// HoldsWord reports whether a string (or a string in a list of scalars) holds
// one of words as a word of its own, in any case: "ci" is a word of
// api.ci.example, db-CI-2, ciBucket and {ci}, and none of circle. What is
// compared are ASCII letters and digits; any other text may stand around.
func (v Value) HoldsWord(words []string) bool {
	for _, e := range v.Items() {
		if e.HoldsWord(words) {
			return true
		}
	}
	switch v.kind {
	case String, Tagged, Ambiguous:
		for _, w := range words {
			if holdsWord(v.text, w) {
				return true
			}
		}
	}
	return false
}

func holdsWord(s, word string) bool {
	for i := 0; word != "" && i+len(word) <= len(s); i++ {
		if foldEqual(s[i:i+len(word)], word) && startsWord(s, i) && endsWord(s, i+len(word)) {
			return true
		}
	}
	return false
}

func foldEqual(a, b string) bool {
	for i := 0; i < len(b); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// startsWord: nothing that belongs to a word stands before i, or a new hump of
// camel case begins there.
func startsWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	if i == 0 || !wordRune(before) {
		return true
	}
	return isUpper(s[i]) && !isUpper(s[i-1])
}

// endsWord: no letter stands at i, or a new hump begins there. A number may
// follow: prod2.
func endsWord(s string, i int) bool {
	if i == len(s) {
		return true
	}
	after, _ := utf8.DecodeRuneInString(s[i:])
	if !wordRune(after) || isDigit(s[i]) {
		return true
	}
	return isUpper(s[i]) && !isUpper(s[i-1])
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// wordRune: Chinese is written without blanks, so that an ASCII word between
// Chinese characters is a word; é and the like go on with a word.
func wordRune(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
