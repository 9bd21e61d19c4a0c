package config

import (
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"

	"hoist.example/hoist/internal/problem"
)

// hole is what stands for a service's name in a pattern of discover.
const hole = "{service}"

// finder is one pattern of discover: dir/before{service}behind/rest, below each
// overlay. The first {service} names; where rest has it again it is that name.
type finder struct {
	dir            string // "" the overlay itself
	before, behind string
	rest           string // "": the named entry is the file
}

func (b *builder) discoveries(it *item) {
	for _, e := range it.list() {
		if rel, ok := b.relative(e, "discover"); ok {
			if b.bare {
				rel = strings.ReplaceAll(rel, standIn, hole)
			}
			if why := badHole(rel); why != "" {
				b.fail(BadDiscover, e.place(), "pattern", rel, "why", why)
				continue
			}
			b.cfg.Discover = append(b.cfg.Discover, Discovery{Pattern: rel, Place: e.place()})
		}
	}
}

// badHole says why a path is no pattern of discover; "" it is one.
func badHole(pattern string) string {
	left := strings.ReplaceAll(pattern, hole, "")
	switch {
	case left == pattern:
		return "no-service"
	case strings.ContainsAny(left, "{}*?[]"):
		return "stray"
	}
	for _, segment := range strings.Split(pattern, "/") {
		if strings.Count(segment, hole) > 1 {
			return "twice"
		}
	}
	return ""
}

func newFinder(pattern string) finder {
	segments := strings.Split(pattern, "/")
	at := slices.IndexFunc(segments, func(s string) bool { return strings.Contains(s, hole) })
	f := finder{dir: strings.Join(segments[:at], "/"), rest: strings.Join(segments[at+1:], "/")}
	f.before, f.behind, _ = strings.Cut(segments[at], hole)
	return f
}

// name is the service that an entry of the directory names.
func (f finder) name(entry string) (string, bool) {
	name, ok := strings.CutPrefix(entry, f.before)
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, f.behind)
	return name, ok && name != "" && entry[0] != '.'
}

// file is where the pattern has the file of a service, below an overlay.
func (f finder) file(service string) string {
	return path.Join(f.dir, f.before+service+f.behind, strings.ReplaceAll(f.rest, hole, service))
}

// discover adds the services that patterns find in any environment. A file that
// another service has is skipped; so is, and is remembered, one whose name is
// taken.
func (b *builder) discover() {
	declared := map[string]bool{}
	for _, s := range b.cfg.Services {
		declared[s.Name] = true
	}
	found := map[string]*Service{}
	for i, row := range b.look() {
		d := &b.cfg.Discover[i]
		f := newFinder(d.Pattern)
		for j, env := range b.cfg.Environments {
			if row[j].problem != nil {
				b.problems = append(b.problems, row[j].problem)
			}
			for _, name := range row[j].names {
				file := path.Join(env.Overlay, f.file(name))
				if _, taken := b.files[file]; taken {
					continue
				}
				s := found[name]
				if s == nil {
					s = &Service{Name: name, Files: map[string]string{}, Discovered: true, Place: d.Place}
				}
				if declared[name] || s.Files[env.Name] != "" {
					b.cfg.Shadowed = append(b.cfg.Shadowed, Shadow{name, env.Name, file})
					continue
				}
				d.Found++
				found[name], s.Files[env.Name], b.files[file] = s, file, claimed{name, env.Name}
			}
		}
	}
	b.adopt(found)
}

// finding is the services whose file a pattern finds in one environment, sorted.
type finding struct {
	names   []string
	problem *problem.Problem
}

// look is what each pattern finds in each environment. Looking is waiting for
// the file system, so it is done in parts, a few at a time.
func (b *builder) look() [][]finding {
	out := make([][]finding, len(b.cfg.Discover))
	seats := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i, d := range b.cfg.Discover {
		out[i] = make([]finding, len(b.cfg.Environments))
		f := newFinder(d.Pattern)
		for j, env := range b.cfg.Environments {
			seats <- struct{}{}
			wait.Go(func() {
				out[i][j] = b.find(f, env, d.Place)
				<-seats
			})
		}
	}
	wait.Wait()
	return out
}

func (b *builder) find(f finder, env Environment, at problem.Place) (found finding) {
	dir := path.Join(env.Overlay, f.dir)
	entries, err := fs.ReadDir(b.fsys, dir)
	if err != nil && !nothing(err) {
		found.problem = problem.New(Unreadable, at, "path", dir).Because(err)
	}
	for _, e := range entries {
		name, ok := f.name(e.Name())
		if ok && b.isFile(e, path.Join(dir, e.Name()), strings.ReplaceAll(f.rest, hole, name)) {
			found.names = append(found.names, name)
		}
	}
	return found
}

// isFile reports whether rest below an entry is a file: the entry itself where
// rest is "". Links are followed. What cannot be looked at is one: its service
// then says so when it is read, and is not silently left out.
func (b *builder) isFile(e fs.DirEntry, name, rest string) bool {
	mode := e.Type()
	if mode&fs.ModeSymlink != 0 {
		st, err := fs.Stat(b.fsys, name)
		if err != nil {
			return !nothing(err)
		}
		mode = st.Mode()
	}
	if rest == "" {
		return mode.IsRegular()
	}
	if !mode.IsDir() {
		return false
	}
	st, err := fs.Stat(b.fsys, path.Join(name, rest))
	if err != nil {
		return !nothing(err)
	}
	return st.Mode().IsRegular()
}

// nothing reports whether an error says that there is no such file.
func nothing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// adopt puts the services found behind the declared ones, by name. Where an
// environment has no file of such a service, its Files say where it would be.
func (b *builder) adopt(found map[string]*Service) {
	var out []Service
	for _, s := range found {
		f := newFinder(b.patternAt(s.Place))
		for _, env := range b.cfg.Environments {
			file := path.Join(env.Overlay, f.file(s.Name))
			if _, taken := b.files[file]; s.Files[env.Name] == "" && !taken {
				s.Files[env.Name] = file
			}
		}
		b.categorize(s)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Service) int { return strings.Compare(a.Name, b.Name) })
	b.cfg.Services = append(b.cfg.Services, out...)
}

func (b *builder) patternAt(at problem.Place) string {
	for _, d := range b.cfg.Discover {
		if d.Place == at {
			return d.Pattern
		}
	}
	panic("config: a service that no pattern found")
}
