package edit

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// emit makes the edits of one container.
func (g *group) emit(r *run) {
	switch {
	case len(g.drop)+len(g.set)+len(g.add) == 0:
	case g.x.t.Style(g.id) == syntax.Flow:
		g.flow(r)
	default:
		b := newBlockGroup(g, r)
		b.emit()
	}
}

// blockGroup rewrites a block mapping or sequence.
type blockGroup struct {
	*group
	r      *run
	column int
	at     spot
	gap    map[int][]*addition
	// done are deleted children whose bytes are taken care of.
	done map[int]bool
	// removed is where the last deleted lines end.
	removed int
}

func newBlockGroup(g *group, r *run) *blockGroup {
	x := g.x
	b := &blockGroup{group: g, r: r, gap: g.gaps(), done: map[int]bool{}}
	b.column = x.column(g.els[0].start)
	if len(g.els) > 1 {
		b.column = x.column(g.els[1].start)
	}
	b.at = spot{column: b.column, list: g.sequence(), habits: x.near(g.id), guard: -1}
	return b
}

// leave notes the lines that deleted children stand on.
func (b *blockGroup) leave() {
	for i := range b.drop {
		if b.x.alone(b.els[i].start) {
			b.x.gone[b.head(i)] = b.after(i)
		}
	}
}

func (b *blockGroup) emit() {
	for i := range b.els {
		if s := b.set[i]; s != nil && b.live(i) {
			if b.els[i].key != syntax.None && b.x.t.Mark(b.els[i].v) < 0 {
				b.x.answer(b.after(i), b.at, s)
			} else {
				b.x.replace(b.els[i].v, b.at, s)
			}
			b.x.w.report(b.r, s.op)
		}
	}
	if b.left() == 0 && len(b.add) == 0 {
		if b.x.host != nil && b.x.f.Parent(b.id) == syntax.None {
			b.each(func(op int) { b.r.hold(op, WhyEmptied) })
		}
		b.emptied()
	} else if !b.x.alone(b.els[0].start) && (!b.live(0) || len(b.gap[-1]) > 0) {
		b.first()
	}
	b.deletes()
	b.inserts()
}

// after is the start of the line behind child i.
func (b *blockGroup) after(i int) int {
	return b.x.afterChild(b.els[i])
}

// head is the start of child i with the comments it owns.
func (b *blockGroup) head(i int) int {
	x := b.x
	ls := x.lineOf(b.els[i].start)
	if !x.alone(b.els[i].start) {
		return ls
	}
	low := x.from
	if i > 0 {
		low = b.after(i - 1)
	} else if x.t.Mark(b.id) >= 0 {
		low = x.next(x.slot(b.id))
	}
	return x.head(ls, b.column, min(low, ls))
}

// emptied writes {} or []: on the line of the key or dash, else where the first
// child was.
func (b *blockGroup) emptied() {
	x, e := b.x, b.els[0]
	text := empty(x.t.Kind(b.id))
	if x.alone(e.start) && x.t.Mark(b.id) >= 0 {
		x.edit(x.slot(b.id), x.slot(b.id), " "+text)
		return
	}
	if x.alone(e.start) {
		x.edit(b.head(0), x.lineOf(e.start), "")
	}
	x.edit(e.start, x.unbreak(b.after(0)), text)
	b.done[0] = true
}

// first rewrites the head of a collection that begins behind a dash: what comes
// first now goes there, or nothing where a comment must stay above it.
func (b *blockGroup) first() {
	x, start := b.x, b.els[0].start
	slot := start
	for slot > x.from && isBlank(x.s[slot-1]) {
		slot--
	}
	var lines []string
	if adds := b.gap[-1]; len(adds) > 0 {
		below := spot{guard: -1}
		if !b.live(0) {
			below = b.below(b.after(0))
		}
		lines = b.lines(adds, below, false)
	}
	bare := len(lines) > 0 && strings.HasPrefix(strings.TrimLeft(lines[0], " "), "#")
	text := x.lines(lines)
	delete(b.gap, -1)
	b.done[0] = true
	switch q := b.firstLive(); {
	case b.live(0) && bare:
		x.edit(slot, start, x.eol+text+pad(b.column))
	case b.live(0):
		x.edit(start, start, strings.TrimLeft(text, " ")+pad(b.column))
	case bare:
		x.edit(slot, x.unbreak(b.after(0)), x.eol+strings.TrimSuffix(text, x.eol))
	case len(lines) > 0:
		x.edit(start, x.unbreak(b.after(0)), strings.TrimSuffix(strings.TrimLeft(text, " "), x.eol))
	case b.plainUpTo(q):
		x.edit(start, b.els[q].start, "")
		for i := range q {
			b.done[i] = true
		}
	default:
		x.edit(slot, x.unbreak(b.after(0)), "")
	}
}

func (b *blockGroup) firstLive() int {
	for i := range b.els {
		if b.live(i) {
			return i
		}
	}
	return -1
}

// plainUpTo reports whether no comment stands between the first children, all
// deleted, and child q but their own.
func (b *blockGroup) plainUpTo(q int) bool {
	x := b.x
	if b.head(q) != x.lineOf(b.els[q].start) {
		return false
	}
	for i := 1; i <= q; i++ {
		for p := b.after(i - 1); p < b.head(i); p = x.next(p) {
			if !x.blankLine(p) {
				return false
			}
		}
	}
	return true
}

// deletes removes children with the comments they own, what stands together in
// one piece.
func (b *blockGroup) deletes() {
	from, to, first := -1, -1, 0
	flush := func() {
		if from >= 0 {
			b.remove(first, from, to)
		}
		from = -1
	}
	for i := range b.els {
		if b.live(i) || b.done[i] {
			continue
		}
		head := b.head(i)
		if head != to || from < 0 {
			flush()
			from, first = head, i
		}
		to = b.after(i)
	}
	flush()
}

// remove deletes whole lines, of child i and those behind it. What stood between
// two empty lines takes one of them along.
func (b *blockGroup) remove(i, from, to int) {
	x := b.x
	k := b.survivor(i)
	taken := k < 0 && len(b.gap[k]) > 0 // something new stands there
	if !taken && x.blankAbove(from) && x.prev(from) >= b.removed && x.blankLine(to) {
		if i == 0 || b.after(i-1) <= x.prev(from) {
			from = x.prev(from)
		} else { // the one above is part of a block scalar
			to = x.next(to)
		}
	}
	to, kept := b.swallowed(i, from, to)
	if kept == "" && b.bareEnd(i, to) {
		b.r.hold(b.drop[i], WhyOpenEnd)
	}
	x.edit(from, to, kept)
	b.removed = to
}

// bareEnd reports whether the text would end in a block scalar that loses lines
// by that: its own line break, where the file has no final newline, or its
// trailing empty lines, where the text is itself inside a block scalar.
func (b *blockGroup) bareEnd(i, to int) bool {
	x, k := b.x, b.survivor(i)
	if !x.ends(to) || k < 0 || len(b.gap[k]) > 0 || b.set[k] != nil {
		return false
	}
	v, ok := x.openEnd(b.els[k].v)
	if !ok {
		return false
	}
	return len(x.s) > x.size && x.t.Chomp(v) >= 0 || x.host != nil && strings.HasSuffix(x.t.Text(v), "\n\n")
}

// swallowed is to moved over lines that the block scalar above child i would
// take for its own once the child is gone; kept are the comments among them, at
// the child's own column, where they end the scalar.
func (b *blockGroup) swallowed(i, from, to int) (out int, kept string) {
	x := b.x
	k := b.survivor(i)
	if k < 0 || k < i-1 && b.gap[k] != nil {
		return to, ""
	}
	v, ok := x.openEnd(b.els[k].v)
	if !ok {
		return to, ""
	}
	for p := b.after(k); p < from; p = x.next(p) {
		if _, isComment := x.comment(p); isComment {
			return to, "" // it ends the scalar
		}
	}
	out = to
	for p := to; p < len(x.s); {
		next := x.next(p)
		c, isComment := x.comment(p)
		switch {
		case isComment && (c >= x.t.Indent(v) || kept != "" && c > b.column):
			kept += pad(b.column) + x.s[p+c:next]
			out = next
		case isComment || kept != "" || !x.blankLine(p):
			return out, kept
		case x.t.Chomp(v) > 0 || len(x.line(p)) > x.t.Indent(v):
			out = next
		}
		p = next
	}
	return out, kept
}

// openEnd is the block scalar that ends what stays of v, which lines below could
// join. What is written new is looked after where it is written.
func (x *sheet) openEnd(v syntax.ID) (syntax.ID, bool) {
	for x.inBlock(v) {
		g := x.groups[v]
		if g == nil {
			g = &group{x: x, id: v, els: x.elements(v)}
		}
		k := g.survivor(len(g.els) - 1)
		if k < 0 || g.set[k] != nil || len(g.add) > 0 && len(g.gaps()[k]) > 0 {
			return v, false
		}
		v = g.els[k].v
	}
	return v, x.isBlockScalar(v)
}

// inserts writes the new children.
func (b *blockGroup) inserts() {
	var keys []int
	for k := range b.gap {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b.insert(k, b.gap[k])
	}
}

func (b *blockGroup) insert(k int, adds []*addition) {
	x := b.x
	if k < 0 {
		p := b.head(0)
		at := b.below(p)
		blank := b.spaced(-1) && adds[len(adds)-1].e.blank
		at.openBelow = at.openBelow || blank
		lines := b.lines(adds, at, false)
		if blank {
			lines = append(lines, "")
		}
		x.edit(p, p, x.lines(lines))
		return
	}
	p := x.foot(b.after(k), b.column)
	at := b.below(p)
	open, ok := x.openEnd(b.els[k].v)
	if ok && len(x.s) > x.size && x.t.Span(open).End >= x.size && x.t.Chomp(open) >= 0 && b.set[k] == nil {
		b.beside(k, adds)
		return
	}
	lines := b.lines(adds, at, b.spaced(k))
	if b.spaced(k) && adds[0].e.blank && !x.keepsTail(b.els[k].v, b.set[k]) {
		lines = append([]string{""}, lines...)
	}
	x.edit(p, p, x.lines(lines))
}

// keepsTail reports whether v, or what s puts in its place, will end in a block
// scalar to which empty lines below it belong.
func (x *sheet) keepsTail(v syntax.ID, s *setting) bool {
	for s == nil && x.inBlock(v) {
		last := v
		for n := x.t.First(v); n != syntax.None; n = x.t.Next(n) {
			last = n
		}
		if g := x.groups[v]; g != nil && g.touched() {
			k := g.survivor(len(g.els) - 1)
			if k < 0 || len(g.gaps()[k]) > 0 {
				return len(g.add) > 0 && g.add[len(g.add)-1].e.val.keepsTail()
			}
			last, s = g.els[k].v, g.set[k]
		}
		if last == v {
			return false
		}
		v = last
	}
	old := x.isBlockScalar(v) && x.t.Chomp(v) > 0
	if s == nil {
		return old
	}
	return s.c.keepsTail() || old && s.c.kind == syntax.Scalar && strings.HasSuffix(s.c.text, "\n")
}

// keepsTail reports whether c, written in block style, may end in |+.
func (c *content) keepsTail() bool {
	for len(c.kids) > 0 {
		c = c.kids[len(c.kids)-1].val
	}
	return c.kind == syntax.Scalar && strings.HasSuffix(c.text, "\n\n")
}

// beside: behind a block scalar that ends a file without final newline nothing
// can stand without changing it. A mapping's new key goes before it.
func (b *blockGroup) beside(k int, adds []*addition) {
	if b.sequence() || !b.x.alone(b.els[k].start) {
		for _, a := range adds {
			b.r.hold(a.op, WhyOpenEnd)
		}
		return
	}
	p := b.head(k)
	b.x.edit(p, p, b.x.lines(b.lines(adds, spot{guard: -1}, false)))
}

// below is the spot for new children at p, a line's start.
func (b *blockGroup) below(p int) spot {
	at := spot{last: b.x.atEnd(p)}
	at.guard, at.openBelow = b.x.below(p)
	return at
}

// lines writes additions; below says what will stand under the last.
func (b *blockGroup) lines(adds []*addition, below spot, spaced bool) []string {
	at := b.at
	at.guard, at.openBelow = below.guard, below.openBelow
	kids := make([]*entry, len(adds))
	for i, a := range adds {
		e := *a.e
		e.blank = e.blank && (spaced || b.spaced(a.at))
		kids[i] = &e
	}
	out := b.x.w.entries(kids, at, below.last)
	b.x.w.report(b.r, adds[0].op)
	return out
}

// spaced reports whether empty lines stand between the children around the gap
// behind child k (-1: before the first).
func (b *blockGroup) spaced(k int) bool {
	x, n := b.x, len(b.els)
	switch {
	case n == 1:
		return true
	case k+1 >= n:
		k = n - 2
	case k < 0:
		k = 0
	}
	return x.blankAbove(b.head(k + 1))
}
