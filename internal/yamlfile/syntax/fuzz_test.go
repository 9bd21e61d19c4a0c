package syntax_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// ugly are inputs that broke a YAML reader somewhere: each fuzz test starts from
// them, and TestUgly runs the laws over them all.
var ugly = []string{
	"", "\n", "a", "a: 1\n", "# only a comment\n", "\ufeffa: 1\n", "\ufeff", "---\n---\n", "--- # c\n...\n---\n", "...\n",
	// 1 CRLF, also inside |
	"a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 'p\r\n  q'\r\n",
	// 2 byte order mark before the first key
	"\ufeffa: 1\nb: 2\n",
	// 3 no final newline
	"a: 1\nb: 2", "a:\n- x\n- y", "a: |\n  x",
	// 4 empty values
	"key:\n", "key: # comment\n", "key: &a\n", "key: !!str\n", "- \n-\n", "- a:\n  b:\n",
	// 5 a list at the key's own column
	"key:\n- x\nother: 1\n", "key:\n-\n- - a\n- b: c\n  d:\n  - e\n",
	// 6 compact maps
	"- name: x\n  v: 1\n- name: y\n", "- - - a\n",
	// 7 block scalars
	"a: |+\n  x\n\n\nb: |-\n  y\nc: |2\n    z\nd: >\n  p\n  q\n\n  r\n   s\n  t\n\n\n", "|\n a\n  ", "|+\n a\n ", "|+\n   ", ">\n\n  a\n", "a: |\n    \n # c\nb: 1\n", "- |\n\n\n- >-\n  a\n\n  b\n",
	// 8 strings that need quotes
	"a: 'true'\nb: \"0123\"\nc: ''\nd: ' lead'\ne: 'a: b'\nf: '# x'\ng: '*a'\nh: 12:30\ni: \"m\\nn\"\n",
	// 9 other scripts before the value
	"\u4f1a\u5458: 1 # \u6ce8\u91ca\n\U0001f600: \U0001f680\n- ", "\u4f1a\u5458: {\u4ef7: 1, \u683c: [2, 3]} # \u6ce8\n",
	// 10 flow
	"a: {}\nb: []\nc: {x: 1, y: [1, 2], }\nd: [\n  1, # one\n  2\n]\ne: \"{{ x }}\"\nf: {{ x }}\n", "[a: b, ? c : d, : e, \"f\":g, {h: i}: j]\n", "{a, b: , ? c, ? , : d}\n", "[a:[b], {c:{d}}]",
	// 11 anchors, aliases, merge keys
	"b: &b {x: 1}\nc:\n  <<: *b\n  y: *b\nd: [*b , *b]\n*b : 1\n", "&a a: &b b\n&c : &d\n", "a: !!merge <<\n!!merge <<: {x: 1}\n", "a: &x 1\nb: &x 2\nc: *x\n",
	"&a: key: &a value\nfoo:\n  *a:\n", "a: &\U0001f600 1\nb: *\U0001f600\n",
	// 12 duplicate keys
	"a: 1\n'a': 2\n\"a\": 3\na: 4\n",
	// 13 documents and directives
	"%YAML 1.2\n---\na\n...\n# c\n%TAG !e! tag:example.com,2000:\n---\n!e!x b\n--- |\n c\n---\n", "a\n...\nb\n...\n...\n", "--- >\n a\n--- b\n", "%YAML 1.1 # c\n---\n", "--- |\nfoo\n---\nbar\n",
	// 14 embedded documents
	"data:\n  config.yaml: |\n    a: |\n      x\n    l:\n    - y",
	// 15 odd bytes, tabs, hostile shapes
	"# x\u2028y: 9\na: b\u2029c\nd: \u0085\n", "a:\tb\n", "a: \t'b'\n", "- \tx\n", "a:\n \t- x\n", "a: 1\rb: 2\r", "\xff\xfea\x00", "a: \x00", "a: \xff\n",
	"a: 'x\ny'\n", "a:\n  b: \"x\n  y\"\n", "a: [\nb\n]\n", "{{- if .Values.x }}\na: 1\n{{- end }}\n", "a: {{ .Values.x }}\nb: {{ include \"x\" . }}-y\n",
	strings.Repeat("[", 300), strings.Repeat("- ", 300), strings.Repeat("{a: ", 100), strings.Repeat("? ", 100),
	"? a\n: b\n? - c\n: - d\n? |\n  e\n: f\n", ": b: c\n", ": - b\n", "? a: b\n  c: d\n: e\n", "- ? a\n  : b\n- : c\n",
	"a: b: c\n", "a: - b\n", "a: ? b\n", "- a\nb: c\n", "a: b\n- c\n", "a:\n    b: 1\n  c: 2\n", "a\nb\n  c: d\n", "\ta: b\n", "a:\n\tb: c\n",
	"a: \"unclosed\nb: 1\n", "a: 'it''s'\n", "a: [1, 2\nb: 3\n", "a: \"\\x41\\u00e9\\U0001f600\\\n  z\\ \"\n", "a: \"\\q\"\n", "@a\n", "a: `b`\n", "a: %b\n",
	"\"a\"\"b\"", "\"a\" \"b\": c", "[a}", "{a]", "]", "a: [,]", "[a,,b]", "[- a]", "[-]", "[?]", "[:]", "{:}", "[:x]", "{a: :}", "[&a :b]", "[&a, !t]", "{? }", "[|]",
	"!!str a\n", "!<tag:x,y> a\n", "!e!x a\n", "! a\n", "!! a\n", "!a%20b c\n", "&a &b c\n", "&a *b\n", "&a\n!t\nb: c\n", "&a\n&b c: d\n",
	"a: b # c\n# d\n  e\n", "a: 'b' # c\n# d\n\ne: f#g\n", "a:#b\n", "[a,#b\n]", "- # c\n  a\n",
	"{\"a\": [1, -2.5e3, true, null, \"\\u4f1a\\\"\"], \"b\": {}}\n",
}

func FuzzParse(f *testing.F) {
	for _, s := range ugly {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, name := range []string{"x.yaml", "x.json"} {
			lawful(t, name, src)
		}
	})
}

// lawful checks what holds for every input.
func lawful(t *testing.T, name, src string) {
	t.Helper()
	tree, err := syntax.Parse(name, src)
	if err != nil {
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code.Name == "" || p.Code.Class != problem.Wrong || p.Place.File != name {
			t.Fatalf("%q: not a full problem: %v", src, err)
		}
		if p.Place.Line < 1 || p.Place.Column < 1 {
			t.Fatalf("%q: no place: %v", src, err)
		}
		return
	}
	if tree.Source() != src {
		t.Fatalf("%q: another source", src)
	}
	seen := make([]bool, tree.Len())
	at := 0
	for _, d := range tree.Documents() {
		for _, s := range d.Directives {
			if s.Start < at || s.End <= s.Start || src[s.Start] != '%' {
				t.Fatalf("%q: directive at %v", src, s)
			}
			at = s.End
		}
		if d.Start >= 0 && (d.Start < at || !strings.HasPrefix(src[d.Start:], "---") || d.Body.Start != d.Start+3) {
			t.Fatalf("%q: document starts at %d, body %v", src, d.Start, d.Body)
		}
		if d.Body.Start < at || d.Body.End < d.Body.Start || d.Body.End > len(src) {
			t.Fatalf("%q: body %v behind %d", src, d.Body, at)
		}
		if d.End >= 0 && (!strings.HasPrefix(src[d.End:], "...") || d.End >= d.Body.End) {
			t.Fatalf("%q: document ends at %d, body %v", src, d.End, d.Body)
		}
		at = d.Body.End
		if d.Root != syntax.None {
			within := d.Body
			if d.End >= 0 {
				within.End = d.End
			}
			lawfulNode(t, tree, d.Root, within, seen)
		}
	}
	for id, ok := range seen {
		if !ok {
			t.Fatalf("%q: node %d is in no document", src, id)
		}
	}
}

// lawfulNode checks one node inside the span of its parent, and those below it.
func lawfulNode(t *testing.T, tree *syntax.Tree, id syntax.ID, within textedit.Span, seen []bool) {
	t.Helper()
	src := tree.Source()
	span, whole := tree.Span(id), tree.Whole(id)
	if seen[id] {
		t.Fatalf("%q: node %d twice", src, id)
	}
	seen[id] = true
	if span.Start > span.End || whole.Start > span.Start || whole.End != span.End || !within.Holds(whole) {
		t.Fatalf("%q: node %d: span %v, whole %v, inside %v", src, id, span, whole, within)
	}
	if m := tree.Mark(id); m >= 0 && (m < within.Start || m >= within.End || m >= whole.Start && whole.Len() > 0 || strings.IndexByte("-:?", src[m]) < 0) {
		t.Fatalf("%q: node %d: mark %d, whole %v, inside %v", src, id, m, whole, within)
	}
	if tree.Raw(id) != src[span.Start:span.End] {
		t.Fatalf("%q: node %d: raw", src, id)
	}
	checkText(t, tree, id)
	children := 0
	at := span.Start
	for c := tree.First(id); c != syntax.None; c = tree.Next(c) {
		children++
		if w := tree.Whole(c); w.Start < at {
			t.Fatalf("%q: node %d starts at %d before %d", src, c, w.Start, at)
		}
		at = tree.Span(c).End
		lawfulNode(t, tree, c, span, seen)
	}
	switch tree.Kind(id) {
	case syntax.Mapping:
		if children%2 != 0 {
			t.Fatalf("%q: mapping %d has %d children", src, id, children)
		}
	case syntax.Sequence:
	default:
		if children > 0 {
			t.Fatalf("%q: scalar %d has children", src, id)
		}
	}
	if tree.Style(id) == syntax.Block && (children == 0 || at != span.End) {
		t.Fatalf("%q: block collection %d ends at %d, its last child at %d", src, id, span.End, at)
	}
}

// checkText holds the decoded text of simple scalars against their bytes, and a
// scalar written anew from its text against that text.
func checkText(t *testing.T, tree *syntax.Tree, id syntax.ID) {
	t.Helper()
	raw := tree.Raw(id)
	switch tree.Style(id) {
	case syntax.Plain:
		if tree.Kind(id) == syntax.Scalar && !strings.ContainsAny(raw, "\r\n") && tree.Text(id) != raw {
			t.Fatalf("%q is %q", raw, tree.Text(id))
		}
	case syntax.Single, syntax.Double:
		if raw[0] != raw[len(raw)-1] || len(raw) < 2 {
			t.Fatalf("%q: quotes", raw)
		}
	case syntax.Literal, syntax.Folded:
		l := tree.Lines(id)
		if l.Start > l.End || l.End != tree.Span(id).End || strings.ContainsAny(tree.Source()[tree.Span(id).Start:l.Start], "\n") && tree.Source()[l.Start-1] != '\n' {
			t.Fatalf("%q: lines %v", raw, l)
		}
	}
	if tree.Kind(id) != syntax.Scalar {
		return
	}
	text := tree.Text(id)
	if strings.ContainsAny(text, "\r") && !strings.Contains(raw, `\`) {
		t.Fatalf("%q: a \\r in %q", raw, text)
	}
	for _, again := range rewritten(text) {
		t2, err := syntax.Parse("again.yaml", again)
		if err != nil {
			t.Fatalf("%q: %q written as %q: %v", raw, text, again, err)
		}
		if got := t2.Text(t2.Documents()[0].Root); got != text {
			t.Fatalf("%q: %q written as %q is %q", raw, text, again, got)
		}
	}
}

// rewritten is text as a document in each quoting style that can hold it.
func rewritten(text string) []string {
	var double strings.Builder
	for _, r := range text {
		if r < ' ' || r == '"' || r == '\\' || r == 0xfffe || r == 0xffff {
			fmt.Fprintf(&double, "\\u%04x", r)
		} else {
			double.WriteRune(r)
		}
	}
	all := []string{`"` + double.String() + `"`}
	bad := func(allowed string) bool {
		return strings.ContainsFunc(text, func(r rune) bool {
			return r < ' ' && !strings.ContainsRune(allowed, r) || r == 0xfffe || r == 0xffff
		})
	}
	if !bad("\t") {
		all = append(all, "'"+strings.ReplaceAll(text, "'", "''")+"'")
	}
	if text != "" && !bad("\t\n") {
		header := "|2-\n"
		if strings.HasSuffix(text, "\n") {
			header = "|2+\n"
		}
		all = append(all, header+regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(text, "  $1"))
	}
	return all
}

func TestUgly(t *testing.T) {
	for _, s := range ugly {
		lawful(t, "x.yaml", s)
		lawful(t, "x.json", s)
		for i := range s { // every ugly input cut short is another
			lawful(t, "x.yaml", s[:i])
		}
	}
}
