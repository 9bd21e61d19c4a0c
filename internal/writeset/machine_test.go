package writeset

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// died is what a machine panics with where the process is killed.
type died struct{}

// flavour is what happens at the call that a machine is set to.
type flavour int

const (
	die       flavour = iota // killed before it; a Create leaves half a file
	dieAfter                 // killed right after it
	fail                     // it fails and does nothing
	failHalf                 // it fails, and a Create leaves half a file
	failAfter                // it says that it failed, and was done
	flavours
)

func (f flavour) String() string {
	return [...]string{"die", "die after", "fail", "fail half", "fail after"}[f]
}

// machine is a System on the real disk that fails at one call, or from one call
// on. It also is the judge of the laws about calls: where the state is on
// another file system no rename crosses, and nothing is made where space must
// not be needed.
type machine struct {
	t        testing.TB
	tree     string // a rename across its border crosses, where cross is set
	cross    bool
	at       int // the call that fails, from 1; 0: none
	flavour  flavour
	err      error
	forever  bool // every call from at on fails
	noSpace  bool // Create and Mkdir are against the law
	before   func(call string, paths ...string)
	after    func(call string, paths ...string)
	calls    int
	fired    bool
	journal  *journalled // nil, or what a power cut may undo
	decision int         // the call that decided, 0: none did
}

func (m *machine) step(call string, do func() error, half func(), paths ...string) error {
	m.calls++
	if m.before != nil {
		m.before(call, paths...)
	}
	hit := m.at > 0 && (m.calls == m.at || m.forever && m.calls > m.at)
	if !hit {
		err := do()
		if m.after != nil && err == nil {
			m.after(call, paths...)
		}
		return err
	}
	m.fired = true
	switch m.flavour {
	case die:
		half()
		panic(died{})
	case dieAfter:
		_ = do()
		panic(died{})
	case failHalf:
		half()
	case failAfter:
		_ = do()
	}
	return m.err
}

func (m *machine) Create(path string, data []byte, as Attr) error {
	if m.noSpace {
		m.t.Fatalf("call %d makes %s: there may be no space", m.calls+1, path)
	}
	return m.step("create", func() error {
		err := OS{}.Create(path, data, as)
		if err == nil && m.journal != nil {
			m.journal.made(path)
		}
		return err
	}, func() { _ = os.WriteFile(path, data[:len(data)/2], 0o600) }, path)
}

func (m *machine) Mkdir(path string, mode fs.FileMode) error {
	if m.noSpace {
		m.t.Fatalf("call %d makes %s: there may be no space", m.calls+1, path)
	}
	return m.step("mkdir", func() error {
		err := os.Mkdir(path, mode)
		if err == nil && m.journal != nil {
			m.journal.did(filepath.Dir(path), func() { _ = os.RemoveAll(path) })
		}
		return err
	}, func() {}, path)
}

func (m *machine) Rename(from, to string) error {
	if m.Crosses(filepath.Dir(from), filepath.Dir(to)) {
		m.t.Fatalf("call %d renames across file systems: %s to %s", m.calls+1, from, to)
	}
	return m.step("rename", func() error {
		var undo func()
		if m.journal != nil {
			undo = m.journal.renaming(from, to)
		}
		err := os.Rename(from, to)
		if err == nil && m.journal != nil {
			m.journal.did(filepath.Dir(to), undo)
		}
		if err == nil && filepath.Base(from) == forwardName && filepath.Base(to) == "journal.json" {
			m.decision, m.noSpace = m.calls, true
		}
		return err
	}, func() {}, from, to)
}

func (m *machine) Remove(path string) error {
	return m.step("remove", func() error {
		var undo func()
		if m.journal != nil {
			undo = m.journal.removing(path)
		}
		err := os.Remove(path)
		if err == nil && m.journal != nil {
			m.journal.did(filepath.Dir(path), undo)
		}
		return err
	}, func() {}, path)
}

func (m *machine) Sync(paths ...string) error {
	return m.step("sync", func() error {
		for _, p := range paths {
			if !there(p) {
				return &fs.PathError{Op: "sync", Path: p, Err: fs.ErrNotExist}
			}
			if m.journal != nil {
				m.journal.synced(p)
			}
		}
		return nil
	}, func() {}, paths...)
}

func (m *machine) Crosses(from, to string) bool {
	return m.cross && m.inTree(from) != m.inTree(to)
}

func (m *machine) inTree(path string) bool {
	return path == m.tree || strings.HasPrefix(path, m.tree+string(filepath.Separator))
}

// run runs f until it ends or dies.
func run(f func() error) (err error, dead bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(died); !ok {
				panic(r)
			}
			dead = true
		}
	}()
	return f(), false
}

// world is a tree and a state directory with writes to do.
type world struct {
	t      testing.TB
	root   string
	state  string
	writes []Write
	head   string
	store  *Store
	over   bool // the last act was done to a file that was new
}

// modes of the files that are there before.
var modes = map[string]fs.FileMode{"a/config.yaml": 0o644, "b/config.yaml": 0o755, "gone.yaml": 0o640}

// standard are the writes of every kind: two changes, a new file, a new file in
// new directories, a removal.
func standard() []Write {
	return []Write{
		{Path: "a/config.yaml", Old: []byte("old a\n"), New: []byte("new a\n")},
		{Path: "a/more.yaml", New: []byte("new more\n")},
		{Path: "b/config.yaml", Old: []byte("old b\n"), New: []byte("")},
		{Path: "made/deep/config.yaml", New: []byte("new deep\n")},
		{Path: "gone.yaml", Old: []byte("old gone\n")},
	}
}

func newWorld(t testing.TB, writes []Write) *world {
	t.Helper()
	dir, err := os.MkdirTemp(memory(), "writeset")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: filepath.Join(dir, "tree"), state: filepath.Join(dir, "state"), writes: writes, head: "here"}
	must(t, os.Mkdir(w.root, 0o755))
	must(t, os.Mkdir(w.state, 0o700))
	for _, x := range writes {
		if x.Old != nil {
			must(t, os.MkdirAll(filepath.Dir(w.path(x.Path)), 0o755))
			must(t, os.WriteFile(w.path(x.Path), x.Old, 0o600))
			must(t, os.Chmod(w.path(x.Path), modes[x.Path]|0o600))
		}
	}
	return w
}

// copy is a world of its own that is like w.
func (w *world) copy(t testing.TB) *world {
	dir, err := os.MkdirTemp(memory(), "writeset")
	must(t, err)
	from := filepath.Dir(w.root)
	must(t, os.CopyFS(dir, os.DirFS(from)))
	must(t, filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error { // the copy is as the umask says
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		st, err := d.Info()
		must(t, err)
		return os.Chmod(dir+p[len(from):], st.Mode().Perm())
	}))
	return &world{t: t, root: filepath.Join(dir, "tree"), state: filepath.Join(dir, "state"), writes: w.writes, head: w.head}
}

// memory is a directory in memory, where the system has one.
func memory() string {
	if there("/dev/shm") {
		return "/dev/shm"
	}
	return ""
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) remove()                  { _ = os.RemoveAll(filepath.Dir(w.root)) }
func (w *world) path(name string) string  { return filepath.Join(w.root, filepath.FromSlash(name)) }
func (w *world) machine() *machine        { return &machine{t: w.t, tree: w.root} }
func (w *world) options(m System) Options { return w.optionsFor("test", m) }
func (w *world) optionsFor(verb string, m System) Options {
	return Options{Root: w.root, State: w.state, Head: func() string { return w.head }, Exclusive: true, Verb: verb, System: m}
}

// open opens the store as a new process would; a dead one's lock is gone.
func (w *world) open(m System) error { return w.openWith(w.options(m)) }

func (w *world) openWith(o Options) error {
	w.abandon()
	s, err := newStore(o)
	must(w.t, err)
	w.store = s
	return s.open(w.t.Context())
}

// abandon drops the lock as a death does.
func (w *world) abandon() {
	if w.store != nil && w.store.lock != nil {
		_ = w.store.lock.f.Close()
	}
	w.store = nil
}

// commit opens and commits with m, as one process.
func (w *world) commit(m System, id string, writes []Write) (error, bool) {
	return run(func() error {
		if err := w.open(m); err != nil {
			return err
		}
		if mm, ok := m.(*machine); ok {
			mm.calls, mm.noSpace = 0, false
		}
		return w.store.Commit(w.t.Context(), id, writes, []byte(`{"a":"note"}`))
	})
}

// tree is everything in the tree: files with their mode and bytes, directories.
func (w *world) tree() map[string]string {
	out := map[string]string{}
	must(w.t, filepath.WalkDir(w.root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == w.root {
			return err
		}
		rel, _ := filepath.Rel(w.root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			out[rel+"/"] = ""
			return nil
		}
		if !d.Type().IsRegular() {
			to, _ := os.Readlink(p)
			out[rel] = d.Type().String() + to
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		st, err := d.Info()
		out[rel] = fmt.Sprintf("%v %q", st.Mode(), b)
		return err
	}))
	return out
}

// states is one letter a write: o(ld), n(ew), or u(ser's): anything else.
func (w *world) states() string { return w.statesOf(w.writes) }

func (w *world) statesOf(writes []Write) (s string) {
	for _, x := range writes {
		switch sum(w.path(x.Path)) {
		case digest(x.Old):
			s += "o"
		case digest(x.New):
			s += "n"
		default:
			s += "u"
		}
	}
	return s
}

// uniform reports whether all files but those skipped are old, or all new.
func uniform(states string, skip ...int) bool {
	var seen []rune
	for i, c := range states {
		if !slices.Contains(skip, i) && !slices.Contains(seen, c) {
			seen = append(seen, c)
		}
	}
	return len(seen) == 0 || len(seen) == 1 && seen[0] != 'u'
}

// stray is what is in the tree or the state that has no business there. A
// directory that a user emptied is the user's.
func (w *world) stray(emptied bool) (out []string) {
	for name := range w.tree() {
		dir := strings.TrimSuffix(name, "/")
		if strings.Contains(name, ".hoist") {
			out = append(out, name)
		}
		if !emptied && dir != name && (dir == "made" || dir == "made/deep") && !there(w.path("made/deep/config.yaml")) {
			out = append(out, name)
		}
	}
	must(w.t, filepath.WalkDir(w.state, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == w.state {
			return err
		}
		rel, _ := filepath.Rel(w.state, p)
		name := filepath.Base(p)
		dir := filepath.Dir(p)
		ok := rel == "lock" || strings.HasPrefix(rel, holderPrefix) || d.IsDir() && there(filepath.Join(p, recordName)) ||
			there(filepath.Join(dir, recordName)) && (name == recordName || name == placesName || strings.HasSuffix(name, ".old"))
		if !ok {
			out = append(out, "state: "+rel)
		}
		return nil
	}))
	slices.Sort(out)
	return out
}

// act is what a user does to a file in between.
type act struct {
	file int
	how  string
}

var noAct = act{-1, ""}

func (a act) String() string {
	if a.file < 0 {
		return "nobody"
	}
	return fmt.Sprint(a.how, a.file)
}

// do does it and reports whether there was anything to do.
func (a act) do(w *world) bool {
	if a.file < 0 {
		return false
	}
	x := w.writes[a.file]
	name := w.path(x.Path)
	w.over = sum(name) == digest(x.New)
	switch a.how {
	case "edit":
		must(w.t, os.MkdirAll(filepath.Dir(name), 0o755))
		b, _ := os.ReadFile(name)
		must(w.t, os.WriteFile(name, append(b, "the user's line\n"...), 0o644))
	case "chmod":
		st, err := os.Stat(name)
		return err == nil && os.Chmod(name, st.Mode().Perm()^0o111) == nil
	case "delete":
		return os.Remove(name) == nil
	case "revert": // as git checkout does
		if sum(name) == digest(x.Old) {
			return false
		}
		_ = os.Remove(name)
		if x.Old != nil {
			must(w.t, os.MkdirAll(filepath.Dir(name), 0o755))
			must(w.t, os.WriteFile(name, x.Old, 0o644))
		}
	}
	return true
}

// acts are all acts on the world's files, and none.
func (w *world) acts() []act {
	l := []act{noAct}
	for i := range w.writes {
		for _, how := range []string{"edit", "delete", "revert", "chmod"} {
			l = append(l, act{i, how})
		}
	}
	return l
}

// discard is a testing.TB for worlds that are only looked at.
type discard struct{ testing.TB }

func (discard) Helper()                  {}
func (discard) Context() context.Context { return context.Background() }
func (discard) Fatal(a ...any)           { panic(fmt.Sprint(a...)) }

// long asks for every combination, which takes minutes.
func long() bool { return os.Getenv("HOIST_LONG") != "" }

var enospc, eio, eacces = error(syscall.ENOSPC), error(syscall.EIO), error(syscall.EACCES)
