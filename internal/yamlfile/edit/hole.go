package edit

import (
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// hole is an old value as what may be replaced: a part of one line, and whole
// lines below.
type hole struct {
	slot int // behind the indicator, anchor and tag
	a, b int // the part of the line
	c, d int // the lines below
	// own: the value begins on a line that is not its indicator's.
	own bool
}

// hole is where the value v stands in a block collection or a document.
func (x *sheet) hole(v syntax.ID) hole {
	h := hole{slot: x.slot(v)}
	span := x.t.Span(v)
	switch {
	case x.isBlockScalar(v):
		h.a, h.b = span.Start, x.headerEnd(v)
		h.c, h.d = x.body(v)
	case x.inBlock(v) && x.slotLine(v) != x.lineOf(span.Start) && x.t.Mark(v) >= 0:
		h.a, h.b = h.slot, h.slot
		h.c, h.d = x.next(h.slot), x.after(v)
		return h
	case x.inBlock(v):
		h.a, h.b = span.Start, x.unbreak(x.after(v))
		h.c = x.after(v)
		h.d = h.c
	case span.Len() == 0:
		h.a, h.b = h.slot, h.slot
		h.c = x.next(h.slot)
		h.d = h.c
		return h
	default:
		h.a, h.b = span.Start, span.End
		h.c = x.next(span.End)
		h.d = h.c
	}
	h.own = x.alone(h.a)
	for x.t.Mark(v) < 0 && !h.own && h.slot == h.a && h.slot > x.from && isBlank(x.s[h.slot-1]) {
		h.slot-- // behind ---
	}
	if !h.own && h.slot == x.lineOf(h.a) { // a tab before a document
		h.a, h.own = h.slot, true
	}
	return h
}

func (x *sheet) slotLine(v syntax.ID) int { return x.lineOf(x.slot(v)) }

// pendingMark begins the comment of a placeholder.
const pendingMark = "# hoist:pending"

// replace puts a new value in the place of v, a child of a block collection or
// a document's root.
func (x *sheet) replace(v syntax.ID, at spot, s *setting) {
	h := x.hole(v)
	if h.own && x.t.Mark(v) >= 0 && x.column(h.a) <= at.column {
		h.a, h.own = h.slot, false // |, which alone may stand there
	}
	c := x.retag(v, s.c, &h)
	at.guard, at.openBelow = x.below(h.d)
	at.last = x.atEnd(h.d)
	out := x.render(v, c, at, h)
	if out.head == "" && len(out.body) == 0 && (h.own || at.column < 0) {
		out.head = "null"
	}
	x.fillLine(h, out.head, s.note)
	x.fillLines(h.c, h.d, out.body)
}

// answer writes the value of a ? key that has none, at the line p below it.
func (x *sheet) answer(p int, at spot, s *setting) {
	at.guard, at.openBelow = x.below(p)
	at.last = x.atEnd(p)
	at.list = true // what follows ": " may begin there like behind a dash
	out := x.w.value(s.c, at)
	line := pad(at.column) + joinHead(":", out.head)
	if s.note != "" {
		line += " # " + oneLine(s.note)
	}
	x.edit(p, p, x.lines(append([]string{line}, out.body...)))
}

// render writes c for the hole of v.
func (x *sheet) render(v syntax.ID, c *content, at spot, h hole) written {
	if x.json {
		return written{head: x.w.jsonValue(c, x.indentOf(h.a))}
	}
	if c.kind == syntax.Scalar {
		style, o := x.restyle(v, c)
		o.sure = h.d >= len(x.s) && !x.grows()
		return x.w.scalar(c, style, at, o)
	}
	switch {
	case h.own && x.tail(h.b) == "" || h.own && at.column >= 0:
		at.place = x.column(h.a) + 1
	case at.list && (x.tail(h.b) != "" || h.slot > x.t.Mark(v)+1 || strings.Contains(x.s[h.slot:h.a], "\t")):
		at.alone = true
	case at.list && h.slot < h.a && len(c.kids) > 0 && len(c.kids[0].head) == 0:
		at.place = x.column(h.a) + 1
	}
	return x.w.value(c, at)
}

// restyle is the style in which the new scalar c takes the place of v: v's own,
// where it has one.
func (x *sheet) restyle(v syntax.ID, c *content) (syntax.Style, blockOptions) {
	style := x.t.Style(v)
	switch {
	case x.isBlockScalar(v):
		header := x.s[x.t.Span(v).Start+1 : x.headerEnd(v)]
		o := blockOptions{old: true, indent: x.t.Indent(v), chomp: strings.Trim(header, "0123456789")}
		o.digit = len(header) > len(o.chomp)
		return style, o
	case x.t.Kind(v) != syntax.Scalar || x.isNull(v):
		style = c.style
	}
	if strings.Contains(c.text, "\n") && (c.style == syntax.Literal || c.style == syntax.Folded) {
		style = c.style
	}
	return style, blockOptions{}
}

// retag settles what becomes of v's tag: it stays where it says what c's would;
// else the hole takes it in, and c's own is written.
func (x *sheet) retag(v syntax.ID, c *content, h *hole) *content {
	tag := x.t.Tag(v)
	if tag == "" {
		return c
	}
	if shortTag(tag) == c.tag {
		bare := *c
		bare.tag = ""
		return &bare
	}
	if c.tag == "" && c.kind == syntax.Scalar && c.isText() && (tag == "!!str" || tag == "!") {
		return c
	}
	x.untag(v, h)
	return c
}

// shortTag is a tag in the spelling that Node.Tag gives.
func shortTag(tag string) string {
	if rest, ok := strings.CutPrefix(tag, "!<tag:yaml.org,2002:"); ok {
		return "!!" + strings.TrimSuffix(rest, ">")
	}
	return tag
}

// untag takes v's tag into the hole, or away where an anchor follows it.
func (x *sheet) untag(v syntax.ID, h *hole) {
	from := x.t.Whole(v).Start
	from += strings.Index(x.s[from:h.slot], x.t.Tag(v))
	to := from + len(x.t.Tag(v))
	if to < h.slot {
		x.edit(from, x.blanks(to), "")
		return
	}
	if h.own && x.lineOf(from) != x.lineOf(h.a) {
		x.edit(from, to, "")
		return
	}
	h.own = x.alone(from)
	for !h.own && isBlank(x.s[from-1]) {
		from--
	}
	h.slot, h.a = from, from
	h.b = max(h.b, to)
}

// fillLine puts head (and a comment) in the hole's part of a line. The comment
// that is there stays, unless it is a placeholder's.
func (x *sheet) fillLine(h hole, head, note string) {
	from, to := h.a, h.b
	if head == "" {
		if from = h.slot; from == x.lineOf(from) {
			to = x.blanks(to)
		}
	} else if from == to && from < len(x.s) && isBlank(x.s[from]) && isBreak(x.s[x.blanks(from)]) {
		from, to = from+1, to+1 // the blank behind an indicator is used
	} else if from > x.from && !isBlank(x.s[from-1]) && !isBreak(x.s[from-1]) {
		head = " " + head
	}
	if note != "" {
		head += " # " + oneLine(note)
	}
	if tail := x.tail(to); strings.HasPrefix(strings.TrimLeft(tail, " \t"), pendingMark) {
		to += len(tail)
	}
	if to < len(x.s) && head != "" && !isBlank(x.s[to]) && !isBreak(x.s[to]) {
		head += " "
	}
	x.edit(from, to, head)
}

// fillLines replaces whole lines; those that are the same at both ends stay.
func (x *sheet) fillLines(from, to int, lines []string) {
	for from < to && len(lines) > 0 && x.line(from) == lines[0] {
		from, lines = x.next(from), lines[1:]
	}
	for from < to && len(lines) > 0 && x.line(x.prev(to)) == lines[len(lines)-1] {
		to, lines = x.prev(to), lines[:len(lines)-1]
	}
	x.edit(from, to, x.lines(lines))
}

// below is what will stand at p, a line's start, that a block scalar above would
// take in: guard is the column of the deepest comment or blanks up to the next
// content, -1 for none; open says that an empty line comes first, or that
// trailing lines are not kept.
func (x *sheet) below(p int) (guard int, open bool) {
	guard = -1
	for first := true; ; first = false {
		for end, ok := x.gone[p]; ok; end, ok = x.gone[p] {
			p = end
		}
		if p >= len(x.s) {
			return guard, open || first && x.host != nil
		}
		if c, ok := x.comment(p); ok {
			guard = max(guard, c)
		} else if x.blankLine(p) {
			guard = max(guard, len(x.line(p))-1)
			if strings.Contains(x.line(p), "\t") {
				guard = maxKey // readers do not agree on what it is
			}
			open = open || first
		} else {
			return guard, open
		}
		p = x.next(p)
	}
}

// grows reports whether anything is added to the file.
func (x *sheet) grows() bool {
	for _, g := range x.groups {
		if len(g.add) > 0 {
			return true
		}
	}
	return false
}

// atEnd reports whether what is written at p, a line's start, will end a file
// that has no final newline.
func (x *sheet) atEnd(p int) bool {
	return len(x.s) > x.size && x.ends(p)
}

// ends reports whether nothing of the old text stays behind p, a line's start.
func (x *sheet) ends(p int) bool {
	docs := x.t.Documents()
	return p >= len(x.s) || len(docs) > 0 && docs[len(docs)-1].Root != syntax.None && p >= x.liveEnd(docs[len(docs)-1].Root)
}

// liveEnd is where the last of what stays of v ends.
func (x *sheet) liveEnd(v syntax.ID) int {
	for x.inBlock(v) {
		g := x.groups[v]
		if g == nil {
			g = &group{x: x, id: v, els: x.elements(v)}
		}
		k := g.survivor(len(g.els) - 1)
		if k < 0 {
			if x.t.Mark(v) < 0 {
				return x.from
			}
			return x.next(x.slot(v))
		}
		if g.set[k] != nil || !x.inBlock(g.els[k].v) {
			return x.afterChild(g.els[k])
		}
		v = g.els[k].v
	}
	return x.after(v)
}
