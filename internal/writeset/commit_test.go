//go:build unix

package writeset

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"hoist.example/hoist/internal/problem"
)

// opened is a world with the store open on the real system.
func opened(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, standard())
	t.Cleanup(w.remove)
	must(t, w.open(OS{}))
	return w
}

func (w *world) write(writes ...Write) error {
	return w.store.Commit(w.t.Context(), fmt.Sprintf("w%d", len(w.tree())+len(w.records())), writes, nil)
}

func (w *world) records() []Record {
	w.t.Helper()
	r, err := w.store.Records()
	must(w.t, err)
	return r
}

func TestCommitKeepsModesAndRemembers(t *testing.T) {
	w := opened(t)
	old := syscall.Umask(0o027)
	err := w.store.Commit(t.Context(), "1", w.writes, []byte(`{"a":"note"}`))
	syscall.Umask(old)
	must(t, err)
	want := map[string]string{"a/": "", "b/": "", "made/": "", "made/deep/": "",
		"a/config.yaml": `-rw-r--r-- "new a\n"`, "b/config.yaml": `-rwxr-xr-x ""`,
		"a/more.yaml": `-rw-r----- "new more\n"`, "made/deep/config.yaml": `-rw-r----- "new deep\n"`}
	if got := w.tree(); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if st, err := os.Stat(w.path("made")); err != nil || st.Mode().Perm() != 0o750 {
		t.Error(st.Mode(), err)
	}
	r := w.records()
	if len(r) != 1 || r[0].ID != "1" || string(r[0].Note) != `{"a":"note"}` && string(r[0].Note) != "{\n  \"a\": \"note\"\n }" || r[0].Time.IsZero() || len(r[0].Files) != 5 {
		t.Fatalf("%+v", r)
	}
	for i, f := range r[0].Files {
		x := w.writes[i]
		if f.Path != x.Path || f.Target != x.Path || string(f.Old) != string(x.Old) || (f.Old == nil) != (x.Old == nil) || f.NewSum != digest(x.New) || f.Mode != cmp.Or(modes[x.Path], 0o640) {
			t.Errorf("%+v", f)
		}
	}
}

func TestUndoBringsBackAll(t *testing.T) {
	w := opened(t)
	before := w.tree()
	must(t, w.write(w.writes...))
	undone, err := w.store.Undo(t.Context())
	if err != nil || len(undone) != 1 {
		t.Fatal(undone, err)
	}
	if now := w.tree(); !maps.Equal(now, before) {
		t.Errorf("%v, was %v", now, before)
	}
	if s := w.stray(false); len(s) > 0 {
		t.Error(s)
	}
	if undone, err := w.store.Undo(t.Context()); err != nil || len(undone) != 0 {
		t.Error(undone, err)
	}
}

func TestOwnerIsKept(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	w := opened(t)
	must(t, os.Chown(w.path("a/config.yaml"), 1234, 4321))
	must(t, w.write(w.writes...))
	owner := func() [2]uint32 {
		st, err := os.Stat(w.path("a/config.yaml"))
		must(t, err)
		sys := st.Sys().(*syscall.Stat_t)
		return [2]uint32{sys.Uid, sys.Gid}
	}
	if owner() != [2]uint32{1234, 4321} {
		t.Error(owner())
	}
	_, err := w.store.Undo(t.Context())
	must(t, err)
	if owner() != [2]uint32{1234, 4321} {
		t.Error("after undo", owner())
	}
}

func TestRefusedBeforeAnything(t *testing.T) {
	good := Write{Path: "a/config.yaml", Old: []byte("old a\n"), New: []byte("new")}
	for _, c := range []struct {
		name  string
		make  func(w *world) error
		write Write
		code  problem.Code
		arg   string
	}{
		{"a read-only file", func(w *world) error { return os.Chmod(w.path("b/config.yaml"), 0o444) }, Write{Path: "b/config.yaml", Old: []byte("old b\n"), New: []byte("x")}, ReadOnly, "file"},
		{"a stale file", nil, Write{Path: "b/config.yaml", Old: []byte("older b\n"), New: []byte("x")}, Stale, ""},
		{"a file that is there", nil, Write{Path: "b/config.yaml", New: []byte("x")}, Stale, ""},
		{"a file that is not there", nil, Write{Path: "b/none.yaml", Old: []byte("x")}, Stale, ""},
		{"a link out of the tree", func(w *world) error { return os.Symlink(w.state, w.path("out")) }, Write{Path: "out/lock", Old: []byte{}, New: []byte("x")}, Escapes, ""},
		{"a link out of the tree, to a new file", func(w *world) error { return os.Symlink(w.state, w.path("out")) }, Write{Path: "out/new/file", New: []byte("x")}, Escapes, ""},
		{"a file that is a link out of the tree", func(w *world) error { return os.Symlink("/etc/passwd", w.path("p")) }, Write{Path: "p", Old: []byte{}, New: []byte("x")}, Escapes, "/etc/passwd"},
		{"up and out", nil, Write{Path: "a/../../x", New: []byte("x")}, Escapes, ""},
		{"the root", nil, Write{Path: ".", New: []byte("x")}, Special, "directory"},
		{"git's own", func(w *world) error { return os.MkdirAll(w.path(".git/hooks"), 0o755) }, Write{Path: ".git/hooks/pre-commit", New: []byte("x")}, Escapes, ""},
		{"git's own, where case does not count", nil, Write{Path: "sub/.GIT/config", New: []byte("x")}, Escapes, ""},
		{"git's own through a link", func(w *world) error {
			return errors.Join(os.Mkdir(w.path(".git"), 0o755), os.Symlink(".git", w.path("g")))
		}, Write{Path: "g/config", New: []byte("x")}, Escapes, ""},
		{"a link to nothing", func(w *world) error { return os.Symlink("nothing", w.path("l")) }, Write{Path: "l", New: []byte("x")}, Special, "symlink"},
		{"a directory", nil, Write{Path: "b", Old: []byte{}, New: []byte("x")}, Special, "directory"},
		{"a fifo", func(w *world) error { return syscall.Mkfifo(w.path("f"), 0o644) }, Write{Path: "f", Old: []byte{}, New: []byte("x")}, Special, "other"},
		{"below a file", nil, Write{Path: "b/config.yaml/x", New: []byte("x")}, WriteFail, "not a directory"},
		{"one file twice", func(w *world) error { return os.Symlink("config.yaml", w.path("a/l")) }, Write{Path: "a/l", Old: []byte("old a\n"), New: []byte("other")}, SameFile, "a/config.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := opened(t)
			if c.make != nil {
				must(t, c.make(w))
			}
			before := w.tree()
			err := w.write(good, c.write)
			p := problem.All(err)
			if len(p) != 1 || p[0].Code != c.code {
				t.Fatal(err)
			}
			if c.code != Escapes && p[0].Place.File != c.write.Path {
				t.Errorf("place %v", p[0].Place)
			}
			if got := p[0].Arg("what") + p[0].Arg("other") + p[0].Arg("reason") + p[0].Arg("target"); c.arg != "" && got != c.arg {
				t.Errorf("%s, want %s", p[0], c.arg)
			}
			if now := w.tree(); !maps.Equal(now, before) {
				t.Errorf("%v, was %v", now, before)
			}
			if s := w.stray(false); len(s) > 0 {
				t.Error(s)
			}
		})
	}
}

// TestLinksInsideAreFollowed: the file changes, the link stays.
func TestLinksInsideAreFollowed(t *testing.T) {
	w := opened(t)
	must(t, os.Symlink("../a/config.yaml", w.path("b/link.yaml")))
	must(t, os.Symlink("b", w.path("dir")))
	same := Write{Path: "b/link.yaml", Old: []byte("old a\n"), New: []byte("new a\n")}
	must(t, w.write(same, w.writes[0], // one file by two names, once
		Write{Path: "dir/config.yaml", Old: []byte("old b\n"), New: []byte("new b\n")},
		Write{Path: "dir/new.yaml", New: []byte("n")}))
	for name, want := range map[string]string{"a/config.yaml": "new a\n", "b/config.yaml": "new b\n", "b/new.yaml": "n"} {
		if st, err := os.Lstat(w.path(name)); err != nil || !st.Mode().IsRegular() || sum(w.path(name)) != digest([]byte(want)) {
			t.Error(name, err)
		}
	}
	if to, err := os.Readlink(w.path("b/link.yaml")); to != "../a/config.yaml" || err != nil {
		t.Error(to, err)
	}
	r := w.records()[0].Files
	if len(r) != 3 || r[0].Path != "b/link.yaml" || r[0].Target != "a/config.yaml" {
		t.Errorf("%+v", r)
	}
	_, err := w.store.Undo(t.Context())
	must(t, err)
	if got := sum(w.path("a/config.yaml")) + sum(w.path("b/new.yaml")); got != digest([]byte("old a\n")) {
		t.Error("not undone")
	}
}

// TestCancelled cancels before every call: before the decision nothing happens,
// after it everything.
func TestCancelled(t *testing.T) {
	for at := 1; ; at++ {
		w := newWorld(t, standard())
		ctx, cancel := context.WithCancel(t.Context())
		m := w.machine()
		must(t, w.open(m))
		m.calls = 0
		m.before = func(string, ...string) {
			if m.calls == at {
				cancel()
			}
		}
		err := w.store.Commit(ctx, "1", w.writes, nil)
		cancel()
		want := "ooooo"
		if m.decision > 0 {
			want = "nnnnn"
		}
		if s := w.states(); s != want || (err == nil) != (want == "nnnnn") || err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("at %d: %s, %v", at, s, err)
		}
		if s := w.stray(false); len(s) > 0 {
			t.Fatalf("at %d: stray %v", at, s)
		}
		if at < m.decision && err == nil {
			t.Fatalf("cancelled at %d and decided at %d", at, m.decision)
		}
		w.remove()
		if at > m.calls {
			return
		}
	}
}

func TestWriteThatChangesNothing(t *testing.T) {
	w := opened(t)
	b := []byte("old a\n")
	must(t, w.write(Write{Path: "a/config.yaml", Old: b, New: b}, Write{Path: "none", Old: nil, New: nil}))
	if r := w.records(); len(r) != 1 || len(r[0].Files) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestEmptyIsNotAbsent(t *testing.T) {
	w := opened(t)
	must(t, w.write(Write{Path: "e", New: []byte{}}))
	must(t, w.write(Write{Path: "e", Old: []byte{}}))
	if r := w.records(); len(r) != 2 || r[0].Files[0].Old != nil || r[1].Files[0].Old == nil || r[0].Files[0].NewSum == "" || r[1].Files[0].NewSum != "" {
		t.Errorf("%+v", r)
	}
	if there(w.path("e")) {
		t.Error("still there")
	}
}

func TestIDs(t *testing.T) {
	w := opened(t)
	must(t, w.store.Commit(t.Context(), "1", w.writes[:1], nil))
	for _, id := range []string{"", ".", "..", "a/b", "../x", "1"} {
		if err := w.store.Commit(t.Context(), id, w.writes[2:3], nil); said(err, false) != WriteFail.Name {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func TestReadersDoNotWrite(t *testing.T) {
	w := opened(t)
	o := w.options(OS{})
	o.Exclusive = false
	must(t, w.openWith(o))
	if err := w.store.Commit(t.Context(), "1", w.writes, nil); said(err, false) != WriteFail.Name || w.states() != "ooooo" {
		t.Error(err)
	}
	if err := w.store.Forget("1"); err == nil {
		t.Error("forgot")
	}
	if _, err := w.store.Undo(t.Context()); err != nil {
		t.Error(err) // there is nothing to undo
	}
}

func codes(err error) (out []string) {
	for _, p := range problem.All(err) {
		out = append(out, p.Code.Name+" "+p.Place.File+" "+p.Arg("how")+p.Arg("id"))
	}
	slices.Sort(out)
	return out
}

func TestUndoRefusesEditedFiles(t *testing.T) {
	w := opened(t)
	must(t, w.write(w.writes...))
	act{0, "edit"}.do(w)
	act{1, "delete"}.do(w)
	must(t, os.WriteFile(w.path("gone.yaml"), []byte("again"), 0o644))
	before := w.tree()
	_, err := w.store.Undo(t.Context())
	want := []string{"file-edited a/config.yaml changed", "file-edited a/more.yaml removed", "file-edited gone.yaml made"}
	if got := codes(err); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if now := w.tree(); !maps.Equal(now, before) || len(w.records()) != 1 {
		t.Error("something was done")
	}
}

func TestUndoOfSome(t *testing.T) {
	w := opened(t)
	a := func(id, old, now string) {
		t.Helper()
		must(t, w.store.Commit(t.Context(), id, []Write{{Path: "a/config.yaml", Old: []byte(old), New: []byte(now)}}, nil))
	}
	a("3", "old a\n", "x")
	a("2", "x", "y")
	must(t, w.store.Commit(t.Context(), "b", []Write{{Path: "b/config.yaml", Old: []byte("old b\n"), New: []byte("z")}}, nil))
	a("1", "y", "z") // ids do not order, nor does time
	if _, err := w.store.Undo(t.Context(), "2"); !slices.Equal(codes(err), []string{"later-write a/config.yaml 1"}) {
		t.Error(err)
	}
	if _, err := w.store.Undo(t.Context(), "1", "nobody"); !slices.Equal(codes(err), []string{"no-such-write  nobody"}) {
		t.Error(err)
	}
	if u, err := w.store.Undo(t.Context(), "1", "2"); err != nil || len(u) != 2 || u[0].ID != "2" || sum(w.path("a/config.yaml")) != digest([]byte("x")) {
		t.Error(u, err)
	}
	if r := w.records(); len(r) != 2 || r[0].ID != "3" || r[1].ID != "b" {
		t.Errorf("%+v", r)
	}
	if _, err := w.store.Undo(t.Context()); err != nil || w.states() != "ooooo" {
		t.Error(err, w.states())
	}
}

// TestUndoOfNothingMore: writes that came back to where they began leave a file
// alone, even one that was edited since.
func TestUndoOfNothingMore(t *testing.T) {
	w := opened(t)
	must(t, w.write(Write{Path: "a/config.yaml", Old: []byte("old a\n"), New: []byte("x")}))
	must(t, w.write(Write{Path: "a/config.yaml", Old: []byte("x"), New: []byte("old a\n")}))
	act{0, "edit"}.do(w)
	left := w.tree()
	u, err := w.store.Undo(t.Context())
	if err != nil || len(u) != 2 || !maps.Equal(left, w.tree()) || len(w.records()) != 0 {
		t.Error(u, err)
	}
}

func TestRotInRecords(t *testing.T) {
	w := opened(t)
	must(t, w.store.Commit(t.Context(), "1", w.writes, nil))
	must(t, os.WriteFile(filepath.Join(w.state, "tx-1", "0000.old"), []byte("rotten"), 0o600))
	if _, err := w.store.Undo(t.Context()); said(err, false) != Damaged.Name || w.states() != "nnnnn" {
		t.Error(err, w.states())
	}
}

// TestForget: every call going wrong, all records or none are forgotten.
func TestForget(t *testing.T) {
	ids := []string{"1", "2"}
	for f := range flavours {
		for at := 1; ; at++ {
			w := newWorld(t, standard())
			m := w.machine()
			w.applyTwice(m)
			left := w.tree()
			m = w.machine()
			m.flavour, m.err = f, enospc
			must(t, w.open(m))
			m.calls, m.at = 0, at
			err, dead := run(func() error { return w.store.Forget(ids...) })
			must(t, w.open(w.machine()))
			n := len(w.records())
			if n == 1 || !maps.Equal(left, w.tree()) || err == nil && !dead && n != 0 {
				t.Fatalf("%v at %d: %d records, %v", f, at, n, err)
			}
			if s := w.stray(false); len(s) > 0 {
				t.Fatalf("%v at %d: stray %v", f, at, s)
			}
			w.remove()
			if !m.fired {
				break
			}
		}
	}
	w := opened(t)
	must(t, w.write(w.writes...))
	must(t, w.store.Forget(w.records()[0].ID))
	must(t, w.store.Forget())
	if len(w.records()) != 0 || w.states() != "nnnnn" {
		t.Error("not forgotten")
	}
}
