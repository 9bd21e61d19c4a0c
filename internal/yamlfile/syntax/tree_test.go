package syntax_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// find is the node whose Raw is raw, the nth of these from 0.
func find(t *testing.T, tree *syntax.Tree, raw string, nth int) syntax.ID {
	t.Helper()
	for id := range syntax.ID(tree.Len()) {
		if tree.Raw(id) == raw {
			if nth == 0 {
				return id
			}
			nth--
		}
	}
	t.Fatalf("no node %q in %q", raw, tree.Source())
	return syntax.None
}

func parse(t *testing.T, src string) *syntax.Tree {
	t.Helper()
	tree, err := syntax.Parse("x.yaml", src)
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	return tree
}

// TestSpans has sources in which ‹ and › stand around the Span of one node, and
// ^ before its Mark where it has one; Whole starts at « where that is before ‹.
func TestSpans(t *testing.T) {
	for _, marked := range []string{
		"‹a: 1\nb: 2›\n",
		"x: 1\n‹a›: 1\n",
		"a^: ‹1› # c\n",
		"a^: ‹b\n  c›  # c\n",
		"a^: \t‹\"b\n  c\"› \n",
		"a^:‹› # c\n",
		"a^:‹›\nb: 1\n",
		"a^: «&x !t‹›  # c\n",
		"a^: «!t &x ‹b›\n",
		"«&x ‹a›: 1\n",
		"a^: «&x # c\n  # d\n  ‹b: 1\n  c: 2›\n",
		"a:\n^- ‹b›\n- c\n",
		"a^:\n‹- b\n- c›\nd: 1\n",
		"a^:\n  ‹- b\n  -› # c\n\nd: 1\n",
		"- a\n^-‹›\n",
		"^-   ‹a: 1\n    b: 2›\n- c\n",
		"^- ‹- a\n  - b›\n- c\n",
		"a^: ‹|\n  b\n  c\n›d: 1\n",
		"a^: ‹>-  # c\n  b\n\n\n›d: 1\n",
		"a^: ‹|+\n  b\n\n›# c\n",
		"a^: ‹|\n›b: 1\n",
		"a^: ‹|\n  b›",
		"a^: ‹|\r\n  b\r\n›c: 1\r\n",
		"a^: «&x ‹|2\n   b\n›",
		"--- ‹|\na\n›---\nb\n",
		"^? ‹a›\n: b\n",
		"? a\n^: ‹b›\n",
		"? a‹›\n? b\n: c\n",
		"^? ‹- a\n  - b›\n: c\n",
		"^?‹›\n: c\n",
		"x: 1\n‹›: c\n",
		"^- ‹? a\n  : b›\n- c\n",
		"‹: a›\n",
		"a^: ‹[b, c]›\n",
		"a^: ‹[\n  b,  # ]\n]› # c\n",
		"a: [‹b› , c]\n",
		"a: [b, «&x !t ‹c›]\n",
		"a: [b, «&x‹›, d]\n",
		"a: {b^: ‹c›}\n",
		"a: {b^:‹›, c: d}\n",
		"a: {b‹›, c: d}\n",
		"a: {^? ‹b› : c}\n",
		"a: {^?‹› : c}\n",
		"a: {b: c, ‹›: d}\n",
		"a: [‹b: c›, d]\n",
		"a: [‹\"b\":c›, d]\n",
		"a: [‹? b : c›, d]\n",
		"a: [‹: c›, d]\n",
		"a: [«&x ‹b›: c, d]\n",
		"a: [‹&x b: c›, d]\n",
		"a^: ‹*x› # c\n",
		"‹*x› : a\n",
		"\ufeff‹a: 1›\n",
		"\u4f1a\u5458^: ‹\U0001f600› # c\n",
		"--- # c\n‹a: 1›\n...\n# d\n",
		"a: 1\n---\n^- ‹b›\n...\n",
	} {
		checkSpan(t, marked)
	}
}

func checkSpan(t *testing.T, marked string) {
	t.Helper()
	clean := func(s string) string { return strings.NewReplacer("‹", "", "›", "", "«", "", "^", "").Replace(s) }
	at := func(mark string) int {
		i := strings.Index(marked, mark)
		if i < 0 {
			return -1
		}
		return len(clean(marked[:i]))
	}
	src := clean(marked)
	tree := parse(t, src)
	want := textedit.Span{Start: at("‹"), End: at("›")}
	whole := want
	if at("«") >= 0 {
		whole.Start = at("«")
	}
	var near []string
	for id := range syntax.ID(tree.Len()) {
		if tree.Span(id) == want && tree.Whole(id) == whole && tree.Mark(id) == at("^") {
			if want.Len() == 0 && tree.Kind(id) != syntax.Scalar {
				t.Errorf("%q: a collection without bytes", marked)
			}
			return
		}
		near = append(near, fmt.Sprintf("%q span %v whole %v mark %d", tree.Raw(id), tree.Span(id), tree.Whole(id), tree.Mark(id)))
	}
	t.Errorf("%q: no node has span %v, whole %v and mark %d:\n%s", marked, want, whole, at("^"), strings.Join(near, "\n"))
}

func TestDocuments(t *testing.T) {
	type doc struct {
		start, end int
		body       string
		directives []string
		root       bool
	}
	for _, c := range []struct {
		src  string
		want []doc
	}{
		{"", nil},
		{"# c\n\n", nil},
		{"...\n# c\n...\n", nil},
		{"\ufeff# c\na: 1\n", []doc{{-1, -1, "# c\na: 1\n", nil, true}}},
		{"--- ", []doc{{0, -1, " ", nil, false}}},
		{"--- \n---\n", []doc{{0, -1, " \n", nil, false}, {5, -1, "\n", nil, false}}},
		{"# c\n--- # d\n# e\n", []doc{{4, -1, " # d\n# e\n", nil, false}}},
		{"--- &a\n", []doc{{0, -1, " &a\n", nil, true}}},
		{"a\n# c\n---\nb\n", []doc{{-1, -1, "a\n# c\n", nil, true}, {6, -1, "\nb\n", nil, true}}},
		{"a\n... # c\n# d\n---\nb\n...\n", []doc{{-1, 2, "a\n... # c\n# d\n", nil, true}, {14, 20, "\nb\n...\n", nil, true}}},
		{"a\n...\n...\nb\n", []doc{{-1, 2, "a\n...\n...\n", nil, true}, {-1, -1, "b\n", nil, true}}},
		{"a\r\n...\r\nb", []doc{{-1, 3, "a\r\n...\r\n", nil, true}, {-1, -1, "b", nil, true}}},
		{"# c\n%YAML 1.2 # d\n%TAG !x! y\n# e\n---\na\n...\n# f\n%FOO a b\n---\n",
			[]doc{{33, 39, "\na\n...\n# f\n", []string{"%YAML 1.2", "%TAG !x! y"}, true}, {56, -1, "\n", []string{"%FOO a b"}, false}}},
	} {
		tree := parse(t, c.src)
		var got []doc
		for _, d := range tree.Documents() {
			var directives []string
			for _, s := range d.Directives {
				directives = append(directives, c.src[s.Start:s.End])
			}
			got = append(got, doc{d.Start, d.End, c.src[d.Body.Start:d.Body.End], directives, d.Root != syntax.None})
		}
		if !slices.EqualFunc(got, c.want, func(a, b doc) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%q\ngot  %v\nwant %v", c.src, got, c.want)
		}
	}
}

func TestProperties(t *testing.T) {
	tree := parse(t, "a: !!str &x 1\nb: &y\n  !t\n  c: d\n")
	one, inner := find(t, tree, "1", 0), find(t, tree, "c: d", 0)
	for id, want := range map[syntax.ID][3]string{one: {"!!str", "tag:yaml.org,2002:str", "x"}, inner: {"!t", "!t", "y"}, tree.First(inner): {"", "", ""}} {
		if got := [3]string{tree.Tag(id), tree.TagName(id), tree.Anchor(id)}; got != want {
			t.Errorf("%q: tag, name, anchor %q, want %q", tree.Raw(id), got, want)
		}
		src, tag, anchor := tree.Source(), tree.TagSpan(id), tree.AnchorSpan(id)
		if got := src[tag.Start:tag.End]; got != want[0] {
			t.Errorf("%q: tag at %v, %q", tree.Raw(id), tag, got)
		}
		if got := strings.TrimPrefix(src[anchor.Start:anchor.End], "&"); got != want[2] {
			t.Errorf("%q: anchor at %v, %q", tree.Raw(id), anchor, got)
		}
	}
}

func TestBlockScalar(t *testing.T) {
	for _, c := range []struct {
		src           string
		lines         string
		indent, chomp int
	}{
		{"a: |\n  x\n   y\n", "  x\n   y\n", 2, 0},
		{"a: |- # c\n    x\n\n\nb: 1\n", "    x\n\n\n", 4, -1},
		{"a:\n- >1+\n   x\n", "   x\n", 1, 1},
		{"  a:\n    - |\n     x", "     x", 5, 0},
		{"a: |\n\nb: 1\n", "\n", 1, 0},
		{"a: |\n   \n\n", "   \n\n", 3, 0},
		{"--- |\nx\n", "x\n", 0, 0},
		{"a: |\r\n  x\r\n", "  x\r\n", 2, 0},
		{"a: |", "", 1, 0},
	} {
		tree := parse(t, c.src)
		for id := range syntax.ID(tree.Len()) {
			if s := tree.Style(id); s != syntax.Literal && s != syntax.Folded {
				if tree.Indent(id) != 0 || tree.Lines(id) != tree.Span(id) {
					t.Errorf("%q: %q has indent %d and lines %v", c.src, tree.Raw(id), tree.Indent(id), tree.Lines(id))
				}
				continue
			}
			l := tree.Lines(id)
			if got := c.src[l.Start:l.End]; got != c.lines || tree.Indent(id) != c.indent || tree.Chomp(id) != c.chomp {
				t.Errorf("%q: lines %q indent %d chomp %d, want %q %d %d", c.src, got, tree.Indent(id), tree.Chomp(id), c.lines, c.indent, c.chomp)
			}
		}
	}
}

func TestComma(t *testing.T) {
	src := "a: [b , \"c\" # no, not this\n  , {d: e, f: }, g: h]\nk: [l,]\n"
	tree := parse(t, src)
	for raw, want := range map[string]int{"b": 6, `"c"`: 29, "{d: e, f: }": 42, "e": 36, "d": -1, "g: h": -1, "l": 55, "[l,]": -1} {
		if got := tree.Comma(find(t, tree, raw, 0)); got != want {
			t.Errorf("comma behind %q at %d, want %d", raw, got, want)
		}
		if want >= 0 && src[want] != ',' {
			t.Errorf("%q is not at %d", raw, want)
		}
	}
	flow := tree.Span(find(t, tree, "[l,]", 0))
	if src[flow.End-1] != ']' {
		t.Errorf("closing bracket at %d", flow.End-1)
	}
}

// TestTextAllocates: simple scalars are substrings of the source.
func TestTextAllocates(t *testing.T) {
	tree := parse(t, "plain text: 'single'\n\"double\": [1, http://x.example/#y, '', \"\"]\n")
	if n := testing.AllocsPerRun(10, func() {
		for id := range syntax.ID(tree.Len()) {
			tree.Text(id)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestParseAllocates: a tree is an arena, not a node at a time.
func TestParseAllocates(t *testing.T) {
	src := config()
	if n := testing.AllocsPerRun(10, func() { parse(t, src) }); n > 8 {
		t.Errorf("%v allocations for %d bytes", n, len(src))
	}
}

// TestHostile: no input takes long. The limit is generous, since it is about
// quadratic time, which would need minutes.
func TestHostile(t *testing.T) {
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"100,000 [":              strings.Repeat("[", 100_000),
		"100,000 {a: ":           strings.Repeat("{a: ", 100_000),
		"100,000 [ closed":       strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"9,999 [ closed":         strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999),
		"20,000 dashes":          strings.Repeat("- ", 20_000),
		"20,000 question marks":  strings.Repeat("? ", 20_000),
		"20,000 colons":          strings.Repeat(": ", 20_000),
		"200,000 keys":           repeat(200_000, "key%d: v\n"),
		"200,000 entries":        "{" + repeat(200_000, "k%d: v, ") + "}",
		"200,000 entries, deep":  strings.Repeat(" ", 5_000) + "k:\n" + strings.Repeat(" ", 5_001) + "{" + repeat(200_000, "k%d: v, ") + "}",
		"200,000 pairs on lines": "k: [" + repeat(200_000, "\nk%d: \u4f1a, ") + "]",
		"10,000 anchors":         repeat(10_000, "- &a%d 1\n") + repeat(10_000, "- *a%d\n"),
		"100,000 anchors":        repeat(100_000, "- &a%d\n"),
		"50,000 documents":       repeat(50_000, "---\na: %d\n"),
		"50,000 tagged":          "%TAG !e! x\n" + repeat(50_000, "---\n!t %d\n...\n%%TAG !e! y\n") + "---\n",
		"100,000 tag handles":    repeat(100_000, "%%TAG !e%d! x\n") + "---\n" + repeat(100_000, "- !e99999!x %d\n"),
		"blank lines":            "a: b" + strings.Repeat("\n", 1_000_000),
		"blank lines, CR":        "a: b" + strings.Repeat("\r", 1_000_000) + "c: |\r" + strings.Repeat("\r", 1_000_000),
		"blanks":                 "a:" + strings.Repeat(" ", 1_000_000) + "b" + strings.Repeat(" \t", 500_000),
		"spaces that sink":       sinking(1_500),
		"one long line":          "a: " + strings.Repeat("x", 5_000_000),
		"unclosed quotes":        strings.Repeat("a: \"x\n", 200_000),
		"escapes":                "\"" + strings.Repeat("\\\n", 500_000) + "\"",
		"backslashes":            "\"" + strings.Repeat("\\\\", 500_000),
		"quotes":                 strings.Repeat("'", 1_000_000),
		"hashes":                 "a: " + strings.Repeat("#", 1_000_000) + strings.Repeat(" #", 500_000),
		"colons":                 strings.Repeat(":", 1_000_000),
		"anchors on a line":      strings.Repeat("&a ", 300_000),
		"names of colons":        repeat(20_000, "- &a:::::%d:::::\n"),
		"plain text":             "a:\n" + strings.Repeat("  text # not\n", 1) + strings.Repeat("  text\n", 300_000),
		"folded text":            "a: >\n" + strings.Repeat("  text\n\n   more\n", 200_000),
		"comments":               strings.Repeat("# c\n", 500_000),
		"templates":              strings.Repeat("# {{ x }}\n", 200_000) + "a: [",
		"two-line keys":          "a:\n" + strings.Repeat("  b\n", 200_000) + "c: d\n",
	} {
		for _, ext := range []string{".yaml", ".json"} {
			start := time.Now()
			tree, err := syntax.Parse(name+ext, src)
			if err == nil {
				for id := range syntax.ID(tree.Len()) {
					tree.Text(id)
					tree.TagName(id)
				}
			}
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("%s%s: %v for %d bytes", name, ext, d, len(src))
			}
		}
	}
}

// sinking is n mappings inside each other, each a space deeper.
func sinking(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
