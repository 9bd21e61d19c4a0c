package report

import (
	"io"
	"strconv"
	"sync"

	"hoist.example/hoist/internal/progress"
)

// longWork is from how many steps on progress is worth showing; shorter work is
// done before anyone has read a line.
const longWork = 30

// Progress shows long work on a terminal, in one line that is written again and
// again and wiped at the end. Short work shows nothing.
func (w Words) Progress(out io.Writer) progress.Func {
	var mu sync.Mutex
	return func(e progress.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Total < longWork {
			return
		}
		if e.Done >= e.Total {
			io.WriteString(out, "\r\x1b[K")
			return
		}
		io.WriteString(out, "\r\x1b[K"+w.Event(e))
	}
}

// Event is one step of long work, in less than a line.
func (w Words) Event(e progress.Event) string {
	t, ok := stageTexts[e.Stage]
	if !ok {
		t = Message{string(e.Stage), string(e.Stage)}
	}
	n := strconv.Itoa(e.Done)
	if e.Total > 0 {
		n += "/" + strconv.Itoa(e.Total)
	}
	s := w.say(t) + " " + n + "  "
	return s + window(visible(e.Subject), 0, max(w.width()-cells(s)-1, 8))
}
