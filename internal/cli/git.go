package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// EditNeedsTerminal says that there is nobody to edit a message.
var EditNeedsTerminal = problem.Code{Name: "edit-needs-terminal", Class: problem.Refused}

func (a *app) commit() *cobra.Command {
	var req workspace.CommitRequest
	var request bool
	var base string
	c := a.command("commit [--push|--request] [-m MESSAGE]", cobra.NoArgs, func([]string) error {
		req.Push = req.Push || req.PushAll
		if request = request || base != ""; request {
			req.Request = &workspace.RequestOptions{Base: base, Getenv: a.Getenv}
		}
		if req.Terminal = a.terminal(); req.Terminal == nil && req.Edit {
			return problem.New(EditNeedsTerminal, problem.Place{})
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		done, err := w.Commit(a.ctx, req, a.tell())
		a.tellCommitted(done)
		if err != nil {
			return err
		}
		return a.showCommitted(done)
	}, "json")
	f := c.Flags()
	f.BoolVar(&req.Push, "push", false, "")
	f.BoolVar(&req.PushAll, "push-all", false, "")
	f.StringArrayVarP(&req.Message, "message", "m", nil, "")
	f.BoolVarP(&req.Edit, "edit", "e", false, "")
	f.StringVar(&req.Branch, "branch", "", "")
	f.BoolVar(&request, "request", false, "")
	f.StringVar(&base, "base", "", "")
	return c
}

// terminal is where git, hooks and helpers may ask a person; nil: nobody is there.
func (a *app) terminal() *workspace.Terminal {
	if !a.interactive() {
		return nil
	}
	return &workspace.Terminal{In: a.In, Out: a.Err, Talk: a.talks}
}

// tellCommitted passes on what hooks and the remote said, and what nobody could
// find out.
func (a *app) tellCommitted(done report.Committed) {
	if a.json() || a.flags.quiet {
		return
	}
	a.out.Flush()
	said := []string{done.Said}
	if done.Push != nil {
		said = append(said, done.Push.Said)
	}
	for _, s := range said {
		if s != "" {
			fmt.Fprintln(a.talks, a.onStderr().Said(s))
		}
	}
	if len(done.Warnings) > 0 {
		a.onStderr().Problem(a.talks, done.Warnings.Err())
	}
	if done.TakenBack {
		a.talk(report.CommitTakenBack)
	}
}

func (a *app) showCommitted(done report.Committed) error {
	if a.json() {
		for _, p := range problem.All(done.Unrequested) {
			a.raise(int(p.Code.Class))
		}
		return a.words.CommittedJSON(a.out, done)
	}
	if err := a.words.Committed(a.out, done); err != nil {
		return err
	}
	if done.Request != nil {
		if err := a.words.Opened(a.out, *done.Request); err != nil {
			return err
		}
	}
	a.tellNotFollowed(done.Push)
	if done.MayPush {
		a.next("hoist", "commit", "--push")
	}
	return done.Unrequested
}

// tellNotFollowed says that, and why, the local branch stays behind what was
// pushed.
func (a *app) tellNotFollowed(x *report.Pushed) {
	if x == nil || x.NotFollowed == nil || a.flags.quiet || a.json() {
		return
	}
	a.out.Flush()
	fmt.Fprintln(a.talks, a.onStderr().NotFollowed(x))
	a.next("git", "pull", "--rebase", "--autostash")
}
