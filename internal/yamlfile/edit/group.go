package edit

import (
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// group is all that is wanted of one mapping or sequence: it is rewritten once,
// knowing its deletes, sets and inserts.
type group struct {
	x    *sheet
	id   syntax.ID
	els  []element
	drop map[int]int      // child → the Op that deletes it
	set  map[int]*setting // child → its new value
	add  []*addition

	index map[syntax.ID]int         // value → child
	label map[string]map[string]int // identity key ("" for a mapping's keys) → text → child
}

// setting is a new value for a child or a document.
type setting struct {
	op   int
	c    *content
	note string // a comment that hoist adds behind it
}

// addition is a new child: behind the child at, or before it.
type addition struct {
	op     int
	e      *entry
	at     int
	before bool
	text   string // by which its siblings know it
}

// group is the group of the container id.
func (x *sheet) group(id syntax.ID) *group {
	if g := x.groups[id]; g != nil {
		return g
	}
	if x.groups == nil {
		x.groups = map[syntax.ID]*group{}
	}
	g := &group{x: x, id: id, els: x.elements(id), drop: map[int]int{}, set: map[int]*setting{}}
	g.index = make(map[syntax.ID]int, len(g.els))
	for i, e := range g.els {
		g.index[e.v] = i
	}
	x.groups[id] = g
	return g
}

func (g *group) sequence() bool { return g.x.t.Kind(g.id) == syntax.Sequence }

// live reports whether child i stays.
func (g *group) live(i int) bool {
	_, gone := g.drop[i]
	return !gone
}

// left is the number of children that stay.
func (g *group) left() int { return len(g.els) - len(g.drop) }

// find is the child with this text: a mapping's key, or a sequence's element
// whose identity key has it.
func (g *group) find(identity, text string) (int, bool) {
	labels := g.label[identity]
	if labels == nil {
		labels = map[string]int{}
		for i, e := range g.els {
			if l, ok := g.x.labelOf(e.key, e.v, identity); ok {
				labels[l] = i
			}
		}
		if g.label == nil {
			g.label = map[string]map[string]int{}
		}
		g.label[identity] = labels
	}
	i, ok := labels[text]
	return i, ok
}

// labelOf is how siblings know a child: its key, or the text of its identity.
func (x *sheet) labelOf(key, v syntax.ID, identity string) (string, bool) {
	if key != syntax.None {
		if x.isMerge(key) {
			return "", false
		}
		return x.f.KeyText(key), true
	}
	if identity == "" {
		return "", false
	}
	return identityOf(x.f, v, identity)
}

func identityOf(f *yamlfile.File, id syntax.ID, key string) (string, bool) {
	t := f.Tree()
	id = f.Target(id)
	if t.Kind(id) != syntax.Mapping {
		return "", false
	}
	for k, v := range t.Entries(id) {
		if v = f.Target(v); f.KeyText(k) == key && t.Kind(v) == syntax.Scalar {
			return t.Text(v), true
		}
	}
	for k, v := range t.Entries(id) {
		if t.Kind(k) == syntax.Scalar && t.Raw(k) == "<<" {
			if text, ok := identityOf(f, v, key); ok {
				return text, true
			}
		}
	}
	return "", false
}

// survivor is the nearest child that stays at i or before it, -1 for none.
func (g *group) survivor(i int) int {
	for i = min(i, len(g.els)-1); i >= 0 && !g.live(i); i-- {
	}
	return i
}

// gaps are the additions by the child that stays before them (-1: before all),
// in order.
func (g *group) gaps() map[int][]*addition {
	out := map[int][]*addition{}
	for _, a := range g.add {
		at := a.at
		if a.before {
			at--
		}
		at = g.survivor(at)
		out[at] = append(out[at], a)
	}
	return out
}
