package manifest

import (
	"strings"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// fileName is what an object's text is parsed as: JSON is YAML, too.
const fileName = "object.yaml"

// open parses an object's text: JSON as block YAML. Where a ConfigMap's data
// holds a text of several lines in quotes (JSON must; a printer does for
// trailing blanks and CRLF), it is put into a literal block, as a person would:
// then it is shown line by line, and opened if it is a configuration file. raw
// keeps what was put otherwise.
func open(o *Object) (f *yamlfile.File, raw map[string]string, err error) {
	text := o.text
	if f, err = yamlfile.Parse(fileName, []byte(text)); err != nil {
		return nil, nil, err
	}
	if len(f.Roots()) != 1 || !f.Roots()[0].Valid() || f.Aliased() {
		return f, nil, nil
	}
	if root := f.Roots()[0]; f.Tree().Style(root.ID()) == syntax.Flow {
		text = blockStyle(root)
		if g, err := yamlfile.Parse(fileName, []byte(text)); err == nil {
			f = g
		}
	}
	if o.Kind != "ConfigMap" || o.Group != "" {
		return f, nil, nil
	}
	if g, raw := opened(f); g != nil {
		return g, raw, nil
	}
	return f, nil, nil
}

// opened is a ConfigMap with its data in blocks; nil where it is so already.
func opened(f *yamlfile.File) (*yamlfile.File, map[string]string) {
	data, ok := f.Roots()[0].Get("data")
	if !ok || data.Kind() != syntax.Mapping || f.Tree().Style(data.ID()) != syntax.Block {
		return nil, nil
	}
	var edits []textedit.Edit
	raw := map[string]string{}
	for k, v := range data.Entries() {
		if block, ok := asBlock(f, k, v); ok {
			raw[k] = v.Text()
			edits = append(edits, textedit.Edit{Span: f.Tree().Span(v.ID()), New: block})
		}
	}
	return respelled(f.Source(), edits, raw), raw
}

// respelled is the file with edits made; nil where there are none, or it would
// not say what it said: then as it was spelled is good enough.
func respelled(text string, edits []textedit.Edit, raw map[string]string) *yamlfile.File {
	if len(edits) == 0 {
		return nil
	}
	src, err := textedit.Apply([]byte(text), edits)
	if err != nil {
		return nil
	}
	g, err := yamlfile.Parse(fileName, src)
	if err != nil || len(g.Roots()) != 1 {
		return nil
	}
	data, _ := g.Roots()[0].Get("data")
	for k, want := range raw {
		if v, ok := data.Get(k); !ok || wholeText(v) != blockText(want) {
			return nil
		}
	}
	return g
}

// wholeText is the text of a scalar, also of one that holds a document.
func wholeText(n yamlfile.Node) string {
	if host, id := n.File().Host(); host != nil {
		return host.Tree().Text(id)
	}
	return n.Text()
}

// blockText is a text as a block shows it: LF for CRLF, and no byte order mark.
func blockText(s string) string {
	return strings.ReplaceAll(strings.TrimPrefix(s, "\ufeff"), "\r\n", "\n")
}

// document reports whether a key of data is the name of a configuration file,
// as yamlfile opens them.
func document(key string) bool {
	for _, e := range [...]string{".yaml", ".yml", ".json"} {
		if strings.HasSuffix(key, e) && len(key) > len(e) {
			return true
		}
	}
	return false
}

// asBlock is a text of several lines, or of a configuration file, as a literal
// block scalar. It answers false for what is one, and for what cannot be one.
func asBlock(f *yamlfile.File, key string, v yamlfile.Node) (string, bool) {
	if v.Kind() != syntax.Scalar || v.File() != f || v.Reached() != yamlfile.Written || v.Tag() != "" {
		return "", false
	}
	if s := f.Tree().Style(v.ID()); s == syntax.Literal || s == syntax.Folded {
		return "", false
	}
	text := blockText(v.Text())
	if !strings.Contains(text, "\n") && !document(key) || !inBlock(text) {
		return "", false
	}
	return "|2" + chomping(text) + "\n" + indented(text, column(f, v)+2), true
}

// column is how deep v's key stands.
func column(f *yamlfile.File, v yamlfile.Node) int {
	at := f.Tree().Whole(v.Key()).Start
	return at - strings.LastIndexByte(f.Source()[:at], '\n') - 1
}

// inBlock reports whether a literal block can hold text (YAML 1.2.2, 8.1.2): it
// has no escapes, and knows no break but LF.
func inBlock(text string) bool {
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\ufffd' {
			return false
		}
	}
	return strings.Trim(text, "\n \t") != ""
}

// chomping is the indicator of what becomes of the breaks at the text's end.
func chomping(text string) string {
	switch len(text) - len(strings.TrimRight(text, "\n")) {
	case 0:
		return "-"
	case 1:
		return ""
	}
	return "+"
}

func indented(text string, depth int) string {
	body := strings.TrimRight(text, "\n")
	var b strings.Builder
	for i, l := range strings.Split(body, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if l != "" {
			b.WriteString(strings.Repeat(" ", depth) + l)
		}
	}
	for range max(len(text)-len(body)-1, 0) {
		b.WriteByte('\n')
	}
	return b.String()
}
