package report

import (
	"io"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
)

// Verify writes what a verify found: each file, what failed, what will change in
// the cluster (full: in full, and how), what remains. The last line says whether
// it holds.
func (w Words) Verify(out io.Writer, v *plan.Verified, full *RenderedView) error {
	p := &page{out: out}
	changes := 0
	for _, f := range v.Files {
		changes += f.Changes
		mark, st, note := "=", green, w.say(msgChanges, "n", f.Changes)
		if f.Edited {
			mark, st, note = "~", amber, note+w.say(msgEditedSince)
		}
		w.beside(p, "  "+w.paint(st, mark)+" ", visible(f.Path), note)
	}
	if len(v.Failures) > 0 {
		p.gap()
	}
	w.failures(p, v.Failures)
	w.rendered(p, v.Rendered, full)
	w.remaining(p, v)
	p.gap()
	m := msgVerified
	if len(v.Files) == 0 && len(v.Failures) == 0 {
		m = msgVerifyNothing
	}
	w.painted(p, 0, bold, w.say(m, "failures", len(v.Failures), "changes", changes, "files", len(v.Files)))
	return p.flush()
}

func (w Words) failure(p *page, f plan.Failure) {
	w.headline(p, "", visible(f.Place.String()), w.say(labelError), boldRed, w.failureText(f)+" ["+string(f.Code)+"]")
}

// failures lists what failed. On a terminal the keys of one file that failed alike
// are told of together.
func (w Words) failures(p *page, list []plan.Failure) {
	for len(list) > 0 {
		n := 1
		for w.Width > 0 && n < len(list) && list[n].Code == list[0].Code && list[n].Place.File == list[0].Place.File && list[n].Rule == list[0].Rule {
			n++
		}
		w.failure(p, list[0])
		var names []item
		for _, f := range list[1:n] {
			names = append(names, item{text: visible(f.Path.String())})
		}
		if more := w.say(msgAlike, "n", n-1); n > 1 {
			w.items(p, "  "+w.paint(dim, more)+" ", 2+cells(more)+1, names)
		}
		list = list[n:]
	}
}

func (w Words) failureText(f plan.Failure) string {
	t, ok := failureTexts[f.Code]
	if !ok {
		return visible(string(f.Code) + " " + f.Path.String())
	}
	return w.say(t, "path", visible(f.Path.String()), "environment", visible(f.Environment), "service", visible(f.Service),
		"rule", visible(lineOf(f.Rule)), "file", visible(f.Place.File), "problem", w.sentenceOf(f.Problem))
}

// remaining is what still needs attention, and is no failure.
func (w Words) remaining(p *page, v *plan.Verified) {
	if v.Counts.NeedAttention() == 0 {
		return
	}
	p.gap()
	w.beside(p, "", w.paint(bold, w.say(msgRemaining)), w.say(msgRemainingNote))
	for _, r := range v.Remaining {
		if r.Counts.NeedAttention() > 0 {
			name, c := visible(r.Service), r.Counts
			c.Expected, c.Same = 0, 0
			w.items(p, "  "+name+"  ", 2+cells(name)+between, w.numbers(c))
		}
	}
}

// VerifyJSON writes hoist/verify/v1.
func (w Words) VerifyJSON(out io.Writer, v *plan.Verified, full *RenderedView) error {
	w = w.english()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/verify/v1")
	s.newline(1)
	s.key("files")
	s.open('[')
	for _, f := range v.Files {
		s.newline(2)
		s.open('{')
		s.strMember("path", f.Path)
		s.strMember("environment", f.Environment)
		s.strMember("service", f.Service)
		s.intMember("changes", f.Changes)
		s.key("edited")
		s.bool(f.Edited)
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	s.key("failures")
	s.open('[')
	for _, f := range v.Failures {
		s.newline(2)
		w.failureJSON(s, f)
	}
	s.close(']')
	s.newline(1)
	s.key("remaining")
	s.open('[')
	for _, r := range v.Remaining {
		s.newline(2)
		s.open('{')
		s.strMember("service", r.Service)
		countsJSON(s, r.Counts)
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	w.renderedJSON(s, v.Rendered, full)
	s.newline(1)
	countsJSON(s, v.Counts)
	return s.end(out)
}

func (w Words) failureJSON(s *scribe, f plan.Failure) {
	s.open('{')
	s.strMember("code", string(f.Code))
	s.strMember("environment", f.Environment)
	s.strMember("service", f.Service)
	s.strMember("path", f.Path.String())
	s.strMember("file", f.Place.File)
	s.intMember("line", f.Place.Line)
	s.strMember("message", w.failureText(f))
	s.key("rule")
	if f.Rule.File == "" {
		s.any(nil)
	} else {
		s.open('{')
		placeJSON(s, f.Rule)
		s.close('}')
	}
	s.close('}')
}

var msgAlike = Message{"also {n} {n|key|keys}:", "另有 {n} 个键："}

// statusText is a status as people read it.
func (w Words) statusText(s compare.Status) string {
	switch s {
	case compare.Violation:
		return w.say(msgViolation)
	case compare.Pending:
		return w.say(msgPending)
	case compare.Different:
		return w.say(msgDifferent)
	case compare.Missing:
		return w.say(msgMissing)
	case compare.Expected:
		return w.say(msgStatusExpected)
	}
	return w.say(msgStatusSame)
}
