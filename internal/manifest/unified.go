package manifest

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Line is one line of a unified diff, without its break.
type Line struct {
	Op   byte // ' ', '-' or '+'
	Text string
	// Open says that the text ends here without a line break.
	Open bool
}

// Hunk is a run of lines that differ, with those around them. Line numbers count
// from 1.
type Hunk struct {
	Old, New           int // the first line on each side
	OldCount, NewCount int
	Lines              []Line
}

// Context is how many equal lines a hunk shows around the others.
const Context = 3

// Hunks are the differences of two texts, line by line. The texts are shown as
// they are: whoever calls this masks them first.
func Hunks(before, after string) ([]Hunk, error) {
	edits := udiff.Lines(before, after)
	d, err := udiff.ToUnifiedDiff("a", "b", before, edits, Context)
	if err != nil {
		return nil, err
	}
	var out []Hunk
	for _, h := range d.Hunks {
		out = append(out, hunk(h))
	}
	return out, nil
}

func hunk(h *udiff.Hunk) Hunk {
	out := Hunk{Old: h.FromLine, New: h.ToLine}
	for _, l := range h.Lines {
		x := Line{Op: ' ', Text: strings.TrimSuffix(l.Content, "\n"), Open: !strings.HasSuffix(l.Content, "\n")}
		switch l.Kind {
		case udiff.Delete:
			x.Op = '-'
			out.OldCount++
		case udiff.Insert:
			x.Op = '+'
			out.NewCount++
		default:
			out.OldCount++
			out.NewCount++
		}
		out.Lines = append(out.Lines, x)
	}
	return out
}
