package yamlfile

import (
	"iter"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Leaves are all values of the file with their paths, depth first in the order
// of the text: scalars, lists of scalars, empty collections. lists says which
// key names the elements of the list at a path, "" for by index; nil is by index
// everywhere. A list in which that key is missing, no scalar or not unique is
// gone through by index, so that every path finds its node again.
func (f *File) Leaves(lists func(keypath.Path) string) iter.Seq2[keypath.Path, Node] {
	return func(yield func(keypath.Path, Node) bool) {
		w := leafWalk{lists, yield}
		several := f.Several()
		for i, r := range f.Roots() {
			if !r.Valid() {
				continue
			}
			var p keypath.Path
			if several {
				p = p.Join(keypath.Step{Kind: keypath.Document, Key: f.DocumentName(i)})
			}
			if !w.node(p, r) {
				return
			}
		}
	}
}

type leafWalk struct {
	lists func(keypath.Path) string
	yield func(keypath.Path, Node) bool
}

func (w leafWalk) node(p keypath.Path, n Node) bool {
	if n.Leaf() {
		return w.yield(p, n)
	}
	c := n.Cursor()
	if n.Kind() == syntax.Mapping {
		for {
			k, v, ok := c.Entry()
			if !ok {
				return true
			}
			if !w.node(p.Child(k), v) {
				return false
			}
		}
	}
	identity := ""
	if w.lists != nil {
		identity = w.lists(p)
	}
	texts, named := n.Identities(identity)
	for i := 0; ; i++ {
		v, ok := c.Item()
		if !ok {
			return true
		}
		s := keypath.Step{Kind: keypath.Index, Index: i}
		if named {
			s = keypath.Step{Kind: keypath.Element, Key: identity, Value: texts[i]}
		}
		if !w.node(p.Join(s), v) {
			return false
		}
	}
}

// Identities are the texts that key has in the elements of a list, in order;
// false where an element is no mapping, has no such key, has it twice, has no
// scalar there, or shares the text with another.
func (n Node) Identities(key string) ([]string, bool) {
	if key == "" || n.Kind() != syntax.Sequence {
		return nil, false
	}
	var texts []string
	seen := map[string]bool{}
	for i := range n.Items() {
		v, ok := i.Get(key)
		if !ok || v.Kind() != syntax.Scalar || v.Duplicated() && !i.Duplicated() {
			return nil, false
		}
		text := v.Text()
		if seen[text] {
			return nil, false
		}
		seen[text] = true
		texts = append(texts, text)
	}
	return texts, true
}

// Count is the number of leaves at and below n.
func (n Node) Count() int {
	if n.f.simple {
		return n.f.count(n.id)
	}
	if n.Leaf() {
		return 1
	}
	count := 0
	for c := n.Cursor(); ; {
		child, ok := c.Child()
		if !ok {
			return count
		}
		count += child.Count()
	}
}

// count is Count where effective values are the nodes of the tree.
func (f *File) count(id syntax.ID) int {
	t, count, scalars := f.tree, 0, true
	mapping := t.Kind(id) == syntax.Mapping
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		if mapping {
			c = t.Next(c)
		}
		if t.Kind(c) == syntax.Scalar {
			count++
			continue
		}
		scalars = false
		count += f.count(c)
	}
	if count == 0 || scalars && !mapping {
		return 1
	}
	return count
}

// Scalars visits the scalars at and below n, but for keys, until visit says
// false; so does Scalars then. What visit gets knows its value, not how it was
// reached.
func (n Node) Scalars(visit func(Node) bool) bool {
	if n.Kind() == syntax.Scalar {
		return visit(n)
	}
	if n.f.simple {
		return n.f.scalars(n.id, visit)
	}
	for c := n.Cursor(); ; {
		child, ok := c.Child()
		if !ok {
			return true
		}
		if !child.Scalars(visit) {
			return false
		}
	}
}

func (f *File) scalars(id syntax.ID, visit func(Node) bool) bool {
	t := f.tree
	mapping := t.Kind(id) == syntax.Mapping
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		if mapping {
			c = t.Next(c)
		}
		if t.Kind(c) != syntax.Scalar {
			if !f.scalars(c, visit) {
				return false
			}
		} else if !visit(Node{f: f, id: c, at: c, key: syntax.None, reached: Written}) {
			return false
		}
	}
	return true
}
