package report

import (
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/rule"
)

// expected lists the allowed differences, rule by rule, with the reason.
func (v *view) expected(keys []*compare.Key) (out []group) {
	a := attention{compare.Expected, ".", green, msgExpected}
	at := map[*rule.Allow]int{}
	for _, k := range keys {
		r := firstRule(k)
		i, ok := at[r]
		if !ok {
			i = len(out)
			at[r] = i
			out = append(out, group{title: v.ruleTitle(r), st: dim})
		}
		out[i].rows = append(out[i].rows, v.row(a, k))
	}
	return out
}

func firstRule(k *compare.Key) *rule.Allow {
	if len(k.Rules) == 0 {
		return nil
	}
	return k.Rules[0]
}

func (v *view) ruleTitle(r *rule.Allow) string {
	if r == nil {
		return v.w.say(msgOtherRules)
	}
	reason := visible(r.Reason)
	if r.Group != "" {
		reason = visible(r.Group) + v.w.say(msgColon) + reason
	}
	return reason + v.w.at(r.Place)
}

// allowed are the allowed differences of all services by the names of their
// groups, in the order in which they were met.
type allowed struct {
	names  []string
	counts map[string]int
	total  int
}

func (a *allowed) add(v *view) {
	if a.counts == nil {
		a.counts = map[string]int{}
	}
	for i := range v.s.Keys {
		if k := &v.s.Keys[i]; k.Status == compare.Expected {
			n := v.groupName(firstRule(k))
			if a.counts[n] == 0 {
				a.names = append(a.names, n)
			}
			a.counts[n]++
			a.total++
		}
	}
}

// write counts the allowed differences, and says how to list them.
func (a *allowed) write(w Words, p *page) {
	if a.total == 0 {
		return
	}
	var list []item
	for _, n := range a.names {
		list = append(list, item{text: n + " " + argText(a.counts[n])})
	}
	title := w.say(msgExpected) + "  " + argText(a.total)
	p.gap()
	w.items(p, w.paint(bold, title)+"  ", cells(title)+between, list)
	w.painted(p, 2, dim, w.say(msgMoreExpected))
}

// groupName is a rule's group, else its reason, else its first key.
func (v *view) groupName(r *rule.Allow) string {
	switch {
	case r == nil:
		return v.w.say(msgOtherRules)
	case r.Group != "":
		return visible(r.Group)
	case r.Reason != "":
		return visible(r.Reason)
	case len(r.Keys) > 0:
		return visible(r.Keys[0].String())
	}
	return v.w.say(msgOtherRules)
}
