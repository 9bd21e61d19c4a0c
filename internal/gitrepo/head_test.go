package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

func TestHead(t *testing.T) {
	dir := repository(t)
	r := find(t, dir)
	id := git(t, dir, "rev-parse", "HEAD")
	h, err := r.Head(t.Context())
	if err != nil || h != (Head{"main", id}) || h.Ref() != "refs/heads/main" {
		t.Error(h, err)
	}
	git(t, dir, "checkout", "--quiet", "--detach")
	if h, err = r.Head(t.Context()); err != nil || h != (Head{"", id}) || h.Ref() != "HEAD" {
		t.Error(h, err)
	}
	git(t, dir, "checkout", "--quiet", "--orphan", "a/b")
	if h, err = r.Head(t.Context()); err != nil || h != (Head{"a/b", ""}) {
		t.Error(h, err)
	}
}

// bare is a new bare repository beside dir.
func bare(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(dir), name)
	git(t, filepath.Dir(dir), "init", "--quiet", "--bare", "--initial-branch=main", path)
	return path
}

func TestPushTarget(t *testing.T) {
	for _, x := range []struct {
		name   string
		set    [][]string
		branch string
		want   Remote
		why    string
	}{
		{"no remote", nil, "main", Remote{}, "no-remote"},
		{"detached", nil, "", Remote{}, "detached"},
		{"one remote", [][]string{{"remote", "add", "up", "R"}}, "main", Remote{"up", "refs/heads/main", true}, ""},
		{"two remotes, origin", [][]string{{"remote", "add", "up", "R"}, {"remote", "add", "origin", "R"}}, "main", Remote{"origin", "refs/heads/main", true}, ""},
		{"two remotes", [][]string{{"remote", "add", "up", "R"}, {"remote", "add", "down", "R"}}, "main", Remote{}, "several-remotes"},
		{"pushDefault", [][]string{{"remote", "add", "up", "R"}, {"remote", "add", "down", "R"}, {"config", "remote.pushDefault", "down"}}, "main", Remote{"down", "refs/heads/main", true}, ""},
		{"follows", [][]string{{"remote", "add", "up", "R"}, {"push", "-q", "-u", "up", "main"}}, "main", Remote{"up", "refs/heads/main", false}, ""},
		{"follows another name", [][]string{{"remote", "add", "up", "R"}, {"push", "-q", "up", "main"}, {"checkout", "-q", "-b", "work", "up/main"}}, "work", Remote{}, "other-name"},
		{"push.default=upstream", [][]string{{"remote", "add", "up", "R"}, {"push", "-q", "up", "main"}, {"checkout", "-q", "-b", "work", "up/main"}, {"config", "push.default", "upstream"}}, "work", Remote{"up", "refs/heads/main", false}, ""},
		{"triangle", [][]string{{"remote", "add", "up", "R"}, {"remote", "add", "mine", "S"}, {"push", "-q", "-u", "up", "main"}, {"push", "-q", "mine", "main"}, {"config", "remote.pushDefault", "mine"}}, "main", Remote{"mine", "refs/heads/main", false}, ""},
		{"follows a local branch", [][]string{{"branch", "-q", "--track", "work", "main"}}, "work", Remote{}, "no-remote"},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir := repository(t)
			places := map[string]string{"R": bare(t, dir, "r.git"), "S": bare(t, dir, "s.git")}
			for _, args := range x.set {
				for i, a := range args {
					if places[a] != "" {
						args[i] = places[a]
					}
				}
				git(t, dir, args...)
			}
			got, err := find(t, dir).PushTarget(t.Context(), x.branch)
			if x.why == "" {
				if err != nil || got != x.want {
					t.Error(got, err)
				}
				return
			}
			p := problem.All(err)
			if len(p) != 1 || p[0].Code != NoPushTarget || p[0].Arg("why") != x.why {
				t.Error(got, err)
			}
		})
	}
}

func TestRemotes(t *testing.T) {
	dir := repository(t)
	at := bare(t, dir, "r.git")
	git(t, dir, "remote", "add", "up", "short:r.git")
	git(t, dir, "config", "url."+filepath.Dir(dir)+"/.insteadOf", "short:")
	r := find(t, dir)
	if url, err := r.RemoteURL(t.Context(), "up"); err != nil || url != at {
		t.Error(url, err)
	}
	if _, err := r.RemoteURL(t.Context(), "none"); !errors.Is(err, &problem.Problem{Code: Failed}) {
		t.Error(err)
	}
	if b, err := r.DefaultBranch(t.Context(), "up"); err != nil || b != "" {
		t.Error(b, err)
	}
	git(t, dir, "push", "--quiet", "up", "main")
	git(t, dir, "remote", "set-head", "up", "--auto")
	if b, err := r.DefaultBranch(t.Context(), "up"); err != nil || b != "main" {
		t.Error(b, err)
	}
	if id, err := r.Known(t.Context(), Remote{Name: "up", Ref: "refs/heads/main"}); err != nil || id != git(t, dir, "rev-parse", "main") {
		t.Error(id, err)
	}
	if id, err := r.Known(t.Context(), Remote{Name: "up", Ref: "refs/heads/none"}); err != nil || id != "" {
		t.Error(id, err)
	}
	if id, err := r.Known(t.Context(), Remote{Name: "none", Ref: "refs/heads/main"}); err != nil || id != "" {
		t.Error(id, err)
	}
}

func TestMapped(t *testing.T) {
	for _, x := range [][3]string{
		{"refs/heads/*:refs/remotes/o/*", "refs/heads/a/b", "refs/remotes/o/a/b"},
		{"refs/heads/main:refs/remotes/o/main", "refs/heads/main", "refs/remotes/o/main"},
		{"refs/heads/main:refs/remotes/o/main", "refs/heads/mainly", ""},
		{"refs/heads/x*y:refs/remotes/o/*", "refs/heads/xay", "refs/remotes/o/a"},
		{"refs/heads/x*y:refs/remotes/o/*", "refs/heads/x", ""},
		{"refs/heads/*", "refs/heads/a", ""},
		{"^refs/heads/a", "refs/heads/a", ""},
	} {
		if got := mapped(x[0], x[1]); got != x[2] {
			t.Errorf("%q of %q: %q, want %q", x[1], x[0], got, x[2])
		}
	}
}

// TestNobodyToAsk: git and its helpers have no terminal to ask on.
func TestNobodyToAsk(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc")
	}
	dir := repository(t)
	helper := filepath.Join(filepath.Dir(dir), "helper")
	must(t, os.WriteFile(helper, []byte("#!/bin/sh\necho prompt=$GIT_TERMINAL_PROMPT tty=$GPG_TTY session=$(cut -d' ' -f6 /proc/self/stat) >&2\nexit 1\n"), 0o755))
	git(t, dir, "remote", "add", "up", "ext::"+strings.ReplaceAll(helper, " ", "% "))
	git(t, dir, "config", "protocol.ext.allow", "always")
	t.Setenv("GPG_TTY", "/dev/pts/0")
	t.Setenv("GIT_TERMINAL_PROMPT", "1")
	_, err := find(t, dir).run(t.Context(), "ls-remote", "up")
	p := problem.All(err)
	if len(p) != 1 || !strings.Contains(p[0].Arg("output"), "prompt=0 tty= session=") {
		t.Fatal(err)
	}
	stat, err := os.ReadFile("/proc/self/stat")
	must(t, err)
	_, ours, _ := strings.Cut(string(stat), ") ")
	if session := " session=" + strings.Fields(ours)[3] + "\n"; strings.Contains(p[0].Arg("output")+"\n", session) {
		t.Error("git is in the session of the terminal:", p[0].Arg("output"))
	}
}
