// Package fake is a GitHub and a GitLab as far as hoist's calls go, for tests:
// strict, so that a call that the real ones would not understand fails here,
// with answers in the shapes that their documentation gives. It listens on
// loopback only and is in no binary.
package fake

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
)

//go:embed answers/*.json
var answers embed.FS

// Token is the one that the fakes take.
const Token = "FAKE-token-0123456789"

// Seen is one call as it came.
type Seen struct {
	Method, Path string // the path escaped, with its query
	Body         map[string]string
	Fault        string // why it was turned away as no call of hoist's; "" where it was not
}

// Merge is a request for review.
type Merge struct {
	Number                  int
	Title, Head, Base, Body string
	State                   string // open, closed
}

// Server is one forge.
type Server struct {
	*httptest.Server
	GitHub     bool
	Repository string // team/gitops
	OAuth      bool   // GitLab: the token comes as a Bearer's
	// Before answers in place of the forge where it returns true.
	Before func(w http.ResponseWriter, r *http.Request) bool

	mu     sync.Mutex
	seen   []Seen
	merges []*Merge
}

// New starts a forge with one repository.
func New(github bool, repository string) *Server {
	s := &Server{GitHub: github, Repository: repository}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Seen are the calls so far.
func (s *Server) Seen() []Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// Merges are the requests that it has.
func (s *Server) Merges() (out []Merge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.merges {
		out = append(out, *m)
	}
	return out
}

// Add makes a request as a person would have.
func (s *Server) Add(m Merge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Number = 7 + len(s.merges)
	if m.State == "" {
		m.State = "open"
	}
	s.merges = append(s.merges, &m)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.Before != nil && s.Before(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x := Seen{Method: r.Method, Path: r.URL.RequestURI()}
	x.Body, x.Fault = body(r)
	if x.Fault == "" {
		x.Fault = s.headers(r)
	}
	s.seen = append(s.seen, x)
	if x.Fault != "" {
		http.Error(w, x.Fault, http.StatusTeapot)
		return
	}
	if !s.known(r) {
		s.answer(w, http.StatusUnauthorized, "unauthorized")
		return
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), s.root())
	if !ok {
		s.answer(w, http.StatusNotFound, "not-found")
		return
	}
	s.route(w, r, path, x.Body)
}

// root is the repository's address.
func (s *Server) root() string {
	if s.GitHub {
		return "/api/v3/repos/" + s.Repository
	}
	return "/api/v4/projects/" + url.PathEscape(s.Repository)
}

// body reads a body that must be JSON of texts; none for a GET.
func body(r *http.Request) (map[string]string, string) {
	b, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		return nil, err.Error()
	case r.Method == http.MethodGet && len(b) == 0:
		return nil, ""
	case r.Method == http.MethodGet:
		return nil, "a GET with a body"
	case r.Header.Get("Content-Type") != "application/json":
		return nil, "Content-Type: " + r.Header.Get("Content-Type")
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, "body: " + err.Error()
	}
	return m, ""
}

// headers says what of the headers a forge would not take.
func (s *Server) headers(r *http.Request) string {
	want := map[string]string{"User-Agent": "hoist", "Accept": "application/json", "X-Github-Api-Version": ""}
	if s.GitHub {
		want["Accept"], want["X-Github-Api-Version"], want["Private-Token"] = "application/vnd.github+json", "2022-11-28", ""
	}
	for name, text := range want {
		if got := r.Header.Get(name); got != text {
			return fmt.Sprintf("%s: %q", name, got)
		}
	}
	return ""
}

func (s *Server) known(r *http.Request) bool {
	if s.GitHub || s.OAuth {
		return r.Header.Get("Authorization") == "Bearer "+Token && r.Header.Get("Private-Token") == ""
	}
	return r.Header.Get("Private-Token") == Token && r.Header.Get("Authorization") == ""
}

// Answer writes one of the answers in answers/, by its name behind the forge's.
func (s *Server) Answer(w http.ResponseWriter, status int, name string) { s.answer(w, status, name) }

func (s *Server) answer(w http.ResponseWriter, status int, name string) {
	write(w, status, s.read(name))
}

func (s *Server) read(name string) map[string]any {
	kind := "gitlab-"
	if s.GitHub {
		kind = "github-"
	}
	b, err := answers.ReadFile("answers/" + kind + name + ".json")
	if err != nil {
		panic(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	return m
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

// route answers a call of the repository's.
func (s *Server) route(w http.ResponseWriter, r *http.Request, path string, in map[string]string) {
	list, one, change := "/merge_requests", "project", http.MethodPut
	if s.GitHub {
		list, one, change = "/pulls", "repository", http.MethodPatch
	}
	number, isOne := strings.CutPrefix(path, list+"/")
	switch {
	case path == "" && r.Method == http.MethodGet:
		s.answer(w, http.StatusOK, one)
	case path == list && r.Method == http.MethodGet:
		s.list(w, r.URL.Query())
	case path == list && r.Method == http.MethodPost:
		s.create(w, in)
	case isOne && r.Method == change:
		s.update(w, number, in)
	default:
		s.answer(w, http.StatusNotFound, "not-found")
	}
}

func (s *Server) list(w http.ResponseWriter, q url.Values) {
	head, base, state := q.Get("source_branch"), q.Get("target_branch"), q.Get("state")
	want, known := "opened", []string{"per_page", "source_branch", "state", "target_branch"}
	if s.GitHub {
		owner, _, _ := strings.Cut(s.Repository, "/")
		var ok bool
		if head, ok = strings.CutPrefix(q.Get("head"), owner+":"); !ok {
			head = "" // a filter that cannot be read is left out
		}
		base, want, known = q.Get("base"), "open", []string{"base", "head", "per_page", "state"}
	}
	for name := range q {
		if !slices.Contains(known, name) {
			http.Error(w, "unknown parameter "+name, http.StatusTeapot)
			return
		}
	}
	out := []any{}
	for _, m := range s.merges {
		if (head == "" || m.Head == head) && (base == "" || m.Base == base) && (state != want || m.State == "open") {
			out = append(out, s.shown(m))
		}
	}
	write(w, http.StatusOK, out)
}

func (s *Server) create(w http.ResponseWriter, in map[string]string) {
	names := []string{"source_branch", "target_branch", "title", "description"}
	if s.GitHub {
		names = []string{"head", "base", "title", "body"}
	}
	for name := range in {
		if !slices.Contains(names, name) {
			http.Error(w, "unknown field "+name, http.StatusTeapot)
			return
		}
	}
	m := &Merge{Number: 7 + len(s.merges), Head: in[names[0]], Base: in[names[1]], Title: in[names[2]], Body: in[names[3]], State: "open"}
	if m.Head == "" || m.Base == "" || m.Title == "" {
		s.answer(w, http.StatusUnprocessableEntity, "invalid")
		return
	}
	for _, have := range s.merges {
		if have.Head == m.Head && have.Base == m.Base && have.State == "open" {
			status := http.StatusConflict
			if s.GitHub {
				status = http.StatusUnprocessableEntity
			}
			s.answer(w, status, "exists")
			return
		}
	}
	s.merges = append(s.merges, m)
	write(w, http.StatusCreated, s.shown(m))
}

func (s *Server) update(w http.ResponseWriter, number string, in map[string]string) {
	field := "description"
	if s.GitHub {
		field = "body"
	}
	for name := range in {
		if name != field {
			http.Error(w, "hoist changes nothing but the description: "+name, http.StatusTeapot)
			return
		}
	}
	for _, m := range s.merges {
		if fmt.Sprint(m.Number) == number {
			m.Body = in[field]
			write(w, http.StatusOK, s.shown(m))
			return
		}
	}
	s.answer(w, http.StatusNotFound, "not-found")
}

// shown is a request as the forge answers it.
func (s *Server) shown(m *Merge) map[string]any {
	if s.GitHub {
		out := s.read("pull")
		out["number"], out["title"], out["body"] = m.Number, m.Title, m.Body
		out["html_url"] = fmt.Sprintf("https://github.example/%s/pull/%d", s.Repository, m.Number)
		out["head"].(map[string]any)["ref"] = m.Head
		out["base"].(map[string]any)["ref"] = m.Base
		return out
	}
	out := s.read("merge")
	out["iid"], out["title"], out["description"] = m.Number, m.Title, m.Body
	out["source_branch"], out["target_branch"] = m.Head, m.Base
	out["web_url"] = fmt.Sprintf("https://gitlab.example/%s/-/merge_requests/%d", s.Repository, m.Number)
	return out
}
