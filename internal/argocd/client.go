package argocd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"hoist.example/hoist/internal/problem"
)

// Limits bound every call. A zero field is its default.
type Limits struct {
	Call    time.Duration // any call but those below: 30 s, all tries together
	Refresh time.Duration // the controller answers it when it has compared: 90 s
	Sync    time.Duration // 60 s
	Dial    time.Duration // to connect: 10 s
	Tries   int           // of a GET: 3
	Answer  int64         // bytes of an answer: 64 MiB
}

func (l Limits) filled() Limits {
	fill := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	fill(&l.Call, 30*time.Second)
	fill(&l.Refresh, 90*time.Second)
	fill(&l.Sync, time.Minute)
	fill(&l.Dial, 10*time.Second)
	if l.Tries <= 0 {
		l.Tries = 3
	}
	if l.Answer <= 0 {
		l.Answer = 64 << 20
	}
	return l
}

// Options of a client. The zero Options are right for everybody but tests.
type Options struct {
	Limits Limits
	// Agent names the program to the server, "" for hoist.
	Agent string
	// Dial connects; nil: over the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client calls one server. It is safe for several goroutines.
type Client struct {
	*scrubber
	access  *Access
	http    *http.Client
	limits  Limits
	agent   string
	stopped func()
}

// New makes a client. Nothing is sent yet.
func New(a *Access, o Options) *Client {
	limits := o.Limits.filled()
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: limits.Dial}).DialContext
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dial,
		TLSClientConfig:       a.tls.Clone(),
		TLSHandshakeTimeout:   limits.Dial,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       30 * time.Second,
		MaxIdleConnsPerHost:   4,
		// No ResponseHeaderTimeout: a stream sends none until something happens, and a
		// refresh none until it is done. Each call has a deadline instead.
	}
	c := &Client{
		scrubber: newScrubber(a.secrets()...),
		access:   a, limits: limits, agent: o.Agent, stopped: t.CloseIdleConnections,
		http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	if c.agent == "" {
		c.agent = "hoist"
	}
	return c
}

// Server is the server's address.
func (c *Client) Server() string { return c.access.Server() }

// Close gives its connections back.
func (c *Client) Close() { c.stopped() }

// Asked is what a call is for, as an argument of problems: in no other room's
// words.
type Asked string

// What calls are for. toBegin is for an operation that no controller takes up.
const (
	toLook       Asked = "argocd-get"
	toRefresh    Asked = "argocd-refresh"
	toCompare    Asked = "argocd-diff"
	toSeePods    Asked = "argocd-tree"
	toSeeWindows Asked = "argocd-windows"
	toSeeCommit  Asked = "argocd-commit"
	toWatch      Asked = "argocd-watch"
	toSync       Asked = "argocd-sync"
	toTerminate  Asked = "argocd-terminate"
	toBegin      Asked = "argocd-operation"
)

// call is one question to the server.
type call struct {
	method, path string // path below the server's own, escaped
	query        url.Values
	body         any
	action       Asked
	application  string
	project      string // "" where it is not known yet
	limit        time.Duration
}

// ask sends a call and decodes its answer into out. A GET is tried again where
// the connection or something in front of the server fails; nothing else is: a
// sync that was not answered may have been begun.
func (c *Client) ask(ctx context.Context, q call, out any) error {
	if q.limit == 0 {
		q.limit = c.limits.Call
	}
	limited, cancel := context.WithTimeout(ctx, q.limit)
	defer cancel()
	for try := 1; ; try++ {
		again, err := c.once(limited, q, out)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil && q.method != http.MethodGet {
			return c.left(ctx, q.application, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !again || q.method != http.MethodGet || try >= c.limits.Tries {
			return err
		}
		if !pause(limited, backoff(try)) {
			return either(ctx.Err(), err)
		}
	}
}

// left is that somebody did not wait for what has been asked for: it goes on
// without them. err is what there is to say otherwise.
func (c *Client) left(ctx context.Context, application string, err error) error {
	if !errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	return c.problem(Left, "application", application)
}

// either is why a call ended: that its caller gave up, before anything else.
func either(gaveUp, err error) error {
	if gaveUp != nil {
		return gaveUp
	}
	return err
}

// backoff is how long to wait after a failed try: 200 ms, 600 ms, … and up to as
// much again, so that many clients do not come back at once.
func backoff(try int) time.Duration {
	d := 200 * time.Millisecond
	for range try - 1 {
		d *= 3
	}
	return d + rand.N(d)
}

// pause waits; false means that ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// once is one try. again says that another may help.
func (c *Client) once(ctx context.Context, q call, out any) (again bool, err error) {
	res, err := c.send(ctx, q)
	if err != nil {
		return c.failed(ctx, q, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, c.limits.Answer+1))
	if err != nil {
		return c.failed(ctx, q, err)
	}
	if res.StatusCode != http.StatusOK {
		return c.refused(q, res, body)
	}
	if int64(len(body)) > c.limits.Answer || !isJSON(res.Header) {
		return false, c.badAnswer(q, res.StatusCode, "")
	}
	if err := json.Unmarshal(body, out); err != nil {
		return false, c.badAnswer(q, res.StatusCode, err.Error())
	}
	return false, nil
}

// send makes the request. The content type has no charset: with one, the server
// refuses everything but a GET, a DELETE without a body included.
func (c *Client) send(ctx context.Context, q call) (*http.Response, error) {
	u := *c.access.base
	full := u.JoinPath(q.path)
	full.RawQuery = q.query.Encode()
	var body io.Reader
	if q.body != nil {
		b, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, full.String(), body)
	if err != nil {
		return nil, err
	}
	for _, h := range c.access.headers {
		req.Header.Add(h.name, h.value.reveal())
	}
	req.Header.Set("Authorization", "Bearer "+c.access.token.reveal())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if q.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
		req.GetBody = nil // a request that is not a GET is sent once
	}
	return c.http.Do(req)
}

func isJSON(h http.Header) bool {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && t == "application/json"
}

// problem makes one with this server's name in it.
func (c *Client) problem(code problem.Code, kv ...string) *problem.Problem {
	for i := 1; i < len(kv); i += 2 {
		kv[i] = c.clean(kv[i])
	}
	return problem.New(code, problem.Place{}, append([]string{"server", c.clean(c.Server())}, kv...)...)
}

// cause is an error that keeps what callers ask for and no text of others.
func (c *Client) cause(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errors.New(c.clean(err.Error()))
}
