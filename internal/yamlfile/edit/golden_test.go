package edit

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

var update = flag.Bool("update", false, "rewrite the after sections of testdata")

// A golden case reads
//
//	=== name [crlf] [bom] [nonl] [json]
//	--- before
//	--- source      what set, add and append read; before, where it is left out
//	--- ops
//	set a.b         with options: = VALUE, note TEXT, omit PATH, from PATH
//	--- after
//
// crlf, bom and nonl say how before and after differ from what is shown; an op
// that is held stands in after as "held: why path".
type golden struct {
	name, flags                string
	before, source, ops, after string
}

func parseGolden(t testing.TB, text string) (out []*golden) {
	t.Helper()
	var g *golden
	var at *string
	for _, line := range strings.SplitAfter(text, "\n") {
		switch {
		case strings.HasPrefix(line, "=== "):
			name, flags, _ := strings.Cut(strings.TrimSpace(line[4:]), " [")
			g, at = &golden{name: name, flags: flags}, nil
			out = append(out, g)
		case strings.HasPrefix(line, "--- before\n"):
			at = &g.before
		case strings.HasPrefix(line, "--- source\n"):
			at = &g.source
		case strings.HasPrefix(line, "--- ops\n"):
			at = &g.ops
		case strings.HasPrefix(line, "--- after\n"):
			at = &g.after
		case at != nil:
			*at += line
		case strings.TrimSpace(line) != "":
			t.Fatalf("stray line %q", line)
		}
	}
	return out
}

func (g *golden) file(text string) string {
	if strings.Contains(g.flags, "nonl") {
		text = strings.TrimSuffix(text, "\n")
	}
	if strings.Contains(g.flags, "crlf") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if strings.Contains(g.flags, "bom") {
		text = mark + text
	}
	return text
}

func (g *golden) fileName() string {
	if strings.Contains(g.flags, "json") {
		return "config.json"
	}
	return "config.yaml"
}

func mustParse(t testing.TB, name, src string) *yamlfile.File {
	t.Helper()
	f, err := yamlfile.Parse(name, []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return f
}

func mustPath(t testing.TB, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var actions = map[string]Action{"set": Set, "add": Add, "delete": Delete, "append": Append}

func readOp(t testing.TB, line string, source *yamlfile.File) Op {
	t.Helper()
	words := strings.Fields(line)
	op := Op{Action: actions[words[0]]}
	if words[1] != "." {
		op.Path = mustPath(t, words[1])
	}
	from := op.Path
	var note string
	var val *value.Value
	rest := words[2:]
	for len(rest) > 0 {
		switch rest[0] {
		case "=":
			v, err := value.Parse(strings.Join(rest[1:], " "))
			if err != nil {
				t.Fatal(err)
			}
			val, rest = &v, nil
		case "note":
			note, rest = strings.ReplaceAll(rest[1], "_", " "), rest[2:]
		case "omit":
			op.Omit, rest = append(op.Omit, mustPath(t, rest[1])), rest[2:]
		case "supply":
			p, text, _ := strings.Cut(rest[1], "==")
			v, _ := value.Parse(text)
			op.Supply, rest = append(op.Supply, Supply{Path: mustPath(t, p), Value: v}), rest[2:]
		case "from":
			from, rest = mustPath(t, rest[1]), rest[2:]
		case "clean":
			op.Clean, rest = func(c string) bool { return !strings.Contains(c, "SECRET") }, rest[1:]
		default:
			t.Fatalf("what is %q?", rest[0])
		}
	}
	if val != nil {
		op.Supply = append(op.Supply, Supply{Path: op.Path, Value: *val, Comment: note})
	}
	if op.Action != Delete && (val == nil || op.Action == Add) {
		op.From, _ = source.Lookup(from)
	}
	return op
}

func (g *golden) run(t *testing.T) string {
	before := mustParse(t, g.fileName(), g.file(g.before))
	source := before
	if g.source != "" {
		source = mustParse(t, g.fileName(), g.source)
	}
	var ops []Op
	for _, l := range strings.Split(strings.TrimSpace(g.ops), "\n") {
		ops = append(ops, readOp(t, l, source))
	}
	d := Make(before, ops)
	if !textedit.Outside([]byte(before.Source()), d.After, d.Edits) {
		t.Errorf("bytes outside the splices moved")
	}
	after := string(d.After)
	for _, h := range d.Held {
		if h.Why.Arg("why") == WhyUnproved {
			t.Errorf("%s is unproved", ops[h.Op].Path)
		}
	}
	if strings.Contains(g.flags, "crlf") {
		if n := strings.Count(after, "\n"); n != strings.Count(after, "\r\n") || n != strings.Count(after, "\r") {
			t.Errorf("mixed line ends: %q", after)
		}
		after = strings.ReplaceAll(after, "\r\n", "\n")
	}
	if strings.Contains(g.flags, "bom") != strings.HasPrefix(after, mark) {
		t.Errorf("byte order mark: %q", after)
	}
	after = strings.TrimPrefix(after, mark)
	if strings.Contains(g.flags, "nonl") {
		if strings.HasSuffix(after, "\n") {
			t.Errorf("a final newline: %q", after)
		}
		after += "\n"
	}
	for _, h := range d.Held {
		after += fmt.Sprintf("held: %s %s\n", h.Why.Arg("why"), ops[h.Op].Path)
	}
	return after
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			for _, g := range parseGolden(t, string(text)) {
				t.Run(g.name, func(t *testing.T) {
					got := g.run(t)
					if got != g.after && !*update {
						t.Errorf("after:\n%s\nwant:\n%s\nbefore:\n%s", got, g.after, g.before)
					}
					g.after = got
				})
				g.write(&out)
			}
			if *update {
				if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (g *golden) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "=== %s", g.name)
	if g.flags != "" {
		fmt.Fprintf(b, " [%s", g.flags)
	}
	fmt.Fprintf(b, "\n--- before\n%s", g.before)
	if g.source != "" {
		fmt.Fprintf(b, "--- source\n%s", g.source)
	}
	fmt.Fprintf(b, "--- ops\n%s--- after\n%s", g.ops, g.after)
}
