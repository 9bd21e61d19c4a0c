package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
)

// root is the command tree.
func (a *app) root() *cobra.Command {
	version := false
	root := &cobra.Command{Use: "hoist", SilenceErrors: true, SilenceUsage: true, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			if version {
				return a.tellVersion()
			}
			return c.Help()
		}}
	root.Flags().BoolVar(&version, "version", false, "")
	root.CompletionOptions.HiddenDefaultCmd = false
	f := root.PersistentFlags()
	f.StringSliceVarP(&a.flags.services, "service", "s", nil, "")
	f.StringSliceVar(&a.flags.categories, "category", nil, "")
	f.BoolVar(&a.flags.all, "all", false, "")
	f.StringSliceVar(&a.flags.envs, "env", nil, "")
	f.StringVar(&a.flags.lang, "lang", "", "")
	f.StringVarP(&a.flags.output, "output", "o", "text", "")
	f.StringVar(&a.flags.color, "color", a.flags.color, "")
	f.StringVarP(&a.flags.dir, "chdir", "C", a.flags.dir, "")
	f.StringVar(&a.flags.config, "config", "", "")
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "")
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, "")
	f.BoolVar(&a.flags.reveal, "show-secrets", false, "")
	f.BoolVar(&a.flags.noPager, "no-pager", a.flags.noPager, "")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(paged(a.diff()), paged(a.plan()), a.apply(), a.sync(), paged(a.verify()), a.commit(), a.undo(), paged(a.history()), a.recover(), paged(a.services()), paged(a.check()), paged(a.explain()), a.images(), a.allow(), a.deploy(), a.initCommand(), a.skill(), a.promote(), a.demo(), a.version())
	root.SetOut(a.out)
	root.SetErr(a.talks)
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(&cobra.Command{Use: "help [command]", Args: cobra.ArbitraryArgs, RunE: func(c *cobra.Command, args []string) error {
		cmd, _, err := c.Root().Find(args)
		if err != nil || cmd == nil || cmd == c.Root() && len(args) > 0 {
			return unknownCommand(c.Root(), strings.Join(args, " "))
		}
		return cmd.Help()
	}})
	for _, c := range root.Commands() {
		wrapArgs(c)
	}
	a.completions(root)
	return root
}

// wrapArgs makes cobra's complaint about arguments one of ours.
func wrapArgs(c *cobra.Command) {
	check := c.Args
	if check == nil {
		return
	}
	c.Args = func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return problem.New(WrongArgs, problem.Place{}, "usage", c.UseLine()).Because(err).Type(helpFor(c)...)
		}
		return nil
	}
}

func unknownCommand(c *cobra.Command, name string) error {
	p := problem.New(UnknownCommand, problem.Place{}, "command", name)
	if s := c.SuggestionsFor(name); len(s) > 0 {
		p.Args = append(p.Args, problem.Arg{Name: "suggestion", Text: s[0]})
		return p.Type("hoist", s[0])
	}
	return p.Type("hoist", "--help")
}

// helpFor is the command that shows a command's help.
func helpFor(c *cobra.Command) []string {
	return append(strings.Fields(c.CommandPath()), "--help")
}

// flagError words pflag's errors as ours.
func flagError(c *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var bad *pflag.InvalidValueError
	var novalue *pflag.ValueRequiredError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &missing):
		name := missing.GetSpecifiedName()
		dashes := "--"
		if missing.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		p := problem.New(UnknownFlag, problem.Place{}, "flag", dashes+name)
		if s := nearestFlag(c, name); s != "" {
			p.Args = append(p.Args, problem.Arg{Name: "suggestion", Text: "--" + s})
		}
		return p.Type(helpFor(c)...)
	case errors.As(err, &bad):
		return badValue(bad.GetFlag().Name, bad.GetValue(), bad.GetFlag().Value.Type())
	case errors.As(err, &novalue):
		return problem.New(BadFlagValue, problem.Place{}, "flag", "--"+novalue.GetFlag().Name, "value", "", "want", novalue.GetFlag().Value.Type())
	}
	return problem.New(WrongArgs, problem.Place{}, "usage", c.UseLine()).Because(err).Type(helpFor(c)...)
}

// nearestFlag is the known flag that was probably meant.
func nearestFlag(c *cobra.Command, name string) string {
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	return config.Nearest(name, known)
}
