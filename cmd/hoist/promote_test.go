//go:build unix

package main

import (
	"os"
	"strings"
	"testing"
)

// TestPromoteGuided walks from the comparison to production's door as a person
// does, stops on the way, and goes on.
func TestPromoteGuided(t *testing.T) {
	s := openShop(t, t.TempDir(), shopOptions{})
	p := at(t, s.command("promote", "--from", "ci", "--to", "staging,prod", "--no-pager"))
	p.until("NEEDS ATTENTION")
	p.until("1/16  server.cors.allowOrigins  simplex-api")
	for _, c := range []struct{ see, kind string }{
		{"Promote this? [y,n,a,d,s,e,q,?] ", "?\n"},
		{"e - it is meant to differ", ""},
		{"Promote this? [", "y\n"},
		{"2/16  rabbitmq", ""},
		{"routingKey: email.digest", ""}, // what is in a new mapping
		{"Promote this? [", "s\n"},       // each environment on its own
		{"2/17  rabbitmq", ""},
		{"Promote this? [y,n,a,d,e,q,?] ", "y\n"},
		{"Promote this? [", "n\n"},
		{"credit.newUserGrant  simplex-api", ""},
		{"Promote this? [", "e\n"}, // meant to differ
		{"Why is credit.newUserGrant meant to differ", "CI gives more to try with\n"},
		{"Promote this? [", "a\n"},
		{"rule written to hoist.yaml:", ""},
		{"Only a person can supply 2 values", ""},
		{"create the Price in the Stripe Live Dashboard", ""},
		{"stripePriceId for staging, simplex-api (empty: leave it out): ", "price_FAKE_test_pro_monthly\n"}, // CI's own
		{"does not keep the rule", ""},
		{"stripePriceId for staging, simplex-api (empty: leave it out): ", "price_FAKEproStaging\n"},
		{"stripePriceId for prod, simplex-api (empty: leave it out): ", "price_FAKEproLive\n"},
		{"Plan: 22 to set, 6 to add, 0 to delete in 2 files.", ""},
		{"Apply these changes? [y/N] ", "y\n"},
		{"verify: 0 failures", ""},
		{"Hoist-Plan: sha256:", ""},
		{"Commit with this message? [y/N, e to edit it] ", "\n"}, // no
		{"stopped here; nothing is half-done", ""},
		{"next: hoist promote --continue", ""},
	} {
		p.until(c.see)
		p.kind(c.kind)
	}
	p.ends(0)
	s.noSync()
	if git(t, s.work, "rev-list", "--count", "origin/main..main") != "0" {
		t.Error("something was committed")
	}
	rules, err := os.ReadFile(s.work + "/hoist.yaml")
	if err != nil || !strings.Contains(string(rules), "CI gives more to try with") {
		t.Error("the rule is not there", err)
	}

	p = at(t, s.command("promote", "--continue", "--no-pager"))
	p.until("verify: 0 failures")
	p.until("Commit with this message? [y/N, e to edit it] ")
	p.kind("y\n")
	p.until("committed: 3 files in 1 commit on main")
	p.until("Push it? [y/N] ")
	p.kind("\x03") // Ctrl-C
	p.ends(130)
	s.noSync()
	commit := git(t, s.work, "rev-parse", "HEAD")

	p = at(t, s.command("promote", "--continue", "--no-pager"))
	p.until("Push it? [y/N] ")
	p.kind("y\n")
	p.until("pushed: 1 commit to main on origin")
	p.until("Sync staging (simplex-aws-staging) and wait for it? [y/N] ")
	s.noSync()
	p.kind("y\n")
	p.until("simplex-aws-staging is deployed, but stays OutOfSync") // the ConfigMap of before, which only --prune deletes
	p.until("── Before prod ──")
	p.until("credit.newUserGrantWithInvite: 200 -> 300")
	p.until("prod is synced by a person only")
	p.until("next: hoist deploy sync prod")
	p.ends(1)
	s.synced("simplex-aws-staging", commit, false)
	if git(t, s.work, "status", "--porcelain") != "" {
		t.Error(git(t, s.work, "status"))
	}
	if message := git(t, s.work, "log", "-1", "--format=%B"); !strings.Contains(message, "Hoist-To: staging, prod") {
		t.Error(message)
	}
}

// TestPromoteChinese asks and answers in Chinese; the end of the input leaves
// everything as it is.
func TestPromoteChinese(t *testing.T) {
	s := openShop(t, t.TempDir(), shopOptions{})
	c := s.command("promote", "--from", "ci", "--to", "staging", "--lang", "zh", "--no-pager")
	p := at(t, c)
	p.until("需要处理")
	p.until("发布这一项吗？[y,n,a,d,e,q,?] ")
	p.kind("q\n")
	p.until("以下 1 个值只能由人填写")
	p.until("stripePriceId（留空：不包括）：")
	p.kind("\n")
	p.until("没有要发布的内容")
	p.ends(1)
	s.noSync()
	if git(t, s.work, "status", "--porcelain") != "" {
		t.Error(git(t, s.work, "status"))
	}
}

// TestPromoteYes needs no person until production; both ways of promoting.
func TestPromoteYes(t *testing.T) {
	s := openShop(t, t.TempDir(), shopOptions{})
	stdout, stderr, status := s.out("promote", "--from", "ci", "--to", "staging", "--images", "--yes")
	if status != 1 || !strings.Contains(stderr, "simplex-aws-staging is deployed") || !strings.Contains(stderr, "promoted from ci to staging") {
		t.Error(status, stdout, stderr)
	}
	s.synced("simplex-aws-staging", git(t, s.work, "rev-parse", "HEAD"), false)

	// Later, what staging has goes to production, up to its door.
	stdout, stderr, status = s.out("promote", "--from", "staging", "--to", "prod", "--images", "--yes")
	if status > 1 || !strings.Contains(stdout, "newUserGrant: 100 -> 200") || !strings.Contains(stderr, "next: hoist deploy sync prod") {
		t.Error(status, stdout, stderr)
	}
	s.synced("simplex-aws-staging", git(t, s.work, "rev-parse", "HEAD~1"), false)
}

// TestPromoteImages: one promotion brings CI's configuration to both and CI's
// tags to staging; production takes the tags that staging has.
func TestPromoteImages(t *testing.T) {
	s := openShop(t, t.TempDir(), shopOptions{})
	tag := func(env string) string {
		b, err := os.ReadFile(s.work + "/kubernetes/overlays/aws-" + env + "/kustomization.yaml")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(b), "/anotherme-agent\n")
		_, rest, _ = strings.Cut(rest, "newTag: ")
		tag, _, _ := strings.Cut(rest, "\n")
		return tag
	}
	ci, staging, prod := tag("ci"), tag("staging"), tag("prod")
	if ci == staging || staging == prod || ci == "" || prod == "" {
		t.Fatal(ci, staging, prod)
	}
	stdout, stderr, status := s.out("promote", "--from", "ci", "--to", "staging,prod", "--images", "--yes", "--until", "commit")
	if status != 1 || !strings.Contains(stdout, "images of prod from staging") {
		t.Error(status, stdout, stderr)
	}
	if tag("staging") != ci || tag("prod") != staging {
		t.Errorf("staging has %s, production %s", tag("staging"), tag("prod"))
	}
	if message := git(t, s.work, "log", "-1", "--format=%B"); !strings.Contains(message, "Hoist-From: ci, staging") {
		t.Error(message)
	}
	stdout, stderr, status = s.out("images", "sync", "--from", "ci", "--to", "prod", "--all", "--yes") // asked for by name it is refused
	if status != 3 {
		t.Error(status, stdout, stderr)
	}
}
