package report

import (
	"io"
	"strings"
)

// SkillState is how a copy of the skill stands.
type SkillState string

// The states of a copy.
const (
	SkillAbsent   SkillState = "absent"
	SkillCurrent  SkillState = "current"
	SkillOutdated SkillState = "outdated" // as another version of hoist wrote it
	SkillChanged  SkillState = "changed"  // by somebody else
)

// Skill is the skill for coding agents, and where copies of it are to stand.
type Skill struct {
	Name, Fingerprint string
	Text              string
	Repository        string // that the places are below; "" where they are at home, or in no git repository
	Places            []SkillPlace
}

// SkillPlace is one copy.
type SkillPlace struct {
	Agents  []string // that look there
	Path    string   // below the repository, or absolute
	State   SkillState
	Written bool // now
}

// Behind are the copies that are not as this hoist has the skill.
func (s Skill) Behind() (out []SkillPlace) {
	for _, p := range s.Places {
		if p.State != SkillCurrent && !p.Written {
			out = append(out, p)
		}
	}
	return out
}

var stateTexts = map[SkillState]Message{
	SkillAbsent:   {"not there", "不存在"},
	SkillCurrent:  {"as this hoist has it", "与当前 hoist 一致"},
	SkillOutdated: {"from another version of hoist", "来自其他版本的 hoist"},
	SkillChanged:  {"changed by somebody", "已被改动"},
}

var (
	msgSkillWritten  = Message{"written", "已写入"}
	msgSkillReplaced = Message{"replaced", "已替换"}
	msgSkillReaders  = Message{"{state} ({agents})", "{state}（{agents}）"}
	msgSkillDone     = Message{"skill {name}: {written} {written|file|files} written, {current} {current|was|were} current", "技能 {name}：写入 {written} 个文件，{current} 个已是最新"}
	msgSkillChecked  = Message{"skill {name}: {current} of {places} current", "技能 {name}：{places} 个中有 {current} 个是最新"}
)

// SkillInstalled says which copies were written.
func (w Words) SkillInstalled(out io.Writer, s Skill) error {
	return w.skill(out, s, msgSkillDone)
}

// SkillChecked says how the copies stand.
func (w Words) SkillChecked(out io.Writer, s Skill) error {
	return w.skill(out, s, msgSkillChecked)
}

func (w Words) skill(out io.Writer, s Skill, last Message) error {
	p := &page{out: out}
	written, current := 0, 0
	for _, x := range s.Places {
		sign, state := "!", w.say(stateTexts[x.State])
		switch {
		case x.Written && x.State == SkillAbsent:
			sign, state = "+", w.say(msgSkillWritten)
		case x.Written:
			sign, state = "~", w.say(msgSkillReplaced)
		case x.State == SkillCurrent:
			sign = "="
		}
		if x.Written {
			written++
		} else if x.State == SkillCurrent {
			current++
		}
		w.beside(p, "  "+sign+" ", visible(x.Path), w.say(msgSkillReaders, "state", state, "agents", strings.Join(x.Agents, w.say(msgAnd))))
	}
	p.line(w.paint(bold, w.say(last, "name", s.Name, "written", written, "current", current, "places", len(s.Places))))
	return p.flush()
}

// SkillShown writes the skill itself.
func (w Words) SkillShown(out io.Writer, s Skill) error {
	_, err := io.WriteString(out, s.Text)
	return err
}

// SkillJSON writes hoist/skill/v1; the skill's text is in it where text asks.
func (w Words) SkillJSON(out io.Writer, s Skill, text bool) error {
	j := &scribe{}
	j.open('{')
	j.strMember("schema", "hoist/skill/v1")
	j.strMember("name", s.Name)
	j.strMember("fingerprint", s.Fingerprint)
	if text {
		j.strMember("text", s.Text)
	}
	j.key("places")
	j.open('[')
	for _, p := range s.Places {
		j.open('{')
		j.strMember("path", p.Path)
		j.strings("agents", p.Agents)
		j.strMember("state", string(p.State))
		j.trueMember("written", p.Written)
		j.close('}')
	}
	j.close(']')
	return j.end(out)
}

// What is asked where somebody changed the skill.
var AskSkill = Message{"{n} {n|copy|copies} of the skill {n|was|were} changed by somebody: {files}. Replace {n|it|them}? [y/N] ", "有 {n} 份技能副本已被改动：{files}。要替换吗？[y/N] "}
