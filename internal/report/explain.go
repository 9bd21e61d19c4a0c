package report

import (
	"io"
	"strings"
	"time"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/rule"
)

// Explain says of each key in s why it has its status: its values with their
// places, the rules that cover it, and the reason in a sentence. s is the
// comparison with the keys that were asked for and no others.
func (w Words) Explain(out io.Writer, s *compare.Service) error {
	p := &page{out: out}
	for _, x := range s.Problems {
		w.problem(p, x, "")
	}
	v := view{w: w.fresh(), s: s}
	by := byStatus(s)
	for _, st := range []compare.Status{compare.Violation, compare.Pending, compare.Different, compare.Missing, compare.Expected, compare.Same} {
		if st == compare.Same && len(s.Keys) > 1 {
			v.alike(p, by[st])
			continue
		}
		for _, k := range by[st] {
			p.gap()
			v.explainKey(p, k)
		}
	}
	return p.flush()
}

// alike lists keys of which there is no more to say than their value.
func (v *view) alike(p *page, keys []*compare.Key) {
	if len(keys) == 0 {
		return
	}
	rows := v.rows(attention{compare.Same, "=", noStyle, msgSame}, keys)
	p.gap()
	v.w.table(v.s.Environments, rows).section(p, section{v.title(msgSame, len(keys)), []group{{rows: rows}}})
}

func (v *view) explainKey(p *page, k *compare.Key) {
	w := v.w
	st := green
	for _, a := range attentions() {
		if a.status == k.Status {
			st = a.st
		}
	}
	name, status, service := visible(k.Path.String()), w.statusText(k.Status), "("+visible(v.s.Name)+")"
	if w.Width > 0 && cells(name+status+service)+2*between > w.width() {
		p.line(w.paint(bold, name))
		p.line("  ", w.paint(st, status), "  ", w.paint(dim, service))
	} else {
		p.line(w.paint(bold, name), "  ", w.paint(st, status), "  ", w.paint(dim, service))
	}
	v.places(p, k)
	for _, r := range k.Rules {
		v.rule(p, r)
	}
	for _, r := range v.explain(k) {
		w.remark(p, 2, r)
	}
	w.labelled(p, "  ", w.say(labelWhy), v.why(k))
}

// places are the values with file and line, nothing cut.
func (v *view) places(p *page, k *compare.Key) {
	w := v.w
	secret := secretByRule(k.Rules) || w.secret(v.s.Name, k.Path)
	names, widest := 0, 0
	texts, places := make([]string, len(v.s.Environments)), make([]string, len(v.s.Environments))
	for i, e := range v.s.Environments {
		texts[i] = v.at(k, i, secret).text
		if k.Nodes[i].Valid() {
			places[i] = visible(lineOf(k.Nodes[i].Place()))
		}
		names, widest = max(names, cells(e)), max(widest, cells(texts[i])+between+cells(places[i]))
	}
	room := w.width() - margin - names - between
	for i, e := range v.s.Environments {
		lines := []string{texts[i]}
		switch {
		case w.Width == 0 || widest <= room:
			lines[0] += "  " + w.paint(dim, places[i])
		default:
			lines = chop(texts[i], room)
			if places[i] != "" {
				lines = append(lines, w.paint(dim, places[i]))
			}
		}
		for n, l := range lines {
			if n > 0 {
				e = ""
			}
			p.line("    ", pad(e, names+between), l)
		}
	}
}

// rule is one rule of hoist.yaml with what it says.
func (v *view) rule(p *page, r *rule.Allow) {
	w := v.w
	w.labelled(p, "  ", w.say(labelRule), visible(lineOf(r.Place))+"  "+visible(r.Name())+w.say(msgColon)+visible(r.Reason))
	var parts []string
	for _, k := range r.Keys {
		parts = append(parts, visible(k.String()))
	}
	if len(parts) > 0 {
		w.prose(p, below, w.say(msgRuleKeys, "keys", strings.Join(parts, w.say(msgAnd))))
	}
	for _, e := range v.s.Environments {
		if _, ok := r.Values[e]; ok {
			w.prose(p, below, w.say(msgBadValue, "environments", visible(e), "want", visible(w.masker().Text(r.WantText(e)))))
		}
	}
	for _, g := range r.Distinct {
		w.prose(p, below, w.say(msgRuleDistinct, "environments", w.list(g)))
	}
	for _, g := range r.Equal {
		w.prose(p, below, w.say(msgRuleEqual, "environments", w.list(g)))
	}
	if len(r.Absent) > 0 {
		w.prose(p, below, w.say(msgRuleAbsent, "environments", w.list(r.Absent)))
	}
	if !r.Until.IsZero() {
		w.prose(p, below, w.say(msgRuleUntil, "until", r.Until.Format(time.DateOnly)))
	}
	if r.Secret {
		w.prose(p, below, w.say(msgRuleSecret))
	}
}

// why is the reason for a key's status in a sentence.
func (v *view) why(k *compare.Key) string {
	w := v.w
	var present, absent []string
	for i, e := range v.s.Environments {
		if k.Values[i].Present() {
			present = append(present, e)
		} else {
			absent = append(absent, e)
		}
	}
	t := whyTexts()[k.Status]
	if k.Status == compare.Same && len(k.Rules) > 0 {
		t = msgWhySameRule
	}
	if k.Status == compare.Different && k.Shape {
		t = msgWhyShape
	}
	place := ""
	if len(k.Rules) > 0 {
		place = visible(lineOf(k.Rules[0].Place))
	}
	return w.say(t, "present", w.list(present), "absent", w.list(absent), "p", len(present), "a", len(absent),
		"pending", w.list(k.Pending), "n", len(k.Pending), "rule", place)
}

func whyTexts() map[compare.Status]Message {
	return map[compare.Status]Message{compare.Violation: msgWhyViolation, compare.Pending: msgWhyPending, compare.Different: msgWhyDifferent,
		compare.Missing: msgWhyMissing, compare.Expected: msgWhyExpected, compare.Same: msgWhySame}
}

// ExplainJSON writes hoist/explain/v1. With one key, what is said of it stands
// at the top; with several the top says what they have in common, and keys has
// them all.
func (w Words) ExplainJSON(out io.Writer, x *compare.Service) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/explain/v1")
	s.strMember("service", x.Name)
	s.strings("environments", x.Environments)
	s.newline(1)
	if len(x.Keys) == 1 {
		w.explainMembers(s, x, &x.Keys[0])
	} else {
		s.strMember("path", commonPath(x.Keys).String())
		s.strMember("status", worst(x.Keys))
	}
	s.newline(1)
	s.key("keys")
	s.open('[')
	for i := range x.Keys {
		s.newline(2)
		s.open('{')
		w.explainMembers(s, x, &x.Keys[i])
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	s.key("errors")
	w.problems(s, x.Problems)
	return s.end(out)
}

// worst is the status of several keys: the one a person should look at first.
func worst(keys []compare.Key) string {
	if len(keys) == 0 {
		return ""
	}
	w := compare.Same
	for _, k := range keys {
		w = min(w, k.Status)
	}
	return w.String()
}

// commonPath is the deepest path that all keys are under.
func commonPath(keys []compare.Key) keypath.Path {
	if len(keys) == 0 {
		return keypath.Path{}
	}
	p := keys[0].Path
	for _, k := range keys {
		for ok := true; ok && !k.Path.Under(p); {
			p, ok = p.Parent()
		}
	}
	return p
}

func (w Words) explainMembers(s *scribe, x *compare.Service, k *compare.Key) {
	w.keyMembers(s, x, k)
	s.key("files")
	s.open('{')
	for i, e := range x.Environments {
		if x.Paths[i] != "" && x.Files[i] != nil {
			s.strMember(e, x.Paths[i])
		}
	}
	s.close('}')
	s.key("rules")
	s.open('[')
	for _, r := range k.Rules {
		s.open('{')
		placeJSON(s, r.Place)
		var keys []string
		for _, p := range r.Keys {
			keys = append(keys, p.String())
		}
		s.strings("keys", keys)
		s.strMember("group", r.Group)
		s.strMember("reason", r.Reason)
		s.strMember("hint", r.Hint)
		s.key("secret")
		s.bool(r.Secret)
		until := ""
		if !r.Until.IsZero() {
			until = r.Until.Format(time.DateOnly)
		}
		s.strMember("until", until)
		s.close('}')
	}
	s.close(']')
	v := view{w: w, s: x}
	s.strMember("why", v.why(k))
}
