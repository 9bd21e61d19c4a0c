package report

import "maps"

// catalogue is one family of sentences: of problems by code name, of helps by
// command, of flags by "command.flag" or by flag.
type catalogue struct {
	problems map[string]wording
	helps    map[string]helpText
	flags    map[string]Message
}

var catalogues = []catalogue{gitWords, forgeWords, deployWords, promoteWords, skillWords, renderWords}

// wordings, helpTexts and flagTexts are all families together.
var (
	wordings  = together(basicWordings, func(c catalogue) map[string]wording { return c.problems })
	helpTexts = together(basicHelps, func(c catalogue) map[string]helpText { return c.helps })
	flagTexts = together(basicFlags, func(c catalogue) map[string]Message { return c.flags })
)

func together[V any](basic map[string]V, of func(catalogue) map[string]V) map[string]V {
	all := maps.Clone(basic)
	for _, c := range catalogues {
		maps.Copy(all, of(c))
	}
	return all
}
