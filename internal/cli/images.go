package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

func (a *app) images() *cobra.Command {
	c := &cobra.Command{Use: "images", Args: cobra.ArbitraryArgs, RunE: func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args[0])
		}
		return c.Help()
	}}
	c.AddCommand(paged(a.imagesDiff()), a.imagesSync())
	return c
}

func (a *app) imageSelection(args, names []string) workspace.ImageSelection {
	return workspace.ImageSelection{Images: slices.Concat(args, names, a.flags.services), Categories: a.flags.categories, Environments: a.flags.envs}
}

func (a *app) imagesDiff() *cobra.Command {
	var names []string
	var o report.ImageOptions
	var diffOnly, exitCode bool
	c := a.command("diff [IMAGE…]", cobra.ArbitraryArgs, func(args []string) error {
		w, err := a.open()
		if err != nil {
			return err
		}
		l, err := w.Images(a.ctx, a.imageSelection(args, names))
		if err != nil {
			return err
		}
		for _, p := range l.Problems {
			a.raise(int(p.Code.Class))
		}
		if l.Counts().NeedAttention() > 0 && exitCode {
			a.raise(1)
		}
		if a.json() {
			return a.words.ImagesJSON(a.out, l, diffOnly)
		}
		if err := a.words.Images(a.out, l, o); err != nil {
			return err
		}
		a.nextImages(w, l, slices.Concat(args, names))
		return nil
	}, "json")
	f := c.Flags()
	f.StringSliceVar(&names, "images", nil, "")
	f.BoolVar(&o.Detail, "detail", false, "")
	f.BoolVar(&o.ShowSame, "show-same", false, "")
	f.BoolVar(&diffOnly, "diff-only", false, "")
	f.BoolVar(&exitCode, "exit-code", true, "")
	return c
}

// nextImages suggests to take the images of an environment over to the first
// that may have them from there and has others.
func (a *app) nextImages(w *workspace.Workspace, l report.ImageList, chosen []string) {
	for _, to := range l.Environments {
		for _, from := range w.Config().From(to, config.ForImages) {
			if !l.Moves(from, to) {
				continue
			}
			which := []string{"--all"}
			switch {
			case len(chosen) > 0:
				which = []string{"--images", strings.Join(chosen, ",")}
			case len(a.flags.categories) > 0:
				which = []string{"--category", strings.Join(a.flags.categories, ",")}
			}
			a.next(append([]string{"hoist", "images", "sync", "--from", from, "--to", to}, which...)...)
			return
		}
	}
}

// imagesSync plans, asks and applies, as sync does for configs.
func (a *app) imagesSync() *cobra.Command {
	var x choiceFlags
	var names []string
	var w writeFlags
	c := a.command("sync [IMAGE…] --from ENV --to ENV[,ENV]", cobra.ArbitraryArgs, func(args []string) error {
		sel := a.imageSelection(args, names)
		if len(sel.Images)+len(sel.Categories) == 0 && !a.flags.all {
			return problem.New(MissingFlag, problem.Place{}, "flag", "--images")
		}
		req, err := a.request(&x, nil)
		if err != nil {
			return err
		}
		req.Selection = workspace.Selection{}
		req.Choice.OnlyImages = true
		req.Images = &sel
		return a.carryOut(req, w, "sync")
	}, "json")
	f := c.Flags()
	f.StringSliceVar(&names, "images", nil, "")
	f.StringVar(&x.from, "from", "", "")
	f.StringSliceVar(&x.to, "to", nil, "")
	f.BoolVar(&x.addImages, "add", false, "")
	f.BoolVar(&x.withRefs, "with-refs", false, "")
	w.add(f)
	return c
}
