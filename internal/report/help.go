package report

// Help is a command as its help shows it.
type Help struct {
	Command  string // "" is hoist itself
	UseLine  string
	Flags    []HelpFlag // of the command alone
	Common   []HelpFlag // of every command
	Commands []string   // below it
}

// HelpFlag is one flag.
type HelpFlag struct{ Name, Short, Value, Default string }

// helpText is what a command is for, in a line and in full, and what one types.
type helpText struct {
	short, long Message
	examples    []string
}

var basicHelps = map[string]helpText{
	"": {Message{"", ""}, Message{
		"hoist promotes business configuration between the environments of a GitOps repository, key by key: it compares them, knows which keys are meant to differ, changes only the bytes of the keys that should move, and proves it.",
		"hoist 在 GitOps 仓库的各环境之间逐键发布业务配置：比较各环境，知道哪些键本来就该不同，只改动应当同步的键的字节，并给出证明。"},
		[]string{"hoist demo", "hoist diff", "hoist plan --from ci --to staging,prod", "hoist sync --from ci --to staging,prod", "hoist verify"}},
	"diff": {Message{"compare all environments side by side", "并排比较所有环境"}, Message{
		"Compare the services' configuration in all environments, key by key. What needs attention comes first; expected differences are counted. Exit status 1 where something needs attention.",
		"逐键比较各服务在所有环境中的配置。需要处理的排在最前，预期的差异只计数。有需要处理的内容时退出状态为 1。"},
		[]string{"hoist diff", "hoist diff simplex-gateway --show-expected", "hoist diff --all --diff-only -o json", "hoist diff --only 'payment.**' --env staging,prod", "hoist diff --rendered --env staging,prod"}},
	"plan": {Message{"show what a promotion would change; write nothing", "显示一次发布会改动什么；不写入文件"}, Message{
		"Plan a promotion: what would change, file by file, as the exact patch, and what is held back and why. Nothing is written but the plan file named by --out.",
		"规划一次发布：逐个文件显示会改动什么（精确补丁），以及哪些暂缓及其原因。除 --out 指定的计划文件外不写入任何内容。"},
		[]string{"hoist plan --from ci --to staging,prod", "hoist plan simplex-api --from ci --to prod --only credit.rates --out plan.json",
			"hoist plan --from ci --to prod --set 'prod:payment.plans.[name=pro].stripePriceId=@price.txt'"}},
	"apply": {Message{"apply a saved plan, if nothing has moved", "应用已保存的计划（前提是没有变动）"}, Message{
		"Apply a plan file. The plan is made again and must be the same: a file that moved since, or a plan edited by hand, is refused with exit status 3.",
		"应用计划文件。会重新生成计划并要求完全一致：若文件已变动或计划被手工改过，则拒绝，退出状态为 3。"},
		[]string{"hoist apply plan.json"}},
	"sync": {Message{"plan, ask, apply", "规划、询问、应用"}, Message{
		"Plan a promotion, show it, ask, and write all its edits or none.",
		"规划一次发布，展示并询问，然后要么写入全部修改，要么一个都不写。"},
		[]string{"hoist sync --from ci --to staging,prod", "hoist sync simplex-gateway --from staging --to prod --dry-run", "hoist sync --all --from ci --to staging --yes"}},
	"verify": {Message{"compare again from disk what was applied", "从磁盘重新比较已应用的内容"}, Message{
		"Compare again from disk all that was applied since the last commit. It renders every touched overlay, before and after, and says what will change in the cluster and what restarts. It fails only if a planned change is absent, another key moved, a rule broke, or an overlay stopped building; the rest is listed as remaining.",
		"从磁盘重新比较上次提交以来应用的全部内容。同时渲染每个受影响的 overlay（修改前与修改后），说明集群中会发生什么变化、哪些工作负载会重启。仅当计划的修改不在、其他键被改动、规则被破坏或 overlay 无法再构建时失败；其余列为剩余差异。"},
		[]string{"hoist verify", "hoist verify --rendered"}},
	"undo": {Message{"put back what was applied, or a promotion's keys", "撤销已应用的内容，或撤回一次发布"}, Message{
		"Put back, byte for byte, all that hoist wrote since the last commit, and only that. Refused where a file was edited since. With a commit, put back exactly the keys that this promotion moved, also where the files went on since; hoist commit then commits it. Refused where one of the keys was moved since. With nothing applied and no commit, the last promotion is offered.",
		"逐字节恢复 hoist 自上次提交以来写入的全部内容，且只恢复这些。若文件之后被改动过则拒绝。给出提交时，只恢复那次发布改动的键（文件之后的其他改动保留），再由 hoist commit 提交；若其中某个键之后又被改动则拒绝。没有已应用的内容且未给出提交时，会提示撤回最近一次发布。"},
		[]string{"hoist undo", "hoist undo 3f2a9c1"}},
	"recover": {Message{"settle what a killed hoist left", "处理被中断的 hoist 留下的状态"}, Message{
		"Settle what a killed hoist left. The next command does that by itself wherever it can be decided; where only a person can, choose --finish or --back. A file that somebody else changed is never written.",
		"处理被中断的 hoist 留下的状态。凡能自行判断的，下一条命令会自动处理；只有人才能决定时，选择 --finish 或 --back。被他人改动过的文件绝不会被写入。"},
		[]string{"hoist recover", "hoist recover --finish", "hoist recover --back"}},
	"allow": {Message{"write a rule: this key is meant to differ", "写入一条规则：该键本来就该不同"}, Message{
		"Write a rule at the end of hoist.yaml's allow list: the differences at these keys are expected, and never promoted.",
		"在 hoist.yaml 的 allow 列表末尾写入一条规则：这些键的差异符合预期，且绝不同步。"},
		[]string{"hoist allow search.url --reason 'each environment has its own search'", "hoist allow stripe.secretKey --reason 'CI uses test keys' --secret --value 'ci=sk_test_*' --value 'prod=sk_live_*'"}},
	"images": {Message{"the images' tags of kustomization.yaml", "kustomization.yaml 中的镜像标签"}, Message{
		"Compare and take over the images entries of every overlay's kustomization.yaml.", "比较并同步各 overlay 的 kustomization.yaml 中的 images 条目。"},
		[]string{"hoist images diff", "hoist images sync --from ci --to staging --images front"}},
	"images diff": {Message{"the images of all environments side by side", "并排比较所有环境的镜像"}, Message{
		"Compare the images entries of every overlay: tags and digests, side by side. A name is a service (the last part of an image's name), exactly, or a glob.",
		"并排比较各 overlay 的 images 条目：标签与摘要。名称即服务（镜像名的最后一段），精确匹配，或写成通配。"},
		[]string{"hoist images diff", "hoist images diff front --detail", "hoist images diff --category ai-core -o json"}},
	"images sync": {Message{"take tags over to other environments", "把标签同步到其他环境"}, Message{
		"Take the chosen images' tags and digests over, as a pair. Only the bytes of tag and digest change; newName stays the target's.",
		"把所选镜像的标签与摘要成对同步。只改动标签与摘要的字节；newName 保持目标环境自己的值。"},
		[]string{"hoist images sync --from ci --to staging --images front,anotherme-agent", "hoist images sync --from staging --to prod --category ai-core --dry-run", "hoist images sync --from ci --to staging --all --with-refs"}},
	"init": {Message{"write a first hoist.yaml", "生成第一份 hoist.yaml"}, Message{
		"Write a first hoist.yaml: environments from the kustomize overlays that stand side by side, services from their configs, and a rule for each key whose values look as if each environment had its own. Read it before you trust it; an existing file is never touched.",
		"生成第一份 hoist.yaml：环境取自并列的 kustomize overlay，服务取自其中的配置，并为看起来每个环境各有其值的键各写一条规则。请先阅读再信任；已有的文件绝不会被改动。"},
		[]string{"hoist init", "hoist -C path/to/repository init"}},
	"services": {Message{"list the services and their files", "列出服务及其文件"}, Message{
		"List the services, their category and their files in each environment.", "列出各服务、所属类别以及在每个环境中的文件。"},
		[]string{"hoist services", "hoist services --category backend -o json"}},
	"check": {Message{"check the rules only, for CI jobs and pre-commit", "只检查规则，用于 CI 和 pre-commit"}, Message{
		"Check the rules: violations, pending values, placeholders, rules past their date or matching nothing, ambiguous lists, secrets under no rule. All services unless some are named.",
		"检查规则：违反规则、待填写的值、占位值、过期或不匹配任何内容的规则、无法区分元素的列表、没有规则覆盖的密钥。未指定服务时检查全部。"},
		[]string{"hoist check", "hoist check --write-baseline hoist-baseline.json", "hoist check --baseline hoist-baseline.json"}},
	"explain": {Message{"say why a key has its status", "解释某个键为何是该状态"}, Message{
		"Say why a key has its status: its values, and the rules that cover it, with file and line.", "解释某个键为何是该状态：它的值，以及覆盖它的规则（含文件和行号）。"},
		[]string{"hoist explain simplex-api credit.newUserGrant", "hoist explain simplex-api 'payment.plans.[name=pro]'"}},
	"demo": {Message{"try hoist on an example repository", "在示例仓库上体验 hoist"}, Message{
		"Unpack an example repository (into a temporary directory, or the empty one given) and walk through diff, plan, sync and verify.",
		"解出一个示例仓库（临时目录，或给定的空目录），依次演示 diff、plan、sync 和 verify。"},
		[]string{"hoist demo", "hoist demo ./try-hoist --lang zh", "hoist demo ./try-hoist --unpack"}},
	"version":    {Message{"print the version", "显示版本"}, Message{"Print the version.", "显示版本。"}, nil},
	"completion": {Message{"print a shell completion script", "输出 shell 补全脚本"}, Message{"Print the completion script of a shell: bash, zsh, fish or powershell.", "输出 bash、zsh、fish 或 powershell 的补全脚本。"}, []string{"source <(hoist completion bash)"}},
	"help":       {Message{"help about a command", "显示命令的帮助"}, Message{"Help about a command.", "显示命令的帮助。"}, nil},
}

var basicFlags = map[string]Message{
	"service":      {"the services (names, globs, comma lists)", "服务（名称、通配符、逗号分隔）"},
	"category":     {"the services of a category of hoist.yaml", "hoist.yaml 中某类别的服务"},
	"all":          {"every service", "所有服务"},
	"env":          {"only these environments", "只看这些环境"},
	"lang":         {"en or zh; else HOIST_LANG, LC_ALL, LANG", "en 或 zh；否则取 HOIST_LANG、LC_ALL、LANG"},
	"output":       {"text or json; diff and plan also markdown", "text 或 json；diff 与 plan 还有 markdown"},
	"color":        {"auto, always or never (NO_COLOR is honoured)", "auto、always 或 never（遵循 NO_COLOR）"},
	"chdir":        {"work as if started in this directory", "如同在该目录中启动"},
	"config":       {"the hoist.yaml to use; else HOIST_CONFIG, else found by walking up", "使用的 hoist.yaml；否则取 HOIST_CONFIG，再否则逐级向上查找"},
	"quiet":        {"no talk on stderr, only errors", "stderr 上只输出错误"},
	"verbose":      {"also say the cause of errors", "同时说明错误的根本原因"},
	"show-secrets": {"show secret values, on a terminal only", "显示密钥的值（仅限终端）"},
	"help":         {"this help", "显示本帮助"},

	"diff-only":       {"leave out what is the same", "不输出相同的键"},
	"show-same":       {"also list what is the same", "同时列出相同的键"},
	"show-expected":   {"list the expected differences instead of counting them", "列出预期的差异，而不只是计数"},
	"only":            {"only the keys of this pattern (repeatable)", "只处理匹配该模式的键（可重复）"},
	"except":          {"all but the keys of this pattern (repeatable)", "排除匹配该模式的键（可重复）"},
	"exit-code":       {"exit with 1 where something needs attention", "有需要处理的内容时以 1 退出"},
	"from":            {"the environment to promote from", "从哪个环境发布"},
	"to":              {"the environments to promote into", "发布到哪些环境"},
	"prune":           {"also delete what the source does not have: a pattern, or all", "同时删除来源没有的键：模式或 all"},
	"set":             {"supply a value: ENV[/SERVICE]:KEYPATH=VALUE, =@FILE or =- (stdin)", "提供一个值：ENV[/SERVICE]:KEYPATH=VALUE，或 =@FILE、=-（标准输入）"},
	"values":          {"supply values from a file: env → service → path", "从文件提供多个值：环境 → 服务 → 路径"},
	"placeholder":     {"write pending keys empty, marked # hoist:pending", "待填写的键写成空值，并标记 # hoist:pending"},
	"out":             {"save the plan for hoist apply", "保存计划，供 hoist apply 使用"},
	"dry-run":         {"show the plan and stop", "只显示计划"},
	"yes":             {"do not ask", "不询问"},
	"allow-dirty":     {"also edit files with uncommitted changes", "也修改含未提交改动的文件"},
	"baseline":        {"accept the findings that this file lists", "接受该文件中列出的已知问题"},
	"write-baseline":  {"write today's findings as a baseline", "把当前的问题写成基线文件"},
	"finish":          {"finish the write", "完成写入"},
	"back":            {"take the write back", "撤回写入"},
	"reason":          {"why the key is meant to differ (required)", "该键为何本来就该不同（必填）"},
	"group":           {"how a commit message names the rule", "提交信息中如何称呼该规则"},
	"hint":            {"what a person does to supply a value", "提示人如何提供值"},
	"secret":          {"mask the values wherever they are shown", "在任何输出中都隐藏其值"},
	"value":           {"what the value must look like: ENV=GLOB (repeatable)", "值必须符合的样式：ENV=通配（可重复）"},
	"absent":          {"the environments in which the key need not stand", "可以没有该键的环境"},
	"distinct":        {"environments whose values must differ: a,b,c (repeatable)", "值必须互不相同的环境：a,b,c（可重复）"},
	"equal":           {"environments whose values must be equal: a,b (repeatable)", "值必须相同的环境：a,b（可重复）"},
	"until":           {"the last day on which the rule holds: YYYY-MM-DD", "规则有效的最后一天：YYYY-MM-DD"},
	"allow.service":   {"only for these services", "仅适用于这些服务"},
	"images":          {"the images: services or full names, globs, comma lists", "镜像：服务名或完整名称、通配、逗号分隔"},
	"detail":          {"also registry, digest, file and line", "同时显示仓库、摘要、文件与行号"},
	"add":             {"also add entries that the target does not have", "同时添加目标没有的条目"},
	"with-refs":       {"move resources whose ?ref= repeats the tag along", "一并移动 ?ref= 与标签相同的 resources"},
	"no-render":       {"do not render the touched overlays", "不渲染受影响的 overlay"},
	"no-descriptions": {"leave out the descriptions", "不含说明文字"},
}
