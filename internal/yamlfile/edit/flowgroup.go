package edit

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// flowGroup rewrites a flow mapping or sequence. A wide one, with each element
// on a line of its own, is rewritten by lines; any other in place.
type flowGroup struct {
	*group
	r          *run
	gap        map[int][]*addition
	commas     []int // offset of the comma behind each element, -1 for none
	open, shut int
}

// flow rewrites the flow collection g.
func (g *group) flow(r *run) {
	x := g.x
	f := &flowGroup{group: g, r: r, gap: g.gaps(), open: x.t.Span(g.id).Start, shut: x.t.Span(g.id).End - 1}
	for i := range g.els {
		c := -1
		if p := x.gap(g.els[i].end); p < len(x.s) && x.s[p] == ',' && !x.bare(g.id) {
			c = p
		}
		f.commas = append(f.commas, c)
	}
	f.emit()
}

func (f *flowGroup) emit() {
	x := f.x
	for i := range f.els {
		if s := f.set[i]; s != nil && f.live(i) {
			f.value(i, s)
		}
		if m := x.t.Mark(f.els[i].v); m >= 0 && x.s[f.els[i].start] == '?' && len(f.drop)+len(f.add) > 0 {
			f.refuse(WhyComplexKey)
		}
	}
	switch {
	case len(f.drop)+len(f.add) == 0:
	case x.bare(f.id):
		f.pair()
	case x.wide(f.id):
		f.lines()
	default:
		f.inline()
	}
}

func (f *flowGroup) refuse(why string) {
	for _, op := range f.drop {
		f.r.hold(op, why)
	}
	for _, a := range f.add {
		f.r.hold(a.op, why)
	}
}

// value puts a new value in the place of child i.
func (f *flowGroup) value(i int, s *setting) {
	x, e := f.x, f.els[i]
	text := x.w.flowText(x.flowStyled(e.v, s.c), x.indentOf(e.start))
	x.w.report(f.r, s.op)
	if s.note != "" {
		f.note(i, s)
	}
	h := hole{slot: x.slot(e.v), a: x.t.Span(e.v).Start, b: x.t.Span(e.v).End}
	if h.a == h.b {
		h.a, h.b = h.slot, h.slot
	}
	if e.key != syntax.None && x.t.Mark(e.v) < 0 && x.t.Span(e.v).Len() == 0 {
		if x.t.Whole(e.key).Len() == 0 {
			f.r.hold(s.op, WhyComplexKey) // ? alone
		}
		x.edit(e.end, e.end, ": "+text)
		return
	}
	glued := h.a < h.b // a quoted key's value may follow its colon at once
	old := h.a
	if c := x.retag(e.v, s.c, &h); c != s.c {
		text = x.w.flowText(x.flowStyled(e.v, c), x.indentOf(e.start))
	}
	if after := x.blanks(h.a); h.a == h.b && after > h.a && strings.IndexByte(",]}", x.s[after]) >= 0 {
		h.a, h.b = h.a+1, h.b+1 // the blank behind a colon is used
	}
	glued = glued && h.a == old || x.json
	if !glued && h.a > x.from && strings.IndexByte(" \t\r\n[{,", x.s[h.a-1]) < 0 {
		text = " " + text
	}
	if h.b < len(x.s) && strings.IndexByte(" \t\r\n]},", x.s[h.b]) < 0 {
		text += " "
	}
	x.edit(h.a, h.b, text)
}

// flowStyled is c in the style that the value v has.
func (x *sheet) flowStyled(v syntax.ID, c *content) *content {
	if c.kind != syntax.Scalar || x.t.Kind(v) != syntax.Scalar || x.isNull(v) {
		return c
	}
	styled := *c
	styled.style = x.t.Style(v)
	return &styled
}

// note writes a comment behind child i, where its line ends with it.
func (f *flowGroup) note(i int, s *setting) {
	x := f.x
	p := f.els[i].end
	if f.commas[i] >= 0 {
		p = f.commas[i] + 1
	}
	if x.json || !isBreak(x.s[x.blanks(p)]) {
		f.r.hold(s.op, WhyFlowComment)
		return
	}
	x.edit(p, p, " # "+oneLine(s.note))
}

// pair rewrites a: b in [a: b], which has no braces of its own.
func (f *flowGroup) pair() {
	x, s := f.x, f.x.t.Span(f.id)
	switch {
	case f.left() == 0 && len(f.add) == 0:
		x.edit(s.Start, s.End, "{}")
	case f.left() == 0:
		x.edit(s.Start, s.End, "{"+f.joined(f.add)+"}")
	default:
		x.late(s.Start, "{"+f.before(f.gap[-1]))
		end := ""
		if adds := f.gap[0]; len(adds) > 0 {
			end = ", " + f.joined(adds)
		}
		x.edit(f.els[0].end, f.els[0].end, end+"}")
	}
}

func (f *flowGroup) before(adds []*addition) string {
	if len(adds) == 0 {
		return ""
	}
	return f.joined(adds) + ", "
}

// joined are additions on one line.
func (f *flowGroup) joined(adds []*addition) string {
	var parts []string
	for _, a := range adds {
		if a.e.note != "" {
			f.r.hold(a.op, WhyFlowComment)
		}
		parts = append(parts, f.x.w.flowEntry(a.e, f.x.indentOf(f.open)))
		f.x.w.report(f.r, a.op)
	}
	return strings.Join(parts, f.separator())
}

// separator is what this file puts between two elements on a line.
func (f *flowGroup) separator() string {
	if len(f.els) > 1 && f.commas[0] >= 0 {
		if s := f.x.s[f.commas[0]+1 : f.els[1].start]; strings.Trim(s, " ") == "" {
			return "," + s
		}
	}
	return ", "
}

// inline rewrites a collection on one line, or broken anyhow.
func (f *flowGroup) inline() {
	x := f.x
	if len(f.els) == 0 || f.left() == 0 {
		f.refill()
		return
	}
	for i := 0; i < len(f.els); i++ {
		if f.live(i) {
			continue
		}
		j := i
		for j+1 < len(f.els) && !f.live(j+1) {
			j++
		}
		f.cut(i, j)
		i = j
	}
	for _, k := range f.keys() {
		adds := f.gap[k]
		if k+1 < len(f.els) && !f.live(k+1) {
			continue // cut has put them in the place of what it removed
		}
		if k < 0 {
			x.edit(f.els[0].start, f.els[0].start, f.joined(adds)+f.separator())
		} else {
			x.edit(f.els[k].end, f.els[k].end, f.separator()+f.joined(adds))
		}
	}
}

func (f *flowGroup) keys() (out []int) {
	for k := range f.gap {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// refill writes the elements of a collection that keeps none.
func (f *flowGroup) refill() {
	x := f.x
	from, to := f.open+1, f.shut
	if step := x.w.habits().indent; x.json && step != "" && len(f.add) > 0 {
		in := x.indentOf(f.open)
		var lines []string
		for i, a := range f.add {
			lines = append(lines, x.w.wideEntry(a.e, in+step, i == len(f.add)-1)...)
			x.w.report(f.r, a.op)
		}
		x.edit(from, to, x.eol+x.lines(lines)+in)
		return
	}
	text := f.joined(f.add)
	if len(f.els) > 0 {
		a, b := f.els[0].start, f.els[len(f.els)-1].end
		if c := f.commas[len(f.commas)-1]; c >= 0 {
			b = c + 1
		}
		if f.comments(from, a) || f.comments(a, b) || f.comments(b, to) || text != "" {
			x.edit(a, b, text)
			return
		}
	} else if f.comments(from, to) {
		from = x.lineOf(to)
		if from <= f.open || !x.alone(to) {
			from = to
		}
		if text != "" && x.alone(to) {
			text = pad(x.column(to)+x.w.habits().step) + text + x.eol
		}
		x.edit(from, from, text)
		return
	}
	if text != "" && x.t.Kind(f.id) == syntax.Mapping && x.w.habits().padded {
		text = " " + text + " "
	}
	x.edit(from, to, text)
}

// comments reports whether a comment stands between from and to.
func (f *flowGroup) comments(from, to int) bool {
	x := f.x
	for p := from; p < to; p++ {
		if x.s[p] != '#' || p > from && !isBlank(x.s[p-1]) && !isBreak(x.s[p-1]) {
			continue
		}
		inside := false
		for _, e := range f.els {
			inside = inside || e.start <= p && p < e.end
		}
		if !inside {
			return true
		}
	}
	return false
}

// cut removes the elements i to j, which stand together, and puts additions that
// belong between their neighbours in their place.
func (f *flowGroup) cut(i, j int) {
	x := f.x
	from, to := f.els[i].start, f.els[j].end
	if adds := f.gap[i-1]; len(adds) > 0 {
		x.edit(from, to, f.joined(adds))
		return
	}
	comma := f.commas[j]
	if comma < 0 { // the last one: the comma before it goes too
		before := f.commas[i-1]
		to = f.ownTail(to)
		switch {
		case !f.comments(before+1, from):
			from = before
		case x.alone(from) && isBreak(x.s[x.blanks(to)]):
			x.edit(before, before+1, "")
			from, to = x.lineOf(from), x.next(to)
		default:
			x.edit(before, before+1, "")
		}
		x.edit(from, to, "")
		return
	}
	to = f.ownTail(comma + 1)
	switch line := x.lineOf(from); {
	case x.alone(from) && i > 0 && isBreak(x.s[x.blanks(to)]):
		x.edit(x.head(line, from-line, min(x.next(f.els[i-1].end), line)), x.next(to), "")
	case i == 0 && j+1 < len(f.els) && !f.comments(to, f.els[j+1].start):
		x.edit(from, f.els[j+1].start, "")
	case i == 0 || x.alone(from):
		x.edit(from, x.blanks(to), "")
	default:
		x.edit(f.commas[i-1]+1, to, "")
	}
}

// ownTail is p moved over the comment that ends its line.
func (f *flowGroup) ownTail(p int) int {
	return p + len(f.x.tail(p))
}

// lines rewrites a wide collection.
func (f *flowGroup) lines() {
	x, n := f.x, len(f.els)
	if f.left() == 0 && len(f.add) == 0 && f.allOwned() {
		x.edit(f.open+1, f.shut, "")
		return
	}
	trailing := f.commas[n-1] >= 0
	last := f.survivor(n - 1)
	ends := len(f.gap[last]) == 0 // the last element is an old one
	for i := range f.els {
		switch {
		case !f.live(i):
			f.dropLine(i)
		case i == last && ends && !trailing && f.commas[i] >= 0:
			x.edit(f.commas[i], f.commas[i]+1, "")
		case i == last && !ends && f.commas[i] < 0:
			x.edit(f.els[i].end, f.els[i].end, ",")
		}
	}
	for _, k := range f.keys() {
		f.addLines(k, k == last && !trailing)
	}
}

// allOwned reports whether no comment inside belongs to nobody.
func (f *flowGroup) allOwned() bool {
	at := f.open + 1
	for i := range f.els {
		if f.comments(at, f.headLine(i)) {
			return false
		}
		at = f.afterLine(i)
	}
	return !f.comments(min(at, f.shut), f.shut)
}

func (f *flowGroup) headLine(i int) int {
	x, p := f.x, f.els[i].start
	low := x.next(f.open)
	if i > 0 {
		low = f.afterLine(i - 1)
	}
	ls := x.lineOf(p)
	return x.head(ls, p-ls, min(low, ls))
}

func (f *flowGroup) afterLine(i int) int {
	if c := f.commas[i]; c >= 0 {
		return f.x.next(c)
	}
	return f.x.next(f.els[i].end)
}

func (f *flowGroup) dropLine(i int) {
	x := f.x
	from, to := f.headLine(i), f.afterLine(i)
	if (i == 0 || f.live(i-1)) && x.blankAbove(from) && x.blankLine(to) {
		to = x.next(to)
	}
	x.edit(from, to, "")
}

// addLines writes additions below child k; bare: the last has no comma.
func (f *flowGroup) addLines(k int, bare bool) {
	x, like := f.x, max(k, 0)
	p := f.headLine(0)
	if k >= 0 {
		p = f.afterLine(k)
	}
	adds := f.gap[k]
	in := x.s[x.lineOf(f.els[like].start):f.els[like].start]
	var out []string
	for i, a := range adds {
		out = append(out, x.w.wideEntry(a.e, in, bare && i == len(adds)-1)...)
		x.w.report(f.r, a.op)
	}
	x.edit(p, p, x.lines(out))
}
