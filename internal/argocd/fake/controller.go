package fake

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// app is one application and all that the controller knows about it.
type app struct {
	spec     Application
	uid      string
	created  time.Time
	deleting time.Time
	work     sync.Mutex // one comparison or sync at a time

	live     []*item
	workload map[key]*workload

	// What was seen at the last comparison.
	status     string
	revision   string // the target's name where the comparison failed
	health     string
	healthAt   time.Time
	resources  []resource
	hook       *resource // the one that is waited for
	conditions []Object
	seen       []Object // the answer of managed-resources
	compared   bool
	reconciled time.Time

	asked    *operation
	state    *operationState
	history  []Object
	hydrate  string
	version  uint64
	changes  int
	attempts string // the revision that the automation tried last
}

// operation is a sync that was asked for.
type operation struct {
	revision  string
	prune     bool
	dryRun    bool
	resources []Object // of some only
	by        string
	automated bool
	retry     retry
}

type retry struct {
	limit    int
	duration time.Duration
	factor   int
}

// operationState is what became of it.
type operationState struct {
	*operation
	phase, message    string
	started, finished time.Time
	results           []Object
	retries           int
	number            int // of the timer that ends it; an older one does nothing
}

// resource is an object's line in an application's status.
type resource struct {
	key
	version        string
	status, health string
	message        string
	prune, hook    bool
}

func newApp(s *Server, spec Application) *app {
	if spec.Namespace == "" {
		spec.Namespace = spec.Name
	}
	if spec.Sources == 0 {
		spec.Sources = 1
	}
	a := &app{spec: spec, uid: uid(spec.Name), created: time.Now().Truncate(time.Second), workload: map[key]*workload{}}
	a.put(a.adopted(spec.Live))
	for _, x := range a.live {
		if t := template(x.object); t != nil {
			a.workload[x.key] = &workload{number: 1, sets: []set{{number: 1, template: t, made: a.created, ready: true}}}
		}
	}
	if spec.Deployed != "" {
		a.record(&operation{revision: spec.Deployed, by: "admin"}, a.created, a.created)
	}
	s.version++
	a.version = s.version
	return a
}

// target is what the application follows.
func (a *app) target() string {
	if a.spec.Target == "" {
		return "HEAD"
	}
	return a.spec.Target
}

// errGit is what the server says when it cannot reach a repository.
func errGit(repository string) error {
	return fmt.Errorf("failed to list refs: unexpected client error: unexpected requesting %q status code: 503", repository+"/info/refs?service=git-upload-pack")
}

// resolve is the commit that a target is at. A full hash needs no repository.
func (s *Server) resolve(a *app, target string) (string, error) {
	if pinned(target) {
		return target, nil
	}
	if s.is(Git) {
		return "", errGit(a.spec.Repository)
	}
	revision, err := s.world.Head(a.spec.Repository, target)
	switch {
	case errors.Is(err, ErrNoRevision):
		return "", fmt.Errorf("unable to resolve '%s' to a commit SHA", target)
	case err != nil:
		return "", errGit(a.spec.Repository)
	}
	return revision, nil
}

func pinned(s string) bool {
	return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
}

// targets are an application's objects at a commit, as Argo CD would apply them.
func (s *Server) targets(a *app, revision string) (objects, hooks []Object, err error) {
	if s.is(Git) {
		return nil, nil, errGit(a.spec.Repository)
	}
	if s.is(RepoServer) {
		return nil, nil, errors.New(`connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:18081: connect: connection refused"`)
	}
	all, err := s.world.Objects(a.spec, revision)
	if err != nil {
		return nil, nil, fmt.Errorf("`kustomize build <path to cached source>/%s` failed exit status 1: Error: %w", a.spec.Path, err)
	}
	for _, o := range all {
		if hookOf(o) != "" {
			hooks = append(hooks, o)
		} else {
			objects = append(objects, o)
		}
	}
	return a.adopted(objects), hooks, nil
}

// comparisonError is how a failure to make manifests is told.
func comparisonError(err error) string {
	return "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = " + err.Error()
}

// reconcile compares an application with git. Its time is stamped by stamp.
func (s *Server) reconcile(a *app) {
	a.work.Lock()
	defer a.work.Unlock()
	revision, err := s.resolve(a, a.target())
	var want []Object
	if err == nil {
		want, _, err = s.targets(a, revision)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.conditions, a.revision, a.compared = nil, revision, true
	if err != nil {
		a.revision, want = a.target(), nil
		a.conditions = []Object{{"type": "ComparisonError", "message": comparisonError(err), "lastTransitionTime": stampOf(time.Now())}}
	}
	a.compare(want)
	if err != nil {
		a.status = "Unknown"
		for i := range a.resources {
			a.resources[i].status = "Unknown"
		}
	}
	a.judge()
	s.changed(a)
}

// stamp notes when an application was compared: whole seconds.
func (s *Server) stamp(a *app) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.reconciled = time.Now().Truncate(time.Second)
	s.changed(a)
}

// compare fills in status, resources and the answer of managed-resources.
func (a *app) compare(want []Object) {
	a.status, a.resources, a.seen = "Synced", nil, nil
	for _, p := range a.pairs(want) {
		r := resource{key: p.key, version: p.version(), status: "Synced"}
		switch {
		case p.want == nil:
			r.status, r.prune = "OutOfSync", true
		case p.live == nil || p.differs():
			r.status = "OutOfSync"
		}
		if r.status != "Synced" {
			a.status = "OutOfSync"
		}
		a.resources = append(a.resources, r)
		a.seen = append(a.seen, p.diff())
	}
}

// judge fills in health, of the objects and of all.
func (a *app) judge() {
	worst := "Healthy"
	for i := range a.resources {
		r := &a.resources[i]
		r.health, r.message = a.healthOf(r.key)
		if r.health == "Missing" {
			continue
		}
		if rank(r.health) > rank(worst) {
			worst = r.health
		}
	}
	if len(a.live) == 0 && len(a.resources) > 0 {
		worst = "Missing" // only where nothing is there at all
	}
	if a.health != worst {
		a.health, a.healthAt = worst, time.Now().Truncate(time.Second)
	}
}

// rank orders healths, worse ones higher.
func rank(health string) int {
	return slices.Index([]string{"", "Healthy", "Suspended", "Progressing", "Degraded"}, health)
}

func (a *app) healthOf(k key) (health, message string) {
	x := a.find(k)
	if x == nil {
		return "Missing", ""
	}
	if w := a.workload[k]; w != nil {
		return w.health(x.name)
	}
	if hasNone(k) {
		return "", ""
	}
	return "Healthy", ""
}

// hasNone reports whether objects of a kind have no health.
func hasNone(k key) bool {
	return k.group == "" && (k.kind == "ConfigMap" || k.kind == "Secret" || k.kind == "Namespace" || k.kind == "ServiceAccount")
}

// begin is the controller taking up an operation.
func (s *Server) begin(a *app) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.asked == nil || a.state != nil || s.down[Controller] {
		return
	}
	a.state = &operationState{operation: a.asked, phase: "Running", started: time.Now().Truncate(time.Second)}
	if len(a.live) == 0 && a.status != "Unknown" {
		a.state.message = "waiting for healthy state of /Namespace/" + a.spec.Namespace
	}
	s.changed(a)
	s.work(a, s.pace.Operation)
}

// work schedules the next step of an operation, and makes those scheduled before
// void. The lock is held.
func (s *Server) work(a *app, d time.Duration) {
	a.state.number++
	state, number := a.state, a.state.number
	s.schedule(d, func() { s.run(a, state, number) })
}

// run is what an operation does.
func (s *Server) run(a *app, state *operationState, number int) {
	a.work.Lock()
	defer a.work.Unlock()
	want, hooks, err := s.targets(a, state.revision)
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.state != state || state.number != number || s.down[Controller] {
		return
	}
	if err != nil {
		s.finish(a, "Error", "ComparisonError: "+comparisonError(err))
		return
	}
	if state.dryRun {
		s.finish(a, "Succeeded", "successfully synced (no more tasks)")
		return
	}
	if hook := hanging(hooks); hook != nil && state.phase == "Running" {
		k := keyOf(hook)
		state.message = "waiting for completion of hook " + k.String()
		state.results = []Object{{"group": k.group, "version": versionOf(hook), "kind": k.kind, "namespace": a.spec.Namespace, "name": k.name, "status": "Synced",
			"message": k.applied("created"), "hookType": hookOf(hook), "hookPhase": "Running", "syncPhase": hookOf(hook)}}
		a.hook = &resource{key: k, version: versionOf(hook), health: "Progressing", hook: true, prune: true}
		s.changed(a)
		return
	}
	failed := a.apply(want, state)
	s.pods(a)
	if failed != "" {
		s.failed(a, failed)
		return
	}
	if len(state.results) == 0 {
		s.finish(a, "Succeeded", "successfully synced (no more tasks)")
		return
	}
	s.finish(a, "Succeeded", "successfully synced (all tasks run)")
}

// failed ends a try, and perhaps the operation.
func (s *Server) failed(a *app, why string) {
	o := a.state
	message := "one or more synchronization tasks completed unsuccessfully, reason: " + why
	if o.retries >= o.retry.limit {
		if o.retries > 0 {
			message += fmt.Sprintf(" (retried %d times).", o.retries)
		}
		s.finish(a, "Failed", message)
		return
	}
	wait := o.retry.duration
	for range o.retries {
		wait *= time.Duration(max(o.retry.factor, 1))
	}
	o.retries++
	o.finished = time.Now().Truncate(time.Second)
	o.message = message + fmt.Sprintf(". Retrying attempt #%d at %s.", o.retries, time.Now().Add(wait).Format(time.Kitchen))
	s.changed(a)
	s.work(a, wait)
}

// finish ends an operation. What the status says of it is old for a moment.
func (s *Server) finish(a *app, phase, message string) {
	o := a.state
	o.phase, o.message, o.finished = phase, message, time.Now().Truncate(time.Second)
	o.number++
	a.asked, a.hook = nil, nil
	if phase == "Succeeded" && !o.dryRun && len(o.resources) == 0 {
		a.record(o.operation, o.started, o.finished)
	}
	s.changed(a)
	s.schedule(s.pace.Stale, func() {
		if s.is(Controller) {
			return
		}
		s.reconcile(a)
		s.after(s.pace.Compared, func() { s.stamp(a) })
		s.heal(a)
	})
}

// record appends to an application's history.
func (a *app) record(o *operation, started, finished time.Time) {
	id := len(a.history)
	h := Object{"id": id, "deployedAt": stampOf(finished), "deployStartedAt": stampOf(started), "initiatedBy": o.initiator()}
	if a.spec.Sources > 1 {
		h["revisions"], h["sources"] = a.several(o.revision), a.sources()
	} else {
		h["revision"], h["source"] = o.revision, a.source()
	}
	a.history = append(a.history, h)
}

// ended is an operation that was terminated.
func (s *Server) ended(a *app, state *operationState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.state != state || a.asked == nil {
		return
	}
	results := slices.Clone(state.results)
	for i, r := range results {
		if r["hookType"] != nil {
			results[i] = maps.Clone(r) // the old one may be on its way to somebody
			results[i]["hookPhase"], results[i]["message"] = "Failed", "Terminated"
		}
	}
	state.results = results
	s.finish(a, "Failed", "Operation terminated")
}

// heal has the automation sync what it should.
func (s *Server) heal(a *app) {
	s.mu.Lock()
	if !a.spec.Automated || a.asked != nil || a.status != "OutOfSync" || s.down[Controller] {
		s.mu.Unlock()
		return
	}
	again := a.attempts == a.revision
	if again && (!a.spec.SelfHeal || a.state != nil && a.state.phase != "Succeeded") {
		s.mu.Unlock()
		return
	}
	if again && !slices.ContainsFunc(a.resources, func(r resource) bool { return r.status != "Synced" && (!r.prune || a.spec.Prune) }) {
		s.mu.Unlock()
		return
	}
	a.attempts = a.revision
	a.asked, a.state = &operation{revision: a.revision, prune: a.spec.Prune, automated: true}, nil
	s.changed(a)
	s.mu.Unlock()
	s.after(s.pace.PickUp, func() { s.begin(a) })
}

// rolled looks at workloads again when their pods should be up, or should have
// been.
func (s *Server) rolled(a *app) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down[Controller] {
		return
	}
	before := a.health
	if a.asked == nil {
		a.judge()
	}
	if a.health != before {
		s.changed(a)
	}
}

// changed tells the watchers of an application. The lock is held.
func (s *Server) changed(a *app) {
	s.version++
	a.version = s.version
	a.changes++
	for w := range s.watchers {
		w.tell(a, "MODIFIED")
	}
}
