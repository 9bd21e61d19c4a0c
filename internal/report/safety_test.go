package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// canary is a part of every secret in these tests; it may stand in no output.
const canary = "CANARYc0ffee"

// secretive is one file with secrets in every way in which YAML can write them.
// All of them are under rules, or look like what they are.
var secretive = strings.ReplaceAll(`# rotate sk_live_FAKE%0000000000000000 first
plain: {password: %1}
double: {password: "%2\
  second line"}
single: {password: '%3
  second line'}
literal:
  privateKey: | # sk_live_FAKE%0000000000000000
    -----BEGIN PRIVATE KEY-----
    %4%4%4%4%4%4
    -----END PRIVATE KEY-----
folded:
  secret: >-
    %5

    and %6
byRule: %7
listByRule: [%8, "%9"]
below:
  deep: {a: "%a", b: [{c: %b}]}
anchored: &x "%c"
aliased: {password: *x}
base: &base {key: "%d"}
merged: {<<: *base, other: 1}
twice: {password: "%e", password: "%f"}
url: "postgres://app:%g@db.example:5432/x?sslmode=off"
tagged: {password: !!str %h}
number: {password: 4242424242}
data:
  config.yaml: |
    # sk_live_FAKE%0000000000000000
    db: {password: "%i"}
    multi:
      secret: |
        %j
        %k
harmless: 1
`, "%", canary)

// secretByPath is what rules make secret in secretive.
func secretByPath(_ string, p keypath.Path) bool {
	for _, s := range []string{"byRule", "listByRule", "below", "merged.key"} {
		if q, _ := keypath.Parse(s); p.Under(q) {
			return true
		}
	}
	return false
}

// writers are all texts and JSON that hoist can make of one comparison and one
// plan.
func writers(t *testing.T, s *compare.Service, x *plan.Plan) map[string]func(Words, io.Writer) error {
	diff := func(d DiffWriter) error {
		if err := d.Service(s); err != nil {
			return err
		}
		return d.Close(s.Counts)
	}
	all := DiffOptions{ShowSame: true, ShowExpected: true}
	return map[string]func(Words, io.Writer) error{
		"diff":         func(w Words, b io.Writer) error { return diff(w.DiffText(b, envs, all)) },
		"diff json":    func(w Words, b io.Writer) error { return diff(w.DiffJSON(b, envs, all)) },
		"diff md":      func(w Words, b io.Writer) error { return diff(w.DiffMarkdown(b, envs, all)) },
		"plan md":      func(w Words, b io.Writer) error { return w.PlanMarkdown(b, x) },
		"plan":         func(w Words, b io.Writer) error { return w.Plan(b, x) },
		"plan json":    func(w Words, b io.Writer) error { return w.PlanJSON(b, x) },
		"applied":      func(w Words, b io.Writer) error { return w.Applied(b, x) },
		"applied json": func(w Words, b io.Writer) error { return w.AppliedJSON(b, "sync", x) },
		"explain":      func(w Words, b io.Writer) error { return w.Explain(b, s) },
		"explain json": func(w Words, b io.Writer) error { return w.ExplainJSON(b, s) },
	}
}

// changed is a plan that sets a harmless value right beside the secrets, so that
// all of them stand in the patch, and replaces, adds and deletes subtrees.
func changed(t *testing.T, src string) *plan.Plan {
	t.Helper()
	var edits []textedit.Edit
	for _, line := range strings.SplitAfter(src, "\n") { // touch every third line from behind
		if i := strings.Index(src, line); line == "harmless: 1\n" {
			edits = append(edits, textedit.Edit{Span: textedit.Span{Start: i, End: i + len(line)}, New: "harmless: 2\n" + strings.ReplaceAll(src, ": &", "N: &")})
		}
	}
	before := parse(t, "a.yaml", src)
	out, err := textedit.Apply([]byte(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	f := plan.File{Path: "a.yaml", Environment: "prod", Service: "s", Before: before, After: parse(t, "a.yaml", string(out)), Edits: edits}
	// a second "edit" that changes nothing shows the lines of the whole file
	for _, r := range before.Roots() {
		for k, n := range r.Entries() {
			p := keypath.Path{}.Child(k)
			c := plan.Content{Node: n, Value: n.Value()}
			f.Changes = append(f.Changes, plan.Change{Path: p, Action: edit.Set, Before: c, After: c}, plan.Change{Path: p, Action: edit.Add, After: c}, plan.Change{Path: p, Action: edit.Delete, Before: c})
		}
	}
	return &plan.Plan{Choice: plan.Choice{From: "ci", To: []string{"prod"}}, Files: []plan.File{f}}
}

func TestNoSecretIsEverShown(t *testing.T) {
	src := secretive
	other := strings.ReplaceAll(src, canary, canary+"x")
	ruled := &rule.Allow{Reason: "r", Secret: true}
	s := newSide(t, "s", []string{"a.yaml", "b.yaml", "c.yaml"}, []string{src, other, "harmless: 1\n"}).service(envs, func(k *compare.Key) {
		if secretByPath("", k.Path) {
			k.Rules = []*rule.Allow{ruled}
		}
	})
	for i, n := range []string{"plain", "below", "data"} { // shapes: whole subtrees as values
		p := mustPath(t, n)
		k := compare.Key{Path: p, Status: compare.Different, Shape: true, Nodes: make([]yamlfile.Node, 3), Values: make([]value.Value, 3)}
		k.Nodes[i%2], _ = s.Files[i%2].Lookup(p)
		k.Values[i%2] = k.Nodes[i%2].Value()
		s.Keys = append(s.Keys, k)
	}
	x := changed(t, src)
	for name, write := range writers(t, s, x) {
		for _, m := range []Words{{Mask: testMask()}, {}} {
			for _, width := range []int{0, 60, 100} {
				m.Secret, m.Width = secretByPath, width
				var b bytes.Buffer
				if err := write(m, &b); err != nil {
					t.Fatal(err)
				}
				if i := strings.Index(b.String(), "CANARY"); i >= 0 {
					t.Errorf("%s at width %d shows a secret: …%s…", name, width, b.String()[max(0, i-80):min(b.Len(), i+30)])
				}
				if strings.Contains(b.String(), "4242424242") {
					t.Errorf("%s at width %d shows a secret number", name, width)
				}
				if !strings.Contains(b.String(), "****") && name != "applied" {
					t.Errorf("%s at width %d: where are the secrets?", name, width)
				}
			}
		}
	}
}

// The patch shows every line that it should, so that the test above means
// something.
func TestThePatchHoldsTheSecretLines(t *testing.T) {
	var b bytes.Buffer
	x := changed(t, secretive)
	if err := (Words{Mask: testMask(), Secret: secretByPath}).Plan(&b, x); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"+plain: {password: ****#", "+  privateKey: | #", "+byRule: ****#", "+listByRule: [****#", `+anchoredN: &x "****#`,
		"+    db: {password: \"****#", "+        ****#", `+twice: {password: "****#`, "+url: \"postgres://app:****#"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
			return
		}
	}
}

// A masked difference still shows.
func TestMaskedDifferenceShows(t *testing.T) {
	s := newSide(t, "s", []string{"a.yaml", "b.yaml", "c.yaml"}, []string{"password: FAKEa1b2c3d4e5\n", "password: FAKEa1b2c3d4e6\n", "password: FAKEa1b2c3d4e5\n"}).service(envs, func(*compare.Key) {})
	got := diffText_(t, Words{Mask: testMask(), Width: 80}, DiffOptions{}, s)
	line := ""
	for _, l := range strings.Split(got, "\n") {
		if strings.Contains(l, "~ password") {
			line = l
		}
	}
	f := strings.Fields(line)
	if len(f) != 5 || f[2] == f[3] || f[2] != f[4] || !strings.HasPrefix(f[2], "****#") {
		t.Errorf("%q", line)
	}
}

func TestRevealShows(t *testing.T) {
	s := newSide(t, "s", []string{"a.yaml", "b.yaml", "c.yaml"}, []string{"password: FAKEa1b2c3d4e5\n", "password: FAKEa1b2c3d4e6\n", "password: x\n"}).service(envs, func(*compare.Key) {})
	if got := diffText_(t, Words{Mask: revealing()}, DiffOptions{}, s); !strings.Contains(got, "FAKEa1b2c3d4e6") {
		t.Error(got)
	}
}

// harmful are the characters that no output may have: they move the cursor,
// change colours, or turn text around.
func harmful(s string) (rune, bool) {
	for _, r := range s {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029') {
			return r, true
		}
	}
	return 0, false
}

// Whatever stands in values, keys, names of files and services, environments,
// rules and problems: nothing reaches a terminal that it would act on.
func FuzzNothingHarmsATerminal(f *testing.F) {
	for _, s := range []string{"\x1b[2J", "\u202e\u2066", "a\rb", "\x7f\u0085\u009b31m", "\u200b\ufeff", "\xff\xfe", "a\tb", "\U000e0041", "環境\u2028x", "\"'\\", ""} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, val string) {
		s, x := hostile(t, key, val)
		if s == nil {
			return
		}
		texts := writers(t, s, x)
		p := problem.New(problem.Code{Name: "git-failed"}, problem.Place{File: val, Line: 1, Column: 2}, "command", key, "output", val).Type("hoist", val)
		p.Excerpt, p.Err = strings.ReplaceAll(val, "\n", ""), fmt.Errorf("%s", key)
		texts["problem"] = func(w Words, b io.Writer) error { return w.Problem(b, problem.List{p, p}) }
		texts["problem json"] = func(w Words, b io.Writer) error { return w.ProblemJSON(b, p) }
		texts["services"] = func(w Words, b io.Writer) error {
			return w.Services(b, ServiceList{Environments: envs, Services: []ServiceRow{{Name: key, Category: val, Files: []string{val, val, val}, Missing: envs}}})
		}
		result := &check.Result{Findings: []check.Finding{{Code: check.Violation, Kind: val, Service: key, Path: val, Place: p.Place, Args: p.Args}}}
		texts["check"] = func(w Words, b io.Writer) error { return w.Check(b, result) }
		texts["check json"] = func(w Words, b io.Writer) error { return w.CheckJSON(b, result) }
		v := &plan.Verified{Files: []plan.VerifiedFile{{Path: val}}, Failures: []plan.Failure{{Code: plan.OtherMoved, Path: s.Keys[0].Path, Place: p.Place}}}
		texts["verify"] = func(w Words, b io.Writer) error { return w.Verify(b, v, nil) }
		texts["verify json"] = func(w Words, b io.Writer) error { return w.VerifyJSON(b, v, nil) }
		for name, write := range texts {
			var b bytes.Buffer
			if err := write(Words{Mask: testMask(), Width: 80, Verbose: true}, &b); err != nil {
				t.Fatal(err)
			}
			if r, bad := harmful(b.String()); bad && !(strings.HasPrefix(name, "plan") && r == '\t') { // a patch keeps tabs
				t.Errorf("%s: %U in %q", name, r, b.String())
			}
		}
	})
}

// hostile is a service and a plan with one key and value everywhere; nil where
// YAML does not take them.
func hostile(t *testing.T, key, val string) (*compare.Service, *plan.Plan) {
	quoted := func(s string) string { return string(appendString(nil, s)) }
	src := fmt.Sprintf("%s: %s # %s\nlist: [{name: %s, v: %s}]\nz: 1\n", quoted(key), quoted(val), strings.Map(comment, val), quoted(val), quoted(key))
	file, err := parseQuiet("a.yaml", src)
	if err != nil {
		return nil, nil
	}
	side := newSide(t, val, []string{val, key, val}, []string{"", "", ""})
	side.files[0] = file
	side.files[1], _ = parseQuiet("b.yaml", "z: 2\n")
	r := &rule.Allow{Reason: val, Group: key, Hint: val, Place: problem.Place{File: val, Line: 3}}
	s := side.service(envs, func(k *compare.Key) {
		k.Rules, k.NearMiss, k.Suggestion = []*rule.Allow{r}, val, key
		k.Pending = []string{val}
		k.Breaches = []rule.Breach{{Kind: rule.BadValue, Environments: []string{key}, Want: val, Place: problem.Place{File: val}}}
	})
	s.Notes = []compare.Note{{Code: compare.OrderDiffers, Path: s.Keys[0].Path, Environments: []string{val}, Place: problem.Place{File: val}}}
	s.Problems = problem.List{problem.New(problem.Code{Name: "undefined-alias"}, problem.Place{File: key}, "name", val)}
	end := len(src) - len("z: 1\n")
	edits := []textedit.Edit{{Span: textedit.Span{Start: end, End: len(src)}, New: "z: 2\n"}}
	after, _ := parseQuiet("a.yaml", src[:end]+"z: 2\n")
	root := s.Keys[0]
	c := plan.Content{Node: root.Nodes[0], Value: root.Values[0], Omit: []keypath.Path{root.Path.Child(val)}}
	return s, &plan.Plan{
		Choice:     plan.Choice{From: key, To: []string{val}, Only: []string{val}, Set: []plan.Supplied{{Path: val, Text: val}}},
		Files:      []plan.File{{Path: val, Environment: key, Service: val, Before: file, After: after, Edits: edits, Changes: []plan.Change{{Path: root.Path, Action: edit.Set, Before: c, After: c, TypeChanged: true}}}},
		HeldBack:   []plan.Held{{Environment: val, Service: key, Path: root.Path, Code: plan.Code(val), Why: val, Needs: []keypath.Path{root.Path}, Place: problem.Place{File: val}, Rule: r, Suggest: val, Args: []problem.Arg{{Name: "rule", Text: val}}}},
		TargetOnly: []plan.Left{{Environment: val, Service: key, Path: root.Path}}, Notes: s.Notes, Problems: s.Problems,
	}
}

// comment is what may stand in a YAML comment.
func comment(r rune) rune {
	if r == '\n' || r == '\r' || r < ' ' && r != '\t' || r == 0xfffe || r == 0xffff || r == unicode.ReplacementChar {
		return -1
	}
	return r
}
