package syntax_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// suiteCase is one case of yaml-test-suite (its src/*.yaml files).
type suiteCase struct {
	id, yaml, tree string
	invalid, skip  bool
}

// asGoYAML are the invalid cases that go-yaml v4 reads, and that are therefore
// read here, with the tree that it gives.
var asGoYAML = map[string]string{
	"9C9N-00": "+STR\n+DOC ---\n+MAP\n=VAL :flow\n+SEQ []\n=VAL :a\n=VAL :b\n=VAL :c\n-SEQ\n-MAP\n-DOC\n-STR\n",
	"DK95-01": "+STR\n+DOC\n+MAP\n=VAL :foo\n=VAL \"bar baz\n-MAP\n-DOC\n-STR\n",
	"QB6E-00": "+STR\n+DOC ---\n+MAP\n=VAL :quoted\n=VAL \"a b c\n-MAP\n-DOC\n-STR\n",
	"S98Z-00": "+STR\n+DOC\n+MAP\n=VAL :empty block scalar\n=VAL >\n-MAP\n-DOC\n-STR\n",
	"Y79Y-03": "+STR\n+DOC\n+SEQ\n+SEQ []\n=VAL :foo\n=VAL :foo\n-SEQ\n-SEQ\n-DOC\n-STR\n",
}

// TestSuite runs yaml-test-suite, which is not part of this repository.
func TestSuite(t *testing.T) {
	dir := os.Getenv("YAML_TEST_SUITE")
	if dir == "" {
		t.Skip("set YAML_TEST_SUITE to the directory with the suite's *.yaml files to run it")
	}
	var valid, right, invalid, refused int
	for _, c := range suiteCases(t, dir) {
		if c.skip { // by the suite itself: its authors do not agree on them
			continue
		}
		tree, err := syntax.Parse("in.yaml", c.yaml)
		want, lenient := c.tree, asGoYAML[c.id] != ""
		if lenient {
			want = asGoYAML[c.id]
		}
		if c.invalid {
			invalid++
		} else {
			valid++
		}
		switch {
		case c.invalid && !lenient:
			if err == nil {
				t.Errorf("%s: read, but is invalid:\n%s\n%s", c.id, c.yaml, events(tree))
				continue
			}
			refused++
		case err != nil:
			t.Errorf("%s: %v\n%s", c.id, err, c.yaml)
		default:
			if got := events(tree); got != want {
				t.Errorf("%s:\n%s\ngot\n%s\nwant\n%s", c.id, c.yaml, got, want)
				continue
			}
			if !c.invalid {
				right++
			}
		}
	}
	t.Logf("%d of %d valid trees right, %d of %d invalid inputs refused", right, valid, refused, invalid)
	if right != 308 || refused != 89 {
		t.Errorf("want 308 trees right and 89 of 94 inputs refused; is %s the suite of 2022?", dir)
	}
}

func suiteCases(t testing.TB, dir string) []suiteCase {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	var all []suiteCase
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, casesOf(t, f, string(src))...)
	}
	return all
}

// casesOf reads one file of the suite with the parser under test: a list of
// mappings, where a later one inherits what it does not say.
func casesOf(t testing.TB, file, src string) []suiteCase {
	tree, err := syntax.Parse(file, src)
	if err != nil {
		t.Fatal(err)
	}
	var all []suiteCase
	last := suiteCase{}
	for item := range tree.Items(tree.Documents()[0].Root) {
		c := suiteCase{tree: last.tree, skip: last.skip}
		for k, v := range tree.Entries(item) {
			switch tree.Text(k) {
			case "yaml":
				c.yaml = suiteText(tree.Text(v))
			case "tree":
				c.tree = suiteTree(tree.Text(v))
			case "fail":
				c.invalid = tree.Text(v) == "true"
			case "skip":
				c.skip = true
			}
		}
		c.id = fmt.Sprintf("%s-%02d", strings.TrimSuffix(filepath.Base(file), ".yaml"), len(all))
		last = c
		all = append(all, c)
	}
	return all
}

var suiteMarks = strings.NewReplacer("␣", " ", "————»", "\t", "———»", "\t", "——»", "\t", "—»", "\t", "»", "\t",
	"↵", "", "∎\n", "", "∎", "", "←", "\r", "⇔", "\ufeff")

// suiteText puts in what the suite writes as visible marks.
func suiteText(s string) string { return suiteMarks.Replace(s) }

// suiteTree is an event stream without the suite's indentation.
func suiteTree(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], " ")
	}
	return strings.NewReplacer("␣", " ").Replace(strings.Join(lines, "\n"))
}
