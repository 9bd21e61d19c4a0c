package promotion

import "slices"

// Split divides environments into commits so that no two of one group of
// separate come together (`separate` in hoist.yaml); order is kept, and as few
// commits are made as taking each environment into the first that will have it
// gives.
func Split(envs []string, separate [][]string) (out [][]string) {
	for _, e := range envs {
		i := slices.IndexFunc(out, func(have []string) bool { return !clashes(have, e, separate) })
		if i < 0 {
			out = append(out, []string{e})
			continue
		}
		out[i] = append(out[i], e)
	}
	return out
}

func clashes(have []string, env string, separate [][]string) bool {
	return slices.ContainsFunc(separate, func(group []string) bool {
		return slices.Contains(group, env) && slices.ContainsFunc(have, func(h string) bool { return slices.Contains(group, h) })
	})
}

// Mixed are the environments of the first group of separate of which more than
// one is among envs; nil where there is none.
func Mixed(envs []string, separate [][]string) []string {
	for _, group := range separate {
		var both []string
		for _, e := range envs {
			if slices.Contains(group, e) {
				both = append(both, e)
			}
		}
		if len(both) > 1 {
			return both
		}
	}
	return nil
}

// Part is what of the facts the commit at i of parts tells: what is about its
// environments, and in the first also what is about those of no commit.
func (f Facts) Part(parts [][]string, i int) Facts {
	mine := func(env string) bool {
		at := slices.IndexFunc(parts, func(p []string) bool { return slices.Contains(p, env) })
		return at == i || at < 0 && i == 0
	}
	f.To = slices.DeleteFunc(slices.Clone(f.To), func(e string) bool { return !mine(e) })
	f.Moved = slices.DeleteFunc(slices.Clone(f.Moved), func(m Moved) bool { return !mine(m.Environment) })
	f.Held = slices.DeleteFunc(slices.Clone(f.Held), func(h Held) bool { return !mine(h.Environment) })
	if i > 0 {
		f.Allowed = nil
	}
	return f
}
