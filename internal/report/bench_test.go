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

// Most of the file lies under one anchor that others merge.
func BenchmarkDiffJSONUnderAnAnchor(b *testing.B) {
	var src strings.Builder
	src.WriteString("base: &base\n")
	for i := range 2000 {
		fmt.Fprintf(&src, "  key%d: text number %d\n", i, i)
	}
	src.WriteString("other:\n  <<: *base\n  more: 1\n")
	var t testing.T
	s := newSide(&t, "anchored", []string{"a.yaml", "b.yaml", "c.yaml"}, []string{src.String(), src.String(), src.String()}).service(envs, func(*compare.Key) {})
	for b.Loop() {
		d := Words{Mask: testMask()}.DiffJSON(io.Discard, envs, DiffOptions{})
		if err := d.Service(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.Keys)), "ns/key")
}
