// Package images is the images entries of all overlays side by side, and a
// choice of them as changes like any other. Pure.
//
// Laws: a service is the last part of an image's name, matched exactly: `front`
// is never `front-homepage`; tag and digest move together, as a pair; newName
// stays the target's.
package images

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Service is the service of an image: the last part of its name.
func Service(name string) string {
	return name[strings.LastIndexByte(name, '/')+1:]
}

// ServiceOf is the service of a reference to an image: name[:tag][@digest].
func ServiceOf(ref string) string {
	ref, _, _ = strings.Cut(Service(ref), "@")
	ref, _, _ = strings.Cut(ref, ":")
	return ref
}

// Row is one image in every environment.
type Row struct {
	Service, Name, Category string // Name: of the first environment that has it
	Status                  compare.Status
	Entries                 []*kustomize.Image // by environment; nil: absent
	Rules                   []*rule.Allow      // that allow it to differ
}

// Rows puts the entries of all environments side by side: matched by full name
// first, then by service, where one registry's name in one environment stands
// for another's in the next. Order: of the first environment that has each.
func Rows(entries [][]kustomize.Image, category func(service string) string, rules *rule.Set) []Row {
	var rows []Row
	left := make([][]*kustomize.Image, len(entries))
	for e := range entries {
		for i := range entries[e] {
			left[e] = append(left[e], &entries[e][i])
		}
	}
	rows = join(rows, left, func(i *kustomize.Image) string { return i.Name }, true)
	fill(rows, left)
	rows = join(rows, left, func(i *kustomize.Image) string { return Service(i.Name) }, false)
	for r := range rows {
		row := &rows[r]
		row.Category = category(row.Service)
		row.Rules = rules.Images(row.Service)
		row.Status = status(row)
	}
	return inOrder(rows, entries)
}

// fill puts an entry that no other environment has by its full name into the one
// row of its service that lacks an entry there: another registry's name for the
// same. Where there is a choice, nothing is guessed.
func fill(rows []Row, left [][]*kustomize.Image) {
	for e := range left {
		count := map[string]int{}
		for _, i := range left[e] {
			count[Service(i.Name)]++
		}
		left[e] = slices.DeleteFunc(left[e], func(i *kustomize.Image) bool {
			hole := -1
			for r := range rows {
				if rows[r].Service != Service(i.Name) || rows[r].Entries[e] != nil {
					continue
				}
				if hole >= 0 {
					return false
				}
				hole = r
			}
			if hole < 0 || count[Service(i.Name)] > 1 {
				return false
			}
			rows[hole].Entries[e] = i
			return true
		})
	}
}

// join makes rows of what key brings together. With several, only keys that at
// least two environments have make a row; what is left makes one each.
func join(rows []Row, left [][]*kustomize.Image, key func(*kustomize.Image) string, several bool) []Row {
	count := map[string]int{}
	for e := range left {
		for _, i := range left[e] {
			count[key(i)]++
		}
	}
	at := map[string]int{}
	for e := range left {
		left[e] = slices.DeleteFunc(left[e], func(i *kustomize.Image) bool {
			k := key(i)
			if several && count[k] < 2 {
				return false
			}
			r, ok := at[k]
			if !ok || rows[r].Entries[e] != nil { // two registries of one service stay two rows
				r = len(rows)
				at[k] = r
				rows = append(rows, Row{Service: Service(i.Name), Name: i.Name, Entries: make([]*kustomize.Image, len(left))})
			}
			rows[r].Entries[e] = i
			return true
		})
	}
	return rows
}

func status(r *Row) compare.Status {
	var first *kustomize.Image
	absent, tags, names := false, false, false
	for _, i := range r.Entries {
		switch {
		case i == nil:
			absent = true
		case first == nil:
			first = i
		default:
			tags = tags || i.NewTag != first.NewTag || i.Digest != first.Digest
			names = names || i.NewName != first.NewName || i.Name != first.Name
		}
	}
	switch {
	case !tags && !absent && !names:
		return compare.Same
	case len(r.Rules) > 0:
		return compare.Expected
	case tags:
		return compare.Different
	case absent:
		return compare.Missing
	}
	return compare.Expected // only the registry differs, which is each environment's own
}

// inOrder sorts rows as a reader of the first environment's file expects.
func inOrder(rows []Row, entries [][]kustomize.Image) []Row {
	place := func(r Row) (env, line int) {
		for e, i := range r.Entries {
			if i != nil {
				return e, slices.IndexFunc(entries[e], func(x kustomize.Image) bool { return x.Name == i.Name })
			}
		}
		return len(entries), 0
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		ae, al := place(a)
		be, bl := place(b)
		if ae != be {
			return ae - be
		}
		return al - bl
	})
	return rows
}

// Move is what taking an image's tag over to one environment asks for.
type Move struct {
	Row      *Row
	From, To *kustomize.Image // To nil: the entry is not there
	Ops      []edit.Op
}

// Take gives the ops that make the target's pair of tag and digest the source's.
// An entry that the target does not have is added only where add says so. nil:
// there is nothing to do, or nothing that may be done.
func Take(r *Row, from, to int, add bool) *Move {
	src, dst := r.Entries[from], r.Entries[to]
	if src == nil || len(r.Rules) > 0 || dst == nil && !add {
		return nil
	}
	m := &Move{Row: r, From: src, To: dst}
	if dst == nil {
		m.Ops = []edit.Op{{Action: edit.Add, Path: src.Path, From: src.Node, Supply: texts(src)}}
		return m
	}
	for _, f := range []struct{ name, want, have string }{{"newTag", src.NewTag, dst.NewTag}, {"digest", src.Digest, dst.Digest}} {
		if op, ok := field(dst, src, f.name, f.want, f.have); ok {
			m.Ops = append(m.Ops, op)
		}
	}
	if m.Ops == nil {
		return nil
	}
	return m
}

// First gives the one op that brings entries into a file that has no list of
// images yet: the source's list, without what is not to be added. all are the
// source's entries, ops what Take gave for those that are.
func First(before, source *yamlfile.File, all []kustomize.Image, ops []edit.Op) []edit.Op {
	at := keypath.Path{}.Child("images")
	from, ok := source.Lookup(at)
	if !ok || len(ops) == 0 {
		return ops
	}
	list := edit.Op{Action: edit.Add, Path: at, From: from}
	if have, ok := before.Lookup(at); ok {
		if have.Kind() == syntax.Sequence {
			return ops
		}
		list.Action = edit.Set // images: and nothing behind it
	}
	for _, i := range all {
		added := slices.IndexFunc(ops, func(o edit.Op) bool { return o.Path == i.Path })
		if added < 0 {
			list.Omit = append(list.Omit, i.Path)
			continue
		}
		list.Supply = append(list.Supply, ops[added].Supply...)
	}
	return []edit.Op{list}
}

// texts are the values of an entry that its file spells as if they were none:
// kustomize refuses a tag that YAML reads as a number.
func texts(i *kustomize.Image) (out []edit.Supply) {
	for _, name := range []string{"newName", "newTag", "digest"} {
		if n, ok := i.Node.Get(name); ok && n.Value().Kind() != value.String {
			out = append(out, edit.Supply{Path: i.Path.Child(name), Value: value.Text(n.Text())})
		}
	}
	return out
}

// field brings one field of an entry to what the source has: the text, always a
// string, in the target's own quotes.
func field(dst, src *kustomize.Image, name, want, have string) (edit.Op, bool) {
	p := dst.Path.Child(name)
	_, there := dst.Node.Get(name)
	if want == have {
		return edit.Op{}, false
	}
	supply := []edit.Supply{{Path: p, Value: value.Text(want)}}
	switch {
	case want == "":
		return edit.Op{Action: edit.Delete, Path: p}, there
	case there:
		return edit.Op{Action: edit.Set, Path: p, Supply: supply}, true
	}
	from := yamlfile.Node{}
	if n, ok := src.Node.Get(name); ok && src.Name == dst.Name {
		from = n
	}
	return edit.Op{Action: edit.Add, Path: p, From: from, Supply: supply}, true
}

// Twin is a resource whose revision is the tag that moves.
type Twin struct {
	kustomize.Twin
	Op edit.Op
}

// TwinsOf are the target's resources that repeat the tag that the image has
// there, with the op that moves each along.
func (m *Move) TwinsOf(all []kustomize.Twin) (out []Twin) {
	if m.To == nil || m.To.NewTag == "" || m.From.NewTag == "" {
		return nil
	}
	for _, t := range all {
		if t.Ref == m.To.NewTag {
			out = append(out, Twin{t, edit.Op{Action: edit.Set, Path: t.Path,
				Supply: []edit.Supply{{Path: t.Path, Value: value.Text(t.With(m.From.NewTag))}}}})
		}
	}
	return out
}
