package skills

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

var update = flag.Bool("update", false, "write the skill's fingerprint")

const file = SyncName + "/SKILL.md"

// frontMatter is what agentskills.io allows, and its limits.
type frontMatter struct {
	Name          string
	Description   string
	License       string
	Compatibility string
	Metadata      map[string]string
	AllowedTools  string `yaml:"allowed-tools"`
}

func TestFrontMatter(t *testing.T) {
	head, body, ok := strings.Cut(strings.TrimPrefix(Sync, "---\n"), "\n---\n")
	if !ok || !strings.HasPrefix(Sync, "---\n") {
		t.Fatal("no front matter")
	}
	var f frontMatter
	if err := yaml.Load([]byte(head), &f, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	if f.Name != SyncName || !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(f.Name) || len(f.Name) > 64 {
		t.Errorf("name %q, folder %q", f.Name, SyncName)
	}
	if n := utf8.RuneCountInString(f.Description); n == 0 || n > 1024 {
		t.Errorf("the description has %d characters", n)
	}
	if n := utf8.RuneCountInString(f.Compatibility); n > 500 {
		t.Errorf("compatibility has %d characters", n)
	}
	for _, said := range []string{"sync ci to staging and prod", "sync configs to all envs", "promote ci config", "sync to prod", "promote to production", "同步ci配置到staging和prod"} {
		if !strings.Contains(f.Description, `"`+said+`"`) {
			t.Errorf("the description does not answer to %q", said)
		}
	}
	if n := strings.Count(Sync, "\n"); n >= 150 {
		t.Errorf("%d lines", n)
	}
	for _, tool := range regexp.MustCompile(`\([^)]*\)`).FindAllString(f.AllowedTools, -1) {
		if !regexp.MustCompile(`^\(hoist (diff|explain|services|history|images diff|deploy status|deploy diff):\*\)$`).MatchString(tool) {
			t.Errorf("an agent may do %s unasked", tool)
		}
	}
	if strings.TrimSpace(body) == "" {
		t.Error("no body")
	}
}

func TestFingerprint(t *testing.T) {
	if *update {
		text := regexp.MustCompile(`(?m)^`+mark+`.*$`).ReplaceAllLiteralString(Sync, mark+Fingerprint(Sync))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !Untouched(Sync) {
		t.Errorf("the fingerprint of %s is not %s; go test ./skills -update", file, Fingerprint(Sync))
	}
	crlf := strings.ReplaceAll(Sync, "\n", "\r\n")
	if !Untouched(crlf) || !Same(crlf, Sync) {
		t.Error("line ends are no change")
	}
	for name, text := range map[string]string{
		"a letter":        strings.Replace(Sync, "Never", "Ever", 1),
		"a line at last":  Sync + "and more\n",
		"its fingerprint": strings.Replace(Sync, mark, mark+"0", 1),
		"no fingerprint":  strings.Replace(Sync, mark, "  other: ", 1),
		"nothing":         "",
		"cut off":         Sync[:strings.Index(Sync, mark)+len(mark)+5],
	} {
		if Untouched(text) || Same(text, Sync) {
			t.Errorf("%s: taken for untouched", name)
		}
	}
}
