// Package fleet writes a GitOps repository of any size with known drift in it,
// for tests and benchmarks: services with configurations as GoFrame projects
// have them, three environments, a hoist.yaml, and the truth about every planted
// difference.
//
// Laws: the same Options give the same bytes and the same Truth; a service's
// files do not depend on how many services there are; what the Truth does not
// list is equal in every environment, however differently it is written.
//
// It prints YAML of its own and shares no code with hoist's readers, so that it
// can be evidence against them.
package fleet

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Options say what to write. The zero value of a share is its default; a
// negative share is none.
type Options struct {
	Services   int     // default 300
	Seed       uint64  // default 7
	Drift      float64 // share of services with planted drift, default 0.3
	Noise      float64 // share of services with a file in another style, default 0.12
	Violations float64 // share of services with a test key in production, default none

	// Ugly spellings of the same values, each in some files.
	CRLF, BOM, NoFinalNewline, Anchors bool
}

func (o Options) withDefaults() Options {
	if o.Services == 0 {
		o.Services = 300
	}
	if o.Seed == 0 {
		o.Seed = 7
	}
	if o.Drift == 0 {
		o.Drift = 0.3
	}
	if o.Noise == 0 {
		o.Noise = 0.12
	}
	return o
}

// Environments are the environments of every fleet, in promotion order.
func Environments() []string { return []string{"ci", "staging", "prod"} }

const environments = 3

// ConfigPath is where a service's configuration is in an environment, relative
// to the fleet and with slashes.
func ConfigPath(env, service string) string {
	return overlay(env) + "/configs/" + service + "/config.yaml"
}

func overlay(env string) string { return "kubernetes/overlays/aws-" + env }

// Write writes a fleet below dir, which it creates, and returns the truth about
// it. Files that are already there and have the same name are overwritten.
func Write(dir string, o Options) (Truth, error) {
	o = o.withDefaults()
	w := writer{dir: dir}
	var truth Truth
	var images []image
	for i := range o.Services {
		s := growService(o, i)
		for e, env := range Environments() {
			w.file(ConfigPath(env, s.name), s.print(e))
		}
		truth.add(s)
		images = append(images, growImage(o, i, s.name))
	}
	truth.sort()
	truth.Images = imageDrift(images)
	w.file("hoist.yaml", []byte(hoistYAML))
	w.file("kubernetes/base/kustomization.yaml", base(images))
	w.file("kubernetes/base/serviceaccount.yaml", []byte(accountYAML))
	for _, m := range images {
		w.file("kubernetes/base/services/"+m.service+".yaml", m.workload())
	}
	for e, env := range Environments() {
		w.file(overlay(env)+"/kustomization.yaml", kustomization(env, e, images))
	}
	return truth, w.err
}

// writer keeps its first error.
type writer struct {
	dir string
	err error
}

func (w *writer) file(name string, data []byte) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, data, 0o644)
	}
}

// service is one service while it is made.
type service struct {
	name   string
	trees  [environments]*node
	styles [environments]style
	found  []Difference
}

func (s *service) print(env int) []byte { return s.styles[env].print(s.trees[env]) }

func growService(o Options, i int) *service {
	r := rand.New(rand.NewPCG(o.Seed, uint64(i)))
	s := &service{name: serviceName(i)}
	base := grow(r, s.name, o.Anchors && i%7 == 3)
	for e := range s.trees {
		s.trees[e] = base.forEnvironment(e)
	}
	s.expectAllowed(base)
	s.chooseStyles(r, o, i)
	// Shares are kept by counting, not by chance: a fleet of twenty has six.
	if due(i, o.Drift) {
		s.plantDrift(r)
	}
	if due(i, o.Violations) {
		s.plantViolation()
	}
	s.plantNoise(r, o, i)
	return s
}

// due spreads a share evenly over the indexes.
func due(i int, share float64) bool {
	return share > 0 && int(float64(i+1)*share) > int(float64(i)*share)
}

func serviceName(i int) string {
	first := []string{"account", "agent", "audit", "billing", "canvas", "catalog", "chat", "crawl", "credit", "digest", "export", "feed", "gateway", "graph",
		"index", "invite", "ledger", "mail", "media", "notes", "order", "page", "quota", "router", "search", "share", "signal", "space", "tag", "voice"}
	second := []string{"api", "worker", "backend", "proxy", "cron", "hub", "store", "sync", "edge", "admin"}
	n := len(first) * len(second)
	name := first[i%len(first)] + "-" + second[i/len(first)%len(second)]
	if i >= n {
		name += fmt.Sprintf("-%d", i/n+1)
	}
	return name
}

// Difference is one leaf that is not the same in every environment.
type Difference struct {
	Service string `json:"service"`
	Path    string `json:"path"`   // in hoist's notation
	Status  string `json:"status"` // as hoist names it
	Kind    string `json:"kind"`   // what was planted: value, type, null, list, shape, key, element, rule
}

// Counts are numbers of leaves by status.
type Counts struct {
	Same      int `json:"same"`
	Different int `json:"different"`
	Expected  int `json:"expected"`
	Missing   int `json:"missing"`
	Pending   int `json:"pending"`
	Violation int `json:"violation"`
}

func (c *Counts) add(status string, n int) {
	switch status {
	case "same":
		c.Same += n
	case "different":
		c.Different += n
	case "expected":
		c.Expected += n
	case "missing":
		c.Missing += n
	case "pending":
		c.Pending += n
	case "violation":
		c.Violation += n
	default:
		panic("fleet: no such status: " + status)
	}
}

// Truth is everything there is to find in a fleet. A difference of shape is one
// leaf, at the shallowest path where the shapes differ.
type Truth struct {
	Services    []string          `json:"services"` // sorted
	Differences []Difference      `json:"differences"`
	Counts      Counts            `json:"counts"`
	ByService   map[string]Counts `json:"byService"`
	Images      []string          `json:"images"` // full names whose entries differ, sorted
}

func (t *Truth) add(s *service) {
	if t.ByService == nil {
		t.ByService = map[string]Counts{}
	}
	var c Counts
	for _, d := range s.found {
		c.add(d.Status, 1)
	}
	c.add("same", s.leaves()-len(s.found))
	t.Services = append(t.Services, s.name)
	t.ByService[s.name] = c
	t.Differences = append(t.Differences, s.found...)
	for status, n := range map[string]int{"same": c.Same, "different": c.Different, "expected": c.Expected,
		"missing": c.Missing, "pending": c.Pending, "violation": c.Violation} {
		t.Counts.add(status, n)
	}
}

func (t *Truth) sort() {
	sort.Strings(t.Services)
	sort.Slice(t.Differences, func(i, j int) bool {
		a, b := t.Differences[i], t.Differences[j]
		if a.Service != b.Service {
			return a.Service < b.Service
		}
		return a.Path < b.Path
	})
}

// leaves is how many leaves stand in any environment; what is below a
// difference of shape is not counted, its path is.
func (s *service) leaves() int {
	all := map[string]bool{}
	for _, t := range s.trees {
		t.eachLeaf(func(path string, _ *node) { all[path] = true })
	}
	for _, d := range s.found {
		if d.Kind != "shape" {
			continue
		}
		for path := range all {
			if strings.HasPrefix(path, d.Path+".") {
				delete(all, path)
			}
		}
		all[d.Path] = true
	}
	return len(all)
}
