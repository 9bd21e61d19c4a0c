package edit

import (
	"fmt"
	"strings"

	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// quoted spells text in single or double quotes; single ones where the text can
// stand in them on one line.
func quoted(text string, style syntax.Style) string {
	if style == syntax.Single && printable(text) && !strings.ContainsAny(text, "\n\t") {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return doubleQuoted(text)
}

// escapes of YAML 1.2.2, section 5.7, that YAML 1.1 and JSON share.
var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\t': `\t`, '\r': `\r`, '\b': `\b`, '\f': `\f`}

func doubleQuoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		e, ok := escapes[r]
		switch {
		case ok:
			b.WriteString(e)
		case printable(string(r)):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// token spells the scalar c on one line, as near to style as it can be.
func (w *writer) token(c *content, style syntax.Style, flow bool) string {
	if c.document {
		w.refuse(WhyDocumentText)
	}
	if w.json {
		return w.jsonToken(c)
	}
	return withTag(c.tag, w.bareToken(c, style, flow))
}

func (w *writer) bareToken(c *content, style syntax.Style, flow bool) string {
	if !c.isText() {
		if c.text == "" && flow {
			return "null"
		}
		return c.text
	}
	switch style {
	case syntax.Single, syntax.Double:
		return quoted(c.text, style)
	}
	if plainSafe(c.text, flow) || c.tag != "" && plainTagged(c, flow) {
		return c.text
	}
	return quoted(c.text, w.habits().quote)
}

// plainTagged: behind a tag the type is said, only the characters count.
func plainTagged(c *content, flow bool) bool {
	return c.style == syntax.Plain && c.text != "" && printable(c.text) && plainChars(c.text, flow)
}

func withTag(tag, text string) string {
	if tag == "" {
		return text
	}
	if text == "" {
		return tag
	}
	return tag + " " + text
}

// isText reports whether the scalar is spelled by its decoded text; anything
// else is spelled as the source has it.
func (c *content) isText() bool {
	k := c.val.Kind()
	return k == value.String || k == value.Tagged
}

// keyToken spells a mapping key: as the source does where that is legal here.
func (w *writer) keyToken(e *entry, flow bool) string {
	switch {
	case w.json:
		return jsonString(e.key)
	case e.bare:
		return ""
	case e.raw != "" && !flow:
		return e.raw
	case e.raw != "" && (e.raw[0] == '"' || e.raw[0] == '\'' || plainChars(e.raw, true)):
		return e.raw
	case plainSafe(e.key, flow):
		return e.key
	}
	return quoted(e.key, w.habits().quote)
}
