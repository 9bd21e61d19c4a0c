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
		"planned-key-edited":  {Message{"{path} was edited since hoist wrote it, and hoist commits only what was planned", "hoist 写入之后，{path} 又被编辑过；hoist 只提交计划中的内容"}, Message{"put it back to the planned value, or take everything back with hoist undo and plan again", "请改回计划中的值，或用 hoist undo 全部撤销后重新规划"}},
		"not-in-head":         {Message{"git has no committed version of the file to put the edits on", "git 中没有这个文件的已提交版本，无法在其上提交修改"}, Message{"commit the file yourself first", "请先自行提交这个文件"}},
		"file-in-conflict":    {Message{"a merge left the file in conflict", "合并在这个文件中留下了冲突"}, Message{"resolve it, then git add it", "请解决冲突并 git add"}},
		"edits-not-carried":   {Message{"hoist's edit of {path} cannot be made in the version of the file in {where}: {why}", "hoist 对 {path} 的修改无法应用到 {where} 中的文件版本：{why}"}, Message{"commit or take back your own change to this key, then plan again", "请提交或撤回你自己对该键的改动，再重新规划"}},
		"foreign-commits":     {Message{"{branch} has {n} {n|commit|commits} that hoist did not make, which would be pushed along:\n{output}", "{branch} 上有 {n} 个不是 hoist 创建的提交，会被一并推送：\n{output}"}, Message{"push them yourself, or accept them with --push-all", "请自行推送它们，或用 --push-all 接受"}},
		"foreign-diverged":    {Message{"{branch} on {remote} has moved, and your branch has commits that hoist did not make: hoist does not rebase those", "{remote} 的 {branch} 已移动，而你的分支上有不是 hoist 创建的提交：hoist 不会对它们变基"}, Message{"bring your branch up to date, then push again", "请先更新你的分支，再推送"}},
		"replay-conflict":     {Message{"{branch} on {remote} has moved, and {why}{?path}: {path}{/}; nothing was pushed", "{remote} 的 {branch} 已移动，而且{why}{?path}：{path}{/}；没有推送任何内容"}, Message{"take the edits back, bring your branch up to date (git pull --ff-only), and plan again", "请撤回修改，更新分支（git pull --ff-only），再重新规划"}},
		"push-deploys":        {Message{"the Application {application} syncs {environment} from {branch} by itself, so this push would be the deployment, which only a person may make", "Application {application} 会自行从 {branch} 同步 {environment}，因此这次推送就是部署，而部署只能由人进行"}, Message{"ask for a review instead, with --request", "请改用 --request 提交评审"}},
		"push-may-deploy":     {Message{"nobody could say whether {environment}{?application} (Application {application}){/} syncs by itself; if it does, this push is the deployment", "无法确定 {environment}{?application}（Application {application}）{/}是否会自行同步；若会，这次推送就是部署"}, Message{}},
		"edit-needs-terminal": {Message{"--edit opens an editor, and nobody is at a terminal", "--edit 会打开编辑器，但当前没有人在终端前"}, Message{"give the message with -m", "请用 -m 给出提交信息"}},
		"local-changes":       {Message{"changes of yours are in the way: {files}", "你的改动挡在前面：{files}"}, Message{}},
	},
	helps: map[string]helpText{
		"commit": {Message{"commit exactly what was applied", "精确提交已应用的内容"}, Message{
			"Commit exactly the edits that hoist made since the last commit, with a generated message; what else is changed, staged or untracked stays as it is. Your own git commits: hooks, signing, settings. With --push the commit is pushed, too, or nothing is done at all: where the branch has moved meanwhile the plan is made again on what is there by now, and must give the same changes.",
			"精确提交 hoist 自上次提交以来所做的修改，并自动生成提交信息；其他改动、已暂存和未跟踪的内容保持原样。提交由你自己的 git 完成：钩子、签名、设置均照常。使用 --push 时同时推送，否则什么都不做：若分支期间已移动，会在新内容之上重新生成计划，且必须得到相同的修改。"},
			[]string{"hoist commit", "hoist commit --push", "hoist commit --branch promote/credit --push", "hoist commit -m 'feat: new credit rates'"}},
	},
	flags: map[string]Message{
		"push":     {"push the commit, too, or do nothing", "同时推送；否则什么都不做"},
		"push-all": {"push, also commits that hoist did not make", "推送，包括不是 hoist 创建的提交"},
		"message":  {"a message in place of the generated one; its trailers stay (repeatable: paragraphs)", "代替自动生成的提交信息；尾注保留（可重复：多个段落）"},
		"edit":     {"open the message in your editor first", "先在编辑器中打开提交信息"},
		"branch":   {"commit on a new branch of this name", "提交到以此命名的新分支"},
	},
	whys: map[string]Message{
		"no-push-target detached":        {"HEAD is on no branch, so there is nothing to push to; --branch NAME commits on a new one", "HEAD 不在任何分支上，无处可推送；用 --branch NAME 提交到新分支"},
		"no-push-target no-remote":       {"the repository has no remote to push to", "仓库没有可推送的远程"},
		"no-push-target several-remotes": {"several remotes, and nothing says which one this branch goes to", "有多个远程，没有说明该分支推送到哪一个"},
		"no-push-target other-name":      {"the branch follows one of another name, to which git does not push by itself", "该分支跟踪的是另一个名称的分支，git 不会自行推送"},

		"edits-not-carried moved": {"the key has a value of yours there", "该键在那里是你自己的值"},
		"replay-conflict moved":   {"somebody else changed a key there that this promotion changes", "他人在那里改动了这次发布要改动的键"},
		"replay-conflict there":   {"some of the changes are there already", "部分修改已经在那里"},
		"replay-conflict plan":    {"the plan made again there does not give the same changes", "在那里重新生成的计划给出的修改不同"},
		"replay-conflict gone":    {"a file of the promotion is gone there", "发布涉及的文件在那里已不存在"},
		"replay-conflict broken":  {"a file of the promotion cannot be read there", "发布涉及的文件在那里无法读取"},

		"git-underway merge":       {"a merge", "合并"},
		"git-underway rebase":      {"a rebase", "变基"},
		"git-underway cherry-pick": {"a cherry-pick", "拣选"},
		"git-underway revert":      {"a revert", "还原"},
		"git-underway patch":       {"git am", "git am"},
		"git-underway sequence":    {"a series of picks or reverts", "一系列拣选或还原"},
	},
}
