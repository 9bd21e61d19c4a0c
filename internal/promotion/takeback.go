package promotion

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// TakeBack is what puts back, in a file as it stands now, the keys that differ
// between two older versions of it.
type TakeBack struct {
	Ops   []edit.Op
	Moved []keypath.Path // keys that are no longer what the commit made of them
	Back  []keypath.Path // keys that are again what they were before
}

// TakingBack plans it. A key that stands as it did before needs nothing; one
// that is neither as before nor as after was moved by somebody since.
func TakingBack(changes []Change, before, after, now *yamlfile.File) (t TakeBack) {
	for _, c := range changes {
		old, _ := lookup(before, c.Path)
		is, _ := lookup(now, c.Path)
		made, _ := lookup(after, c.Path)
		switch {
		case sameTree(is, old):
			t.Back = append(t.Back, c.Path)
		case !sameTree(is, made):
			t.Moved = append(t.Moved, c.Path)
		case c.Action == edit.Add:
			t.Ops = append(t.Ops, edit.Op{Action: edit.Delete, Path: c.Path})
		case c.Action == edit.Delete:
			t.Ops = append(t.Ops, edit.Op{Action: edit.Add, Path: c.Path, From: old})
		default:
			t.Ops = append(t.Ops, edit.Op{Action: edit.Set, Path: c.Path, From: old})
		}
	}
	return t
}
