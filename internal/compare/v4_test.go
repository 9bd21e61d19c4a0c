package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// FuzzFalseSame: two files in which everything is the same are the same to
// go-yaml v4. The second is the first with a few bytes replaced.
func FuzzFalseSame(f *testing.F) {
	for _, s := range []string{
		"a: 1\nb: 'x'\nc: \"y\"\nd: |\n  t\n  u\ne: >-\n  v\n\n  w\n",
		"a: &x {p: 1, q: [1, 2]}\nb: *x\nc: {<<: *x, p: 2}\nd: {p: 3, <<: [*x, {r: 1}]}\n",
		"x: &x 1\ny: &y 2\na: [*x, *y]\nb: {<<: {a: 1}, a: 2}\n",
		"a:\n  b:\n  c: 1\nl:\n- {id: 1, v: 1}\n- {id: 2, v: [x, y]}\n- [1, [2]]\n",
		"a: |2\n   x\nb: |+\n  y\n\nc: yes\nd: 010\ne: 1_000\nf: 1e3\ng: .inf\nh: ~\ni:\n",
		"a: !!str 1\nb: !!int '2'\nc: !x {d: 1}\ne: ! 3\nf: !!float 1\n", "a: 1\na: 1\n", "--- a\n--- b\n", "? [a, b]\n: c\n",
		"{a: {}, b: [], c: [{}], d: [[]], e: ''}\n", "a: b # c\nd: 'e # f'\ng: \"h\\n\"\n", "a: 1.0\nb: 1.00\nc: +1\nd: 0x1F\ne: 0o17\n",
	} {
		for at := range len(s) {
			f.Add(s, uint16(at), uint8(1), " ")
			f.Add(s, uint16(at), uint8(0), "\n")
			f.Add(s, uint16(at), uint8(1), "1")
			f.Add(s, uint16(at), uint8(1), "")
			f.Add(s, uint16(at), uint8(0), "'")
		}
	}
	f.Fuzz(func(t *testing.T, src string, at uint16, cut uint8, put string) {
		from := min(int(at), len(src))
		other := src[:from] + put + src[min(from+int(cut), len(src)):]
		a, err1 := yamlfile.Parse("a", []byte(src))
		b, err2 := yamlfile.Parse("b", []byte(other))
		if err1 != nil || err2 != nil || len(src) > 4000 || strings.Contains(src, "&") && len(src) > 400 {
			return
		}
		in := Input{Name: "svc", Environments: []string{"a", "b"}, Paths: []string{"a", "b"}, Files: []*yamlfile.File{a, b}, Rules: rule.New(nil, nil, nil, nil)}
		s := Files(in)
		in.Keep = keepAll
		if whole := Files(in); whole.Counts != s.Counts {
			t.Fatalf("counts %+v and %+v\n%s---\n%s", s.Counts, whole.Counts, src, other)
		}
		if s.Counts.NeedAttention() > 0 || slices.ContainsFunc(s.Notes, func(n Note) bool { return n.Code == OrderDiffers }) {
			return
		}
		x, ok := decode(src)
		y, ok2 := decode(other)
		if ok && ok2 && x != y {
			t.Fatalf("all is called the same, but v4 reads\n%s\n%s\nin\n%s---\n%s", x, y, src, other)
		}
	})
}

// decode is what v4 reads, spelled; false where it refuses, where keys are no
// strings (here a key is its text), and where documents are inside strings.
func decode(src string) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	var b strings.Builder
	d := yaml.NewDecoder(strings.NewReader(src))
	for {
		var v any
		if err := d.Decode(&v); err != nil {
			return b.String(), err.Error() == "EOF"
		}
		if v != nil && !spell(&b, v) {
			return "", false
		}
	}
}

func spell(b *strings.Builder, v any) bool {
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if strings.HasSuffix(k, ".yaml") || strings.HasSuffix(k, ".yml") || strings.HasSuffix(k, ".json") {
				return false
			}
			fmt.Fprintf(b, "%q: ", k)
			if !spell(b, v[k]) {
				return false
			}
		}
		b.WriteByte('}')
	case map[any]any:
		return false
	case []any:
		b.WriteByte('[')
		for _, x := range v {
			if !spell(b, x) {
				return false
			}
			b.WriteString(", ")
		}
		b.WriteByte(']')
	case float64:
		if math.IsNaN(v) {
			b.WriteString("NaN")
			return true
		}
		fmt.Fprintf(b, "float %v", v)
	default:
		fmt.Fprintf(b, "%T %q", v, fmt.Sprint(v))
	}
	return true
}
