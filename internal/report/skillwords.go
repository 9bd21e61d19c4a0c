package report

// skillWords are the sentences of problems and helps of one family of commands.
var skillWords = catalogue{
	problems: map[string]wording{},
	helps:    map[string]helpText{},
	flags:    map[string]Message{},
}
