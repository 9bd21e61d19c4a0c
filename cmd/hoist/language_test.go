//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// answers is how each command is made to answer in JSON on the example: what is
// done before, and what is typed. Several of them for answers of several kinds.
func answers() map[string][][2]string {
	const sync = "hoist sync --from ci --to staging --yes"
	return map[string][][2]string{
		"diff":          {{"", "hoist diff --all"}, {"", "hoist diff --rendered"}, {"rm kubernetes/overlays/aws-prod/configs/gateway/config.yaml", "hoist diff --all --show-expected"}},
		"plan":          {{"", "hoist plan --all --from ci --to staging,prod"}, {"", "hoist plan --from prod --to ci"}},
		"apply":         {{"hoist plan --from ci --to staging --out p.json", "hoist apply p.json"}, {"", "hoist apply nothing.json"}},
		"sync":          {{"", sync}, {"", "hoist sync --from ci --to prod"}},
		"verify":        {{sync, "hoist verify"}, {sync + "; sed -i 's/^worker:/jobs:/' kubernetes/overlays/aws-staging/configs/simplex-api/config.yaml", "hoist verify"}},
		"undo":          {{sync, "hoist undo"}, {"", "hoist undo"}},
		"history":       {{"", "hoist history"}, {sync + "; hoist commit", "hoist history"}, {"", "hoist history --deploys"}},
		"commit":        {{sync, "hoist commit"}, {"", "hoist commit"}},
		"promote":       {{"", "hoist promote --from ci --to staging --yes --until apply"}, {"", "hoist promote --continue --yes"}},
		"recover":       {{"", "hoist recover"}, {"", "hoist recover --back --finish"}},
		"services":      {{"", "hoist services"}, {"", "hoist services nope"}},
		"check":         {{"", "hoist check"}, {"sed -i 's/sk_live_/sk_test_/' kubernetes/overlays/aws-prod/configs/simplex-api/config.yaml", "hoist check"}},
		"explain":       {{"", "hoist explain simplex-api payment.plans"}, {"", "hoist explain simplex-api nope"}},
		"images diff":   {{"", "hoist images diff"}},
		"images sync":   {{"", "hoist images sync --from ci --to staging --all --yes"}},
		"allow":         {{"", "hoist allow worker.concurrency --reason 'CI is small'"}, {"", "hoist allow worker.concurrency"}},
		"init":          {{"rm hoist.yaml", "hoist init"}, {"", "hoist init"}},
		"skill install": {{"", "hoist skill install"}, {"", "hoist skill install --check"}, {"", "hoist skill install --agent nobody"}},
		"skill show":    {{"", "hoist skill show"}},
		"version":       {{"", "hoist version"}},
		"":              {{"echo nonsense > hoist.yaml", "hoist diff"}, {"", "hoist nonsense"}, {"", "hoist diff --nonsense"}},
	}
}

// speechless are the commands that are for a person, and answer in no JSON.
func speechless() []string { return []string{"demo", "help", "completion"} }

// TestJSONIsNeverTranslated: the same bytes whatever the person's language, for
// every command.
func TestJSONIsNeverTranslated(t *testing.T) {
	t.Parallel()
	commands := commandTree(t)
	for _, path := range slices.Sorted(maps.Keys(commands)) {
		if asksArgo := strings.HasPrefix(path, "deploy"); !asksArgo && !commands.hasBelow(path) && answers()[path] == nil && !slices.Contains(speechless(), strings.Fields(path)[0]) {
			t.Errorf("no JSON of hoist %s is looked at", path)
		}
	}
	m := newMirror(t)
	for path, list := range answers() {
		for i, x := range list {
			m.prepare(x[0])
			en, zh := m.answer("en_US.UTF-8", x[1]), m.answer("zh_CN.UTF-8", x[1])
			if !bytes.Equal(en, zh) {
				t.Errorf("%s:\n%s\n--\n%s", x[1], en, zh)
			}
			var doc struct{ Schema string }
			if err := json.Unmarshal(en, &doc); err != nil || !strings.HasPrefix(doc.Schema, "hoist/") {
				t.Errorf("%s (of %s): no JSON of ours: %v\n%s", x[1], path, err, en)
			}
			if i == 0 && !commands.hasBelow(path) && bytes.Equal(m.said("en_US.UTF-8", x[1]), m.said("zh_CN.UTF-8", x[1])) && !slices.Contains([]string{"version", "skill show"}, path) {
				t.Errorf("%s: the text is not translated", x[1])
			}
		}
	}
}

// The same for what asks Argo CD, on an example that one deploys.
func TestDeployJSONIsNeverTranslated(t *testing.T) {
	t.Parallel()
	for path := range commandTree(t) {
		if words := strings.Fields(path); len(words) == 2 && words[0] == "deploy" && !slices.ContainsFunc(deployments(), func(d []string) bool { return d[1] == words[1] }) {
			t.Errorf("no JSON of hoist %s is looked at", path)
		}
	}
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	answer := func(lang string, words ...string) string {
		c := s.command(words...)
		c.Env = append(c.Env, "LANG="+lang)
		out, _ := c.Output() // answers have exit statuses of their own
		return moment.ReplaceAllString(string(out), "…Z")
	}
	for _, words := range deployments() {
		en, zh := answer("en_US.UTF-8", append(words, "-o", "json")...), answer("zh_CN.UTF-8", append(words, "-o", "json")...)
		if en != zh {
			t.Errorf("%s:\n%s\n--\n%s", words, en, zh)
		}
		var doc struct{ Schema string }
		if err := json.Unmarshal([]byte(en), &doc); err != nil || !strings.HasPrefix(doc.Schema, "hoist/") {
			t.Errorf("%s: no JSON of ours: %v\n%s", words, err, en)
		}
		if en, zh := answer("en_US.UTF-8", words...), answer("zh_CN.UTF-8", words...); en == zh {
			t.Errorf("%s: the text is not translated: %s", words, en)
		}
	}
}

// moment is when something was, as JSON has it: Argo CD looks again between two
// answers.
var moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)

// deployments are the commands that ask Argo CD. (A sync of prod is refused here,
// where nobody sits at a terminal.)
func deployments() [][]string {
	return [][]string{{"deploy", "status"}, {"deploy", "diff", "prod"}, {"deploy", "sync", "staging"}, {"deploy", "sync", "prod"}, {"deploy", "wait", "ci"}, {"deploy", "wait", "prod", "--timeout", "1s"}}
}

// mirror is the example, put back before each command as it was: in the same
// directory, at the same time by git.
type mirror struct {
	t        *testing.T
	dir      string
	prepared string // what was done to it
	touched  bool   // something may have been done since
}

func newMirror(t *testing.T) *mirror {
	t.Helper()
	m := &mirror{t: t, dir: t.TempDir(), prepared: "nothing"}
	m.sh("C", "example first && cd first && git config user.name Test && git config user.email test@hoist.example && hoist diff -q; git gc -q; rm -f .git/hooks/*.sample") // the fingerprints' key is made; few files are copied fast
	return m
}

// sh runs a command line in the mirror's directory.
func (m *mirror) sh(lang, line string) []byte {
	m.t.Helper()
	c := exec.Command("sh", "-c", line)
	c.Dir = m.dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + m.dir, "LANG=" + lang, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_DATE=2026-11-20T10:00:00Z", "GIT_COMMITTER_DATE=2026-11-20T10:00:00Z"}
	out, _ := c.CombinedOutput() // answers have exit statuses of their own
	return out
}

// prepare does what is to be done before; the state it leaves is what each
// command begins with.
func (m *mirror) prepare(line string) {
	m.t.Helper()
	if line == m.prepared {
		return
	}
	m.prepared, m.touched = line, true
	if line == "" {
		line = "true"
	}
	out := m.sh("C", "rm -rf kept repo && cp -a first repo && cd repo && { { "+line+"; } >out 2>&1 || test $? = 1 || { cat out; exit 1; }; } && rm out && cd .. && mv repo kept && echo done")
	if string(out) != "done\n" {
		m.t.Fatalf("%s:\n%s", line, out)
	}
}

// onlyRead are the commands that leave everything as it was.
var onlyRead = regexp.MustCompile(`^hoist (diff|plan|verify|services|check|explain|images diff|skill show|version|history|nonsense)\b`)

// fresh runs a command where everything is as prepare left it.
func (m *mirror) fresh(lang, line, typed string) []byte {
	m.t.Helper()
	if m.touched {
		m.sh("C", "rm -rf repo && cp -a kept repo")
	}
	m.touched = !onlyRead.MatchString(typed)
	return m.sh(lang, "cd repo && "+line)
}

// answer is what a command answers in JSON, stdout alone.
func (m *mirror) answer(lang, typed string) []byte {
	m.t.Helper()
	return m.fresh(lang, typed+" -o json 2>/dev/null", typed)
}

// said is what it says to a person.
func (m *mirror) said(lang, typed string) []byte {
	m.t.Helper()
	return m.fresh(lang, typed, typed)
}

// TestHelpInBothLanguages: every command and every flag is explained in English
// and in Chinese.
func TestHelpInBothLanguages(t *testing.T) {
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for path := range commandTree(t) {
		words := strings.Fields(path)
		en, zh := helpOf(t, "en", words...), helpOf(t, "zh", words...)
		if han(en) {
			t.Errorf("hoist %s: Chinese in the English help", path)
		}
		if first, _, _ := strings.Cut(zh, "\n"); !han(first) {
			t.Errorf("hoist %s: not explained in Chinese: %q", path, first)
		}
		if first, _, _ := strings.Cut(en, "\n"); len(strings.Fields(first)) < 3 {
			t.Errorf("hoist %s: not explained in English: %q", path, first)
		}
		for _, heading := range [][2]string{{"Commands:", "命令："}, {"Flags:", "选项："}, {"Common flags:", "通用选项："}} {
			for _, l := range unexplained(section(en, heading[0])) {
				t.Errorf("hoist %s: no English beside %s", path, l)
			}
			for _, l := range unexplained(section(zh, heading[1])) {
				t.Errorf("hoist %s: no Chinese beside %s", path, l)
			}
			if len(section(en, heading[0])) > 0 && len(section(zh, heading[1])) == 0 {
				t.Errorf("hoist %s: %s is missing in Chinese", path, heading[0])
			}
			for _, l := range section(zh, heading[1]) {
				if strings.Contains(strings.TrimSpace(l), "  ") && !han(l) {
					t.Errorf("hoist %s: not Chinese: %s", path, l)
				}
			}
		}
	}
}

// unexplained are the lines of a section of help that name something and say
// nothing of it, neither beside it nor on the line below.
func unexplained(lines []string) (out []string) {
	for i, l := range lines {
		name := strings.HasPrefix(l, "  ") && !strings.HasPrefix(l, "   ") || strings.HasPrefix(l, "      --")
		beside := strings.Contains(strings.TrimSpace(l), "  ")
		below := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "       ")
		if name && !beside && !below {
			out = append(out, strings.TrimSpace(l))
		}
	}
	return out
}
