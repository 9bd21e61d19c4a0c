package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// RenderedOverlay is one overlay as kustomize renders it: compared with itself
// as it was, or with another environment's.
type RenderedOverlay struct {
	plan.Rendering
	Against string // the other environment; "": itself, before
}

// RenderedView says what to show of rendered overlays, and how.
type RenderedView struct {
	Overlays []RenderedOverlay
	Diff     bool // also each object that differs as a unified diff
	Expected bool // also what rules expect to differ
	// Services are the services whose rules hold for a value that comes from one
	// of files; of no files, those whose rules may hold: all of them. nil: no
	// rules hold.
	Services func(files []string) []string
}

// Rendered writes what will change in the cluster: the objects with the values
// that differ, what restarts with them, and what could not be rendered. The last
// line counts.
func (w Words) Rendered(out io.Writer, v RenderedView) error {
	w = w.fresh()
	p := &page{out: out}
	for _, x := range v.Overlays {
		p.gap()
		w.renderedOverlay(p, v, x)
	}
	p.gap()
	w.painted(p, 0, bold, w.renderedTotal(v))
	return p.flush()
}

// renderedTotal is the last line. Of environments it is that of every diff.
func (w Words) renderedTotal(v RenderedView) string {
	n := countRendered(v)
	switch {
	case len(v.Overlays) == 0:
		return w.say(msgRenderedNone)
	case v.across():
		return w.Counts(compare.Counts{Different: n.changes - n.alone, Expected: n.expected, Missing: n.alone})
	}
	return w.say(msgRenderedCounts, "objects", n.objects, "restarts", n.restarts, "expected", notZero(n.expected),
		"overlays", len(v.Overlays), "failed", notZero(n.stopped), "unrendered", notZero(n.notRendered))
}

// across reports whether environments are compared with each other.
func (v RenderedView) across() bool {
	return !slices.ContainsFunc(v.Overlays, func(x RenderedOverlay) bool { return x.Against == "" })
}

// Unexpected is what differs, over all overlays, and no rule explains: values,
// and objects that stand on one side only.
func (v RenderedView) Unexpected() int { return countRendered(v).changes }

// renderedCounts are over all overlays. Objects whose changes are all expected
// are not among the objects; workloads that change and those that only follow a
// map are both among the restarts. An object on one side only is one change, and
// alone.
type renderedCounts struct{ objects, changes, alone, expected, restarts, notRendered, stopped int }

func countRendered(v RenderedView) (n renderedCounts) {
	for _, x := range v.Overlays {
		switch {
		case x.Stopped != nil:
			n.stopped++
		case x.Comparison == nil:
			n.notRendered++
		default:
			if x.Against == "" {
				n.restarts += len(x.Comparison.Restarts())
			}
			for i := range x.Comparison.Differences {
				d := &x.Comparison.Differences[i]
				n.changes += d.Unexpected()
				n.expected += max(len(d.Changes), 1) - d.Unexpected()
				if d.Kind != manifest.Changed {
					n.alone += d.Unexpected()
				}
				if d.Rollout != manifest.None && x.Against == "" {
					n.restarts++
				}
				if !expectedOnly(d) {
					n.objects++
				}
			}
		}
	}
	return n
}

// expectedOnly reports whether rules explain all that differs in an object.
func expectedOnly(d *manifest.Difference) bool {
	return d.Unexpected() == 0
}

func (w Words) renderedOverlay(p *page, v RenderedView, x RenderedOverlay) {
	title := visible(x.Environment)
	if x.Against != "" {
		title = visible(x.Against) + " -> " + title
	}
	w.beside(p, "", w.paint(bold, title), visible(x.Overlay))
	switch {
	case x.Stopped != nil:
		w.problem(p, x.Stopped, "  ")
		return
	case x.Comparison == nil:
		w.hanging(p, "  ? ", margin, w.say(msgNotRendered, "why", w.sentenceOf(x.NotRendered))+w.placeBehind(x.NotRendered))
		return
	}
	n := countRendered(RenderedView{Overlays: []RenderedOverlay{x}})
	followers := x.followers()
	if n.objects == 0 && len(followers) == 0 {
		m := msgNothingRendered
		if x.Against != "" {
			m = msgNothingDiffers
		}
		p.line("  = ", w.say(m))
	}
	for i := range x.Comparison.Differences {
		if d := &x.Comparison.Differences[i]; v.Expected || !expectedOnly(d) {
			w.renderedObject(p, v, x, d)
		}
	}
	for _, f := range followers {
		w.follower(p, f)
	}
}

// followers are the objects that only follow a renamed map. Between two
// environments nothing follows: each names its own.
func (x RenderedOverlay) followers() []manifest.Follower {
	if x.Against != "" || x.Comparison == nil {
		return nil
	}
	return x.Comparison.Followers
}

// rollout is what the change of an object does; a difference between two
// environments does nothing.
func (x RenderedOverlay) rollout(d *manifest.Difference) manifest.Rollout {
	if x.Against != "" {
		return manifest.None
	}
	return d.Rollout
}

func (w Words) placeBehind(x *problem.Problem) string {
	if x == nil || x.Place.File == "" {
		return ""
	}
	return w.at(x.Place)
}

// renderedObject is one object that differs.
func (w Words) renderedObject(p *page, v RenderedView, x RenderedOverlay, d *manifest.Difference) {
	o := d.Object()
	w.beside(p, "  "+w.paint(objectStyle(d), objectSign(d))+" ", visible(o.String()), w.rolloutText(x.rollout(d)))
	if d.Renamed() && x.Against == "" {
		w.prose(p, below, w.say(msgWasNamed, "name", visible(d.Before.Name)))
	}
	if d.Expected != "" {
		w.prose(p, below, w.say(msgExpectedBecause, "reason", visible(d.Expected)))
	}
	for _, c := range d.Changes {
		if c.Expected == "" || v.Expected {
			w.renderedChange(p, v, d, c)
		}
	}
	if v.Diff {
		w.renderedDiff(p, v, d)
	}
}

// follower is an object that only follows a renamed map.
func (w Words) follower(p *page, f manifest.Follower) {
	var names []string
	for _, o := range f.Of {
		name := o.Name
		if o.Base != "" {
			name = o.Base
		}
		names = append(names, visible(o.Kind+" "+name))
	}
	sign, st, m := "=", dim, msgFollows
	if f.Rollout != manifest.None {
		sign, st, m = "!", amber, msgRollsBecause
	}
	note := w.say(m, "what", w.rolloutText(f.Rollout), "of", w.list(names))
	w.beside(p, "  "+w.paint(st, sign)+" ", visible(f.After.String()), note)
}

// renderedChange is one value: before and after, on one line where they fit.
func (w Words) renderedChange(p *page, v RenderedView, d *manifest.Difference, c manifest.Change) {
	name := visible(c.Path.String())
	if c.Path.IsRoot() {
		name = w.say(msgWholeObject)
	}
	sides := w.changeSides(v, d, c)
	lead, used := strings.Repeat(" ", below), below+cells(name)
	total := 0
	for _, s := range sides {
		total += cells(s)
	}
	if w.Width == 0 || total <= w.width()-used-2-4*(len(sides)-1) {
		p.line(lead, w.changeMark(c), name, ": ", strings.Join(sides, " -> "))
	} else {
		p.line(lead, w.changeMark(c), name)
		w.sidesBelow(p, sides)
	}
	if c.Expected != "" {
		w.prose(p, below+2, w.say(msgExpectedBecause, "reason", visible(c.Expected)))
	}
}

// changeMark is "+ " or "- " before a value that comes or goes.
func (w Words) changeMark(c manifest.Change) string {
	switch c.Action {
	case manifest.Add:
		return "+ "
	case manifest.Delete:
		return "- "
	}
	return ""
}

// changeSides are before and after; one side where the other is absent, or a
// word where they cannot be shown in a line.
func (w Words) changeSides(v RenderedView, d *manifest.Difference, c manifest.Change) []string {
	switch {
	case c.Action == manifest.Form:
		return []string{w.say(msgFormOnly)}
	case c.Action == manifest.Order:
		return []string{w.say(msgOrderOnly)}
	case !c.Before.Valid() && !c.After.Valid():
		return []string{w.say(msgUnreadable)}
	case c.Text:
		return []string{w.textChange(c)}
	}
	side := func(o *manifest.Object, n yamlfile.Node) string {
		return w.within(o, v).node("", c.Path, n, n.Value(), c.Secret || w.within(o, v).secret("", c.Path)).text
	}
	switch c.Action {
	case manifest.Add:
		return []string{side(d.After, c.After)}
	case manifest.Delete:
		return []string{side(d.Before, c.Before)}
	}
	return []string{side(d.Before, c.Before), side(d.After, c.After)}
}

// textChange counts the lines of a text that differ.
func (w Words) textChange(c manifest.Change) string {
	text := func(n yamlfile.Node) string {
		if !n.Valid() || n.Kind() != syntax.Scalar {
			return ""
		}
		return n.Text()
	}
	hunks, err := manifest.Hunks(text(c.Before), text(c.After))
	if err != nil {
		return w.say(msgUnreadable)
	}
	added, removed := 0, 0
	for _, h := range hunks {
		for _, l := range h.Lines {
			switch l.Op {
			case '+':
				added++
			case '-':
				removed++
			}
		}
	}
	return w.say(msgTextLines, "added", strconv.Itoa(added), "removed", strconv.Itoa(removed))
}

// within is w inside an object: what its kind, its names and the rules of the
// services whose files it holds make secret is secret.
func (w Words) within(o *manifest.Object, v RenderedView) Words {
	asked := w.Secret
	w.Secret = func(_ string, p keypath.Path) bool {
		if o.SecretAt(p) || variableSecret(o, p) {
			return true
		}
		key, inside, ok := o.InData(p)
		if ok && inside.IsRoot() && configName(key) {
			// A configuration file that could not be opened: rules cannot be asked.
			return true
		}
		if asked == nil || v.Services == nil {
			return false
		}
		if ok && !inside.IsRoot() && slices.ContainsFunc(v.Services(o.Files[key]), func(s string) bool { return asked(s, inside) }) {
			return true
		}
		// The manifest itself may be a service's file: its rules begin at the object.
		at := keypath.Of(append([]keypath.Step{{Kind: keypath.Document, Key: o.Kind + "/" + o.Name}}, p.Steps()...)...)
		return slices.ContainsFunc(v.Services(nil), func(s string) bool { return asked(s, p) || asked(s, at) })
	}
	return w
}

func configName(key string) bool {
	return strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml") || strings.HasSuffix(key, ".json")
}

// variableSecret reports whether p is the value of an environment variable that
// is secret by its name: env.[name=DB_PASSWORD].value.
func variableSecret(o *manifest.Object, p keypath.Path) bool {
	parent, ok := p.Parent()
	if !ok || p.Last().Key != "value" {
		return false
	}
	s := parent.Last()
	f, err := o.File()
	if s.Kind != keypath.Element || s.Key != "name" || err != nil {
		return false
	}
	_, ok = mask.LooksSecret(keypath.Path{}.Child(s.Value), f.Value(p))
	return ok
}

// renderedDiff is an object's text before and after, masked, as a unified diff.
func (w Words) renderedDiff(p *page, v RenderedView, d *manifest.Difference) {
	hunks, err := manifest.Hunks(w.maskedText(d.Before, v), w.maskedText(d.After, v))
	if err != nil || len(hunks) == 0 {
		return
	}
	name := func(o *manifest.Object) string {
		if o == nil {
			return "/dev/null"
		}
		return visible(o.String())
	}
	p.line()
	w.painted(p, 0, bold, "--- "+name(d.Before))
	w.painted(p, 0, bold, "+++ "+name(d.After))
	for _, h := range hunks {
		p.line(w.paint(dim, "@@ -"+hunkExtent(h.Old, h.OldCount)+" +"+hunkExtent(h.New, h.NewCount)+" @@"))
		for _, l := range h.Lines {
			st := noStyle
			switch l.Op {
			case '-':
				st = red
			case '+':
				st = green
			}
			p.raw(w.paint(st, string(l.Op)+l.Text))
			if l.Open {
				p.raw(`\ No newline at end of file`)
			}
		}
	}
	p.line()
}

// hunkExtent is a range of lines as a unified diff counts them: of an empty one,
// the line before it.
func hunkExtent(from, n int) string {
	if n == 0 {
		from = max(from-1, 0)
	}
	if n == 1 {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "," + strconv.Itoa(n)
}

// maskedText is an object as it may be shown, line by line; "" of none. An
// object that cannot be read is not shown at all.
func (w Words) maskedText(o *manifest.Object, v RenderedView) string {
	if o == nil {
		return ""
	}
	f, err := o.File()
	if err != nil {
		return w.say(msgUnreadable) + "\n"
	}
	w = w.within(o, v)
	l := linesOf(f.Source())
	s := w.sheet("", f, l, []textedit.Span{{Start: 0, End: len(l.src)}})
	free := w.freeTexts(f, l)
	var b strings.Builder
	for i := 0; i < l.count(); i++ {
		if x, ok := free[i]; ok {
			b.WriteString(w.freeText(x))
			i = x.end - 1
			continue
		}
		b.WriteString(s.line(i))
		if l.ended(i) {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// freeText is a text in a block that is no document: a .env file, a script, an
// nginx.conf. Its last line is that before end.
type freeText struct {
	text   string
	indent int
	end    int
}

// freeTexts are those of a file, by their first lines.
func (w Words) freeTexts(f *yamlfile.File, l lines) map[int]freeText {
	out := map[int]freeText{}
	for p, n := range f.Leaves(nil) {
		if n.Kind() != syntax.Scalar || n.File() != f {
			continue
		}
		if s := f.Tree().Style(n.ID()); s != syntax.Literal && s != syntax.Folded {
			continue
		}
		if span := f.Tree().Lines(n.ID()); span.Len() > 0 {
			x := freeText{text: n.Text(), indent: f.Tree().Indent(n.ID()), end: l.at(span.End-1) + 1}
			if m := w.masker().Value(p, n.Value(), w.secret("", p)); m.Masked {
				x.text = m.Text
			}
			out[l.at(span.Start)] = x
		}
	}
	return out
}

// freeText is such a text with its lines indented, masked: what looks like a
// credential wherever it stands, and what stands behind a secret name.
func (w Words) freeText(x freeText) string {
	var b strings.Builder
	for line := range strings.Lines(w.masker().Text(x.text)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" {
			b.WriteString(strings.Repeat(" ", x.indent) + w.freeLine(line))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// freeLine is one line of such a text: name=value, name: value, name value.
func (w Words) freeLine(line string) string {
	lead := len(line) - len(strings.TrimLeft(line, " \t"))
	if at := strings.IndexAny(line[lead:], "=: \t"); at > 0 {
		at += lead
		name := strings.Trim(line[lead:at], `"'`)
		rest := strings.TrimLeft(line[at:], "=: \t")
		m := w.masker().Value(keypath.Path{}.Child(name), value.Text(rest), false)
		if m.Masked && !strings.Contains(rest, mask.Stars) {
			return visibleLine(line[:len(line)-len(rest)]) + visible(m.Text)
		}
	}
	return visibleLine(line)
}

// rolloutText is what becomes of an object's pods.
func (w Words) rolloutText(r manifest.Rollout) string {
	switch r {
	case manifest.Restart:
		return w.say(msgRestarts)
	case manifest.ByHand:
		return w.say(msgByHand)
	case manifest.NextRun:
		return w.say(msgNextRun)
	case manifest.Replace:
		return w.say(msgReplaced)
	}
	return ""
}

var (
	msgRenderedCounts = Message{"rendered: {objects} {objects|object changes|objects change}, {restarts} {restarts|workload restarts|workloads restart} in {overlays} {overlays|overlay|overlays}{?expected}; {expected} expected{/}{?unrendered}; {unrendered} not rendered{/}{?failed}; {failed} {failed|does|do} not build any more{/}",
		"渲染：{overlays} 个 overlay，{objects} 个对象变化，{restarts} 个工作负载重启{?expected}；预期 {expected}{/}{?unrendered}；未渲染 {unrendered}{/}{?failed}；无法再构建 {failed}{/}"}
	msgRenderedNone    = Message{"rendered: no overlay was touched", "渲染：没有涉及任何 overlay"}
	msgNothingDiffers  = Message{"nothing differs but what is expected", "除预期的不同外没有差异"}
	msgWasNamed        = Message{"its name was {name}, and ends in a hash of its content", "原名 {name}，名称以内容的哈希结尾"}
	msgFollows         = Message{"only names {of} anew", "仅引用 {of} 的新名称"}
	msgRollsBecause    = Message{"{what}: it reads {of}", "{what}：它读取 {of}"}
	msgByHand          = Message{"new pods only; those that run stay as they are", "仅新建的 Pod 生效；运行中的保持不变"}
	msgNextRun         = Message{"takes effect with its next run", "下次运行时生效"}
	msgReplaced        = Message{"cannot be changed in place: it must be deleted and made again", "无法就地修改：需要删除后重新创建"}
	msgWholeObject     = Message{"(the whole object)", "（整个对象）"}
	msgFormOnly        = Message{"no value differs: comments, blanks or line ends", "值没有变化：只有注释、空白或换行不同"}
	msgOrderOnly       = Message{"the elements stand in another order", "元素的顺序不同"}
	msgTextLines       = Message{"a text: {added} {added|line comes|lines come} in, {removed} {removed|goes|go}", "文本：增加 {added} 行，减少 {removed} 行"}
	msgExpectedBecause = Message{"expected: {reason}", "预期不同：{reason}"}
)
