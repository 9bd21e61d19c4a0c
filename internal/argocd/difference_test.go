package argocd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
)

func TestDifferences(t *testing.T) {
	kept := func(l *lab) {
		l.server.Edit(staging.Name, func(live []fake.Object) []fake.Object {
			return append(live, fake.Object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": fake.Object{"name": "old", "namespace": staging.Name,
				"annotations": fake.Object{"argocd.argoproj.io/sync-options": "Replace=true, Prune=false"}}})
		})
	}
	for _, test := range []struct {
		name   string
		before func(l *lab)
		want   string // as tellDifferences has it, or the problem
	}{
		{"none", func(*lab) {}, "same 4 kept 0 unexplained [] none=true"},
		{"a commit that nobody has looked at", func(l *lab) { l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"})) },
			"changed simplex-aws-staging/ConfigMap/simplex-api-config none|  set data.config\\.yaml.http.timeout secret=false|same 3 kept 0 unexplained [] none=false"},
		{"a name with another hash", func(l *lab) {
			l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2", hashed: "58256f89fm"}))
		}, "added simplex-aws-staging/ConfigMap/simplex-api-config-58256f89fm none|changed simplex-aws-staging/Deployment.apps/simplex-api restart|" +
			"  set spec.template.spec.volumes.[name=config].configMap.name secret=false|removed simplex-aws-staging/ConfigMap/simplex-api-config none|same 2 kept 0 unexplained [] none=false"},
		{"a secret", func(l *lab) {
			l.push(second, objectsOf(content{timeout: "30s", image: "1.4.2", secret: "b3RoZXI="}))
		},
			"changed simplex-aws-staging/Secret/simplex-api-secret none|  set data.API_KEY secret=true|same 3 kept 0 unexplained [] none=false"},
		{"an image", func(l *lab) { l.push(second, objectsOf(content{timeout: "30s", image: "1.4.3"})) },
			"changed simplex-aws-staging/Deployment.apps/simplex-api restart|  set spec.template.spec.containers.[name=api].image secret=false|same 3 kept 0 unexplained [] none=false"},
		{"a hook is none", func(l *lab) { l.push(second, objectsOf(content{timeout: "30s", image: "1.4.2", hook: "1"})) }, "same 4 kept 0 unexplained [] none=true"},
		{"what asks to be kept", kept, "same 4 kept 1 unexplained [] none=true"},
		{"git is down: not everything is to be deleted", func(l *lab) { l.server.Break(fake.Git, true) }, "problem argocd-comparison-error"},
		{"it does not build", func(l *lab) { l.at(second) }, "problem argocd-comparison-error"},
		{"redis is down", func(l *lab) { l.server.Break(fake.Redis, true) }, "problem argocd-failed"},
		{"the controller is down", func(l *lab) { l.server.Break(fake.Controller, true) }, "problem argocd-no-controller"},
		{"being deleted", func(l *lab) { l.server.Remove(staging.Name) }, "problem argocd-deleting"},
		{"an answer of before", func(l *lab) {
			l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"}))
			l.gate.Handler = instead(l.server, "/managed-resources", l.old(staging))
		}, "problem argocd-unsteady"},
		{"an answer that is empty", func(l *lab) {
			l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"}))
			l.gate.Handler = instead(l.server, "/managed-resources", `{}`)
		}, "problem argocd-unsteady"},
		{"different, and it does not show how", func(l *lab) {
			l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"}))
			l.gate.Handler = instead(l.server, "/managed-resources", `{"items":[{"kind":"ConfigMap","namespace":"simplex-aws-staging","name":"simplex-api-config","modified":true,
				"normalizedLiveState":"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}","predictedLiveState":"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"}]}`)
		}, "same 1 kept 0 unexplained [ConfigMap/simplex-api-config] none=false"},
		{"no JSON in it", func(l *lab) {
			l.gate.Handler = instead(l.server, "/managed-resources", `{"items":[{"kind":"ConfigMap","name":"a","normalizedLiveState":"{","predictedLiveState":"null"}]}`)
		}, "problem argocd-bad-answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inLab(t, func(t *testing.T, l *lab) {
				test.before(l)
				synctest.Wait()
				d, err := l.as("viewer").Differences(t.Context(), App{Name: staging.Name})
				got := ""
				if err != nil {
					got = "problem " + codeOf(err)
				} else {
					got = strings.ReplaceAll(tellDifferences(d), "\n    ", "|")
					if d.State.Revision() != l.head {
						t.Errorf("at %s", d.State.Revision())
					}
				}
				if got != test.want {
					t.Errorf("got  %s\nwant %s\n%v", got, test.want, tellError(err))
				}
				if w := l.server.Writes(); len(w) != 0 {
					t.Errorf("%+v", w)
				}
			})
		})
	}
}

// instead answers one path otherwise.
func instead(h http.Handler, suffix, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if !strings.HasSuffix(q.URL.Path, suffix) {
			h.ServeHTTP(w, q)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(body))
	})
}

// old is the answer of managed-resources before anything was pushed.
func (l *lab) old(a App) string {
	l.t.Helper()
	head := l.head
	defer l.at(head)
	l.at(first)
	var out json.RawMessage
	if err := l.as("admin").ask(l.t.Context(), a.at("GET", toCompare, "/managed-resources"), &out); err != nil {
		l.t.Fatal(err)
	}
	return string(out)
}

// TestDifferencesOfAnAutomatedApplication: it syncs while it is looked at, and
// what is told is of one moment all the same.
func TestDifferencesOfAnAutomatedApplication(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		l.push(second, objectsOf(content{timeout: "45s", image: "1.4.2"}))
		d, err := l.as("viewer").Differences(t.Context(), ci)
		if err != nil {
			t.Fatal(tellError(err))
		}
		if d.State.Revision() != second || d.None() != (d.State.Sync == Synced) {
			t.Errorf("%s\n%s", tellState(d.State), tellDifferences(d))
		}
	})
}

// TestDifferencesOfOneMoment: between the two looks around it nothing may have
// changed, not even within the second that the server's times have.
func TestDifferencesOfOneMoment(t *testing.T) {
	state := func(revision, sync, at, operation string) string {
		return fmt.Sprintf(`{"metadata":{"name":"a"},"spec":{"project":"p"},"status":{"sync":{"status":%q,"revision":%q},"reconciledAt":%q}%s}`, sync, revision, at, operation)
	}
	const now, next = "2026-11-23T03:00:00Z", "2026-11-23T03:00:01Z"
	for _, test := range []struct {
		name, after string
		want        string
	}{
		{"nothing", state(first, Synced, now, ""), ""},
		{"the revision", state(second, Synced, now, ""), "argocd-unsteady"},
		{"the time", state(first, Synced, next, ""), "argocd-unsteady"},
		{"the status", state(first, OutOfSync, now, ""), "argocd-unsteady"},
		{"an operation begins", state(first, Synced, now, `,"operation":{"sync":{"revision":"x"}}`), "argocd-unsteady"},
		{"git goes down", state("main", Unknown, now, ""), "argocd-comparison-error"},
	} {
		synctest.Test(t, func(t *testing.T) {
			pipe := fake.Serve(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				body := test.after
				switch {
				case strings.HasSuffix(q.URL.Path, "/managed-resources"):
					body = `{}`
				case q.URL.Query().Get("refresh") != "":
					body = state(first, Synced, now, "")
				}
				w.Write([]byte(body))
			}))
			defer pipe.Stop()
			c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://a.example", "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})), Options{Dial: pipe.Dial})
			defer c.Close()
			_, err := c.Differences(t.Context(), App{Name: "a"})
			if codeOf(err) != test.want {
				t.Errorf("%s: %s, want %q", test.name, tellError(err), test.want)
			}
		})
	}
}

// TestWhatTheClusterAddsIsNotShown: neither in what is removed nor in what is
// changed.
func TestWhatTheClusterAddsIsNotShown(t *testing.T) {
	for _, name := range []string{"54", "227", "223"} {
		var w wireManaged
		if err := json.Unmarshal([]byte(recorded(t, name).answer), &w); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(recorded(t, name).answer, "managedFields") {
			t.Fatalf("%s: nothing to leave out", name)
		}
		c := clientOf(t, "http://a.example", Limits{})
		d, err := c.compare(&State{}, &w)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range d.Comparison.Differences {
			for _, o := range []*manifest.Object{x.Before, x.After} {
				if o == nil {
					continue
				}
				f, err := o.File()
				if err != nil {
					t.Fatal(err)
				}
				for _, word := range []string{"managedFields", "last-applied", "resourceVersion", "uid:", "creationTimestamp"} {
					if strings.Contains(f.Source(), word) {
						t.Errorf("%s: %s shows %s", name, o, word)
					}
				}
			}
		}
	}
}

// TestStatusOfWhatGoes is not shown; that of what stays is compared.
func TestStatusOfWhatGoes(t *testing.T) {
	c := clientOf(t, "http://a.example", Limits{})
	const with, other = `{"kind":"Thing","status":{"phase":"Up"}}`, `{"kind":"Thing","status":{"phase":"Down"}}`
	item := wireItem{wireName: wireName{Group: "g.example", Kind: "Thing", Name: "a"}, NormalizedLive: with, PredictedLive: "null"}
	d, err := c.compare(&State{}, &wireManaged{Items: []wireItem{item}})
	if err != nil || len(d.Comparison.Differences) != 1 || strings.Contains(must(d.Comparison.Differences[0].Before.File()).Source(), "status") {
		t.Errorf("%v %v", d, err)
	}
	item.PredictedLive = other
	if d, err = c.compare(&State{}, &wireManaged{Items: []wireItem{item}}); err != nil || tellDifferences(d) != "changed Thing.g.example/a none\n      set status.phase secret=false\n    same 0 kept 0 unexplained [] none=false" {
		t.Errorf("%v %v", tellDifferences(d), err)
	}
}

// FuzzDifferences: whatever the server sends as the two sides of an object, it is
// a comparison or one problem; sides that differ are never the same.
func FuzzDifferences(f *testing.F) {
	add := func(live, wanted string, modified bool) { f.Add(live, wanted, modified) }
	add("null", "null", false)
	add("null", `{"kind":"ConfigMap"}`, true)
	add(`{"metadata":{"managedFields":[1]}}`, `{"metadata":{}}`, false)
	add(`{"metadata":[]}`, `{"metadata":{"annotations":[]}}`, true)
	add(`{"a":1}`, `{"a":1.0}`, true)
	add(`{"a":"1"}`, `{"a":1}`, true)
	add(`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, true)
	add(`{"a":"x\u0000y"}`, `{"a":"<&>\u2028"}`, true)
	add(`{"a":"yes"}`, `{"a":true}`, true)
	add(`{"data":{"config.yaml":"a: 1\n"}}`, `{"data":{"config.yaml":"a: 1 # c\n"}}`, true)
	add(`{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"x:/ConfigMap:n/a"}}}`, `{"metadata":{"annotations":{}}}`, true)
	add(`{"a":[{"name":"x"},{"name":"x"}]}`, `{"a":[{"name":"x"}]}`, true)
	add(`{} {}`, `null`, false)
	c := New(&Access{base: must(parseAddress("a.example", true)), tls: nil}, Options{})
	f.Fuzz(func(t *testing.T, live, wanted string, modified bool) {
		w := &wireManaged{Items: []wireItem{{wireName: wireName{Kind: "ConfigMap", Namespace: "n", Name: "a"}, NormalizedLive: live, PredictedLive: wanted, Modified: modified}}}
		d, err := c.compare(&State{}, w)
		if err != nil {
			if p := problem.All(err); len(p) != 1 || p[0].Code != BadAnswer {
				t.Fatal(err)
			}
			return
		}
		if modified && d.None() && len(d.Kept) == 0 && strings.TrimSpace(live) != "null" && strings.TrimSpace(wanted) != "null" && strings.TrimSpace(live) != "" && strings.TrimSpace(wanted) != "" {
			t.Fatal("what the server calls different is the same")
		}
		x, errX := c.decode(&w.Items[0], live)
		y, errY := c.decode(&w.Items[0], wanted)
		if errX != nil || errY != nil || x == nil || y == nil {
			return
		}
		if tracked(&w.Items[0], x) && tracked(&w.Items[0], y) {
			untrack(x)
			untrack(y)
		}
		if same := len(d.Comparison.Differences) == 0; same && !equalJSON(x, y) {
			t.Fatalf("%v and %v are the same", x, y)
		}
	})
}

// equalJSON reports whether two decoded values are equal; numbers by value.
func equalJSON(x, y any) bool {
	switch x := x.(type) {
	case map[string]any:
		y, ok := y.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, ok := y[k]; !ok || !equalJSON(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := y.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equalJSON(x[i], y[i]) {
				return false
			}
		}
		return true
	case json.Number:
		n, ok := y.(json.Number)
		if !ok {
			return false
		}
		a, errA := x.Float64()
		b, errB := n.Float64()
		return x == n || errA == nil && errB == nil && a == b
	}
	return fmt.Sprintf("%T %v", x, x) == fmt.Sprintf("%T %v", y, y)
}
