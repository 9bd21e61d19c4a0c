//go:build !unix

package gitrepo

import (
	"os"
	"os/exec"
)

func alone(*exec.Cmd) {}

func interrupt(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// running reports whether a process runs.
func running(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}
