package argocd

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
)

// TestStreamEvents: what the lines of a stream may be.
func TestStreamEvents(t *testing.T) {
	event := func(kind, name, sync string) string {
		return `{"result":{"type":"` + kind + `","application":{"metadata":{"name":"` + name + `"},"spec":{"project":"p"},"status":{"sync":{"status":"` + sync + `"}}}}}` + "\n"
	}
	c := clientOf(t, "http://a.example", Limits{})
	for _, test := range []struct{ lines, want, code string }{
		{event("ADDED", "a", "Synced") + event("MODIFIED", "a", "OutOfSync"), "Synced OutOfSync", "argocd-unreachable"},
		{"\n" + event("ADDED", "a", "Synced") + "\n\n", "Synced", "argocd-unreachable"},
		{event("ADDED", "another", "Synced") + event("MODIFIED", "a", "OutOfSync"), "OutOfSync", "argocd-unreachable"},
		{event("DELETED", "a", "Synced"), "Synced-deleting", "argocd-unreachable"},
		{event("ADDED", "a", "Synced") + event("ADDED", "a", "OutOfSync")[:40], "Synced", "argocd-bad-answer"},
		{`{"error":{"grpc_code":16,"message":"token is expired"}}` + "\n", "", "argocd-unauthorized"},
		{`{"error":{"grpc_code":14,"http_code":503,"message":"closing"}}` + "\n" + event("ADDED", "a", "Synced"), "", "argocd-failed"},
		{`{}` + "\n" + event("ADDED", "a", "Synced"), "Synced", "argocd-unreachable"},
		{"<html>\n", "", "argocd-bad-answer"},
		{"", "", "argocd-unreachable"},
	} {
		var got []string
		q := App{Name: "a"}.at(http.MethodGet, toWatch, "")
		err := c.events(t.Context(), q, App{Name: "a"}, strings.NewReader(test.lines), func(s *State) {
			word := s.Sync
			if s.Deleting {
				word += "-deleting"
			}
			got = append(got, word)
		})
		if strings.Join(got, " ") != test.want || codeOf(err) != test.code {
			t.Errorf("%.60q: %q %s, want %q %s", test.lines, got, tellError(err), test.want, test.code)
		}
	}
}

// TestWatchRests: a stream that is cut at once is opened again ever more slowly;
// one that is refused is not.
func TestWatchRests(t *testing.T) {
	for _, test := range []struct {
		name    string
		answer  http.HandlerFunc
		atLeast int32
		atMost  int32
	}{
		{"cut at once", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 8, 30},
		{"a proxy that knows no streams", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, 8, 30},
		{"cut after a minute", func(w http.ResponseWriter, q *http.Request) {
			w.(http.Flusher).Flush()
			select {
			case <-time.After(time.Minute):
			case <-q.Context().Done():
			}
			panic(http.ErrAbortHandler)
		}, 4, 6},
		{"denied", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			io.WriteString(w, `{"code":7,"message":"permission denied"}`)
		}, 1, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var opened atomic.Int32
			pipe := fake.Serve(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				opened.Add(1)
				test.answer(w, q)
			}))
			defer pipe.Stop()
			c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://a.example", "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})), Options{Dial: pipe.Dial})
			defer c.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			c.Watch(ctx, App{Name: "a"}, func(*State) {})
			if n := opened.Load(); n < test.atLeast || n > test.atMost {
				t.Errorf("%s: opened %d times in five minutes", test.name, n)
			}
		})
	}
}
