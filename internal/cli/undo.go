package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

func (a *app) undo() *cobra.Command {
	var yes, dirty bool
	c := a.command("undo [COMMIT]", cobra.MaximumNArgs(1), func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		if len(args) == 1 {
			return a.takeBack(w, args[0], dirty)
		}
		u, err := w.Undo(a.ctx)
		if err != nil {
			return err
		}
		if len(u.Applies) == 0 {
			if commit, err := a.lastToTakeBack(w, yes); commit != "" || err != nil {
				return errOr(err, func() error { return a.takeBack(w, commit, dirty) })
			}
		}
		return a.showUndone(u)
	}, "json")
	c.Flags().BoolVarP(&yes, "yes", "y", false, "")
	c.Flags().BoolVar(&dirty, "allow-dirty", false, "")
	return c
}

func errOr(err error, otherwise func() error) error {
	if err != nil {
		return err
	}
	return otherwise()
}

func (a *app) showUndone(u report.Undone) error {
	if a.json() {
		return a.words.UndoneJSON(a.out, u)
	}
	return a.words.Undone(a.out, u)
}

// takeBack puts a promotion's keys back.
func (a *app) takeBack(w *workspace.Workspace, rev string, dirty bool) error {
	u, err := w.TakeBack(a.ctx, rev, dirty)
	if err != nil {
		return err
	}
	if err := a.showUndone(u); err != nil {
		return err
	}
	if u.Keys > 0 {
		a.next("hoist", "commit")
	}
	return nil
}

// lastToTakeBack is the last promotion, if a person says, here or with --yes,
// that it is to be taken back: nothing was applied, and undo had no commit. "":
// it is only named.
func (a *app) lastToTakeBack(w *workspace.Workspace, yes bool) (string, error) {
	last, err := w.LastPromotion(a.ctx)
	if err != nil || last == nil {
		return "", err
	}
	if yes {
		return last.Commit, nil
	}
	short := last.Commit[:min(len(last.Commit), 10)]
	if a.json() || !a.interactive() {
		a.next("hoist", "undo", short)
		return "", nil
	}
	a.talk(report.UndoLast, "commit", short, "subject", last.Subject)
	if agreed, err := a.ask(report.AskUndo); err != nil || !agreed {
		return "", err
	}
	return last.Commit, nil
}

// recover needs no hoist.yaml: it may be the very file that a killed write left.
func (a *app) recover() *cobra.Command {
	var finish, back bool
	c := a.command("recover [--finish|--back]", cobra.NoArgs, func([]string) error {
		choice := workspace.RecoverAsk
		switch {
		case finish && back:
			return problem.New(FlagConflict, problem.Place{}, "a", "--finish", "b", "--back")
		case finish:
			choice = workspace.RecoverFinish
		case back:
			choice = workspace.RecoverBack
		}
		r, err := workspace.Recover(a.ctx, a.flags.dir, choice)
		if err != nil {
			return err
		}
		if a.json() {
			return a.words.RecoveredJSON(a.out, r)
		}
		return a.words.Recovered(a.out, r)
	}, "json")
	c.Flags().BoolVar(&finish, "finish", false, "")
	c.Flags().BoolVar(&back, "back", false, "")
	return c
}

func (a *app) allow() *cobra.Command {
	var r workspace.AllowRequest
	var values, distinct, equal []string
	c := a.command("allow KEYPATH… --reason TEXT", cobra.MinimumNArgs(1), func(args []string) error {
		if strings.TrimSpace(r.Reason) == "" {
			return problem.New(MissingFlag, problem.Place{}, "flag", "--reason").Type(append(a.again("", ""), "--reason", "…")...)
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		r.Keys, r.Services = args, a.flags.services
		for _, v := range values {
			env, want, ok := strings.Cut(v, "=")
			if !ok {
				return badValue("value", v, "ENV=GLOB")
			}
			r.Values = append(r.Values, [2]string{env, want})
		}
		r.Distinct, r.Equal = lists(distinct), lists(equal)
		done, err := w.Allow(a.ctx, r)
		if err != nil {
			return err
		}
		if a.json() {
			return a.words.AllowedJSON(a.out, done.File, done.Line, done.Rule)
		}
		a.line(a.words.Say(report.RuleWritten, "file", done.File, "line", done.Line))
		a.line(strings.TrimRight(done.Rule, "\n"))
		return nil
	}, "json")
	f := c.Flags()
	f.StringVar(&r.Reason, "reason", "", "")
	f.StringVar(&r.Group, "group", "", "")
	f.StringVar(&r.Hint, "hint", "", "")
	f.BoolVar(&r.Secret, "secret", false, "")
	f.StringArrayVar(&values, "value", nil, "")
	f.StringSliceVar(&r.Absent, "absent", nil, "")
	f.StringArrayVar(&distinct, "distinct", nil, "")
	f.StringArrayVar(&equal, "equal", nil, "")
	f.StringVar(&r.Until, "until", "", "")
	f.BoolVar(&r.AllowDirty, "allow-dirty", false, "")
	return c
}

// lists reads a,b and c,d as two lists.
func lists(flags []string) (out [][]string) {
	for _, f := range flags {
		out = append(out, strings.Split(f, ","))
	}
	return out
}
