package report

import (
	"sort"
	"strings"

	"hoist.example/hoist/internal/textedit"
)

// contextLines is how many unchanged lines a patch shows around a change.
const contextLines = 3

// lines is a text by its lines; each span ends before the line's \n.
type lines struct {
	src    string
	starts []int
}

func linesOf(src string) lines {
	l := lines{src: src}
	for at := 0; at < len(src); {
		l.starts = append(l.starts, at)
		end := strings.IndexByte(src[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	return l
}

func (l lines) count() int { return len(l.starts) }

// span is line i (from 0) without its \n, and without a \r before it.
func (l lines) span(i int) textedit.Span {
	s := textedit.Span{Start: l.starts[i], End: l.end(i)}
	if s.End > s.Start && l.src[s.End-1] == '\n' {
		s.End--
	}
	if s.End > s.Start && l.src[s.End-1] == '\r' {
		s.End--
	}
	return s
}

// end is where line i ends, its \n included.
func (l lines) end(i int) int {
	if i+1 < len(l.starts) {
		return l.starts[i+1]
	}
	return len(l.src)
}

// at is the line of the byte at offset; behind the last byte, the number of
// lines, unless the last line has no \n.
func (l lines) at(offset int) int {
	i := sort.SearchInts(l.starts, offset+1) - 1
	if i == len(l.starts)-1 && offset == len(l.src) && strings.HasSuffix(l.src, "\n") {
		return len(l.starts)
	}
	return max(i, 0)
}

// ended reports whether line i has a \n.
func (l lines) ended(i int) bool { return l.src[l.end(i)-1] == '\n' }

// block is lines that take the place of others; the numbers count from 0.
type block struct{ old, oldEnd, new, newEnd int }

// blocks are the lines that a file's edits change: no more than those.
func blocks(before, after lines, edits []textedit.Edit) []block {
	var out []block
	shift, reach := 0, 0
	for i := 0; i < len(edits); {
		b := block{old: before.at(edits[i].Start)}
		b.new = after.at(edits[i].Start + shift)
		for ; i < len(edits); i++ {
			e := edits[i]
			if reach > 0 && before.at(e.Start) > reach { // lines that touch are one change
				break
			}
			shift += len(e.New) - e.Len()
			reach = lineBehind(before, e.End)
			b.oldEnd = max(b.oldEnd, reach)
			b.newEnd = max(b.newEnd, lineBehind(after, e.End+shift))
		}
		reach = 0
		out = append(out, refine(before, after, b)...)
	}
	return out
}

// lineBehind is the line below the one that offset lies in.
func lineBehind(l lines, offset int) int { return min(l.at(offset)+1, l.count()) }

// refine leaves out of a block what is the same on both sides.
func refine(before, after lines, b block) []block {
	same := func(i, j int) bool {
		return before.src[before.starts[i]:before.end(i)] == after.src[after.starts[j]:after.end(j)]
	}
	for b.old < b.oldEnd && b.new < b.newEnd && same(b.old, b.new) {
		b.old, b.new = b.old+1, b.new+1
	}
	for b.old < b.oldEnd && b.new < b.newEnd && same(b.oldEnd-1, b.newEnd-1) {
		b.oldEnd, b.newEnd = b.oldEnd-1, b.newEnd-1
	}
	n, m := b.oldEnd-b.old, b.newEnd-b.new
	switch {
	case n == 0 && m == 0:
		return nil
	case n == 0 || m == 0 || n*m > 1<<20:
		return []block{b}
	}
	return align(b, n, m, same)
}

// align splits a block at the longest common run of lines in it.
func align(b block, n, m int, same func(i, j int) bool) []block {
	table := make([]int32, (n+1)*(m+1)) // longest common subsequence of the rests
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			switch {
			case same(b.old+i, b.new+j):
				table[i*(m+1)+j] = table[(i+1)*(m+1)+j+1] + 1
			default:
				table[i*(m+1)+j] = max(table[(i+1)*(m+1)+j], table[i*(m+1)+j+1])
			}
		}
	}
	var out []block
	i, j := 0, 0
	for i < n || j < m {
		if i < n && j < m && same(b.old+i, b.new+j) {
			i, j = i+1, j+1
			continue
		}
		x := block{old: b.old + i, new: b.new + j}
		for (i < n || j < m) && !(i < n && j < m && same(b.old+i, b.new+j)) {
			if i < n && (j == m || table[(i+1)*(m+1)+j] >= table[i*(m+1)+j+1]) {
				i++
			} else {
				j++
			}
		}
		x.oldEnd, x.newEnd = b.old+i, b.new+j
		out = append(out, x)
	}
	return out
}

// hunk is blocks with their context, from line old of the file before.
type hunk struct {
	old, oldEnd, new, newEnd int
	blocks                   []block
}

// hunks joins blocks whose contexts touch.
func hunks(all []block, before lines) []hunk {
	var out []hunk
	for _, b := range all {
		lead := min(contextLines, b.old)
		if n := len(out); n > 0 && b.old-lead <= out[n-1].oldEnd {
			out[n-1].blocks = append(out[n-1].blocks, b)
		} else {
			out = append(out, hunk{old: b.old - lead, new: b.new - lead, blocks: []block{b}})
		}
		h := &out[len(out)-1]
		tail := min(contextLines, before.count()-b.oldEnd)
		h.oldEnd, h.newEnd = b.oldEnd+tail, b.newEnd+tail
	}
	return out
}
