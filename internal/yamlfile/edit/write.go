package edit

import (
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// writer writes new values and entries in the habits of a sheet. It never sees
// what the file has already.
type writer struct {
	sheet *sheet
	json  bool
	known *habits
	why   string // a refusal
}

// spot is where something new will stand.
type spot struct {
	column int // of the container that holds it; -1 for a document
	list   bool
	habits habits
	// last: nothing stands below it, and the file has no final newline.
	last bool
	// guard is the column of a comment line below, -1 for none: a block scalar
	// must not take it in.
	guard int
	// openBelow: an empty line follows, which a |+ scalar would take in.
	openBelow bool
	// place is the column, from 1, where a collection begins on the line that is
	// there already, 0 for none; alone: nothing may begin behind a dash.
	place int
	alone bool
}

// written is a value as lines: what stands behind the indicator, and whole lines
// below it. note is a comment behind the first.
type written struct {
	head string
	body []string
}

// value writes c at a spot in block style.
func (w *writer) value(c *content, at spot) written {
	switch {
	case c.kind == syntax.Scalar:
		return w.scalar(c, c.style, at, blockOptions{})
	case len(c.kids) == 0:
		return written{head: withTag(c.tag, empty(c.kind))}
	case c.flow:
		return w.flowValue(c, at)
	}
	return w.collection(c, at)
}

func empty(k syntax.Kind) string {
	if k == syntax.Mapping {
		return "{}"
	}
	return "[]"
}

// scalar writes a scalar, as a block scalar where style says so and it can be.
func (w *writer) scalar(c *content, style syntax.Style, at spot, o blockOptions) written {
	if (style == syntax.Literal || style == syntax.Folded) && c.isText() {
		o.style, o.parent, o.last = style, at.column, at.last
		if o.indent == 0 {
			o.indent = max(at.column, 0) + at.habits.step
			if at.list {
				o.indent = at.column + 2
			}
		}
		if style == syntax.Folded && c.style == syntax.Folded {
			o.folded = c.folded
		}
		b, ok := asBlock(c.text, o)
		if ok && at.guard < o.indent && !(at.openBelow && strings.HasSuffix(b.header, "+")) {
			return written{withTag(c.tag, b.header), b.lines}
		}
		style = syntax.Double
		if c.style == syntax.Plain {
			style = syntax.Plain
		}
	}
	return written{head: w.token(c, style, false)}
}

// collection writes a block mapping or sequence: behind a dash on its line where
// it can begin there, else on the lines below.
func (w *writer) collection(c *content, at spot) written {
	in := spot{habits: at.habits, list: c.kind == syntax.Sequence, guard: at.guard, openBelow: at.openBelow}
	switch {
	case at.place > 0:
		in.column = at.place - 1
	case at.list:
		in.column = at.column + 2
	case at.column < 0:
		in.column = 0
	case in.list:
		in.column = at.column + at.habits.dashStep()
	default:
		in.column = at.column + at.habits.step
	}
	var out written
	out.body = w.entries(c.kids, in, at.last)
	if c.tag == "" && (at.place > 0 || at.list && !at.alone && len(c.kids[0].head) == 0) {
		out.head = strings.TrimLeft(out.body[0], " ")
		out.body = out.body[1:]
		return out
	}
	out.head = c.tag
	return out
}

// dashStep is how far dashes stand from their key.
func (h habits) dashStep() int {
	if h.dash < 0 {
		return h.step
	}
	return h.dash
}

// entries writes the children of a new collection; last: nothing stands below.
func (w *writer) entries(kids []*entry, in spot, last bool) (out []string) {
	open := false
	for i, e := range kids {
		at := in
		at.last = last && i == len(kids)-1
		if i < len(kids)-1 {
			at.guard = -1
			if len(kids[i+1].head) > 0 {
				at.guard = in.column
			}
			at.openBelow = false
		}
		if i > 0 && e.blank && !open {
			out = append(out, "")
		}
		lines := w.entry(e, at)
		open = lines[len(lines)-1] == ""
		out = append(out, lines...)
	}
	return out
}

// entry writes a child of a block collection at in.column, with its comments.
func (w *writer) entry(e *entry, in spot) []string {
	var out []string
	for _, c := range e.head {
		out = append(out, pad(in.column)+c)
	}
	intro := "-"
	if !in.list {
		key := w.keyToken(e, false)
		if len(key) > maxKey {
			w.refuse(WhyComplexKey)
		}
		intro = key + ":"
	}
	v := w.value(e.val, in)
	return append(append(out, pad(in.column)+joinHead(intro, v.head)+w.tail(e, v)), v.body...)
}

// maxKey is how long a key on one line may be for every reader (YAML 1.2.2,
// section 7.4: 1024 characters).
const maxKey = 1000

func (w *writer) refuse(why string) {
	if w.why == "" {
		w.why = why
	}
}

// joinHead puts a value behind its indicator.
func joinHead(intro, head string) string {
	if head == "" {
		return intro
	}
	return intro + " " + head
}

// tail is the comment behind an entry's first line. What begins on a dash's line
// has the comment of its own first entry there.
func (w *writer) tail(e *entry, v written) string {
	if e.val.kind != syntax.Scalar && !e.val.flow && len(e.val.kids) > 0 && v.head != "" && v.head != e.val.tag {
		return ""
	}
	if len(v.body) > 0 && e.val.kind != syntax.Scalar && e.val.flow {
		return "" // it stands behind the closing bracket
	}
	return comments(e)
}

func comments(e *entry) string {
	if e.note != "" {
		return " # " + oneLine(e.note)
	}
	return e.tail
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// flowValue writes a flow collection: on one line, or as wide as the source has
// it.
func (w *writer) flowValue(c *content, at spot) written {
	if !c.wide {
		return written{head: w.flow(c)}
	}
	open, shut := "{", "}"
	if c.kind == syntax.Sequence {
		open, shut = "[", "]"
	}
	in := pad(max(at.column, 0) + at.habits.step)
	out := written{head: withTag(c.tag, open)}
	for i, e := range c.kids {
		out.body = append(out.body, w.wideEntry(e, in, i == len(c.kids)-1)...)
	}
	out.body = append(out.body, pad(at.column)+shut)
	return out
}

// wideEntry is an element of a flow collection on a line of its own; in is its
// indentation, bare leaves out the comma.
func (w *writer) wideEntry(e *entry, in string, bare bool) (out []string) {
	comma := ","
	if bare {
		comma = ""
	}
	if w.json {
		return append(out, in+w.jsonEntry(e, in)+comma)
	}
	for _, c := range e.head {
		out = append(out, in+c)
	}
	return append(out, in+w.flowEntry(e, in)+comma+comments(e))
}

// flow writes a value on one line inside flow.
func (w *writer) flow(c *content) string {
	if c.kind == syntax.Scalar {
		return w.token(c, flowStyle(c.style), true)
	}
	if len(c.kids) == 0 {
		return withTag(c.tag, empty(c.kind))
	}
	var parts []string
	for _, e := range c.kids {
		if e.note != "" {
			w.refuse(WhyFlowComment)
		}
		parts = append(parts, w.flowEntry(e, ""))
	}
	in := strings.Join(parts, ", ")
	if c.kind == syntax.Sequence {
		return withTag(c.tag, "["+in+"]")
	}
	if w.habits().padded {
		in = " " + in + " "
	}
	return withTag(c.tag, "{"+in+"}")
}

// flowText is a value inside flow, of YAML on one line, of JSON as its file
// breaks lines; in is the indentation there.
func (w *writer) flowText(c *content, in string) string {
	if w.json {
		return w.jsonValue(c, in)
	}
	return w.flow(c)
}

// flowStyle: block scalars are double-quoted inside flow.
func flowStyle(s syntax.Style) syntax.Style {
	if s == syntax.Literal || s == syntax.Folded {
		return syntax.Double
	}
	return s
}

// flowEntry is one element inside flow, without its comma.
func (w *writer) flowEntry(e *entry, in string) string {
	if w.json {
		return w.jsonEntry(e, in)
	}
	if !e.named {
		return w.flow(e.val)
	}
	return w.keyToken(e, true) + ": " + w.flow(e.val)
}

// report holds op where the writer refused something.
func (w *writer) report(r *run, op int) {
	if w.why != "" {
		r.hold(op, w.why)
		w.why = ""
	}
}
