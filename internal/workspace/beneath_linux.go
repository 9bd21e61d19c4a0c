package workspace

import (
	"os"

	"golang.org/x/sys/unix"
)

// openBeneath opens a file below dir with one system call; the kernel sees to it
// that no .. and no link leads out (openat2(2), RESOLVE_BENEATH, Linux 5.6). An
// error says nothing but that os.Root, which walks name by name, must be asked.
func openBeneath(dir *os.File, name string) (*os.File, error) {
	how := unix.OpenHow{Flags: unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK, Resolve: unix.RESOLVE_BENEATH}
	fd, err := unix.Openat2(int(dir.Fd()), name, &how)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}
