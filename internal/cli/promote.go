package cli

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// The steps after which --until stops.
const (
	untilPlan    = "plan"
	untilApply   = "apply"
	untilCommit  = "commit"
	untilPush    = "push"
	untilStaging = "staging"
)

var untils = []string{untilPlan, untilApply, untilCommit, untilPush, untilStaging}

// guided is one run of `hoist promote`.
type guided struct {
	*app
	req     workspace.PlanRequest
	p       workspace.Promotion
	until   string
	yes     bool
	message string
	pushAll bool
	wait    waitFlags
	plan    *plan.Plan
	person  bool // a person is to go on: the next command was named
	done    report.PromotedRun
}

// errStopped ends a run that a person stopped, errUntil one that is at its
// --until: both can be gone on with. errOver ends one of which nothing is left.
var (
	errStopped = errors.New("stopped")
	errOver    = errors.New("over")
	errUntil   = errors.New("until")
)

func (a *app) promote() *cobra.Command {
	g := &guided{app: a}
	var from string
	var to, images []string
	var goOn, abandon bool
	c := a.command("promote [SERVICE…] --from ENV --to ENV[,ENV]", cobra.ArbitraryArgs, func(args []string) error {
		if g.until != "" && !slices.Contains(untils, g.until) {
			return badValue("until", g.until, strings.Join(untils, ", "))
		}
		if _, err := a.waitRequest("", g.wait); err != nil {
			return err
		}
		if !g.yes && !abandon && (a.json() || !a.interactive()) {
			return problem.New(NeedsYes, problem.Place{}).Type(append(a.again("", ""), "--yes")...)
		}
		if _, err := a.open(); err != nil {
			return err
		}
		if abandon {
			return a.work.EndPromotion()
		}
		begun, err := a.work.Promotion()
		if err != nil {
			return err
		}
		if goOn {
			return g.goOn(begun)
		}
		x := choiceFlags{from: from, to: to}
		if g.req, err = a.request(&x, args); err != nil {
			return err
		}
		if len(images) > 0 {
			g.req.Images = &workspace.ImageSelection{Images: names(images), Routed: true}
		}
		g.p = workspace.Promotion{From: from, To: names(to)}
		return g.begin(begun)
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	f := c.Flags()
	f.StringVar(&from, "from", "", "")
	f.StringSliceVar(&to, "to", nil, "")
	f.StringSliceVar(&images, "images", nil, "")
	f.Lookup("images").NoOptDefVal = "*"
	f.StringVar(&g.until, "until", "", "")
	f.BoolVarP(&g.yes, "yes", "y", false, "")
	f.StringVarP(&g.message, "message", "m", "", "")
	f.DurationVar(&g.wait.timeout, "timeout", 10*time.Minute, "")
	f.BoolVar(&g.pushAll, "push-all", false, "")
	f.BoolVar(&goOn, "continue", false, "")
	f.BoolVar(&abandon, "abandon", false, "")
	return c
}

// begin walks the whole way.
func (g *guided) begin(begun *workspace.Promotion) error {
	if err := g.unfinished(begun); err != nil {
		return err
	}
	return g.walk(g.compareStep, g.chooseStep, g.planStep, g.applyStep, g.verifyStep, g.commitStep, g.pushStep, g.deployStep)
}

// walk does the steps in turn; a stop is no error.
func (g *guided) walk(steps ...func() error) error {
	g.done.From, g.done.To = g.p.From, g.p.To
	if err := g.steps(steps); err != nil || !g.json() {
		return err
	}
	return g.words.PromotedJSON(g.out, g.done)
}

func (g *guided) steps(steps []func() error) error {
	for _, step := range steps {
		switch err := step(); err {
		case nil:
		case errUntil:
			return nil
		case errStopped:
			g.outcome(report.StepStopped)
			return nil
		case errOver:
			return g.work.EndPromotion()
		default:
			return err
		}
	}
	if !g.person {
		g.talk(report.Promoted, "from", g.p.From, "to", strings.Join(g.p.To, ", "))
	}
	return g.work.EndPromotion()
}

// outcome says how the last step ended.
func (g *guided) outcome(o report.Outcome) {
	if n := len(g.done.Steps); n > 0 {
		g.done.Steps[n-1].Outcome = o
	}
}

// show writes what a step has to show; JSON tells of the whole at the end.
func (g *guided) show(write func() error) error {
	if g.json() {
		return nil
	}
	return write()
}

// next names the command to type next.
func (g *guided) next(command ...string) {
	g.done.Next = command
	g.app.next(command...)
}

// step says which step begins.
func (g *guided) step(name string, m report.Message) { g.stepOf(name, m, "") }

// stepOf is step for one environment.
func (g *guided) stepOf(name string, m report.Message, environment string) {
	g.done.Steps = append(g.done.Steps, report.PromotedStep{Step: name, Environment: environment, Outcome: report.StepDone})
	g.talk(report.StepHead, "step", g.words.Say(m, "environment", environment))
}

// compareStep shows how the environments differ.
func (g *guided) compareStep() error {
	g.step("compare", report.StepCompare)
	if g.json() { // the answer is of the whole
		return nil
	}
	req := workspace.CompareRequest{Selection: g.req.Selection, Keep: func(s compare.Status) bool { return s != compare.Same }}
	chosen, err := g.work.Services(req.Selection)
	if err != nil {
		return err
	}
	if _, err := g.writeDiff(g.work, req, report.DiffOptions{Services: len(chosen), DiffOnly: true}); err != nil {
		return err
	}
	g.tellScope(g.req.Selection)
	return nil
}

// chooseStep makes the plan and lets a person choose from it.
func (g *guided) chooseStep() error {
	if err := g.makeAgain(); err != nil {
		return err
	}
	if g.yes {
		return nil
	}
	if units := g.plan.Units(); len(units) > 0 {
		g.step("choose", report.StepChoose)
		d, err := g.chooser().choose(units)
		if err != nil {
			return err
		}
		g.req.Choice.Leave = append(g.req.Choice.Leave, d.leave...)
		if err := g.expect(d.expect); err != nil {
			return err
		}
		if len(d.leave) > 0 { // what is meant to differ is left as well
			if err := g.makeAgain(); err != nil {
				return err
			}
		}
	}
	return g.supply()
}

// makeAgain makes the plan of what was chosen so far.
func (g *guided) makeAgain() (err error) {
	g.plan, err = g.work.Plan(g.ctx, g.req, g.tell())
	return err
}

func (g *guided) chooser() chooser {
	return chooser{
		show: func(u plan.Unit, n, total int) error {
			if err := g.words.Unit(g.out, u, n, total); err != nil {
				return err
			}
			return g.out.Flush()
		},
		ask: func(letters []string) (string, error) {
			return g.answer(g.words.Say(report.AskUnit, "letters", strings.Join(letters, ",")))
		},
		help: func(letters []string, u plan.Unit) {
			for _, l := range letters {
				g.talk(unitHelp[l], "service", u.Service)
			}
		},
		reason: func(u plan.Unit) (string, error) {
			why, err := g.answer(g.words.Say(report.AskReason, "path", u.Path.String()))
			return strings.TrimSpace(why), err
		},
	}
}

// expect writes the rules that a person gave reasons for, and reads hoist.yaml
// again.
func (g *guided) expect(rules []expected) error {
	for _, e := range rules {
		done, err := g.work.Allow(g.ctx, workspace.AllowRequest{Keys: []string{e.path.String()}, Services: []string{e.service}, Reason: e.reason})
		if err != nil {
			return err
		}
		g.talk(report.RuleWritten, "file", done.File, "line", done.Line)
		if err := g.reopen(); err != nil {
			return err
		}
	}
	return nil
}

func (g *guided) reopen() error {
	if err := g.work.Close(); err != nil {
		return err
	}
	g.work = nil
	_, err := g.open()
	return err
}

// supply asks for the values that only a person can give, until they are right
// or left out.
func (g *guided) supply() error {
	asked := map[string]bool{}
	for {
		var todo []pending
		for _, h := range g.plan.HeldBack {
			for _, n := range h.Needs {
				if x := (pending{h, n}); h.Code == plan.HeldPending && !asked[x.id()] {
					todo = append(todo, x)
				}
			}
		}
		if len(todo) == 0 {
			return nil
		}
		if len(asked) == 0 {
			g.talk(report.PendingHead, "n", len(todo))
		}
		for _, x := range todo {
			asked[x.id()] = true
			if err := g.supplyOne(x); err != nil {
				return err
			}
		}
	}
}

// supplyOne asks for one value until the plan can be made with it.
func (g *guided) supplyOne(x pending) error {
	ask := g.answer
	if g.work.Secret(x.held.Service, x.needs) {
		ask = g.hidden
	}
	if x.held.Rule != nil && x.held.Rule.Hint != "" {
		g.talk(report.PendingHint, "hint", x.held.Rule.Hint)
	}
	for {
		text, err := ask(g.words.Say(report.AskPending, "path", x.needs.String(), "environment", x.held.Environment, "service", x.held.Service))
		if err != nil || text == "" {
			return ignoreEnd(err)
		}
		set := g.req.Choice.Set
		g.req.Choice.Set = append(slices.Clone(set), plan.Supplied{Environment: x.held.Environment, Service: x.held.Service, Path: x.needs.String(), Text: text})
		p, err := g.work.Plan(g.ctx, g.req, nil)
		if err == nil {
			g.plan = p
			return nil
		}
		if g.ctx.Err() != nil {
			return g.ctx.Err()
		}
		g.req.Choice.Set = set
		g.onStderr().Problem(g.talks, err)
	}
}

// planStep shows the exact patch and asks.
func (g *guided) planStep() error {
	g.step("plan", report.StepPlan)
	g.raisePlan(g.plan)
	g.done.HeldBack = len(g.plan.HeldBack)
	if err := g.show(func() error { return g.words.Plan(g.out, g.plan) }); err != nil {
		return err
	}
	if len(g.plan.Files) == 0 {
		g.talk(report.NothingChosen)
		return errOver
	}
	if g.until == untilPlan {
		g.next(g.promoteAgain()...)
		return errUntil
	}
	return g.sure(report.AskApply, g.promoteAgain())
}

// sure asks unless --yes; a no stops here and names what to type to go on.
func (g *guided) sure(question report.Message, goOn []string, kv ...any) error {
	if g.yes {
		return nil
	}
	yes, err := g.ask(question, kv...)
	if err != nil {
		return err
	}
	if !yes {
		g.talk(report.StoppedHere)
		g.next(goOn...)
		return errStopped
	}
	return nil
}

// promoteAgain is the command line that begins anew, and does not stop at once.
func (g *guided) promoteAgain() (words []string) {
	all := g.again("", "")
	for i, w := range all {
		if w != "--until" && !strings.HasPrefix(w, "--until=") && (i == 0 || all[i-1] != "--until") {
			words = append(words, w)
		}
	}
	return words
}

// goingOn is the command line that goes on.
func (g *guided) goingOn() []string { return []string{"hoist", "promote", "--continue"} }

// at ends the run where --until says so.
func (g *guided) at(step string) error {
	if g.until != step {
		return nil
	}
	g.next(g.goingOn()...)
	return errUntil
}

// applyStep writes all edits or none, and remembers that it did.
func (g *guided) applyStep() error {
	g.step("apply", report.StepApply)
	g.p.Plan = g.plan.Digest
	if err := g.work.KeepPromotion(&g.p); err != nil {
		return err
	}
	if _, err := g.work.Apply(g.ctx, g.plan, false, g.tell()); err != nil {
		return errors.Join(err, g.work.EndPromotion())
	}
	set, add, del := g.plan.Counts()
	g.done.Changes = set + add + del
	return g.show(func() error { return g.words.Applied(g.out, g.plan) })
}

// verifyStep compares again from disk and renders what was touched.
func (g *guided) verifyStep() error {
	g.step("verify", report.StepVerify)
	v, err := g.work.Verify(g.ctx, workspace.VerifyRequest{}, g.tell())
	if err != nil {
		return err
	}
	if err := g.show(func() error { return g.words.Verify(g.out, v, nil) }); err != nil {
		return err
	}
	if len(v.Failures) > 0 {
		g.raise(1)
		g.talk(report.StoppedVerify)
		g.next(g.goingOn()...)
		return errStopped
	}
	return g.at(untilApply)
}
