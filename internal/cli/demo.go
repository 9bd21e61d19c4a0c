package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/examples"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// demoStep is one step of the tour: what to say, what a user types, and how it
// must end.
type demoStep struct {
	say    report.Message
	typed  []string
	status int
}

// The Price IDs that a person would take from the Stripe Live Dashboard.
const (
	stagingPrice = "staging:payment.plans.[name=pro].stripePriceId=price_FAKEproStaging"
	livePrice    = "prod:payment.plans.[name=pro].stripePriceId=price_FAKEproLive"
)

func tour() []demoStep {
	return []demoStep{
		{report.DemoDiff, []string{"hoist", "diff"}, 1},
		{report.DemoPlan, []string{"hoist", "plan", "--from", "ci", "--to", "staging,prod"}, 1},
		{report.DemoSync, []string{"hoist", "sync", "--from", "ci", "--to", "staging,prod", "--set", stagingPrice, "--set", livePrice, "--yes"}, -1},
		{report.DemoGit, []string{"git", "diff", "--stat"}, 0},
		{report.DemoVerify, []string{"hoist", "verify"}, 0},
		{report.DemoCommit, []string{"hoist", "commit", "--push"}, 0},
		{report.DemoStaging, []string{"hoist", "deploy", "sync", "staging", "--prune"}, 0},
		{report.DemoProduction, []string{"hoist", "deploy", "sync", "prod", "--prune"}, 3},
	}
}

// demo unpacks the example into a git repository and walks through the main job.
func (a *app) demo() *cobra.Command {
	unpack := false
	c := a.command("demo [DIRECTORY]", cobra.MaximumNArgs(1), func(args []string) error {
		history, err := examples.SimplexHistory()
		if err != nil {
			return err
		}
		dir := ""
		if len(args) == 1 {
			dir = a.here(args[0])
		}
		if dir, err = workspace.Unpack(a.ctx, snapshots(history), dir); err != nil {
			return err
		}
		a.line(a.words.Told(report.DemoIn, "dir", dir))
		if unpack {
			a.line(a.words.Told(report.DemoAgain, "dir", dir))
			return nil
		}
		return a.walk(dir)
	})
	c.Flags().BoolVar(&unpack, "unpack", false, "")
	return c
}

// walk goes through the main job, with an Argo CD that is none.
func (a *app) walk(dir string) error {
	pretend, err := workspace.DemoDeploys(a.ctx, dir)
	if err != nil {
		return err
	}
	defer pretend.Stop()
	nobody, err := os.Open(os.DevNull) // sits at the gate: the tour asks nothing
	if err != nil {
		return err
	}
	defer nobody.Close()
	env := pretend.Environ()
	a.line(a.words.Told(report.DemoPretends, "address", pretend.Address))
	for _, s := range tour() {
		if err := a.step(dir, s, env, nobody); err != nil {
			return err
		}
	}
	a.line("")
	a.line(a.words.Told(report.DemoAgain, "dir", dir))
	return nil
}

func snapshots(history []examples.Commit) (out []workspace.Snapshot) {
	for _, c := range history {
		out = append(out, workspace.Snapshot(c))
	}
	return out
}

func (a *app) line(s string) { fmt.Fprintln(a.out, s) }

// step runs one command as a user would type it, in the demo's directory.
func (a *app) step(dir string, s demoStep, env map[string]string, in *os.File) error {
	a.line("")
	a.line(a.words.Headed(s.say))
	a.line(a.words.Typed(s.typed))
	if s.typed[0] == "git" {
		text, err := workspace.GitDiff(a.ctx, dir, s.typed[2:]...)
		a.line(strings.TrimRight(text, "\n"))
		return err
	}
	if err := a.out.Flush(); err != nil {
		return err
	}
	w := a.World
	w.In, w.Dir, w.Colour, w.NoPager = in, dir, a.flags.color, true
	w.Getenv = func(name string) string {
		if v, ok := env[name]; ok {
			return v
		}
		if name == "HOIST_LANG" {
			return a.words.Lang
		}
		return a.Getenv(name)
	}
	status := Run(a.ctx, w, s.typed[1:])
	if a.ctx.Err() != nil {
		return context.Canceled
	}
	a.line(a.words.Told(report.DemoExit, "status", status))
	if s.status >= 0 && status != s.status || s.status < 0 && status > 1 {
		a.raise(max(status, 1))
	}
	return nil
}
