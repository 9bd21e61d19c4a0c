package edit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// want is a document before it is written: leaves are spelled plain (raw) or are
// strings.
type want struct {
	kind byte // 'r' raw, 's' string, 'm', 'l', 'e' a mapping inside a literal
	text string
	keys []string
	kids []*want
}

func (w *want) clone() *want {
	c := *w
	c.keys = slices.Clone(w.keys)
	c.kids = nil
	for _, k := range w.kids {
		c.kids = append(c.kids, k.clone())
	}
	return &c
}

func (w *want) same(o *want) bool { return fmt.Sprint(w.dump()) == fmt.Sprint(o.dump()) }

func (w *want) dump() string {
	s := string(w.kind) + fmt.Sprintf("%q(", w.text)
	for i, k := range w.kids {
		if w.kind != 'l' {
			s += fmt.Sprintf("%q:", w.keys[i])
		}
		s += k.dump() + ","
	}
	return s + ")"
}

var uglyStrings = []string{
	"x", "y", "plain text", "true", "0123", "", " lead", "trail ", "a: b", "# x", "x #y", "*a", "&b", "12:30", "yes", "no", "1_000",
	"0o7", ".inf", "2026-01-02", "=", "<<", "~", "- x", "-", "{{ x }}", "[a]", "{a: b}", "a, b", "it's", `say "hi"`, `back\slash`,
	"null", "!tag", "|", ">", "%x", "@x", "`x", "?", "? x", ":", "a:", "a:b", "http://x.example/y?z#q", "中文 文本", "😀", "tab\there",
	"one\ntwo", "one\ntwo\n", "one\n\n\ntwo\n\n", "\nlead", "  two\n one\n", " a\n", "a\n b\nc\n", "\n", "\n\n", "trailing \nblank", "x\n  \ny\n",
	"cr\rx", "nel\u0085x", "ls\u2028x", "bom\ufeffx", "nul\u0001x", "1.2.3", "v1", "10.0.0.1", "8080:80", "1e3", "+1", "-", "---", "...", "--- x",
	"very long text that goes on and on and on and on and on and on and on and on and on and on and on and on, well past any width",
	"#", " ", "\t", "a\tb", "key: |", "'", "''", "\"", "\\n", "https://user@host.example:8080/path?a=b&c=d", "*.example.com", "a#b", "\u00a0x", "x\u00a0",
}

var rawScalars = []string{"1", "0", "-5", "3.14", "1e3", "true", "false", "null", "~", "", "0x1F", "yes", "010", "1_000", "12:30", ".inf", "2026-01-02", "+7", "1.50", "TRUE"}

var keyNames = []string{"a", "b", "c", "d", "port", "host", "name2", "gpt-4.1", "键", "with space", "1", "yes", "", "quoted: key", "#k", "x#y", "a'b", "long-key-with-dashes", "<<x", "~", "k\"q"}

type generator struct {
	*rand.Rand
	plainOnly bool // no anchors, aliases or merges
	realistic bool
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) leaf() *want {
	if g.realistic {
		switch g.IntN(4) {
		case 0:
			return &want{kind: 'r', text: pick(g, []string{"1", "80", "true", "false", "3.5", "100"})}
		case 1:
			return &want{kind: 's', text: pick(g, []string{"https://api.example/v1", "info", "8080", "30s", "true", "a long sentence, with a comma", "中文"})}
		}
		return &want{kind: 's', text: fmt.Sprintf("value-%d", g.IntN(50))}
	}
	if g.chance(30) {
		return &want{kind: 'r', text: pick(g, rawScalars)}
	}
	return &want{kind: 's', text: pick(g, uglyStrings)}
}

func (g *generator) tree(depth int) *want {
	switch n := g.IntN(10); {
	case depth <= 0 || n < 3:
		return g.leaf()
	case n < 7:
		return g.mapping(depth)
	case n < 8:
		return g.named(depth)
	case n < 9:
		w := &want{kind: 'l'}
		for range g.IntN(4) {
			w.kids = append(w.kids, g.leaf())
		}
		return w
	}
	w := &want{kind: 'l'}
	for range g.IntN(3) {
		w.kids = append(w.kids, g.tree(depth-1))
	}
	return w
}

func (g *generator) mapping(depth int) *want {
	w := &want{kind: 'm'}
	for range g.IntN(5) + g.IntN(2) {
		k := pick(g, keyNames)
		if g.realistic {
			k = fmt.Sprintf("key%d", g.IntN(12))
		}
		if slices.Contains(w.keys, k) {
			continue
		}
		w.keys = append(w.keys, k)
		if g.chance(15) && len(w.kids) > 0 {
			w.kids = append(w.kids, pick(g, w.kids).clone()) // something to alias
		} else {
			w.kids = append(w.kids, g.tree(depth-1))
		}
	}
	if g.chance(8) {
		in := g.mapping(2)
		if len(in.kids) > 0 && !slices.Contains(w.keys, "in.yaml") {
			in.kind = 'e'
			w.keys, w.kids = append(w.keys, "in.yaml"), append(w.kids, in)
		}
	}
	return w
}

// named is a list of mappings with names.
func (g *generator) named(depth int) *want {
	w := &want{kind: 'l'}
	names := []string{"pro", "max", "free", "名字", "a b", "1"}
	for _, n := range names[:g.IntN(4)+1] {
		m := g.mapping(depth - 1)
		at := g.IntN(len(m.keys) + 1)
		m.keys = slices.Insert(m.keys, at, "name")
		m.kids = slices.Insert(m.kids, at, &want{kind: 's', text: n})
		w.kids = append(w.kids, m)
	}
	return w
}

// mutate changes a clone here and there: the source of a promotion.
func (g *generator) mutate(w *want, rate int) *want {
	if g.chance(rate / 3) {
		return g.tree(2)
	}
	c := *w
	c.keys, c.kids = nil, nil
	if (w.kind == 's' || w.kind == 'r') && g.chance(rate) {
		return g.leaf()
	}
	for i, k := range w.kids {
		named := w.kind != 'l' && w.keys[i] == "name"
		if g.chance(rate) && !named && (w.kind != 'l' || k.kind == 's' || k.kind == 'r' || k.nameable()) {
			continue
		}
		if w.kind != 'l' {
			c.keys = append(c.keys, w.keys[i])
		}
		if named {
			c.kids = append(c.kids, k)
		} else {
			c.kids = append(c.kids, g.mutate(k, rate))
		}
	}
	if g.chance(rate) {
		at := g.IntN(len(c.kids) + 1)
		switch {
		case w.kind == 'm' || w.kind == 'e':
			if k := pick(g, keyNames) + "N"; !slices.Contains(c.keys, k) {
				c.keys = slices.Insert(c.keys, at, k)
				c.kids = slices.Insert(c.kids, at, g.tree(2))
			}
		case w.kind == 'l' && len(w.kids) > 0 && w.kids[0].nameable():
			m := g.mapping(1)
			m.keys, m.kids = append(m.keys, "name"), append(m.kids, &want{kind: 's', text: fmt.Sprintf("new%d", g.IntN(5))})
			dup := false
			for _, k := range c.kids {
				dup = dup || k.nameable() && k.kids[slices.Index(k.keys, "name")].text == m.kids[len(m.kids)-1].text
			}
			if !dup {
				c.kids = slices.Insert(c.kids, at, m)
			}
		case w.kind == 'l':
			c.kids = slices.Insert(c.kids, at, g.leaf())
		}
	}
	if c.kind == 'e' && len(c.kids) == 0 {
		c.keys, c.kids = []string{"z"}, []*want{g.leaf()}
	}
	return &c
}

func (w *want) nameable() bool { return w.kind == 'm' && slices.Contains(w.keys, "name") }

// printer writes a want as YAML in random styles.
type printer struct {
	*generator
	step, dash int
	anchors    map[string]string // dump of a finished node → its anchor
	shared     map[string]*want
	count      int
	comments   int // percent
	blanks     int
	flowRate   int
	ids        int
}

func (g *generator) printer() *printer {
	return &printer{generator: g, step: pick(g, []int{2, 2, 2, 4, 3}), dash: pick(g, []int{0, 2, 2}),
		anchors: map[string]string{}, shared: map[string]*want{}, comments: pick(g, []int{0, 10, 30}), blanks: pick(g, []int{0, 10, 60}),
		flowRate: pick(g, []int{0, 10, 30})}
}

func (p *printer) comment() string {
	p.ids++
	return pick(p.generator, []string{"# note ", "# 说明 ", "#! ", "# a: b ", "# - "}) + fmt.Sprint(p.ids)
}

func (p *printer) tail() string {
	if p.chance(p.comments) {
		return pick(p.generator, []string{" ", "  ", "     "}) + p.comment()
	}
	return ""
}

// lines writes the children of a block collection, or a document's root.
func (p *printer) above(col int, first bool) (out []string) {
	if !first && p.chance(p.blanks) {
		out = append(out, "")
		if p.chance(10) {
			out = append(out, pad(p.IntN(4)))
		}
	}
	if p.chance(p.comments / 3) {
		out = append(out, pad(col)+p.comment())
		if p.chance(50) {
			out = append(out, "")
		}
	}
	for p.chance(p.comments / 2) {
		out = append(out, pad(col)+p.comment())
	}
	return out
}

// flowText is w on one line inside flow.
func (p *printer) flowText(w *want) string {
	switch w.kind {
	case 'r':
		if w.text == "" {
			return "null"
		}
		return w.text
	case 's':
		return p.quote(w.text, true)
	case 'l':
		var parts []string
		for _, k := range w.kids {
			if k.kind == 'm' && len(k.kids) == 1 && p.chance(20) {
				parts = append(parts, p.key(k.keys[0], true)+": "+p.flowText(k.kids[0]))
			} else {
				parts = append(parts, p.flowText(k))
			}
		}
		comma := ""
		if len(parts) > 0 && p.chance(10) {
			comma = ","
		}
		return "[" + strings.Join(parts, pick(p.generator, []string{", ", ",  "})) + comma + "]"
	}
	var parts []string
	for i, k := range w.kids {
		parts = append(parts, p.key(w.keys[i], true)+": "+p.flowText(k))
	}
	sp := pick(p.generator, []string{"", "", " "})
	return "{" + sp + strings.Join(parts, ", ") + sp + "}"
}

func (p *printer) key(k string, flow bool) string {
	if p.chance(15) {
		return jsonText(k)
	}
	if s := "k: x"; readsAs(k+": x", k) && !flow {
		_ = s
		return k
	}
	if flow && readsAs("{"+k+": x}", k) {
		return k
	}
	return pick(p.generator, []string{jsonText(k), "'" + strings.ReplaceAll(k, "'", "''") + "'"})
}

func readsAs(doc, key string) bool {
	var n yaml.Node
	if yaml.Unmarshal([]byte(doc), &n) != nil || len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode || len(n.Content[0].Content) != 2 {
		return false
	}
	k := n.Content[0].Content[0]
	return k.Kind == yaml.ScalarNode && k.Value == key && k.Anchor == "" && k.Tag != "!!merge"
}

func jsonText(s string) string {
	b, _ := json.Marshal(s)
	t := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
	return strings.NewReplacer("\u0085", `\u0085`, "\ufeff", `\ufeff`).Replace(t)
}

// quote spells a string in a random style that go-yaml reads back.
func (p *printer) quote(s string, flow bool) string {
	var try []string
	if s != "" {
		try = append(try, s, s)
	}
	if !strings.ContainsAny(s, "\n\t\r") {
		try = append(try, "'"+strings.ReplaceAll(s, "'", "''")+"'")
	}
	t := pick(p.generator, append(try, jsonText(s)))
	if doc := t; t == s {
		if flow {
			doc = "[" + t + "]"
		} else {
			doc = "k: " + t
		}
		var n yaml.Node
		if strings.ContainsAny(s, "\n\r") || yaml.Unmarshal([]byte(doc), &n) != nil || len(n.Content) != 1 {
			return jsonText(s)
		}
		c := n.Content[0].Content
		if len(c) == 0 || c[len(c)-1].Kind != yaml.ScalarNode || c[len(c)-1].Value != s || c[len(c)-1].Tag != "!!str" || value.Resolve(s, true, "").Kind() != value.String ||
			c[len(c)-1].LineComment != "" || c[len(c)-1].Anchor != "" || flow && len(c) != 1 {
			return jsonText(s)
		}
	}
	if !plausible(t) || flow && t == "?" { // {a: ?, …} is read, {a: ? } is not
		return jsonText(s)
	}
	return t
}

func plausible(s string) bool {
	return !strings.ContainsAny(s, "\u0085\u2028\u2029\ufeff\u0001\r") && strings.TrimSpace(s) == s
}

// value writes w behind an indicator whose collection stands at col: what stands
// on the line, and the lines below.
func (p *printer) value(w *want, col int, list bool) (head string, body []string) {
	if !p.plainOnly && w.kind != 'e' {
		if a := p.anchors[w.dump()]; a != "" && p.chance(50) {
			return "*" + a + p.tail(), nil
		}
	}
	anchor := ""
	if !p.plainOnly && p.chance(6) && w.kind != 'e' {
		p.count++
		anchor = fmt.Sprintf("x%d", p.count)
	}
	head, body = p.valueOf(w, col, list, anchor)
	if anchor != "" {
		p.anchors[w.dump()] = anchor
		if w.kind == 'm' && len(w.kids) > 0 {
			p.shared[anchor] = w
		}
	}
	return head, body
}

func (p *printer) valueOf(w *want, col int, list bool, anchor string) (head string, body []string) {
	props := ""
	if anchor != "" {
		props = "&" + anchor + " "
	}
	join := func(s string) string { return strings.TrimRight(props+s, " ") }
	in := max(col, 0) + p.step
	switch {
	case w.kind == 'r':
		return join(w.text) + p.tailBehind(w.text+props), nil
	case w.kind == 's':
		if h, b, ok := p.blockText(w.text, in, col); ok && p.chance(60) {
			return join(h) + p.tail(), b
		}
		return join(p.quote(w.text, false)) + p.tail(), nil
	case w.kind == 'e':
		text := p.inner(w)
		h, b, ok := literal(text, in)
		if !ok {
			return join(jsonText(text)), nil
		}
		return join(h) + p.tail(), b
	case len(w.kids) == 0 || p.chance(p.flowRate):
		if len(w.kids) > 0 && p.chance(30) && !w.has('e') {
			return p.wide(w, col, join)
		}
		if !w.has('e') {
			return join(p.flowText(w)) + p.tail(), nil
		}
	}
	if w.kind == 'l' && !list {
		in = col + p.dash
	}
	if list {
		in = col + 2
	}
	if col < 0 {
		in = 0
	}
	body = p.kids(w, in)
	if list && anchor == "" && p.chance(85) && strings.TrimSpace(body[0]) != "" && !strings.HasPrefix(strings.TrimSpace(body[0]), "#") {
		return strings.TrimLeft(body[0], " "), body[1:]
	}
	return strings.TrimRight(props, " ") + p.tailBehind("x"), body
}

// tailBehind: behind an empty value a comment needs no more than a blank.
func (p *printer) tailBehind(s string) string {
	if t := p.tail(); t != "" || s != "" {
		return t
	}
	if p.chance(10) {
		return " "
	}
	return ""
}

func (w *want) has(kind byte) bool {
	for _, k := range w.kids {
		if k.kind == kind || k.has(kind) {
			return true
		}
	}
	return w.kind == kind
}

func (p *printer) wide(w *want, col int, join func(string) string) (head string, body []string) {
	open, shut := "{", "}"
	if w.kind == 'l' {
		open, shut = "[", "]"
	}
	in := max(col, 0) + p.step
	for i, k := range w.kids {
		for p.chance(p.comments / 2) {
			body = append(body, pad(in)+p.comment())
		}
		text := p.flowText(k)
		if w.kind == 'm' {
			text = p.key(w.keys[i], true) + ": " + text
		}
		if i < len(w.kids)-1 || p.chance(40) {
			text += ","
		}
		body = append(body, pad(in)+text+p.tail())
	}
	return join(open) + p.tail(), append(body, pad(max(col, 0)+1)+shut+p.tail())
}

// kids writes the children of a block collection at col.
func (p *printer) kids(w *want, col int) (out []string) {
	skip := map[string]bool{}
	if w.kind == 'm' && len(p.shared) > 0 && p.chance(60) {
		var names []string
		for a := range p.shared {
			names = append(names, a)
		}
		slices.Sort(names)
		for _, a := range names {
			if m := p.shared[a]; w.covers(m) && !w.same(m) {
				for i, k := range m.keys {
					if m.kids[i].same(w.kids[slices.Index(w.keys, k)]) && p.chance(80) {
						skip[k] = true
					}
				}
				if len(skip) == len(w.keys) {
					skip = map[string]bool{}
				} else {
					out = append(out, pad(col)+"<<: *"+a)
				}
				break
			}
		}
	}
	first := len(out) == 0
	for i, k := range w.kids {
		if w.kind == 'm' && skip[w.keys[i]] {
			continue
		}
		out = append(out, p.above(col, first)...)
		first = false
		intro := "-"
		if w.kind != 'l' {
			intro = p.key(w.keys[i], false) + ":"
			if !p.plainOnly && p.chance(1) {
				intro = "? " + strings.TrimSuffix(intro, ":")
				out = append(out, pad(col)+intro)
				intro = ":"
			}
		}
		head, body := p.value(k, col, w.kind == 'l')
		if head != "" && !strings.HasPrefix(head, " ") {
			head = " " + head
		}
		if intro == ":" && strings.TrimSpace(head) == "" && len(body) == 0 {
			head = " null"
		}
		out = append(append(out, pad(col)+intro+head), body...)
	}
	return out
}

func (w *want) covers(m *want) bool {
	for _, k := range m.keys {
		if !slices.Contains(w.keys, k) {
			return false
		}
	}
	return true
}

func literal(s string, in int) (head string, body []string, ok bool) {
	t := strings.TrimRight(s, "\n")
	tail := len(s) - len(t)
	if t == "" || strings.ContainsAny(s, "\r\u0085\u2028\ufeff\u0001") || tail > 1 {
		return "", nil, false
	}
	head = map[int]string{0: "|-", 1: "|"}[tail]
	for i, l := range strings.Split(t, "\n") {
		if i == 0 && (l == "" || l[0] == ' ' || l[0] == '\t') {
			return "", nil, false
		}
		if l != "" {
			l = pad(in) + l
		}
		body = append(body, l)
	}
	return head, body, strings.TrimSpace(body[len(body)-1]) != ""
}

func (p *printer) blockText(s string, in, col int) (head string, body []string, ok bool) {
	head, body, ok = literal(s, in)
	if !ok {
		return
	}
	switch {
	case p.chance(20) && in-max(col, 0) > 0 && in-max(col, 0) < 10:
		head = head[:1] + fmt.Sprint(in-max(col, 0)) + head[1:]
	case p.chance(20) && strings.HasSuffix(s, "\n"):
		head = "|+"
	case p.chance(20) && !strings.Contains(strings.TrimRight(s, "\n"), "\n"):
		head = ">" + head[1:]
	}
	if head != "|+" && p.chance(20) {
		body = append(body, "")
	}
	return head, body, true
}

func (p *printer) inner(w *want) string {
	m := *w
	m.kind = 'm'
	q := p.generator.printer()
	q.plainOnly = true
	g := *p.generator
	g.plainOnly = true
	q.generator = &g
	text := strings.Join(q.kids(&m, 0), "\n") + "\n"
	if p.chance(20) {
		text = strings.TrimRight(text, "\n")
	}
	return text
}

// document writes whole files.
func (g *generator) document(docs []*want) string {
	var b strings.Builder
	for i, w := range docs {
		p := g.printer()
		if len(docs) > 1 || g.chance(10) {
			if i == 0 && g.chance(30) {
				b.WriteString("# before\n")
			}
			b.WriteString("---" + p.tail() + "\n")
		} else if g.chance(30) {
			b.WriteString("# header\n")
			if g.chance(50) {
				b.WriteString("\n")
			}
		}
		head, body := p.value(w, -1, false)
		if head = strings.TrimLeft(head, " "); head != "" {
			b.WriteString(head + "\n")
		}
		for _, l := range body {
			b.WriteString(l + "\n")
		}
		if g.chance(10) {
			b.WriteString("\n# the end\n")
		}
		if g.chance(5) && i < len(docs)-1 {
			b.WriteString("...\n")
		}
	}
	s := b.String()
	if g.chance(15) {
		s = strings.TrimSuffix(s, "\n")
	}
	if g.chance(15) {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	if g.chance(10) {
		s = mark + s
	}
	return s
}

// pairs are the Ops that lead from the target to the source, as a promotion
// makes them, and random ones besides.
type opMaker struct {
	*generator
	out []Op
}

func (m *opMaker) walk(dst, src yamlfile.Node, at keypath.Path) {
	if !dst.Valid() || !src.Valid() || dst.Duplicated() {
		return
	}
	if dst.Kind() != src.Kind() || src.Kind() == syntax.Scalar {
		if !(dst.Leaf() && src.Leaf() && dst.Value().Equal(src.Value())) {
			m.out = append(m.out, Op{Action: Set, Path: at, From: src})
		}
		return
	}
	if src.Kind() == syntax.Mapping {
		for k, s := range src.Entries() {
			if d, ok := dst.Get(k); ok {
				m.walk(d, s, at.Child(k))
			} else {
				m.out = append(m.out, Op{Action: Add, Path: at.Child(k), From: s})
			}
		}
		for k := range dst.Entries() {
			if _, ok := src.Get(k); !ok {
				m.out = append(m.out, Op{Action: Delete, Path: at.Child(k)})
			}
		}
		return
	}
	if !named(dst) || !named(src) || dst.Leaf() != src.Leaf() {
		if !dst.Value().Equal(src.Value()) {
			if dst.Leaf() && src.Leaf() && m.chance(30) {
				m.out = append(m.out, Op{Action: Append, Path: at, From: src})
			} else {
				m.out = append(m.out, Op{Action: Set, Path: at, From: src})
			}
		}
		return
	}
	for s := range src.Items() {
		n, _ := s.Get("name")
		step := keypath.Step{Kind: keypath.Element, Key: "name", Value: n.Text()}
		if d, ok := dst.Step(step); ok {
			m.walk(d, s, at.Join(step))
		} else {
			m.out = append(m.out, Op{Action: Add, Path: at.Join(step), From: s})
		}
	}
	for d := range dst.Items() {
		n, _ := d.Get("name")
		step := keypath.Step{Kind: keypath.Element, Key: "name", Value: n.Text()}
		if _, ok := src.Step(step); !ok {
			m.out = append(m.out, Op{Action: Delete, Path: at.Join(step)})
		}
	}
}

func named(n yamlfile.Node) bool {
	seen := map[string]bool{}
	for i := range n.Items() {
		v, ok := i.Get("name")
		if i.Kind() != syntax.Mapping || !ok || v.Kind() != syntax.Scalar || seen[v.Text()] {
			return false
		}
		seen[v.Text()] = true
	}
	return true
}

// make gives Ops that do not lie one below the other.
func (g *generator) ops(dst, src *yamlfile.File) []Op {
	m := &opMaker{generator: g}
	if dst.Several() || src.Several() {
		a, b := dst.Roots(), src.Roots()
		for i := range min(len(a), len(b)) {
			m.walk(a[i], b[i], keypath.Of(keypath.Step{Kind: keypath.Document, Key: fmt.Sprint(i)}))
		}
	} else if a, b := dst.Roots(), src.Roots(); len(a) > 0 && len(b) > 0 {
		m.walk(a[0], b[0], keypath.Path{})
	}
	g.Shuffle(len(m.out), func(i, j int) { m.out[i], m.out[j] = m.out[j], m.out[i] })
	if g.chance(50) {
		m.out = m.out[:min(len(m.out), 1+g.IntN(4))]
	}
	return m.out
}
