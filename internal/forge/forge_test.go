package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/forge/fake"
	"hoist.example/hoist/internal/problem"
)

func TestParseRemote(t *testing.T) {
	for text, want := range map[string]string{
		"https://github.com/team/gitops.git":                "https github.com team/gitops",
		"https://wei:FAKE@github.com/team/gitops":           "https github.com team/gitops",
		"http://127.0.0.1:8080/team/gitops.git/":            "http 127.0.0.1:8080 team/gitops",
		"https://gitlab.example:8443/team/infra/gitops.git": "https gitlab.example:8443 team/infra/gitops",
		"https://github.com:443/team/gitops":                "https github.com team/gitops",
		"git@gitlab.example:team/infra/gitops.git":          "https gitlab.example team/infra/gitops",
		"gitlab.example:team/gitops":                        "https gitlab.example team/gitops",
		"git@[gitlab.example:2222]:team/gitops.git":         "https gitlab.example team/gitops",
		"ssh://git@gitlab.example:2222/team/gitops.git":     "https gitlab.example team/gitops",
		"ssh://git@ssh.github.com:443/team/gitops.git":      "https github.com team/gitops",
		"git@altssh.gitlab.com:team/gitops.git":             "https gitlab.com team/gitops",
		"git://GitHub.com/team/gitops":                      "https github.com team/gitops",
		"git+ssh://git@github.example/team/gitops.git":      "https github.example team/gitops",
		"/srv/git/gitops.git":                               "",
		"../gitops":                                         "",
		"file:///srv/git/team/gitops.git":                   "",
		"C:/git/team/gitops":                                "",
		"./a:b/c":                                           "",
		"":                                                  "",
		"https://github.com":                                "",
		"https://github.com/gitops":                         "",
		"https://%zz/a/b":                                   "",
		"git@[broken:a/b":                                   "",
	} {
		r, err := ParseRemote(text)
		got := ""
		if err == nil {
			got = r.Scheme + " " + r.Host + " " + r.Path
		} else if !errors.Is(err, &problem.Problem{Code: UnknownForge}) {
			t.Errorf("%s: %v", text, err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// world is an environment in which files stand below /home/wei.
func world(t *testing.T, env, files map[string]string) World {
	t.Helper()
	home := t.TempDir()
	for name, text := range files {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return World{
		Getenv: func(name string) string {
			if name == "HOME" {
				return home
			}
			return env[name]
		},
		Read: func(path string) ([]byte, error) {
			b, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				return nil, nil
			}
			return b, err
		},
	}
}

const (
	ghFile   = "github.com:\n    user: wei\n    oauth_token: gho_FAKEhub\n    git_protocol: ssh\nsource.team.example:\n    users:\n        wei:\n            oauth_token: gho_FAKEown\n    user: wei\n"
	glabFile = "git_protocol: ssh\nhosts:\n    gitlab.com:\n        token: glpat-FAKEhub\n        api_protocol: https\n    code.team.example:\n        token: !!null glpat-FAKEown\n        api_host: api.team.example:8443\n        is_oauth2: \"true\"\n"
)

func TestFind(t *testing.T) {
	files := map[string]string{".config/gh/hosts.yml": ghFile, ".config/glab-cli/config.yml": glabFile}
	for _, c := range []struct {
		name, remote string
		env          map[string]string
		files        map[string]string
		want         string // kind, API, token
	}{
		{"github.com", "git@github.com:team/gitops.git", map[string]string{"GITHUB_TOKEN": "t1"}, nil, "github https://api.github.com t1"},
		{"gh's own variable wins", "git@github.com:team/gitops.git", map[string]string{"GITHUB_TOKEN": "t1", "GH_TOKEN": "t2"}, nil, "github https://api.github.com t2"},
		{"gh's file", "git@github.com:team/gitops.git", nil, files, "github https://api.github.com gho_FAKEhub"},
		{"the variable before the file", "git@github.com:team/gitops.git", map[string]string{"GITHUB_TOKEN": "t1"}, files, "github https://api.github.com t1"},
		{"data residency", "https://team.ghe.com/team/gitops", map[string]string{"GITHUB_TOKEN": "t1"}, nil, "github https://api.team.ghe.com t1"},
		{"a server of one's own does not get the token for github.com", "https://github.team.example/a/b", map[string]string{"GITHUB_TOKEN": "t1"}, nil, "github https://github.team.example/api/v3 "},
		{"but one that is for it", "https://github.team.example/a/b", map[string]string{"GITHUB_TOKEN": "t1", "GH_ENTERPRISE_TOKEN": "t3"}, nil, "github https://github.team.example/api/v3 t3"},
		{"and the job's", "https://github.team.example/a/b", map[string]string{"GITHUB_TOKEN": "t1", "GITHUB_SERVER_URL": "https://github.team.example", "GITHUB_API_URL": "https://github.team.example/api/v3/"}, nil, "github https://github.team.example/api/v3 t1"},
		{"a job of another server", "https://github.team.example/a/b", map[string]string{"GITHUB_TOKEN": "t1", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "https://api.github.com"}, nil, "github https://github.team.example/api/v3 "},
		{"known from gh's file only", "git@source.team.example:a/b", nil, files, "github https://source.team.example/api/v3 gho_FAKEown"},
		{"gh's file elsewhere", "git@github.com:a/b", map[string]string{"GH_CONFIG_DIR": "/nowhere"}, files, "github https://api.github.com "},
		{"gitlab.com", "git@gitlab.com:team/infra/gitops.git", map[string]string{"GITLAB_TOKEN": "t4"}, nil, "gitlab https://gitlab.com/api/v4 t4"},
		{"a GitLab of one's own", "https://gitlab.team.example:8443/a/b.git", map[string]string{"GITLAB_TOKEN": "t4"}, nil, "gitlab https://gitlab.team.example:8443/api/v4 t4"},
		{"its token is another host's", "https://gitlab.team.example/a/b.git", map[string]string{"GITLAB_TOKEN": "t4", "GITLAB_HOST": "https://gitlab.com"}, nil, "gitlab https://gitlab.team.example/api/v4 "},
		{"glab's file, API elsewhere", "git@code.team.example:a/b", nil, files, "gitlab https://api.team.example:8443/api/v4 glpat-FAKEown oauth"},
		{"a CI job's", "https://code.example/group/a/b.git", map[string]string{"CI_SERVER_URL": "https://code.example", "CI_API_V4_URL": "https://code.example/root/api/v4", "GITLAB_TOKEN": "t4"}, nil, "gitlab https://code.example/root/api/v4 t4"},
		{"plain http", "http://gitlab.team.example:8080/a/b.git", nil, nil, "gitlab http://gitlab.team.example:8080/api/v4 "},
		{"no name tells", "https://code.example/a/b.git", nil, nil, "  "},
		{"a word inside another is none", "https://mygithubish.example/a/b.git", nil, nil, "  "},
		{"said", "https://code.example/a/b.git", map[string]string{"HOIST_FORGE": "gitlab", "GITLAB_TOKEN": "t4"}, nil, "gitlab https://code.example/api/v4 t4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ParseRemote(c.remote)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Find(r, world(t, c.env, c.files))
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%s %s %s", a.Kind, a.API, a.token.text)
			if a.oauth {
				got += " oauth"
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFindFaults(t *testing.T) {
	r, _ := ParseRemote("git@github.com:a/b")
	if _, err := Find(r, world(t, map[string]string{"HOIST_FORGE": "gitea"}, nil)); !errors.Is(err, &problem.Problem{Code: BadSetting}) {
		t.Error(err)
	}
	_, err := Find(r, world(t, nil, map[string]string{".config/gh/hosts.yml": "github.com: {oauth_token: gho_FAKEsecret\n"}))
	if !errors.Is(err, &problem.Problem{Code: BadConfig}) || strings.Contains(fmt.Sprint(err), "FAKEsecret") {
		t.Error(err)
	}
	r, _ = ParseRemote("git@github.team.example:a/b")
	w := world(t, map[string]string{"GITHUB_TOKEN": "t1"}, nil)
	a, _ := Find(r, w)
	var p *problem.Problem
	if !errors.As(a.Missing(w), &p) || p.Arg("variable") != "GH_ENTERPRISE_TOKEN" || p.Arg("other") != "GITHUB_TOKEN" {
		t.Errorf("%v", p)
	}
	if s := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(s, "t1") {
		t.Error(s)
	}
}

// client is one of a fake forge.
func client(t *testing.T, s *fake.Server, token string) *Client {
	t.Helper()
	t.Cleanup(s.Close)
	r, err := ParseRemote(s.URL + "/" + s.Repository + ".git")
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HOIST_FORGE": "gitlab", "GITLAB_TOKEN": token}
	if s.GitHub {
		env = map[string]string{"HOIST_FORGE": "github", "GITHUB_TOKEN": token}
	}
	a, err := Find(r, world(t, env, nil))
	if err != nil {
		t.Fatal(err)
	}
	a.oauth = s.OAuth
	c := New(a, 2*time.Second)
	t.Cleanup(c.Close)
	return c
}

var asked = Request{Head: "promote", Base: "main", Title: "chore: sync CI business configs to production", Body: "what moves"}

// forges runs a test on both.
func forges(t *testing.T, test func(t *testing.T, s *fake.Server)) {
	t.Run("GitHub", func(t *testing.T) { test(t, fake.New(true, "team/gitops")) })
	t.Run("GitLab", func(t *testing.T) { test(t, fake.New(false, "team/infra/gitops")) })
}

func TestOpenNewThenUpdate(t *testing.T) {
	forges(t, func(t *testing.T, s *fake.Server) {
		c := client(t, s, fake.Token)
		s.Add(fake.Merge{Head: "promote", Base: "main", State: "closed"})
		s.Add(fake.Merge{Head: "promote", Base: "release"})
		out, err := c.Open(context.Background(), asked)
		if err != nil {
			t.Fatal(err, s.Seen())
		}
		if !out.New || out.Number != 9 || !strings.HasSuffix(out.URL, "/9") {
			t.Errorf("%+v", out)
		}
		again := asked
		again.Body, again.Title = "what moves now", "another title"
		out, err = c.Open(context.Background(), again)
		if err != nil || out.New || out.Number != 9 {
			t.Fatalf("%+v %v", out, err)
		}
		m := s.Merges()[2]
		if m.Title != asked.Title || m.Body != begin+"\nwhat moves now\n"+end || len(s.Merges()) != 3 {
			t.Errorf("%+v", m)
		}
		if b, err := c.DefaultBranch(context.Background()); b != "main" || err != nil {
			t.Error(b, err)
		}
	})
}

func TestOpenByOAuth(t *testing.T) {
	s := fake.New(false, "team/gitops")
	s.OAuth = true
	if _, err := client(t, s, fake.Token).Open(context.Background(), asked); err != nil {
		t.Error(err, s.Seen())
	}
}

// TestOpenWhatOpenedMeanwhile: between the question and the creation somebody
// opened it.
func TestOpenWhatOpenedMeanwhile(t *testing.T) {
	forges(t, func(t *testing.T, s *fake.Server) {
		c := client(t, s, fake.Token)
		s.Before = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost && len(s.Merges()) == 0 {
				s.Add(fake.Merge{Head: "promote", Base: "main", Title: "theirs", Body: "by hand\n"})
			}
			return false
		}
		out, err := c.Open(context.Background(), asked)
		if err != nil || out.New {
			t.Fatal(out, err)
		}
		if m := s.Merges()[0]; m.Title != "theirs" || m.Body != "by hand\n\n"+begin+"\nwhat moves\n"+end {
			t.Errorf("%+v", m)
		}
	})
}

func TestRefusals(t *testing.T) {
	answer := func(status int, name string) func(*fake.Server, http.ResponseWriter) {
		return func(s *fake.Server, w http.ResponseWriter) { s.Answer(w, status, name) }
	}
	for _, c := range []struct {
		name string
		on   string
		do   func(*fake.Server, http.ResponseWriter)
		want problem.Code
		arg  [2]string
	}{
		{"unauthorized", "GET", answer(401, "unauthorized"), Unauthorized, [2]string{}},
		{"forbidden", "POST", answer(403, "forbidden"), Forbidden, [2]string{}},
		{"not found", "GET", answer(404, "not-found"), NotFound, [2]string{}},
		{"invalid", "POST", answer(422, "invalid"), Rejected, [2]string{"status", "422"}},
		{"too many", "GET", func(s *fake.Server, w http.ResponseWriter) {
			w.Header().Set("Retry-After", "42")
			s.Answer(w, 429, "forbidden")
		}, RateLimited, [2]string{"seconds", "42"}},
		{"primary limit", "GET", func(s *fake.Server, w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			s.Answer(w, 403, "forbidden")
		}, RateLimited, [2]string{"seconds", ""}},
		{"down", "GET", func(_ *fake.Server, w http.ResponseWriter) { http.Error(w, "<html>", http.StatusBadGateway) }, Down, [2]string{"status", "502"}},
		{"a login page", "GET", func(_ *fake.Server, w http.ResponseWriter) { fmt.Fprint(w, "<html>log in</html>") }, BadAnswer, [2]string{}},
		{"no JSON", "GET", func(_ *fake.Server, w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"number": "x"}`)
		}, BadAnswer, [2]string{}},
		{"cut off", "GET", func(_ *fake.Server, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "[")
		}, Unreachable, [2]string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			forges(t, func(t *testing.T, s *fake.Server) {
				cl := client(t, s, fake.Token)
				s.Before = func(w http.ResponseWriter, r *http.Request) bool {
					if r.Method != c.on {
						return false
					}
					c.do(s, w)
					return true
				}
				_, err := cl.Open(context.Background(), asked)
				var p *problem.Problem
				if !errors.As(err, &p) || p.Code != c.want || p.Arg(c.arg[0]) != c.arg[1] {
					t.Errorf("%v", err)
				}
				if strings.Contains(fmt.Sprintf("%v %v", err, errors.Unwrap(err)), fake.Token) {
					t.Errorf("the token is told: %v", err)
				}
			})
		})
	}
}

func TestRefusalsAreWorded(t *testing.T) {
	for body, want := range map[string]string{
		`{"message": "Validation Failed", "errors": [{"field": "base", "code": "invalid"}, {"message": "No commits between main and x"}, "text"]}`: "Validation Failed; base invalid; No commits between main and x; text",
		`{"message": {"target_branch": ["does not exist"], "base": ["same"]}}`:                                                                     "base: same; target_branch: does not exist",
		`{"message": ["one", "two"]}`:         "one; two",
		`{"error": "insufficient_scope"}`:     "insufficient_scope",
		`<html>`:                              "",
		"{\"message\": \"a\\u001b[31m\\nb\"}": "a [31m b",
		`{"message": "https://u:FAKEpw@h/x"}`: "https://u:****@h/x",
	} {
		if got := said([]byte(body)); got != want {
			t.Errorf("%s: %q", body, got)
		}
	}
	if got := clean(strings.Repeat("长", 400)); len([]rune(got)) != messageSize+1 {
		t.Error(len(got))
	}
}

// TestRedirects: the token goes to no other host, whatever the answer says, and
// follows a renamed repository on its own.
func TestRedirects(t *testing.T) {
	forges(t, func(t *testing.T, s *fake.Server) {
		reached := false
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
		defer elsewhere.Close()
		c := client(t, s, fake.Token)
		for _, status := range []int{301, 302, 303, 307, 308} {
			s.Before = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
				return true
			}
			_, err := c.Open(context.Background(), asked)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != Redirected || p.Arg("to") != elsewhere.URL || reached {
				t.Errorf("%d: %v", status, err)
			}
		}
		s.Before = func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "renamed") {
				return false
			}
			http.Redirect(w, r, r.URL.Path+"?renamed", http.StatusTemporaryRedirect)
			return true
		}
		if _, err := c.Open(context.Background(), asked); !errors.Is(err, &problem.Problem{Code: Redirected}) {
			t.Errorf("in circles: %v", err)
		}
		moved := 0
		s.Before = func(w http.ResponseWriter, r *http.Request) bool {
			if moved%2 == 1 {
				moved++
				return false
			}
			moved++
			http.Redirect(w, r, r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return true
		}
		if out, err := c.Open(context.Background(), asked); err != nil || !out.New || s.Merges()[0].Title != asked.Title {
			t.Errorf("on the same host: %+v %v", out, err)
		}
	})
}

func TestEveryCallEnds(t *testing.T) {
	s := fake.New(true, "team/gitops")
	hang := make(chan struct{})
	s.Before = func(http.ResponseWriter, *http.Request) bool { <-hang; return true }
	c := client(t, s, fake.Token)
	t.Cleanup(func() { close(hang) }) // before the server is closed
	c.limit = 20 * time.Millisecond
	var p *problem.Problem
	if _, err := c.Open(context.Background(), asked); !errors.As(err, &p) || p.Code != NoAnswer {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Open(ctx, asked); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := c.Open(context.Background(), Request{Head: "main", Base: "main"}); !errors.Is(err, &problem.Problem{Code: SameBranch}) {
		t.Error(err)
	}
}

func TestUnreachable(t *testing.T) {
	s := fake.New(false, "a/b")
	c := client(t, s, fake.Token)
	s.Close()
	if _, err := c.Open(context.Background(), asked); !errors.Is(err, &problem.Problem{Code: Unreachable}) {
		t.Error(err)
	}
}

func TestProbe(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w http.ResponseWriter, r *http.Request)
		want Kind
	}{
		{"GitLab", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(401)
			fmt.Fprint(w, `{"message":"401 Unauthorized"}`)
		}, GitLab},
		{"GitHub", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-GitHub-Request-Id", "C0FF:EE")
			if r.URL.Path == "/api/v4/version" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprint(w, `{}`)
		}, GitHub},
		{"another", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, ""},
		{"a login page", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") }, ""},
		{"JSON of somebody else", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(401)
			fmt.Fprint(w, `{"message":"go away"}`)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for _, h := range []string{"Authorization", "Private-Token"} {
					if r.Header.Get(h) != "" {
						t.Error("a probe has a token")
					}
				}
				c.do(w, r)
			}))
			defer s.Close()
			r, _ := ParseRemote(s.URL + "/a/b")
			w := world(t, map[string]string{"GITLAB_TOKEN": "t4", "GITHUB_TOKEN": "t1"}, nil)
			a, err := Find(r, w)
			if err != nil || a.Kind != "" {
				t.Fatal(a, err)
			}
			err = Probe(context.Background(), a, w)
			if a.Kind != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, &problem.Problem{Code: UnknownForge}) {
				t.Errorf("%q %v", a.Kind, err)
			}
			if c.want != "" && !a.HasToken() {
				t.Error("no token")
			}
		})
	}
}

func TestBody(t *testing.T) {
	part := func(s string) string { return begin + "\n" + s + "\n" + end }
	for _, c := range []struct{ name, have, want string }{
		{"none", "", part("new")},
		{"blank", " \r\n", part("new")},
		{"by hand", "hello\n", "hello\n\n" + part("new")},
		{"in its place", "a\n" + part("old") + "\nb", "a\n" + part("new") + "\nb"},
		{"the last of two", part("old") + "\n" + part("old"), part("old") + "\n" + part("new")},
		{"a lone mark before", begin + "\n" + part("old"), begin + "\n" + part("new")},
		{"half of the marks", "a " + begin + " b", "a " + begin + " b\n\n" + part("new")},
		{"the wrong way round", end + begin, end + begin + "\n\n" + part("new")},
	} {
		if got := body(GitHub, c.have, "new"); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	if got := body(GitLab, "", "a"+end+"b"); got != part("ab") {
		t.Errorf("marks in the part: %q", got)
	}
}

func TestShorten(t *testing.T) {
	long := "# t\n<details><summary>x</summary>\n\n```yaml\n" + strings.Repeat("长: 1\n", 5000) + "```\n</details>\n"
	for _, n := range []int{0, 1, 30, 100, 1000, 20_000} {
		got := Shorten(long, n)
		if n > 200 && len(got) > n {
			t.Errorf("%d: %d bytes", n, len(got))
		}
		if strings.Count("\n"+got, "\n```")%2 != 0 || strings.Count(got, "<details>") != strings.Count(got, "</details>") || strings.ContainsRune(got, '\uFFFD') {
			t.Errorf("%d: left open: %q", n, got[max(0, len(got)-200):])
		}
	}
	if got := Shorten("a\nb\n", 3); got != "a\nb" {
		t.Errorf("%q", got)
	}
}

func TestPushOptions(t *testing.T) {
	r := asked
	r.Body, r.Title = "a\r\nb\n\n| c |", "two\nlines"
	got := PushOptions(r)
	want := []string{"merge_request.create", "merge_request.target=main", "merge_request.title=two lines",
		`merge_request.description=<!-- hoist:begin -->\na\nb\n\n| c |\n<!-- hoist:end -->`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
	r.Body = strings.Repeat("x\n", 100_000)
	for _, o := range PushOptions(r) {
		if strings.ContainsAny(o, "\n\r\x00") || len(o) > 65_000 {
			t.Errorf("%d bytes", len(o))
		}
	}
}

// FuzzParseRemote: whatever stands in a remote, no user and no password of it
// is kept, and nothing panics.
func FuzzParseRemote(f *testing.F) {
	for _, s := range []string{"https://u:pw@h.example/a/b", "git@h:a/b", "[::1]:a/b", "@[", "://", "http://[::1]:80/a/b", "ssh://u@h:22/a/b.git", ":a/b", "a:b:c/d", "https://h/%2e%2e/a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRemote(text)
		if err != nil {
			return
		}
		if r.Host == "" || strings.ContainsAny(r.Host, "@/") || r.Path == "" || strings.HasPrefix(r.Path, "/") {
			t.Errorf("%q: %+v", text, r)
		}
		if _, err := Find(r, World{Getenv: func(string) string { return "" }, Read: func(string) ([]byte, error) { return nil, nil }}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// FuzzDescription: hoist's part is made anew as often as one likes, and what a
// person wrote around it stays.
func FuzzDescription(f *testing.F) {
	for _, s := range []string{"", "hello", begin, end, begin + end, end + begin, "a\n" + begin + "x" + end + "b", "```\n"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, have, part string) {
		once := body(GitHub, have, part)
		if twice := body(GitHub, once, part); twice != once {
			t.Errorf("%q, %q: %q then %q", have, part, once, twice)
		}
		mine := strings.TrimSpace(have)
		if !strings.Contains(have, begin) && !strings.Contains(have, end) && !strings.Contains(once, mine) {
			t.Errorf("%q is lost in %q", have, once)
		}
	})
}
