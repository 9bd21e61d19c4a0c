package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// config is a configuration of about 250 lines, as services have them: comments
// in two scripts, nested mappings, lists of mappings, quotes, a block scalar.
func config() string {
	var b strings.Builder
	b.WriteString("# simplex-api: business configuration\n# \u4e1a\u52a1\u914d\u7f6e\nserver:\n  address: \":8080\"\n  readTimeout: 30s\n  cors:\n    allowOrigins:\n")
	for i := range 8 {
		fmt.Fprintf(&b, "      - https://app%d.example.com\n", i)
	}
	for i := range 14 {
		fmt.Fprintf(&b, "\n# section %d\nsection%d:\n  enabled: %v\n  limit: %d # per minute\n  link: 'mysql:app:secret@tcp(db%d.example:3306)/app'\n  rates: {small: 1, large: 2.5}\n", i, i, i%2 == 0, i*100, i)
		for j := range 4 {
			fmt.Fprintf(&b, "  key%d: some value of the usual length %d\n", j, j)
		}
	}
	b.WriteString("\npayment:\n  plans:\n")
	for i := range 12 {
		fmt.Fprintf(&b, "    - name: plan%d\n      title: \"Plan \u5957\u9910 %d\"\n      amount: %d\n      stripePriceId: price_%08d\n      features: [a, b, c]\n\n", i, i, i*1000, i)
	}
	b.WriteString("script: |\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  echo line %d of a script\n", i)
	}
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	src := config()
	b.Logf("%d lines, %d bytes", strings.Count(src, "\n"), len(src))
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := syntax.Parse("config.yaml", src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ours and every text", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			t, err := syntax.Parse("config.yaml", src)
			if err != nil {
				b.Fatal(err)
			}
			for id := range syntax.ID(t.Len()) {
				t.Text(id)
			}
		}
	})
	b.Run("go-yaml v4 Node", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			var n yaml.Node
			if err := yaml.Unmarshal([]byte(src), &n); err != nil {
				b.Fatal(err)
			}
		}
	})
}
