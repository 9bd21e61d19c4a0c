package config

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
)

// Service finds a service by name.
func (c *Config) Service(name string) (Service, bool) {
	for _, s := range c.Services {
		if s.Name == name {
			return s, true
		}
	}
	return Service{}, false
}

// ServiceNames is all services' names, in order.
func (c *Config) ServiceNames() []string {
	out := make([]string, len(c.Services))
	for i, s := range c.Services {
		out[i] = s.Name
	}
	return out
}

// Category finds a category by name. The error is an UnknownCategory.
func (c *Config) Category(name string) (Category, error) {
	var names []string
	for _, g := range c.Categories {
		if g.Name == name {
			return g, nil
		}
		names = append(names, g.Name)
	}
	return Category{}, problem.New(UnknownCategory, problem.Place{}, "name", name, "suggestion", Nearest(name, names), "known", strings.Join(names, ", "))
}

// CategoryOf is the first category that holds a service or image; "" none.
func (c *Config) CategoryOf(name string) string {
	for _, g := range c.Categories {
		if g.Holds(name) {
			return g.Name
		}
	}
	return ""
}

// Select is the services that are meant, in order: those with these names (exact,
// or matching a name with a *), those of these categories, or all. Where nothing
// is asked for, those marked `default`, and where none is, all. A category may
// hold no service, only images. Every name that means nothing is a problem.
func (c *Config) Select(names, categories []string, all bool) ([]Service, error) {
	var l problem.List
	meant := make([]bool, len(c.Services))
	for i, name := range names {
		if !c.mark(meant, func(s *Service) bool { return rule.Glob(name, s.Name) }) && !slices.Contains(names[:i], name) {
			l = append(l, problem.New(UnknownService, problem.Place{}, "name", name, "suggestion", c.nearestService(name)))
		}
	}
	for i, name := range categories {
		if g, err := c.Category(name); err == nil {
			c.mark(meant, func(s *Service) bool { return g.Holds(s.Name) })
		} else if !slices.Contains(categories[:i], name) {
			l = append(l, problem.All(err)...)
		}
	}
	if len(names) == 0 && len(categories) == 0 && !all && !c.mark(meant, func(s *Service) bool { return s.Default }) {
		all = true
	}
	var out []Service
	for i, s := range c.Services {
		if meant[i] || all {
			out = append(out, s)
		}
	}
	return out, l.Err()
}

func (c *Config) nearestService(name string) string {
	if rule.IsGlob(name) {
		return ""
	}
	return Nearest(name, c.ServiceNames())
}

// mark marks the services that are meant and reports whether there is any.
func (c *Config) mark(meant []bool, means func(*Service) bool) (any bool) {
	for i := range c.Services {
		if means(&c.Services[i]) {
			meant[i], any = true, true
		}
	}
	return any
}
