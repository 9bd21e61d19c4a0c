//go:build unix

package main

import (
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/skills"
)

// TestSkillLoop does what the skill says an agent does, without a terminal, in the
// example where a pretended Argo CD deploys it: every command of the loop, in its
// order, and the last one is refused.
func TestSkillLoop(t *testing.T) {
	t.Parallel()
	_, loop, _ := strings.Cut(skills.Sync, "\n## The loop\n")
	loop, _, _ = strings.Cut(loop, "\n## ")
	var typed []string
	for _, span := range codeSpan.FindAllString(loop, -1) {
		if span = strings.Trim(span, "`"); strings.HasPrefix(span, "hoist ") {
			typed = append(typed, span)
		}
	}
	s := newDeployed(t)
	for i, c := range []struct {
		typed  string
		status int
		says   string
	}{
		{"hoist diff", 1, "NEEDS ATTENTION"},
		{"hoist plan --from ci --to staging,prod --out /tmp/hoist-plan.json", 1, "HELD BACK"},
		{"hoist apply /tmp/hoist-plan.json", 1, "Applied: "},
		{"hoist verify", 0, "verify: 0 failures"},
		{"hoist undo", -1, ""},
		{"hoist commit", 0, "chore: sync CI business configs to staging and production"},
		{"hoist commit --push", 0, "pushed: 1 commit"},
		{"hoist commit --request", -1, ""},
		{"hoist deploy sync staging", 1, "simplex-aws-staging is deployed"},
		{"hoist deploy status prod", 0, "a person only (deploy: manual)"},
		{"hoist deploy diff prod", 1, "worker.concurrency: 8 -> 16"},
		{"hoist deploy sync prod", 3, ""},
	} {
		if i >= len(typed) || typed[i] != c.typed {
			t.Fatalf("the loop has %q", typed[min(i, len(typed)):])
		}
		if c.status < 0 { // what an agent does otherwise
			continue
		}
		out, status := s.types(strings.ReplaceAll(c.typed, "/tmp/", s.work+"/"))
		if status != c.status || !strings.Contains(out, c.says) {
			t.Fatalf("$ %s: exit status %d\n%s", c.typed, status, out)
		}
	}
	if len(typed) != 12 {
		t.Errorf("the loop has %q, too", slices.Delete(typed, 0, 12))
	}
}
