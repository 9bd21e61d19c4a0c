package fleet

import "math/rand/v2"

// chooseStyles gives the files of a service its team's style.
func (s *service) chooseStyles(r *rand.Rand, o Options, i int) {
	st := style{indent: 2, dashIn: r.IntN(3) > 0, flow: true, comments: true, blank: true, align: 34 * r.IntN(2), header: s.name}
	if r.IntN(3) == 0 {
		st.quote = '"'
	}
	if r.IntN(8) == 0 {
		st.indent = 4
	}
	for e := range s.styles {
		s.styles[e] = st
		s.styles[e].header += ", " + Environments()[e]
		s.styles[e].anchors = o.Anchors && e != 1
		s.styles[e].crlf = o.CRLF && i%5 == 1 && e != 0
		s.styles[e].bom = o.BOM && i%6 == 2 && e == 2
		s.styles[e].cut = o.NoFinalNewline && i%4 == 0 && e == 1
	}
}

// plantNoise writes one file of some services as somebody else would, with the
// same meaning: other indentation, quotes, dashes and order.
func (s *service) plantNoise(r *rand.Rand, o Options, i int) {
	e := r.IntN(environments)
	if !due(i, o.Noise) {
		return
	}
	st := &s.styles[e]
	st.indent = 6 - st.indent // 2 is 4, 4 is 2
	st.dashIn = !st.dashIn
	st.flow = r.IntN(2) == 0
	st.comments = r.IntN(2) == 0
	st.blank = r.IntN(2) == 0
	st.quote = [2]byte{'\'', '"'}[r.IntN(2)]
	if !st.anchors { // an anchor must stand before its aliases
		reorder(r, s.trees[e])
	}
}

// reorder shuffles keys, and elements that have names.
func reorder(r *rand.Rand, n *node) {
	n.walk(func(n *node) {
		r.Shuffle(len(n.entries), func(i, j int) { n.entries[i], n.entries[j] = n.entries[j], n.entries[i] })
		if n.id != "" && r.IntN(3) == 0 {
			r.Shuffle(len(n.items), func(i, j int) { n.items[i], n.items[j] = n.items[j], n.items[i] })
		}
	})
}
