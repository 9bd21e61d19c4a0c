package edit

import (
	"fmt"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// spots are the ways a scalar can stand in a file.
var scalarSpots = []string{"a: %s\nz: 1\n", "a:\n  - %s\n  - 1\n", "a: [%s, 1]\n", "a: {b: %s, c: 1}\n", "%s: 1\nz: 1\n", "a: {%s: 1}\n"}

// spelled writes text at a spot in a style.
func spelled(text, spot string, style syntax.Style) string {
	s := &sheets{all: map[*yamlfile.File]*sheet{}}
	f, _ := yamlfile.Parse("t.yaml", []byte("z: 'single'\n"))
	w := s.of(f).w
	c := &content{kind: syntax.Scalar, val: value.Text(text), text: text, style: style}
	flow := strings.ContainsAny(spot, "[{")
	at := spot2(spot)
	switch {
	case strings.Contains(spot, "%s: 1"):
		return fmt.Sprintf(spot, w.keyToken(&entry{named: true, key: text}, flow))
	case flow:
		return fmt.Sprintf(spot, w.flow(c))
	}
	out := w.value(c, at)
	return fmt.Sprintf(spot, strings.Join(append([]string{out.head}, out.body...), "\n"))
}

func spot2(spot string) spot {
	at := spotAt(0, false)
	if strings.Contains(spot, "- ") {
		at = spotAt(2, true)
	}
	return at
}

func spotAt(column int, list bool) spot {
	return spot{column: column, list: list, guard: -1, habits: habits{step: 2, dash: 2, quote: syntax.Single}}
}

// readBack is the text at the spot, as our reader and go-yaml have it.
func readBack(t interface{ Fatalf(string, ...any) }, src string) (ours, theirs string) {
	f, err := yamlfile.Parse("t.yaml", []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	p := plainOf(f.Roots()[0])
	key := p.keys[0]
	for p.kind != 's' {
		if p.kind == 'm' {
			key = p.keys[0]
		}
		p = p.kids[0]
	}
	ours = fmt.Sprintf("%s %q", p.val.Kind(), p.val.Reveal())
	if p.val.Kind() == value.Int { // the key was asked for
		ours = fmt.Sprintf("string %q", key)
	}
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(src), &n); err != nil {
		t.Fatalf("go-yaml: %v\n%s", err, src)
	}
	m := n.Content[0]
	k := m.Content[0]
	for m.Kind != yaml.ScalarNode {
		if m.Kind == yaml.MappingNode {
			k = m.Content[0]
			m = m.Content[1]
		} else {
			m = m.Content[0]
		}
	}
	if m.Tag == "!!int" {
		m = k
	}
	return ours, fmt.Sprintf("%s %q", strings.Replace(m.Tag, "!!str", "string", 1), m.Value)
}

func checkSpelling(t interface{ Fatalf(string, ...any) }, text string) {
	for _, spot := range scalarSpots {
		for _, style := range []syntax.Style{0, syntax.Plain, syntax.Single, syntax.Double, syntax.Literal, syntax.Folded} {
			src := spelled(text, spot, style)
			want := fmt.Sprintf("string %q", text)
			if ours, theirs := readBack(t, src); ours != want || theirs != want {
				t.Fatalf("%q as %d in %q is\n%s\nwhich we read as %s and go-yaml as %s", text, style, spot, src, ours, theirs)
			}
		}
	}
}

// TestSpelling: what is written for a string reads back as that string, in
// every style and at every place.
func TestSpelling(t *testing.T) {
	for _, s := range uglyStrings {
		checkSpelling(t, s)
	}
	runes := rapid.RuneFrom([]rune("ab01 .:-#,[]{}&*!|>'\"%@`?=<~\n\t\\/_+xeTZyn中😀\u00a0\u0085\u2028\ufeff\r\x01"))
	rapid.Check(t, func(t *rapid.T) {
		checkSpelling(t, rapid.StringOf(runes).Draw(t, "text"))
	})
}

// TestTyped: strings that a reader of YAML 1.1 or 1.2 takes for something else
// are never written plain, and everyday strings always are.
func TestTyped(t *testing.T) {
	for _, s := range strings.Fields(`~ null Null NULL y Y yes Yes YES n N no No NO true True TRUE false False FALSE
		on On ON off Off OFF 0 1 -1 +1 007 0o7 0x1F 0b11 1_000 190:20:30 12:30 1.5 .5 5. 1e3 1.5e-3 6.8523015e+5 190:20:30.15 .inf -.INF
		+.inf .nan .NaN 2026-01-02 2001-12-14t21:59:43.10-05:00 << = 0x1p-2 Infinity nan 1,000`) {
		if plainSafe(s, false) {
			t.Errorf("%s is written plain", s)
		}
	}
	for _, s := range []string{"x", "1.2.3", "v1.0", "10.0.0.1", "https://a.example/b?c=d#e", "a-b", "-x", "nope", "a b", "3 apples", "中文", "a:b", "x#y",
		"sha256:abc", "/*.example", "$VAR", "(x)", "a=b", "<b>", "2026-01-02x", "1.5.x", "30s", "0xZZ", "1.2.3.4/24"} {
		if !plainSafe(s, false) {
			t.Errorf("%s is quoted", s)
		}
	}
}

// TestKeptStyle: a changed scalar keeps its style where the new text can stand
// in it.
func TestKeptStyle(t *testing.T) {
	for _, c := range []struct{ old, text, want string }{
		{"plain", "new", "new"}, {"plain", "true", "'true'"}, {"'q'", "it's", "'it''s'"}, {"'q'", "a\nb", `"a\nb"`}, {`"q"`, "true", `"true"`},
		{`"q"`, "\u2028", `"\u2028"`}, {"'q'", "\x01", `"\u0001"`}, {"plain", "a\nb", `"a\nb"`}, {"plain", "", "''"},
	} {
		f := mustParse(t, "t.yaml", "a: "+c.old+" # c\nb: 'x'\n")
		p := mustPath(t, "a")
		d := Make(f, []Op{{Action: Set, Path: p, Supply: []Supply{{Path: p, Value: value.Text(c.text)}}}})
		if want := "a: " + c.want + " # c\nb: 'x'\n"; string(d.After) != want {
			t.Errorf("%s to %q: %s, want %s", c.old, c.text, d.After, want)
		}
	}
}
