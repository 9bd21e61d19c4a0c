package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

const head = `version: 1
environments:
  - name: ci
    overlay: ci
  - name: staging
    overlay: staging
  - name: prod
    overlay: prod
    from: [ci, staging]
services:
  - name: api
    config: api.yaml
`

// world compares the service api of a repository that is written down as texts.
type world struct {
	t    *testing.T
	cfg  *config.Config
	fsys fstest.MapFS
}

func newWorld(t *testing.T, rules, ci, staging, prod string) world {
	t.Helper()
	fsys := fstest.MapFS{"hoist.yaml": {Data: []byte(head + rules)}}
	for dir, src := range map[string]string{"ci": ci, "staging": staging, "prod": prod} {
		fsys[dir+"/kustomization.yaml"] = &fstest.MapFile{}
		if src != "" {
			fsys[dir+"/api.yaml"] = &fstest.MapFile{Data: []byte(src)}
		}
	}
	cfg, err := config.Load(fsys, "hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return world{t, cfg, fsys}
}

func (w world) compare() *compare.Service {
	s := w.cfg.Services[0]
	in := compare.Input{Name: s.Name, Rules: w.cfg.Rules, From: map[string][]string{}, Keep: func(compare.Status) bool { return true }}
	for _, e := range w.cfg.Environments {
		in.Environments = append(in.Environments, e.Name)
		in.From[e.Name] = w.cfg.From(e.Name, config.ForConfig)
		name := s.Files[e.Name]
		in.Paths = append(in.Paths, name)
		var f *yamlfile.File
		if m, ok := w.fsys[name]; ok {
			var err error
			if f, err = yamlfile.Parse(name, m.Data); err != nil {
				in.Problems = append(in.Problems, problem.All(err)...)
			}
		}
		in.Files = append(in.Files, f)
	}
	return compare.Files(in)
}

func (w world) input() Input {
	return Input{Services: slices.Values([]*compare.Service{w.compare()}), Rules: w.cfg.Rules, Complete: true,
		Today: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

// brief is a finding in one line.
func brief(f Finding) string {
	s := fmt.Sprintf("%s %s %s %s", f.Code, f.Environment, f.Path, f.Place)
	if f.Kind != "" {
		s = f.Kind + " " + s
	}
	return strings.Join(strings.Fields(s), " ")
}

func briefs(all []Finding) (out []string) {
	for _, f := range all {
		out = append(out, brief(f))
	}
	return out
}

func TestRun(t *testing.T) {
	price := "allow:\n  - keys: [plans.price]\n    reason: r\n    hint: ask finance\n"
	for _, c := range []struct{ name, rules, ci, staging, prod, want string }{
		{"nothing", "", "a: 1\n", "a: 2\n", "b: 3\n", ""},
		{"a value that the rule refuses, in each environment that has it",
			"allow:\n  - keys: [key]\n    reason: r\n    values: {staging: 'live_*', prod: 'live_*'}\n",
			"key: test_1\n", "key: test_2\n", "key: test_3\n",
			"values violation staging key staging/api.yaml:1:6|values violation prod key prod/api.yaml:1:6"},
		{"values that must differ, once for the group",
			"allow:\n  - keys: [db]\n    reason: r\n    distinct: [[ci, staging, prod]]\n",
			"db: a\n", "db: b\n", "db: b\n", "distinct violation staging,prod db prod/api.yaml:1:5"},
		{"a forbidden value, whatever its key", "forbid:\n  - in: [prod]\n    values: ['test_*']\n",
			"any: test_1\n", "any: test_1\n", "any: test_1\n", "forbid violation prod any prod/api.yaml:1:6"},
		{"absent where the parent stands", price, "plans:\n  price: p1\n  n: 1\n", "plans:\n  price: p2\n  n: 1\n", "x: 1\nplans:\n  n: 1\n",
			"pending prod plans.price prod/api.yaml:3:3"},
		{"absent where the parent does not stand is nothing yet", price, "plans:\n  price: p1\n", "plans:\n  price: p2\n", "x: 1\n", ""},
		{"empty under a rule", price, "plans: {price: p1}\n", "plans: {price: ''}\n", "plans: {price: }\n",
			"placeholder staging plans.price staging/api.yaml:1:16|placeholder prod plans.price prod/api.yaml:1:15"},
		{"empty under no rule is meant so", "", "a: ''\n", "a: ''\n", "a: ''\n", ""},
		{"a placeholder in words, wherever it stands", "", "a: CHANGEME\n", "a: x\n", "a: 待填写\n",
			"placeholder ci a ci/api.yaml:1:4|placeholder prod a prod/api.yaml:1:4"},
		{"what hoist marked as waiting", "", "a: 1\n", "a: 1\n", "a: '' # hoist:pending ask finance\n", "placeholder prod a prod/api.yaml:1:4"},
		{"a credential under no rule, once a key", "", "db: {password: FAKEa1b2c3d4}\n", "db: {password: FAKEa1b2c3d4}\n", "db: {password: FAKEa1b2c3d5}\n",
			"unruled-secret ci db.password ci/api.yaml:1:16"},
		{"a credential under a rule that does not make it secret", "allow:\n  - keys: [db.password]\n    reason: r\n",
			"db: {password: FAKEa1b2c3d4}\n", "db: {password: FAKEa1b2c3d6}\n", "db: {password: FAKEa1b2c3d5}\n", ""},
		{"a credential under a rule that makes it secret", "allow:\n  - keys: [db.password]\n    reason: r\n    secret: true\n",
			"db: {password: FAKEa1b2c3d4}\n", "db: {password: FAKEa1b2c3d6}\n", "db: {password: FAKEa1b2c3d5}\n", ""},
		{"a key that nearly matches a rule", "allow:\n  - keys: [payment.*.priceId]\n    reason: r\n",
			"payment: {a: {priceId: 1}, priceId: 2}\n", "payment: {a: {priceId: 3}, priceId: 4}\n", "payment: {a: {priceId: 3}, priceId: 4}\n",
			"near-miss payment.priceId ci/api.yaml:1:37"},
		{"and one that is the same today", "allow:\n  - keys: [payment.plans.*.priceId]\n    reason: r\n",
			"payment: {plans: [{name: a, priceId: x}], priceId: z}\n", "payment: {plans: [{name: a, priceId: y}], priceId: z}\n", "payment: {plans: [{name: a, priceId: w}], priceId: z}\n",
			"near-miss payment.priceId ci/api.yaml:1:52"},
		{"a rule past its date, and one that matches nothing",
			"allow:\n  - keys: [a]\n    reason: r\n    until: 2026-11-22\n  - keys: [b, c]\n    reason: r\n    until: 2026-11-23\n",
			"a: 1\n", "a: 2\n", "a: 3\n", "rule-expired a hoist.yaml:14:5|rule-unused b, c hoist.yaml:17:5"},
		{"a rule is used by what it matches below a change of shape", "allow:\n  - keys: [a.b.c]\n    reason: r\n",
			"a: {b: {c: 1}}\n", "a: 1\n", "a: 1\n", ""},
		{"an entry of lists that matches no list", "lists:\n  - path: jobs\n    identity: name\n  - path: gone\n    identity: name\n",
			"jobs: [{name: a}]\n", "jobs: [{name: a}]\n", "jobs: [{name: a}]\n", "rule-unused gone hoist.yaml:16:5"},
		{"a list of scalars is what an entry of lists may be about", "lists:\n  - path: hosts\n    as: set\n",
			"hosts: [a]\n", "hosts: [b]\n", "hosts: [a]\n", ""},
		{"a list whose elements cannot be told apart", "", "jobs: [{a: 1}, {a: 1}]\n", "jobs: [{a: 1}]\n", "jobs: [{a: 1}]\n",
			"ambiguous-list jobs ci/api.yaml:1:7"},
		{"an identity that is missing in an element", "lists:\n  - path: jobs\n    identity: name\n",
			"jobs: [{name: a}, {x: 1}]\n", "jobs: [{name: a}]\n", "jobs: [{name: a}]\n", "ambiguous-list jobs ci/api.yaml:1:7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Run(newWorld(t, c.rules, c.ci, c.staging, c.prod).input())
			if got := strings.Join(briefs(r.Findings), "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestNothingIsUnusedWhereNotEverythingWasSeen(t *testing.T) {
	rules := "allow:\n  - keys: [gone]\n    reason: r\n"
	in := newWorld(t, rules, "a: 1\n", "a: 1\n", "a: 1\n").input()
	in.Complete = false
	if r := Run(in); len(r.Findings) != 0 {
		t.Errorf("of some services only: %v", briefs(r.Findings))
	}
	r := Run(newWorld(t, rules, "a: 1\n", "a: *none\n", "a: 1\n").input())
	if len(r.Findings) != 0 || len(r.Problems) != 1 {
		t.Errorf("with an unreadable file: %v, %v", briefs(r.Findings), r.Problems)
	}
}

func TestImageRulesAreJudgedByWhoKnowsImages(t *testing.T) {
	rules := "allow:\n  - images: [litellm]\n    reason: r\n"
	in := newWorld(t, rules, "a: 1\n", "a: 1\n", "a: 1\n").input()
	if r := Run(in); len(r.Findings) != 0 {
		t.Errorf("nobody knows: %v", briefs(r.Findings))
	}
	in.Images = func(a *rule.Allow) bool { return false }
	if r := Run(in); len(r.Findings) != 1 || r.Findings[0].Code != Unused {
		t.Errorf("none matches: %v", briefs(r.Findings))
	}
}

// A baseline accepts what it was made from, also where lines have moved, and
// nothing else.
func TestBaseline(t *testing.T) {
	rules := "allow:\n  - keys: [key]\n    reason: r\n    values: {prod: 'live_*'}\n"
	first := Run(newWorld(t, rules, "key: t\nx: CHANGEME\n", "key: t\nx: 1\n", "key: t\nx: 1\n").input())
	if len(first.Findings) != 2 {
		t.Fatalf("%v", briefs(first.Findings))
	}
	var file bytes.Buffer
	if err := NewBaseline(first.All()).Write(&file); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline("b.json", bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	in := newWorld(t, rules, "# moved\nkey: t\ny: FIXME\n", "key: t\ny: 1\n", "key: t\ny: 1\n").input()
	in.Baseline = b
	r := Run(in)
	if got := strings.Join(briefs(r.Findings), "|"); got != "placeholder ci y ci/api.yaml:3:4" {
		t.Errorf("new: %s", got)
	}
	if len(r.Accepted) != 1 || r.Accepted[0].Code != Violation || len(r.Gone) != 1 || r.Gone[0].Path != "x" {
		t.Errorf("accepted %v, gone %v", briefs(r.Accepted), r.Gone)
	}
	var again bytes.Buffer
	if err := b.Write(&again); err != nil || again.String() != file.String() {
		t.Errorf("read and written again:\n%s%s", file.String(), again.String())
	}
}

// Two rules broken at one place are two findings: accepting one must not hide
// the other.
func TestFingerprintTellsKindsApart(t *testing.T) {
	f := Finding{Code: Violation, Kind: "values", Service: "s", Environment: "prod", Path: "a"}
	g := f
	g.Kind = "forbid"
	h := f
	h.Service, h.Environment = "spr", "od"
	if f.Fingerprint() == g.Fingerprint() || f.Fingerprint() == h.Fingerprint() {
		t.Error("different findings share a fingerprint")
	}
	if len(f.Fingerprint()) != 16 {
		t.Error(f.Fingerprint())
	}
}

func TestReadBaselineRefuses(t *testing.T) {
	for src, reason := range map[string]string{"": "not-json", "{}": "not-a-baseline", `{"schema": "hoist/plan/v1"}`: "not-a-baseline", "[": "not-json"} {
		_, err := ReadBaseline("b.json", strings.NewReader(src))
		l := problem.All(err)
		if len(l) != 1 || l[0].Code != BadBaseline || l[0].Arg("reason") != reason || l[0].Place.File != "b.json" {
			t.Errorf("%q: %v", src, err)
		}
	}
}

// The order of findings does not depend on chance.
func TestOrderIsStable(t *testing.T) {
	var lists strings.Builder
	for i := range 20 {
		fmt.Fprintf(&lists, "l%d: [{a: 1}, {a: 2}]\n", i)
	}
	var first string
	for range 20 {
		got := strings.Join(briefs(Run(newWorld(t, "", lists.String(), "a: 1\nl1: [{a: 1}]\nl2: [{a: 1}]\nl3: [{a: 2}]\n", "b: TODO\n").input()).Findings), "|")
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("%s\n%s", first, got)
		}
	}
	if !strings.Contains(first, "ambiguous-list") {
		t.Fatal(first)
	}
}
