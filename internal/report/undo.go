package report

import "io"

// Undone is what an undo put back: applies, or the keys of a commit.
type Undone struct {
	Applies []string // the ids of what was undone, oldest first; of a commit the one that puts it back
	Files   []string

	Commit, Subject string // the promotion that was taken back, "" where applies were undone
	Keys            int    // that were put back; 0: they stood as before already
}

// Undone says which files were put back.
func (w Words) Undone(out io.Writer, u Undone) error {
	p := &page{out: out}
	for _, f := range u.Files {
		p.line("  ", visible(f))
	}
	switch {
	case u.Commit != "":
		m := msgTakenBack
		if u.Keys == 0 {
			m = msgTakenBackNothing
		}
		w.prose(p, 2, visible(u.Subject))
		p.line(w.paint(bold, w.say(m, "keys", u.Keys, "files", len(u.Files), "commit", shortCommit(u.Commit))))
		return p.flush()
	case len(u.Files) == 0:
		p.line(w.say(msgUndoneNothing))
		return p.flush()
	}
	w.painted(p, 0, bold, w.say(msgUndone, "files", len(u.Files), "applies", len(u.Applies)))
	return p.flush()
}

// UndoneJSON writes hoist/undo/v1.
func (w Words) UndoneJSON(out io.Writer, u Undone) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/undo/v1")
	s.strings("applies", u.Applies)
	s.strings("files", u.Files)
	if u.Commit != "" {
		s.strMember("commit", u.Commit)
		s.strMember("subject", w.masker().Text(u.Subject))
		s.intMember("keys", u.Keys)
	}
	return s.end(out)
}

// Recovered is what a recover found and how it ended.
type Recovered struct {
	Found     bool // a killed write was there
	Undo      bool // it was an undo
	HeadMoved bool // the history is not what it was then
	Finished  bool // it was finished; else everything is as it was before it
	Files     []RecoveredFile
}

// RecoveredFile is one file as the killed write left it: old, new, edited, over
// or reverted.
type RecoveredFile struct{ Path, Stand string }

var standTexts = map[string]Message{
	"old":      {"as it was before", "还是之前的内容"},
	"new":      {"already written", "已写入"},
	"edited":   {"edited by somebody else, not written", "被他人改动，未写入"},
	"over":     {"written, then edited by somebody else", "已写入，之后被他人改动"},
	"reverted": {"written, then brought back by somebody else", "已写入，之后被他人恢复"},
}

// Recovered says what was found and what became of it.
func (w Words) Recovered(out io.Writer, r Recovered) error {
	p := &page{out: out}
	if !r.Found {
		p.line(w.say(msgRecoverNothing))
		return p.flush()
	}
	for _, f := range r.Files {
		w.beside(p, "  ", visible(f.Path), w.say(standTexts[f.Stand]))
	}
	m := msgRecoverBack
	if r.Finished {
		m = msgRecoverFinished
	}
	w.painted(p, 0, bold, w.say(m))
	return p.flush()
}

// RecoveredJSON writes hoist/recover/v1.
func (w Words) RecoveredJSON(out io.Writer, r Recovered) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/recover/v1")
	outcome := "nothing"
	if r.Found {
		outcome = "back"
	}
	if r.Finished {
		outcome = "finished"
	}
	s.strMember("outcome", outcome)
	s.key("files")
	s.open('[')
	for _, f := range r.Files {
		s.open('{')
		s.strMember("path", f.Path)
		s.strMember("state", f.Stand)
		s.close('}')
	}
	s.close(']')
	return s.end(out)
}

// AllowedJSON writes hoist/allow/v1: the rule that was written, and where.
func (w Words) AllowedJSON(out io.Writer, file string, line int, rule string) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/allow/v1")
	s.strMember("file", file)
	s.intMember("line", line)
	s.strMember("rule", rule)
	return s.end(out)
}

var (
	msgUndone          = Message{"undone: {files} {files|file|files} put back as before {applies} {applies|apply|applies}", "已撤销：{files} 个文件恢复为 {applies} 次应用之前的内容"}
	msgUndoneNothing   = Message{"nothing to undo: nothing was applied since the last commit", "无需撤销：上次提交以来没有应用过任何内容"}
	msgRecoverNothing  = Message{"nothing to recover", "无需恢复"}
	msgRecoverFinished = Message{"recovered: the write was finished; all files are new", "已恢复：写入已完成，所有文件均为新内容"}
	msgRecoverBack     = Message{"recovered: the write was taken back; all files are as before", "已恢复：写入已撤回，所有文件恢复原样"}
)
