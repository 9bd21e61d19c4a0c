package plan

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// pendingMark begins the comment behind a value that --placeholder wrote.
const pendingMark = "hoist:pending"

// given is one supplied value on its way into a plan.
type given struct {
	Supplied
	path   keypath.Path
	known  bool // the key stands in some environment
	placed bool // it is written, or stands there already, or its unit is held back
}

// readGiven reads the paths of what is supplied. Of one key a --set wins over a
// value from a file; two of a kind contradict each other.
func readGiven(c Choice) (out []*given, err error) {
	var l problem.List
	for _, s := range c.Set {
		if !slices.Contains(c.To, s.Environment) {
			l = append(l, problem.New(SetTarget, problem.Place{}, "name", s.Environment, "path", s.Path))
			continue
		}
		p, err := keypath.Parse(s.Path)
		if err != nil {
			l = append(l, patternProblem("set", s.Path, err))
			continue
		}
		g := &given{Supplied: s, path: p}
		i := slices.IndexFunc(out, func(o *given) bool {
			return o.path == p && o.Environment == s.Environment && o.Service == s.Service
		})
		switch {
		case i < 0:
			out = append(out, g)
		case out[i].FromFile == s.FromFile:
			l = append(l, problem.New(SetTwice, problem.Place{}, "environment", s.Environment, "service", s.Service, "path", s.Path))
		case out[i].FromFile:
			out[i] = g
		}
	}
	return out, l.Err()
}

// of reports whether g is for a service; without a name it is for the only one.
func (g *given) of(service string) bool { return g.Service == "" || g.Service == service }

// unplaced are the supplied values that named no key, or one that names its
// element.
func (m *Maker) unplaced() error {
	var l problem.List
	for _, g := range m.given {
		if !g.known || namesElement(g.path) {
			l = append(l, problem.New(SetUnknown, problem.Place{}, "environment", g.Environment, "path", g.Path))
		}
	}
	return l.Err()
}

// read is the value, of the type that like has.
func (g *given) read(like value.Value) (value.Value, error) {
	g.known = true
	if g.Value.Present() {
		return g.Value, nil
	}
	v, err := value.ParseAs(g.Text, like)
	if err != nil {
		return v, problem.New(SetType, problem.Place{}, "path", g.path.String(), "want", like.TypeName()).Because(err)
	}
	return v, nil
}

// like is the value whose type a supplied one takes: the source's, else the
// target's own, else any. Null has no type to take.
func like(k *compare.Key, from, to int) value.Value {
	for _, i := range append([]int{from, to}, indexes(k.Values)...) {
		switch v := k.Values[i]; v.Kind() {
		case value.Absent, value.Null, value.Map, value.List:
		default:
			return v
		}
	}
	return value.Value{}
}

func indexes(values []value.Value) (out []int) {
	for i := range values {
		out = append(out, i)
	}
	return out
}

// judge refuses supplied values that would break a rule that is kept now: all
// that is given for a key together, since equal and distinct look at several
// environments.
func (m *Maker) judge(s *compare.Service) error {
	var l problem.List
	for i := range s.Keys {
		k := &s.Keys[i]
		err := m.judgeKey(s, k)
		l = append(l, problem.All(err)...)
	}
	return l.Err()
}

func (m *Maker) judgeKey(s *compare.Service, k *compare.Key) error {
	from := slices.Index(s.Environments, m.choice.From)
	values := slices.Clone(k.Values)
	mine := map[string]bool{}
	for _, g := range m.given {
		if !g.of(s.Name) || g.path != k.Path {
			continue
		}
		to := slices.Index(s.Environments, g.Environment)
		v, err := g.read(like(k, from, to))
		if err != nil {
			return err
		}
		values[to], mine[g.Environment] = v, true
	}
	if len(mine) == 0 {
		return nil
	}
	return m.breaches(s, k, values, mine)
}

// breaches are the rules that values, in which those of mine are new, break and
// that were kept before.
func (m *Maker) breaches(s *compare.Service, k *compare.Key, values []value.Value, mine map[string]bool) error {
	waits := func(i int) bool { return !mine[s.Environments[i]] && marked(k.Nodes[i]) }
	all := rule.Judge(k.Rules, s.Environments, values, waits)
	for i, env := range s.Environments {
		if f := m.cfg.Rules.Forbidden(env, values[i]); f != nil && mine[env] {
			all = append(all, f.Breach(env, values[i]))
		}
	}
	var l problem.List
	for _, b := range all {
		i := slices.IndexFunc(b.Environments, func(e string) bool { return mine[e] })
		if i < 0 || slices.ContainsFunc(k.Breaches, func(o rule.Breach) bool { return sameBreach(o, b) && !onlyOf(b, mine) }) {
			continue
		}
		l = append(l, problem.New(SetBreaks, b.Place, "environment", b.Environments[i], "path", k.Path.String(), "kind", string(b.Kind)))
	}
	return l.Err()
}

func sameBreach(a, b rule.Breach) bool {
	return a.Kind == b.Kind && a.Place == b.Place && slices.Equal(a.Environments, b.Environments)
}

// onlyOf reports whether a breach is of supplied values alone: it is theirs, also
// where another value broke the rule before.
func onlyOf(b rule.Breach, mine map[string]bool) bool {
	return !slices.ContainsFunc(b.Environments, func(e string) bool { return !mine[e] })
}

// marked reports whether a value is a placeholder that hoist wrote.
func marked(n yamlfile.Node) bool {
	return n.Valid() && n.Leaf() && strings.HasPrefix(n.Comment(), pendingMark)
}
