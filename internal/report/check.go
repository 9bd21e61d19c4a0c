package report

import (
	"io"
	"strings"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/problem"
)

// Check writes findings as a compiler does: place, severity, what, and the code
// in brackets. The last line is the count.
func (w Words) Check(out io.Writer, r *check.Result) error {
	p := &page{out: out}
	for _, x := range r.Problems {
		w.problem(p, x, "")
	}
	for _, f := range r.Findings {
		w.finding(p, f)
	}
	if len(r.Gone) > 0 {
		p.gap()
		w.labelled(p, "", w.say(labelNote), w.say(msgBaselineGone, "n", len(r.Gone)))
	}
	p.gap()
	w.painted(p, 0, bold, w.checkCounts(r))
	return p.flush()
}

func (w Words) finding(p *page, f check.Finding) {
	label, st := w.say(labelError), boldRed
	if f.Severity() == check.Warning {
		label, st = w.say(labelWarns), amber
	}
	w.headline(p, "", visible(f.Place.String()), label, st, w.findingText(f)+" ["+string(f.Code)+"]")
	if h := w.findingHint(f); h != "" {
		w.labelled(p, "  ", w.say(labelHint), h)
	}
}

// findingText is a finding in a sentence.
func (w Words) findingText(f check.Finding) string {
	t, ok := findingTexts[string(f.Code)+" "+f.Kind]
	if !ok {
		t, ok = findingTexts[string(f.Code)]
	}
	if !ok {
		return visible(string(f.Code) + " " + f.Path)
	}
	return fill(t.in(w.Lang), func(name string) string {
		switch name {
		case "path":
			return visible(f.Path)
		case "service":
			return visible(f.Service)
		case "environment":
			return w.list(splitNames(f.Environment))
		case "rule":
			return visible(lineOf(f.Rule))
		}
		return w.explained(string(f.Code), name, f.Arg(name))
	})
}

func splitNames(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// findingHint is the rule's own advice, else what to do about such a finding.
func (w Words) findingHint(f check.Finding) string {
	if h := f.Arg("hint"); h != "" {
		return visible(h)
	}
	t, ok := findingHints[f.Code]
	if !ok {
		return ""
	}
	return w.say(t, "path", visible(f.Path), "suggestion", visible(f.Arg("suggestion")))
}

func (w Words) checkCounts(r *check.Result) string {
	errors, warnings := 0, 0
	for _, f := range r.Findings {
		if f.Severity() == check.Error {
			errors++
		} else {
			warnings++
		}
	}
	return w.say(msgCheckCounts, "errors", errors, "warnings", warnings, "services", r.Services,
		"accepted", notZero(len(r.Accepted)), "unread", notZero(unreadFiles(r.Problems)))
}

// CheckJSON writes hoist/check/v1.
func (w Words) CheckJSON(out io.Writer, r *check.Result) error {
	w = w.english()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/check/v1")
	s.newline(1)
	s.key("findings")
	s.open('[')
	errors := 0
	for _, f := range r.Findings {
		s.newline(2)
		w.findingJSON(s, f)
		if f.Severity() == check.Error {
			errors++
		}
	}
	s.close(']')
	s.newline(1)
	s.key("errors")
	w.problems(s, r.Problems)
	s.newline(1)
	s.key("counts")
	s.open('{')
	s.intMember("services", r.Services)
	s.intMember("errors", errors)
	s.intMember("warnings", len(r.Findings)-errors)
	s.intMember("accepted", len(r.Accepted))
	s.intMember("gone", len(r.Gone))
	s.close('}')
	return s.end(out)
}

func (w Words) findingJSON(s *scribe, f check.Finding) {
	s.open('{')
	s.strMember("code", string(f.Code))
	s.strMember("severity", string(f.Severity()))
	s.strMember("service", f.Service)
	s.strMember("environment", f.Environment)
	s.strMember("path", f.Path)
	s.strMember("file", f.Place.File)
	s.intMember("line", f.Place.Line)
	s.intMember("column", f.Place.Column)
	s.strMember("message", w.findingText(f))
	s.strMember("hint", w.findingHint(f))
	s.key("args")
	s.open('{')
	if f.Kind != "" {
		s.strMember("kind", f.Kind)
	}
	for _, a := range f.Args {
		s.strMember(a.Name, w.masker().Text(a.Text))
	}
	s.close('}')
	s.key("rule")
	if f.Rule.File == "" {
		s.any(nil)
	} else {
		s.open('{')
		placeJSON(s, f.Rule)
		s.close('}')
	}
	s.strMember("fingerprint", f.Fingerprint())
	s.close('}')
}

// unreadFiles is in how many files there are problems.
func unreadFiles(l problem.List) int {
	files := map[string]bool{}
	for _, x := range l {
		files[x.Place.File] = true
	}
	return len(files)
}

// notZero is n, or nothing.
func notZero(n int) string {
	if n == 0 {
		return ""
	}
	return argText(n)
}
