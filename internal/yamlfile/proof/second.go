package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// reading is how the second reader took a text that ours has read.
type reading struct {
	err error // it gave up
	at  *node // the first node on which it disagrees; nil with disagree: another number of documents
	bad bool

	// YAML 1.1 counts U+0085, U+2028 and U+2029 as line breaks and go-yaml still
	// does; YAML 1.2 and ours do not. A text in which that is the only trouble is
	// read again with other characters in their place. What is left of the
	// trouble is remembered, and may not grow by an edit.
	stuck bool // as it stands, the second reader gives up
	folds int  // scalars that it reads with other text as they stand
}

func (r reading) ok() bool { return r.err == nil && !r.bad }

// worse reports whether r has trouble with line separators that before had not.
func (r reading) worse(before reading) bool {
	return r.stuck && !before.stuck || !before.stuck && r.folds > before.folds
}

// readAgain reads t's text with the second reader and compares.
func readAgain(t *tree) reading {
	if strings.HasSuffix(t.file.Name(), ".json") {
		docs, err := readJSON(t.file.Source())
		return against(t, docs, err, nil, nil)
	}
	src := blankVersions(t)
	docs, err := readV4(src)
	r := against(t, docs, err, nil, nil)
	if r.ok() || !strings.ContainsAny(src, separators) {
		return r
	}
	return readSeparated(t, src, docs, err)
}

const separators = "\u0085\u2028\u2029"

// readSeparated reads a text whose line separators trouble the second reader.
func readSeparated(t *tree, src string, asIs []*yaml.Node, stuck error) reading {
	swap, back := stands(src)
	if swap == nil {
		return against(t, asIs, stuck, nil, nil)
	}
	folds := 0
	if stuck == nil {
		if r := against(t, asIs, nil, nil, &folds); !r.ok() {
			return r // it reads other keys than ours: so do the services
		}
	}
	docs, err := readV4(swap.Replace(src))
	r := against(t, docs, err, back, nil)
	r.stuck, r.folds = stuck != nil, folds
	return r
}

// stands finds characters of the same length that src has neither written nor
// escaped, to stand for the line separators.
func stands(src string) (swap, back *strings.Replacer) {
	var to []string
	lower := strings.ToLower(src)
	find := func(from, upto rune) bool {
		for r := from; r <= upto; r++ {
			if s := string(r); !strings.Contains(src, s) && !strings.Contains(lower, fmt.Sprintf("%02x", r)) {
				to = append(to, s)
				return true
			}
		}
		return false
	}
	if !find(0xc0, 0x2af) || !find(0xe000, 0xe3ff) || !find(0xe400, 0xe7ff) {
		return nil, nil
	}
	return strings.NewReplacer("\u0085", to[0], "\u2028", to[1], "\u2029", to[2]),
		strings.NewReplacer(to[0], "\u0085", to[1], "\u2028", to[2], "\u2029")
}

// blankVersions is the source with its %YAML 1.2 directives, which go-yaml
// refuses as incompatible, overwritten by blanks.
func blankVersions(t *tree) string {
	s := t.file.Tree()
	src := s.Source()
	for i := range s.Documents() {
		for _, v := range directives(s, i).versions {
			src = src[:v.Start] + strings.Repeat(" ", v.Len()) + src[v.End:]
		}
	}
	return src
}

// readV4 gives the roots of a stream's documents as go-yaml reads them.
func readV4(src string) (docs []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("go-yaml panicked: %v", p)
		}
	}()
	l, err := yaml.NewLoader(strings.NewReader(src))
	if err != nil {
		return nil, err
	}
	for {
		var n yaml.Node
		switch err := l.Load(&n); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, err
		case n.Kind != yaml.DocumentNode || len(n.Content) != 1:
			return nil, errors.New("not a document")
		}
		docs = append(docs, n.Content[0])
	}
}

// readJSON gives a JSON text in the same terms. Duplicate keys are kept.
func readJSON(src string) ([]*yaml.Node, error) {
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(src, "\ufeff")))
	d.UseNumber()
	root, err := jsonNode(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text behind the value")
	}
	return []*yaml.Node{root}, nil
}

func jsonNode(d *json.Decoder) (*yaml.Node, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := tok.(type) {
	case json.Delim:
		n.Kind, n.Style = yaml.SequenceNode, yaml.FlowStyle
		if v == '{' {
			n.Kind = yaml.MappingNode
		}
		for d.More() {
			c, err := jsonNode(d)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		_, err = d.Token()
		return n, err
	case string:
		n.Value, n.Style, n.Tag = v, yaml.DoubleQuotedStyle, "!!str"
	case json.Number:
		n.Value, n.Tag = v.String(), "!!int"
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n.Value, n.Tag = fmt.Sprint(v), "!!bool"
	case nil:
		n.Value, n.Tag = "null", "!!null"
	}
	return n, nil
}

// against compares our tree with what the second reader gave. back, where not
// nil, undoes the swap of characters; with folds, scalars that hold a line
// separator may have other text, and are counted.
func against(t *tree, docs []*yaml.Node, err error, back *strings.Replacer, folds *int) reading {
	if err != nil {
		return reading{err: err}
	}
	c := comparer{back: back, folds: folds}
	ours := make([]*node, 0, len(t.docs))
	for i, d := range t.docs {
		if d == nil && t.file.Tree().Documents()[i].Start < 0 {
			continue // nothing but comments: no document at all
		}
		ours = append(ours, d)
	}
	if len(ours) != len(docs) {
		return reading{bad: true}
	}
	for i, d := range ours {
		if d == nil {
			if n := docs[i]; n.Kind != yaml.ScalarNode || n.Tag != "!!null" || n.Value != "" {
				return reading{bad: true}
			}
		} else if at := c.differs(d, docs[i]); at != nil {
			return reading{bad: true, at: at}
		}
	}
	return reading{}
}

type comparer struct {
	back  *strings.Replacer
	folds *int
}

// differs is the first node on which the readers disagree, or nil.
func (c *comparer) differs(n *node, m *yaml.Node) *node {
	n.twin = m
	if !c.sameNode(n, m) || len(n.kids) != len(m.Content) {
		return n
	}
	for i, k := range n.kids {
		if at := c.differs(k, m.Content[i]); at != nil {
			return at
		}
	}
	return nil
}

func (c *comparer) sameNode(n *node, m *yaml.Node) bool {
	if n.anchor != c.text(m.Anchor) || n.kind != syntax.Alias && n.tag != c.tag(m) {
		return false
	}
	switch n.kind {
	case syntax.Alias:
		return m.Kind == yaml.AliasNode && n.text == c.text(m.Value) && n.target != nil && n.target.twin == m.Alias
	case syntax.Mapping:
		return m.Kind == yaml.MappingNode && (n.style == syntax.Flow) == (m.Style&yaml.FlowStyle != 0)
	case syntax.Sequence:
		return m.Kind == yaml.SequenceNode && (n.style == syntax.Flow) == (m.Style&yaml.FlowStyle != 0)
	}
	return m.Kind == yaml.ScalarNode && n.style == scalarStyle(m) && c.sameText(n.text, m.Value)
}

func (c *comparer) sameText(ours, theirs string) bool {
	if ours == c.text(theirs) {
		return true
	}
	if c.folds == nil || !strings.ContainsAny(ours, separators) {
		return false
	}
	*c.folds++
	return true
}

func (c *comparer) text(s string) string {
	if c.back == nil || s == "" {
		return s
	}
	return c.back.Replace(s)
}

// tag is the tag that was written, in short form.
func (c *comparer) tag(m *yaml.Node) string {
	if m.Style&yaml.TaggedStyle != 0 || m.Tag == "!" {
		return c.text(m.Tag)
	}
	return ""
}

func scalarStyle(m *yaml.Node) syntax.Style {
	switch {
	case m.Style&yaml.SingleQuotedStyle != 0:
		return syntax.Single
	case m.Style&yaml.DoubleQuotedStyle != 0:
		return syntax.Double
	case m.Style&yaml.LiteralStyle != 0:
		return syntax.Literal
	case m.Style&yaml.FoldedStyle != 0:
		return syntax.Folded
	}
	return syntax.Plain
}
