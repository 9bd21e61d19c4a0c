package report

import (
	"io"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// Committed is what a commit, and the push behind it, did.
type Committed struct {
	Branch   string // "" where HEAD is on none
	Commits  []CommittedOne
	Push     *Pushed // nil: nothing was pushed
	Warnings problem.List
	Said     string // what hooks said
	MayPush  bool   // nothing was pushed, and there is where to
	// TakenBack: something was committed, and taken back because it could not be
	// pushed.
	TakenBack bool
	Request   *Opened // the request for review, nil where none was asked for
	// Unrequested is why a request that was asked for was not opened; what was
	// pushed stays.
	Unrequested error
}

// CommittedOne is one commit.
type CommittedOne struct {
	ID, Subject, Message string
	Environments         []string
	Files                []CommittedFile
}

// CommittedFile is one file of it.
type CommittedFile struct {
	Path, Environment, Service string
	Changes                    int
}

// Pushed is what was pushed and how.
type Pushed struct {
	Remote, Branch, Commit string
	Commits                []string // oldest first, as they are on the remote
	Replays                int      // how often they were made again on what others pushed
	Already                bool     // the remote had all of it; nothing was pushed
	// NotFollowed says why the local branch could not be brought to what was
	// pushed, nil where it was.
	NotFollowed *problem.Problem
	Said        string // what the remote and the hook said
}

// Committed says what was committed and pushed. The last line is the sum.
func (w Words) Committed(out io.Writer, c Committed) error {
	p := &page{out: out}
	for _, x := range c.Commits {
		p.line(w.paint(amber, shortCommit(x.ID)))
		for l := range strings.SplitSeq(strings.TrimRight(x.Message, "\n"), "\n") {
			w.hanging(p, "    ", margin, visible(w.masker().Text(l)))
		}
		p.gap()
		for _, f := range x.Files {
			w.beside(p, "  ", visible(f.Path), w.say(msgChanges, "n", f.Changes))
		}
		p.gap()
	}
	w.committedSum(p, c)
	return p.flush()
}

// CommittedSum says it in a line, to a person who has seen the message.
func (w Words) CommittedSum(out io.Writer, c Committed) error {
	p := &page{out: out}
	w.committedSum(p, c)
	return p.flush()
}

func (w Words) committedSum(p *page, c Committed) {
	files := map[string]bool{}
	for _, x := range c.Commits {
		for _, f := range x.Files {
			files[f.Path] = true
		}
	}
	m := msgCommitNothing
	switch {
	case len(c.Commits) > 0 && c.Branch == "":
		m = msgCommittedDetached
	case len(c.Commits) > 0:
		m = msgCommitted
	}
	if len(c.Commits) > 0 || c.Push == nil {
		p.line(w.paint(bold, w.say(m, "files", len(files), "commits", len(c.Commits), "branch", visible(c.Branch))))
	}
	if x := c.Push; x != nil {
		m := msgPushed
		if x.Already {
			m = msgPushedAlready
		}
		again := ""
		if x.Replays > 0 {
			again = "yes"
		}
		p.line(w.paint(bold, w.say(m, "n", len(x.Commits), "remote", visible(x.Remote), "branch", visible(x.Branch), "again", again)))
	}
}

// NotFollowed says why the local branch stays behind what was pushed.
func (w Words) NotFollowed(x *Pushed) string {
	return w.say(msgNotFollowed, "remote", visible(x.Remote), "branch", visible(x.Branch), "why", w.Sentence(x.NotFollowed))
}

// Said is what another program said, fit to show.
func (w Words) Said(text string) string { return visibleLines(w.masker().Text(text)) }

// CommitTakenBack is said where a commit could not be pushed.
var CommitTakenBack = Message{"nothing was committed: what could not be pushed was taken back, and the applied edits are as they were", "没有提交任何内容：无法推送的提交已撤回，已应用的修改保持原样"}

// CommittedJSON writes hoist/commit/v1.
func (w Words) CommittedJSON(out io.Writer, c Committed) error {
	w = w.english()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/commit/v1")
	s.strMember("branch", c.Branch)
	s.newline(1)
	s.key("commits")
	s.open('[')
	for _, x := range c.Commits {
		s.newline(2)
		w.committedJSON(s, x)
	}
	s.close(']')
	s.newline(1)
	if c.Push != nil {
		w.pushedJSON(s, c.Push)
		s.newline(1)
	}
	s.strMember("said", w.masker().Text(c.Said))
	s.key("warnings")
	w.problems(s, c.Warnings)
	if c.Request != nil {
		s.newline(1)
		w.openedJSON(s, *c.Request)
	}
	if c.Unrequested != nil {
		s.newline(1)
		s.key("errors")
		w.problems(s, problem.All(c.Unrequested))
	}
	return s.end(out)
}

func (w Words) committedJSON(s *scribe, x CommittedOne) {
	s.open('{')
	s.strMember("id", x.ID)
	s.strMember("subject", w.masker().Text(x.Subject))
	s.strMember("message", w.masker().Text(x.Message))
	s.strings("environments", x.Environments)
	s.key("files")
	s.open('[')
	for _, f := range x.Files {
		s.newline(3)
		s.open('{')
		s.strMember("path", f.Path)
		s.strMember("environment", f.Environment)
		s.strMember("service", f.Service)
		s.intMember("changes", f.Changes)
		s.close('}')
	}
	s.close(']')
	s.close('}')
}

func (w Words) pushedJSON(s *scribe, x *Pushed) {
	s.key("push")
	s.open('{')
	s.strMember("remote", x.Remote)
	s.strMember("branch", x.Branch)
	s.strMember("commit", x.Commit)
	s.strings("commits", x.Commits)
	s.intMember("replays", x.Replays)
	s.trueMember("already", x.Already)
	s.key("followed")
	s.bool(x.NotFollowed == nil)
	if x.NotFollowed != nil {
		s.strMember("reason", w.Sentence(x.NotFollowed))
	}
	s.strMember("said", w.masker().Text(x.Said))
	s.close('}')
}

var (
	msgCommitted         = Message{"committed: {files} {files|file|files} in {commits} {commits|commit|commits} on {branch}", "已提交：{files} 个文件，{commits} 个提交，分支 {branch}"}
	msgCommittedDetached = Message{"committed: {files} {files|file|files} in {commits} {commits|commit|commits}, on no branch", "已提交：{files} 个文件，{commits} 个提交，不在任何分支上"}
	msgCommitNothing     = Message{"nothing to commit: nothing was applied since the last commit", "无需提交：上次提交以来没有应用过任何内容"}
	msgPushed            = Message{"pushed: {n} {n|commit|commits} to {branch} on {remote}{?again}, made again on what others had pushed there{/}", "已推送：{n} 个提交到 {remote} 的 {branch}{?again}，已在他人推送的内容之上重新生成{/}"}
	msgPushedAlready     = Message{"nothing to push: {branch} on {remote} has the same changes already", "无需推送：{remote} 的 {branch} 已有相同的修改"}
	msgNotFollowed       = Message{"pushed, but your branch stays where it was: {why}", "已推送，但你的分支留在原处：{why}"}
)
