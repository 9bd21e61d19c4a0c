package report

// skillWords are the sentences of problems and helps of one family of commands.
var skillWords = catalogue{
	problems: map[string]wording{
		"skill-changed": {Message{"somebody changed this copy of the skill", "这份技能副本已被改动"}, Message{"--force replaces it; hoist skill show prints what would stand there", "--force 会替换它；hoist skill show 可显示将写入的内容"}},
		"unknown-agent": {Message{"hoist does not know where the agent \"{name}\" looks for skills{?suggestion}; did you mean \"{suggestion}\"?{/}", "hoist 不知道“{name}”在哪里查找技能{?suggestion}，是否想写“{suggestion}”？{/}"}, Message{"it knows {known}; many others read .agents/skills, as codex does", "已知的有 {known}；许多其他工具与 codex 一样读取 .agents/skills"}},
		"no-home":       {Message{"HOME is not set, so there is no place for a skill of yours", "没有设置 HOME，因此没有存放个人技能的位置"}, Message{"without --user the skill goes into the repository", "不加 --user 时，技能写入仓库"}},
	},
	helps: map[string]helpText{
		"skill": {Message{"the skill by which coding agents use hoist", "让编程助手使用 hoist 的技能"}, Message{
			"The skill by which coding agents use hoist when they are told \"sync ci to staging and prod\": the commands, what never travels, and where they stop and ask.",
			"编程助手收到“同步 ci 配置到 staging 和 prod”之类的指令时据以使用 hoist 的技能：用哪些命令，哪些内容绝不同步，以及在哪里停下来询问。"},
			[]string{"hoist skill install", "hoist skill show"}},
		"skill install": {Message{"put the skill where agents look", "把技能放到编程助手查找的位置"}, Message{
			"Put the skill where coding agents look: into the repository, or with --user for all repositories of yours. Without --agent that is .agents/skills and .claude/skills, which nearly all read. A copy that somebody changed is replaced only after asking, or with --force.",
			"把技能放到编程助手查找的位置：写入仓库，或用 --user 供自己的所有仓库使用。不加 --agent 时为 .agents/skills 和 .claude/skills，几乎所有助手都会读取。被改动过的副本只有在询问之后或使用 --force 时才会替换。"},
			[]string{"hoist skill install", "hoist skill install --user --agent claude,cursor", "hoist skill install --check"}},
		"skill show": {Message{"print the skill", "输出技能内容"}, Message{
			"Print the skill as it would be installed.", "输出将要安装的技能内容。"}, []string{"hoist skill show"}},
		"completion bash": {Message{"for bash (with the bash-completion package)", "用于 bash（需要 bash-completion）"}, Message{
			"Print the completion script of bash. It needs the bash-completion package.", "输出 bash 的补全脚本。需要安装 bash-completion。"},
			[]string{"source <(hoist completion bash)", "hoist completion bash > ~/.local/share/bash-completion/completions/hoist"}},
		"completion zsh": {Message{"for zsh", "用于 zsh"}, Message{
			"Print the completion script of zsh.", "输出 zsh 的补全脚本。"},
			[]string{"source <(hoist completion zsh)", "hoist completion zsh > \"${fpath[1]}/_hoist\""}},
		"completion fish": {Message{"for fish", "用于 fish"}, Message{
			"Print the completion script of fish.", "输出 fish 的补全脚本。"},
			[]string{"hoist completion fish | source", "hoist completion fish > ~/.config/fish/completions/hoist.fish"}},
		"completion powershell": {Message{"for PowerShell", "用于 PowerShell"}, Message{
			"Print the completion script of PowerShell.", "输出 PowerShell 的补全脚本。"},
			[]string{"hoist completion powershell | Out-String | Invoke-Expression"}},
	},
	flags: map[string]Message{
		"unpack":              {"only unpack the example, and leave the tour out", "只解出示例仓库，不演示"},
		"user":                {"for all repositories of yours, not for this one", "用于自己的所有仓库，而不是当前仓库"},
		"agent":               {"claude, codex, copilot, cursor, opencode (comma list)", "claude、codex、copilot、cursor、opencode（逗号分隔）"},
		"skill install.check": {"write nothing; exit with 1 where a copy is absent or different", "不写入；有副本缺失或不一致时以 1 退出"},
		"skill install.force": {"replace what somebody changed without asking", "不询问，直接替换被改动过的副本"},
	},
}
