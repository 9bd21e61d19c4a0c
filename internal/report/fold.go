package report

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
)

// fold is missing keys that are shown as one: all of a subtree that the same
// environments lack.
type fold struct {
	root keypath.Path
	keys []*compare.Key
}

// folds finds subtrees; it remembers where it has looked.
type folds struct{ absent map[lookup]bool }

type lookup struct {
	env  int
	path keypath.Path
}

// fold groups missing keys by the topmost mapping or list element that all the
// environments without the key lack. The order is that of the first key.
func (f *folds) fold(s *compare.Service, keys []*compare.Key) (out []fold) {
	f.absent = map[lookup]bool{}
	type id struct {
		root    keypath.Path
		pattern string
	}
	at := map[id]int{}
	for _, k := range keys {
		x := id{f.root(s, k), presence(k)}
		i, ok := at[x]
		if !ok {
			i = len(out)
			at[x] = i
			out = append(out, fold{root: x.root})
		}
		out[i].keys = append(out[i].keys, k)
	}
	return out
}

func presence(k *compare.Key) string {
	b := make([]byte, len(k.Values))
	for i, v := range k.Values {
		b[i] = '0'
		if v.Present() {
			b[i] = '1'
		}
	}
	return string(b)
}

// root is the topmost path above k that stands in no environment without k.
func (f *folds) root(s *compare.Service, k *compare.Key) keypath.Path {
	top := k.Path
	for {
		up, ok := top.Parent()
		if !ok || up.IsRoot() || up.Last().Kind == keypath.Document || !f.lackedBy(s, k, up) {
			return top
		}
		top = up
	}
}

func (f *folds) lackedBy(s *compare.Service, k *compare.Key, p keypath.Path) bool {
	for i, v := range k.Values {
		if !v.Present() && s.Files[i] != nil && !f.lacks(s, i, p) {
			return false
		}
	}
	return true
}

func (f *folds) lacks(s *compare.Service, env int, p keypath.Path) bool {
	at := lookup{env, p}
	absent, ok := f.absent[at]
	if !ok {
		_, found := s.Files[env].Lookup(p)
		absent = !found
		f.absent[at] = absent
	}
	return absent
}

// folded is the row of a subtree: how many keys stand where, and their names.
func (v *view) folded(a attention, f fold) row {
	r := row{sign: a.sign, st: a.st, name: visible(f.root.String())}
	k := f.keys[0]
	if !k.Values[0].Present() {
		r.sign = "-"
	}
	var all []shown
	for i := range v.s.Environments {
		if k.Values[i].Present() {
			all = append(all, shown{text: v.w.say(msgKeys, "n", len(f.keys))})
		} else {
			all = append(all, v.at(k, i, false))
		}
	}
	for i, s := range all {
		r.cells = append(r.cells, cell{s.text, noStyle})
		if s.absent {
			r.cells[i].st = amber
		}
	}
	var names []string
	for _, k := range f.keys {
		names = append(names, visible(strings.TrimPrefix(k.Path.String()[len(f.root.String()):], ".")))
	}
	r.below = []remark{{text: v.w.firstNames(msgContain, "keys", names, v.w.width()-below)}}
	for _, k := range f.keys {
		if k.NearMiss != "" {
			r.below = append(r.below, remark{text: visible(k.Path.String()) + v.w.say(msgColon) + v.w.nearMiss(k.NearMiss, k.Suggestion)})
		}
	}
	return r
}

// firstNames words as many names as fit into n cells, and how many more.
func (w Words) firstNames(t Message, hole string, names []string, n int) string {
	for shown := min(len(names), n/3+1); ; shown-- {
		list := slices.Clone(names[:shown])
		if more := len(names) - shown; more > 0 {
			list = append(list, w.say(msgMore, "n", more))
		}
		s := w.say(t, hole, strings.Join(list, w.say(msgAnd)))
		if cells(s) <= n || shown <= 1 {
			return s
		}
	}
}
