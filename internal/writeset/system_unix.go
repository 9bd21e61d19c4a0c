//go:build unix

package writeset

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

func syncOne(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// crosses compares devices, then asks the kernel: Linux sees that two mounts
// differ (also of one device, as a bind mount is) before it looks for the name.
func crosses(from, to string) bool {
	a, aok := device(from)
	b, bok := device(to)
	if !aok || !bok || a != b {
		return true
	}
	const nobody = ".hoist-nobody"
	err := syscall.Rename(filepath.Join(from, nobody), filepath.Join(to, nobody))
	return errors.Is(err, syscall.EXDEV)
}

func device(dir string) (uint64, bool) {
	st, err := os.Stat(dir)
	if err != nil {
		return 0, false
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(sys.Dev), true
}

// keepOwner gives a file the owner and group of another, as far as we may: who
// may not, keeps a file of their own, as with git.
func keepOwner(f *os.File, like fs.FileInfo) {
	want, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	st, err := f.Stat()
	if err != nil {
		return
	}
	if have, ok := st.Sys().(*syscall.Stat_t); ok && (have.Uid != want.Uid || have.Gid != want.Gid) {
		_ = f.Chown(int(want.Uid), int(want.Gid))
	}
}

// writable reports whether we may write a file, or change the names in a
// directory. It also knows of file systems and files that nobody may write.
func writable(path string) error { return syscall.Access(path, 2) }

func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
