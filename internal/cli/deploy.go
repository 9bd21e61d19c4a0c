package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/terminal"
	"hoist.example/hoist/internal/workspace"
)

func (a *app) deploy() *cobra.Command {
	c := &cobra.Command{Use: "deploy", Args: cobra.ArbitraryArgs, RunE: func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args[0])
		}
		return c.Help()
	}}
	c.AddCommand(a.deployStatus(), a.deployDiff(), a.deploySync(), a.deployWait())
	for _, sub := range c.Commands() {
		wrapArgs(sub)
		sub.ValidArgsFunction = a.environmentNames
	}
	return c
}

// environmentNames completes environments.
func (a *app) environmentNames(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	w, err := a.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, name := range w.Config().Names() {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) deployStatus() *cobra.Command {
	refresh := false
	c := paged(a.command("status [ENV…]", cobra.ArbitraryArgs, func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		list, leftOut, err := w.DeployStatus(a.ctx, append(names(args), names(a.flags.envs)...), refresh)
		if err != nil {
			return err
		}
		var broken problem.List
		for _, d := range list {
			if d.Problem != nil {
				a.raise(int(d.Problem.Code.Class))
				broken = append(broken, d.Problem)
			}
		}
		for _, name := range leftOut {
			a.talk(report.DeployLeftOut, "environment", name)
		}
		if a.json() {
			return a.words.DeployStatusJSON(a.out, list)
		}
		if err := a.words.DeployStatus(a.out, list); err != nil {
			return err
		}
		a.tellBroken(broken)
		a.nextDeploy(list)
		return nil
	}, "json"))
	c.Flags().BoolVar(&refresh, "refresh", false, "")
	return c
}

// nextDeploy suggests to look at the first environment that is behind.
func (a *app) nextDeploy(list []*report.Deploy) {
	for _, d := range list {
		if d.State != nil && d.Contains == "no" {
			a.next("hoist", "deploy", "diff", d.Environment)
			return
		}
	}
}

func (a *app) deployDiff() *cobra.Command {
	var prune, exitCode bool
	c := paged(a.command("diff ENV", cobra.ExactArgs(1), func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		d, err := w.DeployDiff(a.ctx, args[0], prune)
		if err != nil {
			return err
		}
		if d.Differs() && exitCode {
			a.raise(1)
		}
		if a.json() {
			return a.words.DeployDiffJSON(a.out, d)
		}
		if err := a.words.DeployDiff(a.out, d); err != nil {
			return err
		}
		if d.Differs() {
			a.next("hoist", "deploy", "sync", d.Environment)
		}
		return nil
	}, "json"))
	c.Flags().BoolVar(&prune, "prune", false, "")
	c.Flags().BoolVar(&exitCode, "exit-code", true, "")
	return c
}

// waitFlags are those of commands that wait.
type waitFlags struct{ timeout time.Duration }

func (x *waitFlags) add(c *cobra.Command) {
	c.Flags().DurationVar(&x.timeout, "timeout", 15*time.Minute, "")
}

func (a *app) waitRequest(name string, x waitFlags) (workspace.WaitRequest, error) {
	if x.timeout <= 0 {
		return workspace.WaitRequest{}, badValue("timeout", x.timeout.String(), "> 0")
	}
	return workspace.WaitRequest{Environment: name, Limit: x.timeout, Tell: a.deploySteps()}, nil
}

func (a *app) deployWait() *cobra.Command {
	var x waitFlags
	c := a.command("wait ENV", cobra.ExactArgs(1), func(args []string) error {
		req, err := a.waitRequest(args[0], x)
		if err != nil {
			return err
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		done, err := w.DeployWait(a.ctx, req)
		return a.deployed(done, err)
	}, "json")
	x.add(c)
	return c
}

// deployed writes how a sync or a wait ended. Where it did not end well, what
// was seen last is an answer, too.
func (a *app) deployed(done *report.Synced, err error) error {
	if done == nil || done.State == nil {
		return err
	}
	if err == nil {
		a.hints(done.Deploy)
		if a.json() {
			return a.words.SyncedJSON(a.out, done)
		}
		return a.words.Synced(a.out, done)
	}
	if a.ctx.Err() != nil {
		if !a.json() && terminal.Is(a.Err) {
			fmt.Fprintln(a.talks) // behind the ^C
		}
		return err
	}
	if !a.json() {
		err = errors.Join(a.words.DeployStatus(a.out, []*report.Deploy{done.Deploy}), err)
	}
	return err
}

func (a *app) hints(d *report.Deploy) {
	for _, h := range d.Hints {
		a.talkLine(a.onStderr().Hint(d, h))
	}
}

// talkLine says a line on stderr, unless -q.
func (a *app) talkLine(s string) {
	if !a.flags.quiet && !a.json() && a.out.Flush() == nil {
		fmt.Fprintln(a.talks, s)
	}
}

func (a *app) deploySync() *cobra.Command {
	var x waitFlags
	var req workspace.SyncRequest
	c := a.command("sync ENV", cobra.ExactArgs(1), func(args []string) (err error) {
		if req.WaitRequest, err = a.waitRequest(args[0], x); err != nil {
			return err
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		req.In, req.Err, req.Words = a.In, a.Err, a.onStderr()
		req.Asking = func() { a.out.Flush() }
		req.Begun = a.begunSync
		done, err := w.DeploySync(a.ctx, req)
		var refused *workspace.Refusal
		if errors.As(err, &refused) {
			return a.forAPerson(refused)
		}
		return a.deployed(done, err)
	}, "json")
	c.Flags().BoolVar(&req.Prune, "prune", false, "")
	c.Flags().BoolVarP(&req.Yes, "yes", "y", false, "")
	x.add(c)
	return c
}

// begunSync says that a sync was asked for.
func (a *app) begunSync(d *report.Deploy) {
	a.talk(report.DeploySyncing, "application", d.Application, "revision", d.Revision[:min(7, len(d.Revision))])
}

// forAPerson shows what a person would be asked about, and that only a person
// can go on.
func (a *app) forAPerson(r *workspace.Refusal) error {
	if !a.json() {
		return errors.Join(a.words.GateShown(a.out, r.Shown), r.Err)
	}
	for _, p := range problem.All(r.Err) {
		a.raise(int(p.Code.Class))
	}
	return a.words.RefusedJSON(a.out, r.Err, r.Shown)
}

// deploySteps tells how far a wait has come.
func (a *app) deploySteps() func(workspace.DeployStep) {
	if a.flags.quiet || a.json() {
		return nil
	}
	words, last := a.onStderr(), ""
	return func(s workspace.DeployStep) {
		if line := words.DeployStep(s); line != last {
			a.talkLine(line)
			last = line
		}
	}
}

// openings shows the times that the gate was opened from this clone, the latest
// ones.
func (a *app) openings(w *workspace.Workspace, args []string, limit int) error {
	if len(args) > 0 {
		return problem.New(FlagConflict, problem.Place{}, "a", "--deploys", "b", args[0])
	}
	list, err := w.Openings()
	if err != nil {
		return err
	}
	if limit > 0 && len(list) > limit {
		list = list[len(list)-limit:]
	}
	if a.json() {
		return a.words.OpeningsJSON(a.out, list)
	}
	return a.words.Openings(a.out, list)
}
