package promotion

import (
	"slices"
	"strings"
)

// Trailers are what a message says for machines (git-interpret-trailers(1)).
type Trailers struct {
	From, To []string // names of environments
	Plans    []string // one trailer each
	Sources  []Source
	Reverts  []string // commits that this one takes back
}

// The tokens of the trailers.
const (
	tokenFrom    = "Hoist-From"
	tokenTo      = "Hoist-To"
	tokenPlan    = "Hoist-Plan"
	tokenSource  = "Hoist-Source"
	tokenReverts = "Hoist-Reverts"
)

// Mark is in every message that Parse takes, as git log --grep finds it.
const Mark = tokenTo + ":"

// Promotion reports whether a commit with these trailers took something from one
// environment to another. (What takes a promotion back did not.)
func (t Trailers) Promotion() bool {
	return len(t.From) > 0 && len(t.To) > 0 && len(t.Reverts) == 0
}

// Revert reports whether it took promotions back.
func (t Trailers) Revert() bool { return len(t.To) > 0 && len(t.Reverts) > 0 }

func (f Facts) trailers() Trailers {
	t := Trailers{To: slices.Clone(f.To)}
	if f.Reverts != nil {
		t.Reverts = []string{f.Reverts.Commit}
		return t
	}
	if len(f.Moved) == 0 {
		return Trailers{}
	}
	t.From, t.Plans, t.Sources = slices.Clone(f.From), slices.Clone(f.Plans), slices.Clone(f.Sources)
	return t
}

// String is the trailers, one a line, without a line break at the end; "" where
// there are none.
func (t Trailers) String() string {
	var out []string
	add := func(token, value string) {
		if value != "" {
			out = append(out, token+": "+value)
		}
	}
	add(tokenFrom, strings.Join(t.From, ", "))
	add(tokenTo, strings.Join(t.To, ", "))
	for _, p := range t.Plans {
		add(tokenPlan, p)
	}
	for _, s := range t.Sources {
		add(tokenSource, s.String())
	}
	for _, r := range t.Reverts {
		add(tokenReverts, r)
	}
	return strings.Join(out, "\n")
}

// Parse reads the trailers of a commit message; ok is false where hoist made no
// promotion and took none back. Unlike git it takes trailers from every block of
// the message that has nothing but trailers in it: squashing and merging on a
// forge puts text behind them, and brings several promotions together. Tokens
// count whatever their case is; a value goes on in lines that start with blanks.
func Parse(message string) (t Trailers, ok bool) {
	for _, block := range blocks(message) {
		if entries := trailers(block); entries != nil {
			t.take(entries)
		}
	}
	return t, t.Promotion() || t.Revert()
}

// EndsInTrailers reports whether the last paragraph of a message has nothing but
// trailers in it, and is not its subject: more of them go into the same one.
func EndsInTrailers(message string) bool {
	all := slices.DeleteFunc(blocks(message), func(b []string) bool { return len(b) == 0 })
	return len(all) > 1 && trailers(all[len(all)-1]) != nil
}

// blocks are the paragraphs of a text, as lines.
func blocks(text string) (out [][]string) {
	var block []string
	for l := range strings.SplitSeq(text, "\n") {
		l = strings.TrimRight(l, " \t\r")
		if l != "" {
			block = append(block, l)
			continue
		}
		out, block = append(out, block), nil
	}
	return append(out, block)
}

type trailer struct{ token, value string }

// trailers reads a block; nil where a line of it is none.
func trailers(block []string) (out []trailer) {
	for _, l := range block {
		if l[0] == ' ' || l[0] == '\t' {
			if out == nil {
				return nil
			}
			last := &out[len(out)-1]
			last.value = strings.TrimSpace(last.value + " " + strings.TrimSpace(l))
			continue
		}
		token, value, ok := strings.Cut(l, ":")
		if !ok || !isToken(token) {
			return nil
		}
		out = append(out, trailer{token, strings.TrimSpace(value)})
	}
	return out
}

// isToken: letters, digits and hyphens (git-interpret-trailers(1)).
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

func (t *Trailers) take(entries []trailer) {
	for _, e := range entries {
		if e.value == "" {
			continue
		}
		switch {
		case strings.EqualFold(e.token, tokenFrom):
			t.From = joined(t.From, environments(e.value)...)
		case strings.EqualFold(e.token, tokenTo):
			t.To = joined(t.To, environments(e.value)...)
		case strings.EqualFold(e.token, tokenPlan):
			t.Plans = joined(t.Plans, e.value)
		case strings.EqualFold(e.token, tokenSource):
			t.Sources = joined(t.Sources, ParseSource(e.value))
		case strings.EqualFold(e.token, tokenReverts):
			t.Reverts = joined(t.Reverts, e.value)
		}
	}
}

func joined[T comparable](have []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(have, x) {
			have = append(have, x)
		}
	}
	return have
}

func environments(list string) (out []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Text is a message without its subject and its trailers. (`Synced: x` alone in
// its block looks like one; real ones have a hyphen in some token.)
func Text(message string) string {
	var out []string
	subject := true
	for _, block := range blocks(message) {
		if len(block) == 0 {
			continue
		}
		isTrailers := slices.ContainsFunc(trailers(block), func(t trailer) bool { return strings.Contains(t.token, "-") })
		if !subject && !isTrailers {
			out = append(out, strings.Join(block, "\n"))
		}
		subject = false
	}
	return strings.Join(out, "\n\n")
}
