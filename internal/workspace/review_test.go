package workspace

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hoist.example/hoist/internal/forge"
	"hoist.example/hoist/internal/forge/fake"
	"hoist.example/hoist/internal/problem"
)

// repository makes a repository of files with one commit, and gives its
// directory and a function that runs git there.
func repository(t *testing.T, files map[string]string) (dir string, git func(args ...string) string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(dir, "no-config"))
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	git = func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Wei", "-c", "user.email=wei@hoist.example"}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet", "--initial-branch=main")
	put(t, dir, files)
	git("add", "--all")
	git("commit", "--quiet", "--message", "start")
	return dir, git
}

func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func opened(t *testing.T, dir string) *Workspace {
	t.Helper()
	w, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

const threeOfThem = `version: 1
environments:
  - {name: ci, overlay: o/ci}
  - {name: staging, overlay: o/staging}
  - {name: prod, title: production, overlay: o/prod}
services:
  - {name: api, config: api.yaml}
  - {name: web, config: web.yaml}
allow:
  - {keys: [db.*], reason: each its own, group: infra, secret: true}
`

func threeEnvironments() map[string]string {
	return map[string]string{
		"hoist.yaml":         threeOfThem,
		"o/ci/api.yaml":      "grant: 200\nrates: {a: 1, b: 2}\ndb: {link: FAKEci}\n",
		"o/staging/api.yaml": "grant: 100\nrates: {a: 2, b: 3}\ndb: {link: FAKEstaging}\n",
		"o/prod/api.yaml":    "grant: 100\nrates: {a: 2, b: 3}\ndb: {link: FAKEprod}\n",
		"o/ci/web.yaml":      "x: 1\n", "o/staging/web.yaml": "x: 1\n", "o/prod/web.yaml": "x: 2\n",
	}
}

const promoted = "chore: sync CI business configs to staging\n\nSynced: api: grant, rates.*\nNot synced: api: z (staging: pending)\n\nHoist-From: ci\nHoist-To: staging\n"

// promotedBranch has one promotion into staging on a branch.
func promotedBranch(t *testing.T) (dir string, git func(args ...string) string) {
	dir, git = repository(t, threeEnvironments())
	git("checkout", "--quiet", "-b", "promote")
	put(t, dir, map[string]string{"o/staging/api.yaml": "grant: 200\nrates: {a: 1, b: 2}\ndb: {link: FAKEmoved}\n"})
	git("commit", "--quiet", "--all", "--message", promoted)
	return dir, git
}

func env(kv map[string]string) func(string) string {
	return func(name string) string { return kv[name] }
}

func TestReview(t *testing.T) {
	dir, git := promotedBranch(t)
	w := opened(t, dir)
	for _, github := range []bool{true, false} {
		s := fake.New(github, "team/gitops")
		defer s.Close()
		vars := map[string]string{"HOIST_FORGE": "gitlab", "GITLAB_TOKEN": fake.Token}
		if github {
			vars = map[string]string{"HOIST_FORGE": "github", "GH_TOKEN": fake.Token}
		}
		req := ReviewRequest{RemoteURL: s.URL + "/team/gitops.git", Head: "promote", Base: "main", From: "main", To: "promote", Getenv: env(vars)}
		r, err := w.Review(context.Background(), req, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Seen()) > 0 || r.PushOptions() != nil {
			t.Errorf("before the push: %v", s.Seen())
		}
		o, err := r.Open(context.Background())
		if err != nil || !o.New || o.URL == "" {
			t.Fatalf("%+v %v %v", o, err, s.Seen())
		}
		m := s.Merges()[0]
		if m.Title != "chore: sync CI business configs to staging" || m.Head != "promote" || m.Base != "main" {
			t.Errorf("%+v", m)
		}
		for _, want := range []string{
			"- Synced: api: grant, rates.\\*\n- Not synced: api: z (staging: pending)\n",
			"#### `o/staging/api.yaml`", "| `~` | `grant` | `100` | `200` |", "| `~` | `rates.b` | `3` | `2` |", "-grant: 100\n-rates: {a: 2, b: 3}\n",
			"<details><summary>Afterwards: different: 3 | expected: 1 | missing: 0</summary>", "| `grant` | `200` | `200` | `100` |",
		} {
			if !strings.Contains(m.Body, want) {
				t.Errorf("no %q in\n%s", want, m.Body)
			}
		}
		if strings.Contains(m.Body, "FAKEstaging") || strings.Contains(m.Body, "FAKEmoved") || strings.Contains(m.Body, "Hoist-From") || strings.Contains(m.Body, "web") {
			t.Errorf("too much is told:\n%s", m.Body)
		}
	}
	// A second promotion on the branch: one request, with a title for both.
	put(t, dir, map[string]string{"o/prod/api.yaml": "grant: 200\nrates: {a: 2, b: 3}\ndb: {link: FAKEprod}\n"})
	git("commit", "--quiet", "--all", "--message", strings.ReplaceAll(promoted, "staging", "prod"))
	r, err := w.Review(context.Background(), ReviewRequest{RemoteURL: "git@gitlab.example:team/gitops.git", Head: "promote", Base: "main", From: "main", To: "HEAD", Getenv: env(nil)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Title() != "chore: sync CI business configs to staging and production" || !strings.Contains(r.Body(), "### chore: sync CI business configs to prod\n") {
		t.Errorf("%s\n%s", r.Title(), r.Body())
	}
	// Without a token a GitLab is asked by the push.
	if o, err := r.Open(context.Background()); err != nil || !o.Pushed || len(r.PushOptions()) != 4 || r.PushOptions()[1] != "merge_request.target=main" {
		t.Errorf("%+v %v %q", o, err, r.PushOptions())
	}
}

func TestReviewRefused(t *testing.T) {
	dir, _ := promotedBranch(t)
	w := opened(t, dir)
	for _, c := range []struct {
		name string
		req  ReviewRequest
		want problem.Code
	}{
		{"no token for GitHub", ReviewRequest{RemoteURL: "git@github.com:a/b", Head: "promote", Base: "main", From: "main", To: "promote"}, forge.NoToken},
		{"a path", ReviewRequest{RemoteURL: "/srv/git/x.git", Head: "promote", Base: "main", From: "main", To: "promote"}, forge.UnknownForge},
		{"into itself", ReviewRequest{RemoteURL: "git@gitlab.com:a/b", Head: "main", Base: "main", From: "main", To: "main"}, forge.SameBranch},
		{"nothing new", ReviewRequest{RemoteURL: "git@gitlab.com:a/b", Head: "promote", Base: "main", From: "promote", To: "promote"}, NothingToReview},
	} {
		c.req.Getenv = env(nil)
		if _, err := w.Review(context.Background(), c.req, nil); !errors.Is(err, &problem.Problem{Code: c.want}) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
