package kustomize

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// Cache keeps the skeleton of each overlay in a directory of hoist's own, so that
// the next run need not render what no promotion changes.
//
// A skeleton holds no content of any generator's files: tokens stand for them.
// What it does hold are the manifests of the repository. One with a Secret that
// has data of its own (a literal, a file of variables that git may not even
// know) is not kept at all. The directory and its files are readable by their
// owner only.
//
// An entry is used only if everything that kustomize saw of the repository,
// present and absent, is the same; then the result is, too. It may be deleted at
// any time.
type Cache struct{ Dir string }

// format is part of every entry: one of another hoist is no entry.
const format = "hoist skeleton 1 "

type entry struct {
	Format   string    `json:"format"`
	Overlay  string    `json:"overlay"`
	Skeleton *skeleton `json:"skeleton"`
}

// formatNow is format with the version of the library that renders.
func formatNow() string {
	s := format
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if strings.HasPrefix(d.Path, "sigs.k8s.io/") {
				s += d.Path + "@" + d.Version + " "
			}
		}
	}
	return s
}

func (c *Cache) file(overlay string) string {
	return filepath.Join(c.Dir, "render-"+digest([]byte(overlay))[:16]+".json")
}

// load is the kept skeleton of an overlay, nil where there is none that can be
// read.
func (c *Cache) load(overlay string) *skeleton {
	if c == nil {
		return nil
	}
	b, err := os.ReadFile(c.file(overlay))
	if err != nil {
		return nil
	}
	var e entry
	if json.Unmarshal(b, &e) != nil || e.Format != formatNow() || e.Overlay != overlay {
		return nil
	}
	return e.Skeleton
}

// save keeps a skeleton. What goes wrong only makes the next run slower.
func (c *Cache) save(overlay string, s *skeleton) {
	if c == nil || !s.keepable() {
		return
	}
	b, err := json.Marshal(entry{formatNow(), overlay, s})
	if err != nil || os.MkdirAll(c.Dir, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(c.Dir, ".render-*") // 0600
	if err != nil {
		return
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), c.file(overlay))
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

// keepable reports whether no Secret has data of its own.
func (s *skeleton) keepable() bool {
	for i := range s.Docs {
		b := &s.Docs[i]
		if b.ID.Kind != "Secret" {
			continue
		}
		if len(b.data) != len(b.Slots) || strings.Contains(b.Text, "\nstringData:") {
			return false
		}
	}
	return true
}
