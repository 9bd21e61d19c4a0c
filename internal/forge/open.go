package forge

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hoist.example/hoist/internal/problem"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// Open opens a request for review, or brings the open one of the same branches
// up to date: its description gets the new comparison in place of hoist's old
// one, or behind what stands there.
func (c *Client) Open(ctx context.Context, r Request) (Opened, error) {
	if r.Head == r.Base {
		return Opened{}, problem.New(SameBranch, problem.Place{}, "branch", r.Head)
	}
	api := c.api()
	have, err := api.find(ctx, r)
	if err != nil {
		return Opened{}, err
	}
	if have == nil {
		out, err := api.create(ctx, r, body(c.access.Kind, "", r.Body))
		if !exists(err) {
			return c.opened(out, true), err
		}
		// Somebody was faster, or a push option was.
		if have, err = api.find(ctx, r); err != nil {
			return Opened{}, err
		}
		if have == nil {
			return Opened{}, c.problem(BadAnswer, "status", "")
		}
	}
	out, err := api.update(ctx, have.number, body(c.access.Kind, have.text, r.Body))
	return c.opened(out, false), err
}

// DefaultBranch is the branch that a request is into unless told otherwise.
func (c *Client) DefaultBranch(ctx context.Context) (string, error) {
	return c.api().defaultBranch(ctx)
}

func (c *Client) opened(r request, isNew bool) Opened {
	return Opened{Kind: c.access.Kind, Number: r.number, URL: page(r.url), New: isNew}
}

// page is an address as it may be shown and typed; "" where it is none.
func page(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
		return ""
	}
	return text
}

// request is one request as the forge has it.
type request struct {
	number int
	url    string
	text   string // its description
}

// api is the few calls that both forges have.
type api interface {
	find(ctx context.Context, r Request) (*request, error) // nil: none is open
	create(ctx context.Context, r Request, text string) (request, error)
	update(ctx context.Context, number int, text string) (request, error)
	defaultBranch(ctx context.Context) (string, error)
}

func (c *Client) api() api {
	if c.access.Kind == GitHub {
		return github{c}
	}
	return gitlab{c}
}

// exists reports whether a request could not be opened because there is one.
func exists(err error) bool {
	var p *problem.Problem
	if !errors.As(err, &p) || p.Code != Rejected {
		return false
	}
	return p.Arg("status") == "409" || p.Arg("status") == "422" && strings.Contains(p.Arg("message"), "already exists")
}

type github struct{ *Client }

type githubPull struct {
	Number int    `json:"number"`
	URL    string `json:"html_url"`
	Body   string `json:"body"`
	Head   struct {
		Ref string `json:"ref"`
	} `json:"head"`
	Base struct {
		Ref string `json:"ref"`
	} `json:"base"`
}

func (p githubPull) request() request { return request{p.Number, p.URL, p.Body} }

// repo is the path of the repository: OWNER/NAME, whatever stands in it.
func (g github) repo() string {
	owner, name, _ := strings.Cut(g.access.Path, "/")
	return "/repos/" + url.PathEscape(owner) + "/" + url.PathEscape(name)
}

func (g github) find(ctx context.Context, r Request) (*request, error) {
	q := url.Values{"state": {"open"}, "head": {g.access.owner() + ":" + r.Head}, "base": {r.Base}, "per_page": {"100"}}
	var all []githubPull
	if err := g.call(ctx, http.MethodGet, g.repo()+"/pulls?"+q.Encode(), nil, &all); err != nil {
		return nil, err
	}
	for _, p := range all {
		// GitHub leaves a filter that it cannot read out and answers with all of them.
		if p.Head.Ref == r.Head && p.Base.Ref == r.Base {
			out := p.request()
			return &out, nil
		}
	}
	return nil, nil
}

func (g github) create(ctx context.Context, r Request, text string) (request, error) {
	var p githubPull
	err := g.call(ctx, http.MethodPost, g.repo()+"/pulls", map[string]string{"title": r.Title, "head": r.Head, "base": r.Base, "body": text}, &p)
	return p.request(), err
}

func (g github) update(ctx context.Context, number int, text string) (request, error) {
	var p githubPull
	err := g.call(ctx, http.MethodPatch, g.repo()+"/pulls/"+strconv.Itoa(number), map[string]string{"body": text}, &p)
	return p.request(), err
}

func (g github) defaultBranch(ctx context.Context) (string, error) {
	var out struct {
		Branch string `json:"default_branch"`
	}
	err := g.call(ctx, http.MethodGet, g.repo(), nil, &out)
	return out.Branch, err
}

type gitlab struct{ *Client }

type gitlabMerge struct {
	Number int    `json:"iid"`
	URL    string `json:"web_url"`
	Body   string `json:"description"`
	Source string `json:"source_branch"`
	Target string `json:"target_branch"`
}

func (m gitlabMerge) request() request { return request{m.Number, m.URL, m.Body} }

// project is the path of the project, its slashes escaped
// (docs.gitlab.com, "Namespaced path encoding").
func (g gitlab) project() string { return "/projects/" + url.PathEscape(g.access.Path) }

func (g gitlab) find(ctx context.Context, r Request) (*request, error) {
	q := url.Values{"state": {"opened"}, "source_branch": {r.Head}, "target_branch": {r.Base}, "per_page": {"100"}}
	var all []gitlabMerge
	if err := g.call(ctx, http.MethodGet, g.project()+"/merge_requests?"+q.Encode(), nil, &all); err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Source == r.Head && m.Target == r.Base {
			out := m.request()
			return &out, nil
		}
	}
	return nil, nil
}

func (g gitlab) create(ctx context.Context, r Request, text string) (request, error) {
	var m gitlabMerge
	err := g.call(ctx, http.MethodPost, g.project()+"/merge_requests",
		map[string]string{"source_branch": r.Head, "target_branch": r.Base, "title": r.Title, "description": text}, &m)
	return m.request(), err
}

func (g gitlab) update(ctx context.Context, number int, text string) (request, error) {
	var m gitlabMerge
	err := g.call(ctx, http.MethodPut, g.project()+"/merge_requests/"+strconv.Itoa(number), map[string]string{"description": text}, &m)
	return m.request(), err
}

func (g gitlab) defaultBranch(ctx context.Context) (string, error) {
	var out struct {
		Branch string `json:"default_branch"`
	}
	err := g.call(ctx, http.MethodGet, g.project(), nil, &out)
	return out.Branch, err
}
