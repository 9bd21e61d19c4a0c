package argocd

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/problem"
)

// only allows one application and revision.
type pass struct{ application, revision string }

func (p pass) Allows(application, revision string) bool {
	return application == p.application && revision == p.revision
}

// TestSyncNeedsLeave: for exactly this application and revision, and nothing is
// sent without.
func TestSyncNeedsLeave(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		c := l.as("admin")
		l.push(second, objectsOf(content{timeout: "45s"}))
		for _, test := range []struct {
			leave Leave
			wish  Wish
			want  problem.Code
		}{
			{nil, Wish{App: prod, Revision: second}, NoLeave},
			{pass{}, Wish{App: prod, Revision: second}, NoLeave},
			{pass{staging.Name, second}, Wish{App: prod, Revision: second}, NoLeave},
			{pass{prod.Name, first}, Wish{App: prod, Revision: second}, NoLeave},
			{anybody{}, Wish{App: prod, Revision: "main"}, NotPinned},
			{anybody{}, Wish{App: prod, Revision: second[:12]}, NotPinned},
			{anybody{}, Wish{App: prod, Revision: ""}, NotPinned},
			{anybody{}, Wish{App: prod, Revision: "E4779A2CFA6AB119BD2698E84D9587F159D8A791"}, NotPinned},
		} {
			if _, err := c.Sync(t.Context(), test.leave, test.wish); !is(err, test.want) {
				t.Errorf("%+v: %v", test, err)
			}
		}
		if r := l.server.Requests(); len(r) != 0 {
			t.Errorf("%d requests were sent", len(r))
		}
		if _, err := c.Sync(t.Context(), pass{prod.Name, second}, Wish{App: prod, Revision: second}); err != nil {
			t.Error(tellError(err))
		}
	})
}

// TestSyncAsksForExactlyThis: one POST, and in it nothing but what was allowed.
func TestSyncAsksForExactlyThis(t *testing.T) {
	for _, prune := range []bool{false, true} {
		inLab(t, func(t *testing.T, l *lab) {
			l.push(second, objectsOf(content{timeout: "45s"}))
			ticket, err := l.as("ci").Sync(t.Context(), anybody{}, Wish{App: App{Name: staging.Name}, Revision: second, Prune: prune})
			if err != nil {
				t.Fatal(tellError(err))
			}
			w := l.server.Writes()
			if len(w) != 1 || w[0].Path != "/api/v1/applications/simplex-aws-staging/sync" || len(w[0].Query) != 0 || w[0].ContentType != "application/json" {
				t.Fatalf("%+v", w)
			}
			var body map[string]any
			if err := json.Unmarshal([]byte(w[0].Body), &body); err != nil {
				t.Fatal(err)
			}
			if want := map[string]any{"project": "simplex", "revision": second, "prune": prune, "dryRun": false}; !reflect.DeepEqual(body, want) {
				t.Errorf("%v", body)
			}
			if ticket.Revision != second || ticket.By != "ci" || ticket.App != staging || ticket.Prune != prune {
				t.Errorf("%+v", ticket)
			}
		})
	}
}

// TestSyncRefused: each way in which the server, or hoist for it, does not sync.
func TestSyncRefused(t *testing.T) {
	for _, test := range []struct {
		name    string
		account string
		app     App
		before  func(l *lab)
		want    string
		says    map[string]string
		sent    int
	}{
		{"busy", "ci", staging, func(l *lab) { l.syncing("admin", staging, second, true) }, "argocd-busy", map[string]string{"by": "admin", "revision": second}, 1},
		{"a window", "admin", App{Name: "simplex-frozen"}, nil, "argocd-window-closed", map[string]string{"message": "cannot sync: blocked by sync window"}, 1},
		{"no right", "viewer", prod, nil, "argocd-denied", map[string]string{"what": "argocd-sync", "sure": ""}, 1},
		{"no right to look", "nobody", prod, nil, "argocd-denied", map[string]string{"what": "argocd-get", "sure": ""}, 0},
		{"no right to look, project unknown", "nobody", App{Name: prod.Name}, nil, "argocd-denied", map[string]string{"sure": "no"}, 0},
		{"not there", "admin", App{Name: "nosuch", Project: "simplex"}, nil, "argocd-no-application", map[string]string{"application": "nosuch", "project": "simplex", "suggestion": ""}, 0},
		{"misspelled", "limited", App{Name: "simplex-aws-pord"}, nil, "argocd-denied", map[string]string{"sure": "no", "suggestion": "simplex-aws-prod"}, 0},
		{"misspelled, project known", "limited", App{Name: "simplex-aws-pord", Project: "simplex"}, nil, "argocd-no-application", map[string]string{"suggestion": "simplex-aws-prod"}, 0},
		{"nobody sees a name", "nobody", App{Name: "simplex-aws-pord"}, nil, "argocd-denied", map[string]string{"sure": "no", "suggestion": ""}, 0},
		{"automated", "ci", ci, nil, "argocd-syncs-itself", map[string]string{"target": "main", "revision": second}, 1},
		{"several sources", "ci", App{Name: "simplex-multi"}, nil, "argocd-several-sources", nil, 0},
		{"being deleted", "ci", staging, func(l *lab) { l.server.Remove(staging.Name) }, "argocd-deleting", nil, 0},
		{"expired", "old", staging, nil, "argocd-unauthorized", map[string]string{"why": "expired"}, 0},
		{"revoked", "out", staging, nil, "argocd-unauthorized", map[string]string{"why": "revoked"}, 0},
		{"unknown", "nobody-at-all", staging, nil, "argocd-unauthorized", map[string]string{"why": "none"}, 0},
		{"repo-server down", "ci", staging, func(l *lab) { l.server.Break(fake.RepoServer, true) }, "argocd-repo-server-down", nil, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			inLab(t, func(t *testing.T, l *lab) {
				l.push(second, objectsOf(content{timeout: "45s"}))
				if test.before != nil {
					test.before(l)
				}
				already := len(l.server.Writes())
				_, err := l.as(test.account).Sync(t.Context(), anybody{}, Wish{App: test.app, Revision: second})
				p := problem.All(err)
				if len(p) != 1 || p[0].Code.Name != test.want {
					t.Fatal(tellError(err))
				}
				for k, v := range test.says {
					if p[0].Arg(k) != v {
						t.Errorf("%s is %q, want %q", k, p[0].Arg(k), v)
					}
				}
				if sent := len(l.server.Writes()) - already; test.want != "argocd-busy" && sent != test.sent || sent > 1 {
					t.Errorf("%d requests that are not GET", sent)
				}
			})
		})
	}
}

// TestSyncThatIsNotAnswered is not asked for again, and says that it may have
// begun.
func TestSyncThatIsNotAnswered(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s"}))
		l.gate.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if q.Method != http.MethodPost {
				l.server.ServeHTTP(w, q)
				return
			}
			l.server.ServeHTTP(&lostAnswer{header: http.Header{}}, q)
			panic(http.ErrAbortHandler)
		})
		_, err := l.as("ci").Sync(t.Context(), anybody{}, Wish{App: staging, Revision: second})
		if !is(err, NoAnswer) {
			t.Error(tellError(err))
		}
		if w := l.server.Writes(); len(w) != 1 {
			t.Errorf("%d requests", len(w))
		}
		s, err := l.as("ci").Application(t.Context(), staging)
		if err != nil || !s.Busy() {
			t.Errorf("it has begun: %v", err)
		}
	})
}

// TestSyncThatTheServerTakesForAnother is told at once.
func TestSyncThatTheServerTakesForAnother(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s"}))
		l.gate.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if q.Method != http.MethodPost {
				l.server.ServeHTTP(w, q)
				return
			}
			answer := httptest.NewRecorder()
			l.server.ServeHTTP(answer, q)
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(strings.ReplaceAll(answer.Body.String(), second, third)))
		})
		if _, err := l.as("ci").Sync(t.Context(), anybody{}, Wish{App: staging, Revision: second}); !is(err, BadAnswer) {
			t.Error(tellError(err))
		}
	})
}

type lostAnswer struct{ header http.Header }

func (l *lostAnswer) Header() http.Header         { return l.header }
func (l *lostAnswer) WriteHeader(int)             {}
func (l *lostAnswer) Write(b []byte) (int, error) { return len(b), nil }

func TestTerminate(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		c := l.as("ci")
		if err := c.Terminate(t.Context(), staging); !is(err, Idle) {
			t.Error(tellError(err))
		}
		l.push(second, objectsOf(content{timeout: "45s", hook: "hang-1"}))
		l.syncing("ci", staging, second, true)
		time.Sleep(5 * time.Second)
		if err := l.as("viewer").Terminate(t.Context(), staging); !is(err, Denied) {
			t.Error(tellError(err))
		}
		if err := c.Terminate(t.Context(), staging); err != nil {
			t.Error(tellError(err))
		}
		time.Sleep(time.Second)
		if s := must(c.Application(t.Context(), staging)); !s.Operation.Bad() || s.Operation.Message != "Operation terminated" {
			t.Error(tellState(s))
		}
		synctest.Wait()
	})
}

// TestTicket: whose operation is whose.
func TestTicket(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 11, 23, 3, 0, s, 0, time.UTC) }
	ticket := &Ticket{Revision: second, By: "ci", previous: at(10), version: "500"}
	for _, test := range []struct {
		name         string
		state        State
		mine, before bool
	}{
		{"just accepted", State{version: "500", Operation: &Operation{InProgress: true, Revisions: []string{second}, By: "ci"}}, true, false},
		{"running", State{version: "501", Operation: &Operation{InProgress: true, Phase: Running, Revisions: []string{second}, By: "ci", StartedAt: at(11)}}, true, false},
		{"ended within the second of the one before", State{version: "502", Operation: &Operation{Phase: Succeeded, Revisions: []string{second}, By: "ci", StartedAt: at(10)}}, true, false},
		{"another account's", State{version: "502", Operation: &Operation{Phase: Running, Revisions: []string{second}, By: "admin", StartedAt: at(12)}}, false, false},
		{"Argo CD's own", State{version: "502", Operation: &Operation{Phase: Running, Revisions: []string{second}, StartedAt: at(12)}}, false, false},
		{"another revision", State{version: "502", Operation: &Operation{Phase: Running, Revisions: []string{third}, By: "ci", StartedAt: at(12)}}, false, false},
		{"a dry run", State{version: "502", Operation: &Operation{Phase: Succeeded, DryRun: true, Revisions: []string{second}, By: "ci", StartedAt: at(12)}}, false, false},
		{"a partial one", State{version: "502", Operation: &Operation{Phase: Succeeded, Partial: true, Revisions: []string{second}, By: "ci", StartedAt: at(12)}}, false, false},
		{"out of a cache: the same revision, synced before", State{version: "499", Operation: &Operation{Phase: Succeeded, Revisions: []string{second}, By: "ci", StartedAt: at(10)}}, false, true},
		{"out of a cache: none", State{version: "499"}, false, true},
		{"versions that are no numbers, before", State{version: "x", Operation: &Operation{Phase: Succeeded, Revisions: []string{second}, By: "ci", StartedAt: at(10)}}, false, true},
		{"versions that are no numbers, after", State{version: "x", Operation: &Operation{Phase: Succeeded, Revisions: []string{second}, By: "ci", StartedAt: at(11)}}, true, false},
		{"versions that are no numbers, nothing", State{version: "x"}, false, true},
	} {
		if got := ticket.Mine(&test.state); got != test.mine {
			t.Errorf("%s: mine is %v", test.name, got)
		}
		if got := ticket.before(&test.state); got != test.before {
			t.Errorf("%s: before is %v", test.name, got)
		}
	}
	if (*Ticket)(nil).Mine(&State{Operation: &Operation{}}) {
		t.Error("an operation is nobody's")
	}
}
