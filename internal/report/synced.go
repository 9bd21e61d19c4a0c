package report

import (
	"io"
	"strings"

	"hoist.example/hoist/internal/argocd"
)

// Synced writes how a sync or a wait ended well.
func (w Words) Synced(out io.Writer, x *Synced) error {
	p := &page{out: out}
	m := msgSyncDone
	if x.Outcome == "already" {
		m = msgSyncAlready
	}
	w.painted(p, 0, bold, w.say(m, "application", visible(x.Application), "revision", short(x.State.Revision()), "sync", visible(x.State.Sync), "health", visible(x.State.Health)))
	return p.flush()
}

// DeployStep is how far a wait has come, without the last line's end.
func (w Words) DeployStep(x argocd.Step) string {
	s := x.State
	t, ok := doingTexts[x.Doing]
	if !ok {
		t = Message{string(x.Doing), string(x.Doing)}
	}
	var pods []string
	for _, p := range x.Pods {
		pods = append(pods, visible(strings.TrimSpace(p.Name.Name+" "+p.Reason)))
	}
	p := &page{}
	w.hanging(p, "", margin, w.say(msgStep, "application", visible(s.Name), "sync", w.orStatus(s.Sync), "health", w.orHealth(s.Health), "doing", w.say(t),
		"message", w.theirs(x.Message), "pods", w.list(pods)))
	return strings.TrimSuffix(p.b.String(), "\n")
}

func (w Words) orStatus(s string) string {
	if s == "" {
		return w.say(msgNoStatus)
	}
	return visible(s)
}

func (w Words) orHealth(s string) string {
	if s == "" {
		return w.say(msgNoHealth)
	}
	return visible(s)
}

var msgStep = Message{"{application}: {sync}, {health}; {doing}{?message}: {message}{/}{?pods} [{pods}]{/}", "{application}：{sync}，{health}；{doing}{?message}：{message}{/}{?pods} [{pods}]{/}"}

var doingTexts = map[argocd.Doing]Message{
	argocd.ForController: {"Argo CD looks again", "Argo CD 正在重新检查"},
	argocd.ForOperation:  {"the sync goes on", "同步进行中"},
	argocd.ForRetry:      {"Argo CD will try the sync again", "Argo CD 将重试同步"},
	argocd.ForOther:      {"another operation goes on", "另一个操作正在进行"},
	argocd.ForRevision:   {"Argo CD does not see the pushed commit yet", "Argo CD 尚未看到已推送的提交"},
	argocd.ForSync:       {"nobody has synced it yet", "尚未有人同步"},
	argocd.ForHealth:     {"waiting for it to be healthy", "等待其健康"},
	argocd.ForComparison: {"Argo CD cannot compare it with git", "Argo CD 无法与 git 比较"},
	argocd.ForServer:     {"the server does not answer", "服务器没有应答"},
}

// Openings writes the times that the gate was opened, oldest first.
func (w Words) Openings(out io.Writer, list []Opening) error {
	p := &page{out: out}
	for _, o := range list {
		w.beside(p, "", w.paint(bold, moment(o.At))+"  "+visible(o.Application), short(o.Revision))
		w.fact(p, msgFactBy, w.say(msgOpeningWho, "git", visible(o.GitUser), "user", visible(o.User), "host", visible(o.Host)))
		w.fact(p, msgFactShown, w.say(msgOpeningShown, "digest", visible(o.Digest), "older", notZero(o.Older), "prune", flagText(o.Prune), "deployed", orNothing(w, o.Deployed)))
		if o.Outcome == "" {
			w.fact(p, msgFactOutcome, w.say(msgOpeningNoEnd))
			continue
		}
		w.fact(p, msgFactOutcome, w.say(msgOpeningEnd, "outcome", visible(o.Outcome), "code", visible(o.Code), "at", moment(o.Ended)))
	}
	p.gap()
	m := msgOpenings
	if len(list) == 0 {
		m = msgOpeningNone
	}
	p.line(w.paint(bold, w.say(m, "n", len(list))))
	return p.flush()
}

// OpeningsJSON writes hoist/deploys/v1.
func (w Words) OpeningsJSON(out io.Writer, list []Opening) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/deploys/v1")
	s.newline(1)
	s.key("deploys")
	s.open('[')
	for _, o := range list {
		s.newline(2)
		s.open('{')
		s.strMember("id", o.ID)
		s.strMember("at", stamp(o.At))
		s.strMember("gitUser", o.GitUser)
		s.strMember("osUser", o.User)
		s.strMember("host", o.Host)
		s.strMember("environment", o.Environment)
		s.strMember("application", o.Application)
		s.strMember("server", o.Server)
		s.strMember("revision", o.Revision)
		s.strMember("deployed", o.Deployed)
		s.strMember("digest", o.Digest)
		s.key("prune")
		s.bool(o.Prune)
		s.intMember("findings", o.Older)
		s.strMember("outcome", o.Outcome)
		s.strMember("code", o.Code)
		s.strMember("ended", stamp(o.Ended))
		s.close('}')
	}
	s.close(']')
	return s.end(out)
}
