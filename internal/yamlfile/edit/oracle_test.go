package edit

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// plain is a document as a plain Go tree: what the editor should bring about is
// worked out here, without spans, styles or groups.
type plain struct {
	kind byte // 's', 'm', 'l'
	val  value.Value
	tag  string
	keys []string
	kids []*plain
}

func plainOf(n yamlfile.Node) *plain {
	if !n.Valid() {
		return &plain{kind: 's', val: value.Of(value.Null)}
	}
	p := &plain{tag: n.Tag()}
	switch n.Kind() {
	case syntax.Scalar:
		p.kind, p.val = 's', n.Value()
	case syntax.Mapping:
		p.kind = 'm'
		for k, v := range n.Entries() {
			p.keys = append(p.keys, k)
			p.kids = append(p.kids, plainOf(v))
		}
	default:
		p.kind = 'l'
		for v := range n.Items() {
			p.kids = append(p.kids, plainOf(v))
		}
	}
	return p
}

func plainFile(f *yamlfile.File) *plain {
	p := &plain{kind: 'l'}
	for _, n := range f.Roots() {
		p.kids = append(p.kids, plainOf(n))
	}
	return p
}

func (p *plain) equal(q *plain) bool {
	if p.kind != q.kind {
		return p.textOf(q) || q.textOf(p)
	}
	if p.kind == 's' {
		return p.val.Equal(q.val)
	}
	if len(p.kids) != len(q.kids) {
		return false
	}
	for i, k := range p.kids {
		other := i
		if p.kind == 'm' {
			if other = q.find(p.keys[i]); other < 0 {
				return false
			}
		}
		if !k.equal(q.kids[other]) {
			return false
		}
	}
	return true
}

// textOf: p is the text of a document that q is.
func (p *plain) textOf(q *plain) bool {
	if p.kind != 's' || p.val.Kind() != value.String {
		return false
	}
	f, err := yamlfile.Parse("x.yaml", []byte(p.val.Reveal()))
	if err != nil || len(f.Roots()) != 1 || !f.Roots()[0].Valid() {
		return false
	}
	in := plainOf(f.Roots()[0]).sorted()
	return in.kind != 's' && in.equal(q)
}

func (p *plain) find(key string) int {
	for i, k := range p.keys {
		if k == key {
			return i
		}
	}
	return -1
}

func (p *plain) String() string {
	var b strings.Builder
	p.write(&b)
	return b.String()
}

func (p *plain) write(b *strings.Builder) {
	switch p.kind {
	case 's':
		fmt.Fprintf(b, "%s:%q", p.val.Kind(), p.val.Reveal())
	case 'l':
		b.WriteByte('[')
		for _, k := range p.kids {
			k.write(b)
			b.WriteByte(' ')
		}
		b.WriteByte(']')
	case 'm':
		b.WriteByte('{')
		order := make([]int, len(p.keys))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(i, j int) bool { return p.keys[order[i]] < p.keys[order[j]] })
		for _, i := range order {
			fmt.Fprintf(b, "%q=", p.keys[i])
			p.kids[i].write(b)
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	}
}

func (p *plain) step(s keypath.Step) int {
	switch s.Kind {
	case keypath.Key:
		if p.kind == 'm' {
			return p.find(s.Key)
		}
	case keypath.Index:
		if p.kind == 'l' && s.Index < len(p.kids) {
			return s.Index
		}
	case keypath.Element:
		for i, k := range p.kids {
			if k.kind == 'm' {
				if j := k.find(s.Key); j >= 0 && k.kids[j].val.Reveal() == s.Value {
					return i
				}
			}
		}
	}
	return -1
}

// apply does op; list elements that are added go to the end, since their place
// is no matter of value (places says where the editor put them).
func (p *plain) apply(op Op, root bool) {
	steps := op.Path.Steps()
	if root {
		if len(steps) > 0 && steps[0].Kind == keypath.Document {
			i := 0
			fmt.Sscan(steps[0].Key, &i)
			p = p.kids[i]
			steps = steps[1:]
		} else {
			p = p.kids[0]
		}
	}
	for len(steps) > 1 {
		p = p.kids[p.step(steps[0])]
		steps = steps[1:]
	}
	new := func() *plain {
		if op.From.Valid() {
			return plainOf(op.From)
		}
		return plainValue(op.Supply[0].Value)
	}
	if len(steps) == 0 {
		if op.Action == Append {
			p.lack(new())
		} else {
			*p = *new()
		}
		return
	}
	at := p.step(steps[0])
	switch op.Action {
	case Delete:
		if p.kind == 'm' {
			p.keys = append(p.keys[:at:at], p.keys[at+1:]...)
		}
		p.kids = append(p.kids[:at:at], p.kids[at+1:]...)
	case Set:
		p.kids[at] = new()
	case Add:
		if p.kind == 's' {
			*p = plain{kind: 'l'}
			if steps[0].Kind == keypath.Key {
				p.kind = 'm'
			}
		}
		if steps[0].Kind == keypath.Key {
			p.keys = append(p.keys, steps[0].Key)
		}
		p.kids = append(p.kids, new())
	case Append:
		p.kids[at].lack(new())
	}
}

// lack appends what p does not have of more.
func (p *plain) lack(more *plain) {
	if p.kind == 's' {
		*p = plain{kind: 'l'}
	}
	for _, k := range more.kids {
		if !slices.ContainsFunc(p.kids, k.equal) {
			p.kids = append(p.kids, k)
		}
	}
}

func plainValue(v value.Value) *plain {
	switch v.Kind() {
	case value.EmptyMap:
		return &plain{kind: 'm'}
	case value.EmptyList, value.Scalars:
		p := &plain{kind: 'l'}
		for _, i := range v.Items() {
			p.kids = append(p.kids, plainValue(i))
		}
		return p
	}
	return &plain{kind: 's', val: v}
}

// sorted puts the elements of lists whose elements have a name in the order of
// their names, so that documents may be compared where only those were added.
func (p *plain) sorted() *plain {
	for _, k := range p.kids {
		k.sorted()
	}
	if p.kind == 'l' && len(p.kids) > 0 {
		for _, k := range p.kids {
			if k.kind != 'm' || k.find("name") < 0 {
				return p
			}
		}
		sort.SliceStable(p.kids, func(i, j int) bool { return p.kids[i].name() < p.kids[j].name() })
	}
	return p
}

func (p *plain) name() string { return p.kids[p.find("name")].val.Reveal() }
