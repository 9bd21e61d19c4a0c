package proof

import (
	"slices"
	"sort"
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Spans below are of the text that a tree was read from; an embedded document's
// are carried to its host's with outer.

func (n *node) whole() textedit.Span { return n.in.file.Tree().Whole(n.id) }

// end is where a node's last written byte ends: the blank lines behind a block
// scalar that does not keep them are nobody's.
func (n *node) end() int {
	s := n.in.file.Tree()
	span := s.Span(n.id)
	switch {
	case len(n.kids) > 0 && n.style != syntax.Flow:
		return n.kids[len(n.kids)-1].end()
	case n.style != syntax.Literal && n.style != syntax.Folded || s.Chomp(n.id) > 0:
		return span.End
	}
	return span.Start + len(strings.TrimRight(s.Source()[span.Start:span.End], " \t\r\n"))
}

// start is where the entry that begins with n (a key or an element) begins: at
// its indicator, where it has one.
func (n *node) start() int {
	at := n.whole().Start
	if m := n.in.file.Tree().Mark(n.id); m >= 0 {
		return min(m, at)
	}
	return at
}

// tokens are the bytes that are neither blank nor comment nor comma, in order.
func (t *tree) tokens() []textedit.Span {
	if t.spans != nil {
		return t.spans
	}
	s := t.file.Tree()
	add := func(from, to int) {
		if from < to {
			t.spans = append(t.spans, textedit.Span{Start: from, End: to})
		}
	}
	for i := range t.nodes {
		n := &t.nodes[i]
		span, whole := s.Span(n.id), n.whole()
		if m := s.Mark(n.id); m >= 0 {
			add(m, m+1)
		}
		if whole.Start < span.Start {
			add(whole.Start, propsEnd(s.Source(), whole.Start, span.Start))
		}
		switch {
		case n.kind == syntax.Scalar || n.kind == syntax.Alias:
			add(span.Start, n.end())
		case n.style == syntax.Flow && strings.IndexByte("[{", s.Source()[span.Start]) >= 0:
			add(span.Start, span.Start+1)
			add(span.End-1, span.End)
		}
	}
	for _, d := range s.Documents() {
		if d.Start >= 0 {
			add(d.Start, d.Start+3)
		}
		if d.End >= 0 {
			add(d.End, d.End+3)
		}
		for _, s := range d.Directives {
			add(s.Start, s.End)
		}
	}
	sort.Slice(t.spans, func(i, j int) bool { return t.spans[i].Start < t.spans[j].Start })
	return t.spans
}

// propsEnd is where the anchor and the tag before a node end.
func propsEnd(src string, from, to int) int {
	end := from
	for i := from; i < to; i++ {
		switch src[i] {
		case ' ', '\t', '\r', '\n':
		case '#':
			if i == from || strings.IndexByte(" \t\r\n", src[i-1]) >= 0 {
				i = lineEnd(src, i)
				continue
			}
			end = i + 1
		default:
			end = i + 1
		}
	}
	return end
}

// gapBefore is where the token before pos ends.
func (t *tree) gapBefore(pos int) int {
	spans := t.tokens()
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Start >= pos })
	if i == 0 {
		return 0
	}
	return min(spans[i-1].End, pos)
}

// gapAfter is where the token behind pos begins.
func (t *tree) gapAfter(pos int) int {
	spans := t.tokens()
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Start >= pos })
	if i < len(spans) {
		return spans[i].Start
	}
	return len(t.file.Source())
}

// lineEnd is where the line that holds pos ends, without its break.
func lineEnd(src string, pos int) int {
	if i := strings.IndexAny(src[pos:], "\r\n"); i >= 0 {
		return pos + i
	}
	return len(src)
}

func lineStart(src string, pos int) int {
	start := strings.LastIndexAny(src[:pos], "\r\n") + 1
	if start == 0 && strings.HasPrefix(src, "\ufeff") && pos >= 3 {
		start = 3
	}
	return start
}

// outer carries a place in an embedded document to the file that holds it. A
// place at the start of a line is the start of the host's line with early,
// else behind the indentation.
func (t *tree) outer(pos int, early bool) int {
	if t.host == nil {
		return pos
	}
	src, host := t.file.Source(), t.host.in.file
	lines, tree := host.Lines(), host.Tree()
	start := strings.LastIndexByte(src[:pos], '\n') + 1
	header := lines.Line(tree.Span(t.host.id).Start)
	number := header + 1 + strings.Count(src[:start], "\n")
	if number > lines.Count() {
		return len(host.Source())
	}
	line := lines.Span(number)
	if pos == start && early {
		return line.Start
	}
	return min(line.Start+tree.Indent(t.host.id)+pos-start, line.End)
}

// allow lets splices touch a part of the text.
func (p *prover) allow(t *tree, from, to int) {
	p.regions = append(p.regions, textedit.Span{Start: t.outer(from, true), End: t.outer(to, false)})
}

func (p *prover) allowAll() { p.allow(p.before, 0, len(p.before.file.Source())) }

// touch: the lines from one place to another may change.
func (p *prover) touch(t *tree, from, to int) {
	p.touched = append(p.touched, textedit.Span{Start: t.outer(from, false), End: t.outer(to, false)})
}

// allowValue: a value gives way to w, between its indicator and the end of its
// last line.
func (p *prover) allowValue(w *want) {
	n := w.before
	t, at := n.in, n.whole().Start
	to := t.lineRest(n.end())
	if len(n.kids) > 0 {
		to = t.gapAfter(n.end())
		p.deleted += len(n.kids) // each may have been between blank lines
	} else if src := t.file.Source(); to == lineEnd(src, to) {
		to = nextLine(src, to) // new lines may follow
	}
	p.allow(t, t.gapBefore(at), to)
	p.touch(t, t.gapBefore(at), n.end())
	if n.kind == syntax.Mapping || n.kind == syntax.Sequence || w.kind != syntax.Scalar {
		p.lose(t, t.gapBefore(at), t.lineRest(n.end()))
		return
	}
	p.lose(t, at, n.end())
	if w.comment != "" || strings.HasPrefix(strings.TrimLeft(n.tail(), " \t,"), pendingMark) {
		p.lose(t, n.end(), t.lineRest(n.end()))
	}
}

// allowGaps: something new may stand between the children of w, before the
// first and behind the last.
func (p *prover) allowGaps(w *want) {
	if w.fresh {
		return // its own place is a part of what is allowed already
	}
	n, t := w.old, w.old.in
	if n.style == syntax.Flow {
		p.touch(t, t.gapBefore(n.whole().Start), n.end())
	}
	if len(n.kids) == 0 {
		p.allow(t, t.gapBefore(n.whole().Start), t.gapAfter(n.end()))
		return
	}
	step := 1
	if n.kind == syntax.Mapping {
		step = 2
	}
	if first := n.kids[0].start(); !t.opensLine(first) {
		p.touch(t, first, first)
	}
	from := t.gapBefore(n.kids[0].start())
	for i := 0; i < len(n.kids); i += step {
		p.allow(t, from, n.kids[i].start())
		from = n.kids[i+step-1].end()
	}
	p.allow(t, from, t.gapAfter(from))
}

// allowDelete: an entry of a collection goes, with the gaps around it and what
// it owns.
func (p *prover) allowDelete(in, key, val *node) {
	first := key
	if first == nil {
		first = val
	}
	t, at, end := val.in, first.start(), val.end()
	p.allow(t, t.gapBefore(at), t.gapAfter(end))
	p.lose(t, t.owned(at), t.lineRest(end))
	p.deleted++
	if src := t.file.Source(); !strings.HasSuffix(src, "\n") && t.gapAfter(end) == len(src) {
		p.deleted += strings.Count(src[t.gapBefore(at):at], "\n") // no line may be empty at the end
	}
	if t.keptAbove(t.owned(at)) {
		p.deleted += strings.Count(t.file.Source()[end:t.gapAfter(end)], "\n") // they would become text
	}
	switch {
	case in.style == syntax.Flow:
		p.touch(t, in.whole().Start, in.end())
	case !t.opensLine(at):
		p.touch(t, at, t.gapAfter(end)) // the next entry takes its place in the line
	default:
		p.touch(t, t.owned(at), t.deeperComments(at, end))
	}
}

// deeperComments is where the comment lines end that follow an entry, deeper than
// it begins: a block scalar above would take them for text, so they may be moved
// to the left. Without them it is end.
func (t *tree) deeperComments(at, end int) int {
	src := t.file.Source()
	column := at - lineStart(src, at)
	out := end
	for p := nextLine(src, lineEnd(src, end)); p < len(src); {
		line := src[p:lineEnd(src, p)]
		text := strings.TrimLeft(line, " ")
		switch {
		case strings.Trim(line, " \t") == "":
		case strings.HasPrefix(text, "#") && len(line)-len(text) > column:
			out = p + len(line)
		default:
			return out
		}
		p = nextLine(src, p+len(line))
	}
	return out
}

// firstLeft is where the first old entry that stays begins, else the end.
func (w *want) firstLeft() int {
	for _, e := range w.entries {
		if !e.gone && !e.fresh {
			return e.key.old.start()
		}
	}
	for _, it := range w.items {
		if !it.gone && !it.fresh {
			return w.old.kids[it.index].start()
		}
	}
	return w.old.end()
}

// keptAbove reports whether a block scalar that keeps its blank lines ends at pos.
func (t *tree) keptAbove(pos int) bool {
	if t.keeps == nil {
		t.keeps = []int{}
		for i := range t.nodes {
			if n := &t.nodes[i]; t.file.Tree().Chomp(n.id) > 0 {
				t.keeps = append(t.keeps, n.end())
			}
		}
	}
	return slices.ContainsFunc(t.keeps, func(end int) bool {
		return end <= pos && strings.Trim(t.file.Source()[end:pos], " ") == ""
	})
}

// allowRest: where the first entries are gone, the first that is left may stand
// in their line; where all are, {} or [] stands by the indicator.
func (p *prover) allowRest() {
	for _, w := range p.shrunk {
		if t, first := w.old.in, w.old.kids[0].start(); !t.opensLine(first) {
			p.touch(t, first, w.firstLeft())
		}
		if !slices.ContainsFunc(w.entries, func(e *wantEntry) bool { return !e.gone }) &&
			!slices.ContainsFunc(w.items, func(it *wantItem) bool { return !it.gone }) {
			above := w.old.in.gapBefore(w.old.whole().Start)
			p.touch(w.old.in, above, above)
		}
	}
}

// opensLine reports whether nothing but blanks stands before pos in its line.
func (t *tree) opensLine(pos int) bool {
	src := t.file.Source()
	return strings.Trim(src[lineStart(src, pos):pos], " ") == ""
}

// lineRest is the end of the line at pos, or where another token follows in it.
func (t *tree) lineRest(pos int) int {
	return min(lineEnd(t.file.Source(), pos), t.gapAfter(pos))
}

// owned is where the comments begin that the entry at pos owns: the run of
// comment lines directly above it at its column, unless the run starts on the
// file's first line.
func (t *tree) owned(pos int) int {
	src := t.file.Source()
	if !t.opensLine(pos) {
		return pos
	}
	start := lineStart(src, pos)
	indent, top := src[start:pos], start
	for top > 0 {
		above := lineStart(src, top-1)
		if src[top-1] == '\n' && top > 1 && src[top-2] == '\r' {
			above = lineStart(src, top-2)
		}
		if !strings.HasPrefix(src[above:], indent+"#") {
			return top
		}
		if above == 0 || above == 3 && strings.HasPrefix(src, "\ufeff") {
			return start
		}
		top = above
	}
	return top
}

// splices: every splice lies where the ops may change something.
func (p *prover) splices() *problem.Problem {
	p.steps = nil
	slices.SortFunc(p.regions, func(a, b textedit.Span) int { return a.Start - b.Start })
	var joined []textedit.Span
	for _, r := range p.regions {
		if n := len(joined); n > 0 && r.Start <= joined[n-1].End {
			joined[n-1].End = max(joined[n-1].End, r.End)
			continue
		}
		joined = append(joined, r)
	}
	last := textedit.Span{Start: -1, End: 0}
	for _, e := range p.d.Edits {
		if e.Start < last.End || e.End < e.Start || e.End > len(p.before.file.Source()) || e.Span == last {
			return p.failAt(BadSplice, max(0, e.Start), "why", "order")
		}
		last = e.Span
		if !slices.ContainsFunc(joined, func(r textedit.Span) bool { return r.Holds(e.Span) }) {
			return p.failAt(BadSplice, e.Start, "why", "place")
		}
	}
	return nil
}

// outside: the bytes between the splices, the byte order mark, the line ends
// and the end of the file are as they were.
func (p *prover) outside() *problem.Problem {
	src, after := p.before.file.Source(), string(p.d.After)
	if !textedit.Outside([]byte(src), p.d.After, p.d.Edits) {
		return p.fail(BytesMoved, nil)
	}
	if strings.HasPrefix(src, "\ufeff") != strings.HasPrefix(after, "\ufeff") {
		return p.fail(ByteOrderMark, nil)
	}
	had, has := breaks(src), breaks(after)
	if had == 0 {
		had = breakLF
	}
	if has&^had != 0 {
		return p.fail(LineEnds, nil)
	}
	if ends := strings.HasSuffix(src, "\n"); src != "" && ends != strings.HasSuffix(after, "\n") {
		return p.fail(FinalNewline, nil)
	}
	return nil
}

// lines: every line that no op touches stands there as it did, and of the blank
// ones no more are gone than one for each deleted entry.
func (p *prover) lines() *problem.Problem {
	src, after := p.before.file.Source(), strings.TrimPrefix(string(p.d.After), "\ufeff")
	slices.SortFunc(p.touched, func(a, b textedit.Span) int { return a.Start - b.Start })
	blanks, spans := 0, p.touched
	reach := -1 // where the touched spans that began already end
	for at := 0; at < len(src); {
		end := lineEnd(src, at)
		for len(spans) > 0 && spans[0].Start <= end {
			reach = max(reach, spans[0].End)
			spans = spans[1:]
		}
		line, start := strings.TrimPrefix(src[at:end], "\ufeff"), at
		at = nextLine(src, end)
		switch {
		case reach >= start:
		case strings.Trim(line, " \t") == "":
			blanks++
		default:
			var ok bool
			if after, ok = skipTo(after, line, &blanks); !ok {
				return p.failAt(LineChanged, start)
			}
		}
	}
	skipTo(after, "", &blanks)
	if blanks > p.deleted {
		return p.fail(BlankLost, nil)
	}
	return nil
}

// skipTo is the text behind the first line like line; the blank lines passed
// are taken from blanks.
func skipTo(s, line string, blanks *int) (rest string, ok bool) {
	for s != "" {
		end := lineEnd(s, 0)
		got := s[:end]
		s = s[nextLine(s, end):]
		if strings.Trim(got, " \t") == "" {
			*blanks--
		} else if got == line {
			return s, true
		}
	}
	return "", false
}

// nextLine is the start of the line behind the one that ends at end.
func nextLine(src string, end int) int {
	if strings.HasPrefix(src[end:], "\r\n") {
		return end + 2
	}
	return min(end+1, len(src))
}

const (
	breakLF = 1 << iota
	breakCRLF
	breakCR
)

// breaks are the kinds of line breaks in a text.
func breaks(s string) (kinds int) {
	for i := strings.IndexByte(s, '\r'); i >= 0; {
		if i+1 < len(s) && s[i+1] == '\n' {
			kinds |= breakCRLF
		} else {
			kinds |= breakCR
		}
		next := strings.IndexByte(s[i+1:], '\r')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if strings.Count(s, "\n") > strings.Count(s, "\r\n") {
		kinds |= breakLF
	}
	return kinds
}

// markHits notes which nodes' bytes a splice touches.
func (p *prover) markHits(n *node) bool {
	if n == nil || len(p.d.Edits) == 0 {
		return false
	}
	w := n.whole()
	t := n.in
	from, to := t.outer(w.Start, false), t.outer(n.end(), true)
	if i := sort.Search(len(p.d.Edits), func(i int) bool { return p.d.Edits[i].End > from }); i < len(p.d.Edits) {
		n.hit = p.d.Edits[i].Start < to
	}
	if !n.hit {
		return false
	}
	if n.inner != nil {
		p.markHits(n.inner.root())
	}
	for _, k := range n.kids {
		p.markHits(k)
	}
	if n.kind == syntax.Mapping {
		for i := 0; i+1 < len(n.kids); i += 2 {
			n.kids[i+1].hit = n.kids[i+1].hit || n.kids[i].hit
		}
	}
	return true
}
