package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// item is a value of hoist.yaml that has its shape. What has not is reported
// and left out, so that the rest can be read as if it were all there. The
// methods of the nil item are those of an absent field.
type item struct {
	node   yamlfile.Node
	kind   kind
	key    keyed // in a table or mapping: the key it stands behind
	items  []*item
	fields []*item
}

// keyed is a key with its place.
type keyed struct {
	text  string
	place problem.Place
}

func (it *item) get(name string) *item {
	if it != nil {
		for _, f := range it.fields {
			if f.key.text == name {
				return f
			}
		}
	}
	return nil
}

func (it *item) text() string {
	if it == nil {
		return ""
	}
	return it.node.Text()
}

func (it *item) flag() bool { return it != nil && it.node.Value().Reveal() == "true" }

func (it *item) list() []*item {
	if it == nil {
		return nil
	}
	return it.items
}

func (it *item) place() problem.Place {
	if it == nil {
		return problem.Place{}
	}
	return it.node.Place()
}

func (it *item) texts() (out []string) {
	for _, i := range it.list() {
		out = append(out, i.text())
	}
	return out
}

// reader turns nodes into items and collects what is wrong.
type reader struct {
	file     *yamlfile.File
	bare     bool // standIn stands for hole
	problems problem.List
}

func (r *reader) fail(code problem.Code, at problem.Place, kv ...string) {
	r.problems = append(r.problems, problem.New(code, at, kv...))
}

// read is the item at n, or nil where n has not the shape s. field is what the
// value is called.
func (r *reader) read(n yamlfile.Node, s *shape, field string) *item {
	for alt := s; alt != nil; alt = alt.or {
		if alt.fits(n) {
			return r.as(n, alt, field)
		}
	}
	want := s.kind.String()
	if s.or != nil {
		want += "|" + s.or.kind.String()
	}
	r.fail(WrongType, n.Place(), "field", field, "want", want, "got", kindOf(n))
	return nil
}

// kindOf names what stands there.
func kindOf(n yamlfile.Node) string {
	switch n.Kind() {
	case syntax.Mapping:
		return mapping.String()
	case syntax.Sequence:
		return list.String()
	}
	if n.Value().Kind() == value.Ambiguous {
		return n.Text() // yes, 010
	}
	return n.Value().Kind().String()
}

func (s *shape) fits(n yamlfile.Node) bool {
	switch s.kind {
	case list:
		return n.Kind() == syntax.Sequence
	case mapping, table:
		return n.Kind() == syntax.Mapping
	}
	if n.Kind() != syntax.Scalar {
		return false
	}
	v := n.Value()
	k := v.Kind()
	switch s.kind {
	case text: // y, no and on are words to go-yaml and to YAML 1.2
		return k == value.String || k == value.Ambiguous && v.TypeName() == "bool"
	case flag:
		return k == value.Bool
	case integer:
		return k == value.Int
	case scalar:
		return k != value.Tagged && (k != value.Null || n.Text() != "")
	}
	return k != value.Null // date: read as text, however it resolves
}

func (r *reader) as(n yamlfile.Node, s *shape, name string) *item {
	it := &item{node: n, kind: s.kind}
	switch s.kind {
	case text:
		if !r.goodText(n, s, name) {
			return nil
		}
	case date:
		if _, err := time.Parse(time.DateOnly, n.Text()); err != nil {
			r.fail(BadValue, n.Place(), "field", name, "value", n.Text(), "want", "date")
			return nil
		}
	case list:
		r.elements(it, s, name)
	case mapping:
		r.entries(it, s, name)
	case table:
		r.rows(it, s, name)
	}
	return it
}

func (r *reader) goodText(n yamlfile.Node, s *shape, field string) bool {
	if strings.TrimSpace(n.Text()) == "" {
		r.fail(Empty, n.Place(), "field", field)
		return false
	}
	if s.words != nil && !slices.Contains(s.words, n.Text()) {
		r.fail(BadValue, n.Place(), "field", field, "value", n.Text(), "want", strings.Join(s.words, ", "))
		return false
	}
	return true
}

func (r *reader) elements(it *item, s *shape, field string) {
	seen, count := map[string]bool{}, 0
	for n := range it.node.Items() {
		count++
		e := r.read(n, s.each, field)
		if e == nil {
			continue
		}
		if s.unique && seen[e.text()] {
			r.fail(Duplicate, n.Place(), "field", field, "name", e.text())
			continue
		}
		if s.unique {
			seen[e.text()] = true
		}
		it.items = append(it.items, e)
	}
	if count < s.least {
		r.fail(TooFew, it.node.Place(), "field", field, "least", strconv.Itoa(s.least))
	}
}

func (r *reader) entries(it *item, s *shape, in string) {
	names := s.names()
	for key, n := range r.keys(it.node) {
		i := slices.Index(names, key.text)
		if i < 0 {
			r.fail(UnknownField, key.place, "field", key.text, "in", in, "suggestion", Nearest(key.text, names))
			continue
		}
		if f := r.read(n, s.fields[i].shape, key.text); f != nil {
			f.key = key
			it.fields = append(it.fields, f)
		}
	}
	for _, f := range s.fields {
		if _, ok := it.node.Get(f.name); f.required && !ok {
			r.fail(MissingField, it.node.Place(), "field", f.name, "in", in)
		}
	}
}

func (s *shape) names() []string {
	out := make([]string, len(s.fields))
	for i, f := range s.fields {
		out[i] = f.name
	}
	return out
}

func (r *reader) rows(it *item, s *shape, in string) {
	for key, n := range r.keys(it.node) {
		if e := r.read(n, s.each, in); e != nil {
			e.key = key
			it.items = append(it.items, e)
		}
	}
}

// keys yields the entries of a mapping and reports keys that stand twice.
func (r *reader) keys(m yamlfile.Node) func(func(keyed, yamlfile.Node) bool) {
	return func(yield func(keyed, yamlfile.Node) bool) {
		for name, n := range m.Entries() {
			k := keyed{name, n.Place()}
			if n.Key() != syntax.None {
				k.place = n.File().PlaceAt(n.File().Tree().Span(n.Key()).Start)
			}
			if n.Duplicated() && !m.Duplicated() {
				r.fail(Duplicate, r.second(m, name, k.place), "field", "key", "name", name)
			}
			if !yield(k, n) {
				return
			}
		}
	}
}

// second is where a key stands in m for the second time.
func (r *reader) second(m yamlfile.Node, name string, or problem.Place) problem.Place {
	f, times := m.File(), 0
	for k := range f.Tree().Entries(m.ID()) {
		if f.KeyText(k) == name {
			if times++; times == 2 {
				return f.PlaceAt(f.Tree().Span(k).Start)
			}
		}
	}
	return or
}
