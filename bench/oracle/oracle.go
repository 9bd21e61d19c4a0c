// Package oracle compares configurations a second time, slowly, from what
// go-yaml decodes, so that fixtures and comparisons have something to be held
// against. Tests and benchmarks import it; the hoist binary never does.
//
// It shares no code with hoist but the spelling of key paths, knows no rules,
// and gives up where it would have to choose: Compare returns an error rather
// than a guess.
package oracle

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/keypath"
)

// Kind is how the values of one leaf stand to each other.
type Kind string

// The kinds, spelled as hoist's statuses are.
const (
	Same      Kind = "same"
	Different Kind = "different"
	Missing   Kind = "missing"
)

// Leaf is one scalar, list of scalars, or empty mapping or list, over all
// documents.
type Leaf struct {
	Path    string // in hoist's notation
	Kind    Kind
	Values  []any  // by document; nil also where it is null
	Present []bool // by document
}

// ErrUndecided means that two lists cannot be matched without a rule.
var ErrUndecided = errors.New("undecided")

// identities are the keys that may name the elements of a list, best first.
func identities() []string { return []string{"id", "name", "key", "code", "slug"} }

// Compare reads one document from each text and returns every leaf, sorted by
// path. A nil text is a document that is not there.
func Compare(texts ...[]byte) ([]Leaf, error) {
	w := walk{n: len(texts)}
	nodes := make([]any, len(texts))
	present := make([]bool, len(texts))
	for i, t := range texts {
		if t == nil {
			continue
		}
		if err := yaml.Unmarshal(t, &nodes[i]); err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		present[i] = true
	}
	if err := w.visit(keypath.Path{}, nodes, present); err != nil {
		return nil, err
	}
	sort.Slice(w.out, func(i, j int) bool { return w.out[i].Path < w.out[j].Path })
	return w.out, nil
}

type walk struct {
	n   int
	out []Leaf
}

type shape uint8

const (
	scalar  shape = iota // also a list of scalars
	empty                // {} or []
	mapping              // with entries
	list                 // of mappings
)

func shapeOf(v any) shape {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return empty
		}
		return mapping
	case map[any]any:
		if len(v) == 0 {
			return empty
		}
		return mapping
	case []any:
		if len(v) == 0 {
			return empty
		}
		if slices.ContainsFunc(v, isMapping) {
			return list
		}
	}
	return scalar
}

func isMapping(v any) bool {
	switch v.(type) {
	case map[string]any, map[any]any:
		return true
	}
	return false
}

func (w *walk) visit(p keypath.Path, nodes []any, present []bool) error {
	seen := map[shape]bool{}
	for i, ok := range present {
		if ok {
			seen[shapeOf(nodes[i])] = true
		}
	}
	switch {
	case len(seen) > 1 && seen[empty] && !seen[scalar]:
		return fmt.Errorf("%s: empty here and not there: %w", p, ErrUndecided)
	case len(seen) != 1 || seen[scalar] || seen[empty]:
		w.leaf(p, nodes, present)
		return nil
	case seen[mapping]:
		return w.mapping(p, nodes, present)
	}
	return w.list(p, nodes, present)
}

func (w *walk) leaf(p keypath.Path, nodes []any, present []bool) {
	l := Leaf{Path: p.String(), Kind: Same, Values: nodes, Present: present}
	first := slices.Index(present, true)
	for i, ok := range present {
		switch {
		case ok && !reflect.DeepEqual(nodes[i], nodes[first]):
			l.Kind = Different
		case !ok && l.Kind == Same:
			l.Kind = Missing
		}
	}
	w.out = append(w.out, l)
}

// mapping visits every key that any of the nodes has.
func (w *walk) mapping(p keypath.Path, nodes []any, present []bool) error {
	maps := make([]map[string]any, w.n)
	keys := map[string]bool{}
	for i, ok := range present {
		if !ok {
			continue
		}
		m, err := stringKeys(nodes[i])
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		maps[i] = m
		for k := range m {
			keys[k] = true
		}
	}
	for k := range keys {
		if err := w.child(p.Child(k), maps, k); err != nil {
			return err
		}
	}
	return nil
}

// child visits what stands at one key of each mapping.
func (w *walk) child(p keypath.Path, maps []map[string]any, key string) error {
	values, present := make([]any, w.n), make([]bool, w.n)
	for i, m := range maps {
		values[i], present[i] = m[key]
	}
	return w.visit(p, values, present)
}

func stringKeys(v any) (map[string]any, error) {
	if m, ok := v.(map[string]any); ok {
		return m, nil
	}
	out := map[string]any{}
	for k, v := range v.(map[any]any) {
		s := fmt.Sprint(k)
		if _, twice := out[s]; twice {
			return nil, fmt.Errorf("key %s stands twice: %w", s, ErrUndecided)
		}
		out[s] = v
	}
	return out, nil
}

// list matches the elements of lists of mappings by the first key that names
// them in every document.
func (w *walk) list(p keypath.Path, nodes []any, present []bool) error {
	for _, id := range identities() {
		elements, ok := named(nodes, present, id)
		if !ok {
			continue
		}
		names := map[string]bool{}
		for _, m := range elements {
			for n := range m {
				names[n] = true
			}
		}
		for n := range names {
			step := keypath.Step{Kind: keypath.Element, Key: id, Value: n}
			if err := w.child(p.Join(step), elements, n); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s: no key names the elements: %w", p, ErrUndecided)
}

// named is the elements of each list by their value of key, or false where one
// lacks it or two share it.
func named(nodes []any, present []bool, key string) ([]map[string]any, bool) {
	out := make([]map[string]any, len(nodes))
	for i, ok := range present {
		if !ok {
			continue
		}
		out[i] = map[string]any{}
		for _, e := range nodes[i].([]any) {
			m, ok := e.(map[string]any)
			v, has := m[key]
			if !ok || !has || shapeOf(v) != scalar || reflect.TypeOf(v) == reflect.TypeFor[[]any]() {
				return nil, false
			}
			n := fmt.Sprint(v)
			if _, twice := out[i][n]; twice {
				return nil, false
			}
			out[i][n] = e
		}
	}
	return out, true
}
