package report

import (
	"bytes"
	"testing"
)

// skillPlaces has a copy in every state, and both kinds that were written.
func skillPlaces() Skill {
	place := func(path string, state SkillState, written bool, agents ...string) SkillPlace {
		return SkillPlace{Agents: agents, Path: path, State: state, Written: written}
	}
	return Skill{Name: "sync", Fingerprint: "v1-00", Text: "---\nname: sync\n---\n", Repository: "/r", Places: []SkillPlace{
		place(".agents/skills/sync/SKILL.md", SkillAbsent, true, "codex", "cursor"),
		place(".claude/skills/sync/SKILL.md", SkillOutdated, true, "claude"),
		place(".cursor/skills/sync/SKILL.md", SkillCurrent, false, "cursor"),
		place(".github/skills/sync/SKILL.md", SkillChanged, false, "copilot"),
		place("/home/王/.opencode/skills/sync/SKILL.md", SkillAbsent, false, "opencode"),
	}}
}

func TestSkill(t *testing.T) {
	for _, lang := range Languages() {
		w := Words{Lang: lang}
		var b bytes.Buffer
		for _, write := range []func() error{
			func() error { return w.SkillInstalled(&b, skillPlaces()) },
			func() error { return w.SkillChecked(&b, skillPlaces()) },
			func() error { return w.SkillJSON(&b, skillPlaces(), true) },
		} {
			if err := write(); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, "skill_"+lang+".txt", b.Bytes())
	}
	if n := len(skillPlaces().Behind()); n != 2 {
		t.Errorf("%d behind, one changed and one absent", n)
	}
}
