package report

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
)

const (
	runsNow = "1111111111111111111111111111111111111111"
	comes   = "2222222222222222222222222222222222222222"
)

var deployedAt = time.Date(2026, 11, 20, 10, 30, 0, 0, time.FixedZone("", 8*3600))

// deploys has one application of each kind.
func deploys(t *testing.T) []*Deploy {
	name := func(kind, name string) argocd.Name {
		return argocd.Name{Kind: kind, Namespace: "simplex-prod", Name: name}
	}
	well := &Deploy{Environment: "ci", Application: "simplex-aws-ci", Manual: true, Server: "argocd.simplex.example", Remote: "origin", Branch: "main", Revision: runsNow,
		Deployed: runsNow, Contains: "yes", State: &argocd.State{Name: "simplex-aws-ci", Project: "simplex", Sync: argocd.Synced, Health: argocd.Healthy, Automated: true, AutoPrune: true, SelfHeal: true,
			Compared: []string{runsNow}, ComparedAt: deployedAt, Deployed: &argocd.Deployment{Revisions: []string{runsNow}, At: deployedAt}}}
	fresh := &Deploy{Environment: "staging", Application: "simplex-aws-staging", Server: "argocd.simplex.example", State: &argocd.State{Name: "simplex-aws-staging"}, Contains: "no",
		Hints: []Hint{{PushedUnknown, []problem.Arg{{Name: "reason", Text: "Could not resolve host\x1b[2J"}}}, {Unpushed, []problem.Arg{{Name: "n", Text: "2"}, {Name: "branch", Text: "main"}}}}}
	prod := &Deploy{Environment: "prod", Title: "production", Overlay: "kubernetes/overlays/aws-prod", Application: "simplex-aws-prod", Manual: true, Server: "argocd.simplex.example",
		Remote: "origin", Branch: "main", Revision: comes, Deployed: runsNow, Contains: "no",
		Commits: []Commit{{comes, "Ana Duarte", "chore: sync CI business configs to staging and production"}, {strings.Repeat("3", 40), "王伟\u202e", "prod: secretKey: sk_live_FAKE0000000000000001"}}, More: 7,
		State: &argocd.State{Name: "simplex-aws-prod", Project: "simplex", Link: "https://argocd.simplex.example/applications/simplex-aws-prod", Sync: argocd.OutOfSync, Health: argocd.IsDegraded,
			Compared: []string{comes}, ComparedAt: deployedAt, Deployed: &argocd.Deployment{Revisions: []string{runsNow}, At: deployedAt, By: "ana"},
			Operation:  &argocd.Operation{InProgress: true, Phase: argocd.Running, Message: "waiting for completion of hook batch/Job/migrate-1", Revisions: []string{comes}, By: "ci", StartedAt: deployedAt, Retries: 2},
			Conditions: []argocd.Condition{{Type: "SyncError", Message: "Failed last sync attempt to [2222222]: one or more objects failed to apply, reason: dial tcp 10.0.0.1:443: password=hunter2 refused"}},
			Resources: []argocd.Resource{{Name: name("ConfigMap", "simplex-api-config-fghkmt2456"), Sync: argocd.OutOfSync, Health: argocd.Missing}, {Name: name("ConfigMap", "simplex-api-config-2456789bcd"), Sync: argocd.OutOfSync, RequiresPrune: true},
				{Name: argocd.Name{Group: "apps", Kind: "Deployment", Namespace: "simplex-prod", Name: "simplex-api"}, Sync: argocd.OutOfSync, Health: argocd.IsDegraded, Message: "Deployment \"simplex-api\" exceeded its progress deadline"}},
			Windows: &argocd.Windows{Assigned: []argocd.Window{{Kind: "deny", Schedule: "0 22 * * 1-5", Duration: "8h"}, {Kind: "allow", Schedule: "*/7 3 1 * *", Duration: "1h", Manual: true}, {Kind: "deny", Schedule: "30 9 * * *", Duration: "1h", Manual: true}},
				Active: []argocd.Window{{Kind: "deny", Schedule: "0 22 * * 1-5", Duration: "8h"}}}},
		Hints: []Hint{{Code: SyncsItself}, {Code: BehindWindow}, {OtherOverlay, []problem.Arg{{Name: "path", Text: "k/prod"}, {Name: "overlay", Text: "kubernetes/overlays/aws-prod"}}}}}
	gone := &Deploy{Environment: "qa", Application: "simplex-aws-qa",
		Problem: problem.New(problem.Code{Name: "argocd-no-application", Class: problem.Wrong}, problem.Place{}, "server", "argocd.simplex.example", "application", "simplex-aws-qa", "project", "simplex", "message", "not found")}
	return []*Deploy{well, fresh, prod, gone}
}

// arriving is what a person is asked about, with one of everything.
func arriving(t *testing.T) *Deploy {
	d := deploys(t)[2]
	d.State.Operation = nil
	d.Services = renderedView(t).Services
	d.Difference = manifest.Compare(manifests(t, renderedBefore), manifests(t, renderedAfter()), manifest.Options{})
	d.Kept = manifests(t, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n")
	d.Unexplained = []argocd.Name{{Group: "apps", Kind: "Deployment", Name: "odd"}}
	d.Shut = []check.Finding{{Code: check.Placeholder, Service: "simplex-api", Environment: "prod", Path: "payment.plans.[name=pro].stripePriceId", Place: problem.Place{File: "prod.yaml", Line: 88, Column: 5}}}
	d.Older = []check.Finding{{Code: check.Violation, Kind: "forbid", Service: "simplex-api", Environment: "prod", Path: "stripe.secretKey", Place: problem.Place{File: "prod.yaml", Line: 12, Column: 5}, Rule: problem.Place{File: "hoist.yaml", Line: 90, Column: 5}, Args: []problem.Arg{{Name: "want", Text: "sk_test_*"}}}}
	d.Hints = append(d.Hints, Hint{Code: Unguarded})
	return d
}

func openings() []Opening {
	return []Opening{
		{ID: "a1", At: deployedAt, Ended: deployedAt.Add(time.Minute), GitUser: "Ana Duarte <ana.duarte@simplex.example>", User: "ana", Host: "laptop", Environment: "prod", Application: "simplex-aws-prod",
			Server: "argocd.simplex.example", Revision: comes, Deployed: runsNow, Digest: "sha256:" + strings.Repeat("ab", 32), Prune: true, Older: 2, Outcome: "synced"},
		{ID: "b2", At: deployedAt.Add(time.Hour), GitUser: "Wei\x1b[2J <wei@hoist.example>", User: "wei", Host: "ci", Environment: "prod", Application: "simplex-aws-prod", Revision: comes, Digest: "sha256:" + strings.Repeat("cd", 32)},
		{ID: "c3", At: deployedAt.Add(2 * time.Hour), Ended: deployedAt.Add(3 * time.Hour), GitUser: "Wei <wei@hoist.example>", User: "wei", Host: "ci", Environment: "prod", Application: "simplex-aws-prod", Revision: comes,
			Digest: "sha256:" + strings.Repeat("ef", 32), Outcome: "failed", Code: "argocd-busy"},
	}
}

func step() argocd.Step {
	return argocd.Step{Doing: argocd.ForHealth, State: &argocd.State{Name: "simplex-aws-prod", Sync: argocd.Synced}, Message: "Waiting for rollout\nto finish", Pods: []argocd.Pod{{Name: argocd.Name{Kind: "Pod", Name: "simplex-api-7d9"}, Reason: "ImagePullBackOff"}}}
}

// deployWriters are all texts of deploying.
func deployWriters(t *testing.T) map[string]func(Words, io.Writer) error {
	line := func(s string, out io.Writer) error { _, err := io.WriteString(out, s+"\n"); return err }
	nothing := &Deploy{Environment: "ci", Application: "simplex-aws-ci", Revision: runsNow, Deployed: runsNow, State: deploys(t)[0].State, Difference: &manifest.Comparison{Same: 40}}
	return map[string]func(Words, io.Writer) error{
		"deploy_status":  func(w Words, b io.Writer) error { return w.DeployStatus(b, deploys(t)) },
		"deploy_diff":    func(w Words, b io.Writer) error { w.Secret = byRule; return w.DeployDiff(b, arriving(t)) },
		"deploy_nothing": func(w Words, b io.Writer) error { return w.DeployDiff(b, nothing) },
		"deploy_gate":    func(w Words, b io.Writer) error { w.Secret = byRule; return w.GateShown(b, arriving(t)) },
		"deploy_pruned": func(w Words, b io.Writer) error {
			d := arriving(t)
			d.Prune = true
			w.Secret = byRule
			return w.DeployDiff(b, d)
		},
		"deploy_synced": func(w Words, b io.Writer) error {
			for _, outcome := range []string{"synced", "already"} {
				if err := w.Synced(b, &Synced{Deploy: deploys(t)[0], Outcome: outcome}); err != nil {
					return err
				}
			}
			if err := line(w.DeployStep(step()), b); err != nil {
				return err
			}
			return line(w.Hint(deploys(t)[2], Hint{Code: NotAsCommitted}), b)
		},
		"deploy_openings": func(w Words, b io.Writer) error { return w.Openings(b, openings()) },
	}
}

func TestDeployLooks(t *testing.T) {
	for name, write := range deployWriters(t) {
		looks(t, name, func(w Words, b *bytes.Buffer) error { return write(w, b) })
	}
}

// No secret, and nothing that moves a cursor, reaches a terminal.
func TestDeployIsSafe(t *testing.T) {
	for name, write := range deployWriters(t) {
		var b bytes.Buffer
		if err := write(Words{Mask: testMask()}, &b); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"FAKE0000", "hunter2", "app-before", "app-after", "correct-", "\x1b", "\u202e"} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s has %q:\n%s", name, secret, b.String())
			}
		}
	}
}

func TestDeployKeepsItsSchemas(t *testing.T) {
	w := Words{Lang: "zh", Colour: true, Mask: testMask(), Secret: byRule}
	out := func(schema, file string, write func(io.Writer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		for _, secret := range []string{"FAKE0000", "hunter2", "app-before", "correct-"} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s has %q:\n%s", schema, secret, b.String())
			}
		}
		golden(t, file+".json", b.Bytes())
	}
	out("deploy-status", "deploy_status", func(b io.Writer) error { return w.DeployStatusJSON(b, deploys(t)) })
	out("deploy-diff", "deploy_diff", func(b io.Writer) error { return w.DeployDiffJSON(b, arriving(t)) })
	out("deploy-sync", "deploy_sync", func(b io.Writer) error {
		return w.SyncedJSON(b, &Synced{Deploy: deploys(t)[0], Outcome: "synced"})
	})
	out("deploy-wait", "deploy_wait", func(b io.Writer) error {
		return w.SyncedJSON(b, &Synced{Deploy: deploys(t)[1], Outcome: "waited", Waited: true})
	})
	refused := problem.New(problem.Code{Name: "gate-machine", Class: problem.Refused}, problem.Place{}, "application", "simplex-aws-prod", "variable", "CI").Type("hoist", "deploy", "sync", "prod")
	out("error", "deploy_refused", func(b io.Writer) error { return w.RefusedJSON(b, refused, arriving(t)) })
	out("deploys", "deploys", func(b io.Writer) error { return w.OpeningsJSON(b, openings()) })
	for _, write := range []func(b io.Writer) error{
		func(b io.Writer) error { return w.DeployStatusJSON(b, nil) },
		func(b io.Writer) error { return w.OpeningsJSON(b, nil) },
	} {
		if err := write(io.Discard); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSchedules(t *testing.T) {
	en, zh := Words{}, Words{Lang: "zh"}
	for cron, want := range map[string][2]string{
		"0 22 * * *":      {"every day at 22:00", "每天 22:00"},
		"5 9 * * 1-5":     {"Monday–Friday at 09:05", "周一–周五的 09:05"},
		"0 0 * * SAT,sun": {"Saturday, Sunday at 00:00", "周六、周日的 00:00"},
		"0 0 * * 7":       {"Sunday at 00:00", "周日的 00:00"},
		"* * * * *":       {"always", "始终"},
		"*/5 * * * *":     {"by the schedule */5 * * * *", "按计划 */5 * * * *"},
		"0 24 * * *":      {"by the schedule 0 24 * * *", "按计划 0 24 * * *"},
		"0 1 1 * *":       {"by the schedule 0 1 1 * *", "按计划 0 1 1 * *"},
		"0 1 * * 1-":      {"by the schedule 0 1 * * 1-", "按计划 0 1 * * 1-"},
		"@daily":          {"by the schedule @daily", "按计划 @daily"},
		"":                {"by the schedule ", "按计划 "},
	} {
		if got := [2]string{en.schedule(cron), zh.schedule(cron)}; got != want {
			t.Errorf("%q: %q", cron, got)
		}
	}
}

// Every hint, and everything that a wait waits for, is worded.
func TestDeployWordsAreComplete(t *testing.T) {
	for _, c := range constants(t, ".", "", "HintCode") {
		if _, ok := hintTexts[HintCode(c)]; !ok {
			t.Errorf("hint %q is not worded", c)
		}
	}
	for _, c := range constants(t, "../argocd", "", "Doing") {
		if _, ok := doingTexts[argocd.Doing(c)]; !ok {
			t.Errorf("%q is not worded", c)
		}
	}
}
