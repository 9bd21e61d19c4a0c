package syntax_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// readByGoYAML is what go-yaml v4 makes of src, in the notation of asGoYAMLSees.
func readByGoYAML(src string) (trees []string, roots []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	d := yaml.NewDecoder(strings.NewReader(src))
	for {
		var n yaml.Node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			return trees, roots, nil
		} else if err != nil {
			return trees, roots, err
		}
		var b strings.Builder
		printGoYAML(&b, &n)
		trees = append(trees, b.String())
		roots = append(roots, &n)
	}
}

func printGoYAML(b *strings.Builder, n *yaml.Node) {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	if n.Anchor != "" {
		b.WriteString("&" + n.Anchor + " ")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		b.WriteString("<" + n.Tag + "> ")
	}
	switch n.Kind {
	case yaml.AliasNode:
		b.WriteString("*" + n.Value)
	case yaml.ScalarNode:
		style := ""
		switch {
		case n.Style&yaml.DoubleQuotedStyle != 0:
			style = "double"
		case n.Style&yaml.SingleQuotedStyle != 0:
			style = "single"
		case n.Style&yaml.LiteralStyle != 0:
			style = "literal"
		case n.Style&yaml.FoldedStyle != 0:
			style = "folded"
		}
		fmt.Fprintf(b, "%s%q", style, n.Value)
	default:
		open, end := "[", "]"
		if n.Kind == yaml.MappingNode {
			open, end = "{", "}"
		}
		if n.Style&yaml.FlowStyle != 0 {
			open = "flow" + open
		}
		b.WriteString(open)
		for _, c := range n.Content {
			printGoYAML(b, c)
			b.WriteString(", ")
		}
		b.WriteString(end)
	}
}

// asGoYAMLSees is our tree in the same notation.
func asGoYAMLSees(t *syntax.Tree) (trees []string) {
	for _, d := range t.Documents() {
		var b strings.Builder
		if d.Root == syntax.None {
			b.WriteString(`""`)
		} else {
			printOurs(&b, t, d.Root)
		}
		trees = append(trees, b.String())
	}
	return trees
}

func printOurs(b *strings.Builder, t *syntax.Tree, id syntax.ID) {
	if a := t.Anchor(id); a != "" {
		b.WriteString("&" + a + " ")
	}
	if tag := t.TagName(id); tag != "" && tag != "!" {
		if s, ok := strings.CutPrefix(tag, "tag:yaml.org,2002:"); ok {
			tag = "!!" + s
		}
		b.WriteString("<" + tag + "> ")
	}
	switch t.Kind(id) {
	case syntax.Alias:
		b.WriteString("*" + t.AliasName(id))
	case syntax.Scalar:
		style := [...]string{"", "", "single", "double", "literal", "folded"}[t.Style(id)]
		fmt.Fprintf(b, "%s%q", style, t.Text(id))
	default:
		open, end := "[", "]"
		if t.Kind(id) == syntax.Mapping {
			open, end = "{", "}"
		}
		if t.Style(id) == syntax.Flow {
			open = "flow" + open
		}
		b.WriteString(open)
		for c := t.First(id); c != syntax.None; c = t.Next(c) {
			printOurs(b, t, c)
			b.WriteString(", ")
		}
		b.WriteString(end)
	}
}

// otherBreaks are line breaks to go-yaml and content to YAML 1.2 (5.4); a byte
// order mark behind the start is content to both, but makes go-yaml lose
// characters of the lines behind it.
var otherBreaks = strings.NewReplacer("\u0085", "_", "\u2028", "_", "\u2029", "_", "\ufeff", "_")

// tamed is src with what go-yaml v4.0.0 is known to read wrongly, or to refuse
// although YAML 1.2.2 allows it, replaced by what it reads: an input on which it
// and this package disagree must be one on which they agree when it is tamed.
func tamed(src string, tree *syntax.Tree) string {
	start := len(src) - len(strings.TrimPrefix(src, "\ufeff"))
	if tree == nil {
		return src[:start] + otherBreaks.Replace(src[start:])
	}
	var edits []textedit.Edit
	edit := func(start, end int, text string) {
		edits = append(edits, textedit.Edit{Span: textedit.Span{Start: start, End: end}, New: text})
	}
	for _, d := range tree.Documents() {
		for _, s := range d.Directives {
			// go-yaml knows %YAML 1.1 and %TAG only (6.8).
			if f := strings.Fields(src[s.Start:s.End]); f[0] != "%TAG" {
				edit(s.Start, s.End, "")
			}
		}
	}
	for id := syntax.ID(0); int(id) < tree.Len(); id++ {
		whole, span := tree.Whole(id), tree.Span(id)
		// Names that are not ASCII, or end in a colon (6.9.2).
		if name := tree.Anchor(id); oddName(name) {
			at := whole.Start + strings.Index(src[whole.Start:span.Start], "&"+name) + 1
			edit(at, at+len(name), fmt.Sprintf("odd%x", name))
		}
		if tree.Kind(id) == syntax.Alias && oddName(tree.AliasName(id)) {
			edit(span.Start+1, span.End, fmt.Sprintf("odd%x", tree.AliasName(id)))
		}
		// A value's bracket directly behind its colon (7.4.2).
		if m := tree.Mark(id); m >= 0 && strings.IndexByte("[{", src[min(m+1, len(src)-1)]) >= 0 {
			edit(m+1, m+1, " ")
		}
	}
	// Tabs between nodes, where go-yaml wants spaces (6.3).
	blank := []byte(src)
	inScalar := make([]bool, len(src))
	for id := syntax.ID(0); int(id) < tree.Len(); id++ {
		if tree.Kind(id) == syntax.Scalar {
			for i := tree.Span(id).Start; i < tree.Span(id).End; i++ {
				inScalar[i] = true
			}
		}
	}
	for i, c := range blank {
		if c == '\t' && !inScalar[i] {
			blank[i] = ' '
		}
	}
	out, err := textedit.Apply(blank, edits)
	if err != nil {
		panic(err)
	}
	return string(out[:start]) + otherBreaks.Replace(string(out[start:]))
}

func oddName(name string) bool {
	return strings.HasSuffix(name, ":") || strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 })
}

// excused names why go-yaml's reading of src, in a way that cannot be tamed, is
// not ours.
func excused(src string, roots []*yaml.Node, refused error) string {
	if refused != nil && strings.Contains(refused.Error(), "unknown anchor") {
		return "aliases without anchor are refused by the room yamlfile"
	}
	if strings.HasPrefix(src, "\xff\xfe") || strings.HasPrefix(src, "\xfe\xff") {
		return "UTF-16 is not read, on purpose"
	}
	if emptyFirstKey.MatchString(src) {
		return "brackets in the value of an empty key that starts a flow collection make it forget which key it is reading"
	}
	lines := regexp.MustCompile(`\r\n?|\n`).Split(src, -1)
	for _, n := range roots {
		n = n.Content[0]
		block := n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
		if block && markerLine.MatchString(strings.Join(lines[n.Line:], "\n")) {
			return "--- and ... end a block scalar whose text stands at column 0 (9.1.2)"
		}
	}
	return ""
}

var emptyFirstKey = regexp.MustCompile(`[\[{](\s|#.*)*:[^,]*[\[{]`)

var markerLine = regexp.MustCompile(`(?m)^(---|\.\.\.)([ \t]|$)`)

// disagreement is how go-yaml and this package read src differently, or "".
func disagreement(src string) string {
	different, tree, roots, refused := compare(src)
	if different == "" || excused(src, roots, refused) != "" {
		return ""
	}
	tame := tamed(src, tree)
	if tame == src {
		return different
	}
	still, tameTree, roots, refused := compare(tame)
	if tree != nil && tameTree == nil {
		return different + fmt.Sprintf("\nand not read here when written as %q", tame)
	}
	if still == "" || excused(tame, roots, refused) != "" {
		return ""
	}
	return different + "\nand also:\n" + still
}

func compare(src string) (different string, tree *syntax.Tree, roots []*yaml.Node, refused error) {
	theirs, roots, refused := readByGoYAML(src)
	tree, err := syntax.Parse("x.yaml", src)
	ours := []string{fmt.Sprintf("refused: %v", err)}
	if err == nil {
		ours = asGoYAMLSees(tree)
	} else {
		tree = nil
	}
	if refused != nil {
		theirs = []string{fmt.Sprintf("refused: %v", refused)}
	}
	if err != nil && refused != nil || fmt.Sprint(ours) == fmt.Sprint(theirs) {
		return "", tree, roots, refused
	}
	return fmt.Sprintf("%q\nhere    %s\ngo-yaml %s", src, ours, theirs), tree, roots, refused
}

// FuzzAgainstYAML holds our reading against that of go.yaml.in/yaml/v4: kinds,
// styles, tags, anchors and text of all nodes of all documents. What tamed and
// excused do not name is an error here.
func FuzzAgainstYAML(f *testing.F) {
	for _, s := range ugly {
		f.Add(s)
	}
	for _, c := range constructs {
		f.Add(c.src)
	}
	for _, c := range refusals {
		if len(c.src) < 1000 {
			f.Add(c.src)
		}
	}
	if dir := os.Getenv("YAML_TEST_SUITE"); dir != "" {
		for _, c := range suiteCases(f, dir) {
			f.Add(c.yaml)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		if d := disagreement(src); d != "" {
			t.Fatal(d)
		}
	})
}

// shapes is how many random texts TestShapesAgainstYAML reads.
var shapes = flag.Int("shapes", 20_000, "number of random texts held against go-yaml")

// TestShapesAgainstYAML does what fuzzing does, with texts made of YAML's own
// pieces, which random bytes seldom are.
func TestShapesAgainstYAML(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range *shapes {
		src := shape(r)
		if d := disagreement(src); d != "" {
			t.Error(d)
		}
	}
}

var pieces = []string{
	"a", "b: ", "key: ", "k:", ":", ": ", "- ", "-", "? ", "?", "\n", "\n ", "\n  ", "\n- ", "\nk: ", "\n\n", "\r\n", "\r", " ", "  ", "\t",
	"&x ", "&y", "!t ", "!!str ", "*x ", "*x: ", "[", "]", "{", "}", ",", ", ", "[]", "{a: b}", "'", "\"", "'q'", "\"d e\"", "''", "\\",
	"|", ">", "|-\n", ">+\n", "|2\n", "#", " #c\n", "---", "\n---\n", "--- ", "...", "\n...\n", "%YAML 1.1\n", "%", "@", "!", "<<: *x\n", "12", "\u00e9",
}

// shape is a random text: a row of pieces, or lines with indentation, or an ugly
// input with pieces put in.
func shape(r *rand.Rand) string {
	piece := func() string { return pieces[r.IntN(len(pieces))] }
	var b strings.Builder
	switch r.IntN(3) {
	case 0:
		for range 1 + r.IntN(13) {
			b.WriteString(piece())
		}
	case 1:
		for range 1 + r.IntN(7) {
			b.WriteString(strings.Repeat(" ", r.IntN(5)))
			for range 1 + r.IntN(5) {
				b.WriteString(piece())
			}
			b.WriteString("\n")
		}
	default:
		s := ugly[r.IntN(len(ugly))]
		for range 1 + r.IntN(3) {
			i := r.IntN(len(s) + 1)
			j := min(len(s), i+r.IntN(4))
			s = s[:i] + piece() + s[j:]
		}
		b.WriteString(s)
	}
	return b.String()
}
