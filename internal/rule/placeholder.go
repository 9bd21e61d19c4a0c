package rule

import (
	"strings"
	"unicode/utf8"

	"hoist.example/hoist/internal/value"
)

// Placeholder reports whether a person must still supply the value: null, an
// empty string, or a worded placeholder. Of a list of scalars one such element
// is enough. An absent value is none, and neither is a reference that a machine
// fills in (${VAR}, {{ .Values.x }}).
func Placeholder(v value.Value) bool { return Empty(v) || Worded(v) }

// Empty reports whether v is null or an empty string. Many keys are empty and
// meant so: only a rule makes such a value a placeholder.
func Empty(v value.Value) bool {
	return v.Kind() == value.Null || v.Kind() == value.String && v.Reveal() == ""
}

// Worded reports whether v is a string that says it is to be filled in:
// CHANGEME, <your key>, your-api-key-here, sk_live_xxxx, 待填写. It allocates
// nothing and is meant for every scalar of a fleet.
func Worded(v value.Value) bool {
	switch v.Kind() {
	case value.String:
		return worded(v.Reveal())
	case value.Scalars:
		for _, e := range v.Items() {
			if Worded(e) {
				return true
			}
		}
	}
	return false
}

// longest is up to how many bytes a text is looked at: what says that it is to be
// filled in says so shortly. Connection strings fit.
const longest = 512

func worded(s string) bool {
	if len(s) > longest {
		return false
	}
	for {
		text, rest := reference(s)
		if asks(strings.TrimSpace(text)) {
			return true
		}
		if rest == "" {
			return false
		}
		s = rest
	}
}

// reference splits s at what a machine fills in, ${VAR} or {{ .x }}, and leaves
// that out.
func reference(s string) (before, behind string) {
	for i := strings.IndexByte(s, '{'); i >= 0 && i < len(s); i++ {
		from, end := i, ""
		switch {
		case s[i] == '{' && i > 0 && s[i-1] == '$':
			from, end = i-1, "}"
		case strings.HasPrefix(s[i:], "{{"):
			end = "}}"
		default:
			continue
		}
		if n := strings.Index(s[i+1:], end); n >= 0 {
			return s[:from], s[i+1+n+len(end):]
		}
	}
	return s, ""
}

// way is where in a text a phrase asks for a value.
type way uint8

const (
	part    way = iota // as a part of any value (root:CHANGEME@tcp(…)); with a space only as all of it, with a - only in front
	shouted            // as part, but in capitals, and with something between two words
	note               // alone; in front as a note (TODO: ask Anna, TODO_PRICE); last in an identifier (price_todo)
	supply             // before what people are asked to supply: your-api-key, YOUR_DOMAIN
)

// phrases are what people write in place of a value, by their first letter.
// Between two words may be nothing, _, - or a space.
var phrases = ['z' + 1][]phrase{
	'c': {{"change", "me", part}, {"change", "this", part}, {"change", "before", shouted}, {"change", "in_prod", shouted}},
	'r': {{"replace", "me", part}, {"replace", "this", part}, {"replace", "with", shouted}, {"replace", "before", shouted}},
	'f': {{"fill", "me", part}, {"fill", "this", part}, {"fill", "in", shouted}, {"fixme", "", note}},
	't': {{"todo", "", note}, {"tbd", "", note}},
	'p': {{"placeholder", "", note}, {"placeholder", "", shouted}},
	'y': {{"your", "", supply}},
}

type phrase struct {
	verb, object string
	way          way
}

// asks reports whether a text asks to be filled in. Nearly every text asks
// nothing: it is gone through once, and a phrase is looked for only where a word
// begins with its letter.
func asks(s string) bool {
	if len(s) < 3 {
		return false
	}
	word, foreign := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case c >= 'a' && c <= 'z':
			if !word && phrases[c] != nil && asksAt(s, i, phrases[c]) || c == 'x' && crossed(s, i) {
				return true
			}
			word = true
		case c >= '0' && c <= '9':
			word = true
		case c >= utf8.RuneSelf:
			word, foreign = true, true
		default:
			if c == '<' && bracketed(s, i) {
				return true
			}
			word = false
		}
	}
	return s[len(s)-1]|0x20 == 'e' && goesHere(s) || foreign && asksInChinese(s) || s[0] == '?' && strings.Trim(s, "?") == ""
}

// asksAt reports whether a phrase begins at i.
func asksAt(s string, i int, phrases []phrase) bool {
	for p := range phrases {
		if p := &phrases[p]; foldPrefix(s[i:], p.verb) && p.fits(s, i) {
			return true
		}
	}
	return false
}

func (p *phrase) fits(s string, i int) bool {
	to := i + len(p.verb)
	switch p.way {
	case note:
		return asksByNote(s, i, to)
	case supply:
		return asksToSupply(s, i, to)
	}
	gap := byte(0)
	if to < len(s) && p.object != "" && strings.IndexByte("_- ", s[to]) >= 0 {
		gap = s[to]
		to++
	}
	if !foldPrefix(s[to:], p.object) {
		return false
	}
	to += len(p.object)
	capitals := isUpper(s[i:to])
	if to < len(s) && isAlnum(s[to]) || p.way == shouted && (!capitals || gap == 0 && p.object != "") {
		return false
	}
	switch gap {
	case ' ':
		return i == 0 && to == len(s)
	case '-':
		return i == 0 || capitals
	}
	return true
}

func asksByNote(s string, i, to int) bool {
	if i > 0 {
		return i > 1 && s[i-1] == '_' && to == len(s) && isWord(s)
	}
	return to == len(s) || s[to] == ':' || s[to] == '(' || strings.IndexByte(" _-", s[to]) >= 0 && isUpper(s[:to])
}

func asksToSupply(s string, i, to int) bool {
	if to == len(s) || s[to] != '_' && s[to] != '-' {
		return false
	}
	return s[to] == '_' && isUpper(s[i:to]) ||
		(i == 0 || s[i-1] == '_' || s[i-1] == '-') && isWord(s) && oneOf(s[strings.LastIndexAny(s, "-_")+1:], supplied[:])
}

// supplied is what people are asked to supply: a template called
// your-order-shipped is no placeholder.
var supplied = [...]string{"here", "key", "apikey", "token", "secret", "password", "passwd", "dsn", "url", "uri", "domain", "host", "hostname",
	"user", "username", "bucket", "project", "org", "organization", "company", "tenant", "id", "value", "endpoint", "email", "region"}

// goesHere: insert-key-here, my-token-here, Paste your secret here.
func goesHere(s string) bool {
	at := len(s) - len("here")
	if at < 2 || !foldPrefix(s[at:], "here") || isAlnum(s[at-1]) {
		return false
	}
	asked := false
	for _, verb := range [...]string{"insert", "put", "enter", "paste", "add", "set", "fill", "your"} {
		asked = asked || foldPrefix(s, verb) && !isAlnum(s[len(verb)])
	}
	if isWord(s) {
		return asked || names(s[:at])
	}
	return asked && names(s[:at]) && strings.Count(s, " ") <= 5
}

// names reports whether a word of s ends in what is kept secret.
func names(s string) bool {
	for i := range len(s) - 1 {
		for _, noun := range [...]string{"key", "token", "secret", "password", "dsn"} {
			if foldPrefix(s[i:], noun) && !isAlnum(s[i+len(noun)]) {
				return true
			}
		}
	}
	return false
}

// crossed: xxx alone, behind a _ or - at the end (sk_live_xxx), or six of them
// anywhere in one word. A path (mktemp's /tmp/x.XXXXXX) is none. It is asked at
// an x.
func crossed(s string, i int) bool {
	if i+2 >= len(s) || s[i+1]|0x20 != 'x' || s[i+2]|0x20 != 'x' || !isWord(s) {
		return false
	}
	run := 0
	for i := range len(s) {
		if s[i]|0x20 != 'x' {
			run = 0
		} else if run++; run == 6 {
			return true
		}
	}
	return run >= 3 && (run == len(s) || strings.IndexByte("_-", s[len(s)-run-1]) >= 0)
}

// bracketed: <your key> alone, or as one part of a value (root:<password>@db).
// An element of HTML, an address and a type's parameter are none.
func bracketed(s string, i int) bool {
	n := strings.IndexByte(s[i:], '>')
	if n < 2 || strings.Contains(s, "</") {
		return false
	}
	inside, end := s[i+1:i+n], i+n+1
	for j := 0; j < len(inside); j++ {
		if !isAlnum(inside[j]) && strings.IndexByte(" _-.", inside[j]) < 0 {
			return false
		}
	}
	return strings.TrimSpace(inside) == inside && !oneOf(inside, unasked[:]) &&
		(i == 0 || strings.IndexByte(":/@=_-.", s[i-1]) >= 0) && (end == len(s) || strings.IndexByte(":/@=_-.)&?", s[end]) >= 0)
}

// unasked is what stands between < and > and is no request.
var unasked = [...]string{"a", "b", "i", "p", "u", "br", "hr", "em", "li", "ul", "ol", "td", "tr", "th", "h1", "h2", "h3", "h4", "h5", "h6", "div", "img", "pre", "nav", "svg",
	"sub", "sup", "span", "code", "html", "head", "body", "main", "link", "meta", "form", "input", "label", "table", "title", "style", "script", "strong", "nobr", "wbr",
	"nil", "none", "null", "empty", "unknown", "anonymous", "root", "default"}

// asksInChinese: 待填写, 待补充, 请替换, 你的密钥.
func asksInChinese(s string) bool {
	if utf8.RuneCountInString(s) > 24 {
		return false
	}
	for _, w := range [...]string{"待填", "待补充", "待配置", "待替换", "待设置", "请替换", "在此填写", "此处填写", "占位符"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	const brackets = "<>（）()[]【】 "
	for _, w := range [...]string{"替换为", "替换成", "你的密钥", "您的密钥", "你的key", "您的key"} {
		if strings.HasPrefix(strings.TrimLeft(s, brackets), w) {
			return true
		}
	}
	return oneOf(strings.Trim(s, brackets), []string{"待定", "请填写", "填写", "占位", "未填写", "未配置"})
}

// isWord reports whether s is one word, as identifiers and keys are: no blank, no
// path.
func isWord(s string) bool { return !strings.ContainsAny(s, " \t\n/") }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

func isUpper(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'a' && s[i] <= 'z' {
			return false
		}
	}
	return true
}

func oneOf(s string, words []string) bool {
	for _, w := range words {
		if len(s) == len(w) && foldPrefix(s, w) {
			return true
		}
	}
	return false
}

// foldPrefix reports whether s begins with word (ASCII, lower case) in any case.
func foldPrefix(s, word string) bool {
	if len(s) < len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
