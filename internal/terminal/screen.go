package terminal

import (
	"bytes"
	"io"
	"os"
	"sync"
	"time"
)

// Screen is where answers (stdout) meet talk and progress (stderr). It is safe
// for many goroutines.
type Screen struct {
	mu       sync.Mutex
	out, err io.Writer
	failure  error // the first that out gave

	live         bool // progress may be written in place
	began, drawn time.Time
	shown        bool         // a line of progress stands on the screen
	open         bytes.Buffer // the begin of a line of which the rest is to come
	page         *page
	later        bytes.Buffer // talk that waits until the pager has gone
}

// New makes the screen of two streams.
func New(out, err *os.File) *Screen { return newScreen(out, err) }

func newScreen(out, err io.Writer) *Screen { return &Screen{out: out, err: err} }

const (
	patience = 300 * time.Millisecond // shorter work shows no progress
	redraw   = 80 * time.Millisecond
	plainly  = 10 * time.Second // between lines of progress where there is no terminal
	erase    = "\r\x1b[K"
)

// Live says that stderr is a terminal that can write a line again.
func (s *Screen) Live(live bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = live
}

// Write is an answer. What a pager that has been left does not take is dropped.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		return 0, s.failure
	}
	whole := p
	if s.live { // progress may follow: it would wipe a line that is open
		whole = p[:bytes.LastIndexByte(p, '\n')+1]
	}
	if len(whole) > 0 {
		s.answer(append(s.open.Bytes(), whole...))
		s.open.Reset()
	}
	s.open.Write(p[len(whole):])
	if s.failure != nil {
		return 0, s.failure
	}
	return len(p), nil
}

func (s *Screen) answer(b []byte) {
	switch s.erase(); {
	case s.failure != nil || len(b) == 0:
	case s.page != nil:
		s.failure = s.page.write(b, s.out)
	default:
		_, s.failure = s.out.Write(b)
	}
}

// Failure is why answers could not be written; nil where they could.
func (s *Screen) Failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// Talk is stderr. While a pager may have the screen, talk waits for Close.
func (s *Screen) Talk() io.Writer { return talk{s} }

type talk struct{ s *Screen }

func (t talk) Write(p []byte) (int, error) {
	s := t.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if s.page != nil {
		return s.later.Write(p)
	}
	return s.err.Write(p)
}

// Step shows one step of long work. text is only called where it is shown: in
// place of the step before on a terminal, and elsewhere on a line of its own,
// seldom.
func (s *Screen) Step(text func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.began.IsZero() {
		s.began, s.drawn = now, now
	}
	switch {
	case !s.live:
		if now.Sub(s.drawn) >= plainly {
			s.drawn = now
			io.WriteString(s.err, text()+"\n")
		}
	case s.page.running() || now.Sub(s.began) < patience || s.shown && now.Sub(s.drawn) < redraw:
	default:
		s.drawn, s.shown = now, true
		io.WriteString(s.err, erase+text())
	}
}

// settle leaves nothing half-written on the screen.
func (s *Screen) settle() {
	s.erase()
	s.answer(s.open.Bytes())
	s.open.Reset()
}

func (s *Screen) erase() {
	if s.shown {
		s.shown = false
		io.WriteString(s.err, erase)
	}
}

// Close shows what was held back and waits until the person has left the pager.
// It gives Failure.
func (s *Screen) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if p := s.page; p != nil {
		s.page = nil
		if err := p.close(s.out); s.failure == nil {
			s.failure = err
		}
		s.err.Write(s.later.Bytes())
		s.later.Reset()
	}
	return s.failure
}
