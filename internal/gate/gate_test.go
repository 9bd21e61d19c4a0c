//go:build unix

package gate

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// opened says what a log holds.
func opened(t *testing.T, path string) (lines int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(b), "\n")
}

func TestTheNameOpens(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "hoist", "audit.jsonl")
	s := start(t, scene{Log: log}, nil)
	s.until("grant")
	s.until(question)
	s.types(app + "\n")
	if o := s.got(); !o.Allowed || o.Codes != nil || o.Looks != 1 {
		t.Fatalf("%+v\n%s", o, s.screen())
	}
	all, err := NewLog(log).Deploys()
	if err != nil || len(all) != 1 || opened(t, log) != 2 {
		t.Fatal(all, err)
	}
	e := all[0]
	if e.Application != app || e.Revision != shown || e.Deployed != before || e.GitUser == "" || e.User == "" || !strings.HasPrefix(e.Digest, "sha256:") || e.Outcome != "synced" || e.At.IsZero() {
		t.Errorf("%+v", e)
	}
}

// Every other answer is none: nothing is allowed, and nothing logged.
func TestEverythingElseIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed, code string
	}{
		{"wrong", "simplex-aws-ci\n", "gate-wrong-name"},
		{"empty", "\n", "gate-wrong-name"},
		{"blank behind", app + " \n", "gate-wrong-name"},
		{"blank before", " " + app + "\n", "gate-wrong-name"},
		{"tab behind", app + "\t\n", "gate-wrong-name"},
		{"case", strings.ToUpper(app) + "\n", "gate-wrong-name"},
		{"part", app[:5] + "\n", "gate-wrong-name"},
		{"yes", "yes\n", "gate-wrong-name"},
		{"y", "y\n", "gate-wrong-name"},
		{"quoted", "'" + app + "'\n", "gate-wrong-name"},
		{"zero width", app + "\u200b\n", "gate-wrong-name"},
		{"end of input", "\x04", "gate-not-typed"},
		{"the name, and the end of input for Enter", app + "\x04\x04", "gate-not-typed"},
		{"endless", strings.Repeat("x", 1500) + "\n", "gate-wrong-name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "audit.jsonl")
			s := start(t, scene{Log: log}, nil)
			s.until(question)
			s.types(c.typed)
			if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{c.code}) || o.Looks != 0 {
				t.Errorf("%+v\n%s", o, s.screen())
			}
			if n := opened(t, log); n != 0 {
				t.Errorf("%d lines logged", n)
			}
		})
	}
}

// One answer is all there is.
func TestOneTry(t *testing.T) {
	t.Parallel()
	s := start(t, scene{}, nil)
	s.until(question)
	s.types("no\n" + app + "\n")
	if o := s.got(); o.Allowed {
		t.Errorf("%+v", o)
	}
}

func TestCorrectedWhileTyped(t *testing.T) {
	t.Parallel()
	s := start(t, scene{}, nil)
	s.until(question)
	s.types("wrong\x15" + app + "x\x7f\n") // Ctrl-U, then a letter too many and Backspace
	if o := s.got(); !o.Allowed {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, typed := range []string{"\x03", app + "\x03"} {
		s := start(t, scene{Log: log}, nil)
		s.until(question)
		s.types(typed)
		if o := s.got(); o.Allowed || !o.Interrupted {
			t.Errorf("%q: %+v", typed, o)
		}
	}
	if n := opened(t, log); n != 0 {
		t.Errorf("%d lines logged", n)
	}
}

// A terminal that hands on every byte, as a program may have left it, is made
// one of lines, and given back as it was.
func TestRawTerminal(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Raw: true}, nil)
	s.until(question)
	s.types(app + "\r")
	if o := s.got(); !o.Allowed {
		t.Errorf("%+v\n%s", o, s.screen())
	}
	s = start(t, scene{Raw: true}, nil)
	s.until(question)
	s.types("\x03")
	if o := s.got(); o.Allowed || !o.Interrupted {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

// What was typed before the question stood there does not count.
func TestTypedAhead(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Hold: true}, nil)
	s.types(strings.Repeat(app+"\n", 3))
	s.until(strings.Repeat(app+"\r\n", 3)) // the terminal has it: it echoed
	s.hold.Write([]byte{0})
	s.until(question)
	s.types("\x04")
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-not-typed"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
	s = start(t, scene{Hold: true}, nil)
	s.types("wrong\n" + app) // and no rest of it is left in the line
	s.until(app)
	s.hold.Write([]byte{0})
	s.until(question)
	s.types(app + "\n")
	if o := s.got(); !o.Allowed {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

func TestMovedWhileTyped(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Moves: 1}, nil)
	s.until(question)
	s.types(app + "\n")
	s.until("moved while")
	s.until("grant")
	s.until("4444444")
	s.until(question)
	s.types(app + "\n")
	if o := s.got(); !o.Allowed || o.Looks != 2 {
		t.Errorf("%+v\n%s", o, s.screen())
	}
	s = start(t, scene{Moves: 9}, nil)
	for range looks {
		s.until(question)
		s.types(app + "\n")
	}
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-restless"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

// What moved is asked about anew: the old answer does not count for it.
func TestMovedAndTypedAhead(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Moves: 1}, nil)
	s.until(question)
	s.types(app + "\n" + app + "\n")
	s.until("moved while")
	s.until(question)
	s.types("\x04")
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-not-typed"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Shut: 2, Older: 1}, nil)
	s.types(app + "\n")
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-shut"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
	s = start(t, scene{Older: 2}, nil)
	s.until(Acknowledge(2))
	s.until(question)
	s.types("yes, 2 findings\n")
	s.until(question)
	s.types(app + "\n")
	if o := s.got(); !o.Allowed {
		t.Errorf("%+v\n%s", o, s.screen())
	}
	for _, typed := range []string{"yes\n", app + "\n", "yes, 1 finding\n", "\n"} {
		s = start(t, scene{Older: 2}, nil)
		s.until(question)
		s.types(typed)
		if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-not-known"}) {
			t.Errorf("%q: %+v\n%s", typed, o, s.screen())
		}
	}
}

// No terminal, not all of one, somebody else's, or not in front.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	_, elsewhere, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	for name, change := range map[string]func(*exec.Cmd){
		"nothing at all":                 func(c *exec.Cmd) { c.Stdin, c.Stderr, c.SysProcAttr = null, null, &syscall.SysProcAttr{Setsid: true} },
		"stdin is none":                  func(c *exec.Cmd) { c.Stdin = null; c.SysProcAttr.Ctty = 2 },
		"stdin is a pipe with answers":   func(c *exec.Cmd) { c.Stdin = strings.NewReader(strings.Repeat(app+"\n", 9)); c.SysProcAttr.Ctty = 2 },
		"stderr is none":                 func(c *exec.Cmd) { c.Stderr = null },
		"a terminal that is not its own": func(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} },
		"stderr is another terminal":     func(c *exec.Cmd) { c.Stderr = elsewhere },
		"stdin is another terminal":      func(c *exec.Cmd) { c.Stdin = elsewhere; c.SysProcAttr.Ctty = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, scene{}, change)
			if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-no-person"}) || o.Looks != 0 {
				t.Errorf("%+v\n%s", o, s.screen())
			}
		})
	}
}

// In the background a process may not ask; it would be stopped.
func TestBackground(t *testing.T) {
	t.Parallel()
	s := start(t, scene{Hold: true}, func(c *exec.Cmd) {
		self := c.Path
		c.Path, c.Args = "/bin/bash", []string{"bash", "-c", `set -m; "$0" & wait $!`, self}
	})
	s.hold.Write([]byte{0})
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-no-person"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

// A variable that tells of a machine shuts the gate; none opens it.
func TestMachines(t *testing.T) {
	t.Parallel()
	for _, name := range machines {
		s := start(t, scene{}, func(c *exec.Cmd) { c.Env = append(c.Env, name+"=1") })
		if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-machine"}) || o.Looks != 0 {
			t.Errorf("%s: %+v", name, o)
		}
	}
	for _, kv := range []string{"CI=false", "CI=", "CI=0", "HOIST_YES=1", "HOIST_GATE=open", "ASSUME_YES=1"} {
		s := start(t, scene{}, func(c *exec.Cmd) { c.Env = append(c.Env, kv) })
		s.until(question)
		s.types("\n")
		if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"gate-wrong-name"}) {
			t.Errorf("%s: %+v", kv, o)
		}
	}
}

// A log that cannot be written keeps the gate shut.
func TestLogFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "state"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, scene{Log: filepath.Join(dir, "state", "audit.jsonl")}, nil)
	s.until(question)
	s.types(app + "\n")
	if o := s.got(); o.Allowed || !slices.Equal(o.Codes, []string{"audit-unwritable"}) {
		t.Errorf("%+v\n%s", o, s.screen())
	}
}

// The zero Pass, which anybody can write down, allows nothing.
func TestZeroPass(t *testing.T) {
	t.Parallel()
	var none *Pass
	for _, p := range []*Pass{none, {}} {
		if p.Allows("", "") || p.Allows(app, shown) || p.Allows(app, "") || p.Prunes() {
			t.Error("a pass that nobody gave")
		}
	}
}
