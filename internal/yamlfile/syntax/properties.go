package syntax

import "strings"

// handles are a document's %TAG directives: what each handle stands for.
type handles map[string]string

// coreTags is what the handle !! stands for unless a %TAG says otherwise.
const coreTags = "tag:yaml.org,2002:"

func (pr *props) any() bool { return pr.end > 0 }

// TagName is the node's full tag: handles of the document's %TAG directives and
// !! replaced by what they stand for, %xx decoded, !<…> without its brackets.
// "" is no tag; "!" is the non-specific tag, which go-yaml reads as none.
func (t *Tree) TagName(id ID) string {
	tag := t.Tag(id)
	if tag == "" || tag == "!" {
		return tag
	}
	if strings.HasPrefix(tag, "!<") {
		return unescapeTag(tag[2 : len(tag)-1])
	}
	name, suffix := splitTag(tag)
	prefix, _ := t.handlesAt(t.nodes[id].start).prefix(name)
	return prefix + unescapeTag(suffix)
}

// handlesAt are the %TAG directives of the document that holds offset at.
func (t *Tree) handlesAt(at int32) handles {
	lo, hi := 0, len(t.docs)
	for lo < hi {
		mid := (lo + hi) / 2
		if t.docs[mid].Body.End < int(at) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(t.docs) {
		return t.docs[lo].handles
	}
	return nil
}

// splitTag is a tag's handle (!, !! or !x!) and the rest.
func splitTag(tag string) (handle, suffix string) {
	if i := strings.IndexByte(tag[1:], '!'); i >= 0 && isWord(tag[1:1+i]) {
		return tag[:i+2], tag[i+2:]
	}
	return tag[:1], tag[1:]
}

// prefix is what the handle name stands for.
func (h handles) prefix(name string) (prefix string, ok bool) {
	if prefix, ok = h[name]; ok {
		return prefix, true
	}
	switch name {
	case "!":
		return "!", true
	case "!!":
		return coreTags, true
	}
	return "", false
}

// isWord reports whether s is made of what tag handles and directive names are:
// letters, digits, - and _.
func isWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isWordByte(s[i]) {
			return false
		}
	}
	return true
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_'
}

func isTagByte(c byte, verbatim bool) bool {
	return isWordByte(c) || strings.IndexByte(";/?:@&=+$.!~*'()%", c) >= 0 || verbatim && isFlow(c)
}

func unescapeTag(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			b.WriteByte(hexByte(s[i+1])<<4 | hexByte(s[i+2]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// properties reads the anchor and tag that come next on this line, and the
// blanks behind them.
func (p *parser) properties(flow bool) (pr props) {
	for {
		switch p.at(p.pos) {
		case '&':
			p.anchor(&pr)
		case '!':
			p.tag(&pr, flow)
		default:
			return pr
		}
		p.blanks()
	}
}

func (p *parser) anchor(pr *props) {
	start := p.pos
	if pr.anchorEnd > 0 {
		p.fail(DuplicateProperty, start)
	}
	p.name()
	pr.anchor, pr.anchorEnd = int32(start+1), int32(p.pos)
	pr.extend(start, p.pos)
}

func (p *parser) tag(pr *props, flow bool) {
	start := p.pos
	if pr.tagEnd > 0 {
		p.fail(DuplicateProperty, start)
	}
	p.pos++
	if p.at(p.pos) == '<' {
		p.pos++
		if p.uri(true) == 0 || p.at(p.pos) != '>' {
			p.fail(BadTag, start)
		}
		p.pos++
	} else {
		p.uri(false)
		name, suffix := splitTag(p.src[start:p.pos])
		if suffix == "" && len(name) > 1 {
			p.fail(BadTag, start)
		}
		if _, ok := p.handles.prefix(name); !ok {
			p.fail(UnknownTagHandle, start)
		}
	}
	if c := p.at(p.pos); !p.spaceAt(p.pos) && !(flow && (c == ',' || c == ']' || c == '}')) {
		p.fail(BadTag, start)
	}
	pr.tag, pr.tagEnd = int32(start), int32(p.pos)
	pr.extend(start, p.pos)
}

// uri moves over the characters of a tag and gives their number. Escapes must
// make up UTF-8 characters.
func (p *parser) uri(verbatim bool) int {
	start, rest := p.pos, 0
	for p.pos < len(p.src) && isTagByte(p.src[p.pos], verbatim) {
		if p.src[p.pos] != '%' {
			if rest > 0 {
				p.fail(BadTag, start)
			}
			p.pos++
			continue
		}
		if p.pos+2 >= len(p.src) || !isHex(p.src[p.pos+1]) || !isHex(p.src[p.pos+2]) {
			p.fail(BadTag, p.pos)
		}
		rest = octet(hexByte(p.src[p.pos+1])<<4|hexByte(p.src[p.pos+2]), rest)
		if rest < 0 {
			p.fail(BadTag, p.pos)
		}
		p.pos += 3
	}
	if rest > 0 {
		p.fail(BadTag, start)
	}
	return p.pos - start
}

// octet is how many bytes of a UTF-8 sequence are still to come after c, of
// which rest were; -1: c cannot stand there.
func octet(c byte, rest int) int {
	switch {
	case rest > 0 && c&0xc0 == 0x80:
		return rest - 1
	case rest > 0:
		return -1
	case c < 0x80:
		return 0
	case c&0xe0 == 0xc0:
		return 1
	case c&0xf0 == 0xe0:
		return 2
	case c&0xf8 == 0xf0:
		return 3
	}
	return -1
}

// name moves over the indicator (& or *) and the name behind it.
//
// YAML 1.2 lets a name hold colons, so that *a: is the alias "a:". go-yaml ends
// a name before its last colons, so that *a: is a key, and that is read first;
// colons is the other reading, for sources that have no first one.
func (p *parser) name() {
	start := p.pos
	p.pos++
	for p.pos < len(p.src) && p.src[p.pos] > ' ' && p.src[p.pos] != 0x7f && !isFlow(p.src[p.pos]) {
		if p.src[p.pos] >= 0x80 && p.src[p.pos-1] == ':' {
			p.sawColon = true
			if !p.colons {
				break
			}
		}
		p.pos++
	}
	if p.src[p.pos-1] == ':' {
		p.sawColon = true
		for !p.colons && p.src[p.pos-1] == ':' {
			p.pos--
		}
	}
	if p.pos == start+1 {
		p.fail(BadAnchor, start)
	}
	if c := p.at(p.pos); c == '[' || c == '{' || c == 0x7f {
		p.fail(BadAnchor, start)
	}
}

func (pr *props) extend(start, end int) {
	if !pr.any() {
		pr.start = int32(start)
	}
	pr.end = int32(end)
}

// join adds the properties of a further line to those of earlier ones.
func (p *parser) join(a, b props) props {
	if !a.any() || !b.any() {
		if a.any() {
			return a
		}
		return b
	}
	if a.anchorEnd > 0 && b.anchorEnd > 0 || a.tagEnd > 0 && b.tagEnd > 0 {
		p.fail(DuplicateProperty, int(b.start))
	}
	if b.anchorEnd > 0 {
		a.anchor, a.anchorEnd = b.anchor, b.anchorEnd
	}
	if b.tagEnd > 0 {
		a.tag, a.tagEnd = b.tag, b.tagEnd
	}
	a.end = b.end
	return a
}
