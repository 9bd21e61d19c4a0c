package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// reference is the comparison as the contract reads, without a thought for
// speed: trees of maps, each path matched against each pattern by itself.
type reference struct {
	in   Input
	envs []int // the judged environments
	keys map[string]string

	several bool
}

type tree struct {
	node  yamlfile.Node
	kids  map[string]*tree
	items []*tree
}

func grow(n yamlfile.Node) *tree {
	t := &tree{node: n, kids: map[string]*tree{}}
	for k, v := range n.Entries() {
		t.kids[k] = grow(v)
	}
	for v := range n.Items() {
		t.items = append(t.items, grow(v))
	}
	return t
}

func (t *tree) scalar() bool    { return t.node.Kind() == syntax.Scalar }
func (t *tree) mapping() bool   { return t.node.Kind() == syntax.Mapping }
func (t *tree) list() bool      { return t.node.Kind() == syntax.Sequence }
func (t *tree) childless() bool { return len(t.kids) == 0 && len(t.items) == 0 }

// deep: a list that is not one value.
func (t *tree) deep() bool {
	return t.list() && slices.ContainsFunc(t.items, func(i *tree) bool { return !i.scalar() })
}

func (t *tree) tag() string {
	switch tag := t.node.Tag(); tag {
	case "!", "!!map", "!!seq":
		return ""
	default:
		return tag
	}
}

// spot is a path with what stands there, and those above it.
type spot struct {
	path  keypath.Path
	trees []*tree
	up    *spot
}

func judgeAll(in Input) map[string]string {
	r := &reference{in: in, keys: map[string]string{}}
	for i, f := range in.Files {
		if f == nil && unreadable(&in, i) {
			continue
		}
		r.envs = append(r.envs, i)
		r.several = r.several || f != nil && f.Several()
	}
	r.several = r.several || r.begins(true) && r.begins(false)
	documents := map[string][]*tree{}
	for n, i := range r.envs {
		if in.Files[i] == nil {
			continue
		}
		for d, root := range in.Files[i].Roots() {
			if !root.Valid() {
				continue
			}
			name := ""
			if r.several {
				name = in.Files[i].DocumentName(d)
			}
			if documents[name] == nil {
				documents[name] = make([]*tree, len(r.envs))
			}
			documents[name][n] = grow(root)
		}
	}
	for name, trees := range documents {
		s := &spot{trees: trees}
		if r.several {
			s.path = s.path.Join(keypath.Step{Kind: keypath.Document, Key: name})
		}
		r.at(s)
	}
	if len(r.envs) < len(in.Environments) { // what cannot be read may differ
		maps.DeleteFunc(r.keys, func(_, status string) bool { return status == "same" })
	}
	return r.keys
}

// begins: some file's content is in its first document, or in a later one.
func (r *reference) begins(first bool) bool {
	return slices.ContainsFunc(r.envs, func(i int) bool {
		if r.in.Files[i] == nil {
			return false
		}
		roots := r.in.Files[i].Roots()
		at := slices.IndexFunc(roots, yamlfile.Node.Valid)
		return at >= 0 && (at == 0) == first
	})
}

func (r *reference) at(s *spot) {
	var present []*tree
	for _, t := range s.trees {
		if t != nil {
			present = append(present, t)
		}
	}
	all := func(f func(*tree) bool) bool {
		return !slices.ContainsFunc(present, func(t *tree) bool { return !f(t) })
	}
	sameTag := all(func(t *tree) bool { return t.tag() == present[0].tag() })
	switch {
	case len(present) == 0:
	case all(func(t *tree) bool { return t.scalar() || t.childless() || t.list() && !t.deep() }):
		r.judge(s, false)
	case sameTag && all((*tree).mapping):
		r.mapping(s)
	case sameTag && all(func(t *tree) bool { return t.deep() || t.list() && t.childless() }):
		r.list(s)
	default:
		r.judge(s, true)
	}
}

func (r *reference) child(s *spot, step keypath.Step, pick func(*tree) *tree) {
	c := &spot{path: s.path.Join(step), up: s, trees: make([]*tree, len(s.trees))}
	for i, t := range s.trees {
		if t != nil {
			c.trees[i] = pick(t)
		}
	}
	r.at(c)
}

func (r *reference) mapping(s *spot) {
	names := map[string]bool{}
	for _, t := range s.trees {
		if t != nil {
			for k := range t.kids {
				names[k] = true
			}
		}
	}
	for k := range names {
		r.child(s, keypath.Step{Kind: keypath.Key, Key: k}, func(t *tree) *tree { return t.kids[k] })
	}
}

func (r *reference) list(s *spot) {
	named := r.listRule(s.path)
	identity := r.identity(s, named)
	if identity == "" {
		for i := range 100 {
			r.child(s, keypath.Step{Kind: keypath.Index, Index: i}, func(t *tree) *tree {
				if i < len(t.items) {
					return t.items[i]
				}
				return nil
			})
		}
		return
	}
	names := map[string]bool{}
	var orders [][]string
	for _, t := range s.trees {
		var order []string
		if t != nil {
			for _, i := range t.items {
				name := i.kids[identity].node.Text()
				names[name] = true
				order = append(order, name)
			}
		}
		orders = append(orders, order)
	}
	for name := range names {
		r.child(s, keypath.Step{Kind: keypath.Element, Key: identity, Value: name}, func(t *tree) *tree {
			for _, i := range t.items {
				if i.kids[identity].node.Text() == name {
					return i
				}
			}
			return nil
		})
	}
	if named == nil || !named.Ordered {
		return
	}
	for i, a := range orders {
		for _, b := range orders[:i] {
			x := slices.DeleteFunc(slices.Clone(a), func(n string) bool { return !slices.Contains(b, n) })
			y := slices.DeleteFunc(slices.Clone(b), func(n string) bool { return !slices.Contains(a, n) })
			if !slices.Equal(x, y) {
				r.keys[s.path.String()] = map[bool]string{true: "expected", false: "different"}[len(r.allows(s.path)) > 0]
			}
		}
	}
}

// identity follows the contract's sentence word for word.
func (r *reference) identity(s *spot, named *rule.List) string {
	texts := func(key string) ([][]string, bool) {
		var out [][]string
		for _, t := range s.trees {
			var names []string
			if t != nil {
				for _, i := range t.items {
					v := i.kids[key]
					if v == nil || !v.scalar() || v.node.Duplicated() && !i.node.Duplicated() || slices.Contains(names, v.node.Text()) {
						return nil, false
					}
					names = append(names, v.node.Text())
				}
			}
			out = append(out, names)
		}
		return out, true
	}
	if named != nil && named.Identity != "" {
		if _, ok := texts(named.Identity); ok {
			return named.Identity
		}
		return ""
	}
	best, most := "", -1
	for _, key := range []string{"id", "name", "key", "code", "slug"} {
		names, ok := texts(key)
		matches := 0
		for i, a := range names {
			for _, n := range a {
				p := s.path.Join(keypath.Step{Kind: keypath.Element, Key: key, Value: n}).Child(key)
				ok = ok && len(r.allows(p)) == 0
				for _, b := range names[:i] {
					if slices.Contains(b, n) {
						matches++
					}
				}
			}
		}
		if ok && matches > most {
			best, most = key, matches
		}
	}
	return best
}

func (r *reference) allows(p keypath.Path) (out []*rule.Allow) {
	for _, a := range r.in.Rules.Allow() {
		if len(keypath.Compile(a.Keys).Match(p)) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// listRule is the first entry of lists that matches p itself.
func (r *reference) listRule(p keypath.Path) *rule.List {
	for _, l := range r.in.Rules.Lists() {
		w := keypath.Compile([]keypath.Pattern{l.Path}).Walker()
		if len(w.Here(w.Path(p))) > 0 {
			return l
		}
	}
	return nil
}

func (r *reference) judge(s *spot, shape bool) {
	var names []string
	values := make([]value.Value, len(s.trees))
	mapping, other, equal := false, false, !shape
	first := -1
	asSet := false
	if l := r.listRule(s.path); l != nil {
		asSet = l.Set
	}
	for i, t := range s.trees {
		names = append(names, r.in.Environments[r.envs[i]])
		if t == nil {
			continue
		}
		values[i] = t.node.Value()
		mapping, other = mapping || t.mapping(), other || !t.mapping()
		if first < 0 {
			first = i
		}
		equal = equal && !t.node.Duplicated() && t.tag0() == s.trees[first].tag0() &&
			(values[first].Equal(values[i]) || asSet && t.list() && s.trees[first].list() && sameElements(values[first].Items(), values[i].Items()))
	}
	rules := r.allows(s.path)
	lacking := slices.Contains(s.trees, nil)
	pending := r.pending(s, rules, names, values)
	breaches := r.breaches(s, rules, names, values)
	var status Status
	switch {
	case len(breaches) > 0:
		status = Violation
	case len(pending) > 0:
		status = Pending
	case equal && !lacking:
		status = Same
	case len(rules) > 0 && !r.lost(rules):
		status = Expected
	case len(rules) == 0 && !equal:
		status = Different
	default:
		status = Missing
	}
	text := status.String()
	if shape || mapping && other {
		text += " shape"
	}
	if status == Pending {
		text += fmt.Sprintf(" %v", pending)
	}
	for _, b := range breaches {
		text += fmt.Sprintf(" %s%v", b.Kind, b.Environments)
	}
	r.keys[s.path.String()] = text
}

// lost: some environment has no file, and no rule says that the key may be absent.
func (r *reference) lost(rules []*rule.Allow) bool {
	return slices.ContainsFunc(r.envs, func(i int) bool {
		return r.in.Files[i] == nil && !slices.ContainsFunc(rules, func(a *rule.Allow) bool { return slices.Contains(a.Absent, r.in.Environments[i]) })
	})
}

// tag0 is the tag of a collection; a scalar's is part of its value.
func (t *tree) tag0() string {
	if t.scalar() {
		return ""
	}
	return t.tag()
}

func sameElements(a, b []value.Value) bool {
	b = slices.Clone(b)
	for _, v := range a {
		i := slices.IndexFunc(b, v.Equal)
		if i < 0 {
			return false
		}
		b = slices.Delete(b, i, i+1)
	}
	return len(b) == 0
}

func (r *reference) breaches(s *spot, rules []*rule.Allow, names []string, values []value.Value) []rule.Breach {
	out := rule.Judge(rules, names, values, func(i int) bool { return s.trees[i] != nil && hoistPending(s.trees[i]) })
	for i, t := range s.trees {
		if t == nil {
			continue
		}
		if f := r.forbidden(names[i], t); f != nil {
			out = append(out, rule.Breach{Kind: rule.Forbidden, Environments: []string{names[i]}})
		}
	}
	return out
}

func (r *reference) forbidden(env string, t *tree) *rule.Forbid {
	for _, f := range r.in.Rules.Forbid() {
		if slices.Contains(f.In, env) && t.holds(f) {
			return f
		}
	}
	return nil
}

func (t *tree) holds(f *rule.Forbid) bool {
	if t.scalar() {
		only := rule.New(nil, []rule.Forbid{*f}, nil, nil)
		return only.Forbidden(f.In[0], t.node.Value()) != nil
	}
	for _, k := range t.kids {
		if k.holds(f) {
			return true
		}
	}
	return slices.ContainsFunc(t.items, func(i *tree) bool { return i.holds(f) })
}

func hoistPending(t *tree) bool {
	return (t.scalar() || t.childless() || !t.deep() && t.list()) && strings.HasPrefix(t.node.Comment(), "hoist:pending")
}

func (r *reference) pending(s *spot, rules []*rule.Allow, names []string, values []value.Value) (out []string) {
	if len(rules) == 0 {
		return nil
	}
	waits := func(i int) bool {
		return rule.Awaits(rules, names[i], values[i]) || s.trees[i] != nil && hoistPending(s.trees[i])
	}
	elsewhere := false
	for i, t := range s.trees {
		elsewhere = elsewhere || t != nil && !waits(i)
	}
	for i, t := range s.trees {
		if elsewhere && waits(i) && (t != nil || r.place(s, i)) {
			out = append(out, names[i])
		}
	}
	return out
}

// place: the parent stands in env, or the shallowest node under a rule is
// lacking there and the promotion would bring its parent.
func (r *reference) place(s *spot, env int) bool {
	stands := func(c *spot, e int) bool {
		if c == nil || c.up == nil && !r.several {
			return r.in.Files[r.envs[e]] != nil
		}
		return c.trees[e] != nil
	}
	if r.in.Files[r.envs[env]] == nil {
		return false
	}
	if stands(s.up, env) {
		return true
	}
	top := s
	for c := s.up; c != nil; c = c.up {
		if len(r.allows(c.path)) > 0 {
			top = c
		}
	}
	if top.trees[env] != nil {
		return false
	}
	if stands(top.up, env) {
		return true
	}
	for e := range s.trees {
		if slices.Contains(r.in.From[r.in.Environments[r.envs[env]]], r.in.Environments[r.envs[e]]) && stands(top.up, e) {
			return true
		}
	}
	return false
}
