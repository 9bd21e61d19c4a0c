package edit

import (
	"sort"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// run is one attempt at a set of Ops. What it must refuse it notes in held, and
// the set is attempted again without that.
type run struct {
	before *yamlfile.File
	ops    []Op
	out    map[int]string // Ops that are not attempted
	held   map[int]string // Ops refused in this attempt
	sheets *sheets
	orders map[orderKey]*order
	byPath map[keypath.Path]int
	// written is, by Op, the content that it writes, where Ops below it join in.
	written map[int]*content
	// fills are null or empty values that get children: content by value.
	fills   map[*sheet]map[syntax.ID]*content
	pending map[*group][]*pending
	later   []func() // what waits until every Op has been read
}

func newRun(before *yamlfile.File, ops []Op, out map[int]string) *run {
	r := &run{before: before, ops: ops, out: out, held: map[int]string{},
		sheets: &sheets{all: map[*yamlfile.File]*sheet{}}, orders: map[orderKey]*order{},
		byPath: map[keypath.Path]int{}, written: map[int]*content{},
		fills: map[*sheet]map[syntax.ID]*content{}, pending: map[*group][]*pending{}}
	return r
}

func (r *run) hold(op int, why string) {
	if r.held[op] == "" {
		r.held[op] = why
	}
}

// collect makes groups of all Ops, the outermost first, so that those below a
// new subtree find it.
func (r *run) collect() {
	var todo []int
	for i, op := range r.ops {
		if _, ok := r.out[i]; ok {
			continue
		}
		if _, ok := r.byPath[op.Path]; ok {
			r.hold(i, WhyConflict)
			continue
		}
		r.byPath[op.Path] = i
		todo = append(todo, i)
	}
	depth := make(map[int]int, len(todo))
	for _, i := range todo {
		depth[i] = len(r.ops[i].Path.Steps())
	}
	sort.SliceStable(todo, func(a, b int) bool { return depth[todo[a]] < depth[todo[b]] })
	for _, i := range todo {
		r.op(i)
	}
	for _, f := range r.later {
		f()
	}
	for g, list := range r.pending {
		g.place(list)
	}
}

// outer is the nearest Op above i, -1 for none.
func (r *run) outer(i int) int {
	for p, ok := r.ops[i].Path.Parent(); ok; p, ok = p.Parent() {
		if j, ok := r.byPath[p]; ok {
			return j
		}
	}
	return -1
}

func (r *run) op(i int) {
	if o := r.outer(i); o >= 0 && r.held[o] == "" {
		r.nested(i, o)
		return
	}
	switch r.ops[i].Action {
	case Set:
		r.set(i)
	case Add:
		r.addition(i)
	case Delete:
		r.delete(i)
	case Append:
		r.append(i)
	default:
		r.hold(i, WhyNothing)
	}
}

// content reads what Op i writes; nil where it is held.
func (r *run) content(i int, inside bool) *content {
	b := &builder{sheets: r.sheets, clean: r.ops[i].Clean}
	c := b.op(&r.ops[i], inside)
	if b.why != "" {
		r.hold(i, b.why)
		return nil
	}
	return c
}

// note is the comment that the Op's own value is to have.
func (r *run) note(i int) string {
	for _, s := range r.ops[i].Supply {
		if s.Path == r.ops[i].Path {
			return s.Comment
		}
	}
	return ""
}
