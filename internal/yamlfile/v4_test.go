package yamlfile

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile/syntax"

	yaml "go.yaml.in/yaml/v4"
)

// ugly are the files that chance does not find.
var ugly = []string{
	"a: 1\nb: 'x'\nc: \"y\\n\"\nd: |\n  text\ne: >-\n  folded\n  text\n",
	"a: &x {p: 1, q: [1, 2]}\nb: *x\nc: {<<: *x, p: 2}\nd: {p: 3, <<: *x}\n",
	"a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc: {<<: [*x, *y], r: 4}\nd: {<<: [*y, *x]}\n",
	"a: &x {p: 1, q: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, r: 3}\n",
	"base: &base\n  a: 1\n  b: {c: 2}\none:\n  <<: *base\n  b:\n    d: 3\ntwo:\n  <<: [*base, {e: 4}]\n",
	"a: {<<: {p: 1}, q: 2}\nb: {<<: {}}\nc: {<<: []}\n",
	"a: {'<<': {p: 1}}\nb: [<<]\n",
	"a: &x 1\nb: *x\nc: &x 2\nd: *x\n*x : 3\n",
	"a: &x [*x]\n", "a: *x\n", "a: {<<: 1}\n", "a: {<<: [1]}\n", "x: &x [{a: 1}]\nb: {<<: *x}\n",
	"a: 1\na: 2\n1: x\n'1': y\n", "a: {<<: {p: 1}, <<: {p: 2}}\n",
	"? [a, b]\n: c\n? {d: e}\n: f\n", "~: 1\nnull: 2\ntrue: 3\n1.5: 4\n0x10: 5\n",
	"config.yaml: |\n  a: 1\n  b: [1, {c: d}]\n", "a.yaml: |\n  x: &y 1\n  z: *y\n  <<: {w: 1}\n",
	"- a: 1\n- [b, [c]]\n- {}\n- []\n-\n- !!str 1\n- !foo bar\n- !!int \"3\"\n",
	"--- a\n--- {b: 1}\n...\n---\n", "%TAG !e! tag:x,1:\n---\na: !e!t 1\n", "\ufeffa: 1\r\nb: |\r\n  x\r\n",
	"{\"a\": {\"b\": [1, 2.5, true, null, \"x\\u0041\"]}}\n", "", "# x\n", "---\n", "a: yes\nb: 010\nc: 1_000\nd: .inf\ne: .nan\nf: 2024-01-02\n",
	"a: &a {b: &b {c: &c 1}}\nd: {<<: *a}\ne: {<<: *b}\nf: *c\n",
}

// TestReadsAsV4 holds the effective values against what go-yaml v4 decodes.
func TestReadsAsV4(t *testing.T) {
	read := 0
	for _, src := range ugly {
		if agree(t, src) {
			read++
		}
	}
	if read < 12 {
		t.Errorf("go-yaml decodes only %d of the files, so that little was compared", read)
	}
}

// agree compares, where both readers take the file, and reports whether it did.
func agree(t *testing.T, src string) bool {
	f, err := Parse("x.yaml", []byte(src))
	if err != nil || len(f.tree.Documents()) == 0 || f.repeats {
		return false // what v4 reads is read: that is syntax's law, tested there
	}
	want, ok := decodeV4(src)
	if !ok {
		return false
	}
	f.embedded = nil // v4 opens no block scalars
	var got any
	if r := f.Roots()[0]; r.Valid() {
		if got, ok = decodeOurs(r); !ok {
			return false
		}
	}
	if a, b := spellAny(got), spellAny(want); a != b {
		t.Errorf("%q:\nhere %s\nv4   %s", src, a, b)
	}
	return true
}

// decodeV4 decodes the first document; false where v4 refuses it.
func decodeV4(src string) (v any, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	err := yaml.NewDecoder(strings.NewReader(src)).Decode(&v)
	return v, err == nil
}

// decodeOurs is an effective node as v4 would decode it: the scalars by v4
// itself, one by one, the rest as this room resolves it.
func decodeOurs(n Node) (any, bool) {
	switch n.Kind() {
	case syntax.Scalar:
		return scalarV4(n)
	case syntax.Sequence:
		out := []any{}
		for i := range n.Items() {
			v, ok := decodeOurs(i)
			if !ok {
				return nil, false
			}
			out = append(out, v)
		}
		return out, true
	}
	out := map[any]any{}
	for c := n.Cursor(); ; {
		_, v, more := c.Entry()
		if !more {
			return out, true
		}
		key, ok := scalarV4(Node{f: v.f, id: v.f.Target(v.key)})
		val, ok2 := decodeOurs(v)
		if !ok || !ok2 {
			return nil, false
		}
		if _, text := key.(string); !text && c.special {
			return nil, false // v4 turns merged keys to strings, or not, as the written ones are
		}
		if _, twice := out[key]; twice {
			return nil, false // 1 and 0x1: keys are told apart by their text
		}
		out[key] = val
	}
}

func scalarV4(n Node) (v any, ok bool) {
	if n.Kind() != syntax.Scalar {
		return nil, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	m := yaml.Node{Kind: yaml.ScalarNode, Value: n.Text(), Tag: n.Tag()}
	if m.Tag != "" {
		m.Style = yaml.TaggedStyle
	} else if n.f.tree.Style(n.id) != syntax.Plain {
		m.Style = yaml.DoubleQuotedStyle
	}
	if m.Value == "<<" && m.Style == 0 || m.Tag == "!!merge" {
		return nil, false // v4 leaves out a << that is no key
	}
	err := m.Decode(&v)
	return v, err == nil && (v == nil || reflect.TypeOf(v).Comparable())
}

// spellAny prints maps sorted and tells types apart.
func spellAny(v any) string {
	switch v := v.(type) {
	case map[string]any:
		m := map[any]any{}
		for k, x := range v {
			m[k] = x
		}
		return spellAny(m)
	case map[any]any:
		m := map[string]string{}
		for k, x := range v {
			m[spellAny(k)] = spellAny(x)
		}
		return fmt.Sprint(m)
	case []any:
		var b strings.Builder
		for _, x := range v {
			b.WriteString(spellAny(x) + "; ")
		}
		return "[" + b.String() + "]"
	case float64:
		if math.IsNaN(v) {
			return "NaN"
		}
	}
	return fmt.Sprintf("%T(%q)", v, fmt.Sprint(v))
}

// FuzzFile: whatever the bytes are, nothing panics, every leaf is found by its
// path, each node once, and the values are v4's.
func FuzzFile(f *testing.F) {
	for _, s := range ugly {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Parse("x.yaml", []byte(src))
		if err != nil {
			return
		}
		for _, key := range []string{"", "name", "id"} {
			seen := map[string]bool{}
			for p, n := range file.Leaves(func(keypath.Path) string { return key }) {
				if len(seen) == 1000 {
					return // expanded aliases
				}
				if seen[p.String()] {
					t.Fatalf("%s is there twice", p)
				}
				seen[p.String()] = true
				got, ok := file.Lookup(p)
				if !ok || got != n {
					t.Fatalf("%s finds %v, %v; the walk had %v", p, got, ok, n)
				}
				n.Value()
				n.Comment()
				n.Line()
			}
			if got := counted(file); got != len(seen) {
				t.Fatalf("%d leaves are counted, there are %d", got, len(seen))
			}
		}
		agree(t, src)
	})
}

func counted(f *File) (n int) {
	for _, r := range f.Roots() {
		if r.Valid() {
			n += r.Count()
		}
	}
	return n
}

// FuzzSameBytes: what is spelled the same has the same effective values.
func FuzzSameBytes(f *testing.F) {
	for _, s := range ugly {
		f.Add(s, s)
		f.Add(s, "x: 1\n"+s)
	}
	f.Add("a:\n  b:\n  c: 1\n", "a:\n b:\n  c: 1\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		fa, err1 := Parse("x.yaml", []byte(a))
		fb, err2 := Parse("x.yaml", []byte(b))
		if err1 != nil || err2 != nil || len(fa.Roots()) == 0 || len(fb.Roots()) == 0 {
			return
		}
		if x, y := fa.Roots()[0], fb.Roots()[0]; x.Valid() && y.Valid() {
			budget := 5000
			samePair(t, x, y, &budget)
		}
	})
}

func samePair(t *testing.T, a, b Node, budget *int) {
	if *budget--; *budget < 0 {
		return
	}
	if a.SameBytes(b) {
		if x, y := structure(a, budget), structure(b, budget); x != y {
			t.Fatalf("same bytes, but\n%s\n%s", x, y)
		}
	}
	i, j := a.Cursor(), b.Cursor()
	if a.Kind() != b.Kind() {
		return
	}
	for {
		x, more := i.Child()
		y, too := j.Child()
		if !more || !too {
			return
		}
		samePair(t, x, y, budget)
	}
}

func structure(n Node, budget *int) string {
	if *budget--; *budget < 0 {
		return "?"
	}
	var b strings.Builder
	if n.Kind() == syntax.Scalar {
		fmt.Fprintf(&b, "%s %q %v", n.Tag(), n.Text(), n.Value())
	}
	for k, v := range n.Entries() {
		fmt.Fprintf(&b, "{%q: %s}", k, structure(v, budget))
	}
	for v := range n.Items() {
		fmt.Fprintf(&b, "[%s]", structure(v, budget))
	}
	return b.String()
}
