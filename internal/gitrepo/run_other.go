//go:build !unix

package gitrepo

import (
	"os"
	"os/exec"
)

func alone(*exec.Cmd) {}

func interrupt(p *os.Process) error { return p.Kill() }

// running reports whether a process runs.
func running(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}
