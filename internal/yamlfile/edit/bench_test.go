package edit

import (
	"fmt"
	"strings"
	"testing"
)

// large is a configuration of about 100 KB.
func large() string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "# about service %d\nservice%d:\n  host: host-%d.example # where\n  port: %d\n  limits: {cpu: 2, memory: 4Gi}\n", i, i, i, 8000+i)
		fmt.Fprintf(&b, "  plans:\n  - name: basic\n    amount: %d\n  - name: pro\n    amount: %d\n  text: |\n    some text\n    in lines\n\n", i, i*2)
	}
	return b.String()
}

func BenchmarkMake(b *testing.B) {
	src := large()
	before := mustParse(b, "t.yaml", src)
	source := mustParse(b, "s.yaml", strings.ReplaceAll(strings.ReplaceAll(src, "port: 8", "port: 9"), "in lines\n", "in lines\n  new: 1\n"))
	var ops []Op
	for i := range 400 {
		for _, p := range []string{"port", "new"} {
			path := mustPath(b, fmt.Sprintf("service%d.%s", i, p))
			n, _ := source.Lookup(path)
			op := Op{Action: Set, Path: path, From: n}
			if p == "new" {
				op.Action = Add
			}
			ops = append(ops, op)
		}
	}
	for _, n := range []int{1, 10, 800} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if d := Make(before, ops[:n]); len(d.Held) > 0 {
					b.Fatal(d.Held[0].Why)
				}
			}
		})
	}
}
