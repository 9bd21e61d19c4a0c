package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
)

const renderedBefore = `apiVersion: v1
kind: ConfigMap
metadata:
  name: simplex-api-config-2456789bcd
  namespace: simplex-prod
data:
  config.yaml: |
    # grants, see 信用
    credit:
      newUserGrant: 100
      rates: [1, 2]
    stripe:
      secretKey: sk_live_FAKE0000000000000001
    database:
      default:
        link: app-before@tcp(db.example:3306)/simplex
    plans:
    - {name: free, price: 0}
  app.env: |
    LOG_LEVEL=info
    DB_PASSWORD=hunter2-before
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: simplex-api
  namespace: simplex-prod
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: api
        image: registry.example/simplex-api:v1
        env:
        - name: ADMIN_PASSWORD
          value: correct-before
        - name: LEVEL
          value: info
      volumes:
      - name: c
        configMap:
          name: simplex-api-config-2456789bcd
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: simplex-cron
  namespace: simplex-prod
spec:
  jobTemplate:
    spec:
      volumes:
      - name: c
        configMap:
          name: simplex-api-config-2456789bcd
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: simplex-worker
  namespace: simplex-prod
spec:
  template:
    spec:
      containers:
      - name: w
        envFrom:
        - configMapRef:
            name: simplex-api-config-2456789bcd
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simplex
  namespace: simplex-prod
spec:
  defaultBackend:
    resource:
      name: simplex-api-config-2456789bcd
---
apiVersion: v1
kind: Secret
metadata:
  name: tls
  namespace: simplex-prod
data:
  tls.key: YmVmb3JlLXNlY3JldA==
---
apiVersion: v1
kind: Service
metadata:
  name: old
  namespace: simplex-prod
spec:
  ports:
  - port: 80
`

// renderedAfter is what becomes of it, one of everything.
func renderedAfter() string {
	return strings.NewReplacer(
		"simplex-api-config-2456789bcd", "simplex-api-config-fghkmt2456",
		"newUserGrant: 100", "newUserGrant: 200",
		"rates: [1, 2]", "rates: [1, 3]\n      \u202eodd: \"\\a\"",
		"sk_live_FAKE0000000000000001", "sk_live_FAKE0000000000000002",
		"app-before@tcp", "app-after@tcp",
		"- {name: free, price: 0}", "- {name: free, price: 0}\n    - {name: pro, price: 29}",
		"hunter2-before", "hunter2-after",
		"replicas: 2", "replicas: 3",
		"simplex-api:v1", "simplex-api:v2",
		"correct-before", "correct-after",
		"YmVmb3JlLXNlY3JldA==", "YWZ0ZXItc2VjcmV0",
		"kind: Service\n", "kind: Endpoints\n",
	).Replace(renderedBefore)
}

func manifests(t *testing.T, src string) []*manifest.Object {
	t.Helper()
	list, err := manifest.Read("rendered.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Kind == "ConfigMap" {
			o.Base = "simplex-api-config"
			o.Files = map[string][]string{"config.yaml": {"k/configs/simplex-api/config.yaml"}}
		}
	}
	return list
}

// renderedView has an overlay of each kind.
func renderedView(t *testing.T) RenderedView {
	c := manifest.Compare(manifests(t, renderedBefore), manifests(t, renderedAfter()), manifest.Options{})
	larger := manifest.Compare(manifests(t, renderedBefore), manifests(t, strings.NewReplacer("replicas: 2", "replicas: 4", "simplex-prod", "simplex-staging").Replace(renderedBefore)), manifest.Options{
		Match:    manifest.Across(manifest.Affixes{}, manifest.Affixes{}),
		Expected: manifest.Rules{{Kinds: []string{"Deploy*"}, Keys: patterns(t, "spec.replicas"), Reason: "production is larger"}}.Change,
	})
	fresh := func(name string) *problem.Problem {
		switch name {
		case "remote":
			return problem.New(problem.Code{Name: "remote-base", Class: problem.Refused}, problem.Place{File: "kubernetes/base/kustomization.yaml", Line: 3, Column: 3}, "resource", "https://host.example/base")
		}
		return problem.New(problem.Code{Name: "overlay-does-not-build", Class: problem.Wrong}, problem.Place{File: "kubernetes/overlays/aws-qa/kustomization.yaml", Line: 9, Column: 3},
			"overlay", "kubernetes/overlays/aws-qa", "reason", "no-such-file", "file", "patch.yaml")
	}
	return RenderedView{
		Overlays: []RenderedOverlay{
			{Rendering: plan.Rendering{Environment: "staging", Overlay: "kubernetes/overlays/aws-staging", Comparison: &manifest.Comparison{Same: 36}}},
			{Rendering: plan.Rendering{Environment: "prod", Overlay: "kubernetes/overlays/aws-prod", Comparison: c}},
			{Rendering: plan.Rendering{Environment: "prod", Overlay: "kubernetes/overlays/aws-prod", Comparison: larger}, Against: "staging"},
			{Rendering: plan.Rendering{Environment: "dev", Overlay: "kubernetes/overlays/aws-dev", NotRendered: fresh("remote")}},
			{Rendering: plan.Rendering{Environment: "qa", Overlay: "kubernetes/overlays/aws-qa", Stopped: fresh("stopped")}},
		},
		Services: func(files []string) []string {
			if len(files) == 0 {
				return []string{"gateway", "simplex-api"}
			}
			return []string{"simplex-api"}
		},
	}
}

func patterns(t *testing.T, keys ...string) *keypath.Set {
	t.Helper()
	var out []keypath.Pattern
	for _, k := range keys {
		p, err := keypath.ParsePattern(k)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return keypath.Compile(out)
}

// byRule makes the connection string secret, by the path in the file.
func byRule(service string, p keypath.Path) bool {
	switch p.String() {
	case "database.default.link":
		return service == "simplex-api"
	case `data.config\.yaml.licence`, "{ConfigMap/x}.data.seed": // of a service whose file is the manifest
		return service == "gateway"
	}
	return false
}

func TestRenderedLooks(t *testing.T) {
	for _, diff := range []bool{false, true} {
		name := "rendered"
		if diff {
			name = "rendered_diff"
		}
		looks(t, name, func(w Words, b *bytes.Buffer) error {
			v := renderedView(t)
			v.Diff, v.Expected = diff, diff
			w.Secret = byRule
			return w.Rendered(b, v)
		})
	}
	var b bytes.Buffer
	if err := (Words{}).Rendered(&b, RenderedView{}); err != nil || b.String() != "rendered: no overlay was touched\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestRenderedJSON(t *testing.T) {
	v := renderedView(t)
	v.Diff = true
	var b bytes.Buffer
	w := Words{Lang: "zh", Colour: true, Mask: testMask(), Secret: byRule}
	if err := w.RenderedJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	validate(t, "rendered", b.Bytes())
	golden(t, "rendered.json", b.Bytes())
	b.Reset()
	if err := w.RenderedJSON(&b, RenderedView{}); err != nil {
		t.Fatal(err)
	}
	validate(t, "rendered", b.Bytes())
	b.Reset()
	if err := w.VerifyJSON(&b, verifiedRendered(v), &v); err != nil {
		t.Fatal(err)
	}
	validate(t, "verify", b.Bytes())
	golden(t, "verify_rendered.json", b.Bytes())
}

// verifiedRendered is a verify that rendered what v shows.
func verifiedRendered(v RenderedView) *plan.Verified {
	out := &plan.Verified{Files: []plan.VerifiedFile{{Path: "a.yaml", Environment: "prod", Service: "a", Changes: 2}}}
	for _, x := range v.Overlays {
		if x.Against == "" {
			out.Rendered = append(out.Rendered, x.Rendering)
		}
		if x.Stopped != nil {
			out.Failures = append(out.Failures, plan.Failure{Code: plan.StoppedBuilding, Environment: x.Environment, Place: x.Stopped.Place, Problem: x.Stopped})
		}
	}
	return out
}

func TestVerifyInFullLooks(t *testing.T) {
	looks(t, "verify_rendered", func(w Words, b *bytes.Buffer) error {
		v := renderedView(t)
		v.Diff = true
		w.Secret = byRule
		return w.Verify(b, verifiedRendered(v), &v)
	})
}

// TestAcrossCounts: the last line between environments is that of every diff.
func TestAcrossCounts(t *testing.T) {
	staging := manifests(t, renderedBefore)
	prod := manifests(t, strings.NewReplacer("replicas: 2", "replicas: 4", "simplex-api:v1", "simplex-api:v2", "kind: Service\n", "kind: Endpoints\n").Replace(renderedBefore))
	for _, test := range []struct {
		name  string
		rules manifest.Rules
		want  string
		n     int
	}{
		{"no rule", nil, "different: 2 | expected: 0 | missing: 2", 4},
		{"replicas", manifest.Rules{{Keys: patterns(t, "spec.replicas"), Reason: "larger"}}, "different: 1 | expected: 1 | missing: 2", 3},
		{"all", manifest.Rules{{Keys: patterns(t, "spec.**"), Added: true, Removed: true, Reason: "larger"}}, "different: 0 | expected: 4 | missing: 0", 0},
	} {
		c := manifest.Compare(staging, prod, manifest.Options{Match: manifest.Across(manifest.Affixes{}, manifest.Affixes{}), Expected: test.rules.Change, Alone: test.rules.Alone})
		v := RenderedView{Overlays: []RenderedOverlay{{Rendering: plan.Rendering{Environment: "prod", Comparison: c}, Against: "staging"}}}
		var b bytes.Buffer
		if err := (Words{Mask: testMask()}).Rendered(&b, v); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if got := lines[len(lines)-1]; got != test.want || v.Unexpected() != test.n {
			t.Errorf("%s: %d, %q, want %d, %q\n%s", test.name, v.Unexpected(), got, test.n, test.want, b.String())
		}
		b.Reset()
		if err := (Words{Mask: testMask()}).RenderedJSON(&b, v); err != nil {
			t.Fatal(err)
		}
		validate(t, "rendered", b.Bytes())
	}
}

// TestRenderedShowsNoSecrets: whatever makes a value secret (its looks, its name,
// a rule of the service whose file it comes from, a Secret), and however the
// object spells it, no writer shows it.
func TestRenderedShowsNoSecrets(t *testing.T) {
	const pem = "-----BEGIN PRIVATE KEY-----\n    MIICANARYc0ffeeAAAA\n    -----END PRIVATE KEY-----\n"
	spell := map[string]string{
		"a rule":                    "data:\n  config.yaml: |\n    database: {default: {link: %s}}\n",
		"a rule, quoted":            "data:\n  config.yaml: \"database:  \\n  default:\\n    link: '%s'  \\n\"\n",
		"a rule, CRLF":              "data:\n  config.yaml: \"database:\\r\\n  default: {link: '%s'}\\r\\n\"\n",
		"a rule, one line":          "data:\n  config.yaml: '{\"database\": {\"default\": {\"link\": \"%s\"}}}'\n",
		"a rule, JSON":              "data:\n  config.json: |\n    {\"database\": {\"default\": {\"link\": \"%s\"}}}\n",
		"a file that is broken":     "data:\n  config.yaml: |\n    database: [\n    link: %s\n",
		"a broken file in quotes":   "data:\n  config.yaml: \"a: [\\a\\n%s\"\n",
		"a rule, through an alias":  "data:\n  config.yaml: |\n    x: &a %s\n    database: {default: {link: *a}}\n",
		"a rule of the object":      "data:\n  config.yaml: |\n    licence: %s\n",
		"a rule of its document":    "data:\n  seed: %s\n",
		"a name":                    "data:\n  config.yaml: |\n    db: {password: %s}\n",
		"a name, not in a document": "data:\n  db.password: %s\n",
		"variables":                 "data:\n  app.env: |\n    # c\n    export X=1\n    DB_PASSWORD=%s\n",
		"a properties file":         "data:\n  app.properties: |\n    db.password = %s\n    other: 1\n",
		"a script":                  "data:\n  run.sh: |\n    exec app --token sk_live_%s\n",
		"a key":                     "data:\n  notes: |\n    x\n    " + strings.ReplaceAll(pem, "MII", "MII%s") + "\n",
		"a Secret":                  "kind: Secret\ndata: {a: %s}\n",
		"a Secret's strings":        "kind: Secret\nstringData:\n  config.yaml: |\n    harmless: %s\n",
		"a Secret's annotation":     "kind: Secret\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{\"data\": {\"a\": \"%s\"}}'}}\n",
		"a variable of a container": "kind: Pod\nspec:\n  containers:\n  - name: a\n    env:\n    - {name: DB_PASSWORD, value: %s}\n",
		"a comment":                 "data:\n  config.yaml: |\n    # sk_live_%s\n    a: 1\n",
	}
	for name, body := range spell {
		for _, form := range []string{"yaml", "removed", "added"} {
			t.Run(name+" "+form, func(t *testing.T) {
				object := func(secret string) []*manifest.Object {
					src := strings.ReplaceAll(body, "%s", secret)
					if !strings.HasPrefix(src, "kind:") {
						src = "kind: ConfigMap\n" + src
					}
					if !strings.Contains(src, "metadata:") {
						src += "metadata: {name: x}\n"
					} else {
						src = strings.Replace(src, "metadata: {", "metadata: {name: x, ", 1)
					}
					list, err := manifest.Read("x.yaml", []byte("apiVersion: v1\n"+src))
					if err != nil {
						t.Fatal(err)
					}
					list[0].Files = map[string][]string{"config.yaml": {"k/configs/simplex-api/config.yaml"}}
					return list
				}
				before, after := object(canary+"0000000001"), object(canary+"0000000002")
				switch form {
				case "removed":
					after = nil
				case "added":
					before = nil
				}
				c := manifest.Compare(before, after, manifest.Options{})
				if len(c.Differences) != 1 {
					t.Fatalf("%d differences", len(c.Differences))
				}
				v := renderedView(t)
				v.Overlays, v.Diff = []RenderedOverlay{{Rendering: plan.Rendering{Environment: "prod", Comparison: c}}}, true
				w := Words{Mask: testMask(), Secret: byRule}
				var b bytes.Buffer
				if err := w.Rendered(&b, v); err != nil {
					t.Fatal(err)
				}
				if err := w.RenderedJSON(&b, v); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(b.String(), canary) {
					t.Errorf("shown:\n%s", b.String())
				}
				if !strings.Contains(b.String(), "****") {
					t.Errorf("nothing is masked:\n%s", b.String())
				}
			})
		}
	}
}

// TestRenderedDiffsApply: the lines of the diff are all lines of the object that
// differ, in order.
func TestRenderedDiffsApply(t *testing.T) {
	v := renderedView(t)
	w := Words{Mask: testMask(), Secret: byRule}
	for _, d := range v.Overlays[1].Comparison.Differences {
		before, after := w.maskedText(d.Before, v), w.maskedText(d.After, v)
		if d.Kind == manifest.Changed && before == after {
			t.Errorf("%s differs, and shows nothing of it", d.After)
		}
		if strings.Count(before, "\n") > 0 && !strings.HasSuffix(before, "\n") {
			t.Errorf("%s ends without a break", d.Before)
		}
	}
	for _, lines := range [][2]string{{"0,0", hunkExtent(1, 0)}, {"3", hunkExtent(3, 1)}, {"3,2", hunkExtent(3, 2)}, {"2,0", hunkExtent(3, 0)}} {
		if lines[0] != lines[1] {
			t.Error(fmt.Sprint(lines))
		}
	}
}
