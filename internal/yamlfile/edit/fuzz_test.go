package edit

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
)

// FuzzMake: any text that is read may be edited: no panic, no byte outside the
// splices, no part of an Op, and the result reads as wanted.
func FuzzMake(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i, g := range parseGolden(f, string(text)) {
			f.Add(g.file(g.before), uint64(i))
		}
	}
	for _, s := range []string{"", "\n", "# c", "---", "--- |\n x", "a:\r\rb:", "? \n: \n", "- - -", "{a, b}", "[? a]", "&a [*a]", "\ufeff", "a: |+\n\n\n", "'", "!!map {}", "a: &x\nb: *x"} {
		f.Add(s, uint64(1))
	}
	things := mustParse(f, "new.yaml", newThings)
	f.Fuzz(func(t *testing.T, src string, seed uint64) {
		before, err := yamlfile.Parse("t.yaml", []byte(src))
		if err != nil {
			return
		}
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 5))}
		ops := []Op{{Action: Add, Path: keypath.Path{}.Child("hoistNew"), From: things.Roots()[0]}}
		if paths, nodes := places(before); len(paths) > 0 {
			for range 1 + g.IntN(4) {
				ops = append(ops, g.single(paths, nodes, things))
			}
		}
		d := Make(before, ops)
		if len(d.Done)+len(d.Held) != len(ops) {
			t.Fatalf("%d done, %d held of %d", len(d.Done), len(d.Held), len(ops))
		}
		if !textedit.Outside([]byte(src), d.After, d.Edits) {
			t.Fatal("bytes outside the splices moved")
		}
		if _, err := yamlfile.Parse("t.yaml", d.After); err != nil {
			t.Fatalf("%v\n%q\n%q", err, src, d.After)
		}
	})
}
