package compare

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// candidates are the keys that may tell the elements of a list apart, the
// likeliest first.
var candidates = [...]string{"id", "name", "key", "code", "slug"}

// choice is which key tells the elements of a list apart, over all environments.
type choice struct {
	identity string
	matches  int // pairs of elements that it brings together
	bad      string
}

// Why the identity that `lists` names cannot be used, as a Note's Arg "why"; the
// third is a pair of lists that share no element.
const (
	missingIdentity   = "missing-identity"
	duplicateIdentity = "duplicate-identity"
	noMatch           = "no-match"
)

// list walks lists that have mappings or lists among their elements.
func (w *walk) list(p *at) {
	l := w.level(p.depth + 1)
	w.collect(p, l)
	var named *rule.List
	if !p.dead {
		named = w.rules.List(p.state)
	}
	info := ListInfo{Rule: named, Lengths: w.lengths(p, l)}
	pick := w.choose(p, l, named)
	info.Identity = pick.identity
	path, covered := w.path(), w.covered
	if pick.identity == "" {
		if pick.bad != "" {
			info.Ambiguous = true
			w.ambiguous(p, path, w.standing(p), pick.bad)
		}
		w.byIndex(p, l)
	} else {
		info.Unmatched = w.unmatched(p, l, path)
		w.order(p, l, named, path)
		w.byIdentity(p, l, pick.identity)
	}
	info.Inside = w.covered > covered
	if info.Identity == "" && (info.Inside || !agree(info.Lengths)) {
		info.Ambiguous = true
	}
	w.out.Lists[path] = info
}

// collect puts the elements of all lists of p into l.
func (w *walk) collect(p *at, l *level) {
	l.items = l.items[:0]
	for i := range p.row {
		if p.row[i].Valid() {
			for c := p.row[i].Cursor(); ; {
				n, ok := c.Child()
				if !ok {
					break
				}
				l.items = append(l.items, n)
			}
		}
		l.ends[i] = len(l.items)
	}
}

func (l *level) elements(env int) []yamlfile.Node {
	from := 0
	if env > 0 {
		from = l.ends[env-1]
	}
	return l.items[from:l.ends[env]]
}

func (w *walk) lengths(p *at, l *level) []int {
	out := make([]int, len(w.in.Environments))
	for i := range out {
		out[i] = -1
	}
	for i := range p.row {
		if p.row[i].Valid() {
			out[w.envs[i]] = len(l.elements(i))
		}
	}
	return out
}

// agree reports whether the lists that stand are equally long.
func agree(lengths []int) bool {
	first := -1
	for _, n := range lengths {
		if n >= 0 && first >= 0 && n != first {
			return false
		}
		first = max(first, n)
	}
	return true
}

// standing are the environments that have something at p.
func (w *walk) standing(p *at) (names []string) {
	for i := range p.row {
		if p.row[i].Valid() {
			names = append(names, w.names[i])
		}
	}
	return names
}

// choose finds the identity, and leaves the elements matched by it in l.table.
func (w *walk) choose(p *at, l *level, named *rule.List) choice {
	if named != nil && named.Identity != "" {
		matches, bad := w.match(l, named.Identity)
		if bad != "" {
			return choice{bad: bad}
		}
		return choice{identity: named.Identity, matches: matches}
	}
	best, most, held := choice{matches: -1}, l.mostMatches(), ""
	for _, key := range candidates {
		matches, bad := w.match(l, key)
		held = key
		if bad != "" || matches <= best.matches || w.identityAllowed(p, l, key) {
			continue
		}
		best = choice{identity: key, matches: matches}
		if matches == most {
			break
		}
	}
	if best.identity != "" && best.identity != held {
		w.match(l, best.identity) // the table holds a later candidate's rows
	}
	return best
}

// mostMatches is how many pairs there can be at best.
func (l *level) mostMatches() (most int) {
	for i := range l.ends {
		for j := range i {
			most += min(len(l.elements(i)), len(l.elements(j)))
		}
	}
	return most
}

// match puts the elements into rows by the decoded text that key has in them,
// and counts the pairs that come together. bad says why key tells them not apart.
func (w *walk) match(l *level, key string) (matches int, bad string) {
	t := &l.table
	t.reset(len(l.ends))
	l.rows = l.rows[:0]
	for i := range l.ends {
		for _, n := range l.elements(i) {
			text, ok := identityOf(n, key)
			if !ok {
				return 0, missingIdentity
			}
			k, fresh := t.add(i, text, n, false)
			if !fresh {
				return 0, duplicateIdentity
			}
			l.rows = append(l.rows, k)
		}
	}
	for k := range t.keys {
		have := 0
		for _, n := range t.row(int32(k)) {
			if n.Valid() {
				matches += have
				have++
			}
		}
	}
	return matches, ""
}

func identityOf(n yamlfile.Node, key string) (string, bool) {
	v, ok := n.Get(key)
	if !ok || v.Kind() != syntax.Scalar || v.Duplicated() && !n.Duplicated() {
		return "", false
	}
	return v.Text(), true
}

// identityAllowed reports whether an allow rule covers key in some element.
func (w *walk) identityAllowed(p *at, l *level, key string) bool {
	if p.dead || !w.rules.ReachesBelow(p.state) {
		return false
	}
	for _, text := range l.table.keys {
		st := w.rules.Key(w.rules.Element(p.state, key, text), key)
		if len(w.rules.Allows(st)) > 0 {
			return true
		}
	}
	return false
}

func (w *walk) byIndex(p *at, l *level) {
	longest := 0
	for i := range p.row {
		longest = max(longest, len(l.elements(i)))
	}
	for at := range longest {
		for i := range p.row {
			l.row[i] = yamlfile.Node{}
			if e := l.elements(i); at < len(e) {
				l.row[i] = e[at]
			}
		}
		c := p.below(l.row)
		if !p.dead {
			c.state = w.rules.Index(p.state, at)
		}
		w.push(keypath.Step{Kind: keypath.Index, Index: at})
		w.node(&c)
		w.pop()
	}
}

func (w *walk) byIdentity(p *at, l *level, key string) {
	t := &l.table
	for k, text := range t.keys {
		c := p.below(t.row(int32(k)))
		if !p.dead {
			c.state = w.rules.Element(p.state, key, text)
		}
		w.push(keypath.Step{Kind: keypath.Element, Key: key, Value: text})
		w.node(&c)
		w.pop()
	}
}

// unmatched finds the pairs of environments whose elements have nothing in
// common.
func (w *walk) unmatched(p *at, l *level, path keypath.Path) (pairs [][2]string) {
	for j := range p.row {
		for i := range j {
			if len(l.elements(i)) > 0 && len(l.elements(j)) > 0 && !l.table.share(i, j) {
				pairs = append(pairs, [2]string{w.names[i], w.names[j]})
				w.ambiguous(p, path, []string{w.names[i], w.names[j]}, noMatch)
			}
		}
	}
	return pairs
}

func (t *table) share(i, j int) bool {
	for k := range t.keys {
		if row := t.row(int32(k)); row[i].Valid() && row[j].Valid() {
			return true
		}
	}
	return false
}

// ambiguous notes a list whose elements cannot be told apart, unless a rule lets
// the whole list differ: nothing in it is ever promoted.
func (w *walk) ambiguous(p *at, path keypath.Path, envs []string, why string) {
	if p.top != nil {
		return
	}
	var place problem.Place
	for i := range p.row {
		if p.row[i].Valid() && slices.Contains(envs, w.names[i]) {
			place = p.row[i].Place()
			break
		}
	}
	w.note(Note{Code: AmbiguousList, Path: path, Environments: envs, Place: place, Args: []problem.Arg{{Name: "why", Text: why}}})
}

// order looks whether the elements that environments share stand in one order.
// Where they do not it is a note, or, under `ordered: true`, a difference.
func (w *walk) order(p *at, l *level, named *rule.List, path keypath.Path) {
	differ := w.reordered(l)
	switch {
	case differ == nil:
	case named != nil && named.Ordered:
		w.orderKey(p, l)
	case p.top == nil:
		at := slices.Index(w.names, differ[0])
		w.note(Note{Code: OrderDiffers, Path: path, Environments: differ, Place: p.row[at].Place()})
	}
}

// reordered are the environments whose order is not that of one before.
func (w *walk) reordered(l *level) (names []string) {
	for j := range l.ends {
		for i := range j {
			if !l.sameOrder(i, j) {
				names = append(names, w.names[j])
				break
			}
		}
	}
	return names
}

// sequence is the rows of an environment's elements in its own order.
func (l *level) sequence(env int) []int32 {
	from := 0
	if env > 0 {
		from = l.ends[env-1]
	}
	return l.rows[from:l.ends[env]]
}

// sameOrder reports whether what two environments share stands in one order.
func (l *level) sameOrder(i, j int) bool {
	t, a, b := &l.table, l.sequence(i), l.sequence(j)
	for x, y := 0, 0; ; x, y = x+1, y+1 {
		for x < len(a) && !t.row(a[x])[j].Valid() {
			x++
		}
		for y < len(b) && !t.row(b[y])[i].Valid() {
			y++
		}
		if x == len(a) || y == len(b) {
			return true // both have as many in common
		}
		if a[x] != b[y] {
			return false
		}
	}
}

// orderKey is the difference of a list under `ordered: true`: its value is the
// sequence of its elements' identities.
func (w *walk) orderKey(p *at, l *level) {
	t := &l.table
	for i := range p.row {
		w.values[i] = value.Value{}
		if !p.row[i].Valid() {
			continue
		}
		var texts []value.Value
		for _, k := range l.sequence(i) {
			texts = append(texts, value.Text(t.keys[k]))
		}
		w.values[i] = value.Sequence(texts)
	}
	status := Different
	if p.top != nil {
		status = Expected
	}
	w.settle(p, verdict{status: status})
}
