package promotion

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// byName names the elements of every list by name, where they have one.
func byName(keypath.Path) string { return "name" }

func changesOf(cs []Change) (out []string) {
	for _, c := range cs {
		out = append(out, c.Action.String()+" "+c.Path.String())
	}
	return out
}

func TestBetween(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		want                []string
	}{
		{"nothing", "a: 1 # x\nb: 'z'\n", "b: z\n\na: 1\n", nil},
		{"a value", "a: 1\nb: 2\n", "a: 1\nb: 3\n", []string{"set b"}},
		{"a type", "a: 1\n", "a: '1'\n", []string{"set a"}},
		{"the highest that is new", "a: 1\n", "a: 1\nb: {c: {d: 1, e: 2}}\n", []string{"add b"}},
		{"below what stands", "a: {b: 1}\n", "a: {b: 1, c: {d: 1}}\n", []string{"add a.c"}},
		{"the highest that is gone", "a: {b: {c: 1, d: 2}, e: 1}\n", "a: {e: 1}\n", []string{"delete a.b"}},
		{"into an empty mapping", "a: {}\n", "a: {b: 1}\n", []string{"add a.b"}},
		{"and out of it", "a: {b: 1}\n", "a: {}\n", []string{"delete a.b"}},
		{"a shape", "a: 1\n", "a: {b: 1, c: 2}\n", []string{"set a"}},
		{"back", "a: {b: 1, c: 2}\n", "a: 1\n", []string{"set a"}},
		{"null to a mapping", "a:\nb: 1\n", "a: {c: 1}\nb: 1\n", []string{"set a"}},
		{"a list to a mapping", "a: [{name: x}]\n", "a: {name: x}\n", []string{"set a"}},
		{"a list of scalars", "a: [1, 2]\n", "a: [1, 2, 3]\n", []string{"set a"}},
		{"an element", "a: [{name: x, v: 1}]\n", "a: [{name: y, v: 1}, {name: x, v: 2}]\n", []string{"add a.[name=y]", "set a.[name=x].v"}},
		{"by index", "a: [{v: 1}, {v: 2}]\n", "a: [{v: 1}, {v: 3}]\n", []string{"set a.[1].v"}},
		{"documents", "a: 1\n---\na: 1\n", "a: 1\n---\na: 2\n", []string{"set {1}.a"}},
		{"all of it", "a: 1\n", "- 1\n", []string{"set "}},
		{"embedded", "config.yaml: |\n  a: 1\n  b: 1\n", "config.yaml: |\n  a: 2\n  b: 1\n", []string{`set config\.yaml.a`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := changesOf(Between(parsed(t, c.before), parsed(t, c.after), byName)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTakingBack(t *testing.T) {
	before := parsed(t, "a: 1\nb: {c: 1, d: 2}\nlist: [{name: x, v: 1}]\n")
	after := parsed(t, "a: 2\nb: {c: 1}\nlist: [{name: x, v: 1}, {name: y, v: 1}]\nnew: {k: 1}\n")
	changes := Between(before, after, byName)
	for _, c := range []struct{ name, now, ops, moved, back string }{
		{"as it was left", "a: 2\nb: {c: 1}\nlist: [{name: x, v: 1}, {name: y, v: 1}]\nnew: {k: 1}\n", "set a, delete list.[name=y], delete new, add b.d", "", ""},
		{"others moved", "a: 2\nb: {c: 9}\nz: 1\nlist: [{name: x, v: 7}, {name: y, v: 1}]\nnew: {k: 1}\n", "set a, delete list.[name=y], delete new, add b.d", "", ""},
		{"moved since", "a: 3\nb: {c: 1, d: 3}\nlist: [{name: y, v: 2}]\nnew: {k: 1, more: 1}\n", "", "a, list.[name=y], new, b.d", ""},
		{"back already", "a: 1\nb: {c: 1, d: 2}\nlist: []\n", "", "", "a, list.[name=y], new, b.d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := TakingBack(changes, before, after, parsed(t, c.now))
			var ops []string
			for _, o := range got.Ops {
				ops = append(ops, o.Action.String()+" "+o.Path.String())
			}
			if s := strings.Join(ops, ", "); s != c.ops {
				t.Errorf("ops %q", s)
			}
			if s := joinPaths(got.Moved); s != c.moved {
				t.Errorf("moved %q", s)
			}
			if s := joinPaths(got.Back); s != c.back {
				t.Errorf("back %q", s)
			}
		})
	}
}

func joinPaths(ps []keypath.Path) string {
	var out []string
	for _, p := range ps {
		out = append(out, p.String())
	}
	return strings.Join(out, ", ")
}

// drawDoc draws a document in block style with unique names in its lists.
func drawDoc(t *rapid.T, depth int, indent string) string {
	var b strings.Builder
	for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "list", "x.y"}), 1, 4, rapid.ID[string]).Draw(t, "keys") {
		switch n := rapid.IntRange(0, 6).Draw(t, "kind"); {
		case k == "list":
			b.WriteString(indent + "list:\n")
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "r"}), 1, 3, rapid.ID[string]).Draw(t, "names") {
				fmt.Fprintf(&b, "%s  - name: %s\n%s    v: %d\n", indent, name, indent, rapid.IntRange(1, 3).Draw(t, "v"))
			}
		case n < 2 && depth > 0:
			fmt.Fprintf(&b, "%s%q:\n%s", indent, k, drawDoc(t, depth-1, indent+"  "))
		case n == 2:
			fmt.Fprintf(&b, "%s%q: [1, %d]\n", indent, k, rapid.IntRange(1, 3).Draw(t, "v"))
		default:
			fmt.Fprintf(&b, "%s%q: %s\n", indent, k, rapid.SampledFrom([]string{"1", "2", "'2'", "true", "", "{}", "x # why"}).Draw(t, "scalar"))
		}
	}
	return b.String()
}

// TestTakingBackIsExact: what was taken back from the version after has the
// values of the version before.
func TestTakingBackIsExact(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawDoc(t, 2, ""), drawDoc(t, 2, "")
		a, err := yamlfile.Parse("a", []byte(before))
		if err != nil {
			t.Skip(err)
		}
		b, err := yamlfile.Parse("b", []byte(after))
		if err != nil {
			t.Skip(err)
		}
		changes := Between(a, b, byName)
		if same := sameTree(a.Roots()[0], b.Roots()[0]); same != (len(changes) == 0) && !reordered(a, b) {
			t.Fatalf("same %v, changes %q\n%s\n%s", same, changesOf(changes), before, after)
		}
		back := TakingBack(changes, a, b, b)
		if len(back.Moved)+len(back.Back) > 0 {
			t.Fatalf("%+v", back)
		}
		d := edit.Make(b, back.Ops)
		if len(d.Held) > 0 {
			return
		}
		c, err := yamlfile.Parse("c", d.After)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.After)
		}
		if left := Between(a, c, byName); left != nil {
			t.Fatalf("left %q\n%s\n%s\n%s", changesOf(left), before, after, d.After)
		}
		made++
	})
	if made < 30 {
		t.Errorf("only %d made", made)
	}
}

// reordered: elements by name in another order are the same to Between.
func reordered(a, b *yamlfile.File) bool { return Between(a, b, byName) == nil }
