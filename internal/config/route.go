package config

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// What can be wrong with a request.
var (
	UnknownEnvironment = problem.Code{Name: "unknown-environment", Class: problem.Wrong} // name, suggestion, known
	SameEnvironment    = problem.Code{Name: "same-environment", Class: problem.Wrong}    // name
	RouteRefused       = problem.Code{Name: "route-refused", Class: problem.Refused}     // kind, from, to, allowed ("": nothing)
	UnknownService     = problem.Code{Name: "unknown-service", Class: problem.Wrong}     // name, suggestion
	UnknownCategory    = problem.Code{Name: "unknown-category", Class: problem.Wrong}    // name, suggestion, known
)

// Names is the environments' names in promotion order.
func (c *Config) Names() []string {
	out := make([]string, len(c.Environments))
	for i, e := range c.Environments {
		out[i] = e.Name
	}
	return out
}

// Environment finds an environment by name.
func (c *Config) Environment(name string) (Environment, bool) {
	for _, e := range c.Environments {
		if e.Name == name {
			return e, true
		}
	}
	return Environment{}, false
}

// From is the environments that a promotion into an environment may come from,
// in promotion order: what its `from` says, else every earlier one.
func (c *Config) From(name string, k Kind) []string {
	e, _ := c.Environment(name)
	return e.from[k]
}

// Route reports whether something may be promoted from one environment to
// others. Names that are wrong are told all at once; routes that `from` does not
// allow are told, all of them, where every name is right.
func (c *Config) Route(from string, to []string, k Kind) error {
	var wrong, refused problem.List
	if _, ok := c.Environment(from); !ok {
		wrong = append(wrong, c.unknown(from))
	}
	for i, name := range to {
		e, ok := c.Environment(name)
		switch {
		case slices.Contains(to[:i], name):
		case !ok && name != from:
			wrong = append(wrong, c.unknown(name))
		case name == from && ok:
			wrong = append(wrong, problem.New(SameEnvironment, problem.Place{}, "name", name))
		case ok && !slices.Contains(e.from[k], from):
			p := problem.New(RouteRefused, e.fromPlace, "kind", k.String(), "from", from, "to", name, "allowed", strings.Join(e.from[k], ", "))
			p.Excerpt = c.File.Lines().Text(e.fromPlace.Line)
			refused = append(refused, p)
		}
	}
	if len(wrong) > 0 {
		return wrong.Err()
	}
	return refused.Err()
}

func (c *Config) unknown(name string) *problem.Problem {
	near := ""
	for _, e := range c.Environments {
		if strings.EqualFold(e.Title, name) {
			near = e.Name
		}
	}
	if near == "" {
		near = Nearest(name, c.Names())
	}
	return problem.New(UnknownEnvironment, problem.Place{}, "name", name, "suggestion", near, "known", strings.Join(c.Names(), ", "))
}

// EnvironmentsSubset is the environments of these names in promotion order; all
// where none is named.
func (c *Config) EnvironmentsSubset(names []string) ([]Environment, error) {
	if len(names) == 0 {
		return c.Environments, nil
	}
	var l problem.List
	for i, name := range names {
		if _, ok := c.Environment(name); !ok && !slices.Contains(names[:i], name) {
			l = append(l, c.unknown(name))
		}
	}
	var out []Environment
	for _, e := range c.Environments {
		if slices.Contains(names, e.Name) {
			out = append(out, e)
		}
	}
	return out, l.Err()
}
