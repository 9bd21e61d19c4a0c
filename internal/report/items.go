package report

import "strings"

// item is a short text that is not to be broken; tail stands behind it, pale.
type item struct {
	text string
	st   style
	tail string
}

func texts(list []item) (out []string) {
	for _, x := range list {
		out = append(out, x.text)
	}
	return out
}

// items writes items behind a label, as many on a line as fit; further lines are
// indented as far as the first item. Where one of them does not fit behind the
// label, all stand below it.
func (w Words) items(p *page, label string, indent int, list []item) {
	separator := w.say(msgAnd)
	for _, x := range list {
		if w.Width > 0 && indent > below && indent+cells(x.text+x.tail+separator) > w.width() {
			p.line(label)
			label, indent = strings.Repeat(" ", margin), margin
		}
	}
	line, used := label, indent
	for i, x := range list {
		text := x.text
		behind := separator
		if i+1 == len(list) {
			behind = ""
		}
		n := cells(text + x.tail + strings.TrimRight(behind, " "))
		if w.Width > 0 && used > indent && used+n > w.width() {
			p.line(strings.TrimRight(line, " "))
			line, used = strings.Repeat(" ", indent), indent
		}
		line += w.paint(x.st, text) + w.paint(dim, x.tail) + behind
		used += cells(text + x.tail + behind)
	}
	p.line(line)
}

// columns of names, as ls writes them: from above to below.
func (w Words) names(p *page, indent int, names []string) {
	widest := 0
	for _, n := range names {
		widest = max(widest, cells(n))
	}
	across := max(1, (w.width()-indent+between)/(widest+between))
	down := (len(names) + across - 1) / across
	for row := range down {
		line := ""
		for i := row; i < len(names); i += down {
			line += pad(names[i], widest+between)
		}
		p.line(strings.Repeat(" ", indent), line)
	}
}
