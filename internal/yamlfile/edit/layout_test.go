package edit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// indentOfLine is a line's indentation; comment and blank lines are told apart.
func indentOfLine(l string) (n int, blank, comment bool) {
	t := strings.TrimLeft(l, " ")
	return len(l) - len(t), strings.TrimSpace(l) == "", strings.HasPrefix(t, "#")
}

// deleteLines deletes the entry that begins at line k by looking at lines alone.
func deleteLines(lines []string, k int, mapping bool) []string {
	col, _, _ := indentOfLine(lines[k])
	end := k + 1
	for j := k + 1; j < len(lines); j++ {
		n, blank, comment := indentOfLine(lines[j])
		if blank || comment {
			continue
		}
		if n > col || mapping && n == col && strings.HasPrefix(lines[j][n:], "-") {
			end = j + 1
			continue
		}
		break
	}
	from := k
	for from > 0 {
		n, _, comment := indentOfLine(lines[from-1])
		if !comment || n != col {
			break
		}
		from--
	}
	if from == 0 {
		from = k // a run that starts on the first line is nobody's
	}
	isBlank := func(i int) bool { return i >= 0 && i < len(lines) && strings.TrimSpace(lines[i]) == "" }
	if isBlank(from-1) && isBlank(end) {
		end++
	}
	return slices.Concat(lines[:from], lines[end:])
}

// TestDeleteByLines holds deletes in block style against deleteLines.
func TestDeleteByLines(t *testing.T) {
	tried := 0
	for seed := range uint64(6000) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 11)), plainOnly: true, realistic: true}
		p := g.printer()
		p.flowRate = 0
		src := strings.Join(p.kids(g.mapping(3), 0), "\n") + "\n"
		if g.chance(50) {
			src = "# header\n" + src
		}
		f, err := yamlfile.Parse("t.yaml", []byte(src))
		if err != nil || strings.Contains(src, "in.yaml") || strings.TrimSpace(src) == "" || trimBlank(src) != src {
			continue // blanks below a block scalar may be its text
		}
		lines := strings.Split(strings.TrimSuffix(src, "\n"), "\n")
		paths, nodes := places(f)
		for i, path := range paths {
			if path.IsRoot() {
				continue
			}
			up, _ := path.Parent()
			parent, _ := f.Lookup(up)
			tree, list := f.Tree(), parent.Kind() == syntax.Sequence
			if children(parent) < 2 || tree.Style(parent.ID()) == syntax.Flow {
				continue
			}
			start := tree.Mark(nodes[i].At())
			if !list {
				start = tree.Span(nodes[i].Key()).Start
			}
			k := f.Lines().Line(start) - 1
			if strings.TrimLeft(lines[k][:strings.IndexAny(lines[k], "-")+1], " ") == "-" && !list {
				continue // the first key behind a dash
			}
			if n, _, _ := indentOfLine(lines[k]); f.Lines().Span(k+1).Start+n != start {
				continue
			}
			want := strings.Join(deleteLines(lines, k, !list), "\n") + "\n"
			d := Make(f, []Op{{Action: Delete, Path: path}})
			if tried++; string(d.After) != want {
				t.Fatalf("seed %d: delete %s\n%s\n--- after\n%s\n--- want\n%s", seed, path, src, d.After, want)
			}
		}
	}
	if tried < 5000 {
		t.Errorf("only %d deletes", tried)
	}
}

// trimBlank makes lines of blanks empty.
func trimBlank(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) == "" {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

func children(n yamlfile.Node) (k int) {
	for range n.Entries() {
		k++
	}
	for range n.Items() {
		k++
	}
	return k
}

// names are the keys of a mapping, or the names of a list's elements, in order.
func names(n yamlfile.Node) (out []string) {
	for k := range n.Entries() {
		out = append(out, k)
	}
	for v := range n.Items() {
		name, _ := v.Get("name")
		if !name.Valid() || name.Kind() != syntax.Scalar {
			return nil
		}
		out = append(out, name.Text())
	}
	return out
}

// wantedOrder puts added names among those that stay: behind the nearest
// preceding sibling of the source, else before the nearest following, else last.
func wantedOrder(stay, source []string, added map[string]bool) []string {
	out := slices.Clone(stay)
	for i, s := range source {
		if !added[s] {
			continue
		}
		at := len(out)
		for j := i + 1; j < len(source); j++ {
			if k := slices.Index(out, source[j]); k >= 0 {
				at = k
				break
			}
		}
		for j := i - 1; j >= 0; j-- {
			if k := slices.Index(out, source[j]); k >= 0 {
				at = k + 1
				break
			}
		}
		out = slices.Insert(out, at, s)
	}
	return out
}

// TestOrder holds the places of added keys and elements against wantedOrder.
func TestOrder(t *testing.T) {
	tried := 0
	for seed := range uint64(6000) {
		tr, _ := newTrial(seed + 50_000)
		if tr == nil || strings.Contains(tr.before.Source()+tr.source.Source(), "<<") || tr.before.Several() || tr.source.Several() {
			continue
		}
		d := Make(tr.before, tr.ops)
		after, err := yamlfile.Parse("t.yaml", d.After)
		if err != nil {
			t.Fatal(err)
		}
		changed := map[keypath.Path][2]map[string]bool{}
		set := map[keypath.Path]bool{}
		for _, op := range d.Done {
			up, ok := op.Path.Parent()
			if !ok || op.Action == Set || op.Action == Append {
				set[op.Path] = true
				continue
			}
			c := changed[up]
			if c[0] == nil {
				c = [2]map[string]bool{{}, {}}
			}
			s := op.Path.Last()
			name := s.Key
			if s.Kind == keypath.Element {
				name = s.Value
			}
			c[op.Action-Add][name] = true
			changed[up] = c
		}
		for p, c := range changed {
			was, ok1 := tr.before.Lookup(p)
			src, ok2 := tr.source.Lookup(p)
			is, ok3 := after.Lookup(p)
			if !ok1 || !ok2 || !ok3 || set[p] || len(c[0]) == 0 || !endsLine(was.File().Source()) || was.Reached() != yamlfile.Written || src.Reached() != yamlfile.Written {
				continue
			}
			stay := slices.DeleteFunc(names(was), func(s string) bool { return c[1][s] })
			want := wantedOrder(stay, names(src), c[0])
			if tried++; fmt.Sprint(names(is)) != fmt.Sprint(want) {
				t.Fatalf("seed %d: %s: order %q, want %q\n%s\n--- after\n%s", seed+50_000, p, names(is), want, tr, d.After)
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d places", tried)
	}
}
