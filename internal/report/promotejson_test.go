package report

import (
	"bytes"
	"testing"
)

func TestPromotedJSON(t *testing.T) {
	for _, r := range []PromotedRun{
		{From: "ci", To: []string{"staging", "prod"}, Steps: []PromotedStep{{Step: "compare", Outcome: StepDone}, {Step: "push", Outcome: StepSkipped},
			{Step: "deploy", Environment: "staging", Outcome: StepAttention}, {Step: "verify", Outcome: StepStopped}, {Step: "gate", Environment: "prod", Outcome: StepPerson}},
			Changes: 3, HeldBack: 1, Commits: []string{"0123"}, Pushed: true, Next: []string{"hoist", "deploy", "sync", "prod"}},
		{From: "ci", To: []string{"prod"}},
	} {
		var b bytes.Buffer
		if err := (Words{Lang: "zh"}).PromotedJSON(&b, r); err != nil {
			t.Fatal(err)
		}
		validate(t, "promote", b.Bytes())
	}
}
