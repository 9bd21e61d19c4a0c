package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
)

// looks writes one text in both languages and several widths, held to golden
// files and to the laws of every text.
func looks(t *testing.T, name string, write func(w Words, b *bytes.Buffer) error) {
	t.Helper()
	for _, lang := range Languages() {
		for _, c := range []struct {
			width  int
			colour bool
		}{{60, false}, {80, false}, {140, false}, {0, false}, {80, true}} {
			file := fmt.Sprintf("%s_%s_%d", name, lang, c.width)
			if c.colour {
				file += "_colour"
			}
			var b bytes.Buffer
			if err := write(Words{Lang: lang, Width: c.width, Colour: c.colour, Mask: testMask()}, &b); err != nil {
				t.Fatal(err)
			}
			golden(t, file+".txt", b.Bytes())
			if c.width > 0 {
				checkLines(t, file, b.String(), c.width)
			}
		}
	}
}

func TestOtherTextsLook(t *testing.T) {
	looks(t, "services", func(w Words, b *bytes.Buffer) error { return w.Services(b, serviceList()) })
	looks(t, "check", func(w Words, b *bytes.Buffer) error { return w.Check(b, findings()) })
	looks(t, "verify", func(w Words, b *bytes.Buffer) error { return w.Verify(b, verified(t), nil) })
	looks(t, "applied", func(w Words, b *bytes.Buffer) error { return w.Applied(b, examplePlan(t)) })
	looks(t, "explain", func(w Words, b *bytes.Buffer) error {
		for _, p := range []string{"stripe", "payment.plans.[name=pro].stripePriceId", "features", "server.port", "worker", "rules.expr"} {
			if err := w.Explain(b, explained(t, p)); err != nil {
				return err
			}
		}
		return nil
	})
	looks(t, "diff_all", func(w Words, b *bytes.Buffer) error {
		d := w.DiffText(b, envs, DiffOptions{ShowSame: true, ShowExpected: true, Services: 1})
		s := example(t)
		if err := d.Service(s); err != nil {
			return err
		}
		return d.Close(s.Counts)
	})
}

// On a terminal what failed alike in a file is told of together; every key is
// named.
func TestFailuresAlikeAreToldOfTogether(t *testing.T) {
	v := &plan.Verified{}
	for _, p := range []string{"a.first", "a.second", "b"} {
		v.Failures = append(v.Failures, plan.Failure{Code: plan.ChangeAbsent, Path: mustPath(t, p), Place: problem.Place{File: "x.yaml", Line: 1}})
	}
	v.Failures = append(v.Failures, plan.Failure{Code: plan.ChangeAbsent, Path: mustPath(t, "c"), Place: problem.Place{File: "y.yaml"}})
	for width, want := range map[int]string{
		80: "x.yaml:1: error: the planned change of a.first is not there [change-absent]\n  also 2 keys: a.second, b\ny.yaml: error: the planned change of c is not there [change-absent]\n",
		0:  "x.yaml:1: error: the planned change of a.first is not there [change-absent]\nx.yaml:1: error: the planned change of a.second is not there [change-absent]\n",
	} {
		var b bytes.Buffer
		if err := (Words{Width: width}).Verify(&b, v, nil); err != nil || !strings.HasPrefix(b.String(), want) {
			t.Errorf("at %d: %s%v", width, b.String(), err)
		}
	}
}

func TestNothingToSay(t *testing.T) {
	w := Words{}
	for _, c := range []struct {
		name, want string
		write      func(b *bytes.Buffer) error
	}{
		{"diff", "different: 0 | expected: 0 | missing: 0\n", func(b *bytes.Buffer) error { return w.DiffText(b, envs, DiffOptions{}).Close(clean(t).Counts) }},
		{"check", "check: 0 errors, 0 warnings in 1 service\n", func(b *bytes.Buffer) error { return w.Check(b, &check.Result{Services: 1}) }},
		{"check of a broken file", "a.yaml:1:2: error: a colon is missing here\n\ncheck: 0 errors, 0 warnings in 1 service; 1 file could not be read\n", func(b *bytes.Buffer) error {
			return w.Check(b, &check.Result{Services: 1, Problems: problem.List{problem.New(problem.Code{Name: "json-missing-colon", Class: problem.Wrong}, problem.Place{File: "a.yaml", Line: 1, Column: 2})}})
		}},
		{"verify", "verify: nothing was applied since the last commit\n", func(b *bytes.Buffer) error { return w.Verify(b, &plan.Verified{}, nil) }},
		{"applied", "Applied: nothing to change.\n", func(b *bytes.Buffer) error { return w.Applied(b, &plan.Plan{}) }},
		{"services", "0 services (* shown by default)\n", func(b *bytes.Buffer) error { return w.Services(b, ServiceList{}) }},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil || b.String() != c.want {
			t.Errorf("%s: %q, %v", c.name, b.String(), err)
		}
	}
}

func TestCountsAreTheContractsWords(t *testing.T) {
	for _, c := range []struct {
		lang, want string
		c          [6]int
	}{
		{"en", "different: 0 | expected: 9 | missing: 0", [6]int{120, 0, 9, 0, 0, 0}},
		{"zh", "不同: 0 | 白名单(预期不同): 9 | 部分缺失: 0", [6]int{120, 0, 9, 0, 0, 0}},
		{"en", "different: 3 | expected: 9 | missing: 2 | pending: 1 | violations: 0", [6]int{1, 3, 9, 2, 1, 0}},
		{"zh", "不同: 3 | 白名单(预期不同): 9 | 部分缺失: 2 | 待填写: 0 | 违反规则: 4", [6]int{1, 3, 9, 2, 0, 4}},
	} {
		x := clean(t).Counts
		x.Same, x.Different, x.Expected, x.Missing, x.Pending, x.Violation = c.c[0], c.c[1], c.c[2], c.c[3], c.c[4], c.c[5]
		if got := (Words{Lang: c.lang}).Counts(x); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestProgressFitsIntoLessThanALine(t *testing.T) {
	got := Words{Width: 40}.Event(progress.Event{Stage: progress.Compare, Subject: "a-service-with-a-very-long-name\x1b[2J", Done: 1, Total: 300})
	if want := "comparing 1/300  a-service-with-a-ve..."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got = Words{Width: 40, Lang: "zh"}.Event(progress.Event{Stage: progress.Render, Subject: "overlays/prod", Done: 1, Total: 3, Seconds: 12})
	if want := "渲染 1/3  12 秒  overlays/prod"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
