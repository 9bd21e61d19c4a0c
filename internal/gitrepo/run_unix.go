//go:build unix

package gitrepo

import (
	"os"
	"os/exec"
	"syscall"
)

// alone takes the terminal from a command: ssh and others would ask on it
// whatever their standard input is.
func alone(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

func interrupt(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
