package report

// screenWords are the sentences of problems and helps of one family: what has to
// do with the terminal and the shell.
var screenWords = catalogue{
	problems: map[string]wording{},
	helps:    map[string]helpText{},
	flags: map[string]Message{
		"no-pager": {"write long answers straight to the terminal", "长结果直接输出到终端，不经分页器"},
	},
}
