package argocd

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"hoist.example/hoist/internal/problem"
)

var update = flag.Bool("update", false, "write the golden files")

// testToken is what the tests' clients hold: three parts, as real ones have.
const testToken = "fakehead-000000.fakebody-111111.fakesign-222222"

// recording is one call to a real server.
type recording struct {
	name, method, path, query, account, contentType, status, kind, location, sent, answer string
}

func recordings(t testing.TB) (out []recording) {
	t.Helper()
	a, err := txtar.ParseFile("testdata/recordings.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		head, body, _ := strings.Cut(string(f.Data), "\n\n")
		r := recording{name: f.Name, answer: body}
		for i, l := range strings.Split(head, "\n") {
			key, v, _ := strings.Cut(l, ": ")
			switch {
			case i == 0:
				method, target, _ := strings.Cut(l, " ")
				r.method = method
				r.path, r.query, _ = strings.Cut(target, "?")
			case key == "account":
				r.account = v
			case key == "content-type":
				r.contentType = v
			case key == "body":
				r.sent = v
			case key == "status":
				r.status = v
			case key == "type":
				r.kind = v
			case key == "location":
				r.location = v
			}
		}
		out = append(out, r)
	}
	return out
}

func recorded(t testing.TB, name string) recording {
	t.Helper()
	for _, r := range recordings(t) {
		if strings.HasPrefix(r.name, name+"-") {
			return r
		}
	}
	t.Fatalf("no recording %s", name)
	return recording{}
}

// worldOf has a server and a token in the environment.
func worldOf(env map[string]string) World {
	return World{
		Getenv:   func(k string) string { return env[k] },
		ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
		IsDir:    func(string) bool { return false },
	}
}

// clientOf is a client of a server at a URL.
func clientOf(t testing.TB, address string, l Limits) *Client {
	t.Helper()
	a, err := Find(worldOf(map[string]string{"ARGOCD_SERVER": address, "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	c := New(a, Options{Limits: l})
	t.Cleanup(c.Close)
	return c
}

// play answers every request as a recording does.
func play(r recording) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		status, _ := strconv.Atoi(r.status)
		if status == 0 {
			<-q.Context().Done()
			return
		}
		if r.kind != "" {
			w.Header().Set("Content-Type", r.kind)
		}
		if r.location != "" {
			w.Header().Set("Location", r.location)
		}
		w.WriteHeader(status)
		w.Write([]byte(r.answer))
	})
}

// tell is what the client makes of a recording, in a line or a few.
func tell(t *testing.T, c *Client, r recording) string {
	t.Helper()
	ctx := t.Context()
	q, _ := url.ParseQuery(r.query)
	parts := strings.Split(strings.TrimPrefix(r.path, "/api/v1/"), "/")
	app := App{Project: q.Get("project")}
	rest := ""
	if parts[0] == "applications" && len(parts) > 1 {
		app.Name, rest = parts[1], strings.Join(parts[2:], "/")
	}
	switch {
	case parts[0] == "stream" && len(parts) == 2:
		short, cancel := context.WithTimeout(ctx, c.limits.Call)
		defer cancel()
		var lines []string
		err := c.stream(short, App{Name: q.Get("name")}, func(s *State) { lines = append(lines, tellState(s)) })
		return strings.Join(append(lines, tellError(err)), "\n    ")
	case r.method == http.MethodGet && rest == "" && app.Name != "":
		s, err := c.Application(ctx, app)
		if q.Get("refresh") != "" {
			s, err = c.Refresh(ctx, app, Depth(q.Get("refresh")))
		}
		if err != nil {
			return tellError(err)
		}
		return tellState(s)
	case rest == "managed-resources":
		var w wireManaged
		if err := c.ask(ctx, app.at("GET", toCompare, "/managed-resources"), &w); err != nil {
			return tellError(err)
		}
		d, err := c.compare(&State{}, &w)
		if err != nil {
			return tellError(err)
		}
		return tellDifferences(d)
	case rest == "resource-tree":
		x, err := c.Tree(ctx, app)
		if err != nil {
			return tellError(err)
		}
		return tellTree(x)
	case rest == "syncwindows":
		x, err := c.Windows(ctx, app)
		if err != nil {
			return tellError(err)
		}
		return fmt.Sprintf("%+v", *x)
	case rest == "sync":
		var w wireApplication
		if err := c.ask(ctx, call{method: r.method, path: r.path, action: toSync, application: app.Name, project: projectIn(r.sent)}, &w); err != nil {
			return tellError(err)
		}
		return tellState(c.state(&w, app))
	case rest == "operation":
		return tellError(c.Terminate(ctx, app))
	case strings.HasSuffix(rest, "/metadata"):
		x, err := c.Commit(ctx, app, parts[3])
		if err != nil {
			return tellError(err)
		}
		return fmt.Sprintf("%s %s %q", x.Author, x.At.Format(time.RFC3339), x.Message)
	}
	return tellError(c.ask(ctx, call{method: r.method, path: r.path, action: "argocd-other", application: app.Name, project: app.Project}, &struct{}{}))
}

func projectIn(body string) string {
	_, rest, _ := strings.Cut(body, `"project":"`)
	p, _, _ := strings.Cut(rest, `"`)
	return p
}

func tellError(err error) string {
	var p *problem.Problem
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &p):
		var args []string
		for _, a := range p.Args {
			if a.Name != "server" && a.Text != "" {
				args = append(args, fmt.Sprintf("%s=%q", a.Name, a.Text))
			}
		}
		return "problem " + p.Code.Name + " " + strings.Join(args, " ")
	}
	return "error " + err.Error()
}

func short(revisions []string) string {
	var out []string
	for _, r := range revisions {
		if Pinned(r) {
			r = r[:7]
		}
		out = append(out, r)
	}
	return strings.Join(out, ",")
}

func tellState(s *State) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s %s %s at %s of %s", s.Project, s.Name, or(s.Sync), or(s.Health), or(short(s.Compared)), or(s.Target()))
	if s.Automated {
		fmt.Fprintf(&b, " automated(heal=%v,prune=%v)", s.SelfHeal, s.AutoPrune)
	}
	if s.Deleting {
		b.WriteString(" deleting")
	}
	if o := s.Operation; o != nil {
		fmt.Fprintf(&b, "; operation %s busy=%v %s by=%s", or(o.Phase), o.InProgress, short(o.Revisions), or(o.By))
		for _, x := range []struct {
			on   bool
			text string
		}{{o.DryRun, "dry-run"}, {o.Prune, "prune"}, {o.Partial, "partial"}, {o.Retries > 0, fmt.Sprint("retries=", o.Retries)}, {!o.FinishedAt.IsZero(), "finished"}} {
			if x.on {
				b.WriteString(" " + x.text)
			}
		}
		if o.Message != "" {
			fmt.Fprintf(&b, " %q", cut(random.ReplaceAllString(o.Message, "~")))
		}
		if f := o.failures(); len(f) > 0 {
			fmt.Fprintf(&b, " failures=%s", names(f))
		}
	}
	if s.Deployed != nil {
		fmt.Fprintf(&b, "; deployed #%d %s", s.Deployed.ID, short(s.Deployed.Revisions))
	}
	fmt.Fprintf(&b, "; runs %s", or(short(s.Runs())))
	if p := s.Prunes(); len(p) > 0 {
		fmt.Fprintf(&b, "; prunes %s", names(p))
	}
	if p := s.Differing(); len(p) > 0 {
		fmt.Fprintf(&b, "; differing %s", names(p))
	}
	for _, r := range s.Resources {
		fmt.Fprintf(&b, "\n        %s %s %s", r, or(r.Sync), or(r.Health))
	}
	if x, ok := s.Uncompared(); ok {
		fmt.Fprintf(&b, "; uncompared %s %q", or(x.Type), cut(x.Message))
	}
	return b.String()
}

// random is what differs each time.
var random = regexp.MustCompile(`/dev/shm/\d+|\d+:\d+[AP]M`)

func cut(s string) string {
	if len(s) > 110 {
		return s[:110] + "…"
	}
	return s
}

func or(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func tellDifferences(d *Differences) string {
	var lines []string
	for _, x := range d.Comparison.Differences {
		lines = append(lines, fmt.Sprintf("%s %s %s", x.Kind, x.Object(), x.Rollout))
		for _, ch := range x.Changes {
			lines = append(lines, fmt.Sprintf("  %s %s secret=%v", ch.Action, ch.Path, ch.Secret))
		}
	}
	for _, f := range d.Followers {
		lines = append(lines, fmt.Sprintf("follows %s %s", f.After, f.Rollout))
	}
	lines = append(lines, fmt.Sprintf("same %d kept %d unexplained %v none=%v", d.Same, len(d.Kept), d.Unexplained, d.None()))
	return strings.Join(lines, "\n    ")
}

func tellTree(x *Tree) string {
	var lines []string
	for _, p := range x.Pods {
		lines = append(lines, fmt.Sprintf("%s %s %s old=%v cannot=%v %q", p.Name.Name, p.Health, p.Reason, p.Old, p.Cannot(), p.Message))
	}
	for _, r := range x.Sick {
		lines = append(lines, fmt.Sprintf("sick %s %q", r, r.Message))
	}
	return strings.Join(lines, "\n    ")
}

// TestRecordings: what the client makes of every answer of a real server is as
// it was looked through once, in testdata/recordings.golden.
func TestRecordings(t *testing.T) {
	var b strings.Builder
	all := recordings(t)
	for _, r := range all {
		fmt.Fprintf(&b, "%s\n    %s\n", r.name, tellPlayed(t, r))
	}
	const golden = "testdata/recordings.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(b.String(), "\n")
	for i, l := range strings.Split(string(want), "\n") {
		if i >= len(got) || got[i] != l {
			t.Fatalf("line %d of the golden file is\n%s\ngot\n%s", i+1, l, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""))
		}
	}
	if len(all) < 100 || !slices.ContainsFunc(all, func(r recording) bool { return r.status == "000" }) {
		t.Errorf("only %d recordings", len(all))
	}
}

// TestStateOfOtherSources: what is compared where it is not git.
func TestStateOfOtherSources(t *testing.T) {
	c := clientOf(t, "https://a.example/cd", Limits{})
	for _, test := range []struct{ app, want, link string }{
		{`{"metadata":{"name":"a"},"spec":{"project":"p","source":{"repoURL":"https://charts.example","chart":"x","targetRevision":"1.*"}},"status":{"sync":{"status":"Synced","revision":"1.2.3"}}}`,
			"p/a Synced - at 1.2.3 of 1.*; runs 1.2.3", "https://a.example/cd/applications/a"},
		{`{"metadata":{"name":"a"},"spec":{"project":"p","source":{"repoURL":"oci://r.example/x","targetRevision":"2"}},"status":{"sync":{"status":"Synced","revision":"sha256:00"}}}`,
			"p/a Synced - at sha256:00 of 2; runs sha256:00", "https://a.example/cd/applications/a"},
		{`{"metadata":{"name":"a"},"spec":{"project":"p","source":{"repoURL":"https://u:p@git.example/x"},"syncPolicy":{"automated":{"enabled":false}}},"status":{"sync":{"status":"OutOfSync","revision":"main"}}}`,
			`p/a OutOfSync - at - of HEAD; runs -; uncompared OutOfSync ""`, "https://a.example/cd/applications/a"},
	} {
		var w wireApplication
		if err := json.Unmarshal([]byte(test.app), &w); err != nil {
			t.Fatal(err)
		}
		s := c.state(&w, App{Name: "a"})
		if got := tellState(s); got != test.want || s.Link != test.link || strings.Contains(fmt.Sprint(s.Sources), "u:p") {
			t.Errorf("got %s %s, want %s", got, s.Link, test.want)
		}
		if other := c.state(&w, App{Name: "ns/a"}); other.Link != "https://a.example/cd/applications/ns/a" || other.App().Name != "ns/a" {
			t.Errorf("%+v", other)
		}
	}
}
