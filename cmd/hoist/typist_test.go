//go:build unix

package main

import (
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// patience is for machines that are busy with other tests.
const patience = 30 * time.Second

// typist sits at a terminal at which a program runs.
type typist struct {
	t    testing.TB
	cmd  *exec.Cmd
	kind func(string) // types

	mu     sync.Mutex
	more   *sync.Cond
	seen   strings.Builder
	from   int // behind what was waited for last
	ended  bool
	status int
}

// at starts a program at a terminal of its own.
func at(t testing.TB, c *exec.Cmd) *typist {
	t.Helper()
	p := &typist{t: t, cmd: c}
	p.more = sync.NewCond(&p.mu)
	f, err := pty.StartWithSize(c, &pty.Winsize{Cols: 160, Rows: 50})
	if err != nil {
		t.Fatal(err)
	}
	p.kind = func(s string) {
		if _, err := f.WriteString(s); err != nil {
			t.Error(err)
		}
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for b := make([]byte, 4096); ; {
			n, err := f.Read(b)
			p.tell(func() { p.seen.Write(b[:n]) })
			if err != nil { // EIO on Linux: nobody has the other end any more
				status := exit(c.Wait())
				p.tell(func() { p.ended, p.status = true, status })
				return
			}
		}
	}()
	t.Cleanup(func() {
		c.Process.Kill()
		<-gone
		f.Close()
	})
	return p
}

func (p *typist) tell(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	p.more.Broadcast()
}

// until waits for a text behind the one waited for before.
func (p *typist) until(text string) {
	p.t.Helper()
	p.wait(func() bool {
		i := strings.Index(p.seen.String()[p.from:], text)
		if i >= 0 {
			p.from += i + len(text)
		}
		return i >= 0
	}, text)
}

// ends waits for the end of the program.
func (p *typist) ends(status int) string {
	p.t.Helper()
	p.wait(func() bool { return p.ended }, "the end")
	p.mu.Lock()
	defer p.mu.Unlock()
	text := strings.ReplaceAll(p.seen.String(), "\r\n", "\n")
	if p.status != status {
		p.t.Errorf("exit status %d, not %d:\n%s", p.status, status, text)
	}
	return text
}

func (p *typist) wait(done func() bool, what string) {
	p.t.Helper()
	late := false
	watchdog := time.AfterFunc(patience, func() { p.tell(func() { late = true }) })
	defer watchdog.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for !done() {
		if late || p.ended {
			p.t.Fatalf("%q did not come:\n%s", what, p.seen.String())
		}
		p.more.Wait()
	}
}
