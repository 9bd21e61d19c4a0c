package report

import "hoist.example/hoist/internal/value"

// Labels before problems.
var (
	labelError       = Message{"error", "错误"}
	labelRefused     = Message{"refused", "已拒绝"}
	labelAttention   = Message{"attention", "请注意"}
	labelInterrupted = Message{"interrupted", "已中断"}
	labelHint        = Message{"hint:", "提示:"}
	labelTry         = Message{"try:", "试试:"}
	labelCause       = Message{"cause:", "原因:"}
	labelWarning     = Message{"warning:", "警告:"}
	labelWarns       = Message{"warning", "警告"}
	labelWhy         = Message{"why:", "原因:"}
	labelRule        = Message{"rule:", "规则:"}
	labelNote        = Message{"note:", "说明:"}

	msgNotMade     = Message{"the edit was not made: {why}", "没有进行修改：{why}"}
	msgProblems    = Message{"{n} {n|problem|problems}", "共 {n} 个问题"}
	msgInterrupted = Message{"stopped before the end; nothing is half-written", "提前停止；没有任何文件只写了一半"}
)

// Values and columns.
var (
	msgAbsent     = Message{"(missing)", "(缺失)"}
	msgKeys       = Message{"{n} {n|key|keys}", "{n} 个键"}
	msgFiles      = Message{"{n} {n|file|files}", "{n} 个文件"}
	msgAnd        = Message{", ", "、"}
	msgOr         = Message{" or ", "或"}
	msgColon      = Message{": ", "："}
	msgNoFile     = Message{"(no file)", "(无文件)"}
	msgUnreadable = Message{"(unreadable)", "(无法读取)"}
	msgInFiles    = Message{" in {files}", "（{files}）"}

	kindTexts = map[value.Kind]Message{
		value.Absent:    {"absent", "缺失"},
		value.Null:      {"null", "null"},
		value.Bool:      {"bool", "布尔值"},
		value.Int:       {"int", "整数"},
		value.Float:     {"float", "浮点数"},
		value.String:    {"string", "字符串"},
		value.Scalars:   {"list", "列表"},
		value.EmptyMap:  {"empty mapping", "空映射"},
		value.EmptyList: {"empty list", "空列表"},
		value.Tagged:    {"tagged", "带标签的值"},
		value.Ambiguous: {"ambiguous (YAML 1.1 and 1.2 differ)", "有歧义（YAML 1.1 与 1.2 读法不同）"},
		value.Map:       {"mapping", "映射"},
		value.List:      {"list", "列表"},
	}
)

// The comparison.
var (
	msgCounts        = Message{"different: {different} | expected: {expected} | missing: {missing}", "不同: {different} | 白名单(预期不同): {expected} | 部分缺失: {missing}"}
	msgCountsPending = Message{" | pending: {pending} | violations: {violations}", " | 待填写: {pending} | 违反规则: {violations}"}

	msgNeedsAttention = Message{"NEEDS ATTENTION", "需要处理"}
	msgExpected       = Message{"EXPECTED TO DIFFER", "预期不同(白名单)"}
	msgSame           = Message{"SAME", "相同"}
	msgClean          = Message{"nothing needs attention: {counts} in {files}", "无需处理：{counts}（{files}）"}
	msgIdle           = Message{"NOTHING NEEDS ATTENTION", "无需处理"}
	msgIdleServices   = Message{"{n} {n|service|services}", "{n} 个服务"}
	msgMoreExpected   = Message{"(--show-expected lists them)", "（用 --show-expected 列出）"}
	msgOtherRules     = Message{"other rules", "其他规则"}

	msgViolation = Message{"violation", "违反规则"}
	msgPending   = Message{"pending", "待填写"}
	msgDifferent = Message{"different", "不同"}
	msgMissing   = Message{"missing", "部分缺失"}

	msgNumViolation = Message{"{n} {n|violation|violations}", "违反规则 {n}"}
	msgNumPending   = Message{"{n} pending", "待填写 {n}"}
	msgNumDifferent = Message{"{n} different", "不同 {n}"}
	msgNumMissing   = Message{"{n} missing", "部分缺失 {n}"}
	msgNumExpected  = Message{"{n} expected", "预期不同 {n}"}
	msgNumSame      = Message{"{n} same", "相同 {n}"}

	msgNoFiles = Message{"no environment has its file", "没有任何环境有它的文件"}
	msgNoKeys  = Message{"no keys in {files}", "{files}中没有键"}
	msgOnlyIn  = Message{"only in {environments} ({absent} {k|has|have} no such file){?n}: {n} {n|key|keys}{/}", "仅存在于 {environments}（{absent} 没有这个文件）{?n}：{n} 个键{/}"}
	msgWaits   = Message{"{environments} {n|waits|wait} for a value", "{environments} 等待填写"}
	msgTypes   = Message{"types: {types}", "类型：{types}"}
	msgShape   = Message{"shape: {types}", "结构：{types}"}
	msgTypeIn  = Message{"{environment} {type}", "{environment} 为{type}"}
	msgNear    = Message{"looks like it belongs to the rule {pattern}; did you mean {suggestion}?", "看起来应属于规则 {pattern}，是否想写 {suggestion}？"}
	msgAt      = Message{" ({place})", "（{place}）"}
	msgMore    = Message{"and {n} more", "另有 {n} 个"}
	msgContain = Message{"contains {keys}", "包含 {keys}"}

	msgBadValue    = Message{"{environments} must be {want}", "{environments} 必须为 {want}"}
	msgNotDistinct = Message{"must differ between {environments}, and {n|does|do} not", "{environments} 的值必须互不相同，现在却相同"}
	msgNotEqual    = Message{"must be equal in {environments}, and is not", "{environments} 的值必须相同，现在却不同"}
	msgForbidden   = Message{"{want} may never stand in {environments}", "{environments} 中禁止出现 {want}"}

	msgNoteOrder     = Message{"{path}: the elements stand in another order in {environments}", "{path}：元素顺序在 {environments} 中不同"}
	msgNoteAmbiguous = Message{"{path}: the elements cannot be told apart; name the key that identifies them under lists: in hoist.yaml", "{path}：无法区分列表元素，请在 hoist.yaml 的 lists: 下写明标识元素的键"}
	msgNoteNear      = Message{"{?service}{service}: {/}{path} looks like it belongs to the rule {pattern}; did you mean {suggestion}?", "{?service}{service}：{/}{path} 看起来应属于规则 {pattern}，是否想写 {suggestion}？"}
	msgNoteOnlyIn    = Message{"{?service}{service}: {/}the service has a file in {environments} only", "{?service}{service}：{/}只有 {environments} 有这个服务的文件"}
	msgNoteDuplicate = Message{"{path} stands twice in {environments}{?place} ({place}){/}", "{path} 在 {environments} 中出现了两次{?place}（{place}）{/}"}
)

// The plan.
var (
	msgPlanSummary = Message{"Plan: {set} to set, {add} to add, {delete} to delete in {files} {files|file|files}{?held}; {held} held back{/}.",
		"计划：{files} 个文件，修改 {set}，新增 {add}，删除 {delete}{?held}；暂缓 {held}{/}。"}
	msgPlanNothing = Message{"Plan: nothing to change in {to}{?held}; {held} held back{/}.", "计划：{to} 无需改动{?held}；暂缓 {held}{/}。"}
	msgPlanFromTo  = Message{"from {from} to {to}", "从 {from} 到 {to}"}
	msgHeldBack    = Message{"HELD BACK", "暂缓"}
	msgTargetOnly  = Message{"ONLY IN THE TARGET", "仅存在于目标环境"}
	msgPruneHint   = Message{"(kept; --prune PATTERN deletes them)", "（保留；--prune PATTERN 删除）"}
	msgBecomes     = Message{"the type changes: {before} becomes {after}", "类型改变：{before}变为{after}"}
	msgWithout     = Message{"without {keys}: under an allow rule, or not chosen", "不含 {keys}：受 allow 规则保护，或未被选中"}
	msgGiven       = Message{"with {keys} not copied, but as supplied or as its rule says", "其中 {keys} 不是复制的，而是填写的值或规则给出的值"}
	msgWholeFile   = Message{"(the whole file)", "（整个文件）"}

	msgAppliedFile    = Message{"{set} set, {add} added, {delete} deleted", "修改 {set}，新增 {add}，删除 {delete}"}
	msgApplied        = Message{"Applied: {set} set, {add} added, {delete} deleted in {files} {files|file|files}{?held}; {held} held back{/}.", "已应用：{files} 个文件，修改 {set}，新增 {add}，删除 {delete}{?held}；暂缓 {held}{/}。"}
	msgAppliedNothing = Message{"Applied: nothing to change{?held}; {held} held back{/}.", "已应用：无需改动{?held}；暂缓 {held}{/}。"}
)

// Services, check, verify, explain.
var (
	msgService  = Message{"service", "服务"}
	msgCategory = Message{"category", "类别"}
	msgShadowed = Message{"(not compared: the name is taken)", "(不参与比较：名称已被占用)"}
	msgServices = Message{"{n} {n|service|services} (* shown by default)", "{n} 个服务（* 为默认显示）"}

	msgCheckCounts  = Message{"check: {errors} {errors|error|errors}, {warnings} {warnings|warning|warnings} in {services} {services|service|services}{?unread}; {unread} {unread|file|files} could not be read{/}{?accepted}; {accepted} accepted by the baseline{/}", "检查：{services} 个服务，{errors} 个错误，{warnings} 个警告{?unread}；{unread} 个文件无法读取{/}{?accepted}；基线接受 {accepted} 个{/}"}
	msgBaselineGone = Message{"{n} {n|entry|entries} of the baseline {n|is|are} no longer needed; --write-baseline writes it anew", "基线中有 {n} 条已不再需要；--write-baseline 可重新生成"}

	msgChanges       = Message{"{n} {n|change|changes}", "{n} 处修改"}
	msgEditedSince   = Message{", edited since", "，之后又被编辑过"}
	msgRemaining     = Message{"REMAINING", "剩余差异"}
	msgRemainingNote = Message{"(needs attention, but is no failure)", "（需要处理，但不算失败）"}
	msgVerified      = Message{"verify: {failures} {failures|failure|failures}; {changes} {changes|change|changes} in {files} {files|file|files}", "验证：失败 {failures}；{files} 个文件中的 {changes} 处修改"}
	msgVerifyNothing = Message{"verify: nothing was applied since the last commit", "验证：上次提交以来没有应用任何内容"}

	msgStatusExpected = Message{"expected", "白名单(预期不同)"}
	msgStatusSame     = Message{"same", "相同"}

	msgRuleKeys     = Message{"keys: {keys}", "键：{keys}"}
	msgRuleDistinct = Message{"must differ between {environments}", "{environments} 的值必须互不相同"}
	msgRuleEqual    = Message{"must be equal in {environments}", "{environments} 的值必须相同"}
	msgRuleAbsent   = Message{"need not stand in {environments}", "{environments} 中可以没有"}
	msgRuleUntil    = Message{"holds until {until}", "有效期至 {until}"}
	msgRuleSecret   = Message{"secret: masked wherever it is shown", "密钥：任何地方显示时都会遮蔽"}

	msgWhyViolation = Message{"the values do not keep the rules above", "现有的值违反了上面的规则"}
	msgWhyPending   = Message{"it is under an allow rule ({rule}), so it is never copied, and {pending} still {n|waits|wait} for a person to supply the value", "它受 allow 规则（{rule}）保护，不会被复制，{pending} 仍在等待由人填写"}
	msgWhyDifferent = Message{"the values differ, and no rule allows it", "值不同，而且没有规则允许"}
	msgWhyShape     = Message{"one environment has a single value here and another has more below it, and no rule allows it", "有的环境在这里是单个值，有的环境下面还有内容，而且没有规则允许"}
	msgWhyMissing   = Message{"it stands in {present}, not in {absent}, and no rule allows it", "它存在于 {present}，但 {absent} 中没有，而且没有规则允许"}
	msgWhyExpected  = Message{"the values differ as a rule allows ({rule}), and are what it says", "规则（{rule}）允许它们不同，而且值符合规则"}
	msgWhySame      = Message{"the values are equal everywhere", "所有环境中的值都相同"}
	msgWhySameRule  = Message{"the values are equal everywhere, although a rule would allow them to differ ({rule})", "所有环境中的值都相同，尽管规则（{rule}）允许不同"}
)
