package yamlfile

import (
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// SameBytes reports whether n and m are spelled alike and mean the same for
// that: nothing inside is reached through an alias or a merge key, stands behind
// a duplicate key, or means something else where it stands deeper. It is the
// fast way to "same"; false says nothing.
func (n Node) SameBytes(m Node) bool {
	f, g := n.f, m.f
	if n.dup || m.dup || f.repeats || g.repeats {
		return false
	}
	a, b := f.tree.Whole(n.id), g.tree.Whole(m.id)
	if a.Len() != b.Len() || f.tree.Style(n.id) != g.tree.Style(m.id) || f.tree.Kind(n.id) != g.tree.Kind(m.id) {
		return false
	}
	s := f.tree.Source()[a.Start:a.End]
	if s != g.tree.Source()[b.Start:b.End] {
		return false
	}
	switch f.tree.Style(n.id) {
	case syntax.Literal, syntax.Folded:
		// An explicit indentation (|2) counts from the parent, which is not in the bytes.
		if f.tree.Indent(n.id) != g.tree.Indent(m.id) {
			return false
		}
	case syntax.Block:
		// "b:\n  c: 1" is two keys where b stands in column 2, and one where it stands in column 0.
		if f.column(a.Start) != g.column(b.Start) {
			return false
		}
	}
	return f.literal && g.literal || !strings.ContainsAny(s, "*<!")
}

// column counts bytes from the start of the line.
func (f *File) column(offset int) int {
	src := f.tree.Source()[:offset]
	i := len(src)
	for i > 0 && src[i-1] != '\n' && src[i-1] != '\r' {
		i--
	}
	if i == 0 && strings.HasPrefix(src, "\ufeff") {
		i = 3
	}
	return offset - i
}

// Comment is the comment that ends n's line (of a block scalar or a block list
// its first line), without the # and the blanks around it; "" for none.
func (n Node) Comment() string {
	t, src := n.f.tree, n.f.tree.Source()
	from := t.Span(n.at).End
	switch t.Style(n.at) {
	case syntax.Literal, syntax.Folded:
		from = t.Span(n.at).Start
		for from < len(src) && src[from] != ' ' && src[from] != '\t' && src[from] != '\n' && src[from] != '\r' {
			from++
		}
	case syntax.Block:
		if from = t.Mark(n.at) + 1; from == 0 {
			return ""
		}
	}
	for from < len(src) && (src[from] == ' ' || src[from] == '\t') {
		from++
	}
	if from == len(src) || src[from] != '#' && src[from] != ',' {
		return ""
	}
	if src[from] == ',' { // a: 1, # in a flow mapping of several lines
		from++
		for from < len(src) && (src[from] == ' ' || src[from] == '\t') {
			from++
		}
	}
	if from == 0 || from == len(src) || src[from] != '#' || src[from-1] != ' ' && src[from-1] != '\t' {
		return ""
	}
	rest := src[from:]
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	return strings.Trim(rest, "# \t")
}
