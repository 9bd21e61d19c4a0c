package report

import (
	"html"
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// Markdown is GitHub's, which GitLab reads, too: tables, and <details> for what
// is folded. Keys, values and paths stand in code spans; every other text has
// its marks escaped, so that nothing of a repository becomes a link, a picture
// or HTML. Secrets are masked as everywhere.

// DiffMarkdown writes a comparison as Markdown, service by service: what needs
// attention first, what is expected folded. The last line is Counts.
func (w Words) DiffMarkdown(out io.Writer, _ []string, o DiffOptions) DiffWriter {
	o.ShowExpected = true
	return &diffMarkdown{w: w.onPaper(), o: o, p: page{out: out}}
}

// onPaper is w without colour, and without a width to wrap at.
func (w Words) onPaper() Words {
	w.Colour, w.Width = false, 1<<20
	return w
}

type diffMarkdown struct {
	w Words
	o DiffOptions
	p page
}

func (d *diffMarkdown) Service(s *compare.Service) error {
	w := d.w.fresh()
	v := view{w: w, o: d.o, s: s}
	d.p.line("### ", code(s.Name))
	d.p.line()
	if counts := w.numbers(s.Counts); len(counts) > 0 {
		d.p.line(markdown(strings.Join(texts(counts), w.say(msgAnd))))
		d.p.line()
	}
	w.problemsMarkdown(&d.p, s.Problems)
	for i, sec := range v.sections() {
		open := i == 0 && s.Counts.NeedAttention() > 0
		if !open {
			d.p.line("<details><summary>", html.EscapeString(sec.title), "</summary>")
			d.p.line()
		}
		for _, g := range sec.groups {
			if g.title != "" {
				d.p.line("**", markdown(g.title), "**")
				d.p.line()
			}
			if g.lead != "" {
				d.p.line("- ", markdown(g.lead))
				d.p.line()
			}
			if len(g.rows) > 0 {
				rowsMarkdown(&d.p, w.say(msgKey), s.Environments, g.rows)
			}
		}
		if !open {
			d.p.line("</details>")
			d.p.line()
		}
	}
	listMarkdown(&d.p, v.notes)
	return d.p.flush()
}

func (d *diffMarkdown) Close(total compare.Counts) error {
	d.p.line(d.w.Counts(total))
	return d.p.flush()
}

// rowsMarkdown is a table of keys: a value for each environment, and what is to
// be said of a key below it.
func rowsMarkdown(p *page, key string, envs []string, rows []row) {
	head := []string{key}
	for _, e := range envs {
		head = append(head, markdown(visible(e)))
	}
	tableHead(p, head)
	for _, r := range rows {
		name := code(r.name)
		for _, b := range r.below {
			if b.whole {
				name += "<br>" + code(b.text)
			} else {
				name += "<br>" + markdown(b.text)
			}
		}
		var values []string
		for _, c := range r.cells {
			values = append(values, c.text)
		}
		at := common(values)
		line := []string{name}
		for _, c := range r.cells {
			line = append(line, cellMarkdown(c, at))
		}
		tableLine(p, line)
	}
	p.line()
}

// valueWidth is how much of a value a table of Markdown has.
const valueWidth = 160

func cellMarkdown(c cell, at int) string {
	if c.st == amber { // nothing is there
		return markdown(c.text)
	}
	return code(window(c.text, at, valueWidth))
}

func tableHead(p *page, head []string) {
	tableLine(p, head)
	p.line("|", strings.Repeat("---|", len(head)))
}

func tableLine(p *page, cells []string) { p.line("| ", strings.Join(cells, " | "), " |") }

// listMarkdown is what others write as lines, as list entries.
func listMarkdown(p *page, write ...func(*page)) {
	lines := &page{}
	for _, f := range write {
		f(lines)
	}
	some := false
	for l := range strings.SplitSeq(lines.b.String(), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			p.line("- ", markdown(l))
			some = true
		}
	}
	if some {
		p.line()
	}
}

func (w Words) problemsMarkdown(p *page, l problem.List) {
	for _, x := range l {
		label, _ := w.label(x.Code.Class)
		p.line("- **", markdown(label), "** ", code(visible(x.Place.String())), ": ", markdown(strings.ReplaceAll(w.Sentence(x), "\n", " ")))
	}
	if len(l) > 0 {
		p.line()
	}
}

// PlanMarkdown writes a plan as Markdown: what is held back first, then each
// file's keys with its patch folded, then what only the target has.
func (w Words) PlanMarkdown(out io.Writer, x *plan.Plan) error {
	w = w.onPaper().fresh()
	p := &page{out: out}
	p.line("### ", markdown(w.summary(x)))
	p.line()
	p.line(markdown(w.say(msgPlanFromTo, "from", visible(x.Choice.From), "to", w.list(x.Choice.To))))
	p.line()
	w.heldMarkdown(p, x)
	w.filesMarkdown(p, x.Files)
	w.leftMarkdown(p, x)
	w.problemsMarkdown(p, x.Problems)
	for _, n := range x.Notes {
		p.line("- ", markdown(w.note(n)+w.at(n.Place)))
	}
	return p.flush()
}

// leftMarkdown lists what only one side has, and references that do not move.
func (w Words) leftMarkdown(p *page, x *plan.Plan) {
	title := func(t, hint Message, n int) {
		p.line("**", markdown(w.say(t)+" "+argText(n)), "** ", markdown(w.say(hint)))
		p.line()
	}
	for _, l := range []struct {
		title, hint Message
		left        []plan.Left
	}{{msgTargetOnly, msgPruneHint, x.TargetOnly}, {msgSourceOnly, msgAddHint, x.Missing}} {
		if len(l.left) == 0 {
			continue
		}
		title(l.title, l.hint, len(l.left))
		for _, e := range l.left {
			p.line("- ", code(e.Path.String()), " ", markdown(w.list(nonEmpty(e.Environment, e.Service))))
		}
		p.line()
	}
	if len(x.Behind) > 0 {
		title(msgBehind, msgBehindHint, len(x.Behind))
		for _, b := range x.Behind {
			p.line("- ", code(b.Place.String()), " ", code(b.Path.String()), " ", markdown(w.behindOf(b)))
		}
		p.line()
	}
}

func (w Words) heldMarkdown(p *page, x *plan.Plan) {
	if len(x.HeldBack) == 0 {
		return
	}
	several := severalServices(x)
	var rules []string // to paste
	p.line("**", markdown(w.say(msgHeldBack)+" "+argText(len(x.HeldBack))), "**")
	p.line()
	tableHead(p, []string{w.say(msgKey), w.say(msgWhere), w.say(msgWhy)})
	for _, h := range x.HeldBack {
		why := markdown(visible(w.say(heldTitle(h.Code))) + w.say(msgColon) + w.heldReason(h))
		if s := lineOf(h.Place); s != "" {
			why += "<br>" + code(visible(s))
		}
		if s := w.heldHint(h); s != "" {
			why += "<br>" + markdown(s)
		}
		suggest := h.Suggest
		h.Suggest = ""
		for _, s := range w.heldTyping(h, several) {
			why += "<br>" + code(s)
		}
		tableLine(p, []string{code(w.heldName(h)), markdown(w.list(nonEmpty(h.Environment, h.Service))), why})
		if suggest != "" && !slices.Contains(rules, suggest) {
			rules = append(rules, suggest)
		}
	}
	p.line()
	if len(rules) > 0 {
		fenced(p, "yaml", visibleLines(strings.Join(rules, "\n")))
	}
}

// fenced is a block of lines as they are, made visible by their writer.
func fenced(p *page, language, text string) {
	text = strings.TrimRight(text, "\n")
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	p.line(fence, language)
	p.raw(text)
	p.line(fence)
	p.line()
}

// FilesMarkdown writes what changes in files, as PlanMarkdown does.
func (w Words) FilesMarkdown(out io.Writer, files []plan.File) error {
	w = w.onPaper().fresh()
	p := &page{out: out}
	w.filesMarkdown(p, files)
	return p.flush()
}

func (w Words) filesMarkdown(p *page, files []plan.File) {
	for _, f := range files {
		p.line("#### ", code(visible(f.Path)))
		p.line()
		p.line(markdown(w.list(nonEmpty(f.Environment, f.Service))))
		p.line()
		tableHead(p, []string{"", w.say(msgKey), w.say(msgBefore), w.say(msgAfter)})
		for _, c := range f.Changes {
			w.changeMarkdown(p, f, c)
		}
		p.line()
		w.patchMarkdown(p, f)
	}
}

func (w Words) changeMarkdown(p *page, f plan.File, c plan.Change) {
	before, after := "", ""
	if c.Action != edit.Add {
		before = w.side(f, c, c.Before)
	}
	if c.Action != edit.Delete {
		after = w.side(f, c, c.After)
	}
	at := common([]string{before, after})
	sign := map[edit.Action]string{edit.Add: "+", edit.Delete: "-"}[c.Action]
	if sign == "" {
		sign = "~"
	}
	name := code(visible(c.Path.String()))
	if s := w.elements(f, c); s != "" && leafOf(c.Before).Kind() == value.Scalars {
		name += "<br>" + code(window(s, 0, valueWidth))
	}
	for _, r := range w.changeRemarks(c) {
		name += "<br>" + markdown(r)
	}
	tableLine(p, []string{code(sign), name, codeOrNothing(window(before, at, valueWidth)), codeOrNothing(window(after, at, valueWidth))})
}

func codeOrNothing(s string) string {
	if s == "" {
		return ""
	}
	return code(s)
}

// patchMarkdown is the patch of a file, folded.
func (w Words) patchMarkdown(p *page, f plan.File) {
	lines := &page{}
	w.patch(lines, f)
	text := strings.TrimRight(lines.b.String(), "\n")
	if text == "" {
		return
	}
	p.line("<details><summary>", html.EscapeString(w.say(msgPatch)), "</summary>")
	p.line()
	fenced(p, "diff", text)
	p.line("</details>")
	p.line()
}

// code is a code span that shows s as it is, also in a table (GitHub Flavored
// Markdown, 4.10: a | is escaped there even in a code span).
func code(s string) string {
	if s = visible(s); strings.Contains(s, `\|`) { // a table would end the cell there
		return "<code>" + entities(s) + "</code>"
	}
	s = strings.ReplaceAll(s, "|", `\|`)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// entities is s with every sign of ASCII by its number.
func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 && r != ' ' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') {
			b.WriteString("&#" + argText(int(r)) + ";")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// markdown escapes what Markdown would act on.
func markdown(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\', '`', '*', '_', '[', ']', '<', '>', '|', '~', '#', '&', '$', '!':
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var (
	msgKey    = Message{"key", "键"}
	msgWhere  = Message{"where", "位置"}
	msgWhy    = Message{"why", "原因"}
	msgBefore = Message{"before", "之前"}
	msgAfter  = Message{"after", "之后"}
	msgPatch  = Message{"patch", "补丁"}
)
