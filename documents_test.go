package house

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every module that go.mod requires itself has its reason on the page of
// decisions, on one line, and the page names no other.
func TestDependenciesHaveReasons(t *testing.T) {
	const page = "docs/decisions/0001-dependencies.md"
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z0-9./-]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(text), -1) {
		if reasons[m[1]] != "" {
			t.Errorf("%s: %s is there twice", page, m[1])
		}
		reasons[m[1]] = strings.TrimSpace(m[3])
	}
	direct := 0
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		direct++
		if len(strings.Fields(reasons[m[1]])) < 3 {
			t.Errorf("%s: no reason for %s", page, m[1])
		}
		delete(reasons, m[1])
	}
	if direct < 5 {
		t.Fatalf("only %d requirements found", direct)
	}
	for name := range reasons {
		if strings.Contains(name, "/") {
			t.Errorf("%s: go.mod does not require %s", page, name)
		}
	}
}
