//go:build unix

package main

import (
	"strings"
	"testing"
)

// TestJourney goes the whole way of one change: from an edit of CI to
// production, with git, a remote and a pretended Argo CD.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	// Somebody changes CI, and pushes; Argo CD deploys CI by itself.
	edited := s.change("ci", "concurrency: 16", "concurrency: 24")
	s.says(0, words("deploy wait ci --timeout 20s"), "simplex-aws-ci runs "+edited[:7])

	// It is promoted, verified, committed and pushed.
	only := words("--from ci --to staging,prod --only worker.concurrency")
	s.says(1, words("diff simplex-api --only worker.concurrency"), "worker.concurrency")
	s.says(0, append(words("sync --yes"), only...), "Applied: 2 set")
	s.says(0, words("verify --no-render"), "0 failures; 2 changes in 2 files")
	s.says(0, words("commit --push"), "worker.concurrency")
	commit := git(t, s.work, "rev-parse", "HEAD")
	if pushed := git(t, s.bare, "rev-parse", "main"); pushed != commit {
		t.Fatalf("main is at %s, not %s", pushed, commit)
	}
	if subject := git(t, s.work, "log", "-1", "--format=%s"); subject != "chore: sync CI business configs to staging and production" {
		t.Error(subject)
	}

	// Staging is hoist's to sync.
	s.says(0, words("deploy sync staging --prune"), staging+" runs "+commit[:7]+": Synced, Healthy")
	s.synced(staging, commit, true)

	// Production is not.
	s.says(1, words("deploy diff prod"), "worker.concurrency: 8 -> 24", "3 workloads restart")
	s.says(3, words("deploy sync prod --prune"), "worker.concurrency: 8 -> 24", "only a person", "try: hoist deploy sync prod")
	s.says(3, words("deploy sync prod --prune --yes"), "--yes does not sync")
	s.synced(staging, commit, true) // and nothing else was asked for

	p := at(t, s.command(words("deploy sync prod --prune")...))
	p.until("chore: sync CI business configs to staging and production")
	p.until("worker.concurrency: 8 -> 24")
	p.until(question)
	p.kind(production + "\n")
	if text := p.ends(0); !strings.Contains(text, production+" runs "+commit[:7]+": Synced, Healthy") {
		t.Error(text)
	}
	if l := s.syncs(); len(l) != 2 || !strings.Contains(l[1], production) || !strings.Contains(l[1], commit) {
		t.Error(l)
	}
	s.says(0, words("deploy status"), "out of sync: 0 | not healthy: 0")
	s.says(0, words("history --deploys"), production, commit[:7], "synced")
}
