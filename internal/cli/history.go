package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// newest is how many promotions history shows unless told otherwise.
const newest = 20

func (a *app) history() *cobra.Command {
	limit, deploys := newest, false
	c := a.command("history [SERVICE…]", cobra.ArbitraryArgs, func(args []string) error {
		if limit < 0 {
			return badValue("limit", "-", "0…")
		}
		w, err := a.open()
		if err != nil {
			return err
		}
		if deploys {
			return a.openings(w, args, limit)
		}
		list, shallow, err := w.History(a.ctx, workspace.HistoryRequest{Selection: a.selection(args), Limit: limit}, a.tell())
		if err != nil {
			return err
		}
		h := report.History{Promotions: list, Shallow: shallow, Limit: limit}
		if a.json() {
			return a.words.HistoryJSON(a.out, h)
		}
		if err := a.words.History(a.out, h); err != nil {
			return err
		}
		if shallow {
			a.talk(report.HistoryShallow)
		}
		return nil
	}, "json")
	c.ValidArgsFunction = a.serviceNames
	c.Flags().IntVarP(&limit, "limit", "n", newest, "")
	c.Flags().BoolVar(&deploys, "deploys", false, "")
	return c
}

// rangeOf reads A..B as git does: the commits of B that A does not have; B is
// HEAD where it is left out. A...B, as forges write it, is the same.
func rangeOf(text string) (from, to string, err error) {
	from, to, ok := strings.Cut(text, "..")
	to = strings.TrimPrefix(to, ".")
	if !ok || from == "" {
		return "", "", badValue("range", text, "A..B")
	}
	if to == "" {
		to = "HEAD"
	}
	return from, to, nil
}
