package report

import (
	"slices"
	"strings"
)

// cell is one value in a table.
type cell struct {
	text string
	st   style
}

// remark is a line of explanation; one that is whole (a flag to type) is never
// wrapped.
type remark struct {
	text  string
	whole bool
}

// row is one key: a sign, its path, a value for each environment, and lines of
// explanation below.
type row struct {
	sign  string
	st    style
	name  string
	cells []cell
	below []remark
}

// table lays out rows: environments as columns, or, where they do not fit, one
// block a row with the environments below each other.
type table struct {
	w       Words
	envs    []string
	name    int   // cells of the path's column
	columns []int // cells of each environment's column; nil: blocks
}

const (
	margin     = 4  // "  ! "
	between    = 2  // spaces between columns
	leastCell  = 12 // a column that is narrower is not worth reading
	leastProse = 24
	leastName  = 22 // titles stand above paths

	leastGridName, mostGridName, mostGridCell = 30, 48, 28
	below                                     = 6 // the indent of what stands below a row
)

// table decides the widths for all rows of one service, so that its sections
// stand under each other. A row whose values would have to be cut gets no say:
// it is shown as a block.
func (w Words) table(envs []string, rows []row) table {
	t := table{w: w, envs: envs}
	if w.width() < tableWidth {
		return t
	}
	room := t.room()
	name := min(nameWidth(rows), room*2/5)
	limit := (room - name) / max(1, len(envs))
	if limit < leastCell {
		return t
	}
	t.columns = make([]int, len(envs))
	for i, e := range envs {
		t.columns[i] = min(cells(e), limit)
	}
	for _, r := range rows {
		if !r.fits(limit) {
			continue
		}
		for i, c := range r.cells {
			t.columns[i] = max(t.columns[i], cells(c.text))
		}
	}
	for _, c := range t.columns {
		room -= c
	}
	t.name = max(name, min(widest(rows), room))
	return t
}

// room is what there is for paths and values.
func (t table) room() int { return t.w.width() - margin - between*len(t.envs) }

// grid is the same table for every service, so that many of them stand under
// each other. A value that is wider than a column is shown in a block.
func (w Words) grid(envs []string) table {
	t := table{w: w, envs: envs}
	name := min(max(t.room()*45/100, leastGridName), mostGridName)
	column := min((t.room()-name)/max(1, len(envs)), mostGridCell)
	if w.width() < tableWidth || column < leastCell {
		return t
	}
	t.name = name
	for range envs {
		t.columns = append(t.columns, column)
	}
	return t
}

func (r row) fits(limit int) bool {
	return !slices.ContainsFunc(r.cells, func(c cell) bool { return cells(c.text) > limit })
}

func widest(rows []row) (n int) {
	for _, r := range rows {
		n = max(n, cells(r.name))
	}
	return max(n, leastName)
}

// nameWidth is what nine paths of ten fit into.
func nameWidth(rows []row) int {
	all := make([]int, len(rows))
	for i, r := range rows {
		all[i] = cells(r.name)
	}
	return max(mostFit(all), leastName)
}

// mostFit is a width that nine of ten fit into.
func mostFit(widths []int) int {
	if len(widths) == 0 {
		return 0
	}
	slices.Sort(widths)
	return widths[(len(widths)-1)*9/10]
}

// header is a section's heading with the environments above their columns.
func (t table) header(p *page, title string) {
	if t.columns == nil {
		p.line(t.w.paint(bold, title))
		return
	}
	parts := []string{t.w.paint(bold, pad(title, margin+t.name))}
	for i, e := range t.envs {
		parts = append(parts, strings.Repeat(" ", between), t.w.cell(cell{e, bold}, t.columns[i], i+1 == len(t.envs)))
	}
	p.line(parts...)
}

// cell is c in a style, padded outside it.
func (w Words) cell(c cell, width int, last bool) string {
	if last {
		return w.paint(c.st, c.text)
	}
	return w.paint(c.st, c.text) + strings.Repeat(" ", max(0, width-cells(c.text)))
}

// row writes one row.
func (t table) row(p *page, r row) {
	head := "  " + t.w.paint(r.st, r.sign) + " "
	switch {
	case t.columns == nil || !t.holds(r.cells):
		p.line(head, r.name)
		t.block(p, r.cells)
	case cells(r.name) > t.name && t.w.Width > 0: // else one line, for grep
		p.line(head, r.name)
		p.line(append([]string{strings.Repeat(" ", margin+t.name)}, t.line(r.cells)...)...)
	default:
		p.line(append([]string{head, pad(r.name, t.name)}, t.line(r.cells)...)...)
	}
	for _, b := range r.below {
		t.w.remark(p, below, b)
	}
}

// remark writes a line of explanation; a flag to type stands out.
func (w Words) remark(p *page, indent int, r remark) {
	switch {
	case !r.whole:
		w.prose(p, indent, r.text)
	case strings.HasPrefix(r.text, "--"):
		p.line(strings.Repeat(" ", indent), w.paint(teal, r.text))
	default:
		p.line(strings.Repeat(" ", indent), r.text)
	}
}

func (t table) holds(cs []cell) bool {
	for i, c := range cs {
		if cells(c.text) > t.columns[i] {
			return false
		}
	}
	return true
}

func (t table) line(cs []cell) (out []string) {
	for i, c := range cs {
		out = append(out, strings.Repeat(" ", between), t.w.cell(c, t.columns[i], i+1 == len(cs)))
	}
	return out
}

// block writes the values below each other, equal neighbours together.
func (t table) block(p *page, cs []cell) {
	var groups []envGroup
	for i, c := range cs {
		if n := len(groups); n > 0 && groups[n-1].text == c.text {
			groups[n-1].names += ", " + t.envs[i]
			continue
		}
		groups = append(groups, envGroup{t.envs[i], c.text, c.st})
	}
	names := 0
	for _, g := range groups {
		names = max(names, cells(g.names))
	}
	room := max(t.w.width()-below-names-between, leastCell)
	for i, g := range groups {
		if t.w.Width == 0 {
			room = cells(g.text)
		}
		for n, l := range excerpts(g.text, others(groups, i), room) {
			name := ""
			if n == 0 {
				name = g.names
			}
			p.line(strings.Repeat(" ", below), pad(name, names+between), t.w.paintLong(g.st, l))
		}
	}
}

// envGroup is neighbours with the same value.
type envGroup struct {
	names, text string
	st          style
}

func others(groups []envGroup, i int) (out []string) {
	for j := range groups {
		if groups[j].text != groups[i].text {
			out = append(out, groups[j].text)
		}
	}
	return out
}

// prose writes a text, wrapped to a terminal; where there is none it stays one
// line, for grep.
func (w Words) prose(p *page, indent int, s string) {
	w.hanging(p, strings.Repeat(" ", indent), indent, s)
}

// painted is prose in a style; nothing where it is empty.
func (w Words) painted(p *page, indent int, st style, s string) {
	if s == "" {
		return
	}
	lines := []string{s}
	if w.Width > 0 {
		lines = wrap(s, max(w.width()-indent, leastProse))
	}
	for _, l := range lines {
		p.line(strings.Repeat(" ", indent), w.paint(st, l))
	}
}

// hanging writes a text behind a label that may be painted; further lines are
// indented as far as the first one's text. Where little room is left behind the
// label, the text stands below it.
func (w Words) hanging(p *page, label string, indent int, s string) {
	if w.Width > 0 && indent > below && w.width()-indent < leastProse && indent+cells(s) > w.width() {
		p.line(label)
		label, indent = strings.Repeat(" ", margin), margin
	}
	lines := []string{s}
	if w.Width > 0 {
		lines = wrap(s, max(w.width()-indent, leastProse))
	}
	for i, l := range lines {
		if i > 0 {
			label = strings.Repeat(" ", indent)
		}
		p.line(label, l)
	}
}

// beside writes a name with a note behind it, or wrapped below where that is too
// wide.
func (w Words) beside(p *page, lead, name, note string) {
	if used := cells(stripped(lead + name)); w.Width == 0 || used+between+cells(note) <= w.width() {
		p.line(lead, name, "  ", w.paint(dim, note))
		return
	}
	p.line(lead, name)
	w.painted(p, below, dim, note)
}
