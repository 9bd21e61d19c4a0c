package edit

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

func (c *content) nullish() bool { return c.val.Kind() == value.Null }

// set makes Op i a new value, or, where both are mappings or lists, the changes
// that lead from the old one to it.
func (r *run) set(i int) {
	t, ok := r.lookup(i)
	if !ok {
		return
	}
	from := r.ops[i].From
	inside := embeddedRoot(t.node) && t.node.Reached() == yamlfile.Written && from.Valid() && embeddedRoot(from)
	c := r.content(i, inside)
	if c == nil {
		return
	}
	r.written[i] = c
	r.later = append(r.later, func() { r.setTo(i, t, inside) })
}

// setTo is set once the Ops below it have joined its content.
func (r *run) setTo(i int, t target, inside bool) {
	c := r.written[i]
	s := &setting{op: i, c: c, note: r.note(i)}
	switch {
	case t.parent.Valid() && t.at < 0:
		r.override(i, t, c)
	case inside:
		r.become(r.sheet(t.node.File()), t.node, s)
	case t.parent.Valid():
		r.change(t.x, t.parent.ID(), t.at, t.node, s)
	case c.same(t.node) && s.note == "":
	case t.node.Reached() != yamlfile.Written:
		t.x.root(t.doc, s)
	default:
		r.become(t.x, t.node, s)
	}
}

// override writes a key that a merge key gives into the mapping that has the
// merge key.
func (r *run) override(i int, t target, c *content) {
	if c.same(t.node) && r.note(i) == "" {
		return
	}
	e := r.newEntry(i)
	if e == nil {
		return
	}
	e.val = c
	r.join(i, t.x.group(t.parent.ID()), e)
}

// change makes s the value of child at of the container id, which is n now.
func (r *run) change(x *sheet, id syntax.ID, at int, n yamlfile.Node, s *setting) {
	if s.note == "" && s.c.same(n) {
		return
	}
	if n.Reached() != yamlfile.Written || embeddedRoot(n) {
		x.group(id).set[at] = s
		return
	}
	r.become(x, n, s)
}

// become makes s the value of n, entry by entry where it can.
func (r *run) become(x *sheet, n yamlfile.Node, s *setting) {
	c := s.c
	switch {
	case s.note != "" || c.kind != n.Kind() || c.kind == syntax.Scalar || len(c.kids) == 0 ||
		x.t.First(n.ID()) == syntax.None || c.tag != n.Tag():
		r.put(x, n.ID(), s)
	case c.kind == syntax.Sequence:
		r.becomeList(x.group(n.ID()), n, s)
	default:
		r.becomeMapping(x, n, s)
	}
}

func (r *run) becomeMapping(x *sheet, n yamlfile.Node, s *setting) {
	g := x.group(n.ID())
	old := map[string]yamlfile.Node{}
	for k, v := range n.Entries() {
		if v.Duplicated() {
			r.hold(s.op, WhyDuplicateKey)
			return
		}
		old[k] = v
	}
	wanted := map[string]bool{}
	after := -1
	for _, e := range s.c.kids {
		wanted[e.key] = true
		v, ok := old[e.key]
		at, written := g.find("", e.key)
		switch {
		case ok && written:
			r.change(x, g.id, at, v, &setting{op: s.op, c: e.val, note: e.note})
			after = at
		case !ok || !e.val.same(v):
			g.add = append(g.add, &addition{op: s.op, e: e, at: after, before: false, text: e.key})
		}
	}
	for k := range old {
		if wanted[k] || omits(&r.ops[s.op], k) {
			continue
		}
		if at, ok := g.find("", k); !ok || x.merges(g.id, k, 0) {
			r.hold(s.op, WhyMergedKey)
		} else {
			g.drop[at] = s.op
		}
	}
}

// omits: what an Op leaves out of its source stays as it is in the target.
func omits(op *Op, key string) bool {
	for _, p := range op.Omit {
		if p.Last() == (keypath.Step{Kind: keypath.Key, Key: key}) {
			return true
		}
	}
	return false
}

// becomeList keeps the elements that both lists have, in order.
func (r *run) becomeList(g *group, n yamlfile.Node, s *setting) {
	var old []yamlfile.Node
	for v := range n.Items() {
		old = append(old, v)
	}
	kids := s.c.kids
	keep := common(len(old), len(kids), func(i, j int) bool { return kids[j].val.same(old[i]) })
	i := 0
	for j, e := range kids {
		if k, ok := keep[j]; ok {
			for ; i < k; i++ {
				g.drop[i] = s.op
			}
			i++
			continue
		}
		g.add = append(g.add, &addition{op: s.op, e: e, at: i - 1})
	}
	for ; i < len(old); i++ {
		g.drop[i] = s.op
	}
}

// maxTable bounds the work of common: beyond it only the equal ends are kept.
const maxTable = 1_000_000

// common is a longest common subsequence: for elements of the second list the
// element of the first that they keep.
func common(n, m int, same func(i, j int) bool) map[int]int {
	keep := map[int]int{}
	lo := 0
	for lo < n && lo < m && same(lo, lo) {
		keep[lo] = lo
		lo++
	}
	for n > lo && m > lo && same(n-1, m-1) {
		n, m = n-1, m-1
		keep[m] = n
	}
	rows, cols := n-lo, m-lo
	if rows == 0 || cols == 0 || rows*cols > maxTable {
		return keep
	}
	length := make([]int32, (rows+1)*(cols+1))
	at := func(i, j int) int { return i*(cols+1) + j }
	for i := rows - 1; i >= 0; i-- {
		for j := cols - 1; j >= 0; j-- {
			if same(lo+i, lo+j) {
				length[at(i, j)] = length[at(i+1, j+1)] + 1
			} else {
				length[at(i, j)] = max(length[at(i+1, j)], length[at(i, j+1)])
			}
		}
	}
	for i, j := 0, 0; i < rows && j < cols; {
		switch {
		case same(lo+i, lo+j):
			keep[lo+j] = lo + i
			i, j = i+1, j+1
		case length[at(i+1, j)] >= length[at(i, j+1)]:
			i++
		default:
			j++
		}
	}
	return keep
}

// append makes Op i the elements that the list lacks, at its end.
func (r *run) append(i int) {
	t, ok := r.lookup(i)
	if !ok {
		return
	}
	c := r.content(i, false)
	if c == nil {
		return
	}
	x := r.sheet(t.node.File())
	if null := x.isNull(t.node.ID()); c.kind != syntax.Sequence || t.node.Kind() != syntax.Sequence && !null {
		r.hold(i, WhyNotList)
		return
	}
	lacking := lack(c, t.node)
	switch {
	case len(lacking) == 0:
	case t.at < 0 && t.parent.Valid() || t.node.Reached() != yamlfile.Written:
		r.appendCopy(i, t, lacking)
	case x.isNull(t.node.ID()) || x.hollow(t.node.ID()):
		r.put(x, t.node.ID(), &setting{op: i, c: &content{kind: syntax.Sequence, flow: c.flow, kids: lacking}})
	default:
		g := x.group(t.node.ID())
		for _, e := range lacking {
			g.add = append(g.add, &addition{op: i, e: e, at: len(g.els) - 1})
		}
	}
}

// appendCopy: a list reached through an alias or a merge key is written out.
func (r *run) appendCopy(i int, t target, lacking []*entry) {
	b := &builder{sheets: r.sheets}
	c := b.node(t.node, nil)
	if b.why != "" {
		r.hold(i, b.why)
		return
	}
	c.kids = append(c.kids, lacking...)
	if t.parent.Valid() && t.at < 0 {
		r.override(i, t, c)
		return
	}
	r.change(t.x, t.parent.ID(), t.at, t.node, &setting{op: i, c: c})
}

// lack are the elements of c that the list n does not have, each once.
func lack(c *content, n yamlfile.Node) (out []*entry) {
	for j, e := range c.kids {
		found := false
		for v := range n.Items() {
			found = found || e.val.same(v)
		}
		for _, o := range c.kids[:j] {
			found = found || o.val.kind == syntax.Scalar && e.val.kind == syntax.Scalar && o.val.val.Equal(e.val.val)
		}
		if !found {
			out = append(out, e)
		}
	}
	return out
}
