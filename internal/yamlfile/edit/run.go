package edit

import (
	"sort"
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// run is one attempt at a set of Ops. What it must refuse it notes in held, and
// the set is attempted again without that.
type run struct {
	before *yamlfile.File
	ops    []Op
	out    map[int]string // Ops that are not attempted
	held   map[int]string // Ops refused in this attempt
	sheets *sheets
	orders map[orderKey]*order
	byPath map[keypath.Path]int
	// written is, by Op, the content that it writes, where Ops below it join in.
	written map[int]*content
	// fills are null or empty values that get children: content by value.
	fills   map[*sheet]map[syntax.ID]*content
	pending map[*group][]*pending
	later   []func() // what waits until every Op has been read
}

func newRun(before *yamlfile.File, ops []Op, out map[int]string) *run {
	r := &run{before: before, ops: ops, out: out, held: map[int]string{},
		sheets: &sheets{all: map[*yamlfile.File]*sheet{}}, orders: map[orderKey]*order{},
		byPath: map[keypath.Path]int{}, written: map[int]*content{},
		fills: map[*sheet]map[syntax.ID]*content{}, pending: map[*group][]*pending{}}
	return r
}

func (r *run) hold(op int, why string) {
	if r.held[op] == "" {
		r.held[op] = why
	}
}

// collect makes groups of all Ops, the outermost first, so that those below a
// new subtree find it.
func (r *run) collect() {
	var todo []int
	for i, op := range r.ops {
		if _, ok := r.out[i]; ok {
			continue
		}
		if _, ok := r.byPath[op.Path]; ok {
			r.hold(i, WhyConflict)
			continue
		}
		r.byPath[op.Path] = i
		todo = append(todo, i)
	}
	depth := make(map[int]int, len(todo))
	for _, i := range todo {
		depth[i] = len(r.ops[i].Path.Steps())
	}
	sort.SliceStable(todo, func(a, b int) bool { return depth[todo[a]] < depth[todo[b]] })
	for _, i := range todo {
		r.op(i)
	}
	for _, f := range r.later {
		f()
	}
	for g, list := range r.pending {
		g.place(list)
	}
}

// outer is the nearest Op above i, -1 for none.
func (r *run) outer(i int) int {
	for p, ok := r.ops[i].Path.Parent(); ok; p, ok = p.Parent() {
		if j, ok := r.byPath[p]; ok {
			return j
		}
	}
	return -1
}

func (r *run) op(i int) {
	if o := r.outer(i); o >= 0 && r.held[o] == "" {
		r.nested(i, o)
		return
	}
	switch r.ops[i].Action {
	case Set:
		r.set(i)
	case Add:
		r.addition(i)
	case Delete:
		r.delete(i)
	case Append:
		r.append(i)
	default:
		r.hold(i, WhyNothing)
	}
}

// content reads what Op i writes; nil where it is held.
func (r *run) content(i int, inside bool) *content {
	b := &builder{sheets: r.sheets, clean: r.ops[i].Clean}
	c := b.op(&r.ops[i], inside)
	if b.why != "" {
		r.hold(i, b.why)
		return nil
	}
	return c
}

// note is the comment that the Op's own value is to have.
func (r *run) note(i int) string {
	for _, s := range r.ops[i].Supply {
		if s.Path == r.ops[i].Path {
			return s.Comment
		}
	}
	return ""
}

// target is the place of an existing value: the child of a container, or a
// document's root.
type target struct {
	x      *sheet
	node   yamlfile.Node
	parent yamlfile.Node // zero for a root
	at     int           // child of parent; -1: it has it by merge, or is a root
	doc    int           // of a root
}

// lookup finds what Op i names and refuses what cannot be edited there.
func (r *run) lookup(i int) (t target, ok bool) {
	path := r.ops[i].Path
	t.at = -1
	if t.node, ok = r.before.Lookup(path); !ok {
		r.hold(i, r.missing(path))
		return t, false
	}
	if t.node.Duplicated() {
		r.hold(i, WhyDuplicateKey)
		return t, false
	}
	parent, up := path.Parent()
	if !up || path.Last().Kind == keypath.Document {
		t.x = r.sheets.of(t.node.File())
		t.doc = t.x.documentOf(t.node.ID())
		return t, true
	}
	t.parent, _ = r.before.Lookup(parent)
	if !r.editable(i, t.parent) {
		return t, false
	}
	t.x = r.sheet(t.parent.File())
	t.at = t.x.child(t.parent, path.Last(), t.node)
	return t, true
}

// sheet is a target's sheet, with the one around it.
func (r *run) sheet(f *yamlfile.File) *sheet {
	x := r.sheets.of(f)
	if h, _ := f.Host(); h != nil && x.host == nil && f != r.before {
		x.host = r.sheets.of(h)
	}
	return x
}

// editable refuses what is shared with other keys.
func (r *run) editable(i int, container yamlfile.Node) bool {
	switch {
	case container.Duplicated():
		r.hold(i, WhyDuplicateKey)
	case container.Reached() == yamlfile.ByAlias:
		r.hold(i, WhyInsideAlias)
	case container.Reached() == yamlfile.ByMerge:
		r.hold(i, WhyInsideMerge)
	default:
		return true
	}
	return false
}

// missing says why nothing is found at a path.
func (r *run) missing(p keypath.Path) string {
	for q, ok := p.Parent(); ok; q, ok = q.Parent() {
		n, found := r.before.Lookup(q)
		if !found {
			continue
		}
		t := n.File().Tree()
		if n.Duplicated() {
			return WhyDuplicateKey
		}
		if n.Kind() == syntax.Scalar && t.Style(n.ID()) == syntax.Folded {
			return WhyFoldedHost
		}
		break
	}
	return WhyNoSuchPath
}

// documentOf is the index of the document whose root is id.
func (x *sheet) documentOf(id syntax.ID) int {
	for i, d := range x.t.Documents() {
		if d.Root == id || d.Root != syntax.None && x.f.Target(d.Root) == id {
			return i
		}
	}
	return -1
}

// child is which child of parent the step s names, where it is written there
// and not merged: -1.
func (x *sheet) child(parent yamlfile.Node, s keypath.Step, n yamlfile.Node) int {
	if parent.Kind() == syntax.Mapping {
		key := s.Key
		if s.Kind == keypath.Index {
			key = strconv.Itoa(s.Index)
		}
		if at, ok := x.group(parent.ID()).find("", key); ok {
			return at
		}
		return -1
	}
	i := 0
	for c := range parent.Items() {
		if c == n {
			return i
		}
		i++
	}
	return -1
}

// delete makes Op i a deletion in its container.
func (r *run) delete(i int) {
	t, ok := r.lookup(i)
	switch {
	case !ok:
	case !t.parent.Valid():
		r.hold(i, WhyDocument)
	case t.at < 0 || r.reappears(t):
		r.hold(i, WhyMergedKey)
	default:
		t.x.group(t.parent.ID()).drop[t.at] = i
	}
}

// reappears reports whether a merge key would give the key again.
func (r *run) reappears(t target) bool {
	if t.parent.Kind() != syntax.Mapping {
		return false
	}
	key := t.x.f.KeyText(t.x.group(t.parent.ID()).els[t.at].key)
	return t.x.merges(t.parent.ID(), key, 0)
}

// merges reports whether a merge key of the mapping id gives key.
func (x *sheet) merges(id syntax.ID, key string, depth int) bool {
	if depth > 100 {
		return true
	}
	for k, v := range x.t.Entries(id) {
		if !x.isMerge(k) {
			continue
		}
		from := []syntax.ID{x.f.Target(v)}
		if x.t.Kind(from[0]) == syntax.Sequence {
			list := from[0]
			from = nil
			for m := range x.t.Items(list) {
				from = append(from, x.f.Target(m))
			}
		}
		for _, m := range from {
			if x.t.Kind(m) != syntax.Mapping {
				continue
			}
			for k := range x.t.Entries(m) {
				if !x.isMerge(k) && x.f.KeyText(k) == key {
					return true
				}
			}
			if x.merges(m, key, depth+1) {
				return true
			}
		}
	}
	return false
}

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

// nested is Op i below Op o, which writes a new subtree: it joins in there.
func (r *run) nested(i, o int) {
	c := r.written[o]
	steps := r.ops[i].Path.Steps()[len(r.ops[o].Path.Steps()):]
	for _, s := range steps[:len(steps)-1] {
		if c == nil {
			break
		}
		if e := c.kid(s); e != nil {
			c = e.val
		} else {
			c = nil
		}
	}
	if c == nil {
		r.hold(i, WhyConflict)
		return
	}
	r.nestedIn(i, c, steps[len(steps)-1])
}

func (r *run) nestedIn(i int, c *content, last keypath.Step) {
	have := c.kid(last)
	switch r.ops[i].Action {
	case Add:
		if have != nil {
			r.hold(i, WhyPathExists)
			return
		}
		if c.kind == syntax.Scalar && c.nullish() {
			*c = content{kind: kindOf(last)}
		}
		if c.kind != kindOf(last) {
			r.hold(i, WhyNotMapping)
			return
		}
		if e := r.newEntry(i); e != nil {
			o, self := r.siblings(r.ops[i].From, last)
			c.insert(e, last, o, self)
		}
	case Set:
		if have == nil {
			r.hold(i, WhyNoSuchPath)
			return
		}
		if v := r.content(i, false); v != nil {
			have.val, r.written[i] = v, v
			have.note = r.note(i)
		}
	default:
		r.hold(i, WhyConflict)
	}
}

func kindOf(s keypath.Step) syntax.Kind {
	if s.Kind == keypath.Key {
		return syntax.Mapping
	}
	return syntax.Sequence
}
