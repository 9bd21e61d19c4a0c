package argocd

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/problem"
)

func accepting(want ...string) func(context.Context, []string) (bool, error) {
	return func(_ context.Context, r []string) (bool, error) { return slices.Contains(want, only(r)), nil }
}

// syncing begins a sync of an application and gives its ticket.
func (l *lab) syncing(account string, a App, revision string, prune bool) *Ticket {
	l.t.Helper()
	t, err := l.as(account).Sync(l.t.Context(), anybody{}, Wish{App: a, Revision: revision, Prune: prune})
	if err != nil {
		l.t.Fatal(err)
	}
	return t
}

// TestWait: how a wait ends, how long it takes, and what it tells meanwhile.
func TestWait(t *testing.T) {
	changed := objectsOf(content{timeout: "45s", image: "1.4.3"})
	for _, test := range []struct {
		name string
		// before prepares the lab; goal is what is waited for then.
		before func(l *lab) Goal
		want   string        // the problem's code, "" for success
		says   string        // in the problem's arguments
		at     time.Duration // the latest
		steps  string        // what was told, Doing only, runs of the same left out
	}{
		{
			name: "nothing to do", at: time.Second, steps: "controller",
			before: func(l *lab) Goal { return Goal{App: prod, Accepts: accepting(first)} },
		}, {
			name: "one's own sync", at: 6 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "only a ConfigMap, edited in place", at: 5 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"}))
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "Argo CD syncs by itself, once it is told to look", at: 10 * time.Second, steps: "controller operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				return Goal{App: ci, Accepts: accepting(second)}
			},
		}, {
			name: "a person syncs later", at: 40 * time.Second, steps: "controller sync operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				go func() {
					time.Sleep(30 * time.Second)
					l.syncing("admin", prod, second, true)
				}()
				return Goal{App: prod, Accepts: accepting(second)}
			},
		}, {
			name: "Argo CD does not see the commit yet", at: time.Minute, steps: "controller revision operation controller health",
			before: func(l *lab) Goal {
				go func() {
					time.Sleep(20 * time.Second)
					l.push(second, changed)
				}()
				return Goal{App: ci, Accepts: accepting(second)}
			},
		}, {
			name: "the sync fails", want: "argocd-operation-failed", says: "Invalid value: 123456 Service/simplex-api Failed", at: 5 * time.Second, steps: "operation",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", port: 123456}))
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "somebody else's sync has failed", want: "argocd-operation-failed", says: "123456", at: time.Second, steps: "controller",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", port: 123456}))
				l.syncing("admin", prod, second, true)
				time.Sleep(10 * time.Second)
				return Goal{App: prod, Accepts: accepting(second)}
			},
		}, {
			name: "the manifests do not build", want: "argocd-operation-failed", says: "no commit Error", at: 5 * time.Second, steps: "operation",
			before: func(l *lab) Goal {
				return Goal{Ticket: l.syncing("ci", staging, third, true), Accepts: accepting(third)}
			},
		}, {
			name: "an image cannot be pulled", want: "argocd-pods-fail", says: "ImagePullBackOff Back-off pulling image", at: 20 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "bad-1.5.0"}))
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "Degraded before anybody looked", want: "argocd-degraded", says: "exceeded its progress deadline", at: 10 * time.Second, steps: "controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "bad-1.5.0"}))
				l.syncing("admin", staging, second, true)
				time.Sleep(time.Minute)
				return Goal{App: staging, Accepts: accepting(second)}
			},
		}, {
			name: "Degraded, and then mended", at: 10 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "bad-1.5.0"}))
				l.syncing("admin", staging, second, true)
				time.Sleep(time.Minute)
				l.push(third, changed)
				return Goal{Ticket: l.syncing("ci", staging, third, true), Accepts: accepting(third)}
			},
		}, {
			name: "without prune, where names have hashes", want: "argocd-prune-skipped", says: "ConfigMap/simplex-api-config", at: 8 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hashed: "58256f89fm"}))
				return Goal{Ticket: l.syncing("ci", staging, second, false), Accepts: accepting(second)}
			},
		}, {
			name: "with prune, where names have hashes", at: 8 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hashed: "58256f89fm"}))
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "git goes on during the sync", want: "argocd-moved-on", says: second + " " + third, at: 8 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second, third)}
				l.push(third, objectsOf(content{timeout: "60s", image: "1.4.3"}))
				return g
			},
		}, {
			name: "git goes on, elsewhere", at: 8 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second, third)}
				l.push(third, changed)
				return g
			},
		}, {
			name: "somebody syncs something else behind it", want: "argocd-superseded", says: second + " admin " + first, at: 8 * time.Second, steps: "operation",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hook: "hang-1"}))
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
				go func() {
					time.Sleep(4 * time.Second)
					if err := l.as("admin").Terminate(context.Background(), staging); err != nil {
						panic(err)
					}
					time.Sleep(time.Second / 2) // the looks of the wait are further apart
					l.syncing("admin", staging, first, true)
				}()
				l.deaf()
				return g
			},
		}, {
			name: "terminated", want: "argocd-operation-failed", says: "Operation terminated", at: 10 * time.Second, steps: "operation",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hook: "hang-1"}))
				go func() {
					time.Sleep(4 * time.Second)
					if err := l.as("admin").Terminate(context.Background(), staging); err != nil {
						panic(err)
					}
				}()
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "a hook that hangs", want: "argocd-timed-out", says: "2m0s Synced Healthy Running waiting for completion of hook batch/Job/migrate", at: 2*time.Minute + time.Second, steps: "operation",
			before: func(l *lab) Goal {
				l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hook: "hang-1"}))
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second), Limit: 2 * time.Minute}
			},
		}, {
			name: "another's operation is in the way", at: 20 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				l.syncing("admin", staging, second, true)
				return Goal{App: staging, Accepts: accepting(second)}
			},
		}, {
			name: "git is down", want: "argocd-comparison-error", says: "status code: 503", at: 20 * time.Second, steps: "controller comparison",
			before: func(l *lab) Goal {
				l.server.Break(fake.Git, true)
				return Goal{App: staging, Accepts: accepting(first)}
			},
		}, {
			name: "git is down for a moment", at: 20 * time.Second, steps: "controller comparison",
			before: func(l *lab) Goal {
				l.server.Break(fake.Git, true)
				go func() {
					time.Sleep(4 * time.Second)
					l.server.Break(fake.Git, false)
				}()
				return Goal{App: staging, Accepts: accepting(first)}
			},
		}, {
			name: "an overlay that does not build", want: "argocd-comparison-error", says: "does-not-exist.yaml", at: 20 * time.Second, steps: "controller comparison",
			before: func(l *lab) Goal { return Goal{App: App{Name: "simplex-aws-broken"}} },
		}, {
			name: "the controller is down before the sync", want: "argocd-no-controller", says: "operation 1m0s", at: 70 * time.Second, steps: "operation",
			before: func(l *lab) Goal {
				l.server.Break(fake.Controller, true)
				l.push(second, changed)
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "the controller is down before a look", want: "argocd-no-controller", says: "refresh 1m30s", at: 100 * time.Second, steps: "controller",
			before: func(l *lab) Goal {
				l.server.Break(fake.Controller, true)
				return Goal{App: staging, Accepts: accepting(first)}
			},
		}, {
			name: "the controller comes back", at: time.Minute, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.server.Break(fake.Controller, true)
				l.push(second, changed)
				go func() {
					time.Sleep(40 * time.Second)
					l.server.Break(fake.Controller, false)
				}()
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "redis is down", at: 30 * time.Second, steps: "controller",
			before: func(l *lab) Goal {
				l.server.Break(fake.Redis, true)
				l.push(second, changed)
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "the stream is cut all the time", at: 10 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				go func() {
					for range 20 {
						l.server.Cut()
						time.Sleep(time.Second / 5)
					}
				}()
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "no stream gets through", at: 15 * time.Second, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.deaf()
				l.push(second, changed)
				return Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
			},
		}, {
			name: "the server is down for a while", at: time.Minute, steps: "operation server controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
				l.outage(time.Second, 20*time.Second)
				return g
			},
		}, {
			name: "the server is down", want: "argocd-unreachable", at: 90 * time.Second, steps: "operation server",
			before: func(l *lab) Goal {
				l.push(second, changed)
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
				l.outage(time.Second, time.Hour)
				return g
			},
		}, {
			name: "deleted", want: "argocd-deleting", at: 10 * time.Second, steps: "controller sync",
			before: func(l *lab) Goal {
				l.push(second, changed)
				go func() {
					time.Sleep(4 * time.Second)
					l.server.Remove(prod.Name)
				}()
				return Goal{App: prod, Accepts: accepting(second)}
			},
		}, {
			name: "not there", want: "argocd-no-application", says: "simplex-aws-pord simplex", at: time.Second, steps: "",
			before: func(l *lab) Goal { return Goal{App: App{Name: "simplex-aws-pord", Project: "simplex"}} },
		}, {
			name: "somebody edits the cluster all the time", want: "argocd-out-of-sync", says: "apps/Deployment/simplex-api", at: time.Minute, steps: "operation controller health",
			before: func(l *lab) Goal {
				l.push(second, changed)
				g := Goal{Ticket: l.syncing("ci", staging, second, true), Accepts: accepting(second)}
				go func() {
					time.Sleep(2 * time.Second)
					for l.rest(time.Second) {
						l.server.Edit(staging.Name, func(live []fake.Object) []fake.Object {
							for _, o := range live {
								if o["kind"] == "Deployment" {
									o["spec"].(fake.Object)["replicas"] = 7
								}
							}
							return live
						})
					}
				}()
				return g
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			inLab(t, func(t *testing.T, l *lab) {
				c := l.as("ci")
				g := test.before(l)
				var told steps
				begun := time.Now()
				s, err := c.Wait(t.Context(), g, told.add)
				took := time.Since(begun)
				code := ""
				if p := problem.All(err); len(p) == 1 {
					code = p[0].Code.Name
				}
				if code != test.want || (err == nil) != (test.want == "") {
					t.Fatalf("got %s, want %q, after %v\n%s", tellError(err), test.want, took, strings.Join(told, "\n"))
				}
				for _, part := range strings.Fields(test.says) {
					if !strings.Contains(tellError(err), part) {
						t.Errorf("%s does not say %q", tellError(err), part)
					}
				}
				if took > test.at {
					t.Errorf("took %v", took)
				}
				if got := told.doings(); got != test.steps {
					t.Errorf("told %q, want %q\n%s", got, test.steps, strings.Join(told, "\n"))
				}
				if err == nil && (s.Sync != Synced || s.Health != Healthy || s.Busy() || g.Accepts != nil && !must(g.Accepts(t.Context(), s.Compared))) {
					t.Errorf("ended with %s", tellState(s))
				}
			})
		})
	}
}

// doings are what the steps waited for, runs of the same left out.
func (s steps) doings() string {
	var out []string
	for _, l := range s {
		d, _, _ := strings.Cut(l, " ")
		if len(out) == 0 || out[len(out)-1] != d {
			out = append(out, d)
		}
	}
	return strings.Join(out, " ")
}

// TestWaitBehindACache: for a while the server answers with what was before the
// sync; another's operation in it supersedes nothing.
func TestWaitBehindACache(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s", image: "1.4.3"}))
		l.syncing("admin", staging, first, true)
		time.Sleep(time.Minute)
		l.deaf()
		before := httptest.NewRecorder()
		q := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/applications/"+staging.Name, nil)
		q.Header.Set("Authorization", "Bearer ci-token")
		l.server.ServeHTTP(before, q)
		ticket := l.syncing("ci", staging, second, true)
		until := time.Now().Add(2 * time.Second)
		l.gate.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if q.Method == http.MethodGet && q.URL.Query().Get("refresh") == "" && time.Now().Before(until) {
				w.Header().Set("Content-Type", "application/json")
				w.Write(before.Body.Bytes())
				return
			}
			l.server.ServeHTTP(w, q)
		})
		s, err := l.as("ci").Wait(t.Context(), Goal{Ticket: ticket, Accepts: accepting(second)}, nil)
		if err != nil || s.Revision() != second {
			t.Error(tellError(err))
		}
	})
}

// TestWaitForASlowController: one that leaves refreshes without an answer, and
// compares all the same.
func TestWaitForASlowController(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		head := first
		server := fake.New(fake.Options{
			World: fake.World{
				Head:    func(string, string) (string, error) { return head, nil },
				Objects: func(fake.Application, string) ([]fake.Object, error) { return nil, nil },
			},
			Applications: []fake.Application{{Name: "a", Project: "p", Target: "main"}}, Accounts: fake.Accounts("p", "a"),
			Pace: fake.Pace{Refresh: time.Hour, Poll: 20 * time.Second},
		})
		defer server.Close()
		pipe := fake.Serve(server)
		defer pipe.Stop()
		c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://a.example", "ARGOCD_AUTH_TOKEN": "ci-token"}), Wanted{})), Options{Dial: pipe.Dial})
		defer c.Close()
		if s, err := c.Wait(t.Context(), Goal{App: App{Name: "a"}, Accepts: accepting(first)}, nil); err != nil || s.Sync != Synced {
			t.Error(tellError(err))
		}
	})
}

func TestWaitIsInterrupted(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s"}))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		s, err := l.as("ci").Wait(ctx, Goal{App: prod, Accepts: accepting(second)}, nil)
		if !errors.Is(err, context.Canceled) || len(problem.All(err)) != 0 || s == nil {
			t.Errorf("%v, %v", s, err)
		}
		synctest.Wait() // nothing of it goes on
	})
}

// TestLeavingASync: whoever leaves is told that it goes on, and it does.
func TestLeavingASync(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s", image: "1.4.3"}))
		ticket := l.syncing("ci", staging, second, true)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := l.as("ci").Wait(ctx, Goal{Ticket: ticket}, nil); !is(err, Left) || errors.Is(err, context.Canceled) {
			t.Error(tellError(err))
		}
		time.Sleep(20 * time.Second)
		if s := must(l.as("ci").Application(t.Context(), staging)); !s.Operation.Good() || s.Revision() != second {
			t.Error(tellState(s))
		}
		l.gate.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if l.server.ServeHTTP(w, q); q.Method == http.MethodPost {
				<-q.Context().Done()
			}
		})
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := l.as("ci").Sync(ctx, anybody{}, Wish{App: staging, Revision: second}); !is(err, Left) {
			t.Error(tellError(err))
		}
	})
}

func TestWaitWhatAcceptsSays(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		broken := errors.New("git is broken")
		asked := 0
		_, err := l.as("ci").Wait(t.Context(), Goal{App: prod, Accepts: func(context.Context, []string) (bool, error) {
			asked++
			return false, broken
		}}, nil)
		if !errors.Is(err, broken) || asked != 1 {
			t.Errorf("%v, asked %d times", err, asked)
		}
	})
}

// TestWaitNeverSyncs: waiting sends nothing that changes anything.
func TestWaitNeverSyncs(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s"}))
		_, err := l.as("admin").Wait(t.Context(), Goal{App: prod, Accepts: accepting(second), Limit: 5 * time.Minute}, nil)
		if !is(err, TimedOut) {
			t.Error(err)
		}
		if w := l.server.Writes(); len(w) != 0 {
			t.Errorf("%+v", w)
		}
	})
}
