package syntax_test

import (
	"strings"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// events prints a tree in the notation of yaml-test-suite: one event a line.
func events(t *syntax.Tree) string {
	var b strings.Builder
	b.WriteString("+STR\n")
	for _, d := range t.Documents() {
		b.WriteString("+DOC")
		if d.Start >= 0 {
			b.WriteString(" ---")
		}
		b.WriteString("\n")
		if d.Root == syntax.None {
			b.WriteString("=VAL :\n")
		} else {
			nodeEvents(&b, t, d.Root)
		}
		b.WriteString("-DOC")
		if d.End >= 0 {
			b.WriteString(" ...")
		}
		b.WriteString("\n")
	}
	b.WriteString("-STR\n")
	return b.String()
}

var eventEscapes = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\t", "\\t", "\r", "\\r", "\b", "\\b")

func nodeEvents(b *strings.Builder, t *syntax.Tree, id syntax.ID) {
	properties := ""
	if a := t.Anchor(id); a != "" {
		properties += " &" + a
	}
	if g := t.TagName(id); g != "" {
		properties += " <" + g + ">"
	}
	switch t.Kind(id) {
	case syntax.Alias:
		b.WriteString("=ALI *" + t.AliasName(id) + "\n")
	case syntax.Scalar:
		style := [...]string{"", ":", "'", "\"", "|", ">"}[t.Style(id)]
		b.WriteString("=VAL" + properties + " " + style + eventEscapes.Replace(t.Text(id)) + "\n")
	default:
		name, brackets := "SEQ", " []"
		if t.Kind(id) == syntax.Mapping {
			name, brackets = "MAP", " {}"
		}
		if t.Style(id) != syntax.Flow {
			brackets = ""
		}
		b.WriteString("+" + name + brackets + properties + "\n")
		for c := t.First(id); c != syntax.None; c = t.Next(c) {
			nodeEvents(b, t, c)
		}
		b.WriteString("-" + name + "\n")
	}
}
