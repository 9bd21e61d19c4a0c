package plan

import (
	"errors"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
)

const planFile = `{"schema": "hoist/plan/v1", "from": "ci", "to": ["prod"], "digest": "sha256:1",
 "choice": {"services": ["app"], "only": ["a"], "except": ["b"], "prune": ["all"], "overwrite": ["c"], "placeholder": true, "images": ["d"],
  "set": [{"environment": "prod", "service": "app", "path": "n", "value": "5"}, {"environment": "prod", "service": "app", "path": "l", "value": ["x", 1, true, null]}]},
 "config": {"path": "hoist.yaml", "sha256": "2"}, "sources": [{"path": "o/ci/app.yaml", "sha256": "3"}],
 "files": [{"path": "o/prod/app.yaml", "environment": "prod", "service": "app", "sha256": "4",
   "changes": [{"path": "a", "action": "set", "before": 1, "after": "sk_****#0123abcd", "line": 3}]}],
 "heldBack": [], "targetOnly": [], "errors": []}`

func decode(t *testing.T, text string) *Saved {
	t.Helper()
	s, err := Decode("p.json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDecode(t *testing.T) {
	s := decode(t, planFile)
	c := s.Choice
	if c.From != "ci" || len(c.To) != 1 || c.Services[0] != "app" || c.Only[0] != "a" || c.Except[0] != "b" || c.Prune[0] != "all" ||
		c.Overwrite[0] != "c" || !c.Placeholder || c.Images[0] != "d" || s.Digest != "sha256:1" {
		t.Errorf("%+v", s)
	}
	if n := c.Set[0]; n.Text != "5" || n.Value.Present() || n.Environment != "prod" || n.Service != "app" || n.Path != "n" {
		t.Errorf("a text is as it was typed: %+v", n)
	}
	want := value.Sequence([]value.Value{value.Text("x"), mustParse(t, "1"), mustParse(t, "true"), value.Of(value.Null)})
	if l := c.Set[1]; !l.Value.Equal(want) {
		t.Errorf("a list has its types: %v", l.Value)
	}
	if u := s.Unresolved(); u.Services != nil || u.From != "ci" || s.Choice.Services == nil {
		t.Errorf("%+v", u)
	}
}

func mustParse(t *testing.T, s string) value.Value {
	t.Helper()
	v, err := value.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBadPlanFiles(t *testing.T) {
	for text, want := range map[string]string{
		"": "not-json", "{": "not-json", "[]": "not-json", "{}": "not-a-plan", `{"schema": "hoist/diff/v1"}`: "not-a-plan",
		strings.Replace(planFile, `"value": "5"`, `"value": {"a": 1}`, 1): "bad-value",
		strings.Replace(planFile, `["ci"`, `[1`, 1) + "x":                 "not-json",
	} {
		_, err := Decode("p.json", strings.NewReader(text))
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != BadFile || p.Arg("reason") != want || p.Place.File != "p.json" {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
}

func TestDiffers(t *testing.T) {
	for _, c := range []struct{ old, new, what, file string }{
		{"", "", "", ""},
		{"#0123abcd", "#ffffffff", "", ""}, // another clone's fingerprint
		{"sk_****", "pk_****", "plan", ""},
		{`"sha256": "2"`, `"sha256": "9"`, "config", "hoist.yaml"},
		{`"sha256": "3"`, `"sha256": "9"`, "source", "o/ci/app.yaml"},
		{`"sha256": "4"`, `"sha256": "9"`, "target", "o/prod/app.yaml"},
		{`"sources": [{"path": "o/ci/app.yaml", "sha256": "3"}]`, `"sources": []`, "source", "o/ci/app.yaml"},
		{`"sources": [`, `"sources": [{"path": "new", "sha256": "3"}, `, "source", "o/ci/app.yaml"},
		{`"sha256": "3"}]`, `"sha256": "3"}, {"path": "new", "sha256": "3"}]`, "source", "new"},
		{"sha256:1", "sha256:9", "plan", ""},
		{`"before": 1`, `"before": 1.0`, "plan", ""},
		{`"line": 3`, `"line": 4`, "plan", ""},
		{`"heldBack": []`, `"heldBack": [{}]`, "plan", ""},
		{`"errors": []`, `"errors": [], "more": 1`, "plan", ""},
		{`{"schema"`, `{{"schema"`, "plan", ""},
	} {
		again := strings.Replace(planFile, c.old, c.new, 1)
		if what, file := decode(t, planFile).Differs([]byte(again)); what != c.what || file != c.file {
			t.Errorf("%s → %s: %q %q, want %q %q", c.old, c.new, what, file, c.what, c.file)
		}
	}
}

// TestDigest binds all that a plan was made from and what it does, and no value.
func TestDigest(t *testing.T) {
	cfg := load(t, "allow: [{keys: [k], reason: r, group: g}, {keys: [z], reason: r, group: unmet}]\n")
	f := files{"a: 1\nk: 1\n", "a: 2\n", "a: 3\nk: 2\nb: 1\n"}
	digest := func(f files, c Choice) string {
		p, err := make1(t, cfg, f, c)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Matched) != 1 || p.Matched[0] != "g" {
			t.Errorf("matched %v", p.Matched)
		}
		return p.Digest
	}
	base := digest(f, Choice{})
	if digest(f, Choice{Only: []string{}, Except: []string{}}) != base {
		t.Error("none is none, however it was made")
	}
	seen := map[string]string{base: "base"}
	for name, d := range map[string]string{
		"source":           digest(files{"a: 1\nk: 1 # c\n", f.staging, f.prod}, Choice{}),
		"target":           digest(files{f.ci, f.staging, f.prod + "# c\n"}, Choice{}),
		"unchanged target": digest(files{f.ci, f.staging, f.prod + "# c\n"}, Choice{Only: []string{"k"}}),
		"only":             digest(f, Choice{Only: []string{"k"}}),
		"prune":            digest(f, Choice{Prune: []string{"b"}}),
		"to":               digest(f, Choice{To: []string{"staging", "prod"}}),
		"placeholder":      digest(f, Choice{Placeholder: true}),
		"set":              digest(f, Choice{Set: set("prod:k=5")}),
	} {
		if o, ok := seen[d]; ok {
			t.Errorf("%s and %s have the same digest", name, o)
		}
		seen[d] = name
	}
	if other := digest(files{f.ci, f.staging + "# c\n", f.prod}, Choice{}); other != base {
		t.Error("a file that takes no part counts")
	}
}

func TestNarrowing(t *testing.T) {
	n, err := Narrow([]string{"a.*", "c"}, []string{"a.x"})
	if err != nil || !n.Any() {
		t.Fatal(n, err)
	}
	s := compare.Files(input(load(t, ""), files{"a: {b: 1, x: 1}\nc: 1\nd: 1\n", "a: {b: 1, x: 2}\nc: 2\nd: 2\n", "a: {b: 1, x: 3}\nc: 3\nd: 3\n"}))
	n.Apply(s, nil)
	if len(s.Keys) != 1 || s.Keys[0].Path.String() != "c" || s.Counts != (compare.Counts{Same: 1, Different: 1}) {
		t.Errorf("%v %+v", s.Keys, s.Counts)
	}
	if none, err := Narrow(nil, nil); err != nil || none.Any() {
		t.Error("nothing narrows nothing")
	}
}

// TestCounts by action; an append is a set.
func TestCounts(t *testing.T) {
	p, err := make1(t, load(t, "lists: [{path: l, as: set}]\n"), files{"a: 1\nl: [x, z]\nn: 1\n", "-", "a: 2\nl: [x]\no: 1\n"}, Choice{Prune: []string{"o"}})
	if err != nil {
		t.Fatal(err)
	}
	if set, add, del := p.Counts(); set != 2 || add != 1 || del != 1 {
		t.Error(set, add, del)
	}
	if p.NeedsPerson() || p.HoldsSecret() {
		t.Error("nothing is held back, no secret was given")
	}
	p.Choice.Set = []Supplied{{Secret: true}}
	if !p.HoldsSecret() {
		t.Error("a secret was given")
	}
}
