package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/skills"
)

// What can be wrong with a skill's installation.
var (
	SkillChanged = problem.Code{Name: "skill-changed", Class: problem.Refused} // its place is the file
	UnknownAgent = problem.Code{Name: "unknown-agent", Class: problem.Wrong}   // name, suggestion, known
	NoHome       = problem.Code{Name: "no-home", Class: problem.Wrong}
)

// SkillRequest says where the skill is to stand.
type SkillRequest struct {
	Dir     string   // in the repository that holds it, or in it where none does; "" is the working directory
	Home    string   // the person's directory, for User
	User    bool     // for all repositories of the person
	Agents  []string // for these; none: where nearly all look
	Replace bool     // also what somebody changed
}

// agent is a coding agent and the directories in which it looks for skills, below
// a repository and below a home.
type agent struct{ name, project, user string }

// shared is where agents look that have agreed on a place (agentskills.io).
const shared = ".agents/skills"

func agents() []agent {
	return []agent{
		{"claude", ".claude/skills", ".claude/skills"},
		{"codex", shared, shared},
		{"copilot", ".github/skills", ".copilot/skills"},
		{"cursor", ".cursor/skills", ".cursor/skills"},
		{"opencode", ".opencode/skills", ".config/opencode/skills"},
	}
}

// readShared are the agents that look in the shared place besides their own.
func readShared() []string { return []string{"codex", "cursor", "opencode"} }

// SkillPlaces looks at the copies of the skill where it is to stand, and writes
// nothing.
func SkillPlaces(r SkillRequest) (report.Skill, error) {
	out := report.Skill{Name: skills.SyncName, Fingerprint: skills.Fingerprint(skills.Sync), Text: skills.Sync}
	top, git, err := r.top()
	if err != nil {
		return out, err
	}
	if git {
		out.Repository = top
	}
	places, err := r.places()
	if err != nil {
		return out, err
	}
	for _, p := range places {
		if p.State, err = standing(filepath.Join(top, filepath.FromSlash(p.Path))); err != nil {
			return out, err
		}
		out.Places = append(out.Places, p)
	}
	if r.User {
		for i, p := range out.Places {
			out.Places[i].Path = filepath.Join(top, filepath.FromSlash(p.Path))
		}
	}
	return out, nil
}

// InstallSkill writes the skill where it does not stand as this hoist has it.
// What somebody changed is refused, and then nothing is written.
func InstallSkill(r SkillRequest) (report.Skill, error) {
	s, err := SkillPlaces(r)
	if err != nil {
		return s, err
	}
	var changed problem.List
	for _, p := range s.Places {
		if p.State == report.SkillChanged && !r.Replace {
			changed = append(changed, problem.New(SkillChanged, problem.Place{File: p.Path}))
		}
	}
	if changed != nil {
		return s, changed.Err()
	}
	top, _, err := r.top()
	if err != nil {
		return s, err
	}
	for i, p := range s.Places {
		if p.State == report.SkillCurrent {
			continue
		}
		if err := r.write(top, p.Path); err != nil {
			return s, err
		}
		s.Places[i].Written = true
	}
	return s, nil
}

// top is the directory that the places are below: the repository's, or home.
func (r SkillRequest) top() (dir string, git bool, err error) {
	if r.User {
		if !filepath.IsAbs(r.Home) {
			return "", false, problem.New(NoHome, problem.Place{})
		}
		return r.Home, false, nil
	}
	if dir, err = filepath.Abs(r.Dir); err != nil {
		return "", false, err
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return "", false, problem.New(NoDirectory, problem.Place{}, "dir", r.Dir).Because(err)
	}
	repo, err := gitrepo.Find(dir)
	if err != nil || repo == nil {
		return dir, false, err
	}
	return repo.Top(), true, nil
}

// places are the files that the skill is to be, below top, each once.
func (r SkillRequest) places() (out []report.SkillPlace, err error) {
	wanted := r.Agents
	if len(wanted) == 0 {
		wanted = []string{"codex", "claude"}
	}
	for _, name := range wanted {
		a, err := agentNamed(name)
		if err != nil {
			return nil, err
		}
		dir := a.project
		if r.User {
			dir = a.user
		}
		file := path.Join(dir, skills.SyncName, "SKILL.md")
		i := slices.IndexFunc(out, func(p report.SkillPlace) bool { return p.Path == file })
		switch {
		case i < 0 && dir == shared:
			out = append(out, report.SkillPlace{Agents: readShared(), Path: file})
		case i < 0:
			out = append(out, report.SkillPlace{Agents: []string{a.name}, Path: file})
		}
	}
	return out, nil
}

// SkillAgents are the names that Agents may have.
func SkillAgents() (out []string) {
	for _, a := range agents() {
		out = append(out, a.name)
	}
	return out
}

func agentNamed(name string) (agent, error) {
	for _, a := range agents() {
		if a.name == name {
			return a, nil
		}
	}
	known := SkillAgents()
	return agent{}, problem.New(UnknownAgent, problem.Place{}, "name", name,
		"suggestion", config.Nearest(name, known), "known", strings.Join(known, ", "))
}

// standing is how the copy in a file stands. A link that is not current is
// somebody's own doing.
func standing(file string) (report.SkillState, error) {
	text, err := os.ReadFile(file)
	st, lerr := os.Lstat(file)
	switch {
	case errors.Is(lerr, fs.ErrNotExist):
		return report.SkillAbsent, nil
	case err != nil && (lerr != nil || st.Mode()&fs.ModeSymlink == 0):
		return "", unreadable(file, err)
	case skills.Same(string(text), skills.Sync):
		return report.SkillCurrent, nil
	case st.Mode().IsRegular() && skills.Untouched(string(text)):
		return report.SkillOutdated, nil
	}
	return report.SkillChanged, nil
}

// write puts the skill in its place, whole or not at all. In a repository no
// link leads out of it; at home a person's links are followed.
func (r SkillRequest) write(top, name string) error {
	if r.User {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return unwritable(name, err)
		}
		return replaceFile(name, []byte(skills.Sync))
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return unwritable(top, err)
	}
	defer root.Close()
	if err := replaceIn(root, name, skills.Sync); err != nil {
		if reasonOf(err) == escapes {
			return unreadable(name, err)
		}
		return unwritable(name, err)
	}
	return nil
}

func replaceIn(root *os.Root, name, text string) error {
	temp := path.Join(path.Dir(name), ".SKILL.md.new")
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	if err := root.WriteFile(temp, []byte(text), 0o644); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	if err := root.Rename(temp, name); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}
