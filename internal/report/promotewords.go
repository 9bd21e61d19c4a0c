package report

// promoteWords are the sentences of problems and helps of the guided promotion.
var promoteWords = catalogue{
	problems: map[string]wording{
		"no-promotion-begun": {Message{"no promotion was begun here, so there is none to go on with", "这里没有开始过的发布，无从继续"}, Message{}},
		"promotion-begun":    {Message{"a promotion from {from} to {to} was begun here and is not finished: {step}", "这里有一次从 {from} 到 {to} 的发布尚未完成：{step}"}, Message{"--continue goes on with it; --abandon forgets it (what it applied stays, hoist undo takes that back)", "--continue 继续；--abandon 放弃（已应用的内容保留，可用 hoist undo 撤销）"}},
	},
	helps: map[string]helpText{
		"promote": {Message{"the guided way: from the comparison to production's door", "引导式发布：从比较一直到生产环境门前"}, Message{
			"Promote step by step, asking at each: compare; choose key by key; see the exact patch; apply; verify; commit; push; staging synced and waited for; production's difference shown. It can be stopped at every step and says how to go on. Steps that this repository does not have (no remote, no Argo CD) are skipped. With --yes nothing is asked: everything that needs no person is done. Production is never synced here.",
			"逐步发布，每一步都会询问：比较；逐键选择；查看精确补丁；应用；校验；提交；推送；同步 staging 并等待；显示生产环境的差异。任何一步都可以停下，并会说明如何继续。仓库没有的步骤（没有远端、没有 Argo CD）会跳过。使用 --yes 则不询问：完成所有不需要人的步骤。这里从不同步生产环境。"},
			[]string{"hoist promote --from ci --to staging,prod", "hoist promote simplex-api --from ci --to staging --images", "hoist promote --from ci --to staging,prod --until commit", "hoist promote --continue", "hoist promote --all --from ci --to staging --yes"}},
	},
	flags: map[string]Message{
		"promote.images":   {"also the image tags; --images=NAME,… only of these", "也包括镜像标签；--images=NAME,… 只包括这些"},
		"promote.until":    {"stop after this step: plan, apply, commit, push or staging", "在此步骤后停止：plan、apply、commit、push 或 staging"},
		"promote.continue": {"go on with the promotion that was stopped", "继续已停下的发布"},
		"promote.abandon":  {"forget the promotion that was stopped; files stay as they are", "放弃已停下的发布；文件保持原样"},
		"promote.message":  {"the subject of the commit message", "提交信息的标题"},
		"promote.timeout":  {"how long to wait for an application", "等待应用的最长时间"},
	},
}

// What a person is asked while choosing.
var (
	msgImagesFrom = Message{"images of {to} from {from}", "{to} 的镜像取自 {from}"}

	msgMoreKeys  = Message{"and {n} more", "还有 {n} 个"}
	msgUnitImage = Message{"image", "镜像"}

	AskUnit       = Message{"Promote this? [{letters}] ", "发布这一项吗？[{letters}] "}
	AskUnitAgain  = Message{"\"{answer}\" is none of them.", "没有“{answer}”这个选项。"}
	HelpUnitYes   = Message{"y - promote this", "y - 发布这一项"}
	HelpUnitNo    = Message{"n - leave it as it is", "n - 保持不变"}
	HelpUnitAll   = Message{"a - this and all the rest of {service}", "a - 这一项以及 {service} 其余全部"}
	HelpUnitNone  = Message{"d - neither this nor the rest of {service}", "d - 这一项以及 {service} 其余全部都不要"}
	HelpUnitSplit = Message{"s - decide for each environment on its own", "s - 逐个环境决定"}
	HelpUnitRule  = Message{"e - it is meant to differ: write a rule with the reason", "e - 本就应当不同：写一条规则并说明原因"}
	HelpUnitQuit  = Message{"q - this and everything after it stays as it is", "q - 这一项及之后的全部保持不变"}
	HelpUnitHelp  = Message{"? - this help", "? - 显示本帮助"}

	AskReason   = Message{"Why is {path} meant to differ? (empty: no rule) ", "{path} 为什么应当不同？（留空：不写规则）"}
	AskPending  = Message{"{path} for {environment}, {service} (empty: leave it out): ", "{service} 在 {environment} 的 {path}（留空：不包括）："}
	PendingHint = Message{"  {hint}", "  {hint}"}
	PendingHead = Message{"Only a person can supply {n} {n|value|values}:", "以下 {n} 个值只能由人填写："}
)

// The steps of a promotion.
var (
	StepHead      = Message{"── {step} ──", "── {step} ──"}
	NothingChosen = Message{"nothing to promote", "没有要发布的内容"}
	Plain         = Message{"{text}", "{text}"}
	NoRemote      = Message{"there is no remote to push to; the rest is skipped", "没有可推送的远端；其余步骤跳过"}
	NoArgoCD      = Message{"{environment}: no Argo CD is known for it; skipped", "{environment}：没有配置 Argo CD；跳过"}
	AskCommit     = Message{"Commit with this message? [y/N, e to edit it] ", "用这条信息提交吗？[y/N，e 编辑] "}
	AskPush       = Message{"Push it? [y/N] ", "推送吗？[y/N] "}
	AskDeploy     = Message{"Sync {environment} ({application}) and wait for it? [y/N] ", "同步 {environment}（{application}）并等待吗？[y/N] "}
	OnlyAPerson   = Message{"{environment} is synced by a person only: who types this is shown the difference again, and then types the application's name", "{environment} 只能由人同步：输入下面的命令会再次显示差异，然后需要键入应用名"}
	Promoted      = Message{"promoted from {from} to {to}: nothing is left to do here", "已从 {from} 发布到 {to}：这里没有剩余步骤"}
	GoOnLater     = Message{"when that is settled: {command}", "解决之后：{command}"}
	StoppedHere   = Message{"stopped here; nothing is half-done", "在此停下；没有做到一半的事"}
	StoppedVerify = Message{"stopped: put right what is named above, or take the apply back with hoist undo", "已停下：请修正上面指出的问题，或用 hoist undo 撤销"}

	StepCompare = Message{"Compare", "比较"}
	StepChoose  = Message{"Choose", "选择"}
	StepPlan    = Message{"Plan", "计划"}
	StepApply   = Message{"Apply", "应用"}
	StepVerify  = Message{"Verify", "校验"}
	StepCommit  = Message{"Commit", "提交"}
	StepPush    = Message{"Push", "推送"}
	StepDeploy  = Message{"Deploy {environment}", "部署 {environment}"}
	StepGate    = Message{"Before {environment}", "{environment} 之前"}
)
