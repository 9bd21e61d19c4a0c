package report

import "hoist.example/hoist/internal/plan"

// heldTitle is the code of a change that is held back, as people read it.
func heldTitle(c plan.Code) Message {
	switch c {
	case plan.HeldPending:
		return Message{"pending", "待填写"}
	case plan.HeldUnsafe:
		return Message{"unsafe", "不安全"}
	case plan.HeldAmbiguous:
		return Message{"ambiguous", "有歧义"}
	case plan.HeldUnclassified:
		return Message{"unclassified", "未分类"}
	case plan.HeldRemoves:
		return Message{"removes", "会删除元素"}
	case plan.HeldEncrypted:
		return Message{"encrypted", "已加密"}
	case plan.HeldHotfix:
		return Message{"hotfix", "热修复"}
	}
	return Message{string(c), string(c)}
}

// heldWhys are the reasons, by "code why", else by code.
var heldWhys = map[string]Message{
	"pending": {"only a person can supply {needs}{?rule} ({rule}){/}", "{needs} 只能由人填写{?rule}（{rule}）{/}"},

	"unsafe":               {"the edit cannot be made without touching something else{?why}: {why}{/}", "无法在不影响其他内容的前提下修改{?why}：{why}{/}"},
	"unsafe no-file":       {"{environment} has no such file, and hoist makes none: kustomization.yaml would have to name it", "{environment} 没有这个文件，hoist 不会新建：还需要 kustomization.yaml 引用它"},
	"unsafe link":          {"the file is a link to {target}: another file would change", "这个文件是指向 {target} 的链接：改动的会是另一个文件"},
	"unsafe prune-allowed": {"it holds {key}, which is under an allow rule; give --prune its exact path to delete it all the same", "其中的 {key} 受 allow 规则保护；若仍要删除，请用 --prune 给出它的准确路径"},
	"unsafe holds-allowed": {"the mapping that would go holds {key}, which is under an allow rule", "将被替换的映射中含有 {key}，它受 allow 规则保护"},
	"unsafe nothing-left":  {"all that would come in its place is under an allow rule, or not chosen", "取代它的内容全部受 allow 规则保护，或未被选中"},
	"unsafe order":         {"the same elements stand in another order, and hoist moves none", "元素相同但顺序不同，hoist 不会移动元素"},

	"ambiguous":              {"the elements of the list cannot be told apart", "无法区分列表中的元素"},
	"ambiguous no-identity":  {"the elements have no key that names them in every environment", "列表元素没有一个在所有环境中都能标识它们的键"},
	"ambiguous bad-identity": {"the key that lists: names is missing or not unique in some element", "lists: 指定的标识键在某些元素中缺失或重复"},
	"ambiguous no-match":     {"source and target share not one element", "来源与目标的列表没有任何相同元素"},

	"unclassified":                  {"the value seems to belong to one environment", "这个值看起来只属于某一个环境"},
	"unclassified credential":       {"the value looks like a credential", "这个值看起来是凭证"},
	"unclassified connection":       {"the value is a connection string", "这个值是连接串"},
	"unclassified environment-name": {"the value holds the name of the source environment", "这个值中含有来源环境的名称"},
	"unclassified forbidden":        {"the value may not stand in {environment}{?rule} ({rule}){/}", "{environment} 中禁止出现这个值{?rule}（{rule}）{/}"},
	"unclassified near-miss":        {"it looks like it belongs to an allow rule, and no pattern covers it", "它看起来应属于某条 allow 规则，但没有模式覆盖它"},

	"removes": {"the list would lose elements that only {environment} has", "列表会丢失只有 {environment} 才有的元素"},

	"encrypted":       {"the value is encrypted", "这个值是加密的"},
	"encrypted file":  {"the file is encrypted by SOPS; hoist does not edit it", "文件由 SOPS 加密，hoist 不会修改"},
	"encrypted value": {"the value is encrypted by SOPS; hoist does not copy it", "这个值由 SOPS 加密，hoist 不会复制"},

	"hotfix": {"{environment} changed it after {from} did{?author}: {author}{/}{?commit} in {commit}{/}{?subject}, \"{subject}\"{/}", "{environment} 在 {from} 之后又改过它{?author}：{author}{/}{?commit}，提交 {commit}{/}{?subject}“{subject}”{/}"},
}

// heldHints are what to do, by "code why", else by code, where no rule says it.
var heldHints = map[string]Message{
	"unclassified near-miss": {"add this pattern under allow: in hoist.yaml, or name the key: --only {path}", "请把下面的模式加到 hoist.yaml 的 allow: 下，或用 --only {path} 指明这个键"},
	"unclassified forbidden": {"give the target a value of its own: add this under allow: in hoist.yaml, then supply it with --set", "目标环境需要自己的值：把下面的内容加到 hoist.yaml 的 allow: 下，再用 --set 填写"},
	"ambiguous":              {"name the key that identifies the elements under lists: in hoist.yaml", "请在 hoist.yaml 的 lists: 下写明标识元素的键"},
	"unclassified":           {"if it is meant to differ, add this under allow: in hoist.yaml; if it may travel, name it: --only {path}", "如果本来就该不同，把下面的内容加到 hoist.yaml 的 allow: 下；如果可以同步，请用 --only {path} 指明"},
	"removes":                {"to let them go: --prune {path}; to only add, put the list under lists: with as: set", "若确实要删除：--prune {path}；若只增不减，请在 lists: 下为它写 as: set"},
	"hotfix":                 {"to overwrite it: --overwrite {path}", "若要覆盖：--overwrite {path}"},
	"encrypted":              {"edit it with sops", "请用 sops 修改"},
}
