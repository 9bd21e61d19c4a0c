package report

// gitWords are the sentences of problems and helps of one family of commands.
var gitWords = catalogue{
	problems: map[string]wording{
		"unknown-revision": {Message{"git knows no commit \"{revision}\"", "git 中没有提交“{revision}”"}, Message{}},
		"no-push-target":   {Message{"{why}{?branch}: {branch}{/}{?upstream} follows {upstream}{/}", "{why}{?branch}：{branch}{/}{?upstream} 跟踪的是 {upstream}{/}"}, Message{}},
	},
	helps: map[string]helpText{},
	flags: map[string]Message{},
	whys: map[string]Message{
		"no-push-target detached":        {"HEAD is on no branch, so there is nothing to push to; --branch NAME commits on a new one", "HEAD 不在任何分支上，无处可推送；用 --branch NAME 提交到新分支"},
		"no-push-target no-remote":       {"the repository has no remote to push to", "仓库没有可推送的远程"},
		"no-push-target several-remotes": {"several remotes, and nothing says which one this branch goes to", "有多个远程，没有说明该分支推送到哪一个"},
		"no-push-target other-name":      {"the branch follows one of another name, to which git does not push by itself", "该分支跟踪的是另一个名称的分支，git 不会自行推送"},
	},
}
