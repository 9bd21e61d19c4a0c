package proof_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// A random document: a model of values, and a writer with random habits. Two
// models made from one, written with different habits, are a source and a target.
type model struct {
	kind  byte // s scalar, m mapping, l list, a alias, e embedded document
	text  string
	keys  []string
	kids  []*model
	name  string // anchor
	names bool   // list of mappings with a name each
}

type generator struct {
	r       *rand.Rand
	anchors int
	made    []*model // anchored, in order
	plainer bool     // no anchors, embedded documents, documents
}

var someKeys = []string{"a", "b", "c", "port", "host", "名称", "gpt-4.1", "1", "on", "key with space", "x-y", "limits", "n", "null", "enabled", "~", "#c", "url"}

var someScalars = []string{"1", "2", "2.50", "1e3", "0x1F", "010", "1_000", "true", "False", "yes", "no", "null", "~", "", "x", "y z", "hello", "https://x.example/a?b=c#d",
	"中文", "2026-01-31", "12:30", "'it''s'", "\"q\"", "\"a\\nb\"", "\"\"", "''", "' lead'", "'a: b'", "\"# x\"", "'- x'", "\"*a\"", "{{ x }}", "\"{{ x }}\"", "!!str 5", "!vault x", "!!binary aGk=", "-", "a#b", "a:b", "\"tab\\t\"",
	"|", "|-", "|+", ">", ">-", "|2", "|d"}

func (g *generator) one(n int) bool { return g.r.IntN(n) == 0 }

func pick[T any](g *generator, s []T) T { return s[g.r.IntN(len(s))] }

func (g *generator) value(depth int) *model {
	switch {
	case !g.plainer && len(g.made) > 0 && g.one(25):
		return &model{kind: 'a', text: pick(g, g.made).name}
	case depth > 0 && g.one(3):
		return g.anchor(g.mapping(depth - 1))
	case depth > 0 && g.one(4):
		return g.anchor(g.list(depth - 1))
	}
	return g.anchor(&model{kind: 's', text: pick(g, someScalars)})
}

func (g *generator) anchor(m *model) *model {
	if !g.plainer && g.one(20) {
		g.anchors++
		m.name = fmt.Sprintf("x%d", g.anchors)
		g.made = append(g.made, m)
	}
	return m
}

func (g *generator) mapping(depth int) *model {
	m := &model{kind: 'm'}
	for range g.r.IntN(6) {
		k := pick(g, someKeys)
		if slices.Contains(m.keys, k) {
			continue
		}
		m.keys, m.kids = append(m.keys, k), append(m.kids, g.value(depth))
	}
	if maps := slices.DeleteFunc(slices.Clone(g.made), func(x *model) bool { return x.kind != 'm' }); len(maps) > 0 && g.one(8) {
		at := g.r.IntN(len(m.keys) + 1)
		m.keys = slices.Insert(m.keys, at, "<<")
		m.kids = slices.Insert(m.kids, at, &model{kind: 'a', text: pick(g, maps).name})
	}
	if !g.plainer && g.one(8) {
		in := &generator{r: g.r, plainer: true}
		m.keys = append(m.keys, pick(g, []string{"config.yaml", "app.yml"}))
		m.kids = append(m.kids, &model{kind: 'e', kids: []*model{in.mapping(2)}})
	}
	return m
}

func (g *generator) list(depth int) *model {
	m := &model{kind: 'l'}
	switch g.r.IntN(4) {
	case 0, 1:
		for range g.r.IntN(5) {
			m.kids = append(m.kids, &model{kind: 's', text: pick(g, someScalars)})
		}
	case 2:
		m.names = true
		for _, i := range g.r.Perm(6)[:g.r.IntN(5)] {
			x := g.mapping(depth)
			if j := slices.Index(x.keys, "<<"); j >= 0 {
				x.keys, x.kids = slices.Delete(x.keys, j, j+1), slices.Delete(x.kids, j, j+1)
			}
			x.keys = slices.Insert(x.keys, 0, "name")
			x.kids = slices.Insert(x.kids, 0, &model{kind: 's', text: string(rune('p' + i))})
			m.kids = append(m.kids, x)
		}
	default:
		for range g.r.IntN(4) {
			m.kids = append(m.kids, g.value(depth))
		}
	}
	return m
}

// vary changes a copy of a model here and there.
func (g *generator) vary(m *model) *model {
	out := &model{kind: m.kind, text: m.text, name: m.name, names: m.names}
	if m.kind == 's' && g.one(3) {
		out.text = pick(g, someScalars)
	}
	if m.kind != 'e' && m.kind != 'a' && g.one(25) {
		v := g.value(1)
		v.name = m.name
		return v
	}
	for i, k := range m.kids {
		if m.kind != 'e' && g.one(7) && !(m.names && false) {
			continue
		}
		if m.kind == 'm' {
			out.keys = append(out.keys, m.keys[i])
		}
		v := g.vary(k)
		if i < len(m.keys) && m.keys[i] == "name" {
			v = k
		}
		out.kids = append(out.kids, v)
	}
	if m.kind == 'm' && g.one(4) {
		if k := pick(g, someKeys); !slices.Contains(out.keys, k) {
			at := g.r.IntN(len(out.keys) + 1)
			out.keys, out.kids = slices.Insert(out.keys, at, k), slices.Insert(out.kids, at, g.value(1))
		}
	}
	if m.kind == 'l' && !m.names && g.one(4) {
		out.kids = slices.Insert(out.kids, g.r.IntN(len(out.kids)+1), &model{kind: 's', text: pick(g, someScalars)})
	}
	return out
}

// printer writes a model as a person might.
type printer struct {
	g    *generator
	b    strings.Builder
	step int
	dash int // indentation of lists below their key
	flow int // one in how many collections is in flow style
	note int // one in how many entries has a comment
	gap  int // … a blank line
}

func (g *generator) print(docs ...*model) string {
	p := &printer{g: g, step: pick(g, []int{2, 2, 4}), dash: pick(g, []int{0, 2}), flow: pick(g, []int{4, 20, 1000}), note: pick(g, []int{3, 8, 100}), gap: pick(g, []int{4, 30})}
	for i, d := range docs {
		if i > 0 || g.one(8) {
			p.b.WriteString("---\n")
		}
		if g.one(5) {
			p.b.WriteString("# licence\n" + pick(g, []string{"", "\n"}))
		}
		p.entries(d, 0, false)
	}
	s := p.b.String()
	if g.one(6) {
		s = strings.TrimRight(s, "\n")
	}
	if g.one(6) {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	if g.one(12) {
		s = "\ufeff" + s
	}
	return s
}

func (p *printer) line(indent int, s string) {
	p.b.WriteString(strings.Repeat(" ", indent) + s + "\n")
}

func (p *printer) above(indent int, first bool) {
	if !first && p.g.one(p.gap) {
		p.b.WriteString(pick(p.g, []string{"\n", "\n", "\n\n", "  \n"}))
	}
	for p.g.one(p.note) {
		at := indent
		if p.g.one(6) {
			at = p.g.r.IntN(indent + 3)
		}
		p.line(at, pick(p.g, []string{"# why", "# 注释", "#", "# a: 1", "#x", "## - y"}))
		if p.g.one(6) {
			p.b.WriteString("\n")
		}
	}
}

func (p *printer) tail() string {
	if p.g.one(p.note) {
		return pick(p.g, []string{" # tail", "   # 尾", " #"})
	}
	return pick(p.g, []string{"", "", "", "", " "})
}

func (p *printer) key(k string) string {
	if k == "<<" {
		return k
	}
	if strings.ContainsAny(k, "#~ ") || p.g.one(10) {
		return pick(p.g, []string{"'" + k + "'", "\"" + k + "\""})
	}
	return k
}

// entries writes a mapping's entries; inline: the first stands behind a dash.
func (p *printer) entries(m *model, indent int, inline bool) {
	if len(m.keys) == 0 {
		p.b.WriteString(strings.Repeat(" ", indent) + "{}" + p.tail() + "\n")
		return
	}
	for i, k := range m.keys {
		if !(inline && i == 0) {
			p.above(indent, i == 0)
			p.b.WriteString(strings.Repeat(" ", indent))
		}
		p.b.WriteString(p.key(k) + ":")
		p.value(m.kids[i], indent, false)
	}
	if p.g.one(p.note * 3) {
		p.line(indent, "# end")
	}
}

// value writes what follows a key's colon or a dash, and the line's end.
func (p *printer) value(m *model, indent int, item bool) {
	anchor := ""
	if m.name != "" {
		anchor = " &" + m.name
	}
	switch {
	case m.kind == 'a':
		p.b.WriteString(" *" + m.text + p.tail() + "\n")
	case m.kind == 's':
		p.scalar(m.text, anchor, indent)
	case m.kind == 'e':
		in := &printer{g: p.g, step: 2, dash: p.dash, flow: p.flow, note: p.note, gap: p.gap}
		in.entries(m.kids[0], 0, false)
		p.b.WriteString(anchor + " |" + pick(p.g, []string{"", "", "-", "+"}) + "\n")
		for l := range strings.Lines(in.b.String()) {
			if strings.TrimSpace(l) != "" {
				l = strings.Repeat(" ", indent+p.step) + l
			}
			p.b.WriteString(l)
		}
	case len(m.kids) == 0 || p.g.one(p.flow) && flowable(m):
		p.b.WriteString(anchor + " " + p.flowed(m, indent) + p.tail() + "\n")
	case m.kind == 'm':
		if item && anchor == "" {
			p.b.WriteString(" ")
			p.entries(m, indent+2, true)
			return
		}
		p.b.WriteString(anchor + p.tail() + "\n")
		p.entries(m, indent+p.step, false)
	default:
		if item && anchor == "" && p.g.one(3) {
			p.b.WriteString(" ")
			p.items(m, indent+2, true)
			return
		}
		p.b.WriteString(anchor + p.tail() + "\n")
		at := indent + p.dash
		if item {
			at = indent + 2
		}
		p.items(m, at, false)
	}
}

func (p *printer) items(m *model, indent int, inline bool) {
	for i, k := range m.kids {
		if !(inline && i == 0) {
			p.above(indent, i == 0)
			p.b.WriteString(strings.Repeat(" ", indent))
		}
		p.b.WriteString("-")
		p.value(k, indent, true)
	}
}

func (p *printer) scalar(s, anchor string, indent int) {
	if s == "" {
		p.b.WriteString(anchor + p.tail() + "\n")
		return
	}
	if strings.IndexByte("|>", s[0]) < 0 {
		p.b.WriteString(anchor + " " + s + p.tail() + "\n")
		return
	}
	lines := pick(p.g, [][]string{{"text"}, {"one", "two"}, {"one", "", "two"}, {"one", "  deep", "two"}, {"one", ""}, {"", "one"}, {"# no comment", "k: v"}})
	pad := strings.Repeat(" ", indent+p.step)
	if s == "|2" {
		pad = strings.Repeat(" ", indent+2)
		lines = append([]string{" lead"}, lines...)
	}
	if s == "|d" {
		s = "|-"
	}
	p.b.WriteString(anchor + " " + s + pick(p.g, []string{"", "", " # head"}) + "\n")
	for _, l := range lines {
		if l != "" {
			l = pad + l
		}
		p.b.WriteString(l + "\n")
	}
}

// printJSON writes a model as JSON; what JSON does not have becomes strings.
func (g *generator) printJSON(m *model) string {
	step := pick(g, []string{"", "  ", "\t"})
	eol := pick(g, []string{"\n", "\n", "\r\n"})
	s := g.jsonValue(m, step, eol, "")
	return s + pick(g, []string{"", eol})
}

func (g *generator) jsonValue(m *model, step, eol, indent string) string {
	if m.kind != 'm' && m.kind != 'l' {
		for _, plain := range []string{"1", "2", "2.50", "1e3", "true", "null"} {
			if m.text == plain {
				return plain
			}
		}
		return strconv.Quote(strings.ToValidUTF8(m.text, ""))
	}
	open, shut := "[", "]"
	if m.kind == 'm' {
		open, shut = "{", "}"
	}
	if step == "" || len(m.kids) == 0 || g.one(4) {
		step, eol, indent = "", "", ""
	}
	var parts []string
	for i, k := range m.kids {
		s := g.jsonValue(k, step, eol, indent+step)
		if m.kind == 'm' {
			s = strconv.Quote(m.keys[i]) + pick(g, []string{":", ": "}) + s
		}
		parts = append(parts, eol+indent+step+s)
	}
	if len(parts) == 0 {
		return open + shut
	}
	return open + strings.Join(parts, ",") + eol + indent + shut
}

func flowable(m *model) bool {
	if m.kind == 'e' || m.kind == 's' && m.text != "" && (strings.IndexByte("|>", m.text[0]) >= 0 || m.text == "{{ x }}" || m.text == "-") {
		return false
	}
	return !slices.ContainsFunc(m.kids, func(k *model) bool { return !flowable(k) })
}

func (p *printer) flowed(m *model, indent int) string {
	anchor := ""
	if m.name != "" {
		anchor = "&" + m.name + " "
	}
	switch m.kind {
	case 'a':
		return "*" + m.text + " "
	case 's':
		return anchor + m.text
	}
	open, shut, parts := "[", "]", []string{}
	for i, k := range m.kids {
		s := p.flowed(k, indent+2)
		if m.kind == 'm' {
			s = p.key(m.keys[i]) + ": " + s
		}
		parts = append(parts, s)
	}
	if m.kind == 'm' {
		open, shut = "{", "}"
	}
	if len(parts) > 0 && p.g.one(4) { // over several lines
		pad := "\n" + strings.Repeat(" ", indent+p.step)
		end := pick(p.g, []string{"", ","})
		for i := range parts {
			sep := ","
			if i == len(parts)-1 {
				sep = end
			}
			parts[i] += sep
			if p.g.one(p.note) {
				parts[i] += " # in"
			}
		}
		return open + pad + strings.Join(parts, pad) + "\n" + strings.Repeat(" ", indent+1) + shut
	}
	return open + pick(p.g, []string{"", " "}) + strings.Join(parts, ", ") + pick(p.g, []string{"", " "}) + shut
}
