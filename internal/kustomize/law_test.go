package kustomize

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// repo is a random repository with one overlay, in which everything that
// kustomize does with names, contents and images may happen.
type repo struct {
	t     *rapid.T
	files map[string]string
	based map[string]bool // the generated maps of the base: field and name
}

const top = "k/overlay"

func (r *repo) flip(label string) bool { return rapid.Bool().Draw(r.t, label) }

// rare is true once in n times.
func (r *repo) rare(n int, label string) bool { return rapid.IntRange(1, n).Draw(r.t, label) == 1 }

func (r *repo) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(r.t, label)
}

func (r *repo) name() string { return r.pick("map", "a", "b", "ba", "app.conf", "2024-01-02") }

func (r *repo) image() string {
	return r.pick("image", "nginx", "nginx:1.25", "reg.example/x/app", "reg.example/x/app:1@sha256:abc", "localhost:5000/app:v1", "regXexample/x/app",
		"reg.example/x/app.js", "busybox@sha256:0f", "123", "app", "reg.example/y/app:2")
}

// content is a file of a generator: what printers and readers of YAML trip over.
func (r *repo) content() string {
	if r.rare(30, "binary") {
		return "binary \xff\xfe\n"
	}
	return r.pick("content", "", "\n", "a: 1\n", "a: 1", "a: 2\n", "trailing  \nblanks\t\n", "crlf\r\nlines\r\n", "\ufeffbom: 1\n", "tab:\n\tx\n", "\n\nleading\n", "  indented\nx\n",
		"nul\x00\n", "\x1b[31m\n", "\u0085\u2028\n", "中文: 值\n", "--- \na: 1\n...\n", "x\n\n\n", strings.Repeat("long ", 60)+"\n", "\"quoted\"", "- 1\n- 2\n",
		"true", "1.0", "null", "~", "|", "a-2222222222", "hoist-content:: but no token", "password: hunter2\n# 注释\n", "a\rb\n", "#", " \n \n")
}

func (r *repo) container() string {
	s := "name: c" + r.pick("n", "1", "2") + "\n        image: " + r.pick("quote", "", `"`)
	if strings.HasSuffix(s, `"`) {
		s += r.image() + `"`
	} else {
		s += r.image()
	}
	if r.flip("env") {
		s += "\n        envFrom: [{" + r.pick("ref", "configMapRef", "secretRef") + ": {name: " + r.name() + "}}]"
	}
	if r.rare(3, "valueFrom") {
		s += "\n        env: [{name: A, valueFrom: {configMapKeyRef: {name: " + r.name() + ", key: k}}}]"
	}
	return s
}

func (r *repo) workload(i int) string {
	kind := r.pick("kind", "Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Rollout")
	api := map[string]string{"Job": "batch/v1", "CronJob": "batch/v1", "Pod": "v1", "Rollout": "argoproj.io/v1alpha1"}[kind]
	if api == "" {
		api = "apps/v1"
	}
	pod := "\n      containers:\n      - " + r.container()
	if r.rare(3, "init") {
		pod += "\n      initContainers:\n      - " + r.container()
	}
	if r.flip("volumes") {
		pod += "\n      volumes: [{name: v, " + r.pick("volume", "configMap: {name: "+r.name()+"}", "secret: {secretName: "+r.name()+"}",
			"projected: {sources: [{configMap: {name: "+r.name()+"}}, {secret: {name: "+r.name()+"}}]}", "image: {reference: "+r.image()+"}", "emptyDir: {}") + "}]"
	}
	if r.rare(4, "pull") {
		pod += "\n      imagePullSecrets: [{name: " + r.name() + "}]"
	}
	if r.rare(30, "null") {
		pod = "\n      containers:\n      initContainers: null"
	}
	if r.rare(80, "odd") {
		pod = "\n      containers:\n      - {name: c, image: {a: b}}"
	}
	head := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata:\n  name: w%d\n", api, kind, i)
	switch kind {
	case "Pod":
		return head + "spec:\n  x:" + strings.ReplaceAll(pod, "\n      ", "\n    ") + "\n"
	case "CronJob":
		return head + "spec:\n  jobTemplate: {}\n  other:\n    spec:" + pod + "\n"
	}
	return head + "spec:\n  replicas: 1\n  template:\n    spec:" + pod + "\n"
}

func (r *repo) generators(dir string, overlay bool) string {
	var b strings.Builder
	for _, field := range []string{"configMapGenerator", "secretGenerator"} {
		if !r.flip(field) {
			continue
		}
		b.WriteString(field + ":\n")
		taken := map[string]bool{}
		for i := range rapid.IntRange(1, 3).Draw(r.t, "generators") {
			name := r.name()
			if taken[name] {
				continue
			}
			taken[name] = true
			b.WriteString("- name: " + name + "\n")
			if overlay && (r.based[field+name] || r.rare(60, "merge with nothing")) {
				b.WriteString("  behavior: " + r.pick("behavior", "merge", "merge", "merge", "replace") + "\n")
			}
			r.based[field+name] = true
			if r.rare(20, "namespace") {
				b.WriteString("  namespace: other\n")
			}
			if r.rare(4, "options") {
				b.WriteString("  options: {" + r.pick("option", "disableNameSuffixHash: true", "immutable: true", "labels: {l: v}", "annotations: {a: v}") + "}\n")
			}
			file := fmt.Sprintf("configs/%s-%d.yaml", field[:1], i)
			r.files[dir+"/"+file] = r.content()
			switch rapid.IntRange(0, 4).Draw(r.t, "source") {
			case 0:
				b.WriteString("  files: [config.yaml=" + file + "]\n")
			case 1:
				r.files[dir+"/shared.txt"] = r.content()
				b.WriteString("  files: [" + file + ", shared.txt]\n  literals: [k=v, 'q=\"x\"']\n")
			case 2:
				r.files[dir+"/shared.txt"] = r.content()
				b.WriteString("  files: [one=shared.txt, two=shared.txt]\n")
			case 3:
				r.files[dir+"/vars.env"] = "A=1\n# c\nB=x y\n"
				b.WriteString("  envs: [vars.env]\n  files: [" + file + "]\n")
			default:
				b.WriteString("  literals: [k=v]\n")
			}
		}
	}
	if r.rare(5, "generatorOptions") {
		b.WriteString("generatorOptions: {" + r.pick("option", "disableNameSuffixHash: true", "labels: {g: v}") + "}\n")
	}
	return b.String()
}

func (r *repo) images() string {
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(r.t, "images") {
		b.WriteString("- name: " + r.pick("name", "nginx", "reg.example/x/app", "app", "localhost:5000/app", "reg.example/.*", "ngin[x]", "x|app", "(nginx)", "busybox", "reg.example/y/app", "reg.example/x/app.js", `"["`, "none") + "\n")
		if r.rare(20, "number") {
			b.WriteString("- name: \"123\"\n")
		}
		if r.flip("tag") {
			b.WriteString("  newTag: " + r.pick("tag", "v2", `"2"`, `"1e3"`, "latest") + "\n")
		}
		if r.rare(3, "newName") {
			b.WriteString("  newName: " + r.pick("newName", "nginx", "mirror.example/app", "busybox", "app") + "\n")
		} else if r.rare(40, "number") {
			b.WriteString("  newName: \"456\"\n")
		}
		if r.rare(4, "digest") {
			b.WriteString("  digest: sha256:99\n")
		}
		if r.rare(6, "suffix") {
			b.WriteString("  tagSuffix: -x\n")
		}
	}
	return b.String()
}

func (r *repo) transformers(dir string) string {
	var b strings.Builder
	for _, x := range []string{"namespace: ns\n", "namePrefix: p-\n", "nameSuffix: -s\n", "commonLabels: {app: x}\n", "labels: [{pairs: {l: v}, includeSelectors: true}]\n",
		"commonAnnotations: {note: a}\n", "replicas: [{name: w0, count: 3}]\n"} {
		if r.rare(4, x) && (x[0] != 'r' || strings.HasPrefix(r.files["k/base/objects.yaml"], "apiVersion: apps/v1\nkind: Deployment")) {
			b.WriteString(x)
		}
	}
	if r.rare(3, "patch") {
		b.WriteString("patches:\n")
		switch rapid.IntRange(0, 5).Draw(r.t, "patch") {
		case 0:
			b.WriteString("- target: {kind: ConfigMap, name: " + r.name() + "}\n  patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {config.yaml: patched, extra: x}}'\n")
		case 1:
			b.WriteString("- target: {kind: ConfigMap, name: static|a}\n  patch: '" + `[{"op": "add", "path": "/data/added", "value": "y"}]` + "'\n")
		case 2:
			b.WriteString("- target: {kind: ConfigMap, name: static}\n  patch: '" + `[{"op": "test", "path": "/data/k", "value": "v"}]` + "'\n")
		case 3:
			r.files[dir+"/patch.yaml"] = "- op: copy\n  from: /data/one\n  path: /data/three\n"
			b.WriteString("- target: {kind: ConfigMap, name: a}\n  path: patch.yaml\n")
		case 4:
			b.WriteString("- target: {kind: Deployment}\n  patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {spec: {containers: [{name: c1, image: nginx}]}}}}'\n")
		default:
			b.WriteString("- target: {kind: ConfigMap|Secret}\n  patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {config.yaml: null}}'\n")
		}
	}
	if r.rare(25, "replacement") && (r.based["configMapGeneratora"] || r.rare(20, "of nothing")) {
		b.WriteString("replacements: [{source: {kind: ConfigMap, name: a, fieldPath: data}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.x], options: {create: true}}]}]\n")
	}
	if r.rare(30, "sort") {
		b.WriteString("sortOptions: {order: " + r.pick("order", "legacy", "fifo") + "}\n")
	}
	if r.rare(40, "metadata") {
		b.WriteString("buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n")
	}
	return b.String()
}

func (r *repo) objects() string {
	var objects []string
	for i := range rapid.IntRange(1, 3).Draw(r.t, "workloads") {
		objects = append(objects, r.workload(i))
	}
	for _, x := range []string{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: static}\ndata: {k: v}\n", "apiVersion: v1\nkind: Secret\nmetadata: {name: empty}\n",
		"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {tls: [{secretName: " + r.name() + "}]}\n",
		"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s}\nimagePullSecrets: [{name: " + r.name() + "}]\n",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: crd}\nspec: {containers: [{image: nginx}]}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: local, annotations: {config.kubernetes.io/local-config: 'true'}}\n"} {
		if r.rare(3, "object") {
			objects = append(objects, x)
		}
	}
	return strings.Join(objects, "---\n")
}

func drawRepo(t *rapid.T) *repo {
	r := &repo{t, map[string]string{}, map[string]bool{}}
	r.files["k/base/objects.yaml"] = r.objects()
	base := "resources: [objects.yaml]\n" + r.generators("k/base", false) + r.transformers("k/base")
	if r.rare(4, "base images") {
		base += "images:\n" + r.images()
	}
	r.files["k/base/kustomization.yaml"] = base
	own := "resources: [../base]\n" + r.generators(top, true) + r.transformers(top)
	if r.flip("images") {
		own += r.pick("field", "images", "images", "images", "Images") + ":\n" + r.images()
	}
	if r.rare(4, "component") {
		r.files["k/part/kustomization.yaml"] = "kind: Component\n" + r.transformers("k/part")
		own += "components: [../part]\n"
	}
	r.files[top+"/kustomization.yaml"] = own
	return r
}

func (r *repo) fs() fstest.MapFS {
	out := fstest.MapFS{}
	for name, s := range r.files {
		out[name] = &fstest.MapFile{Data: []byte(s)}
	}
	return out
}

// check compares what r renders with the whole render of the same repository.
func check(t *rapid.T, r *Renderer, files fstest.MapFS, over map[string][]byte) How {
	ctx := t.Context()
	whole, werr := (&Renderer{whole: true}).Render(ctx, files, over, top, nil)
	got, err := r.Render(ctx, files, over, top, nil)
	if (err == nil) != (werr == nil) {
		t.Fatalf("reduced: %v\nwhole: %v\n%s", err, werr, listing(files))
	}
	if err != nil {
		if os.Getenv("KZE") != "" {
			fmt.Println(err)
		}
		if err.Error() != werr.Error() {
			t.Fatalf("reduced: %v\nwhole: %v\n%s", err, werr, listing(files))
		}
		return ""
	}
	if d := differ(whole, got); d != "" {
		t.Fatalf("%s (%s)\n%s", d, got.How, listing(files))
	}
	return got.How
}

func listing(files fstest.MapFS) string {
	var b strings.Builder
	for name, f := range files {
		fmt.Fprintf(&b, "== %s\n%q\n", name, f.Data)
		if !strings.Contains(name, "configs") {
			b.Write(f.Data)
		}
	}
	return b.String()
}

// TestLawReducedIsWhole: whatever is in a repository, what is put together from
// a skeleton is byte for byte what kustomize renders; also after contents and
// images changed, and when the skeleton comes from another run.
func TestLawReducedIsWhole(t *testing.T) {
	hows := map[How]int{}
	rapid.Check(t, func(t *rapid.T) {
		repo := drawRepo(t)
		dir, err := os.MkdirTemp("", "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		r := &Renderer{Cache: &Cache{Dir: dir}}
		hows[check(t, r, repo.fs(), nil)]++
		over := map[string][]byte{}
		for name := range maps.Clone(repo.files) {
			if (strings.Contains(name, "configs/") || strings.HasSuffix(name, ".txt")) && repo.flip("change") {
				over[name] = []byte(repo.content())
			}
		}
		hows[check(t, r, repo.fs(), over)]++
		if own := repo.files[top+"/kustomization.yaml"]; strings.Contains(own, "images:\n- name") && repo.flip("new images") {
			head, _, _ := strings.Cut(own, "images:\n- name")
			if !strings.Contains(own, "components:") {
				over[top+"/kustomization.yaml"] = []byte(head + "images:\n" + repo.images())
			}
		}
		hows[check(t, &Renderer{Cache: r.Cache}, repo.fs(), over)]++
	})
	t.Log(hows)
	if built := hows[Whole] + hows[Reduced] + hows[Known]; hows[Known]*8 < built || hows[Reduced]*10 < built {
		t.Errorf("too few were reduced to say anything: %v", hows)
	}
}
