// Package mask knows what a secret is by its looks, and how one is shown: by a
// harmless prefix that says what it is, and a fingerprint that says whether two
// are the same.
//
// It never prints a character of a secret part, never decides what may be
// promoted, and asks no rules: who calls it says which values a rule makes
// secret.
//
// Laws: no four characters in a row of a secret part are in what is shown;
// equal values have equal fingerprints, wherever they stand, and others have
// not (but for one chance in 2^32); what is masked has **** in it.
//
// Everything here is written by hand instead of by regular expressions: fifteen
// of those over every scalar of a fleet cost more than comparing it.
package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
)

// Masker shows values. It is immutable and safe for many goroutines.
type Masker struct {
	key    []byte
	reveal bool
}

// Shown is a value as it may be shown. Text is not escaped for a terminal.
type Shown struct {
	Text   string
	Masked bool
}

// Stars stand in every masked text.
const Stars = "****"

// New makes a Masker. key is what fingerprints are made with, one per clone;
// without a key there are no fingerprints, only stars, since anyone could try
// out which value has one. reveal shows everything as it is.
func New(key []byte, reveal bool) *Masker { return &Masker{key: key, reveal: reveal} }

// ShowsSecrets reports whether m shows secrets.
func (m *Masker) ShowsSecrets() bool { return m.reveal }

// Fingerprint is # and eight hexadecimal digits, of the value alone: the same
// value has the same one at every place. "" without a key.
func (m *Masker) Fingerprint(v value.Value) string {
	if len(m.key) == 0 {
		return ""
	}
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(v.RevealCanonical()))
	return "#" + hex.EncodeToString(h.Sum(nil)[:4])
}

// Value shows v, which stands at p: masked where secret says so (a rule does) or
// where it looks secret. null and the empty string are never masked: nothing is
// hidden by showing that a value is missing. A string is shown as it is, without
// quotes; a list as [a, b], each element by itself.
func (m *Masker) Value(p keypath.Path, v value.Value, secret bool) Shown {
	if v.Kind() == value.Scalars {
		return m.list(p, v, secret)
	}
	if !m.hides(p, v, secret) {
		return Shown{Text: plain(v)}
	}
	named := secret || bySecretName(p, v)
	return Shown{Text: m.masked(v, named), Masked: true}
}

func (m *Masker) list(p keypath.Path, v value.Value, secret bool) Shown {
	var b strings.Builder
	masked := false
	for i, e := range v.Items() {
		if i > 0 {
			b.WriteString(", ")
		}
		s := m.Value(p, e, secret)
		b.WriteString(s.Text)
		masked = masked || s.Masked
	}
	return Shown{"[" + b.String() + "]", masked}
}

// JSON is v as encoding/json takes it, masked as Value masks: a masked scalar is
// a string with **** in it, of a list only the elements that are masked.
func (m *Masker) JSON(p keypath.Path, v value.Value, secret bool) (any, bool) {
	if v.Kind() == value.Scalars {
		var out []any
		masked := false
		for _, e := range v.Items() {
			x, hidden := m.JSON(p, e, secret)
			out = append(out, x)
			masked = masked || hidden
		}
		return out, masked
	}
	if m.hides(p, v, secret) {
		return m.Value(p, v, secret).Text, true
	}
	return v.RevealJSON(), false
}

// hides reports whether a scalar is to be masked.
func (m *Masker) hides(p keypath.Path, v value.Value, secret bool) bool {
	if m.reveal || !hideable(v) {
		return false
	}
	if secret {
		return true
	}
	_, looks := LooksSecret(p, v)
	return looks
}

// hideable reports whether v has a text that could be a secret.
func hideable(v value.Value) bool {
	switch v.Kind() {
	case value.Bool, value.Int, value.Float:
		return true
	case value.String, value.Tagged, value.Ambiguous:
		return v.Reveal() != ""
	}
	return false
}

func plain(v value.Value) string {
	switch v.Kind() {
	case value.EmptyMap:
		return "{}"
	case value.EmptyList:
		return "[]"
	case value.Map:
		return "{…}"
	case value.List:
		return "[…]"
	}
	return v.Reveal()
}

// masked shows a secret: where its kind is known, only the secret part is
// replaced. named says that the value is secret as a whole, by a rule or by its
// key; then a part of it is shown only if all of it was understood.
func (m *Masker) masked(v value.Value, named bool) string {
	text, print := v.Reveal(), Stars+m.Fingerprint(v)
	found := find(text, inValue)
	switch {
	case len(found) == 0:
		return print
	case named && !understood(text, found):
		if f := found[0]; f.from == 0 && f.class == ClassToken {
			return text[:f.hideFrom] + print // the prefix is a known one
		}
		return print
	}
	if named {
		found = append(append(found, parameters(text, true)...), webPath(text, found[len(found)-1])...)
	}
	return replace(text, found, func(finding) string { return print })
}

// understood reports whether one finding is the whole text, but for white space
// at its end.
func understood(text string, found []finding) bool {
	for _, f := range found {
		if f.from == 0 && strings.TrimSpace(text[f.to:]) == "" {
			return true
		}
	}
	return false
}

// webPath is what stands behind the host of a URL whose password is f: of a
// database it is a name, of a web service it may be a secret too.
func webPath(text string, f finding) []finding {
	scheme, _, ok := strings.Cut(text, "://")
	if !ok || databases[strings.ToLower(scheme)] {
		return nil
	}
	n := strings.IndexAny(text[f.hideTo:], "/?#")
	if n < 0 || f.hideTo+n+1 == len(text) {
		return nil
	}
	return []finding{{f.from, f.to, f.hideTo + n + 1, len(text), f.class}}
}

// Text masks the credentials in a free text: a comment, what another program
// said. It knows them by their looks only. The fingerprint is that of the
// credential as a value by itself.
func (m *Masker) Text(s string) string {
	if m.reveal {
		return s
	}
	found := find(s, inProse)
	if len(found) == 0 {
		return s
	}
	return replace(s, found, func(f finding) string {
		return Stars + m.Fingerprint(value.Text(s[f.from:f.to]))
	})
}

// CleanComment reports whether a comment holds nothing that looks like a
// credential, so that it may be copied.
func CleanComment(s string) bool { return len(find(s, inProse)) == 0 }

// replace puts by in place of the hidden part of each finding. Parts that touch
// or overlap are replaced together.
func replace(s string, found []finding, by func(finding) string) string {
	found = merge(found)
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(s[at:f.hideFrom])
		b.WriteString(by(f))
		at = f.hideTo
	}
	b.WriteString(s[at:])
	return b.String()
}
