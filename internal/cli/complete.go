package cli

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// suggester completes a word: what a shell offers for it.
type suggester = cobra.CompletionFunc

// soon is how long a person at a prompt waits gladly; what has not been compared
// until then is not offered.
const soon = 150 * time.Millisecond

// offer is one word that could stand there, and what to say of it.
type offer struct{ word, hint string }

// offered are the offers that begin as the word does which is typed, in their
// order. Nothing else, no file names, is offered.
func offered(prefix string, offers []offer) (out []string, _ cobra.ShellCompDirective) {
	for _, o := range offers {
		if strings.HasPrefix(o.word, prefix) && !strings.ContainsFunc(o.word, unicode.IsControl) {
			out = append(out, cobra.CompletionWithDesc(o.word, o.hint))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// unfinished is offered for words behind which more is to be typed.
func unfinished(prefix string, offers []offer) ([]string, cobra.ShellCompDirective) {
	out, directive := offered(prefix, offers)
	return out, directive | cobra.ShellCompDirectiveNoSpace
}

// inList completes the last name of a comma list; those before it are not
// offered again.
func inList(prefix string, offers []offer) ([]string, cobra.ShellCompDirective) {
	at := strings.LastIndexByte(prefix, ',') + 1
	before := strings.Split(prefix[:at], ",")
	var left []offer
	for _, o := range offers {
		if !slices.Contains(before, o.word) {
			left = append(left, offer{prefix[:at] + o.word, o.hint})
		}
	}
	return offered(prefix, left)
}

// words completes from a fixed list.
func words(list ...string) suggester {
	var offers []offer
	for _, x := range list {
		offers = append(offers, offer{word: x})
	}
	return func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		return offered(prefix, offers)
	}
}

// files completes the names of files with these endings; of none, directories.
func files(endings ...string) suggester {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		if len(endings) == 0 {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

// asked makes a suggester of what needs hoist.yaml. Where that cannot be read
// nothing is offered: a prompt is no place for errors.
func (a *app) asked(offers func(w *workspace.Workspace, c *cobra.Command, args []string, prefix string) []offer,
	join func(string, []offer) ([]string, cobra.ShellCompDirective)) suggester {
	return func(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		w, err := a.open()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return join(prefix, offers(w, c, args, prefix))
	}
}

// completions says for every flag of every command, and for the arguments of
// those that have none of their own, what a shell may offer.
func (a *app) completions(root *cobra.Command) {
	services := a.asked(a.offerServices, inList)
	keys := a.asked(a.offerKeys, offered)
	environments := a.asked(a.offerEnvironments, offered)
	flags := map[string]suggester{
		"service": services, "category": a.asked(a.offerCategories, inList), "env": a.asked(a.offerEnvironments, inList),
		"from": a.asked(a.offerSources, offered), "to": a.asked(a.offerTargets, inList),
		"absent": a.asked(a.offerEnvironments, inList), "distinct": a.asked(a.offerEnvironments, inList), "equal": a.asked(a.offerEnvironments, inList),
		"only": keys, "except": keys, "prune": keys, "overwrite": keys, "set": a.asked(a.offerSets, unfinished),
		"images": a.asked(a.offerImages, inList), "group": a.asked(a.offerGroups, offered),
		"lang": words(report.Languages()...), "color": words("auto", "always", "never"), "output": outputs,
		"chdir": files(), "config": files("yaml", "yml"), "values": files("yaml", "yml"), "out": files("json"), "baseline": files("json"), "write-baseline": files("json"),
	}
	args := map[string]suggester{
		"hoist explain": a.asked(a.offerServiceThenKeys, offered), "hoist allow": keys, "hoist apply": files("json"),
		"hoist deploy status": environments, "hoist deploy diff": environments, "hoist deploy sync": environments, "hoist deploy wait": environments,
		"hoist images diff": a.asked(a.offerImages, offered), "hoist images sync": a.asked(a.offerImages, offered),
	}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if f, ok := args[c.CommandPath()]; ok {
			c.ValidArgsFunction = f
		} else if c.ValidArgsFunction == nil && c.Runnable() {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		add := func(f *pflag.Flag) {
			if suggest, ok := flags[f.Name]; ok {
				_ = c.RegisterFlagCompletionFunc(f.Name, suggest) // the flag is there; the first one said of it stands
			}
		}
		c.LocalFlags().VisitAll(add)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

// describe gives commands and flags the texts that a shell shows beside them.
func (a *app) describe(root *cobra.Command) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		name := strings.TrimPrefix(c.CommandPath(), root.Name()+" ")
		c.Short = a.words.CommandText(name)
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { f.Usage = a.words.FlagText(name, f.Name) })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	root.InitDefaultHelpFlag()
	root.InitDefaultCompletionCmd(a.args...)
	walk(root)
}

// outputs completes --output by what the command can write.
func outputs(c *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return words(append([]string{"text"}, strings.Fields(c.Annotations[writes])...)...)(c, nil, prefix)
}

func (a *app) serviceNames(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return a.asked(a.offerServices, offered)(c, args, prefix)
}

func (a *app) offerServices(w *workspace.Workspace, _ *cobra.Command, args []string, _ string) (out []offer) {
	for _, s := range w.Config().Services {
		if !slices.Contains(args, s.Name) {
			out = append(out, offer{s.Name, w.Config().CategoryOf(s.Name)})
		}
	}
	return out
}

func (a *app) offerCategories(w *workspace.Workspace, _ *cobra.Command, _ []string, _ string) (out []offer) {
	for _, c := range w.Config().Categories {
		out = append(out, offer{c.Name, strings.Join(c.Members, ", ")})
	}
	return out
}

func (a *app) offerGroups(w *workspace.Workspace, _ *cobra.Command, _ []string, _ string) (out []offer) {
	for _, g := range w.Config().Rules.Groups() {
		reason := ""
		for _, r := range w.Config().Rules.Allow() {
			if r.Group == g && reason == "" {
				reason = r.Reason
			}
		}
		out = append(out, offer{g, reason})
	}
	return out
}

func (a *app) offerEnvironments(w *workspace.Workspace, _ *cobra.Command, args []string, _ string) []offer {
	return environmentsThat(w, func(e config.Environment) bool { return !slices.Contains(args, e.Name) })
}

func environmentsThat(w *workspace.Workspace, keep func(config.Environment) bool) (out []offer) {
	for _, e := range w.Config().Environments {
		if keep(e) {
			out = append(out, offer{e.Name, e.Overlay})
		}
	}
	return out
}

// routes are what may go into an environment: of configs, or of images.
func routes(c *cobra.Command) config.Kind {
	if c.HasParent() && c.Parent().Name() == "images" {
		return config.ForImages
	}
	return config.ForConfig
}

// offerSources are the environments from which something may go to all that are
// named with --to, or to any.
func (a *app) offerSources(w *workspace.Workspace, c *cobra.Command, _ []string, _ string) []offer {
	to, _ := c.Flags().GetStringSlice("to")
	return environmentsThat(w, func(from config.Environment) bool {
		allowed := func(to string) bool { return slices.Contains(w.Config().From(to, routes(c)), from.Name) }
		if len(to) > 0 {
			return !slices.ContainsFunc(to, func(x string) bool { return !allowed(x) })
		}
		return slices.ContainsFunc(w.Config().Names(), allowed)
	})
}

// offerTargets are the environments that may have something from --from, or from
// any.
func (a *app) offerTargets(w *workspace.Workspace, c *cobra.Command, _ []string, _ string) []offer {
	from, _ := c.Flags().GetString("from")
	return environmentsThat(w, func(to config.Environment) bool {
		allowed := w.Config().From(to.Name, routes(c))
		return from == "" && len(allowed) > 0 || slices.Contains(allowed, from)
	})
}

func (a *app) offerImages(w *workspace.Workspace, _ *cobra.Command, args []string, _ string) (out []offer) {
	ctx, stop := context.WithTimeout(a.ctx, soon)
	defer stop()
	l, err := w.Images(ctx, workspace.ImageSelection{Categories: names(a.flags.categories)})
	if err != nil {
		return nil
	}
	for _, attention := range []bool{true, false} {
		for _, r := range l.Rows {
			if r.Status.NeedsAttention() == attention && !slices.Contains(args, r.Service) {
				out = append(out, offer{r.Service, a.words.ImageHint(r)})
			}
		}
	}
	return out
}

// offerServiceThenKeys completes a service, and then one of its keys.
func (a *app) offerServiceThenKeys(w *workspace.Workspace, c *cobra.Command, args []string, prefix string) []offer {
	if len(args) == 0 {
		return a.offerServices(w, c, args, prefix)
	}
	return a.keysOf(w, workspace.Selection{Services: args[:1]}, prefix)
}

// offerKeys are the keys of the services that the command line names so far.
func (a *app) offerKeys(w *workspace.Workspace, c *cobra.Command, args []string, prefix string) []offer {
	if c.Name() == "allow" { // whose arguments are keys themselves
		args = nil
	}
	return a.keysOf(w, a.selection(args), prefix)
}

// offerSets are the values that only a person can supply, as --set takes them.
func (a *app) offerSets(w *workspace.Workspace, _ *cobra.Command, args []string, _ string) (out []offer) {
	sel := a.selection(args)
	services, err := w.Services(sel)
	if err != nil {
		return nil
	}
	a.eachKey(w, sel, func(s *compare.Service, k *compare.Key) {
		for _, e := range k.Pending {
			where := e
			if len(services) > 1 {
				where += "/" + s.Name
			}
			out = append(out, offer{where + ":" + k.Path.String() + "=", a.words.KeyHint(s, k)})
		}
	})
	return out
}

// keysOf are keys with their values: those that need attention first, then those
// that are expected to differ; those that are the same only where something is
// typed already.
func (a *app) keysOf(w *workspace.Workspace, sel workspace.Selection, prefix string) []offer {
	var attention, expected, same []offer
	seen := map[string]bool{}
	a.eachKey(w, sel, func(s *compare.Service, k *compare.Key) {
		name := k.Path.String()
		if seen[name] || !strings.HasPrefix(name, prefix) {
			return
		}
		seen[name] = true
		switch o := (offer{name, a.words.KeyHint(s, k)}); {
		case k.Status.NeedsAttention():
			attention = append(attention, o)
		case k.Status == compare.Expected:
			expected = append(expected, o)
		default:
			same = append(same, o)
		}
	})
	differ := append(attention, expected...)
	if prefix == "" && len(differ) > 0 {
		return differ
	}
	return append(differ, same...)
}

// eachKey compares and calls f for each key, as long as it is not too late.
func (a *app) eachKey(w *workspace.Workspace, sel workspace.Selection, f func(*compare.Service, *compare.Key)) {
	ctx, stop := context.WithTimeout(a.ctx, soon)
	defer stop()
	req := workspace.CompareRequest{Selection: sel, Keep: func(compare.Status) bool { return true }}
	for s, err := range w.Compare(ctx, req, nil) {
		if err != nil {
			return
		}
		for i := range s.Keys {
			f(s, &s.Keys[i])
		}
	}
}
