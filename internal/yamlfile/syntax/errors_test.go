package syntax_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// refusals are inputs that are wrong, with the code, the place and the arguments
// that a person is told. The mistakes that people make come first in each group.
var refusals = []struct {
	src  string
	code problem.Code
	want string // line:column and arguments
}{
	{"a: 1\n\tb: 2\n", syntax.TabIndent, "2:1"},
	{"a:\n\tb: 2\n", syntax.TabIndent, "2:1"},
	{"a:\n  - x\n\t- y\n", syntax.TabIndent, "3:1"},
	{"a:\n  b: 1\n \tc: 2\n", syntax.TabIndent, "3:2"},
	{"a: |\n  x\n\ty\n", syntax.TabIndent, "3:1"},
	{"a: |\n\tx\n", syntax.TabIndent, "2:1"},
	{"-\t- a\n", syntax.TabIndent, "1:2"},
	{"?\tb: c\n", syntax.TabIndent, "1:2"},
	{"a: b\n\tc\n", syntax.TabIndent, "2:1"},

	{"a:\n    b: 1\n  c: 2\n", syntax.BadIndent, "3:3 column=1"},
	{"a: \"x\"\n b: 2\n", syntax.BadIndent, "2:2 column=1"},
	{" a: 1\nb: 2\n", syntax.BadIndent, "2:1 column=2"},
	{"- a: 1\n b: 2\n", syntax.BadIndent, "2:2 column=1"},
	{"a: x # c\n  y\n", syntax.BadIndent, "2:3 column=1"},
	{"a: |\n  x\n y\nb: 1\n", syntax.BadIndent, "3:2 column=1"},
	{"a: {\nb\n: c}\n", syntax.UnclosedFlow, "1:4 bracket={"},

	{"a: b: c\n", syntax.MappingValue, "1:5"},
	{"url: http: //x\n", syntax.MappingValue, "1:10"},
	{"\u4f1a\u5458: \u4ef7: 1\n", syntax.MappingValue, "1:6"},
	{"--- a: b\n", syntax.MappingValue, "1:6"},
	{"a: {b: c: d}\n", syntax.MappingValue, "1:9"},
	{"a: &x : b\n", syntax.MappingValue, "1:7"},
	{"a: 1\n  b: 2\n", syntax.ContinuedKey, "2:3 line=1"},
	{"a:\n  b: x\n     y\n    c: 2\n", syntax.ContinuedKey, "4:5 line=2"},
	{"- a: 1\n   b: 2\n", syntax.ContinuedKey, "2:4 line=1"},
	{"key\nother: 1\n", syntax.MissingColon, "1:1"},
	{"a: 1\nkey\nb: 2\n", syntax.MissingColon, "2:1"},
	{"a:\n  key value\n  other: 1\n", syntax.MissingColon, "2:3"},
	{"a: 1\n\"b\"\n", syntax.MissingColon, "2:1"},
	{"a: 1\n&x\n", syntax.MissingColon, "2:1"},
	{"a: 1\nhttp://x.example/\n", syntax.MissingColon, "2:1"},
	{"a: 1\nb:2\n", syntax.ColonSpace, "2:2"},
	{"a:1\nb: 2\n", syntax.ColonSpace, "1:2"},
	{"\"a\nb\": 1\n", syntax.MultilineKey, "1:1"},
	{"[a,\n b]: 1\n", syntax.MultilineKey, "1:1"},
	{"[a\n: b]\n", syntax.MultilineKey, "1:2"},
	{"- a\n- b\nc: d\n", syntax.MissingDash, "3:1"},
	{"a:\n  - x\n  y: 1\n", syntax.MissingDash, "3:3"},
	{"a: - b\n", syntax.UnexpectedDash, "1:4"},
	{"a:\n  b: 1\n  - c\n", syntax.UnexpectedDash, "3:3"},
	{"&x - a\n", syntax.UnexpectedDash, "1:4"},
	{"--- - a\n", syntax.UnexpectedDash, "1:5"},
	{"\"a\" - b\n", syntax.UnexpectedDash, "1:5"},
	{"a: ? b\n", syntax.UnexpectedQuestion, "1:4"},
	{"&x ? a\n", syntax.UnexpectedQuestion, "1:4"},
	{"[a, b: ? c]\n", syntax.UnexpectedQuestion, "1:8"},

	{"a: \"x\" y\n", syntax.TrailingContent, "1:8"},
	{"a: 'it's'\n", syntax.TrailingContent, "1:8"},
	{"a: [b]c\n", syntax.TrailingContent, "1:7"},
	{"a: *x y\n", syntax.TrailingContent, "1:7"},
	{"\"a\"\nb\n", syntax.TrailingContent, "2:1"},
	{"a\n... b\n", syntax.TrailingContent, "2:5"},
	{"a: \"b\"#c\n", syntax.CommentSpace, "1:7"},
	{"[a,#c\nb]\n", syntax.CommentSpace, "1:4"},

	{"a: \"x\nb: 1\nc: 2\n", syntax.UnclosedQuote, "1:4 quote=\""},
	{"\u4f1a\u5458: 'x\n", syntax.UnclosedQuote, "1:5 quote='"},
	{"a: \"x\nb: \"y\"\n", syntax.UnclosedQuote, "1:4 quote=\""},
	{"a: 'x\n---\nb: 'y'\n", syntax.UnclosedQuote, "1:4 quote='"},
	{"a: \"x\\", syntax.UnclosedQuote, "1:4 quote=\""},
	{"a: \"C:\\dir\"\n", syntax.BadEscape, "1:7"},
	{"a: \"\\x4\"\n", syntax.BadEscape, "1:5"},
	{"a: \"\\ud83d\\ude00\"\n", syntax.BadEscape, "1:5"},
	{"a: \"\\U00110000\"\n", syntax.BadEscape, "1:5"},
	{"a: @b\n", syntax.ReservedCharacter, "1:4 character=@"},
	{"a: `b`\n", syntax.ReservedCharacter, "1:4 character=`"},
	{"a: %b\n", syntax.ReservedCharacter, "1:4 character=%"},
	{"a: ,b\n", syntax.ReservedCharacter, "1:4 character=,"},
	{"a: |x\n  b\n", syntax.BlockHeader, "1:4"},
	{"a: |0\n  b\n", syntax.BlockHeader, "1:4"},
	{"a: >#c\n  b\n", syntax.BlockHeader, "1:4"},
	{"a: |\n    \n  b\n", syntax.BlockIndent, "3:3"},
	{"a: *\n", syntax.BadAnchor, "1:4"},
	{"a: & b\n", syntax.BadAnchor, "1:4"},
	{"a: &x[b]\n", syntax.BadAnchor, "1:4"},
	{"a: !! b\n", syntax.BadTag, "1:4"},
	{"a: !x{ b\n", syntax.BadTag, "1:4"},
	{"a: !<x b\n", syntax.BadTag, "1:4"},
	{"a: !x%zz b\n", syntax.BadTag, "1:6"},
	{"a: !x%c3 b\n", syntax.BadTag, "1:5"},
	{"a: !x!y b\n", syntax.UnknownTagHandle, "1:4"},
	{"%TAG !x! y\n---\na\n---\n!x!y b\n", syntax.UnknownTagHandle, "5:1"},
	{"a: &x &y b\n", syntax.DuplicateProperty, "1:7"},
	{"a: !x\n  !y b\n", syntax.DuplicateProperty, "2:3"},
	{"a: &x *y\n", syntax.AliasProperty, "1:4"},
	{"- !x\n  *y\n", syntax.AliasProperty, "1:3"},

	{"a: [1, 2\nb: 3\n", syntax.UnclosedFlow, "1:4 bracket=["},
	{"a: {x: 1\nb: 3\n", syntax.UnclosedFlow, "1:4 bracket={"},
	{"a: [{x: 1}, {y: 2\nb: 3\n", syntax.UnclosedFlow, "1:13 bracket={"},
	{"a: [1\n---\nb: 1\n", syntax.UnclosedFlow, "1:4 bracket=["},
	{"[[a]", syntax.UnclosedFlow, "1:1 bracket=["},
	{"a: {b: 1]\n", syntax.WrongBracket, "1:9 bracket=] expected=}"},
	{"a: [}\n", syntax.WrongBracket, "1:5 bracket=} expected=]"},
	{"]\n", syntax.WrongBracket, "1:1 bracket=]"},
	{"a: [b]]\n", syntax.WrongBracket, "1:7 bracket=]"},
	{"a: 1\n}\n", syntax.WrongBracket, "2:1 bracket=}"},
	{"a: [\n  x: 1\n  y: 2\n]\n", syntax.MissingComma, "3:3"},
	{"a: {\n  \"x\": 1\n  \"y\": 2\n}\n", syntax.MissingComma, "3:3"},
	{"[\"a\" \"b\"]\n", syntax.MissingComma, "1:6"},
	{"[a,,b]\n", syntax.EmptyElement, "1:4"},
	{"{, a}\n", syntax.EmptyElement, "1:2"},
	{"[\n  - a\n]\n", syntax.BlockInFlow, "2:3"},
	{"{a: |\n b}\n", syntax.BlockInFlow, "1:5"},

	{"%YAML\n---\n", syntax.BadDirective, "1:1"},
	{"%YAML 1.2 x\n---\n", syntax.BadDirective, "1:1"},
	{"%YAML 1.2\n%YAML 1.2\n---\n", syntax.BadDirective, "2:1"},
	{"%TAG !x y\n---\n", syntax.BadDirective, "1:1"},
	{"%TAG !x! y\n%TAG !x! z\n---\n", syntax.BadDirective, "2:1"},
	{"%\n---\n", syntax.BadDirective, "1:1"},
	{"a: b\n%YAML 1.2\n---\n", syntax.DirectivePlace, "2:1"},
	{"%YAML 1.2\na: b\n", syntax.DirectivePlace, "1:1"},
	{"%YAML 1.2\n", syntax.DirectivePlace, "1:1"},
	{"%YAML 2.0\n---\na\n", syntax.Version, "1:7"},

	{"a: \xff\n", syntax.InvalidUTF8, "1:4 byte=0xff"},
	{"\u4f1a: \xed\xa0\x80\n", syntax.InvalidUTF8, "1:4 byte=0xed"},
	{"a: x\x00y\n", syntax.ControlCharacter, "1:5 character=U+0000"},
	{"a: b\n\x1b[0m\n", syntax.ControlCharacter, "2:1 character=U+001B"},
	{"\ufeffa: \uffff\n", syntax.ControlCharacter, "1:4 character=U+FFFF"},
	{"\xff\xfea\x00", syntax.UTF16, "1:1"},
	{"a\x00:\x00 \x00b\x00", syntax.UTF16, "1:1"},
	{"\x00a", syntax.UTF16, "1:1"},
	{strings.Repeat("[", syntax.MaxDepth+1), syntax.TooDeep, "1:10001 limit=10000"},
	{strings.Repeat("- ", syntax.MaxDepth+1), syntax.TooDeep, "1:20001 limit=10000"},

	{"{{- if .Values.x }}\na: 1\n{{- end }}\n", syntax.NotPlainYAML, "1:1"},
	{"a: 1\n  {{ if .x }}\n  b: 1\n", syntax.NotPlainYAML, "2:3"},
	{"a: {{ .x }}-y\nb: 1\n", syntax.NotPlainYAML, "1:4"},
	{"a: 1\n{{ template \"x\" . }}\n", syntax.NotPlainYAML, "2:1"},
	{"{% if x %}\na: 1\n{% endif %}\n", syntax.NotPlainYAML, "1:1"},
	{"a: \"{{ x }}\" y\n", syntax.TrailingContent, "1:14"},
	{"a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> branch\n", syntax.ConflictMarker, "2:1"},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		checkRefusal(t, "x.yaml", c.src, c.code, c.want)
		if _, _, err := readByGoYAML(c.src); err == nil && !excusedRefusal(c.src) {
			t.Errorf("%q: refused here, but go-yaml reads it", c.src)
		}
	}
}

// excusedRefusal: UTF-16, which is refused on purpose.
func excusedRefusal(src string) bool { return strings.HasPrefix(src, "\xff\xfe") }

func checkRefusal(t *testing.T, name, src string, code problem.Code, want string) {
	t.Helper()
	short := src[:min(len(src), 60)]
	_, err := syntax.Parse(name, src)
	var p *problem.Problem
	if !errors.As(err, &p) {
		t.Errorf("%q: no problem, but %v", short, err)
		return
	}
	got := strings.TrimPrefix(p.Place.String(), name+":")
	for _, a := range p.Args {
		got += " " + a.Name + "=" + a.Text
	}
	if p.Code != code || got != want {
		t.Errorf("%q: %s at %s, want %s at %s", short, p.Code.Name, got, code.Name, want)
	}
	for _, a := range p.Args {
		if len(a.Text) > 8 {
			t.Errorf("%q: argument %q may be source text", short, a.Text)
		}
	}
}

// TestCauses: a template or a conflict marker says what else was wrong.
func TestCauses(t *testing.T) {
	for src, code := range map[string]problem.Code{
		"{{- if .x }}\n":       syntax.BlockInFlow,
		"a: 1\n<<<<<<< HEAD\n": syntax.MissingColon,
	} {
		_, err := syntax.Parse("x.yaml", src)
		if err = errors.Unwrap(err); !errors.Is(err, &problem.Problem{Code: code}) {
			t.Errorf("%q: the cause is %v, want %s", src, err, code.Name)
		}
	}
}

// TestEveryCode: each code of this package has its cases in these tables.
func TestEveryCode(t *testing.T) {
	tables := ""
	for _, file := range []string{"errors_test.go", "json_test.go"} {
		tables += readFile(t, file)
	}
	declared := regexp.MustCompile(`(\w+) += problem\.Code\{`)
	for _, file := range []string{"errors.go", "json.go"} {
		for _, m := range declared.FindAllStringSubmatch(readFile(t, file), -1) {
			// A source of 2 GiB is too much for a test.
			if m[1] != "TooLarge" && !strings.Contains(tables, ", syntax."+m[1]+", \"") {
				t.Errorf("no case for %s", m[1])
			}
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
