package report

import (
	"io"
	"strings"

	"hoist.example/hoist/internal/plan"
)

// Unit writes what a person decides on at once: the key, and in each target what
// would happen to it. n of total.
func (w Words) Unit(out io.Writer, u plan.Unit, n, total int) error {
	w = w.fresh()
	p := &page{out: out}
	p.line()
	of := argText(n) + "/" + argText(total)
	p.line(w.paint(dim, of), "  ", w.paint(bold, visible(u.Path.String())), "  ", w.paint(dim, w.unitOf(u)))
	wide := 0
	for _, e := range u.Environments() {
		wide = max(wide, cells(visible(e)))
	}
	for _, c := range u.Changes {
		w.unitChange(p, u, c, wide)
	}
	return p.flush()
}

func (w Words) unitOf(u plan.Unit) string {
	if u.Service == "" {
		return w.say(msgUnitImage)
	}
	return visible(u.Service)
}

// unitChange is one target's line: before and after, or below each other where
// they do not fit.
func (w Words) unitChange(p *page, u plan.Unit, c plan.UnitChange, wide int) {
	sides, sign, st := w.keySides(*c.File, *c.Change)
	name := ""
	if rest := strings.TrimPrefix(c.Change.Path.String(), u.Path.String()); rest != "" {
		name = visible(strings.TrimPrefix(rest, ".")) + ": "
	}
	head := "  " + w.paint(st, sign) + " " + pad(visible(c.File.Environment), wide) + "  " + name
	total := 4 + wide + 2 + cells(name) + 4*(len(sides)-1)
	for _, s := range sides {
		total += cells(s)
	}
	if w.Width == 0 || total <= w.width() {
		p.line(head, strings.Join(sides, " -> "))
	} else {
		p.line(head)
		w.sidesBelow(p, sides)
	}
	for _, r := range w.changeRemarks(*c.Change) {
		w.prose(p, below, r)
	}
}
