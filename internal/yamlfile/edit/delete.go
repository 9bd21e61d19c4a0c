package edit

import (
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// delete makes Op i a deletion in its container.
func (r *run) delete(i int) {
	t, ok := r.lookup(i)
	switch {
	case !ok:
	case !t.parent.Valid():
		r.hold(i, WhyDocument)
	case t.at < 0 || r.reappears(t):
		r.hold(i, WhyMergedKey)
	default:
		t.x.group(t.parent.ID()).drop[t.at] = i
	}
}

// reappears reports whether a merge key would give the key again.
func (r *run) reappears(t target) bool {
	if t.parent.Kind() != syntax.Mapping {
		return false
	}
	key := t.x.f.KeyText(t.x.group(t.parent.ID()).els[t.at].key)
	return t.x.merges(t.parent.ID(), key, 0)
}

// merges reports whether a merge key of the mapping id gives key.
func (x *sheet) merges(id syntax.ID, key string, depth int) bool {
	if depth > 100 {
		return true
	}
	for k, v := range x.t.Entries(id) {
		if !x.isMerge(k) {
			continue
		}
		from := []syntax.ID{x.f.Target(v)}
		if x.t.Kind(from[0]) == syntax.Sequence {
			list := from[0]
			from = nil
			for m := range x.t.Items(list) {
				from = append(from, x.f.Target(m))
			}
		}
		for _, m := range from {
			if x.t.Kind(m) != syntax.Mapping {
				continue
			}
			for k := range x.t.Entries(m) {
				if !x.isMerge(k) && x.f.KeyText(k) == key {
					return true
				}
			}
			if x.merges(m, key, depth+1) {
				return true
			}
		}
	}
	return false
}
