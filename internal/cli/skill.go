package cli

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/workspace"
)

// skill is about what coding agents read. It needs no hoist.yaml.
func (a *app) skill() *cobra.Command {
	c := &cobra.Command{Use: "skill", Args: cobra.ArbitraryArgs, RunE: func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args[0])
		}
		return c.Help()
	}}
	c.AddCommand(a.skillInstall(), paged(a.skillShow()))
	return c
}

func (a *app) skillInstall() *cobra.Command {
	var r workspace.SkillRequest
	var check bool
	c := a.command("install", cobra.NoArgs, func([]string) error {
		r.Dir, r.Home = a.flags.dir, cmp.Or(a.Getenv("HOME"), a.Getenv("USERPROFILE"))
		r.Agents = names(r.Agents)
		s, err := workspace.SkillPlaces(r)
		if err != nil {
			return err
		}
		if check {
			return a.tellSkill(s)
		}
		if !r.Replace {
			if r.Replace, err = a.mayReplace(s); err != nil {
				return err
			}
		}
		if s, err = workspace.InstallSkill(r); err != nil {
			return err
		}
		if a.json() {
			return a.words.SkillJSON(a.out, s, false)
		}
		if err := a.words.SkillInstalled(a.out, s); err != nil {
			return err
		}
		a.nextOfSkill(s)
		return nil
	}, "json")
	f := c.Flags()
	f.BoolVar(&r.User, "user", false, "")
	f.StringSliceVar(&r.Agents, "agent", nil, "")
	_ = c.RegisterFlagCompletionFunc("agent", func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) { // the flag is there
		var offers []offer
		for _, name := range workspace.SkillAgents() {
			offers = append(offers, offer{word: name})
		}
		return inList(prefix, offers)
	})
	f.BoolVar(&check, "check", false, "")
	f.BoolVar(&r.Replace, "force", false, "")
	return c
}

// tellSkill says how the copies stand; one that is behind needs a person.
func (a *app) tellSkill(s report.Skill) error {
	behind := len(s.Behind()) > 0
	if behind {
		a.raise(1)
	}
	if a.json() {
		return a.words.SkillJSON(a.out, s, false)
	}
	if err := a.words.SkillChecked(a.out, s); err != nil {
		return err
	}
	if behind {
		a.next(slices.DeleteFunc(a.again("", ""), func(x string) bool { return x == "--check" || x == "--check=true" })...)
	}
	return nil
}

// mayReplace asks a person, if there is one, about copies that somebody changed.
func (a *app) mayReplace(s report.Skill) (bool, error) {
	var changed []string
	for _, p := range s.Places {
		if p.State == report.SkillChanged {
			changed = append(changed, p.Path)
		}
	}
	if changed == nil || a.json() || !a.interactive() {
		return false, nil
	}
	return a.ask(report.AskSkill, "n", len(changed), "files", strings.Join(changed, ", "))
}

// nextOfSkill: what was written into a repository is to be committed.
func (a *app) nextOfSkill(s report.Skill) {
	add := []string{"git", "-C", s.Repository, "add"}
	for _, p := range s.Places {
		if p.Written {
			add = append(add, p.Path)
		}
	}
	if s.Repository == "" || len(add) == 4 {
		a.next("hoist", "diff")
		return
	}
	if here, err := filepath.EvalSymlinks("."); err == nil && a.flags.dir == "" {
		if here, err = filepath.Abs(here); err == nil && here == s.Repository {
			add = slices.Delete(add, 1, 3)
		}
	}
	a.next(add...)
}

func (a *app) skillShow() *cobra.Command {
	return a.command("show", cobra.NoArgs, func([]string) error {
		s, err := workspace.SkillPlaces(workspace.SkillRequest{Dir: a.flags.dir})
		if err != nil {
			return err
		}
		if a.json() {
			return a.words.SkillJSON(a.out, s, true)
		}
		return a.words.SkillShown(a.out, s)
	}, "json")
}
