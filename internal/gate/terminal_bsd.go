//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package gate

import (
	"golang.org/x/sys/unix"
)

// How BSD names the calls of termios(4) and tty(4).
const (
	getModes   = unix.TIOCGETA
	setFlushed = unix.TIOCSETAF // once what was written is out, and without what was typed so far
	setModes   = unix.TIOCSETAW
)

// fread is FREAD of <sys/fcntl.h>: TIOCFLUSH of what was typed.
const fread = 1

func foreground(fd int) (int, error) { return unix.IoctlGetInt(fd, unix.TIOCGPGRP) }

// forget drops what was typed and not read.
func forget(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, fread) }
