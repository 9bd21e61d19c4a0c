package compare

import (
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
)

func TestBelow(t *testing.T) {
	set := allow("s.l.*.price").set()
	in := input(t, set, "s: {a: 1, l: [{name: x, price: 1}, {name: y}]}\n", "s: {a: 2, b: 1, l: [{name: x, price: 2, n: 1}]}\n", "s: 1\n")
	in.Environments, in.Paths, in.Files = in.Environments[:2], in.Paths[:2], in.Files[:2]
	p := pathOf(t, "s")
	var rows, parents []yamlfile.Node
	for _, f := range in.Files {
		n, _ := f.Lookup(p)
		up, _ := f.Lookup(keypath.Path{})
		rows, parents = append(rows, n), append(parents, up)
	}
	s := Below(in, p, rows, parents)
	got := ""
	for _, k := range s.Keys {
		got += k.Status.String() + " " + k.Path.String() + "\n"
	}
	want := "different s.a\nmissing s.b\nexpected s.l.[name=x].price\nmissing s.l.[name=x].n\nmissing s.l.[name=y].name\n"
	if got != want || s.Lists[pathOf(t, "s.l")].Identity != "name" {
		t.Errorf("gives\n%s", got)
	}
}
