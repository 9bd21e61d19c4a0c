package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
)

// recordedWorld is what the real server governed, made of what it answered: the
// objects of each application at each commit.
type recordedWorld struct {
	head    string
	objects map[string][]fake.Object // by application and commit
	server  *fake.Server
	pipe    *fake.Pipe
	http    *http.Client
}

const (
	badService = "c2f547cdcd735eb11fb0c76c3c31dfd238cd608e"
	badImage   = "932af15b3f618ec3974cbb1f77016ca27eb08191"
	lastCommit = "f5736e088b4046a96237b61e5248d13fedb0ee40"
)

// wanted are the objects that git had, out of an answer of managed-resources.
func wanted(t *testing.T, name string) (out []fake.Object) {
	var w wireManaged
	if err := json.Unmarshal([]byte(recorded(t, name).answer), &w); err != nil {
		t.Fatal(err)
	}
	for i := range w.Items {
		var o fake.Object
		if err := json.Unmarshal([]byte(w.Items[i].PredictedLive), &o); err != nil {
			t.Fatal(err)
		}
		if o == nil {
			continue
		}
		strip(o)
		delete(o, "status")
		delete(annotations(o), "deployment.kubernetes.io/revision")
		out = append(out, o)
	}
	return out
}

// changedStaging is staging's first commit with the second's ConfigMap: of the
// rest, the later answer has what the cluster had filled in.
func changedStaging(t *testing.T) []fake.Object {
	list := wanted(t, "31")
	for i, o := range wanted(t, "53") {
		if list[i]["kind"] == "ConfigMap" {
			list[i] = o
		}
	}
	return list
}

func newRecordedWorld(t *testing.T) *recordedWorld {
	w := &recordedWorld{head: first, objects: map[string][]fake.Object{}}
	set := func(app, commit string, list []fake.Object) { w.objects[app+"@"+commit] = list }
	staging, prod := "simplex-aws-staging", "simplex-aws-prod"
	set(staging, first, wanted(t, "31"))
	set(prod, first, wanted(t, "43"))
	set(staging, second, changedStaging(t))
	for _, commit := range []string{second, badService, badImage, third, lastCommit} {
		set(prod, commit, wanted(t, "54"))
	}
	bad := changedStaging(t)
	edit(bad, "Service", func(o fake.Object) {
		o["spec"].(fake.Object)["ports"].([]any)[0].(fake.Object)["port"] = 123456
	})
	set(staging, badService, bad)
	imaged := func(tag string) []fake.Object {
		list := changedStaging(t)
		edit(list, "Deployment", func(o fake.Object) {
			containers := o["spec"].(fake.Object)["template"].(fake.Object)["spec"].(fake.Object)["containers"].([]any)
			containers[0].(fake.Object)["image"] = "registry.example/simplex/simplex-api:" + tag
		})
		return list
	}
	set(staging, badImage, imaged("bad-1.5.0"))
	set(staging, third, imaged("1.4.3"))
	set("simplex-aws-lab", first, labObjects())
	set("simplex-aws-lab", second, labObjects())
	app := func(name, project string) fake.Application {
		return fake.Application{Name: name, Project: project, Repository: "http://127.0.0.1:18090/simplex-gitops.git",
			Path: "kubernetes/overlays/" + strings.TrimPrefix(name, "simplex-"), Target: "main"}
	}
	auto := app("simplex-aws-ci", "simplex")
	auto.Automated, auto.SelfHeal, auto.Prune = true, true, true
	frozen := app("simplex-frozen", "simplex-frozen")
	frozen.Windows = []fake.Window{{Kind: "deny"}}
	w.server = fake.New(fake.Options{
		World: fake.World{
			Head: func(_, target string) (string, error) {
				if target != "main" {
					return "", fake.ErrNoRevision
				}
				return w.head, nil
			},
			Objects: func(a fake.Application, revision string) ([]fake.Object, error) {
				if a.Name == "simplex-aws-broken" {
					return nil, fmt.Errorf("accumulating resources: accumulation err='accumulating resources from 'does-not-exist.yaml'")
				}
				return w.objects[a.Name+"@"+revision], nil
			},
		},
		Applications: []fake.Application{auto, app(staging, "simplex"), app(prod, "simplex"), app("simplex-aws-lab", "simplex"), app("simplex-aws-broken", "simplex"), frozen},
		Accounts: append(fake.Accounts("simplex", "simplex-aws-ci"),
			fake.Account{Name: "expired", Token: "expired-token", Expired: true}, fake.Account{Name: "ci", Token: "revoked-token", Revoked: true}),
		Pace: fake.Pace{Poll: 24 * time.Hour},
	})
	w.pipe = fake.Serve(w.server)
	w.http = &http.Client{Transport: &http.Transport{DialContext: w.pipe.Dial, DisableKeepAlives: true}}
	return w
}

func labObjects() []fake.Object {
	return []fake.Object{
		{"apiVersion": "v1", "kind": "ConfigMap", "metadata": fake.Object{"name": "lab-config"}, "data": fake.Object{"a": "1"}},
		{"apiVersion": "batch/v1", "kind": "Job", "metadata": fake.Object{"name": "simplex-migrate", "annotations": fake.Object{"argocd.argoproj.io/hook": "PreSync"}},
			"spec": fake.Object{"template": fake.Object{"spec": fake.Object{"containers": []any{fake.Object{"name": "m", "image": "registry.example/simplex/migrate:hang-1"}}}}}},
	}
}

// edit changes the objects of a kind.
func edit(list []fake.Object, kind string, f func(fake.Object)) {
	for _, o := range list {
		if o["kind"] == kind {
			f(o)
		}
	}
}

// again asks the fake what the real server was asked, and gives its answer as a
// recording.
func (w *recordedWorld) again(t *testing.T, r recording) recording {
	t.Helper()
	url := "http://argocd.example" + r.path
	if r.query != "" {
		url += "?" + r.query
	}
	ctx := t.Context()
	if strings.Contains(r.path, "/stream/") {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 2*time.Second) // as long as it was listened to
		defer cancel()
	}
	q, err := http.NewRequestWithContext(ctx, r.method, url, strings.NewReader(r.sent))
	if err != nil {
		t.Fatal(err)
	}
	if token, ok := map[string]string{"13": "", "14": "garbage", "138": "ci-token", "140": "expired-token", "144": "revoked-token", "146": "expired-token", "167": "expired-token"}[number(r.name)]; ok {
		q.Header.Set("Authorization", "Bearer "+token)
	} else {
		q.Header.Set("Authorization", "Bearer "+r.account+"-token")
	}
	if r.contentType != "" {
		q.Header.Set("Content-Type", r.contentType)
	}
	res, err := w.http.Do(q)
	if ctx.Err() != nil {
		out := r
		out.status, out.kind, out.answer = "000", "", ""
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	out := r
	out.status, out.kind, out.answer = fmt.Sprint(res.StatusCode), res.Header.Get("Content-Type"), string(body)
	return out
}

func number(name string) string {
	n, _, _ := strings.Cut(name, "-")
	return n
}

// TestFakeIsAsRecorded plays the day on which the recordings were made again,
// against the fake, and holds each of its answers against the real one's: the
// status, the type, and all that a client reads of it.
func TestFakeIsAsRecorded(t *testing.T) {
	all := map[string]recording{}
	for _, r := range recordings(t) {
		all[number(r.name)] = r
	}
	played := map[string]bool{}
	synctest.Test(t, func(t *testing.T) {
		w := newRecordedWorld(t)
		defer func() { w.server.Close(); w.pipe.Stop() }()
		play := func(numbers ...string) {
			t.Helper()
			for _, n := range numbers {
				real, ok := all[n]
				if !ok {
					t.Fatalf("no recording %s", n)
				}
				played[n] = true
				got := w.again(t, real)
				if got.status != real.status || got.kind != real.kind {
					t.Fatalf("%s: status %s %s, want %s %s: %s", real.name, got.status, got.kind, real.status, real.kind, got.answer)
				}
				if is, was := tellPlayed(t, got), tellPlayed(t, real); is != was {
					t.Errorf("%s:\n%s\nwas\n%s", real.name, is, was)
				}
			}
		}
		settle := func() { time.Sleep(20 * time.Second) }
		ask := func(n string, change func(*recording)) { // what was asked, otherwise
			t.Helper()
			r := all[n]
			change(&r)
			if got := w.again(t, r); got.status != "200" {
				t.Fatalf("%s: %s", n, got.answer)
			}
		}
		play("13", "14", "15", "30", "31")
		settle()
		play("40")
		time.Sleep(200 * time.Millisecond)
		play("41")
		settle()
		play("42", "43")
		ask("113", func(r *recording) { r.sent = `{"revision":"main"}` })
		settle()
		play("33")

		w.head = second
		play("50", "51", "52", "53", "54", "55", "56", "64", "65")
		settle()
		play("66", "67")
		settle()
		play("68", "69")
		settle()
		play("70", "80")
		time.Sleep(3 * time.Second)
		play("82", "83", "81", "85", "86", "87")
		time.Sleep(time.Second)
		play("89", "90")

		play("93", "94", "95", "96", "97", "98", "99", "100", "101", "102", "103", "104", "194", "109", "111", "110")
		settle()
		play("113")
		settle()
		play("105")
		settle()
		play("108")
		if got := tellPlayed(t, w.again(t, all["106"])); !strings.Contains(got, "Unknown Healthy") || !strings.Contains(got, "operation Error") || !strings.Contains(got, "uncompared ComparisonError") {
			t.Errorf("106: %s", got) // kustomize's own words are not the fake's
		}

		w.head = badService
		play("114", "115")
		settle()
		play("116", "117")
		time.Sleep(1700 * time.Millisecond)
		play("118")
		settle()
		play("119")
		ask("52", func(*recording) {})
		play("138")

		w.head = badImage
		ask("114", func(*recording) {})
		play("120")
		time.Sleep(time.Minute)
		play("150")
		if got := tellPlayed(t, w.again(t, all["151"])); !strings.Contains(got, "Degraded ImagePullBackOff old=false cannot=true") || !strings.Contains(got, "Healthy Running old=true cannot=false") ||
			!strings.Contains(got, "exceeded its progress deadline") {
			t.Errorf("151: %s", got) // its pods have names of their own
		}
		play("140", "144", "146", "160", "165", "166")
		play("161")
		settle()
		play("204")
		play("167")
		ask("251", func(r *recording) { r.sent = fmt.Sprintf(`{"revision":%q,"prune":true}`, second) }) // as 152 did
		settle()
		ask("114", func(*recording) {})
		play("153")
		ask("251", func(r *recording) { // as 152 did, and so that what follows begins with it
			r.sent = `{"revision":"main","resources":[{"kind":"ConfigMap","name":"simplex-api-config"}]}`
		})
		settle()
		play("188")
		settle()
		play("189", "190")
		settle()
		play("191")

		w.server.Break(fake.Git, true)
		play("220", "222", "223")
		w.server.Break(fake.Git, false)
		play("224")
		w.server.Edit("simplex-aws-prod", func(live []fake.Object) []fake.Object {
			edit(live, "Secret", func(o fake.Object) { o["data"].(fake.Object)["API_KEY"] = "b3RoZXI=" })
			edit(live, "Deployment", func(o fake.Object) { o["spec"].(fake.Object)["replicas"] = 5 })
			return live
		})
		settle()
		play("226", "227")

		w.server.Break(fake.Controller, true)
		play("231")
		settle()
		play("232", "233", "234")
		w.server.Break(fake.Controller, false)
		time.Sleep(time.Minute)
		w.server.Break(fake.RepoServer, true)
		play("236")
		w.server.Break(fake.RepoServer, false)
		w.server.Break(fake.Redis, true)
		play("239")
		w.server.Break(fake.Redis, false)

		w.head = third
		play("250", "251")
		settle()
		play("252")
		wrong := 0 // the recordings that are requests the API does not know
		for _, f := range w.server.Faults() {
			switch {
			case strings.Contains(f, "nosuchfield"), strings.Contains(f, "content type"), strings.Contains(f, "/api/v1/nope"), strings.Contains(f, "body: "), strings.Contains(f, "a body"):
				wrong++
			default:
				t.Errorf("fault: %s", f)
			}
		}
		if wrong == 0 {
			t.Error("the fake finds no fault with anything")
		}
	})
	t.Logf("%d of %d recordings", len(played), len(all))
	if len(played) < 80 {
		t.Errorf("only %d recordings were played", len(played))
	}
}

// tellPlayed is what the client makes of an answer that was had already.
func tellPlayed(t *testing.T, r recording) string {
	t.Helper()
	limit := time.Minute
	if r.status == "000" {
		limit = 50 * time.Millisecond
	}
	pipe := fake.Serve(play(r))
	defer pipe.Stop()
	c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://argocd.example", "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})), Options{Dial: pipe.Dial, Limits: Limits{Call: limit, Refresh: limit, Tries: 1}})
	defer c.Close()
	return tell(t, c, r)
}
