package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAsk: branches, tags of both kinds, what HEAD names, and what is not there.
func TestAsk(t *testing.T) {
	dir, bare := t.TempDir(), t.TempDir()
	ctx := t.Context()
	if err := CreateBare(ctx, bare); err != nil {
		t.Fatal(err)
	}
	r, err := Create(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := r.line(ctx, args...)
		if err != nil {
			t.Fatal(args, err)
		}
		return out
	}
	must("commit", "--quiet", "--allow-empty", "--message", "one")
	if err := r.Publish(ctx, "origin", bare); err != nil {
		t.Fatal(err)
	}
	one := must("rev-parse", "HEAD")
	must("tag", "light")
	must("tag", "--annotate", "--message", "m", "heavy")
	must("push", "--quiet", "origin", "light", "heavy")
	must("commit", "--quiet", "--allow-empty", "--message", "two, not pushed")

	ids, symbolic, err := r.Ask(ctx, "origin", "HEAD", "refs/heads/main", "refs/heads/nothing", "refs/tags/light", "refs/tags/heavy", "refs/tags/heavy^{}")
	if err != nil {
		t.Fatal(err)
	}
	if ids["HEAD"] != one || ids["refs/heads/main"] != one || ids["refs/tags/light"] != one || ids["refs/tags/heavy^{}"] != one || ids["refs/tags/heavy"] == one || ids["refs/heads/nothing"] != "" {
		t.Error(ids)
	}
	if symbolic["HEAD"] != "refs/heads/main" {
		t.Error(symbolic)
	}
	for id, want := range map[string]bool{one: true, must("rev-parse", "HEAD"): true, strings.Repeat("0", 39) + "1": false, "nothing": false, must("rev-parse", "HEAD^{tree}"): false} {
		if has, err := r.Has(ctx, id); has != want || err != nil {
			t.Errorf("%s: %t, %v", id, has, err)
		}
	}
	if who := r.Identity(ctx); who != "hoist demo <demo@hoist.example>" {
		t.Errorf("%q", who)
	}
	if err := os.RemoveAll(bare); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Ask(ctx, "origin", "HEAD"); !IsFailure(err) {
		t.Errorf("a remote that is gone: %v", err)
	}
}

// TestSharedState: a linked work tree has the clone's.
func TestSharedState(t *testing.T) {
	dir := t.TempDir()
	r, err := Create(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.run(t.Context(), "commit", "--quiet", "--allow-empty", "--message", "one"); err != nil {
		t.Fatal(err)
	}
	linked := filepath.Join(t.TempDir(), "linked")
	if _, err := r.run(t.Context(), "worktree", "add", "--quiet", linked); err != nil {
		t.Fatal(err)
	}
	other, err := Find(linked)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := r.SharedState(), other.SharedState(); !samePath(t, a, b) || samePath(t, r.State(), other.State()) {
		t.Error(a, b, r.State(), other.State())
	}
}

func samePath(t *testing.T, a, b string) bool {
	t.Helper()
	ra, err := filepath.EvalSymlinks(filepath.Dir(a))
	if err != nil {
		t.Fatal(err)
	}
	rb, err := filepath.EvalSymlinks(filepath.Dir(b))
	if err != nil {
		t.Fatal(err)
	}
	return ra == rb
}
