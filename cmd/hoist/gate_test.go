//go:build unix

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/argocd/fake"
)

const (
	production = "simplex-aws-prod"
	question   = "\r\n> " // how the screen looks when the gate waits for an answer
)

// log are the lines of the audit log.
func (s *shop) log() (out []map[string]any) {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.work, ".git", "hoist", "audit.jsonl"))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			s.t.Fatal(line, err)
		}
		out = append(out, m)
	}
	return out
}

// shut makes sure that nothing went through the gate.
func (s *shop) shut() {
	s.t.Helper()
	s.noSync()
	if l := s.log(); len(l) > 0 {
		s.t.Errorf("the audit log has %v", l)
	}
}

func TestGateOpens(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	before := git(t, s.work, "rev-parse", "HEAD")
	commit := s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	p := at(t, s.command("deploy", "sync", "prod", "--prune"))
	p.until("newUserGrant: 100 -> 200")
	p.until("is deleted")
	p.until("production to " + commit[:7])
	p.until(question)
	s.shut()
	p.kind(production + "\n")
	text := p.ends(0)
	if !strings.Contains(text, production+" runs "+commit[:7]+": Synced, Healthy") {
		t.Error(text)
	}
	s.synced(production, commit, true)
	log := s.log()
	if len(log) != 2 {
		t.Fatalf("the audit log has %v", log)
	}
	for i, want := range []map[string]any{{"event": "opened"}, {"event": "ended", "outcome": "synced"}} {
		for k, v := range map[string]any{"schema": "hoist/audit/v1", "application": production, "environment": "prod", "revision": commit, "deployed": before, "prune": true,
			"gitUser": "Ana Duarte <ana.duarte@simplex.example>", "id": log[0]["id"], "digest": log[0]["digest"]} {
			want[k] = v
		}
		for k, v := range want {
			if log[i][k] != v {
				t.Errorf("line %d: %s is %v, not %v", i, k, log[i][k], v)
			}
		}
	}
	// There is nothing left to do, so nobody is asked.
	stdout, stderr, status := s.out("deploy", "sync", "prod")
	if status != 0 || !strings.Contains(stdout, "already") {
		t.Error(status, stdout, stderr)
	}
	s.synced(production, commit, true)
}

// Whatever a person does that is not to type the name: nothing is synced.
func TestGateStaysShut(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	for _, c := range []struct {
		name, typed string
		status      int
		says        string
	}{
		{"the wrong name", "simplex-aws-staging\n", 3, "that is not the name"},
		{"nothing", "\n", 3, "that is not the name"},
		{"yes", "yes\n", 3, "that is not the name"},
		{"a blank behind it", production + " \n", 3, "that is not the name"},
		{"the environment", "prod\n", 3, "that is not the name"},
		{"Ctrl-D", "\x04", 3, "nothing was typed"},
		{"the name and Ctrl-D", production + "\x04\x04", 3, "nothing was typed"},
		{"Ctrl-C", "\x03", 130, "interrupted"},
		{"the name and Ctrl-C", production + "\x03", 130, "interrupted"},
		{"a second try", "no\n" + production + "\n", 3, "that is not the name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := at(t, s.command("deploy", "sync", "prod"))
			p.until("newUserGrant: 100 -> 200")
			p.until(question)
			p.kind(c.typed)
			if text := p.ends(c.status); !strings.Contains(text, c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, text)
			}
			s.shut()
		})
	}
}

// Without a person nobody is asked: state, difference and what to do are shown,
// exit status 3.
func TestGateWithoutAPerson(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	shown := func(t *testing.T, text string, status int, says string) {
		t.Helper()
		for _, want := range []string{"OutOfSync", "newUserGrant: 100 -> 200", "refused: ", says, "hoist deploy sync prod"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing:\n%s", want, text)
			}
		}
		if status != 3 || strings.Contains(text, "\n> ") {
			t.Errorf("exit status %d:\n%s", status, text)
		}
		s.shut()
	}
	for _, args := range [][]string{nil, {"--yes"}, {"-y"}, {"--prune", "--yes"}, {"-q"}} {
		t.Run("no terminal "+strings.Join(args, " "), func(t *testing.T) {
			stdout, stderr, status := s.out(append([]string{"deploy", "sync", "prod"}, args...)...)
			says := "standard input is no terminal"
			if slices.ContainsFunc(args, func(a string) bool { return a == "--yes" || a == "-y" }) {
				says = "--yes does not sync"
			}
			shown(t, stdout+stderr, status, says)
		})
	}
	pipe := func(producer string) *exec.Cmd {
		c := s.command()
		hoist := c.Path
		c.Path, c.Args = "/bin/sh", []string{"sh", "-c", producer + " | " + hoist + " deploy sync prod"}
		return c
	}
	onTerminal := map[string]struct {
		cmd  *exec.Cmd
		says string
	}{
		"yes |":      {pipe("yes"), "standard input is no terminal"},
		"the name |": {pipe("yes " + production), "standard input is no terminal"},
		"--yes":      {s.command("deploy", "sync", "prod", "--yes"), "--yes does not sync"},
		"stderr to a file": {func() *exec.Cmd {
			c := s.command()
			c.Path, c.Args = "/bin/sh", []string{"sh", "-c", s.hoist + " deploy sync prod 2>errors; status=$?; cat errors; exit $status"}
			return c
		}(), "standard error is no terminal"},
	}
	for _, v := range []string{"CI=true", "CI=1", "GITHUB_ACTIONS=true", "GITLAB_CI=true", "AGENT=1", "AI_AGENT=x", "CLAUDECODE=1", "CURSOR_AGENT=1", "CODEX_SANDBOX=seatbelt", "GEMINI_CLI=1"} {
		c := s.command("deploy", "sync", "prod")
		c.Env = append(c.Env, v)
		name, _, _ := strings.Cut(v, "=")
		onTerminal[v] = struct {
			cmd  *exec.Cmd
			says string
		}{c, name + " is set"}
	}
	for name, c := range onTerminal {
		t.Run("a terminal, and "+name, func(t *testing.T) {
			p := at(t, c.cmd)
			shown(t, p.ends(3), 3, c.says)
		})
	}
	t.Run("in the background", func(t *testing.T) {
		c := s.command()
		c.Path, c.Args = "/bin/bash", []string{"bash", "-c", "set -m; " + s.hoist + " deploy sync prod & wait $!"}
		shown(t, at(t, c).ends(3), 3, "background")
	})
	t.Run("JSON", func(t *testing.T) {
		stdout, stderr, status := s.out("deploy", "sync", "prod", "-o", "json")
		var m map[string]any
		if err := json.Unmarshal([]byte(stdout), &m); err != nil || status != 3 || m["schema"] != "hoist/error/v1" || m["code"] != "gate-no-person" || m["deploy"].(map[string]any)["application"] != production {
			t.Error(status, stdout, stderr, err)
		}
		s.shut()
	})
}

func TestGateForgetsWhatWasTypedAhead(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	s.Break(fake.Controller, true) // so that hoist waits before it asks
	p := at(t, s.command("deploy", "sync", "prod"))
	p.kind(strings.Repeat(production+"\n", 3))
	p.until(strings.Repeat(production+"\r\n", 3)) // the terminal has it: it echoed
	s.Break(fake.Controller, false)
	p.until(question)
	p.kind("\x04")
	p.ends(3)
	s.shut()
}

// What moves while the name is typed is shown again, and asked about again; what
// is synced then is what was shown last.
func TestGateAsksAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")

	t.Run("the branch moved", func(t *testing.T) {
		p := at(t, s.command("deploy", "sync", "prod"))
		p.until(question)
		s.change("prod", "inviterReward: 100", "inviterReward: 150")
		p.kind(production + "\n")
		p.until("moved while")
		p.until("inviterReward: 100 -> 150")
		p.until(question)
		p.kind("\x04")
		p.ends(3)
		s.shut()
	})
	t.Run("the application moved", func(t *testing.T) {
		p := at(t, s.command("deploy", "sync", "prod"))
		p.until(question)
		s.Edit(production, func(live []fake.Object) []fake.Object {
			for _, o := range live {
				if o["kind"] == "Deployment" {
					o["spec"].(map[string]any)["replicas"] = float64(17)
					break
				}
			}
			return live
		})
		p.kind(production + "\n")
		p.until("moved while")
		p.until("replicas: 17 -> ")
		p.until(question)
		p.kind(production + " \n")
		p.ends(3)
		s.shut()
	})
	t.Run("and then it is synced as shown", func(t *testing.T) {
		p := at(t, s.command("deploy", "sync", "prod", "--prune"))
		p.until(question)
		commit := s.change("prod", "inviterReward: 150", "inviterReward: 160")
		p.kind(production + "\n")
		p.until("inviterReward: 100 -> 160")
		p.until(question)
		p.kind(production + "\n")
		p.ends(0)
		s.synced(production, commit, true)
		if l := s.log(); len(l) != 2 || l[0]["revision"] != commit {
			t.Error(l)
		}
	})
}

const (
	price    = "stripePriceId: price_FAKE_live_plus_monthly"
	pending  = "stripePriceId: '' # hoist:pending create the Price in the Stripe Live Dashboard"
	liveKey  = "secretKey: sk_live_FAKE_simplex_prod"
	testKey  = "secretKey: sk_test_FAKE_simplex_prod"
	otherKey = "secretKey: sk_test_FAKE_simplex_other"
	grant    = "newUserGrant: 100"
)

// What comes in with the commits to deploy keeps the gate shut, also for a
// person who would type the name.
func TestGateShutByWhatComes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, after, says string }{
		{"a placeholder that hoist wrote", price, pending, "stripePriceId"},
		{"an empty value under a rule", price, "stripePriceId: ''", "stripePriceId"},
		{"a test key in production", liveKey, testKey, "stripe.secretKey"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t, t.TempDir(), shopOptions{})
			s.change("prod", c.before, c.after)
			s.change("prod", grant, "newUserGrant: 200")
			text := at(t, s.command("deploy", "sync", "prod")).ends(3)
			for _, want := range []string{"IT BRINGS IN ", c.says, "newUserGrant: 100 -> 200", " came in since what is deployed"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing:\n%s", want, text)
				}
			}
			if strings.Contains(text, "sk_test_FAKE") || strings.Contains(text, "sk_live_FAKE") {
				t.Errorf("a secret is seen:\n%s", text)
			}
			s.shut()
			stdout, stderr, status := s.out("deploy", "sync", "prod")
			if status != 3 || !strings.Contains(stdout, "IT BRINGS IN ") {
				t.Error(status, stdout, stderr)
			}
			s.shut()

			if c.before != liveKey {
				return
			}
			s.change("prod", c.after, c.before) // put right by a later commit
			p := at(t, s.command("deploy", "sync", "prod", "--prune"))
			p.until(question)
			p.kind(production + "\n")
			p.ends(0)
			s.synced(production, git(t, s.work, "rev-parse", "HEAD"), true)
		})
	}
}

// What stood there before is listed, and has to be acknowledged.
func TestGateKnowsOlderFindings(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{before: func(s *shop) { s.change("prod", liveKey, testKey) }})
	s.change("prod", grant, "newUserGrant: 200")
	for _, typed := range []string{production, "yes", "", "yes, 1 finding"} {
		p := at(t, s.command("deploy", "sync", "prod"))
		p.until("TO BE KNOWN (2)")
		p.until("stripe.secretKey")
		p.until("yes, 2 findings")
		p.until(question)
		p.kind(typed + "\n")
		if text := p.ends(3); !strings.Contains(text, "not acknowledged") {
			t.Error(text)
		}
		s.shut()
	}
	other := s.change("prod", testKey, otherKey) // the same rule is broken by another value
	if text := at(t, s.command("deploy", "sync", "prod")).ends(3); !strings.Contains(text, "IT BRINGS IN ") {
		t.Error(text)
	}
	s.shut()
	git(t, s.work, "revert", "--no-edit", other)
	git(t, s.work, "push", "--quiet")
	p := at(t, s.command("deploy", "sync", "prod", "--prune"))
	p.until(question)
	p.kind("yes, 2 findings\n")
	p.until("full, " + production)
	p.until(question)
	p.kind(production + "\n")
	p.ends(0)
	s.synced(production, git(t, s.work, "rev-parse", "HEAD"), true)
	if l := s.log(); len(l) != 2 || l[0]["findings"] != 2.0 {
		t.Error(l)
	}
}

// Only what was pushed makes an environment automatic, and only what was pushed
// are its rules.
func TestGateBelievesNoWorkTree(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", liveKey, testKey)
	config := filepath.Join(s.work, "hoist.yaml")
	src, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	manual := "    deploy: manual # only a person may sync it\n"
	alias := strings.Replace(string(src), "application: simplex-aws-staging", "application: simplex-aws-prod", 1)
	automatic := strings.Replace(string(src), manual, "    deploy: automatic\n", 1)
	if alias == string(src) || automatic == string(src) {
		t.Fatal("the example's hoist.yaml is another")
	}
	refused := func(name, text string, args ...string) {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			stdout, stderr, status := s.out(append([]string{"deploy", "sync"}, args...)...)
			if status != 3 || !strings.Contains(stderr, "only a person") {
				t.Error(status, stdout, stderr)
			}
			s.shut()
		})
	}
	refused("made automatic", automatic, "prod")
	refused("under another environment's name", alias, "staging")
	git(t, s.work, "commit", "--quiet", "--all", "--message", "nobody pushed this")
	refused("committed, not pushed", automatic, "prod")
	git(t, s.work, "reset", "--quiet", "--hard", "origin/main")

	other := filepath.Join(s.work, "other.yaml")
	if err := os.WriteFile(other, []byte(automatic), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("another file", string(src), "prod", "--config", other)
	c := s.command("deploy", "sync", "prod")
	c.Env = append(c.Env, "HOIST_CONFIG="+other)
	if status := exit(c.Run()); status != 3 {
		t.Error("HOIST_CONFIG:", status)
	}
	s.shut()

	// Without the rule, in the work tree, the test key still keeps the gate shut.
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(strings.ReplaceAll(string(src), "sk_test_*", "nothing"), "sk_live_*", "*")), 0o644); err != nil {
		t.Fatal(err)
	}
	if text := at(t, s.command("deploy", "sync", "prod")).ends(3); !strings.Contains(text, "IT BRINGS IN ") {
		t.Error(text)
	}
	s.shut()
}

// Nothing but hoist deploy sync asks at the gate, whoever sits at the terminal:
// not the guided promotion either, where a work tree says automatic and what was
// pushed does not.
func TestGateIsNotPromotes(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.edit(filepath.Join(s.work, "hoist.yaml"), "    deploy: manual # only a person may sync it\n", "    deploy: automatic\n")
	p := at(t, s.command(words("promote simplex-gateway --from ci --to prod --yes")...))
	text := p.ends(3)
	for _, want := range []string{"webhooks.maxAttempts: 5 -> 6", "only a person", "try: hoist deploy sync prod"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	s.shut()
}
