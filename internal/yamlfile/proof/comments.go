package proof

import (
	"maps"
	"sort"
	"strings"
	"unicode"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// comment is one line's comment, from its # on.
type comment struct {
	at   int
	text string
}

// comments are a text's comments in order: what begins with # behind a blank or
// at a line's start, outside scalars.
func (t *tree) comments() (out []comment) {
	if t.file == nil || strings.IndexByte(t.file.Source(), '#') < 0 {
		return nil
	}
	at, src := 0, t.file.Source()
	for _, s := range t.scalars() {
		out = gapComments(out, src, at, s.Start)
		at = max(at, s.End)
	}
	return gapComments(out, src, at, len(src))
}

// scalars are the bytes in which a # is text. A block scalar's header may have
// a comment.
func (t *tree) scalars() []textedit.Span {
	s := t.file.Tree()
	out := make([]textedit.Span, 0, len(t.nodes))
	for i := range t.nodes {
		n := &t.nodes[i]
		span := s.Span(n.id)
		switch {
		case n.kind != syntax.Scalar && n.kind != syntax.Alias:
		case n.style == syntax.Literal || n.style == syntax.Folded:
			if from := lineEnd(s.Source(), span.Start); from < span.End {
				out = append(out, textedit.Span{Start: from, End: span.End})
			}
		case span.Len() > 0:
			out = append(out, span)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

func gapComments(out []comment, src string, from, to int) []comment {
	for at := from; at < to; {
		i := strings.IndexByte(src[at:to], '#')
		if i < 0 {
			return out
		}
		at += i
		if at > 0 && strings.IndexByte(" \t\r\n", src[at-1]) < 0 && !(at == 3 && strings.HasPrefix(src, "\ufeff")) {
			at++
			continue
		}
		end := lineEnd(src, at)
		out = append(out, comment{at, strings.TrimRight(src[at:end], " \t")})
		at = end
	}
	return out
}

// pendingMark begins the comment of a placeholder, which goes with it.
const pendingMark = "# hoist:pending"

// note is a supplied comment as it stands in the text: in one line.
func note(text string) string { return "# " + strings.Join(strings.Fields(text), " ") }

// behind reports whether the comment behind a new value is right: a supplied one
// stands there, and that of the scalar whose place the value takes stays, to the
// blank, unless it was a placeholder's. (Where lines follow, as in a block
// scalar, comments are only looked for.)
func behind(w *want, a *node) bool {
	now, was := strings.ReplaceAll(a.tail(), ",", ""), ""
	if w.before != nil && !w.before.lined() {
		was = strings.ReplaceAll(w.before.tail(), ",", "")
	}
	if i := strings.IndexByte(was, '#'); i < 0 || strings.HasPrefix(was[i:], pendingMark) {
		was = ""
	}
	if w.comment != "" {
		rest, ok := strings.CutPrefix(strings.TrimLeft(now, " \t"), strings.ReplaceAll(note(w.comment), ",", ""))
		if a.lined() || w.before == nil || w.before.lined() { // another comment may follow
			return ok && (rest == "" || strings.IndexByte(" \t", rest[0]) >= 0)
		}
		return ok && strings.TrimSpace(rest) == strings.TrimSpace(was)
	}
	if w.before != nil && w.before.whole().Len() == 0 { // blanks before it were the value's place
		now, was = strings.TrimSpace(now), strings.TrimSpace(was)
	}
	return was == "" || a.kind != syntax.Scalar || a.lined() || now == was
}

// lined: the value is lines below its first one.
func (n *node) lined() bool {
	return n.style == syntax.Literal || n.style == syntax.Folded || n.style == syntax.Block
}

// tail is what stands behind a node in its line, up to the next token: of a
// block scalar behind its header, of a block collection behind its indicator.
func (n *node) tail() string {
	src, end := n.in.file.Source(), n.end()
	switch n.style {
	case syntax.Literal, syntax.Folded:
		end = n.whole().Start
		end += strings.IndexAny(src[end:]+" ", "|>")
		for end < len(src) && strings.IndexByte(" \t\r\n", src[end]) < 0 {
			end++
		}
	case syntax.Block:
		if end = n.in.file.Tree().Mark(n.id) + 1; end == 0 {
			return ""
		}
	}
	return src[end:n.in.lineRest(end)]
}

// lost is a part of the text whose comments may go.
type lost struct {
	t *tree
	textedit.Span
}

func (p *prover) lose(t *tree, from, to int) {
	p.losses = append(p.losses, lost{t, textedit.Span{Start: from, End: to}})
}

// keptComments: no comment is gone but those of deleted and replaced entries,
// and a new one is a clean one of the source.
func (p *prover) keptComments() *problem.Problem {
	p.steps = nil
	if err := p.compareComments(p.before, p.after); err != nil {
		return err
	}
	for _, h := range p.hosts {
		before := h[0]
		if before == nil { // a document that was not there
			before = &tree{notes: map[string]bool{}}
		}
		if err := p.compareComments(before, h[1]); err != nil {
			return err
		}
	}
	return nil
}

func (p *prover) compareComments(before, after *tree) *problem.Problem {
	have := map[string]int{}
	for _, c := range after.comments() {
		have[c.text]++
	}
	var may []comment
	for _, c := range before.comments() {
		if p.mayGo(before, c.at) {
			may = append(may, c)
		} else if have[c.text]--; have[c.text] < 0 {
			return p.failIn(CommentLost, before, c.at)
		}
	}
	for _, c := range may {
		if have[c.text] > 0 {
			have[c.text]--
		}
	}
	return p.newComments(have, before)
}

func (p *prover) mayGo(t *tree, at int) bool {
	for _, l := range p.losses {
		if l.t == t && l.Start <= at && at < l.End {
			return true
		}
	}
	return false
}

// newComments: each is an op's own comment, or one of its source that is clean.
func (p *prover) newComments(have map[string]int, before *tree) *problem.Problem {
	for text, n := range have {
		if n > 0 && !p.foreign(text, before.commentSet()) {
			return p.fail(CommentNew, nil)
		}
	}
	return nil
}

func (p *prover) foreign(text string, own map[string]bool) bool {
	for _, op := range p.d.Done {
		for _, s := range op.Supply {
			if rest, ok := strings.CutPrefix(text, note(s.Comment)); s.Comment != "" && ok && (rest == "" || strings.HasPrefix(rest, " ")) {
				return true
			}
		}
	}
	for i, op := range p.d.Done {
		if op.Action == edit.Append && own[text] {
			return true // the elements of an alias are written as values, with their comments
		}
		if op.From.Valid() && p.copied(op.From.File(), text) && (op.Clean == nil || op.Clean(text)) && !p.tainted(i, text) {
			return true
		}
	}
	return false
}

// copied reports whether a source has the comment, or the file that holds it.
func (p *prover) copied(f *yamlfile.File, text string) bool {
	if p.sourceComments(f)[text] {
		return true
	}
	host, _ := f.Host()
	return host != nil && p.sourceComments(host)[text]
}

// sourceComments are the comments of a source file.
func (p *prover) sourceComments(f *yamlfile.File) map[string]bool {
	return p.tree(f).commentSet()
}

func (t *tree) commentSet() map[string]bool {
	if t.notes == nil {
		t.notes = map[string]bool{}
		for _, c := range t.comments() {
			t.notes[c.text] = true
		}
		for i := range t.nodes {
			if in := t.nodes[i].inner; in != nil {
				maps.Copy(t.notes, in.commentSet())
			}
		}
	}
	return t.notes
}

// tainted reports whether a forbidden value stands in a comment as a word.
func (p *prover) tainted(i int, text string) bool {
	if p.rules.Forbidden == nil {
		return false
	}
	edge := func(r rune) bool { return unicode.IsPunct(r) && r != '_' && r != '-' }
	for _, w := range strings.FieldsFunc(text, unicode.IsSpace) {
		for _, w := range []string{w, strings.TrimFunc(w, edge)} {
			if w != "" && p.rules.Forbidden(p.d.Done[i].Path, value.Text(w)) {
				return true
			}
		}
	}
	return false
}
