package argocd

import (
	"strings"

	"hoist.example/hoist/internal/problem"
)

// flags are the options that ARGOCD_OPTS gives to every argocd command, by name
// without dashes, in the order given.
type flags []struct{ name, value string }

// optionsVariable is where people keep them.
const optionsVariable = "ARGOCD_OPTS"

// last is the value of the last flag of that name; ok is false where there is
// none.
func (f flags) last(name string) (value string, ok bool) {
	for _, x := range f {
		if x.name == name {
			value, ok = x.value, true
		}
	}
	return value, ok
}

func (f flags) all(name string) (out []string) {
	for _, x := range f {
		if x.name == name {
			out = append(out, x.value)
		}
	}
	return out
}

// switches are the flags that need no value; takers those that need one. Of a
// flag that hoist does not know, what follows is its value unless it is a flag
// itself.
var (
	switches = []string{"insecure", "plaintext", "grpc-web", "core", "port-forward", "insecure-skip-verify"}
	takers   = []string{"server", "auth-token", "server-crt", "client-crt", "client-crt-key", "grpc-web-root-path", "argocd-context", "config", "header"}
)

// parseFlags reads ARGOCD_OPTS: words as a shell would split them. No word is in
// an error: any may be a token.
func parseFlags(text string) (flags, error) {
	words, ok := split(text)
	if !ok {
		return nil, badFlag("", "unclosed-quote")
	}
	var out flags
	for i := 0; i < len(words); i++ {
		name, value, given := strings.Cut(words[i], "=")
		if name == "-H" {
			name = "--header"
		}
		bare, dashed := strings.CutPrefix(name, "--")
		switch {
		case !dashed || bare == "":
			return nil, badFlag("", "stray")
		case given:
		case isOne(bare, switches):
			value = "true"
		case i+1 < len(words) && (isOne(bare, takers) || !strings.HasPrefix(words[i+1], "-")):
			i++
			value = words[i]
		case isOne(bare, takers):
			return nil, badFlag(bare, "no-value")
		}
		out = append(out, struct{ name, value string }{bare, value})
	}
	return out, nil
}

func isOne(s string, list []string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func badFlag(flag, why string) error {
	return problem.New(BadOptions, problem.Place{}, "variable", optionsVariable, "flag", flag, "why", why)
}

// on reports whether a switch is given; a value that is no boolean is an error.
func (f flags) on(name string) (bool, error) {
	v, ok := f.last(name)
	switch strings.ToLower(v) {
	case "true", "1", "t":
		return true, nil
	case "false", "0", "f":
		return false, nil
	}
	if ok {
		return false, badFlag(name, "bad-value")
	}
	return false, nil
}

// split cuts a text into words as a POSIX shell does (2.2 Quoting), without
// expanding anything. It answers false where a quote is never closed.
func split(text string) (words []string, ok bool) {
	var word strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote == '\'' && c != '\'', quote == '"' && c != '"' && c != '\\':
			word.WriteByte(c)
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\':
			i++
			if i == len(text) {
				return nil, false
			}
			if quote == '"' && !strings.ContainsRune("\"\\$`", rune(text[i])) {
				word.WriteByte('\\')
			}
			word.WriteByte(text[i])
			in = true
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, false
	}
	if in {
		words = append(words, word.String())
	}
	return words, true
}
