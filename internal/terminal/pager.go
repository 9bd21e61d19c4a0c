package terminal

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"unicode/utf8"
)

// DefaultPager ends by itself where all fits on the screen, lets colours
// through, and leaves the text standing.
const DefaultPager = "less -FRX"

// page holds an answer back until it is known not to fit on the screen; then it
// goes through a pager.
type page struct {
	command     string
	width, rows int
	held        bytes.Buffer
	lines, cell int  // of what is held
	escape      bool // inside an escape sequence, which takes no cells
	straight    bool // there is no pager to be had
	pager       *exec.Cmd
	in          io.WriteCloser
	left        bool // the person has seen enough
}

// Page lets the answers that follow go through a pager where they do not fit on
// a screen of this size. command "" or cat is none.
func (s *Screen) Page(command string, width, rows int) {
	if command = strings.TrimSpace(command); command == "" || command == "cat" || rows <= 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = &page{command: command, width: max(width, 1), rows: rows}
}

// rest is how many lines of talk usually follow an answer.
const rest = 3

func (p *page) write(b []byte, out io.Writer) error {
	switch {
	case p.straight:
		_, err := out.Write(b)
		return err
	case p.pager != nil:
		p.pass(b)
		return nil
	}
	p.held.Write(b)
	if p.count(b); p.lines <= p.rows-rest {
		return nil
	}
	if !p.start() {
		p.straight = true
		return p.flush(out)
	}
	p.pass(p.held.Bytes())
	p.held.Reset()
	return nil
}

// count adds the lines that b takes on the screen, about: one too many does no
// harm.
func (p *page) count(b []byte) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch {
		case r == '\n':
			p.cell, p.lines, p.escape = 0, p.lines+1, false
			continue
		case p.escape:
			p.escape = r != 'm'
			continue
		case r == '\x1b':
			p.escape = true
			continue
		case r >= wide:
			p.cell++
		}
		if p.cell++; p.cell > p.width {
			p.cell, p.lines = 1, p.lines+1
		}
	}
}

// wide is from where on characters may take two cells (Hangul Jamo).
const wide = 0x1100

func (p *page) flush(out io.Writer) error {
	_, err := out.Write(p.held.Bytes())
	p.held.Reset()
	return err
}

func (p *page) pass(b []byte) {
	if p.left {
		return
	}
	_, err := p.in.Write(b)
	p.left = err != nil
}

func (p *page) running() bool { return p != nil && p.pager != nil }

// start starts the pager; it reports whether there is one.
func (p *page) start() bool {
	c := pagerCommand(p.command)
	if c == nil {
		return false
	}
	c.Stdout, c.Stderr, c.Env = os.Stdout, os.Stderr, os.Environ()
	for _, kv := range []string{"LESS=FRX", "LV=-c"} { // as git does
		if name, _, _ := strings.Cut(kv, "="); os.Getenv(name) == "" {
			c.Env = append(c.Env, kv)
		}
	}
	in, err := c.StdinPipe()
	if err != nil || c.Start() != nil {
		return false
	}
	signal.Ignore(os.Interrupt) // from now on Ctrl-C is said to the pager
	p.pager, p.in = c, in
	return true
}

// pagerCommand is the command as a shell would run it; nil where there is no
// such program.
func pagerCommand(command string) *exec.Cmd {
	if strings.ContainsAny(command, "|&;<>()$`\\\"'*?[#~=%\n") {
		return exec.Command("sh", "-c", command)
	}
	words := strings.Fields(command)
	program, err := exec.LookPath(words[0])
	if err != nil {
		return nil
	}
	return exec.Command(program, words[1:]...)
}

// close ends the answer and waits until the person has left the pager.
func (p *page) close(out io.Writer) error {
	if p.pager == nil {
		return p.flush(out)
	}
	p.in.Close()
	p.pager.Wait() // how a person leaves it says nothing about the answer
	return nil
}

// Pager is the command of the first of HOIST_PAGER and PAGER that is set, else
// DefaultPager.
func Pager(getenv func(string) string) string {
	return cmp.Or(getenv("HOIST_PAGER"), getenv("PAGER"), DefaultPager)
}
