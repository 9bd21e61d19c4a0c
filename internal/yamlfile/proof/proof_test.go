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

// What was proved does not change with the draft it was made from.
func TestProvedIsItsOwn(t *testing.T) {
	d := script{text: "a: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}}.draft(t)
	p, err := proof.Check(d, proof.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	d.After[3], d.Edits[0].New = '9', "9"
	p.Draft().After[3] = '8'
	if got := p.Draft(); string(got.After) != "a: 2\n" || got.Edits[0].New != "2" || p.After().Source() != "a: 2\n" {
		t.Errorf("proved %q by %+v", got.After, got.Edits)
	}
}

// A JSON text is held against encoding/json.
func TestReadableJSON(t *testing.T) {
	for text, ok := range map[string]bool{`{"a": [1, 2.5e3, "\ud83d\ude00", null, true]}`: true, `{"a": 1, "a": 2}`: true} {
		if p := proof.Readable(parse(t, "f.json", text)); (p == nil) != ok {
			t.Errorf("%s: %v", text, p)
		}
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
