package workspace

import (
	"context"
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
)

// What can be wrong with a key path in a request.
var (
	BadKeyPath = problem.Code{Name: "bad-key-path", Class: problem.Wrong}     // path, column, why
	UnknownKey = problem.Code{Name: "unknown-key-path", Class: problem.Wrong} // path, service, suggestion
)

// Explain gives the comparison of one service with the keys that a path or
// pattern names, whatever their status.
func (w *Workspace) Explain(ctx context.Context, service, path string, environments []string) (*compare.Service, error) {
	pattern, err := keypath.ParsePattern(path)
	if err != nil {
		return nil, badPath(path, err)
	}
	req := CompareRequest{Selection: Selection{Services: []string{service}, Environments: environments},
		Keep: func(compare.Status) bool { return true }}
	set := keypath.Compile([]keypath.Pattern{pattern})
	for s, err := range w.Compare(ctx, req, nil) {
		if err != nil {
			return nil, err
		}
		all := s.Keys
		s.Keys = slices.DeleteFunc(slices.Clone(all), func(k compare.Key) bool { return len(set.Match(k.Path)) == 0 })
		if len(s.Keys) == 0 && len(s.Problems) == 0 {
			return nil, problem.New(UnknownKey, problem.Place{}, "path", path, "service", s.Name, "suggestion", nearestKey(all, path))
		}
		return s, nil
	}
	return nil, ctx.Err()
}

func badPath(path string, err error) error {
	p := problem.New(BadKeyPath, problem.Place{}, "path", path).Because(err)
	if se, ok := err.(*keypath.SyntaxError); ok {
		p.Args = append(p.Args, problem.Arg{Name: "column", Text: itoa(se.Column)}, problem.Arg{Name: "why", Text: string(se.Why)})
	}
	return p
}

// nearestKey is the key that was probably meant: the one with the same last
// segment, else the longest common beginning.
func nearestKey(keys []compare.Key, path string) string {
	best, most := "", 0
	for _, k := range keys {
		text := k.Path.String()
		n := 0
		for n < len(text) && n < len(path) && text[n] == path[n] {
			n++
		}
		for i := 0; i < len(text)-n && i < len(path)-n && text[len(text)-1-i] == path[len(path)-1-i]; i++ {
			n++
		}
		if n > most {
			best, most = text, n
		}
	}
	if most < 3 {
		return ""
	}
	return best
}
