//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
)

const staging = "simplex-aws-staging"

// out runs hoist to its end, without a terminal.
func (s *shop) out(args ...string) (stdout, stderr string, status int) {
	s.t.Helper()
	return s.outWith(nil, args...)
}

func (s *shop) outWith(env []string, args ...string) (stdout, stderr string, status int) {
	s.t.Helper()
	c := s.command(args...)
	c.Env = append(c.Env, env...)
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	status = exit(c.Run())
	return out.String(), errs.String(), status
}

// says runs hoist and looks for texts in what it says.
func (s *shop) says(status int, args []string, texts ...string) string {
	s.t.Helper()
	stdout, stderr, got := s.out(args...)
	all := stdout + "--- stderr\n" + stderr
	if got != status {
		s.t.Errorf("hoist %v: exit status %d, not %d\n%s", args, got, status, all)
	}
	for _, want := range texts {
		if !strings.Contains(all, want) {
			s.t.Errorf("hoist %v does not say %q:\n%s", args, want, all)
		}
	}
	return all
}

func words(s string) []string { return strings.Fields(s) }

// decode reads an answer in JSON.
func (s *shop) decode(status int, args ...string) (m map[string]any) {
	s.t.Helper()
	stdout, stderr, got := s.out(append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(stdout), &m); err != nil || got != status {
		s.t.Fatalf("hoist %v: exit status %d, %v\n%s%s", args, got, err, stdout, stderr)
	}
	return m
}

func TestDeployLooks(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{change: func(apps []fake.Application) {
		for i := range apps {
			if apps[i].Name == production {
				apps[i].Windows = []fake.Window{{Kind: "deny"}}
			}
		}
	}})
	s.says(0, words("deploy status"), "deploy: 3 applications | out of sync: 0 | not healthy: 0 | behind what is pushed: 0", "it runs", "Argo CD itself, which prunes", "syncs by hand are refused now")
	s.says(0, words("deploy status staging --lang zh"), "部署：1 个应用", "已在运行")
	s.says(0, words("deploy diff prod"), "no object would change", "a sync: 0 objects change")
	commit := s.change("prod", grant, "newUserGrant: 200")
	s.says(0, words("deploy status prod"), "not deployed yet, 1 commit ahead", "behind what is pushed: 1", "next: hoist deploy diff prod")
	s.says(1, words("deploy diff prod"), "newUserGrant: 100 -> 200", "3 workloads restart", "next: hoist deploy sync prod")
	s.says(0, words("deploy diff prod --exit-code=false"), "newUserGrant: 100 -> 200")
	s.says(3, words("deploy sync prod"), "refused: only a person")

	m := s.decode(1, "deploy", "diff", "prod")
	if m["schema"] != "hoist/deploy-diff/v1" || m["pushed"].(map[string]any)["revision"] != commit || len(m["objects"].([]any)) != 1 || len(m["followers"].([]any)) != 3 {
		t.Error(m)
	}
	m = s.decode(0, "deploy", "status")
	if m["schema"] != "hoist/deploy-status/v1" || len(m["environments"].([]any)) != 3 {
		t.Error(m)
	}
	s.noSync()
}

// What cannot be compared is an error, never "no difference".
func TestDeployUncompared(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	file := filepath.Join(s.work, "kubernetes", "overlays", "aws-staging", "kustomization.yaml")
	s.edit(file, "resources:\n", "resources:\n  - nothing-of-this-name.yaml\n")
	s.push("break it")
	for _, args := range []string{"deploy diff staging", "deploy sync staging"} {
		text := s.says(4, words(args), "Argo CD cannot compare", "nothing-of-this-name")
		if strings.Contains(text, "no object would change") {
			t.Error(text)
		}
	}
	s.says(0, words("deploy status staging"), "ComparisonError")
	s.noSync()
}

func TestDeployRequests(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.says(2, words("deploy diff nowhere"), "there is no environment")
	s.says(2, words("deploy sync"), "wrong arguments")
	s.says(2, words("deploy wait staging --timeout 0s"), "--timeout")
	s.says(2, words("deploy nothing"), "unknown command")
	if _, stderr, status := s.outWith([]string{"ARGOCD_AUTH_TOKEN=garbage"}, "deploy", "diff", "staging"); status != 4 || !strings.Contains(stderr, "does not accept the token") || strings.Contains(stderr, "garbage") {
		t.Error(status, stderr)
	}
	if _, stderr, status := s.outWith([]string{"ARGOCD_AUTH_TOKEN="}, "deploy", "status"); status != 2 || !strings.Contains(stderr, "no token") {
		t.Error(status, stderr)
	}
	s.change("staging", grant, "newUserGrant: 200")
	if stdout, stderr, status := s.outWith([]string{"ARGOCD_AUTH_TOKEN=viewer-token"}, "deploy", "sync", "staging"); status != 4 || !strings.Contains(stderr, "permission denied") {
		t.Error(status, stdout, stderr)
	}
	git(t, s.work, "checkout", "--quiet", "-b", "feature")
	s.edit(s.api("staging"), "newUserGrant: 200", "newUserGrant: 300")
	git(t, s.work, "commit", "--quiet", "--all", "--message", "not on main")
	s.says(0, words("deploy status staging"), "follows main, this work tree is on feature")
	git(t, s.work, "push", "--quiet", "--set-upstream", "origin", "feature")
	s.says(3, words("deploy sync staging"), "merge it first")
	s.says(3, words("deploy wait staging"), "merge it first")
	git(t, s.work, "remote", "remove", "origin")
	s.says(3, words("deploy sync staging"), "no remote")
	s.says(0, words("deploy status staging"), "unknown: the remote could not be asked")
	if l := s.syncs(); len(l) != 1 || !strings.Contains(l[0], " 403") {
		t.Error(l)
	}
}

func TestDeploySync(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.says(0, words("deploy sync staging"), staging+" runs", "already")
	s.noSync()
	commit := s.change("staging", grant, "newUserGrant: 200")
	s.says(1, words("deploy sync staging"), "syncing "+staging+" to "+commit[:7], "stays OutOfSync", "simplex-api-config-", "try: hoist deploy sync staging --prune")
	s.synced(staging, commit, false)
	m := s.decode(0, "deploy", "sync", "staging", "--prune")
	if m["schema"] != "hoist/deploy-sync/v1" || m["outcome"] != "synced" || m["deployed"] != commit || m["contains"] != true {
		t.Error(m)
	}
	if l := s.Writes(); len(l) != 2 || !strings.Contains(l[1].Body, `"prune":true`) {
		t.Error(s.syncs())
	}
	s.says(0, words("deploy wait staging --timeout 20s"), staging+" runs "+commit[:7]+": Synced, Healthy")

	// An application that syncs itself is waited for.
	commit = s.change("ci", "newUserGrant: 200", "newUserGrant: 250")
	s.says(0, words("deploy wait ci --timeout 20s"), "simplex-aws-ci runs "+commit[:7])
	if m := s.decode(0, "deploy", "wait", "ci"); m["schema"] != "hoist/deploy-wait/v1" || m["deployed"] != commit {
		t.Error(m)
	}
	s.says(0, words("deploy sync ci --timeout 20s"), "simplex-aws-ci runs "+commit[:7])
	if l := s.Writes(); len(l) != 2 {
		t.Error(s.syncs())
	}
}

// Each thing that can stand in a sync's way is told apart.
func TestDeploySyncIsRefused(t *testing.T) {
	t.Parallel()
	slow := fake.Pace{Operation: 3 * time.Second, Refresh: 20 * time.Millisecond, PickUp: 20 * time.Millisecond}
	s := openShop(t, t.TempDir(), shopOptions{pace: &slow, change: func(apps []fake.Application) {
		for i := range apps {
			if apps[i].Name == production {
				apps[i].Windows = []fake.Window{{Kind: "deny"}}
			}
		}
	}})
	config := filepath.Join(s.work, "hoist.yaml")
	s.edit(config, "    deploy: manual # only a person may sync it\n", "    deploy: automatic\n")
	s.edit(s.api("prod"), grant, "newUserGrant: 200")
	commit := s.change("staging", grant, "newUserGrant: 200")
	s.says(3, words("deploy sync prod"), "sync window of Argo CD does not allow", "try: hoist deploy status prod")

	p := at(t, s.command("deploy", "sync", "staging", "--prune"))
	p.until("syncing " + staging + " to " + commit[:7])
	s.says(3, words("deploy sync staging --prune"), "another operation is in progress", "begun by admin", "try: hoist deploy wait staging")
	p.ends(0)

	// A commit that Argo CD's repository does not have: the remote is another.
	other := filepath.Join(filepath.Dir(s.work), "other.git")
	git(t, s.work, "clone", "--quiet", "--bare", s.bare, other)
	git(t, s.work, "remote", "set-url", "origin", other)
	commit = s.change("staging", "newUserGrant: 200", "newUserGrant: 300")
	s.says(4, words("deploy sync staging"), "the remote has "+commit[:7])

	// No remote that answers: what is pushed is not known.
	git(t, s.work, "remote", "set-url", "origin", filepath.Join(filepath.Dir(s.work), "gone.git"))
	s.says(4, words("deploy sync staging"), "git ls-remote")
	s.says(0, words("deploy status staging"), "the remote could not be asked")
}

// TestDeployServerDies kills the server at each request of a sync: hoist neither
// hangs nor says that it went well, and says what it saw last.
func TestDeployServerDies(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	behind, value := 0, grant
	for k := 1; ; k++ {
		next := fmt.Sprintf("newUserGrant: %d", 200+k)
		commit := s.change("staging", value, next)
		value = next
		before := len(s.Writes())
		proxy := dyingProxy(t, s.Server, k)
		began := time.Now()
		stdout, stderr, status := s.outWith([]string{"ARGOCD_SERVER=" + proxy.address}, "deploy", "sync", "staging", "--prune", "--timeout", "2s")
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("request %d: %v", k, took)
		}
		asked := len(s.Writes()) > before
		if !proxy.end() {
			late := status == 4 && strings.Contains(stderr, "within 2s") // the machine is busy
			if !late && (status != 0 || !strings.Contains(stdout, "runs "+commit[:7])) {
				t.Errorf("not killed: exit status %d\n%s%s", status, stdout, stderr)
			}
			break
		}
		if status != 4 || !strings.Contains(stderr, "error: ") {
			t.Fatalf("killed at request %d: exit status %d\n%s%s", k, status, stdout, stderr)
		}
		if asked {
			behind++
			if !strings.Contains(stdout, staging) && !strings.Contains(stderr, "may have begun") {
				t.Errorf("killed at request %d, behind the sync: it does not say what it saw\n%s%s", k, stdout, stderr)
			}
		}
		if k > 40 {
			t.Fatal("there is no end")
		}
		s.idle("staging")
	}
	if behind < 3 {
		t.Errorf("killed only %d times behind the sync", behind)
	}
}

// idle waits until no operation goes on.
func (s *shop) idle(environment string) {
	s.t.Helper()
	for range 100 {
		m := s.decode(0, "deploy", "status", environment)
		state := m["environments"].([]any)[0].(map[string]any)["state"].(map[string]any)
		if o, ok := state["operation"].(map[string]any); !ok || o["inProgress"] == false {
			return
		}
	}
	s.t.Fatal("the operation does not end")
}

// proxy is a way to a server that breaks at the k-th request.
type proxy struct {
	address string
	mu      sync.Mutex
	died    bool
	end     func() bool // whether it had broken
}

func dyingProxy(t *testing.T, h http.Handler, k int) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: l.Addr().String()}
	n := 0
	srv := &http.Server{}
	srv.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.mu.Lock()
		n++
		last := n >= k
		p.died = p.died || last
		p.mu.Unlock()
		if last {
			if q.Method == http.MethodPost { // it is done, and nobody hears of it
				h.ServeHTTP(discard{http.Header{}}, q)
			}
			go srv.Close()
			<-q.Context().Done()
			return
		}
		h.ServeHTTP(w, q)
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(l)
	}()
	p.end = func() bool {
		srv.Close()
		<-done
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.died
	}
	return p
}

// discard is an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// The audit log says also how it went where it did not go well.
func TestGateLogsFailures(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", grant, "newUserGrant: 200")
	p := at(t, s.command("deploy", "sync", "prod"))
	p.until(question)
	p.kind(production + "\n")
	p.ends(1) // deployed, and not pruned
	l := s.log()
	if len(l) != 2 || l[1]["outcome"] != "failed" || l[1]["code"] != "argocd-prune-skipped" {
		t.Error(l)
	}
	text := s.says(0, words("history --deploys"), production, "argocd-prune-skipped", "Ana Duarte", "1 opening of the gate")
	if m := s.decode(0, "history", "--deploys"); m["schema"] != "hoist/deploys/v1" || len(m["deploys"].([]any)) != 1 {
		t.Error(m, text)
	}
}

// A log that cannot be written keeps the gate shut.
func TestGateLogsFirst(t *testing.T) {
	t.Parallel()
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", grant, "newUserGrant: 200")
	if err := os.MkdirAll(filepath.Join(s.work, ".git", "hoist", "audit.jsonl"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := at(t, s.command("deploy", "sync", "prod"))
	p.until(question)
	p.kind(production + "\n")
	if text := p.ends(4); !strings.Contains(text, "audit log cannot be written") {
		t.Error(text)
	}
	s.noSync()
}
