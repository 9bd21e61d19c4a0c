package report

import (
	"bytes"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/problem"
)

func TestRequestLooks(t *testing.T) {
	body := RequestBody{
		Commits: []RequestCommit{
			{"chore: sync CI business configs to staging", "Synced: credit.rates.*\nNot synced: a|b <script>\n\nby hand: password=FAKEa1b2c3d4e5"},
			{"chore: sync CI business configs to production", "Synced: worker.concurrency"},
		},
		Files: examplePlan(t).Files, Environments: envs, Services: []*compare.Service{example(t), clean(t)},
	}
	for _, lang := range Languages() { // it has no say
		var b bytes.Buffer
		if err := (Words{Lang: lang, Width: 60, Colour: true, Mask: testMask()}).Request(&b, body); err != nil {
			t.Fatal(err)
		}
		golden(t, "request.md", b.Bytes())
		if faults := markdownFaults(b.String()); faults != nil {
			t.Error(faults)
		}
		if strings.Contains(b.String(), "FAKEa1b2c3d4e5") {
			t.Error("a credential of a message is told")
		}
	}
	body.Commits, body.Services, body.Files = body.Commits[:1], nil, nil
	var b bytes.Buffer
	if err := (Words{}).Request(&b, body); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "- Synced: credit.rates.\\*\n- Not synced: a\\|b \\<script\\>\n- by hand: password=\\*\\*\\*\\*\n\n"; got != want {
		t.Errorf("%q", got)
	}
}

func TestOpenedLooks(t *testing.T) {
	looks(t, "opened", func(w Words, b *bytes.Buffer) error {
		for _, o := range []Opened{
			{Kind: "github", Number: 7, URL: "https://github.example/a/b/pull/7", New: true},
			{Kind: "gitlab", Number: 7, URL: "https://h.example/-/mr/7"},
			{Kind: "gitlab", Pushed: true},
		} {
			if err := w.Opened(b, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestCommittedWithARequestKeepsItsSchema(t *testing.T) {
	for _, c := range []Committed{
		{Request: &Opened{Kind: "github", Number: 7, URL: "https://github.example/x", New: true}},
		{Request: &Opened{Kind: "gitlab", Pushed: true}},
		{Unrequested: problem.New(problem.Code{Name: "forge-down", Class: problem.Outside}, problem.Place{}, "host", "h.example", "status", "502").Type("hoist", "commit", "--request")},
	} {
		var b bytes.Buffer
		if err := (Words{}).CommittedJSON(&b, c); err != nil {
			t.Fatal(err)
		}
		validate(t, "commit", b.Bytes())
	}
}
