package cli

import (
	"maps"
	"slices"

	"github.com/spf13/pflag"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// renderedFlags are those of a diff of environments as rendered.
type renderedFlags struct {
	rendered, unified      bool
	showExpected, exitCode bool // which every diff has
}

func (r *renderedFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&r.rendered, "rendered", false, "")
	f.BoolVar(&r.unified, "unified", false, "")
}

// inFull is how a verify shows what was rendered; nil: in short.
func (a *app) inFull(full bool) *report.RenderedView {
	if !full {
		return nil
	}
	v := a.work.RenderedView()
	v.Diff = true
	return &v
}

// diffRendered compares overlays as rendered. What chooses services or keys means
// nothing to it, and is refused rather than passed over.
func (a *app) diffRendered(r renderedFlags, args []string, others map[string]bool) error {
	if !r.rendered {
		return problem.New(MissingFlag, problem.Place{}, "flag", "--rendered")
	}
	sel := a.selection(args)
	others["SERVICE"] = len(sel.Services) > 0
	others["-o "+a.flags.output] = !slices.Contains([]string{"text", "json"}, a.flags.output)
	others["--category"] = len(sel.Categories) > 0
	for _, name := range slices.Sorted(maps.Keys(others)) {
		if others[name] {
			return problem.New(FlagConflict, problem.Place{}, "a", "--rendered", "b", name)
		}
	}
	w, err := a.open()
	if err != nil {
		return err
	}
	v, err := w.Rendered(a.ctx, sel.Environments, a.tell())
	if err != nil {
		return err
	}
	v.Diff, v.Expected = r.unified, r.showExpected
	return a.showRendered(v, r)
}

func (a *app) showRendered(v report.RenderedView, r renderedFlags) error {
	for _, x := range v.Overlays {
		if x.NotRendered != nil {
			a.raise(int(x.NotRendered.Code.Class))
		}
	}
	differs := v.Unexpected() > 0
	if differs && r.exitCode {
		a.raise(1)
	}
	if a.json() {
		return a.words.RenderedJSON(a.out, v)
	}
	if err := a.words.Rendered(a.out, v); err != nil {
		return err
	}
	if differs && !r.unified {
		a.next(append(a.again("", ""), "--unified")...)
	}
	return nil
}
