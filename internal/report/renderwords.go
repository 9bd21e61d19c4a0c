package report

// renderWords are the sentences of problems and helps of one family of commands.
var renderWords = catalogue{
	problems: map[string]wording{},
	helps:    map[string]helpText{},
	flags:    map[string]Message{},
}
