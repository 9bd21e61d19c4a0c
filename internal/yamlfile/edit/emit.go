package edit

import (
	"slices"
	"sort"
	"strings"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// emit makes the edits of every sheet; those of a document in a block scalar
// become edits of the file around it.
func (r *run) emit() []textedit.Edit {
	for _, x := range r.inner() {
		x.emit(r)
		edits := x.settle(x.edits)
		if x.blankStart(edits) {
			x.each(func(op int) { r.hold(op, WhyBlankStart) })
			continue
		}
		x.outward(edits)
	}
	x := r.sheets.of(r.before)
	x.emit(r)
	return x.settle(x.edits)
}

// inner are the touched sheets inside block scalars, in the order of the text.
func (r *run) inner() (out []*sheet) {
	for _, x := range r.sheets.all {
		if x.host != nil && x.touched() {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *sheet) int { return int(a.hostID() - b.hostID()) })
	return out
}

func (x *sheet) hostID() syntax.ID {
	_, id := x.f.Host()
	return id
}

func (x *sheet) touched() bool {
	for _, g := range x.groups {
		if g.touched() {
			return true
		}
	}
	return len(x.roots) > 0
}

func (g *group) touched() bool { return len(g.drop)+len(g.set)+len(g.add) > 0 }

// emit makes the edits of one sheet, those of deeper containers first: where two
// insert at one place, the deeper one's text comes first.
func (x *sheet) emit(r *run) {
	x.gone = map[int]int{}
	for _, g := range x.groups {
		if len(g.drop) > 0 && x.t.Style(g.id) == syntax.Block {
			newBlockGroup(g, r).leave()
		}
	}
	for doc, s := range x.roots {
		x.document(doc, s)
		x.w.report(r, s.op)
	}
	var list []*group
	depth := map[*group]int{}
	for _, g := range x.groups {
		if !g.touched() {
			continue
		}
		list = append(list, g)
		for p := g.id; p != syntax.None; p = x.f.Parent(p) {
			depth[g]++
		}
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if depth[a] != depth[b] {
			return depth[a] > depth[b]
		}
		return a.id < b.id
	})
	for _, g := range list {
		g.emit(r)
	}
}

// document writes a document's new value.
func (x *sheet) document(doc int, s *setting) {
	docs := x.t.Documents()
	at := spot{column: -1, habits: x.w.habits(), guard: -1}
	if doc < len(docs) && docs[doc].Root != syntax.None && !x.emptyRoot(docs[doc].Root) {
		x.replace(docs[doc].Root, at, s)
		return
	}
	p := x.from
	if doc < len(docs) && docs[doc].Start >= 0 {
		p = x.next(docs[doc].Start)
	}
	p = x.behindComments(p)
	at.guard, at.openBelow = x.below(p)
	at.last = x.atEnd(p)
	if x.json {
		x.edit(p, p, x.w.jsonValue(s.c, "")+x.eol)
		return
	}
	out := x.w.value(s.c, at)
	if out.head != "" {
		out.body = append([]string{out.head}, out.body...)
	}
	x.edit(p, p, x.lines(out.body))
}

// emptyRoot: nothing is written at all.
func (x *sheet) emptyRoot(id syntax.ID) bool {
	return x.t.Kind(id) == syntax.Scalar && x.t.Whole(id).Len() == 0
}

// behindComments is p, a line's start, moved behind the comments that follow,
// up to the next thing that is none.
func (x *sheet) behindComments(p int) int {
	out := p
	for ; p < len(x.s); p = x.next(p) {
		if _, ok := x.comment(p); ok {
			out = x.next(p)
		} else if !x.blankLine(p) {
			break
		}
	}
	return out
}

// each gives the Ops that touch a sheet.
func (x *sheet) each(f func(op int)) {
	for _, g := range x.groups {
		g.each(f)
	}
	for _, s := range x.roots {
		f(s.op)
	}
}

// blankStart reports whether the edited document begins with blanks that its
// block scalar, which says nothing of its indentation, would take for that.
func (x *sheet) blankStart(edits []textedit.Edit) bool {
	after, err := textedit.Apply([]byte(x.s[:x.size]), edits)
	if err != nil {
		return false // seen again when the file around it is edited
	}
	header := x.host.s[x.host.t.Span(x.hostID()).Start:x.host.headerEnd(x.hostID())]
	first := firstFull(strings.Split(string(after), "\n"))
	return len(edits) > 0 && !strings.ContainsAny(header, "123456789") && first != "" && isBlank(first[0])
}

// outward puts edits of this document into the block scalar that holds it.
func (x *sheet) outward(edits []textedit.Edit) {
	h := x.host
	from, to := h.body(x.hostID())
	m := shift{inner: x, outer: h, indent: h.t.Indent(x.hostID())}
	for p := from; p < to; p = h.next(p) {
		m.starts = append(m.starts, p)
	}
	m.starts = append(m.starts, to)
	m.lines = textedit.Index(x.s[:x.size])
	for _, e := range edits {
		m.put(e)
	}
}

// shift maps places in a decoded literal to places in the file.
type shift struct {
	inner, outer *sheet
	indent       int
	starts       []int // of the outer lines
	lines        *textedit.Lines
}

// place is where the byte at offset stands outside, and whether it begins a
// line; short says that the outer line lacks its indentation.
func (m *shift) place(offset int) (line int, at int, begins, short bool) {
	line = min(m.lines.Line(offset)-1, len(m.starts)-1)
	col := offset - (strings.LastIndexByte(m.inner.s[:offset], '\n') + 1)
	start := m.starts[line]
	if start >= len(m.outer.s) || line == len(m.starts)-1 {
		return line, start, col == 0, true
	}
	if end := m.outer.endOf(start); start+m.indent+col > end {
		return line, end, col == 0, end-start < m.indent
	}
	return line, start + m.indent + col, col == 0, false
}

func (m *shift) put(e textedit.Edit) {
	la, a, beginsA, short := m.place(e.Start)
	lb, b, beginsB, _ := m.place(e.End)
	whole := e.New == "" || strings.HasSuffix(e.New, "\n")
	padFirst := short
	if beginsA && beginsB && whole {
		a, padFirst = m.starts[la], true
	}
	text := m.pad(e.New, padFirst)
	if beginsB && whole && (beginsA || e.New != "") {
		b = m.starts[lb]
	}
	m.outer.edit(a, b, text)
}

// pad is text with the outer line ends and indentation.
func (m *shift) pad(text string, first bool) string {
	parts := strings.Split(text, "\n")
	for i, p := range parts {
		if p != "" && (i > 0 || first) {
			parts[i] = pad(m.indent) + p
		}
	}
	return strings.Join(parts, m.outer.eol)
}
