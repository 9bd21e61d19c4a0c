package fleet

import (
	"bytes"
	"regexp"
	"strings"
)

// style is how one file is written. Two styles of one tree mean the same.
type style struct {
	indent   int    // of a nested mapping
	dashIn   bool   // the dashes of a list are indented below its key
	quote    byte   // ' or " around texts; 0: only where one is needed
	flow     bool   // lists and small elements that want one line get it
	comments bool   // comments are written
	align    int    // column of trailing comments; 0: one space
	anchors  bool   // anchors, aliases and merge keys are written as such
	crlf     bool   //
	bom      bool   //
	cut      bool   // no newline at the end
	blank    bool   // blank lines are written
	header   string // first comment line
}

func (st style) print(root *node) []byte {
	p := printer{style: st}
	if st.comments && st.header != "" {
		p.line("# " + st.header)
	}
	p.mapping(root, 0)
	out := p.b.Bytes()
	if st.cut && !endsInBlock(root) {
		out = bytes.TrimRight(out, "\n")
	}
	if st.crlf {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	if st.bom {
		out = append([]byte("\ufeff"), out...)
	}
	return out
}

// plainText is what plain lets through unquoted.
var plainText = regexp.MustCompile(`^([\p{L}/][^"]*|[0-9]+(ms|s|m|h))$`)

// endsInBlock reports whether the last newline of the file is part of a value.
func endsInBlock(n *node) bool {
	switch {
	case len(n.entries) > 0:
		return endsInBlock(n.entries[len(n.entries)-1].val)
	case len(n.items) > 0:
		return endsInBlock(n.items[len(n.items)-1])
	}
	return n.block != 0
}

type printer struct {
	style
	b bytes.Buffer
}

func (p *printer) line(s string) { p.b.WriteString(strings.TrimRight(s, " ") + "\n") }

func pad(n int) string { return strings.Repeat(" ", n) }

func (p *printer) mapping(n *node, col int) {
	for i, e := range n.entries {
		p.above(e, col, i == 0 && col > 0)
		p.entry(e, pad(col), col)
	}
}

// above writes what stands over an entry; a first entry has no blank line.
func (p *printer) above(e entry, col int, first bool) {
	if e.blank && p.blank && !first {
		p.line("")
	}
	if p.comments {
		for _, h := range e.head {
			p.line(pad(col) + "# " + h)
		}
	}
}

// entry writes lead, the key and its value; what follows on later lines is
// indented from col.
func (p *printer) entry(e entry, lead string, col int) {
	head := lead + p.key(e.key) + ":"
	v := e.val
	if v.alias != "" && p.anchors {
		p.tail(head+" *"+v.alias, e.tail)
		return
	}
	if v.anchor != "" && p.anchors {
		head += " &" + v.anchor
	}
	switch {
	case v.kind == scalar && v.block != 0 && p.quote != '"':
		p.block(head, v, col)
	case v.kind == scalar:
		p.tail(head+" "+p.scalar(v, false), e.tail)
	case p.inline(v):
		p.tail(head+" "+p.flowed(v), e.tail)
	case v.kind == mapping:
		p.tail(head, e.tail)
		p.merged(v, col+p.indent)
	default:
		p.tail(head, e.tail)
		p.items(v, col)
	}
}

// merged writes a mapping whose first entries may come by a merge key.
func (p *printer) merged(n *node, col int) {
	if n.merge == "" || !p.anchors {
		p.mapping(n, col)
		return
	}
	p.line(pad(col) + "<<: *" + n.merge)
	for _, e := range n.entries {
		if e.val.alias != n.merge { // written out only where nothing merges
			p.above(e, col, false)
			p.entry(e, pad(col), col)
		}
	}
}

func (p *printer) items(n *node, col int) {
	if p.dashIn {
		col += p.indent
	}
	for i, item := range n.items {
		switch {
		case item.kind == scalar:
			p.line(pad(col) + "- " + p.scalar(item, false))
		case p.inline(item):
			p.line(pad(col) + "- " + p.flowed(item))
		default:
			if i > 0 && p.blank && len(item.entries) > 3 {
				p.line("")
			}
			p.compact(item, col)
		}
	}
}

// compact writes a mapping whose first entry is on the line of its dash.
func (p *printer) compact(n *node, col int) {
	for i, e := range n.entries {
		lead := pad(col + 2)
		if i == 0 {
			lead = pad(col) + "- "
		} else {
			e.blank = false
			p.above(e, col+2, false)
		}
		p.entry(e, lead, col+2)
	}
}

// inline reports whether a value goes on one line.
func (p *printer) inline(n *node) bool {
	if len(n.entries)+len(n.items) == 0 {
		return true
	}
	if !p.flow || !n.flow || n.id != "" || n.merge != "" && p.anchors {
		return false
	}
	for _, e := range n.entries {
		if e.val.kind != scalar || e.val.block != 0 {
			return false
		}
	}
	return len(p.flowed(n)) < 90
}

func (p *printer) flowed(n *node) string {
	var parts []string
	for _, e := range n.entries {
		parts = append(parts, p.key(e.key)+": "+p.scalar(e.val, true))
	}
	for _, i := range n.items {
		parts = append(parts, p.scalar(i, true))
	}
	if n.kind == mapping {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (p *printer) tail(line, comment string) {
	if comment == "" || !p.comments {
		p.line(line)
		return
	}
	if n := p.align - len(line); n > 1 {
		line += pad(n - 1)
	}
	p.line(line + " # " + comment)
}

// block writes a text of several lines as a block scalar. A folded one has no
// line that folding would not bring back.
func (p *printer) block(head string, n *node, col int) {
	sign, body := string(n.block), n.text
	if strings.HasSuffix(body, "\n") {
		body = strings.TrimSuffix(body, "\n")
	} else {
		sign += "-"
	}
	p.line(head + " " + sign)
	lines := strings.Split(body, "\n")
	if n.block == '>' {
		lines = strings.SplitAfter(body, ". ") // broken after each sentence
	}
	for _, l := range lines {
		p.line(pad(col+p.indent) + l)
	}
}

func (p *printer) key(k string) string {
	if p.plain(k, false) {
		return k
	}
	return p.quoted(k)
}

func (p *printer) scalar(n *node, inFlow bool) string {
	switch {
	case n.class != text:
		return n.text
	case p.quote == 0 && p.plain(n.text, inFlow):
		return n.text
	}
	return p.quoted(n.text)
}

func (p *printer) quoted(s string) string {
	if p.quote == '\'' && !strings.ContainsAny(s, "\n\t\\") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// plain reports whether a text stays a text without quotes. It is stricter than
// it would have to be.
func (p *printer) plain(s string, inFlow bool) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null", "inf", "nan":
		return false
	}
	if inFlow && strings.ContainsAny(s, ",[]{}") || strings.ContainsAny(s, "\n\t") {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") || strings.TrimSpace(s) != s {
		return false
	}
	return plainText.MatchString(s)
}
