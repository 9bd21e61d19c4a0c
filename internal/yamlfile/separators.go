package yamlfile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// LineSeparator: a U+0085, U+2028 or U+2029 that ends a line for go-yaml, so
// that it reads something else; Arg character (U+2028).
var LineSeparator = problem.Code{Name: "yaml-line-separator", Class: problem.Wrong}

// Undisputed refuses a file that go-yaml reads, but as another one: to it, as in
// YAML 1.1 (5.4), U+0085, U+2028 and U+2029 end a line, so that behind one a
// comment goes on as content. Files that it cannot read for that pass: no reader
// takes them for something else.
func (f *File) Undisputed() error {
	src := f.Source()
	at := separator(src)
	if at < 0 || strings.HasSuffix(f.name, ".json") {
		return nil
	}
	other, err := syntax.Parse(f.name, strings.NewReplacer("\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(src))
	if err != nil || sameStream(f.tree, other) {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(src[at:])
	return problem.New(LineSeparator, f.PlaceAt(at), "character", fmt.Sprintf("U+%04X", r))
}

// separator is where the first line separator stands, or -1.
func separator(src string) int {
	at := -1
	for _, s := range [...]string{"\u0085", "\u2028", "\u2029"} {
		if i := strings.Index(src, s); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	return at
}

func sameStream(a, b *syntax.Tree) bool {
	x, y := a.Documents(), b.Documents()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !sameTree(a, b, x[i].Root, y[i].Root) {
			return false
		}
	}
	return true
}

// sameTree compares two nodes but for white space in their scalars.
func sameTree(a, b *syntax.Tree, i, j syntax.ID) bool {
	if i == syntax.None || j == syntax.None {
		return i == j
	}
	if a.Kind(i) != b.Kind(j) || a.Style(i) != b.Style(j) || a.Tag(i) != b.Tag(j) || a.Anchor(i) != b.Anchor(j) {
		return false
	}
	switch a.Kind(i) {
	case syntax.Alias:
		return a.AliasName(i) == b.AliasName(j)
	case syntax.Scalar:
		x, y := a.Text(i), b.Text(j)
		return withoutSpace(x) == withoutSpace(y) && breaksBefore(x) == breaksBefore(y)
	}
	i, j = a.First(i), b.First(j)
	for ; i != syntax.None && j != syntax.None; i, j = a.Next(i), b.Next(j) {
		if !sameTree(a, b, i, j) {
			return false
		}
	}
	return i == j
}

// breaksBefore: a separator in the header of a block scalar is a line of it.
func breaksBefore(s string) int { return len(s) - len(strings.TrimLeft(s, "\n")) }

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
