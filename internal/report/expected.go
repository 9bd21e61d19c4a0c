package report

import (
	"strings"

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

// expectedLine counts the allowed differences by group. It reports whether it
// has been told how to list them.
func (v *view) expectedLine(p *page, told bool) bool {
	names, counts := v.expectedGroups()
	var parts []string
	for _, n := range names {
		parts = append(parts, n+" "+argText(counts[n]))
	}
	title := v.title(msgExpected, v.s.Counts.Expected)
	p.gap()
	v.w.hanging(p, v.w.paint(bold, title)+"  ", cells(title)+between, strings.Join(parts, v.w.say(msgAnd)))
	if !told {
		v.w.prose(p, 2, v.w.say(msgMoreExpected))
	}
	return true
}

func (v *view) expectedGroups() (names []string, counts map[string]int) {
	counts = map[string]int{}
	for i := range v.s.Keys {
		if k := &v.s.Keys[i]; k.Status == compare.Expected {
			n := v.groupName(firstRule(k))
			if counts[n] == 0 {
				names = append(names, n)
			}
			counts[n]++
		}
	}
	return names, counts
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
