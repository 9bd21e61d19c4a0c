package report

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// Problem writes what went wrong, for people: each problem with its place, its
// source line where that may be shown, a hint, and what to type next; of
// several, all and then their number. A nil err writes nothing.
func (w Words) Problem(out io.Writer, err error) error {
	if err == nil {
		return nil
	}
	p := page{out: out}
	all := problem.All(err)
	for _, x := range all {
		w.problem(&p, x, "")
	}
	if len(all) > 1 {
		p.line(w.say(msgProblems, "n", len(all)))
	}
	if len(all) == 0 {
		p.line(w.paint(boldRed, w.say(labelError)), ": ", w.plainError(err))
	}
	return p.flush()
}

// Sentence is one problem in words, without its place: one line, and behind it
// what another program said, if anything.
func (w Words) Sentence(x *problem.Problem) string {
	if t, ok := wordings[x.Code.Name]; ok {
		return w.fillProblem(t.say, x)
	}
	if t, ok := proofs[x.Code.Name]; ok {
		return w.say(msgNotMade, "why", w.fillProblem(t, x))
	}
	return w.unworded(x)
}

// problem writes one problem, each line indented.
func (w Words) problem(p *page, x *problem.Problem, indent string) {
	label, st := w.label(x.Code.Class)
	first, more, _ := strings.Cut(w.Sentence(x), "\n")
	w.headline(p, indent, visible(x.Place.String()), label, st, first)
	for l := range strings.SplitSeq(more, "\n") {
		if more != "" {
			p.line(indent, "  ", l)
		}
	}
	w.excerpt(p, x, indent)
	if h := w.hint(x); h != "" {
		w.labelled(p, indent+"  ", w.say(labelHint), h)
	}
	if len(x.Try) > 0 {
		p.line(indent, "  ", w.say(labelTry), " ", w.paint(teal, w.Command(x.Try)))
	}
	if w.Verbose && x.Err != nil {
		w.labelled(p, indent+"  ", w.say(labelCause), visible(w.masker().Text(x.Err.Error())))
	}
}

// headline writes a place, a label in its style, and a sentence. Where a terminal
// is too narrow for all of it, the place stands in a line of its own.
func (w Words) headline(p *page, indent, place, label string, st style, s string) {
	head, used := w.paint(st, label)+": ", cells(label+": ")
	switch {
	case place == "":
		w.hanging(p, indent+head, cells(indent)+used, s)
	case w.Width == 0 || cells(indent+place+": ")+used+cells(s) <= w.width():
		p.line(indent, w.paint(bold, place+":"), " ", head, s)
	default:
		p.line(indent, w.paint(bold, place+":"))
		w.hanging(p, indent+"  "+head, cells(indent)+2+used, s)
	}
}

// labelled writes a label and a text that is wrapped behind it.
func (w Words) labelled(p *page, indent, label, s string) {
	st := dim
	if label == w.say(labelWarning) {
		st = amber
	}
	w.hanging(p, indent+w.paint(st, label)+" ", cells(indent)+cells(label)+1, s)
}

func (w Words) label(c problem.Class) (string, style) {
	switch c {
	case problem.Attention:
		return w.say(labelAttention), amber
	case problem.Refused:
		return w.say(labelRefused), amber
	case problem.Interrupted:
		return w.say(labelInterrupted), amber
	}
	return w.say(labelError), boldRed
}

// hint is the advice that belongs to the kind of problem.
func (w Words) hint(x *problem.Problem) string {
	t, ok := wordings[x.Code.Name]
	if !ok {
		return ""
	}
	return w.fillProblem(t.hint, x)
}

// fillProblem fills a wording with the problem's arguments. Words among them
// are explained, and none reaches a terminal unmasked or unescaped.
func (w Words) fillProblem(t Message, x *problem.Problem) string {
	return fill(t.in(w.Lang), func(name string) string {
		arg := x.Arg(name)
		switch {
		case arg != "":
		case name == "file":
			arg = x.Place.File
		case name == "line" && x.Place.Line > 0:
			arg = strconv.Itoa(x.Place.Line)
		}
		return w.explained(x.Code.Name, name, arg)
	})
}

// explained is an argument that is a word of ours in full, and any other as it
// is. Only arguments that rooms choose from fixed words are looked up, so that
// no service is taken for one.
func (w Words) explained(code, name, arg string) string {
	switch name {
	case "why", "reason", "what", "how", "kind", "class", "want", "got":
	case "output":
		return visibleLines(w.masker().Text(arg))
	default:
		return visible(w.masker().Text(arg))
	}
	if t, ok := whys[code+" "+arg]; ok {
		return t.in(w.Lang)
	}
	if name == "want" || name == "got" {
		return w.kindNames(arg)
	}
	if t, ok := whys[arg]; ok {
		return t.in(w.Lang)
	}
	return visible(w.masker().Text(arg))
}

// kindNames words types that are joined by |; what is no type stays.
func (w Words) kindNames(arg string) string {
	var out []string
	for k := range strings.SplitSeq(arg, "|") {
		t, ok := kinds[k]
		if !ok {
			return visible(w.masker().Text(arg))
		}
		if s := t.in(w.Lang); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, w.say(msgOr))
}

// visibleLines is visible for a text of several lines, as git answers.
func visibleLines(s string) string {
	if plain(s) {
		return s
	}
	all := strings.Split(s, "\n")
	for i, l := range all {
		all[i] = visible(strings.TrimRight(l, "\r"))
	}
	return strings.Join(all, "\n")
}

// unworded is a problem whose code has no wording: a fault of ours, which the
// tests find, and still better said than not.
func (w Words) unworded(x *problem.Problem) string {
	s := strings.ReplaceAll(x.Code.Name, "-", " ")
	for _, a := range x.Args {
		s += ", " + a.Name + " " + strconv.Quote(a.Text)
	}
	return visible(s)
}

// plainError words an error that no room of ours made.
func (w Words) plainError(err error) string {
	if errors.Is(err, context.Canceled) {
		return w.say(msgInterrupted)
	}
	return visible(w.masker().Text(err.Error()))
}

// excerpt shows the source line with a caret under the column. The line is cut
// around the column where it is too long.
func (w Words) excerpt(p *page, x *problem.Problem, indent string) {
	if strings.TrimSpace(x.Excerpt) == "" {
		return
	}
	before, behind := splitAt(strings.TrimRight(x.Excerpt, "\r\n"), x.Place.Column-1)
	masked := w.masker().Text(before + behind)
	caret := x.Place.Column > 0 && strings.HasPrefix(masked, before)
	line, at := expand(masked), 0
	if caret {
		at = len(graphemes(expand(before)))
	}
	number := strconv.Itoa(x.Place.Line)
	gutter := indent + strings.Repeat(" ", max(0, 5-len(number)))
	shownLine := window(line, at, w.width()-len(gutter)-len(number)-3)
	p.line(w.paint(dim, gutter+number+" | "), shownLine)
	if caret {
		col := caretColumn(line, shownLine, at)
		p.line(w.paint(dim, gutter+strings.Repeat(" ", len(number))+" | "), strings.Repeat(" ", col), w.paint(boldRed, "^"))
	}
}

// caretColumn is in which cell of the cut line the grapheme at stands.
func caretColumn(line, cut string, at int) int {
	g := graphemes(line)
	ahead := func(from int) (n int) {
		for _, x := range g[from:min(at, len(g))] {
			n += x.width
		}
		return n
	}
	if cut == line || !strings.HasPrefix(cut, dots) {
		return ahead(0)
	}
	for start := range g { // the cut line begins with dots, then grapheme start
		rest := ""
		for _, x := range g[start:] {
			rest += x.text
		}
		body := strings.TrimSuffix(strings.TrimPrefix(cut, dots), dots)
		if strings.HasPrefix(rest, body) && start <= at {
			return len(dots) + ahead(start)
		}
	}
	return ahead(0)
}

// splitAt cuts s behind n characters.
func splitAt(s string, n int) (string, string) {
	if n <= 0 {
		return "", s
	}
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}

// expand makes a source line safe, with tabs as spaces.
func expand(s string) string {
	parts := strings.Split(s, "\t")
	for i, part := range parts {
		parts[i] = visible(part)
	}
	return strings.Join(parts, "    ")
}

// NextLine names the command to type next.
func (w Words) NextLine(command []string) string {
	return w.say(Next, "command", w.paint(teal, w.Command(command)))
}

// Command is a command as it can be typed into a shell.
func (w Words) Command(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = shellWord(a)
	}
	return strings.Join(out, " ")
}

// shellWord quotes an argument where a POSIX shell, zsh included, would not
// take it as it is.
func shellWord(s string) string {
	s = visible(s)
	safe := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@%+", r))
	}) < 0
	if safe {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// ProblemJSON writes hoist/error/v1, in English: one object, the first problem;
// of several, all of them also as errors. A nil err writes nothing.
func (w Words) ProblemJSON(out io.Writer, err error) error {
	if err == nil {
		return nil
	}
	w = w.english()
	all := problem.All(err)
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/error/v1")
	if len(all) == 0 {
		w.members(s, &problem.Problem{Code: problem.Code{Name: errorCode(err)}}, w.plainError(err))
	} else {
		w.members(s, all[0], w.Sentence(all[0]))
	}
	if len(all) > 1 {
		s.key("errors")
		w.problems(s, all)
	}
	return s.end(out)
}

func errorCode(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return "error"
}

// problems writes a list of problems, without their schema.
func (w Words) problems(s *scribe, all problem.List) {
	s.open('[')
	for _, x := range all {
		s.open('{')
		w.members(s, x, w.Sentence(x))
		s.close('}')
	}
	s.close(']')
}

func (w Words) members(s *scribe, x *problem.Problem, message string) {
	s.strMember("code", x.Code.Name)
	s.strMember("message", message)
	s.strMember("file", x.Place.File)
	s.intMember("line", x.Place.Line)
	s.intMember("column", x.Place.Column)
	hint := w.hint(x)
	if hint == "" && len(x.Try) > 0 {
		hint = w.Command(x.Try)
	}
	s.strMember("hint", hint)
}
