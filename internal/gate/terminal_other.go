//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package gate

import "os"

// terminal is one that this system has not: nobody can be asked here.
type terminal struct{ in, err *os.File }

func take(*os.File, *os.File) (*terminal, string) { return nil, "system" }

func (t *terminal) ready() error { return nil }

func (t *terminal) give() {}
