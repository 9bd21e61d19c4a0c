package kustomize

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"sigs.k8s.io/kustomize/api/krusty"

	"hoist.example/hoist/examples"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
	"hoist.example/hoist/internal/yamlfile"
)

// differ says how two renders differ, "" where they do not.
func differ(a, b *Rendered) string {
	if len(a.Objects) != len(b.Objects) {
		return fmt.Sprint(len(a.Objects), " objects, ", len(b.Objects))
	}
	for i := range a.Objects {
		x, y := a.Objects[i], b.Objects[i]
		if x.ID != y.ID || x.Version != y.Version || x.Base != y.Base || !x.SameText(y) {
			return fmt.Sprintf("%s base %q, %s base %q, same text %v", x, x.Base, y, y.Base, x.SameText(y))
		}
	}
	return ""
}

// repository is files by name as a file system.
func repository(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, s := range files {
		out[name] = &fstest.MapFile{Data: []byte(s)}
	}
	return out
}

func render(t *testing.T, r *Renderer, fsys fs.FS, over map[string][]byte, overlay string) *Rendered {
	t.Helper()
	out, err := r.Render(t.Context(), fsys, over, overlay, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func contentOf(t *testing.T, fsys fs.FS, name string) string {
	t.Helper()
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const overlays = "kubernetes/overlays/"

func TestTheExampleRenders(t *testing.T) {
	for _, env := range []string{"aws-ci", "aws-staging", "aws-prod"} {
		t.Run(env, func(t *testing.T) {
			r := &Renderer{}
			got := render(t, r, examples.Simplex(), nil, overlays+env)
			if len(got.Objects) != 36 || got.How != Reduced {
				t.Errorf("%d objects, %s", len(got.Objects), got.How)
			}
			whole := render(t, &Renderer{whole: true}, examples.Simplex(), nil, overlays+env)
			if d := differ(whole, got); d != "" {
				t.Error(d)
			}
			if !slices.Equal(whole.Inputs, got.Inputs) {
				t.Errorf("inputs\n%v\nwhole\n%v", got.Inputs, whole.Inputs)
			}
			for i := range whole.Objects {
				if a, b := whole.Objects[i].Files, got.Objects[i].Files; !maps.EqualFunc(a, b, slices.Equal) {
					t.Errorf("%s: files %v, whole %v", got.Objects[i], b, a)
				}
			}
			again := render(t, r, examples.Simplex(), nil, overlays+env)
			if d := differ(got, again); d != "" || again.How != Known {
				t.Error("the second time:", d, again.How)
			}
		})
	}
}

func TestAChangedConfigurationChangesOneMapAndRestartsItsReaders(t *testing.T) {
	const file = overlays + "aws-prod/configs/simplex-api/config.yaml"
	fsys := examples.Simplex()
	now := strings.Replace(contentOf(t, fsys, file), "  newUserGrant: 100\n", "  newUserGrant: 200\n", 1)
	r := &Renderer{}
	before := render(t, r, fsys, nil, overlays+"aws-prod")
	after := render(t, r, fsys, map[string][]byte{file: []byte(now)}, overlays+"aws-prod")
	if after.How != Known {
		t.Errorf("after was rendered %s", after.How)
	}
	c := manifest.Compare(before.Objects, after.Objects, manifest.Options{})
	if len(c.Differences) != 1 {
		t.Fatalf("%d differences", len(c.Differences))
	}
	d := c.Differences[0]
	if d.After.Base != "simplex-api-config" || !d.Renamed() || len(d.Changes) != 1 || d.Changes[0].Path.String() != `data.config\.yaml.credit.newUserGrant` {
		t.Errorf("%s: %v", d.After, d.Changes)
	}
	if got := d.After.Files["config.yaml"]; !slices.Equal(got, []string{file}) {
		t.Errorf("it comes from %v", got)
	}
	var restarts []string
	for _, f := range c.Restarts() {
		restarts = append(restarts, f.After.String()+" "+f.Rollout.String())
	}
	want := []string{"simplex-prod/Deployment.apps/anotherme-api restart", "simplex-prod/Deployment.apps/anotherme-worker restart", "simplex-prod/Deployment.apps/simplex-cron restart"}
	if !slices.Equal(restarts, want) {
		t.Errorf("restarts %q, want %q", restarts, want)
	}
	if c.Same != 32 {
		t.Errorf("%d are the same", c.Same)
	}
}

func TestImagesAlone(t *testing.T) {
	const file = overlays + "aws-staging/kustomization.yaml"
	fsys := examples.Simplex()
	src := contentOf(t, fsys, file)
	at := strings.Index(src, "newTag: ")
	end := at + strings.IndexByte(src[at:], '\n')
	over := map[string][]byte{file: []byte(src[:at] + "newTag: v9.9.9" + src[end:])}
	r := &Renderer{}
	before := render(t, r, fsys, nil, overlays+"aws-staging")
	after := render(t, r, fsys, over, overlays+"aws-staging")
	if after.How != Known {
		t.Errorf("after was rendered %s", after.How)
	}
	if d := differ(render(t, &Renderer{whole: true}, fsys, over, overlays+"aws-staging"), after); d != "" {
		t.Error(d)
	}
	c := manifest.Compare(before.Objects, after.Objects, manifest.Options{})
	if len(c.Differences) != 1 || c.Differences[0].Rollout != manifest.Restart || len(c.Differences[0].Changes) != 1 || c.Differences[0].Changes[0].Path.Last().Key != "image" {
		t.Errorf("%+v", c.Differences)
	}
	if i := slices.IndexFunc(after.Inputs, func(i Input) bool { return i.Path == file }); i < 0 || after.Inputs[i].SHA256 != digest(over[file]) {
		t.Error("the kustomization is no input, or not as it is")
	}
}

// small is an overlay with a base, a generator and what refers to it.
func small(kustomization string) map[string]string {
	return map[string]string{
		"base/kustomization.yaml":    "resources: [api.yaml]\n",
		"base/api.yaml":              "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers: [{name: api, image: api}]\n      volumes: [{name: c, configMap: {name: api-config}}]\n",
		"overlay/kustomization.yaml": "resources: [../base]\nconfigMapGenerator: [{name: api-config, files: [config.yaml]}]\n" + kustomization,
		"overlay/config.yaml":        "port: 80\n",
	}
}

func names(r *Rendered) (out []string) {
	for _, o := range r.Objects {
		out = append(out, o.ID.String())
	}
	return out
}

func TestNames(t *testing.T) {
	for _, test := range []struct{ name, more, deployment, config, base string }{
		{"hashed", "", "Deployment.apps/api", "ConfigMap/api-config-", "api-config"},
		{"namespace", "namespace: ns\n", "ns/Deployment.apps/api", "ns/ConfigMap/api-config-", "api-config"},
		{"prefix and suffix", "namePrefix: p-\nnameSuffix: -s\n", "Deployment.apps/p-api-s", "ConfigMap/p-api-config-s-", "p-api-config-s"},
		{"no hash", "generatorOptions: {disableNameSuffixHash: true}\n", "Deployment.apps/api", "ConfigMap/api-config", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := repository(small(test.more))
			got := render(t, &Renderer{}, fsys, nil, "overlay")
			if d := differ(render(t, &Renderer{whole: true}, fsys, nil, "overlay"), got); d != "" {
				t.Error(d)
			}
			list := names(got)
			if len(list) != 2 || list[0] != test.deployment || !strings.HasPrefix(list[1], test.config) || got.Objects[1].Base != test.base {
				t.Errorf("%q, base %q", list, got.Objects[1].Base)
			}
			root := got.Objects[0].Root()
			spec, _ := root.Get("spec")
			found := false
			spec.Scalars(func(n yamlfile.Node) bool { found = found || n.Text() == got.Objects[1].Name; return true })
			if !found {
				t.Error("the Deployment does not refer to the map")
			}
		})
	}
}

func TestWhatIsRenderedWhole(t *testing.T) {
	for name, more := range map[string]string{
		"a JSON patch that tests": `patches: [{target: {kind: ConfigMap}, patch: '[{"op": "test", "path": "/data/config.yaml", "value": "port: 80\n"}, {"op": "add", "path": "/data/x", "value": "y"}]'}]` + "\n",
		"a replacement":           "replacements: [{source: {kind: ConfigMap, name: api-config, fieldPath: data}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.x], options: {create: true}}]}]\n",
		"a variable":              "vars: [{name: PORT, objref: {kind: ConfigMap, name: api-config, apiVersion: v1}, fieldref: {fieldpath: data.x}}]\npatches: [{target: {kind: ConfigMap}, patch: '[{\"op\": \"add\", \"path\": \"/data/x\", \"value\": \"y\"}]'}]\n",
		"a sort by name":          "sortOptions: {order: legacy}\n",
		"a transformer":           "transformers: [\"{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: x}, prefix: p-, fieldSpecs: [{path: metadata/name}]}\\n\"]\n",
	} {
		t.Run(name, func(t *testing.T) {
			fsys := repository(small(more))
			r := &Renderer{}
			if got := render(t, r, fsys, nil, "overlay"); got.How != Whole {
				t.Errorf("rendered %s", got.How)
			}
			over := map[string][]byte{"overlay/config.yaml": []byte("port: 81\n")}
			whole, werr := (&Renderer{whole: true}).Render(t.Context(), fsys, over, "overlay", nil)
			got, err := r.Render(t.Context(), fsys, over, "overlay", nil)
			if (err == nil) != (werr == nil) {
				t.Fatalf("%v, whole %v", err, werr)
			}
			if err == nil {
				if d := differ(whole, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

// TestATokenThatEndsElsewhereIsSeen: the skeleton is given up when a patch puts
// a content anywhere but into a value of data.
func TestATokenThatEndsElsewhereIsSeen(t *testing.T) {
	for _, patch := range []string{
		`[{"op": "copy", "from": "/data/config.yaml", "path": "/immutable"}]`,
		`[{"op": "move", "from": "/data/config.yaml", "path": "/other"}]`,
	} {
		fsys := repository(small("patches: [{target: {kind: ConfigMap}, patch: '" + patch + "'}]\n"))
		if got := render(t, &Renderer{}, fsys, nil, "overlay"); got.How != Whole {
			t.Errorf("%s: rendered %s", patch, got.How)
		}
	}
}

// noNetwork fails the test when anything asks for the network.
func noNetwork(t *testing.T) {
	t.Helper()
	t.Setenv("PATH", "") // no git
	var asked atomic.Int32
	was := http.DefaultTransport
	http.DefaultTransport = transport(func(r *http.Request) (*http.Response, error) {
		asked.Add(1)
		return nil, errors.New("no network")
	})
	t.Cleanup(func() {
		http.DefaultTransport = was
		if n := asked.Load(); n > 0 {
			t.Errorf("the network was asked %d times", n)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRemoteIsRefusedBeforeAnyNetwork(t *testing.T) {
	noNetwork(t)
	const plugin = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: https://host.example/patch.yaml\n"
	for _, test := range []struct {
		name, more string
		files      map[string]string
		place      string
		resource   string
	}{
		{"a base", "bases:\n- https://host.example/base?ref=v1\n", nil, "overlay/kustomization.yaml:4:3", "https://host.example/base?ref=v1"},
		{"with a password", "components: ['https://user:hunter2@host.example/x']\n", nil, "overlay/kustomization.yaml:3:14", "https://user:****@host.example/x"},
		{"git over ssh", "components: [git@host.example:org/repo.git]\n", nil, "overlay/kustomization.yaml:3:14", "git@host.example:org/repo.git"},
		{"git::", "components: ['git::https://host.example/org/repo']\n", nil, "overlay/kustomization.yaml:3:14", "git::https://host.example/org/repo"},
		{"github without a scheme", "components: [github.com/org/repo]\n", nil, "overlay/kustomization.yaml:3:14", "github.com/org/repo"},
		{"oci", "components: ['oci://host.example/x']\n", nil, "overlay/kustomization.yaml:3:14", "oci://host.example/x"},
		{"a file of a generator", "secretGenerator:\n- name: s\n  files: [a=https://host.example/f]\n", nil, "overlay/kustomization.yaml:5:11", "https://host.example/f"},
		{"an env file", "secretGenerator:\n- name: s\n  envs: [https://host.example/f]\n", nil, "overlay/kustomization.yaml:5:10", "https://host.example/f"},
		{"a patch", "patches: [{path: 'https://host.example/p'}]\n", nil, "overlay/kustomization.yaml:3:18", "https://host.example/p"},
		{"an old patch", "patchesStrategicMerge: ['https://host.example/p']\n", nil, "overlay/kustomization.yaml:3:25", "https://host.example/p"},
		{"a schema", "openapi: {path: 'https://host.example/s'}\n", nil, "overlay/kustomization.yaml:3:17", "https://host.example/s"},
		{"crds", "crds: ['HTTPS://host.example/s']\n", nil, "overlay/kustomization.yaml:3:8", "HTTPS://host.example/s"},
		{"replacements", "replacements: [{path: 'http://host.example/s'}]\n", nil, "overlay/kustomization.yaml:3:23", "http://host.example/s"},
		{"a transformer's file", "transformers: [t.yaml]\n", map[string]string{"overlay/t.yaml": plugin}, "overlay/t.yaml:4:7", "https://host.example/patch.yaml"},
		{"a transformer in a directory", "transformers: [t]\n", map[string]string{"overlay/t/kustomization.yaml": "resources: [x.yaml]\n", "overlay/t/x.yaml": plugin}, "overlay/t/x.yaml:4:7", "https://host.example/patch.yaml"},
		{"a transformer in place", "transformers:\n- |\n  " + strings.ReplaceAll(plugin, "\n", "\n  ") + "\n", nil, "overlay/kustomization.yaml:4:3", "https://host.example/patch.yaml"},
		{"in the base of the base", "", map[string]string{"base/kustomization.yaml": "resources:\n- api.yaml\n- https://host.example/x\n"}, "base/kustomization.yaml:3:3", "https://host.example/x"},
		{"through an anchor", "namePrefix: &a https://host.example/x\ncomponents: [*a]\n", nil, "overlay/kustomization.yaml:3:16", "https://host.example/x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := small(test.more)
			maps.Copy(files, test.files)
			for _, r := range []*Renderer{{}, {whole: true}} {
				_, err := r.Render(t.Context(), repository(files), nil, "overlay", nil)
				all := problem.All(err)
				if len(all) != 1 || all[0].Code != RemoteBase {
					t.Fatalf("%v", err)
				}
				if p := all[0]; p.Place.String() != test.place || p.Arg("resource") != test.resource {
					t.Errorf("%s %q", p.Place, p.Arg("resource"))
				}
			}
		})
	}
}

// TestScreenStandsAlone: if the tree missed a kustomization, what kustomize
// reads is still looked at.
func TestScreenStandsAlone(t *testing.T) {
	noNetwork(t)
	for name, src := range map[string]string{
		"x/kustomization.yaml": "resources: ['https://host.example/x']\n",
		"x/Kustomization":      "secretGenerator: [{name: a, env: 'https://host.example/x'}]\n",
		"x/t.yaml":             "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nfiles: [a=https://host.example/x]\n",
	} {
		if err := screen(name, []byte(src)); !errors.Is(err, &problem.Problem{Code: RemoteBase}) {
			t.Errorf("%s: %v", name, err)
		}
		ctx := t.Context()
		f := newFiles(ctx, repository(map[string]string{name: src}), nil)
		f.check = screen
		if _, err := (view{f}).ReadFile(path.Join(mount, name)); err == nil || f.refused == nil {
			t.Errorf("%s was read: %v", name, err)
		}
	}
	if err := screen("x/t.yaml", []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {path: 'https://host.example/x'}\n")); err != nil {
		t.Errorf("an object may hold addresses: %v", err)
	}
}

// FuzzRemote: whatever kustomize would go to the network for, remote knows.
func FuzzRemote(f *testing.F) {
	for _, s := range []string{"../base", "github.com/a/b", "GitHub.com:a/b", "git@host.example:a/b.git", "git::git::https://host.example/a/b", "user@a/b/c", "http:x", "HTTP://host.example/x",
		"ssh://host.example/a/b", "file:///a/b", "git::file:///a", "a/b//c", "x.git", "_git/x", "https:/x", "GIT::u@h/a/b", "é@x/y/z", "a-b@c:d/e", "/https://x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\x00\n\r") || s == "" || remote(s) {
			return
		}
		noNetwork(t)
		for _, field := range []string{"resources", "crds"} {
			fsys := repository(map[string]string{"overlay/kustomization.yaml": field + ": [" + strconv.QuoteToASCII(s) + "]\nnamePrefix: a\n"})
			_, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(view{newFiles(t.Context(), fsys, nil)}, mount+"/overlay")
			if err != nil && (strings.Contains(err.Error(), "no 'git' program") || strings.Contains(err.Error(), "no network")) {
				t.Fatalf("%q: %v", s, err)
			}
		}
	})
}

func TestOtherProgramsAreNotRun(t *testing.T) {
	noNetwork(t)
	for _, test := range []struct{ name, more, why, place string }{
		{"helm", "helmCharts:\n- {name: x, repo: 'oci://host.example'}\n", "helm", "overlay/kustomization.yaml:3"},
		{"old helm", "helmChartInflationGenerator:\n- chartName: x\n", "helm", "overlay/kustomization.yaml:3"},
		{"an exec plugin", "generators:\n- gen.yaml\n", "plugin", "overlay/kustomization.yaml:3"},
		{"a function", "transformers:\n- fn.yaml\n", "plugin", "overlay/kustomization.yaml:3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := small(test.more)
			files["overlay/gen.yaml"] = "apiVersion: example.com/v1\nkind: Generator\nmetadata: {name: x}\n"
			files["overlay/fn.yaml"] = "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      container: {image: host.example/fn}\n"
			_, err := (&Renderer{}).Render(t.Context(), repository(files), nil, "overlay", nil)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != NotRendered || p.Arg("why") != test.why || p.Place.String() != test.place {
				t.Fatalf("%v", err)
			}
		})
	}
}

func TestWhatDoesNotBuild(t *testing.T) {
	for _, test := range []struct {
		name, more string
		files      map[string]string // "": removed
		place      string
		reason     string // a part
	}{
		{"no such resource", "components:\n- ../missing\n", nil, "overlay/kustomization.yaml:4:3", "no-such-file"},
		{"no such config file", "", map[string]string{"overlay/config.yaml": ""}, "overlay/kustomization.yaml:2:49", "no-such-file"},
		{"no kustomization", "", map[string]string{"overlay/kustomization.yaml": ""}, "overlay", "unable to find one of 'kustomization.yaml'"},
		{"two kustomizations", "", map[string]string{"overlay/Kustomization": "resources: [../base]\n"}, "overlay", "Found multiple kustomization files under: overlay"},
		{"not YAML", "a: [\n", nil, "overlay/kustomization.yaml:3:4", "invalid Kustomization"},
		{"unknown field", "nonsense: 1\n", nil, "overlay", `unknown field "nonsense"`},
		{"a broken resource", "", map[string]string{"base/api.yaml": "apiVersion: v1\nkind: [\n"}, "base/api.yaml:2:7", "yaml"},
		{"a broken patch", "patches: [{path: p.yaml}]\n", map[string]string{"overlay/p.yaml": "- op: nonsense\n  path: /x\n"}, "overlay/p.yaml", "JSON patch"},
		{"a patch for nothing", "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: x}}'}]\n", nil, "overlay/kustomization.yaml", "no resource matches strategic merge patch"},
		{"a cycle", "", map[string]string{"base/kustomization.yaml": "resources: [../overlay]\n"}, "", "cycle"},
		{"a file above its kustomization", "secretGenerator: [{name: s, files: [../base/api.yaml]}]\n", nil, "", "security; file"},
		{"out of the repository", "components: [../../x]\n", nil, "overlay/kustomization.yaml", "outside the repository"},
		{"no name", "", map[string]string{"base/api.yaml": "apiVersion: v1\nkind: Pod\n"}, "base/api.yaml", "missing metadata.name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := small(test.more)
			for name, s := range test.files {
				files[name] = s
				if s == "" {
					delete(files, name)
				}
			}
			_, err := (&Renderer{}).Render(t.Context(), repository(files), nil, "overlay", nil)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != DoesNotBuild || p.Arg("overlay") != "overlay" {
				t.Fatalf("%v", err)
			}
			if test.place != "" && p.Place.String() != test.place || !strings.Contains(p.Arg("reason"), test.reason) {
				t.Errorf("%s: %s", p.Place, p.Arg("reason"))
			}
			if strings.Contains(p.Error(), mount) || strings.Contains(p.Arg("reason"), "\n") {
				t.Errorf("not fit to show: %s", p)
			}
		})
	}
}

// TestFailuresShowNoSecrets: kustomize prints whole generators, patches and
// objects into some of its errors.
func TestFailuresShowNoSecrets(t *testing.T) {
	const secret = "correct-horse-battery"
	for name, more := range map[string]string{
		"a generator":  "secretGenerator: [{name: s, literals: [password=" + secret + ", =x]}]\n",
		"a repetition": "secretGenerator: [{name: s, literals: [a=" + secret + ", a=" + secret + "]}]\n",
		"a patch":      "patches: [{patch: 'a: " + secret + "\n\n  - b'}]\n",
		"two patches":  "patches: [{target: {kind: X}, patch: \"apiVersion: v1\\nkind: Secret\\nmetadata: {name: a}\\nstringData: {p: " + secret + "}\\n---\\napiVersion: v1\\nkind: Secret\\nmetadata: {name: b}\\n\"}]\n",
		"both":         "patches: [{path: x, patch: 'p: " + secret + "'}]\n",
	} {
		_, err := (&Renderer{}).Render(t.Context(), repository(small(more)), nil, "overlay", nil)
		if !errors.Is(err, &problem.Problem{Code: DoesNotBuild}) {
			t.Errorf("%s: %v", name, err)
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestChangesLieOverTheRepository(t *testing.T) {
	fsys := repository(small(""))
	over := map[string][]byte{
		"base/api.yaml":           nil,
		"base/deep/down/new.yaml": []byte("apiVersion: v1\nkind: Service\nmetadata: {name: new}\n"),
		"base/kustomization.yaml": []byte("resources: [deep/down/new.yaml]\n"),
		"overlay/config.yaml":     {}, // empty, not removed
	}
	got := render(t, &Renderer{}, fsys, over, "overlay")
	if list := names(got); len(list) != 2 || list[0] != "Service/new" {
		t.Errorf("%q", list)
	}
	if d := differ(render(t, &Renderer{whole: true}, fsys, over, "overlay"), got); d != "" {
		t.Error(d)
	}
}

func TestSymbolicLinks(t *testing.T) {
	if os.Getuid() < 0 {
		t.Skip("no links here")
	}
	dir := t.TempDir()
	write := func(name, s string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(s), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range small("") {
		write("repo/"+name, s)
	}
	write("outside.yaml", "port: 99\n")
	write("repo/shared/config.yaml", "port: 90\n")
	link("base", "repo/linked-base")
	link("overlay", "repo/linked-overlay")
	write("repo/overlay/kustomization.yaml", "resources: [../linked-base]\nconfigMapGenerator: [{name: api-config, files: [config.yaml]}]\n")
	root, err := os.OpenRoot(filepath.Join(dir, "repo"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	disk := render(t, &Renderer{}, root.FS(), nil, "overlay")
	if d := differ(disk, render(t, &Renderer{}, root.FS(), nil, "linked-overlay")); d != "" || len(disk.Objects) != 2 {
		t.Error(d, len(disk.Objects))
	}
	write("repo/inside.yaml", "")
	for target, part := range map[string]string{
		"real.yaml":                          "", // inside the overlay
		"../shared/config.yaml":              "security; file",
		"../../outside.yaml":                 "outside the repository",
		filepath.Join(dir, "outside.yaml"):   "outside the repository",
		"config.yaml":                        "too many links",
		"../../../../../../../../etc/passwd": "outside the repository",
	} {
		write("repo/overlay/real.yaml", "port: 80\n")
		if err := os.Remove(filepath.Join(dir, "repo/overlay/config.yaml")); err != nil {
			t.Fatal(err)
		}
		link(target, "repo/overlay/config.yaml")
		r, err := (&Renderer{}).Render(t.Context(), root.FS(), nil, "overlay", nil)
		if (err == nil) != (part == "") || err != nil && !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v", target, err)
		}
		if err == nil && differ(disk, r) != "" {
			t.Errorf("%s: %s", target, differ(disk, r))
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	fsys := counting{repository(small("")), func() {
		if seen++; seen == 3 {
			cancel()
		}
	}}
	for _, r := range []*Renderer{{}, {whole: true}} {
		if _, err := r.Render(ctx, fsys, nil, "overlay", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
	library.Lock() // another render is at work: who waits for it can be interrupted
	defer library.Unlock()
	ctx, cancel = context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := (&Renderer{}).Render(ctx, repository(small("")), nil, "overlay", nil)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// counting tells of each file that is opened.
type counting struct {
	fstest.MapFS
	opened func()
}

func (c counting) Open(name string) (fs.File, error)    { c.opened(); return c.MapFS.Open(name) }
func (c counting) ReadFile(name string) ([]byte, error) { c.opened(); return c.MapFS.ReadFile(name) }

func TestTheSchemaOfOneRenderIsNotThatOfTheNext(t *testing.T) {
	files := small("openapi: {path: schema.json}\n")
	files["overlay/schema.json"] = `{"definitions": {"x": {"properties": {"spec": {"properties": {"list": {"x-kubernetes-patch-merge-key": "k", "x-kubernetes-patch-strategy": "merge", "type": "array", "items": {"type": "object"}}}}},
		"x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Thing", "version": "v1"}]}}}`
	const thing = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {list: [{k: a, v: 1}]}\n"
	const patch = "patches: [{patch: '{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, spec: {list: [{k: b, v: 2}]}}'}]\n"
	files["base/api.yaml"] = thing
	files["overlay/kustomization.yaml"] += patch
	plain := small(patch)
	plain["base/api.yaml"] = thing
	first := render(t, &Renderer{}, repository(plain), nil, "overlay")
	own := render(t, &Renderer{}, repository(files), nil, "overlay")
	if differ(first, own) == "" {
		t.Fatal("the schema has no effect")
	}
	if d := differ(first, render(t, &Renderer{}, repository(plain), nil, "overlay")); d != "" {
		t.Error("the schema stayed:", d)
	}
}

func TestProgress(t *testing.T) {
	var events []progress.Event
	_, err := (&Renderer{}).Render(t.Context(), repository(small("")), nil, "overlay", func(e progress.Event) { events = append(events, e) })
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if last.Stage != progress.Render || last.Subject != "overlay" || last.Done != last.Total || last.Total < 4 {
		t.Errorf("%+v", events)
	}
}

func TestNothingIsSaid(t *testing.T) {
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stderr
	os.Stderr = out
	defer func() { os.Stderr = was }()
	render(t, &Renderer{}, repository(small("commonLabels: {a: b}\nimageTags: [{name: api, newTag: v1}]\npatchesStrategicMerge: []\n")), nil, "overlay")
	if os.Stderr != out {
		t.Error("standard error is another one now")
	}
	if st, _ := out.Stat(); st.Size() > 0 {
		t.Errorf("%d bytes were written", st.Size())
	}
}

func TestCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "renders")
	fsys := repository(small("images: [{name: api, newTag: v1}]\n"))
	first := render(t, &Renderer{Cache: &Cache{dir}}, fsys, nil, "overlay")
	next := func(over map[string][]byte) *Rendered {
		return render(t, &Renderer{Cache: &Cache{dir}}, fsys, over, "overlay")
	}
	if again := next(nil); again.How != Known || differ(first, again) != "" {
		t.Error(again.How, differ(first, again))
	}
	for name, want := range map[string]How{"overlay/config.yaml": Known, "base/api.yaml": Reduced} {
		over := map[string][]byte{name: append([]byte(contentOf(t, fsys, name)), "# changed\n"...)}
		if got := next(over); got.How != want {
			t.Errorf("%s changed: %s", name, got.How)
		}
		next(nil) // as it was
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	st, err := list[0].Info()
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	b, err := os.ReadFile(filepath.Join(dir, list[0].Name()))
	if err != nil || strings.Contains(string(b), "port: 80") {
		t.Errorf("the cache holds a content: %v", err)
	}
	for _, junk := range []string{"", "{}", "nonsense", `{"format":"x","skeleton":{}}`, strings.Replace(string(b), "hoist skeleton 1", "hoist skeleton 0", 1)} {
		if err := os.WriteFile(filepath.Join(dir, list[0].Name()), []byte(junk), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := next(nil); got.How != Reduced || differ(first, got) != "" {
			t.Errorf("%q: %s %s", junk, got.How, differ(first, got))
		}
	}
}

func TestSecretsAreNotKept(t *testing.T) {
	for more, kept := range map[string]bool{
		"secretGenerator: [{name: s, files: [config.yaml]}]\n":                  true,
		"secretGenerator: [{name: s, literals: [a=b]}]\n":                       false,
		"secretGenerator: [{name: s, literals: [a=b], files: [config.yaml]}]\n": false,
		"resources: [../base, s.yaml]\n":                                        false,
	} {
		dir := t.TempDir()
		files := small("")
		files["overlay/s.yaml"] = "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData: {a: b}\n"
		if strings.HasPrefix(more, "resources") {
			files["overlay/kustomization.yaml"] = more
		} else {
			files["overlay/kustomization.yaml"] += more
		}
		render(t, &Renderer{Cache: &Cache{dir}}, repository(files), nil, "overlay")
		list, err := os.ReadDir(dir)
		if err != nil || (len(list) == 1) != kept {
			t.Errorf("%s: kept %d, %v", more, len(list), err)
		}
	}
}
