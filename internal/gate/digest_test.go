//go:build unix

package gate

import (
	"testing"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/report"
)

const twoObjects = `apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {config.yaml: "grant: 100\nkey: sk_live_FAKEone\n"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: {replicas: 2, template: {spec: {containers: [{name: a, image: "a:1"}]}}}
status: {readyReplicas: 2}
`

// Whatever a person would want to have seen makes another digest; what they
// would not care for makes none.
func TestDigest(t *testing.T) {
	t.Parallel()
	make := func(after string, change func(*report.Deploy)) string {
		read := func(text string) []*manifest.Object {
			l, err := manifest.Read("o.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		d := &report.Deploy{Environment: "prod", Application: app, Revision: shown, Deployed: before, State: &argocd.State{}}
		d.Difference = manifest.Compare(read(twoObjects), read(after), manifest.Options{})
		if change != nil {
			change(d)
		}
		return digest(d)
	}
	replaced := func(pairs ...string) string { return replacer(pairs...).Replace(twoObjects) }
	one := replaced("grant: 100", "grant: 200")
	seen := map[string]string{}
	for name, got := range map[string]string{
		"nothing":         make(twoObjects, nil),
		"a value":         make(one, nil),
		"another value":   make(replaced("grant: 100", "grant: 201"), nil),
		"a secret":        make(replaced("FAKEone", "FAKEtwo"), nil),
		"another secret":  make(replaced("FAKEone", "FAKEthree"), nil),
		"an image":        make(replaced("a:1", "a:2"), nil),
		"a type":          make(replaced("replicas: 2", `replicas: "2"`), nil),
		"an object less":  make(twoObjects[:len(twoObjects)-len(twoObjects[index(twoObjects, "---"):])], nil),
		"a new object":    make(twoObjects+"---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n", nil),
		"another one":     make(twoObjects+"---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {a: 1}\n", nil),
		"the revision":    make(one, func(d *report.Deploy) { d.Revision = another }),
		"what runs":       make(one, func(d *report.Deploy) { d.Deployed = another }),
		"the application": make(one, func(d *report.Deploy) { d.Application = "other" }),
		"the environment": make(one, func(d *report.Deploy) { d.Environment = "other" }),
		"pruning":         make(one, func(d *report.Deploy) { d.Prune = true }),
		"a finding":       make(one, func(d *report.Deploy) { d.Older = []check.Finding{{Code: check.Violation, Path: "a"}} }),
		"another finding": make(one, func(d *report.Deploy) { d.Older = []check.Finding{{Code: check.Violation, Path: "b"}} }),
		"one that shuts":  make(one, func(d *report.Deploy) { d.Shut = []check.Finding{{Code: check.Violation, Path: "a"}} }),
		"unexplained":     make(one, func(d *report.Deploy) { d.Unexplained = []argocd.Name{{Kind: "Job", Name: "j"}} }),
		"joined":          make(one, func(d *report.Deploy) { d.Environment, d.Application = "pro", "d"+app }),
	} {
		if seen[got] != "" {
			t.Errorf("%s and %s have one digest", name, seen[got])
		}
		seen[got] = name
	}
	for name, got := range map[string]string{
		"health":  make(one, func(d *report.Deploy) { d.State = &argocd.State{Health: argocd.Progressing} }),
		"hints":   make(one, func(d *report.Deploy) { d.Hints = []report.Hint{{Code: report.Unguarded}} }),
		"spacing": make(replaced("grant: 100", "grant: 200", "{name: d}", "{ name: d }"), nil),
	} {
		if seen[got] != "a value" {
			t.Errorf("%s makes another digest", name)
		}
	}
}
