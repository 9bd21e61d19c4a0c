package fake

import (
	"net/http"
	"strconv"
)

// watcher is one stream that somebody reads.
type watcher struct {
	name   string
	who    Account
	lines  chan []byte
	gone   chan struct{}
	closed bool
}

// cut ends a stream in the middle. The server's lock is held.
func (w *watcher) cut() {
	if !w.closed {
		w.closed = true
		close(w.gone)
	}
}

// tell queues an event; a reader that is too slow is cut off. The server's lock
// is held.
func (w *watcher) tell(a *app, kind string) {
	if w.closed || w.name != "" && w.name != a.spec.Name || !may(w.who.Get, a) {
		return
	}
	line := append(encode(Object{"result": Object{"type": kind, "application": a.render(true)}}), '\n')
	select {
	case w.lines <- line:
	default:
		w.cut()
	}
}

// stream sends applications as they change: first as they are, then whole ones.
// Nothing is sent before the first of them, not even headers, and nothing ever
// about an application that is not there or may not be seen.
func (s *Server) stream(out http.ResponseWriter, q *http.Request, who Account) answer {
	w := &watcher{name: q.URL.Query().Get("name"), who: who, lines: make(chan []byte, 256), gone: make(chan struct{})}
	given, _ := strconv.ParseUint(q.URL.Query().Get("resourceVersion"), 10, 64)
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	for _, name := range s.order {
		if a := s.apps[name]; given == 0 || a.version > given {
			w.tell(a, "ADDED")
		}
	}
	s.watchers[w] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.watchers, w)
		s.mu.Unlock()
	}()
	begun := false
	for {
		select {
		case line := <-w.lines:
			if !begun {
				out.Header().Set("Content-Type", "application/json")
				begun = true
			}
			out.Write(line)
			if f, ok := out.(http.Flusher); ok {
				f.Flush()
			}
		case <-w.gone:
			panic(http.ErrAbortHandler) // cut, not ended
		case <-q.Context().Done():
			return answer{}
		}
	}
}
