package syntax_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

func TestJSON(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`{}`, `{ }`},
		{" \t\r\n[]\n", `[ ]`},
		{`{"a": {"b": [1, "c", null]}, "a": true, "": false}`, `{ "a { "b [ :1 "c :null ] } "a :true """ :false }`},
		{`[0, -0, 10, 1.5, -2.5e3, 1E+2, 1e-2]`, `[ :0 :-0 :10 :1.5 :-2.5e3 :1E+2 :1e-2 ]`},
		{`["\"\\\/\b\f\n\r\t", "\u4f1a\u5458", "\ud83d\ude00", "` + "\x7f\u2028\U0001f600" + `"]`,
			`[ ""\"\\/\b\f\n\r\t" "会员 "😀 ""` + `\x7f\u2028😀" ]`},
		{`"just a string"`, `""just a string"`},
		{`null`, `:null`},
		{"[\"a # no comment\", \"// nor this\", \"- x\", \"'\"]", `[ ""a # no comment" ""// nor this" ""- x" "' ]`},
	} {
		tree, err := syntax.Parse("x.json", c.src)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := brief(tree); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.src, got, c.want)
		}
		lawful(t, "x.json", c.src)
		if d := tree.Documents()[0]; d.Start != -1 || d.End != -1 || d.Body.Len() != len(c.src) {
			t.Errorf("%s: document %+v", c.src, d)
		}
	}
}

func TestJSONRefusals(t *testing.T) {
	for _, c := range []struct {
		src  string
		code problem.Code
		want string
	}{
		{"", syntax.JSONEmpty, "1:1"},
		{" \n", syntax.JSONEmpty, "1:1"},
		{"{} {}", syntax.JSONTrailing, "1:4"},
		{"{}}", syntax.JSONTrailing, "1:3"},
		{"\ufeff{}", syntax.JSONByteOrderMark, "1:1"},
		{"{\n  // c\n}", syntax.JSONComment, "2:3"},
		{"[1 /* c */]", syntax.JSONComment, "1:4"},
		{"{} # c", syntax.JSONComment, "1:4"},
		{"{\"a\": 1,\n}", syntax.JSONTrailingComma, "1:8"},
		{"[1, 2, ]", syntax.JSONTrailingComma, "1:6"},
		{"{\"a\": 1\n \"b\": 2}", syntax.JSONMissingComma, "2:2"},
		{"[1 2]", syntax.JSONMissingComma, "1:4"},
		{"[1}", syntax.JSONMissingComma, "1:3"},
		{"{\"a\" 1}", syntax.JSONMissingColon, "1:6"},
		{"{\"a\"}", syntax.JSONMissingColon, "1:5"},
		{"{'a': 1}", syntax.JSONQuotes, "1:2"},
		{"{a: 1}", syntax.JSONQuotes, "1:2"},
		{"[abc]", syntax.JSONQuotes, "1:2"},
		{"['a']", syntax.JSONQuotes, "1:2"},
		{"[True]", syntax.JSONQuotes, "1:2"},
		{"[,]", syntax.JSONValue, "1:2"},
		{"{\"a\": }", syntax.JSONValue, "1:7"},
		{"{,}", syntax.JSONValue, "1:2"},
		{"[01]", syntax.JSONNumber, "1:2"},
		{"[1.]", syntax.JSONNumber, "1:2"},
		{"[.5]", syntax.JSONNumber, "1:2"},
		{"[+1]", syntax.JSONNumber, "1:2"},
		{"[-]", syntax.JSONNumber, "1:2"},
		{"[0x1f]", syntax.JSONNumber, "1:2"},
		{"[1e]", syntax.JSONNumber, "1:2"},
		{"[NaN]", syntax.JSONNumber, "1:2"},
		{"[-Infinity]", syntax.JSONNumber, "1:2"},
		{"{\"a\": \"b\n}", syntax.JSONUnclosedString, "1:7"},
		{"\"a", syntax.JSONUnclosedString, "1:1"},
		{"{\"\u4f1a\": [1", syntax.JSONUnclosed, "1:7 bracket=["},
		{"{\"a\": 1", syntax.JSONUnclosed, "1:1 bracket={"},
		{"{\"a\"", syntax.JSONUnclosed, "1:1 bracket={"},
		{"[1,", syntax.JSONUnclosed, "1:1 bracket=["},
		{`["\x41"]`, syntax.JSONEscape, "1:3"},
		{`["\u12"]`, syntax.JSONEscape, "1:3"},
		{`["\ud83d"]`, syntax.JSONEscape, "1:3"},
		{`["a\ude00"]`, syntax.JSONEscape, "1:4"},
		{`["\ud83d\u0041"]`, syntax.JSONEscape, "1:3"},
		{"[\"a\tb\"]", syntax.JSONControl, "1:4"},
		{"[\"a\x00\"]", syntax.ControlCharacter, "1:4 character=U+0000"},
		{"[\"\xff\"]", syntax.InvalidUTF8, "1:3 byte=0xff"},
		{strings.Repeat("[", syntax.MaxDepth+1), syntax.TooDeep, "1:10001 limit=10000"},
	} {
		checkRefusal(t, "x.json", c.src, c.code, c.want)
		if json.Valid([]byte(c.src)) && !strings.Contains(c.src, `\u`) && !strings.Contains(c.src, "\xff") {
			t.Errorf("%q: refused here, but is JSON to encoding/json", c.src)
		}
	}
}

// FuzzAgainstJSON holds our reading of JSON against that of encoding/json: what
// one reads the other reads, with the same tree. Refused here alone: half a
// surrogate pair, bytes that are no UTF-8, U+FFFE and U+FFFF.
func FuzzAgainstJSON(f *testing.F) {
	f.Add(`{"a": [1, -2.5e3, true, null, "\u4f1a\ud83d\ude00"], "b": {}}`)
	f.Add(`["\"{{\ud800"]`)
	for _, s := range ugly {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := syntax.Parse("x.json", src)
		if err != nil {
			if json.Valid([]byte(src)) {
				why := problem.All(err)[0]
				if why.Code == syntax.NotPlainYAML { // "\"{{ \ud800": the hint may be wrong, not the refusal
					why = problem.All(why.Err)[0]
				}
				switch why.Code {
				case syntax.InvalidUTF8, syntax.ControlCharacter, syntax.JSONEscape:
				default:
					t.Fatalf("%q: encoding/json reads it, here: %v", src, err)
				}
			}
			return
		}
		d := json.NewDecoder(strings.NewReader(src))
		d.UseNumber()
		var b strings.Builder
		printJSON(t, &b, d)
		if got := jsonOf(tree, tree.Documents()[0].Root); got != b.String() {
			t.Fatalf("%q\nhere          %s\nencoding/json %s", src, got, b.String())
		}
	})
}

// printJSON prints the next value as encoding/json sees it, in the order of the
// text.
func printJSON(t *testing.T, b *strings.Builder, d *json.Decoder) {
	tok, err := d.Token()
	if err != nil {
		t.Fatalf("encoding/json: %v", err)
	}
	switch v := tok.(type) {
	case json.Delim:
		b.WriteString(v.String())
		for d.More() {
			printJSON(t, b, d)
			b.WriteByte(',')
		}
		end, _ := d.Token()
		fmt.Fprint(b, end)
	case string:
		fmt.Fprintf(b, "%q", v)
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, v)
	}
}

func jsonOf(t *syntax.Tree, id syntax.ID) string {
	if t.Kind(id) == syntax.Scalar {
		if t.Style(id) == syntax.Double {
			return fmt.Sprintf("%q", t.Text(id))
		}
		return t.Text(id)
	}
	var b strings.Builder
	b.WriteByte(t.Raw(id)[0])
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		b.WriteString(jsonOf(t, c) + ",")
	}
	b.WriteByte(t.Raw(id)[len(t.Raw(id))-1])
	return b.String()
}
