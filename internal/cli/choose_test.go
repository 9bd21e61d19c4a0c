package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
)

// units are keys by service, in both targets.
func units(names ...string) (out []plan.Unit) {
	for _, n := range names {
		service, key, _ := strings.Cut(n, ":")
		u := plan.Unit{Service: service, Path: keypath.Path{}.Child(key)}
		for _, env := range []string{"staging", "prod"} {
			u.Changes = append(u.Changes, plan.UnitChange{File: &plan.File{Environment: env, Service: service}, Change: &plan.Change{Path: u.Path}})
		}
		out = append(out, u)
	}
	return out
}

// scripted answers from a list, and then ends.
func scripted(answers []string, reasons map[string]string, shown *[]string) chooser {
	next := func() (string, error) {
		if len(answers) == 0 {
			return "", io.EOF
		}
		a := answers[0]
		answers = answers[1:]
		return a, nil
	}
	return chooser{
		show: func(u plan.Unit, n, total int) error {
			*shown = append(*shown, fmt.Sprintf("%d/%d %s %v", n, total, u.Path, u.Environments()))
			return nil
		},
		ask:    func([]string) (string, error) { return next() },
		help:   func([]string, plan.Unit) { *shown = append(*shown, "help") },
		reason: func(u plan.Unit) (string, error) { return reasons[u.Path.String()], nil },
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		answers string
		left    string // env:key
		rules   string
	}{
		{"y y y y", "", ""},
		{"n y n y", "staging:k1 prod:k1 staging:k3 prod:k3", ""},
		{"a y y", "", ""},
		{"y d y y", "staging:k2 prod:k2", ""},
		{"d n y", "staging:k1 prod:k1 staging:k2 prod:k2 staging:k3 prod:k3", ""},
		{"s y n y y y", "prod:k1", ""},
		{"S N Y y y y", "staging:k1", ""},
		{"? x y y y y", "", ""},
		{"y q", "staging:k2 prod:k2 staging:k3 prod:k3 staging:k4 prod:k4", ""},
		{"", "staging:k1 prod:k1 staging:k2 prod:k2 staging:k3 prod:k3 staging:k4 prod:k4", ""},
		{"e e y y y", "staging:k1 prod:k1", "a:k1=why"},
	} {
		var shown []string
		d, err := scripted(strings.Fields(c.answers), map[string]string{"k1": "why"}, &shown).choose(units("a:k1", "a:k2", "b:k3", ":k4"))
		if err != nil {
			t.Fatal(err)
		}
		var left, rules []string
		for _, l := range d.leave {
			left = append(left, l.Environment+":"+l.Path.String())
		}
		for _, e := range d.expect {
			rules = append(rules, e.service+":"+e.path.String()+"="+e.reason)
		}
		if c.answers == "e e y y y" { // the second e is k2's, whose reason is empty: asked again
			c.left = "staging:k1 prod:k1"
		}
		if got := strings.Join(left, " "); got != c.left || strings.Join(rules, " ") != c.rules {
			t.Errorf("%q: left %s, rules %v\n%s", c.answers, got, rules, strings.Join(shown, "\n"))
		}
	}
}

// TestChooseLaws: whatever is answered, each key of each target is left at most
// once, and left unless a y or an a took it.
func TestChooseLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOf(rapid.SampledFrom([]string{"y", "n", "a", "d", "s", "q", "?", "e", ""})).Draw(t, "answers")
		all := units("a:k1", "a:k2", "b:k3", "b:k4", ":k5")
		var shown []string
		d, err := scripted(answers, map[string]string{"k2": "r"}, &shown).choose(all)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[plan.Left]bool{}
		for _, l := range d.leave {
			if seen[l] {
				t.Fatalf("%v twice", l)
			}
			seen[l] = true
		}
		if !slices.ContainsFunc(answers, func(a string) bool { return a == "y" || a == "a" }) && len(seen) != 2*len(all) {
			t.Fatalf("nothing was taken, and only %d left", len(seen))
		}
	})
}
