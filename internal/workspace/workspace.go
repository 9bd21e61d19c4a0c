// Package workspace is the verbs: Compare, Plan, Apply, Verify, Check, Explain.
// It is the only door for faces: it joins the rooms below, decides nothing
// about wording, and lets nobody write but through a plan.
package workspace

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
)

// What can go wrong here.
var (
	NoDirectory    = problem.Code{Name: "no-directory", Class: problem.Wrong}      // dir
	FileUnreadable = problem.Code{Name: "file-unreadable", Class: problem.Wrong}   // reason
	FileUnwritable = problem.Code{Name: "file-unwritable", Class: problem.Wrong}   // reason
	FileOutside    = problem.Code{Name: "symlink-escapes", Class: problem.Refused} // target
)

// Options say where a workspace is and how values are shown.
type Options struct {
	Dir         string // -C; "" is the working directory
	Config      string // --config or HOIST_CONFIG; "": found by walking up
	ShowSecrets bool   // --show-secrets, already checked to be at a terminal
	// Getenv is where Argo CD's server and token are looked for; nil: the
	// environment of this process.
	Getenv func(string) string
}

// Workspace is one repository, opened once.
type Workspace struct {
	root *os.Root // the git top, or hoist.yaml's directory outside git
	src  source   // where files are read from: root, or a revision
	base string   // hoist.yaml's directory below root, "." at its top
	file string   // hoist.yaml below base
	cfg  *config.Config
	repo *gitrepo.Repo // nil outside git
	keys func() []byte
	mask func() *mask.Masker
	env  func(string) string

	close func() error
}

// Open finds and reads hoist.yaml. Its problems come all at once.
func Open(o Options) (*Workspace, error) {
	dir, err := filepath.Abs(o.Dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return nil, problem.New(NoDirectory, problem.Place{}, "dir", o.Dir).Because(err)
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, problem.New(NoDirectory, problem.Place{}, "dir", o.Dir).Because(err)
	}
	file, err := configPath(dir, o.Config)
	if err != nil {
		return nil, err
	}
	repo, err := gitrepo.Find(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	top := filepath.Dir(file)
	if repo != nil {
		top = repo.Top()
		if err := settled(repo); err != nil {
			return nil, err
		}
	}
	return open(o, repo, top, file)
}

func configPath(dir, given string) (string, error) {
	if given != "" {
		if !filepath.IsAbs(given) {
			given = filepath.Join(dir, given)
		}
		if real, err := filepath.EvalSymlinks(given); err == nil {
			return real, nil
		}
		return given, nil
	}
	top := ""
	if repo, err := gitrepo.Find(dir); err != nil {
		return "", err
	} else if repo != nil {
		top = repo.Top()
	}
	return config.Find(dir, top)
}

func open(o Options, repo *gitrepo.Repo, top, file string) (*Workspace, error) {
	root, err := os.OpenRoot(top)
	if err != nil {
		return nil, problem.New(NoDirectory, problem.Place{}, "dir", top).Because(err)
	}
	rel, err := filepath.Rel(top, filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		return nil, problem.New(NoDirectory, problem.Place{}, "dir", top).Because(err)
	}
	getenv := o.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	w := &Workspace{env: getenv, root: root, src: workTree{root, dir}, base: filepath.ToSlash(rel), file: filepath.Base(file), repo: repo}
	w.close = func() error { return errors.Join(dir.Close(), root.Close()) }
	if w.cfg, err = config.Load(w.files(), w.file); err != nil {
		return nil, err
	}
	w.keys = sync.OnceValue(w.fingerprintKey)
	w.mask = sync.OnceValue(func() *mask.Masker { return mask.New(w.keys(), o.ShowSecrets) })
	return w, nil
}

// Close gives the files back.
func (w *Workspace) Close() error {
	return w.close()
}

// Config is hoist.yaml.
func (w *Workspace) Config() *config.Config { return w.cfg }

// Masker shows values.
func (w *Workspace) Masker() *mask.Masker { return w.mask() }

// fingerprintKey is the key of this clone's fingerprints: random, made when it
// is first needed, kept in hoist's state. Where it cannot be kept (no git, a
// read-only directory) it lasts for this run.
func (w *Workspace) fingerprintKey() []byte {
	key := make([]byte, 32)
	if w.repo == nil {
		rand.Read(key)
		return key
	}
	name := filepath.Join(w.repo.State(), "fingerprint.key")
	if have, err := os.ReadFile(name); err == nil && len(have) == len(key) {
		return have
	}
	rand.Read(key)
	if os.MkdirAll(w.repo.State(), 0o700) != nil {
		return key
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		if have, err := os.ReadFile(name); err == nil && len(have) == len(key) {
			return have // another hoist was faster
		}
		return key
	}
	_, err = f.Write(key)
	if errors.Join(err, f.Close()) != nil {
		os.Remove(name)
	}
	return key
}

// read gives a file's bytes; ok is false where it is not there. name is below
// hoist.yaml's directory. Every way out of the repository is refused.
func (w *Workspace) read(name string) (src []byte, ok bool, err error) {
	src, err = w.readIn(path.Join(w.base, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return src, err == nil, unreadable(name, err)
}

// readIn reads a file below the root.
func (w *Workspace) readIn(name string) ([]byte, error) { return w.src.read(name) }

func unreadable(name string, err error) error {
	if err == nil {
		return nil
	}
	reason := reasonOf(err)
	if reason == escapes {
		return problem.New(FileOutside, problem.Place{File: name}).Because(err)
	}
	return problem.New(FileUnreadable, problem.Place{File: name}, "reason", reason).Because(err)
}

// escapes is what os.Root says of a way out of it; it has no error to ask for.
const escapes = "path escapes from parent"

func reasonOf(err error) string {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err.Error()
	case errors.As(err, &le):
		return le.Err.Error()
	}
	return err.Error()
}

func unwritable(name string, err error) error {
	return problem.New(FileUnwritable, problem.Place{File: name}, "reason", reasonOf(err)).Because(err)
}

// linked is where a file below hoist.yaml's directory really stands, if a link
// leads to it; "" where its name is its place.
func (w *Workspace) linked(name string) string {
	want := w.inRepo(name)
	real, err := w.src.resolve(want)
	if err != nil || real == want {
		return ""
	}
	rel, err := filepath.Rel(filepath.FromSlash(w.base), filepath.FromSlash(real))
	if err != nil {
		return real
	}
	return filepath.ToSlash(rel)
}

// configSource is hoist.yaml as it was read.
func (w *Workspace) configSource() plan.Source {
	h := sha256.Sum256([]byte(w.cfg.Source))
	return plan.Source{Path: w.file, SHA256: hex.EncodeToString(h[:])}
}

// inRepo is a path below hoist.yaml's directory as one below the root.
func (w *Workspace) inRepo(name string) string { return path.Join(w.base, name) }
