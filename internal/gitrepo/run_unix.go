//go:build unix

package gitrepo

import (
	"os/exec"
	"syscall"
)

// alone takes the terminal from a command: ssh and others would ask on it
// whatever their standard input is.
func alone(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// interrupt asks a command to end: with it, where it is alone, its hooks.
func interrupt(cmd *exec.Cmd) error {
	if a := cmd.SysProcAttr; a != nil && a.Setsid {
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	}
	return cmd.Process.Signal(syscall.SIGTERM)
}

// running reports whether a process, or one that it started as `alone`, runs.
func running(pid int) bool {
	for _, p := range []int{pid, -pid} {
		if err := syscall.Kill(p, 0); err == nil || err == syscall.EPERM {
			return true
		}
	}
	return false
}
