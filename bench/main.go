//go:build unix

// Command bench measures hoist against reading the same files, parsing them,
// and the tools people use for the same work today: `make bench`.
//
// It first asks hoist for its answer and holds it to the truth about the fleet,
// and what each tool writes to what was wanted: how fast a wrong answer comes is
// no figure.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"hoist.example/hoist/bench/fleet"
)

type options struct {
	services, rounds, slow     int
	hoist, dyff, yq, kustomize string
}

func main() {
	var o options
	flag.IntVar(&o.services, "n", 300, "services of the fleet, in three environments")
	flag.IntVar(&o.rounds, "rounds", 11, "rounds; each runs every contender once")
	flag.IntVar(&o.slow, "slow-rounds", 3, "rounds of what takes long: dyff on the whole fleet, kustomize build")
	flag.StringVar(&o.hoist, "hoist", "bin/hoist", "the hoist to measure")
	flag.StringVar(&o.dyff, "dyff", "bin/dyff", "the dyff to compare it with")
	flag.StringVar(&o.yq, "yq", "bin/yq", "the yq to compare it with")
	flag.StringVar(&o.kustomize, "kustomize", "bin/kustomize", "the kustomize to compare it with")
	flag.Parse()
	if err := bench(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(o options) error {
	work, err := os.MkdirTemp("", "hoist-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	dir := filepath.Join(work, "fleet")
	truth, err := makeFleet(work, dir, o.services)
	if err != nil {
		return err
	}
	for _, peer := range []string{"read", "yamlv4"} {
		if err := goBuild(filepath.Join(work, peer), "./bench/peers/"+peer); err != nil {
			return err
		}
	}
	for _, tool := range []*string{&o.hoist, &o.dyff, &o.yq, &o.kustomize} {
		if *tool, err = filepath.Abs(*tool); err != nil {
			return err
		}
	}
	if err := checkAnswer(o.hoist, dir, truth); err != nil {
		return err
	}
	tables, err := everything(o, work, dir, truth)
	if err != nil {
		return err
	}
	floor := &contender{name: "true", commands: []command{{"true"}}, rounds: o.rounds}
	all := []*contender{floor}
	for _, t := range tables {
		all = append(all, t.rows...)
	}
	if err := interleave(all, o.rounds, os.Stderr); err != nil {
		return err
	}
	return report(o, truth, floor, tables)
}

// titled is one table.
type titled struct {
	title string
	rows  []*contender
}

func everything(o options, work, dir string, truth fleet.Truth) ([]titled, error) {
	fleetRows, oneRows, startRows := contenders(o, work, dir, truth.Services)
	images, err := newImageTask(work, o.services)
	if err != nil {
		return nil, err
	}
	out := []titled{
		{"the whole fleet", fleetRows}, {"one service", oneRows}, {"start-up", startRows},
		{fmt.Sprintf("%d image tags from ci to staging", len(images.want)), images.contenders(o)},
	}
	for _, n := range []int{20, 100, 300} {
		t, err := newRenderTask(o, work, n)
		if err != nil {
			return nil, err
		}
		out = append(out, titled{fmt.Sprintf("rendering staging, %d services", n), t.contenders(o)})
	}
	return out, nil
}

// missing says why a tool has no figures; "" where it is there.
func missing(tool string) string {
	if _, err := exec.LookPath(tool); err != nil {
		return "make bench could not build it"
	}
	return ""
}

// exitOf is the exit status of what Run returned.
func exitOf(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// makeFleet writes it in another process: the peak memory of a child is never
// seen below that of the process that started it, so this one stays small.
func makeFleet(work, dir string, services int) (truth fleet.Truth, err error) {
	maker := filepath.Join(work, "makefleet")
	if err := goBuild(maker, "./bench/fleet/cmd"); err != nil {
		return truth, err
	}
	out, err := exec.Command(maker, "-n", fmt.Sprint(services), "-out", dir, "-truth").Output()
	if err != nil {
		return truth, fmt.Errorf("making the fleet: %w", err)
	}
	return truth, json.Unmarshal(out, &truth)
}

func goBuild(out, pkg string) error {
	cmd := exec.Command("go", "build", "-o", out, pkg)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building %s: %w", pkg, err)
	}
	return nil
}

// checkAnswer holds hoist's JSON to the truth, leaf by leaf.
func checkAnswer(hoist, dir string, truth fleet.Truth) error {
	out, err := exec.Command(hoist, "diff", "--all", "--diff-only", "-o", "json", "-C", dir).Output()
	if exit := exitOf(err); exit != 0 && exit != 1 {
		return fmt.Errorf("%s diff --all -o json: %w", hoist, err)
	}
	wrong, err := judge(out, truth)
	if err != nil {
		return fmt.Errorf("hoist's answer: %w", err)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("hoist's answer is not the truth in %d places, for example\n  %s", len(wrong), strings.Join(wrong[:min(len(wrong), 10)], "\n  "))
	}
	return nil
}

// judge compares the JSON of hoist diff --diff-only with what was planted, and
// returns a line for everything that is not the same.
func judge(answer []byte, truth fleet.Truth) (wrong []string, err error) {
	var a struct {
		Counts   fleet.Counts
		Services []struct {
			Name string
			Keys []struct{ Path, Status string }
		}
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	got := map[string]string{}
	for _, s := range a.Services {
		for _, k := range s.Keys {
			got[s.Name+" "+k.Path] = k.Status
		}
	}
	for _, d := range truth.Differences {
		id := d.Service + " " + d.Path
		if got[id] != d.Status {
			wrong = append(wrong, fmt.Sprintf("%s: %q, planted as %s", id, got[id], d.Status))
		}
		delete(got, id)
	}
	for id, status := range got {
		wrong = append(wrong, fmt.Sprintf("%s: %s, and nothing is planted there", id, status))
	}
	if a.Counts != truth.Counts {
		wrong = append(wrong, fmt.Sprintf("counts %+v, planted %+v", a.Counts, truth.Counts))
	}
	slices.Sort(wrong)
	return wrong, nil
}

func contenders(o options, work, dir string, services []string) (all, one, start []*contender) {
	dyff, absent := o.dyff, missing(o.dyff)
	all = []*contender{
		{name: "hoist diff --all", commands: []command{{o.hoist, "diff", "--all", "-C", dir}}, rounds: o.rounds},
		{name: "read only", commands: []command{{filepath.Join(work, "read"), dir}}, rounds: o.rounds},
		{name: "read and parse, go.yaml.in/yaml/v4", commands: []command{{filepath.Join(work, "yamlv4"), dir}}, rounds: o.rounds},
		{name: "dyff, a process a pair", commands: dyffPairs(dyff, dir, services), rounds: min(o.slow, o.rounds), absent: absent},
	}
	s := services[len(services)/2]
	one = []*contender{
		{name: "hoist diff " + s, commands: []command{{o.hoist, "diff", s, "-C", dir}}, rounds: o.rounds},
		{name: "dyff, two processes", commands: dyffPairs(dyff, dir, []string{s}), rounds: o.rounds, absent: absent},
	}
	start = []*contender{{name: "hoist version", commands: []command{{o.hoist, "version"}}, rounds: o.rounds}}
	return all, one, start
}

// dyffPairs compares ci with staging and ci with production, which is how a tool
// for two files is used on three; the expected differences are left out.
func dyffPairs(dyff, dir string, services []string) (out []command) {
	allowed := []string{`server\.publicUrl`, `oauth\..*redirectUri`, `database\..*link`, `mongodb\..*uri`, `rabbitmq\..*url`, `redis\..*address`,
		`storage\.bucket`, `stripe\.`, `stripePriceId`, `redirectEnabled`}
	for _, s := range services {
		for _, env := range fleet.Environments()[1:] {
			out = append(out, command{dyff, "between", "--set-exit-code", "--omit-header", "--color", "off",
				"--exclude-regexp", strings.Join(allowed, "|"),
				filepath.Join(dir, fleet.ConfigPath("ci", s)), filepath.Join(dir, fleet.ConfigPath(env, s))})
		}
	}
	return out
}

func report(o options, truth fleet.Truth, floor *contender, tables []titled) error {
	fmt.Printf("hoist against its peers: %d services in 3 environments, %d files; %d processors, %s %s/%s\n",
		o.services, o.services*3, runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Printf("peers: %s, %s, %s, %s\n", pinned(".", "go.yaml.in/yaml/v4"), pinned("tools", "github.com/homeport/dyff"),
		pinned("tools", "github.com/mikefarah/yq/v4"), pinned("tools", "sigs.k8s.io/kustomize/kustomize/v5"))
	fmt.Printf("planted and found by hoist: %d different, %d missing, %d pending, %d violations, %d expected; %d the same\n",
		truth.Counts.Different, truth.Counts.Missing, truth.Counts.Pending, truth.Counts.Violation, truth.Counts.Expected, truth.Counts.Same)
	var err error
	for _, t := range tables {
		err = errors.Join(err, table(os.Stdout, t.title, t.rows))
	}
	fmt.Printf(`
Same files for all, warm cache, whole processes from start to exit, output thrown away, measured in turn in one run.
cpu is user and system time of all processes; figures are medians; a ratio is to the first row of its table. dyff
compares two files at a time, so it starts two processes a service, and knows no third environment and no rules;
its expected differences are excluded by pattern. Lines of an images row are what git diff --numstat counts then: of
each tag one goes and one comes. kustomize is given the tags on its command line, yq and hoist read them from ci's
file; hoist plans, proves, and writes so that it can be undone. A verify renders the overlay as it was and as it is;
"once more" finds in hoist's state what no promotion changes. Peaks are of the largest process; that of true is %.1f MiB, because
a child is seen as large as what started it was.
`, float64(median(floor.samples, peakOf))/(1<<20))
	return err
}

// pinned is a module and the version that a go.mod has of it.
func pinned(dir, module string) string {
	out, err := exec.Command("go", "-C", dir, "list", "-m", module).Output()
	if err != nil {
		return module + " of unknown version"
	}
	return strings.TrimSpace(string(out))
}
