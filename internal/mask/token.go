package mask

import "strings"

// token is a kind of credential that its issuer marks by a prefix. The prefix
// says what it is and is shown; nothing behind it is.
type token struct {
	prefix string
	least  int             // characters behind the prefix, at least
	body   func(byte) bool // those that it may have
	check  func(string) bool
}

func wordByte(c byte) bool   { return isAlnum(c) || c == '_' }
func dashByte(c byte) bool   { return isAlnum(c) || c == '_' || c == '-' }
func dottedByte(c byte) bool { return dashByte(c) || c == '.' }
func base64Byte(c byte) bool { return dashByte(c) || c == '+' || c == '/' || c == '=' }
func upperByte(c byte) bool  { return isUpper(c) || isDigit(c) }

// mixed: letters of both cases and digits, as random text has and words do not.
func mixed(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) &&
		strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) &&
		strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' })
}

func digitsAmong(s string) bool { return strings.ContainsAny(s, "0123456789") }

// noWords: a digit or a capital, as names in lower case (sk_learn_model) have not.
func noWords(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' })
}

func length(lengths ...int) func(string) bool {
	return func(s string) bool {
		for _, n := range lengths {
			if len(s) == n {
				return true
			}
		}
		return false
	}
}

func between(least, most int) func(string) bool {
	return func(s string) bool { return len(s) >= least && len(s) <= most && digitsAmong(s) }
}

// known is the tokens by their first letter, longer prefixes first. pk_ is not
// among them: a publishable key is made to be seen. Prefixes are their issuers'
// (GitHub, GitLab, Slack, Stripe, AWS, Alibaba and Tencent Cloud and others
// document theirs for secret scanners).
var known = [128][]token{
	's': {
		{"sk_live_", 3, wordByte, nil}, {"sk_test_", 3, wordByte, nil}, {"sk_", 8, wordByte, noWords},
		{"sk-ant-", 16, dashByte, nil}, {"sk-proj-", 16, dashByte, nil}, {"sk-or-", 16, dashByte, digitsAmong},
		{"sk-svcacct-", 16, dashByte, nil}, {"sk-", 16, wordByte, noWords},
		{"shpat_", 32, isHex, nil}, {"shpss_", 32, isHex, nil}, {"sntrys_", 20, dashByte, nil}, {"secret_", 32, isAlnum, mixed},
	},
	'r': {{"rk_live_", 3, wordByte, nil}, {"rk_test_", 3, wordByte, nil}, {"rk_", 8, wordByte, noWords}},
	'w': {{"whsec_", 3, base64Byte, nil}},
	'g': {
		{"github_pat_", 20, wordByte, nil}, {"ghp_", 20, isAlnum, nil}, {"gho_", 20, isAlnum, nil}, {"ghu_", 20, isAlnum, nil},
		{"ghs_", 20, isAlnum, nil}, {"ghr_", 20, isAlnum, nil}, {"glpat-", 12, dashByte, nil}, {"gldt-", 12, dashByte, nil},
		{"glrt-", 12, dashByte, nil}, {"gsk_", 32, isAlnum, nil},
	},
	'x': {
		{"xoxb-", 10, dashByte, nil}, {"xoxa-", 10, dashByte, nil}, {"xoxp-", 10, dashByte, nil}, {"xoxe-", 10, dashByte, nil},
		{"xoxr-", 10, dashByte, nil}, {"xoxs-", 10, dashByte, nil}, {"xapp-", 10, dashByte, nil}, {"xai-", 32, isAlnum, nil},
	},
	'A': {
		{"AKIA", 16, upperByte, length(16)}, {"ASIA", 16, upperByte, length(16)}, {"AKID", 20, isAlnum, between(20, 40)},
		{"AIza", 35, dashByte, length(35)}, {"AGE-SECRET-KEY-1", 20, upperByte, nil}, {"ATATT3", 40, base64Byte, nil},
	},
	'L': {{"LTAI", 12, isAlnum, between(12, 26)}},
	'S': {{"SG.", 40, dottedByte, digitsAmong}},
	'd': {{"dop_v1_", 40, isHex, nil}, {"dckr_pat_", 16, dashByte, nil}, {"dapi", 32, isHex, length(32)}},
	'h': {{"hf_", 30, isAlnum, nil}, {"hvs.", 20, dashByte, nil}},
	'l': {{"lin_api_", 20, isAlnum, nil}},
	'n': {{"npm_", 36, isAlnum, length(36)}, {"nvapi-", 32, dashByte, nil}},
	'p': {{"pypi-", 50, dashByte, nil}},
	'y': {{"ya29.", 20, dashByte, nil}},
}

// tokens finds what is marked by a prefix at the beginning of a word.
func tokens(s string) []finding {
	var found []finding
	for i := 0; i < len(s); i++ {
		if i > 0 && (isAlnum(s[i-1]) || s[i-1] == '_') {
			continue
		}
		switch c := s[i]; c {
		case 'e':
			if f, ok := jwt(s, i); ok {
				found = append(found, f)
				i = f.to - 1
			}
		case 'B', 'b':
			if f, ok := header(s, i); ok {
				found = append(found, f)
				i = f.to - 1
			}
		case '-':
			if f, ok := pem(s, i); ok {
				found = append(found, f)
				i = f.to - 1
			}
		default:
			if c < 128 && known[c] != nil {
				if f, ok := prefixed(s, i); ok {
					found = append(found, f)
					i = f.to - 1
				}
			}
		}
	}
	return found
}

func prefixed(s string, i int) (finding, bool) {
	for _, t := range known[s[i]] {
		if !strings.HasPrefix(s[i:], t.prefix) {
			continue
		}
		from := i + len(t.prefix)
		to := from
		for to < len(s) && t.body(s[to]) {
			to++
		}
		if to-from >= t.least && (t.check == nil || t.check(s[from:to])) {
			to = rest(s, to)
			return finding{i, to, from, to, ClassToken}, true
		}
	}
	return finding{}, false
}

// rest is the end of the word that a token is in: what hangs on it is hidden too,
// be it part of the token or not.
func rest(s string, to int) int {
	end := to
	for end < len(s) && (base64Byte(s[end]) || s[end] == '.') {
		end++
	}
	for end > to && s[end-1] == '.' { // of a sentence
		end--
	}
	return end
}

// jwt: three parts of base64url with dots between, the first a JSON object.
func jwt(s string, i int) (finding, bool) {
	const mark = "eyJ"
	if !strings.HasPrefix(s[i:], mark) {
		return finding{}, false
	}
	to, dots, part := i+len(mark), 0, 0
	for ; to < len(s) && (dashByte(s[to]) || s[to] == '.' && dots < 2 && part >= 4); to++ {
		if part++; s[to] == '.' {
			dots++
			part = 0
		}
	}
	if dots < 2 || part < 4 {
		return finding{}, false
	}
	return finding{i, to, i + len(mark), to, ClassJWT}, true
}

// header: Bearer or Basic and what is behind it.
func header(s string, i int) (finding, bool) {
	name, rest, ok := strings.Cut(s[i:min(len(s), i+512)], " ")
	basic := strings.EqualFold(name, "basic")
	if !ok || !basic && !strings.EqualFold(name, "bearer") {
		return finding{}, false
	}
	from := i + len(name) + 1
	n := 0
	for n < len(rest) && (dashByte(rest[n]) || strings.IndexByte(".+/=~", rest[n]) >= 0) {
		n++
	}
	for from+n < len(s) && n == len(rest) && dashByte(s[from+n]) { // a token longer than the window
		n++
		rest = s[from : from+n]
	}
	body := s[from : from+n]
	if n < 16 || !digitsAmong(body) && !mixedCase(body) {
		return finding{}, false
	}
	return finding{i, from + n, from, from + n, ClassToken}, true
}

func mixedCase(s string) bool {
	return strings.ToLower(s) != s && strings.ToUpper(s) != s && !strings.Contains(s, "-")
}

// pem: a private key with its armour; a public key and a certificate are none.
func pem(s string, i int) (finding, bool) {
	const begin, end = "-----BEGIN ", "-----END "
	if !strings.HasPrefix(s[i:], begin) {
		return finding{}, false
	}
	label, _, ok := strings.Cut(s[i+len(begin):], "-----")
	switch label {
	case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK":
	default:
		return finding{}, false
	}
	if !ok {
		return finding{}, false
	}
	from := i + len(begin) + len(label) + len("-----")
	to := len(s)
	if n := strings.Index(s[from:], end+label+"-----"); n >= 0 {
		to = from + n + len(end) + len(label) + len("-----")
	}
	if strings.Trim(s[from:to], " \r\n\\nrt.…") == "" {
		return finding{}, false
	}
	return finding{i, to, from, to, ClassPrivateKey}, true
}
