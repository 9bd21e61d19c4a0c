package report

import (
	"strings"

	"hoist.example/hoist/internal/compare"
)

// idle is a service of which one line says all.
type idle struct {
	name, said string
	notes      []string
}

// fewIdle is up to how many idle services get a line each on a terminal.
const fewIdle = 8

// idleServices lists the services of which there is nothing to say, after all
// others: a line each, or on a terminal, where they are many, their names.
func (w Words) idleServices(p *page, list []idle, c compare.Counts) {
	if len(list) == 0 {
		return
	}
	p.gap()
	if w.Width == 0 || len(list) <= fewIdle {
		for _, s := range list {
			w.hanging(p, w.paint(bold, s.name)+"  ", cells(s.name)+between, s.said)
			for _, n := range s.notes {
				w.labelled(p, "  ", w.say(labelNote), n)
			}
		}
		return
	}
	counts := texts(w.numbers(c))
	title := w.say(msgIdle) + "  " + w.say(msgIdleServices, "n", len(list))
	w.beside(p, "", w.paint(bold, title), strings.Join(counts, w.say(msgAnd)))
	var names []string
	for _, s := range list {
		names = append(names, s.name)
	}
	w.names(p, 2, names)
	for _, s := range list {
		for _, n := range s.notes {
			w.labelled(p, "  ", w.say(labelNote), s.name+w.say(msgColon)+n)
		}
	}
}
