package argocd

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
)

// The commits of the lab: first is what everything runs to begin with.
const (
	first  = "e4779a2cfa6ab119bd2698e84d9587f159d8a791"
	second = "936d810f056d139774ef2536e706b213a99b3edf"
	third  = "f7decf0909b95575217064d3c66b10c6761b53bd"
)

// lab is a fake server with the applications of the recordings, and what git has
// for them. It is to be used under synctest.
type lab struct {
	t      *testing.T
	server *fake.Server
	gate   *gate
	pipe   *fake.Pipe
	done   chan struct{}
	mu     sync.Mutex
	head   string
	of     map[string]func(application string) ([]fake.Object, error) // by commit
}

// recordedApplications are those of the recordings.
func recordedApplications(l *lab) []fake.Application {
	const repo = "https://git.example/simplex-gitops.git"
	app := func(name string) fake.Application {
		path := "kubernetes/overlays/" + strings.TrimPrefix(name, "simplex-")
		return fake.Application{Name: name, Project: "simplex", Repository: repo, Path: path, Target: "main", Deployed: first, Live: must(l.of[first](name))}
	}
	ci := app("simplex-aws-ci")
	ci.Automated, ci.SelfHeal, ci.Prune = true, true, true
	frozen := app("simplex-frozen")
	frozen.Project, frozen.Windows = "simplex-frozen", []fake.Window{{Kind: "deny"}}
	multi := app("simplex-multi")
	multi.Sources = 2
	broken := app("simplex-aws-broken")
	broken.Live, broken.Deployed = nil, ""
	return []fake.Application{ci, app("simplex-aws-staging"), app("simplex-aws-prod"), app("simplex-aws-lab"), broken, frozen, multi}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// inLab runs f in a bubble of its own time.
func inLab(t *testing.T, f func(t *testing.T, l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lab{t: t, done: make(chan struct{}), head: first, of: map[string]func(string) ([]fake.Object, error){}}
		l.commit(first, objectsOf(content{timeout: "30s", image: "1.4.2"}))
		l.server = fake.New(fake.Options{World: fake.World{
			Head: func(_, target string) (string, error) {
				if target != "main" {
					return "", fake.ErrNoRevision
				}
				l.mu.Lock()
				defer l.mu.Unlock()
				return l.head, nil
			},
			Objects: func(a fake.Application, revision string) ([]fake.Object, error) { return l.objects(a.Name, revision) },
		}, Applications: recordedApplications(l), Accounts: append(fake.Accounts("simplex", "simplex-aws-ci"),
			fake.Account{Name: "old", Token: "old-token", Expired: true}, fake.Account{Name: "out", Token: "out-token", Revoked: true})})
		l.gate = &gate{Handler: l.server}
		l.pipe = fake.Serve(l.gate)
		defer func() {
			close(l.done)
			l.server.Close()
			l.pipe.Stop()
			if f := l.server.Faults(); len(f) > 0 {
				t.Errorf("requests that the API does not know: %q", f)
			}
		}()
		f(t, l)
	})
}

func (l *lab) objects(application, revision string) ([]fake.Object, error) {
	if strings.HasSuffix(application, "broken") {
		return nil, errors.New("accumulating resources: does-not-exist.yaml: no such file or directory")
	}
	l.mu.Lock()
	f, ok := l.of[revision]
	l.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("no commit %s", revision)
	}
	return f(application)
}

func (l *lab) commit(revision string, f func(string) ([]fake.Object, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[revision] = f
}

// push makes main be at a commit with those objects.
func (l *lab) push(revision string, f func(string) ([]fake.Object, error)) {
	l.commit(revision, f)
	l.at(revision)
}

// at moves main.
func (l *lab) at(revision string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = revision
}

// as is a client of that account.
func (l *lab) as(account string) *Client {
	a := must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://argocd.example", "ARGOCD_AUTH_TOKEN": account + "-token"}), Wanted{}))
	c := New(a, Options{Dial: l.pipe.Dial})
	l.t.Cleanup(c.Close)
	return c
}

// deaf keeps every stream from getting through, as some proxies do.
func (l *lab) deaf() { l.gate.noStreams.Store(true) }

// outage takes the server away after a while, for a while.
func (l *lab) outage(after, long time.Duration) {
	go func() {
		l.rest(after)
		l.gate.closed.Store(true)
		l.server.Cut()
		l.rest(long)
		l.gate.closed.Store(false)
	}()
}

// rest is false when the test is over.
func (l *lab) rest(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-l.done:
		return false
	}
}

// gate stands before the server.
type gate struct {
	http.Handler
	noStreams, closed atomic.Bool
}

func (g *gate) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	switch {
	case g.closed.Load():
		panic(http.ErrAbortHandler)
	case g.noStreams.Load() && strings.Contains(q.URL.Path, "/stream/"):
		<-q.Context().Done()
	default:
		g.Handler.ServeHTTP(w, q)
	}
}

// content is what the objects of the lab are made of.
type content struct {
	timeout string
	image   string
	hashed  string // the ConfigMap's hash; "" none
	port    int
	hook    string // the image of a PreSync Job
	secret  string
}

func objectsOf(c content) func(string) ([]fake.Object, error) {
	if c.port == 0 {
		c.port = 80
	}
	if c.secret == "" {
		c.secret = "RkFLRQ=="
	}
	return func(string) ([]fake.Object, error) {
		name := "simplex-api-config"
		if c.hashed != "" {
			name += "-" + c.hashed
		}
		meta := func(name string) fake.Object { return fake.Object{"name": name} }
		out := []fake.Object{
			{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(name), "data": fake.Object{"config.yaml": "http:\n  timeout: " + c.timeout + "\n"}},
			{"apiVersion": "v1", "kind": "Secret", "metadata": meta("simplex-api-secret"), "type": "Opaque", "data": fake.Object{"API_KEY": c.secret}},
			{"apiVersion": "v1", "kind": "Service", "metadata": meta("simplex-api"), "spec": fake.Object{"ports": []any{fake.Object{"name": "http", "port": c.port}}}},
			{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("simplex-api"), "spec": fake.Object{"replicas": 1, "template": fake.Object{"spec": fake.Object{
				"containers": []any{fake.Object{"name": "api", "image": "registry.example/simplex-api:" + c.image}},
				"volumes":    []any{fake.Object{"name": "config", "configMap": fake.Object{"name": name}}}}}}},
		}
		if c.hook != "" {
			out = append(out, fake.Object{"apiVersion": "batch/v1", "kind": "Job", "metadata": fake.Object{"name": "migrate", "annotations": fake.Object{"argocd.argoproj.io/hook": "PreSync"}},
				"spec": fake.Object{"template": fake.Object{"spec": fake.Object{"containers": []any{fake.Object{"name": "m", "image": "registry.example/migrate:" + c.hook}}}}}})
		}
		return out, nil
	}
}

// anybody allows everything; what Sync itself demands is tested elsewhere.
type anybody struct{}

func (anybody) Allows(string, string) bool { return true }

var (
	staging = App{Name: "simplex-aws-staging", Project: "simplex"}
	prod    = App{Name: "simplex-aws-prod", Project: "simplex"}
	ci      = App{Name: "simplex-aws-ci", Project: "simplex"}
)

// steps collects what a wait tells.
type steps []string

func (s *steps) add(x Step) {
	line := fmt.Sprintf("%s %s/%s %s", x.Doing, or(x.State.Sync), or(x.State.Health), or(short(x.State.Compared)))
	if x.State.Operation != nil {
		line += " " + or(x.State.Operation.Phase)
	}
	if len(x.Pods) > 0 {
		line += fmt.Sprintf(" pods=%d", len(x.Pods))
	}
	*s = append(*s, line)
}
