package report

import (
	"io"
	"slices"
	"strings"
)

// ServiceList is what `hoist services` answers.
type ServiceList struct {
	Environments []string // in promotion order
	Services     []ServiceRow
}

// ServiceRow is one service. Files are by environment, "" where it has none;
// Missing are the environments in which the file is not there, Shadowed files
// that discover finds for the service besides and that nobody compares.
type ServiceRow struct {
	Name, Category string
	Default        bool
	Files          []string
	Missing        []string
	Shadowed       []string
}

// Services writes a table: name, category, and a word for each environment; the
// last line is their number. What is missing is named with its path.
func (w Words) Services(out io.Writer, l ServiceList) error {
	p := &page{out: out}
	t := w.serviceTable(l)
	if len(l.Services) > 0 && t.environments != nil {
		t.header(p, l.Environments)
	}
	for _, s := range l.Services {
		t.row(p, l.Environments, s)
	}
	p.gap()
	p.line(w.say(msgServices, "n", len(l.Services)))
	return p.flush()
}

// serviceTable is how wide its columns are; of environments nil where a terminal
// is too narrow for them.
type serviceTable struct {
	w                 Words
	names, categories int
	environments      []int
}

func (w Words) serviceTable(l ServiceList) serviceTable {
	t := serviceTable{w: w, names: cells(w.say(msgService))}
	for _, s := range l.Services {
		t.names = max(t.names, cells(visible(s.Name))+2)
		if s.Category != "" {
			t.categories = max(t.categories, cells(visible(s.Category)), cells(w.say(msgCategory)))
		}
	}
	total := 2 + t.names + between + t.categories
	for i, e := range l.Environments {
		n := cells(visible(e))
		for _, s := range l.Services {
			n = max(n, cells(w.stand(l.Environments, s, i).text))
		}
		t.environments = append(t.environments, n)
		total += between + n
	}
	if w.Width > 0 && total > w.width() {
		t.environments = nil
	}
	return t
}

func (t serviceTable) header(p *page, envs []string) {
	head := "  " + pad(t.w.say(msgService), t.names)
	if t.categories > 0 {
		head += "  " + pad(t.w.say(msgCategory), t.categories)
	}
	for i, e := range envs {
		head += "  " + pad(visible(e), t.environments[i])
	}
	p.line(t.w.paint(bold, strings.TrimRight(head, " ")))
}

// stand is how a service stands in environment i.
func (w Words) stand(envs []string, s ServiceRow, i int) cell {
	switch {
	case i >= len(s.Files) || s.Files[i] == "":
		return cell{"-", dim}
	case slices.Contains(s.Missing, envs[i]):
		return cell{w.say(msgMissing), amber}
	}
	return cell{"ok", green}
}

func (t serviceTable) row(p *page, envs []string, s ServiceRow) {
	w, name, mark := t.w, visible(s.Name), ""
	if s.Default {
		mark = " *"
	}
	parts := []string{"  ", w.paint(bold, name), mark, strings.Repeat(" ", max(0, t.names-cells(name+mark)))}
	if t.categories > 0 {
		parts = append(parts, "  ", pad(visible(s.Category), t.categories))
	}
	var list []item
	for i := range envs {
		c := w.stand(envs, s, i)
		list = append(list, item{text: visible(envs[i]) + " " + c.text, st: c.st})
		if t.environments != nil {
			parts = append(parts, "  ", w.cell(c, t.environments[i], i+1 == len(envs)))
		}
	}
	if p.line(parts...); t.environments == nil {
		w.items(p, strings.Repeat(" ", below), below, list)
	}
	for i, e := range envs {
		if i < len(s.Files) && s.Files[i] != "" && slices.Contains(s.Missing, e) {
			w.beneath(p, w.say(msgAbsent), s.Files[i])
		}
	}
	for _, f := range s.Shadowed {
		w.beneath(p, w.say(msgShadowed), f)
	}
}

// beneath writes a remark and a file under a row, below each other where they do
// not fit.
func (w Words) beneath(p *page, remark, file string) {
	indent := strings.Repeat(" ", margin)
	if w.Width > 0 && cells(indent+remark+" "+visible(file)) > w.width() {
		p.line(indent, w.paint(amber, remark))
		p.line(indent, visible(file))
		return
	}
	p.line(indent, w.paint(amber, remark), " ", visible(file))
}

// ServicesJSON writes hoist/services/v1.
func (w Words) ServicesJSON(out io.Writer, l ServiceList) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/services/v1")
	s.strings("environments", l.Environments)
	s.newline(1)
	s.key("services")
	s.open('[')
	for _, x := range l.Services {
		s.newline(2)
		s.open('{')
		s.strMember("name", x.Name)
		s.strMember("category", x.Category)
		s.key("default")
		s.bool(x.Default)
		s.key("files")
		s.open('{')
		for i, f := range x.Files {
			if f != "" {
				s.strMember(l.Environments[i], f)
			}
		}
		s.close('}')
		s.strings("missing", x.Missing)
		if len(x.Shadowed) > 0 {
			s.strings("shadowed", x.Shadowed)
		}
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	s.key("counts")
	s.open('{')
	s.intMember("services", len(l.Services))
	s.close('}')
	return s.end(out)
}

// VersionJSON writes hoist/version/v1.
func (w Words) VersionJSON(out io.Writer, version, compiler, platform string) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/version/v1")
	s.strMember("version", version)
	s.strMember("go", compiler)
	s.strMember("platform", platform)
	return s.end(out)
}
