package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/rule"
)

// parsed are the Go files of a directory tree, tests left out.
func parsed(t *testing.T, root string) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		if err == nil {
			out[p] = f
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pairs are all messages of this room, wherever they are written: every literal
// of exactly two texts in a Message or a map of them.
func pairs(t *testing.T) (out []Message) {
	for _, f := range parsed(t, ".") {
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok || len(c.Elts) != 2 {
				return true
			}
			if id, named := c.Type.(*ast.Ident); c.Type != nil && (!named || id.Name != "Message") {
				return true
			}
			en, ok1 := text(c.Elts[0])
			zh, ok2 := text(c.Elts[1])
			if ok1 && ok2 {
				out = append(out, Message{en, zh})
			}
			return true
		})
	}
	return out
}

// text is what a literal says, or several with a + between them.
func text(e ast.Expr) (string, bool) {
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		a, ok1 := text(sum.X)
		b, ok2 := text(sum.Y)
		return a + b, ok1 && ok2
	}
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// No message is written so that pairs overlooks it: its texts are literals, both,
// in this order. What is the same in every language may be any expression.
func TestNoMessageIsOverlooked(t *testing.T) {
	for file, f := range parsed(t, ".") {
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if id, named := c.Type.(*ast.Ident); !named || id.Name != "Message" || len(c.Elts) == 0 {
				return true
			}
			en, ok1 := text(c.Elts[0])
			same := false
			if len(c.Elts) == 2 {
				_, ok2 := text(c.Elts[1])
				ok1, same = ok1 && ok2, types.ExprString(c.Elts[0]) == types.ExprString(c.Elts[1])
			}
			if len(c.Elts) != 2 || !ok1 && !same {
				t.Errorf("%s: a message beside no other language, or not of literals: %q", file, en)
			}
			return true
		})
	}
}

var hole = regexp.MustCompile(`\{([?!]?)([a-z-]+)(\|[^{}]*)?\}|\{/\}`)

// holes are the arguments of a message, and whether its sections are closed.
func holes(s string) (names []string, closed bool) {
	open := 0
	for _, m := range hole.FindAllStringSubmatch(s, -1) {
		switch {
		case m[0] == "{/}":
			open--
		case m[1] != "":
			open++
		}
		if open < 0 || open > 1 {
			return nil, false
		}
		if m[2] != "" && m[3] == "" && !slices.Contains(names, m[2]) {
			names = append(names, m[2])
		}
	}
	slices.Sort(names)
	return names, open == 0
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	all := pairs(t)
	if len(all) < 300 {
		t.Fatalf("only %d messages found", len(all))
	}
	for _, m := range all {
		if m == (Message{}) {
			continue
		}
		en, ok1 := holes(m.en)
		zh, ok2 := holes(m.zh)
		if !ok1 || !ok2 {
			t.Errorf("sections are not closed, or nest: %q, %q", m.en, m.zh)
		}
		if !slices.Equal(en, zh) {
			t.Errorf("arguments %v in %q, %v in %q", en, m.en, zh, m.zh)
		}
		if m.zh != m.en && !strings.ContainsFunc(m.zh, func(r rune) bool { return unicode.Is(unicode.Han, r) || r > 0x3000 }) {
			t.Errorf("no Chinese: %q", m.zh)
		}
		if strings.ContainsFunc(m.en, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("no English: %q", m.en)
		}
	}
}

// Every problem.Code of the whole program has its sentence, and no sentence is
// left over.
func TestEveryCodeIsWorded(t *testing.T) {
	declared := map[string]string{}
	for file, f := range parsed(t, "..") {
		ast.Inspect(f, func(n ast.Node) bool {
			if name, ok := codeName(n); ok {
				declared[name] = file
			}
			return true
		})
	}
	if len(declared) < 50 {
		t.Fatalf("only %d codes found", len(declared))
	}
	for name, file := range declared {
		_, say := wordings[name]
		_, proof := proofs[name]
		if !say && !proof {
			t.Errorf("%s: code %q has no wording", file, name)
		}
	}
	for name := range wordings {
		if declared[name] == "" {
			t.Errorf("wording of %q: there is no such code", name)
		}
	}
	for name := range proofs {
		if declared[name] == "" {
			t.Errorf("wording of %q: there is no such code", name)
		}
	}
}

// codeName is the name in a problem.Code literal.
func codeName(n ast.Node) (string, bool) {
	c, ok := n.(*ast.CompositeLit)
	if !ok {
		return "", false
	}
	sel, ok := c.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Code" {
		return "", false
	}
	if x, ok := sel.X.(*ast.Ident); !ok || x.Name != "problem" {
		return "", false
	}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == "Name" {
				return text(kv.Value)
			}
		}
	}
	return "", false
}

// constants are the texts of the constants of a file's package whose name
// begins with prefix, or whose type is typ.
func constants(t *testing.T, dir, prefix, typ string) (out []string) {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	for _, f := range parsed(t, dir) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				id, _ := v.Type.(*ast.Ident)
				if len(v.Values) == 1 && (prefix != "" && strings.HasPrefix(v.Names[0].Name, prefix) || typ != "" && id != nil && id.Name == typ) {
					if s, ok := text(v.Values[0]); ok {
						out = append(out, s)
					}
				}
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no constants found in %s", dir)
	}
	return out
}

func TestEveryWordIsExplained(t *testing.T) {
	for _, w := range slices.Concat(constants(t, "../keypath", "", "Why"), constants(t, "../yamlfile/edit", "Why", "")) {
		if _, ok := whys[w]; !ok {
			t.Errorf("why %q is not explained", w)
		}
	}
	for _, w := range constants(t, "../argocd", "", "Asked") {
		if _, ok := whys[w]; !ok {
			t.Errorf("what was asked of Argo CD, %q, is not explained", w)
		}
	}
	for _, c := range constants(t, "../plan", "", "Code") {
		if heldTitle(plan.Code(c)) == (Message{c, c}) {
			t.Errorf("held code %q has no title", c)
		}
		if _, ok := heldWhys[c]; !ok {
			t.Errorf("held code %q has no reason", c)
		}
	}
	for _, w := range heldWords(t) {
		_, why := whys[w]
		_, proof := proofs[w]
		if !why && !proof && !slices.ContainsFunc(slices.Collect(maps.Keys(heldWhys)), func(k string) bool { return strings.HasSuffix(k, " "+w) }) {
			t.Errorf("why %q of something held back is not explained", w)
		}
	}
	for _, c := range constants(t, "../plan", "", "FailureCode") {
		if _, ok := failureTexts[plan.FailureCode(c)]; !ok {
			t.Errorf("failure %q is not worded", c)
		}
	}
	for _, c := range constants(t, "../progress", "", "Stage") {
		if _, ok := stageTexts[progress.Stage(c)]; !ok {
			t.Errorf("stage %q is not worded", c)
		}
	}
	for _, c := range constants(t, "../compare", "", "NoteCode") {
		if _, ok := noteTexts()[compare.NoteCode(c)]; !ok {
			t.Errorf("note %q is not worded", c)
		}
	}
	for _, c := range constants(t, "../rule", "", "BreachKind") {
		if _, ok := breachTexts()[rule.BreachKind(c)]; !ok {
			t.Errorf("breach %q is not worded", c)
		}
		if _, ok := findingTexts["violation "+c]; !ok {
			t.Errorf("finding violation %q is not worded", c)
		}
	}
	for _, c := range check.Codes() {
		if _, ok := findingTexts[string(c)]; !ok {
			t.Errorf("finding %q is not worded", c)
		}
	}
}

// heldWords are the texts that plan gives as Why.
func heldWords(t *testing.T) (out []string) {
	for _, f := range parsed(t, "../plan") {
		ast.Inspect(f, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			id, ok := kv.Key.(*ast.Ident)
			if s, lit := text(kv.Value); ok && lit && s != "" && strings.EqualFold(id.Name, "why") {
				out = append(out, s)
			}
			return true
		})
	}
	if len(out) < 5 {
		t.Fatalf("only %d words found", len(out))
	}
	return append(out, constants(t, "../plan", "looks", "")...)
}

func TestFill(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{"plain", "plain"},
		{"{a} and {b}", "1 and "},
		{"{a} {a|key|keys}, {c} {c|key|keys}", "1 key, 12 keys"},
		{"x{?a} with {a}{/}{?b} with {b}{/}", "x with 1"},
		{"{!b}none{/}{!a}nothing{/}", "none"},
		{"{?b}{b}{/}{?a}{a}{/}!", "1!"},
		{"open {", "open {"},
	} {
		if got := (Words{}).say(Message{c.template, ""}, "a", 1, "c", "12"); got != c.want {
			t.Errorf("%q: %q, want %q", c.template, got, c.want)
		}
	}
}

func TestLang(t *testing.T) {
	for _, c := range []struct{ flag, hoist, lcAll, lang, want string }{
		{"", "", "", "", "en"},
		{"", "", "", "zh_CN.UTF-8", "zh"},
		{"", "", "en_US.UTF-8", "zh_CN.UTF-8", "en"},
		{"", "zh", "C", "C", "zh"},
		{"en", "zh", "zh_CN", "zh_CN", "en"},
		{"ZH", "", "", "", "zh"},
		{"", "", "z", "", "en"},
		{"", "", "C.UTF-8", "zh_TW", "en"},
	} {
		if got := Lang(c.flag, c.hoist, c.lcAll, c.lang); got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
}
