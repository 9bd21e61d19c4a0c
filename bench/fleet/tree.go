package fleet

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
)

type kind uint8

const (
	scalar kind = iota
	mapping
	list
)

// class is what a scalar is, so that the printer knows when it needs quotes.
type class uint8

const (
	text class = iota
	number
	boolean
	null
)

// node is a value before it is written down.
type node struct {
	kind    kind
	class   class
	text    string
	block   byte // '|' or '>' for texts of several lines; 0: one line
	flow    bool // written in one line where the style agrees
	entries []entry
	items   []*node // all mappings, or all scalars
	id      string  // the key that names the elements of a list of mappings
	anchor  string  // written as an anchor, or as an alias of it, where the style does that
	alias   string
	merge   string // the anchor whose entries come first here
	frozen  bool   // no drift below: anchors would make it reach further

	// allowed values differ as a rule of hoist.yaml expects: one text each.
	allowed [environments]string
}

type entry struct {
	key   string
	val   *node
	head  []string // comment lines above
	tail  string   // comment behind
	blank bool     // a blank line above
}

func (n *node) isAllowed() bool { return n.allowed[0] != "" }

func (n *node) clone() *node {
	c := *n
	c.entries = slices.Clone(n.entries)
	for i := range c.entries {
		c.entries[i].val = c.entries[i].val.clone()
	}
	c.items = slices.Clone(n.items)
	for i := range c.items {
		c.items[i] = c.items[i].clone()
	}
	return &c
}

// forEnvironment is a copy with the values that one environment has.
func (n *node) forEnvironment(e int) *node {
	c := n.clone()
	c.walk(func(m *node) {
		if m.isAllowed() {
			m.text = m.allowed[e]
		}
	})
	return c
}

func (n *node) walk(f func(*node)) {
	f(n)
	for _, e := range n.entries {
		e.val.walk(f)
	}
	for _, i := range n.items {
		i.walk(f)
	}
}

func (n *node) get(key string) *node {
	for _, e := range n.entries {
		if e.key == key {
			return e.val
		}
	}
	return nil
}

func (n *node) index(key string) int {
	return slices.IndexFunc(n.entries, func(e entry) bool { return e.key == key })
}

// eachLeaf calls f with every leaf and its path: a scalar, a list of scalars, an
// empty mapping or list.
func (n *node) eachLeaf(f func(path string, leaf *node)) { n.leavesBelow(keypath.Path{}, f) }

func (n *node) leavesBelow(at keypath.Path, f func(string, *node)) {
	switch {
	case n.kind == mapping && len(n.entries) > 0:
		for _, e := range n.entries {
			e.val.leavesBelow(at.Child(e.key), f)
		}
	case n.kind == list && n.id != "":
		for _, i := range n.items {
			i.leavesBelow(at.Join(n.step(i)), f)
		}
	default:
		f(at.String(), n)
	}
}

// step is the path segment of one element.
func (n *node) step(item *node) keypath.Step {
	return keypath.Step{Kind: keypath.Element, Key: n.id, Value: item.get(n.id).text}
}

// at is the node at steps, or nil.
func (n *node) at(steps []keypath.Step) *node {
	for _, s := range steps {
		if n == nil {
			return nil
		}
		if s.Kind == keypath.Key {
			n = n.get(s.Key)
			continue
		}
		i := slices.IndexFunc(n.items, func(m *node) bool { return n.step(m) == s })
		if i < 0 {
			return nil
		}
		n = n.items[i]
	}
	return n
}

func str(s string) *node { return &node{text: s} }
func num(s string) *node { return &node{class: number, text: s} }
func flag(b bool) *node {
	return &node{class: boolean, text: map[bool]string{true: "true", false: "false"}[b]}
}
func multi(s string) *node { return &node{text: s, block: '|'} }

func allow(ci, staging, prod string) *node {
	return &node{allowed: [environments]string{ci, staging, prod}, text: ci}
}

func allowFlag(ci, staging, prod string) *node {
	n := allow(ci, staging, prod)
	n.class = boolean
	return n
}

func scalars(flow bool, items ...*node) *node { return &node{kind: list, flow: flow, items: items} }

func strs(flow bool, items ...string) *node {
	n := &node{kind: list, flow: flow}
	for _, s := range items {
		n.items = append(n.items, str(s))
	}
	return n
}

func mappings(id string, items ...*node) *node { return &node{kind: list, id: id, items: items} }

func object(entries ...entry) *node { return &node{kind: mapping, entries: entries} }

func kv(key string, val *node) entry { return entry{key: key, val: val} }

func (e entry) says(tail string) entry { e.tail = tail; return e }

func (e entry) under(head ...string) entry { e.head = head; return e }
