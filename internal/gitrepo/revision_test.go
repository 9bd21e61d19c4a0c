package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"hoist.example/hoist/internal/problem"
)

// TestRevisionIsAFileSystem has the standard library's own judge, on names that
// are hard to write.
func TestRevisionIsAFileSystem(t *testing.T) {
	names := []string{"a/b/c", "a/b.yaml", "a-b", "empty", "big"}
	for _, n := range uglyNames {
		if !strings.Contains(n, `\`) { // which TestFS takes for Windows
			names = append(names, n)
		}
	}
	dir := repository(t, names...)
	write(t, dir, "empty", "")
	write(t, dir, "big", string(make([]byte, 1<<20)))
	commit(t, dir)
	v := revision(t, dir, "HEAD")
	if err := fstest.TestFS(v, names...); err != nil {
		t.Error(err)
	}
	for _, n := range names {
		disk, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(n)))
		must(t, err)
		if b, err := fs.ReadFile(v, n); err != nil || string(b) != string(disk) {
			t.Errorf("%q: %v", n, err)
		}
	}
}

func revision(t *testing.T, dir, rev string) *Revision {
	t.Helper()
	v, err := find(t, dir).Revision(context.Background(), rev)
	must(t, err)
	t.Cleanup(func() { must(t, v.Close()) })
	return v
}

// TestRevisionIsNotTheTree: what is only in the work tree or the index is not
// there, and bytes are as git keeps them.
func TestRevisionIsNotTheTree(t *testing.T) {
	dir := repository(t, "file", "gone", "crlf")
	write(t, dir, ".gitattributes", "crlf text eol=crlf\n")
	write(t, dir, "crlf", "a\r\nb\r\n")
	commit(t, dir)
	write(t, dir, "file", "changed\n")
	write(t, dir, "untracked", "x")
	git(t, dir, "rm", "--quiet", "gone")
	git(t, dir, "add", "file")
	v := revision(t, dir, "HEAD")
	for name, want := range map[string]string{"file": "of file\n", "gone": "of gone\n", "crlf": "a\nb\n"} {
		if b, err := v.ReadFile(name); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	for _, name := range []string{"untracked", "no/such", "file/below", "a"} {
		if _, err := v.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRevisionFollowsLinks(t *testing.T) {
	dir := repository(t, "real/file", "other")
	for link, target := range map[string]string{"to-file": "real/file", "to-dir": "real/", "real/up": "../other", "twice": "to-dir/up",
		"out": "../outside", "abs": "/etc/hostname", "self": "self", "dangling": "nowhere", "deep/down": "../real/../to-dir/file", "top": "."} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o755))
		must(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	commit(t, dir)
	v := revision(t, dir, "HEAD")
	for name, want := range map[string]string{"to-file": "of real/file\n", "to-dir/file": "of real/file\n", "twice": "of other\n", "deep/down": "of real/file\n", "top/top/other": "of other\n"} {
		if b, err := v.ReadFile(name); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	for _, name := range []string{"out", "abs", "self", "dangling"} {
		if _, err := v.ReadFile(name); err == nil {
			t.Error("read", name)
		}
	}
	if list, err := v.ReadDir("to-dir"); err != nil || len(list) != 2 {
		t.Error(list, err)
	}
	if real, err := v.Resolve("twice"); err != nil || real != "other" {
		t.Error(real, err)
	}
	if e, ok := v.Entry("to-file"); !ok || e.Mode != "100644" {
		t.Error(e, ok)
	}
}

func TestRevisionWith(t *testing.T) {
	dir := repository(t, "a/one", "a/two")
	v := revision(t, dir, "HEAD")
	_, err := v.ReadFile("a/two") // the process that reads runs already
	must(t, err)
	id, err := find(t, dir).StoreBlob(t.Context(), []byte("other\n"))
	must(t, err)
	x := v.With(map[string]Entry{"a/one": {Mode: "100755", ID: id}})
	if err := fstest.TestFS(x, "a/one", "a/two"); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		of   *Revision
		want string
	}{{v, "of a/one\n"}, {x, "other\n"}} {
		if b, err := c.of.ReadFile("a/one"); err != nil || string(b) != c.want {
			t.Error(string(b), err)
		}
	}
	if st, err := x.Stat("a/one"); err != nil || st.Mode() != 0o755 || st.Size() != 6 {
		t.Error(st, err)
	}
}

func TestRevisionOfMany(t *testing.T) {
	var names []string
	for i := range 50 {
		names = append(names, "dir/"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	dir := repository(t, names...)
	v := revision(t, dir, "main")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, n := range names {
				if b, err := v.ReadFile(n); err != nil || string(b) != "of "+n+"\n" {
					t.Errorf("%s: %q %v", n, b, err)
				}
			}
		})
	}
	wait.Wait()
}

func TestRevisionUnknown(t *testing.T) {
	dir := repository(t)
	for _, rev := range []string{"no-such", "--all", "-n1", "HEAD~1", "HEAD:README", ""} {
		if _, err := find(t, dir).Revision(t.Context(), rev); !errors.Is(err, &problem.Problem{Code: UnknownRev}) {
			t.Errorf("%q: %v", rev, err)
		}
	}
}

func TestLog(t *testing.T) {
	dir := repository(t, "a", "b")
	git(t, dir, "config", "log.follow", "true")
	git(t, dir, "config", "log.showSignature", "true")
	first := git(t, dir, "rev-parse", "HEAD")
	write(t, dir, "a", "2\n")
	git(t, dir, "add", "--all")
	message := "subject over\ntwo lines\n\nbody with \x1b and 中文\n\n\nHoist-Plan: sha256:1\n"
	write(t, filepath.Dir(dir), "message", message)
	git(t, dir, "commit", "--quiet", "--cleanup=verbatim", "--file", filepath.Join(filepath.Dir(dir), "message"), "--author", "Änne <a@hoist.example>", "--date", "2026-03-04T05:06:07+08:00")
	commit(t, dir) // empty
	r := find(t, dir)
	log := func(q LogQuery) (out []Commit) {
		for c, err := range r.Log(t.Context(), q) {
			must(t, err)
			out = append(out, c)
		}
		return out
	}
	all := log(LogQuery{})
	if len(all) != 3 || all[2].ID != first || all[0].Parents[0] != all[1].ID || len(all[2].Parents) != 0 {
		t.Fatal(all)
	}
	c := all[1]
	if c.Subject() != "subject over two lines" || c.Message != message || c.Author != "Änne" || c.Email != "a@hoist.example" || c.When.Format("2006-01-02T15:04:05Z07:00") != "2026-03-04T05:06:07+08:00" || c.Tree != git(t, dir, "rev-parse", c.ID+"^{tree}") {
		t.Errorf("%q %+v", c.Message, c)
	}
	ids := func(list []Commit) (out []string) {
		for _, c := range list {
			out = append(out, c.ID)
		}
		return out
	}
	for name, x := range map[string]struct {
		q    LogQuery
		want []string
	}{
		"of a file":  {LogQuery{Paths: []string{"a"}}, []string{all[1].ID, first}},
		"of another": {LogQuery{Paths: []string{"b", "*"}}, []string{first}},
		"not":        {LogQuery{Not: []string{first}}, ids(all[:2])},
		"grep":       {LogQuery{Grep: "Hoist-Plan: "}, []string{all[1].ID}},
		"no regexp":  {LogQuery{Grep: "Hoist.Plan"}, nil},
		"max":        {LogQuery{Max: 1}, ids(all[:1])},
		"reverse":    {LogQuery{Reverse: true, From: "main~1"}, []string{first, all[1].ID}},
		"nothing":    {LogQuery{From: "main", Not: []string{"main"}}, nil},
	} {
		if got := ids(log(x.q)); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	for c, err := range r.Log(t.Context(), LogQuery{}) { // leaving early
		must(t, err)
		if c.ID != all[0].ID {
			t.Error(c)
		}
		break
	}
	for _, err := range r.Log(t.Context(), LogQuery{From: "no-such"}) {
		if !errors.Is(err, &problem.Problem{Code: UnknownRev}) {
			t.Error(err)
		}
	}
	git(t, dir, "checkout", "--quiet", "--orphan", "unborn")
	if got := log(LogQuery{}); got != nil {
		t.Error(got)
	}
}
