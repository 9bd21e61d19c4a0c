package edit

import (
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// habits are how a file writes what it has, counted over the whole of it.
type habits struct {
	step   int          // columns from a mapping to the mapping below one of its keys
	dash   int          // columns from a mapping to the dashes of a list below a key; -1: nothing known
	quote  syntax.Style // Single or Double
	padded bool         // { a: 1 } rather than {a: 1}
	indent string       // JSON: what one level is indented by; "" for all on one line
}

// habits counts once.
func (w *writer) habits() habits {
	if w.known == nil {
		h := w.sheet.count()
		w.known = &h
	}
	return *w.known
}

type tally map[int]int

// most is the key with the highest count, the smallest of several.
func (t tally) most(otherwise int) int {
	best, n := otherwise, 0
	for k, c := range t {
		if c > n || c == n && k < best {
			best, n = k, c
		}
	}
	return best
}

func (x *sheet) count() habits {
	steps, dashes, quotes, pads := tally{}, tally{}, tally{}, tally{}
	for id := syntax.ID(0); int(id) < x.t.Len(); id++ {
		switch x.t.Kind(id) {
		case syntax.Scalar:
			if s := x.t.Style(id); s == syntax.Single || s == syntax.Double {
				quotes[int(s)]++
			}
		case syntax.Mapping:
			if x.t.Style(id) == syntax.Flow {
				if s := x.t.Span(id); s.Len() > 2 && x.s[s.Start] == '{' {
					pads[boolInt(x.s[s.Start+1] == ' ')]++
				}
				continue
			}
			at := x.column(x.t.Span(id).Start)
			for _, v := range x.t.Entries(id) {
				x.countChild(at, v, steps, dashes)
			}
		}
	}
	h := habits{step: steps.most(2), dash: dashes.most(-1), padded: pads.most(0) == 1}
	h.quote = syntax.Style(quotes.most(int(syntax.Double)))
	if quotes[int(syntax.Double)] == quotes[int(syntax.Single)] {
		h.quote = syntax.Double
	}
	if x.json {
		h.indent = x.jsonIndent()
	}
	return h
}

func (x *sheet) countChild(at int, v syntax.ID, steps, dashes tally) {
	if !x.inBlock(v) {
		return
	}
	start := x.t.Span(v).Start
	if !x.alone(start) {
		return
	}
	d := x.column(start) - at
	if x.t.Kind(v) == syntax.Mapping {
		steps[d]++
	} else {
		dashes[d]++
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// near are the habits at a container: what its own children do, else its parent,
// else the file.
func (x *sheet) near(id syntax.ID) habits {
	h := x.w.habits()
	steps, dashes := tally{}, tally{}
	for p, tries := id, 0; p != syntax.None && tries < 3; p, tries = x.f.Parent(p), tries+1 {
		if x.t.Kind(p) != syntax.Mapping || x.t.Style(p) != syntax.Block {
			continue
		}
		at, n := x.column(x.t.Span(p).Start), 0
		for _, v := range x.t.Entries(p) {
			if n++; n > 200 {
				break
			}
			x.countChild(at, v, steps, dashes)
		}
		if len(steps) > 0 && len(dashes) > 0 {
			break
		}
	}
	h.step = steps.most(h.step)
	h.dash = dashes.most(h.dash)
	return h
}
