package fake

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// Pipe is a server's way to clients without a network: what testing/synctest
// needs, where a connection of the operating system would hold up time.
type Pipe struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	serve sync.WaitGroup
	http  *http.Server
}

// Serve answers what Dial connects, until Close.
func Serve(h http.Handler) *Pipe {
	p := &Pipe{conns: make(chan net.Conn), done: make(chan struct{}), http: &http.Server{Handler: h}}
	p.serve.Go(func() { p.http.Serve(p) })
	return p
}

// Dial connects, whatever the address.
func (p *Pipe) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.done:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept gives the server its next connection.
func (p *Pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// Addr is none.
func (p *Pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// Close ends the server and its connections.
func (p *Pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

// Stop closes, and waits for what is being answered to end.
func (p *Pipe) Stop() {
	p.Close()
	p.http.Close()
	p.serve.Wait()
}
