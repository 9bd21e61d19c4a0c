package report

import (
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// grapheme is one character of a text as people see it, with the cells that it
// takes. odd: it differs from what the text is compared with.
type grapheme struct {
	text  string
	width int
	odd   bool
}

// long is a text that may have to be cut.
type long []grapheme

func graphemes(s string) long {
	out := make(long, 0, len(s))
	g := displaywidth.StringGraphemes(s)
	for g.Next() {
		out = append(out, grapheme{text: g.Value(), width: g.Width()})
	}
	return out
}

func (l long) cells() (n int) {
	for _, x := range l {
		n += x.width
	}
	return n
}

func (l long) String() string {
	var b strings.Builder
	for _, x := range l {
		b.WriteString(x.text)
	}
	return b.String()
}

const dots = "..."

func (l long) withDots() long { return append(l, grapheme{text: dots, width: len(dots)}) }

// window cuts s to at most n cells so that the characters from index at on are
// seen, with a little of what stands before them. What fits is not cut.
func window(s string, at, n int) string { return graphemes(s).window(at, n).String() }

func (l long) window(at, n int) long {
	if l.cells() <= n {
		return l
	}
	at = min(at, len(l)-1)
	n = max(n, 2*len(dots)+2)
	start, lead := at, 0
	for start > 0 && lead+l[start-1].width <= n/3 {
		start--
		lead += l[start].width
	}
	if start > 0 && start <= len(dots) { // cutting so little off is no gain
		start = 0
	}
	return l.fit(start, n)
}

// fit is l from start in n cells, with dots where something is left out. A tail
// that has room to spare is extended to the left.
func (l long) fit(start, n int) long {
	rest := l[start:].cells()
	room := n
	if start > 0 {
		room -= len(dots)
	}
	for start > 0 && rest+l[start-1].width <= room {
		start--
		rest += l[start].width
	}
	var out long
	if start > 0 {
		out = out.withDots()
	}
	if rest <= room {
		return append(out, l[start:]...)
	}
	room -= len(dots)
	for _, x := range l[start:] {
		if x.width > room {
			break
		}
		room -= x.width
		out = append(out, x)
	}
	return out.withDots()
}

// alike is the number of characters that two texts begin with, and end with
// behind those.
func alike(a, b long) (begin, end int) {
	for begin < len(a) && begin < len(b) && a[begin].text == b[begin].text {
		begin++
	}
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end].text == b[len(b)-1-end].text {
		end++
	}
	return begin, end
}

// common is the number of characters that all texts begin with.
func common(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	first := graphemes(texts[0])
	n := len(first)
	for _, t := range texts[1:] {
		begin, _ := alike(first, graphemes(t))
		n = min(n, begin)
	}
	return n
}

// excerpts shows s in lines of at most n cells: whole where it is short, else a
// window around each place where it begins to differ from one of the others.
// What differs from the one that it is most like is marked as odd.
func excerpts(s string, others []string, n int) []long {
	l := graphemes(s)
	var starts []int
	var part long // what is not like the other
	most := 0
	for _, o := range others {
		begin, end := alike(l, graphemes(o))
		starts = append(starts, begin)
		if n := begin + end; n > most && n < len(l) {
			most, part = n, l[begin:len(l)-end]
		}
	}
	if most >= len(l)/3 {
		part.mark()
	}
	if lines := l.chop(n); len(lines) <= wrapped {
		return lines
	}
	var out []long
	for _, at := range append(starts, 0)[:max(len(starts), 1)] {
		w := l.window(at, n)
		if !slices.ContainsFunc(out, func(x long) bool { return x.String() == w.String() }) {
			out = append(out, w)
		}
	}
	return out
}

// mark makes l odd, but for its blanks.
func (l long) mark() {
	for i := range l {
		l[i].odd = l[i].text != " "
	}
}

// wrapped is up to how many lines a long value is shown whole.
const wrapped = 2

// chop breaks s into lines of at most n cells.
func chop(s string, n int) (out []string) {
	for _, l := range graphemes(s).chop(n) {
		out = append(out, l.String())
	}
	return out
}

// chop breaks l into lines of at most n cells: where a reader would, if such a
// place is in the second half of a line. Nothing is left out: a blank stands at
// the start of the next line, where it is seen.
func (l long) chop(n int) (out []long) {
	for l.cells() > n {
		end := l.lineEnd(n)
		out, l = append(out, l[:end]), l[end:]
	}
	return append(out, l)
}

// lineEnd is how many characters of l make its first line.
func (l long) lineEnd(n int) int {
	most, used := 0, 0
	for most < len(l) && (used+l[most].width <= n || most == 0) {
		used += l[most].width
		most++
	}
	for _, good := range []func(at int) bool{l.blankAt, l.breaksAt} {
		for at := min(most, len(l)-1); at > 0 && l[:at].cells() > n/2; at-- {
			if good(at) {
				return at
			}
		}
	}
	for most > 1 && l[most-1].text == " " {
		most--
	}
	return most
}

// blankAt: the character at is a blank behind a word.
func (l long) blankAt(at int) bool { return l[at].text == " " && l[at-1].text != " " }

// breaksAt: what stands before the character at is a part by itself, as of a URL
// or a list.
func (l long) breaksAt(at int) bool {
	before, behind := l[at-1].text, l[at].text
	switch {
	case before == " " || behind == " ":
		return false
	case behind == "?":
		return true
	case strings.Contains(",;&|@)]}", before):
		return !strings.Contains(",;&|)]}", behind)
	case before == "/":
		return behind != "/"
	}
	return breakBetween(before, behind)
}

// paintLong is l in a style, what is odd in it set off where colours are on.
func (w Words) paintLong(st style, l long) string {
	var b strings.Builder
	for len(l) > 0 {
		n := 1
		for n < len(l) && l[n].odd == l[0].odd {
			n++
		}
		part := st
		if l[0].odd {
			part = odd
		}
		b.WriteString(w.paint(part, l[:n].String()))
		l = l[n:]
	}
	return b.String()
}
