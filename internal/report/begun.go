package report

import (
	"io"
	"strings"
)

// Begun is the hoist.yaml that init wrote.
type Begun struct {
	File         string
	Environments []string
	Services     int
	Rules        []string // the keys of the rules it proposes
}

// Begun says what was written, and what to look at.
func (w Words) Begun(out io.Writer, b Begun) error {
	p := &page{out: out}
	w.painted(p, 0, bold, w.say(msgBegun, "file", visible(b.File), "environments", visible(strings.Join(b.Environments, ", ")), "n", b.Services))
	if len(b.Rules) > 0 {
		w.prose(p, 0, w.say(msgBegunRules, "n", len(b.Rules)))
		for _, r := range b.Rules {
			p.line("  ", visible(r))
		}
	}
	return p.flush()
}

// BegunJSON writes hoist/init/v1.
func (w Words) BegunJSON(out io.Writer, b Begun) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/init/v1")
	s.strMember("file", b.File)
	s.strings("environments", b.Environments)
	s.intMember("services", b.Services)
	s.strings("rules", b.Rules)
	return s.end(out)
}

var (
	msgBegun      = Message{"{file}: environments {environments}; {n} {n|service|services}", "{file}：环境 {environments}；{n} 个服务"}
	msgBegunRules = Message{"{n} {n|rule|rules} proposed, by looking at the values; check each, and say why:", "根据取值提出了 {n} 条规则；请逐条检查并写明原因："}
)
