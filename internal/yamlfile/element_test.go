package yamlfile

import (
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
)

// TestElementsOfLongLists: an element is found, or not, however long the list is:
// one with a name, none without, none where two have it, also behind an alias.
func TestElementsOfLongLists(t *testing.T) {
	for _, n := range []int{1, longList - 1, longList, longList + 1, longList + 2, 3 * longList} {
		var b strings.Builder
		b.WriteString("list: &l\n")
		for i := range n {
			fmt.Fprintf(&b, "- {name: n%d, id: %d, v: %d}\n", i, i/2, i)
		}
		b.WriteString("- {other: 1}\n- {name: [n0]}\nagain: *l\n")
		f := read(t, b.String())
		for _, list := range []string{"list", "again"} {
			for i := range n {
				e, ok := f.Lookup(parsePath(t, fmt.Sprintf("%s.[name=n%d].v", list, i)))
				if !ok || e.Text() != fmt.Sprint(i) || (e.Reached() == ByAlias) != (list == "again") {
					t.Fatalf("%d elements, %s: n%d is %v", n, list, i, e)
				}
				_, ok = f.Lookup(parsePath(t, fmt.Sprintf("%s.[id=%d]", list, i/2)))
				if alone := i == n-1 && n%2 == 1; ok != alone {
					t.Errorf("%d elements, %s: id %d is found: %v", n, list, i/2, ok)
				}
			}
			p := parsePath(t, list).Join(keypath.Step{Kind: keypath.Element, Key: "name", Value: "none"})
			if _, ok := f.Lookup(p); ok {
				t.Errorf("%d elements: one is found that is not there", n)
			}
		}
	}
}
