package edit

import (
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// addition makes Op i a new child of its parent.
func (r *run) addition(i int) {
	op := &r.ops[i]
	path, up := op.Path.Parent()
	if !up {
		r.document(i, 0)
		return
	}
	if n, ok := r.before.Lookup(op.Path); ok && n.Valid() {
		r.hold(i, WhyPathExists)
		return
	}
	parent, ok := r.before.Lookup(path)
	if !ok {
		r.inEmpty(i, path)
		return
	}
	if !r.editable(i, parent) {
		return
	}
	e := r.newEntry(i)
	if e == nil {
		return
	}
	x := r.sheet(parent.File())
	r.into(i, x, parent, e)
}

// newEntry reads the entry that Op i adds.
func (r *run) newEntry(i int) *entry {
	op := &r.ops[i]
	c := r.content(i, false)
	if c == nil {
		return nil
	}
	e := &entry{val: c, node: op.From, note: r.note(i)}
	b := &builder{sheets: r.sheets, clean: op.Clean}
	if op.From.Valid() {
		b.around(e, op.From)
		e.blank = r.blank(op.From, e.blank)
	}
	switch s := op.Path.Last(); s.Kind {
	case keypath.Key:
		e.named, e.key = true, s.Key
	case keypath.Index:
		e.key = strconv.Itoa(s.Index)
	}
	if op.From.Valid() {
		if f, k := keyOf(op.From); k == syntax.None || f.KeyText(k) == e.key {
			b.keyRaw(e, op.From)
		}
	}
	if b.why != "" {
		r.hold(i, b.why)
		return nil
	}
	r.written[i] = c
	return e
}

// into adds e to the value parent, which may be null.
func (r *run) into(i int, x *sheet, parent yamlfile.Node, e *entry) {
	last := r.ops[i].Path.Last()
	kind := syntax.Mapping
	if last.Kind == keypath.Element || last.Kind == keypath.Index && parent.Kind() != syntax.Mapping {
		kind = syntax.Sequence
	}
	e.named = kind == syntax.Mapping
	id := parent.ID()
	switch {
	case x.isNull(id):
		r.fill(i, x, id, kind, e)
	case parent.Kind() == syntax.Scalar && x.t.Style(id) == syntax.Folded:
		r.hold(i, WhyFoldedHost)
	case parent.Kind() != kind:
		r.hold(i, map[syntax.Kind]string{syntax.Mapping: WhyNotMapping, syntax.Sequence: WhyNotList}[kind])
	case x.hollow(id):
		r.fill(i, x, id, kind, e)
	default:
		r.join(i, x.group(id), e)
	}
}

func (r *run) join(i int, g *group, e *entry) {
	last := r.ops[i].Path.Last()
	p := &pending{a: &addition{op: i, e: e}, last: last}
	p.order, p.self = r.siblings(r.ops[i].From, last)
	if p.order != nil {
		p.a.text = p.order.texts[p.self]
	}
	r.pending[g] = append(r.pending[g], p)
}

// isNull reports whether id is a null that may become a collection.
func (x *sheet) isNull(id syntax.ID) bool {
	if x.t.Kind(id) != syntax.Scalar || x.t.Style(id) != syntax.Plain || x.t.Tag(id) != "" {
		return false
	}
	switch x.t.Raw(id) {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// hollow reports whether id is {} or [] with nothing but blanks inside, where
// block style may take its place.
func (x *sheet) hollow(id syntax.ID) bool {
	s := x.t.Span(id)
	return !x.json && !x.inFlow(id) && x.t.First(id) == syntax.None && x.t.Style(id) == syntax.Flow &&
		x.blanks(s.Start+1) == s.End-1
}

// inFlow reports whether id stands inside a flow collection.
func (x *sheet) inFlow(id syntax.ID) bool {
	p := x.f.Parent(id)
	return p != syntax.None && x.t.Style(p) == syntax.Flow
}

// fill puts e into the new content of the null or empty value id.
func (r *run) fill(i int, x *sheet, id syntax.ID, kind syntax.Kind, e *entry) {
	c := r.fills[x][id]
	if c == nil {
		c = &content{kind: kind, tag: x.f.Tree().Tag(id)}
		if r.fills[x] == nil {
			r.fills[x] = map[syntax.ID]*content{}
		}
		r.fills[x][id] = c
		r.put(x, id, &setting{op: i, c: c})
	}
	if c.kind != kind {
		r.hold(i, WhyConflict)
		return
	}
	o, self := r.siblings(r.ops[i].From, r.ops[i].Path.Last())
	c.insert(e, r.ops[i].Path.Last(), o, self)
}

// put makes s the new value of id in its container, or of its document.
func (r *run) put(x *sheet, id syntax.ID, s *setting) {
	parent := x.f.Parent(id)
	if parent == syntax.None {
		x.root(x.documentOf(id), s)
		return
	}
	g := x.group(parent)
	g.set[g.index[id]] = s
}

func (x *sheet) root(doc int, s *setting) {
	if x.roots == nil {
		x.roots = map[int]*setting{}
	}
	x.roots[doc] = s
}

// inEmpty adds to a document that has nothing yet; path is its name.
func (r *run) inEmpty(i int, path keypath.Path) {
	doc, ok := r.emptyDocument(path)
	if !ok {
		r.hold(i, r.noParent(path))
		return
	}
	e := r.newEntry(i)
	if e == nil {
		return
	}
	x := r.sheets.of(r.before)
	kind := syntax.Mapping
	if k := r.ops[i].Path.Last().Kind; k == keypath.Element || k == keypath.Index {
		kind = syntax.Sequence
	}
	if x.roots[doc] == nil {
		x.root(doc, &setting{op: i, c: &content{kind: kind}})
	}
	c := x.roots[doc].c
	if c.kind != kind {
		r.hold(i, WhyConflict)
		return
	}
	o, self := r.siblings(r.ops[i].From, r.ops[i].Path.Last())
	c.insert(e, r.ops[i].Path.Last(), o, self)
}

func (r *run) noParent(path keypath.Path) string {
	if why := r.missing(path.Child("x")); why != WhyNoSuchPath {
		return why
	}
	return WhyNoParent
}

// emptyDocument is the document that path names, where it is empty.
func (r *run) emptyDocument(path keypath.Path) (int, bool) {
	roots := r.before.Roots()
	if path.IsRoot() {
		for _, n := range roots {
			if n.Valid() {
				return 0, false
			}
		}
		return 0, true
	}
	if _, more := path.Parent(); more && path.Last().Kind == keypath.Document && len(path.Steps()) == 1 {
		n, err := strconv.Atoi(path.Last().Key)
		return n, err == nil && n >= 0 && n < len(roots) && !roots[n].Valid()
	}
	return 0, false
}

// document adds a whole document's value.
func (r *run) document(i, doc int) {
	x := r.sheets.of(r.before)
	for _, n := range r.before.Roots() {
		if n.Valid() {
			r.hold(i, WhyPathExists)
			return
		}
	}
	if c := r.content(i, false); c != nil {
		r.written[i] = c
		x.root(doc, &setting{op: i, c: c, note: r.note(i)})
	}
}
