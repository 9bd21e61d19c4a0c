package cli

import (
	"errors"
	"slices"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// commitStep shows the message, which a person confirms or edits, and commits.
func (g *guided) commitStep() error {
	g.step("commit", report.StepCommit)
	req := workspace.CommitRequest{Terminal: g.terminal()}
	if g.message != "" {
		req.Message = []string{g.message}
	} else if edit, err := g.confirmMessage(); err != nil {
		return err
	} else {
		req.Edit = edit
	}
	done, err := g.work.Commit(g.ctx, req, g.tell())
	g.tellCommitted(done)
	if err != nil {
		return err
	}
	show := g.words.CommittedSum
	if g.yes || req.Edit { // nobody has seen the message
		show = g.words.Committed
	}
	for _, c := range done.Commits {
		g.done.Commits = append(g.done.Commits, c.ID)
	}
	if err := g.show(func() error { return show(g.out, done) }); err != nil {
		return err
	}
	return g.at(untilCommit)
}

// confirmMessage shows the commit messages and asks; edit says that they are to be
// edited.
func (g *guided) confirmMessage() (edit bool, err error) {
	if g.yes {
		return false, nil
	}
	messages, err := g.work.CommitMessages(g.ctx)
	if err != nil {
		return false, err
	}
	for _, m := range messages {
		g.talk(report.Plain, "text", "")
		for l := range strings.SplitSeq(strings.TrimRight(m, "\n"), "\n") {
			g.talk(report.Plain, "text", "    "+l)
		}
	}
	g.talk(report.Plain, "text", "")
	for {
		answer, err := g.answer(g.words.Say(report.AskCommit))
		if err := ignoreEnd(err); err != nil {
			return false, err
		}
		answer = strings.ToLower(strings.TrimSpace(answer))
		switch {
		case isYes(answer):
			return false, nil
		case answer == "e", answer == "edit":
			return true, nil
		case answer == "n", answer == "no", answer == "":
			g.talk(report.StoppedHere)
			g.next(g.goingOn()...)
			return false, errStopped
		}
	}
}

// pushStep pushes what hoist committed; without a remote there is nothing to do.
func (g *guided) pushStep() error {
	g.step("push", report.StepPush)
	has, err := g.work.HasRemote(g.ctx)
	if err != nil {
		return err
	}
	if !has {
		g.talk(report.NoRemote)
		g.outcome(report.StepSkipped)
		return errOver
	}
	if err := g.sure(report.AskPush, g.goingOn()); err != nil {
		return err
	}
	done, err := g.work.Commit(g.ctx, workspace.CommitRequest{Push: true, PushAll: g.pushAll, Terminal: g.terminal()}, g.tell())
	g.tellCommitted(done)
	if err != nil {
		return g.later(err)
	}
	g.done.Pushed = true
	if err := g.show(func() error { return g.words.CommittedSum(g.out, done) }); err != nil {
		return err
	}
	g.tellNotFollowed(done.Push)
	g.p.Pushed = true
	if err := g.work.KeepPromotion(&g.p); err != nil {
		return err
	}
	return g.at(untilPush)
}

// deployStep syncs what may be synced, waits for it, and shows what a person
// has to decide about.
func (g *guided) deployStep() error {
	for _, e := range g.targets() {
		if !e.Automatic {
			continue
		}
		g.stepOf("deploy", report.StepDeploy, e.Name)
		if err := g.deployOne(e); err != nil {
			return err
		}
	}
	if err := g.at(untilStaging); err != nil {
		return err
	}
	for _, e := range g.targets() {
		if e.Automatic {
			continue
		}
		g.stepOf("gate", report.StepGate, e.Name)
		if err := g.showOne(e); err != nil {
			return err
		}
	}
	return nil
}

func (g *guided) targets() (out []config.Environment) {
	for _, e := range g.work.Config().Environments {
		if slices.Contains(g.p.To, e.Name) {
			out = append(out, e)
		}
	}
	return out
}

// deployOne syncs an automatic environment and waits until it runs.
func (g *guided) deployOne(e config.Environment) error {
	if can, err := g.deployable(e); err != nil || !can {
		return err
	}
	if err := g.sure(report.AskDeploy, g.goingOn(), "environment", e.Name, "application", e.Application); err != nil {
		return err
	}
	err := g.syncOne(e)
	if !onlyAttention(err) {
		return g.later(err)
	}
	g.raise(int(problem.Attention))
	g.outcome(report.StepAttention)
	return g.show(func() error {
		g.out.Flush()
		g.onStderr().Problem(g.talks, err)
		return nil
	})
}

// onlyAttention reports whether all that is wrong waits for a person, and what
// was asked for is done: the sync left something undeleted.
func onlyAttention(err error) bool {
	all := problem.All(err)
	return len(all) > 0 && !slices.ContainsFunc(all, func(p *problem.Problem) bool { return p.Code.Class != problem.Attention })
}

// later says of a step that failed how to go on when that is settled.
func (g *guided) later(err error) error {
	if err != nil {
		g.talk(report.GoOnLater, "command", g.words.Command(g.goingOn()))
	}
	return err
}

// deployable reports whether an environment has an application and a server to
// ask; where not, the step is skipped with a word.
func (g *guided) deployable(e config.Environment) (bool, error) {
	can, err := g.work.Deployable(e)
	if err == nil && !can {
		g.talk(report.NoArgoCD, "environment", e.Name)
		g.outcome(report.StepSkipped)
	}
	return can, err
}

// showOne shows what a sync of an environment that only people deploy would
// change, and what a person types.
func (g *guided) showOne(e config.Environment) error {
	if can, err := g.deployable(e); err != nil || !can {
		return err
	}
	d, err := g.work.DeployDiff(g.ctx, e.Name, false)
	if err != nil {
		return err
	}
	if err := g.show(func() error { return g.words.DeployDiff(g.out, d) }); err != nil {
		return err
	}
	if d.Differs() {
		g.outcome(report.StepPerson)
		g.talk(report.OnlyAPerson, "environment", e.Name)
		g.next("hoist", "deploy", "sync", e.Name)
		g.person = true
	}
	return nil
}

// unfinished refuses to begin where another promotion waits to be committed; one
// that was undone, or committed by hand, is forgotten.
func (g *guided) unfinished(begun *workspace.Promotion) error {
	if begun == nil {
		return nil
	}
	waits, err := g.work.Uncommitted(g.ctx)
	if err != nil {
		return err
	}
	if !waits {
		return g.work.EndPromotion()
	}
	return problem.New(workspace.PromotionBegun, problem.Place{}, "from", begun.From, "to", strings.Join(begun.To, ", "), "step", g.words.Say(report.StepCommit)).
		Type(g.goingOn()...)
}

// goOn goes on where the repository says that the promotion stands.
func (g *guided) goOn(begun *workspace.Promotion) error {
	if begun == nil {
		return problem.New(workspace.NoPromotion, problem.Place{}).Type("hoist", "promote", "--from", "…", "--to", "…")
	}
	g.p = *begun
	waits, err := g.work.Uncommitted(g.ctx)
	if err != nil {
		return err
	}
	if waits {
		return g.walk(g.verifyStep, g.commitStep, g.pushStep, g.deployStep)
	}
	commit, err := g.work.CommittedPlan(g.ctx, g.p.Plan)
	if err != nil {
		return err
	}
	switch {
	case commit == "":
		return errors.Join(g.work.EndPromotion(), problem.New(workspace.NoPromotion, problem.Place{}).Type("hoist", "promote", "--from", g.p.From, "--to", strings.Join(g.p.To, ",")))
	case !g.p.Pushed:
		return g.walk(g.pushStep, g.deployStep)
	}
	return g.walk(g.deployStep)
}

// syncOne syncs an environment that hoist may sync.
func (g *guided) syncOne(e config.Environment) error {
	wait, err := g.waitRequest(e.Name, g.wait)
	if err != nil {
		return err
	}
	req := workspace.SyncRequest{WaitRequest: wait, Begun: g.begunSync} // without a terminal: this stops before the gate
	done, err := g.work.DeploySync(g.ctx, req)
	var refused *workspace.Refusal
	if errors.As(err, &refused) {
		if g.json() { // its answer is promote's own
			return refused.Err
		}
		return g.forAPerson(refused)
	}
	if g.json() && err == nil {
		return nil
	}
	return g.deployed(done, err)
}
