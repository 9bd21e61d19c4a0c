package argocd

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/problem"
)

const emptyApplication = `{"metadata":{"name":"a"},"spec":{"project":"p"},"status":{}}`

// server is one that says what it was sent.
func server(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	return s
}

func answering(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, emptyApplication)
}

// access finds a server, with more in the environment.
func access(t *testing.T, files map[string]string, env map[string]string) *Client {
	t.Helper()
	if env["ARGOCD_AUTH_TOKEN"] == "" {
		env["ARGOCD_AUTH_TOKEN"] = testToken
	}
	a, err := Find(worldWith(files, env), Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	c := New(a, Options{Limits: Limits{Call: 5 * time.Second}})
	t.Cleanup(c.Close)
	return c
}

func TestTLS(t *testing.T) {
	s := server(t, answering)
	s.StartTLS()
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	host := s.Listener.Addr().String()
	files := map[string]string{"/ca.crt": ca}
	for _, test := range []struct{ opts, want string }{
		{"", "argocd-untrusted"},
		{"--server-crt /ca.crt", ""},
		{"--insecure", ""},
		{"--plaintext", "argocd-bad-answer"}, // Go's server says so in plain text
	} {
		c := access(t, files, map[string]string{"ARGOCD_SERVER": host, "ARGOCD_OPTS": test.opts})
		_, err := c.Application(t.Context(), App{Name: "a"})
		if got := codeOf(err); got != test.want {
			t.Errorf("%s: %s, want %q", test.opts, tellError(err), test.want)
		}
		if verified := test.opts != "--insecure" && test.opts != "--plaintext"; c.access.Verified() != verified {
			t.Errorf("%s: verified is %v", test.opts, !verified)
		}
	}
	plain := server(t, answering)
	plain.Start()
	c := access(t, nil, map[string]string{"ARGOCD_SERVER": plain.Listener.Addr().String()})
	if _, err := c.Application(t.Context(), App{Name: "a"}); !is(err, NotTLS) {
		t.Errorf("plain server: %v", tellError(err))
	}
}

// TestClientCertificate: from files, and from the CLI's configuration.
func TestClientCertificate(t *testing.T) {
	crt, key := certificate(t)
	s := server(t, func(w http.ResponseWriter, q *http.Request) {
		if len(q.TLS.PeerCertificates) != 1 {
			w.WriteHeader(http.StatusForbidden)
		}
		answering(w, q)
	})
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	host := s.Listener.Addr().String()
	file := fmt.Sprintf("current-context: c\ncontexts: [{name: c, server: %[1]q, user: u}]\nservers: [{server: %[1]q, insecure: true, client-certificate-data: %[2]s, client-certificate-key-data: %[3]s}]\n",
		host, base64.StdEncoding.EncodeToString([]byte(crt)), base64.StdEncoding.EncodeToString([]byte(key)))
	other, _ := certificate(t)
	files := map[string]string{"/crt": crt, "/key": key, "/other": other, cliPath: file, "/bad": strings.Replace(file, base64.StdEncoding.EncodeToString([]byte(crt)), base64.StdEncoding.EncodeToString([]byte(other)), 1)}
	for _, test := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"ARGOCD_SERVER": "https://" + host, "ARGOCD_OPTS": "--insecure --config /none --client-crt /crt --client-crt-key /key"}, "argocd-bad-config"},
		{map[string]string{"ARGOCD_SERVER": "https://" + host, "ARGOCD_OPTS": "--insecure --client-crt /crt --client-crt-key /key"}, ""},
		{map[string]string{"ARGOCD_SERVER": "https://" + host, "ARGOCD_OPTS": "--insecure --client-crt /other --client-crt-key /key"}, "argocd-bad-certificate"},
		{map[string]string{"ARGOCD_SERVER": "https://" + host, "ARGOCD_OPTS": "--insecure --client-crt /nosuch --client-crt-key /key"}, "argocd-bad-certificate"},
		{map[string]string{}, ""},
		{map[string]string{"ARGOCD_OPTS": "--config /bad"}, "argocd-bad-config"},
	} {
		test.env["ARGOCD_AUTH_TOKEN"] = testToken
		a, err := Find(worldWith(files, test.env), Wanted{})
		if err == nil {
			c := New(a, Options{})
			_, err = c.Application(t.Context(), App{Name: "a"})
			c.Close()
		}
		if codeOf(err) != test.want {
			t.Errorf("%v: %s, want %q", test.env["ARGOCD_OPTS"], tellError(err), test.want)
		}
		for _, text := range texts(err) {
			if strings.Contains(text, "PRIVATE KEY") {
				t.Errorf("%s", text)
			}
		}
	}
}

// certificate makes one, signed by itself.
func certificate(t *testing.T) (crt, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: b}))
}

func codeOf(err error) string {
	if p := problem.All(err); len(p) == 1 {
		return p[0].Code.Name
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestRedirectsAreNotFollowed: neither a GET nor a sync, and nobody else gets the
// token.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var reached atomic.Int32
	elsewhere := server(t, func(w http.ResponseWriter, q *http.Request) {
		reached.Add(1)
		answering(w, q)
	})
	elsewhere.Start()
	for _, to := range []string{"https://" + elsewhere.Listener.Addr().String(), elsewhere.URL, "//" + elsewhere.Listener.Addr().String(), "/other"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			s := server(t, func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, to, status) })
			s.Start()
			c := access(t, nil, map[string]string{"ARGOCD_SERVER": s.URL})
			_, err := c.Application(t.Context(), App{Name: "a"})
			if !is(err, Redirected) {
				t.Errorf("%d to %s: %v", status, to, tellError(err))
			}
			if err := c.ask(t.Context(), call{method: "POST", path: "/api/v1/x", action: toSync, body: 1}, nil); !is(err, Redirected) {
				t.Errorf("POST, %d to %s: %v", status, to, tellError(err))
			}
		}
	}
	if reached.Load() != 0 {
		t.Errorf("%d requests went elsewhere", reached.Load())
	}
	s := server(t, nil)
	s.Config.Handler = fake.Redirect(s.Listener.Addr().String())
	s.Start()
	_, err := access(t, nil, map[string]string{"ARGOCD_SERVER": s.URL}).Application(t.Context(), App{Name: "a"})
	if p := problem.All(err); len(p) != 1 || p[0].Arg("https") != "yes" {
		t.Errorf("from HTTP to HTTPS: %v", tellError(err))
	}
}

// TestRetries: what changes nothing is tried again where that may help, and
// nothing else is.
func TestRetries(t *testing.T) {
	unavailable := `{"error":"x","code":14,"message":"connection error: Error while dialing"}`
	for _, test := range []struct {
		name   string
		post   bool
		status int
		kind   string
		body   string
		abort  bool
		want   string
		tries  int32
	}{
		{name: "503 of Argo CD", status: 503, kind: "application/json", body: unavailable, want: "argocd-repo-server-down", tries: 3},
		{name: "502 of a proxy", status: 502, kind: "text/html", body: "<html>", want: "argocd-bad-answer", tries: 3},
		{name: "504 of a proxy", status: 504, kind: "text/plain", body: "gateway timeout", want: "argocd-bad-answer", tries: 3},
		{name: "cut off", abort: true, want: "argocd-unreachable", tries: 3},
		{name: "500", status: 500, kind: "application/json", body: `{"error":"x","code":2,"message":"x"}`, want: "argocd-failed", tries: 1},
		{name: "403", status: 403, kind: "application/json", body: `{"error":"x","code":7,"message":"x"}`, want: "argocd-denied", tries: 1},
		{name: "401", status: 401, kind: "application/json", body: `{"error":"x","code":16,"message":"x"}`, want: "argocd-unauthorized", tries: 1},
		{name: "no JSON", status: 200, kind: "text/html", body: "<html>", want: "argocd-bad-answer", tries: 1},
		{name: "broken JSON", status: 200, kind: "application/json", body: `{"metadata":`, want: "argocd-bad-answer", tries: 1},
		{name: "another application", status: 200, kind: "application/json", body: `{"metadata":{"name":"b"}}`, want: "argocd-bad-answer", tries: 1},
		{name: "a sync, 503", post: true, status: 503, kind: "application/json", body: unavailable, want: "argocd-repo-server-down", tries: 1},
		{name: "a sync, cut off", post: true, abort: true, want: "argocd-no-answer", tries: 1},
		{name: "a sync, 502", post: true, status: 502, kind: "text/html", body: "<html>", want: "argocd-no-answer", tries: 1},
		{name: "a sync, no JSON", post: true, status: 200, kind: "text/html", body: "<html>", want: "argocd-no-answer", tries: 1},
		{name: "a sync, 404", post: true, status: 404, kind: "text/plain", body: "Not Found", want: "argocd-bad-answer", tries: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tries atomic.Int32
				pipe := fake.Serve(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
					tries.Add(1)
					if test.abort {
						panic(http.ErrAbortHandler)
					}
					w.Header().Set("Content-Type", test.kind)
					w.WriteHeader(test.status)
					io.WriteString(w, test.body)
				}))
				defer pipe.Stop()
				c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://a.example", "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})), Options{Dial: pipe.Dial})
				defer c.Close()
				var err error
				if test.post {
					err = c.ask(t.Context(), call{method: "POST", path: "/x", action: toSync, body: struct{}{}}, &struct{}{})
				} else {
					_, err = c.Application(t.Context(), App{Name: "a", Project: "p"})
				}
				if codeOf(err) != test.want || tries.Load() != test.tries {
					t.Errorf("%s after %d tries, want %s after %d", tellError(err), tries.Load(), test.want, test.tries)
				}
			})
		})
	}
}

// TestEveryCallEnds: also where the server takes the request and says nothing.
func TestEveryCallEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe := fake.Serve(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { <-q.Context().Done() }))
		defer pipe.Stop()
		c := New(must(Find(worldOf(map[string]string{"ARGOCD_SERVER": "http://a.example", "ARGOCD_AUTH_TOKEN": testToken}), Wanted{})), Options{Dial: pipe.Dial})
		defer c.Close()
		a := App{Name: "a", Project: "p"}
		for name, f := range map[string]func() error{
			"get":         func() error { _, err := c.Application(t.Context(), a); return err },
			"refresh":     func() error { _, err := c.Refresh(t.Context(), a, Hard); return err },
			"windows":     func() error { _, err := c.Windows(t.Context(), a); return err },
			"tree":        func() error { _, err := c.Tree(t.Context(), a); return err },
			"commit":      func() error { _, err := c.Commit(t.Context(), a, first); return err },
			"differences": func() error { _, err := c.Differences(t.Context(), a); return err },
			"terminate":   func() error { return c.Terminate(t.Context(), a) },
			"sync":        func() error { _, err := c.Sync(t.Context(), anybody{}, Wish{App: a, Revision: first}); return err },
			"wait":        func() error { _, err := c.Wait(t.Context(), Goal{App: a}, nil); return err },
		} {
			begun := time.Now()
			err := f()
			if !is(err, NoAnswer) && !is(err, ControlDown) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(begun); took > 2*time.Minute {
				t.Errorf("%s took %v", name, took)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := c.Application(ctx, a); !errors.Is(err, context.Canceled) || len(problem.All(err)) != 0 {
			t.Errorf("interrupted: %v", err)
		}
	})
}

// TestAnswersAreBounded: a server that never stops talking is stopped.
func TestAnswersAreBounded(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		chunk := []byte(strings.Repeat(" ", 1<<16))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	s.Start()
	a := must(Find(worldOf(map[string]string{"ARGOCD_SERVER": s.URL, "ARGOCD_AUTH_TOKEN": testToken}), Wanted{}))
	c := New(a, Options{Limits: Limits{Answer: 1 << 20}})
	defer c.Close()
	if _, err := c.Application(t.Context(), App{Name: "a"}); !is(err, BadAnswer) {
		t.Error(err)
	}
}

// TestHeaders: what every request carries, and in which form.
func TestHeaders(t *testing.T) {
	var got []http.Header
	var paths []string
	s := server(t, func(w http.ResponseWriter, q *http.Request) {
		got, paths = append(got, q.Header.Clone()), append(paths, q.Method+" "+q.RequestURI)
		answering(w, q)
	})
	s.Start()
	c := access(t, nil, map[string]string{"ARGOCD_SERVER": s.URL, "ARGOCD_OPTS": "--grpc-web-root-path cd --header 'X-Pass: proxy secret'"})
	if _, err := c.Refresh(t.Context(), App{Name: "ns/a b", Project: "p&q"}, Normal); !is(err, BadAnswer) { // it is another's
		t.Fatal(err)
	}
	if err := c.Terminate(t.Context(), App{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /cd/api/v1/applications/a%20b?appNamespace=ns&project=p%26q&refresh=normal", "DELETE /cd/api/v1/applications/a/operation"}
	if !slices.Equal(paths, want) {
		t.Errorf("%q", paths)
	}
	for i, h := range got {
		if h.Get("Authorization") != "Bearer "+testToken || h.Get("X-Pass") != "proxy secret" || h.Get("User-Agent") != "hoist" {
			t.Errorf("%v", h)
		}
		if want := []string{"", "application/json"}[i]; h.Get("Content-Type") != want {
			t.Errorf("content type %q", h.Get("Content-Type"))
		}
	}
}

// texts are all that can be read of an error, however it is printed.
func texts(err error) (out []string) {
	for err != nil {
		out = append(out, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err))
		var p *problem.Problem
		if errors.As(err, &p) {
			for _, a := range p.Args {
				out = append(out, a.Text)
			}
			out = append(out, p.Excerpt, strings.Join(p.Try, " "))
		}
		err = errors.Unwrap(err)
	}
	return out
}

// TestTheTokenIsInNoError: whatever goes wrong, and whatever the server repeats
// of what it was sent, no string that comes out has the token in it, or the part
// of it that signs it.
func TestTheTokenIsInNoError(t *testing.T) {
	echo := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			token := q.Header.Get("Authorization")
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Location", "https://elsewhere.example/"+strings.TrimPrefix(token, "Bearer "))
			w.WriteHeader(status)
			fmt.Fprintf(w, strings.ReplaceAll(body, "TOKEN", "%[1]s"), strings.TrimPrefix(token, "Bearer "))
		}
	}
	message := func(code int, text string) string {
		return fmt.Sprintf(`{"error":"TOKEN","code":%d,"message":%q}`, code, text)
	}
	handlers := map[string]http.HandlerFunc{
		"abort":        func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"empty":        func(http.ResponseWriter, *http.Request) {},
		"plain":        echo(415, "text/plain", "TOKEN is no token"),
		"html":         echo(502, "text/html", "<p>TOKEN"),
		"broken JSON":  echo(200, "application/json", `{"metadata": TOKEN`),
		"wrong type":   echo(200, "application/json", `{"metadata":{"name":"a"},"status":{"reconciledAt":"TOKEN"}}`),
		"another":      echo(200, "application/json", `{"metadata":{"name":"TOKEN"}}`),
		"redirect":     echo(307, "text/plain", "TOKEN"),
		"stream error": echo(401, "application/json", `{"error":{"grpc_code":16,"message":"TOKEN"}}`),
		"condition":    echo(200, "application/json", `{"metadata":{"name":"a"},"spec":{"project":"TOKEN"},"status":{"sync":{"status":"Unknown","revision":"TOKEN"},"conditions":[{"type":"ComparisonError","message":"x TOKEN y"}]}}`),
		"long":         echo(400, "application/json", message(9, strings.Repeat("x", maxText-10)+"TOKEN")),
	}
	for code, status := range map[int]int{2: 500, 3: 400, 5: 404, 7: 403, 9: 400, 14: 503, 16: 401} {
		for _, text := range []string{"TOKEN", "Bearer TOKEN\n", "auto-sync currently set to TOKEN", "unable to resolve 'TOKEN' to a commit SHA", "failed to list refs TOKEN",
			"error resolving repo revision TOKEN", "another operation is already in progress TOKEN", "blocked by sync window TOKEN", "failed to generate manifest TOKEN", "Error while dialing TOKEN"} {
			handlers[fmt.Sprint(code, " ", text)] = echo(status, "application/json", message(code, text))
		}
	}
	s := server(t, nil)
	var now atomic.Pointer[http.HandlerFunc]
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { (*now.Load())(w, q) })
	s.Start()
	a := must(Find(worldOf(map[string]string{"ARGOCD_SERVER": s.URL, "ARGOCD_AUTH_TOKEN": testToken}), Wanted{}))
	c := New(a, Options{Limits: Limits{Tries: 1, Call: 5 * time.Second}})
	defer c.Close()
	app := App{Name: "a", Project: "p"}
	seen := map[string]bool{}
	for name, h := range handlers {
		now.Store(&h)
		for kind, f := range map[string]func() error{
			"get":         func() error { _, err := c.Application(t.Context(), app); return err },
			"differences": func() error { _, err := c.Differences(t.Context(), app); return err },
			"tree":        func() error { _, err := c.Tree(t.Context(), app); return err },
			"sync": func() error {
				return c.ask(t.Context(), call{method: "POST", path: "/x", action: toSync, application: "a", body: 1}, &struct{}{})
			},
			"terminate": func() error { return c.Terminate(t.Context(), app) },
			"stream":    func() error { return c.stream(t.Context(), app, func(*State) {}) },
		} {
			err := f()
			seen[codeOf(err)] = true
			for _, text := range texts(err) {
				for _, part := range append(strings.Split(testToken, "."), testToken) {
					if strings.Contains(text, part) {
						t.Fatalf("%s, %s: %s", name, kind, text)
					}
				}
			}
		}
		if state, err := c.Application(t.Context(), app); err == nil && strings.Contains(fmt.Sprintf("%+v", state), testToken) {
			t.Errorf("%s: the state has it", name)
		}
	}
	for _, code := range []problem.Code{Unreachable, BadAnswer, Redirected, Unauthorized, Failed, Denied, NotFound, Busy, BadRevision, SyncsItself, WindowClosed, GitDown, RepoServerDown, ComparisonError} {
		if !seen[code.Name] {
			t.Errorf("%s never happened", code.Name)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", testToken, "x" + testToken + "y", "\x1b[31mred\x1b[0m", "a\nb\r\nc", "\u202etext", "\xff\xfe", strings.Repeat("é", 3000), "fakesign-222222", "\u200bzero", "\U000e0001tag"} {
		f.Add(s)
	}
	s := newScrubber(hide(testToken))
	f.Fuzz(func(t *testing.T, text string) {
		got := s.clean(text)
		if len(got) > maxText+20 {
			t.Fatalf("%d bytes", len(got))
		}
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028' {
				t.Fatalf("%q has %U", got, r)
			}
		}
		for _, part := range append(strings.Split(testToken, "."), testToken) {
			if strings.Contains(got, part) {
				t.Fatalf("%q has %s", got, part)
			}
		}
	})
}

// TestCleanCutsNoTokenInTwo: what is cut off at the end is cut after the token is
// taken out.
func TestCleanCutsNoTokenInTwo(t *testing.T) {
	s := newScrubber(hide(testToken))
	for k := range 80 {
		if got := s.clean(strings.Repeat("x", maxText-k) + testToken + strings.Repeat("y", 100)); strings.Contains(got, "fake") {
			t.Fatalf("%d before the end: …%s", k, got[len(got)-60:])
		}
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	c := access(t, nil, map[string]string{"ARGOCD_SERVER": "http://" + address})
	_, err = c.Application(t.Context(), App{Name: "a"})
	if p := problem.All(err); len(p) != 1 || p[0].Code != Unreachable || p[0].Arg("reason") != "connection refused" || p[0].Arg("server") != address {
		t.Error(tellError(err))
	}
	if err := c.ask(t.Context(), call{method: "POST", path: "/x", action: toSync}, nil); !is(err, Unreachable) {
		t.Errorf("a sync that never left: %v", tellError(err))
	}
}
