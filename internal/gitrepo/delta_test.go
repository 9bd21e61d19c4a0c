package gitrepo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDeltas(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	commit := func() {
		t.Helper()
		git(t, dir, "add", "--all")
		git(t, dir, "-c", "user.name=x", "-c", "user.email=x@hoist.example", "commit", "--quiet", "--message", "x")
	}
	write("a", "1")
	write("环 境/b\tc", "x\n")
	write("gone", "y")
	commit()
	write("a", "2")
	write("new", "")
	if err := os.Remove(filepath.Join(dir, "gone")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	commit()

	repo, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	d := repo.Deltas(ctx)
	defer d.Close()
	first, err := repo.Resolve(ctx, "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := repo.Resolve(ctx, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	said := func(from, to string, want func(string) bool) string {
		t.Helper()
		all, err := d.Of(from, to, want)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, x := range all {
			out = append(out, fmt.Sprintf("%s %q %v %q %v", x.Path, x.Old, x.Old == nil, x.New, x.New == nil))
		}
		return strings.Join(out, "\n")
	}
	every := func(string) bool { return true }
	if got, want := said("", first, every), "a \"\" true \"1\" false\ngone \"\" true \"y\" false\n环 境/b\tc \"\" true \"x\\n\" false"; got != want {
		t.Errorf("the first commit\n%s", got)
	}
	if got, want := said(first, second, every), "a \"1\" false \"2\" false\ngone \"y\" false \"\" true\nlink \"\" true \"\" true\nnew \"\" true \"\" false"; got != want {
		t.Errorf("the second\n%s", got)
	}
	if got := said(first, second, func(p string) bool { return p == "a" }); got != "a \"1\" false \"2\" false" {
		t.Errorf("one file\n%s", got)
	}
	if got, err := d.Paths(second, first); err != nil || strings.Join(got, " ") != "a gone link new" {
		t.Error(got, err)
	}
}
