// Package gate asks a person at a terminal whether an environment that only
// people deploy may be synced. It is the only maker of a Pass, and without one
// nothing is synced.
//
// It takes the two terminal files, not readers, and looks at them itself; it
// shows what a sync would change itself; it writes into the audit log before it
// lets anything through. It syncs nothing, reads no repository and talks to no
// server: what there is to show, others look up.
//
// Laws: no flag, environment variable, pipe or setting makes a Pass, they only
// keep the gate shut; what was typed before the question does not count; a Pass
// is for exactly the application and the revision that were shown, and only if
// nothing has moved while the name was typed; a difference that brings in a
// placeholder or breaks a rule gets none, whatever is typed.
//
// What it cannot do: tell a person from a program that drives a terminal of its
// own, or stop one that has the user's token and asks Argo CD itself. Protected
// branches, sync windows and RBAC do that (docs/security.md).
package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/terminal"
)

// What keeps the gate shut. All have the Arg application.
var (
	NoPerson  = problem.Code{Name: "gate-no-person", Class: problem.Refused}   // why: stdin, stderr (no terminal), foreign, background, system; verb: not where a person is asked
	Machine   = problem.Code{Name: "gate-machine", Class: problem.Refused}     // variable: an environment variable that tells of CI or an agent
	Shut      = problem.Code{Name: "gate-shut", Class: problem.Refused}        // findings: how many came in since what is deployed
	WrongName = problem.Code{Name: "gate-wrong-name", Class: problem.Refused}  // what was typed is not the name
	NotTyped  = problem.Code{Name: "gate-not-typed", Class: problem.Refused}   // the input ended
	NotKnown  = problem.Code{Name: "gate-not-known", Class: problem.Refused}   // older findings were not acknowledged
	Restless  = problem.Code{Name: "gate-restless", Class: problem.Refused}    // times: it moved again and again while the name was typed
	NoLog     = problem.Code{Name: "audit-unwritable", Class: problem.Outside} // reason; the place is the log
)

// NoOutcome: how a sync went could not be written into the log. Args outcome.
var NoOutcome = problem.Code{Name: "audit-unfinished", Class: problem.Outside}

// Pass is leave to sync one application to one revision, given by a person who
// saw what it changes. The zero Pass allows nothing.
type Pass struct {
	application, revision string
	prune                 bool
	entry                 Entry
	log                   *Log
}

// Allows reports whether the pass is for this application and revision.
func (p *Pass) Allows(application, revision string) bool {
	return p != nil && p.application != "" && p.application == application && p.revision == revision && revision != ""
}

// Revision is what it is for, "" for nothing.
func (p *Pass) Revision() string {
	if p == nil {
		return ""
	}
	return p.revision
}

// Prunes reports whether objects that git has no more, and that were shown as
// such, may be deleted with it.
func (p *Pass) Prunes() bool { return p != nil && p.prune }

// Ended writes into the audit log how the sync went that the pass was for: a
// word, and the code of the problem, if any.
func (p *Pass) Ended(outcome, code string) error {
	e := p.entry
	e.Event, e.Outcome, e.Code = eventEnded, outcome, code
	if err := p.log.write(e); err != nil {
		return problem.New(NoOutcome, problem.Place{File: p.log.path}, "outcome", outcome).Because(err)
	}
	return nil
}

// Request is what to ask, and where.
type Request struct {
	// In and Err are standard input and standard error.
	In, Err *os.File
	Words   report.Words
	// Shown is what a sync would do, and Look looks again: before the pass is given
	// it must be the same.
	Shown *report.Deploy
	Look  func(context.Context) (*report.Deploy, error)
	Log   *Log
	Who   Who
}

// Looks is how often the difference is shown before a person is sent to find out
// who keeps moving it.
const looks = 3

// Person says whether a person can be asked at all: nil, or what keeps the gate
// shut before anything is shown.
func Person(application string, in, err *os.File) error {
	_, problem := person(application, in, err)
	return problem
}

// person is the terminal of the person who started this process.
func person(application string, in, err *os.File) (*tty, error) {
	if name := machine(os.Getenv); name != "" {
		return nil, problem.New(Machine, problem.Place{}, "application", application, "variable", name)
	}
	t, why := take(in, err)
	if why != "" {
		return nil, problem.New(NoPerson, problem.Place{}, "application", application, "why", why)
	}
	return t, nil
}

// Ask shows what a sync changes, asks for the application's name, and gives the
// pass. The error says what kept the gate shut; ctx.Err() where the person
// pressed Ctrl-C.
func Ask(ctx context.Context, r Request) (*Pass, error) {
	app := r.Shown.Application
	t, err := person(app, r.In, r.Err)
	if err != nil {
		return nil, err
	}
	r.Words.Width, _ = terminal.Size(r.Err)
	if err := t.ready(); err != nil { // also so that what is shown can be read
		return nil, problem.New(NotTyped, problem.Place{}, "application", app).Because(err)
	}
	defer t.give()
	shown := r.Shown
	for range looks {
		if err := r.show(shown); err != nil {
			return nil, err
		}
		if n := len(shown.Shut); n > 0 {
			return nil, problem.New(Shut, problem.Place{}, "application", app, "findings", strconv.Itoa(n))
		}
		if err := r.typed(ctx, t, shown); err != nil {
			return nil, err
		}
		again, err := r.Look(ctx)
		if err != nil {
			return nil, err
		}
		if digest(again) == digest(shown) {
			return r.open(ctx, shown)
		}
		r.say(report.GateMoved, "application", app)
		shown = again
	}
	return nil, problem.New(Restless, problem.Place{}, "application", app, "times", strconv.Itoa(looks))
}

func (r *Request) show(d *report.Deploy) error { return r.Words.GateShown(r.Err, d) }

func (r *Request) say(m report.Message, kv ...any) { fmt.Fprintln(r.Err, r.Words.Told(m, kv...)) }

// typed asks, and is content only with what must be typed: first that the older
// findings are known, then the name.
func (r *Request) typed(ctx context.Context, t *tty, d *report.Deploy) error {
	if n := len(d.Older); n > 0 {
		want := Acknowledge(n)
		got, err := r.answer(ctx, t, report.GateAcknowledge, "n", n, "words", want)
		if err != nil {
			return r.untyped(d, err)
		}
		if got != want {
			return problem.New(NotKnown, problem.Place{}, "application", d.Application, "findings", strconv.Itoa(n))
		}
	}
	got, err := r.answer(ctx, t, report.GateAsk, "application", d.Application, "environment", d.Titled(), "revision", d.Revision[:min(7, len(d.Revision))])
	if err != nil {
		return r.untyped(d, err)
	}
	if got != d.Application {
		return problem.New(WrongName, problem.Place{}, "application", d.Application)
	}
	return nil
}

// Acknowledge is what a person types who knows of n findings; the same in
// every language, so that it can be typed on every keyboard.
func Acknowledge(n int) string {
	if n == 1 {
		return "yes, 1 finding"
	}
	return fmt.Sprintf("yes, %d findings", n)
}

func (r *Request) untyped(d *report.Deploy, err error) error {
	if errors.Is(err, errNoLine) {
		fmt.Fprintln(r.Err)
		return problem.New(NotTyped, problem.Place{}, "application", d.Application).Because(err)
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(r.Err)
		r.say(report.GateLeft, "application", d.Application)
	}
	return err
}

// mark ends a question: from here on what is typed counts.
const mark = "> "

// answer puts a question and reads one line. What was typed before the question
// stood there in full is thrown away.
func (r *Request) answer(ctx context.Context, t *tty, m report.Message, kv ...any) (string, error) {
	fmt.Fprintln(r.Err, "\n"+r.Words.Told(m, kv...))
	if err := t.ready(); err != nil {
		return "", errors.Join(errNoLine, err)
	}
	fmt.Fprint(r.Err, mark)
	return line(ctx, r.In)
}

// open writes into the log and then gives the pass.
func (r *Request) open(ctx context.Context, d *report.Deploy) (*Pass, error) {
	e := newEntry(r.Who, d)
	if err := r.Log.write(e); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.Join(err, (&Pass{entry: e, log: r.Log}).Ended("interrupted", ""))
	}
	return &Pass{application: d.Application, revision: d.Revision, prune: d.Prune, entry: e, log: r.Log}, nil
}
