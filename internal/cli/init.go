package cli

import (
	"cmp"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/workspace"
)

// initCommand writes a first hoist.yaml.
func (a *app) initCommand() *cobra.Command {
	return a.command("init", cobra.NoArgs, func([]string) error {
		b, err := workspace.Init(a.ctx, cmp.Or(a.flags.dir, "."))
		if err != nil {
			return err
		}
		if a.json() {
			return a.words.BegunJSON(a.out, b)
		}
		if err := a.words.Begun(a.out, b); err != nil {
			return err
		}
		a.next("hoist", "diff", "--all")
		return nil
	}, "json")
}
