package rule

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/value"
)

// Judge is what rules say of the values at one key, one for each environment:
// the breaches, rule by rule in the order given. Null, absent and placeholders
// are no breach, since a person must still supply them; skip, where it is not
// nil, names further values (by index) that are not looked at.
func Judge(rules []*Allow, envs []string, values []value.Value, skip func(i int) bool) []Breach {
	ready := make([]bool, len(envs))
	for i, v := range values {
		ready[i] = v.Present() && !Placeholder(v) && (skip == nil || !skip(i))
	}
	return JudgeReady(rules, envs, values, ready)
}

// JudgeReady is Judge for a caller that has found out by itself in which
// environments there is a value to judge.
func JudgeReady(rules []*Allow, envs []string, values []value.Value, ready []bool) []Breach {
	var out []Breach
	j := judge{envs, values, ready}
	for _, r := range rules {
		if r.Values != nil {
			out = j.wanted(out, r)
		}
		for _, g := range r.Distinct {
			out = j.distinct(out, r, g)
		}
		for _, g := range r.Equal {
			out = j.equal(out, r, g)
		}
	}
	return out
}

type judge struct {
	envs   []string
	values []value.Value
	ready  []bool // by environment: there is a value to judge
}

// wanted is one breach for each environment whose value is not what r wants.
func (j *judge) wanted(out []Breach, r *Allow) []Breach {
	for i, env := range j.envs {
		w, ok := r.Values[env]
		if ok && j.ready[i] && !w.Accepts(j.values[i]) {
			out = append(out, Breach{BadValue, []string{env}, r.WantText(env), w.where(r.Place)})
		}
	}
	return out
}

// distinct is one breach for each value that stands twice in a group.
func (j *judge) distinct(out []Breach, r *Allow, group []string) []Breach {
	told := make([]bool, len(j.envs))
	in := j.members(group)
	for n, a := range in {
		if told[a] {
			continue
		}
		same := []string{j.envs[a]}
		for _, b := range in[n+1:] {
			if j.values[a].Equal(j.values[b]) {
				told[b] = true
				same = append(same, j.envs[b])
			}
		}
		if len(same) > 1 {
			out = append(out, Breach{NotDistinct, same, groupText(group), r.Place})
		}
	}
	return out
}

// equal is one breach where the values of a group are not all equal.
func (j *judge) equal(out []Breach, r *Allow, group []string) []Breach {
	in := j.members(group)
	var names []string
	differ := false
	for _, i := range in {
		names = append(names, j.envs[i])
		differ = differ || !j.values[i].Equal(j.values[in[0]])
	}
	if differ {
		out = append(out, Breach{NotEqual, names, groupText(group), r.Place})
	}
	return out
}

// members are the indexes of a group's environments that have a value to judge,
// in the order of the environments.
func (j *judge) members(group []string) (in []int) {
	for i, env := range j.envs {
		if j.ready[i] && slices.Contains(group, env) {
			in = append(in, i)
		}
	}
	return in
}

func groupText(group []string) string { return "[" + strings.Join(group, ", ") + "]" }
