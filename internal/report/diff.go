package report

import (
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
)

// DiffOptions say what of a comparison is shown.
type DiffOptions struct {
	Services     int  // how many are compared; 1: --set needs no service
	ShowSame     bool // text: list what is the same
	ShowExpected bool // text: list the allowed differences
	DiffOnly     bool // JSON: leave out what is the same
}

// DiffWriter takes the comparison of one service after another. Nothing is kept
// of a service once it is written. Close ends the output with the counts of all.
type DiffWriter interface {
	Service(s *compare.Service) error
	Close(total compare.Counts) error
}

// DiffText writes a comparison as text. The last line is Counts.
func (w Words) DiffText(out io.Writer, _ []string, o DiffOptions) DiffWriter {
	return &diffText{w: w, o: o, p: page{out: out}}
}

// Counts is the last line of a comparison, in the words of the contract.
func (w Words) Counts(c compare.Counts) string {
	s := w.say(msgCounts, "different", c.Different, "expected", c.Expected, "missing", c.Missing)
	if c.Pending > 0 || c.Violation > 0 {
		s += w.say(msgCountsPending, "pending", c.Pending, "violations", c.Violation)
	}
	return s
}

type diffText struct {
	w       Words
	o       DiffOptions
	p       page
	after   bool // a service was written
	idle    []idle
	counts  compare.Counts // of the idle ones
	allowed allowed
}

// section is a part of a service under a heading of its own.
type section struct {
	title  string
	groups []group
}

// group is rows of one status or rule; lead is said above them.
type group struct {
	title string
	st    style
	lead  string
	rows  []row
}

func (d *diffText) Service(s *compare.Service) error {
	v := view{w: d.w.fresh(), o: d.o, s: s}
	if !d.o.ShowExpected {
		d.allowed.add(&v)
	}
	if d.o.Services > 1 && v.idle() {
		d.idle = append(d.idle, idle{visible(s.Name), v.clean(), v.noted()})
		d.counts.Plus(s.Counts)
		return nil
	}
	if d.after {
		d.p.line()
	}
	d.after = true
	v.write(&d.p)
	if d.o.Services <= 1 {
		d.allowed.write(d.w, &d.p)
	}
	return d.p.flush()
}

// Close writes what waited for the end: the services of which there is nothing
// to say, and how many differences are allowed.
func (d *diffText) Close(total compare.Counts) error {
	d.p.written = d.after
	d.w.idleServices(&d.p, d.idle, d.counts)
	if d.o.Services > 1 {
		d.allowed.write(d.w, &d.p)
	}
	d.p.gap()
	d.p.line(d.w.Counts(total))
	return d.p.flush()
}

func (v *view) write(p *page) {
	v.heading(p)
	for _, x := range v.s.Problems {
		v.w.problem(p, x, "  ")
	}
	sections := v.sections()
	var rows []row
	for _, sec := range sections {
		for _, g := range sec.groups {
			rows = append(rows, g.rows...)
		}
	}
	t := v.w.grid(v.s.Environments)
	if v.o.Services <= 1 {
		t = v.w.table(v.s.Environments, rows)
	}
	for _, sec := range sections {
		p.gap()
		t.section(p, sec)
	}
	v.notes(p)
}

// section writes a heading, and the groups below it.
func (t table) section(p *page, sec section) {
	t.header(p, sec.title)
	for _, g := range sec.groups {
		t.w.painted(p, 2, g.st, g.title)
		if g.lead != "" {
			t.w.hanging(p, "  "+t.w.paint(g.st, "+")+" ", margin, g.lead)
		}
		for _, r := range g.rows {
			t.row(p, r)
		}
	}
}

// view is one service on its way to paper.
type view struct {
	w Words
	o DiffOptions
	s *compare.Service
	f folds
}

// heading names the service and says how much of what there is, in one line.
func (v *view) heading(p *page) {
	w, name := v.w, visible(v.s.Name)
	label, used := w.paint(bold, name)+"  ", cells(name)+between
	if v.quiet() {
		w.hanging(p, label, used, v.clean())
		return
	}
	list := w.numbers(v.s.Counts)
	if len(list) > 0 {
		list[len(list)-1].tail = w.say(msgInFiles, "files", w.say(msgFiles, "n", v.files()))
	}
	w.items(p, label, used, list)
}

// files is how many files the service has.
func (v *view) files() (n int) {
	for _, f := range v.s.Files {
		if f != nil {
			n++
		}
	}
	return n
}

// clean says of a service that needs nothing what it has.
func (v *view) clean() string {
	w, c := v.w, v.s.Counts
	files := w.say(msgFiles, "n", v.files())
	switch {
	case v.files() == 0:
		return w.say(msgNoFiles)
	case c == compare.Counts{}:
		return w.say(msgNoKeys, "files", files)
	}
	counts := texts(w.numbers(c))
	return w.say(msgClean, "counts", strings.Join(counts, w.say(msgAnd)), "files", files)
}

// idle reports whether one line says all there is to say of the service, but for
// lists in another order.
func (v *view) idle() bool {
	other := func(n compare.Note) bool { return n.Code != compare.OrderDiffers }
	return v.quiet() && !v.o.ShowSame && !slices.ContainsFunc(v.s.Notes, other) && (v.s.Counts.Expected == 0 || !v.o.ShowExpected)
}

// quiet: a service of which there is nothing to say.
func (v *view) quiet() bool {
	return v.s.Counts.NeedAttention() == 0 && len(v.s.Problems) == 0
}

// numbers are the counts that are not zero, what needs attention first.
func (w Words) numbers(c compare.Counts) (out []item) {
	for _, x := range []struct {
		t  Message
		n  int
		st style
	}{{msgNumViolation, c.Violation, boldRed}, {msgNumPending, c.Pending, amber}, {msgNumDifferent, c.Different, teal},
		{msgNumMissing, c.Missing, violet}, {msgNumExpected, c.Expected, dim}, {msgNumSame, c.Same, dim}} {
		if x.n > 0 {
			out = append(out, item{text: w.say(x.t, "n", x.n), st: x.st})
		}
	}
	return out
}

// signs and words of what needs attention, in the order of the contract.
type attention struct {
	status compare.Status
	sign   string
	st     style
	title  Message
}

func attentions() []attention {
	return []attention{
		{compare.Violation, "!", boldRed, msgViolation},
		{compare.Pending, "?", amber, msgPending},
		{compare.Different, "~", teal, msgDifferent},
		{compare.Missing, "+", violet, msgMissing},
	}
}

func byStatus(s *compare.Service) map[compare.Status][]*compare.Key {
	by := map[compare.Status][]*compare.Key{}
	for i := range s.Keys {
		k := &s.Keys[i]
		by[k.Status] = append(by[k.Status], k)
	}
	return by
}

func (v *view) sections() (out []section) {
	by := byStatus(v.s)
	sec := section{title: v.title(msgNeedsAttention, v.s.Counts.NeedAttention())}
	for _, a := range attentions() {
		keys := by[a.status]
		g := group{title: v.w.say(a.title) + " " + argText(len(keys)), st: a.st}
		if a.status == compare.Missing {
			keys = v.withoutLost(keys)
			g.lead = v.onlyIn()
		}
		g.rows = v.rows(a, keys)
		if len(g.rows) > 0 || g.lead != "" {
			sec.groups = append(sec.groups, g)
		}
	}
	if len(sec.groups) > 0 {
		out = append(out, sec)
	}
	if keys := by[compare.Expected]; v.o.ShowExpected && len(keys) > 0 {
		out = append(out, section{v.title(msgExpected, len(keys)), v.expected(keys)})
	}
	if keys := by[compare.Same]; v.o.ShowSame && len(keys) > 0 {
		rows := v.rows(attention{compare.Same, "=", noStyle, msgSame}, keys)
		out = append(out, section{v.title(msgSame, len(keys)), []group{{rows: rows}}})
	}
	return out
}

func (v *view) title(t Message, n int) string { return v.w.say(t) + "  " + argText(n) }

// rows are the keys of one status; absent subtrees are folded into one row.
func (v *view) rows(a attention, keys []*compare.Key) (out []row) {
	if a.status != compare.Missing {
		for _, k := range keys {
			out = append(out, v.row(a, k))
		}
		return out
	}
	for _, f := range v.f.fold(v.s, keys) {
		if len(f.keys) == 1 {
			out = append(out, v.row(a, f.keys[0]))
		} else {
			out = append(out, v.folded(a, f))
		}
	}
	return out
}

// row is one key.
func (v *view) row(a attention, k *compare.Key) row {
	r := row{sign: a.sign, st: a.st, name: visible(k.Path.String())}
	secret := secretByRule(k.Rules) || v.w.secret(v.s.Name, k.Path)
	var all []shown
	for i := range v.s.Environments {
		all = append(all, v.at(k, i, secret))
	}
	r.cells = styled(all, func(i, j int) bool { return k.Values[i].Equal(k.Values[j]) })
	if a.status == compare.Missing && !k.Values[0].Present() {
		r.sign = "-"
	}
	if a.status == compare.Same {
		for i := range r.cells {
			r.cells[i].st = dim
		}
	}
	r.below = v.explain(k)
	return r
}

// at is the value in environment i.
func (v *view) at(k *compare.Key, i int, secret bool) shown {
	if !k.Values[i].Present() && v.s.Files[i] == nil {
		return shown{text: v.w.say(v.whyNoFile(i)), absent: true}
	}
	return v.w.node(v.s.Name, k.Path, k.Nodes[i], k.Values[i], secret)
}

func (v *view) whyNoFile(i int) Message {
	for _, x := range v.s.Problems {
		if x.Place.File == v.s.Paths[i] {
			return msgUnreadable
		}
	}
	return msgNoFile
}

// styled dims values that equal a neighbour, so that the odd one stands out.
func styled(all []shown, same func(i, j int) bool) []cell {
	out := make([]cell, len(all))
	equal := func(i, j int) bool {
		return i >= 0 && j < len(all) && all[i].text == all[j].text && (all[i].absent || same(i, j))
	}
	odd := false
	for i, s := range all {
		out[i].text = s.text
		if equal(i-1, i) || equal(i, i+1) {
			out[i].st = dim
		} else {
			odd = true
		}
	}
	for i := range out { // a a b b: only what repeats is dimmed
		if !odd && !equal(i-1, i) {
			out[i].st = noStyle
		}
		if all[i].absent {
			out[i].st = amber
		}
	}
	return out
}

// explain is what stands below a key.
func (v *view) explain(k *compare.Key) (out []remark) {
	w := v.w
	for _, b := range k.Breaches {
		out = append(out, remark{text: w.breach(b)})
	}
	if k.Status == compare.Pending {
		out = append(out, v.pending(k)...)
	}
	if k.Shape || k.Types {
		t := msgTypes
		if k.Shape {
			t = msgShape
		}
		out = append(out, remark{text: w.say(t, "types", v.types(k))})
	}
	if k.NearMiss != "" {
		out = append(out, remark{text: w.nearMiss(k.NearMiss, k.Suggestion)})
	}
	return out
}

func (w Words) nearMiss(pattern, suggestion string) string {
	return w.say(msgNear, "pattern", visible(pattern), "suggestion", visible(suggestion))
}

func (v *view) types(k *compare.Key) string {
	var parts []string
	for i, e := range v.s.Environments {
		if k.Values[i].Present() {
			parts = append(parts, v.w.say(msgTypeIn, "environment", e, "type", v.w.typeText(k.Values[i])))
		}
	}
	return strings.Join(parts, v.w.say(msgAnd))
}

// breach says what a rule wants, and where it stands.
func (w Words) breach(b rule.Breach) string {
	t, ok := breachTexts()[b.Kind]
	if !ok {
		t = msgBadValue
	}
	return w.say(t, "environments", w.list(b.Environments), "n", len(b.Environments), "want", visible(w.masker().Text(b.Want))) + w.at(b.Place)
}

func breachTexts() map[rule.BreachKind]Message {
	return map[rule.BreachKind]Message{rule.BadValue: msgBadValue, rule.NotDistinct: msgNotDistinct, rule.NotEqual: msgNotEqual, rule.Forbidden: msgForbidden}
}

// at is " (hoist.yaml:52)", or nothing.
func (w Words) at(p problem.Place) string {
	if p.File == "" {
		return ""
	}
	return w.say(msgAt, "place", visible(lineOf(p)))
}

// lineOf is a place without its column.
func lineOf(p problem.Place) string {
	p.Column = 0
	return p.String()
}

func (w Words) list(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = visible(n)
	}
	return strings.Join(out, w.say(msgAnd))
}

// pending says who waits, the rule's hint, and what to type.
func (v *view) pending(k *compare.Key) (out []remark) {
	w := v.w
	s := w.say(msgWaits, "environments", w.list(k.Pending), "n", len(k.Pending))
	if h := hintOf(k.Rules); h != "" {
		s += w.say(msgColon) + visible(h)
	}
	out = append(out, remark{text: s + w.at(placeOf(k.Rules))})
	for _, e := range k.Pending {
		out = append(out, remark{w.SetFlag(e, v.serviceInSet(), k.Path), true})
	}
	return out
}

func (v *view) serviceInSet() string {
	if v.o.Services == 1 {
		return ""
	}
	return v.s.Name
}

// SetFlag is the --set that supplies a value; service "" where there is one.
func (w Words) SetFlag(environment, service string, p keypath.Path) string {
	if service != "" {
		environment += "/" + service
	}
	return "--set " + shellWord(environment+":"+p.String()+"=…")
}

func hintOf(rules []*rule.Allow) string {
	for _, r := range rules {
		if r.Hint != "" {
			return r.Hint
		}
	}
	return ""
}

func placeOf(rules []*rule.Allow) problem.Place {
	if len(rules) == 0 {
		return problem.Place{}
	}
	return rules[0].Place
}

// withoutLost are the keys that are not missing only because the whole file is.
func (v *view) withoutLost(keys []*compare.Key) []*compare.Key {
	lost := v.lost()
	if len(lost) == 0 {
		return keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(k *compare.Key) bool { return v.onlyLost(k, lost) })
}

// lost are the environments that do not have the service at all.
func (v *view) lost() (out []int) {
	for i, e := range v.s.Environments {
		if v.s.OnlyIn != nil && !slices.Contains(v.s.OnlyIn, e) {
			out = append(out, i)
		}
	}
	return out
}

func (v *view) onlyLost(k *compare.Key, lost []int) bool {
	for i := range v.s.Environments {
		if !k.Values[i].Present() && !slices.Contains(lost, i) {
			return false
		}
	}
	return true
}

// onlyIn says that some environments lack the service altogether; "" where none
// does.
func (v *view) onlyIn() string {
	lost := v.lost()
	if len(lost) == 0 {
		return ""
	}
	n := 0
	for i := range v.s.Keys {
		if k := &v.s.Keys[i]; k.Status == compare.Missing && v.onlyLost(k, lost) {
			n++
		}
	}
	var absent []string
	for _, i := range lost {
		absent = append(absent, v.s.Environments[i])
	}
	return v.w.say(msgOnlyIn, "environments", v.w.list(v.s.OnlyIn), "absent", v.w.list(absent), "k", len(absent), "n", notZero(n))
}

// notes are worth knowing, and no difference.
func (v *view) notes(p *page) {
	for i, n := range v.noted() {
		if i == 0 {
			p.gap()
		}
		v.w.labelled(p, "  ", v.w.say(labelNote), n)
	}
}

// noted are the notes in words, but for those that are said at a key or in a line
// of their own.
func (v *view) noted() (out []string) {
	for _, n := range v.s.Notes {
		if n.Code != compare.NearMiss && n.Code != compare.OnlyIn {
			out = append(out, v.w.note(n))
		}
	}
	return out
}

// note words a note.
func (w Words) note(n compare.Note) string {
	t, ok := noteTexts()[n.Code]
	if !ok {
		return visible(string(n.Code))
	}
	envs := w.list(n.Environments)
	return w.say(t, "path", visible(n.Path.String()), "environments", envs, "n", len(n.Environments), "place", visible(lineOf(n.Place)),
		"pattern", visible(noteArg(n, "pattern")), "suggestion", visible(noteArg(n, "suggestion")), "service", visible(noteArg(n, "service")))
}

func noteTexts() map[compare.NoteCode]Message {
	return map[compare.NoteCode]Message{compare.OrderDiffers: msgNoteOrder, compare.AmbiguousList: msgNoteAmbiguous,
		compare.DuplicateKey: msgNoteDuplicate, compare.NearMiss: msgNoteNear, compare.OnlyIn: msgNoteOnlyIn}
}

func noteArg(n compare.Note, name string) string {
	for _, a := range n.Args {
		if a.Name == name {
			return a.Text
		}
	}
	return ""
}
