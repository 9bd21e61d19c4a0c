//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hoist.example/hoist/bench/fleet"
)

// killRuns is how often a write is killed. HOIST_KILLS asks for more, over 300
// files.
const killRuns = 12

// manyKills is from when on some of them must have found the files half moved.
const manyKills = 100

// victim is a repository with a plan that is applied and undone over and over.
type victim struct {
	t        *testing.T
	hoist    string // the binary
	dir      string
	old, new map[string]string        // the files that the plan changes
	took     map[string]time.Duration // how long a verb took, by verb and phase
}

// phase is a part of a verb's time; each lasts to its end.
type phase struct {
	name   string
	begins string // the first file that it makes, below hoist's state; "" is the beginning
}

// A third of the kills each: anywhere, from the first file that is staged, and
// from the rename that decides, when files move into place.
var phases = []phase{{"whole", ""}, {"staging", filepath.Join("tx-*", "0000.new")}, {"moving", "journal.json"}}

// TestKilled kills hoist with signal 9 at random moments of an apply or its undo;
// the next command finds all files old or all new.
func TestKilled(t *testing.T) {
	v, runs := newVictim(t)
	next := [][]string{{"verify"}, {"diff", "--all"}, {"plan", "--all", "--from", "ci", "--to", "prod"}, {"recover"}, {"undo"}, {"check"}}
	found, halfway := map[string]int{}, map[string]int{}
	for i := range runs {
		verb := []string{"apply", "undo"}[i%2]
		v.settle(verb == "undo")
		c := v.start(verb, nil)
		v.wait(c, verb, phases[i/2%len(phases)])
		_ = c.Process.Kill()
		<-c.ended
		raw := v.state()
		command := next[rand.IntN(len(next))]
		if out, status := v.run(command...); status > 1 {
			t.Fatalf("kill %d of %s: hoist %v: exit %d\n%s", i, verb, command, status, out)
		}
		now := v.state()
		if now == "mixed" {
			t.Fatalf("kill %d of %s: %s, and still after hoist %v", i, verb, raw, command)
		}
		v.noStray()
		found[verb+": "+raw+", then "+now]++
		if raw == "mixed" {
			halfway[verb]++
		}
	}
	t.Log(len(v.old), "files,", v.took, found)
	if runs >= manyKills && (halfway["apply"] == 0 || halfway["undo"] == 0) {
		t.Errorf("the moving of files was never hit: %v", found)
	}
}

// TestInterrupted sends Ctrl-C at random moments: hoist itself leaves all files
// old or all new, and says which.
func TestInterrupted(t *testing.T) {
	v, runs := newVictim(t)
	found := map[string]int{}
	for i := range runs {
		verb := []string{"apply", "undo"}[i%2]
		v.settle(verb == "undo")
		var out bytes.Buffer
		c := v.start(verb, &out)
		v.wait(c, verb, phases[i/2%len(phases)])
		_ = c.Process.Signal(os.Interrupt)
		<-c.ended
		status := exit(c.err)
		now := v.state()
		done := now == map[string]string{"apply": "new", "undo": "old"}[verb]
		if now == "mixed" || done != (status == 0 || status == 1) || !done && status != 130 && status != -1 {
			t.Fatalf("Ctrl-C %d in %s: exit %d and %s\n%s", i, verb, status, now, out.String())
		}
		found[fmt.Sprintf("%s: exit %d, %s", verb, status, now)]++
		v.noStray()
	}
	t.Log(len(v.old), "files,", v.took, found)
}

func newVictim(t *testing.T) (*victim, int) {
	t.Helper()
	runs, services := killRuns, 12
	if n, err := strconv.Atoi(os.Getenv("HOIST_KILLS")); err == nil {
		runs, services = n, 178
	}
	self, err := os.Executable()
	fail(t, err)
	v := &victim{t: t, dir: filepath.Join(t.TempDir(), "fleet"), hoist: filepath.Join(t.TempDir(), "hoist"), old: map[string]string{}, new: map[string]string{}, took: map[string]time.Duration{}}
	fail(t, os.Symlink(self, v.hoist))
	_, err = fleet.Write(v.dir, fleet.Options{Services: services, Drift: 1})
	fail(t, err)
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, {"-c", "user.name=Test", "-c", "user.email=test@hoist.example", "commit", "--quiet", "--message", "all"}} {
		v.git(args...)
	}
	before := v.read()
	v.must("plan", "--all", "--from", "ci", "--to", "staging,prod", "--out", v.plan())
	v.measure("apply")
	for name, text := range v.read() {
		if before[name] != text {
			v.old[name], v.new[name] = before[name], text
		}
	}
	v.measure("undo")
	if v.state() != "old" || v.git("status", "--porcelain") != "" {
		t.Fatal("undo left", v.state())
	}
	return v, runs
}

func fail(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (v *victim) plan() string { return filepath.Join(filepath.Dir(v.dir), "plan.json") }

func (v *victim) git(args ...string) string {
	v.t.Helper()
	c := exec.Command("git", args...)
	c.Dir = v.dir
	out, err := c.CombinedOutput()
	if err != nil {
		v.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (v *victim) command(args ...string) *exec.Cmd {
	c := exec.Command(v.hoist, args...)
	c.Dir = v.dir
	return c
}

// process is a hoist that runs.
type process struct {
	*exec.Cmd
	ended chan struct{}
	err   error // once it ended
}

// start begins the verb that is to be killed.
func (v *victim) start(verb string, stderr io.Writer) *process {
	v.t.Helper()
	args := []string{"undo"}
	if verb == "apply" {
		args = []string{"apply", v.plan()}
	}
	c := &process{Cmd: v.command(args...), ended: make(chan struct{})}
	c.Stderr = stderr
	fail(v.t, c.Start())
	go func() {
		c.err = c.Wait()
		close(c.ended)
	}()
	return c
}

// measure runs the verb to its end.
func (v *victim) measure(verb string) {
	v.t.Helper()
	began := time.Now()
	c := v.start(verb, nil)
	var begins []time.Time
	for _, p := range phases {
		v.until(c, p)
		begins = append(begins, time.Now())
	}
	<-c.ended
	if status := exit(c.err); status > 1 {
		v.t.Fatalf("hoist %s: exit %d", verb, status)
	}
	begins[0] = began
	for i, p := range phases {
		v.took[verb+" "+p.name] = max(time.Since(begins[i]), 1)
	}
}

// until waits until a phase begins.
func (v *victim) until(c *process, p phase) {
	if p.begins == "" {
		return
	}
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for {
		if l, _ := filepath.Glob(filepath.Join(v.dir, ".git", "hoist", p.begins)); len(l) > 0 {
			return
		}
		select {
		case <-c.ended:
			return
		case <-tick.C:
		}
	}
}

// wait waits a random part of the time that a phase of the verb takes.
func (v *victim) wait(c *process, verb string, p phase) {
	v.until(c, p)
	select {
	case <-c.ended:
	case <-time.After(time.Duration(rand.Int64N(int64(v.took[verb+" "+p.name])))):
	}
}

func (v *victim) run(args ...string) (string, int) {
	out, err := v.command(args...).CombinedOutput()
	return string(out), exit(err)
}

func (v *victim) must(args ...string) {
	v.t.Helper()
	if out, status := v.run(args...); status > 1 {
		v.t.Fatalf("hoist %v: exit %d\n%s", args, status, out)
	}
}

// exit is a command's status, -1 where a signal ended it.
func exit(err error) int {
	var e *exec.ExitError
	if errors.As(err, &e) {
		return e.Sys().(syscall.WaitStatus).ExitStatus()
	}
	if err != nil {
		return 127
	}
	return 0
}

// settle makes all files new, or old.
func (v *victim) settle(wantNew bool) {
	v.t.Helper()
	switch is := v.state(); {
	case is == "new" && !wantNew:
		v.must("undo")
	case is == "old" && wantNew:
		v.must("apply", v.plan())
	}
	if want := map[bool]string{false: "old", true: "new"}[wantNew]; v.state() != want {
		v.t.Fatalf("%s, want %s", v.state(), want)
	}
}

func (v *victim) read() map[string]string {
	v.t.Helper()
	out := map[string]string{}
	names, err := filepath.Glob(filepath.Join(v.dir, "kubernetes", "overlays", "*", "configs", "*", "*"))
	fail(v.t, err)
	for _, n := range names {
		b, err := os.ReadFile(n)
		fail(v.t, err)
		out[n] = string(b)
	}
	return out
}

// state is old, new or mixed; a file that is neither is a failure.
func (v *victim) state() string {
	v.t.Helper()
	olds, news := 0, 0
	for name, text := range v.read() {
		switch {
		case v.old[name] == v.new[name]:
		case text == v.old[name]:
			olds++
		case text == v.new[name]:
			news++
		default:
			v.t.Fatalf("%s is neither old nor new", name)
		}
	}
	switch {
	case news == 0 && olds == len(v.old):
		return "old"
	case olds == 0 && news == len(v.new):
		return "new"
	}
	return "mixed"
}

// noStray: git sees the planned files at most, and the state holds records at
// most.
func (v *victim) noStray() {
	v.t.Helper()
	for line := range strings.Lines(v.git("status", "--porcelain", "--untracked-files=all", "--ignored")) {
		if name := filepath.Join(v.dir, strings.TrimSpace(line[3:])); v.new[name] == "" {
			v.t.Fatalf("git sees %q", line)
		}
	}
	txs, _ := filepath.Glob(filepath.Join(v.dir, ".git", "hoist", "tx-*"))
	if n := map[string]int{"old": 0, "new": 1}[v.state()]; len(txs) != n {
		v.t.Fatalf("%s, and in the state %v", v.state(), txs)
	}
}
