package report

import "slices"

// widestHelp is how wide help is at most: longer lines are hard to read.
const widestHelp = 100

// Help words a command's help.
func (w Words) Help(h Help) string {
	if w.Width > widestHelp {
		w.Width = widestHelp
	}
	t, p := helpTexts[h.Command], &page{}
	w.prose(p, 0, w.say(t.long))
	w.helpSection(p, helpUsage, []string{h.UseLine})
	if len(h.Commands) > 0 {
		w.helpSection(p, helpCommands, nil)
		w.columns(p, asWorked(h.Commands), func(c string) (string, string) { return c, w.CommandText(c) })
	}
	if len(t.examples) > 0 {
		w.helpSection(p, helpExamples, t.examples)
	}
	if of := signsOf(h.Command); of != nil {
		w.helpSection(p, helpSigns, nil)
		w.meanings(p, of)
	}
	w.flagTable(p, helpFlags, h.Command, h.Flags)
	w.flagTable(p, helpCommon, "", h.Common)
	if h.Command == "" {
		w.helpSection(p, helpEnvironment, nil)
		w.meanings(p, environmentVariables)
		w.helpSection(p, helpExit, nil)
		w.meanings(p, exitStatuses)
	}
	return p.b.String()
}

func (w Words) helpSection(p *page, title Message, lines []string) {
	p.gap()
	p.line(w.paint(bold, w.say(title)))
	for _, l := range lines {
		p.line("  ", l)
	}
}

// asWorked are commands in the order in which the work goes on, not the
// alphabet's; those that it does not know come last.
func asWorked(commands []string) []string {
	var out []string
	for _, c := range workOrder {
		if slices.Contains(commands, c) {
			out = append(out, c)
		}
	}
	for _, c := range commands {
		if !slices.Contains(workOrder, c) {
			out = append(out, c)
		}
	}
	return out
}

var workOrder = []string{"diff", "explain", "services", "check", "images", // look
	"promote", "plan", "sync", "apply", "verify", "commit", "deploy", // go on
	"undo", "recover", "history", // go back
	"demo", "init", "allow", "skill", "mcp", "completion", "version"} // settle in

func (w Words) flagTable(p *page, heading Message, command string, flags []HelpFlag) {
	if len(flags) == 0 {
		return
	}
	w.helpSection(p, heading, nil)
	byName := map[string]HelpFlag{}
	var names []string
	for _, f := range flags {
		byName[f.Name] = f
		names = append(names, f.Name)
	}
	w.columns(p, names, func(n string) (string, string) {
		f := byName[n]
		left := "    --" + f.Name
		if f.Short != "" {
			left = "-" + f.Short + ", --" + f.Name
		}
		if f.Value != "" {
			left += " " + f.Value
		}
		return left, w.FlagText(command, n)
	})
}

// CommandText says in a line what a command is for.
func (w Words) CommandText(command string) string { return w.say(helpTexts[command].short) }

// FlagText says what a flag of a command is for.
func (w Words) FlagText(command, flag string) string {
	t, ok := flagTexts[command+"."+flag]
	if !ok {
		t = flagTexts[flag]
	}
	return w.say(t)
}

// meaning is a sign or name and what it means.
type meaning struct {
	sign string
	text Message
}

func (w Words) meanings(p *page, list []meaning) {
	var signs []string
	texts := map[string]Message{}
	for _, m := range list {
		signs = append(signs, m.sign)
		texts[m.sign] = m.text
	}
	w.columns(p, signs, func(s string) (string, string) { return s, w.say(texts[s]) })
}

// columns writes names with their meaning beside them.
func (w Words) columns(p *page, names []string, of func(string) (left, right string)) {
	width := 0
	for _, n := range names {
		left, _ := of(n)
		width = max(width, cells(left))
	}
	width = min(width, 34)
	for _, n := range names {
		left, right := of(n)
		lines := wrap(right, max(w.width()-width-4, 30))
		if cells(left) > width {
			p.line("  ", left)
			left = ""
		}
		for i, l := range lines {
			if i > 0 {
				left = ""
			}
			p.line("  ", pad(left, width), "  ", l)
		}
	}
}

// signsOf are the signs that a command writes.
func signsOf(command string) []meaning {
	switch command {
	case "diff", "images diff":
		return []meaning{
			{"!", Message{"violation: a rule of hoist.yaml is broken", "违反规则：违反了 hoist.yaml 的规则"}},
			{"?", Message{"pending: a person must supply the value", "待填写：必须由人提供值"}},
			{"~", Message{"different, and no rule allows it", "不同，而且没有规则允许"}},
			{"+", Message{"missing in a later environment, and no rule allows it", "后面的环境缺少它，而且没有规则允许"}},
			{"-", Message{"missing in the first environment, there in a later one", "第一个环境缺少它，后面的环境有"}},
			{".", Message{"expected to differ: a rule allows it", "预期不同：有规则允许"}},
			{"=", Message{"the same everywhere", "所有环境相同"}},
		}
	case "plan", "sync", "apply":
		return []meaning{
			{"~", Message{"the value changes", "值改变"}},
			{"+", Message{"is added", "新增"}},
			{"-", Message{"is deleted", "删除"}},
			{"?", Message{"held back: a person must supply a value", "暂缓：必须由人提供值"}},
			{"!", Message{"held back for another reason, which is said", "因其他原因暂缓，原因会写明"}},
		}
	case "verify":
		return []meaning{
			{"=", Message{"the file is as hoist wrote it; the overlay is as before", "文件与 hoist 写入的一致；overlay 与之前相同"}},
			{"~", Message{"the file was edited since; an object changes", "文件之后又被编辑过；对象有变化"}},
			{"+ -", Message{"an object comes or goes", "对象新增或删除"}},
			{"!", Message{"a workload restarts; an overlay does not build", "工作负载重启；overlay 无法构建"}},
			{"?", Message{"not rendered", "未渲染"}},
		}
	}
	return nil
}

var (
	helpUsage       = Message{"Usage:", "用法："}
	helpCommands    = Message{"Commands:", "命令："}
	helpExamples    = Message{"Examples:", "示例："}
	helpSigns       = Message{"Signs:", "符号："}
	helpFlags       = Message{"Flags:", "选项："}
	helpCommon      = Message{"Common flags:", "通用选项："}
	helpEnvironment = Message{"Environment variables:", "环境变量："}
	helpExit        = Message{"Exit status:", "退出状态："}
)

var environmentVariables = []meaning{
	{"HOIST_LANG", Message{"en or zh; before LC_ALL and LANG", "en 或 zh；优先于 LC_ALL 与 LANG"}},
	{"HOIST_CONFIG", Message{"the hoist.yaml to use", "使用的 hoist.yaml"}},
	{"HOIST_PAGER", Message{"the pager for long answers; else PAGER, else less -FRX; cat for none", "长结果的分页器；否则取 PAGER，再否则 less -FRX；cat 表示不用"}},
	{"NO_COLOR", Message{"no colours", "不使用颜色"}},
}

var exitStatuses = []meaning{
	{"0", Message{"done, or nothing needs attention", "完成，或没有需要处理的"}},
	{"1", Message{"something needs a person", "需要人来处理"}},
	{"2", Message{"the request, hoist.yaml or a file is wrong", "请求、hoist.yaml 或某个文件有误"}},
	{"3", Message{"refused, nothing was done", "已拒绝，未做任何操作"}},
	{"4", Message{"git, Argo CD or another service failed", "git、Argo CD 或其他服务失败"}},
	{"130", Message{"interrupted", "被中断"}},
}
