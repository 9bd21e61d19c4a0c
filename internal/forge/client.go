package forge

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
)

// Bounds of every call.
const (
	callLimit   = 30 * time.Second
	dialLimit   = 10 * time.Second
	probeLimit  = 5 * time.Second
	answerLimit = 8 << 20 // bytes
	messageSize = 300     // characters of what a forge says
	hops        = 3       // redirects on the same host
)

// Client calls one forge.
type Client struct {
	access *Access
	http   *http.Client
	limit  time.Duration
}

// New makes a client; nothing is sent yet. limit bounds each call, 0 is 30 s.
func New(a *Access, limit time.Duration) *Client {
	if limit <= 0 {
		limit = callLimit
	}
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialLimit}).DialContext,
		TLSHandshakeTimeout: dialLimit,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
	}
	// Redirects are followed by hand: the library would take GitLab's header along
	// to any host.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{access: a, http: &http.Client{Transport: t, CheckRedirect: stay}, limit: limit}
}

// Close gives its connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call asks and decodes the answer into out, which may be nil. path is below the
// API's address and escaped already.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	a, err := c.follow(ctx, method, c.access.API+path, body)
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return c.refused(a)
	}
	if kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")); kind != "application/json" {
		return c.problem(BadAnswer, "status", strconv.Itoa(a.status)) // a login page, a proxy
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			return c.problem(BadAnswer, "status", strconv.Itoa(a.status)).Because(errors.New("the answer is not the JSON that was expected"))
		}
	}
	return nil
}

// follow sends a request, and sends it again where the same server says that it
// belongs elsewhere on it (a repository that was renamed).
func (c *Client) follow(ctx context.Context, method, address string, body []byte) (*answer, error) {
	for range hops {
		a, err := c.send(ctx, method, address, body)
		if err != nil || !redirect(a.status) {
			return a, err
		}
		next, err := a.target(address)
		if err != nil || !sameOrigin(next, address) || method != http.MethodGet && a.status != http.StatusTemporaryRedirect && a.status != http.StatusPermanentRedirect {
			to := ""
			if err == nil {
				to = next.Scheme + "://" + next.Host
			}
			return nil, c.problem(Redirected, "to", clean(to))
		}
		address = next.String()
	}
	return nil, c.problem(Redirected, "to", "")
}

func redirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func (a *answer) target(from string) (*url.URL, error) {
	base, err := url.Parse(from)
	if err != nil {
		return nil, err
	}
	return base.Parse(a.header.Get("Location"))
}

func sameOrigin(u *url.URL, other string) bool {
	o, err := url.Parse(other)
	return err == nil && u.Scheme == o.Scheme && strings.EqualFold(u.Host, o.Host) && u.User == nil
}

func (c *Client) send(ctx context.Context, method, address string, body []byte) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, c.problem(Unreachable, "reason", "the address of the API is none")
	}
	c.dress(req, body != nil)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit+1))
	switch {
	case err != nil:
		return nil, c.failed(ctx, err)
	case len(b) > answerLimit:
		return nil, c.problem(BadAnswer, "status", strconv.Itoa(resp.StatusCode))
	}
	return &answer{resp.StatusCode, resp.Header, b}, nil
}

// dress sets the headers that the forge wants.
func (c *Client) dress(req *http.Request, body bool) {
	req.Header.Set("User-Agent", "hoist")
	req.Header.Set("Accept", "application/json")
	if body {
		req.Header.Set("Content-Type", "application/json")
	}
	token := c.access.token.text
	switch {
	case c.access.Kind == GitHub:
		req.Header.Set("Accept", "application/vnd.github+json")
		req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
	case token != "" && c.access.oauth:
		req.Header.Set("Authorization", "Bearer "+token)
	case token != "":
		req.Header.Set("PRIVATE-TOKEN", token)
	}
}

// failed says why no answer came.
func (c *Client) failed(ctx context.Context, err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return c.problem(NoAnswer, "limit", c.limit.String())
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return c.problem(Unreachable, "reason", clean(err.Error()))
}

// refused words what the forge refused with.
func (c *Client) refused(a *answer) error {
	message := said(a.body)
	switch {
	case a.status == http.StatusTooManyRequests, a.status == http.StatusForbidden && (a.header.Get("X-RateLimit-Remaining") == "0" || a.header.Get("Retry-After") != ""):
		return c.problem(RateLimited, "seconds", digits(a.header.Get("Retry-After")))
	case a.status == http.StatusUnauthorized:
		return c.problem(Unauthorized, "variable", c.access.Variable())
	case a.status == http.StatusForbidden:
		return c.problem(Forbidden, "message", message)
	case a.status == http.StatusNotFound:
		return c.problem(NotFound, "repository", clean(c.access.Path))
	case a.status >= 500:
		return c.problem(Down, "status", strconv.Itoa(a.status))
	}
	return c.problem(Rejected, "status", strconv.Itoa(a.status), "message", message)
}

func digits(s string) string {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func (c *Client) problem(code problem.Code, kv ...string) *problem.Problem {
	return problem.New(code, problem.Place{}, append([]string{"host", clean(c.access.Host)}, kv...)...)
}

// said is what an answer says in its own words. GitHub: {message, errors:
// [{message | field, code}]}; GitLab: {message: text | [text] | {field: [text]}},
// {error}.
func said(body []byte) string {
	var m struct {
		Message any    `json:"message"`
		Error   string `json:"error"`
		Errors  []any  `json:"errors"`
	}
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	parts := append(words(m.Message), words(m.Error)...)
	for _, e := range m.Errors {
		parts = append(parts, fault(e)...)
	}
	return clean(strings.Join(parts, "; "))
}

// fault is one entry of GitHub's errors.
func fault(e any) []string {
	x, ok := e.(map[string]any)
	if !ok {
		return words(e)
	}
	if w := words(x["message"]); w != nil {
		return w
	}
	return []string{strings.TrimSpace(strings.Join(append(words(x["field"]), words(x["code"])...), " "))}
}

func words(v any) (out []string) {
	switch v := v.(type) {
	case string:
		if v != "" {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			out = append(out, words(e)...)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			for _, w := range words(v[k]) {
				out = append(out, k+": "+w)
			}
		}
	}
	return out
}

// clean is foreign text fit to show: one line, no credentials, not endless.
func clean(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	s = mask.New(nil, false).Text(s)
	if r := []rune(s); len(r) > messageSize {
		return string(r[:messageSize]) + "…"
	}
	return s
}
