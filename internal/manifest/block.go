package manifest

import (
	"strings"

	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// blockStyle is a JSON object as block YAML, which people can read line by line,
// in the order of its keys.
func blockStyle(n yamlfile.Node) string {
	p := blockPrinter{}
	p.node(n, 0)
	return p.b.String()
}

type blockPrinter struct{ b strings.Builder }

// node prints n where a line has begun, depth spaces deep, and ends it.
func (p *blockPrinter) node(n yamlfile.Node, depth int) {
	switch {
	case n.Kind() == syntax.Scalar:
		p.b.WriteString(scalarText(n) + "\n")
	case n.Empty() && n.Kind() == syntax.Mapping:
		p.b.WriteString("{}\n")
	case n.Empty():
		p.b.WriteString("[]\n")
	case n.Kind() == syntax.Mapping:
		first := true
		for k, v := range n.Entries() {
			p.start(&first, depth)
			p.b.WriteString(stringText(k) + ":")
			p.below(v, depth)
		}
	default:
		first := true
		for v := range n.Items() {
			p.start(&first, depth)
			p.b.WriteString("- ")
			p.node(v, depth+2)
		}
	}
}

// start indents every entry but the first, which stands where its parent does.
func (p *blockPrinter) start(first *bool, depth int) {
	if !*first {
		p.b.WriteString(strings.Repeat(" ", depth))
	}
	*first = false
}

// below prints the value of a key.
func (p *blockPrinter) below(v yamlfile.Node, depth int) {
	switch {
	case v.Kind() == syntax.Scalar || v.Empty():
		p.b.WriteByte(' ')
		p.node(v, depth)
	case v.Kind() == syntax.Mapping:
		p.b.WriteString("\n" + strings.Repeat(" ", depth+2))
		p.node(v, depth+2)
	default:
		p.b.WriteString("\n" + strings.Repeat(" ", depth))
		p.node(v, depth)
	}
}

func scalarText(n yamlfile.Node) string {
	t := n.File().Tree()
	switch {
	case n.Value().Kind() == value.String:
		if s := n.Text(); plainString(s) || t.Style(n.ID()) == syntax.Plain {
			return s
		}
	case n.Tag() != "":
		return n.Tag() + " " + t.Raw(n.ID())
	}
	return t.Raw(n.ID())
}

// stringText is a key: as it is where it needs no quotes.
func stringText(s string) string {
	if plainString(s) {
		return s
	}
	return quoted(s)
}

// plainString reports whether s, without quotes, is read as the same string by
// every reader. Few are not.
func plainString(s string) bool {
	if value.Resolve(s, true, "").Kind() != value.String {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '/':
		case c == '-' && i > 0:
		case c == ':' && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	return s != ""
}

// quoted is s in double quotes, as JSON and YAML both read it.
func quoted(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\x` + string(hex[r>>4]) + string(hex[r&15]))
		case r >= 0x80 && r <= 0x9f || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			b.WriteString(`\u` + string(hex[r>>12&15]) + string(hex[r>>8&15]) + string(hex[r>>4&15]) + string(hex[r&15]))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
