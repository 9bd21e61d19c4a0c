package kustomize

import (
	"sync"
	"time"

	"hoist.example/hoist/internal/progress"
)

// steps tells of the files that kustomize reads. What it does with them takes
// longer, and says nothing: each second that goes by is told, too.
type steps struct {
	tell    progress.Func
	overlay string
	began   time.Time
	over    chan struct{} // closed at the end

	mu          sync.Mutex // an abandoned render may go on reading
	done, total int
	ended       bool
}

func newSteps(tell progress.Func, overlay string) *steps {
	s := &steps{tell: tell, overlay: overlay, began: time.Now(), over: make(chan struct{})}
	if tell != nil {
		go s.watch()
	}
	return s
}

// watch tells of every second until the end.
func (s *steps) watch() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-tick.C:
			s.told(0)
		}
	}
}

func (s *steps) expect(total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total = total
}

// next is one more file.
func (s *steps) next() { s.told(1) }

// told says where the work stands, done further. Before its end it is never said
// to be complete: a file may be asked for more than once.
func (s *steps) told(done int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	if s.done += done; s.done >= s.total {
		s.done = max(s.total-1, 0)
	}
	s.tell.Tell(progress.Event{Stage: progress.Render, Subject: s.overlay, Done: s.done, Total: s.total, Seconds: int(time.Since(s.began) / time.Second)})
}

// end is the last step; nothing is told after it.
func (s *steps) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	close(s.over)
	s.tell.Tell(progress.Event{Stage: progress.Render, Subject: s.overlay, Done: s.total, Total: s.total})
}
