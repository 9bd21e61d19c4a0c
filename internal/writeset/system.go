package writeset

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

// System is every call that changes the disk, and what decides where bytes are
// staged: the operating system in the program, a fault machine in tests.
type System interface {
	// Create makes a file that is not there, writes and closes it. It is durable
	// after Sync.
	Create(path string, data []byte, as Attr) error
	Mkdir(path string, mode fs.FileMode) error
	// Rename replaces what is there.
	Rename(from, to string) error
	// Remove removes a file or an empty directory.
	Remove(path string) error
	// Sync makes files durable, and of directories which names they hold.
	Sync(paths ...string) error
	// Crosses reports whether a file of directory from cannot be renamed into
	// directory to, because they are on different file systems or mounts.
	Crosses(from, to string) bool
}

// Attr is what a new file is like. The zero Attr is as the umask says.
type Attr struct {
	Mode fs.FileMode
	Like fs.FileInfo // nil, or the file that it will replace: its mode and owner
}

// OS is the operating system.
type OS struct{}

// Create implements System.
func (OS) Create(path string, data []byte, as Attr) error {
	mode := fs.FileMode(0o666)
	if as.Like != nil {
		as.Mode = as.Like.Mode().Perm()
	}
	if as.Mode != 0 {
		mode = as.Mode & 0o700 // nobody else's until it is what it shall be
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if as.Like != nil {
		keepOwner(f, as.Like)
	}
	if as.Mode != 0 {
		err = errors.Join(err, f.Chmod(as.Mode)) // after the owner, who may not be us
	}
	return errors.Join(err, f.Close())
}

// Mkdir implements System.
func (OS) Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }

// Rename implements System.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements System.
func (OS) Remove(path string) error { return os.Remove(path) }

// Crosses implements System.
func (OS) Crosses(from, to string) bool { return crosses(from, to) }

// syncers is how many syncs go on at once: a file system that keeps a journal
// writes it once for all that wait. 16 took a fifth of the time of one by one.
const syncers = 16

// Sync implements System.
func (OS) Sync(paths ...string) error {
	next := make(chan string)
	errs := make([]error, min(syncers, len(paths)))
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for p := range next {
				if err := syncOne(p); err != nil && errs[i] == nil {
					errs[i] = err
				}
			}
		})
	}
	for _, p := range paths {
		next <- p
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
