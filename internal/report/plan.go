package report

import (
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// Plan writes a plan for people: the summary, each file with its changes and
// its exact patch, what is held back and what to type for it, what only the
// target has, and the summary again.
func (w Words) Plan(out io.Writer, x *plan.Plan) error {
	w = w.fresh()
	p := &page{out: out}
	several := severalServices(x)
	w.painted(p, 0, bold, w.summary(x))
	p.line("  ", w.paint(dim, w.say(msgPlanFromTo, "from", visible(x.Choice.From), "to", w.list(x.Choice.To))))
	for _, l := range w.imagesFrom(x.Choice) {
		p.line("  ", w.paint(dim, l))
	}
	for _, f := range x.Files {
		p.line()
		w.planFile(p, f)
	}
	if len(x.HeldBack) > 0 {
		p.line()
		w.painted(p, 0, bold, w.say(msgHeldBack)+"  "+argText(len(x.HeldBack)))
		for _, alike := range w.heldAlike(x.HeldBack) {
			w.held(p, alike, several)
		}
	}
	w.targetOnly(p, x)
	w.planRemarks(p, x)
	p.line()
	w.painted(p, 0, bold, w.summary(x))
	return p.flush()
}

// imagesFrom says which targets take their images from elsewhere.
func (w Words) imagesFrom(c plan.Choice) (out []string) {
	for _, to := range c.To {
		if from := c.ImagesFrom[to]; from != "" {
			out = append(out, w.say(msgImagesFrom, "from", visible(from), "to", visible(to)))
		}
	}
	return out
}

// totals are the changes of a plan by what they do.
type totals struct{ set, add, del, files, held int }

func totalsOf(x *plan.Plan) (t totals) {
	t.files, t.held = len(x.Files), len(x.HeldBack)
	for _, f := range x.Files {
		for _, c := range f.Changes {
			switch c.Action {
			case edit.Add:
				t.add++
			case edit.Delete:
				t.del++
			default:
				t.set++
			}
		}
	}
	return t
}

func (w Words) summary(x *plan.Plan) string {
	t := totalsOf(x)
	m := msgPlanSummary
	if t.files == 0 {
		m = msgPlanNothing
	}
	return w.say(m, "set", t.set, "add", t.add, "delete", t.del, "files", t.files, "held", notZero(t.held), "to", w.list(x.Choice.To), "from", visible(x.Choice.From))
}

func severalServices(x *plan.Plan) bool { return len(x.Choice.Services) != 1 }

// planFile is one file: the keys that change, then the patch.
func (w Words) planFile(p *page, f plan.File) {
	w.beside(p, "", w.paint(bold, visible(f.Path)), w.list(nonEmpty(f.Environment, f.Service)))
	column := 0
	for _, c := range f.Changes {
		column = max(column, cells(visible(c.Path.String())))
	}
	column = min(column, w.width()*2/5)
	for _, c := range f.Changes {
		w.change(p, f, c, column)
	}
	p.line()
	w.patch(p, f)
}

func nonEmpty(s ...string) []string {
	return slices.DeleteFunc(s, func(x string) bool { return x == "" })
}

// change is one key: before and after, on one line where they fit; on a terminal
// they stand in a column behind the names.
func (w Words) change(p *page, f plan.File, c plan.Change, column int) {
	sides, sign, st := w.keySides(f, c)
	name := visible(c.Path.String())
	head := "  " + w.paint(st, sign) + " "
	behind := pad(name, column) + "  "
	used := margin + cells(behind) + len(arrow)*(len(sides)-1)
	for _, s := range sides {
		used += cells(s)
	}
	switch {
	case w.Width == 0:
		p.line(head, name, ": ", strings.Join(sides, arrow))
	case used <= w.width():
		p.line(head, behind, w.sidesInLine(sides))
	default:
		p.line(head, name)
		w.sidesBelow(p, sides)
	}
	for _, r := range w.changeRemarks(c) {
		w.prose(p, below, r)
	}
}

// keySides are what stands before and after, or the one of them that there
// is; of a list of scalars what comes in and what goes.
func (w Words) keySides(f plan.File, c plan.Change) (sides []string, sign string, st style) {
	switch c.Action {
	case edit.Add:
		return []string{w.side(f, c, c.After)}, "+", green
	case edit.Delete:
		return []string{w.side(f, c, c.Before)}, "-", red
	}
	if moved := w.elements(f, c); moved != "" {
		return []string{moved}, "~", teal
	}
	return []string{w.side(f, c, c.Before), w.side(f, c, c.After)}, "~", teal
}

const arrow = " -> "

// sidesInLine is before, pale, and after.
func (w Words) sidesInLine(sides []string) string {
	if len(sides) == 1 {
		return sides[0]
	}
	return w.paint(dim, sides[0]+arrow) + sides[1]
}

// elements says of a list of scalars what comes in and what goes; "" where it is
// no such list, or only the order changes.
func (w Words) elements(f plan.File, c plan.Change) string {
	before, after := leafOf(c.Before), leafOf(c.After)
	if before.Kind() != value.Scalars || after.Kind() != value.Scalars {
		return ""
	}
	secret := c.Secret || w.secret(f.Service, c.Path)
	var out []string
	for _, x := range []struct {
		sign     string
		from, in value.Value
	}{{"+ ", after, before}, {"- ", before, after}} {
		for _, v := range x.from.Items() {
			if !slices.ContainsFunc(x.in.Items(), v.Equal) {
				out = append(out, x.sign+w.value(c.Path, v, secret).text)
			}
		}
	}
	return strings.Join(out, ", ")
}

// sidesBelow are before and after, each in lines of its own.
func (w Words) sidesBelow(p *page, sides []string) {
	for i, s := range sides {
		mark := "   "
		if i > 0 {
			mark = "-> "
		}
		var others []string
		if len(sides) == 2 {
			others = []string{sides[1-i]}
		}
		for n, l := range excerpts(s, others, w.width()-below-len(mark)) {
			if n > 0 {
				mark = "   "
			}
			p.line(strings.Repeat(" ", below), mark, w.paintLong(noStyle, l))
		}
	}
}

func (w Words) side(f plan.File, c plan.Change, x plan.Content) string {
	return w.node(f.Service, c.Path, x.Node, leafOf(x), c.Secret || w.secret(f.Service, c.Path)).text
}

// changeRemarks say what a line of before and after does not.
func (w Words) changeRemarks(c plan.Change) (out []string) {
	if before, after := w.typeText(leafOf(c.Before)), w.typeText(leafOf(c.After)); c.TypeChanged && before != after {
		out = append(out, w.say(msgBecomes, "before", before, "after", after))
	}
	without, given := w.omissions(c)
	if len(without) > 0 {
		out = append(out, w.say(msgWithout, "keys", strings.Join(without, w.say(msgAnd))))
	}
	if len(given) > 0 {
		out = append(out, w.say(msgGiven, "keys", strings.Join(given, w.say(msgAnd))))
	}
	return out
}

// omissions are the keys of the source that are not copied: those that stay out,
// and those that are written with another value.
func (w Words) omissions(c plan.Change) (without, given []string) {
	for _, o := range c.After.Omit {
		name := visible(strings.TrimPrefix(strings.TrimPrefix(o.String(), c.Path.String()), "."))
		if c.After.Node.Valid() && len(omitted(c.Path, c.After.Node, []keypath.Path{o})) > 0 {
			given = append(given, name)
		} else {
			without = append(without, name)
		}
	}
	return without, given
}

// held is what is not made: what, where, why, and what to type. Changes of
// several environments that are held back alike are told of together.
func (w Words) held(p *page, like []plan.Held, several bool) {
	h := like[0]
	var envs []string
	for _, x := range like {
		envs = append(envs, x.Environment)
	}
	w.beside(p, "  "+w.paint(amber, w.heldSign(h.Code))+" ", w.heldName(h), "("+w.list(nonEmpty(append(envs, h.Service)...))+")")
	w.prose(p, below, visible(w.say(heldTitle(h.Code)))+w.say(msgColon)+w.heldReason(h))
	if s := lineOf(h.Place); s != "" {
		p.line(strings.Repeat(" ", below), w.paint(dim, visible(s)))
	}
	if s := w.heldHint(h); s != "" {
		w.prose(p, below, s)
	}
	for i, x := range like {
		if i > 0 && x.Suggest != "" { // the same to paste
			x.Suggest = ""
		}
		for _, s := range w.heldTyping(x, several) {
			p.line(strings.Repeat(" ", below), w.paint(teal, strings.TrimRight(s, " ")))
		}
	}
}

// heldAlike gathers what is held back for the same reason in several
// environments, in the order of the first.
func (w Words) heldAlike(list []plan.Held) (out [][]plan.Held) {
	at := map[string]int{}
	for _, h := range list {
		id := strings.Join([]string{h.Service, h.Path.String(), string(h.Code), h.Place.String(), w.heldReason(h), w.heldHint(h), h.Suggest}, "\x00")
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], h)
	}
	return out
}

func (w Words) heldSign(c plan.Code) string {
	if c == plan.HeldPending {
		return "?"
	}
	return "!"
}

func (w Words) heldName(h plan.Held) string {
	if h.Path.IsRoot() {
		return w.say(msgWholeFile)
	}
	return visible(h.Path.String())
}

// heldReason is why, in a sentence.
func (w Words) heldReason(h plan.Held) string {
	var needs []string
	for _, n := range h.Needs {
		needs = append(needs, visible(strings.TrimPrefix(strings.TrimPrefix(n.String(), h.Path.String()), ".")))
	}
	if len(needs) == 1 && needs[0] == "" {
		needs[0] = visible(h.Path.String())
	}
	return fill(w.heldText(h).in(w.Lang), func(name string) string {
		switch name {
		case "needs":
			return strings.Join(needs, w.say(msgAnd))
		case "why":
			return w.explained(string(h.Code), "why", h.Why)
		case "environment":
			return visible(h.Environment)
		case "rule":
			if h.Rule != nil {
				return visible(lineOf(h.Rule.Place))
			}
		}
		for _, a := range h.Args {
			if a.Name == name {
				return w.explained(string(h.Code), name, a.Text)
			}
		}
		return ""
	})
}

// heldText is the message for a code and its why, a failed proof included.
func (w Words) heldText(h plan.Held) Message {
	if t, ok := heldWhys[string(h.Code)+" "+h.Why]; ok {
		return t
	}
	if t, ok := proofs[h.Why]; ok {
		return t
	}
	if t, ok := heldWhys[string(h.Code)]; ok {
		return t
	}
	return Message{"{why}", "{why}"}
}

// heldHint is the rule's own advice, else ours.
func (w Words) heldHint(h plan.Held) string {
	if h.Rule != nil && h.Rule.Hint != "" {
		return visible(h.Rule.Hint)
	}
	t, ok := heldHints[string(h.Code)+" "+h.Why]
	if !ok {
		t, ok = heldHints[string(h.Code)]
	}
	if !ok {
		return ""
	}
	path := shellWord(h.Path.String())
	if key := h.Arg("key"); h.Code == plan.HeldUnclassified && key != "" && key != h.Path.String() {
		path += " --only " + shellWord(key) // a part of what would be new: both are to be named
	}
	return w.say(t, "path", path)
}

// heldTyping is what to type or paste, never wrapped.
func (w Words) heldTyping(h plan.Held, several bool) (out []string) {
	service := ""
	if several {
		service = h.Service
	}
	for _, n := range h.Needs {
		out = append(out, w.SetFlag(h.Environment, service, n))
	}
	for l := range strings.SplitSeq(strings.TrimRight(h.Suggest, "\n"), "\n") {
		if h.Suggest != "" {
			out = append(out, "  "+visible(l))
		}
	}
	return out
}

func (w Words) targetOnly(p *page, x *plan.Plan) {
	w.lefts(p, x.TargetOnly, "  - ", msgTargetOnly, msgPruneHint)
	w.lefts(p, x.Missing, "  + ", msgSourceOnly, msgAddHint)
	w.behind(p, x.Behind)
}

// lefts lists what stands in the source or the target only, and stays so.
func (w Words) lefts(p *page, list []plan.Left, sign string, title, hint Message) {
	if len(list) == 0 {
		return
	}
	p.line()
	w.beside(p, "", w.paint(bold, w.say(title)+"  "+argText(len(list))), w.say(hint))
	envs, services := 0, 0
	for _, l := range list {
		envs, services = max(envs, cells(visible(l.Environment))), max(services, cells(visible(l.Service)))
	}
	for _, l := range list {
		service := ""
		if services > 0 {
			service = pad(visible(l.Service), services) + "  "
		}
		where, path := sign+pad(visible(l.Environment), envs)+"  "+service, visible(l.Path.String())
		if w.Width > 0 && cells(where+path) > w.width() {
			p.line(where)
			where = strings.Repeat(" ", below)
		}
		p.line(where, path)
	}
}

// behind lists resources that repeat a tag and do not move with it.
// behindOf says whose tag a resource repeats, with as many names as one reads.
func (w Words) behindOf(b plan.LeftBehind) string {
	const few = 3
	names, m := w.list(b.Images[:min(len(b.Images), few)]), msgBehindOf
	if len(b.Images) > few {
		names = w.say(msgAndOthers, "names", names, "n", len(b.Images)-few)
	}
	if b.Split {
		m = msgBehindBy
	}
	return w.say(m, "image", names)
}

func (w Words) behind(p *page, list []plan.LeftBehind) {
	if len(list) == 0 {
		return
	}
	p.line()
	w.beside(p, "", w.paint(bold, w.say(msgBehind)+"  "+argText(len(list))), w.say(msgBehindHint))
	for _, b := range list {
		p.line("  ! ", visible(b.Place.String()), "  ", visible(b.Path.String()), "  ", w.paint(dim, w.behindOf(b)))
	}
}

var (
	msgSourceOnly = Message{"ONLY IN THE SOURCE", "仅来源有"}
	msgAddHint    = Message{"(--add takes them over)", "（--add 一并添加）"}
	msgBehind     = Message{"LEFT BEHIND", "未随标签移动"}
	msgBehindHint = Message{"(resources that repeat the tag; --with-refs moves them along)", "（resources 中重复该标签的引用；--with-refs 一并移动）"}
	msgBehindOf   = Message{"repeats the tag of {image}", "与 {image} 的标签相同"}
	msgBehindBy   = Message{"repeats the tag of {image}, which go different ways: move it by hand", "与 {image} 的标签相同，而它们的去向不同：请手工修改"}
	msgAndOthers  = Message{"{names} and {n} others", "{names} 以及另外 {n} 个"}
)

// planRemarks are services that could not be read, and warnings.
func (w Words) planRemarks(p *page, x *plan.Plan) {
	if len(x.Problems)+len(x.Notes) > 0 {
		p.line()
	}
	for _, y := range x.Problems {
		w.problem(p, y, "")
	}
	for _, n := range x.Notes {
		label := labelNote
		if n.Code == compare.NearMiss {
			label = labelWarning
		}
		w.labelled(p, "", w.say(label), w.note(n)+w.at(n.Place))
	}
}

// Applied says what was written.
func (w Words) Applied(out io.Writer, x *plan.Plan) error {
	p := &page{out: out}
	for _, f := range x.Files {
		t := totalsOf(&plan.Plan{Files: []plan.File{f}})
		w.beside(p, "  ", visible(f.Path), w.say(msgAppliedFile, "set", t.set, "add", t.add, "delete", t.del))
	}
	t := totalsOf(x)
	m := msgApplied
	if t.files == 0 {
		m = msgAppliedNothing
	}
	w.painted(p, 0, bold, w.say(m, "set", t.set, "add", t.add, "delete", t.del, "files", t.files, "held", notZero(t.held)))
	return p.flush()
}

// typeText is a value's type as people call it.
func (w Words) typeText(v value.Value) string {
	switch v.Kind() {
	case value.Ambiguous, value.Tagged:
		return visible(v.TypeName())
	}
	return w.kindText(v.Kind())
}

// leafOf is the value of a content, of a subtree its kind.
func leafOf(x plan.Content) value.Value {
	if x.Value.Present() || !x.Node.Valid() {
		return x.Value
	}
	return x.Node.Value()
}
