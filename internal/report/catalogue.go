package report

import "maps"

// catalogue is one family of sentences: of problems by code name, of helps by
// command, of flags by "command.flag" or by flag, of words that problems have as
// arguments by "code word" or by word.
type catalogue struct {
	problems map[string]wording
	helps    map[string]helpText
	flags    map[string]Message
	whys     map[string]Message
}

var catalogues = []catalogue{argocdWords, gitWords, forgeWords, historyWords, deployWords, promoteWords, skillWords, renderWords, screenWords}

// wordings, helpTexts, flagTexts and whys are all families together.
var (
	wordings  = together(basicWordings, func(c catalogue) map[string]wording { return c.problems })
	helpTexts = together(basicHelps, func(c catalogue) map[string]helpText { return c.helps })
	flagTexts = together(basicFlags, func(c catalogue) map[string]Message { return c.flags })
	whys      = together(basicWhys, func(c catalogue) map[string]Message { return c.whys })
)

func together[V any](basic map[string]V, of func(catalogue) map[string]V) map[string]V {
	all := maps.Clone(basic)
	for _, c := range catalogues {
		maps.Copy(all, of(c))
	}
	return all
}
