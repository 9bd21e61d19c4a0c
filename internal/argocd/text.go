package argocd

import (
	"strings"
	"unicode"
)

// maxText is how many bytes of one of the server's texts are kept.
const maxText = 2000

// minSecret is the length from which on a part of a token is a secret by itself.
const minSecret = 12

// secret is a text that no printer shows, nor an encoder, however deep it lies
// in what they are given: it is in a closure, where reflection does not get.
// nil is none.
type secret func() string

func hide(text string) secret {
	if text == "" {
		return nil
	}
	return func() string { return text }
}

// reveal is the text. It is for the wire.
func (s secret) reveal() string {
	if s == nil {
		return ""
	}
	return s()
}

// parts are what must not be seen of it: the whole, and each part of a token of
// three (RFC 7519), any of which a server might repeat in a message.
func (s secret) parts() (out []string) {
	text := s.reveal()
	if text == "" {
		return nil
	}
	out = append(out, text)
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return r == '.' || unicode.IsSpace(r) }) {
		if len(p) >= minSecret && p != text {
			out = append(out, p)
		}
	}
	return out
}

// scrubber takes secrets out of texts.
type scrubber struct{ replace func(string) string }

func newScrubber(secrets ...secret) *scrubber {
	var pairs []string
	for _, s := range secrets {
		for _, p := range s.parts() {
			pairs = append(pairs, p, "****")
		}
	}
	return &scrubber{strings.NewReplacer(pairs...).Replace}
}

// clean is a text of somebody else's, fit to show: without secrets, bounded, one
// line, control characters as they are escaped in Go. Invisible characters that
// turn the direction of writing are escaped, too.
func (s *scrubber) clean(text string) string {
	if plain(text) {
		return s.replace(text)
	}
	text = s.replace(strings.TrimSpace(text))
	var b strings.Builder
	for _, r := range text {
		switch {
		case b.Len() > maxText:
			return b.String() + "…"
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
			b.WriteString(escaped(r))
		default:
			b.WriteRune(r)
		}
	}
	return s.replace(b.String())
}

// plain reports whether nothing of a text needs cleaning but secrets.
func plain(text string) bool {
	if len(text) > maxText {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

func escaped(r rune) string {
	const hex = "0123456789abcdef"
	if r < 0x100 {
		return `\x` + string(hex[r>>4]) + string(hex[r&15])
	}
	out := []byte(`\u`)
	shift := 12
	if r > 0xffff {
		out, shift = []byte(`\U`), 28
	}
	for ; shift >= 0; shift -= 4 {
		out = append(out, hex[r>>shift&15])
	}
	return string(out)
}
