// Package cli turns words into requests and answers into output and an exit
// status. It decides nothing: workspace does the work, report the wording.
package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/terminal"
	"hoist.example/hoist/internal/workspace"
)

// World is what a process has: streams, environment, version.
type World struct {
	In       *os.File
	Out, Err *os.File
	Getenv   func(string) string
	Version  string
	Dir      string // where to work without -C; "" is the working directory
	Colour   string // --color's default; "" is auto
	NoPager  bool   // answers never go through a pager
}

// app is one run of the program.
type app struct {
	World
	ctx    context.Context
	screen *terminal.Screen
	out    *bufio.Writer // answers; ends at the screen
	talks  io.Writer     // stderr, by way of the screen
	words  report.Words
	flags  flags
	args   []string
	status int
	work   *workspace.Workspace
}

// flags are those that every command has.
type flags struct {
	services, categories, envs []string
	all                        bool
	lang, output, color        string
	dir, config                string
	quiet, verbose, reveal     bool
	noPager                    bool
}

// What can be wrong with the words of a command.
var (
	UnknownFlag    = problem.Code{Name: "unknown-flag", Class: problem.Wrong}    // flag, suggestion
	UnknownCommand = problem.Code{Name: "unknown-command", Class: problem.Wrong} // command, suggestion
	BadFlagValue   = problem.Code{Name: "bad-flag-value", Class: problem.Wrong}  // flag, value, want
	MissingFlag    = problem.Code{Name: "missing-flag", Class: problem.Wrong}    // flag
	WrongArgs      = problem.Code{Name: "wrong-arguments", Class: problem.Wrong} // usage
	FlagConflict   = problem.Code{Name: "flag-conflict", Class: problem.Wrong}   // a, b
	NeedsYes       = problem.Code{Name: "needs-yes", Class: problem.Refused}
	NoTerminal     = problem.Code{Name: "secrets-need-terminal", Class: problem.Refused}
	OutputFailed   = problem.Code{Name: "output-failed", Class: problem.Outside}   // reason
	Interrupted    = problem.Code{Name: "interrupted", Class: problem.Interrupted} //
	Unexpected     = problem.Code{Name: "unexpected", Class: problem.Outside}      // reason
)

// rank orders exit statuses by weight: of several, the heaviest is given.
var rank = []int{0, 1, 3, 2, 4, 130}

// raise keeps the heavier of two exit statuses.
func (a *app) raise(status int) {
	if slices.Index(rank, status) > slices.Index(rank, a.status) {
		a.status = status
	}
}

// Run is the whole program: it parses args, works, and gives the exit status.
func Run(ctx context.Context, w World, args []string) int {
	screen := terminal.New(w.Out, w.Err)
	a := &app{World: w, ctx: ctx, args: args, screen: screen, out: bufio.NewWriterSize(screen, 64<<10), talks: screen.Talk()}
	a.flags.dir, a.flags.color, a.flags.noPager = w.Dir, cmp.Or(w.Colour, "auto"), w.NoPager
	root := a.root()
	root.SetArgs(args)
	a.flags.output = early(args, "output", "o", "text")
	a.flags.lang = early(args, "lang", "", "")
	a.speak()
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		a.describe(root)
	}
	err := root.ExecuteContext(ctx)
	if a.work != nil {
		err = errors.Join(err, a.work.Close())
	}
	if failure := screen.Failure(); err != nil && (failure == nil || !errors.Is(err, failure)) {
		a.fail(err)
	}
	a.out.Flush()
	a.end(screen.Close())
	return a.status
}

// end says why answers could not be written, which no answer can say itself.
// Where their reader has gone the process ends before this, as any does that
// writes to a closed pipe.
func (a *app) end(failure error) {
	if failure == nil {
		return
	}
	a.raise(int(OutputFailed.Class))
	a.onStderr().Problem(a.talks, problem.New(OutputFailed, problem.Place{}, "reason", cause(failure)).Because(failure))
}

func cause(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// early looks for a flag's value before the command line is parsed: also the
// errors of parsing are in the user's language and format.
func early(args []string, long, short, otherwise string) string {
	for i, x := range args {
		if x == "--" {
			break
		}
		if v, ok := strings.CutPrefix(x, "--"+long+"="); ok {
			return v
		}
		if short != "" && strings.HasPrefix(x, "-"+short) && !strings.HasPrefix(x, "--") && len(x) > 2 {
			return strings.TrimPrefix(x[2:], "=")
		}
		if (x == "--"+long || short != "" && x == "-"+short) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return otherwise
}

// speak decides language, width and colour.
func (a *app) speak() {
	a.words.Lang = report.Lang(a.flags.lang, a.Getenv("HOIST_LANG"), a.Getenv("LC_ALL"), a.Getenv("LANG"))
	a.words.Verbose = a.flags.verbose
	a.words.Width, _ = terminal.Size(a.Out)
	a.words.Colour = a.colour(a.Out)
	a.screen.Live(terminal.Is(a.Err) && terminal.Able(a.Getenv("TERM")))
}

// page lets a long answer go through the user's pager.
func (a *app) page() {
	width, rows := terminal.Size(a.Out)
	if !a.flags.noPager && !a.json() && terminal.Pages(a.Getenv("TERM"), a.Getenv("CI")) {
		a.screen.Page(terminal.Pager(a.Getenv), width, rows)
	}
}

func (a *app) colour(f *os.File) bool {
	switch a.flags.color {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal.Is(f) && a.Getenv("NO_COLOR") == "" && terminal.Able(a.Getenv("TERM"))
}

// fail tells an error, each problem once, and raises the exit status.
func (a *app) fail(err error) {
	if errors.Is(err, context.Canceled) {
		err = problem.New(Interrupted, problem.Place{})
	}
	list := problem.All(err)
	if list == nil {
		list = problem.List{problem.New(Unexpected, problem.Place{}, "reason", err.Error()).Because(err)}
	}
	for _, p := range list {
		a.raise(int(p.Code.Class))
	}
	a.correct(list)
	if a.json() {
		a.words.ProblemJSON(a.out, list.Err())
		return
	}
	a.out.Flush() // what was answered so far stands above its problem
	a.onStderr().Problem(a.talks, list.Err())
}

// onStderr is the words for stderr, which may be a terminal where stdout is none.
func (a *app) onStderr() report.Words {
	words := a.words
	words.Colour = a.colour(a.Err)
	words.Width, _ = terminal.Size(a.Err)
	return words
}

func (a *app) json() bool     { return a.flags.output == "json" }
func (a *app) markdown() bool { return a.flags.output == "markdown" }

// talk says something on stderr, unless -q.
func (a *app) talk(m report.Message, kv ...any) {
	if !a.flags.quiet && !a.json() && a.out.Flush() == nil {
		fmt.Fprintln(a.talks, a.onStderr().Told(m, kv...))
	}
}

// next names the command to type next.
func (a *app) next(command ...string) {
	if !a.flags.quiet && !a.json() && a.out.Flush() == nil {
		fmt.Fprintln(a.talks, a.onStderr().NextLine(command))
	}
}

// tell shows progress on stderr.
func (a *app) tell() progress.Func {
	if a.flags.quiet || a.json() {
		return nil
	}
	words := a.onStderr()
	return func(e progress.Event) { a.screen.Step(func() string { return words.Event(e) }) }
}

// open reads hoist.yaml and makes the words know its secrets.
func (a *app) open() (*workspace.Workspace, error) {
	if a.flags.reveal && !terminal.Is(a.Out) {
		return nil, problem.New(NoTerminal, problem.Place{})
	}
	config := a.flags.config
	if config == "" {
		config = a.Getenv("HOIST_CONFIG")
	}
	w, err := workspace.Open(workspace.Options{Dir: a.flags.dir, Config: config, ShowSecrets: a.flags.reveal, Getenv: a.Getenv})
	if err != nil {
		return nil, err
	}
	a.work = w
	a.words.Mask = w.Masker()
	a.words.Secret = w.Secret
	return w, nil
}

func (a *app) selection(args []string) workspace.Selection {
	return workspace.Selection{Services: slices.Concat(args, names(a.flags.services)), Categories: names(a.flags.categories),
		All: a.flags.all, Environments: names(a.flags.envs)}
}

// names are the names of a comma list as people type it: "a, b,".
func names(list []string) (out []string) {
	for _, x := range list {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// tellScope says that only the default services are shown.
func (a *app) tellScope(sel workspace.Selection) {
	if len(sel.Services) > 0 || len(sel.Categories) > 0 || sel.All {
		return
	}
	shown, err := a.work.Services(sel)
	if total := len(a.work.Config().Services); err == nil && len(shown) < total {
		a.talk(report.OneOfServices, "shown", len(shown), "total", total)
	}
}

// interactive reports whether a person can be asked.
func (a *app) interactive() bool {
	return terminal.Is(a.In) && terminal.Is(a.Err)
}

// pages marks the commands whose answers may go through a pager: they only read.
const pages = "pages"

// writes holds what a command can write with --output besides text.
const writes = "writes"

func paged(c *cobra.Command) *cobra.Command {
	c.Annotations[pages] = "yes"
	return c
}

// run wraps a command's work: flags that must have known values are checked
// first.
func (a *app) run(work func(args []string) error, outputs ...string) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if !slices.Contains(append(outputs, "text"), a.flags.output) {
			want := strings.Join(append([]string{"text"}, outputs...), ", ")
			if len(outputs) == 0 { // "text" alone would be worded as the type
				want = "-o text"
			}
			return badValue("output", a.flags.output, want)
		}
		if a.flags.lang != "" && !slices.Contains(report.Languages(), a.flags.lang) {
			return badValue("lang", a.flags.lang, strings.Join(report.Languages(), ", "))
		}
		if !slices.Contains([]string{"auto", "always", "never"}, a.flags.color) {
			return badValue("color", a.flags.color, "auto, always, never")
		}
		if a.speak(); c.Annotations[pages] != "" {
			a.page()
		}
		return work(args)
	}
}

func badValue(flag, value, want string) error {
	return problem.New(BadFlagValue, problem.Place{}, "flag", "--"+flag, "value", value, "want", want)
}
