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

// Services writes a table: name, category, and a sign for each environment; the
// last line is their number. What is missing is named with its path.
func (w Words) Services(out io.Writer, l ServiceList) error {
	p := &page{out: out}
	names, categories := cells(w.say(msgService)), cells(w.say(msgCategory))
	for _, s := range l.Services {
		names = max(names, cells(visible(s.Name))+2)
		categories = max(categories, cells(visible(s.Category)))
	}
	head := "  " + pad(w.say(msgService), names) + "  " + pad(w.say(msgCategory), categories)
	for _, e := range l.Environments {
		head += "  " + pad(e, cells(w.say(msgMissing)))
	}
	if len(l.Services) > 0 {
		p.line(w.paint(bold, strings.TrimRight(head, " ")))
	}
	for _, s := range l.Services {
		w.serviceRow(p, l.Environments, s, names, categories)
	}
	p.gap()
	p.line(w.say(msgServices, "n", len(l.Services)))
	return p.flush()
}

func (w Words) serviceRow(p *page, envs []string, s ServiceRow, names, categories int) {
	name := visible(s.Name)
	mark := ""
	if s.Default {
		mark = " *"
	}
	parts := []string{"  ", w.paint(bold, name), mark, strings.Repeat(" ", max(0, names-cells(name+mark))), "  ", pad(visible(s.Category), categories)}
	for i, e := range envs {
		text, st := "ok", green
		if i >= len(s.Files) || s.Files[i] == "" {
			text, st = "-", dim
		} else if slices.Contains(s.Missing, e) {
			text, st = w.say(msgMissing), amber
		}
		parts = append(parts, "  ", w.cell(cell{text, st}, max(cells(e), cells(w.say(msgMissing))), i+1 == len(envs)))
	}
	p.line(parts...)
	for i, e := range envs {
		if i < len(s.Files) && s.Files[i] != "" && slices.Contains(s.Missing, e) {
			p.line(strings.Repeat(" ", margin), w.paint(amber, w.say(msgAbsent)), " ", visible(s.Files[i]))
		}
	}
	for _, f := range s.Shadowed {
		p.line(strings.Repeat(" ", margin), w.paint(amber, w.say(msgShadowed)), " ", visible(f))
	}
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
