package proof_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// script is one draft, made by hand: in the text, «old»«new» is a splice.
type script struct {
	name  string
	file  string // name; "" is target.yaml
	text  string
	src   string // the source, which ops take their values from
	ops   []change
	rules proof.Rules
	want  problem.Code // zero: accepted
	what  string       // of the problem's second Arg, where it matters
}

// change is an op before its path and source are looked up.
type change struct {
	action edit.Action
	path   string
	omit   []string
	supply []given
	clean  func(string) bool
	bare   bool // no From
}

type given struct {
	path    string
	v       value.Value
	comment string
}

func set(path string) change { return change{action: edit.Set, path: path} }
func add(path string) change { return change{action: edit.Add, path: path} }
func del(path string) change { return change{action: edit.Delete, path: path, bare: true} }
func app(path string) change { return change{action: edit.Append, path: path} }

func (c change) omitting(paths ...string) change { c.omit = paths; return c }

func (c change) supplying(path string, v value.Value, comment string) change {
	c.supply = append(slices.Clone(c.supply), given{path, v, comment})
	return c
}

func (c change) alone() change { c.bare = true; return c }

// cut takes a text with «old»«new» apart.
func cut(t testing.TB, text string) (before, after string, edits []textedit.Edit) {
	t.Helper()
	for {
		head, rest, ok := strings.Cut(text, "«")
		before, after = before+head, after+head
		if !ok {
			return before, after, edits
		}
		old, rest, ok1 := strings.Cut(rest, "»«")
		new, rest, ok2 := strings.Cut(rest, "»")
		if !ok1 || !ok2 {
			t.Fatalf("bad splice in %q", text)
		}
		edits = append(edits, textedit.Edit{Span: textedit.Span{Start: len(before), End: len(before) + len(old)}, New: new})
		before, after, text = before+old, after+new, rest
	}
}

func parse(t testing.TB, name, text string) *yamlfile.File {
	t.Helper()
	f, err := yamlfile.Parse(name, []byte(text))
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	return f
}

func path(t testing.TB, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (s script) draft(t testing.TB) *edit.Draft {
	t.Helper()
	name := s.file
	if name == "" {
		name = "target.yaml"
	}
	before, after, edits := cut(t, s.text)
	d := &edit.Draft{Before: parse(t, name, before), After: []byte(after), Edits: edits}
	var src *yamlfile.File
	if s.src != "" {
		src = parse(t, name, s.src)
	}
	for _, c := range s.ops {
		op := edit.Op{Action: c.action, Path: path(t, c.path), Clean: c.clean}
		if !c.bare {
			n, ok := src.Lookup(op.Path)
			if !ok {
				t.Fatalf("source has no %s", c.path)
			}
			op.From = n
		}
		for _, o := range c.omit {
			op.Omit = append(op.Omit, path(t, o))
		}
		for _, g := range c.supply {
			op.Supply = append(op.Supply, edit.Supply{Path: path(t, g.path), Value: g.v, Comment: g.comment})
		}
		d.Done = append(d.Done, op)
	}
	return d
}

func (s script) run(t *testing.T) {
	t.Helper()
	d := s.draft(t)
	proved, err := proof.Check(d, s.rules)
	if s.want == (problem.Code{}) {
		if err != nil {
			t.Fatalf("refused: %v\ncause: %v", err, errors.Unwrap(err))
		}
		if got := proved.After().Source(); got != string(d.After) {
			t.Errorf("proved %q, not %q", got, d.After)
		}
		return
	}
	if err == nil {
		t.Fatalf("accepted, want %s\n%s", s.want.Name, d.After)
	}
	var p *problem.Problem
	if !errors.As(err, &p) || p.Code != s.want {
		t.Fatalf("%v, want %s\ncause: %v", err, s.want.Name, errors.Unwrap(err))
	}
	if got := p.Arg("what") + p.Arg("why"); s.what != "" && got != s.what {
		t.Errorf("%v: want %q", err, s.what)
	}
	if proved.After() != nil {
		t.Error("a refused draft is proved")
	}
}

func protects(paths ...string) proof.Rules {
	return proof.Rules{Protected: func(p keypath.Path) bool { return slices.Contains(paths, p.String()) }}
}

func forbids(text string) proof.Rules {
	return proof.Rules{Forbidden: func(_ keypath.Path, v value.Value) bool { return v.Equal(value.Text(text)) }}
}

func identity(r proof.Rules, key string) proof.Rules {
	r.Identity = func(keypath.Path) string { return key }
	return r
}

func parseQuietly(src []byte) (*yamlfile.File, error) { return yamlfile.Parse("f.yaml", src) }
