package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

func problemText(t *testing.T, w Words, err error) string {
	t.Helper()
	var b bytes.Buffer
	if e := w.Problem(&b, err); e != nil {
		t.Fatal(e)
	}
	return b.String()
}

func TestProblemLooks(t *testing.T) {
	for _, lang := range Languages() {
		for _, width := range []int{0, 60, 100} {
			w := Words{Lang: lang, Width: width, Mask: testMask()}
			golden(t, fmt.Sprintf("problem_%s_%d.txt", lang, width), []byte(problemText(t, w, problems())))
		}
	}
	golden(t, "problem_colour.txt", []byte(problemText(t, Words{Colour: true, Width: 80, Mask: testMask(), Verbose: true}, problems())))
}

func TestProblemOfOtherErrors(t *testing.T) {
	w := Words{Mask: testMask()}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("disk full"), "error: disk full\n"},
		{fmt.Errorf("x: %w", context.Canceled), "error: stopped before the end; nothing is half-written\n"},
		{errors.New("dial postgres://u:FAKEpassw0rd99@db.example\x1b[2J"), ""},
		{fmt.Errorf("wrapped: %w", problem.New(problem.Code{Name: "no-git", Class: problem.Outside}, problem.Place{})),
			"error: git was not found\n  hint: hoist works with the git that is installed: 2.30 or later, on the PATH\n"},
	} {
		got := problemText(t, w, c.err)
		if c.want != "" && got != c.want || strings.Contains(got, "FAKEpassw0rd99") || strings.Contains(got, "\x1b") {
			t.Errorf("%v: %q", c.err, got)
		}
	}
}

// The caret stands under the column, counted in characters, however wide the
// characters before it are.
func TestCaret(t *testing.T) {
	long := strings.Repeat("环境 abc ", 40)
	for _, c := range []struct {
		line   string
		column int
	}{
		{"name: x", 7}, {"名称: x", 5}, {"\tname: x", 2}, {"\t\t名称: 值", 7}, {"👩‍👩‍👧 k: v", 7},
		{long + "HERE" + long, len([]rune(long)) + 1}, {"x" + long + "HERE", len([]rune(long)) + 2},
	} {
		p := problem.New(problem.Code{Name: "config-empty", Class: problem.Wrong}, problem.Place{File: "hoist.yaml", Line: 3, Column: c.column}, "field", "x")
		p.Excerpt = c.line
		lines := strings.Split(problemText(t, Words{Width: 80, Mask: testMask()}, p), "\n")
		if len(lines) < 3 {
			t.Fatalf("%q: %q", c.line, lines)
		}
		at := cells(lines[2][:strings.IndexByte(lines[2], '^')])
		under := ""
		for _, g := range graphemes(lines[1]) {
			if at <= 0 {
				under = g.text
				break
			}
			at -= g.width
		}
		rest := string([]rune(c.line)[c.column-1:])
		if want := graphemes(expand(rest))[0].text; under != want {
			t.Errorf("%.30q column %d: the caret is under %q, not %q:\n%s\n%s", c.line, c.column, under, want, lines[1], lines[2])
		}
		if n := cells(lines[1]); n > 80 {
			t.Errorf("%.30q: %d cells", c.line, n)
		}
	}
}

// No caret rather than one under the wrong place.
func TestNoCaretWhereTheLineIsMasked(t *testing.T) {
	p := problem.New(problem.Code{Name: "config-empty", Class: problem.Wrong}, problem.Place{File: "hoist.yaml", Line: 3, Column: 50}, "field", "x")
	p.Excerpt = "  values: {ci: 'sk_live_FAKE0123456789abcdef0123'}, more: 1"
	got := problemText(t, Words{Mask: testMask()}, p)
	if strings.Contains(got, "FAKE0123456789") || strings.Contains(got, "^") || !strings.Contains(got, "values:") {
		t.Error(got)
	}
}
