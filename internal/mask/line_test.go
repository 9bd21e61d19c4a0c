package mask

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	m := New(nil, false)
	for _, c := range []struct {
		line   string
		column int
		want   string
	}{
		{`  password: "hunter2secret {[`, 13, `  password: "**** {[`},
		{`     rateLimit:`, 6, `     rateLimit:`},
		{"\t- name: ci", 1, "\t- name: ****"},
		{`  key: [aaaa, bbbbbb, cc`, 22, `  key: [****, ******, ****`},
		{`  plan: *base`, 9, `  plan: *base`},
		{`  plan: *sk_live_FAKE0000`, 9, `  plan: ****`},
		{`  - name: x # old password abcdef`, 5, `  - name: **** # **** **** ****`},
		{`{"url": "postgres://app:pw@db/x", "on": true}`, 2, `{"****": "****", "****": true}`},
		{`MIIEvQIBADANBgkqhkiG9w0BAQEFAASC`, 1, `****`},
		{`correct horse: battery`, 1, `**** **** ****`},
		{`环境: 生产环境`, 1, `环境: ****`},
		{`a: true`, 4, `a: true`},
		{`sk_live_FAKE00000000000000: x`, 1, `**** ****`},
		{`"password: x": secretsecret`, 1, `"password: ****": ****`},
		{``, 1, ``},
	} {
		if got := m.Line(c.line, c.column); got != c.want {
			t.Errorf("%q at %d: %q, want %q", c.line, c.column, got, c.want)
		}
	}
	if got := New(nil, true).Line("a: secret", 1); got != "a: secret" {
		t.Errorf("revealed: %q", got)
	}
}

// Whatever the line: of a value no four characters in a row are shown, and what
// stands at the column stays there.
func TestLineHidesValues(t *testing.T) {
	m := New(nil, false)
	rapid.Check(t, func(rt *rapid.T) {
		secret := rapid.StringMatching(`[a-zA-Z0-9_.@:/=+-]{4,20}`).Draw(rt, "secret")
		if shownWord(secret) || strings.HasSuffix(secret, ":") { // which makes it a key
			return
		}
		before := rapid.SampledFrom([]string{"key: ", "  - ", "  - name: ", `a: "`, "[1, ", "{a: ", "", "# ", "环境: '"}).Draw(rt, "before")
		line := before + secret + rapid.SampledFrom([]string{"", " x", `"`, ", b]", " # comment"}).Draw(rt, "behind")
		column := rapid.IntRange(1, utf8.RuneCountInString(line)+1).Draw(rt, "column")
		got := m.Line(line, column)
		for i := 0; i+4 <= len(secret); i++ {
			if part := secret[i : i+4]; strings.Contains(got, part) && !strings.Contains(before, part) {
				rt.Fatalf("%q at %d shows %q: %q", line, column, part, got)
			}
		}
		shown := []rune(got)
		for i, r := range []rune(line)[:column-1] {
			if strings.ContainsRune(structure, r) && (i >= len(shown) || shown[i] != r) {
				rt.Fatalf("%q at %d: what stands at %d moved: %q", line, column, i, got)
			}
		}
	})
}
