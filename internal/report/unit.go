package report

import (
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/yamlfile/edit"
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
	for i, c := range u.Changes {
		w.unitChange(p, u, c, wide)
		lines := w.insides(u, c)
		if i+1 < len(u.Changes) && slices.Equal(lines, w.insides(u, u.Changes[i+1])) {
			continue // said once, below the last of its kind
		}
		for _, l := range lines {
			p.line(strings.Repeat(" ", below), w.paint(dim, l))
		}
	}
	return p.flush()
}

// mostInsides is how many keys of a new subtree are listed.
const mostInsides = 12

// insides are the keys of a subtree that comes or goes, with their values.
func (w Words) insides(u plan.Unit, c plan.UnitChange) (out []string) {
	x := c.Change.After
	if c.Change.Action == edit.Delete {
		x = c.Change.Before
	}
	if !x.Node.Valid() || x.Node.Leaf() {
		return nil
	}
	more := 0
	for p, n := range x.Node.File().Leaves(identityIn(c.Change.Path)) {
		rest := strings.TrimPrefix(p.String(), c.Change.Path.String())
		switch {
		case !n.Valid() || !p.Under(c.Change.Path):
		case len(out) >= mostInsides:
			more++
		default:
			v := w.node(c.File.Service, p, n, n.Value(), w.secret(c.File.Service, p)).text
			for _, l := range excerpts(visible(strings.TrimPrefix(rest, "."))+": "+v, nil, w.width()-below) {
				out = append(out, l.String())
			}
		}
	}
	if more > 0 {
		out = append(out, w.say(msgMoreKeys, "n", more))
	}
	return out
}

// identityIn names the elements of lists by the key that a path names them by.
func identityIn(path keypath.Path) func(keypath.Path) string {
	return func(list keypath.Path) string {
		steps, n := path.Steps(), len(list.Steps())
		if n < len(steps) && path.Under(list) && steps[n].Kind == keypath.Element {
			return steps[n].Key
		}
		return ""
	}
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
	total := margin + wide + between + cells(name) + len(arrow)*(len(sides)-1)
	for _, s := range sides {
		total += cells(s)
	}
	if w.Width == 0 || total <= w.width() {
		p.line(head, w.sidesInLine(sides))
	} else {
		p.line(head)
		w.sidesBelow(p, sides)
	}
	for _, r := range w.changeRemarks(*c.Change) {
		w.prose(p, below, r)
	}
}
