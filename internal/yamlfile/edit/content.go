package edit

import (
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// content is what will be written: a value or a subtree with the source's
// habits, free of aliases, anchors and merge keys.
type content struct {
	kind syntax.Kind
	tag  string
	// Scalars: the value; its text (decoded where isText, else as spelled); how
	// the source writes it, 0 where nobody did; the lines of a folded one.
	val    value.Value
	text   string
	style  syntax.Style
	folded []string
	// document: the text is a document in a block scalar, and shall be one again.
	document bool
	// Collections: the source writes it in flow, one element a line (wide).
	flow, wide bool
	kids       []*entry
	// node is the source's, valid where content was read from one.
	node yamlfile.Node
}

// entry is a key with its value, or a list's element, and what belongs to it.
type entry struct {
	named bool   // a mapping's entry: it has a key
	key   string // decoded
	raw   string // the key as the source spells it, "" where nobody did
	bare  bool   // the source has an empty plain key, which is no ""
	head  []string
	blank bool   // an empty line stands above, or would if it were not the first
	tail  string // its comment on the same line, with the blanks before it
	note  string // a comment that hoist adds
	val   *content
	node  yamlfile.Node // the value in the source
}

// wish is what an Op leaves out or supplies below its path, as a tree of steps.
type wish struct {
	omit   bool
	supply *Supply
	kids   []wishStep
}

type wishStep struct {
	step keypath.Step
	wish *wish
}

func newWish(op *Op) *wish {
	w := &wish{}
	for _, p := range op.Omit {
		w.at(op.Path, p).omit = true
	}
	for i := range op.Supply {
		w.at(op.Path, op.Supply[i].Path).supply = &op.Supply[i]
	}
	return w
}

func (w *wish) at(from, p keypath.Path) *wish {
	steps := p.Steps()
	for _, s := range steps[min(len(from.Steps()), len(steps)):] {
		w = w.child(s)
	}
	return w
}

func (w *wish) child(s keypath.Step) *wish {
	for _, k := range w.kids {
		if k.step == s {
			return k.wish
		}
	}
	k := wishStep{s, &wish{}}
	w.kids = append(w.kids, k)
	return k.wish
}

// of are the wishes for the children of n, and those for children that n does
// not have.
func (w *wish) of(n yamlfile.Node) (have map[yamlfile.Node]*wish, lack []wishStep) {
	if w == nil {
		return nil, nil
	}
	have = map[yamlfile.Node]*wish{}
	for _, k := range w.kids {
		if c, ok := n.Step(k.step); ok {
			have[c] = k.wish
		} else if !k.wish.omit {
			lack = append(lack, k)
		}
	}
	return have, lack
}

// maxContent is how many nodes one Op may write; aliases in the source could
// make it any number.
const maxContent = 500_000

// builder reads content from a source.
type builder struct {
	sheets *sheets
	clean  func(string) bool
	nodes  int
	why    string // a refusal
}

func (b *builder) refuse(why string) {
	if b.why == "" {
		b.why = why
	}
}

// op reads what an Op writes; a document inside a block scalar is a text, or
// what it holds where that is asked for. The content is nil where b.why is set.
func (b *builder) op(op *Op, inside bool) (c *content) {
	w := newWish(op)
	switch {
	case w.supply != nil && !op.From.Valid():
		c = b.value(w.supply.Value)
	case !op.From.Valid():
		b.refuse(WhyNothing)
	case inside:
		c = b.inside(op.From, w)
	default:
		c = b.node(op.From, w)
	}
	if b.why != "" {
		return nil
	}
	return c
}

// node reads n; the wish may be nil. A document inside a block scalar is a text.
func (b *builder) node(n yamlfile.Node, w *wish) *content {
	if embeddedRoot(n) && (w == nil || w.supply == nil) {
		return b.embedded(n, w)
	}
	return b.inside(n, w)
}

// inside reads n, and a document inside a block scalar as what it holds.
func (b *builder) inside(n yamlfile.Node, w *wish) *content {
	if b.nodes++; b.nodes > maxContent {
		b.refuse(WhyTooLarge)
	}
	if b.why != "" {
		return &content{kind: syntax.Scalar}
	}
	if w != nil && w.supply != nil {
		c := b.value(w.supply.Value)
		if c.kind == syntax.Scalar && n.Kind() == syntax.Scalar && c.isText() {
			c.style = n.File().Tree().Style(n.ID())
		}
		c.node = n
		return c
	}
	t := n.File().Tree()
	c := &content{kind: n.Kind(), tag: n.Tag(), style: t.Style(n.ID()), node: n}
	switch c.kind {
	case syntax.Scalar:
		b.scalar(c, n)
	case syntax.Mapping:
		c.flow = c.style == syntax.Flow
		c.wide = c.flow && b.sheets.of(n.File()).wide(n.ID())
		b.entries(c, n, w)
	case syntax.Sequence:
		c.flow = c.style == syntax.Flow
		c.wide = c.flow && b.sheets.of(n.File()).wide(n.ID())
		b.items(c, n, w)
	}
	return c
}

func (b *builder) scalar(c *content, n yamlfile.Node) {
	t := n.File().Tree()
	c.val = n.Value()
	c.text = n.Text()
	if !c.isText() && c.style == syntax.Plain {
		c.text = t.Raw(n.ID())
	}
	if c.style == syntax.Folded {
		c.folded = blockText(t, n.ID())
	}
}

// value is a value that was supplied; its Kind must be of the written ones.
func (b *builder) value(v value.Value) *content {
	c := &content{kind: syntax.Scalar, val: v}
	switch v.Kind() {
	case value.EmptyMap:
		c.kind = syntax.Mapping
	case value.EmptyList, value.Scalars:
		c.kind = syntax.Sequence
		for _, i := range v.Items() {
			c.kids = append(c.kids, &entry{val: b.value(i)})
		}
	case value.Null, value.Bool, value.Int, value.Float, value.String, value.Ambiguous:
		c.text = v.Reveal()
	default:
		b.refuse(WhyNothing)
	}
	return c
}

func (b *builder) items(c *content, n yamlfile.Node, w *wish) {
	have, lack := w.of(n)
	if len(lack) > 0 {
		b.refuse(WhyNoSuchPath)
	}
	for i := range n.Items() {
		if iw := have[i]; iw == nil || !iw.omit {
			c.kids = append(c.kids, b.entry(i, iw))
		}
	}
}

func (b *builder) entries(c *content, n yamlfile.Node, w *wish) {
	have, lack := w.of(n)
	for k, v := range n.Entries() {
		if v.Duplicated() {
			b.refuse(WhyDuplicateKey)
		}
		kw := have[v]
		if kw != nil && kw.omit {
			continue
		}
		e := b.entry(v, kw)
		e.named, e.key = true, k
		b.keyRaw(e, v)
		c.kids = append(c.kids, e)
	}
	for _, k := range lack {
		b.added(c, k)
	}
}

// added is a supplied value where the source has nothing.
func (b *builder) added(c *content, k wishStep) {
	if k.step.Kind != keypath.Key && k.step.Kind != keypath.Index {
		b.refuse(WhyNoSuchPath)
		return
	}
	e := &entry{named: true, key: k.step.Key, val: &content{kind: syntax.Mapping}}
	if k.step.Kind == keypath.Index {
		e.key = strconv.Itoa(k.step.Index)
	}
	if s := k.wish.supply; s != nil {
		e.val, e.note = b.value(s.Value), s.Comment
	}
	for _, kid := range k.wish.kids {
		b.added(e.val, kid)
	}
	c.kids = append(c.kids, e)
}

// keyRaw notes the key of v as its file spells it, where that is one token.
func (b *builder) keyRaw(e *entry, v yamlfile.Node) {
	f, id := keyOf(v)
	if id == syntax.None {
		return
	}
	t := f.Tree()
	if id = f.Target(id); t.Kind(id) != syntax.Scalar || t.Tag(id) != "" {
		b.refuse(WhyComplexKey)
		return
	}
	if raw := t.Raw(id); t.Style(id) <= syntax.Double && !hasBreak(raw) && t.Text(id) == e.key && !jsonName(f.Name()) {
		e.raw, e.bare = raw, raw == ""
	}
}

// keyOf is the key that v stands behind, in the file where it stands: for the
// document in a block scalar that is the file around it.
func keyOf(v yamlfile.Node) (*yamlfile.File, syntax.ID) {
	if !embeddedRoot(v) {
		return v.File(), v.Key()
	}
	f, at := v.File().Host()
	if p := f.Parent(at); p != syntax.None && f.Tree().Kind(p) == syntax.Mapping {
		for k, w := range f.Tree().Entries(p) {
			if w == at {
				return f, k
			}
		}
	}
	return f, syntax.None
}

// entry reads v with the comments and the empty line that are its own.
func (b *builder) entry(v yamlfile.Node, w *wish) *entry {
	e := &entry{node: v}
	b.around(e, v)
	if w != nil && w.supply != nil {
		e.note = w.supply.Comment
	}
	e.val = b.node(v, w)
	return e
}

// around reads the comments and the empty line of v.
func (b *builder) around(e *entry, v yamlfile.Node) {
	f, key := keyOf(v)
	at := v.At()
	if embeddedRoot(v) {
		f, at = v.File().Host()
	}
	s := b.sheets.of(f)
	for _, l := range s.headOf(at, key) {
		if b.keeps(l) {
			e.head = append(e.head, l)
		}
	}
	e.blank = s.blankOf(at, key)
	if c := s.tailOf(at); c != "" && b.keeps(c) {
		e.tail = c
	}
}

func (b *builder) keeps(comment string) bool { return b.clean == nil || b.clean(comment) }

// embedded is a document in a block scalar as the text it is.
func (b *builder) embedded(n yamlfile.Node, w *wish) *content {
	host, id := n.File().Host()
	text := n.File().Source()
	if ops := w.ops(keypath.Path{}, nil); len(ops) > 0 {
		d := Make(n.File(), ops)
		if len(d.Held) > 0 {
			b.refuse(d.Held[0].Why.Arg("why"))
		}
		text = string(d.After)
	}
	return &content{kind: syntax.Scalar, val: value.Text(text), text: text, style: host.Tree().Style(id), node: n, document: true}
}

// ops are the wishes as changes to the file that holds them.
func (w *wish) ops(at keypath.Path, out []Op) []Op {
	if w == nil {
		return out
	}
	switch {
	case w.omit:
		return append(out, Op{Action: Delete, Path: at})
	case w.supply != nil:
		s := *w.supply
		s.Path = at
		return append(out, Op{Action: Set, Path: at, Supply: []Supply{s}})
	}
	for _, k := range w.kids {
		out = k.wish.ops(at.Join(k.step), out)
	}
	return out
}

// embeddedRoot reports whether n is a whole document inside a block scalar.
func embeddedRoot(n yamlfile.Node) bool {
	host, _ := n.File().Host()
	return host != nil && n.Key() == syntax.None && n.File().Tree().Documents()[0].Root == n.ID() && n.File().Parent(n.ID()) == syntax.None
}

// same reports whether n has the value of c.
func (c *content) same(n yamlfile.Node) bool {
	if c.kind == syntax.Scalar && n.Valid() && embeddedRoot(n) {
		return c.text == n.File().Source()
	}
	if !n.Valid() || n.Kind() != c.kind || n.Duplicated() {
		return false
	}
	switch c.kind {
	case syntax.Scalar:
		return c.val.Equal(n.Value())
	case syntax.Sequence:
		i := 0
		for v := range n.Items() {
			if i >= len(c.kids) || !c.kids[i].val.same(v) {
				return false
			}
			i++
		}
		return i == len(c.kids) && c.tag == n.Tag()
	}
	left := map[string]*entry{}
	for _, e := range c.kids {
		left[e.key] = e
	}
	for k, v := range n.Entries() {
		if left[k] == nil || !left[k].val.same(v) {
			return false
		}
		delete(left, k)
	}
	return len(left) == 0 && c.tag == n.Tag()
}
