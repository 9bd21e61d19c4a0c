package report

import (
	"io"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/problem"
)

// DiffJSON writes a comparison as hoist/diff/v1, service by service; the
// environments are in promotion order.
func (w Words) DiffJSON(out io.Writer, environments []string, o DiffOptions) DiffWriter {
	return &diffJSON{w: w.english(), o: o, environments: environments, out: out}
}

type diffJSON struct {
	w            Words
	o            DiffOptions
	environments []string
	out          io.Writer
	s            scribe
	begun        bool
}

func (d *diffJSON) begin() {
	if d.begun {
		return
	}
	d.begun = true
	d.s.open('{')
	d.s.strMember("schema", "hoist/diff/v1")
	d.s.strings("environments", d.environments)
	d.s.newline(1)
	d.s.key("services")
	d.s.open('[')
}

func (d *diffJSON) flush() error {
	_, err := d.out.Write(d.s.b)
	d.s.b = d.s.b[:0]
	return err
}

func (d *diffJSON) Close(total compare.Counts) error {
	d.begin()
	d.s.close(']')
	d.s.newline(1)
	countsJSON(&d.s, total)
	d.s.close('}')
	d.s.b = append(d.s.b, '\n')
	return d.flush()
}

func (d *diffJSON) Service(x *compare.Service) error {
	d.begin()
	s, w := &d.s, d.w.fresh()
	s.newline(2)
	s.open('{')
	s.strMember("name", x.Name)
	s.key("files")
	s.open('{')
	for i, e := range x.Environments {
		if x.Files[i] != nil || x.Paths[i] != "" && d.w.unreadable(x, i) {
			s.strMember(e, x.Paths[i])
		}
	}
	s.close('}')
	s.newline(3)
	s.key("keys")
	s.open('[')
	for i := range x.Keys {
		if k := &x.Keys[i]; !d.o.DiffOnly || k.Status != compare.Same {
			s.newline(4)
			w.keyJSON(s, x, k)
		}
	}
	s.close(']')
	s.newline(3)
	s.key("notes")
	d.w.notesJSON(s, x.Notes)
	s.key("errors")
	d.w.problems(s, x.Problems)
	s.newline(3)
	countsJSON(s, x.Counts)
	s.close('}')
	return d.flush()
}

func (w Words) unreadable(x *compare.Service, env int) bool {
	for _, p := range x.Problems {
		if p.Place.File == x.Paths[env] {
			return true
		}
	}
	return false
}

func countsJSON(s *scribe, c compare.Counts) {
	s.key("counts")
	s.open('{')
	s.intMember("same", c.Same)
	s.intMember("different", c.Different)
	s.intMember("expected", c.Expected)
	s.intMember("missing", c.Missing)
	s.intMember("pending", c.Pending)
	s.intMember("violation", c.Violation)
	s.close('}')
}

// keyJSON writes one key. Environments that do not have it are left out.
func (w Words) keyJSON(s *scribe, x *compare.Service, k *compare.Key) {
	s.open('{')
	w.keyMembers(s, x, k)
	s.close('}')
}

func (w Words) keyMembers(s *scribe, x *compare.Service, k *compare.Key) {
	s.strMember("path", k.Path.String())
	s.strMember("status", k.Status.String())
	s.key("values")
	s.open('{')
	t, masked := subtree{service: x.Name, secret: secretByRule(k.Rules)}, false
	for i, v := range k.Values {
		if v.Present() {
			s.key(x.Environments[i])
			masked = w.content(s, t, k.Path, k.Nodes[i], v) || masked
		}
	}
	s.close('}')
	s.key("lines")
	s.open('{')
	for i, n := range k.Nodes {
		if n.Valid() {
			s.intMember(x.Environments[i], n.Line())
		}
	}
	s.close('}')
	w.typesJSON(s, x, k)
	s.trueMember("masked", masked)
	w.ruleJSON(s, k)
}

// typesJSON are the types, where they matter.
func (w Words) typesJSON(s *scribe, x *compare.Service, k *compare.Key) {
	if !k.Types && !k.Shape {
		return
	}
	s.key("types")
	s.open('{')
	for i, v := range k.Values {
		if v.Present() {
			s.strMember(x.Environments[i], v.TypeName())
		}
	}
	s.close('}')
}

// ruleJSON is what hoist.yaml says about a key: of the first rule that covers
// it. Who waits and what is broken stands only where it is so.
func (w Words) ruleJSON(s *scribe, k *compare.Key) {
	group, reason := "", ""
	if len(k.Rules) > 0 {
		group, reason = k.Rules[0].Group, k.Rules[0].Reason
	}
	hint := hintOf(k.Rules)
	if hint == "" && k.NearMiss != "" {
		hint = w.nearMiss(k.NearMiss, k.Suggestion)
	}
	s.strMember("group", group)
	s.strMember("reason", reason)
	s.strMember("hint", hint)
	if len(k.Pending) > 0 {
		s.strings("pending", k.Pending)
	}
	if len(k.Breaches) > 0 {
		w.breachesJSON(s, k)
	}
}

func (w Words) breachesJSON(s *scribe, k *compare.Key) {
	s.key("breaches")
	s.open('[')
	for _, b := range k.Breaches {
		s.open('{')
		s.strMember("rule", string(b.Kind))
		s.strings("environments", b.Environments)
		s.strMember("want", w.masker().Text(b.Want))
		placeJSON(s, b.Place)
		s.close('}')
	}
	s.close(']')
}

// placeJSON is file and line, as members.
func placeJSON(s *scribe, p problem.Place) {
	s.strMember("file", p.File)
	s.intMember("line", p.Line)
}

func (w Words) notesJSON(s *scribe, notes []compare.Note) {
	s.open('[')
	for _, n := range notes {
		s.open('{')
		s.strMember("code", string(n.Code))
		s.strMember("path", n.Path.String())
		s.strings("environments", n.Environments)
		s.strMember("message", w.note(n))
		placeJSON(s, n.Place)
		s.close('}')
	}
	s.close(']')
}
