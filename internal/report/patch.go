package report

import (
	"strconv"

	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/textedit"
)

// patch writes what would change in a file as a unified diff, from the file's
// own edits: exactly the lines that they touch, with their context. Secrets are
// masked; everything else stands as in the file.
func (w Words) patch(p *page, f plan.File) {
	before, after := linesOf(f.Before.Source()), linesOf(f.After.Source())
	all := blocks(before, after, f.Edits)
	hs := hunks(all, before)
	if len(hs) == 0 {
		return
	}
	var old, new []textedit.Span
	for _, h := range hs {
		old = append(old, bytesOf(before, h.old, h.oldEnd))
		new = append(new, bytesOf(after, h.new, h.newEnd))
	}
	was := w.sheet(f.Service, f.Before, before, old)
	is := w.sheet(f.Service, f.After, after, new)
	p.line(w.paint(bold, "--- a/"+visible(f.Path)))
	p.line(w.paint(bold, "+++ b/"+visible(f.Path)))
	for _, h := range hs {
		p.line(w.paint(dim, "@@ -"+extent(h.old, h.oldEnd)+" +"+extent(h.new, h.newEnd)+" @@"))
		at := h.old
		for _, b := range h.blocks {
			w.patchLines(p, was, " ", noStyle, at, b.old)
			w.patchLines(p, was, "-", red, b.old, b.oldEnd)
			w.patchLines(p, is, "+", green, b.new, b.newEnd)
			at = b.oldEnd
		}
		w.patchLines(p, was, " ", noStyle, at, h.oldEnd)
	}
}

func bytesOf(l lines, from, to int) textedit.Span {
	if from >= to {
		return textedit.Span{}
	}
	return textedit.Span{Start: l.starts[from], End: l.end(to - 1)}
}

// extent is a range of lines as a unified diff counts them: from 1, and an
// empty one by the line before it.
func extent(from, to int) string {
	n := to - from
	if n > 0 {
		from++
	}
	if n == 1 {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "," + strconv.Itoa(n)
}

func (w Words) patchLines(p *page, s *sheet, mark string, st style, from, to int) {
	for i := from; i < to; i++ {
		p.raw(w.paint(st, mark+s.line(i)))
		if !s.lines.ended(i) {
			p.raw(`\ No newline at end of file`)
		}
	}
}
