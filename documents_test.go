package house

import (
	"os"
	"path/filepath"
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

// Every published schema of an answer, and every environment variable that the
// program asks for, is on the page for scripts.
func TestScriptingIsComplete(t *testing.T) {
	const page = "docs/scripting.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := filepath.Glob("schema/hoist-*-v1.schema.json")
	if err != nil || len(schemas) < 15 {
		t.Fatalf("%d schemas, %v", len(schemas), err)
	}
	for _, s := range schemas {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(s), "hoist-"), "-v1.schema.json")
		if !strings.Contains(string(text), "`hoist/"+name+"/v1`") || !strings.Contains(string(text), "(../"+filepath.ToSlash(s)+")") {
			t.Errorf("%s: hoist/%s/v1 is not there", page, name)
		}
	}
	asked := regexp.MustCompile(`\b[gG]etenv\("(\w+)"\)`)
	found := 0
	for _, s := range append(sources(t), source{path: "cmd/hoist/main.go"}) {
		src, err := os.ReadFile(s.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllSubmatch(src, -1) {
			found++
			if !strings.Contains(string(text), "`"+string(m[1])+"`") {
				t.Errorf("%s: %s asks for %s", page, s.path, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d variables found", found)
	}
}

// The page of the house names every room, and no other.
func TestArchitectureNamesEveryRoom(t *testing.T) {
	const page = "docs/architecture.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, tree, _ := strings.Cut(string(text), "```\ninternal/\n")
	tree, _, _ = strings.Cut(tree, "\n```")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z/]+?)/? +\S`).FindAllStringSubmatch(tree, -1) {
		named[m[1]] = true
	}
	if len(named) < 20 {
		t.Fatalf("only %d rooms found", len(named))
	}
	for _, s := range sources(t) {
		if !named[s.room] {
			t.Errorf("%s: room %s is not there", page, s.room)
			named[s.room] = true
		}
	}
	for room := range named {
		if _, err := os.Stat(filepath.Join("internal", room)); err != nil {
			t.Errorf("%s: there is no room %s", page, room)
		}
	}
}

// The page of the house shows the ladder that house_test.go enforces.
func TestArchitectureShowsTheLadder(t *testing.T) {
	const page = "docs/architecture.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var floors []string
	for _, floor := range strings.Split(ladder, "<") {
		var rooms []string
		for _, room := range strings.Fields(floor) {
			if _, err := os.Stat(filepath.Join("internal", room)); err == nil {
				rooms = append(rooms, room)
			}
		}
		if rooms != nil {
			floors = append(floors, strings.Join(rooms, " "))
		}
	}
	want := strings.Join(append(floors, "cmd/hoist"), " < ")
	shown := regexp.MustCompile(`(?m)^    problem [^\n]*(?:\n    [^\n]*)*`).FindString(string(text))
	if got := strings.Join(strings.Fields(shown), " "); got != want {
		t.Errorf("%s shows\n%s\nthe ladder is\n%s", page, got, want)
	}
}
