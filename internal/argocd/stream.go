package argocd

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"
)

// stream calls each with the application as it changes, the present state first,
// until ctx ends or the server cuts the stream; why is in the error, which is
// never nil. The server sends nothing at all, not even headers, until there is
// something to tell, and keeps silent for ever about an application that may not
// be seen: ask for it with Application first.
func (c *Client) stream(ctx context.Context, a App, each func(*State)) error {
	name, ns := a.split()
	q := a.at(http.MethodGet, toWatch, "")
	q.path, q.query = "/api/v1/stream/applications", url.Values{"name": {name}}
	if ns != "" {
		q.query.Set("appNamespace", ns)
	}
	if a.Project != "" {
		q.query.Set("project", a.Project)
	}
	res, err := c.send(ctx, q)
	if err != nil {
		_, err = c.failed(ctx, q, err)
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		_, err := c.refused(q, res, body)
		return err
	}
	return c.events(ctx, q, a, res.Body, each)
}

// events reads the lines of a stream.
func (c *Client) events(ctx context.Context, q call, a App, body io.Reader, each func(*State)) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 64<<10), 16<<20)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var w struct {
			Result *struct {
				Type        string          `json:"type"`
				Application wireApplication `json:"application"`
			} `json:"result"`
		}
		if err := json.Unmarshal(lines.Bytes(), &w); err != nil {
			return c.badAnswer(q, http.StatusOK, err.Error())
		}
		if w.Result == nil {
			if e, ok := readError(lines.Bytes()); ok {
				return c.told(q, http.StatusOK, e)
			}
			continue
		}
		if w.Result.Application.Metadata.Name != q.application {
			continue
		}
		s := c.state(&w.Result.Application, a)
		s.Deleting = s.Deleting || w.Result.Type == "DELETED"
		each(s)
	}
	err := lines.Err()
	if err == nil {
		err = io.EOF
	}
	_, err = c.failed(ctx, q, err)
	return err
}

// The pace of Watch.
const (
	streamRest = 2 * time.Second  // before a stream that was cut is opened again
	streamSlow = 30 * time.Second // the longest such rest
)

// Watch calls each with the application whenever it changes, until ctx ends. It
// opens the stream again when it is cut, ever more slowly where it is cut at
// once; what happened in between is in the first state of the new one. It is a
// hint and no more: where streams do not get through, nothing is called, so look
// yourself now and then.
func (c *Client) Watch(ctx context.Context, a App, each func(*State)) {
	rest := streamRest
	for ctx.Err() == nil {
		begun := time.Now()
		err := c.stream(ctx, a, each)
		if is(err, Unauthorized) || is(err, Denied) || is(err, NotFound) {
			return
		}
		if time.Since(begun) > streamSlow {
			rest = streamRest
		}
		if !pause(ctx, rest) {
			return
		}
		rest = min(rest*2, streamSlow)
	}
}
