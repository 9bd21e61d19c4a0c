package edit

import (
	"strconv"
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// block is a scalar as | or >: its header and its lines, which lose indent
// spaces when they are read.
type block struct {
	header string
	lines  []string // with their indentation
}

// blockOptions say where a block scalar would stand.
type blockOptions struct {
	style  syntax.Style
	indent int // of its lines
	parent int // column of the collection that holds it, -1 for a document
	// old says that a block scalar stands there, whose explicit indentation
	// indicator (digit) and chomping are kept where they serve.
	old   bool
	digit bool
	chomp string
	// last: nothing stands below it and the file has no final newline; sure says
	// that nothing is added to the file either.
	last, sure bool
	// folded are lines that fold to the text, without indentation.
	folded []string
}

// asBlock writes text as a block scalar; false where that cannot be done so
// that every reader has the text back.
func asBlock(text string, o blockOptions) (block, bool) {
	body := strings.TrimRight(text, "\n")
	tail := len(text) - len(body)
	if body == "" || !printable(text) || strings.Contains(text, "\r") {
		return block{}, false
	}
	lines := strings.Split(body, "\n")
	if o.style == syntax.Folded {
		var ok bool
		if lines, ok = foldedLines(body, o.folded); !ok {
			return block{}, false
		}
	}
	chomp, ok := chomping(tail, o)
	if !ok || badEdges(lines) {
		return block{}, false
	}
	b := block{header: map[syntax.Style]string{syntax.Literal: "|", syntax.Folded: ">"}[o.style]}
	if o.digit || strings.HasPrefix(firstFull(lines), " ") {
		n := o.indent - max(o.parent, 0)
		if n < 1 || n > 9 {
			return block{}, false
		}
		b.header += strconv.Itoa(n)
	}
	b.header += chomp
	for _, l := range lines {
		if l != "" {
			l = pad(o.indent) + l
		}
		b.lines = append(b.lines, l)
	}
	for i := 1; i < tail; i++ {
		b.lines = append(b.lines, "")
	}
	return b, true
}

// chomping is the indicator under which a text with so many trailing breaks is
// read back.
func chomping(tail int, o blockOptions) (string, bool) {
	if o.last { // the last line has no break: only - and no trailing break can be told apart
		if o.old && o.sure && o.chomp == "" {
			return "", tail == 0
		}
		return "-", tail == 0
	}
	switch {
	case o.old && o.chomp == "+" && tail > 0, tail > 1:
		return "+", true
	case tail == 0:
		return "-", true
	}
	return "", true
}

// badEdges: lines of blanks only at the start are taken for indentation, and at
// the end for trailing lines; a tab at the start is refused by go-yaml.
func badEdges(lines []string) bool {
	last := lines[len(lines)-1]
	if strings.Trim(last, " \t") == "" {
		return true
	}
	for _, l := range lines {
		if l == "" {
			continue
		}
		return l[0] == '\t' || strings.Trim(l, " \t") == ""
	}
	return false
}

func firstFull(lines []string) string {
	for _, l := range lines {
		if l != "" {
			return l
		}
	}
	return ""
}

// foldedLines are the lines that fold to body: those of the source where they
// do, else each line of the text followed by an empty one.
func foldedLines(body string, source []string) ([]string, bool) {
	if source != nil {
		return source, true
	}
	parts := strings.Split(body, "\n")
	var out []string
	for i, p := range parts {
		if p != "" && isBlank(p[0]) || i == 0 && p == "" || strings.HasSuffix(p, " ") {
			return nil, false // more-indented lines fold by rules of their own
		}
		if i > 0 && p != "" {
			out = append(out, "")
		}
		out = append(out, p)
	}
	return out, true
}

// blockText are the lines of a block scalar as the file has them, without
// indentation and trailing empty lines.
func blockText(t *syntax.Tree, id syntax.ID) []string {
	raw := strings.ReplaceAll(strings.ReplaceAll(t.Raw(id), "\r\n", "\n"), "\r", "\n")
	_, raw, _ = strings.Cut(raw, "\n")
	lines := strings.Split(strings.TrimRight(raw, "\n"), "\n")
	in := t.Indent(id)
	for i, l := range lines {
		lines[i] = l[min(in, len(l)-len(strings.TrimLeft(l, " "))):]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
