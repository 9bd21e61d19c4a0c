package fake

import (
	"net"
	"net/http"
)

// Loopback is a server that other programs on this machine can reach.
type Loopback struct {
	Address string // 127.0.0.1:PORT; it speaks plain HTTP
	http    *http.Server
	done    chan struct{}
}

// Listen answers on a free port of the loopback interface, until Close.
func Listen(h http.Handler) (*Loopback, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Loopback{Address: l.Addr().String(), http: &http.Server{Handler: h}, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // until Close
	}()
	return s, nil
}

// Close ends it at once, as a server ends that is killed.
func (s *Loopback) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}
