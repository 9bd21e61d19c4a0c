package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
)

// What can be wrong with bytes that should be text. Place is the first bad byte.
var (
	// InvalidUTF8: Args "byte" (0xff).
	InvalidUTF8 = problem.Code{Name: "yaml-invalid-utf8", Class: problem.Wrong}
	// UTF16: the text is UTF-16 or UTF-32, with or without byte order mark.
	UTF16 = problem.Code{Name: "yaml-utf16", Class: problem.Wrong}
	// ControlCharacter: a character that no text holds. Args "character" (U+0000).
	ControlCharacter = problem.Code{Name: "yaml-control-character", Class: problem.Wrong}
	// TooLarge: more than MaxSize bytes. Args "limit".
	TooLarge = problem.Code{Name: "yaml-too-large", Class: problem.Wrong}
	// TooDeep: more than MaxDepth collections inside each other. Args "limit".
	TooDeep = problem.Code{Name: "yaml-too-deep", Class: problem.Wrong}
	// NotPlainYAML: a template that becomes YAML only when it is rendered (Helm,
	// Jinja). Place is the first template action; Err is what else was wrong.
	NotPlainYAML = problem.Code{Name: "not-plain-yaml", Class: problem.Wrong}
	// ConflictMarker: a line that git leaves where a merge failed. Place is the
	// first; Err is what else was wrong.
	ConflictMarker = problem.Code{Name: "yaml-conflict-marker", Class: problem.Wrong}
)

// What can be wrong with the layout of a document.
var (
	// TabIndent: a tab where indentation must be spaces.
	TabIndent = problem.Code{Name: "yaml-tab-indent", Class: problem.Wrong}
	// BadIndent: a line that stands deeper or shallower than any open collection.
	// Args "column" (the column, from 1, of the collection it would belong to).
	BadIndent = problem.Code{Name: "yaml-bad-indent", Class: problem.Wrong}
	// MappingValue: a colon where no key may stand (a: b: c). Place is the colon.
	MappingValue = problem.Code{Name: "yaml-mapping-value", Class: problem.Wrong}
	// ContinuedKey: a "key:" on a line that, by its indentation, continues the
	// text of a line before it. Place is the key; Args "line" is where that text
	// starts.
	ContinuedKey = problem.Code{Name: "yaml-continued-key", Class: problem.Wrong}
	// MissingColon: a line among keys that is no key. Place is its start.
	MissingColon = problem.Code{Name: "yaml-missing-colon", Class: problem.Wrong}
	// ColonSpace: the same, with a colon that no space follows. Place is the colon.
	ColonSpace = problem.Code{Name: "yaml-colon-space", Class: problem.Wrong}
	// MultilineKey: a key without ? that runs over several lines.
	MultilineKey = problem.Code{Name: "yaml-multiline-key", Class: problem.Wrong}
	// MissingDash: a line among list items that does not start with a dash.
	MissingDash = problem.Code{Name: "yaml-missing-dash", Class: problem.Wrong}
	// UnexpectedDash: a list item where none may start (a: - b; after keys).
	UnexpectedDash = problem.Code{Name: "yaml-unexpected-dash", Class: problem.Wrong}
	// UnexpectedQuestion: a "? " key where no mapping may start.
	UnexpectedQuestion = problem.Code{Name: "yaml-unexpected-question", Class: problem.Wrong}
	// TrailingContent: something behind a complete value.
	TrailingContent = problem.Code{Name: "yaml-trailing-content", Class: problem.Wrong}
	// CommentSpace: a # without a space before it, where only a comment may stand.
	CommentSpace = problem.Code{Name: "yaml-comment-space", Class: problem.Wrong}
)

// What can be wrong with scalars, anchors and tags.
var (
	// UnclosedQuote: Args "quote". Place is where it was opened.
	UnclosedQuote = problem.Code{Name: "yaml-unclosed-quote", Class: problem.Wrong}
	// BadEscape: an unknown or incomplete \ sequence in a double-quoted scalar.
	BadEscape = problem.Code{Name: "yaml-bad-escape", Class: problem.Wrong}
	// ReservedCharacter: a scalar without quotes cannot start with this. Args
	// "character".
	ReservedCharacter = problem.Code{Name: "yaml-reserved-character", Class: problem.Wrong}
	// BlockHeader: more than indentation, chomping and a comment behind | or >.
	BlockHeader = problem.Code{Name: "yaml-block-header", Class: problem.Wrong}
	// BlockIndent: the first text line of a block scalar stands less deep than a
	// blank line before it. Place is the text line.
	BlockIndent = problem.Code{Name: "yaml-block-indent", Class: problem.Wrong}
	// BadAnchor: no name behind & or *, or one with a bracket in it.
	BadAnchor = problem.Code{Name: "yaml-bad-anchor", Class: problem.Wrong}
	// BadTag: a tag with characters that tags do not have.
	BadTag = problem.Code{Name: "yaml-bad-tag", Class: problem.Wrong}
	// UnknownTagHandle: !x!y without a %TAG !x! in this document.
	UnknownTagHandle = problem.Code{Name: "yaml-unknown-tag-handle", Class: problem.Wrong}
	// DuplicateProperty: two anchors or two tags of one node. Place is the second.
	DuplicateProperty = problem.Code{Name: "yaml-duplicate-property", Class: problem.Wrong}
	// AliasProperty: an alias with an anchor or tag of its own.
	AliasProperty = problem.Code{Name: "yaml-alias-property", Class: problem.Wrong}
)

// What can be wrong with flow collections.
var (
	// UnclosedFlow: Args "bracket". Place is where it was opened.
	UnclosedFlow = problem.Code{Name: "yaml-unclosed-flow", Class: problem.Wrong}
	// WrongBracket: Args "bracket", and "expected" where a collection is open.
	WrongBracket = problem.Code{Name: "yaml-wrong-bracket", Class: problem.Wrong}
	// MissingComma: two elements without a comma between. Place is the second.
	MissingComma = problem.Code{Name: "yaml-missing-comma", Class: problem.Wrong}
	// EmptyElement: a comma with no element before it. Place is the comma.
	EmptyElement = problem.Code{Name: "yaml-empty-element", Class: problem.Wrong}
	// BlockInFlow: a "- " item or a block scalar inside brackets.
	BlockInFlow = problem.Code{Name: "yaml-block-in-flow", Class: problem.Wrong}
)

// What can be wrong between documents.
var (
	// BadDirective: a %YAML or %TAG line that is none, or a second one.
	BadDirective = problem.Code{Name: "yaml-bad-directive", Class: problem.Wrong}
	// DirectivePlace: a directive without "..." before it or "---" behind it.
	DirectivePlace = problem.Code{Name: "yaml-directive-place", Class: problem.Wrong}
	// Version: a %YAML of another major version than 1.
	Version = problem.Code{Name: "yaml-version", Class: problem.Wrong}
)

// bailout carries the first problem of a reading up to Parse.
type bailout struct {
	code problem.Code
	at   int
	args []string
}

// fail ends the reading. kv are argument names and texts in turn, which must be
// fit to show: numbers and single characters of YAML's own, never source text.
func (p *parser) fail(code problem.Code, at int, kv ...string) {
	panic(bailout{code, at, kv})
}

// problemAt is a Problem at an offset of src.
func problemAt(name, src string, code problem.Code, at int, kv ...string) *problem.Problem {
	line, column := textedit.Index(src).Place(at)
	return problem.New(code, problem.Place{File: name, Line: line, Column: column}, kv...)
}

// check refuses bytes that are no text: YAML 1.2.2, 5.1, as go-yaml reads it
// (DEL and the C1 characters pass). It reports whether src has a \r.
func check(name, src string) (cr bool, err *problem.Problem) {
	if len(src) > MaxSize {
		return false, problem.New(TooLarge, problem.Place{File: name}, "limit", strconv.Itoa(MaxSize))
	}
	if wide(src) {
		return false, problem.New(UTF16, problem.Place{File: name, Line: 1, Column: 1})
	}
	for i := 0; i < len(src); {
		if i+8 <= len(src) && plainWord(src[i:i+8]) {
			i += 8
			continue
		}
		c := src[i]
		switch {
		case c >= ' ' && c < utf8.RuneSelf, c == '\n', c == '\t':
			i++
		case c == '\r':
			cr = true
			i++
		case c < ' ':
			return cr, problemAt(name, src, ControlCharacter, i, "character", codePoint(rune(c)))
		default:
			r, size := utf8.DecodeRuneInString(src[i:])
			if r == utf8.RuneError && size == 1 {
				return cr, problemAt(name, src, InvalidUTF8, i, "byte", "0x"+strconv.FormatInt(int64(c), 16))
			}
			if r == 0xfffe || r == 0xffff {
				return cr, problemAt(name, src, ControlCharacter, i, "character", codePoint(r))
			}
			i += size
		}
	}
	return cr, nil
}

// plainWord reports whether 8 bytes are all ASCII from space on.
func plainWord(s string) bool {
	_ = s[7]
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const high, spaces = 0x8080808080808080, 0x2020202020202020
	// Without high bits no subtraction borrows from a byte that passes.
	return (w|(w-spaces))&high == 0
}

// wide reports whether src is UTF-16 or UTF-32: a byte order mark of these, or
// an ASCII character with a zero byte beside it at the start.
func wide(src string) bool {
	return strings.HasPrefix(src, "\xff\xfe") || strings.HasPrefix(src, "\xfe\xff") ||
		len(src) >= 2 && (src[0] == 0) != (src[1] == 0) || strings.HasPrefix(src, "\x00\x00\xfe\xff")
}

func codePoint(r rune) string {
	s := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return "U+" + strings.Repeat("0", max(0, 4-len(s))) + s
}

// explain is the problem for people: where templates or conflict markers stand,
// these are the reason of whatever failed.
func explain(name, src string, b *bailout) *problem.Problem {
	why := problemAt(name, src, b.code, b.at, b.args...)
	lines := textedit.Index(src)
	for n := 1; n <= lines.Count(); n++ {
		text := lines.Text(n)
		if strings.HasPrefix(text, "<<<<<<< ") || strings.HasPrefix(text, ">>>>>>> ") {
			return problem.New(ConflictMarker, problem.Place{File: name, Line: n, Column: 1}).Because(why)
		}
		if at := template(text, n == why.Place.Line); at >= 0 {
			return problemAt(name, src, NotPlainYAML, lines.Span(n).Start+at).Because(why)
		}
	}
	return why
}

// template is the offset of a template action in a line, or -1: one that starts
// the line and is a statement or trims space, or, on the line that failed, any
// outside quotes.
func template(line string, failed bool) int {
	for _, open := range []string{"{{", "{%"} {
		i := strings.Index(line, open)
		if i < 0 {
			continue
		}
		before, action := strings.TrimLeft(line[:i], " \t"), line[i+2:]
		quoted := strings.Count(before, `"`)%2 == 1 || strings.Count(before, "'")%2 == 1
		if failed && !quoted || before == "" && (strings.HasPrefix(action, "-") || templateWord(action)) {
			return i
		}
	}
	return -1
}

// templateWord reports whether a template action starts with a word of control.
func templateWord(s string) bool {
	s = strings.TrimLeft(s, "- ")
	for _, w := range []string{"if ", "else", "end", "range ", "with ", "define ", "include ", "template ", "block ", "for ", "/*"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
