package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
)

func diffMarkdown_(t testing.TB, w Words, o DiffOptions, services ...*compare.Service) string {
	t.Helper()
	var b bytes.Buffer
	var total compare.Counts
	o.Services = len(services)
	d := w.DiffMarkdown(&b, envs, o)
	for _, s := range services {
		if err := d.Service(s); err != nil {
			t.Fatal(err)
		}
		total.Plus(s.Counts)
	}
	if err := d.Close(total); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func planMarkdown_(t testing.TB, w Words, x *plan.Plan) string {
	t.Helper()
	var b bytes.Buffer
	if err := w.PlanMarkdown(&b, x); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdownLooks(t *testing.T) {
	for _, lang := range Languages() {
		w := Words{Lang: lang, Width: 60, Colour: true, Mask: testMask()} // neither has a say
		got := diffMarkdown_(t, w, DiffOptions{}, example(t), clean(t), lost(t), broken(t))
		golden(t, "markdown_diff_"+lang+".md", []byte(got))
		if faults := markdownFaults(got); faults != nil {
			t.Errorf("diff %s: %v", lang, faults)
		}
		last := got[strings.LastIndex(strings.TrimRight(got, "\n"), "\n")+1:]
		if want := w.Counts(total(example(t), clean(t), lost(t), broken(t))) + "\n"; last != want {
			t.Errorf("last line %q, want %q", last, want)
		}
		got = planMarkdown_(t, w, examplePlan(t))
		golden(t, "markdown_plan_"+lang+".md", []byte(got))
		if faults := markdownFaults(got); faults != nil {
			t.Errorf("plan %s: %v", lang, faults)
		}
	}
}

func total(services ...*compare.Service) (c compare.Counts) {
	for _, s := range services {
		c.Plus(s.Counts)
	}
	return c
}

var ours = regexp.MustCompile(`^</?(details|summary|br|code)>`)

// markdownFaults reads Markdown line by line, as far as hoist writes any, and
// says what of it would not be shown as it is meant.
func markdownFaults(text string) (out []string) {
	fence, open, cells := "", 0, 0
	for n, l := range strings.Split(text, "\n") {
		fault := func(why string) { out = append(out, fmt.Sprintf("line %d: %s: %q", n+1, why, l)) }
		switch {
		case fence != "":
			if l == fence {
				fence = ""
			}
			continue
		case strings.HasPrefix(l, "```"):
			fence = strings.TrimRight(l, "dfilmay")
			continue
		}
		pipes, tags, ok := scan(l)
		if !ok {
			fault("a code span that has no end, or a mark")
		}
		for _, tag := range tags {
			switch tag {
			case "<details>":
				open++
			case "</details>":
				open--
			}
		}
		switch isRow := strings.HasPrefix(l, "|"); {
		case isRow && cells == 0:
			cells = pipes
		case isRow && pipes != cells:
			fault("a row of another width")
		case !isRow:
			cells = 0
		}
	}
	if fence != "" || open != 0 {
		out = append(out, "left open")
	}
	return out
}

// scan counts a line's pipes and finds its tags; ok is false where a mark stands
// that is not escaped.
func scan(l string) (pipes int, tags []string, ok bool) {
	for i := 0; i < len(l); i++ {
		switch l[i] {
		case '\\':
			i++
		case '|':
			pipes++
		case '`':
			n := 0
			for i+n < len(l) && l[i+n] == '`' {
				n++
			}
			end := closing(l[i+n:], n)
			if end < 0 {
				return pipes, tags, false
			}
			inside := l[i+n : i+n+end]
			if strings.Contains(strings.ReplaceAll(inside, `\|`, ""), "|") || strings.Contains(inside, `\\|`) {
				return pipes, tags, false
			}
			i += n + end + n - 1
		case '<':
			tag := ours.FindString(l[i:])
			if tag == "" {
				return pipes, tags, false
			}
			tags = append(tags, tag)
			i += len(tag) - 1
		case '[', ']', '_', '~', '$':
			return pipes, tags, false
		}
	}
	return pipes, tags, true
}

// closing is where a run of exactly n backquotes begins.
func closing(s string, n int) int {
	for i := 0; i < len(s); i++ {
		run := 0
		for i+run < len(s) && s[i+run] == '`' {
			run++
		}
		if run == n {
			return i
		}
		i += max(run-1, 0)
	}
	return -1
}

// Whatever stands in a repository, Markdown shows it as text: it makes no link,
// no HTML, no cell of its own.
func FuzzMarkdownIsText(f *testing.F) {
	for _, s := range []string{"a|b", "``", "`", "</details>", "<img src=x onerror=y>", "[x](http://evil.example)", "![x](y)", "**b**", "a\n\n# b", "```", "\\", "\\|", "&lt;", "~~x~~", "$x$", " ", "`a", "a`"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, val string) {
		s, x := hostile(t, key, val)
		if s == nil {
			return
		}
		w := Words{Mask: testMask()}
		for _, got := range []string{diffMarkdown_(t, w, DiffOptions{ShowSame: true}, s), planMarkdown_(t, w, x)} {
			if faults := markdownFaults(got); faults != nil {
				t.Errorf("%v\n%s", faults, got)
			}
		}
	})
}
