package report

import "strings"

// What faces say on stderr, or ask.
var (
	OneOfServices  = Message{"{shown} of {total} services; --all for the rest", "显示 {total} 个服务中的 {shown} 个；--all 显示全部"}
	NothingMatches = Message{"--only {patterns} matches no key", "--only {patterns} 没有匹配任何键"}
	Next           = Message{"next: {command}", "下一步：{command}"}
	NothingToDo    = Message{"nothing to do: {to} already has what {from} has", "无需操作：{to} 与 {from} 已一致"}
	NothingApplied = Message{"nothing was applied", "没有写入任何内容"}
	PlanSaved      = Message{"plan saved to {file}", "计划已保存到 {file}"}
	AskApply       = Message{"Apply these changes? [y/N] ", "应用这些修改吗？[y/N] "}
	Declined       = Message{"nothing was changed", "没有修改任何内容"}
	AppliedFiles   = Message{"applied: {changes} changes in {files} files", "已应用：{files} 个文件中的 {changes} 处修改"}
	ValidConfig    = Message{"{file}: {environments} environments, {services} services, {rules} rules", "{file}：{environments} 个环境，{services} 个服务，{rules} 条规则"}
	RuleWritten    = Message{"rule written to {file}:{line}", "规则已写入 {file}:{line}"}
	DemoIn         = Message{"the example repository is in {dir}", "示例仓库位于 {dir}"}
	DemoRuns       = Message{"$ {command}", "$ {command}"}
	DemoExit       = Message{"(exit status {status})", "（退出状态 {status}）"}
	DemoDiff       = Message{"See how the environments differ. Only what needs attention is listed; the differences that are meant to be are counted.",
		"查看各环境的差异。只列出需要处理的；预期的差异只计数。"}
	DemoPlan = Message{"Plan a promotion from ci to staging and production. Nothing is written. The new plan `pro` is held back: its live Price ID is missing, and a test ID must never travel.",
		"规划从 ci 到 staging 和生产的发布。此时不写入任何文件。新套餐 `pro` 暂缓：缺少正式的 Price ID，而测试 ID 绝不能被带过去。"}
	DemoSync = Message{"A person supplies the two Price IDs; everything else is taken over. Only the bytes of these keys change, in each file's own style.",
		"由人提供两个 Price ID，其余自动同步。只改动这些键的字节，并保持每个文件自己的写法。"}
	DemoGit    = Message{"What git sees: the planned lines and no other.", "git 看到的改动：只有计划中的行，没有别的。"}
	DemoVerify = Message{"Verify: compared again from disk. What remains is listed.", "验证：从磁盘重新比较。列出剩余差异。"}
	DemoAgain  = Message{"Try it yourself: cd {dir} and type hoist diff", "自己试试：cd {dir}，然后输入 hoist diff"}
)

// Told is Say wrapped to a terminal: one line where there is none.
func (w Words) Told(m Message, kv ...any) string { return w.told(noStyle, w.Say(m, kv...)) }

// Headed is Told as a heading.
func (w Words) Headed(m Message, kv ...any) string { return w.told(bold, "── "+w.Say(m, kv...)) }

func (w Words) told(st style, s string) string {
	p := &page{}
	w.painted(p, 0, st, s)
	return strings.TrimSuffix(p.b.String(), "\n")
}

// Typed is a command as it is typed at a prompt.
func (w Words) Typed(command []string) string {
	return w.say(DemoRuns, "command", w.paint(teal, w.Command(command)))
}
