package syntax

import (
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
)

// What can be wrong with JSON (RFC 8259), beside bytes that are no text.
var (
	// JSONEmpty: no value at all. JSONTrailing: something behind the value.
	JSONEmpty    = problem.Code{Name: "json-empty", Class: problem.Wrong}
	JSONTrailing = problem.Code{Name: "json-trailing-content", Class: problem.Wrong}
	// JSONByteOrderMark: the file starts with a byte order mark.
	JSONByteOrderMark = problem.Code{Name: "json-byte-order-mark", Class: problem.Wrong}
	// JSONComment: JSON has no comments.
	JSONComment = problem.Code{Name: "json-comment", Class: problem.Wrong}
	// JSONTrailingComma: a comma before a closing bracket. Place is the comma.
	JSONTrailingComma = problem.Code{Name: "json-trailing-comma", Class: problem.Wrong}
	// JSONMissingComma, JSONMissingColon: Place is where it should stand.
	JSONMissingComma = problem.Code{Name: "json-missing-comma", Class: problem.Wrong}
	JSONMissingColon = problem.Code{Name: "json-missing-colon", Class: problem.Wrong}
	// JSONQuotes: a key or string that is not in double quotes.
	JSONQuotes = problem.Code{Name: "json-quotes", Class: problem.Wrong}
	// JSONValue: no value where one is needed. JSONNumber: no JSON number.
	JSONValue  = problem.Code{Name: "json-value", Class: problem.Wrong}
	JSONNumber = problem.Code{Name: "json-number", Class: problem.Wrong}
	// JSONUnclosedString, JSONUnclosed (Args "bracket"): Place is where it opens.
	JSONUnclosedString = problem.Code{Name: "json-unclosed-string", Class: problem.Wrong}
	JSONUnclosed       = problem.Code{Name: "json-unclosed", Class: problem.Wrong}
	// JSONEscape: an unknown or incomplete \ sequence, or half a surrogate pair.
	JSONEscape = problem.Code{Name: "json-bad-escape", Class: problem.Wrong}
	// JSONControl: a line break, tab or other control character in a string.
	JSONControl = problem.Code{Name: "json-control-character", Class: problem.Wrong}
)

func parseJSON(name, src string) (*Tree, error) {
	p := newParser(src, false)
	t, failed := p.run((*parser).json)
	if failed != nil {
		return nil, explain(name, src, failed)
	}
	return t, nil
}

// json reads one value, as one document without markers.
func (p *parser) json() {
	if strings.HasPrefix(p.src, byteOrderMark) {
		p.fail(JSONByteOrderMark, 0)
	}
	p.jsonSpace()
	if p.pos >= len(p.src) {
		p.fail(JSONEmpty, 0)
	}
	root := p.jsonValue()
	p.jsonSpace()
	if p.pos < len(p.src) {
		p.fail(JSONTrailing, p.pos)
	}
	p.docs = []Document{{Root: root, Start: -1, End: -1, Body: textedit.Span{End: len(p.src)}}}
}

// jsonSpace moves over space and refuses comments.
func (p *parser) jsonSpace() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; c {
		case ' ', '\t', '\n', '\r':
			p.pos++
		case '/', '#':
			p.fail(JSONComment, p.pos)
		default:
			return
		}
	}
}

func (p *parser) jsonValue() ID {
	switch c := p.at(p.pos); {
	case c == '{':
		return p.jsonCollection(Mapping, '}')
	case c == '[':
		return p.jsonCollection(Sequence, ']')
	case c == '"':
		return p.jsonString()
	case c == '\'':
		p.fail(JSONQuotes, p.pos)
	case c == '-' || c >= '0' && c <= '9':
		return p.jsonNumber()
	case c == '+' || c == '.':
		p.fail(JSONNumber, p.pos)
	}
	return p.jsonWord()
}

// jsonCollection reads an object or array.
func (p *parser) jsonCollection(kind Kind, close byte) ID {
	p.enter()
	open := p.pos
	id := p.add(kind, Flow, open, open+1)
	last, comma := None, -1
	for p.pos++; ; p.pos++ {
		p.jsonSpace()
		c := p.at(p.pos)
		switch {
		case c == 0:
			p.fail(JSONUnclosed, open, "bracket", p.src[open:open+1])
		case c == close && comma >= 0:
			p.fail(JSONTrailingComma, comma)
		case c != close:
			if kind == Mapping {
				last = p.link(id, last, p.jsonKey(open))
			}
			value := p.jsonValue()
			if kind == Mapping {
				p.nodes[value].mark = p.colonBefore(last)
			}
			last = p.link(id, last, value)
			p.jsonSpace()
			if p.at(p.pos) == ',' {
				comma = p.pos
				continue
			}
		}
		if p.at(p.pos) == 0 {
			p.fail(JSONUnclosed, open, "bracket", p.src[open:open+1])
		}
		if p.src[p.pos] != close {
			p.fail(JSONMissingComma, p.pos)
		}
		p.pos++
		p.nodes[id].end = int32(p.pos)
		p.leave()
		return id
	}
}

// jsonKey reads a key and its colon, and the space behind it.
func (p *parser) jsonKey(open int) ID {
	if p.src[p.pos] != '"' {
		if c := p.src[p.pos]; c == ',' || c == ']' || c == '}' || c == ':' {
			p.fail(JSONValue, p.pos)
		}
		p.fail(JSONQuotes, p.pos)
	}
	key := p.jsonString()
	p.jsonSpace()
	if p.at(p.pos) == 0 {
		p.fail(JSONUnclosed, open, "bracket", p.src[open:open+1])
	}
	if p.src[p.pos] != ':' {
		p.fail(JSONMissingColon, p.pos)
	}
	p.pos++
	p.jsonSpace()
	return key
}

// colonBefore is the offset of the colon behind key.
func (p *parser) colonBefore(key ID) int32 {
	end := p.nodes[key].end
	return end + int32(strings.IndexByte(p.src[end:], ':'))
}

func (p *parser) jsonString() ID {
	start, coded := p.pos, false
	for i := start + 1; ; {
		for i < len(p.src) && p.src[i] >= ' ' && p.src[i] != '"' && p.src[i] != '\\' {
			i++
		}
		switch c := p.at(i); {
		case c == '"':
			p.pos = i + 1
			return p.quoted(Double, start, coded)
		case c == '\\':
			i, coded = p.jsonEscape(i), true
		case c == 0:
			p.fail(JSONUnclosedString, start)
		case isBreak(c):
			p.fail(JSONUnclosedString, start)
		default:
			p.fail(JSONControl, i)
		}
	}
}

// jsonEscape is the offset behind the escape sequence at i; both halves of a
// surrogate pair are one.
func (p *parser) jsonEscape(i int) int {
	if c := p.at(i + 1); c != 'u' {
		if c == 0 || strings.IndexByte(`"\/bfnrt`, c) < 0 {
			p.fail(JSONEscape, i)
		}
		return i + 2
	}
	r := p.jsonHex(i, i)
	if r < 0xd800 || r > 0xdfff {
		return i + 6
	}
	if r > 0xdbff || p.at(i+6) != '\\' || p.at(i+7) != 'u' {
		p.fail(JSONEscape, i)
	}
	if low := p.jsonHex(i+6, i); low < 0xdc00 || low > 0xdfff {
		p.fail(JSONEscape, i)
	}
	return i + 12
}

// jsonHex is the value of the \uXXXX at i, part of the escape at start.
func (p *parser) jsonHex(i, start int) rune {
	for k := i + 2; k < i+6; k++ {
		if !isHex(p.at(k)) {
			p.fail(JSONEscape, start)
		}
	}
	return hexRune(p.src[i+2 : i+6])
}

func (p *parser) jsonNumber() ID {
	start := p.pos
	if p.at(p.pos) == '-' {
		p.pos++
	}
	if p.at(p.pos) == '0' {
		p.pos++
	} else {
		p.jsonDigits(start)
	}
	if p.at(p.pos) == '.' {
		p.pos++
		p.jsonDigits(start)
	}
	if c := p.at(p.pos); c == 'e' || c == 'E' {
		p.pos++
		if c := p.at(p.pos); c == '+' || c == '-' {
			p.pos++
		}
		p.jsonDigits(start)
	}
	if c := p.at(p.pos); isWordByte(c) || c == '.' || c == '+' {
		p.fail(JSONNumber, start)
	}
	return p.add(Scalar, Plain, start, p.pos)
}

// jsonDigits moves over one digit at least of the number at start.
func (p *parser) jsonDigits(start int) {
	from := p.pos
	for c := p.at(p.pos); c >= '0' && c <= '9'; c = p.at(p.pos) {
		p.pos++
	}
	if p.pos == from {
		p.fail(JSONNumber, start)
	}
}

// jsonWord reads true, false or null.
func (p *parser) jsonWord() ID {
	start := p.pos
	switch p.word() {
	case "true", "false", "null":
		return p.add(Scalar, Plain, start, p.pos)
	case "NaN", "Infinity":
		p.fail(JSONNumber, start)
	case "":
		p.fail(JSONValue, start)
	}
	p.fail(JSONQuotes, start)
	return None
}
