package manifest

import (
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
)

func objects(t *testing.T, src string) []*Object {
	t.Helper()
	out, err := Read("test.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// story is a comparison as text, to be compared with what is wanted.
func story(c *Comparison) string {
	var b strings.Builder
	for _, d := range c.Differences {
		fmt.Fprintf(&b, "%s %s", d.Kind, d.Object())
		if d.Renamed() {
			fmt.Fprintf(&b, " (was %s)", d.Before.Name)
		}
		if d.Rollout != None {
			fmt.Fprintf(&b, " [%s]", d.Rollout)
		}
		b.WriteByte('\n')
		for _, x := range d.Changes {
			fmt.Fprintf(&b, "  %s %s", x.Action, x.Path)
			if x.Before.Valid() && x.Before.Leaf() && !x.Text {
				fmt.Fprintf(&b, " %s", spelled(x.Before))
			}
			if x.After.Valid() && x.After.Leaf() && !x.Text {
				fmt.Fprintf(&b, " -> %s", spelled(x.After))
			}
			if x.Secret {
				b.WriteString(" secret")
			}
			if x.Text {
				b.WriteString(" text")
			}
			b.WriteByte('\n')
		}
	}
	for _, f := range c.Followers {
		fmt.Fprintf(&b, "follows %s [%s]:", f.After, f.Rollout)
		for _, o := range f.Of {
			fmt.Fprintf(&b, " %s", o)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "same %d\n", c.Same)
	return b.String()
}

func spelled(n yamlfile.Node) string {
	s := n.Span()
	return n.File().Source()[s.Start:s.End]
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: prod}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: api
        image: registry.example/api:1
        envFrom:
        - configMapRef: {name: MAP}
        - secretRef: {name: other}
      volumes:
      - name: config
        configMap: {name: MAP}
`

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: MAP, namespace: prod}
data:
  config.yaml: |
    # the port
    server:
      port: 80
    plans:
    - {name: free, price: 0}
    - {name: pro, price: 10}
`

func named(src, name string) string { return strings.ReplaceAll(src, "MAP", name) }

func TestCompare(t *testing.T) {
	const old, new = "api-config-2456789bcd", "api-config-fghkmt2456"
	both := named(configMap+"---\n"+deployment, old)
	for _, test := range []struct {
		name, before, after, want string
	}{
		{"nothing", both, both, "same 2\n"},
		{"another spelling", both, strings.Replace(both, "replicas: 2", "'replicas':   2", 1), "same 2\n"},
		{"the order of objects", both, named(deployment+"---\n"+configMap, old), "same 2\n"},
		{"a changed configuration restarts what reads it", both,
			strings.Replace(named(configMap+"---\n"+deployment, new), "port: 80", "port: 81", 1),
			"changed prod/ConfigMap/" + new + " (was " + old + ")\n  set data.config\\.yaml.server.port 80 -> 81\n" +
				"follows prod/Deployment.apps/api [restart]: prod/ConfigMap/" + new + "\nsame 0\n"},
		{"a comment restarts, too", both,
			strings.Replace(named(configMap+"---\n"+deployment, new), "# the port", "# its port", 1),
			"changed prod/ConfigMap/" + new + " (was " + old + ")\n  form data.config\\.yaml\n" +
				"follows prod/Deployment.apps/api [restart]: prod/ConfigMap/" + new + "\nsame 0\n"},
		{"another change beside it", both,
			strings.NewReplacer("port: 80", "port: 81", "replicas: 2", "replicas: 3").Replace(named(configMap+"---\n"+deployment, new)),
			"changed prod/ConfigMap/" + new + " (was " + old + ")\n  set data.config\\.yaml.server.port 80 -> 81\n" +
				"changed prod/Deployment.apps/api [restart]\n  set spec.replicas 2 -> 3\nsame 0\n"},
		{"replicas alone restart nothing", both, strings.Replace(both, "replicas: 2", "replicas: 3", 1),
			"changed prod/Deployment.apps/api\n  set spec.replicas 2 -> 3\nsame 1\n"},
		{"an image restarts", both, strings.Replace(both, "api:1", "api:2", 1),
			"changed prod/Deployment.apps/api [restart]\n  set spec.template.spec.containers.[name=api].image registry.example/api:1 -> registry.example/api:2\nsame 1\n"},
		{"a name that only looks like a reference", both, strings.Replace(both, "secretRef: {name: other}", "secretRef: {name: another}", 1),
			"changed prod/Deployment.apps/api [restart]\n  set spec.template.spec.containers.[name=api].envFrom.[1].secretRef.name other -> another\nsame 1\n"},
		{"an element of a list", both, strings.Replace(both, "    - {name: pro, price: 10}\n", "    - {name: max, price: 30}\n    - {name: pro, price: 10}\n", 1),
			"changed prod/ConfigMap/" + old + "\n  add data.config\\.yaml.plans.[name=max]\nsame 1\n"},
		{"the order of a list", both, strings.Replace(both, "    - {name: free, price: 0}\n    - {name: pro, price: 10}\n", "    - {name: pro, price: 10}\n    - {name: free, price: 0}\n", 1),
			"changed prod/ConfigMap/" + old + "\n  order data.config\\.yaml.plans\nsame 1\n"},
		{"added and removed", named(configMap, old), named(deployment, old),
			"added prod/Deployment.apps/api\nremoved prod/ConfigMap/" + old + "\nsame 0\n"},
		{"type", both, strings.Replace(both, "port: 80", `port: "80"`, 1),
			"changed prod/ConfigMap/" + old + "\n  set data.config\\.yaml.server.port 80 -> \"80\"\nsame 1\n"},
		{"shape", both, strings.Replace(both, "      port: 80", "      port: {http: 80}", 1),
			"changed prod/ConfigMap/" + old + "\n  set data.config\\.yaml.server.port 80\nsame 1\n"},
		{"another group", both, strings.Replace(both, "apps/v1", "example.com/v1", 1),
			"added prod/Deployment.example.com/api\nremoved prod/Deployment.apps/api\nsame 1\n"},
		{"another version", both, strings.Replace(both, "apps/v1", "apps/v2", 1),
			"changed prod/Deployment.apps/api\n  set apiVersion apps/v1 -> apps/v2\nsame 1\n"},
		{"CRLF in the configuration", both,
			strings.Replace(both, "|\n    # the port\n    server:\n      port: 80\n    plans:\n    - {name: free, price: 0}\n    - {name: pro, price: 10}\n",
				`"# the port\r\nserver:\r\n  port: 80\r\nplans:\r\n- {name: free, price: 0}\r\n- {name: pro, price: 10}\r\n"`+"\n", 1),
			"changed prod/ConfigMap/" + old + "\n  form data.config\\.yaml\nsame 1\n"},
		{"a printer that quotes", both,
			strings.Replace(both, "|\n    # the port\n    server:\n      port: 80\n    plans:\n    - {name: free, price: 0}\n    - {name: pro, price: 10}\n",
				`"# the port\nserver:\n  port: 81  \nplans:\n- {name: free, price: 0}\n- {name: pro, price: 10}\n"`+"\n", 1),
			"changed prod/ConfigMap/" + old + "\n  set data.config\\.yaml.server.port 80 -> 81\nsame 1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := story(Compare(objects(t, test.before), objects(t, test.after), Options{})); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestGeneratedNamesAreMatchedOnlyWithoutChoice(t *testing.T) {
	m := func(names ...string) string {
		var parts []string
		for _, n := range names {
			parts = append(parts, named(configMap, n))
		}
		return strings.Join(parts, "---\n")
	}
	for _, test := range []struct{ name, before, after, want string }{
		{"one for one", m("a-2222222222"), m("a-4444444444"), "same 1\n"}, // only the name differs
		{"two for one", m("a-2222222222", "a-5555555555"), m("a-4444444444"), "added removed removed"},
		{"another base", m("a-2222222222"), m("b-4444444444"), "added removed"},
		{"no hash: 1 is no letter of it", m("a-1111111111"), m("a-4444444444"), "added removed"},
		{"too short", m("a-222222222"), m("a-444444444"), "added removed"},
		{"nothing before the hash", m("2222222222"), m("4444444444"), "added removed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := Compare(objects(t, test.before), objects(t, test.after), Options{})
			var kinds []string
			for _, d := range c.Differences {
				kinds = append(kinds, d.Kind.String())
			}
			got := strings.Join(kinds, " ")
			if got == "" {
				got = story(c)
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBaseDecidesWhereItIsKnown(t *testing.T) {
	before := objects(t, named(configMap, "api-2222222222"))
	after := objects(t, strings.Replace(named(configMap, "api-4444444444"), "80", "81", 1))
	before[0].Base, after[0].Base = "api", "api"
	if c := Compare(before, after, Options{}); len(c.Differences) != 1 || !c.Differences[0].Renamed() {
		t.Errorf("not one renamed: %s", story(c))
	}
	before[0].Base = "" // as from a cluster
	if c := Compare(before, after, Options{}); len(c.Differences) != 1 || !c.Differences[0].Renamed() {
		t.Errorf("not one renamed: %s", story(c))
	}
	after[0].Base = "api-4444444444" // no hash at all: a name somebody chose
	if c := Compare(before, after, Options{}); len(c.Differences) != 2 {
		t.Errorf("a chosen name was taken for a hash: %s", story(c))
	}
}

func TestReferences(t *testing.T) {
	const old, new = "m-2222222222", "m-4444444444"
	change := func(s string) (string, string) {
		return named(configMap+"---\n"+s, old), strings.Replace(named(configMap+"---\n"+s, new), "port: 80", "port: 81", 1)
	}
	pod := func(kind, api, template string) string {
		return "apiVersion: " + api + "\nkind: " + kind + "\nmetadata: {name: x, namespace: prod}\nspec:\n" + template
	}
	const spec = "    spec: {containers: [{name: c, env: [{name: A, valueFrom: {configMapKeyRef: {name: MAP, key: a}}}]}]}\n"
	for _, test := range []struct {
		name, object string
		want         Rollout
	}{
		{"Deployment", pod("Deployment", "apps/v1", "  template:\n"+spec), Restart},
		{"paused", pod("Deployment", "apps/v1", "  paused: true\n  template:\n"+spec), ByHand},
		{"StatefulSet", pod("StatefulSet", "apps/v1", "  template:\n"+spec), Restart},
		{"OnDelete", pod("DaemonSet", "apps/v1", "  updateStrategy: {type: OnDelete}\n  template:\n"+spec), ByHand},
		{"ReplicaSet", pod("ReplicaSet", "apps/v1", "  template:\n"+spec), ByHand},
		{"Job", pod("Job", "batch/v1", "  template:\n"+spec), Replace},
		{"CronJob", pod("CronJob", "batch/v1", "  jobTemplate: {spec: {template: {spec: {volumes: [{name: v, projected: {sources: [{configMap: {name: MAP}}]}}]}}}}\n"), NextRun},
		{"Pod", pod("Pod", "v1", "  volumes: [{name: v, configMap: {name: MAP}}]\n"), Replace},
		{"somebody's controller", pod("Rollout", "argoproj.io/v1alpha1", "  template:\n"+spec), Restart},
		{"pull secrets", pod("Deployment", "apps/v1", "  template: {spec: {imagePullSecrets: [{name: a}, {name: MAP}], containers: []}}\n"), Restart},
		{"Ingress", pod("Ingress", "networking.k8s.io/v1", "  tls: [{secretName: MAP}]\n"), None},
		{"ServiceAccount", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x, namespace: prod}\nimagePullSecrets: [{name: MAP}]\n", None},
		{"a list of names", pod("Thing", "example.com/v1", "  maps: [a, MAP, b]\n"), None},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := change(test.object)
			c := Compare(objects(t, before), objects(t, after), Options{})
			if len(c.Differences) != 1 || len(c.Followers) != 1 {
				t.Fatalf("not one change and one follower:\n%s", story(c))
			}
			if got := c.Followers[0].Rollout; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if len(c.Followers[0].Of) != 1 || c.Followers[0].Of[0].Name != new {
				t.Errorf("follows %v", c.Followers[0].Of)
			}
		})
	}
}

func TestSecretsAreMarked(t *testing.T) {
	const s = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {a: b}}\ntype: Opaque\ndata: {password: aHVudGVyMg==}\nstringData: {user: app}\n"
	r := strings.NewReplacer("aHVudGVyMg==", "aHVudGVyMw==", "user: app", "user: root", "a: b", "a: c", "Opaque", "other")
	c := Compare(objects(t, s), objects(t, r.Replace(s)), Options{})
	want := "changed Secret/s\n  set metadata.annotations.a b -> c secret\n  set type Opaque -> other\n" +
		"  set data.password aHVudGVyMg== -> aHVudGVyMw== secret\n  set stringData.user app -> root secret\nsame 0\n"
	if got := story(c); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestTwoEnvironments(t *testing.T) {
	staging := objects(t, strings.NewReplacer("prod", "staging", "replicas: 2", "replicas: 1", "api:1", "api:2", "port: 80", "port: 81").Replace(named(configMap+"---\n"+deployment, "api-2222222222")))
	prod := objects(t, named(configMap+"---\n"+deployment, "api-4444444444"))
	staging[0].Base, prod[0].Base = "api", "api"
	keys := func(p string) *keypath.Set {
		k, err := keypath.ParsePattern(p)
		if err != nil {
			t.Fatal(err)
		}
		return keypath.Compile([]keypath.Pattern{k})
	}
	for _, test := range []struct {
		name  string
		rules []Allowed
		want  int // unexpected changes
	}{
		{"no rule", nil, 3},
		{"a key of a kind", []Allowed{{Kinds: []string{"Deployment"}, Keys: keys("spec.replicas")}}, 2},
		{"another kind", []Allowed{{Kinds: []string{"Job"}, Keys: keys("spec.replicas")}}, 3},
		{"everywhere", []Allowed{{Keys: keys("**.image")}}, 2},
		{"by name without its hash", []Allowed{{Names: []string{"api"}, Kinds: []string{"Config*"}}}, 2},
		{"another name", []Allowed{{Names: []string{"worker-*"}}}, 3},
		{"all", []Allowed{{}}, 0},
	} {
		for i := range test.rules {
			test.rules[i].Reason = "on purpose"
		}
		c := Compare(staging, prod, Options{Match: Across(Affixes{}, Affixes{}), Expected: Rules(test.rules).Change})
		got := 0
		for i := range c.Differences {
			got += c.Differences[i].Unexpected()
		}
		if len(c.Differences) != 2 || got != test.want {
			t.Errorf("%s: %d objects, %d unexpected, want %d:\n%s", test.name, len(c.Differences), got, test.want, story(c))
		}
	}
}

// TestPrefixes: what each environment puts around all names is none of their
// differences, nor is what refers to them; what a file says is.
func TestPrefixes(t *testing.T) {
	const src = `apiVersion: v1
kind: ConfigMap
metadata: {name: P-app-S}
data:
  config.yaml: |
    peer: P-app-S
  note: P-app-S
---
apiVersion: v1
kind: Service
metadata: {name: P-app-S}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: P-app-S}
spec: {scaleTargetRef: {name: P-app-S}, names: [P-app-S, x]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shared}
`
	read := func(prefix, suffix string) []*Object {
		return objects(t, strings.NewReplacer("P-", prefix, "-S", suffix).Replace(src))
	}
	c := Compare(read("ci-", "-x"), read("prod-", "-y"), Options{Match: Across(Affixes{"ci-", "-x"}, Affixes{"prod-", "-y"})})
	want := "changed ConfigMap/prod-app-y (was ci-app-x)\n" +
		"  set data.config\\.yaml.peer ci-app-x -> prod-app-y\n  set data.note ci-app-x -> prod-app-y\n"
	if got, _, _ := strings.Cut(story(c), "follows"); got != want || len(c.Followers) != 1 || c.Same != 2 {
		t.Errorf("got\n%s\nwant\n%s", story(c), want)
	}
	if c := Compare(read("ci-", "-x"), read("prod-", "-y"), Options{Match: Across(Affixes{}, Affixes{})}); len(c.Differences) != 6 || c.Same != 1 {
		t.Errorf("unknown prefixes: %s", story(c))
	}
	if got := (Affixes{"a", "a"}).bare("aa"); got != "aa" {
		t.Errorf("nothing is left of a name: %q", got)
	}
}

func TestRead(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"", ""},
		{"---\n---\n", ""},
		{"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "Pod/a"},
		{"--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n--- {apiVersion: g/v1, kind: X, metadata: {generateName: b-, namespace: n}}\n", "Pod/a n/X.g/b-"},
		{"apiVersion: v1\nkind: Pod\n", "error field=metadata.name"},
		{"kind: Pod\nmetadata: {name: a}\n", "error field=apiVersion"},
		{"[1, 2]\n", "error field=apiVersion"},
		{"apiVersion: v1\nkind: [Pod]\nmetadata: {name: a}\n", "error field=kind"},
	} {
		list, err := Read("x.yaml", []byte(test.src))
		var got []string
		for _, o := range list {
			got = append(got, o.String())
			if !o.Root().Valid() {
				t.Errorf("%q: %s has no root", test.src, o)
			}
		}
		if err != nil {
			got = append(got, "error "+strings.Fields(strings.ReplaceAll(err.Error(), `"`, ""))[2])
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%q: got %q, want %q", test.src, s, test.want)
		}
	}
}
