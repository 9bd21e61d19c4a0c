//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCommitKilled kills hoist with signal 9 at random moments of a commit and
// push of two commits; the next command finds both made or none, git's index
// following, and what else was staged and changed as it was. The same command
// again then ends well, and the remote has everything once.
func TestCommitKilled(t *testing.T) {
	runs := killRuns
	if n, err := strconv.Atoi(os.Getenv("HOIST_KILLS")); err == nil {
		runs = n
	}
	r, origin := newCommitter(t)
	base := r.git("rev-parse", "HEAD")
	began := time.Now()
	r.prepare(origin, base)
	prepared := time.Now()
	r.must("commit", "--push")
	took := time.Since(prepared)
	found := map[string]int{}
	for i := range runs {
		r.prepare(origin, base)
		c := exec.Command(r.bin, "commit", "--push")
		c.Dir, c.Env = r.dir, r.environ()
		fail(t, c.Start())
		<-time.After(time.Duration(rand.Int64N(int64(took))))
		_ = c.Process.Kill()
		_ = c.Wait()
		if out, err := r.hoist("verify", "--no-render"); exit(err) > 1 {
			t.Fatalf("kill %d: hoist verify: %v\n%s", i, err, out)
		}
		found[r.settled(i, base)]++
		r.must("commit", "--push")
		if n := r.git("rev-list", "--count", base+"..origin/main"); n != "2" {
			t.Fatalf("kill %d: %s commits on the remote", i, n)
		}
		if got := r.git("diff", "--stat", "HEAD", "origin/main"); got != "" {
			t.Fatalf("kill %d: the branch is not the remote's: %s", i, got)
		}
		r.asBefore(i)
	}
	t.Log(runs, "kills in", took, "each prepared in", prepared.Sub(began), found)
}

// newCommitter is a clone of a repository that keeps staging and prod apart.
func newCommitter(t *testing.T) (r *racer, origin string) {
	a, _ := newRacers(t, 1)
	f, err := os.OpenFile(filepath.Join(a.dir, "hoist.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	fail(t, err)
	_, err = fmt.Fprintln(f, "separate: [[staging, prod]]")
	fail(t, err)
	fail(t, f.Close())
	a.git("commit", "--quiet", "--all", "--message", "separate")
	a.git("push", "--quiet")
	return a, a.git("remote", "get-url", "origin")
}

// prepare goes back to the base, applies something into two environments, and
// stages and changes something else.
func (r *racer) prepare(origin, base string) {
	r.t.Helper()
	r.git("-C", origin, "update-ref", "refs/heads/main", base)
	r.git("fetch", "--quiet")
	r.git("reset", "--quiet", "--hard", base)
	r.must("sync", "raced", "--from", "ci", "--to", "staging,prod", "--yes")
	fail(r.t, os.WriteFile(filepath.Join(r.dir, "staged"), []byte("mine\n"), 0o644))
	r.git("add", "staged")
	fail(r.t, os.WriteFile(filepath.Join(r.dir, "untracked"), []byte("mine\n"), 0o644))
}

// asBefore: what else is staged and untracked is so, and nothing else.
func (r *racer) asBefore(run int) {
	r.t.Helper()
	if got := r.git("status", "--porcelain"); got != "A  staged\n?? untracked" {
		r.t.Fatalf("kill %d: %q", run, got)
	}
}

// settled says what the next command made of a kill.
func (r *racer) settled(run int, base string) string {
	r.t.Helper()
	if locks, _ := filepath.Glob(filepath.Join(r.dir, ".git", "*.lock")); len(locks) > 0 {
		r.t.Fatalf("kill %d: %v is left", run, locks)
	}
	if got := r.git("diff", "--cached", "--name-only"); got != "staged" {
		r.t.Fatalf("kill %d: staged are %q", run, got)
	}
	switch n := r.git("rev-list", "--count", base+"..HEAD"); n {
	case "0":
		if n := len(strings.Fields(r.git("diff", "--name-only"))); n != 2 {
			r.t.Fatalf("kill %d: nothing is committed, and %d files are changed", run, n)
		}
		return "none"
	case "2":
		r.asBefore(run)
		return "both, on the remote " + r.git("rev-list", "--count", base+"..origin/main")
	default:
		r.t.Fatalf("kill %d: %s commits", run, n)
	}
	return ""
}
