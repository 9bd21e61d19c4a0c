package yamlfile

import (
	"iter"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// scanLimit is up to how many keys a mapping is searched for duplicates by
// looking at each pair; larger ones use a table.
const scanLimit = 24

// newSeen is a table for large mappings and nil for small ones.
func newSeen(t *syntax.Tree, id syntax.ID) map[string]bool {
	n := 0
	for range t.Entries(id) {
		n++
	}
	if n <= scanLimit {
		return nil
	}
	return make(map[string]bool, n)
}

// after are the entries behind the value v of a mapping.
func after(t *syntax.Tree, v syntax.ID) iter.Seq2[syntax.ID, syntax.ID] {
	return func(yield func(syntax.ID, syntax.ID) bool) {
		for k := t.Next(v); k != syntax.None; {
			w := t.Next(k)
			if !yield(k, w) {
				return
			}
			k = t.Next(w)
		}
	}
}

// earlier reports whether a key of this text stands before key in mapping id.
func earlier(f *File, id, key syntax.ID, text string) bool {
	for k := range f.tree.Entries(id) {
		if k == key {
			return false
		}
		if !f.isMerge(k) && f.KeyText(k) == text {
			return true
		}
	}
	return false
}

// merged yields what the merge keys of n add: no key that is written in n, and
// of several sources the first that has a key wins (the YAML 1.1 merge type).
func (n Node) merged(yield func(string, Node) bool) {
	f, t := n.f, n.f.tree
	have := map[string]bool{}
	for k := range t.Entries(n.id) {
		if !f.isMerge(k) {
			have[f.KeyText(k)] = true
		}
	}
	add := func(src syntax.ID) bool {
		from := f.node(src, syntax.None, ByMerge, n.dup)
		for k, v := range from.Entries() {
			if have[k] {
				continue
			}
			have[k] = true
			v.reached = ByMerge
			if !yield(k, v) {
				return false
			}
		}
		return true
	}
	for k, v := range t.Entries(n.id) {
		if !f.isMerge(k) {
			continue
		}
		if f.tree.Kind(f.Target(v)) == syntax.Mapping {
			if !add(v) {
				return
			}
			continue
		}
		for i := range t.Items(f.Target(v)) {
			if !add(i) {
				return
			}
		}
	}
}
