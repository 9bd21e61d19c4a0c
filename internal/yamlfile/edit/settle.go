package edit

import (
	"sort"
	"strings"

	"hoist.example/hoist/internal/textedit"
)

// piece is an edit that has not been put in order with the others.
type piece struct {
	textedit.Edit
	late bool // behind other insertions at its place
}

// settle makes the edits of a text, given in the order of the tree (what is
// deeper first), into edits of the file: sorted, insertions at one place joined,
// and the final line break that newText added taken back.
func (x *text) settle(pieces []piece) []textedit.Edit {
	sort.SliceStable(pieces, func(i, j int) bool {
		a, b := pieces[i], pieces[j]
		if a.Start != b.Start {
			return a.Start < b.Start
		}
		if (a.Len() == 0) != (b.Len() == 0) {
			return a.Len() == 0
		}
		return !a.late && b.late
	})
	var out []textedit.Edit
	for _, p := range pieces {
		e := p.Edit
		if n := len(out); n > 0 && out[n-1].End == e.Start && (out[n-1].Span == e.Span || e.End > x.size) {
			out[n-1].End, out[n-1].New = e.End, out[n-1].New+e.New
			continue
		}
		out = append(out, e)
	}
	if len(x.s) > x.size {
		out = x.settleEnd(out)
	}
	return out
}

// settleEnd: the text as given ends without a line break, and so shall the
// result.
func (x *text) settleEnd(edits []textedit.Edit) []textedit.Edit {
	n := len(edits)
	if n == 0 || edits[n-1].End <= x.size {
		return edits
	}
	e := edits[n-1]
	edits = edits[:n-1]
	if e.Start > x.size {
		e.New = x.eol + e.New
		e.Start = x.size
		if n > 1 && edits[n-2].End == x.size { // it ends where the file does
			e.New, e.Start = edits[n-2].New+e.New, edits[n-2].Start
			edits = edits[:n-2]
		}
	}
	e.End = x.size
	for {
		e.New = strings.TrimRight(e.New, "\r\n")
		if e.New != "" {
			return append(edits, e)
		}
		for e.Start > x.from && isBreak(x.s[e.Start-1]) && (len(edits) == 0 || edits[len(edits)-1].End < e.Start) {
			e.Start--
		}
		if k := len(edits); k == 0 || edits[k-1].End < e.Start {
			return append(edits, e)
		}
		k := len(edits) - 1
		e.New, e.Start = edits[k].New, edits[k].Start
		edits = edits[:k]
	}
}
