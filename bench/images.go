//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/bench/fleet"
)

// imageTask is every tag of one kustomization.yaml, to be made that of another.
type imageTask struct {
	dir    string // a git repository
	source string // the kustomization.yaml that has the tags, below dir
	target string
	before []byte            // the target as it is committed
	want   map[string]string // tags by name
}

// newImageTask makes a fleet of its own in which every tag of staging differs
// from CI's.
func newImageTask(work string, services int) (*imageTask, error) {
	t := &imageTask{dir: filepath.Join(work, "images")}
	if _, err := makeFleet(work, t.dir, services); err != nil {
		return nil, err
	}
	overlay := func(env string) string { return "kubernetes/overlays/aws-" + env + "/kustomization.yaml" }
	t.source, t.target = overlay(fleet.Environments()[0]), overlay(fleet.Environments()[1])
	src, err := os.ReadFile(filepath.Join(t.dir, t.source))
	if err != nil {
		return nil, err
	}
	if t.want, err = tagsOf(src); err != nil {
		return nil, err
	}
	if t.before, err = os.ReadFile(filepath.Join(t.dir, t.target)); err != nil {
		return nil, err
	}
	t.before = []byte(strings.ReplaceAll(string(t.before), "newTag: main-", "newTag: last-"))
	if err := t.restore(); err != nil {
		return nil, err
	}
	return t, t.commit()
}

func (t *imageTask) commit() error {
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, {"-c", "user.name=bench", "-c", "user.email=bench@hoist.example", "commit", "--quiet", "--message", "all"}} {
		if out, err := exec.Command("git", append([]string{"-C", t.dir}, args...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("git %v: %w\n%s", args, err, out)
		}
	}
	return nil
}

// restore puts the target back as it was, and makes hoist forget its writes.
func (t *imageTask) restore() error {
	if err := os.RemoveAll(filepath.Join(t.dir, ".git", "hoist")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(t.dir, t.target), t.before, 0o644)
}

// inspect holds what a tool wrote to what was wanted, and counts the lines that
// git sees as changed.
func (t *imageTask) inspect() (note string, err error) {
	now, err := os.ReadFile(filepath.Join(t.dir, t.target))
	if err != nil {
		return "", err
	}
	have, err := tagsOf(now)
	if err != nil {
		return "", err
	}
	wrong := 0
	for name, tag := range t.want {
		if have[name] != tag {
			wrong++
		}
	}
	if wrong > 0 || len(have) != len(t.want) {
		return "", fmt.Errorf("%d of %d tags are wrong", wrong, len(t.want))
	}
	out, err := exec.Command("git", "-C", t.dir, "diff", "--numstat", "--", t.target).Output()
	if err != nil {
		return "", err
	}
	f := strings.Fields(string(out))
	if len(f) < 2 {
		return "", fmt.Errorf("git sees no change")
	}
	return "+" + f[0] + " -" + f[1] + " lines", nil
}

func tagsOf(src []byte) (map[string]string, error) {
	var k struct {
		Images []struct {
			Name   string `yaml:"name"`
			NewTag string `yaml:"newTag"`
		} `yaml:"images"`
	}
	if err := yaml.Unmarshal(src, &k); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, i := range k.Images {
		out[i.Name] = i.NewTag
	}
	return out, nil
}

// contenders each get the same file and the same wish, in the form in which the
// tool can do it at once. kustomize is told the tags on its command line: what
// it takes to find them out is not counted.
func (t *imageTask) contenders(o options) []*contender {
	target := filepath.Join(t.dir, t.target)
	set := command{o.kustomize, "edit", "set", "image"}
	for _, name := range t.names() {
		set = append(set, name+"=*:"+t.want[name])
	}
	yq := `(load("` + filepath.Join(t.dir, t.source) + `").images | map({"key": .name, "value": .newTag}) | from_entries) as $tags | .images[] |= (.newTag = $tags[.name])`
	all := []*contender{
		{name: "hoist images sync", commands: []command{{o.hoist, "images", "sync", "--from", "ci", "--to", "staging", "--all", "--yes", "-C", t.dir}}},
		{name: "yq -i, one process", commands: []command{{o.yq, "-i", yq, target}}, absent: missing(o.yq)},
		{name: "kustomize edit set image, one call", commands: []command{set}, dir: filepath.Dir(target), absent: missing(o.kustomize)},
	}
	for _, c := range all {
		c.rounds, c.prepare, c.inspect = o.rounds, t.restore, t.inspect
	}
	return all
}

func (t *imageTask) names() (out []string) {
	var k struct {
		Images []struct {
			Name string `yaml:"name"`
		} `yaml:"images"`
	}
	if yaml.Unmarshal(t.before, &k) == nil {
		for _, i := range k.Images {
			out = append(out, i.Name)
		}
	}
	return out
}
