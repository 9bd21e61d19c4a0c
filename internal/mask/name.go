package mask

import (
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
)

// naming is what the name of a key says about its value.
type naming uint8

const (
	never    naming = iota
	always          // password: any scalar but a bool
	ifString        // token: a string (maxTokens and pricePerToken are numbers)
	ifRandom        // signing.key: a string that looks random
)

// bySecretName reports whether the key at p is called like a secret and v can be
// one.
func bySecretName(p keypath.Path, v value.Value) bool {
	if !hideable(v) || v.Kind() == value.Bool {
		return false
	}
	kind := secretName(lastName(p.String()))
	if kind == never {
		return false
	}
	text := v.Reveal()
	if reference(strings.TrimSpace(text)) {
		return false
	}
	switch kind {
	case ifString:
		return v.Kind() == value.String && !quantity(text) && !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://")
	case ifRandom:
		return v.Kind() == value.String && random(text)
	}
	return true
}

// lastName is the last key in the text of a path, as it is spelled there: words
// are told apart the same way in escaped text.
func lastName(path string) string {
	for end := len(path); end > 0; {
		from := end
		for from > 0 && (path[from-1] != '.' || escaped(path, from-1)) {
			from--
		}
		if last := path[from:end]; last[0] != '[' && (last[0] != '{' || from > 0) {
			return last
		}
		end = max(from-1, 0)
	}
	return ""
}

func escaped(s string, i int) bool {
	n := 0
	for i--; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// secretName judges a name by its last words, however they are joined: apiKey,
// api_key, api-key, API key, spring.api.key.
func secretName(name string) naming {
	for name != "" && (isDigit(name[len(name)-1]) || strings.IndexByte("\"'\\_-. ", name[len(name)-1]) >= 0) {
		name = name[:len(name)-1]
	}
	if name == "" {
		return never
	}
	if name[len(name)-1] >= 0x80 {
		return chineseName(name)
	}
	if !secretEnding(name) {
		return never
	}
	last, rest := cutWord(name)
	if len(last) > 24 {
		return never
	}
	before, _ := cutWord(rest)
	return judge(strings.ToLower(last), strings.ToLower(before))
}

// secretEnding spares nearly every name the rest: the words that judge knows end
// in one of these.
func secretEnding(name string) bool {
	n := len(name)
	if n < 3 {
		return false
	}
	switch [3]byte{name[n-3] | 0x20, name[n-2] | 0x20, name[n-1] | 0x20} {
	case [3]byte{'o', 'r', 'd'}, [3]byte{'s', 'w', 'd'}, [3]byte{'p', 'w', 'd'}, [3]byte{'r', 'e', 't'}, [3]byte{'i', 'a', 'l'}, [3]byte{'a', 'l', 's'},
		[3]byte{'a', 's', 'e'}, [3]byte{'r', 'd', 's'}, [3]byte{'k', 'e', 'y'}, [3]byte{'e', 'y', 's'}, [3]byte{'k', 'e', 'n'}, [3]byte{'a', 's', 's'},
		[3]byte{'a', 'l', 't'}, [3]byte{'u', 'r', 'e'}, [3]byte{'u', 't', 'h'}, [3]byte{'e', 'e', 'd'}, [3]byte{'m', 'a', 'c'}:
		return true
	}
	return false
}

func judge(last, before string) naming {
	switch last {
	case "password", "passwd", "pwd", "secret", "credential", "credentials", "passphrase", "passwords":
		return always
	case "apikey", "privatekey", "secretkey", "accesskey", "apikeys", "privatekeys", "secretkeys", "accesskeys", // written as one word
		"apisecret", "clientsecret", "appsecret", "authsecret", "secretaccesskey", "accesskeysecret", "dbpassword", "userpassword", "rootpassword":
		return always
	case "pass":
		return ifString
	case "key", "keys":
		return keyName(before)
	case "token", "accesstoken", "authtoken", "apitoken", "bottoken", "refreshtoken":
		return tokenName(before)
	case "salt", "signature", "auth", "seed", "hmac", "authkey":
		return ifRandom
	}
	return never
}

func keyName(before string) naming {
	switch before {
	case "api", "private", "secret", "access":
		return always
	case "public", "publishable", "site", "primary", "foreign", "cache", "routing", "partition", "sort", "index", "group", "lookup", "message", "label", "object":
		return never
	}
	return ifRandom
}

// tokenName: a language model's tokens are no secrets.
func tokenName(before string) naming {
	switch before {
	case "eos", "bos", "pad", "stop", "unk", "sep", "cls", "mask", "special", "per", "max", "min", "csrf", "first", "last", "next", "prompt", "completion", "input", "output", "total":
		return never
	}
	return ifString
}

// quantity: a number, perhaps with units: 0.00002, 4k, 30s, 1h30m, 90%.
func quantity(s string) bool {
	letters := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c), c == '.' && i > 0:
			letters = 0
		case i > 0 && letters < 3 && (isAlnum(c) || c == '%'):
			letters++
		default:
			return false
		}
	}
	return len(s) < 12
}

func chineseName(name string) naming {
	for _, w := range []string{"密码", "密钥", "口令", "令牌", "私钥", "秘钥", "凭证", "凭据"} {
		if strings.HasSuffix(name, w) {
			return always
		}
	}
	return never
}

// cutWord cuts the last word off a name: behind a separator, or where camel case
// begins a hump (APIKey: Key; tokenTTL: TTL).
func cutWord(name string) (word, rest string) {
	name = strings.TrimRight(name, "_-. \\/")
	i := len(name)
	for i > 0 && isAlnum(name[i-1]) {
		i--
		if i > 0 && isUpper(name[i]) && (isLower(name[i-1]) || isDigit(name[i-1]) || i+1 < len(name) && isLower(name[i+1])) {
			break
		}
	}
	return name[i:], name[:i]
}

// random reports whether a text looks drawn by lot: one long run of letters and
// digits, without words. A digest, a UUID and a name with a number are none.
func random(s string) bool {
	if len(s) < 20 || len(s) > 512 || !all(s, base64Byte) || !digitsAmong(s) {
		return false
	}
	if all(s, isHex) {
		return len(s)%2 == 0 && len(s) >= 32
	}
	for _, piece := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-_/+=", r) }) {
		if len(piece) >= 4 && all(piece, isLower) {
			return false // a word
		}
	}
	return strings.ToLower(s) != s && strings.ToUpper(s) != s || !strings.ContainsAny(s, "-_/")
}
