package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hoist.example/hoist/bench/fleet"
)

// raceRounds is how often two clones race. HOIST_RACES asks for more.
const raceRounds = 6

// racer is one clone of a repository whose clones push promotions at the same
// time.
type racer struct {
	t              *testing.T
	name, dir, bin string
}

// TestRace has two clones commit and push different promotions at the same
// moment, round after round, each round into files and keys of its own and into
// one file that both change. Whoever comes second makes its commit again on the
// first's. Nothing is lost, nothing is pushed twice, and every commit on the
// remote has exactly the keys that its clone promoted.
func TestRace(t *testing.T) {
	rounds := raceRounds
	if n, err := strconv.Atoi(os.Getenv("HOIST_RACES")); err == nil {
		rounds = n
	}
	a, b := newRacers(t, rounds)
	again := 0
	for i := range rounds {
		again += race(t, a, b, i)
	}
	a.git("pull", "--quiet", "--ff-only")
	subjects := strings.Split(a.git("log", "--format=%s", "--reverse"), "\n")
	if len(subjects) != 1+2*rounds {
		t.Fatalf("%d commits after %d rounds: %q", len(subjects), rounds, subjects)
	}
	for i := range rounds {
		want := []string{subject("a", i), subject("b", i)}
		got := slices.Sorted(slices.Values(subjects[1+2*i : 3+2*i]))
		if !slices.Equal(got, want) {
			t.Errorf("round %d: %q, want %q", i, got, want)
		}
	}
	t.Log(rounds, "rounds,", again, "commits made again on the other's")
}

func subject(name string, round int) string { return fmt.Sprintf("%s %d", name, round) }

// newRacers makes an origin with a key for each racer and round, which ci has
// and prod has not, and two clones of it.
func newRacers(t *testing.T, rounds int) (a, b *racer) {
	t.Helper()
	top := t.TempDir()
	self, err := os.Executable()
	fail(t, err)
	bin := filepath.Join(top, "hoist")
	fail(t, os.Symlink(self, bin))
	first := &racer{t, "first", filepath.Join(top, "first"), bin}
	_, err = fleet.Write(first.dir, fleet.Options{Services: 1, Drift: 0})
	fail(t, err)
	first.addService(rounds)
	first.git("init", "--quiet", "--initial-branch=main")
	first.git("add", "--all")
	first.git("commit", "--quiet", "--message", "all")
	first.git("clone", "--quiet", "--bare", first.dir, filepath.Join(top, "origin.git"))
	for _, name := range []string{"a", "b"} {
		first.git("clone", "--quiet", filepath.Join(top, "origin.git"), filepath.Join(top, name))
	}
	return &racer{t, "a", filepath.Join(top, "a"), bin}, &racer{t, "b", filepath.Join(top, "b"), bin}
}

// addService writes a service whose keys are what is raced for.
func (r *racer) addService(rounds int) {
	var overlays []string
	for _, p := range []string{"kubernetes/overlays/*", "overlays/*"} {
		found, err := filepath.Glob(filepath.Join(r.dir, p))
		fail(r.t, err)
		overlays = append(overlays, found...)
	}
	if len(overlays) < 2 {
		r.t.Fatal("the fleet has no overlays", overlays)
	}
	for _, o := range overlays {
		var b strings.Builder
		for i := range rounds {
			value := 1
			if strings.HasSuffix(o, "ci") {
				value = 1000 + i
			}
			for _, who := range []string{"a", "b"} {
				fmt.Fprintf(&b, "%s%d:\n  # of round %d\n  limit: %d\n", who, i, i, value)
			}
		}
		dir := filepath.Join(o, "configs", "raced")
		fail(r.t, os.MkdirAll(dir, 0o755))
		fail(r.t, os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(b.String()), 0o644))
	}
}

// race is one round: both promote, commit and push at once.
func race(t *testing.T, a, b *racer, round int) (again int) {
	t.Helper()
	type outcome struct {
		out string
		err error
	}
	done := map[*racer]chan outcome{a: make(chan outcome, 1), b: make(chan outcome, 1)}
	for r := range done {
		r.git("pull", "--quiet", "--ff-only")
		r.must("sync", "raced", "--from", "ci", "--to", "prod", "--only", fmt.Sprintf("%s%d", r.name, round), "--yes")
	}
	for r, c := range done {
		go func() {
			out, err := r.hoist("commit", "--push", "-m", subject(r.name, round))
			c <- outcome{out, err}
		}()
	}
	for r, c := range done {
		o := <-c
		if o.err != nil {
			t.Fatalf("round %d, %s: %v\n%s", round, r.name, o.err, o.out)
		}
		if strings.Contains(o.out, "made again") {
			again++
		}
	}
	for r := range done {
		r.whole(round)
	}
	return again
}

// whole sees to it that a clone is in no half state, and that the commit that
// its push brought has its key and no other.
func (r *racer) whole(round int) {
	r.t.Helper()
	if s := r.git("status", "--porcelain"); s != "" {
		r.t.Fatalf("round %d, %s: left %s", round, r.name, s)
	}
	if n := r.git("rev-list", "--count", "@{upstream}..HEAD"); n != "0" {
		r.t.Fatalf("round %d, %s: %s commits are not pushed", round, r.name, n)
	}
	id := r.git("log", "-1", "--format=%H", "--grep=^"+subject(r.name, round)+"$")
	var moved []string
	for l := range strings.SplitSeq(r.git("show", "--format=", "--unified=0", "--no-color", id), "\n") {
		if strings.HasPrefix(l, "-  ") || strings.HasPrefix(l, "+  ") {
			moved = append(moved, l)
		}
	}
	if want := []string{"-  limit: 1", fmt.Sprintf("+  limit: %d", 1000+round)}; !slices.Equal(moved, want) {
		r.t.Fatalf("round %d, %s: %q", round, r.name, moved)
	}
}

func (r *racer) must(args ...string) {
	r.t.Helper()
	if out, err := r.hoist(args...); err != nil {
		r.t.Fatalf("%s: hoist %v: %v\n%s", r.name, args, err, out)
	}
}

func (r *racer) hoist(args ...string) (string, error) {
	return r.run(exec.Command(r.bin, args...))
}

func (r *racer) git(args ...string) string {
	r.t.Helper()
	out, err := r.run(exec.Command("git", args...))
	if err != nil {
		r.t.Fatalf("%s: git %v: %v\n%s", r.name, args, err, out)
	}
	return strings.TrimSpace(out)
}

func (r *racer) run(c *exec.Cmd) (string, error) {
	c.Dir, c.Env = r.dir, r.environ()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		r.t.Error(err)
	}
	return out.String(), err
}

// environ has git know nothing of this machine.
func (r *racer) environ() []string {
	return append(os.Environ(), "LANG=C.UTF-8", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME="+r.name, "GIT_AUTHOR_EMAIL="+r.name+"@hoist.example", "GIT_COMMITTER_NAME="+r.name, "GIT_COMMITTER_EMAIL="+r.name+"@hoist.example")
}
