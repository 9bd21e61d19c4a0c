package argocd

import (
	"testing"

	"pgregory.net/rapid"
)

// aLook is any state that a server could tell, and any goal.
func aLook(t *rapid.T) look {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	s := &State{Sync: pick("sync", "", Synced, OutOfSync, Unknown), Health: pick("health", "", Healthy, Progressing, IsDegraded, Suspended, Missing),
		Automated: rapid.Bool().Draw(t, "automated"), Deleting: rapid.IntRange(0, 9).Draw(t, "deleting") == 0, version: pick("version", "499", "500", "501", "x")}
	if rapid.Bool().Draw(t, "compared") {
		s.Compared = []string{pick("revision", first, second, third)}
	}
	if rapid.IntRange(0, 3).Draw(t, "condition") == 0 {
		s.Conditions = []Condition{{Type: pick("type", "ComparisonError", "SyncError", "OrphanedResourceWarning")}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "resources") {
		s.Resources = append(s.Resources, Resource{Sync: pick("resource", Synced, OutOfSync), RequiresPrune: rapid.Bool().Draw(t, "prune"), Hook: rapid.Bool().Draw(t, "hook")})
	}
	if rapid.Bool().Draw(t, "operation") {
		s.Operation = &Operation{InProgress: rapid.Bool().Draw(t, "busy"), Phase: pick("phase", "", Running, Terminating, Succeeded, FailedPhase, ErrorPhase), By: pick("by", "", "ci", "admin"),
			Revisions: []string{pick("of", first, second, third)}, DryRun: rapid.Bool().Draw(t, "dry"), Partial: rapid.Bool().Draw(t, "partial")}
	}
	l := look{State: s, fresh: rapid.Bool().Draw(t, "fresh"), accepted: len(s.Compared) > 0 && rapid.Bool().Draw(t, "accepted"), applied: rapid.Bool().Draw(t, "applied")}
	if rapid.Bool().Draw(t, "ticket") {
		l.ticket = &Ticket{Revision: second, By: "ci", version: "500"}
	}
	return l
}

// TestLawWhatArrivedHas: an application has arrived only where all of it is so,
// seen freshly.
func TestLawWhatArrivedHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := aLook(t)
		v, doing := l.judge()
		_, uncomparable := l.Uncompared()
		if v == arrived && (l.Sync != Synced || l.Health != Healthy || !l.accepted || !l.fresh || l.Busy() || l.Deleting || uncomparable || l.ticket != nil && l.ticket.before(l.State)) {
			t.Fatalf("arrived: %s", tellState(l.State))
		}
		if v == failed && (l.Operation == nil || !l.Operation.Bad()) {
			t.Fatalf("failed: %s", tellState(l.State))
		}
		if (v == pruneNeeded || v == movedOn || v == outOfSync) && (l.Health != Healthy || l.Busy() || !l.Operation.Good() || !l.applied) {
			t.Fatalf("%d: %s", v, tellState(l.State))
		}
		if v == superseded && (l.ticket == nil || l.ticket.Mine(l.State)) {
			t.Fatalf("superseded by oneself: %s", tellState(l.State))
		}
		if v == waiting && doing == "" {
			t.Fatalf("waiting for nothing: %s", tellState(l.State))
		}
	})
}

// TestJudgeFailures: whose failure ends a wait.
func TestJudgeFailures(t *testing.T) {
	bad := func(change func(*Operation)) *Operation {
		o := &Operation{Phase: FailedPhase, By: "admin", Revisions: []string{second}}
		change(o)
		return o
	}
	for _, test := range []struct {
		name      string
		operation *Operation
		ticket    *Ticket
		want      verdict
	}{
		{"of the revision that is wanted", bad(func(*Operation) {}), nil, failed},
		{"a dry run's", bad(func(o *Operation) { o.DryRun = true }), nil, waiting},
		{"of some objects", bad(func(o *Operation) { o.Partial = true }), nil, waiting},
		{"of another revision", bad(func(o *Operation) { o.Revisions = []string{first} }), nil, waiting},
		{"one that goes on", bad(func(o *Operation) { o.InProgress = true }), nil, waiting},
		{"one's own", bad(func(o *Operation) { o.By = "ci" }), &Ticket{Revision: second, By: "ci", version: "5"}, failed},
		{"one's own, of something else than wanted by now", bad(func(o *Operation) { o.By, o.Revisions = "ci", []string{third} }), &Ticket{Revision: third, By: "ci", version: "5"}, failed},
	} {
		l := look{State: &State{Sync: OutOfSync, Health: Healthy, Compared: []string{second}, Operation: test.operation, version: "7"}, ticket: test.ticket, fresh: true, accepted: true, applied: true}
		if got, _ := l.judge(); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// TestLawStaleLooksEndNothing: what may be old is looked at again, whatever it
// says.
func TestLawStaleLooksEndNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := aLook(t)
		if l.fresh || l.Busy() || l.Deleting || l.ticket != nil {
			t.Skip()
		}
		if v, _ := l.judge(); v != refresh {
			t.Fatalf("%d of a look that may be stale: %s", v, tellState(l.State))
		}
	})
}
