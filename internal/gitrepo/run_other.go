//go:build !unix

package gitrepo

import (
	"os"
	"os/exec"
)

func alone(*exec.Cmd) {}

func interrupt(p *os.Process) error { return p.Kill() }
