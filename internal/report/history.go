package report

import (
	"io"
	"time"

	"hoist.example/hoist/internal/promotion"
)

// History is what `hoist history` answers, newest first.
type History struct {
	Promotions []promotion.Entry
	Shallow    bool // the history is cut off
	Limit      int  // how many were asked for, 0: all
}

// History writes promotions: who and when, from where to where, and which keys.
// The last line is their number.
func (w Words) History(out io.Writer, h History) error {
	p := &page{out: out}
	for _, e := range h.Promotions {
		w.historyEntry(p, e)
		p.line()
	}
	m := msgHistory
	if h.Limit > 0 && len(h.Promotions) == h.Limit {
		m = msgHistoryNewest
	}
	p.line(w.paint(bold, w.say(m, "n", len(h.Promotions))))
	return p.flush()
}

func (w Words) historyEntry(p *page, e promotion.Entry) {
	p.line(w.paint(amber, visible(shortCommit(e.Commit))), "  ", e.When.Format("2006-01-02 15:04 -0700"), "  ", w.paint(bold, visible(e.Author)))
	route := w.say(msgHistoryRoute, "from", w.list(e.From), "to", w.list(e.To))
	if e.Revert() {
		var commits []string
		for _, r := range e.Reverts {
			commits = append(commits, shortCommit(r))
		}
		route = w.say(msgHistoryBack, "commits", w.list(commits), "to", w.list(e.To))
	}
	p.line("  ", route)
	for _, s := range e.Synced() {
		w.hanging(p, "    ", margin, visible(s))
	}
	for _, f := range e.Files {
		if f.Unreadable {
			w.prose(p, margin, w.say(msgHistoryUnreadable, "path", visible(f.Path)))
		}
	}
	if e.RevertedBy != "" {
		p.line("  ", w.paint(amber, w.say(msgHistoryTakenBack, "commit", shortCommit(e.RevertedBy))))
	}
}

// shortCommit is a commit's id as people read it; foreign text stays whole.
func shortCommit(id string) string { return visible(id[:min(len(id), 10)]) }

// HistoryJSON writes hoist/history/v1.
func (w Words) HistoryJSON(out io.Writer, h History) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/history/v1")
	s.newline(1)
	s.key("promotions")
	s.open('[')
	for _, e := range h.Promotions {
		s.newline(2)
		w.historyEntryJSON(s, e)
	}
	s.close(']')
	s.newline(1)
	s.key("shallow")
	s.bool(h.Shallow)
	return s.end(out)
}

func (w Words) historyEntryJSON(s *scribe, e promotion.Entry) {
	clean := func(t string) string { return w.masker().Text(t) }
	var sources []string
	for _, x := range e.Sources {
		sources = append(sources, clean(x.String()))
	}
	s.open('{')
	s.strMember("commit", e.Commit)
	s.strMember("when", e.When.Format(time.RFC3339))
	s.strMember("author", clean(e.Author))
	s.strMember("email", clean(e.Email))
	s.strMember("subject", clean(e.Subject))
	s.strings("from", e.From)
	s.strings("to", e.To)
	s.strings("plans", e.Plans)
	s.strings("sources", sources)
	s.strings("reverts", e.Reverts)
	s.strMember("revertedBy", e.RevertedBy)
	s.key("files")
	s.open('[')
	for _, f := range e.Files {
		w.historyFileJSON(s, f)
	}
	s.close(']')
	s.close('}')
}

func (w Words) historyFileJSON(s *scribe, f promotion.EntryFile) {
	s.newline(3)
	s.open('{')
	s.strMember("path", f.Path)
	s.strMember("environment", f.Environment)
	s.strMember("service", f.Service)
	s.trueMember("unreadable", f.Unreadable)
	s.key("keys")
	s.open('[')
	for _, c := range f.Changes {
		s.open('{')
		s.strMember("path", w.masker().Text(c.Path.String()))
		s.strMember("action", c.Action.String())
		s.close('}')
	}
	s.close(']')
	s.close('}')
}

// Texts that history and undo say on stderr.
var (
	HistoryShallow = Message{"the history is cut off (a shallow clone): there may be older promotions", "历史不完整（浅克隆）：可能还有更早的发布"}
	UndoLast       = Message{"nothing is applied; the last promotion is {commit}: {subject}", "没有已应用的内容；最近一次发布是 {commit}：{subject}"}
	AskUndo        = Message{"take it back? [y/N] ", "要撤回它吗？[y/N] "}
)

var (
	msgHistory           = Message{"{n} {n|promotion|promotions}", "{n} 次发布"}
	msgHistoryNewest     = Message{"the newest {n} {n|promotion|promotions}; -n 0 for all", "最近 {n} 次发布；-n 0 显示全部"}
	msgHistoryRoute      = Message{"from {from} to {to}", "从 {from} 到 {to}"}
	msgHistoryBack       = Message{"takes {commits} back in {to}", "撤回 {to} 中的 {commits}"}
	msgHistoryTakenBack  = Message{"taken back by {commit}", "已由 {commit} 撤回"}
	msgHistoryUnreadable = Message{"{path} cannot be read as YAML in this commit or the one before", "{path} 在该提交或其前一提交中无法按 YAML 读取"}

	msgTakenBack        = Message{"put back: {keys} {keys|key|keys} in {files} {files|file|files}, as before {commit}", "已恢复：{files} 个文件中的 {keys} 个键，恢复为 {commit} 之前的内容"}
	msgTakenBackNothing = Message{"nothing to put back: all keys stand as before {commit}", "无需恢复：所有键都与 {commit} 之前相同"}
)

// historyWords are the sentences of history, of taking a promotion back, and of
// commits that mix environments.
var historyWords = catalogue{
	problems: map[string]wording{
		"not-a-promotion": {Message{"{commit} is no promotion: it has no Hoist-To trailer", "{commit} 不是一次发布：没有 Hoist-To 尾注"},
			Message{"hoist history lists promotions", "hoist history 可列出各次发布"}},
		"promotion-without-keys": {Message{"{commit} changed no file that hoist.yaml names", "{commit} 没有改动 hoist.yaml 所列的任何文件"}, Message{}},
		"key-moved-since": {Message{"{path} moved since {commit} in {environment}{?service} ({service}){/}", "{environment} 中的 {path}{?service}（{service}）{/}在 {commit} 之后又被改动"},
			Message{"nothing was put back", "没有恢复任何内容"}},
		"undo-unsafe":        {Message{"{?path}{path}{/}{!path}the file{/} cannot be put back as before {commit} in {environment}: {why}", "{environment} 中的 {?path}{path}{/}{!path}文件{/}无法恢复为 {commit} 之前的内容：{why}"}, Message{"nothing was put back", "没有恢复任何内容"}},
		"uncommitted-apply":  {Message{"what was applied is not committed yet", "已应用的内容尚未提交"}, Message{"commit it, or take it back with hoist undo", "请先提交，或用 hoist undo 撤销"}},
		"uncommitted-revert": {Message{"the promotion {commit} was taken back, and that is not committed yet", "已撤回发布 {commit}，但尚未提交"}, Message{"commit it, or put it back with hoist undo", "请先提交，或用 hoist undo 恢复"}},
	},
	helps: map[string]helpText{
		"history": {Message{"list the promotions, from their commits", "从提交中列出历次发布"}, Message{
			"List the promotions of the history, newest first: who and when, from where to where, and which keys. They are known by the trailers that hoist commit writes; the keys are those that the commit really changed. All services unless some are named.",
			"列出历史中的各次发布（从新到旧）：何人何时、从哪里到哪里、哪些键。依据 hoist commit 写入的尾注识别；所列的键是该提交实际改动的键。未指定服务时列出全部。"},
			[]string{"hoist history", "hoist history simplex-api -n 5", "hoist history --env prod -o json"}},
	},
	flags: map[string]Message{
		"limit":       {"how many, the newest; 0 is all", "显示最近多少次；0 为全部"},
		"check.range": {"also hold these commits to separate: A..B", "同时检查这些提交是否遵守 separate：A..B"},
	},
}
