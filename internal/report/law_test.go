package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/rule"
)

// drawService is a service of any shape: keys and values short and long, in
// Latin and in Chinese, each in some of the environments.
func drawService(t *testing.T, rt *rapid.T, n int) *compare.Service {
	key := rapid.SampledFrom([]string{"a", "port", "newUserGrant", "max.connections", "环境", "一个很长的配置项名称", "password", "aVeryLongKeyThatNobodyWouldWriteByHandButSomebodyDid"})
	leaf := rapid.SampledFrom([]string{"1", "200", "true", `""`, "null", "全场九折", "新春活动已结束，感谢参与", "tpl_5f1c0e7a", "[a, b, c]", "{}",
		"https://api.one.example/v1/path/to/a/resource?with=a&long=query", "'user.country in [\"CN\", \"SG\"] && cart.amount > 500 && user.level >= 3 && user.risk < 40 && order.currency == \"USD\"'",
		"word word word word word word word word word word word word word word word word word word", "mysql:app:FAKEpassword@tcp(db.example:3306)/simplex", "'👍👍👍'", "\"two\\nlines\""})
	var write func(depth int) string
	write = func(depth int) string {
		keys := rapid.SliceOfNDistinct(key, 1, 4, rapid.ID[string]).Draw(rt, "keys")
		var parts []string
		for _, k := range keys {
			v := leaf.Draw(rt, "value")
			if depth < 3 && rapid.IntRange(0, 3).Draw(rt, "deeper") == 0 {
				v = "{" + write(depth+1) + "}"
			}
			parts = append(parts, fmt.Sprintf("%q: %s", k, v))
		}
		return strings.Join(parts, ", ")
	}
	var paths, sources []string
	for _, e := range envs {
		paths = append(paths, e+".yaml")
		sources = append(sources, "{"+write(0)+"}\n")
	}
	ruled := &rule.Allow{Reason: "each environment has its own", Group: "infra connections", Place: at(41)}
	return newSide(t, fmt.Sprintf("service-%d", n), paths, sources).service(envs, func(k *compare.Key) {
		switch rapid.IntRange(0, 5).Draw(rt, "rule") {
		case 0:
			if k.Status != compare.Same {
				k.Status, k.Rules = compare.Expected, []*rule.Allow{ruled}
			}
		case 1:
			if k.Status == compare.Missing {
				k.Status, k.Rules, k.Pending = compare.Pending, []*rule.Allow{ruled}, envs[:1]
			}
		}
	})
}

// wordless are lines that are as long as they are: one word, a flag to type, the
// count.
func wordless(l string) bool {
	l = strings.TrimSpace(strings.TrimLeft(l, " ~!?+-=."))
	return !strings.Contains(l, " ") || strings.HasPrefix(l, "set ") || strings.Contains(l, " | ")
}

// longWord: a word is so long that the line cannot be broken to fit.
func longWord(l string, width int) bool {
	return slices.ContainsFunc(strings.Fields(l), func(word string) bool { return cells(word) > width-leastCell })
}

// The laws of every comparison on every terminal: colour adds nothing, no line
// is wider than the terminal, every key that needs attention is there, and
// values stand below their environments.
func TestComparisonsKeepTheirLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := Words{Lang: rapid.SampledFrom(Languages()).Draw(rt, "lang"), Mask: testMask()}
		if rapid.Bool().Draw(rt, "terminal") {
			w.Width = rapid.IntRange(leastWidth, 170).Draw(rt, "width")
		}
		o := DiffOptions{ShowSame: rapid.Bool().Draw(rt, "same"), ShowExpected: rapid.Bool().Draw(rt, "expected")}
		var all []*compare.Service
		for i := range rapid.IntRange(1, 3).Draw(rt, "services") {
			all = append(all, drawService(t, rt, i))
		}
		text := diffText_(t, w, o, all...)
		w.Colour = true
		if got := stripped(diffText_(t, w, o, all...)); got != text {
			rt.Fatalf("colour changes the text:\n%s\n%s", got, text)
		}
		lines := strings.Split(text, "\n")
		for _, l := range lines {
			if w.Width > 0 && cells(l) > w.Width && !wordless(l) {
				rt.Fatalf("%d cells in a line of %d: %q\n%s", cells(l), w.Width, l, text)
			}
			if strings.TrimRight(l, " ") != l {
				rt.Fatalf("blanks at the end of %q", l)
			}
		}
		for _, s := range all {
			for i := range s.Keys {
				if k := &s.Keys[i]; k.Status.NeedsAttention() && !appears(lines, k.Path.String()) {
					rt.Fatalf("%s is nowhere in\n%s", k.Path, text)
				}
			}
		}
		if l, ok := outOfLine(lines); ok {
			rt.Fatalf("values are not below their environments in %q:\n%s", l, text)
		}
	})
}

// appears: a row has the key's name, or that of what it was folded into.
func appears(lines []string, path string) bool {
	return slices.ContainsFunc(lines, func(l string) bool {
		if len(l) < margin || !strings.ContainsAny(l[2:3], "!?~+-") {
			return false
		}
		name, _, _ := strings.Cut(l[margin:], "  ")
		return path == name || strings.HasPrefix(path, name+".")
	})
}

// outOfLine finds a row whose values do not begin where the names of the
// environments do.
func outOfLine(lines []string) (string, bool) {
	var columns []int
	for _, l := range lines {
		if l == "" {
			columns = nil
		}
		if strings.HasSuffix(l, " prod") && strings.Contains(l, " staging ") && !strings.HasPrefix(l, " ") {
			columns = nil
			for _, e := range envs {
				columns = append(columns, cells(l[:strings.LastIndex(l, " "+e)+1]))
			}
			continue
		}
		if columns == nil || len(l) <= margin || !strings.ContainsAny(l[2:3], "!?~+-=.") || wordless(l) {
			continue
		}
		if name, _, _ := strings.Cut(l[margin:], "  "); margin+cells(name)+between > columns[0] {
			continue
		}
		for _, c := range columns {
			if !beginsAt(l, c) {
				return l, true
			}
		}
	}
	return "", false
}

// beginsAt: a text begins in cell at, behind a blank.
func beginsAt(l string, at int) bool {
	used, before := 0, ""
	for _, g := range graphemes(l) {
		if used == at {
			return before == " " && g.text != " "
		}
		used, before = used+g.width, g.text
	}
	return false
}

// All other texts keep to the terminal, and colour adds nothing to them.
func TestAllTextsKeepTheirLaws(t *testing.T) {
	s, x := example(t), examplePlan(t)
	texts := writers(t, s, x)
	texts["services"] = func(w Words, b io.Writer) error { return w.Services(b, serviceList()) }
	texts["check"] = func(w Words, b io.Writer) error { return w.Check(b, findings()) }
	texts["verify"] = func(w Words, b io.Writer) error { return w.Verify(b, verified(t), nil) }
	maps.Copy(texts, deployWriters(t))
	for name, write := range texts {
		if strings.HasSuffix(name, "json") || strings.HasSuffix(name, "md") {
			continue
		}
		for _, lang := range Languages() {
			for width := leastWidth; width < 160; width += 7 {
				w := Words{Lang: lang, Width: width, Mask: testMask()}
				var plain, colour bytes.Buffer
				err := write(w, &plain)
				w.Colour = true
				if err != nil || write(w, &colour) != nil {
					t.Fatal(err)
				}
				if stripped(colour.String()) != plain.String() {
					t.Errorf("%s %s at %d: colour changes the text", name, lang, width)
				}
				patch := false
				for l := range strings.SplitSeq(plain.String(), "\n") {
					patch = l != "" && (patch || strings.HasPrefix(l, "--- "))
					if cells(l) > width && !patch && !wordless(l) && !longWord(l, width) {
						t.Errorf("%s %s: %d cells in a line of %d: %q", name, lang, cells(l), width, l)
					}
				}
			}
		}
	}
}
