package edit

import (
	"maps"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
)

// Make turns ops into edits of before. It never panics and never does a part of
// an Op: what cannot be done safely is in Held, the rest goes on. The result has
// been read again with the reader of this house; yamlfile/proof does more.
func Make(before *yamlfile.File, ops []Op) *Draft {
	out := map[int]string{}
	edits, after, ok := solve(before, ops, out)
	if !ok {
		isolate(before, ops, out)
		if edits, after, ok = solve(before, ops, out); !ok {
			for i := range ops {
				if out[i] == "" {
					out[i] = WhyUnproved
				}
			}
			edits, after = nil, before.Source()
		}
	}
	d := &Draft{Before: before, After: []byte(after), Edits: edits}
	for i, op := range ops {
		if why := out[i]; why != "" {
			d.Held = append(d.Held, Held{Op: i, Why: problem.New(Unsafe, place(before, op.Path), "why", why, "path", op.Path.String())})
		} else {
			d.Done = append(d.Done, op)
		}
	}
	return d
}

// place is where p stands, else its nearest parent.
func place(f *yamlfile.File, p keypath.Path) problem.Place {
	for q, ok := p, true; ok; q, ok = q.Parent() {
		if n, found := f.Lookup(q); found && n.Valid() {
			return n.Place()
		}
	}
	return problem.Place{File: f.Name(), Line: 1, Column: 1}
}

// solve attempts the Ops that are not out until nothing more is refused; what is
// refused is put out. ok says that the result reads as wanted.
func solve(before *yamlfile.File, ops []Op, out map[int]string) (edits []textedit.Edit, after string, ok bool) {
	for {
		r := newRun(before, ops, out)
		edits, after, ok = r.attempt()
		if len(r.held) == 0 {
			return edits, after, ok
		}
		maps.Copy(out, r.held)
	}
}

// attempt makes the edits of one set and reads the result. A panic anywhere in
// it is a result that did not read as wanted.
func (r *run) attempt() (edits []textedit.Edit, after string, ok bool) {
	defer func() {
		if recover() != nil {
			edits, after, ok = nil, "", false
		}
	}()
	r.collect()
	if len(r.held) > 0 {
		return nil, "", false
	}
	r.anchors()
	if len(r.held) > 0 {
		return nil, "", false
	}
	edits = r.emit()
	if len(r.held) > 0 {
		return nil, "", false
	}
	src := r.before.Source()
	result, err := textedit.Apply([]byte(src), edits)
	if err != nil {
		return nil, "", false
	}
	after = string(result)
	if len(edits) == 0 {
		return nil, after, r.reads(r.before)
	}
	f, err := yamlfile.Parse(r.before.Name(), result)
	if err != nil || len(src) > r.sheets.of(r.before).from && endsLine(src) != endsLine(after) {
		return nil, "", false
	}
	return edits, after, r.reads(f)
}

func endsLine(s string) bool { return strings.HasSuffix(s, "\n") || strings.HasSuffix(s, "\r") }

// isolate finds which Ops do not read as wanted, first each alone (with those
// below it), then one after the other, and puts them out.
func isolate(before *yamlfile.File, ops []Op, out map[int]string) {
	clusters := newRun(before, ops, out).clusters()
	good := map[int]bool{}
	try := func(more []int) bool {
		rest := maps.Clone(out)
		for i := range ops {
			if rest[i] == "" && !good[i] {
				rest[i] = WhyUnproved
			}
		}
		for _, i := range more {
			delete(rest, i)
			if out[i] != "" {
				rest[i] = out[i]
			}
		}
		_, _, ok := solve(before, ops, rest)
		return ok
	}
	for _, c := range clusters {
		if try(c) {
			for _, i := range c {
				good[i] = true
			}
			continue
		}
		for _, i := range c {
			if out[i] == "" {
				out[i] = WhyUnproved
			}
		}
	}
}

// clusters are the Ops by the outermost one above them.
func (r *run) clusters() (list [][]int) {
	for i, op := range r.ops {
		if r.out[i] == "" {
			if _, ok := r.byPath[op.Path]; !ok {
				r.byPath[op.Path] = i
			}
		}
	}
	at := map[int]int{}
	for i := range r.ops {
		if r.out[i] != "" {
			continue
		}
		top := i
		for o := r.outer(top); o >= 0; o = r.outer(top) {
			top = o
		}
		if _, ok := at[top]; !ok {
			at[top] = len(list)
			list = append(list, nil)
		}
		list[at[top]] = append(list[at[top]], i)
	}
	return list
}
