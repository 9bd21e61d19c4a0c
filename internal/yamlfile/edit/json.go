package edit

import (
	"encoding/json"
	"fmt"
	"strings"

	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// jsonString is text in double quotes with JSON's escapes (RFC 8259, section 7)
// and no others: < and & stay as they are.
func jsonString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case escapes[r] != "":
			b.WriteString(escapes[r])
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 || r == 0x85 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// jsonToken is a scalar in JSON; YAML's own values (.inf, 0x1F, !tag) have none.
func (w *writer) jsonToken(c *content) string {
	switch c.val.Kind() {
	case value.String:
		if c.tag == "" || c.tag == "!!str" {
			return jsonString(c.text)
		}
	case value.Null:
		return "null"
	case value.Bool:
		return strings.ToLower(c.text)
	case value.Int, value.Float:
		if json.Valid([]byte(c.text)) {
			return c.text
		}
	}
	w.refuse(WhyJSON)
	return "null"
}

// jsonValue is a value in JSON: collections as the file breaks its lines, in is
// the indentation of the line it begins on.
func (w *writer) jsonValue(c *content, in string) string {
	if c.kind == syntax.Scalar {
		return w.token(c, c.style, true)
	}
	open, shut := "{", "}"
	if c.kind == syntax.Sequence {
		open, shut = "[", "]"
	}
	if c.tag != "" {
		w.refuse(WhyJSON)
	}
	if len(c.kids) == 0 {
		return open + shut
	}
	step, eol := w.habits().indent, w.sheet.eol
	var parts []string
	for _, e := range c.kids {
		parts = append(parts, w.jsonEntry(e, in+step))
	}
	if step == "" {
		return open + strings.Join(parts, ", ") + shut
	}
	return open + eol + in + step + strings.Join(parts, ","+eol+in+step) + eol + in + shut
}

func (w *writer) jsonEntry(e *entry, in string) string {
	if e.note != "" {
		w.refuse(WhyJSON)
	}
	v := w.jsonValue(e.val, in)
	if !e.named {
		return v
	}
	return jsonString(e.key) + w.jsonColon() + v
}

// jsonColon is ": ", or ":" where the file has no blanks at all.
func (w *writer) jsonColon() string {
	s := w.sheet.s
	if i := strings.Index(s, `":`); i >= 0 && i+2 < len(s) && !isBlank(s[i+2]) && !isBreak(s[i+2]) {
		return ":"
	}
	return ": "
}

// jsonIndent is what the first element on a line of its own is indented by; ""
// where the file has one line.
func (x *sheet) jsonIndent() string {
	p := x.next(x.from)
	if strings.Trim(x.s[x.from:], " \t\r\n") == "" {
		return "  "
	}
	for ; p < len(x.s); p = x.next(p) {
		l := x.line(p)
		if in := l[:len(l)-len(strings.TrimLeft(l, " \t"))]; in != "" && in != l {
			return in
		}
	}
	if strings.Trim(x.s[x.from:], " \t\r\n") == "{}" {
		return "  "
	}
	return ""
}

// indentOf is the indentation of the line that holds p.
func (x *sheet) indentOf(p int) string {
	ls := x.lineOf(p)
	return x.s[ls:x.blanks(ls)]
}
