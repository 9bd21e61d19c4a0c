package edit

import (
	"sort"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// order is a container of the source as the order of its children.
type order struct {
	texts []string
	at    map[syntax.ID]int
	seen  int // which container this is, in the order they were met
}

type orderKey struct {
	f        *yamlfile.File
	id       syntax.ID
	identity string
}

// standing is where a node stands: a document in a block scalar at the scalar.
func standing(n yamlfile.Node) (*yamlfile.File, syntax.ID) {
	if embeddedRoot(n) {
		return n.File().Host()
	}
	return n.File(), n.At()
}

// siblings are the source's siblings of n, which will stand at a step like
// last; self is n's own place, -1 where nothing is known.
func (r *run) siblings(n yamlfile.Node, last keypath.Step) (o *order, self int) {
	if !n.Valid() {
		return nil, -1
	}
	f, at := standing(n)
	parent := f.Parent(at)
	if parent == syntax.None {
		return nil, -1
	}
	key := orderKey{f, parent, ""}
	switch {
	case last.Kind == keypath.Element && f.Tree().Kind(parent) == syntax.Sequence:
		key.identity = last.Key
	case f.Tree().Kind(parent) == syntax.Mapping && last.Kind != keypath.Element:
	default:
		return nil, -1
	}
	o = r.orders[key]
	if o == nil {
		o = r.newOrder(key)
		r.orders[key] = o
	}
	self, ok := o.at[at]
	if !ok {
		return nil, -1
	}
	return o, self
}

func (r *run) newOrder(k orderKey) *order {
	o := &order{at: map[syntax.ID]int{}, seen: len(r.orders)}
	x := r.sheets.of(k.f)
	for _, e := range x.elements(k.id) {
		text, ok := x.labelOf(e.key, e.v, k.identity)
		if !ok {
			text = "\x00" // no key and no identity: nothing is found by it
		}
		o.at[e.v] = len(o.texts)
		o.texts = append(o.texts, text)
	}
	return o
}

// blank reports whether an added entry brings an empty line: its own, or, where
// it is the first of its container, its neighbour's.
func (r *run) blank(n yamlfile.Node, own bool) bool {
	if own || !n.Valid() {
		return own
	}
	f, at := standing(n)
	parent := f.Parent(at)
	if parent == syntax.None {
		return false
	}
	x := r.sheets.of(f)
	els := x.elements(parent)
	return len(els) > 1 && els[0].v == at && x.blankOf(els[1].v, els[1].key)
}

// pending is an addition that has no place yet.
type pending struct {
	a     *addition
	last  keypath.Step
	order *order
	self  int
}

// place gives every addition of a group its place: behind the nearest preceding
// sibling of the source that stays or is added too, else before the nearest
// following one that stays, else last.
func (g *group) place(list []*pending) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		switch {
		case a.last.Kind == keypath.Index && b.last.Kind == keypath.Index && g.sequence():
			return a.last.Index < b.last.Index
		case a.order == nil || b.order == nil:
			return a.order != nil && b.order == nil
		case a.order != b.order:
			return a.order.seen < b.order.seen
		}
		return a.self < b.self
	})
	done := map[string]*addition{}
	for _, p := range list {
		g.placeOne(p, done)
		g.add = append(g.add, p.a)
		if p.a.text != "" {
			done[p.a.text] = p.a
		}
	}
}

func (g *group) placeOne(p *pending, done map[string]*addition) {
	p.a.at = len(g.els) - 1
	if g.sequence() && p.last.Kind == keypath.Index {
		if p.last.Index < len(g.els) {
			p.a.at, p.a.before = p.last.Index, true
		}
		return
	}
	if p.order == nil {
		return
	}
	identity := ""
	if p.last.Kind == keypath.Element {
		identity = p.last.Key
	}
	for i := p.self - 1; i >= 0; i-- {
		if a := done[p.order.texts[i]]; a != nil {
			p.a.at, p.a.before = a.at, a.before
			return
		}
		if at, ok := g.find(identity, p.order.texts[i]); ok && g.live(at) {
			p.a.at = at
			return
		}
	}
	for _, text := range p.order.texts[p.self+1:] {
		if at, ok := g.find(identity, text); ok && g.live(at) {
			p.a.at, p.a.before = at, true
			return
		}
	}
}

// insert puts e among the kids of new content, by the same rule.
func (c *content) insert(e *entry, last keypath.Step, o *order, self int) {
	at := len(c.kids)
	if o != nil {
		at = c.placeOf(last, o, self)
	} else if last.Kind == keypath.Index && c.kind == syntax.Sequence {
		at = min(last.Index, at)
	}
	c.kids = append(c.kids, nil)
	copy(c.kids[at+1:], c.kids[at:])
	c.kids[at] = e
}

func (c *content) placeOf(last keypath.Step, o *order, self int) int {
	have := map[string]int{}
	for i, k := range c.kids {
		have[c.labelOf(k, last)] = i
	}
	for i := self - 1; i >= 0; i-- {
		if at, ok := have[o.texts[i]]; ok {
			return at + 1
		}
	}
	for _, text := range o.texts[self+1:] {
		if at, ok := have[text]; ok {
			return at
		}
	}
	return len(c.kids)
}

func (c *content) labelOf(e *entry, last keypath.Step) string {
	if c.kind == syntax.Mapping {
		return e.key
	}
	if v := e.val.kid(keypath.Step{Kind: keypath.Key, Key: last.Key}); v != nil {
		return v.val.text
	}
	return "\x01"
}

// kid is the entry that a step names, or nil.
func (c *content) kid(s keypath.Step) *entry {
	for i, e := range c.kids {
		switch {
		case c.kind == syntax.Mapping && s.Kind == keypath.Key && e.key == s.Key,
			c.kind == syntax.Sequence && s.Kind == keypath.Index && i == s.Index:
			return e
		case c.kind == syntax.Sequence && s.Kind == keypath.Element:
			if v := e.val.kid(keypath.Step{Kind: keypath.Key, Key: s.Key}); v != nil && v.val.kind == syntax.Scalar && v.val.text == s.Value {
				return e
			}
		}
	}
	return nil
}
