package gate

import (
	"golang.org/x/sys/unix"
)

// How Linux names the calls of termios(3) and tty_ioctl(2).
const (
	getModes   = unix.TCGETS
	setFlushed = unix.TCSETSF // once what was written is out, and without what was typed so far
	setModes   = unix.TCSETSW
	flush      = unix.TCFLSH
	queueIn    = unix.TCIFLUSH
)

func foreground(fd int) (int, error) {
	pgrp, err := unix.IoctlGetUint32(fd, unix.TIOCGPGRP)
	return int(pgrp), err
}

// forget drops what was typed and not read, also what the kernel has not yet
// put into lines.
func forget(fd int) error { return unix.IoctlSetInt(fd, flush, queueIn) }
