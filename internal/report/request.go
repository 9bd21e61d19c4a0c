package report

import (
	"html"
	"io"
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
)

// RequestBody is what the description of a merge or pull request tells.
type RequestBody struct {
	Commits      []RequestCommit // oldest first
	Files        []plan.File     // what they change together
	Environments []string
	Services     []*compare.Service // as they stand with the commits in
}

// RequestCommit is one commit's message without its trailers.
type RequestCommit struct{ Subject, Text string }

// Request writes the description of a request for review, as Markdown: what the
// commits say, what changes, and how the environments compare then. Like a
// commit message it is in English whoever wrote it: everybody who shares the
// repository reads it.
func (w Words) Request(out io.Writer, b RequestBody) error {
	w = w.english().onPaper()
	p := &page{out: out}
	for _, c := range b.Commits {
		if len(b.Commits) > 1 {
			p.line("### ", markdown(visible(w.masker().Text(c.Subject))))
			p.line()
		}
		for l := range strings.SplitSeq(c.Text, "\n") {
			if l = strings.TrimSpace(l); l != "" {
				p.line("- ", markdown(visible(w.masker().Text(l))))
			}
		}
		p.gap()
	}
	w.filesMarkdown(p, b.Files)
	if err := p.flush(); err != nil {
		return err
	}
	return w.afterwards(out, b)
}

// afterwards is the comparison with the commits in, folded where nothing needs
// attention.
func (w Words) afterwards(out io.Writer, b RequestBody) error {
	if len(b.Services) == 0 {
		return nil
	}
	var total compare.Counts
	for _, s := range b.Services {
		total.Plus(s.Counts)
	}
	p := &page{out: out}
	p.line("<details><summary>", html.EscapeString(w.say(msgAfterwards)+": "+w.Counts(total)), "</summary>")
	p.line()
	if err := p.flush(); err != nil {
		return err
	}
	d := w.DiffMarkdown(out, b.Environments, DiffOptions{Services: len(b.Services)})
	for _, s := range b.Services {
		if err := d.Service(s); err != nil {
			return err
		}
	}
	p.line("</details>")
	return p.flush()
}

// Opened is a request for review as it stands.
type Opened struct {
	Kind   string // github, gitlab
	URL    string // "" where it is not known
	Number int
	New    bool
	Pushed bool // the push asked for it; the forge says where it is
}

// Opened says where a request is.
func (w Words) Opened(out io.Writer, o Opened) error {
	m := msgRequestUpdated
	switch {
	case o.Pushed:
		m = msgRequestPushed
	case o.New:
		m = msgRequestOpened
	}
	sign := "#"
	if o.Kind == "gitlab" {
		sign = "!"
	}
	number := ""
	if o.Number > 0 {
		number = sign + argText(o.Number)
	}
	p := &page{out: out}
	p.line(w.say(m, "number", number, "url", visible(o.URL)))
	return p.flush()
}

// openedJSON is a request as members of an answer.
func (w Words) openedJSON(s *scribe, o Opened) {
	s.key("request")
	s.open('{')
	s.strMember("forge", o.Kind)
	s.strMember("url", o.URL)
	s.intMember("number", o.Number)
	s.key("new")
	s.bool(o.New)
	s.trueMember("pushed", o.Pushed)
	s.close('}')
}

var (
	msgAfterwards     = Message{"Afterwards", "之后"}
	msgRequestOpened  = Message{"request {number} is open{?url}: {url}{/}", "已发起请求 {number}{?url}：{url}{/}"}
	msgRequestUpdated = Message{"request {number} is up to date{?url}: {url}{/}", "请求 {number} 已更新{?url}：{url}{/}"}
	msgRequestPushed  = Message{"the push asked for a request{?number} {number}{/}{?url}: {url}{/}", "已通过推送发起请求{?number} {number}{/}{?url}：{url}{/}"}
)
