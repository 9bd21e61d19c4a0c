package mask

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
)

// The classes that LooksSecret tells apart.
const (
	ClassURL        = "url-password" // a URL or DSN with a password, or with a secret parameter
	ClassToken      = "token"        // by a known prefix: sk_live_, ghp_, AKIA
	ClassJWT        = "jwt"
	ClassPrivateKey = "private-key" // PEM, age
	ClassKeyName    = "key-name"    // by what its key is called
)

// LooksSecret reports whether v, which stands at p, looks like a credential, by
// its text or by the name of its key, and of which class. Of a list, one such
// element is enough. A bool, null, an empty string and a text that only refers
// to a secret kept elsewhere (${DB_PASSWORD}, {{ .password }}) are none.
func LooksSecret(p keypath.Path, v value.Value) (class string, ok bool) {
	switch v.Kind() {
	case value.Scalars:
		for _, e := range v.Items() {
			if class, ok = LooksSecret(p, e); ok {
				return class, true
			}
		}
		return "", false
	case value.String, value.Tagged, value.Ambiguous:
		if text := v.Reveal(); suspicious(text) {
			if found := find(text, inValue); len(found) > 0 {
				return found[0].class, true
			}
		}
	}
	if bySecretName(p, v) {
		return ClassKeyName, true
	}
	return "", false
}

// LooksSecretText is LooksSecret for a value as a person typed it, at a path as
// typed; v is the value where the text has been read already.
func LooksSecretText(path, text string, v value.Value) bool {
	p, err := keypath.Parse(path)
	if err != nil {
		return true // nobody can tell
	}
	if !v.Present() {
		v = value.Text(text)
	}
	_, ok := LooksSecret(p, v)
	return ok
}

// finding is one credential in a text.
type finding struct {
	from, to         int // all of it: the URL, the token with its prefix
	hideFrom, hideTo int // the secret part
	class            string
}

// where a text stands decides how much is taken for a credential.
type where uint8

const (
	inValue where = iota // the text is a value: a URL may be all of it, blanks and all
	inProse              // a comment or a message, with words around
)

// suspicious is what nearly every text is not: long enough, and with a character
// that every recogniser needs.
func suspicious(s string) bool {
	if len(s) < 7 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '@', '=', '_', '-', '/', '"', ' ':
			return true
		case 'I', 'J', 'a', '.': // AKIA, LTAI, eyJ, AIza, SG.
			if i < 5 {
				return true
			}
		}
	}
	return false
}

// find is every credential in s, in order of the hidden parts.
func find(s string, in where) []finding {
	if len(s) < 7 && in == inValue {
		return nil
	}
	var marks marks
	for i := 0; i < len(s); i++ {
		marks.see(s[i])
	}
	var found []finding
	found = append(found, tokens(s)...)
	if marks.at && marks.colon {
		found = append(found, passwords(s, in)...)
	}
	if marks.equals {
		found = append(found, parameters(s, false)...)
	}
	if marks.slash && marks.colon {
		found = append(found, hooks(s)...)
	}
	if in == inProse || marks.colon && marks.quote {
		found = append(found, assignments(s, in)...)
	}
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.hideFrom, b.hideFrom) })
	return found
}

// marks are characters that some recogniser cannot do without.
type marks struct{ at, colon, equals, slash, quote bool }

func (m *marks) see(c byte) {
	switch c {
	case '@':
		m.at = true
	case ':':
		m.colon = true
	case '=':
		m.equals = true
	case '/':
		m.slash = true
	case '"':
		m.quote = true
	}
}

// merge joins findings whose hidden parts touch or overlap.
func merge(found []finding) []finding {
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.hideFrom, b.hideFrom) })
	var out []finding
	for _, f := range found {
		if n := len(out); n > 0 && f.hideFrom <= out[n-1].hideTo {
			last := &out[n-1]
			last.hideTo = max(last.hideTo, f.hideTo)
			last.from, last.to = min(last.from, f.from), max(last.to, f.to)
			continue
		}
		out = append(out, f)
	}
	return out
}

// reference reports whether a text stands for a secret that is kept elsewhere,
// or for one to be filled in: ${X}, $(X), $X, {{ x }}, ${{ x }}, ((x)), {x}, %s,
// <password>, stars.
func reference(s string) bool {
	switch {
	case s == "":
		return true
	case strings.Trim(s, "*•…") == "":
		return true
	case strings.HasPrefix(s, Stars+"#"): // masked already
		return len(s) == len(Stars)+9 && all(s[len(Stars)+1:], isHex)
	case s[0] == '%':
		return s == "%s" || s == "%v" || s == "%q" || strings.HasPrefix(s, "%(")
	case s[0] == '<':
		return s[len(s)-1] == '>' && !strings.Contains(s[:len(s)-1], ">")
	case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "${{"):
		return strings.HasSuffix(s, "}}")
	case strings.HasPrefix(s, "(("):
		return strings.HasSuffix(s, "))")
	case s[0] == '{':
		return s[len(s)-1] == '}'
	case strings.HasPrefix(s, "${"):
		// A default behind the name may be a secret itself.
		name, end, _ := strings.Cut(s[2:], "}")
		return end == "" && strings.HasSuffix(s, "}") && !hasDefault(name)
	case strings.HasPrefix(s, "$("):
		return strings.HasSuffix(s, ")")
	case s[0] == '$':
		return len(s) > 1 && all(s[1:], func(c byte) bool { return c >= 'A' && c <= 'Z' || c == '_' || isDigit(c) }) && !isDigit(s[1])
	}
	return false
}

func hasDefault(name string) bool {
	_, def, ok := strings.Cut(name, ":")
	return ok && strings.Trim(def, "-") != ""
}

// boundary reports whether a URL in prose ends before r.
func boundary(r rune) bool {
	return r <= ' ' || strings.ContainsRune("\"'`<>|，。；：、！？（）【】《》「」“”‘’\u3000", r)
}

// wordAt is the stretch around i in which no boundary stands.
func wordAt(s string, i int) (from, to int) {
	from = i
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if boundary(r) {
			break
		}
		from -= size
	}
	to = i
	for to < len(s) {
		r, size := utf8.DecodeRuneInString(s[to:])
		if boundary(r) {
			break
		}
		to += size
	}
	return from, to
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isAlnum(c byte) bool { return isDigit(c) || isLower(c) || isUpper(c) }
func isHex(c byte) bool   { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func all(s string, is func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}
