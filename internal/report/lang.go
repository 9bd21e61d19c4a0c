package report

import (
	"strconv"
	"strings"
)

// Lang chooses the language of the output: the first that is not empty of
// --lang, HOIST_LANG, LC_ALL and LANG, in that order; "zh" where it begins with
// zh (zh_CN.UTF-8), else "en". A --lang that Languages does not hold is the
// caller's to refuse.
func Lang(flag, hoistLang, lcAll, lang string) string {
	for _, s := range []string{flag, hoistLang, lcAll, lang} {
		if s == "" {
			continue
		}
		if len(s) >= 2 && strings.EqualFold(s[:2], "zh") {
			return "zh"
		}
		return "en"
	}
	return "en"
}

// Languages are what --lang may be.
func Languages() []string { return []string{"en", "zh"} }

// Message is one message in every language. Its grammar:
//
//	{name}            the argument
//	{name|one|many}   the first form where the argument is 1, else the second
//	{?name}…{/}       only where the argument is not empty
//	{!name}…{/}       only where it is
//
// Sections do not nest.
type Message struct{ en, zh string }

// in is the message of one language.
func (t Message) in(lang string) string {
	if lang == "zh" {
		return t.zh
	}
	return t.en
}

// Say words a message; kv are the names of its arguments and their texts or ints
// in turn. What comes from a repository is made safe for a terminal.
func (w Words) Say(m Message, kv ...any) string {
	safe := make([]any, len(kv))
	for i, x := range kv {
		if s, ok := x.(string); ok {
			x = visible(s)
		}
		safe[i] = x
	}
	return w.say(m, safe...)
}

// say words t; kv are names and arguments in turn: a string or an int each.
func (w Words) say(t Message, kv ...any) string {
	return fill(t.in(w.Lang), func(name string) string {
		for i := 0; i+1 < len(kv); i += 2 {
			if kv[i] == name {
				return argText(kv[i+1])
			}
		}
		return ""
	})
}

func argText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

// fill puts arguments into a message.
func fill(s string, arg func(name string) string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		hole, rest := s[i+1:i+end], s[i+end+1:]
		switch {
		case hole == "/":
		case strings.HasPrefix(hole, "?"), strings.HasPrefix(hole, "!"):
			if (arg(hole[1:]) != "") != (hole[0] == '?') {
				_, rest, _ = strings.Cut(rest, "{/}")
			}
		default:
			b.WriteString(filled(hole, arg))
		}
		s = rest
	}
}

func filled(hole string, arg func(string) string) string {
	name, forms, plural := strings.Cut(hole, "|")
	if !plural {
		return arg(name)
	}
	one, many, _ := strings.Cut(forms, "|")
	if arg(name) == "1" {
		return one
	}
	return many
}
