// Package syntax is bytes to a tree of byte spans, for YAML and JSON. Aliases
// and << are nodes like any other; comments and blank lines are the gaps between
// nodes. It gives no meaning and resolves nothing, and the bytes are kept:
// nothing is ever printed back from a tree.
//
// Which YAML: 1.2.2, and where go.yaml.in/yaml/v4 reads a document its reading
// counts, since that is what runs in the services. So these are read, against the
// specification: further lines of quoted scalars and of flow collections at any
// indentation (but a flow mapping's colon must be deeper than the block
// collection around); a block collection behind ": " without a key; a block
// scalar's header at its parent's own column, and blank lines at its start deeper
// than its text, where no text follows; [?]; [&a :b]; the break that a last line
// of blanks in a block scalar does not have; keys of any length; DEL and the C1
// characters. An anchor or alias ends before trailing colons (*a: b), unless the
// stream can only be read with them.
//
// Where v4 is stricter than the specification the specification counts: %YAML
// 1.2, other directives, names that are not ASCII, tabs that separate, a value's
// bracket directly behind its colon. Where v4 reads a document wrongly it is read
// rightly here, or refused: goyaml_test.go has the list, which is complete as far
// as fuzzing knows.
//
// Laws: Parse never panics and takes time linear in its input; every span lies
// inside the source and inside its parent's; children are in the order of the
// text; what Parse accepts Text decodes. Each is a fuzz test.
package syntax

import (
	"iter"

	"hoist.example/hoist/internal/textedit"
)

// MaxSize is the largest source, in bytes, that Parse reads: spans are 32 bits.
const MaxSize = 1<<31 - 1

// MaxDepth is how many collections may stand inside each other. go-yaml v4 has
// the same limit for block collections and, apart, for flow collections.
const MaxDepth = 10_000

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

// ID names a node of one Tree; None is no node. IDs are given in no order that
// may be relied on: a mapping's is greater than its first key's.
type ID int32

// None is no node.
const None ID = -1

// node is one node of the arena. A mapping's children are key, value, key, …
type node struct {
	kind        Kind
	style       Style
	chomp       int8
	coded       bool // Text is not just what stands between the quotes
	start, end  int32
	first, next ID
	mark        int32
	indent      int32
	props       int32 // index into Tree.props plus one; 0: none
}

// props are the anchor and tag of a node, each as offsets of its text.
type props struct {
	start, end        int32 // from the first to behind the last of them
	anchor, anchorEnd int32 // the name without &; anchor == anchorEnd: none
	tag, tagEnd       int32
}

// Document is one document of a stream. Streams without content (nothing, or
// comments only) have none; every --- starts one, with content or not.
type Document struct {
	Root ID // None: an empty document, which YAML reads as null
	// Start is the offset of its ---, or -1 where it has none.
	Start int
	// Body is from behind --- (or from behind the document before it; in the
	// first document without --- from the start of the stream, behind a byte
	// order mark) to the next document's first byte (its first directive or its
	// ---), or to the end of the stream. A ... that ends it lies inside.
	Body textedit.Span
	// End is the offset of the ... that ends it, or -1 where none does.
	End int
	// Directives are the lines %… before its ---, each from % to the end of its
	// last parameter, without a comment.
	Directives []textedit.Span
	// handles are the document's %TAG directives.
	handles handles
}

// Tree is one parsed stream. It is immutable and safe for many readers.
type Tree struct {
	src   string
	nodes []node
	props []props
	docs  []Document
}

// Source is the text, as given.
func (t *Tree) Source() string { return t.src }

// Documents are the documents in order.
func (t *Tree) Documents() []Document { return t.docs }

// Len is the number of nodes; IDs run from 0 to Len()-1.
func (t *Tree) Len() int { return len(t.nodes) }

// Kind is the node's kind.
func (t *Tree) Kind(id ID) Kind { return t.nodes[id].kind }

// Style is how the node is written; an alias is Plain. The mapping of a single
// pair in a flow sequence ([a: b]) is Flow, without brackets of its own.
func (t *Tree) Style(id ID) Style { return t.nodes[id].style }

// Span is the node's own bytes, without anchor and tag.
//
// An empty scalar's span is empty. It lies directly behind what introduces it:
// its anchor or tag, or else the indicator (- : ?); where nothing introduces it,
// directly before the : of an empty key, and behind the key for the value of a
// key without colon ({a}, ? a).
//
// A block scalar's span runs from its header's | or > to behind the break of its
// last line, trailing blank lines included, whatever the chomping.
//
// A flow collection's runs from bracket to bracket. A block collection's runs
// from its first indicator (-, ?, or : before an empty key) or the anchor, tag
// or first byte of its first key, to the end of its last child.
func (t *Tree) Span(id ID) textedit.Span {
	n := &t.nodes[id]
	return textedit.Span{Start: int(n.start), End: int(n.end)}
}

// Whole is Span with anchor and tag, and what stands between these and the node
// (line breaks and comments too, where a block collection follows its anchor).
func (t *Tree) Whole(id ID) textedit.Span {
	n := &t.nodes[id]
	start := n.start
	if n.props > 0 {
		start = t.props[n.props-1].start
	}
	return textedit.Span{Start: int(start), End: int(n.end)}
}

// First is the first child, or None.
func (t *Tree) First(id ID) ID { return t.nodes[id].first }

// Next is the next sibling, or None. A mapping's children alternate key, value.
func (t *Tree) Next(id ID) ID { return t.nodes[id].next }

// Mark is the offset of the indicator that introduces the node: the - of a
// block sequence's item, the : before a mapping's value (in JSON and flow style
// too), the ? of an explicit key; -1 where there is none. It lies inside the
// parent's Span.
func (t *Tree) Mark(id ID) int { return int(t.nodes[id].mark) }

// Indent is the number of spaces that a block scalar's lines lose, 0 for other
// nodes. Of a block scalar without text it is the indentation that text would
// need at least.
func (t *Tree) Indent(id ID) int { return int(t.nodes[id].indent) }

// Chomp is a block scalar's chomping: -1 strip, 0 clip, 1 keep.
func (t *Tree) Chomp(id ID) int { return int(t.nodes[id].chomp) }

// Tag is the tag as written (!!str, !vault, !<…>), or "".
func (t *Tree) Tag(id ID) string {
	n := &t.nodes[id]
	if n.props == 0 {
		return ""
	}
	p := &t.props[n.props-1]
	return t.src[p.tag:p.tagEnd]
}

// Anchor is the anchor's name, or "".
func (t *Tree) Anchor(id ID) string {
	n := &t.nodes[id]
	if n.props == 0 {
		return ""
	}
	p := &t.props[n.props-1]
	return t.src[p.anchor:p.anchorEnd]
}

// TagSpan is where the tag stands, AnchorSpan where the anchor does, & included.
// Their order is the writer's. An empty span at 0: there is none.
func (t *Tree) TagSpan(id ID) (s textedit.Span) {
	if n := &t.nodes[id]; n.props > 0 {
		p := &t.props[n.props-1]
		s = textedit.Span{Start: int(p.tag), End: int(p.tagEnd)}
	}
	return s
}

// AnchorSpan is described at TagSpan.
func (t *Tree) AnchorSpan(id ID) (s textedit.Span) {
	if n := &t.nodes[id]; n.props > 0 && t.props[n.props-1].anchorEnd > 0 {
		p := &t.props[n.props-1]
		s = textedit.Span{Start: int(p.anchor) - 1, End: int(p.anchorEnd)}
	}
	return s
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

// Lines is the text lines of a block scalar: from behind the break that ends its
// header to the end of Span. Of any other node it is Span.
func (t *Tree) Lines(id ID) textedit.Span {
	n := &t.nodes[id]
	s := textedit.Span{Start: int(n.start), End: int(n.end)}
	if n.style == Literal || n.style == Folded {
		s.Start += headerLen(t.src[n.start:n.end])
	}
	return s
}

// Comma is the offset of the comma behind an element of a flow collection: an
// item of a flow sequence, or a value of a flow mapping. -1: none follows it.
// The closing bracket of a flow collection is at Span().End-1.
func (t *Tree) Comma(id ID) int {
	s := t.src
	for i := int(t.nodes[id].end); i < len(s); i++ {
		switch c := s[i]; {
		case c == ',':
			return i
		case c == '#':
			for i < len(s) && !isBreak(s[i]) {
				i++
			}
		case !isBlank(c) && !isBreak(c):
			return -1
		}
	}
	return -1
}
