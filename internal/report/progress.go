package report

import (
	"strconv"

	"hoist.example/hoist/internal/progress"
)

// longWait is from how many seconds on they are worth saying.
const longWait = 2

var msgSeconds = Message{"{n} s", "{n} 秒"}

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
	if e.Seconds >= longWait {
		s += w.say(msgSeconds, "n", e.Seconds) + "  "
	}
	return s + window(visible(e.Subject), 0, max(w.width()-cells(s)-1, 8))
}
