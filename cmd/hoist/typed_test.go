//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tree is what hoist's own help says of its commands: the flags of each, and
// whether they take a value.
type tree map[string]map[string]bool

// commandTree asks the binary.
func commandTree(t *testing.T) tree {
	t.Helper()
	out := tree{}
	var visit func(path []string)
	visit = func(path []string) {
		text := helpOf(t, "en", path...)
		flags := map[string]bool{}
		for _, m := range helpFlag.FindAllStringSubmatch(text, -1) {
			flags[m[2]] = m[3] != ""
			if m[1] != "" {
				flags[m[1]] = m[3] != ""
			}
		}
		out[strings.Join(path, " ")] = flags
		for _, below := range section(text, "Commands:") {
			visit(strings.Fields(strings.SplitN(strings.TrimSpace(below), "  ", 2)[0]))
		}
	}
	visit(nil)
	out[""]["--help"], out[""]["-h"], out[""]["--version"] = false, false, false
	if len(out) < 15 {
		t.Fatalf("only %d commands", len(out))
	}
	return out
}

var helpFlag = regexp.MustCompile(`(?m)^  (?:(-\w), |    )(--[a-z-]+)( [A-Z][A-Z:=]*)?(?:  |$)`)

func helpOf(t *testing.T, lang string, path ...string) string {
	t.Helper()
	c := exec.Command("hoist", append([]string{"help"}, path...)...)
	c.Env = append(os.Environ(), "HOIST_LANG="+lang)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("hoist help %s: %v\n%s", strings.Join(path, " "), err, out)
	}
	return string(out)
}

// section are the lines below a heading of help, up to an empty one.
func section(help, heading string) []string {
	_, rest, found := strings.Cut(help, "\n"+heading+"\n")
	if !found {
		return nil
	}
	rest, _, _ = strings.Cut(rest, "\n\n")
	return strings.Split(strings.TrimRight(rest, "\n"), "\n")
}

// wrong says what is wrong with the words that follow hoist, as a document
// writes them: UPPERCASE and … stand for something, [ ] for what may be left
// out, a|b for one of them.
func (c tree) wrong(words []string) string {
	at := ""
	for i := 0; i < len(words); i++ {
		w := strings.NewReplacer("[", "", "]", "").Replace(words[i])
		name, _, inline := strings.Cut(w, "=")
		takes, known := c[at][name]
		switch {
		case w == "" || w == "…" || w == "--":
		case known:
			if takes && !inline {
				i++
			}
		case strings.HasPrefix(w, "-") && w != "-":
			return name + " is no flag of hoist " + at
		case c.hasBelow(at) && strings.ToUpper(w) != w:
			next := ""
			for _, one := range strings.Split(w, "|") {
				if next = strings.TrimSpace(at + " " + one); c[next] == nil {
					return next + " is no command of hoist"
				}
			}
			at = next
		}
	}
	return ""
}

func (c tree) hasBelow(at string) bool {
	for name := range c {
		if name != at && (at == "" || strings.HasPrefix(name, at+" ")) {
			return true
		}
	}
	return false
}

// aFlag reports whether some command has the flag.
func (c tree) aFlag(name string) bool {
	for _, flags := range c {
		if _, ok := flags[name]; ok {
			return true
		}
	}
	return false
}

// shellWords are the words of each command of a shell line that runs hoist.
func shellWords(line string) (out [][]string) {
	for _, m := range typesHoist.FindAllStringIndex(line, -1) {
		var words []string
		var word strings.Builder
		quote, inWord := rune(0), false
		end := func() {
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		}
	chars:
		for _, r := range line[m[1]:] {
			switch {
			case quote != 0:
				if r == quote {
					quote = 0
				} else {
					word.WriteRune(r)
				}
			case r == '\'' || r == '"':
				quote, inWord = r, true
			case r == ' ':
				end()
			case strings.ContainsRune(";&><)`", r), r == '|' && !inWord, r == '#' && !inWord:
				break chars
			default:
				word.WriteRune(r)
				inWord = true
			}
		}
		end()
		out = append(out, words)
	}
	return out
}

var typesHoist = regexp.MustCompile(`(?:^|[ @;&|(])(?:hoist|\$\(HOIST\)) +`)

// othersFlags are documents that tell of other programs' flags as well.
var othersFlags = regexp.MustCompile(`^docs/(argocd\.md|decisions/)`)

// TestTyped holds every command and flag of hoist that a document, the skill, the
// example or a help names to what hoist has.
func TestTyped(t *testing.T) {
	commands := commandTree(t)
	seen := 0
	check := func(where, line string) {
		for _, words := range shellWords(line) {
			seen++
			if wrong := commands.wrong(words); wrong != "" {
				t.Errorf("%s: %s (%s)", where, wrong, strings.TrimSpace(line))
			}
		}
	}
	for _, file := range written(t) {
		fenced, prose := blocks(t, file)
		for _, b := range fenced {
			if !slices.Contains([]string{"console", "console argocd", "sh", "bash", "yaml", "makefile"}, b.lang) {
				continue
			}
			for _, l := range b.lines {
				if typed, ok := strings.CutPrefix(l, "$ "); ok {
					check(file, typed)
				} else if !isConsole(b) {
					check(file, comment.ReplaceAllString(l, ""))
				}
			}
		}
		for _, l := range prose {
			if indented := strings.TrimPrefix(l, "    "); indented != l {
				check(file, indented)
			}
			for _, span := range codeSpan.FindAllString(l, -1) {
				span = strings.ReplaceAll(strings.Trim(span, "`"), `\|`, "|") // as it is in a table
				check(file, span)
				if name, _, _ := strings.Cut(strings.Fields(span + " .")[0], "="); strings.HasPrefix(name, "--") && !commands.aFlag(name) && !othersFlags.MatchString(file) {
					t.Errorf("%s: no command has %s", file, name)
				}
			}
		}
	}
	for path := range commands {
		for _, l := range section(helpOf(t, "en", strings.Fields(path)...), "Examples:") {
			check("help of "+path, strings.TrimSpace(l))
		}
	}
	if seen < 100 {
		t.Errorf("only %d commands found", seen)
	}
}

// written are the documents of the checkout.
func written(t *testing.T) (out []string) {
	t.Helper()
	fail(t, fs.WalkDir(os.DirFS(top), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "bin" || strings.HasPrefix(d.Name(), ".") && name != "."):
			return fs.SkipDir
		case filepath.Ext(name) == ".md" && !strings.Contains(name, "testdata/"):
			out = append(out, name)
		}
		return nil
	}))
	if !slices.Contains(out, "skills/sync-ci-to-staging-prod/SKILL.md") || !slices.Contains(out, "README.md") {
		t.Fatalf("%q", out)
	}
	return out
}

// What the check above would overlook is worth nothing.
func TestTypedSees(t *testing.T) {
	commands := commandTree(t)
	for line, wrong := range map[string]bool{
		"hoist dif":                                        true,
		"hoist diff --ony x":                               true,
		"hoist -C dir diff --only x":                       false,
		"hoist diff -o json | jq --slurp .":                false,
		"hoist images dif":                                 true,
		"hoist images diff|sync":                           false,
		"hoist images diff|snc":                            true,
		"hoist plan [SERVICE…] --from ci --to a [--prune]": false,
		"hoist plan [SERVICE…] [--prun]":                   true,
		"hoist diff --only '--ony x'":                      false,
		"hoist diff && hoist verfy":                        true,
		"hoist COMMAND --help":                             false,
		"hoist sync -y -z":                                 true,
		"  @$(HOIST) diff --exit-cod=false":                true,
	} {
		bad := ""
		for _, words := range shellWords(line) {
			bad += commands.wrong(words)
		}
		if (bad != "") != wrong {
			t.Errorf("%s: %q", line, bad)
		}
	}
}
