package rule

import (
	"strings"
	"unicode/utf8"

	"hoist.example/hoist/internal/value"
)

// longestPlaceholder is up to how many bytes a text is looked at: what says that
// it is to be filled in says so shortly. Connection strings fit.
const longestPlaceholder = 512

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

// letters is the set of the characters of a text: a bit for each letter, in
// either case, and one each for < and for what is no ASCII.
type letters uint32

const (
	angle letters = 1 << (26 + iota)
	question
	foreign
)

func lettersOf(s string) (set letters) {
	for i := 0; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case c >= 'a' && c <= 'z':
			set |= 1 << (c - 'a')
		case s[i] == '<':
			set |= angle
		case s[i] == '?':
			set |= question
		case s[i] >= utf8.RuneSelf:
			set |= foreign
		}
	}
	return set
}

// has reports whether all letters of word (lower case) are in the set.
func (l letters) has(word string) bool {
	need := lettersOf(word)
	return l&need == need
}

func worded(s string) bool {
	if len(s) > longestPlaceholder {
		return false
	}
	for {
		text, rest := reference(s)
		if asksToBeFilled(strings.TrimSpace(text)) {
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
	for i := 0; i+1 < len(s); i++ {
		end := ""
		switch s[i : i+2] {
		case "${":
			end = "}"
		case "{{":
			end = "}}"
		default:
			continue
		}
		if j := strings.Index(s[i+2:], end); j >= 0 {
			return s[:i], s[i+2+j+len(end):]
		}
	}
	return s, ""
}

func asksToBeFilled(s string) bool {
	if len(s) < 3 {
		return false
	}
	set := lettersOf(s)
	return set.has("x") && crossed(s) ||
		set&angle != 0 && bracketed(s) ||
		set&question != 0 && strings.Trim(s, "?") == "" && len(s) >= 3 ||
		set&foreign != 0 && wordedChinese(s) ||
		set.has("todo") && marked(s, "todo") ||
		set.has("fixme") && marked(s, "fixme") ||
		set.has("tbd") && marked(s, "tbd") ||
		set.has("placehr") && placeholderWord(s) ||
		set.has("change") && imperative(s, "change") ||
		set.has("replac") && imperative(s, "replace") ||
		set.has("fil") && imperative(s, "fill") ||
		set.has("your") && yours(s) ||
		set.has("her") && goesHere(s)
}

// marked: the word alone, or as a note (TODO: ask Anna; TODO(anna)), or as the
// last part of an identifier (price_TODO).
func marked(s, word string) bool {
	if foldPrefix(s, word) {
		switch rest := s[len(word):]; {
		case rest == "", rest[0] == ':', rest[0] == '(':
			return true
		case rest[0] == ' ', rest[0] == '_', rest[0] == '-':
			return isUpper(s[:len(word)])
		}
	}
	at := len(s) - len(word)
	return at > 1 && s[at-1] == '_' && oneWord(s) && foldPrefix(s[at:], word)
}

// placeholderWord: the word alone, or shouted as a part of an identifier
// (STRIPE_PLACEHOLDER), or as its last part (price_placeholder). A path such as
// images/placeholder.png is a path.
func placeholderWord(s string) bool {
	const word = "placeholder"
	for i := foldIndex(s, word, 0); i >= 0; i = foldIndex(s, word, i+1) {
		end := i + len(word)
		switch {
		case !edges(s, i, end):
		case i == 0 && end == len(s), isUpper(s[i:end]), end == len(s) && i > 0 && s[i-1] == '_' && oneWord(s):
			return true
		}
	}
	return false
}

// imperative: changeme, CHANGE_ME, replace-this as a part of a value
// (root:CHANGEME@tcp(…)), with a space or a - only where it is the beginning; and
// shouted, REPLACE_WITH_LIVE_KEY.
func imperative(s, verb string) bool {
	for i := foldIndex(s, verb, 0); i >= 0; i = foldIndex(s, verb, i+1) {
		object := i + len(verb)
		gap := byte(0)
		if object < len(s) && (s[object] == '_' || s[object] == '-' || s[object] == ' ') {
			gap = s[object]
			object++
		}
		shouted := isUpper(s[i:object])
		n := objectOf(s[object:], verb, shouted && gap != 0)
		if n == 0 || !edges(s, i, object+n) {
			continue
		}
		whole := i == 0 && (object+n == len(s) || gap == '-')
		if gap == 0 || gap == '_' || shouted && gap == '-' || whole {
			return true
		}
	}
	return false
}

// objectOf is the length of the word that makes verb a request; 0 there is none.
func objectOf(s, verb string, shouted bool) int {
	words := []string{"me", "this"}
	switch {
	case shouted && verb == "fill":
		words = []string{"me", "this", "IN"}
	case shouted && verb == "replace":
		words = []string{"me", "this", "WITH", "BEFORE"}
	case shouted:
		words = []string{"me", "this", "BEFORE", "IN_PROD"}
	}
	for _, w := range words {
		if foldPrefix(s, w) || strings.HasPrefix(s, w) {
			return len(w)
		}
	}
	return 0
}

// yours: your-api-key, YOUR_DOMAIN, sk_live_your_key_here. A template called
// your-order-shipped and a sentence are none.
func yours(s string) bool {
	const word = "your"
	for i := foldIndex(s, word, 0); i >= 0; i = foldIndex(s, word, i+1) {
		end := i + len(word)
		if end == len(s) || s[end] != '_' && s[end] != '-' || i > 0 && isAlnum(s[i-1]) {
			continue
		}
		if isUpper(s[i:end]) && s[end] == '_' {
			return true
		}
		if (i == 0 || s[i-1] == '_' || s[i-1] == '-') && oneWord(s) && endsInSupplied(s) {
			return true
		}
	}
	return false
}

// endsInSupplied reports whether the last part of an identifier is what people
// are asked to supply.
func endsInSupplied(s string) bool {
	from := strings.LastIndexAny(s, "-_")
	for _, w := range []string{"here", "key", "apikey", "token", "secret", "password", "passwd", "dsn", "url", "uri", "domain", "host", "hostname",
		"user", "username", "bucket", "project", "org", "organization", "company", "tenant", "id", "value", "endpoint", "email", "region"} {
		if len(s)-from-1 == len(w) && foldPrefix(s[from+1:], w) {
			return true
		}
	}
	return false
}

// goesHere: insert-key-here, PUT_TOKEN_HERE, Paste your secret here.
func goesHere(s string) bool {
	const word = "here"
	at := len(s) - len(word)
	if at < 2 || !foldPrefix(s[at:], word) || isAlnum(s[at-1]) {
		return false
	}
	begins := false
	for _, w := range []string{"insert", "put", "enter", "paste", "add", "set", "fill", "your"} {
		begins = begins || foldPrefix(s, w) && len(s) > len(w) && !isAlnum(s[len(w)])
	}
	if oneWord(s) && s[at-1] != ' ' {
		return begins || foldIndex(s, "key", 0) >= 0 || foldIndex(s, "token", 0) >= 0 || foldIndex(s, "secret", 0) >= 0
	}
	if !begins || strings.Count(s, " ") > 5 {
		return false
	}
	for _, noun := range []string{" key ", " token ", " secret ", " password ", " dsn "} {
		if foldIndex(s, noun, 0) >= 0 {
			return true
		}
	}
	return false
}

// crossed: xxx alone, behind a _ or - at the end (sk_live_xxx), or six of them
// anywhere in one word. A path (mktemp's /tmp/x.XXXXXX) is none.
func crossed(s string) bool {
	if !oneWord(s) {
		return false
	}
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i]|0x20 == 'x' {
			run++
			continue
		}
		whole := i == len(s) && (run == i || run > 0 && (s[i-run-1] == '_' || s[i-run-1] == '-'))
		if run >= 6 || run >= 3 && whole {
			return true
		}
		run = 0
	}
	return false
}

// bracketed: <your key> alone, or as one part of a value (root:<password>@db).
// An element of HTML, an address and a type's parameter are none.
func bracketed(s string) bool {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 {
			return false
		}
		i += from
		end := strings.IndexByte(s[i:], '>')
		if end < 0 {
			return false
		}
		end += i
		before := i == 0 || strings.IndexByte(":/@=_-.", s[i-1]) >= 0
		behind := end+1 == len(s) || strings.IndexByte(":/@=_-.)&?", s[end+1]) >= 0
		if before && behind && asks(s[i+1:end]) && !strings.Contains(s, "</") {
			return true
		}
		from = i + 1
	}
}

// asks reports whether the text between < and > names something to supply.
func asks(s string) bool {
	if s == "" || s != strings.TrimSpace(s) {
		return false
	}
	for _, r := range s {
		if r < utf8.RuneSelf && !isAlnum(byte(r)) && strings.IndexByte(" _-.", byte(r)) < 0 {
			return false
		}
	}
	for _, w := range []string{"a", "b", "i", "p", "u", "br", "hr", "em", "li", "ul", "ol", "td", "tr", "th", "h1", "h2", "h3", "h4", "h5", "h6", "div", "img", "pre", "nav", "svg",
		"sub", "sup", "span", "code", "html", "head", "body", "main", "link", "meta", "form", "input", "label", "table", "title", "style", "script", "strong", "nobr", "wbr",
		"nil", "none", "null", "empty", "unknown", "anonymous", "root", "default"} {
		if len(s) == len(w) && foldPrefix(s, w) {
			return false
		}
	}
	return true
}

// wordedChinese: 待填写, 待补充, 请替换, 你的密钥.
func wordedChinese(s string) bool {
	if utf8.RuneCountInString(s) > 24 {
		return false
	}
	for _, w := range []string{"待填", "待补充", "待配置", "待替换", "待设置", "请替换", "在此填写", "此处填写", "占位符"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	for _, w := range []string{"替换为", "替换成", "你的密钥", "您的密钥", "你的key", "您的key"} {
		if strings.HasPrefix(strings.TrimLeft(s, "<（([【"), w) {
			return true
		}
	}
	switch strings.Trim(s, "<>（）()[]【】 ") {
	case "待定", "请填写", "填写", "占位", "未填写", "未配置":
		return true
	}
	return false
}

// oneWord reports whether s has no blank, as identifiers and keys have none.
func oneWord(s string) bool { return !strings.ContainsAny(s, " \t\n/") }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// edges reports whether s[from:end] is not in the middle of a longer word.
func edges(s string, from, end int) bool {
	return (from == 0 || !isAlnum(s[from-1])) && (end == len(s) || !isAlnum(s[end]))
}

func isUpper(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'a' && s[i] <= 'z' {
			return false
		}
	}
	return true
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

// foldIndex is where word (ASCII, lower case) stands in s from from on, in any
// case, or -1.
func foldIndex(s, word string, from int) int {
	for i := from; i+len(word) <= len(s); i++ {
		if foldPrefix(s[i:], word) {
			return i
		}
	}
	return -1
}
