// Package house holds the rules of the house, executable: who may import whom,
// who may see a value's text, and which libraries live in one room only.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "hoist.example/hoist/"

// ladder lists the rooms from the ground up; rooms on one floor are strangers.
const ladder = `problem progress textedit keypath value terminal
	< gitrepo writeset mask rule yamlfile/syntax
	< yamlfile
	< yamlfile/edit config compare history manifest
	< yamlfile/proof kustomize argocd argocd/fake forge forge/fake
	< images plan
	< check promotion
	< report
	< gate
	< workspace
	< cli`

// confined names the rooms that may import a library (or package): one, as a rule.
var confined = map[string]string{
	"go.yaml.in/yaml/v4":               "yamlfile/proof",
	"github.com/spf13/cobra":           "cli",
	"os/exec":                          "gitrepo terminal",
	"net/http":                         "argocd argocd/fake forge forge/fake",
	"sigs.k8s.io/kustomize/api":        "kustomize",
	"sigs.k8s.io/kustomize/kyaml":      "kustomize",
	"github.com/gofrs/flock":           "writeset",
	"github.com/aymanbagabas/go-udiff": "manifest",
}

// pure rooms read no file, clock, environment variable or network.
var pure = []string{"problem", "progress", "textedit", "keypath", "value", "mask", "rule", "yamlfile/syntax", "yamlfile",
	"yamlfile/edit", "yamlfile/proof", "compare", "plan", "report", "check", "promotion"}

// faces may import these rooms of ours and no other: so no face can walk round
// the gate or write a file.
var facesMay = []string{"workspace", "report", "problem", "progress", "keypath", "value", "rule", "compare", "plan", "config", "mask", "check", "promotion", "terminal"}

// revealers may see a value's unmasked text.
var revealers = []string{"value", "mask", "rule", "config", "compare", "plan", "yamlfile", "yamlfile/edit", "yamlfile/proof"}

type source struct {
	room, path string
	file       *ast.File
}

// sources are the parsed files of internal, tests left out.
func sources(t *testing.T) (out []source) {
	t.Helper()
	err := filepath.WalkDir("internal", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		room := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(p)), "internal/")
		out = append(out, source{room, p, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func imports(f *ast.File) (out []string) {
	for _, i := range f.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

func floors() map[string]int {
	m := map[string]int{}
	for i, floor := range strings.Split(ladder, "<") {
		for _, r := range strings.Fields(floor) {
			m[r] = i + 1
		}
	}
	return m
}

func TestLadder(t *testing.T) {
	floor := floors()
	for _, s := range sources(t) {
		if floor[s.room] == 0 {
			t.Errorf("%s: room %s has no floor: put it on the ladder", s.path, s.room)
			continue
		}
		for _, im := range imports(s.file) {
			other, ours := strings.CutPrefix(im, module+"internal/")
			if ours && other != s.room && floor[other] >= floor[s.room] {
				t.Errorf("%s imports %s, which is not on a lower floor", s.path, other)
			}
		}
	}
}

func TestLibrariesLiveInOneRoom(t *testing.T) {
	for _, s := range sources(t) {
		for _, im := range imports(s.file) {
			for lib, room := range confined {
				if (im == lib || strings.HasPrefix(im, lib+"/")) && !slices.Contains(strings.Fields(room), s.room) {
					t.Errorf("%s imports %s, which only %s may", s.path, lib, room)
				}
			}
		}
	}
}

func TestPureRooms(t *testing.T) {
	for _, s := range sources(t) {
		if !slices.Contains(pure, s.room) {
			continue
		}
		for _, im := range imports(s.file) {
			if slices.Contains([]string{"os", "os/exec", "net", "net/http", "io/ioutil", "syscall", "math/rand", "math/rand/v2"}, im) {
				t.Errorf("%s imports %s, and %s is pure", s.path, im, s.room)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && sel.Sel.Name == "Now" {
					t.Errorf("%s reads the clock, and %s is pure", s.path, s.room)
				}
			}
			return true
		})
	}
}

func TestFacesKnowOnlyTheDoor(t *testing.T) {
	for _, s := range sources(t) {
		if s.room != "cli" {
			continue
		}
		for _, im := range imports(s.file) {
			if other, ours := strings.CutPrefix(im, module+"internal/"); ours && !slices.Contains(facesMay, other) {
				t.Errorf("%s imports %s: faces go through workspace", s.path, other)
			}
		}
	}
}

// A sync is wished for in one place, and only there is leave given that is no
// person's pass.
func TestOneWayToASync(t *testing.T) {
	const place = "internal/workspace/deploysync.go"
	found := 0
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			name := ""
			switch x := c.Type.(type) {
			case *ast.SelectorExpr:
				name = x.Sel.Name
			case *ast.Ident:
				name = x.Name
			}
			wish := name == "Wish" && s.room != "argocd"
			if wish || name == "leave" && s.room == "workspace" {
				if found++; filepath.ToSlash(s.path) != place {
					t.Errorf("%s makes a %s: syncs go through %s", s.path, name, place)
				}
			}
			return true
		})
	}
	if found != 2 {
		t.Errorf("%d, not a wish and a leave", found)
	}
}

func TestUnmaskedTextIsConfined(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(revealers, s.room) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(sel.Sel.Name, "Reveal") {
				t.Errorf("%s reveals a value's text", s.path)
			}
			return true
		})
	}
}

func TestNoInitNoMutablePackageState(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init", s.path)
			}
		}
	}
}

func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		said[s.room] = said[s.room] || s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), "Package ")
	}
	for _, room := range slices.Sorted(maps.Keys(said)) {
		if !said[room] {
			t.Errorf("room %s has no package comment", room)
		}
	}
}
