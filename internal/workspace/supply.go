package workspace

import (
	"io"
	"os"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// What can be wrong with supplied values.
var (
	BadSet    = problem.Code{Name: "bad-set", Class: problem.Wrong}    // text
	BadValues = problem.Code{Name: "bad-values", Class: problem.Wrong} // why
)

// ParseSet reads --set ENV[/SERVICE]:KEYPATH=VALUE. =@FILE takes the value from
// a file, whose name file resolves, and =- from stdin, both without one final
// line break.
func ParseSet(text string, stdin io.Reader, file func(string) string) (plan.Supplied, error) {
	where, rest, _ := strings.Cut(text, ":")
	path, typed, ok := keypath.Cut(rest)
	if !ok || path == "" || where == "" {
		return plan.Supplied{}, problem.New(BadSet, problem.Place{}, "text", BeforeValue(text))
	}
	s := plan.Supplied{Path: path, Text: typed}
	s.Environment, s.Service, _ = strings.Cut(where, "/")
	var b []byte
	var err error
	switch {
	case s.Text == "-":
		b, err = io.ReadAll(stdin)
	case strings.HasPrefix(s.Text, "@"):
		b, err = os.ReadFile(file(s.Text[1:]))
	default:
		return s, nil
	}
	if err != nil {
		return s, unreadable(strings.TrimPrefix(s.Text, "@"), err)
	}
	s.Text = strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	return s, nil
}

// BeforeValue is a --set without its value, which may be a secret: where that
// begins is not sure in one that is written wrongly.
func BeforeValue(text string) string {
	where, rest, colon := strings.Cut(text, ":")
	path, _, ok := keypath.Cut(rest)
	switch {
	case ok:
		return where + ":" + path + "=…"
	case colon:
		return where + ":…"
	}
	where, _, _ = strings.Cut(text, "=")
	if where == text {
		return "…"
	}
	return where + "=…"
}

// ReadValues reads a --values file: environment → service → key path → value.
func ReadValues(name string) ([]plan.Supplied, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	f, err := yamlfile.Parse(name, src)
	if err != nil {
		return nil, err
	}
	var out []plan.Supplied
	var l problem.List
	want := func(n yamlfile.Node, why string) bool {
		if n.Kind() != syntax.Mapping {
			l = append(l, problem.New(BadValues, n.Place(), "why", why))
		}
		return n.Kind() == syntax.Mapping
	}
	for _, root := range f.Roots() {
		if !root.Valid() || !want(root, "environments") {
			continue
		}
		for env, services := range root.Entries() {
			if !want(services, "services") {
				continue
			}
			for service, paths := range services.Entries() {
				if !want(paths, "paths") {
					continue
				}
				for path, v := range paths.Entries() {
					s := plan.Supplied{Environment: env, Service: service, Path: path, FromFile: true}
					switch {
					case !v.Leaf() || v.Kind() == syntax.Mapping || v.Value().Kind() == value.Null:
						l = append(l, problem.New(BadValues, v.Place(), "why", "value"))
					case v.Kind() == syntax.Scalar:
						s.Text = v.Text()
						out = append(out, s)
					default:
						s.Value = v.Value()
						out = append(out, s)
					}
				}
			}
		}
	}
	return out, l.Err()
}
