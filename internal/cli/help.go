package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hoist.example/hoist/internal/report"
)

// help writes a command's help in the user's language.
func (a *app) help(c *cobra.Command, _ []string) {
	a.speak()
	fmt.Fprint(a.out, a.words.Help(helpOf(c)))
}

func helpOf(c *cobra.Command) report.Help {
	h := report.Help{UseLine: c.UseLine(), Flags: flagsOf(c.LocalNonPersistentFlags()), Common: flagsOf(c.InheritedFlags())}
	if c.HasParent() {
		h.Command = strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
	} else {
		h.UseLine = "hoist COMMAND"
		h.Common = flagsOf(c.PersistentFlags())
		h.Flags = nil
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			h.Commands = append(h.Commands, strings.TrimPrefix(sub.CommandPath(), c.Root().Name()+" "))
		}
	}
	return h
}

func flagsOf(set *pflag.FlagSet) (out []report.HelpFlag) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		out = append(out, report.HelpFlag{Name: f.Name, Short: f.Shorthand, Value: placeholder(f), Default: f.DefValue})
	})
	return out
}

// placeholder is what stands for a flag's value in help.
func placeholder(f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		return ""
	}
	switch f.Name {
	case "service":
		return "NAME"
	case "category":
		return "NAME"
	case "env", "from", "to":
		return "ENV"
	case "only", "except", "prune":
		return "PATTERN"
	case "out", "config", "values", "baseline", "write-baseline":
		return "FILE"
	case "timeout":
		return "DURATION"
	case "chdir":
		return "DIR"
	case "set":
		return "ENV:PATH=VALUE"
	case "agent":
		return "NAME"
	}
	return "VALUE"
}
