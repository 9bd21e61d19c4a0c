package compare_test

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"hoist.example/hoist/bench/fleet"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// ground is a fleet in memory.
type ground struct {
	truth fleet.Truth
	rules *rule.Set
	from  map[string][]string
	files map[string][]byte
	bytes int64
}

func grow(t testing.TB, o fleet.Options) *ground {
	t.Helper()
	dir := t.TempDir()
	truth, err := fleet.Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(os.DirFS(dir), "hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := &ground{truth: truth, rules: cfg.Rules, from: map[string][]string{}, files: map[string][]byte{}}
	for _, env := range fleet.Environments() {
		g.from[env] = cfg.From(env, config.ForConfig)
		for _, s := range truth.Services {
			p := fleet.ConfigPath(env, s)
			src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p)))
			if err != nil {
				t.Fatal(err)
			}
			g.files[p] = src
			g.bytes += int64(len(src))
		}
	}
	return g
}

func (g *ground) input(t testing.TB, service string, w *rule.Walker) compare.Input {
	t.Helper()
	in := compare.Input{Name: service, Environments: fleet.Environments(), From: g.from, Rules: g.rules, Walker: w}
	for _, env := range in.Environments {
		p := fleet.ConfigPath(env, service)
		f, err := yamlfile.Parse(path.Base(p), g.files[p])
		if err != nil {
			t.Fatal(err)
		}
		in.Paths, in.Files = append(in.Paths, p), append(in.Files, f)
	}
	return in
}

// TestFleet finds in a generated fleet what was planted there, and nothing else.
func TestFleet(t *testing.T) {
	for _, o := range []fleet.Options{
		{Services: 60, Drift: 0.6, Noise: 0.5, Violations: 0.2},
		{Services: 60, Drift: 0.6, Noise: 0.5, CRLF: true, BOM: true, NoFinalNewline: true, Anchors: true, Seed: 11},
	} {
		g := grow(t, o)
		want := map[[2]string]string{}
		for _, d := range g.truth.Differences {
			want[[2]string{d.Service, d.Path}] = d.Status
		}
		w := g.rules.For("")
		var c compare.Comparer
		for _, name := range g.truth.Services {
			s := c.Files(g.input(t, name, w))
			counts := fleet.Counts{Same: s.Counts.Same, Different: s.Counts.Different, Expected: s.Counts.Expected, Missing: s.Counts.Missing, Pending: s.Counts.Pending, Violation: s.Counts.Violation}
			if counts != g.truth.ByService[name] {
				t.Errorf("%s: %+v, planted %+v", name, counts, g.truth.ByService[name])
			}
			for _, k := range s.Keys {
				at := [2]string{name, k.Path.String()}
				if want[at] != k.Status.String() {
					t.Errorf("%s %s is %s, planted %q", name, k.Path, k.Status, want[at])
				}
				delete(want, at)
			}
		}
		for at, status := range want {
			t.Errorf("%s %s is %s and was not found", at[0], at[1], status)
		}
	}
}

// BenchmarkFleet is a fleet of 60 services in three environments: what go-yaml
// takes to read it, what this repository takes to read it, and to compare it.
func BenchmarkFleet(b *testing.B) {
	g := grow(b, fleet.Options{Services: 60})
	b.Run("v4", func(b *testing.B) {
		b.SetBytes(g.bytes)
		for b.Loop() {
			for _, src := range g.files {
				var n yaml.Node
				if err := yaml.NewDecoder(bytes.NewReader(src)).Decode(&n); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(g.bytes)
		b.ReportAllocs()
		for b.Loop() {
			for p, src := range g.files {
				if _, err := yamlfile.Parse(p, src); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("compare", func(b *testing.B) {
		w := g.rules.For("")
		var inputs []compare.Input
		for _, s := range g.truth.Services {
			inputs = append(inputs, g.input(b, s, w))
		}
		b.SetBytes(g.bytes)
		b.ReportAllocs()
		for b.Loop() {
			var c compare.Comparer
			for _, in := range inputs {
				c.Files(in)
			}
		}
	})
	b.Run("all", func(b *testing.B) {
		b.SetBytes(g.bytes)
		b.ReportAllocs()
		for b.Loop() {
			var c compare.Comparer
			w := g.rules.For("")
			for _, s := range g.truth.Services {
				c.Files(g.input(b, s, w))
			}
		}
	})
}
