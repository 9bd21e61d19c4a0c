package report

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/textedit"
)

// someEdits draws edits of src that do not overlap.
func someEdits(t *rapid.T, src string) []textedit.Edit {
	var out []textedit.Edit
	at := 0
	for range rapid.IntRange(0, 6).Draw(t, "edits") {
		if at > len(src) {
			break
		}
		start := rapid.IntRange(at, len(src)).Draw(t, "start")
		end := rapid.IntRange(start, min(len(src), start+12)).Draw(t, "end")
		out = append(out, textedit.Edit{Span: textedit.Span{Start: start, End: end}, New: rapid.StringMatching(`[ab\n]{0,8}`).Draw(t, "new")})
		at = end + 1
	}
	return out
}

// The blocks say all that changed, no line more, and nothing twice.
func TestBlocksMakeTheFileAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.StringMatching(`([abc]{0,3}(\n|\r\n)){0,12}[ab]{0,2}`).Draw(t, "src")
		edits := someEdits(t, src)
		out, err := textedit.Apply([]byte(src), edits)
		if err != nil {
			t.Skip()
		}
		before, after := linesOf(src), linesOf(string(out))
		got, at := "", 0
		for _, b := range blocks(before, after, edits) {
			if b.old < at {
				t.Fatalf("blocks overlap: %v", b)
			}
			if n := min(b.oldEnd-b.old, b.newEnd-b.new); n > 0 {
				first := before.src[before.starts[b.old]:before.end(b.old)] == after.src[after.starts[b.new]:after.end(b.new)]
				last := before.src[before.starts[b.oldEnd-1]:before.end(b.oldEnd-1)] == after.src[after.starts[b.newEnd-1]:after.end(b.newEnd-1)]
				if first || last {
					t.Fatalf("a block begins or ends with what is the same: %v of %q and %q", b, src, out)
				}
			}
			for ; at < b.old; at++ {
				got += src[before.starts[at]:before.end(at)]
			}
			for i := b.new; i < b.newEnd; i++ {
				got += after.src[after.starts[i]:after.end(i)]
			}
			at = b.oldEnd
		}
		for ; at < before.count(); at++ {
			got += src[before.starts[at]:before.end(at)]
		}
		if got != string(out) {
			t.Fatalf("blocks give %q, want %q (from %q by %v)", got, out, src, edits)
		}
	})
}

// applyPatch applies a unified diff the plain way: it knows nothing of how the
// patch was made.
func applyPatch(t *rapid.T, src, patch string) string {
	if patch == "" {
		return src
	}
	old := strings.SplitAfter(src, "\n")
	var out strings.Builder
	at := 0
	lines := strings.Split(strings.TrimSuffix(patch, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		last := i+1 < len(lines) && strings.HasPrefix(lines[i+1], `\ `)
		switch {
		case strings.HasPrefix(l, "--- "), strings.HasPrefix(l, "+++ "), strings.HasPrefix(l, `\ `):
		case strings.HasPrefix(l, "@@ -"):
			from, count, _ := strings.Cut(strings.Fields(l[4:])[0], ",")
			n, err := strconv.Atoi(from)
			if err != nil {
				t.Fatal(err)
			}
			if count != "0" {
				n--
			}
			for ; at < n; at++ {
				out.WriteString(old[at])
			}
		case l[0] == '+':
			out.WriteString(l[1:])
			if !last {
				out.WriteString("\n")
			}
		default:
			if got := strings.TrimSuffix(old[at], "\n"); got != l[1:] {
				t.Fatalf("the patch has %q where the file has %q", l, got)
			}
			if l[0] == ' ' {
				out.WriteString(old[at])
			}
			at++
		}
	}
	for ; at < len(old); at++ {
		out.WriteString(old[at])
	}
	return out.String()
}

// A patch without secrets can be applied, and gives the file after.
func TestPatchApplies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "lines")
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("k%d: %d\n", i, i%3))
		}
		src := strings.Join(all, "")
		open := rapid.Bool().Draw(t, "no final newline")
		if open {
			src = src[:len(src)-1]
		}
		var edits []textedit.Edit
		at := 0
		for i, l := range all {
			line := textedit.Span{Start: at, End: min(at+len(l), len(src))}
			at += len(l)
			switch rapid.IntRange(0, 8).Draw(t, "what") {
			case 0:
				v := line.Start + strings.Index(l, ": ") + 2
				edits = append(edits, textedit.Edit{Span: textedit.Span{Start: v, End: v + 1}, New: "99"})
			case 1:
				if n > 1 && !(open && i == n-1) {
					edits = append(edits, textedit.Edit{Span: line})
				}
			case 2:
				edits = append(edits, textedit.Edit{Span: textedit.Span{Start: line.Start, End: line.Start}, New: fmt.Sprintf("n%d: 1\nm%d: 2\n", i, i)})
			}
		}
		out, err := textedit.Apply([]byte(src), edits)
		if err != nil {
			t.Skip()
		}
		before, err1 := parseQuiet("a.yaml", src)
		after, err2 := parseQuiet("a.yaml", string(out))
		if err1 != nil || err2 != nil {
			t.Skip()
		}
		var b bytes.Buffer
		p := &page{out: &b}
		Words{}.patch(p, plan.File{Path: "a.yaml", Before: before, After: after, Edits: edits})
		if err := p.flush(); err != nil {
			t.Fatal(err)
		}
		if got := applyPatch(t, src, b.String()); got != string(out) {
			t.Fatalf("the patch gives %q, want %q:\n%s", got, out, b.String())
		}
	})
}

func TestCutsNeverHideADifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`([ab /,]|环|é|👍){0,60}[ab]`)
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		n := rapid.IntRange(12, 40).Draw(t, "width")
		shown := func(s string, others ...string) (out string) {
			for _, l := range excerpts(s, others, n) {
				out += strings.TrimRight(l.String(), " ") + "\n"
			}
			return out
		}
		ea, eb := shown(a, b, c), shown(b, a, c)
		if a != b && ea == eb {
			t.Fatalf("%q and %q are both shown as %q", a, b, ea)
		}
		for _, s := range []string{ea, eb} {
			for l := range strings.SplitSeq(s, "\n") {
				if cells(l) > n {
					t.Fatalf("%q is wider than %d", l, n)
				}
			}
		}
	})
}

func TestShownDiffersWhereValuesDo(t *testing.T) {
	texts := []string{"1", `"1"`, "1.0", "true", `"true"`, "null", `""`, "{}", "[]", `"{}"`, `"[]"`, `"null"`, "a", `" a"`, `"a "`, `"a\nb"`, `'a\nb'`, "yes", `"yes"`, "[a, b]", `["a, b"]`, `"[a, b]"`,
		"!!binary aGk=", "!x aGk=", `"(missing)"`, "0x10", "16", "1e3", "1000", `"a...b"`, `'"a"'`, "2026-01-01", `"2026-01-01"`, `"...a"`}
	seen := map[string]string{}
	w := Words{Mask: testMask()}
	for _, x := range texts {
		f, err := parseQuiet("a.yaml", "k: "+x+"\n")
		if err != nil {
			t.Fatalf("%s: %v", x, err)
		}
		n, _ := f.Lookup(mustPath(t, "k"))
		got := w.node("", mustPath(t, "k"), n, n.Value(), false).text
		for other, y := range seen {
			m, _ := parseQuiet("a.yaml", "k: "+y+"\n")
			o, _ := m.Lookup(mustPath(t, "k"))
			if other == got && !o.Value().Equal(n.Value()) {
				t.Errorf("%s and %s are both shown as %s", x, y, got)
			}
		}
		seen[got] = x
	}
	if w.value(mustPath(t, "k"), clean(t).Keys[0].Values[0], false).text != "8080" {
		t.Error("a number is shown as it is spelled")
	}
}

func TestArgumentsForgeNoLines(t *testing.T) {
	for _, p := range problems() {
		for i := range p.Args {
			if p.Args[i].Name != "output" {
				p.Args[i].Text += "\nerror: forged"
			}
		}
		if got := problemText(t, Words{Mask: testMask()}, p); strings.Contains(got, "\nerror: forged") {
			t.Errorf("%s: %s", p.Code.Name, got)
		}
	}
}
