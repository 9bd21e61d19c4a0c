package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// passwords finds the passwords of URLs and DSNs:
//
//	scheme://user:password@host, scheme://:password@host
//	mysql:user:password@tcp(host:3306)/db    GoFrame's links
//	user:password@tcp(host:3306)/db          go-sql-driver
//	user:password@host:5432/db
//
// Passwords are found as people write them, also with @ : / ? # in them that
// should have been escaped: then rather too much is hidden.
func passwords(s string, in where) []finding {
	found := urls(s, in)
	found = append(found, dsns(s, in)...)
	if len(found) == 0 {
		found = bare(s, in)
	}
	return found
}

// urls finds scheme://user:password@host.
func urls(s string, in where) []finding {
	var found []finding
	for at := 0; ; {
		n := strings.Index(s[at:], "://")
		if n < 0 {
			return found
		}
		mark := at + n
		at = mark + len("://")
		from := mark
		for from > 0 && (isAlnum(s[from-1]) || strings.IndexByte("+-.", s[from-1]) >= 0) {
			from--
		}
		_, to := wordAt(s, mark)
		database := databases[strings.ToLower(s[from:mark])]
		if in == inValue && from == 0 && !strings.ContainsAny(s, "\r\n") && (database || !strings.Contains(s, " ")) {
			to = len(s)
		} else if in == inProse && database {
			to = spaced(s, at, to)
		}
		if f, ok := userinfo(s, from, at, to, database); ok {
			found = append(found, f)
			at = f.hideTo
		}
	}
}

// spaced is the end of a URL in prose whose password may have blanks in it.
func spaced(s string, at, to int) int {
	if strings.IndexByte(s[at:to], '@') >= 0 || isPort(s[at:to]) {
		return to
	}
	line, _, _ := strings.Cut(s[at:], "\n")
	if n := strings.IndexByte(line, '@'); n >= 0 {
		_, to = wordAt(s, at+n)
	}
	return to
}

// userinfo is the password of the URL s[from:to], whose authority begins at at.
func userinfo(s string, from, at, to int, database bool) (finding, bool) {
	rest := s[at:to]
	end := len(rest)
	if n := strings.IndexAny(rest, "/?#"); n >= 0 {
		end = n
	}
	host := strings.LastIndexByte(rest[:end], '@')
	if database || host < 0 && !isPort(rest[:end]) {
		// What looks like a host, a path or a parameter may be a password.
		host = strings.LastIndexByte(rest, '@')
	}
	colon := strings.IndexByte(rest[:max(host, 0)], ':')
	if colon < 0 || reference(rest[colon+1:host]) {
		return finding{}, false
	}
	return finding{from, to, at + colon + 1, at + host, ClassURL}, true
}

// isPort reports whether an authority is host or host:port, not user:password.
func isPort(authority string) bool {
	_, port, ok := strings.Cut(authority[strings.LastIndexByte(authority, ']')+1:], ":")
	port = strings.TrimRight(port, ",.;:)")
	return !ok || port == "" || all(port, isDigit) || reference(port)
}

// dsns finds user:password@tcp(…), with or without the database's type before it.
func dsns(s string, in where) []finding {
	var found []finding
	for at := 0; ; {
		n := protocol(s, at)
		if n < 0 {
			return found
		}
		from, to := wordAt(s, n)
		from = max(from, at)
		if in == inValue && at == 0 && !strings.ContainsAny(s, "\r\n") {
			from, to = 0, len(s)
		} else {
			from = typed(s, from, max(at, strings.LastIndexByte(s[:n], '\n')+1))
		}
		for m := protocol(s[:to], n+1); m >= 0; m = protocol(s[:to], m+1) {
			n = m // the password holds what looks like the end of one
		}
		if f, ok := dsn(s, from, n, to); ok {
			found = append(found, f)
		}
		at = n + 1
	}
}

// typed is where a DSN in prose begins: at its database's type, if that stands
// before from on the same line, since the password may have blanks in it.
func typed(s string, from, least int) int {
	for i := least; i < from; i++ {
		if s[i] != ':' {
			continue
		}
		start := i
		for start > least && isAlnum(s[start-1]) {
			start--
		}
		if databases[strings.ToLower(s[start:i])] {
			return start
		}
	}
	return from
}

// protocol is where the next @tcp( or the like stands, or -1.
func protocol(s string, from int) int {
	for i := from; i < len(s); i++ {
		if s[i] != '@' {
			continue
		}
		n := i + 1
		for n < len(s) && (isLower(s[n]) || isDigit(s[n])) {
			n++
		}
		if n > i+1 && n < len(s) && s[n] == '(' {
			return i
		}
	}
	return -1
}

func dsn(s string, from, host, to int) (finding, bool) {
	colon := strings.IndexByte(s[from:host], ':')
	if colon < 0 {
		return finding{}, false
	}
	secret := from + colon + 1
	if databases[strings.ToLower(s[from:from+colon])] {
		if n := strings.IndexByte(s[secret:host], ':'); n >= 0 {
			secret += n + 1
		}
	}
	if reference(s[secret:host]) {
		return finding{}, false
	}
	return finding{from, to, secret, host, ClassURL}, true
}

// bare finds user:password@host:port and user:password@host/db, without scheme.
func bare(s string, in where) []finding {
	var found []finding
	for at := 0; at < len(s); {
		n := strings.IndexByte(s[at:], '@')
		if n < 0 {
			break
		}
		n += at
		at = n + 1
		from, to := wordAt(s, n)
		colon := strings.IndexByte(s[from:n], ':')
		if colon <= 0 || !userName(s[from:from+colon]) || !hostAndMore(s[n+1:to]) {
			continue
		}
		secret := s[from+colon+1 : n]
		if reference(secret) || strings.ContainsAny(secret, "/\\(){}[]") || strings.HasPrefix(secret, "//") {
			continue
		}
		found = append(found, finding{from, to, from + colon + 1, n, ClassURL})
	}
	return found
}

// userName: letters, digits and - _ . only, and no scheme whose addresses have
// an @ of their own.
func userName(s string) bool {
	switch strings.ToLower(s) {
	case "mailto", "sip", "sips", "xmpp", "acct", "npm", "pkg", "git", "file", "http", "https", "urn", "arn", "tel", "im", "docker", "oci", "image":
		return false
	}
	return all(s, func(c byte) bool { return isAlnum(c) || strings.IndexByte("-_.", c) >= 0 })
}

// hostAndMore: a host, then a port, then perhaps a path; or a host with a dot
// and a path. A digest (name:tag@sha256:…) and a mail address are none.
func hostAndMore(s string) bool {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '-' || s[n] == '.' || s[n] == '_') {
		n++
	}
	if n == 0 || n == len(s) {
		return false
	}
	host, rest := s[:n], s[n:]
	if rest[0] == '/' {
		return strings.Contains(host, ".")
	}
	if rest[0] != ':' || strings.HasPrefix(host, "sha") {
		return false
	}
	port := 1
	for port < len(rest) && isDigit(rest[port]) {
		port++
	}
	return port > 1 && port <= 6 && (port == len(rest) || strings.IndexByte("/?,;)", rest[port]) >= 0)
}

// hooks finds the secret paths of chat robots' addresses.
func hooks(s string) []finding {
	var found []finding
	for _, mark := range []string{"hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
		"/open-apis/bot/v2/hook/", "/open-apis/bot/hook/", "api.telegram.org/bot"} {
		n := strings.Index(s, mark)
		if n < 0 {
			continue
		}
		from, to := wordAt(s, n)
		secret := n + len(mark)
		if to-secret < 12 || reference(s[secret:to]) || !digitsAmong(s[secret:to]) {
			continue
		}
		found = append(found, finding{from, to, secret, to, ClassURL})
	}
	return found
}

// parameters finds name=secret in URLs' queries, libpq's and ADO's lists of
// settings and command lines. With every, any parameter counts whose name is not
// known to be harmless.
func parameters(s string, every bool) []finding {
	var found []finding
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			continue
		}
		name := nameBefore(s, i)
		if name == "" || !secretParameter(name) && !(every && !harmless(name)) {
			continue
		}
		from, to := valueBehind(s, i+1)
		body := s[from:to]
		if len(body) == 0 || reference(body) || truth(body) {
			continue
		}
		start, end := wordAt(s, i)
		found = append(found, finding{start, max(end, to), from, to, ClassURL})
		i = to - 1
	}
	return found
}

// nameBefore is the name that ends before i. ADO's settings may have blanks in
// theirs; their last word is enough.
func nameBefore(s string, i int) string {
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	from := i
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if r < utf8.RuneSelf && !dashByte(byte(r)) && r != '.' || r >= utf8.RuneSelf && !unicode.IsLetter(r) {
			break
		}
		from -= size
	}
	return s[from:i]
}

// valueBehind is the value that begins at i: in quotes, or up to what ends one.
func valueBehind(s string, i int) (from, to int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i < len(s) && (s[i] == '\'' || s[i] == '"') {
		if n := strings.IndexByte(s[i+1:], s[i]); n >= 0 {
			return i + 1, i + 1 + n
		}
	}
	to = i
	for to < len(s) {
		r, size := utf8.DecodeRuneInString(s[to:])
		if boundary(r) || r == '&' || r == ';' || r == ',' && !strings.ContainsAny(s[to:], "@") || r == ')' && strings.Count(s[i:to], "(") == 0 {
			break
		}
		to += size
	}
	return i, to
}

// truth: what a switch has as value.
func truth(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "0", "1", "null", "none", "nil", "required", "optional", "enabled", "disabled":
		return true
	}
	return false
}

// secretParameter: besides what a key may be called, signatures of URLs.
func secretParameter(name string) bool {
	if secretName(name) == always || secretName(name) == ifString {
		return true
	}
	switch strings.ToLower(name) {
	case "sig", "x-amz-signature", "x-goog-signature", "x-oss-signature", "accountkey", "sharedaccesskey", "sharedaccesssignature", "pass":
		return true
	}
	return false
}

// harmless: settings of connections that tell no secret.
func harmless(name string) bool {
	switch strings.ToLower(name) {
	case "charset", "collation", "parsetime", "loc", "timeout", "readtimeout", "writetimeout", "tls", "ssl", "sslmode", "usessl", "servertimezone",
		"authsource", "authmechanism", "replicaset", "retrywrites", "w", "readpreference", "directconnection", "maxpoolsize", "minpoolsize", "database",
		"dbname", "db", "host", "server", "port", "user", "username", "uid", "application_name", "appname", "connect_timeout", "search_path", "timezone",
		"multistatements", "interpolateparams", "allownativepasswords", "heartbeat", "vhost", "protocol", "encrypt", "encoding":
		return true
	}
	return false
}

// assignments finds name: secret in prose (a setting that was commented out),
// and "name": "secret" anywhere (JSON inside a text).
func assignments(s string, in where) []finding {
	var found []finding
	for i := 1; i < len(s); i++ {
		size := colonAt(s, i)
		if size == 0 {
			continue
		}
		end := i
		if s[i-1] == '"' || s[i-1] == '\'' {
			end--
		} else if in == inValue {
			continue
		}
		name := nameBefore(s, end)
		kind := secretName(name)
		if kind != always && kind != ifString {
			continue
		}
		from, to := valueBehind(s, i+size)
		body, quoted := s[from:to], s[from-1] == '"' || s[from-1] == '\''
		if body == "" || reference(body) || truth(body) {
			continue
		}
		if !quoted && (in == inValue || !setting(s, end-len(name), i+size, to, kind)) {
			continue
		}
		found = append(found, finding{from, to, from, to, ClassKeyName})
		i = to - 1
	}
	return found
}

// colonAt is the size of the colon at i, be it of full width; 0 there is none.
func colonAt(s string, i int) int {
	if s[i] == ':' {
		return 1
	}
	if strings.HasPrefix(s[i:], "：") {
		return len("：")
	}
	return 0
}

// setting reports whether an unquoted "name: value" in prose is a setting and no
// sentence ("invalid token: expired", "arn:…:secret:app").
func setting(s string, name, from, to int, kind naming) bool {
	if from < len(s) && s[from] != ' ' && name > 0 && strings.IndexByte(" \t\n#{,(-", s[name-1]) < 0 {
		return false
	}
	body := strings.TrimSpace(s[from:to])
	return lastOnLine(s[to:]) && (kind == always || digitsAmong(body) || len(body) >= 20)
}

// lastOnLine: nothing but punctuation or a comment follows on the line.
func lastOnLine(rest string) bool {
	line, _, _ := strings.Cut(rest, "\n")
	line = strings.TrimSpace(line)
	return line == "" || strings.IndexByte(",;})]#", line[0]) >= 0
}
