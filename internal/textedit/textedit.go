// Package textedit is a change to a text as data: a byte span and the text that
// takes its place.
//
// Laws: Apply does all edits or none; Outside, which is written apart from
// Apply, accepts exactly the results in which no byte outside the spans moved.
package textedit

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"unicode/utf8"
)

// Span is a half-open range of bytes.
type Span struct{ Start, End int }

// Len is the number of bytes.
func (s Span) Len() int { return s.End - s.Start }

// Holds reports whether t lies inside s.
func (s Span) Holds(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Edit replaces the bytes of Span by New. An empty span inserts.
type Edit struct {
	Span
	New string
}

// ErrOverlap says that two edits touch the same bytes, or that their order at
// one place is not decided.
var ErrOverlap = errors.New("edits overlap")

// ErrRange says that an edit lies outside the text.
var ErrRange = errors.New("edit outside the text")

// Sort orders edits by place and reports ErrOverlap or ErrRange. Two insertions
// at the same place overlap: nothing says which comes first.
func Sort(size int, edits []Edit) error {
	sort.SliceStable(edits, func(i, j int) bool {
		if edits[i].Start != edits[j].Start {
			return edits[i].Start < edits[j].Start
		}
		return edits[i].End < edits[j].End
	})
	for i, e := range edits {
		if e.Start < 0 || e.End < e.Start || e.End > size {
			return fmt.Errorf("%w: %d..%d of %d", ErrRange, e.Start, e.End, size)
		}
		if i > 0 && (e.Start < edits[i-1].End || e.Span == edits[i-1].Span) {
			return fmt.Errorf("%w at byte %d", ErrOverlap, e.Start)
		}
	}
	return nil
}

// Apply returns src with all edits made; src and edits are not changed.
func Apply(src []byte, edits []Edit) ([]byte, error) {
	sorted := append([]Edit(nil), edits...)
	if err := Sort(len(src), sorted); err != nil {
		return nil, err
	}
	size := len(src)
	for _, e := range sorted {
		size += len(e.New) - e.Len()
	}
	out, at := make([]byte, 0, size), 0
	for _, e := range sorted {
		out = append(append(out, src[at:e.Start]...), e.New...)
		at = e.End
	}
	return append(out, src[at:]...), nil
}

// Outside reports whether after is before with the spans of edits replaced by
// their new text and every other byte the same. It consumes after from the
// front and never builds the result.
func Outside(before, after []byte, edits []Edit) bool {
	at := 0
	for i := range edits {
		e := edits[i]
		if e.Start < at || e.End < e.Start || e.End > len(before) {
			return false
		}
		kept := before[at:e.Start]
		if !bytes.HasPrefix(after, kept) {
			return false
		}
		after = after[len(kept):]
		if !bytes.HasPrefix(after, []byte(e.New)) {
			return false
		}
		after = after[len(e.New):]
		at = e.End
	}
	return bytes.Equal(before[at:], after)
}

// Lines finds the line and column of a byte. Lines end at \n, \r\n or a lone
// \r, as YAML 1.2 counts them (section 5.4). The zero value is not useful.
type Lines struct {
	src    string
	starts []int
}

// Index finds the line starts of src.
func Index(src string) *Lines {
	l := &Lines{src: src, starts: []int{0}}
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\r':
			if i+1 < len(src) && src[i+1] == '\n' {
				i++
			}
			l.starts = append(l.starts, i+1)
		case '\n':
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// Count is the number of lines; a final line break starts no further line.
func (l *Lines) Count() int {
	n := len(l.starts)
	if n > 1 && l.starts[n-1] == len(l.src) {
		n--
	}
	return n
}

// Line is the number, from 1, of the line that holds the byte at offset.
func (l *Lines) Line(offset int) int {
	return sort.SearchInts(l.starts, offset+1)
}

// Place is line and column of the byte at offset, both from 1; the column
// counts characters, and a byte order mark is none.
func (l *Lines) Place(offset int) (line, column int) {
	offset = min(max(offset, 0), len(l.src))
	line = l.Line(offset)
	from := l.starts[line-1]
	if line == 1 && len(l.src) >= 3 && l.src[:3] == "\ufeff" && offset >= 3 {
		from = 3
	}
	return line, utf8.RuneCountInString(l.src[from:offset]) + 1
}

// Span is the bytes of a line (from 1) without its line break.
func (l *Lines) Span(line int) Span {
	if line < 1 || line > len(l.starts) {
		return Span{}
	}
	s := Span{l.starts[line-1], len(l.src)}
	if line < len(l.starts) {
		s.End = l.starts[line]
	}
	for s.End > s.Start && (l.src[s.End-1] == '\n' || l.src[s.End-1] == '\r') {
		s.End--
	}
	return s
}

// Text is a line (from 1) without its line break.
func (l *Lines) Text(line int) string {
	s := l.Span(line)
	return l.src[s.Start:s.End]
}
