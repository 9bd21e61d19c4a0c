package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/yamlfile/proof"
)

// large is a file of n sections, in every tenth of which three values change.
func large(n int) script {
	s := script{name: "large"}
	var b, src strings.Builder
	for i := range n {
		port, host := "8080", "api.internal.example"
		if i%10 == 0 {
			port, host = "«8080»«9090»", "«api.internal.example»«web.internal.example»"
			fmt.Fprintf(&src, "service%d: {port: 9090, host: web.internal.example, new: 1}\n", i)
			s.ops = append(s.ops, set(fmt.Sprintf("service%d.port", i)), set(fmt.Sprintf("service%d.host", i)), add(fmt.Sprintf("service%d.new", i)))
		}
		fmt.Fprintf(&b, "# the service number %d\nservice%d:\n  port: %s # why\n  host: \"%s\"\n  retries: 3\n  plans:\n    - name: free\n      amount: 0\n    - name: pro\n      amount: 29.90\n      features: [a, b, c]\n", i, i, port, host)
		if i%10 == 0 {
			b.WriteString("«»«  new: 1\n»")
		}
	}
	s.text, s.src = b.String(), src.String()
	return s
}

func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{20, 400} {
		d := large(n).draft(b)
		b.Run(fmt.Sprintf("%dKB-%dops", len(d.After)/1024, len(d.Done)), func(b *testing.B) {
			b.SetBytes(int64(len(d.After)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := proof.Check(d, proof.Rules{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadable(b *testing.B) {
	d := large(20).draft(b)
	b.SetBytes(int64(len(d.After)))
	for b.Loop() {
		if p := proof.Readable(d.Before); p != nil {
			b.Fatal(p)
		}
	}
}
