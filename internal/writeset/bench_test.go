package writeset

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkCommit writes 300 files of 6.5 KB with every sync, and undoes it.
func BenchmarkCommit(b *testing.B) {
	o := farm(b, 300, b.TempDir())
	s, err := Open(b.Context(), o)
	must(b, err)
	var writes []Write
	for i := range 300 {
		name := fmt.Sprintf("%d/config.yaml", i)
		old, err := os.ReadFile(filepath.Join(o.Root, name))
		must(b, err)
		writes = append(writes, Write{Path: name, Old: old, New: body("second")})
	}
	b.Run("commit", func(b *testing.B) {
		for i := range b.N {
			must(b, s.Commit(b.Context(), fmt.Sprint(b.N, "-", i), writes, nil))
			b.StopTimer()
			_, err := s.Undo(b.Context())
			must(b, err)
			b.StartTimer()
		}
	})
	b.Run("undo", func(b *testing.B) {
		for i := range b.N {
			b.StopTimer()
			must(b, s.Commit(b.Context(), fmt.Sprint("u", b.N, "-", i), writes, nil))
			b.StartTimer()
			_, err := s.Undo(b.Context())
			must(b, err)
		}
	})
	must(b, s.Close())
}

// BenchmarkOpen is what every reading command pays.
func BenchmarkOpen(b *testing.B) {
	o := farm(b, 1, b.TempDir())
	s, err := Open(b.Context(), o)
	must(b, err)
	must(b, s.Close())
	o.Exclusive = false
	for b.Loop() {
		s, err := Open(b.Context(), o)
		must(b, err)
		must(b, s.Close())
	}
}
