package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/value"
)

// What can be wrong with `hoist init`.
var (
	HaveConfig = problem.Code{Name: "config-exists", Class: problem.Refused} // its place is the file
	NoOverlays = problem.Code{Name: "no-overlays", Class: problem.Wrong}     // dir
)

// Init writes a first hoist.yaml: the environments from the kustomize overlays
// that stand side by side, the services from their configs, and a rule for each
// key whose values look as if each environment had its own. It is a beginning to
// read, not to trust; an existing file is never touched.
func Init(ctx context.Context, dir string) (report.Begun, error) {
	out := report.Begun{}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return out, err
	}
	top := dir
	if repo, err := gitrepo.Find(dir); err != nil {
		return out, err
	} else if repo != nil {
		top = repo.Top()
	}
	if found, err := config.Find(dir, top); err == nil {
		return out, problem.New(HaveConfig, problem.Place{File: found})
	}
	envs, err := overlaysBelow(dir)
	if err != nil {
		return out, err
	}
	file := filepath.Join(dir, "hoist.yaml")
	if err := createFile(file, []byte(firstConfig(dir, envs))); err != nil {
		return out, err
	}
	w, err := Open(Options{Dir: dir})
	if err != nil {
		return out, errors.Join(err, os.Remove(file))
	}
	defer w.Close()
	out = report.Begun{File: file, Environments: w.cfg.Names(), Services: len(w.cfg.Services)}
	rules, err := w.ownKeys(ctx)
	if err != nil || len(rules) == 0 {
		return out, err
	}
	text := w.cfg.Source + "\n# Found by looking at the values: check each, and say why.\nallow:\n"
	for _, r := range rules {
		text += r.yaml()
		out.Rules = append(out.Rules, r.Keys[0])
	}
	return out, replaceFile(file, []byte(text))
}

func createFile(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return unreadable(name, err)
	}
	_, err = f.Write(data)
	return unreadable(name, errors.Join(err, f.Close()))
}

// found is one overlay as init takes it for an environment.
type found struct{ name, dir string }

// deepest is how far below the start init looks for overlays.
const deepest = 6

// overlaysBelow finds the largest set of directories with a kustomization.yaml
// that stand side by side, in promotion order.
func overlaysBelow(dir string) ([]found, error) {
	beside := map[string][]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil // what cannot be read is no overlay
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil || rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || strings.Count(rel, string(filepath.Separator)) >= deepest) {
			return fs.SkipDir
		}
		if rel != "." && slices.ContainsFunc(kustomize.FileNames(), func(f string) bool {
			st, err := os.Stat(filepath.Join(name, f))
			return err == nil && st.Mode().IsRegular()
		}) {
			parent := filepath.ToSlash(filepath.Dir(rel))
			beside[parent] = append(beside[parent], filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		return nil, unreadable(dir, err)
	}
	best := ""
	for parent, dirs := range beside {
		if len(dirs) < 2 {
			continue
		}
		if best == "" || score(parent, dirs) > score(best, beside[best]) || score(parent, dirs) == score(best, beside[best]) && parent < best {
			best = parent
		}
	}
	if best == "" {
		return nil, problem.New(NoOverlays, problem.Place{}, "dir", dir)
	}
	return inPromotionOrder(apart(beside[best])), nil
}

// score prefers directories that are called what such directories are called,
// then those whose members sound like environments.
func score(parent string, dirs []string) int {
	n := 0
	switch path.Base(parent) {
	case "overlays", "environments", "envs", "env":
		n += 100
	}
	for _, d := range dirs {
		if stage(path.Base(d)) < unknownStage {
			n += 10
		}
	}
	return n
}

// apart names overlays by what tells them apart: aws-ci and aws-prod are ci and
// prod.
func apart(dirs []string) (out []found) {
	bases := make([]string, len(dirs))
	for i, d := range dirs {
		bases[i] = path.Base(d)
	}
	cut := strings.LastIndexAny(commonPrefix(bases), "-_.") + 1
	for i, d := range dirs {
		out = append(out, found{bases[i][cut:], d})
	}
	return out
}

func commonPrefix(s []string) string {
	p := s[0]
	for _, x := range s[1:] {
		for !strings.HasPrefix(x, p) {
			p = p[:len(p)-1]
		}
	}
	return p
}

// stages are the words environments are called by, in promotion order.
func stages() [][]string {
	return [][]string{
		{"local", "sandbox"}, {"dev", "development"}, {"ci"}, {"test", "testing", "qa", "int", "integration"},
		{"uat", "staging", "stage", "stg", "pre", "preprod"}, {"canary"}, {"prod", "production", "prd", "live"},
	}
}

const unknownStage = 5 // between staging and production: where a name says nothing

func stage(name string) int {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	for i, s := range stages() {
		for _, w := range words {
			if slices.Contains(s, w) {
				if i >= unknownStage {
					return i + 1
				}
				return i
			}
		}
	}
	return unknownStage
}

func inPromotionOrder(envs []found) []found {
	slices.SortStableFunc(envs, func(a, b found) int { return stage(a.name) - stage(b.name) })
	return envs
}

// firstConfig is the text of a hoist.yaml without rules.
func firstConfig(dir string, envs []found) string {
	var b strings.Builder
	b.WriteString("# yaml-language-server: $schema=https://hoist.example/schema/hoist.schema.json\nversion: 1\n\nenvironments: # in promotion order\n")
	for _, e := range envs {
		fmt.Fprintf(&b, "  - name: %s\n    overlay: %s\n", spelled(e.name), spelled(e.dir))
		if stage(e.name) == len(stages()) {
			b.WriteString("    deploy: manual\n")
		}
	}
	if extra := otherConfigs(dir, envs); len(extra) > 0 {
		b.WriteString("\nservices:\n")
		for _, x := range extra {
			fmt.Fprintf(&b, "  - name: %s\n    config: %s\n", spelled(path.Base(path.Dir(x))), spelled(x))
		}
	}
	b.WriteString("\ndiscover: ['configs/{service}/config.yaml']\n")
	return b.String()
}

// otherConfigs are configs/<service>/<file> whose file is not config.yaml, where
// it is the service's only one.
func otherConfigs(dir string, envs []found) (out []string) {
	for _, e := range envs {
		dirs, _ := os.ReadDir(filepath.Join(dir, filepath.FromSlash(e.dir), "configs")) // none: no services
		for _, d := range dirs {
			files, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(e.dir), "configs", d.Name(), "*.y*ml"))
			if len(files) != 1 || filepath.Base(files[0]) == "config.yaml" {
				continue
			}
			if x := path.Join("configs", d.Name(), filepath.Base(files[0])); !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// ownKeys are rules for the keys whose values differ and look as if each
// environment had its own: credentials, connection strings, names of
// environments, what belongs to an account with a test side and a live one. A
// rule is for all elements of a list, also those that are new later.
func (w *Workspace) ownKeys(ctx context.Context) (out []AllowRequest, err error) {
	words := []string{"test", "sandbox"}
	for _, e := range w.cfg.Environments {
		words = append(words, e.Name, path.Base(e.Overlay))
	}
	at := map[string]int{}
	for s, err := range w.Compare(ctx, CompareRequest{Selection: Selection{All: true}}, nil) {
		if err != nil {
			return nil, err
		}
		for _, k := range s.Keys {
			if k.Status != compare.Different || k.Shape {
				continue
			}
			secret, own := looksOwn(k, words)
			if !own {
				continue
			}
			keys := everyElement(k.Path)
			i, known := at[keys]
			if !known {
				i = len(out)
				at[keys] = i
				out = append(out, AllowRequest{Keys: []string{keys}, Reason: "each environment has its own"})
			}
			out[i].Secret = out[i].Secret || secret
		}
	}
	return out, nil
}

// everyElement is the pattern of a path in any element of its lists.
func everyElement(p keypath.Path) string {
	var out []string
	for _, s := range p.Steps() {
		text := keypath.Of(s).String()
		if s.Kind == keypath.Element || s.Kind == keypath.Index {
			text = "*"
		}
		out = append(out, text)
	}
	return strings.Join(out, ".")
}

func looksOwn(k compare.Key, words []string) (secret, own bool) {
	own = value.Text(k.Path.LastKey()).HoldsWord([]string{"stripe"})
	for _, v := range k.Values {
		if _, ok := mask.LooksSecret(k.Path, v); ok {
			return true, true
		}
		own = own || mask.ConnectionString(v) || v.HoldsWord(words)
	}
	return false, own
}
