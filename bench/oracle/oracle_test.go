package oracle

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name, one, two string
		want           string // leaves that are not the same, in order of path
	}{
		{"form is no difference", "a: 1\nb: [x, 'y']\n", "b:\n- \"x\"\n- y\na: 1\n", ""},
		{"value", "a: 1\n", "a: 2\n", "a different"},
		{"type", "a: 8\nb: true\nc: 1\n", "a: '8'\nb: 'true'\nc: 1.0\n", "a different, b different, c different"},
		{"null is not absent is not empty", "a: null\nb: ''\nc: ~\n", "a:\nb:\n", "b different, c missing"},
		{"missing", "a: {b: 1, c: 2}\n", "a: {b: 1}\n", "a.c missing"},
		{"elements by name", "l: [{name: x, v: 1}, {name: y, v: 2}]\n", "l: [{name: y, v: 2}, {name: n, v: 0}, {name: x, v: 3}]\n",
			"l.[name=n].name missing, l.[name=n].v missing, l.[name=x].v different"},
		{"id before name", "l: [{name: x, id: 1}]\n", "l: [{name: y, id: 1}]\n", "l.[id=1].name different"},
		{"a list of scalars is one leaf", "l: [1, 2]\n", "l: [2, 1]\n", "l different"},
		{"shape", "a: {b: {c: 1, d: 2}}\n", "a: {b: 1}\n", "a.b different"},
		{"scalar and empty", "a: []\nb: {}\n", "a: {}\nb: x\n", "a different, b different"},
		{"merge keys and aliases", "d: &d {x: 1, y: 2}\ne: {<<: *d, y: 3}\nf: *d\n", "d: {x: 1, y: 2}\ne: {x: 1, y: 3}\nf: {x: 1, y: 2}\n", ""},
		{"numbers as keys", "m: {1: a, 2: b}\n", "m: {1: a, 2: c}\n", "m.2 different"},
		{"dots in keys", "r: {gpt-4.1: 1}\n", "r: {gpt-4.1: 2}\n", `r.gpt-4\.1 different`},
	} {
		t.Run(c.name, func(t *testing.T) {
			leaves, err := Compare([]byte(c.one), []byte(c.two))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range leaves {
				if l.Kind != Same {
					got = append(got, fmt.Sprintf("%s %s", l.Path, l.Kind))
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestCompareGivesUp(t *testing.T) {
	for _, c := range [][2]string{
		{"l: [{a: 1}]\n", "l: [{a: 1}]\n"},                  // nothing names the elements
		{"l: [{name: x}, {name: x}]\n", "l: [{name: x}]\n"}, // two of one name
		{"l: []\n", "l: [{name: x}]\n"},
	} {
		if l, err := Compare([]byte(c[0]), []byte(c[1])); !errors.Is(err, ErrUndecided) {
			t.Errorf("%q and %q: %v, %v", c[0], c[1], l, err)
		}
	}
	if _, err := Compare([]byte("a: [\n")); err == nil {
		t.Error("what cannot be parsed is an error")
	}
}
