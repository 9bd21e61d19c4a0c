// Package cli turns words into requests and answers into output and an exit
// status. It decides nothing: workspace does the work, report the wording.
package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/report"
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
}

// app is one run of the program.
type app struct {
	World
	ctx    context.Context
	out    *bufio.Writer
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
	a := &app{World: w, ctx: ctx, args: args, out: bufio.NewWriterSize(w.Out, 64<<10)}
	a.flags.dir, a.flags.color = w.Dir, cmp.Or(w.Colour, "auto")
	root := a.root()
	root.SetArgs(args)
	a.flags.output = early(args, "output", "o", "text")
	a.flags.lang = early(args, "lang", "", "")
	a.speak()
	err := root.ExecuteContext(ctx)
	if a.work != nil {
		err = errors.Join(err, a.work.Close())
	}
	if err != nil {
		a.fail(err)
	}
	if err := a.out.Flush(); err != nil { // which no answer on stdout can say
		a.raise(int(OutputFailed.Class))
		a.onStderr().Problem(a.Err, problem.New(OutputFailed, problem.Place{}, "reason", cause(err)).Because(err))
	}
	return a.status
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
	fd := int(a.Out.Fd())
	tty := term.IsTerminal(fd)
	if tty {
		if width, _, err := term.GetSize(fd); err == nil {
			a.words.Width = width
		}
	}
	a.words.Colour = a.colour(tty)
}

func (a *app) colour(tty bool) bool {
	switch a.flags.color {
	case "always":
		return true
	case "never":
		return false
	}
	return tty && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
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
	if a.json() {
		a.words.ProblemJSON(a.out, list.Err())
		return
	}
	a.out.Flush() // what was answered so far stands above its problem
	a.onStderr().Problem(a.Err, list.Err())
}

// onStderr is the words for stderr, which may be a terminal where stdout is none.
func (a *app) onStderr() report.Words {
	words := a.words
	words.Colour = a.colour(term.IsTerminal(int(a.Err.Fd())))
	return words
}

func (a *app) json() bool { return a.flags.output == "json" }

// talk says something on stderr, unless -q.
func (a *app) talk(m report.Message, kv ...any) {
	if !a.flags.quiet && !a.json() {
		a.out.Flush()
		fmt.Fprintln(a.Err, a.words.Say(m, kv...))
	}
}

// next names the command to type next.
func (a *app) next(command ...string) {
	a.talk(report.Next, "command", a.words.Command(command))
}

// tell shows progress on stderr where a person watches.
func (a *app) tell() progress.Func {
	if a.flags.quiet || a.json() || !term.IsTerminal(int(a.Err.Fd())) {
		return nil
	}
	return a.words.Progress(a.Err)
}

// open reads hoist.yaml and makes the words know its secrets.
func (a *app) open() (*workspace.Workspace, error) {
	if a.flags.reveal && !term.IsTerminal(int(a.Out.Fd())) {
		return nil, problem.New(NoTerminal, problem.Place{})
	}
	config := a.flags.config
	if config == "" {
		config = a.Getenv("HOIST_CONFIG")
	}
	w, err := workspace.Open(workspace.Options{Dir: a.flags.dir, Config: config, ShowSecrets: a.flags.reveal})
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
	return term.IsTerminal(int(a.In.Fd())) && term.IsTerminal(int(a.Err.Fd()))
}

// ask puts a question; only a yes is one. Ctrl-C ends the wait.
func (a *app) ask(m report.Message) (bool, error) {
	a.out.Flush()
	fmt.Fprint(a.Err, a.words.Say(m))
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.In).ReadString('\n') // an end of input is a no
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-a.ctx.Done():
		fmt.Fprintln(a.Err)
		return false, a.ctx.Err()
	case x := <-answer:
		return x == "y" || x == "yes" || x == "是", nil
	}
}

// run wraps a command's work: flags that must have known values are checked
// first.
func (a *app) run(work func(args []string) error, outputs ...string) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, args []string) error {
		if !slices.Contains(append(outputs, "text"), a.flags.output) {
			return badValue("output", a.flags.output, strings.Join(append([]string{"text"}, outputs...), ", "))
		}
		if a.flags.lang != "" && !slices.Contains(report.Languages(), a.flags.lang) {
			return badValue("lang", a.flags.lang, strings.Join(report.Languages(), ", "))
		}
		if !slices.Contains([]string{"auto", "always", "never"}, a.flags.color) {
			return badValue("color", a.flags.color, "auto, always, never")
		}
		a.speak()
		return work(args)
	}
}

func badValue(flag, value, want string) error {
	return problem.New(BadFlagValue, problem.Place{}, "flag", "--"+flag, "value", value, "want", want)
}
