package report

// gitWords are the sentences of problems and helps of one family of commands.
var gitWords = catalogue{
	problems: map[string]wording{
		"unknown-revision": {Message{"git knows no commit \"{revision}\"", "git 中没有提交“{revision}”"}, Message{}},
		"no-push-target":   {Message{"{why}{?branch}: {branch}{/}{?upstream} follows {upstream}{/}", "{why}{?branch}：{branch}{/}{?upstream} 跟踪的是 {upstream}{/}"}, Message{}},

		"no-commits":          {Message{"the repository has no commit yet{?branch} on {branch}{/}", "仓库{?branch}的 {branch} {/}还没有任何提交"}, Message{"hoist commits its edits on top of what is committed", "hoist 的提交以已有的提交为基础"}},
		"git-underway":        {Message{"{what} is under way in this work tree, and a commit would become part of it", "工作区中正在进行{what}，此时的提交会成为其中一部分"}, Message{"finish it or abort it first", "请先完成或中止它"}},
		"head-moved":          {Message{"somebody else committed or switched branches here meanwhile; nothing of theirs was touched", "期间有人在这里提交或切换了分支；没有动他人的任何内容"}, Message{"try again", "请重试"}},
		"branch-exists":       {Message{"there is a branch {branch} already", "分支 {branch} 已存在"}, Message{}},
		"bad-branch-name":     {Message{"git takes no branch of the name \"{branch}\"", "git 不接受“{branch}”作为分支名"}, Message{}},
		"hook-changed-commit": {Message{"a hook changed what was to be committed ({files}), so it was taken back: hoist commits its proved edits and nothing else", "钩子改动了要提交的内容（{files}），因此已撤回：hoist 只提交经过证明的修改"}, Message{"let the hook only check, or run what it does by hand and commit that apart", "请让钩子只做检查，或手工运行并单独提交"}},
		"git-at-work":         {Message{"a git commit (process {pid}) whose hoist was killed is still at work", "hoist 已被终止，但它启动的 git commit（进程 {pid}）仍在运行"}, Message{"wait until it is done", "请等它结束"}},
		"commit-failed":       {Message{"git did not commit, and everything is as it was{?output}:\n{output}{/}", "git 没有提交，一切保持原样{?output}：\n{output}{/}"}, Message{}},
		"index-locked":        {Message{"another git is at work here: its lock file is there", "另一个 git 正在这里工作：存在它的锁文件"}, Message{"wait until it is done; if none is running, remove the file", "请等它结束；若没有 git 在运行，请删除该文件"}},
		"index-moved":         {Message{"somebody staged the file meanwhile; nothing was committed", "期间有人暂存了这个文件；没有提交任何内容"}, Message{"try again", "请重试"}},
		"state-unwritable":    {Message{"git's directory cannot be used: {reason}", "无法使用 git 的目录：{reason}"}, Message{}},
		"remote-moved":        {Message{"{branch} on {remote} moved each time hoist was about to push; nothing was pushed", "每次推送之前，{remote} 的 {branch} 都已移动；没有推送任何内容"}, Message{"try again", "请重试"}},
		"remote-rejected":     {Message{"{remote} did not take the push to {branch}{?reason}: {reason}{/}{?output}\n{output}{/}", "{remote} 拒绝了向 {branch} 的推送{?reason}：{reason}{/}{?output}\n{output}{/}"}, Message{}},
		"push-failed":         {Message{"pushing to {branch} on {remote} failed{?output}:\n{output}{/}", "推送到 {remote} 的 {branch} 失败{?output}：\n{output}{/}"}, Message{}},
		"local-changes":       {Message{"changes of yours are in the way: {files}", "你的改动挡在前面：{files}"}, Message{}},
	},
	helps: map[string]helpText{},
	flags: map[string]Message{},
	whys: map[string]Message{
		"no-push-target detached":        {"HEAD is on no branch, so there is nothing to push to; --branch NAME commits on a new one", "HEAD 不在任何分支上，无处可推送；用 --branch NAME 提交到新分支"},
		"no-push-target no-remote":       {"the repository has no remote to push to", "仓库没有可推送的远程"},
		"no-push-target several-remotes": {"several remotes, and nothing says which one this branch goes to", "有多个远程，没有说明该分支推送到哪一个"},
		"no-push-target other-name":      {"the branch follows one of another name, to which git does not push by itself", "该分支跟踪的是另一个名称的分支，git 不会自行推送"},

		"git-underway merge":       {"a merge", "合并"},
		"git-underway rebase":      {"a rebase", "变基"},
		"git-underway cherry-pick": {"a cherry-pick", "拣选"},
		"git-underway revert":      {"a revert", "还原"},
		"git-underway patch":       {"git am", "git am"},
		"git-underway sequence":    {"a series of picks or reverts", "一系列拣选或还原"},
	},
}
