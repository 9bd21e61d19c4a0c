//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gate

import (
	"os"

	"golang.org/x/sys/unix"
)

// tty is where a person types and reads, in the mode in which it must be
// for that: lines, echo, signals. give puts it back as it was.
type tty struct {
	in, err *os.File
	was     *unix.Termios
}

// take checks that both files are this process's own terminal. why says in a
// word what they are not; "" is well.
//
// tcgetpgrp(3) answers only for the controlling terminal, of which a process has
// one: two files that answer are the same. And only the group in front may read
// what a person types.
func take(in, err *os.File) (t *tty, why string) {
	for _, f := range []struct {
		file *os.File
		name string
	}{{in, "stdin"}, {err, "stderr"}} {
		if f.file == nil {
			return nil, f.name
		}
		if _, err := unix.IoctlGetTermios(int(f.file.Fd()), getModes); err != nil {
			return nil, f.name
		}
	}
	for _, f := range []*os.File{in, err} {
		group, err := foreground(int(f.Fd()))
		if err != nil {
			return nil, "foreign"
		}
		if group != unix.Getpgrp() {
			return nil, "background"
		}
	}
	was, modesErr := unix.IoctlGetTermios(int(in.Fd()), getModes)
	if modesErr != nil {
		return nil, "stdin"
	}
	return &tty{in, err, was}, ""
}

// ready throws away what was typed so far and sees to it that a line is typed as
// lines are.
func (t *tty) ready() error {
	m := *t.was
	m.Iflag |= unix.ICRNL
	m.Iflag &^= unix.IGNCR | unix.INLCR
	m.Lflag |= unix.ICANON | unix.ECHO | unix.ECHOE | unix.ISIG
	m.Oflag |= unix.OPOST
	fd := int(t.in.Fd())
	if err := unix.IoctlSetTermios(fd, setFlushed, &m); err != nil {
		return err
	}
	return forget(fd)
}

// give puts the terminal back, and throws away what was typed beyond the
// answer: it was meant for nobody.
func (t *tty) give() {
	fd := int(t.in.Fd())
	_ = forget(fd)
	_ = unix.IoctlSetTermios(fd, setModes, t.was) // a terminal that is gone needs nothing
}
