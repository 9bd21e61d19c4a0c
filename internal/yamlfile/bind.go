package yamlfile

import (
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

func (f *File) problem(c problem.Code, id syntax.ID, kv ...string) error {
	return problem.New(c, f.PlaceAt(f.tree.Span(id).Start), kv...)
}

// bind finds the node of every alias and refuses cycles and bombs.
func (f *File) bind() error {
	if !f.hasAlias() {
		return nil
	}
	b := binder{f: f, anchors: map[string]syntax.ID{}, sizes: map[syntax.ID]extent{}}
	f.targets, f.users = map[syntax.ID]syntax.ID{}, map[syntax.ID]int{}
	for _, d := range f.tree.Documents() {
		clear(b.anchors) // anchors end with their document (YAML 1.2, 3.2.2.2)
		if d.Root == syntax.None {
			continue
		}
		if f.budget -= b.walk(d.Root).size; b.err != nil {
			return b.err
		}
		if f.budget < 0 {
			return f.problem(AliasBomb, d.Root)
		}
	}
	return nil
}

func (f *File) hasAlias() bool {
	if strings.IndexByte(f.tree.Source(), '*') < 0 {
		return false
	}
	for id := syntax.ID(0); int(id) < f.tree.Len(); id++ {
		if f.tree.Kind(id) == syntax.Alias {
			return true
		}
	}
	return false
}

// extent is how large a node is once its aliases are expanded.
type extent struct{ size, depth int }

type binder struct {
	f       *File
	anchors map[string]syntax.ID // the latest of each name
	sizes   map[syntax.ID]extent // of anchored nodes that are finished
	err     error
}

func (b *binder) fail(c problem.Code, id syntax.ID, kv ...string) {
	if b.err == nil {
		b.err = b.f.problem(c, id, kv...)
	}
}

// walk visits nodes in the order of the text and returns the expanded extent.
func (b *binder) walk(id syntax.ID) extent {
	t := b.f.tree
	if b.err != nil {
		return extent{}
	}
	if t.Kind(id) == syntax.Alias {
		return b.alias(id)
	}
	anchor := t.Anchor(id)
	if anchor != "" {
		b.anchors[anchor] = id
	}
	sum := extent{size: 1}
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		e := b.walk(c)
		sum.size, sum.depth = sum.size+e.size, max(sum.depth, e.depth)
		if sum.size > MaxExpanded {
			b.fail(AliasBomb, c)
		}
	}
	if sum.depth++; sum.depth > MaxDepth {
		b.fail(AliasBomb, id)
	}
	if anchor != "" {
		b.sizes[id] = sum
	}
	return sum
}

func (b *binder) alias(id syntax.ID) extent {
	name := b.f.tree.AliasName(id)
	target, ok := b.anchors[name]
	if !ok {
		b.fail(UndefinedAlias, id, "name", name)
		return extent{}
	}
	e, done := b.sizes[target]
	if !done { // its node is not finished: the alias stands inside it
		b.fail(AliasCycle, id, "name", name)
		return extent{}
	}
	b.f.targets[id] = target
	b.f.users[target]++
	return e
}

const coreTags = "tag:yaml.org,2002:"

// tag is the tag of id in one spelling: !!str, !local, or !<any:uri>.
func (f *File) tag(id syntax.ID) string {
	tag := f.tree.Tag(id)
	if tag == "" || !f.handles && !strings.HasPrefix(tag, "!<") && strings.IndexByte(tag, '%') < 0 {
		return tag
	}
	full := f.tree.TagName(id)
	if core, ok := strings.CutPrefix(full, coreTags); ok {
		return "!!" + core
	}
	if strings.HasPrefix(full, "!") {
		return full
	}
	return "!<" + full + ">"
}

// hasHandles reports whether a %TAG directive gives tags a meaning of its own.
func (f *File) hasHandles() bool {
	for _, d := range f.tree.Documents() {
		for _, line := range d.Directives {
			if strings.HasPrefix(f.tree.Source()[line.Start:line.End], "%TAG") {
				return true
			}
		}
	}
	return false
}
