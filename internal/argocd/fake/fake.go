// Package fake is an Argo CD server for tests and for the demonstration: an API
// that answers as argocd-server 3.5.1 was seen to answer, over applications that
// live in memory, with a controller behind it that works at the pace of a real
// one.
//
// It renders nothing, reaches no cluster and no network: what a branch is at,
// and which objects a revision has, are functions that its caller gives. What it
// does beyond that is what was recorded from the real server, its oddities
// included: data that is old for a moment after an operation, a refresh that
// hangs while the controller is down, a redirect from HTTP to HTTPS, silence on a
// stream. A test holds it against those recordings.
//
// Every request is written down and held against the API: the real server passes
// over a query or a field that it does not know without a word; the fake does,
// too, and keeps it as a fault for the test to find.
//
// Time is the time package's, so that under testing/synctest nothing waits.
package fake

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Object is one Kubernetes object, as JSON decodes it.
type Object = map[string]any

// World is what the server governs. Both functions are called without any lock
// held, and one at a time for each application.
type World struct {
	// Head is the commit that a branch, a tag or a hash of a repository is at.
	// ErrNoRevision for a name that is not there; any other error is that git
	// cannot be reached.
	Head func(repository, target string) (revision string, err error)
	// Objects are an application's objects at a commit, hooks included. An error is
	// that they cannot be built: its text is what the build said.
	Objects func(a Application, revision string) ([]Object, error)
}

// ErrNoRevision is that a repository has no such name.
var ErrNoRevision = errors.New("no such revision")

// Application is one that the server has. Names are Argo CD's.
type Application struct {
	Name, Project    string
	Repository, Path string
	Target           string // targetRevision, "" for HEAD
	Namespace        string // where its objects go; "": its name
	Sources          int    // more than one: the same source so often
	Automated        bool
	SelfHeal, Prune  bool // of the automation
	// Windows are its sync windows. A window is always active.
	Windows []Window
	// Live are the objects that the cluster has of it to begin with.
	Live []Object
	// Deployed is the commit that they are of, "" for none.
	Deployed string
}

// Window is a sync window.
type Window struct {
	Kind   string // allow, deny
	Manual bool
}

// Account is who holds a token. Globs are of path.Match over PROJECT/APPLICATION.
type Account struct {
	Name, Token string
	Get, Sync   []string
	Expired     bool
	Revoked     bool
}

// Accounts are those that the recordings were made with: admin may all, ci may
// sync, viewer may look, limited may look and sync one application of the
// project, nobody may nothing. Their tokens are their names and "-token".
func Accounts(project, application string) []Account {
	all := []string{"*/*"}
	one := []string{project + "/" + application}
	list := []Account{
		{Name: "admin", Get: all, Sync: all}, {Name: "ci", Get: all, Sync: all}, {Name: "viewer", Get: all},
		{Name: "limited", Get: all, Sync: one}, {Name: "nobody"},
	}
	for i := range list {
		list[i].Token = list[i].Name + "-token"
	}
	return list
}

// Options of a server.
type Options struct {
	World        World
	Applications []Application
	Accounts     []Account
	Pace         Pace // zero fields are those of the recordings
}

// Pace is how long the parts of Argo CD take. Negative is no time at all.
type Pace struct {
	PickUp    time.Duration // until the controller begins with an operation: 100 ms
	Operation time.Duration // a sync: 1.5 s
	Stale     time.Duration // after it, until sync and health are of now: 200 ms
	Compared  time.Duration // and after that, until reconciledAt is: 70 ms
	Rollout   time.Duration // until new pods run: 2 s
	Deadline  time.Duration // until pods that do not start make it Degraded: 30 s
	Refresh   time.Duration // 250 ms
	Poll      time.Duration // between looks at git: 170 s
	Terminate time.Duration // 300 ms
	Outage    time.Duration // until a part that is down is given up: 1.7 s
}

func (p Pace) filled() Pace {
	fill := func(d *time.Duration, to time.Duration) {
		switch {
		case *d == 0:
			*d = to
		case *d < 0:
			*d = 0
		}
	}
	fill(&p.PickUp, 100*time.Millisecond)
	fill(&p.Operation, 1500*time.Millisecond)
	fill(&p.Stale, 200*time.Millisecond)
	fill(&p.Compared, 70*time.Millisecond)
	fill(&p.Rollout, 2*time.Second)
	fill(&p.Deadline, 30*time.Second)
	fill(&p.Refresh, 250*time.Millisecond)
	fill(&p.Poll, 170*time.Second)
	fill(&p.Terminate, 300*time.Millisecond)
	fill(&p.Outage, 1700*time.Millisecond)
	return p
}

// Part is a part of Argo CD that can be down.
type Part uint8

// The parts.
const (
	Controller Part = iota
	Git
	RepoServer
	Redis
	parts
)

// Request is one that the server got.
type Request struct {
	Method, Path, Account, ContentType, Body string
	Query                                    url.Values
	Status                                   int // 0: not answered (yet)
}

// Server is the fake. It is an http.Handler.
type Server struct {
	world    World
	pace     Pace
	accounts []Account

	mu       sync.Mutex
	apps     map[string]*app
	order    []string
	down     [parts]bool
	back     chan struct{} // closed and made anew when a part comes back
	version  uint64
	requests []*Request
	faults   []string
	watchers map[*watcher]bool
	stopped  bool
	timers   map[*time.Timer]bool
}

// New makes a server. Its controller looks at every application at once. Close
// it when it is done.
func New(o Options) *Server {
	s := &Server{world: o.World, pace: o.Pace.filled(), accounts: slices.Clone(o.Accounts), apps: map[string]*app{}, version: 400,
		back: make(chan struct{}), watchers: map[*watcher]bool{}, timers: map[*time.Timer]bool{}}
	for _, a := range o.Applications {
		s.order = append(s.order, a.Name)
		s.apps[a.Name] = newApp(s, a)
	}
	for _, name := range s.order {
		a := s.apps[name]
		s.reconcile(a)
		s.stamp(a)
		s.poll(a)
	}
	return s
}

// Close ends the controller and cuts every stream.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for t := range s.timers {
		t.Stop()
	}
	for w := range s.watchers {
		w.cut()
	}
}

// Cut cuts every stream, as a server does that is killed.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watchers {
		w.cut()
	}
}

// Break puts a part out of order, or back.
func (s *Server) Break(p Part, down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down[p] == down {
		return
	}
	s.down[p] = down
	if down {
		return
	}
	close(s.back)
	s.back = make(chan struct{})
	for _, a := range s.apps {
		switch {
		case p != Controller || a.asked == nil:
		case a.state == nil:
			s.schedule(s.pace.PickUp, func() { s.begin(a) })
		default:
			s.work(a, s.pace.Operation)
		}
	}
}

// Requests are all that came, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Request
	for _, r := range s.requests {
		out = append(out, *r)
	}
	return out
}

// Writes are the requests that are not GET.
func (s *Server) Writes() []Request {
	return slices.DeleteFunc(s.Requests(), func(r Request) bool { return r.Method == http.MethodGet })
}

// Faults are the requests that the API does not know like that, and what is
// wrong with each.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// Edit changes the live objects of an application behind Argo CD's back; the
// controller sees it soon. What edit returns is what the cluster has then.
func (s *Server) Edit(application string, edit func(live []Object) []Object) {
	s.mu.Lock()
	a := s.apps[application]
	var live []Object
	for _, x := range a.live {
		live = append(live, x.object)
	}
	s.mu.Unlock()
	next := edit(copyAll(live))
	s.mu.Lock()
	a.put(next)
	s.mu.Unlock()
	s.after(s.pace.PickUp, func() {
		s.reconcile(a)
		s.heal(a)
	})
}

// Remove begins to delete an application.
func (s *Server) Remove(application string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.apps[application]; a != nil {
		a.deleting = time.Now()
		s.changed(a)
	}
}

// after calls f later, unless the server is closed by then.
func (s *Server) after(d time.Duration, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schedule(d, f)
}

// schedule is after where the lock is held.
func (s *Server) schedule(d time.Duration, f func()) {
	if s.stopped {
		return
	}
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		s.mu.Lock()
		delete(s.timers, t)
		stopped := s.stopped
		s.mu.Unlock()
		if !stopped {
			f()
		}
	})
	s.timers[t] = true
}

// poll has the controller look at git now and then.
func (s *Server) poll(a *app) {
	s.after(s.pace.Poll, func() {
		if !s.is(Controller) {
			s.reconcile(a)
			s.stamp(a)
			s.heal(a)
		}
		s.poll(a)
	})
}

// is reports whether a part is down.
func (s *Server) is(p Part) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down[p]
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(q.Body, 1<<20))
	r := &Request{Method: q.Method, Path: q.URL.Path, Query: q.URL.Query(), ContentType: q.Header.Get("Content-Type"), Body: string(body)}
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.faults = append(s.faults, faults(r)...)
	s.mu.Unlock()
	a := s.answer(w, q, r)
	s.mu.Lock()
	r.Status = a.status
	s.mu.Unlock()
	a.write(w)
}

// answer is what a request is answered with. A zero one has been written
// already, or never will be.
type answer struct {
	status int
	plain  string
	json   any
}

func (a answer) write(w http.ResponseWriter) {
	switch {
	case a.status == 0:
	case a.plain != "":
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(a.status)
		fmt.Fprintln(w, a.plain)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Grpc-Metadata-Content-Type", "application/grpc")
		w.WriteHeader(a.status)
		w.Write(encode(a.json))
	}
}

func ok(v any) answer { return answer{status: http.StatusOK, json: v} }

// The codes of gRPC, with the statuses that the server gives them.
const (
	codeUnknown      = 2
	codeInvalid      = 3
	codeNotFound     = 5
	codeDenied       = 7
	codePrecondition = 9
	codeUnavailable  = 14
	codeNoSession    = 16
)

func fail(code int, message string) answer {
	status := map[int]int{codeUnknown: 500, codeInvalid: 400, codeNotFound: 404, codeDenied: 403, codePrecondition: 400, codeUnavailable: 503, codeNoSession: 401}[code]
	return answer{status: status, json: Object{"error": message, "code": code, "message": message}}
}

// answer settles in the order in which the real server does: content type, path,
// session, application.
func (s *Server) answer(w http.ResponseWriter, q *http.Request, r *Request) answer {
	if r.Method != http.MethodGet && r.ContentType != "application/json" {
		return answer{status: http.StatusUnsupportedMediaType, plain: "Invalid content type"}
	}
	if r.Path == "/api/version" {
		return ok(Object{"Version": "v3.5.1"})
	}
	e, name, arg, found := route(r.Method, r.Path)
	if !found {
		return answer{status: http.StatusNotFound, plain: "Not Found"}
	}
	who, bad := s.session(q)
	r.Account = who.Name
	if bad != "" {
		if e.stream {
			return answer{status: http.StatusUnauthorized, json: Object{"error": Object{"grpc_code": codeNoSession, "http_code": 401, "message": bad, "http_status": "Unauthorized"}}}
		}
		return fail(codeNoSession, bad)
	}
	if e.stream {
		return s.stream(w, q, who)
	}
	if name == "" {
		return s.list(who, r)
	}
	if r.Method == http.MethodPost {
		return s.sync(q.Context(), who, name, r)
	}
	a, denied := s.find(who, name, r.Query.Get("project"))
	if a == nil {
		return denied
	}
	switch e.verb {
	case "get":
		return s.get(q, a)
	case "managed-resources":
		return s.cached(q, func() answer { return ok(s.managed(a, r.Query)) }, "error getting cached app managed resources")
	case "resource-tree":
		return s.cached(q, func() answer { return ok(s.tree(a)) }, "error getting cached app resource tree")
	case "syncwindows":
		return ok(s.windows(a))
	case "metadata":
		return ok(Object{"author": "somebody <somebody@lab.example>", "date": stampOf(time.Now()), "message": "commit " + arg})
	case "operation":
		return s.terminate(who, a)
	}
	return answer{status: http.StatusNotFound, plain: "Not Found"}
}

// session is who asks, or what is wrong with the token.
func (s *Server) session(q *http.Request) (Account, string) {
	token, found := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !found || token == "" {
		return Account{}, "no session information"
	}
	for _, a := range s.accounts {
		if a.Token != token {
			continue
		}
		switch {
		case a.Expired:
			return a, "invalid session: token has invalid claims: token is expired"
		case a.Revoked:
			return a, "invalid session: account " + a.Name + " does not have token with id lab-1"
		}
		return a, ""
	}
	return Account{}, "no session information"
}

// Redirect is what a server that speaks TLS answers to plain HTTP.
func Redirect(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "https://"+address+q.URL.RequestURI(), http.StatusTemporaryRedirect)
	})
}
