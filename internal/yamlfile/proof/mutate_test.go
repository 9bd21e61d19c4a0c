package proof_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// meaning is what go-yaml makes of a text, keys sorted, spelling of numbers and
// types kept, quotes not.
func meaning(src string) (string, error) {
	l, err := yaml.NewLoader(strings.NewReader(strings.Replace(src, "%YAML 1.2", "         ", 1)))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for {
		var n yaml.Node
		if err := l.Load(&n); errors.Is(err, io.EOF) {
			return b.String(), nil
		} else if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "---%s\n", mean(n.Content[0]))
	}
}

func mean(n *yaml.Node) string {
	var kids []string
	for i := 0; i < len(n.Content); i++ {
		k := mean(n.Content[i])
		if n.Kind == yaml.MappingNode {
			i++
			v := mean(n.Content[i])
			if name := n.Content[i-1].Value; strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
				if in, err := meaning(n.Content[i].Value); err == nil {
					v = in
				}
			}
			k += ": " + v
		}
		kids = append(kids, k)
	}
	switch n.Kind {
	case yaml.MappingNode:
		slices.Sort(kids)
	case yaml.ScalarNode:
		v := n.Value
		if n.Tag == "!!null" || n.Tag == "!!bool" {
			v = strings.ToLower(v)
			if v == "" || v == "~" {
				v = "null"
			}
		}
		kids = []string{fmt.Sprintf("%s %q", n.Tag, v)}
	case yaml.AliasNode:
		kids = []string{"*" + n.Value}
	}
	return fmt.Sprintf("%d&%s%s(%s)", n.Kind, n.Anchor, n.Tag, strings.Join(kids, ", "))
}

const nasty = " \n\t\r#:-?,[]{}&*!|>'\"%@`ax1.~<=\\\x00\xc3\u2028"

// mutate changes one byte, or a few, of what a draft writes or of what it should
// not touch; the splices follow.
func mutate(r *rand.Rand, d *edit.Draft) *edit.Draft {
	out := *d
	out.Edits = slices.Clone(d.Edits)
	if len(out.Edits) > 0 && r.IntN(4) > 0 {
		e := &out.Edits[r.IntN(len(out.Edits))]
		e.New = string(mangle(r, []byte(e.New)))
	} else if src := d.Before.Source(); len(src) > 0 {
		from := r.IntN(len(src))
		span := textedit.Span{Start: from, End: min(len(src), from+r.IntN(3))}
		out.Edits = append(out.Edits, textedit.Edit{Span: span, New: string(mangle(r, []byte(src[span.Start:span.End])))})
	}
	after, err := textedit.Apply([]byte(d.Before.Source()), out.Edits)
	if err != nil {
		return d
	}
	_ = textedit.Sort(len(d.Before.Source()), out.Edits)
	out.After = after
	return &out
}

func mangle(r *rand.Rand, b []byte) []byte {
	for n := 1 + r.IntN(2); n > 0; n-- {
		c := nasty[r.IntN(len(nasty))]
		i := r.IntN(len(b) + 1)
		switch k := r.IntN(3); {
		case k == 0 || i == len(b):
			b = slices.Insert(b, i, c)
		case k == 1:
			b = slices.Delete(b, i, i+1)
		default:
			b[i] = c
		}
	}
	return b
}

// A mutant of a good draft is refused, or means the same as the good one.
func TestMutantsAreRefusedOrMeanTheSame(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 30
	}
	r := rand.New(rand.NewPCG(1, 2))
	accepted, total := 0, 0
	for _, s := range good {
		if s.file != "" || strings.Contains(s.text, "\u2028") {
			continue
		}
		d := s.draft(t)
		want, err := meaning(string(d.After))
		if err != nil {
			t.Fatal(err)
		}
		for range rounds {
			m := mutate(r, d)
			total++
			if _, err := proof.Check(m, s.rules); err != nil {
				continue
			}
			accepted++
			if got, err := meaning(string(m.After)); err != nil || got != want {
				t.Fatalf("%s: accepted %q\nmeans %s (%v)\nwant  %s", s.name, m.After, got, err, want)
			}
		}
	}
	t.Logf("%d mutants, %d accepted", total, accepted)
	if accepted == 0 || accepted > total/3 {
		t.Errorf("%d of %d mutants accepted: the test does not bite", accepted, total)
	}
}

// Whatever the bytes after, Check ends in Proved or a Problem of this room.
func FuzzCheck(f *testing.F) {
	scripts := append(slices.Clone(good), bad...)
	for i, s := range scripts {
		d := s.draft(f)
		f.Add(i, d.After)
	}
	f.Fuzz(func(t *testing.T, i int, after []byte) {
		if i < 0 || i >= len(scripts) {
			return
		}
		s := scripts[i]
		d := s.draft(t)
		before := []byte(d.Before.Source())
		head := 0
		for head < len(before) && head < len(after) && before[head] == after[head] {
			head++
		}
		tail := 0
		for tail < len(before)-head && tail < len(after)-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
			tail++
		}
		if !bytes.Equal(after, d.After) {
			d.After = after
			d.Edits = []textedit.Edit{{Span: textedit.Span{Start: head, End: len(before) - tail}, New: string(after[head : len(after)-tail])}}
		}
		proved, err := proof.Check(d, s.rules)
		if err == nil {
			if proved.After().Source() != string(after) {
				t.Errorf("proved something else")
			}
			return
		}
		var p *problem.Problem
		if !errors.As(err, &p) {
			t.Errorf("not a Problem: %v", err)
		}
	})
}

// Readable answers for any file that we can read.
func FuzzReadable(f *testing.F) {
	for _, s := range append(slices.Clone(good), bad...) {
		before, after, _ := cut(f, s.text)
		f.Add([]byte(before))
		f.Add([]byte(after))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := parseQuietly(src)
		if err != nil {
			return
		}
		if p := proof.Readable(file); p != nil && p.Code != proof.GaveUp && p.Code != proof.Disagree {
			t.Errorf("%v", p)
		}
	})
}
