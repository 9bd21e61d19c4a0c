package edit

import (
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// maxChecked bounds the work of reads: aliases may make a file any size.
const maxChecked = 3_000_000

// checker compares the values of the result with what the groups say.
type checker struct {
	r       *run
	changed map[*yamlfile.File]map[syntax.ID]bool // nodes with a change in or below them
	nodes   int
}

// reads reports whether after has the values that the Ops want, and all others
// as they were.
func (r *run) reads(after *yamlfile.File) bool {
	c := &checker{r: r, changed: map[*yamlfile.File]map[syntax.ID]bool{}}
	for f, x := range r.sheets.all {
		for _, g := range x.groups {
			if g.touched() {
				c.mark(f, g.id)
			}
		}
		if len(x.roots) > 0 && x.host != nil {
			c.mark(f, x.t.Documents()[0].Root)
		}
	}
	was, is := r.before.Roots(), after.Roots()
	x := r.sheets.of(r.before)
	if len(was) == 0 && x.roots[0] != nil {
		was = make([]yamlfile.Node, 1)
	}
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		if s := x.roots[i]; s != nil {
			if !s.c.same(is[i]) {
				return false
			}
		} else if !c.node(was[i], is[i]) {
			return false
		}
	}
	return true
}

func (c *checker) mark(f *yamlfile.File, id syntax.ID) {
	for f != nil {
		if c.changed[f] == nil {
			c.changed[f] = map[syntax.ID]bool{}
		}
		for ; id != syntax.None; id = f.Parent(id) {
			c.changed[f][id] = true
		}
		f, id = f.Host()
	}
}

// node compares a value before and after.
func (c *checker) node(was, is yamlfile.Node) bool {
	if !was.Valid() || !is.Valid() {
		return was.Valid() == is.Valid()
	}
	if c.nodes++; c.nodes > maxChecked {
		return true
	}
	changed := c.changed[was.File()][was.ID()]
	if !changed && was.SameBytes(is) {
		return true
	}
	x := c.r.sheets.all[was.File()]
	if changed && embeddedRoot(was) && x != nil && x.roots[0] != nil {
		return x.roots[0].c.same(is)
	}
	if was.Kind() != is.Kind() || was.Tag() != is.Tag() {
		return false
	}
	var g *group
	if changed && x != nil {
		g = x.groups[was.ID()]
	}
	switch was.Kind() {
	case syntax.Scalar:
		return sameScalar(was, is)
	case syntax.Sequence:
		return c.sequence(was, is, g)
	}
	return c.mapping(was, is, g)
}

func sameScalar(was, is yamlfile.Node) bool {
	a, b := was.Value(), is.Value()
	return a.Equal(b) || a.Kind() == b.Kind() && a.Kind() != value.Null && was.Text() == is.Text()
}

func (c *checker) mapping(was, is yamlfile.Node, g *group) bool {
	added := map[string]*content{}
	if g != nil {
		for _, a := range g.add {
			added[a.e.key] = a.e.val
		}
	}
	have := map[string]yamlfile.Node{}
	for k, v := range is.Entries() {
		have[k] = v
	}
	count := 0
	for k, v := range was.Entries() {
		if added[k] != nil {
			continue
		}
		now, ok := have[k]
		var drop bool
		var s *setting
		if g != nil {
			if at, written := g.find("", k); written {
				drop, s = !g.live(at), g.set[at]
			}
		}
		switch {
		case drop:
			if ok {
				return false
			}
			continue
		case !ok, s != nil && !s.c.same(now), s == nil && !c.node(v, now):
			return false
		}
		count++
	}
	for k, v := range added {
		if now, ok := have[k]; !ok || !v.same(now) {
			return false
		}
		count++
	}
	return count == len(have)
}

func (c *checker) sequence(was, is yamlfile.Node, g *group) bool {
	var now []yamlfile.Node
	for v := range is.Items() {
		now = append(now, v)
	}
	next := func(ok func(yamlfile.Node) bool) bool {
		if len(now) == 0 || !ok(now[0]) {
			return false
		}
		now = now[1:]
		return true
	}
	var gaps map[int][]*addition
	if g != nil {
		gaps = g.gaps()
	}
	added := func(i int) bool {
		for _, a := range gaps[i] {
			if !next(a.e.val.same) {
				return false
			}
		}
		return true
	}
	if !added(-1) {
		return false
	}
	i := 0
	for v := range was.Items() {
		if g == nil || g.live(i) {
			if s := setOf(g, i); s != nil && !next(s.c.same) || s == nil && !next(func(n yamlfile.Node) bool { return c.node(v, n) }) {
				return false
			}
			if !added(i) {
				return false
			}
		}
		i++
	}
	return len(now) == 0
}

func setOf(g *group, i int) *setting {
	if g == nil {
		return nil
	}
	return g.set[i]
}
