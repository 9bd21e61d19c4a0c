package plan

import (
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// FailureCode says what verify found wrong.
type FailureCode string

// What verify fails on; everything else that differs is only listed.
const (
	ChangeAbsent FailureCode = "change-absent" // a planned change is not there
	OtherMoved   FailureCode = "other-moved"   // a key that was not planned moved
	RuleBroken   FailureCode = "rule-broken"   // a rule is broken that was kept before
	LeftPending  FailureCode = "placeholder"   // a placeholder that hoist wrote still waits
	Unreadable   FailureCode = "unreadable"    // a touched file cannot be read any more

	StoppedBuilding FailureCode = "overlay-does-not-build" // an overlay built before, and does no more
)

// Failure is one of them.
type Failure struct {
	Code                 FailureCode
	Environment, Service string
	Path                 keypath.Path
	Place                problem.Place
	Rule                 problem.Place    // RuleBroken: the rule
	Problem              *problem.Problem // StoppedBuilding: what kustomize says
}

// VerifiedFile is one file that applies touched.
type VerifiedFile struct {
	Path, Environment, Service string
	Changes                    int
	Edited                     bool // it is not byte for byte what hoist wrote
}

// Remaining is what still needs attention in one service.
type Remaining struct {
	Service string
	Counts  compare.Counts
}

// Rendering is what kustomize makes of a touched overlay, compared with what it
// made of it before.
type Rendering struct {
	Environment, Overlay string
	Comparison           *manifest.Comparison // nil where it was not rendered
	NotRendered          *problem.Problem     // why: it did not build before either, or may not be rendered
	Stopped              *problem.Problem     // it built before, and does no more
}

// Verified is the outcome of a verify.
type Verified struct {
	Files     []VerifiedFile
	Failures  []Failure
	Remaining []Remaining
	Rendered  []Rendering    // overlays that were touched, unless they were not to be rendered
	Counts    compare.Counts // of all touched services
}

// Touched is one file as it should be and as it is.
type Touched struct {
	Path, Environment, Service string
	Changes                    []keypath.Path
	Wanted, Disk               *yamlfile.File // Disk nil: it is gone
	// Identity names the elements of lists, as the comparison does.
	Identity func(keypath.Path) string
}

// Verify finds planned changes that are not there and other keys that moved.
func (t Touched) Verify() (out []Failure) {
	fail := func(code FailureCode, p keypath.Path, n yamlfile.Node) {
		place := problem.Place{File: t.Path}
		if n.Valid() {
			place = n.Place()
		}
		out = append(out, Failure{Code: code, Environment: t.Environment, Service: t.Service, Path: p, Place: place})
	}
	wanted, disk := t.leaves(t.Wanted), t.leaves(t.Disk)
	planned := func(p keypath.Path) bool {
		return slices.ContainsFunc(t.Changes, func(c keypath.Path) bool { return p.Under(c) })
	}
	deleted := func(p keypath.Path) bool {
		return slices.ContainsFunc(t.Changes, func(c keypath.Path) bool { return p.Under(c) && !standsIn(t.Wanted, c) })
	}
	for _, l := range wanted.order {
		n, there := disk.nodes[l]
		switch {
		case there && same(wanted.nodes[l], n):
		case planned(l):
			fail(ChangeAbsent, l, n)
		default:
			fail(OtherMoved, l, n)
		}
	}
	for _, l := range disk.order {
		if _, ok := wanted.nodes[l]; !ok {
			if deleted(l) {
				fail(ChangeAbsent, l, disk.nodes[l])
			} else {
				fail(OtherMoved, l, disk.nodes[l])
			}
		}
	}
	return out
}

func same(a, b yamlfile.Node) bool {
	va, vb := a.Value(), b.Value()
	return va.Equal(vb) && va.Kind() != value.Map && va.Kind() != value.List
}

type leafSet struct {
	order []keypath.Path
	nodes map[keypath.Path]yamlfile.Node
}

func (t Touched) leaves(f *yamlfile.File) leafSet {
	s := leafSet{nodes: map[keypath.Path]yamlfile.Node{}}
	if f == nil {
		return s
	}
	for p, n := range f.Leaves(t.Identity) {
		s.order = append(s.order, p)
		s.nodes[p] = n
	}
	return s
}
