package edit

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

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
