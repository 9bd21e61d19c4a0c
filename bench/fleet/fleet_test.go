package fleet

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/bench/oracle"
)

func write(t *testing.T, o Options) (string, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

func configs(t *testing.T, dir, service string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, env := range Environments() {
		data, err := os.ReadFile(filepath.Join(dir, ConfigPath(env, service)))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

// TestTruthIsTrue holds every planted difference, and every count, to what
// go-yaml reads from the files.
func TestTruthIsTrue(t *testing.T) {
	for _, o := range []Options{
		{Services: 60},
		{Services: 40, Seed: 1, Drift: 1, Noise: 1},
		{Services: 40, Seed: 110, Drift: 1, Noise: 1, Violations: 0.1, CRLF: true, BOM: true, NoFinalNewline: true, Anchors: true},
		{Services: 30, Seed: 3, Drift: -1, Noise: -1},
	} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			dir, truth := write(t, o)
			want := map[string]Difference{}
			for _, d := range truth.Differences {
				want[d.Service+" "+d.Path] = d
			}
			if len(want) != len(truth.Differences) {
				t.Error("a path stands twice in the truth")
			}
			for _, s := range truth.Services {
				checkService(t, s, configs(t, dir, s), truth.ByService[s], want)
			}
			for id := range want {
				t.Errorf("%s is planted and equal everywhere", id)
			}
			sum := Counts{}
			for _, c := range truth.ByService {
				sum = Counts{sum.Same + c.Same, sum.Different + c.Different, sum.Expected + c.Expected,
					sum.Missing + c.Missing, sum.Pending + c.Pending, sum.Violation + c.Violation}
			}
			if sum != truth.Counts {
				t.Errorf("services add up to %+v, not %+v", sum, truth.Counts)
			}
		})
	}
}

func checkService(t *testing.T, service string, texts [][]byte, counts Counts, want map[string]Difference) {
	t.Helper()
	leaves, err := oracle.Compare(texts...)
	if err != nil {
		t.Fatalf("%s: %v", service, err)
	}
	same := 0
	for _, l := range leaves {
		id := service + " " + l.Path
		d, planted := want[id]
		delete(want, id)
		switch {
		case !planted && l.Kind == oracle.Same:
			same++
		case !planted:
			t.Errorf("%s is %s and was not planted: %v", id, l.Kind, l.Values)
		default:
			checkStatus(t, d, l)
		}
	}
	if same != counts.Same {
		t.Errorf("%s: %d leaves are the same, the truth says %d", service, same, counts.Same)
	}
}

func checkStatus(t *testing.T, d Difference, l oracle.Leaf) {
	t.Helper()
	kinds := map[string][]oracle.Kind{
		different: {oracle.Different}, missing: {oracle.Missing}, expected: {oracle.Different},
		// What waits for a person may differ elsewhere too.
		pending: {oracle.Missing, oracle.Different}, violation: {oracle.Different, oracle.Missing},
	}
	if !slices.Contains(kinds[d.Status], l.Kind) {
		t.Errorf("%s %s: planted as %s, is %s: %v", d.Service, d.Path, d.Status, l.Kind, l.Values)
	}
	if d.Status == pending && !slices.Contains(l.Present, false) {
		t.Errorf("%s %s is pending and stands everywhere", d.Service, d.Path)
	}
	if types := typesOf(l); d.Kind == "type" && len(types) < 2 {
		t.Errorf("%s %s: planted as another type, has %v", d.Service, d.Path, types)
	}
	if under(d.Path) != (d.Status == expected || d.Status == pending || d.Status == violation && d.Path != "leftover") {
		t.Errorf("%s %s is %s, and under a rule: %t", d.Service, d.Path, d.Status, under(d.Path))
	}
}

func typesOf(l oracle.Leaf) map[reflect.Type]bool {
	types := map[reflect.Type]bool{}
	for i, v := range l.Values {
		if l.Present[i] {
			types[reflect.TypeOf(v)] = true
		}
	}
	return types
}

// under reports whether a rule of hoistYAML speaks of a path: elements are
// skipped, and * is one key.
func under(path string) bool {
	var rules struct{ Allow []struct{ Keys []string } }
	if err := yaml.Unmarshal([]byte(hoistYAML), &rules); err != nil {
		panic(err)
	}
	path = regexp.MustCompile(`\.\[[^]]*\]`).ReplaceAllString(path, "")
	for _, r := range rules.Allow {
		for _, k := range r.Keys {
			if regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(k), `\*`, `[^.]+`) + "$").MatchString(path) {
				return true
			}
		}
	}
	return false
}

// TestEverythingIsPlanted: a fleet that lost a kind of drift, or a kind of
// noise, would let tests pass that prove nothing.
func TestEverythingIsPlanted(t *testing.T) {
	dir, truth := write(t, Options{Services: 300, Violations: 0.05, CRLF: true, BOM: true, NoFinalNewline: true, Anchors: true})
	kinds, drifting := map[string]int{}, map[string]bool{}
	for _, d := range truth.Differences {
		kinds[d.Status+" "+d.Kind]++
		if d.Status != expected && d.Status != violation {
			drifting[d.Service] = true
		}
	}
	for _, k := range []string{"different value", "different type", "different null", "different list", "different shape", "missing key", "missing element",
		"pending element", "pending key", "expected rule", "violation rule"} {
		if kinds[k] < 3 {
			t.Errorf("%d of %s", kinds[k], k)
		}
	}
	if n := len(drifting); n < 85 || n > 95 {
		t.Errorf("%d of 300 services drift, want 30%%", n)
	}
	if len(truth.Images) < 100 {
		t.Errorf("%d images differ", len(truth.Images))
	}
	spellings := map[string]int{}
	lines, files := 0, 0
	for _, s := range truth.Services {
		for _, data := range configs(t, dir, s) {
			n := bytes.Count(data, []byte("\n"))
			lines, files = lines+n, files+1
			if n < 150 || n > 420 {
				t.Errorf("%s has %d lines", s, n)
			}
			for name, has := range map[string]bool{
				"crlf": bytes.Contains(data, []byte("\r\n")), "bom": bytes.HasPrefix(data, []byte("\ufeff")),
				"cut": !bytes.HasSuffix(data, []byte("\n")), "merge": bytes.Contains(data, []byte("<<: *")),
				"literal": bytes.Contains(data, []byte(": |")), "folded": bytes.Contains(data, []byte(": >-")),
				"dash": bytes.Contains(data, []byte("\nroutes:\n- ")), "indent 4": bytes.Contains(data, []byte("\n    address:")),
				"chinese": bytes.Contains(data, []byte("服务器")), "plain": !bytes.ContainsAny(data, "#"),
			} {
				if has {
					spellings[name]++
				}
			}
		}
	}
	for _, name := range []string{"crlf", "bom", "cut", "merge", "literal", "folded", "dash", "indent 4", "chinese", "plain"} {
		if spellings[name] < 5 {
			t.Errorf("%d files with %s", spellings[name], name)
		}
	}
	if mean := lines / files; mean < 230 || mean > 290 {
		t.Errorf("%d lines a file on average", mean)
	}
}

func TestSameOptionsSameBytes(t *testing.T) {
	o := Options{Services: 12, Drift: 0.5, Noise: 0.5, Anchors: true, CRLF: true}
	one, truth1 := write(t, o)
	two, truth2 := write(t, o)
	if !reflect.DeepEqual(truth1, truth2) {
		t.Error("two truths")
	}
	if !maps.Equal(tree(t, one), tree(t, two)) {
		t.Error("two fleets")
	}
	o.Seed = 8
	other, _ := write(t, o)
	if maps.Equal(tree(t, one), tree(t, other)) {
		t.Error("another seed changes nothing")
	}
}

// TestServicesStandAlone: a bigger fleet begins with the smaller one.
func TestServicesStandAlone(t *testing.T) {
	small, truth := write(t, Options{Services: 5, Drift: 1})
	big, _ := write(t, Options{Services: 40, Drift: 1})
	for _, s := range truth.Services {
		if !reflect.DeepEqual(configs(t, small, s), configs(t, big, s)) {
			t.Errorf("%s depends on how many services there are", s)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for i := range 3000 {
		if n := serviceName(i); seen[n] {
			t.Fatalf("two services are called %s", n)
		} else {
			seen[n] = true
		}
	}
}

// TestRepository: the files around the configs are what kustomize and hoist read.
func TestRepository(t *testing.T) {
	dir, truth := write(t, Options{Services: 20})
	for name, data := range tree(t, dir) {
		var v map[string]any
		if err := yaml.Unmarshal([]byte(data), &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var k struct {
		Images []struct{ Name string }
	}
	if err := yaml.Unmarshal([]byte(tree(t, dir)[overlay("prod")+"/kustomization.yaml"]), &k); err != nil {
		t.Fatal(err)
	}
	if len(k.Images) != len(truth.Services) {
		t.Errorf("%d images for %d services", len(k.Images), len(truth.Services))
	}
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
