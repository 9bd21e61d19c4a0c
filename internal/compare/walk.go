package compare

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// at is where the walk stands: one path in all environments.
type at struct {
	row    []yamlfile.Node
	parent []yamlfile.Node // the row of the container; nil at the root
	state  keypath.State
	depth  int
	dead   bool // no rule has a say here or below
	// Under an allow rule: the shallowest row that is, and its container.
	top, above []yamlfile.Node
}

// node judges what stands at one path, and below.
func (w *walk) node(p *at) {
	if !p.dead {
		w.look(p)
	}
	if !w.keepSame && !w.reached(p) && w.alike(p.row) {
		return
	}
	switch set := classesOf(p.row); {
	case set&^absent == 0: // nothing anywhere, or no environment to judge
	case set&^(absent|leaves) == 0:
		w.leaf(p, set)
	case set&^(absent|mappings) == 0 && sameTags(p.row):
		w.mapping(p)
	case set&^(absent|list|emptyList) == 0 && sameTags(p.row):
		w.list(p)
	default:
		w.shape(p)
	}
}

// look asks the rules about p.
func (w *walk) look(p *at) {
	if w.rules.Dead(p.state) {
		p.dead = true
		return
	}
	if p.top == nil && len(w.rules.Allows(p.state)) > 0 {
		p.top, p.above = p.row, p.parent
	}
}

// reached reports whether an allow rule covers p or may cover something below.
func (w *walk) reached(p *at) bool {
	return !p.dead && (p.top != nil || w.rules.ReachesBelow(p.state))
}

func (w *walk) allows(p *at) []*rule.Allow {
	if p.top == nil {
		return nil
	}
	return w.rules.Allows(p.state)
}

// alike is the fast way through a subtree outside all allow rules that is spelled
// the same everywhere: it is counted and looked through for what is forbidden.
func (w *walk) alike(row []yamlfile.Node) bool {
	if len(row) == 0 || !row[0].Valid() {
		return false
	}
	for _, n := range row[min(1, len(row)-1):] { // one environment alone is held against itself
		if !n.Valid() || !row[0].SameBytes(n) {
			return false
		}
	}
	if w.guarded && w.anyForbidden(row) {
		return false
	}
	w.out.Counts.Same += row[0].Count()
	return true
}

func (w *walk) anyForbidden(row []yamlfile.Node) bool {
	for i, g := range w.guards {
		if g == nil || !row[i].Valid() {
			continue
		}
		if _, f := find(g, row[i]); f != nil {
			return true
		}
	}
	return false
}

// find is the first value at or below n that a rule forbids, and the rule.
func find(g *rule.Guard, n yamlfile.Node) (v value.Value, f *rule.Forbid) {
	n.Scalars(func(s yamlfile.Node) bool {
		if c, ok := firstByte(s); ok && !g.MayBegin(c) {
			return true
		}
		v = s.Value()
		f = g.Forbids(v)
		return f == nil
	})
	return v, f
}

// firstByte is how a scalar's decoded text begins, where its spelling shows it.
func firstByte(n yamlfile.Node) (byte, bool) {
	t := n.File().Tree()
	at, src := t.Span(n.ID()).Start, t.Source()
	switch t.Style(n.ID()) {
	case syntax.Plain:
		if at < t.Span(n.ID()).End {
			return src[at], true
		}
	case syntax.Single, syntax.Double:
		switch c := src[at+1]; c {
		case '\'', '"', '\\', ' ', '\t', '\n', '\r': // an end, an escape, a break that is folded
		default:
			return c, true
		}
	}
	return 0, false
}

// below is p's child at row.
func (p *at) below(row []yamlfile.Node) at {
	c := *p
	c.row, c.parent, c.depth = row, p.row, p.depth+1
	return c
}

// mapping walks the keys of all environments. While they come in the same order
// nothing is looked up.
func (w *walk) mapping(p *at) {
	l := w.level(p.depth + 1)
	row, cursors := l.row, l.cursors
	first := -1
	for i := range p.row {
		row[i] = yamlfile.Node{}
		if p.row[i].Valid() {
			cursors[i] = p.row[i].Cursor()
			if first < 0 {
				first = i
			}
		}
	}
	quick := p.dead && !w.keepSame
	for together(p.row, cursors, first) {
		before := cursors[first]
		for i := range row {
			if p.row[i].Valid() {
				row[i], _ = cursors[i].Child()
			}
		}
		if !row[first].Valid() {
			return // the end, everywhere
		}
		if quick && w.plainlySame(row) {
			continue // its key need not even be read
		}
		key, _ := before.Key()
		w.child(p, key, row)
	}
	w.apart(p, l)
}

// together reports whether all environments' next key is the same.
func together(parents []yamlfile.Node, cursors []yamlfile.Cursor, first int) bool {
	for i := first + 1; i < len(parents); i++ {
		if parents[i].Valid() && !cursors[first].SameKey(&cursors[i]) {
			return false
		}
	}
	return true
}

// apart walks the keys from where their orders part.
func (w *walk) apart(p *at, l *level) {
	t := &l.table
	t.reset(len(p.row))
	for i := range p.row {
		if !p.row[i].Valid() {
			continue
		}
		for c := l.cursors[i]; ; {
			key, n, ok := c.Entry()
			if !ok {
				break
			}
			t.add(i, key, n, true)
		}
	}
	for k := range t.inOrder() {
		w.child(p, t.keys[k], t.row(k))
	}
}

func (w *walk) child(p *at, key string, row []yamlfile.Node) {
	c := p.below(row)
	if !p.dead {
		c.state = w.rules.Key(p.state, key)
		if c.dead = w.rules.Dead(c.state); c.dead && !w.keepSame && w.plainlySame(row) {
			return
		}
	}
	w.push(keypath.Step{Kind: keypath.Key, Key: key})
	w.duplicates(p, row)
	w.node(&c)
	w.pop()
}

// plainlySame is the fast way past a scalar outside all rules that is spelled
// the same everywhere.
func (w *walk) plainlySame(row []yamlfile.Node) bool {
	for i, n := range row {
		if !n.Valid() || n.Kind() != syntax.Scalar || n.Duplicated() || !sameSpelling(row[0], n) {
			return false
		}
		if g := w.guards[i]; g != nil {
			if c, ok := firstByte(n); !ok || g.MayBegin(c) {
				return false
			}
		}
	}
	w.out.Counts.Same++
	return true
}

// duplicates notes keys that stand twice in their own mapping.
func (w *walk) duplicates(p *at, row []yamlfile.Node) {
	for i := range row {
		if row[i].Duplicated() && !p.row[i].Duplicated() {
			w.note(Note{Code: DuplicateKey, Path: w.path(), Environments: []string{w.names[i]}, Place: row[i].Place()})
		}
	}
}
