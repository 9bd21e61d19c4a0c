//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// top is the checkout's top, seen from here.
const top = "../.."

// block is a fenced block of a Markdown file.
type block struct {
	lang  string
	line  int // of its first line, from 1
	lines []string
}

// blocks are the fenced blocks of a file, and what stands outside them.
func blocks(t *testing.T, file string) (out []block, prose []string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(top, file))
	fail(t, err)
	fence, indent := "", ""
	for i, l := range strings.Split(string(src), "\n") {
		text := strings.TrimLeft(l, " ")
		mark := text[:len(text)-len(strings.TrimLeft(text, "`"))]
		switch {
		case fence == "" && len(mark) >= 3:
			fence, indent = mark, l[:len(l)-len(text)]
			out = append(out, block{lang: strings.TrimSpace(text[len(mark):]), line: i + 2})
			l = ""
		case fence != "" && text == fence:
			fence, l = "", ""
		case fence != "":
			b := &out[len(out)-1]
			b.lines = append(b.lines, strings.TrimPrefix(l, indent))
			l = ""
		}
		prose = append(prose, l)
	}
	if fence != "" {
		t.Fatalf("%s: a block does not end", file)
	}
	return out, prose
}

// step is a command as a console block shows it: what is typed, and what comes.
type step struct {
	line   int
	typed  string
	shows  []string // nil: nothing is claimed
	argocd bool     // where the example has a remote, and an Argo CD deploys it
}

// steps are the commands of all console blocks, in order.
func steps(t *testing.T, file string) (out []step) {
	t.Helper()
	all, _ := blocks(t, file)
	for _, b := range all {
		if !isConsole(b) {
			continue
		}
		if len(b.lines) == 0 || !strings.HasPrefix(b.lines[0], "$ ") {
			t.Errorf("%s:%d: a console block begins with a command", file, b.line)
			continue
		}
		for i, l := range b.lines {
			last := len(out) - 1
			switch typed, isTyped := strings.CutPrefix(l, "$ "); {
			case isTyped:
				out = append(out, step{line: b.line + i, typed: typed, argocd: b.lang == "console argocd"})
			case out[last].shows == nil && strings.HasSuffix(out[last].typed, `\`):
				out[last].typed += "\n" + l
			default:
				out[last].shows = append(out[last].shows, l)
			}
		}
	}
	for i, r := range out {
		for len(r.shows) > 0 && r.shows[len(r.shows)-1] == "" { // before the next command
			r.shows = r.shows[:len(r.shows)-1]
		}
		out[i].shows = r.shows
	}
	return out
}

// isConsole: blocks marked "console argocd" are typed where the example has been
// pushed to a remote and a pretended Argo CD has deployed it, all others where
// the ones before left off.
func isConsole(b block) bool { return b.lang == "console" || b.lang == "console argocd" }

// documents are the files whose console blocks are run, with their language. Each
// begins in an empty directory, with hoist on the PATH.
func documents() map[string]string {
	return map[string]string{"README.md": "en_US.UTF-8", "docs/guide.md": "en_US.UTF-8", "docs/guide.zh.md": "zh_CN.UTF-8", "docs/scripting.md": "C.UTF-8"}
}

// TestDocuments types what the documents say one types, and compares what comes
// with what they show; "…" there is anything.
func TestDocuments(t *testing.T) {
	for file, lang := range documents() {
		t.Run(strings.ReplaceAll(file, "/", "_"), func(t *testing.T) {
			t.Parallel()
			plain, deployed := newShell(t, "LANG="+lang), (*shell)(nil)
			_, noJQ := exec.LookPath("jq")
			for _, r := range steps(t, file) {
				if noJQ != nil && strings.Contains(r.typed, "| jq ") {
					t.Logf("%s:%d: no jq to pipe into", file, r.line)
					continue
				}
				s := plain
				if r.argocd {
					if deployed == nil {
						deployed = newDeployed(t, "LANG="+lang)
					}
					s = deployed
				}
				out, status := s.answers(r)
				at := fmt.Sprintf("%s:%d: $ %s", file, r.line, r.typed)
				switch {
				case r.shows == nil && status > 1:
					t.Fatalf("%s: exit status %d\n%s", at, status, out)
				case r.shows != nil && !shows(r.shows, out):
					t.Fatalf("%s\n-- the document shows, and it does not come:\n%s\n-- comes:\n%s", at, firstAmiss(r.shows, out), out)
				}
			}
		})
	}
}

// columns are the blanks between two of them: how wide they are is no promise.
var columns = regexp.MustCompile(`(\S)  +`)

// shows reports whether an output is what a document shows of it. A line "…" is
// any lines, and within a line any text.
func shows(want []string, out string) bool {
	var b strings.Builder
	b.WriteString(`\A`)
	out = columns.ReplaceAllString(out, "$1  ")
	for _, l := range want {
		l = columns.ReplaceAllString(strings.TrimSuffix(l, "⏎"), "$1  ")
		if strings.TrimSpace(l) == "…" {
			b.WriteString(`(?:.*\n)*?`)
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(l), "…", ".*") + ` *\n`)
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String()).MatchString(strings.TrimRight(out, "\n") + "\n")
}

// firstAmiss is the first line of a document that an output has not where it
// should stand.
func firstAmiss(want []string, out string) string {
	for i, l := range want {
		if !shows(append(slices.Clone(want[:i+1]), "…"), out) {
			return l
		}
	}
	return "(nothing more)"
}

func TestShows(t *testing.T) {
	for _, c := range []struct {
		want []string
		out  string
		ok   bool
	}{
		{[]string{"a", "b"}, "a\nb\n", true},
		{[]string{"a", "b"}, "a\nb\nc\n", false},
		{[]string{"a", "…"}, "a\nb\nc\n", true},
		{[]string{"a", "…", "c"}, "a\nc\n", true},
		{[]string{"a", "…", "c"}, "a\nb\n", false},
		{[]string{"…", "c"}, "b\nc", true},
		{[]string{"a … c."}, "a b c.\n", true},
		{[]string{"a … c."}, "a b cd\n", false},
		{[]string{"…"}, "", true},
		{[]string{"b"}, "a\nb\n", false},
		{[]string{"  a   b"}, "  a     b\n", true},
		{[]string{"  a   b"}, "   a   b\n", false},
		{[]string{"a   b"}, "a b\n", false},
	} {
		if shows(c.want, c.out) != c.ok {
			t.Errorf("%q of %q: %t", c.want, c.out, !c.ok)
		}
	}
}

// The translation is of the same guide: the same commands, files and settings in
// the same order.
func TestTranslation(t *testing.T) {
	skeleton := func(file string) (out []string) {
		for _, r := range steps(t, file) {
			out = append(out, "$ "+r.typed)
		}
		all, prose := blocks(t, file)
		for _, b := range all {
			if isConsole(b) {
				continue
			}
			out = append(out, "``` "+b.lang)
			for _, l := range b.lines {
				out = append(out, strings.TrimRight(comment.ReplaceAllString(l, ""), " "))
			}
		}
		for _, l := range prose {
			if m := heading.FindString(l); m != "" {
				out = append(out, m)
			}
			for _, span := range codeSpan.FindAllString(l, -1) {
				if strings.HasPrefix(span, "`hoist ") || strings.HasPrefix(span, "`-") {
					out = append(out, span)
				}
			}
		}
		return out
	}
	en, zh := skeleton("docs/guide.md"), skeleton("docs/guide.zh.md")
	if len(en) < 40 {
		t.Fatalf("only %d commands, blocks and headings", len(en))
	}
	slices.Sort(en[len(steps(t, "docs/guide.md")):]) // in a sentence the order is the language's
	slices.Sort(zh[len(steps(t, "docs/guide.zh.md")):])
	for i := range max(len(en), len(zh)) {
		if i >= len(en) || i >= len(zh) || en[i] != zh[i] {
			t.Fatalf("the guides part:\n%s\n--\n%s", strings.Join(en[min(i, len(en)):min(i+3, len(en))], "\n"), strings.Join(zh[min(i, len(zh)):min(i+3, len(zh))], "\n"))
		}
	}
}

var (
	comment  = regexp.MustCompile(`(^|\s)# .*`)
	heading  = regexp.MustCompile(`^#+ `)
	codeSpan = regexp.MustCompile("`[^`]+`")
)

// shell is one sh that a document's commands are typed into.
type shell struct {
	t    *testing.T
	work string // where it began
	in   *bufio.Writer
	out  *bufio.Reader
	last int
}

func newShell(t *testing.T, env ...string) *shell {
	t.Helper()
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	work := filepath.Join(dir, "work")
	fail(t, os.MkdirAll(home, 0o755))
	fail(t, os.MkdirAll(work, 0o755))
	fail(t, os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[user]\n\tname = Ana Duarte\n\temail = ana.duarte@simplex.example\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n"), 0o644))
	c := exec.Command("sh")
	c.Dir = work
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "TMPDIR=" + dir, "GIT_CEILING_DIRECTORIES=" + dir}, env...)
	in, err := c.StdinPipe()
	fail(t, err)
	out, err := c.StdoutPipe()
	fail(t, err)
	c.Stderr = c.Stdout
	fail(t, c.Start())
	t.Cleanup(func() {
		in.Close()
		_ = c.Wait()
	})
	return &shell{t: t, work: work, in: bufio.NewWriter(in), out: bufio.NewReader(out)}
}

// newDeployed is a shell in the example where it was pushed and deployed.
func newDeployed(t *testing.T, env ...string) *shell {
	t.Helper()
	example := openShop(t, t.TempDir(), shopOptions{})
	for k, v := range example.Environ() {
		env = append(env, k+"="+v)
	}
	s := newShell(t, env...)
	s.types("cd " + example.work)
	return s
}

// answer is a line of a document on which a person answers a question: what is
// asked, and what is typed; ⏎ is Enter alone.
var answer = regexp.MustCompile(`^(.*\[[^\]]*[/,][^\]]*\] |> |.*: )(⏎|\S+)$`)

// answers types a command. Where the document shows that questions are answered
// it does so at a terminal.
func (s *shell) answers(r step) (string, int) {
	s.t.Helper()
	sits := ""
	for _, l := range r.shows {
		m := answer.FindStringSubmatch(l)
		if m == nil || strings.HasSuffix(m[1], ": ") && m[2] != "⏎" {
			continue
		}
		sits += " -see " + quoted(`\n`+regexp.QuoteMeta(m[1])) + " -type " + quoted(strings.TrimSuffix(m[2], "⏎")+`\n`)
	}
	if sits == "" {
		return s.types(r.typed)
	}
	return s.types("NO_COLOR=1 HOIST_PAGER=cat sits -size 100x50" + sits + " sh -c " + quoted(r.typed))
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// ended is what no command prints.
const ended = "\x01ended "

// types sends a command and gives what comes, stdout and stderr as a terminal
// would show them, and its exit status.
func (s *shell) types(typed string) (string, int) {
	s.t.Helper()
	fmt.Fprintf(s.in, "(exit %d)\n{ %s\n} </dev/null\nprintf '\\n\\001ended %%s\\n' $?\n", s.last, typed)
	fail(s.t, s.in.Flush())
	var b strings.Builder
	for {
		l, err := s.out.ReadString('\n')
		if err != nil {
			s.t.Fatalf("$ %s: the shell ended: %v\n%s%s", typed, err, b.String(), l)
		}
		if status, ok := strings.CutPrefix(l, ended); ok {
			_, err := fmt.Sscan(status, &s.last)
			fail(s.t, err)
			return strings.TrimSuffix(b.String(), "\n"), s.last
		}
		b.WriteString(l)
	}
}

// Every piece of hoist.yaml that the guides show is one: hoist reads it.
func TestRulesInDocuments(t *testing.T) {
	fields := []string{"environments", "services", "discover", "categories", "allow", "forbid", "promote", "lists", "rendered", "separate"}
	base := map[string]string{
		"environments": "environments: [{name: ci, overlay: kubernetes/overlays/aws-ci}, {name: staging, overlay: kubernetes/overlays/aws-staging}, {name: prod, overlay: kubernetes/overlays/aws-prod}]\n",
		"services":     "services: [{name: simplex-api, config: configs/simplex-api/config.yaml}]\n",
	}
	s := newShell(t)
	s.types("example repo && cd repo")
	read := 0
	for _, file := range []string{"README.md", "docs/guide.md", "docs/guide.zh.md"} {
		all, _ := blocks(t, file)
		for _, b := range all {
			text := strings.Join(b.lines, "\n") + "\n"
			first, _, _ := strings.Cut(strings.TrimLeft(comment.ReplaceAllString(b.lines[0], ""), "\n"), ":")
			whole := strings.Contains(text, "\nversion: 1\n")
			if b.lang != "yaml" || !whole && !slices.Contains(fields, first) {
				continue
			}
			read++
			if !whole {
				text = "version: 1\n" + text
				for field, value := range base {
					if !strings.Contains(text, "\n"+field+":") {
						text += value
					}
				}
			}
			fail(t, os.WriteFile(filepath.Join(s.work, "repo", "hoist.yaml"), []byte(text), 0o644))
			if out, status := s.types("hoist services"); status != 0 {
				t.Errorf("%s:%d:\n%s\n%s", file, b.line, text, out)
			}
		}
	}
	if read < 11 {
		t.Errorf("only %d pieces found", read)
	}
}
