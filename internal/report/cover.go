package report

import (
	"sort"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// cover is how the bytes of one scalar are shown: as they are, or, where masked
// is not "", by that.
type cover struct {
	textedit.Span
	masked string
	block  bool // a block scalar: its header stays, every line of it is masked
}

// sheet is a file of which some lines are shown: each scalar in them covered.
// Secrets are found by the nodes of the file, never by looking for patterns in
// finished lines.
type sheet struct {
	w       Words
	service string
	file    *yamlfile.File
	shown   []textedit.Span // sorted; bytes of the lines that are shown
	found   map[int]cover   // by start
	covers  []cover         // sorted, in the file's own bytes
	lines   lines
}

// sheet finds what to mask in the shown bytes of a file. Every written scalar
// is looked at under the path at which it is written (also the first of two
// equal keys, which has no effect), and every effective value under each path
// that reaches it (a secret key may be an alias of a harmless one).
func (w Words) sheet(service string, f *yamlfile.File, l lines, shown []textedit.Span) *sheet {
	s := &sheet{w: w, service: service, file: f, shown: shown, lines: l, found: map[int]cover{}}
	for i, d := range f.Tree().Documents() {
		if d.Root != syntax.None {
			var p keypath.Path
			if f.Several() {
				p = p.Join(keypath.Step{Kind: keypath.Document, Key: f.DocumentName(i)})
			}
			s.written(f, d.Root, p)
		}
	}
	for p, n := range f.Leaves(s.identity) {
		s.effective(p, n)
	}
	for _, c := range s.found {
		s.covers = append(s.covers, c)
	}
	sort.Slice(s.covers, func(i, j int) bool { return s.covers[i].Start < s.covers[j].Start })
	return s
}

func (s *sheet) identity(p keypath.Path) string {
	if n, ok := s.file.Lookup(p); ok && n.Kind() == syntax.Sequence {
		return likelyIdentity(n)
	}
	return ""
}

// written covers the scalars at and below a node of the text.
func (s *sheet) written(f *yamlfile.File, id syntax.ID, p keypath.Path) {
	t := f.Tree()
	if !s.isShown(s.host(f, t.Whole(id))) {
		return
	}
	switch t.Kind(id) {
	case syntax.Mapping:
		for k, v := range t.Entries(id) {
			s.written(f, v, p.Child(f.KeyText(k)))
		}
	case syntax.Sequence:
		i := 0
		for c := range t.Items(id) {
			s.written(f, c, p.Join(keypath.Step{Kind: keypath.Index, Index: i}))
			i++
		}
	case syntax.Scalar:
		if in := f.Embedded(id); in != nil {
			s.written(in, in.Tree().Documents()[0].Root, p)
			return
		}
		s.add(f, id, p, scalarValue(t, id))
	}
}

func scalarValue(t *syntax.Tree, id syntax.ID) value.Value {
	return value.Resolve(t.Text(id), t.Style(id) == syntax.Plain, t.Tag(id))
}

// effective covers the scalars of a leaf under the path that reaches it.
func (s *sheet) effective(p keypath.Path, n yamlfile.Node) {
	if n.Kind() == syntax.Sequence {
		for i := range n.Items() {
			s.effective(p, i)
		}
		return
	}
	if n.Kind() == syntax.Scalar {
		s.add(n.File(), n.ID(), p, n.Value())
	}
}

// add covers one scalar; a secret under any path stays one.
func (s *sheet) add(f *yamlfile.File, id syntax.ID, p keypath.Path, v value.Value) {
	t := f.Tree()
	span := s.host(f, t.Span(id))
	if span.Len() == 0 || !s.isShown(span) || s.found[span.Start].masked != "" {
		return
	}
	c := cover{Span: span}
	if m := s.w.masker().Value(p, v, s.w.secret(s.service, p)); m.Masked {
		c.masked = visible(m.Text)
		switch t.Style(id) {
		case syntax.Single:
			c.masked = "'" + c.masked + "'"
		case syntax.Double:
			c.masked = `"` + c.masked + `"`
		case syntax.Literal, syntax.Folded:
			c.block = true
		}
	}
	s.found[span.Start] = c
}

func (s *sheet) isShown(x textedit.Span) bool {
	i := sort.Search(len(s.shown), func(i int) bool { return s.shown[i].End >= x.Start })
	return i < len(s.shown) && s.shown[i].Start <= x.End
}

// host is where a span of an embedded document lies in the file that holds it.
func (s *sheet) host(f *yamlfile.File, x textedit.Span) textedit.Span {
	if host, _ := f.Host(); host == nil {
		return x
	}
	return textedit.Span{Start: s.hostOffset(f, x.Start), End: s.hostOffset(f, x.End)}
}

// hostOffset: line n of an embedded document is the n-th line below its block
// scalar's header, indented (YAML 1.2.2 section 8.1).
func (s *sheet) hostOffset(f *yamlfile.File, offset int) int {
	host, id := f.Host()
	in := linesOf(f.Source())
	line, column := in.at(offset), 0
	if line < in.count() {
		column = offset - in.starts[line]
	}
	line += s.lines.at(host.Tree().Span(id).Start) + 1
	if line >= s.lines.count() {
		return len(s.lines.src)
	}
	return min(s.lines.starts[line]+host.Tree().Indent(id)+column, s.lines.end(line))
}

// line is line i as it is shown: secrets masked, what lies between scalars
// (keys, comments) through mask as free text, control characters escaped.
func (s *sheet) line(i int) string {
	x := s.lines.span(i)
	var b strings.Builder
	at := x.Start
	from := sort.Search(len(s.covers), func(i int) bool { return s.covers[i].End > x.Start })
	for _, c := range s.covers[from:] {
		if c.Start >= x.End {
			break
		}
		if c.masked == "" && c.Start < at { // under a masked one
			continue
		}
		b.WriteString(s.between(at, max(c.Start, at)))
		to := min(c.End, x.End)
		b.WriteString(s.covered(c, textedit.Span{Start: max(c.Start, x.Start), End: to}))
		at = max(at, to)
	}
	b.WriteString(s.between(at, x.End))
	return visibleLine(b.String())
}

func (s *sheet) between(from, to int) string {
	if from >= to {
		return ""
	}
	return s.w.masker().Text(s.lines.src[from:to])
}

// covered is the part of a scalar that lies in one line.
func (s *sheet) covered(c cover, part textedit.Span) string {
	raw := s.lines.src[part.Start:part.End]
	if c.masked == "" {
		return raw
	}
	if c.block && part.Start == c.Start {
		return s.w.masker().Text(raw) // the header, and maybe a comment
	}
	bare := strings.TrimLeft(raw, " \t")
	if bare == "" {
		return ""
	}
	return raw[:len(raw)-len(bare)] + c.masked
}
