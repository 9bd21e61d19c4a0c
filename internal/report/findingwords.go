package report

import (
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/progress"
)

// findingTexts are the findings of check, by code, or "code kind".
var findingTexts = map[string]Message{
	"violation":          {"{path} does not keep a rule in {environment} ({rule})", "{environment} 中的 {path} 违反规则（{rule}）"},
	"violation values":   {"{path} must be {want} in {environment} ({rule})", "{environment} 中的 {path} 必须为 {want}（{rule}）"},
	"violation distinct": {"{path} must differ between {environment}, and is the same ({rule})", "{path} 在 {environment} 中的值必须互不相同，现在却相同（{rule}）"},
	"violation equal":    {"{path} must be equal in {environment}, and differs ({rule})", "{path} 在 {environment} 中的值必须相同，现在却不同（{rule}）"},
	"violation forbid":   {"{path}: {want} may never stand in {environment} ({rule})", "{path}：{environment} 中禁止出现 {want}（{rule}）"},
	"pending":            {"{path} waits for a value in {environment} ({rule})", "{environment} 中的 {path} 等待填写（{rule}）"},
	"placeholder":        {"{path} is a placeholder in {environment}", "{environment} 中的 {path} 只是占位值"},
	"unruled-secret":     {"{path} looks like a credential ({class}), and is under no rule", "{path} 看起来是凭证（{class}），但不受任何规则管辖"},
	"ambiguous-list":     {"{path}: the elements cannot be told apart{?why}: {why}{/}", "{path}：无法区分列表元素{?why}：{why}{/}"},
	"near-miss":          {"{path} looks like it belongs to the rule {pattern}, and is not covered by it", "{path} 看起来应属于规则 {pattern}，但没有被它覆盖"},
	"shadowed-file":      {"discover finds this file, but {service} has another one in {environment}: nobody compares it", "discover 找到了这个文件，但 {service} 在 {environment} 中用的是另一个文件：没有人比较它"},
	"rule-expired":       {"the rule {path} held until {until}", "规则 {path} 已于 {until} 到期"},
	"mixed-commit":       {"the commit {commit} changes {environment}, which hoist.yaml keeps apart{?subject}: {subject}{/}", "提交 {commit} 同时改动了 {environment}，而 hoist.yaml 要求分开{?subject}：{subject}{/}"},
	"rule-unused":        {"the rule {path} matches nothing in any service", "规则 {path} 在任何服务中都没有匹配"},
}

// findingHints are what to do about a finding, where its rule does not say it.
var findingHints = map[check.Code]Message{
	check.Secret:    {"put it under an allow rule with secret: true", "请用带 secret: true 的 allow 规则覆盖它"},
	check.Ambiguous: {"name the key that identifies the elements under lists: in hoist.yaml", "请在 hoist.yaml 的 lists: 下写明标识元素的键"},
	check.NearMiss:  {"did you mean {suggestion}?", "是否想写 {suggestion}？"},
	check.Shadowed:  {"remove it, or name it as a service of its own in hoist.yaml", "请删除它，或在 hoist.yaml 中把它写成单独的服务"},
	check.Expired:   {"remove it, or give it a new date", "请删除它，或设置新的日期"},
	check.Mixed:     {"make one commit for each; hoist commit does", "请分成多个提交；hoist commit 会自动分开"},
	check.Unused:    {"remove it, or correct its pattern", "请删除它，或更正它的模式"},
}

// failureTexts are what verify fails on.
var failureTexts = map[plan.FailureCode]Message{
	plan.ChangeAbsent: {"the planned change of {path} is not there", "计划中对 {path} 的修改不在文件里"},
	plan.OtherMoved:   {"{path} moved, and was not planned", "{path} 被改动了，但不在计划中"},
	plan.RuleBroken:   {"{path} breaks a rule that was kept before{?rule} ({rule}){/}", "{path} 违反了之前没有违反的规则{?rule}（{rule}）{/}"},
	plan.LeftPending:  {"{path} is still a placeholder", "{path} 仍是占位值"},
	plan.Unreadable:   {"the file cannot be read any more", "文件已无法读取"},

	plan.StoppedBuilding: {"the overlay built before, and does no more{?problem}: {problem}{/}", "该 overlay 之前可以构建，现在不能{?problem}：{problem}{/}"},
}

// stageTexts name the kinds of long work.
var stageTexts = map[progress.Stage]Message{
	progress.Compare: {"comparing", "比较"},
	progress.Plan:    {"planning", "规划"},
	progress.Prove:   {"proving", "证明"},
	progress.Write:   {"writing", "写入"},
	progress.Verify:  {"verifying", "验证"},
	progress.Render:  {"rendering", "渲染"},
	progress.Commit:  {"committing", "提交"},
	progress.Push:    {"pushing", "推送"},
	progress.Fetch:   {"fetching", "获取"},
}
