package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"pgregory.net/rapid"
)

// ugly are texts that chance does not find.
var ugly = []string{
	"", "\xff", "\x00", "\ufeffversion: 1\n", "version: 1\r\nenvironments: []\r\n", "&a [*a]", "a: &a {b: *a}", "<<: {version: 1}\nenvironments: []",
	"environments: &e\n- &x {name: ci, overlay: k/ci}\n- *x\nversion: 1\nallow: *e\n", "? [version]\n: 1\n", "? {a: b}\n: c\n", "version: !!int 1\n", "version: 0x1\n",
	"categories:\n  a.yaml: |\n    - x\n    - y\nversion: 1\n", "allow:\n  x.yaml: |\n    keys: [a]\n", "a: |\n  x\n", "- - - -\n", "{", "version: 1 # 待\n环境: []\n",
	"allow: [{keys: [\"a\\u00e9..b\\x41\", \"\\\n..\"], reason: >-\n  long\n\n  text}]", "version: 1\n...\n---\n...\n", "%YAML 1.2\n---\nversion: 1\n", "discover: [{service}]\n", "discover: [x{service}",
	"allow:\n- keys:\n  - |\n    a..b\n  - >-\n    c[\n  - 'it''s[.'\n  reason: r\n", "\u2028version: 1", "version: 1\tenvironments: 2",
}

func FuzzLoad(f *testing.F) {
	for _, d := range documents {
		f.Add(d.text)
	}
	for _, s := range ugly {
		f.Add(s)
		f.Add(head + s)
	}
	example, err := os.ReadFile("../../examples/simplex-gitops/hoist.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	f.Fuzz(func(t *testing.T, text string) { lawful(t, text) })
}

// lawful: Load gives a whole Config or problems, each inside the file.
func lawful(t interface {
	Helper()
	Errorf(string, ...any)
}, text string) {
	t.Helper()
	c, err := Load(tree(text), "hoist.yaml")
	if (c == nil) == (err == nil) {
		t.Errorf("a Config %v and an error %v", c != nil, err)
	}
	if err == nil {
		if len(c.Environments) < 2 || c.Rules == nil || c.File == nil {
			t.Errorf("%q is half a Config", text)
		}
		return
	}
	l := problem.All(err)
	if len(l) == 0 {
		t.Errorf("%v is no problem", err)
	}
	count := textedit.Index(text).Count()
	for _, p := range l {
		if p.Code == Unreadable {
			continue
		}
		line := nth(text, p.Place.Line)
		if p.Place.File != "hoist.yaml" || p.Place.Line < 1 || p.Place.Line > count || p.Place.Column < 1 || p.Place.Column > len([]rune(line))+1 {
			t.Errorf("%q: %v is outside the file", text, p)
		}
		if p.Excerpt != line {
			t.Errorf("%q: %v shows %q, not %q", text, p, p.Excerpt, line)
		}
	}
}

// nth is a line of text as YAML counts lines.
func nth(text string, n int) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}

// Good files with a few bytes changed, lines moved or texts put in.
func TestMutatedFiles(t *testing.T) {
	example, err := os.ReadFile("../../examples/simplex-gitops/hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	starts := []string{head + everything, string(example)}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(starts).Draw(t, "start")
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			end := min(len(text), at+rapid.IntRange(0, 12).Draw(t, "length"))
			put := rapid.SampledFrom([]string{"", " ", "\n", "-", ":", "[", "]", "{", "}", "'", "\"", "#", "&a", "*a", "<<: ", "\t", "null", "1", "\r", "待", "- ", "..", "\\", "!x ", "|\n", "**"}).Draw(t, "put")
			text = text[:at] + put + text[end:]
			if text == "" {
				text = "x"
			}
		}
		lawful(t, text)
	})
}

// fleet writes a tree of services to disk: what discovery meets in a real
// repository.
func fleet(t testing.TB, services int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range services {
		for _, e := range []string{"ci", "staging", "prod"} {
			at := filepath.Join(dir, "k", e, "configs", fmt.Sprintf("service-%03d", i))
			if err := os.MkdirAll(at, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(at, "config.yaml"), []byte("a: 1\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "hoist.yaml"), []byte(head+"discover: ['configs/{service}/config.yaml']\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLoadIsTheSameAgain(t *testing.T) {
	root, err := os.OpenRoot(fleet(t, 40))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	first := ""
	for range 10 {
		c, err := Load(root.FS(), "hoist.yaml")
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(c.Services, c.Discover)
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatal("the same tree gives another Config")
		}
	}
}

func BenchmarkLoadFleet(b *testing.B) {
	root, err := os.OpenRoot(fleet(b, 300))
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	for b.Loop() {
		if _, err := Load(root.FS(), "hoist.yaml"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadExample(b *testing.B) {
	fsys := os.DirFS("../../examples/simplex-gitops")
	for b.Loop() {
		if _, err := Load(fsys, "hoist.yaml"); err != nil {
			b.Fatal(err)
		}
	}
}
