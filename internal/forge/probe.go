package forge

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	"hoist.example/hoist/internal/problem"
)

// Probe asks a host whose name tells nothing what it is, without a token: both
// forges answer their version's address in a way of their own. UnknownForge says
// that it is neither.
func Probe(ctx context.Context, a *Access, w World) error {
	files, err := readTools(w)
	if err != nil {
		return err
	}
	var last error
	for _, k := range []Kind{GitLab, GitHub} {
		is, err := a.probe(ctx, k)
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if is {
			a.Kind = k
			a.settle(w, files)
			return nil
		}
		last = err
	}
	var p *problem.Problem
	if errors.As(last, &p) && (p.Code == Unreachable || p.Code == NoAnswer) {
		return last
	}
	return problem.New(UnknownForge, problem.Place{}, "host", clean(a.Host))
}

func (a *Access) probe(ctx context.Context, k Kind) (bool, error) {
	path := map[Kind]string{GitLab: "/api/v4/version", GitHub: "/api/v3/meta"}[k]
	c := New(&Access{Remote: a.Remote, Kind: k}, probeLimit)
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	got, err := c.send(ctx, http.MethodGet, a.Scheme+"://"+a.Host+path, nil)
	if err != nil {
		return false, err
	}
	return got.is(k), nil
}

// is reports whether an answer is a forge's own. GitLab tells its version only
// to who is logged in; GitHub names itself in every answer's header.
func (a *answer) is(k Kind) bool {
	if k == GitHub {
		return a.header.Get("X-GitHub-Request-Id") != ""
	}
	var m struct{ Version, Revision, Message string }
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if kind != "application/json" || json.Unmarshal(a.body, &m) != nil {
		return false
	}
	return a.status == http.StatusOK && m.Version != "" && m.Revision != "" || a.status == http.StatusUnauthorized && m.Message == "401 Unauthorized"
}
