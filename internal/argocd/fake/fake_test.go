package fake

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@lab.example", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestRepository: what a name is at, in a repository as git makes it.
func TestRepository(t *testing.T) {
	work, bare := t.TempDir(), filepath.Join(t.TempDir(), "bare.git")
	git(t, work, "init", "-q")
	git(t, work, "commit", "-q", "--allow-empty", "-m", "one")
	one := git(t, work, "rev-parse", "HEAD")
	git(t, work, "tag", "v1")
	git(t, work, "branch", "feature/x")
	git(t, work, "clone", "-q", "--bare", work, bare)
	check := func(dir string, want map[string]string) {
		t.Helper()
		head := Repository(dir)
		for target, want := range want {
			got, err := head("", target)
			if got != want || (want == "") != errors.Is(err, ErrNoRevision) {
				t.Errorf("%s in %s: %q %v, want %q", target, dir, got, err, want)
			}
		}
	}
	refs := map[string]string{"main": one, "HEAD": one, "v1": one, "refs/heads/main": one, "heads/main": one, "feature/x": one, one: one, "nosuch": "", "feature": "", "../x": "", "": ""}
	check(bare, refs) // packed
	check(filepath.Join(work, ".git"), refs)
	git(t, work, "commit", "-q", "--allow-empty", "-m", "two")
	two := git(t, work, "rev-parse", "HEAD")
	git(t, work, "push", "-q", bare, "main")
	check(bare, map[string]string{"main": two, "HEAD": two, "v1": one})
	git(t, bare, "pack-refs", "--all")
	check(bare, map[string]string{"main": two, "HEAD": two, "v1": one})
	if _, err := Repository(t.TempDir())("", "main"); err == nil || errors.Is(err, ErrNoRevision) {
		t.Errorf("no repository: %v", err)
	}
}

// TestFaults: what the API does not know is found, and what it knows is not.
func TestFaults(t *testing.T) {
	const kind = "application/json"
	for _, test := range []struct {
		method, target, kind, body string
		want                       string
	}{
		{"GET", "/api/v1/applications/a?refresh=normal&project=p&appNamespace=n", "", "", ""},
		{"GET", "/api/v1/stream/applications?name=a&project=p", "", "", ""},
		{"GET", "/api/v1/applications/a/revisions/b/metadata", "", "", ""},
		{"GET", "/api/version", "", "", ""},
		{"POST", "/api/v1/applications/a/sync", kind, `{"revision":"x","prune":true,"dryRun":false,"project":"p","appNamespace":"n"}`, ""},
		{"DELETE", "/api/v1/applications/a/operation?project=p", kind, "", ""},

		{"GET", "/api/v1/applications/a?refersh=normal", "", "", "query refersh"},
		{"GET", "/api/v1/applications/a?refresh=anything", "", "", "refresh=anything"},
		{"GET", "/api/v1/applications/a/manage-resources", "", "", "no such call"},
		{"GET", "/api/v1/applications//sync", "", "", "no such call"},
		{"POST", "/api/v1/applications/a/sync", kind, `{"prun":true}`, "field prun"},
		{"POST", "/api/v1/applications/a/sync", kind, `{"prune":"true"}`, "field prune of type string"},
		{"POST", "/api/v1/applications/a/sync", kind, `{"revision":null}`, "field revision of type null"},
		{"POST", "/api/v1/applications/a/sync", kind, `{`, "body: "},
		{"POST", "/api/v1/applications/a/sync", kind + "; charset=utf-8", `{}`, "content type"},
		{"POST", "/api/v1/applications/a/sync?project=p", kind, `{}`, "query project"},
		{"DELETE", "/api/v1/applications/a/operation", "", "", "content type"},
		{"DELETE", "/api/v1/applications/a/operation", kind, "{}", "a body"},
	} {
		u, err := url.Parse(test.target)
		if err != nil {
			t.Fatal(err)
		}
		got := faults(&Request{Method: test.method, Path: u.Path, Query: u.Query(), ContentType: test.kind, Body: test.body})
		if s := strings.Join(got, "\n"); test.want == "" && s != "" || !strings.Contains(s, test.want) || test.want != "" && len(got) != 1 {
			t.Errorf("%s %s %s: %q, want %q", test.method, test.target, test.body, s, test.want)
		}
	}
}

// TestRequestsAreWrittenDown, over a real connection, as other programs use it.
func TestRequestsAreWrittenDown(t *testing.T) {
	s := New(Options{World: World{
		Head:    func(string, string) (string, error) { return strings.Repeat("a", 40), nil },
		Objects: func(Application, string) ([]Object, error) { return nil, nil },
	}, Applications: []Application{{Name: "a", Project: "p", Target: "main"}}, Accounts: Accounts("p", "a"), Pace: Pace{Operation: -1, PickUp: -1, Stale: -1, Refresh: -1}})
	defer s.Close()
	h := httptest.NewServer(s)
	defer h.Close()
	send := func(method, path, token, body string) int {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+token)
		q.Header.Set("Content-Type", "application/json")
		res, err := h.Client().Do(q)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for _, x := range []struct {
		method, path, token, body string
		want                      int
	}{
		{"GET", "/api/v1/applications/a?refresh=hard", "viewer-token", "", 200},
		{"GET", "/api/v1/applications", "nobody-token", "", 200},
		{"POST", "/api/v1/applications/a/sync", "viewer-token", `{}`, 403},
		{"POST", "/api/v1/applications/a/sync", "limited-token", `{}`, 200},
		{"DELETE", "/api/v1/applications/a/operation", "wrong", "", 401},
	} {
		if got := send(x.method, x.path, x.token, x.body); got != x.want {
			t.Errorf("%s %s as %s: %d", x.method, x.path, x.token, got)
		}
	}
	var got []string
	for _, r := range s.Writes() {
		got = append(got, r.Method+" "+r.Account+" "+http.StatusText(r.Status))
	}
	if want := []string{"POST viewer Forbidden", "POST limited OK", "DELETE  Unauthorized"}; !slices.Equal(got, want) || len(s.Requests()) != 5 {
		t.Errorf("%q", got)
	}
	if f := s.Faults(); len(f) != 0 {
		t.Errorf("%q", f)
	}
}
