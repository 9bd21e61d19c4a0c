package syntax

import (
	"strconv"
	"strings"

	"hoist.example/hoist/internal/textedit"
)

// parser reads one source once, from front to back. Positions are offsets.
type parser struct {
	src string
	cr  bool // src has a \r
	// colons is the second reading of anchors and aliases; see name.
	colons, sawColon bool

	pos   int // the next byte
	line  int // the start of its line
	fresh int // the first content of a line that skip found last, or -1
	// tabbed is the content before which skip found a tab last, tab that tab.
	tabbed, tab int
	depth       int
	edge        flowEdge
	// quote is the last quoted scalar that has further lines.
	quote textedit.Span

	nodes   []node
	props   []props
	docs    []Document
	handles handles
}

// Parse reads a whole stream. name is shown in places and decides the format by
// its ending: .json is JSON (RFC 8259), everything else YAML, where a byte order
// mark at the start is passed over.
//
// The error is a *problem.Problem with one of the codes of this package, at the
// place to mend: an unclosed quote or bracket where it was opened.
func Parse(name, src string) (*Tree, error) {
	cr, bad := check(name, src)
	if bad != nil {
		return nil, bad
	}
	if strings.HasSuffix(name, ".json") {
		return parseJSON(name, src)
	}
	p := newParser(src, cr)
	t, failed := p.run((*parser).stream)
	if failed != nil && p.sawColon {
		// A name may end in a colon in YAML 1.2, but go-yaml ends it before; its
		// reading counts where it has one.
		second := newParser(src, cr)
		second.colons = true
		if t2, failed2 := second.run((*parser).stream); failed2 == nil {
			return t2, nil
		}
	}
	if failed != nil {
		return nil, explain(name, src, failed)
	}
	return t, nil
}

func newParser(src string, cr bool) *parser {
	p := &parser{src: src, cr: cr, fresh: -1, tabbed: -1}
	p.edge.line = -1
	p.nodes = make([]node, 0, estimate(src))
	return p
}

// estimate is about how many nodes src has, rather too many than too few: two
// for each colon, one for each dash and comma.
func estimate(src string) int {
	n := 2*strings.Count(src, ":") + strings.Count(src, "- ") + strings.Count(src, ",") + 4
	return min(n, len(src)/2+4)
}

// run reads with read and gives the tree, or why there is none.
func (p *parser) run(read func(*parser)) (t *Tree, failed *bailout) {
	defer func() {
		if r := recover(); r != nil {
			b, ok := r.(bailout)
			if !ok {
				panic(r)
			}
			t, failed = nil, &b
		}
	}()
	read(p)
	return &Tree{src: p.src, nodes: p.nodes, props: p.props, docs: p.docs}, nil
}

// add makes a node of the bytes from start to end.
func (p *parser) add(kind Kind, style Style, start, end int) ID {
	p.nodes = append(p.nodes, node{kind: kind, style: style, start: int32(start), end: int32(end), first: None, next: None, mark: -1})
	return ID(len(p.nodes) - 1)
}

// empty makes an empty scalar at offset at, or behind its properties.
func (p *parser) empty(at int, pr props) ID {
	if pr.any() {
		at = int(pr.end)
	}
	id := p.add(Scalar, Plain, at, at)
	p.adorn(id, pr)
	return id
}

// adorn gives a node its anchor and tag.
func (p *parser) adorn(id ID, pr props) {
	if !pr.any() {
		return
	}
	if p.nodes[id].kind == Alias {
		p.fail(AliasProperty, int(pr.start))
	}
	p.props = append(p.props, pr)
	p.nodes[id].props = int32(len(p.props))
}

// link makes kid the next child of parent, whose children end with last, and
// lets parent reach as far.
func (p *parser) link(parent, last, kid ID) ID {
	if last == None {
		p.nodes[parent].first = kid
	} else {
		p.nodes[last].next = kid
	}
	p.nodes[parent].end = max(p.nodes[parent].end, p.nodes[kid].end)
	return kid
}

// whole is where a node starts with its properties.
func (p *parser) whole(id ID) int {
	n := &p.nodes[id]
	if n.props > 0 {
		return int(p.props[n.props-1].start)
	}
	return int(n.start)
}

// enter counts a collection that opens; leave one that ends.
func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.fail(TooDeep, p.pos, "limit", strconv.Itoa(MaxDepth))
	}
}

func (p *parser) leave() { p.depth-- }
