package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/terminal"
	"hoist.example/hoist/internal/workspace"
)

// command makes a command; its help texts are in report under its name.
func (a *app) command(use string, args cobra.PositionalArgs, work func([]string) error, outputs ...string) *cobra.Command {
	c := &cobra.Command{Use: use, Args: args, RunE: a.run(work, outputs...), Annotations: map[string]string{writes: strings.Join(outputs, " ")}}
	c.Flags().SortFlags = false
	return c
}

func (a *app) diff() *cobra.Command {
	var diffOnly, showSame, showExpected, exitCode bool
	var only, except []string
	var r renderedFlags
	c := a.command("diff [SERVICE…]", cobra.ArbitraryArgs, func(args []string) error {
		if r.rendered || r.unified {
			r.showExpected, r.exitCode = showExpected, exitCode
			return a.diffRendered(r, args, map[string]bool{"--only": len(only) > 0, "--except": len(except) > 0, "--show-same": showSame})
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		req := workspace.CompareRequest{Selection: a.selection(args), Only: only, Except: except}
		keepSame := showSame || a.json() && !diffOnly
		req.Keep = func(s compare.Status) bool { return s != compare.Same || keepSame }
		chosen, err := w.Services(req.Selection)
		if err != nil {
			return err
		}
		opts := report.DiffOptions{Services: len(chosen), ShowSame: showSame, ShowExpected: showExpected, DiffOnly: diffOnly}
		found, err := a.writeDiff(w, req, opts)
		if err != nil {
			return err
		}
		counts := found.Counts
		if len(only) > 0 && counts == (compare.Counts{}) {
			a.talk(report.NothingMatches, "patterns", strings.Join(only, ", "))
		}
		a.tellScope(req.Selection)
		if counts.NeedAttention() > 0 && exitCode {
			a.raise(1)
		}
		return a.nextAfter(w, req, found)
	}, "json", "markdown")
	c.ValidArgsFunction = a.serviceNames
	f := c.Flags()
	f.BoolVar(&diffOnly, "diff-only", false, "")
	f.BoolVar(&showSame, "show-same", false, "")
	f.BoolVar(&showExpected, "show-expected", false, "")
	f.StringArrayVar(&only, "only", nil, "")
	f.StringArrayVar(&except, "except", nil, "")
	f.BoolVar(&exitCode, "exit-code", true, "")
	r.add(f)
	return c
}

// writeDiff streams the comparison; what a service could not read raises the
// status and the others go on.
func (a *app) writeDiff(w *workspace.Workspace, req workspace.CompareRequest, opts report.DiffOptions) (total found, err error) {
	envs, err := w.Environments(req.Selection)
	if err != nil {
		return total, err
	}
	var names []string
	for _, e := range envs {
		names = append(names, e.Name)
	}
	writer := a.words.DiffText(a.out, names, opts)
	switch {
	case a.json():
		writer = a.words.DiffJSON(a.out, names, opts)
	case a.markdown():
		writer = a.words.DiffMarkdown(a.out, names, opts)
	}
	for s, err := range w.Compare(a.ctx, req, a.tell()) {
		if err != nil {
			return total, err
		}
		for _, p := range s.Problems {
			a.raise(int(p.Code.Class))
		}
		total.add(s)
		if err := writer.Service(s); err != nil {
			return total, err
		}
	}
	if err := writer.Close(total.Counts); err != nil {
		return total, err
	}
	a.tellBroken(total.broken)
	return total, nil
}

// tellBroken says on stderr, too, what could not be read, unless a person sees it
// in its place already.
func (a *app) tellBroken(l problem.List) {
	if a.json() || terminal.Is(a.Out) && terminal.Is(a.Err) {
		return
	}
	a.out.Flush()
	a.onStderr().Problem(a.talks, l.Err())
}

// nextPlan suggests the plan that brings the first environment's state to those
// of the others that may have it from there.
func (a *app) nextPlan(w *workspace.Workspace, req workspace.CompareRequest) error {
	envs, err := w.Environments(req.Selection)
	if err != nil {
		return err
	}
	var to []string
	for _, e := range envs {
		if slices.Contains(w.Config().From(e.Name, config.ForConfig), envs[0].Name) {
			to = append(to, e.Name)
		}
	}
	if to == nil {
		return nil
	}
	words := append([]string{"hoist", "plan"}, req.Services...)
	if req.All {
		words = append(words, "--all")
	}
	for _, f := range []struct {
		flag   string
		values []string
	}{{"--category", req.Categories}, {"--only", req.Only}, {"--except", req.Except}} {
		for _, v := range f.values {
			words = append(words, f.flag, v)
		}
	}
	a.next(append(words, "--from", envs[0].Name, "--to", strings.Join(to, ","))...)
	return nil
}

// choiceFlags are those that plan and sync share.
type choiceFlags struct {
	from                string
	to                  []string
	only, except, prune []string
	set                 []string
	values, images      []string
	placeholder         bool
	addImages, withRefs bool
}

func (x *choiceFlags) add(f *pflag.FlagSet) {
	f.StringVar(&x.from, "from", "", "")
	f.StringSliceVar(&x.to, "to", nil, "")
	f.StringArrayVar(&x.only, "only", nil, "")
	f.StringArrayVar(&x.except, "except", nil, "")
	f.StringArrayVar(&x.prune, "prune", nil, "")
	f.StringArrayVar(&x.set, "set", nil, "")
	f.StringArrayVar(&x.values, "values", nil, "")
	f.BoolVar(&x.placeholder, "placeholder", false, "")
	f.StringSliceVar(&x.images, "images", nil, "")
	f.BoolVar(&x.addImages, "add", false, "")
	f.BoolVar(&x.withRefs, "with-refs", false, "")
}

// writeFlags are those of verbs that write a plan at once.
type writeFlags struct{ dry, yes, dirty bool }

func (w *writeFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&w.dry, "dry-run", false, "")
	f.BoolVarP(&w.yes, "yes", "y", false, "")
	f.BoolVar(&w.dirty, "allow-dirty", false, "")
}

func (a *app) request(x *choiceFlags, args []string) (workspace.PlanRequest, error) {
	for _, name := range args {
		if strings.Contains(name, "=") { // meant for --set, and perhaps a secret
			return workspace.PlanRequest{}, problem.New(workspace.BadSet, problem.Place{}, "text", workspace.BeforeValue(name))
		}
	}
	var l problem.List
	if x.from == "" {
		l = append(l, problem.New(MissingFlag, problem.Place{}, "flag", "--from"))
	}
	x.to = names(x.to)
	if len(x.to) == 0 {
		l = append(l, problem.New(MissingFlag, problem.Place{}, "flag", "--to"))
	}
	sel := a.selection(args)
	for _, name := range append([]string{x.from}, x.to...) {
		if len(sel.Environments) > 0 && !slices.Contains(sel.Environments, name) && l == nil {
			l = append(l, problem.New(FlagConflict, problem.Place{}, "a", "--env "+strings.Join(sel.Environments, ","), "b", name))
		}
	}
	if err := l.Err(); err != nil {
		l[len(l)-1].Type(a.withWay(x.from, x.to)...)
		return workspace.PlanRequest{}, err
	}
	c := plan.Choice{From: x.from, To: x.to, Only: x.only, Except: x.except, Prune: x.prune, Placeholder: x.placeholder, Add: x.addImages, WithRefs: x.withRefs}
	stdin := 0
	for _, text := range x.set {
		if strings.HasSuffix(text, "=-") {
			stdin++
		}
		if stdin > 1 {
			return workspace.PlanRequest{}, problem.New(FlagConflict, problem.Place{}, "a", "--set …=-", "b", "--set …=-")
		}
		s, err := workspace.ParseSet(text, a.In, a.here)
		if err != nil {
			return workspace.PlanRequest{}, err
		}
		c.Set = append(c.Set, s)
	}
	for _, name := range x.values {
		s, err := workspace.ReadValues(a.here(name))
		if err != nil {
			return workspace.PlanRequest{}, err
		}
		c.Set = append(c.Set, s...)
	}
	req := workspace.PlanRequest{Selection: sel, Choice: c}
	if len(x.images) > 0 {
		req.Images = &workspace.ImageSelection{Images: names(x.images)}
	}
	return req, nil
}

// here is a path of the command line, seen from -C.
func (a *app) here(name string) string {
	if a.flags.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.flags.dir, name)
}

// makePlan plans, shows, and raises the status.
func (a *app) makePlan(req workspace.PlanRequest) (*plan.Plan, error) {
	w, err := a.open()
	if err != nil {
		return nil, err
	}
	p, err := w.Plan(a.ctx, req, a.tell())
	if err != nil {
		return nil, err
	}
	a.raisePlan(p)
	return p, nil
}

func (a *app) raisePlan(p *plan.Plan) {
	for _, x := range p.Problems {
		a.raise(int(x.Code.Class))
	}
	if p.NeedsPerson() {
		a.raise(1)
	}
}

func (a *app) showPlan(p *plan.Plan) error {
	switch {
	case a.json():
		return a.words.PlanJSON(a.out, p)
	case a.markdown():
		return a.words.PlanMarkdown(a.out, p)
	}
	return a.words.Plan(a.out, p)
}

func (a *app) plan() *cobra.Command {
	var x choiceFlags
	var out string
	c := a.command("plan [SERVICE…] --from ENV --to ENV[,ENV]", cobra.ArbitraryArgs, func(args []string) error {
		req, err := a.request(&x, args)
		if err != nil {
			return err
		}
		p, err := a.makePlan(req)
		if err != nil {
			return err
		}
		if out != "" {
			if err := a.work.SavePlan(p, a.here(out)); err != nil {
				return err
			}
		}
		if err := a.showPlan(p); err != nil {
			return err
		}
		a.tellScope(req.Selection)
		if out != "" {
			a.talk(report.PlanSaved, "file", out)
			a.next("hoist", "apply", out)
		} else if len(p.Files) > 0 {
			a.next(a.again("plan", "sync")...)
		}
		return nil
	}, "json", "markdown")
	c.ValidArgsFunction = a.serviceNames
	x.add(c.Flags())
	c.Flags().StringVar(&out, "out", "", "")
	return c
}

// again is this command line with another verb; values that may be secrets are
// left to be typed.
func (a *app) again(was, verb string) []string {
	words := []string{"hoist"}
	for i, x := range a.args {
		switch {
		case a.markdown() && (x == "markdown" || x == "-o" || x == "--output" || strings.HasSuffix(x, "=markdown") || x == "-omarkdown"):
			continue // which other verbs do not have
		case strings.HasPrefix(x, "--no-pager"):
			continue // which is of no account to them
		case x == was && was != "":
			x, was = verb, ""
		case strings.HasPrefix(x, "--set=") || i > 0 && a.args[i-1] == "--set":
			x = maskedSet(x)
		}
		words = append(words, x)
	}
	return words
}

func maskedSet(x string) string {
	if rest, ok := strings.CutPrefix(x, "--set="); ok {
		return "--set=" + workspace.BeforeValue(rest)
	}
	return workspace.BeforeValue(x)
}

func (a *app) apply() *cobra.Command {
	var dirty bool
	c := a.command("apply PLAN.json", cobra.ExactArgs(1), func(args []string) error {
		f, err := os.Open(a.here(args[0]))
		if err != nil {
			return problem.New(plan.BadFile, problem.Place{File: args[0]}, "reason", "unreadable").Because(err)
		}
		defer f.Close()
		saved, err := plan.Decode(args[0], f)
		if err != nil {
			return err
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		p, err := w.PlanAgain(a.ctx, saved, a.tell())
		if err != nil {
			return err
		}
		a.raisePlan(p)
		return a.write(p, dirty, "apply")
	}, "json")
	c.Flags().BoolVar(&dirty, "allow-dirty", false, "")
	return c
}

// write applies a plan and says what was written.
func (a *app) write(p *plan.Plan, dirty bool, verb string) error {
	done, err := a.work.Apply(a.ctx, p, dirty, a.tell())
	if err != nil {
		return err
	}
	if a.json() {
		return a.words.AppliedJSON(a.out, verb, p)
	}
	if err := a.words.Applied(a.out, p); err != nil {
		return err
	}
	if len(done.Files) > 0 {
		a.next("hoist", "verify")
	}
	return nil
}

func (a *app) sync() *cobra.Command {
	var x choiceFlags
	var w writeFlags
	c := a.command("sync [SERVICE…] --from ENV --to ENV[,ENV]", cobra.ArbitraryArgs, func(args []string) error {
		req, err := a.request(&x, args)
		if err != nil {
			return err
		}
		return a.carryOut(req, w, "sync")
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	x.add(c.Flags())
	w.add(c.Flags())
	return c
}

// carryOut plans, shows, asks and applies.
func (a *app) carryOut(req workspace.PlanRequest, w writeFlags, verb string) error {
	p, err := a.makePlan(req)
	if err != nil {
		return err
	}
	if len(p.Files) == 0 && !w.dry && a.json() {
		return a.words.AppliedJSON(a.out, verb, p)
	}
	if w.dry || !a.json() {
		if err := a.showPlan(p); err != nil {
			return err
		}
		if err := a.out.Flush(); err != nil { // what nobody saw is not applied
			return err
		}
	}
	if !req.Choice.OnlyImages {
		a.tellScope(req.Selection)
	}
	if w.dry || len(p.Files) == 0 {
		return nil
	}
	if !w.yes {
		if !a.interactive() {
			return problem.New(NeedsYes, problem.Place{}).Type(append(a.again("", ""), "--yes")...)
		}
		if yes, err := a.ask(report.AskApply); err != nil {
			return err
		} else if !yes {
			a.talk(report.Declined)
			a.raise(3)
			return nil
		}
	}
	return a.write(p, w.dirty, verb)
}

func (a *app) verify() *cobra.Command {
	var req workspace.VerifyRequest
	var rendered bool
	c := a.command("verify", cobra.NoArgs, func([]string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		if rendered && req.NoRender {
			return problem.New(FlagConflict, problem.Place{}, "a", "--rendered", "b", "--no-render")
		}
		v, err := w.Verify(a.ctx, req, a.tell())
		if err != nil {
			return err
		}
		if len(v.Failures) > 0 {
			a.raise(1)
		}
		if a.json() {
			return a.words.VerifyJSON(a.out, v, a.inFull(rendered))
		}
		if err := a.words.Verify(a.out, v, a.inFull(rendered)); err != nil {
			return err
		}
		a.nextAfterVerify(v)
		return nil
	}, "json")
	c.Flags().BoolVar(&rendered, "rendered", false, "")
	c.Flags().BoolVar(&req.NoRender, "no-render", false, "")
	return c
}

func (a *app) services() *cobra.Command {
	c := a.command("services", cobra.ArbitraryArgs, func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		sel := a.selection(args)
		sel.All = sel.All || len(sel.Services)+len(sel.Categories) == 0
		list, err := w.ListServices(sel)
		if err != nil {
			return err
		}
		if a.json() {
			return a.words.ServicesJSON(a.out, list)
		}
		return a.words.Services(a.out, list)
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	return c
}

func (a *app) check() *cobra.Command {
	var baseline, writeBaseline, commits string
	c := a.command("check [SERVICE…]", cobra.ArbitraryArgs, func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		sel := a.selection(args)
		sel.All = sel.All || len(sel.Services)+len(sel.Categories) == 0
		r := workspace.CheckRequest{Selection: sel, Today: time.Now()}
		if baseline != "" {
			r.Baseline = a.here(baseline)
		}
		if commits != "" {
			if r.From, r.To, err = rangeOf(commits); err != nil {
				return err
			}
		}
		result, err := w.Check(a.ctx, r, a.tell())
		if err != nil {
			return err
		}
		if writeBaseline != "" {
			if err := w.SaveBaseline(result, a.here(writeBaseline)); err != nil {
				return err
			}
		}
		for _, p := range result.Problems {
			a.raise(int(p.Code.Class))
		}
		if len(result.Findings) > 0 && writeBaseline == "" {
			a.raise(1)
		}
		if a.json() {
			return a.words.CheckJSON(a.out, result)
		}
		if err := a.words.Check(a.out, result); err != nil {
			return err
		}
		a.nextAfterCheck(result)
		return nil
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	c.Flags().StringVar(&baseline, "baseline", "", "")
	c.Flags().StringVar(&writeBaseline, "write-baseline", "", "")
	c.Flags().StringVar(&commits, "range", "", "")
	return c
}

func (a *app) explain() *cobra.Command {
	c := a.command("explain SERVICE KEYPATH", cobra.ExactArgs(2), func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		s, err := w.Explain(a.ctx, args[0], args[1], a.flags.envs)
		if err != nil {
			return err
		}
		for _, p := range s.Problems {
			a.raise(int(p.Code.Class))
		}
		if a.json() {
			return a.words.ExplainJSON(a.out, s)
		}
		if err := a.words.Explain(a.out, s); err != nil {
			return err
		}
		return a.nextAfterExplain(w, s)
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	return c
}

func (a *app) version() *cobra.Command {
	return a.command("version", cobra.NoArgs, func([]string) error { return a.tellVersion() }, "json")
}

func (a *app) tellVersion() error {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if a.json() {
		return a.words.VersionJSON(a.out, a.Version, runtime.Version(), platform)
	}
	_, err := fmt.Fprintf(a.out, "hoist %s (%s, %s)\n", a.Version, runtime.Version(), platform)
	return err
}
