package report

import (
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/images"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/problem"
)

// ImageList is what `hoist images diff` answers.
type ImageList struct {
	Environments []string
	Rows         []images.Row
	Problems     problem.List // kustomization.yaml files that could not be read
}

// Counts are the images by status.
func (l ImageList) Counts() (c compare.Counts) {
	for _, r := range l.Rows {
		c.Add(r.Status, 1)
	}
	return c
}

// ImageOptions say what of it is shown.
type ImageOptions struct {
	ShowSame bool
	Detail   bool // newName, digest and line as well as the tag
}

// Images writes the images side by side, what needs attention first. The last
// line is the count.
func (w Words) Images(out io.Writer, l ImageList, o ImageOptions) error {
	p := &page{out: out}
	for _, x := range l.Problems {
		w.problem(p, x, "")
	}
	sections := w.imageSections(l, o)
	var all []row
	for _, sec := range sections {
		for _, g := range sec.groups {
			all = append(all, g.rows...)
		}
	}
	t := w.table(l.Environments, all)
	for _, sec := range sections {
		p.gap()
		t.section(p, sec)
	}
	p.gap()
	p.line(w.Counts(l.Counts()))
	return p.flush()
}

// imageSections are the images by status, each status of those that need
// attention under a title of its own.
func (w Words) imageSections(l ImageList, o ImageOptions) (out []section) {
	by := map[compare.Status][]row{}
	for _, r := range l.Rows {
		by[r.Status] = append(by[r.Status], w.imageRow(r, imageName(l.Rows, r), o))
	}
	sec := section{title: w.say(msgNeedsAttention) + "  " + argText(l.Counts().NeedAttention())}
	for _, a := range attentions() {
		if rows := by[a.status]; len(rows) > 0 {
			sec.groups = append(sec.groups, group{title: w.say(a.title) + " " + argText(len(rows)), st: a.st, rows: rows})
		}
	}
	if len(sec.groups) > 0 {
		out = append(out, sec)
	}
	for _, x := range []struct {
		status compare.Status
		title  Message
		shown  bool
	}{{compare.Expected, msgExpected, true}, {compare.Same, msgSame, o.ShowSame}} {
		if rows := by[x.status]; len(rows) > 0 && x.shown {
			out = append(out, section{w.say(x.title) + "  " + argText(len(rows)), []group{{rows: rows}}})
		}
	}
	return out
}

// Moves reports whether an image that needs attention stands in another version
// in one environment than in the other.
func (l ImageList) Moves(from, to string) bool {
	f, t := slices.Index(l.Environments, from), slices.Index(l.Environments, to)
	return f >= 0 && t >= 0 && slices.ContainsFunc(l.Rows, func(r images.Row) bool {
		return r.Status.NeedsAttention() && r.Entries[f] != nil && r.Entries[t] != nil && imageText(r.Entries[f]) != imageText(r.Entries[t])
	})
}

// imageName is the service, or the full name where several registries have it.
func imageName(rows []images.Row, r images.Row) string {
	for _, x := range rows {
		if x.Service == r.Service && x.Name != r.Name {
			return r.Name
		}
	}
	return r.Service
}

// imageRow is one image: its tag (or digest) in each environment, equal
// neighbours dimmed.
func (w Words) imageRow(r images.Row, name string, o ImageOptions) row {
	out := row{sign: "=", st: dim, name: visible(name)}
	for _, a := range attentions() {
		if a.status == r.Status {
			out.sign, out.st = a.sign, a.st
		}
	}
	switch {
	case r.Status == compare.Missing && r.Entries[0] == nil:
		out.sign = "-"
	case r.Status == compare.Expected:
		out.sign, out.st = ".", green
	}
	all := make([]shown, len(r.Entries))
	for i, e := range r.Entries {
		all[i] = shown{text: imageText(e)}
		if e == nil {
			all[i] = shown{text: w.say(msgAbsent), absent: true}
		}
	}
	out.cells = styled(all, func(int, int) bool { return true })
	for _, x := range r.Rules {
		out.below = append(out.below, remark{text: visible(x.Reason) + " (" + visible(lineOf(x.Place)) + ")"})
	}
	if r.Status == compare.Expected && len(r.Rules) == 0 {
		out.below = append(out.below, remark{text: w.say(msgOnlyRegistry)})
	}
	if o.Detail {
		out.below = append(out.below, w.imageDetail(r)...)
	}
	return out
}

// imageText is what a person compares: the tag, and that it is pinned.
func imageText(i *kustomize.Image) string {
	switch {
	case i == nil:
		return ""
	case i.Digest == "":
		return visible(i.NewTag)
	case i.NewTag == "":
		return shortDigest(i.Digest)
	}
	return visible(i.NewTag) + "@" + shortDigest(i.Digest)
}

// shortDigest is as much of a digest as tells two apart.
func shortDigest(d string) string {
	algorithm, hex, ok := strings.Cut(d, ":")
	if !ok || len(hex) <= 12 {
		return visible(d)
	}
	return visible(algorithm + ":" + hex[:12])
}

func (w Words) imageDetail(r images.Row) (out []remark) {
	if r.Category != "" {
		out = append(out, remark{text: w.say(msgImageCategory, "category", visible(r.Category))})
	}
	for _, i := range r.Entries {
		if i == nil {
			continue
		}
		text := visible(i.Node.Place().File) + ":" + argText(i.Line)
		for _, x := range [][2]string{{"name", i.Name}, {"newName", i.NewName}, {"newTag", i.NewTag}, {"digest", i.Digest}} {
			if x[1] == "" {
				continue
			}
			field := x[0] + ": " + visible(x[1])
			if w.Width > 0 && cells(text)+between+cells(field) > w.width()-below {
				out = append(out, remark{text: text, whole: true})
				text = "  " + field
				continue
			}
			text += "  " + field
		}
		out = append(out, remark{text: text, whole: true})
	}
	return out
}

// ImagesJSON writes hoist/images/v1.
func (w Words) ImagesJSON(out io.Writer, l ImageList, diffOnly bool) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/images/v1")
	s.strings("environments", l.Environments)
	s.newline(1)
	s.key("images")
	s.open('[')
	for _, r := range l.Rows {
		if diffOnly && r.Status == compare.Same {
			continue
		}
		s.newline(2)
		w.imageJSON(s, l.Environments, r)
	}
	s.close(']')
	s.newline(1)
	s.key("errors")
	w.english().problems(s, l.Problems)
	s.newline(1)
	c := l.Counts()
	s.key("counts")
	s.open('{')
	s.intMember("same", c.Same)
	s.intMember("different", c.Different)
	s.intMember("missing", c.Missing)
	s.intMember("expected", c.Expected)
	s.close('}')
	return s.end(out)
}

func (w Words) imageJSON(s *scribe, envs []string, r images.Row) {
	s.open('{')
	s.strMember("service", r.Service)
	s.strMember("name", r.Name)
	s.strMember("category", r.Category)
	s.strMember("status", r.Status.String())
	s.key("entries")
	s.open('{')
	for e, i := range r.Entries {
		s.key(envs[e])
		s.open('{')
		if i != nil {
			if i.Name != r.Name {
				s.strMember("name", i.Name)
			}
			s.strMember("newName", i.NewName)
			s.strMember("newTag", i.NewTag)
			s.strMember("digest", i.Digest)
			s.intMember("line", i.Line)
		}
		s.close('}')
	}
	s.close('}')
	s.close('}')
}

var (
	msgImageCategory = Message{"category {category}", "类别 {category}"}
	msgOnlyRegistry  = Message{"the same tag; only the registry differs, which stays each environment's own", "标签相同；只有镜像仓库不同，各环境保持自己的"}
)
