package gitrepo

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// Store keeps bytes of the work tree as git would: through the clean filters and
// line ends that attributes and settings name for the path.
func (r *Repo) Store(ctx context.Context, path string, data []byte) (id string, err error) {
	return r.hash(ctx, data, "--path="+path)
}

// StoreBlob keeps bytes as they are.
func (r *Repo) StoreBlob(ctx context.Context, data []byte) (id string, err error) {
	return r.hash(ctx, data, "--no-filters")
}

// StoreBlobs is StoreBlob for many at once, by name.
func (r *Repo) StoreBlobs(ctx context.Context, blobs map[string][]byte) (ids map[string]string, err error) {
	if len(blobs) == 0 {
		return nil, nil
	}
	names := sortedNames(blobs)
	err = r.scratch("blobs", func(at string) error {
		var paths strings.Builder
		for i, n := range names {
			file := at + strconv.Itoa(i)
			if err := os.WriteFile(file, blobs[n], 0o600); err != nil {
				return stateFailed(file, err)
			}
			paths.WriteString(file + "\n")
		}
		out, err := r.do(ctx, call{args: []string{"hash-object", "-w", "--no-filters", "--stdin-paths"}, in: []byte(paths.String())})
		if err != nil {
			return err
		}
		ids = map[string]string{}
		for i, id := range strings.Fields(string(out)) {
			ids[names[i]] = id
		}
		return nil
	})
	return ids, err
}

func (r *Repo) hash(ctx context.Context, data []byte, how string) (string, error) {
	if data == nil {
		data = []byte{} // standard input that is empty, not absent
	}
	out, err := r.do(ctx, call{args: []string{"hash-object", "-w", "--stdin", how}, in: data})
	return strings.TrimSpace(string(out)), err
}

// StoreAll is Store for many files at once, by path below the top. Those that
// stand so in the work tree are read by one process from there.
func (r *Repo) StoreAll(ctx context.Context, files map[string][]byte) (map[string]string, error) {
	ids := map[string]string{}
	var there []string
	for _, path := range sortedNames(files) {
		now, err := os.ReadFile(filepath.Join(r.top, filepath.FromSlash(path)))
		if err == nil && bytes.Equal(now, files[path]) && !strings.ContainsAny(path, "\r\n\"") {
			there = append(there, path)
		}
	}
	if len(there) > 0 {
		out, err := r.do(ctx, call{args: []string{"hash-object", "-w", "--stdin-paths"}, in: []byte(strings.Join(there, "\n") + "\n")})
		if err != nil {
			return nil, err
		}
		for i, id := range strings.Fields(string(out)) {
			if i < len(there) && id == blobID(files[there[i]], len(id)) { // else filtered, or changed just now
				ids[there[i]] = id
			}
		}
	}
	for path, data := range files {
		if ids[path] != "" {
			continue
		}
		id, err := r.Store(ctx, path, data)
		if err != nil {
			return nil, err
		}
		ids[path] = id
	}
	return ids, nil
}

// blobID is the id of a blob as git names it, in a repository whose ids have so
// many digits: SHA-1, or SHA-256.
func blobID(data []byte, digits int) string {
	h := sha1.New()
	if digits == hex.EncodedLen(sha256.Size) {
		h = sha256.New()
	}
	h.Write([]byte("blob " + strconv.Itoa(len(data)) + "\x00"))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// Blobs are the bytes of blobs by id.
func (r *Repo) Blobs(ctx context.Context, ids []string) (out map[string][]byte, err error) {
	b := &batch{ctx: ctx, repo: r}
	defer func() {
		if cerr := b.close(); err == nil {
			err = cerr
		}
	}()
	out = map[string][]byte{}
	for _, id := range ids {
		if _, ok := out[id]; ok {
			continue
		}
		if out[id], err = b.read(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Entries are those of paths that are files in a commit.
func (r *Repo) Entries(ctx context.Context, rev string, paths []string) (map[string]Entry, error) {
	found := map[string]Entry{}
	for chunk := range chunks(paths) {
		out, err := r.run(ctx, append([]string{"ls-tree", "-z", "--full-tree", rev, "--"}, chunk...)...)
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(string(out), "\x00") {
			head, name, ok := strings.Cut(line, "\t")
			if f := strings.Fields(head); ok && len(f) == 3 && f[1] == "blob" {
				found[name] = Entry{Mode: f[0], ID: f[2]}
			}
		}
	}
	return found, nil
}

// Staged is a path in the index.
type Staged struct {
	Entry
	Conflict bool // a merge left several versions
	// What people mark files with whose changes git shall not look at.
	SkipWorktree, AssumeUnchanged bool
}

// Staged are those of paths that are in the index.
func (r *Repo) Staged(ctx context.Context, paths []string) (map[string]Staged, error) {
	return r.staged(ctx, "", paths)
}

// staged looks at another index, where one is given.
func (r *Repo) staged(ctx context.Context, index string, paths []string) (map[string]Staged, error) {
	found := map[string]Staged{}
	for chunk := range chunks(paths) {
		out, err := r.do(ctx, call{args: append([]string{"ls-files", "-v", "--stage", "-z", "--"}, chunk...), env: withIndex(index)})
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(string(out), "\x00") {
			head, name, ok := strings.Cut(line, "\t")
			f := strings.Fields(head) // tag, mode, id, stage
			if !ok || len(f) != 4 {
				continue
			}
			lower := strings.ToLower(f[0])
			found[name] = Staged{Entry: Entry{Mode: f[1], ID: f[2]}, Conflict: f[3] != "0", SkipWorktree: lower == "s", AssumeUnchanged: f[0] == lower}
		}
	}
	return found, nil
}

func withIndex(file string) []string {
	if file == "" {
		return nil
	}
	return []string{"GIT_INDEX_FILE=" + file}
}

// indexInfo is what update-index --index-info -z reads.
func indexInfo(files map[string]Entry) []byte {
	var b strings.Builder
	for _, name := range sortedNames(files) {
		e := files[name]
		b.WriteString(e.Mode + " " + e.ID + " 0\t" + name + "\x00")
	}
	return []byte(b.String())
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// TreeWith is the tree of a commit with some files in it replaced. Nothing but
// objects is written.
func (r *Repo) TreeWith(ctx context.Context, base string, files map[string]Entry) (tree string, err error) {
	err = r.scratch("tree", func(index string) error {
		tree, err = r.treeIn(ctx, index, base, files)
		return err
	})
	return tree, err
}

// treeIn makes an index of base with files and writes its tree.
func (r *Repo) treeIn(ctx context.Context, index, base string, files map[string]Entry) (string, error) {
	env := withIndex(index)
	if _, err := r.do(ctx, call{args: []string{"read-tree", base}, env: env}); err != nil {
		return "", err
	}
	if _, err := r.do(ctx, call{args: []string{"update-index", "--add", "-z", "--index-info"}, in: indexInfo(files), env: env}); err != nil {
		return "", err
	}
	out, err := r.do(ctx, call{args: []string{"write-tree"}, env: env})
	return strings.TrimSpace(string(out)), err
}

// scratch has work done with an index of its own, in hoist's state.
func (r *Repo) scratch(name string, work func(index string) error) error {
	if err := os.MkdirAll(r.State(), 0o700); err != nil {
		return stateFailed(r.State(), err)
	}
	dir, err := os.MkdirTemp(r.State(), "index-"+name+"-")
	if err != nil {
		return stateFailed(r.State(), err)
	}
	err = work(filepath.Join(dir, "index"))
	if rerr := os.RemoveAll(dir); err == nil && rerr != nil {
		err = stateFailed(dir, rerr)
	}
	return err
}

// StateFailed says that hoist's own files in the git directory cannot be written.
var StateFailed = problem.Code{Name: "state-unwritable", Class: problem.Outside} // reason

func stateFailed(path string, err error) error {
	return problem.New(StateFailed, problem.Place{File: path}, "reason", err.Error()).Because(err)
}

// Changed are the files that differ between two commits or trees, sorted.
func (r *Repo) Changed(ctx context.Context, from, to string) ([]string, error) {
	out, err := r.run(ctx, "diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to)
	if err != nil {
		return nil, err
	}
	var names []string
	for n := range strings.SplitSeq(string(out), "\x00") {
		if n != "" {
			names = append(names, n)
		}
	}
	return names, nil
}

// Show reads one commit.
func (r *Repo) Show(ctx context.Context, rev string) (c Commit, err error) {
	for c, err = range r.Log(ctx, LogQuery{From: rev, Max: 1}) {
		return c, err
	}
	return c, err
}

// CommitLike makes a commit of another tree and parent, with author, date and
// message of a commit that is there, signed where the user signs. No branch
// moves and no hook runs.
func (r *Repo) CommitLike(ctx context.Context, like, tree, parent string, t *Terminal) (string, error) {
	raw, err := r.run(ctx, "cat-file", "commit", like)
	if err != nil {
		return "", err
	}
	head, message, _ := strings.Cut(string(raw), "\n\n")
	args := []string{"-c", "i18n.commitEncoding=" + headerOf(head, "encoding", "UTF-8"), "commit-tree", tree, "-p", parent}
	sign, _, err := r.ask(ctx, "config", "--type=bool", "--get", "commit.gpgSign")
	if err != nil {
		return "", err
	}
	if sign == "true" {
		args = append(args, "-S")
	}
	name, email, when := author(headerOf(head, "author", ""))
	out, err := r.do(ctx, call{args: args, in: []byte(message), hooks: true, terminal: t,
		env: []string{"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + email, "GIT_AUTHOR_DATE=" + when}})
	return strings.TrimSpace(string(out)), err
}

// headerOf is a header of a raw commit.
func headerOf(head, name, otherwise string) string {
	for l := range strings.SplitSeq(head, "\n") {
		if v, ok := strings.CutPrefix(l, name+" "); ok {
			return v
		}
	}
	return otherwise
}

// author reads "Name <email> 1700000000 +0800".
func author(line string) (name, email, when string) {
	open, end := strings.IndexByte(line, '<'), strings.LastIndexByte(line, '>')
	if open < 0 || end < open {
		return "", "", ""
	}
	return strings.TrimSpace(line[:open]), line[open+1 : end], "@" + strings.TrimSpace(line[end+1:])
}
