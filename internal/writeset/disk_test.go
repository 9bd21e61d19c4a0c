//go:build linux

package writeset

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hoist.example/hoist/internal/problem"
)

// mount mounts for the time of the test, or skips it.
func mount(t *testing.T, source, target, kind string, flags uintptr, data string) {
	t.Helper()
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		t.Skipf("mounting is not allowed here (%v): run as root in a container that may", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(target, syscall.MNT_DETACH) })
}

// tiny is a directory that is a file system of its own.
func tiny(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	mount(t, "tmpfs", dir, "tmpfs", 0, "size="+size)
	return dir
}

// TestFullDisk leaves room for one more page each time, until the write fits:
// before that it is refused and nothing is changed.
func TestFullDisk(t *testing.T) {
	for name, move := range map[string]func(t *testing.T, o *Options){
		"all on it":   func(*testing.T, *Options) {},
		"tree on it":  func(t *testing.T, o *Options) { o.State = filepath.Join(t.TempDir(), "hoist") },
		"state on it": func(t *testing.T, o *Options) { o.Root = farm(t, 8, t.TempDir()).Root },
	} {
		t.Run(name, func(t *testing.T) {
			disk := tiny(t, "512k")
			o := farm(t, 8, disk)
			move(t, &o)
			if n := fillAndWrite(t, o, disk); n < 3 {
				t.Errorf("it needed only %d pages", n)
			}
		})
	}
}

// fillAndWrite says how many pages the write needed.
func fillAndWrite(t *testing.T, o Options, disk string) int {
	t.Helper()
	page := make([]byte, os.Getpagesize())
	for room := 0; room < 100; room++ {
		s, err := Open(t.Context(), o)
		must(t, err)
		filler := filepath.Join(disk, "filler")
		fill(t, filler, page, room)
		err = s.Commit(t.Context(), "1", changed(t, o), nil)
		must(t, errors.Join(s.Close(), os.Remove(filler)))
		w := &world{t: t, root: o.Root, state: o.State}
		if s := w.stray(false); len(s) > 0 {
			t.Fatalf("room for %d pages: stray %v", room, s)
		}
		got := words(t, o)
		if err == nil {
			if got["second"] != 8 {
				t.Fatal(got)
			}
			return room
		}
		if !errors.Is(err, syscall.ENOSPC) || said(err, false) != WriteFail.Name || got["first"] != 8 {
			t.Fatalf("room for %d pages: %v, %v", room, err, got)
		}
	}
	t.Fatal("it never fits")
	return 0
}

// fill leaves room for so many pages.
func fill(t *testing.T, name string, page []byte, room int) {
	t.Helper()
	f, err := os.Create(name)
	must(t, err)
	n := 0
	for ; err == nil; n++ {
		_, err = f.Write(page)
	}
	if !errors.Is(err, syscall.ENOSPC) || n < room {
		t.Fatal(n, err)
	}
	must(t, errors.Join(f.Truncate(int64((n-1-room)*len(page))), f.Close()))
}

// changed are writes of all files of a farm.
func changed(t *testing.T, o Options) (writes []Write) {
	names, _ := filepath.Glob(filepath.Join(o.Root, "*", "config.yaml"))
	for _, n := range names {
		old, err := os.ReadFile(n)
		must(t, err)
		rel, _ := filepath.Rel(o.Root, n)
		writes = append(writes, Write{Path: rel, Old: old, New: body("second")})
	}
	return writes
}

// TestReadOnlyFileSystem: readers read, writers are refused and say why.
func TestReadOnlyFileSystem(t *testing.T) {
	disk := tiny(t, "4m")
	o := farm(t, 3, disk)
	fresh := farm(t, 1, filepath.Join(tiny(t, "4m")))
	s, err := Open(t.Context(), o)
	must(t, err)
	must(t, s.Commit(t.Context(), "1", changed(t, o), nil))
	must(t, s.Close())
	must(t, os.Remove(filepath.Join(o.State, "lock"))) // worst: it would have to be made
	for _, d := range []string{disk, filepath.Dir(fresh.Root)} {
		must(t, syscall.Mount("", d, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	}
	for _, r := range []Options{o, fresh} {
		r.Exclusive = false
		s, err = Open(t.Context(), r)
		must(t, err)
		if l, err := s.Records(); err != nil || (len(l) == 1) != (r.State == o.State) {
			t.Error(l, err)
		}
		must(t, s.Close())
		r.Exclusive = true
		if _, err = Open(t.Context(), r); !errors.Is(err, syscall.EROFS) || said(err, false) != WriteFail.Name {
			t.Error(err)
		}
	}
}

// TestReadOnlyTree: found before anything is staged.
func TestReadOnlyTree(t *testing.T) {
	disk := tiny(t, "4m")
	o := farm(t, 3, disk)
	o.State = filepath.Join(t.TempDir(), "hoist")
	writes := changed(t, o)
	must(t, syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	s, err := Open(t.Context(), o)
	must(t, err)
	err = s.Commit(t.Context(), "1", writes, nil)
	if p := problem.All(err); len(p) != 1 || p[0].Code != ReadOnly || !errors.Is(err, syscall.EROFS) {
		t.Error(err)
	}
	if s := (&world{t: t, root: o.Root, state: o.State}).stray(false); len(s) > 0 {
		t.Error(s)
	}
}

// TestAcrossMounts commits and undoes where state and tree are on different file
// systems, and on two mounts of one, which only a rename finds out.
func TestAcrossMounts(t *testing.T) {
	for name, split := range map[string]func(t *testing.T, o *Options){
		"other device": func(t *testing.T, o *Options) { o.State = filepath.Join(tiny(t, "4m"), "hoist") },
		"bind mount": func(t *testing.T, o *Options) {
			d := t.TempDir()
			mount(t, filepath.Dir(o.State), d, "", syscall.MS_BIND, "")
			o.State = filepath.Join(d, "hoist")
		},
		"a mount in the tree": func(t *testing.T, o *Options) {
			d := filepath.Join(o.Root, "1")
			mount(t, "tmpfs", d, "tmpfs", 0, "size=4m")
			must(t, os.WriteFile(filepath.Join(d, "config.yaml"), body("first"), 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := farm(t, 3, t.TempDir())
			split(t, &o)
			nests := 0
			o.System = spy{OS{}, func(path string) {
				if strings.HasPrefix(filepath.Base(path), nestPrefix) {
					nests++
				}
			}}
			s, err := Open(t.Context(), o)
			must(t, err)
			must(t, s.Commit(t.Context(), "1", append(changed(t, o), Write{Path: "1/new/x.yaml", New: []byte("x")}), nil))
			if nests == 0 {
				t.Error("nothing was staged beside its target")
			}
			if got := words(t, o); got["second"] != 3 || !there(filepath.Join(o.Root, "1", "new", "x.yaml")) {
				t.Error(got)
			}
			_, err = s.Undo(t.Context())
			must(t, err)
			if got := words(t, o); !maps.Equal(got, map[string]int{"first": 3}) {
				t.Error(got)
			}
			must(t, s.Close())
			if s := (&world{t: t, root: o.Root, state: o.State}).stray(false); len(s) > 0 {
				t.Error(s)
			}
		})
	}
}

// spy tells of every directory that is made.
type spy struct {
	OS
	tell func(path string)
}

func (s spy) Mkdir(path string, mode os.FileMode) error {
	s.tell(path)
	return s.OS.Mkdir(path, mode)
}

// TestTargetIsAMount: what no rename can replace turns the write round.
func TestTargetIsAMount(t *testing.T) {
	o := farm(t, 3, t.TempDir())
	name := filepath.Join(o.Root, "1", "config.yaml")
	mount(t, name, name, "", syscall.MS_BIND, "")
	s, err := Open(t.Context(), o)
	must(t, err)
	if err := s.Commit(t.Context(), "1", changed(t, o), nil); said(err, false) != WriteFail.Name || !errors.Is(err, syscall.EBUSY) {
		t.Error(err)
	}
	if got := words(t, o); got["first"] != 3 {
		t.Error(got)
	}
	if s := (&world{t: t, root: o.Root, state: o.State}).stray(false); len(s) > 0 {
		t.Error(s)
	}
}

// TestImmutableFile: not even root may replace it, and it is found at once.
func TestImmutableFile(t *testing.T) {
	o := farm(t, 3, t.TempDir())
	name := filepath.Join(o.Root, "1", "config.yaml")
	if err := exec.Command("chattr", "+i", name).Run(); err != nil {
		t.Skipf("chattr +i: %v", err)
	}
	t.Cleanup(func() { _ = exec.Command("chattr", "-i", name).Run() })
	s, err := Open(t.Context(), o)
	must(t, err)
	if err := s.Commit(t.Context(), "1", changed(t, o), nil); said(err, false) != ReadOnly.Name {
		t.Error(err)
	}
	if got := words(t, o); got["first"] != 3 {
		t.Error(got)
	}
}
