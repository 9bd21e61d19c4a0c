package report

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
)

// wide is a service of n keys of which one in ten differs.
func wide(b *testing.B, n int) *compare.Service {
	var src [3]strings.Builder
	for i := range n {
		for e := range src {
			v := i
			if i%10 == 0 {
				v += e
			}
			fmt.Fprintf(&src[e], "key%d:\n  value: %d\n  text: \"text number %d\"\n", i, v, i)
		}
	}
	var t testing.T
	return newSide(&t, "wide", []string{"a.yaml", "b.yaml", "c.yaml"}, []string{src[0].String(), src[1].String(), src[2].String()}).service(envs, func(*compare.Key) {})
}

func BenchmarkDiffText(b *testing.B) {
	s := wide(b, 1000)
	for b.Loop() {
		d := Words{Width: 120, Colour: true, Mask: testMask()}.DiffText(io.Discard, envs, DiffOptions{})
		if err := d.Service(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.Keys)), "ns/key")
}

func BenchmarkDiffJSON(b *testing.B) {
	s := wide(b, 1000)
	for b.Loop() {
		d := Words{Mask: testMask()}.DiffJSON(io.Discard, envs, DiffOptions{})
		if err := d.Service(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.Keys)), "ns/key")
}
