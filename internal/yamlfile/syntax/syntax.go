// Package syntax is bytes to a tree of byte spans, for YAML and the formats
// that live inside it. Aliases and << are nodes like any other; comments and
// blank lines are the gaps between nodes. It gives no meaning and resolves
// nothing, and the bytes are kept: nothing is ever printed back from a tree.
//
// Which YAML: where go.yaml.in/yaml/v4 reads, its reading counts, since that is
// what runs in the services.
package syntax

import (
	"iter"

	"hoist.example/hoist/internal/textedit"
)

// Kind is the kind of a node.
type Kind uint8

// The kinds of nodes.
const (
	Scalar Kind = iota + 1
	Mapping
	Sequence
	Alias
)

// Style is how a node is written.
type Style uint8

// The styles: of scalars, then of collections.
const (
	Plain Style = iota + 1
	Single
	Double
	Literal
	Folded
	Flow
	Block
)

// ID names a node of one Tree; None is no node.
type ID int32

// None is no node.
const None ID = -1

// node is one node of the arena. A mapping's children are key, value, key, …
type node struct {
	kind, style  Kind8
	chomp        int8
	whole        int32 // start with anchor and tag
	start, end   int32
	first, next  int32
	ancS, ancE   int32 // anchor name, 0,0: none
	tagS, tagE   int32 // tag as written, 0,0: none
	mark, indent int32
}

// Kind8 keeps node small.
type Kind8 = uint8

// Document is one document of a stream.
type Document struct {
	Root ID // None: an empty document
	// Start is the offset of its --- line, or -1 where it has none.
	Start int
	// Body is from behind --- (or the start of the stream) to the next
	// document's first byte (its --- or directive), or the end.
	Body textedit.Span
}

// Tree is one parsed stream. It is immutable and safe for many readers.
type Tree struct {
	src   string
	nodes []node
	docs  []Document
}

// Source is the text, as given.
func (t *Tree) Source() string { return t.src }

// Documents are the documents in order.
func (t *Tree) Documents() []Document { return t.docs }

// Len is the number of nodes; IDs run from 0 to Len()-1.
func (t *Tree) Len() int { return len(t.nodes) }

// Kind is the node's kind.
func (t *Tree) Kind(id ID) Kind { return Kind(t.nodes[id].kind) }

// Style is how the node is written; an alias is Plain.
func (t *Tree) Style(id ID) Style { return Style(t.nodes[id].style) }

// Span is the node's own bytes, without anchor and tag. An empty scalar has an
// empty span behind its indicator. A block scalar's span runs from its header's
// | or > to behind its last line's break, trailing blank lines included. A block
// collection's runs from its first child (or indicator) to its last child's end.
func (t *Tree) Span(id ID) textedit.Span {
	n := &t.nodes[id]
	return textedit.Span{Start: int(n.start), End: int(n.end)}
}

// Whole is Span with anchor and tag.
func (t *Tree) Whole(id ID) textedit.Span {
	n := &t.nodes[id]
	return textedit.Span{Start: int(n.whole), End: int(n.end)}
}

// First is the first child, or None.
func (t *Tree) First(id ID) ID { return ID(t.nodes[id].first) }

// Next is the next sibling, or None. A mapping's children alternate key, value.
func (t *Tree) Next(id ID) ID { return ID(t.nodes[id].next) }

// Mark is the offset of the indicator that introduces the node: the - of a
// block sequence's item, the : before a mapping's value, the ? of an explicit
// key; -1 where there is none.
func (t *Tree) Mark(id ID) int { return int(t.nodes[id].mark) }

// Indent is the number of spaces that a block scalar's lines lose.
func (t *Tree) Indent(id ID) int { return int(t.nodes[id].indent) }

// Chomp is a block scalar's chomping: -1 strip, 0 clip, 1 keep.
func (t *Tree) Chomp(id ID) int { return int(t.nodes[id].chomp) }

// Tag is the tag as written (!!str, !vault, !<…>), or "".
func (t *Tree) Tag(id ID) string {
	n := &t.nodes[id]
	return t.src[n.tagS:n.tagE]
}

// Anchor is the anchor's name, or "".
func (t *Tree) Anchor(id ID) string {
	n := &t.nodes[id]
	return t.src[n.ancS:n.ancE]
}

// Raw is the bytes of Span.
func (t *Tree) Raw(id ID) string {
	n := &t.nodes[id]
	return t.src[n.start:n.end]
}

// AliasName is the name an alias refers to.
func (t *Tree) AliasName(id ID) string {
	n := &t.nodes[id]
	return t.src[n.start+1 : n.end]
}

// Entries are the keys and values of a mapping, in order, duplicates included.
func (t *Tree) Entries(id ID) iter.Seq2[ID, ID] {
	return func(yield func(ID, ID) bool) {
		for k := t.First(id); k != None; {
			v := t.Next(k)
			if !yield(k, v) {
				return
			}
			k = t.Next(v)
		}
	}
}

// Items are the elements of a sequence.
func (t *Tree) Items(id ID) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		for k := t.First(id); k != None; k = t.Next(k) {
			if !yield(k) {
				return
			}
		}
	}
}
