package manifest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// anything is a value with maps and lists in it, small enough that two of them
// are often nearly alike.
func anything(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 7).Draw(t, "kind")
	if depth == 0 && kind > 4 {
		kind = 0
	}
	switch kind {
	case 0, 1:
		return rapid.SampledFrom([]string{"", "a", "b", "1", "true", "null", "x y", "m-2222222222", "line\nline", "line\nother\n"}).Draw(t, "text")
	case 2:
		return rapid.IntRange(0, 2).Draw(t, "int")
	case 3:
		return rapid.Bool().Draw(t, "bool")
	case 4:
		return nil
	case 5:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			out = append(out, anything(t, depth-1))
		}
		return out
	case 6:
		out := []any{}
		for i := range rapid.IntRange(0, 3).Draw(t, "elements") {
			m := mapping(t, depth-1)
			m["name"] = fmt.Sprint("n", i, rapid.IntRange(0, 1).Draw(t, "n"))
			out = append(out, m)
		}
		return out
	}
	return mapping(t, depth-1)
}

func mapping(t *rapid.T, depth int) map[string]any {
	out := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "keys") {
		out[rapid.SampledFrom([]string{"a", "b", "key", "config.yaml", "x.y", "name"}).Draw(t, "key")] = anything(t, depth)
	}
	return out
}

func object(t *rapid.T) map[string]any {
	if rapid.Bool().Draw(t, "map") {
		data := map[string]any{}
		for _, k := range []string{"config.yaml", "app.json", "x.properties"} {
			if rapid.Bool().Draw(t, k) {
				data[k] = content(t, k)
			}
		}
		return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "m"}, "data": data}
	}
	return map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "m"}, "spec": mapping(t, 3)}
}

// content is a file as a ConfigMap holds it, also with what printers put into
// quotes.
func content(t *rapid.T, name string) string {
	if rapid.IntRange(0, 3).Draw(t, "raw") == 0 {
		return rapid.SampledFrom([]string{"", "\n", "a: 1", "a: [", "\ta: 1\n", " a: 1\n", "a: 1  \n", "a: 1\r\n", "\ufeffa: 1\n", "# only\n", "a: 1\n---\nb: 2\n", "a: &x 1\nb: *x\n", "a: 1\na: 2\n", "k=v\nl=w\n", "a: 1\n\n\n", "\n\na: 1\n", "a: \"\\u0007\"\n"}).Draw(t, "text")
	}
	v := mapping(t, 2)
	var out []byte
	var err error
	if strings.HasSuffix(name, ".json") {
		out, err = json.MarshalIndent(v, "", "  ")
	} else {
		out, err = yaml.Marshal(v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func printed(t *rapid.T, v any) string {
	if rapid.Bool().Draw(t, "json") {
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	out, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// mutated is a copy of v in which something may differ.
func mutated(t *rapid.T, v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		if len(out) == 0 || rapid.IntRange(0, 4).Draw(t, "here") == 0 {
			if depth > 0 { // what names the object stays
				out["new"] = anything(t, 1)
			}
			return out
		}
		k := rapid.SampledFrom(slices.Sorted(maps.Keys(out))).Draw(t, "k")
		if depth == 0 && k != "spec" && k != "data" {
			return out
		}
		if s, ok := out[k].(string); ok && strings.Contains(k, ".") && depth == 1 {
			out[k] = s + rapid.SampledFrom([]string{"", "\n", "# c\n", "z: 1\n", " "}).Draw(t, "tail")
			return out
		}
		out[k] = mutated(t, out[k], depth+1)
		return out
	case []any:
		out := slices.Clone(v)
		switch n := rapid.IntRange(0, 3).Draw(t, "list"); {
		case n == 0 || len(out) == 0:
			out = append(out, anything(t, 1))
		case n == 1:
			out = out[1:]
		case n == 2:
			slices.Reverse(out)
		default:
			i := rapid.IntRange(0, len(out)-1).Draw(t, "i")
			out[i] = mutated(t, out[i], depth+1)
		}
		return out
	}
	return rapid.SampledFrom([]any{v, "a", "b", 1, "1", nil, true}).Draw(t, "scalar")
}

// TestLawDifferentExactlyWhenValuesAre: however two objects are printed, they
// differ exactly when what they say differs.
func TestLawDifferentExactlyWhenValuesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := object(t)
		b := a
		for range rapid.IntRange(0, 2).Draw(t, "mutations") {
			b = mutated(t, b, 0).(map[string]any)
		}
		x, y := printed(t, a), printed(t, b)
		before, err := Read("a.yaml", []byte(x))
		if err != nil {
			t.Fatal(err)
		}
		after, err := Read("b.yaml", []byte(y))
		if err != nil {
			t.Fatal(err)
		}
		c := Compare(before, after, Options{})
		if same, want := len(c.Differences) == 0, reflect.DeepEqual(a, b); same != want {
			t.Fatalf("same is %v, want %v:\n%s\n---\n%s\n%s", same, want, x, y, story(c))
		}
		if len(c.Followers) != 0 || c.Same+len(c.Differences) != 1 {
			t.Fatalf("one pair, and:\n%s", story(c))
		}
	})
}

// TestLawEveryObjectOnce: whatever is on both sides, each object is in one pair.
func TestLawEveryObjectOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []*Object {
			var out []*Object
			for range rapid.IntRange(0, 6).Draw(t, label) {
				name := rapid.SampledFrom([]string{"a-2222222222", "a-4444444444", "a-5555555555", "b-2222222222", "a", "b"}).Draw(t, "name")
				kind := rapid.SampledFrom([]string{"ConfigMap", "Secret", "Pod"}).Draw(t, "kind")
				o := New(ID{Kind: kind, Name: name}, "v1", fmt.Sprintf("apiVersion: v1\nkind: %s\nmetadata: {name: %s}\ndata: {a: '%d'}\n", kind, name, rapid.IntRange(0, 1).Draw(t, "v")))
				if base, ok := hashed(o); ok && rapid.Bool().Draw(t, "known") {
					o.Base = base
				}
				out = append(out, o)
			}
			return out
		}
		before, after := draw("before"), draw("after")
		c := Compare(before, after, Options{})
		seen := map[*Object]int{}
		for _, d := range c.Differences {
			seen[d.Before]++
			seen[d.After]++
		}
		for _, f := range c.Followers {
			seen[f.Before]++
			seen[f.After]++
		}
		delete(seen, nil)
		for o, n := range seen {
			if n != 1 {
				t.Fatalf("%s is in %d pairs", o, n)
			}
		}
		if len(seen)+2*c.Same != len(before)+len(after) {
			t.Fatalf("%d objects, %d in differences, %d pairs the same", len(before)+len(after), len(seen), c.Same)
		}
	})
}

// TestLawHunksGiveTheTextBack: the lines of the hunks, and the equal ones between
// them, are the two texts.
func TestLawHunksGiveTheTextBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string {
			lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "", "中文"}), 0, 30).Draw(t, label)
			s := strings.Join(lines, "\n")
			if rapid.Bool().Draw(t, "end") {
				s += "\n"
			}
			return s
		}
		before, after := draw("before"), draw("after")
		hunks, err := Hunks(before, after)
		if err != nil {
			t.Fatal(err)
		}
		if got := patched(before, hunks); got != after {
			t.Fatalf("%q -> %q: patched %q", before, after, got)
		}
		if (before == after) != (len(hunks) == 0) {
			t.Fatalf("%q, %q: %d hunks", before, after, len(hunks))
		}
	})
}

func patched(before string, hunks []Hunk) string {
	lines := strings.SplitAfter(before, "\n")
	var b strings.Builder
	at := 0
	for _, h := range hunks {
		for at < h.Old-1 {
			b.WriteString(lines[at])
			at++
		}
		for _, l := range h.Lines {
			if l.Op != '+' {
				at++
			}
			if l.Op != '-' {
				b.WriteString(l.Text)
				if !l.Open {
					b.WriteByte('\n')
				}
			}
		}
	}
	return b.String() + strings.Join(lines[at:], "")
}
