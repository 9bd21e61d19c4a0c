package yamlfile

import (
	"testing"

	"hoist.example/hoist/internal/problem"
)

func TestUndisputed(t *testing.T) {
	for _, c := range []struct {
		src string
		bad string // the place of the problem, "" for none
	}{
		{"a: 1\n", ""},
		{"# x\u2028y: 9\na: 1\n", "f.yaml:1:4"},
		{"a: 1 # x\u0085b: 9\n", "f.yaml:1:9"},
		{"a: 1\n# ok\u2029\nb: 2 # x\u2029b2: 9\n", "f.yaml:2:5"},
		{"a: | # c\u2028\n  x\n", "f.yaml:1:9"},              // a blank line more
		{"a: | # c\u2028 d\n  x\n", "f.yaml:1:9"},            // a first line more
		{"a:  #\u0085 comment\n", "f.yaml:1:6"},              // a value
		{"# 说明\u2028第二行\na: 1\n", ""},                        // go-yaml cannot read it
		{"# 说明\u2028# 第二行\na: 1\n", ""},                      // a comment to both
		{"a: 'x\u2028 y'\nb: \"x\u0085\"\n", ""},             // other white space
		{"a: |\n  x\u2028\n  y\n", ""},                       // the same
		{"a: >\n  x\u2028\n  y\n---\nb: 1 # \u2028\n", ""},   // the same
		{"a: x\u2028y\n", ""},                                // go-yaml cannot read it
		{"a: 1 #\u2028---\nb: 1\n", "f.yaml:1:7"},            // another document
		{"a: \u0085|\n  x\n    y\n", "f.yaml:1:4"},           // a block scalar
		{"a: &x\u2028 1\nb: *x\u2028\n", "f.yaml:1:6"},       // other names
		{"a:\n  - 1 # c\u2028  - 2\n  - 3\n", "f.yaml:2:10"}, // an element more
	} {
		f, err := Parse("f.yaml", []byte(c.src))
		if err != nil {
			t.Errorf("%q: %v", c.src, err)
			continue
		}
		at := ""
		if err := f.Undisputed(); err != nil {
			at = problem.All(err)[0].Place.String()
		}
		if at != c.bad {
			t.Errorf("%q: %q, want %q", c.src, at, c.bad)
		}
	}
}
