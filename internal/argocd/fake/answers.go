package fake

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// may reports whether an account may do something with an application.
func may(globs []string, a *app) bool {
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, err := path.Match(g, a.spec.Project+"/"+a.spec.Name)
		return ok && err == nil
	})
}

// find is an application that the account may see. Without its project, one that
// is not there is denied like one that may not be seen.
func (s *Server) find(who Account, name, project string) (*app, answer) {
	s.mu.Lock()
	a := s.apps[name]
	s.mu.Unlock()
	missing := fail(codeNotFound, `applications.argoproj.io "`+name+`" not found`)
	denied := fail(codeDenied, "permission denied")
	switch {
	case a == nil && project == "":
		return nil, denied
	case a == nil:
		if !slices.ContainsFunc(who.Get, func(g string) bool { ok, _ := path.Match(g, project+"/"+name); return ok }) {
			return nil, denied
		}
		return nil, missing
	case !may(who.Get, a):
		return nil, denied
	case project != "" && project != a.spec.Project:
		return nil, missing
	}
	return a, answer{}
}

// get is one application, refreshed if that is asked for. While the controller
// is down, a refresh is not answered at all.
func (s *Server) get(q *http.Request, a *app) answer {
	depth := q.URL.Query().Get("refresh")
	if depth != "" {
		if !s.refreshed(q.Context(), a, depth) {
			return answer{}
		}
	}
	if s.is(Redis) && !wait(q.Context(), s.pace.Outage) {
		return answer{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(a.render(!s.down[Redis]))
}

func (s *Server) refreshed(ctx context.Context, a *app, depth string) bool {
	for {
		if !wait(ctx, s.pace.Refresh) {
			return false
		}
		s.mu.Lock()
		down, back := s.down[Controller], s.back
		s.mu.Unlock()
		if !down {
			break
		}
		select {
		case <-back:
		case <-ctx.Done():
			return false
		}
	}
	s.mu.Lock()
	a.hydrate = "normal"
	if depth == "hard" {
		a.hydrate = "hard"
	}
	s.mu.Unlock()
	s.reconcile(a)
	s.stamp(a)
	s.heal(a)
	return true
}

// wait is false where ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// cached is an answer that needs redis.
func (s *Server) cached(q *http.Request, f func() answer, what string) answer {
	if !s.is(Redis) {
		return f()
	}
	if !wait(q.Context(), s.pace.Outage) {
		return answer{}
	}
	return fail(codeUnknown, what+": dial tcp 127.0.0.1:16379: connect: connection refused")
}

// managed is the answer of managed-resources, as old as the last comparison.
func (s *Server) managed(a *app, only url.Values) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []Object
	for _, o := range a.seen {
		if !slices.ContainsFunc([]string{"group", "kind", "namespace", "name"}, func(k string) bool { return only.Has(k) && only.Get(k) != textAt(o, k) }) {
			items = append(items, o)
		}
	}
	if items == nil {
		return Object{}
	}
	return Object{"items": items}
}

func (s *Server) list(who Account, r *Request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []any
	for _, name := range s.order {
		a := s.apps[name]
		wanted := r.Query.Get("name") == "" || r.Query.Get("name") == name
		if may(who.Get, a) && wanted {
			items = append(items, a.render(!s.down[Redis]))
		}
	}
	return ok(Object{"metadata": Object{"resourceVersion": number(s.version)}, "items": items})
}

func (s *Server) windows(a *app) Object {
	out := Object{}
	if open(a.spec.Windows) {
		out["canSync"] = true
	} else {
		out["canSync"] = false
	}
	var list []any
	for _, w := range a.spec.Windows {
		list = append(list, Object{"kind": w.Kind, "schedule": "* * * * *", "duration": "24h", "manualSync": w.Manual})
	}
	if list != nil {
		out["activeWindows"], out["assignedWindows"] = list, list
	}
	return out
}

// open reports whether a sync by hand is allowed: no window denies it, or all
// that do let syncs by hand pass.
func open(windows []Window) bool {
	return !slices.ContainsFunc(windows, func(w Window) bool { return w.Kind == "deny" && !w.Manual })
}

// syncRequest is the body of a sync, as far as the fake obeys it.
type syncRequest struct {
	Project       string   `json:"project"`
	Revision      string   `json:"revision"`
	Prune         bool     `json:"prune"`
	DryRun        bool     `json:"dryRun"`
	Resources     []Object `json:"resources"`
	RetryStrategy struct {
		Limit   int `json:"limit"`
		Backoff struct {
			Duration string `json:"duration"`
			Factor   int    `json:"factor"`
		} `json:"backoff"`
	} `json:"retryStrategy"`
}

// sync asks for an operation. A window is looked at before the account's right.
func (s *Server) sync(ctx context.Context, who Account, name string, r *Request) answer {
	var body syncRequest
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		return fail(codeInvalid, strings.Replace(err.Error(), "unexpected end of JSON input", "unexpected EOF", 1))
	}
	a, denied := s.find(who, name, body.Project)
	switch {
	case a == nil:
		return denied
	case !open(a.spec.Windows):
		return fail(codeDenied, "cannot sync: blocked by sync window")
	case !may(who.Sync, a):
		return fail(codeDenied, "permission denied: applications, sync, "+a.spec.Project+"/"+name+", sub: "+who.Name+", iat: "+stampOf(a.created))
	case a.spec.Automated && !body.DryRun && body.Revision != "" && body.Revision != a.target():
		return fail(codePrecondition, "Cannot sync to "+body.Revision+": auto-sync currently set to "+a.target())
	}
	revision, problem := s.revisionFor(ctx, a, body.Revision)
	if problem != nil {
		return *problem
	}
	o := &operation{revision: revision, prune: body.Prune, dryRun: body.DryRun, resources: body.Resources, by: who.Name,
		retry: retry{limit: body.RetryStrategy.Limit, factor: body.RetryStrategy.Backoff.Factor}}
	o.retry.duration, _ = time.ParseDuration(body.RetryStrategy.Backoff.Duration)
	return s.start(a, o)
}

// revisionFor resolves what a sync is to.
func (s *Server) revisionFor(ctx context.Context, a *app, asked string) (string, *answer) {
	if asked == "" || a.spec.Sources > 1 {
		asked = a.target()
	}
	const prefix = "error resolving repo revision: rpc error: code = "
	if s.is(RepoServer) {
		wait(ctx, s.pace.Outage)
		x := fail(codePrecondition, prefix+`Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:18081: connect: connection refused"`)
		return "", &x
	}
	revision, err := s.resolve(a, asked)
	if err != nil {
		x := fail(codePrecondition, prefix+"Unknown desc = "+err.Error())
		return "", &x
	}
	return revision, nil
}

// start accepts an operation. The last one's state goes at once; the new one has
// none until the controller takes it up.
func (s *Server) start(a *app, o *operation) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.asked != nil {
		return fail(codePrecondition, "another operation is already in progress")
	}
	a.asked, a.state = o, nil
	s.changed(a)
	s.schedule(s.pace.PickUp, func() { s.begin(a) })
	return ok(a.render(false))
}

func (s *Server) terminate(who Account, a *app) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !may(who.Sync, a) {
		return fail(codeDenied, "permission denied")
	}
	if a.asked == nil || a.state == nil {
		return fail(codeInvalid, "Unable to terminate operation. No operation is in progress")
	}
	state := a.state
	state.phase = "Terminating"
	state.number++
	s.changed(a)
	s.schedule(s.pace.Terminate, func() { s.ended(a, state) })
	return ok(Object{})
}
