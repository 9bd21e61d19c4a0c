package argocd

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"hoist.example/hoist/internal/problem"
)

// Goal is what Wait waits for.
type Goal struct {
	App App
	// Accepts says whether revisions of git, one a source, hold what is wanted: as a
	// rule, whether they contain the commit that was pushed. nil: any do. An error
	// ends the wait.
	Accepts func(ctx context.Context, revisions []string) (bool, error)
	Ticket  *Ticket       // of one's own sync; nil: of somebody else's, or Argo CD's
	Limit   time.Duration // 0: 15 minutes
}

// Step is how far a wait has come. It is told when something in it changes.
type Step struct {
	Doing Doing
	State *State // never nil
	// Message is Argo CD's, of what Doing waits for; "" for none.
	Message string
	// Pods are those that do not start, if any.
	Pods []Pod
}

// The pace of a wait.
const (
	waitLimit   = 15 * time.Minute
	lookEvery   = 3 * time.Second  // where the stream tells nothing
	seekEvery   = 5 * time.Second  // between refreshes for a revision that git has and Argo CD does not see; grows to
	seekSlowest = 20 * time.Second // this
	treeEvery   = 4 * time.Second  // between looks at the pods
	podsLast    = 8 * time.Second  // how long a pod has to fail to be taken for wrong
	pickUp      = time.Minute      // for the controller to begin with an operation
	outage      = time.Minute      // for the server to answer again
)

// Wait waits until the application runs revisions that the goal accepts, is
// Synced and Healthy, and gives that state. It fails as soon as that is not to
// be expected any more: the operation has failed, the application is Degraded,
// pods cannot start, git cannot be compared, somebody else has synced something
// else, or the controller is down; the error has Argo CD's words. Where it fails,
// the state is the last one seen, nil if there was none.
//
// What the server says right after an operation is old for up to half a second,
// so it judges nothing before a refresh, and sees twice what matters.
func (c *Client) Wait(ctx context.Context, g Goal, tell func(Step)) (*State, error) {
	if g.Limit <= 0 {
		g.Limit = waitLimit
	}
	if g.Ticket != nil && g.App.Name == "" {
		g.App = g.Ticket.App
	}
	limited, cancel := context.WithTimeout(ctx, g.Limit)
	w := &wait{Client: c, goal: g, tell: tell, events: make(chan *State, 1), seek: seekEvery, known: map[string]bool{}}
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	s, err := c.Application(limited, g.App)
	if err != nil {
		return nil, err
	}
	w.goal.App.Project = s.Project
	watching.Go(func() { c.Watch(limited, w.goal.App, w.event) })
	s, err = w.run(limited, s)
	if err != nil && ctx.Err() != nil {
		if g.Ticket != nil || s.Busy() {
			return s, c.left(ctx, s.Name, ctx.Err())
		}
		return s, ctx.Err()
	}
	if err != nil && limited.Err() != nil && !is(err, ControlDown) {
		return s, w.timedOut(s)
	}
	return s, err
}

// wait is one wait as it goes on.
type wait struct {
	*Client
	goal   Goal
	tell   func(Step)
	events chan *State // the newest that the stream told

	told      Step
	known     map[string]bool // what the goal accepts, by revisions
	refreshed operationID     // the operation after whose end the application was refreshed
	fresh     bool
	watched   bool // an operation went on since the wait began

	verdict verdict   // the last
	since   time.Time // when it was seen first
	often   int

	pending time.Time // when an operation was seen first that nobody works on
	seek    time.Duration
	looked  time.Time // at the pods
	failing map[Name]time.Time
}

// operationID tells one operation from the next.
type operationID struct {
	started time.Time
	phase   string
}

func idOf(s *State) operationID {
	if s.Operation == nil {
		return operationID{}
	}
	return operationID{s.Operation.StartedAt, s.Operation.Phase}
}

// event keeps the newest state that the stream told.
func (w *wait) event(s *State) {
	for {
		select {
		case w.events <- s:
			return
		default:
		}
		select {
		case <-w.events:
		default:
		}
	}
}

func (w *wait) run(ctx context.Context, s *State) (*State, error) {
	for {
		l, err := w.look(ctx, s)
		if err != nil {
			return s, err
		}
		v, doing := l.judge()
		if done, err := w.decide(ctx, l, v); done || err != nil {
			return s, err
		}
		pods, err := w.pods(ctx, s, doing)
		if err != nil {
			return s, err
		}
		w.report(Step{Doing: doing, State: s, Message: w.message(s, doing), Pods: pods})
		next, err := w.next(ctx, s, v, doing)
		if err != nil {
			return s, err
		}
		s = next
	}
}

// look gathers what a judgement needs.
func (w *wait) look(ctx context.Context, s *State) (look, error) {
	l := look{State: s, ticket: w.goal.Ticket}
	w.watched = w.watched || s.Busy()
	w.fresh = w.fresh && idOf(s) == w.refreshed
	l.fresh = w.fresh
	var err error
	if l.accepted, err = w.accepts(ctx, s.Compared); err != nil {
		return l, err
	}
	if s.Operation != nil {
		l.applied, err = w.accepts(ctx, s.Operation.Revisions)
	}
	return l, err
}

func (w *wait) accepts(ctx context.Context, revisions []string) (bool, error) {
	if len(revisions) == 0 {
		return false, nil
	}
	if w.goal.Accepts == nil {
		return true, nil
	}
	key := strings.Join(revisions, " ")
	if ok, known := w.known[key]; known {
		return ok, nil
	}
	ok, err := w.goal.Accepts(ctx, slices.Clone(revisions))
	if err == nil {
		w.known[key] = ok
	}
	return ok, err
}

// decide ends the wait where the verdict is final: seen often enough, for long
// enough.
func (w *wait) decide(ctx context.Context, l look, v verdict) (done bool, err error) {
	now := time.Now()
	if v != w.verdict {
		w.verdict, w.since, w.often = v, now, 0
	}
	w.often++
	if err := w.stuck(l.State, now); err != nil {
		return false, err
	}
	long, often := v.patience()
	if v == arrived && !w.watched {
		return true, nil // nothing has gone on that could make it stale
	}
	if w.often < often || now.Sub(w.since) < long {
		return false, nil
	}
	if v == arrived {
		return true, nil
	}
	return false, w.problemOf(ctx, l.State, v)
}

// stuck notices an operation that no controller takes up.
func (w *wait) stuck(s *State, now time.Time) error {
	if !s.Busy() || s.Operation.Phase != "" {
		w.pending = time.Time{}
		return nil
	}
	if w.pending.IsZero() {
		w.pending = now
	}
	if now.Sub(w.pending) < pickUp {
		return nil
	}
	return w.problem(ControlDown, "application", s.Name, "what", string(toBegin), "limit", pickUp.String())
}

// next is the next state to judge.
func (w *wait) next(ctx context.Context, s *State, v verdict, doing Doing) (*State, error) {
	switch {
	case doing == ForRevision:
		if told, err := w.listen(ctx, s, w.seek); told != nil || err != nil {
			return told, err
		}
		w.seek = min(w.seek*3/2, seekSlowest)
		return w.refresh(ctx, s)
	case v == refresh:
		return w.refresh(ctx, s)
	case v != waiting: // is it still so?
		long, often := v.patience()
		if err := w.rest(ctx, long/time.Duration(max(often-1, 1))); err != nil {
			return nil, err
		}
		return w.refresh(ctx, s)
	}
	if told, err := w.listen(ctx, s, lookEvery); told != nil || err != nil {
		return told, err
	}
	return w.get(ctx, s)
}

// rest waits.
func (w *wait) rest(ctx context.Context, d time.Duration) error {
	if !pause(ctx, d) {
		return ctx.Err()
	}
	return nil
}

// listen waits, or until the stream tells something newer than s: that then, else
// nil.
func (w *wait) listen(ctx context.Context, s *State, d time.Duration) (*State, error) {
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return nil, nil
		case told := <-w.events:
			if !noNewer(told, s) {
				return told, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// noNewer reports whether a is not newer than b, as far as their versions tell.
func noNewer(a, b *State) bool {
	x, y, ok := numbers(a.version, b.version)
	return ok && x <= y
}

// get looks at the application. A server with a cache may answer with less than
// the stream has told already.
func (w *wait) get(ctx context.Context, s *State) (*State, error) {
	next, err := w.bear(ctx, s, func() (*State, error) { return w.Application(ctx, w.goal.App) })
	if err == nil && noNewer(next, s) {
		return s, nil
	}
	return next, err
}

// refresh has the controller look.
func (w *wait) refresh(ctx context.Context, s *State) (*State, error) {
	if w.told.State == nil {
		w.report(Step{Doing: ForController, State: s})
	}
	next, err := w.bear(ctx, s, func() (*State, error) {
		next, err := w.Refresh(ctx, w.goal.App, Normal)
		if is(err, ControlDown) && ctx.Err() == nil {
			return w.alive(ctx, s.ComparedAt, err)
		}
		return next, err
	})
	if err != nil {
		return nil, err
	}
	w.fresh, w.refreshed = !next.Busy(), idOf(next)
	return next, nil
}

// alive looks whether the controller has compared by itself while it left a
// refresh without an answer: then it is slow, not down.
func (w *wait) alive(ctx context.Context, begun time.Time, down error) (*State, error) {
	s, err := w.Application(ctx, w.goal.App)
	if err != nil || !s.ComparedAt.After(begun) {
		return nil, down
	}
	return s, nil
}

// bear asks until there is an answer: a server may be away for a while, as it is
// when it is updated.
func (w *wait) bear(ctx context.Context, last *State, ask func() (*State, error)) (*State, error) {
	begun := time.Now()
	for {
		s, err := ask()
		if err == nil {
			return s, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !passing(err) || time.Since(begun) >= outage {
			return nil, err
		}
		w.report(Step{Doing: ForServer, State: last, Message: words(err)})
		if err := w.rest(ctx, lookEvery); err != nil {
			return nil, err
		}
	}
}

// passing reports whether what went wrong may be over soon.
func passing(err error) bool {
	for _, code := range []problem.Code{Unreachable, NoAnswer, BadAnswer, Failed, RepoServerDown} {
		if is(err, code) {
			return true
		}
	}
	return false
}

// words is what a problem says in words of others.
func words(err error) string {
	var p *problem.Problem
	if !errors.As(err, &p) {
		return ""
	}
	if m := p.Arg("message"); m != "" {
		return m
	}
	return p.Arg("reason")
}

func (w *wait) message(s *State, doing Doing) string {
	switch doing {
	case ForOperation, ForRetry, ForOther:
		if s.Operation != nil {
			return s.Operation.Message
		}
	case ForComparison:
		if x, ok := s.Uncompared(); ok {
			return x.Message
		}
	}
	return ""
}

// report tells a step unless it is as the last one.
func (w *wait) report(s Step) {
	same := w.told.State != nil && s.Doing == w.told.Doing && s.Message == w.told.Message && len(s.Pods) == len(w.told.Pods) &&
		s.State.Sync == w.told.State.Sync && s.State.Health == w.told.State.Health && slices.Equal(s.State.Compared, w.told.State.Compared) &&
		idOf(s.State) == idOf(w.told.State)
	w.told = s
	if !same && w.tell != nil {
		w.tell(s)
	}
}

// pods looks now and then at what the cluster makes of it: that a pod cannot
// start is seen there long before the application is Degraded.
func (w *wait) pods(ctx context.Context, s *State, doing Doing) ([]Pod, error) {
	if doing != ForHealth && doing != ForOperation {
		return nil, nil
	}
	now := time.Now()
	if now.Sub(w.looked) < treeEvery {
		return w.told.Pods, nil
	}
	w.looked = now
	t, err := w.Tree(ctx, w.goal.App)
	if err != nil {
		return nil, nil // the pods are only a hint
	}
	bad := t.Failing()
	seen := map[Name]time.Time{}
	for _, p := range bad {
		seen[p.Name] = now
		if first, ok := w.failing[p.Name]; ok {
			seen[p.Name] = first
		}
		if now.Sub(seen[p.Name]) >= podsLast {
			return bad, w.problem(PodsFail, "application", s.Name, "pod", p.Name.Name, "reason", p.Reason, "message", p.Message)
		}
	}
	w.failing = seen
	return bad, nil
}

// problemOf is what a verdict is called.
func (w *wait) problemOf(ctx context.Context, s *State, v verdict) error {
	o := s.Operation
	switch v {
	case deleted:
		return w.problem(Deleting, "application", s.Name, "message", "")
	case failed:
		return w.problem(OperationFailed, "application", s.Name, "phase", o.Phase, "revision", o.Revision(), "message", o.Message, "resources", names(o.failures()))
	case superseded:
		return w.problem(Superseded, "application", s.Name, "revision", w.goal.Ticket.Revision, "by", o.By, "other", o.Revision())
	case uncompared:
		x, _ := s.Uncompared()
		return w.problem(ComparisonError, "application", s.Name, "message", x.Message)
	case unhealthy:
		return w.sick(ctx, s)
	case outOfSync:
		return w.problem(StillOutOfSync, "application", s.Name, "revision", s.Revision(), "resources", names(s.Differing()))
	case pruneNeeded:
		return w.problem(PruneSkipped, "application", s.Name, "resources", names(s.Prunes()))
	case movedOn:
		return w.problem(MovedOn, "application", s.Name, "revision", o.Revision(), "target", s.Revision())
	}
	return nil
}

// failures are the objects that an operation could not apply.
func (o *Operation) failures() (out []Name) {
	for _, r := range o.Results {
		if r.Status == "SyncFailed" || r.Phase == FailedPhase || r.Phase == ErrorPhase {
			out = append(out, r.Name)
		}
	}
	return out
}

// sick says which objects are Degraded, and why.
func (w *wait) sick(ctx context.Context, s *State) error {
	message, resources := "", ""
	if t, err := w.Tree(ctx, w.goal.App); err == nil && len(t.Sick) > 0 {
		resources = names(t.Sick)
		message = t.Sick[0].Message
		for _, r := range t.Sick { // a workload says more than its pods
			if r.Kind != "Pod" {
				message = r.Message
			}
		}
	}
	return w.problem(Degraded, "application", s.Name, "message", message, "resources", resources)
}

func (w *wait) timedOut(s *State) error {
	kv := []string{"application", s.Name, "limit", w.goal.Limit.String(), "sync", s.Sync, "health", s.Health, "phase", "", "revision", s.Revision(), "message", w.told.Message}
	if s.Operation != nil {
		kv[9] = s.Operation.Phase
	}
	return w.problem(TimedOut, kv...)
}
