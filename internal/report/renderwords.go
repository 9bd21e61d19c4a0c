package report

// renderWords are the sentences of problems and helps of one family of commands.
var renderWords = catalogue{
	problems: map[string]wording{
		"needs-two-environments": {Message{"--rendered compares environments with each other, and only {name} is chosen", "--rendered 需要在环境之间比较，而这里只选了 {name}"},
			Message{"name two of them: --env A,B; known are {known}", "请指定两个：--env A,B；已有环境：{known}"}},
	},
	helps: map[string]helpText{},
	flags: map[string]Message{
		"diff.rendered":   {"compare the environments' overlays as kustomize renders them, each with the next; values that differ as `rendered` in hoist.yaml says are expected", "按 kustomize 渲染的结果比较各环境的 overlay（相邻两个一组）；hoist.yaml 的 `rendered` 允许的不同视为预期"},
		"unified":         {"with --rendered: also each object that differs as a unified diff", "与 --rendered 一起使用：同时以 unified diff 显示每个有差异的对象"},
		"verify.rendered": {"show what will change in the cluster in full: every value, and each object as a unified diff", "完整显示集群中将发生的变化：每个值，以及每个对象的 unified diff"},
	},
}
