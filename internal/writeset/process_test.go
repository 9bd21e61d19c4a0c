package writeset

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/problem"
)

const childEnv = "WRITESET_CHILD"

// TestMain is also the other process of the tests that need one.
func TestMain(m *testing.M) {
	if os.Getenv(childEnv) == "" {
		os.Exit(m.Run())
	}
	if err := child(strings.Fields(os.Getenv(childEnv))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child is what another process does: "verb root state [argument]".
func child(args []string) error {
	o := Options{Root: args[1], State: args[2], Exclusive: args[0] != "read", Verb: args[0], patience: time.Minute}
	switch args[0] {
	case "hold", "read":
		s, err := Open(context.Background(), o)
		if err != nil {
			return err
		}
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin)
		return s.Close()
	case "race":
		for i := range 15 {
			if err := swap(o, args[3]+"-"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return swap(o, args[3])
}

// swap writes every file of the tree anew.
func swap(o Options, word string) error {
	s, err := Open(context.Background(), o)
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(o.Root, "*", "config.yaml"))
	if err != nil {
		return err
	}
	var writes []Write
	for _, n := range names {
		old, err := os.ReadFile(n)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(o.Root, n)
		writes = append(writes, Write{Path: rel, Old: old, New: body(word)})
	}
	if err := s.Commit(context.Background(), word, writes, nil); err != nil {
		return err
	}
	if err := s.Forget(word); err != nil {
		return err
	}
	return s.Close()
}

func body(word string) []byte {
	return append([]byte(word+"\n"), bytes.Repeat([]byte("# a line of a configuration\n"), 230)...)
}

// farm is a tree of n files in directories of their own, about 6.5 KB each.
func farm(t testing.TB, n int, dir string) Options {
	t.Helper()
	o := Options{Root: filepath.Join(dir, "tree"), State: filepath.Join(dir, "git", "hoist"), Exclusive: true, Verb: "test", patience: time.Minute}
	for i := range n {
		must(t, os.MkdirAll(filepath.Join(o.Root, strconv.Itoa(i)), 0o755))
		must(t, os.WriteFile(filepath.Join(o.Root, strconv.Itoa(i), "config.yaml"), body("first"), 0o644))
	}
	must(t, os.Mkdir(filepath.Join(dir, "git"), 0o755))
	return o
}

// words are the first lines of all files, and how many have each.
func words(t testing.TB, o Options) map[string]int {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(o.Root, "*", "config.yaml"))
	out := map[string]int{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		must(t, err)
		word, _, _ := strings.Cut(string(b), "\n")
		if !bytes.Equal(b, body(word)) {
			word = "spoiled: " + n
		}
		out[word]++
	}
	return out
}

func start(t *testing.T, verb string, o Options, arg string) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{verb, o.Root, o.State, arg}, " "))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	must(t, err)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, in, bufio.NewReader(out)
}

// hold starts a process that holds the lock.
func hold(t *testing.T, verb string, o Options) (*exec.Cmd, io.WriteCloser) {
	t.Helper()
	c, in, out := start(t, verb, o, "")
	if line, err := out.ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	return c, in
}

func TestLockedByAnotherProcess(t *testing.T) {
	for _, c := range []struct {
		holder    string
		exclusive bool
		locked    bool
	}{{"hold", true, true}, {"hold", false, true}, {"read", true, true}, {"read", false, false}} {
		t.Run(fmt.Sprintf("%s,%v", c.holder, c.exclusive), func(t *testing.T) {
			o := farm(t, 1, t.TempDir())
			must(t, os.Mkdir(o.State, 0o700))
			// What a killed one left is not taken for the holder.
			must(t, os.WriteFile(filepath.Join(o.State, holderPrefix+"99999999"), []byte("gone\n"), 0o600))
			other, in := hold(t, c.holder, o)
			o.Exclusive, o.patience = c.exclusive, 60*time.Millisecond
			s, err := Open(t.Context(), o)
			if c.locked {
				p := problem.All(err)
				if len(p) != 1 || p[0].Code != Locked || p[0].Arg("verb") != c.holder || p[0].Arg("pid") != strconv.Itoa(other.Process.Pid) {
					t.Fatalf("%v (%+v), want %s of %d", err, s, c.holder, other.Process.Pid)
				}
			} else {
				must(t, err)
				must(t, s.Close())
			}
			must(t, in.Close())
			must(t, other.Wait())
			o.patience = time.Minute
			s, err = Open(t.Context(), o)
			must(t, err)
			must(t, s.Close())
		})
	}
}

// TestLockDiesWithItsHolder also waits for it.
func TestLockDiesWithItsHolder(t *testing.T) {
	o := farm(t, 1, t.TempDir())
	other, _ := hold(t, "hold", o)
	opened := make(chan error)
	go func() {
		s, err := Open(t.Context(), o)
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	must(t, other.Process.Kill())
	_ = other.Wait()
	must(t, <-opened)
	l, err := os.ReadDir(o.State)
	must(t, err)
	if len(l) != 1 || l[0].Name() != "lock" {
		t.Error(l)
	}
}

func TestWaitForTheLockIsInterrupted(t *testing.T) {
	o := farm(t, 1, t.TempDir())
	_, _ = hold(t, "hold", o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, o); said(err, false) != context.Canceled.Error() {
		t.Error(err)
	}
}

// TestManyProcesses: writers queue, and a reader never sees a mixture.
func TestManyProcesses(t *testing.T) {
	o := farm(t, 20, memoryDir(t))
	done := make(chan error)
	const writers = 4
	for i := range writers {
		c, _, _ := start(t, "race", o, "w"+strconv.Itoa(i))
		go func() { done <- c.Wait() }()
	}
	r := o
	r.Exclusive = false
	for left := writers; left > 0; {
		s, err := Open(t.Context(), r)
		must(t, err)
		if got := words(t, o); len(got) != 1 {
			t.Fatal(got)
		}
		must(t, s.Close())
		select {
		case err := <-done:
			must(t, err)
			left--
		default:
		}
	}
	if s := (&world{t: t, root: o.Root, state: o.State}).stray(false); len(s) > 0 {
		t.Error(s)
	}
}

func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(memory(), "writeset")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// TestKilled kills a process at a random moment of its write; the next one finds
// all old or all new.
func TestKilled(t *testing.T) {
	kills := 10
	if n, err := strconv.Atoi(os.Getenv("HOIST_KILLS")); err == nil {
		kills = n
	}
	o := farm(t, 100, t.TempDir())
	began := time.Now()
	c, _, _ := start(t, "write", o, "whole")
	must(t, c.Wait())
	whole := time.Since(began)
	o.Exclusive = false // a reader settles as well
	found := map[string]int{}
	for i := range kills {
		word := fmt.Sprintf("k%d", i)
		c, _, _ := start(t, "write", o, word)
		time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), func() { _ = c.Process.Kill() })
		_ = c.Wait()
		raw := words(t, o)
		s, err := Open(t.Context(), o)
		must(t, err)
		must(t, s.Close())
		got := words(t, o)
		if len(got) != 1 {
			t.Fatalf("kill %d: %v, after recovery %v", i, raw, got)
		}
		if s := (&world{t: t, root: o.Root, state: o.State}).stray(false); len(s) > 0 {
			t.Fatalf("kill %d: stray %v", i, s)
		}
		what := "old"
		if got[word] > 0 {
			what = "new"
		}
		if len(raw) > 1 {
			what += ", from a mixture"
		}
		found[what]++
	}
	t.Log(whole, found)
}
