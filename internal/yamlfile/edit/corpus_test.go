package edit

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// newThings are what single edits write: values, and entries with comments.
const newThings = `
# why it is there
hoistNew: 12 # tail
hoistMap:
  a: 1
  # inner
  b: [x, {y: z}]
  c:
  - name: nn
    v: |
      two
      lines
hoistText: "it's: # new"
hoistLines: |
  one
  two
hoistFolded: >-
  some folded
  text
hoistFlow: {a: 1, b: "x, y"}
hoistNull:
hoistTrue: "true"
hoistList:
- a
- 'b c'
hoistEmpty: {}
`

// places are all values of a file by path.
func places(f *yamlfile.File) (out []keypath.Path, nodes []yamlfile.Node) {
	var walk func(p keypath.Path, n yamlfile.Node)
	walk = func(p keypath.Path, n yamlfile.Node) {
		if len(out) > 3000 {
			return
		}
		out, nodes = append(out, p), append(nodes, n)
		switch n.Kind() {
		case syntax.Mapping:
			for k, v := range n.Entries() {
				walk(p.Child(k), v)
			}
		case syntax.Sequence:
			byName := len(n.File().Source()) > 0 && named(n)
			i := 0
			for v := range n.Items() {
				s := keypath.Step{Kind: keypath.Index, Index: i}
				if byName {
					name, _ := v.Get("name")
					s = keypath.Step{Kind: keypath.Element, Key: "name", Value: name.Text()}
				}
				walk(p.Join(s), v)
				i++
			}
		}
	}
	for i, n := range f.Roots() {
		if !n.Valid() {
			continue
		}
		p := keypath.Path{}
		if f.Several() {
			p = keypath.Of(keypath.Step{Kind: keypath.Document, Key: fmt.Sprint(i)})
		}
		walk(p, n)
	}
	return out, nodes
}

// single is one random Op for a file.
func (g *generator) single(paths []keypath.Path, nodes []yamlfile.Node, source *yamlfile.File) Op {
	i := g.IntN(len(paths))
	p, n := paths[i], nodes[i]
	things := source.Roots()[0]
	var keys []string
	for k := range things.Entries() {
		keys = append(keys, k)
	}
	key := pick(g, keys)
	thing, _ := things.Get(key)
	top := p.IsRoot() || p.Last().Kind == keypath.Document
	switch {
	case n.Kind() == syntax.Mapping && g.chance(60):
		return Op{Action: Add, Path: p.Child(key), From: thing}
	case n.Kind() == syntax.Sequence && g.chance(60):
		list, _ := things.Get("hoistList")
		return Op{Action: Append, Path: p, From: list}
	case g.chance(40) && !top:
		return Op{Action: Delete, Path: p}
	}
	return Op{Action: Set, Path: p, From: thing}
}

func corpus(t testing.TB) (files []string) {
	dirs := []string{"../../../examples"}
	if d := os.Getenv("EDIT_CORPUS"); d != "" {
		dirs = append(dirs, strings.Split(d, ":")...)
	}
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
				files = append(files, path)
			}
			return nil
		})
	}
	if len(files) == 0 {
		t.Skip("no files")
	}
	return files
}

// TestSingleEdits makes random single edits of the example's files (and of
// $EDIT_CORPUS) and counts what is held back.
func TestSingleEdits(t *testing.T) {
	things := mustParse(t, "new.yaml", newThings)
	tally := map[string]int{}
	edits, shown := 0, 0
	files := corpus(t)
	for fileNo, name := range files {
		src, err := os.ReadFile(name)
		if err != nil || len(src) > 200_000 {
			continue
		}
		for variant, text := range variants(string(src)) {
			before, err := yamlfile.Parse(filepath.Base(name), []byte(text))
			if err != nil {
				tally["unreadable"]++
				break
			}
			paths, nodes := places(before)
			if len(paths) == 0 {
				continue
			}
			g := &generator{Rand: rand.New(rand.NewPCG(uint64(fileNo), uint64(variant)))}
			for range max(5, 40/(1+len(src)/4000)) {
				op := g.single(paths, nodes, things)
				if jsonName(name) && op.Action == Set && op.Path.IsRoot() {
					continue
				}
				tr := &trial{before: before, source: things, ops: []Op{op}}
				d := Make(before, tr.ops)
				edits++
				for _, h := range d.Held {
					tally[h.Why.Arg("why")]++
					if os.Getenv("EDIT_SHOW") != "" {
						t.Log(name, variant, op.Action, op.Path, h.Why)
					}
				}
				if bad := tr.check(d); bad != "" {
					if shown++; shown <= 5 {
						t.Errorf("%s variant %d: %s\n%s %s\n%v", name, variant, bad, op.Action, op.Path, d.Edits)
					}
				}
			}
		}
	}
	held := 0
	for why, n := range tally {
		if why != "unreadable" {
			held += n
		}
	}
	t.Logf("%d files, %d edits, %d held (%.3f%%): %v", len(files), edits, held, 100*float64(held)/float64(edits), tally)
}

// variants are a text as it is, with CRLF, with a byte order mark and without
// its final newline.
func variants(s string) []string {
	if strings.Contains(s, "\r") || strings.HasPrefix(s, mark) {
		return []string{s}
	}
	return []string{s, strings.ReplaceAll(s, "\n", "\r\n"), mark + s, strings.TrimRight(s, "\n")}
}
