package edit

import (
	"strings"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// sheet is one file's text and tree, and what is wanted of it.
type sheet struct {
	text
	f      *yamlfile.File
	t      *syntax.Tree
	json   bool
	groups map[syntax.ID]*group
	roots  map[int]*setting // by document: its new value
	gone   map[int]int      // lines that deleted children leave: first → behind the last
	edits  []piece
	w      *writer
	host   *sheet // of a document in a block scalar
}

// sheets are the files that one Make looks at, targets and sources.
type sheets struct{ all map[*yamlfile.File]*sheet }

func (s *sheets) of(f *yamlfile.File) *sheet {
	if x := s.all[f]; x != nil {
		return x
	}
	x := &sheet{text: newText(f.Source()), f: f, t: f.Tree(), json: jsonName(f.Name())}
	x.w = &writer{sheet: x, json: x.json}
	s.all[f] = x
	return x
}

func jsonName(name string) bool { return strings.HasSuffix(name, ".json") }

func hasBreak(s string) bool { return strings.ContainsAny(s, "\r\n") }

func (x *sheet) edit(from, to int, text string) {
	if x.s[from:to] == text {
		return
	}
	x.edits = append(x.edits, piece{Edit: textedit.Edit{Span: textedit.Span{Start: from, End: to}, New: text}})
}

// late inserts text behind whatever else is inserted at p.
func (x *sheet) late(p int, text string) {
	x.edits = append(x.edits, piece{Edit: textedit.Edit{Span: textedit.Span{Start: p, End: p}, New: text}, late: true})
}

// lines joins whole lines, each with its break.
func (x *sheet) lines(l []string) string {
	if len(l) == 0 {
		return ""
	}
	return strings.Join(l, x.eol) + x.eol
}

// isMerge reports whether key is a merge key (the YAML 1.1 merge type).
func (x *sheet) isMerge(key syntax.ID) bool {
	if x.t.Kind(key) != syntax.Scalar || x.t.Text(key) != "<<" {
		return false
	}
	tag := x.t.Tag(key)
	return tag == "!!merge" || tag == "" && x.t.Style(key) == syntax.Plain
}

// inBlock reports whether v is a block mapping or sequence.
func (x *sheet) inBlock(v syntax.ID) bool {
	return x.t.Kind(v) >= syntax.Mapping && x.t.Kind(v) != syntax.Alias && x.t.Style(v) == syntax.Block
}

func (x *sheet) isBlockScalar(v syntax.ID) bool {
	return x.t.Kind(v) == syntax.Scalar && (x.t.Style(v) == syntax.Literal || x.t.Style(v) == syntax.Folded)
}

// slot is where a value begins: behind its indicator, anchor and tag.
func (x *sheet) slot(v syntax.ID) int {
	if x.t.Anchor(v) != "" || x.t.Tag(v) != "" {
		return x.propsEnd(v)
	}
	if m := x.t.Mark(v); m >= 0 {
		return m + 1
	}
	return x.t.Span(v).Start
}

// propsEnd is the end of the last of a node's anchor and tag.
func (x *sheet) propsEnd(v syntax.ID) int {
	p, end := x.t.Whole(v).Start, x.t.Span(v).Start
	last := p
	for p < len(x.s) && (p < end || p == last) {
		switch {
		case strings.HasPrefix(x.s[p:], "!<"):
			p += strings.IndexByte(x.s[p:]+">", '>') + 1
		case x.s[p] == '&' || x.s[p] == '!':
			for p < len(x.s) && strings.IndexByte(" \t\r\n,[]{}", x.s[p]) < 0 {
				p++
			}
		default:
			return last
		}
		last = min(p, max(end, last))
		p = x.gap(p)
	}
	return last
}

// headerEnd is the end of a block scalar's | or > with its indicators.
func (x *sheet) headerEnd(v syntax.ID) int {
	p := x.t.Span(v).Start + 1
	for p < len(x.s) && strings.IndexByte("+-0123456789", x.s[p]) >= 0 {
		p++
	}
	return p
}

// body are the lines of a block scalar: to the end of its last full line, and of
// its last line where trailing empty ones count (|+).
func (x *sheet) body(v syntax.ID) (from, to int) {
	from = x.next(x.t.Span(v).Start)
	to = x.t.Span(v).End
	if to >= x.size {
		to = len(x.s)
	}
	to = max(to, from)
	if x.t.Chomp(v) > 0 {
		return from, to
	}
	for to > from {
		q := x.prev(to)
		if l := x.line(q); strings.Trim(l, " ") != "" || len(l) > x.t.Indent(v) && x.t.Indent(v) > 0 {
			break
		}
		to = q
	}
	return from, to
}

// after is the start of the line behind the last one of v.
func (x *sheet) after(v syntax.ID) int {
	for x.inBlock(v) {
		last := x.t.First(v)
		for n := last; n != syntax.None; n = x.t.Next(n) {
			if x.t.Kind(v) == syntax.Sequence || x.t.Next(n) == syntax.None {
				last = n
			} else if x.t.Next(x.t.Next(n)) == syntax.None && x.t.Mark(x.t.Next(n)) < 0 {
				return x.next(x.t.Span(n).End) // ? key without value
			}
		}
		v = last
	}
	if x.isBlockScalar(v) {
		_, to := x.body(v)
		return to
	}
	p := x.t.Span(v).End
	if p == x.t.Span(v).Start {
		p = x.slot(v)
	}
	return x.next(p)
}

// afterChild is the start of the line behind a child of a block collection.
func (x *sheet) afterChild(e element) int {
	if x.t.Span(e.v).Len() == 0 && e.key != syntax.None && x.t.Mark(e.v) < 0 {
		return x.next(x.t.Span(e.key).End) // ? key without a value
	}
	return x.after(e.v)
}

// entryStart is where an entry begins: its key or ?, or its -.
func (x *sheet) entryStart(key, v syntax.ID) int {
	if key == syntax.None {
		if m := x.t.Mark(v); m >= 0 {
			return m
		}
		return x.t.Whole(v).Start
	}
	if m := x.t.Mark(key); m >= 0 {
		return m
	}
	if m := x.t.Mark(v); m >= 0 && x.t.Whole(key).Len() == 0 {
		return m
	}
	return x.t.Whole(key).Start
}

// headOf are the comment lines that an entry owns, without indentation.
func (x *sheet) headOf(at, key syntax.ID) (out []string) {
	start := x.entryStart(key, at)
	if !x.alone(start) {
		return nil
	}
	ls := x.lineOf(start)
	for p := x.head(ls, start-ls, x.from); p < ls; p = x.next(p) {
		out = append(out, strings.TrimRight(strings.TrimLeft(x.line(p), " "), " \t"))
	}
	return out
}

// blankOf reports whether an empty line stands above an entry and its comments.
func (x *sheet) blankOf(at, key syntax.ID) bool {
	start := x.entryStart(key, at)
	if !x.alone(start) {
		return false
	}
	ls := x.lineOf(start)
	return x.blankAbove(x.head(ls, start-ls, x.from))
}

// tailPlace is where the comment of a value's line would begin: behind a scalar
// or flow collection (and its comma), behind a block scalar's header, behind
// the indicator of a block collection.
func (x *sheet) tailPlace(at syntax.ID) int {
	switch {
	case x.isBlockScalar(at):
		return x.headerEnd(at)
	case x.inBlock(at):
		return x.slot(at)
	}
	p := x.t.Span(at).End
	if x.t.Span(at).Len() == 0 {
		p = x.slot(at)
	}
	if q := x.gap(p); q < len(x.s) && x.s[q] == ',' && x.tail(p) == "" && !hasBreak(x.s[p:q]) {
		return q + 1
	}
	return p
}

// tailOf is that comment with the blanks before it, "" where there is none.
func (x *sheet) tailOf(at syntax.ID) string {
	return strings.TrimRight(x.tail(x.tailPlace(at)), " \t")
}

// wide reports whether a flow collection has each element on a line of its own,
// and its closing bracket too.
func (x *sheet) wide(id syntax.ID) bool {
	if x.t.Style(id) != syntax.Flow || x.t.First(id) == syntax.None || x.bare(id) {
		return false
	}
	for _, e := range x.elements(id) {
		if !x.alone(e.start) {
			return false
		}
	}
	return x.alone(x.t.Span(id).End - 1)
}

// bare reports whether a flow mapping is a pair without braces: [a: b].
func (x *sheet) bare(id syntax.ID) bool {
	if x.t.Kind(id) != syntax.Mapping || x.t.Style(id) != syntax.Flow {
		return false
	}
	start, key := x.t.Span(id).Start, x.t.First(id)
	return x.s[start] != '{' || key != syntax.None && x.t.Whole(key).Start == start
}

// element is a child of a container with its places.
type element struct {
	key, v     syntax.ID // key is None in a sequence
	start, end int       // end: behind the value's last byte, or the indicator's
}

// elements are the children of a container in order.
func (x *sheet) elements(id syntax.ID) (out []element) {
	add := func(key, v syntax.ID) {
		e := element{key: key, v: v, start: x.entryStart(key, v), end: x.t.Span(v).End}
		if x.t.Span(v).Len() == 0 {
			e.end = x.slot(v)
		}
		if key != syntax.None {
			e.end = max(e.end, x.t.Span(key).End)
		}
		out = append(out, e)
	}
	if x.t.Kind(id) == syntax.Sequence {
		for v := range x.t.Items(id) {
			add(syntax.None, v)
		}
		return out
	}
	for k, v := range x.t.Entries(id) {
		add(k, v)
	}
	return out
}
