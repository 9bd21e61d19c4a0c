package rule

import (
	"slices"
	"sync"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
)

// Set is all rules of one hoist.yaml. It is safe for many readers.
type Set struct {
	allow   []*Allow
	forbid  []*Forbid
	lists   []*List
	promote []keypath.Pattern
	guards  []*Guard // one for each environment that a forbid names

	narrow []int // rules of allow with Services
	mu     sync.Mutex
	tracks map[string]*track // by which of the narrow rules apply
}

// New makes a Set. The slices are in hoist.yaml's order; an entry's Index is set
// from its place in them.
func New(allow []Allow, forbid []Forbid, lists []List, promote []keypath.Pattern) *Set {
	s := &Set{promote: slices.Clone(promote), tracks: map[string]*track{}}
	for i := range allow {
		a := allow[i]
		a.Index = i
		s.allow = append(s.allow, &a)
		if len(a.Services) > 0 {
			s.narrow = append(s.narrow, i)
		}
	}
	for i := range forbid {
		f := forbid[i]
		f.Index = i
		f.Values = slices.Clone(f.Values)
		s.forbid = append(s.forbid, &f)
	}
	for i := range lists {
		l := lists[i]
		l.Index = i
		s.lists = append(s.lists, &l)
	}
	for _, f := range s.forbid {
		for _, env := range f.In {
			if s.Guard(env) == nil {
				s.guards = append(s.guards, newGuard(env, s.forbid))
			}
		}
	}
	return s
}

// Allow is the rules of allow in hoist.yaml's order.
func (s *Set) Allow() []*Allow { return s.allow }

// Forbid is the rules of forbid in hoist.yaml's order.
func (s *Set) Forbid() []*Forbid { return s.forbid }

// Lists is the entries of lists in hoist.yaml's order.
func (s *Set) Lists() []*List { return s.lists }

// Promote is the patterns of promote in hoist.yaml's order.
func (s *Set) Promote() []keypath.Pattern { return s.promote }

// Groups is the groups that hoist.yaml names, each once, in its order. Rules
// without a group are not among them; see Name.
func (s *Set) Groups() []string {
	var out []string
	for _, a := range s.allow {
		if a.Group != "" && !slices.Contains(out, a.Group) {
			out = append(out, a.Group)
		}
	}
	return out
}

// Images is the rules that allow an image service to differ.
func (s *Set) Images(service string) []*Allow {
	var out []*Allow
	for _, a := range s.allow {
		if slices.ContainsFunc(a.Images, func(g string) bool { return Glob(g, service) }) {
			out = append(out, a)
		}
	}
	return out
}

// Forbidden is the first rule that forbids a value in an environment, or nil. It
// is quick enough to be asked of every scalar, and allocates nothing.
func (s *Set) Forbidden(env string, v value.Value) *Forbid { return s.Guard(env).Forbids(v) }

// SecretAt is Secret for a path as a person types it. What is no path is no
// secret by a rule.
func (s *Set) SecretAt(service, path string) bool {
	p, err := keypath.Parse(path)
	return err == nil && s.Secret(service, p)
}

// Secret reports whether a rule masks the value at a path of a service. It is for
// one path; a walk asks its Walker.
func (s *Set) Secret(service string, p keypath.Path) bool {
	return slices.ContainsFunc(s.At(service, p), func(a *Allow) bool { return a.Secret })
}

// At is the rules of allow that cover a path of a service, in hoist.yaml's order.
// Like Secret, it is for one path.
func (s *Set) At(service string, p keypath.Path) (out []*Allow) {
	t := s.trackOf(service)
	for _, i := range t.set.Match(p) {
		if i < t.lists && !slices.Contains(out, s.allow[t.owner[i]]) {
			out = append(out, s.allow[t.owner[i]])
		}
	}
	return out
}

// Guard is what is forbidden in one environment; nil, which forbids nothing,
// where no rule names it.
func (s *Set) Guard(env string) *Guard {
	for _, g := range s.guards {
		if g.env == env {
			return g
		}
	}
	return nil
}

// Guard is what is forbidden in one environment, sorted by how it begins, so
// that nearly every value is let through by its first byte.
type Guard struct {
	env    string
	byByte [256][]ban // globs and strings that a text with that first byte may be
	empty  []ban      // those that an empty text may be
	others []ban      // literals that are no strings
}

type ban struct {
	want *Want
	rule *Forbid
}

func newGuard(env string, rules []*Forbid) *Guard {
	g := &Guard{env: env}
	for _, f := range rules {
		if !slices.Contains(f.In, env) {
			continue
		}
		for i := range f.Values {
			g.add(ban{&f.Values[i], f})
		}
	}
	return g
}

func (g *Guard) add(b ban) {
	v := b.want.literal
	if v.Kind() != value.String {
		g.others = append(g.others, b)
		return
	}
	start := v.Reveal()
	if b.want.pieces != nil {
		start = b.want.pieces[0]
	}
	if start != "" {
		g.byByte[start[0]] = append(g.byByte[start[0]], b)
		return
	}
	g.empty = append(g.empty, b)
	if b.want.pieces != nil {
		for c := range g.byByte {
			g.byByte[c] = append(g.byByte[c], b)
		}
	}
}

// Forbids is the first rule that forbids v, or nil. Of a list each element is
// looked at; keys of mappings are not.
func (g *Guard) Forbids(v value.Value) *Forbid {
	if g == nil {
		return nil
	}
	var first *Forbid
	if v.Kind() == value.Scalars {
		for _, e := range v.Items() {
			first = earlier(first, g.scalar(e))
		}
		return first
	}
	return g.scalar(v)
}

// MayBegin reports whether a scalar whose decoded text begins with c may be
// forbidden. It spares a walk from resolving nearly every value; an empty text
// begins with nothing and must be asked about.
func (g *Guard) MayBegin(c byte) bool { return len(g.byByte[c]) > 0 || len(g.others) > 0 }

func (g *Guard) scalar(v value.Value) *Forbid {
	switch v.Kind() {
	case value.String:
		return find(g.text(v), v)
	case value.Tagged, value.Ambiguous:
		return earlier(find(g.text(v), v), find(g.others, v))
	}
	return find(g.others, v)
}

func (g *Guard) text(v value.Value) []ban {
	if s := v.Reveal(); s != "" {
		return g.byByte[s[0]]
	}
	return g.empty
}

func find(bans []ban, v value.Value) *Forbid {
	for _, b := range bans {
		if b.want.finds(v) {
			return b.rule
		}
	}
	return nil
}

func earlier(f, g *Forbid) *Forbid {
	if f == nil || g != nil && g.Index < f.Index {
		return g
	}
	return f
}
