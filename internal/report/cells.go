package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// cells is the number of terminal cells that s takes. Ambiguous characters
// (East Asian width A) count as one, and are kept out of our own tables.
func cells(s string) int { return displaywidth.String(s) }

// pad fills s with spaces up to n cells.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-cells(s)))
}

// plain reports whether s is printable ASCII.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible replaces what a terminal would act on, or what would not be seen, by
// an escape: control characters, escape sequences, bidi and other format
// characters, odd spaces, bytes that are no UTF-8. What can be printed stays.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(visibleRune(s[i:i+size], r, size))
		i += size
	}
	return b.String()
}

func visibleRune(s string, r rune, size int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`\x%02x`, s[0])
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case !unicode.IsPrint(r):
		return fmt.Sprintf(`\u{%x}`, r)
	}
	return s
}

// visibleLine is visible for a line of a patch: tabs and printable odd spaces
// stay, since the patch shows the file as it is.
func visibleLine(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '\t' || unicode.Is(unicode.Zs, r) {
			b.WriteString(s[i : i+size])
		} else {
			b.WriteString(visibleRune(s[i:i+size], r, size))
		}
		i += size
	}
	return b.String()
}

// wrap breaks s into lines of at most n cells, at spaces, and between Chinese
// characters; a word that is wider stands alone on its line.
func wrap(s string, n int) []string {
	var out []string
	line, width := "", 0
	for _, part := range breakable(s) {
		w := cells(strings.TrimRight(part, " "))
		if width > 0 && width+w > n {
			out = append(out, strings.TrimRight(line, " "))
			line, width = "", 0
		}
		line += part
		width += cells(part)
	}
	return append(out, strings.TrimRight(line, " "))
}

// breakable cuts s into what must stay together, each with the spaces behind it.
func breakable(s string) []string {
	var out []string
	g := graphemes(s)
	part := ""
	for i, x := range g {
		part += x.text
		last := i+1 == len(g)
		if last || x.text == " " && g[i+1].text != " " && !numbered(g, i) || breakBetween(x.text, g[i+1].text) {
			out = append(out, part)
			part = ""
		}
	}
	return out
}

// numbered: the space at i stands between a Chinese word and its number.
func numbered(g []grapheme, i int) bool {
	return i > 0 && han(g[i-1].text) && g[i+1].text[0] >= '0' && g[i+1].text[0] <= '9'
}

// breakBetween: Chinese breaks between any two characters, but no line begins
// with closing punctuation or ends with opening punctuation.
func breakBetween(a, b string) bool {
	return (han(a) || han(b)) && b != " " && !strings.Contains("，。；：！？、）》」”’…,.;:!?)]}", b) && !strings.Contains("（《「“‘([{", a)
}

func han(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}
