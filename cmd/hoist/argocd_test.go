//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/examples"
	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/workspace"
)

// shop is the example repository with a remote that a pretended Argo CD deploys
// from.
type shop struct {
	t     testing.TB
	work  string // the clone
	bare  string // its remote
	hoist string // the binary
	*workspace.Pretend
}

// shopOptions change the shop before it opens.
type shopOptions struct {
	pace   *fake.Pace
	change func([]fake.Application)
	before func(*shop) // what was pushed, and is deployed, before the shop opens
}

// openShop makes a shop in dir. Everything that was pushed is deployed.
func openShop(t testing.TB, dir string, o shopOptions) *shop {
	t.Helper()
	s := &shop{t: t, work: filepath.Join(dir, "work"), bare: filepath.Join(dir, "remote.git")}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.MkdirAll(s.bare, 0o755))
	self, err := os.Executable()
	check(err)
	s.hoist = filepath.Join(dir, "hoist") // the name that makes this test binary hoist
	check(os.Symlink(self, s.hoist))
	history, err := examples.SimplexHistory()
	check(err)
	var snapshots []workspace.Snapshot
	for _, c := range history {
		snapshots = append(snapshots, workspace.Snapshot(c))
	}
	_, err = workspace.Unpack(t.Context(), snapshots, s.work)
	check(err)
	git(t, s.bare, "init", "--quiet", "--bare", "--initial-branch=main")
	git(t, s.work, "config", "user.name", "Ana Duarte")
	git(t, s.work, "config", "user.email", "ana.duarte@simplex.example")
	git(t, s.work, "remote", "add", "origin", s.bare)
	git(t, s.work, "push", "--quiet", "--set-upstream", "origin", "main")
	if o.before != nil {
		o.before(s)
	}
	pace := workspace.Fast()
	if o.pace != nil {
		pace = *o.pace
	}
	s.Pretend, err = workspace.NewPretend(context.Background(), workspace.PretendOptions{Dir: filepath.Join(s.work, "argocd", "applications"), GitDir: s.bare,
		Deployed: git(t, s.work, "rev-parse", "HEAD"), Pace: pace, Change: o.change})
	check(err)
	t.Cleanup(func() {
		s.Stop()
		for _, f := range s.Faults() {
			t.Errorf("the API does not know: %s", f)
		}
	})
	return s
}

// git runs git in a directory and gives what it printed, without its end.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// files of the example's environments.
func (s *shop) api(environment string) string {
	return filepath.Join(s.work, "kubernetes", "overlays", "aws-"+environment, "configs", "simplex-api", "config.yaml")
}

// edit replaces a text that stands in a file once.
func (s *shop) edit(file, before, after string) {
	s.t.Helper()
	src, err := os.ReadFile(file)
	if err != nil || strings.Count(string(src), before) != 1 {
		s.t.Fatalf("%q in %s: %d times, %v", before, file, strings.Count(string(src), before), err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(src), before, after, 1)), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// push commits everything and pushes it; the commit.
func (s *shop) push(message string) string {
	s.t.Helper()
	git(s.t, s.work, "commit", "--quiet", "--all", "--message", message)
	git(s.t, s.work, "push", "--quiet")
	return git(s.t, s.work, "rev-parse", "HEAD")
}

// change edits a text in an environment's file and pushes that.
func (s *shop) change(environment, before, after string) string {
	s.t.Helper()
	s.edit(s.api(environment), before, after)
	return s.push(environment + ": " + after)
}

// syncs are the requests that were no GET, in a line each.
func (s *shop) syncs() (out []string) {
	for _, r := range s.Writes() {
		out = append(out, fmt.Sprintf("%s %s %s %d", r.Method, r.Path, r.Body, r.Status))
	}
	return out
}

// noSync makes sure that Argo CD was asked for nothing but answers.
func (s *shop) noSync() {
	s.t.Helper()
	if l := s.syncs(); len(l) > 0 {
		s.t.Errorf("Argo CD was asked for %v", l)
	}
}

// synced makes sure that there was exactly one sync, to the revision.
func (s *shop) synced(application, revision string, prune bool) {
	s.t.Helper()
	l := s.Writes()
	want := fmt.Sprintf(`"revision":%q,"prune":%t,"dryRun":false}`, revision, prune)
	if len(l) != 1 || l[0].Method != "POST" || l[0].Path != "/api/v1/applications/"+application+"/sync" || !strings.HasSuffix(strings.TrimSpace(l[0].Body), want) {
		s.t.Errorf("one sync of %s to %s (%s) was to be asked for, and not %v", application, revision, want, s.syncs())
	}
}

// environ is what hoist runs with here.
func (s *shop) environ(more ...string) []string {
	home := filepath.Dir(s.work)
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(notHere, name) || strings.HasPrefix(name, "HOIST_") || strings.HasPrefix(name, "ARGOCD_")
	})
	env = append(env, "HOME="+home, "LANG=C.UTF-8", "LC_ALL=", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "TERM=xterm", "NO_COLOR=1")
	for k, v := range s.Environ() {
		env = append(env, k+"="+v)
	}
	return append(env, more...)
}

// notHere are variables that tell of the machine the tests run on.
var notHere = []string{"CI", "GITHUB_ACTIONS", "GITLAB_CI", "AGENT", "AI_AGENT", "CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "GEMINI_CLI"}

// command is hoist, to be run in the clone.
func (s *shop) command(args ...string) *exec.Cmd {
	s.t.Helper()
	c := exec.Command(s.hoist, args...)
	c.Dir, c.Env = s.work, s.environ()
	return c
}
