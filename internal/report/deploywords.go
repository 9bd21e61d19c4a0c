package report

// What the gate says.
var (
	GateAsk = Message{"This syncs {environment} to {revision}. To go on, type the name of the application in full, {application}; anything else stops.",
		"这将把 {environment} 同步到 {revision}。要继续，请完整输入应用名称 {application}；输入其他内容即停止。"}
	GateAcknowledge = Message{"{n} {n|finding stands|findings stand} in it, and {n|does|do} not shut the gate. If that is known, type: {words}",
		"其中有 {n} 个问题，不会关闭闸门。若已知晓，请输入：{words}"}
	GateLeft  = Message{"{application} is not synced.", "未同步 {application}。"}
	GateMoved = Message{"It moved while the name was typed, so the answer does not count. This is what stands now:",
		"输入期间内容发生了变化，刚才的回答不算数。现在的情况如下："}
	DeployLeftOut = Message{"{environment} names no application in hoist.yaml and is left out", "{environment} 在 hoist.yaml 中没有写明 application，已略过"}
	DemoPretends  = Message{"Where the tour deploys, it deploys nowhere: a pretended Argo CD in this process ({address}) answers, over clusters that are in memory.",
		"演示中的部署并不真的部署：本进程内有一个模拟的 Argo CD（{address}）应答，集群只在内存中。"}
	DemoCommit = Message{"Commit exactly hoist's edits, with a message that says what was promoted and what was not, and push.",
		"只提交 hoist 的修改，提交信息写明发布了什么、没有发布什么，然后推送。"}
	DemoStaging = Message{"Deploy staging: hoist.yaml lets hoist do that (deploy: automatic). It syncs exactly the pushed commit and waits until it runs. (The Argo CD is pretended.)",
		"部署 staging：hoist.yaml 允许 hoist 执行（deploy: automatic）。它精确同步已推送的提交，并等待其运行。（Argo CD 是模拟的。）"}
	DemoProduction = Message{"Production is for a person at a terminal, and this tour is none: hoist shows what would change, and refuses. (The Argo CD is pretended.)",
		"生产环境只能由终端前的人来部署，而本演示不是：hoist 展示将发生的变化，然后拒绝。（Argo CD 是模拟的。）"}
	DeploySyncing = Message{"syncing {application} to {revision}", "正在把 {application} 同步到 {revision}"}
)

// Deploying, in text.
var (
	msgDeployCounts = Message{"deploy: {n} {n|application|applications} | out of sync: {differing} | not healthy: {unwell} | behind what is pushed: {behind}{?unknown} | unknown: {unknown}{/}",
		"部署：{n} 个应用 | 未同步: {differing} | 不健康: {unwell} | 落后于已推送: {behind}{?unknown} | 未知: {unknown}{/}"}
	msgNoStatus       = Message{"no sync status yet", "尚无同步状态"}
	msgNoHealth       = Message{"no health yet", "尚无健康状态"}
	msgFactDeployed   = Message{"deployed", "已部署"}
	msgFactPushed     = Message{"pushed", "已推送"}
	msgFactPolicy     = Message{"synced by", "同步方式"}
	msgFactOperation  = Message{"operation", "操作"}
	msgFactCondition  = Message{"condition", "状况"}
	msgFactWindow     = Message{"window", "同步窗口"}
	msgFactDiffers    = Message{"differs", "有差异"}
	msgFactPrune      = Message{"not in git", "git 中已无"}
	msgFactUnwell     = Message{"unwell", "异常"}
	msgNeverDeployed  = Message{"nothing yet", "尚未部署"}
	msgDeployedAt     = Message{"{?revision}{revision}{/}{!revision}unknown{/}{?at}, {at} by {by}{/}", "{?revision}{revision}{/}{!revision}未知{/}{?at}，{at}，由 {by}{/}"}
	msgPushedNone     = Message{"{remote} has no branch {branch}", "{remote} 没有分支 {branch}"}
	msgPushedSeveral  = Message{"the application has several sources", "该应用有多个来源"}
	msgPushedUnknown  = Message{"unknown: the remote could not be asked", "未知：无法询问远端"}
	msgPushedIs       = Message{"{revision} on {branch} of {remote}", "{revision}（{remote} 的 {branch}）"}
	msgPushedRuns     = Message{"{revision} on {branch} of {remote}; it runs", "{revision}（{remote} 的 {branch}）；已在运行"}
	msgPushedWaits    = Message{"{revision} on {branch} of {remote}; not deployed yet{?n}, {n} {n|commit|commits} ahead{/}", "{revision}（{remote} 的 {branch}）；尚未部署{?n}，领先 {n} 个提交{/}"}
	msgPolicyArgo     = Message{"Argo CD itself{?prune}, which prunes{/}{?heal}, and undoes changes of the cluster{/}", "Argo CD 自行同步{?prune}，会清理{/}{?heal}，并还原集群中的改动{/}"}
	msgPolicyManual   = Message{"a person only (deploy: manual)", "只能由人同步（deploy: manual）"}
	msgPolicyHoist    = Message{"hoist deploy sync (deploy: automatic)", "hoist deploy sync（deploy: automatic）"}
	msgOperationRuns  = Message{"{phase}{?revision} to {revision}{/} by {by}{?at} since {at}{/}{?dry}, a dry run{/}{?partial}, of some resources only{/}{?retries}, tried {retries} more times{/}{?message}: {message}{/}", "{phase}{?revision}，到 {revision}{/}，由 {by}{?at}，自 {at}{/}{?dry}，试运行{/}{?partial}，仅部分资源{/}{?retries}，已重试 {retries} 次{/}{?message}：{message}{/}"}
	msgOperationEnded = Message{"the last one {phase}{?revision}, to {revision}{/} by {by}{?at} at {at}{/}{?dry}, a dry run{/}{?partial}, of some resources only{/}{?retries}, tried {retries} more times{/}{?message}: {message}{/}", "上一次 {phase}{?revision}，到 {revision}{/}，由 {by}{?at}，于 {at}{/}{?dry}，试运行{/}{?partial}，仅部分资源{/}{?retries}，已重试 {retries} 次{/}{?message}：{message}{/}"}
	msgOperationWaits = Message{"asked for, not begun", "已请求，尚未开始"}
	msgWindowsOpen    = Message{"syncs by hand are allowed now", "现在允许手动同步"}
	msgWindowsShut    = Message{"syncs by hand are refused now", "现在拒绝手动同步"}
	msgWindowAllow    = Message{"allowed {when} for {duration}{?active} (now){/}{?manual}; by hand at any time{/}", "允许：{when}，持续 {duration}{?active}（现在）{/}{?manual}；随时可手动{/}"}
	msgWindowDeny     = Message{"refused {when} for {duration}{?active} (now){/}{?manual}; but not by hand{/}", "拒绝：{when}，持续 {duration}{?active}（现在）{/}{?manual}；手动除外{/}"}
	msgDaily          = Message{"every day at {at}", "每天 {at}"}
	msgWeekly         = Message{"{days} at {at}", "{days}的 {at}"}
	msgAlways         = Message{"always", "始终"}
	msgCron           = Message{"by the schedule {cron}", "按计划 {cron}"}
	msgUnwell         = Message{"{name} is {health}{?message}: {message}{/}", "{name}：{health}{?message}，{message}{/}"}
	msgFromTo         = Message{"{from} -> {to}", "{from} -> {to}"}
	msgNothingYet     = Message{"nothing", "无"}
	msgDeployNothing  = Message{"no object would change", "没有对象会改变"}
	msgStays          = Message{"not in git any more; stays, and keeps the application OutOfSync (--prune deletes it)", "git 中已没有；会保留，使应用保持 OutOfSync（--prune 会删除）"}
	msgIsDeleted      = Message{"not in git any more; is deleted", "git 中已没有；将被删除"}
	msgKept           = Message{"not in git any more; says itself that it stays (Prune=false)", "git 中已没有；对象自身声明保留（Prune=false）"}
	msgUnexplained    = Message{"is different for Argo CD, in nothing that can be shown", "Argo CD 认为有差异，但没有可显示的内容"}
	msgDeployTotal    = Message{"a sync: {objects} {objects|object changes|objects change}, {restarts} {restarts|workload restarts|workloads restart}{?prunes}, {prunes} deleted{/}{?stays}, {stays} not pruned{/}", "一次同步：{objects} 个对象变化，{restarts} 个工作负载重启{?prunes}，删除 {prunes}{/}{?stays}，未清理 {stays}{/}"}
	msgMoreCommits    = Message{"and {n} more {n|commit|commits}", "另有 {n} 个提交"}
	msgGateShut       = Message{"IT BRINGS IN {n} {n|FINDING|FINDINGS}: the gate stays shut", "会带入 {n} 个问题：闸门保持关闭"}
	msgGateOlder      = Message{"TO BE KNOWN ({n}): it stands in what is deployed, too, or waits for a value", "须知晓（{n}）：已部署的版本中也有，或等待填写"}

	msgFactBy       = Message{"by", "操作人"}
	msgFactShown    = Message{"shown", "展示内容"}
	msgFactOutcome  = Message{"outcome", "结果"}
	msgSyncDone     = Message{"{application} runs {revision}: Synced, {health}", "{application} 已运行 {revision}：Synced，{health}"}
	msgSyncAlready  = Message{"{application} runs {revision} already: Synced, {health}", "{application} 已经在运行 {revision}：Synced，{health}"}
	msgOpenings     = Message{"{n} {n|opening|openings} of the gate", "闸门开启 {n} 次"}
	msgOpeningNone  = Message{"the gate was never opened from this clone", "此克隆从未开启过闸门"}
	msgOpeningWho   = Message{"{git} ({user} on {host})", "{git}（{user}@{host}）"}
	msgOpeningNoEnd = Message{"no outcome is known", "结果未知"}
	msgOpeningEnd   = Message{"{outcome}{?code} ({code}){/}, {at}", "{outcome}{?code}（{code}）{/}，{at}"}
	msgOpeningShown = Message{"from {deployed}; {digest}{?older}; {older} {older|finding|findings} acknowledged{/}{?prune}; with --prune{/}", "从 {deployed}；{digest}{?older}；已确认 {older} 个问题{/}{?prune}；带 --prune{/}"}
)

var hintTexts = map[HintCode]Message{
	SyncsItself:    {"Argo CD syncs {application} by itself: whatever reaches its branch is deployed, and no gate stands before it. Remove syncPolicy.automated to make it manual", "{application} 由 Argo CD 自动同步：进入其分支的内容都会被部署，闸门不起作用。移除 syncPolicy.automated 可改为手动"},
	Unguarded:      {"no sync window guards {application}: a program with a token that may sync it need not ask hoist (docs/security.md)", "{application} 没有同步窗口保护：持有可同步它的令牌的程序无需经过 hoist（docs/security.md）"},
	PushedUnknown:  {"the remote could not be asked, so what is pushed is what was fetched last: {reason}", "无法询问远端，因此“已推送”以上次获取的为准：{reason}"},
	Unpushed:       {"{n} {n|commit|commits} of {branch} {n|is|are} not pushed, and no part of this", "{branch} 有 {n} 个提交尚未推送，不在其中"},
	OtherBranch:    {"{application} follows {target}, this work tree is on {branch}", "{application} 跟随 {target}，而当前工作区在 {branch} 上"},
	BehindWindow:   {"a sync window refuses syncs by hand now", "同步窗口现在拒绝手动同步"},
	OtherOverlay:   {"{application} is made of {path} in git, hoist.yaml says {overlay}", "{application} 使用 git 中的 {path}，而 hoist.yaml 写的是 {overlay}"},
	NotAsCommitted: {"hoist.yaml says deploy: automatic here, and the pushed one does not: what is pushed counts", "这里的 hoist.yaml 写的是 deploy: automatic，而已推送的不是：以已推送的为准"},
}

// deployWords are the sentences of problems and helps of deploying and the gate.
var deployWords = catalogue{
	problems: map[string]wording{
		"gate-no-person":   {Message{"only a person at a terminal may sync {application}: {why}", "只有终端前的人可以同步 {application}：{why}"}, Message{"a person types the command below in a terminal of their own, or syncs it in Argo CD", "请由人在自己的终端中输入下面的命令，或在 Argo CD 中同步"}},
		"gate-machine":     {Message{"only a person may sync {application}, and {variable} is set: this is a CI job or an agent", "只有人可以同步 {application}，而 {variable} 已设置：这是 CI 任务或智能体"}, Message{"a person types the command below in a terminal of their own, or syncs it in Argo CD", "请由人在自己的终端中输入下面的命令，或在 Argo CD 中同步"}},
		"gate-yes":         {Message{"--yes does not sync {application}: only a person at a terminal does", "--yes 不能同步 {application}：只有终端前的人可以"}, Message{"a person types the command below in a terminal of their own, or syncs it in Argo CD", "请由人在自己的终端中输入下面的命令，或在 Argo CD 中同步"}},
		"gate-shut":        {Message{"{application} is not synced: {findings} {findings|finding came|findings came} in since what is deployed", "未同步 {application}：自已部署的版本以来带入了 {findings} 个问题"}, Message{"put the values right, commit, push, and come again", "请修正这些值，提交、推送后再来"}},
		"gate-wrong-name":  {Message{"that is not the name of the application; {application} is not synced", "输入的不是应用名称；未同步 {application}"}, Message{"the name must be exact, without a blank before or behind it", "名称必须完全一致，前后不能有空格"}},
		"gate-not-typed":   {Message{"nothing was typed; {application} is not synced", "没有输入；未同步 {application}"}, Message{}},
		"gate-not-known":   {Message{"the {findings} {findings|finding was|findings were} not acknowledged; {application} is not synced", "未确认 {findings} 个问题；未同步 {application}"}, Message{}},
		"gate-restless":    {Message{"{application} or its branch moved {times} times while the name was typed; nothing is synced", "输入期间 {application} 或其分支变化了 {times} 次；没有同步"}, Message{"find out who else is deploying", "请先弄清还有谁在部署"}},
		"audit-unwritable": {Message{"the audit log cannot be written, so nothing is synced: {reason}", "无法写入审计日志，因此没有同步：{reason}"}, Message{}},

		"audit-unfinished": {Message{"the sync was asked for ({outcome}), but how it went could not be written into the audit log", "已请求同步（{outcome}），但结果无法写入审计日志"}, Message{}},

		"no-application":      {Message{"{environment} names no application in hoist.yaml", "{environment} 在 hoist.yaml 中没有写明 application"}, Message{"add application: NAME to it", "请为它添加 application: NAME"}},
		"no-remote-branch":    {Message{"{application} follows {target}, which {remote} does not have as a branch", "{application} 跟随 {target}，而 {remote} 没有这个分支"}, Message{"hoist syncs applications that follow a branch", "hoist 只同步跟随分支的应用"}},
		"no-remote":           {Message{"this repository has no remote, so nothing is pushed that Argo CD could deploy", "此仓库没有远端，没有可供 Argo CD 部署的已推送内容"}, Message{}},
		"not-contained":       {Message{"{application} follows {target}, and that does not have {commit}, the head of {branch} that is pushed", "{application} 跟随 {target}，其中没有已推送的 {branch} 的最新提交 {commit}"}, Message{"merge it first", "请先合并"}},
		"server-lags":         {Message{"Argo CD sees {seen} on {branch}, the remote has {revision}", "Argo CD 看到 {branch} 为 {seen}，远端为 {revision}"}, Message{"does Argo CD read the same repository? If so, try again in a moment", "Argo CD 读取的是同一个仓库吗？若是，请稍后再试"}},
		"revision-unreadable": {Message{"{revision} cannot be read here, so the rules cannot be held against it", "这里无法读取 {revision}，因此无法按规则检查"}, Message{}},
		"deploy-overtaken":    {Message{"{application} runs {revision} by now: somebody else has synced it", "{application} 现在已运行 {revision}：其他人已同步"}, Message{}},
	},
	helps: map[string]helpText{
		"deploy": {Message{"what Argo CD runs and would change; sync, and wait", "Argo CD 的状态与将发生的变化；同步并等待"}, Message{
			"See what Argo CD runs, what a sync would change, sync, and wait. Environments that are deploy: manual (the default) are synced by a person at a terminal only.",
			"查看 Argo CD 在运行什么、同步会改变什么，并可同步与等待。deploy: manual（默认）的环境只能由人在终端上同步。"},
			[]string{"hoist deploy status", "hoist deploy diff staging", "hoist deploy sync staging", "hoist deploy wait ci", "hoist deploy sync prod"}},
		"deploy status": {Message{"what runs where; reads only", "各环境在运行什么；只读"}, Message{
			"Show of each environment's application: sync status, health, the revision that runs and the one that is pushed, what is in progress, conditions and sync windows. Reads only.",
			"显示各环境应用的同步状态、健康状态、正在运行和已推送的版本、进行中的操作、状况和同步窗口。只读。"},
			[]string{"hoist deploy status", "hoist deploy status staging prod -o json"}},
		"deploy diff": {Message{"what a sync would change, object by object", "同步会改变什么，逐个对象"}, Message{
			"Show what a sync would change in the cluster, object by object, masked. Exit status 1 where something would change. Where Argo CD cannot compare, that is an error and never \"no difference\".",
			"逐个对象显示同步会在集群中改变什么（密钥已遮蔽）。有变化时退出状态为 1。若 Argo CD 无法比较，则报错，绝不会说“没有差异”。"},
			[]string{"hoist deploy diff staging", "hoist deploy diff prod --exit-code=false", "hoist deploy diff prod -o json"}},
		"deploy wait": {Message{"wait until the pushed commit runs, Synced and Healthy", "等待已推送的提交运行，且 Synced、Healthy"}, Message{
			"Wait until the application runs a revision that contains the pushed commit and is Synced and Healthy. What cannot become well is told at once, with Argo CD's own message; exit status 4.",
			"等待应用运行包含已推送提交的版本，且 Synced、Healthy。不可能变好的情况会立即说明，并附 Argo CD 的原话；退出状态为 4。"},
			[]string{"hoist deploy wait staging", "hoist deploy wait ci --timeout 10m"}},
		"deploy sync": {Message{"sync to what is pushed, and wait", "同步到已推送的版本并等待"}, Message{
			"Sync an environment's application to what is pushed, and wait until it runs. On deploy: automatic hoist does it at once. On deploy: manual (the default) it shows the state and the difference, and only a person at a terminal who then types the application's name in full goes on; no flag, variable or setting does it for them.",
			"把环境的应用同步到已推送的版本，并等待其运行。deploy: automatic 时 hoist 直接执行。deploy: manual（默认）时先展示状态和差异，只有终端前的人完整输入应用名称才会继续；任何选项、变量或设置都不能代替。"},
			[]string{"hoist deploy sync staging", "hoist deploy sync staging --prune", "hoist deploy sync prod"}},
	},
	whys: map[string]Message{
		"gate-no-person stdin":      {"standard input is no terminal", "标准输入不是终端"},
		"gate-no-person stderr":     {"standard error is no terminal", "标准错误不是终端"},
		"gate-no-person foreign":    {"this is not the terminal that this process belongs to", "这不是本进程所属的终端"},
		"gate-no-person background": {"this runs in the background", "当前在后台运行"},
		"gate-no-person verb":       {"hoist deploy sync asks for it, and nothing else", "只有 hoist deploy sync 会询问"},
		"gate-no-person system":     {"on this system hoist cannot tell", "hoist 在此系统上无法判断"},
	},
	flags: map[string]Message{
		"deploy status.refresh": {"have Argo CD look at git and the cluster first", "先让 Argo CD 重新检查 git 与集群"},
		"deploy diff.exit-code": {"exit with 1 where something would change (=false: with 0)", "有变化时以 1 退出（=false：以 0 退出）"},
		"deploy diff.prune":     {"show what a sync with --prune would do", "显示带 --prune 的同步会做什么"},
		"deploy sync.prune":     {"also delete what git does not have any more", "同时删除 git 中已没有的对象"},
		"deploy sync.yes":       {"accepted for scripts; opens no gate", "供脚本使用；不能打开闸门"},
		"history.deploys":       {"the times that production's gate was opened from this clone", "从此克隆开启生产闸门的记录"},
		"timeout":               {"how long to wait at most", "最长等待时间"},
	},
}
