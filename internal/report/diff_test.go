package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/problem"
)

// clean is a service in which nothing needs attention.
func clean(t *testing.T) *compare.Service {
	src := "server: {port: 8080}\nlog: info\n"
	return newSide(t, "simplex-gateway", overlayPaths("gateway/config.yaml"), []string{src, src, src}).service(envs, func(*compare.Key) {})
}

// lost is a service that prod does not have.
func lost(t *testing.T) *compare.Service {
	src := "server: {port: 8080}\nlog: %s\n"
	s := newSide(t, "simplex-beta", overlayPaths("beta/config.yaml"), []string{fmt.Sprintf(src, "debug"), fmt.Sprintf(src, "info"), ""}).service(envs, func(*compare.Key) {})
	s.OnlyIn = []string{"ci", "staging"}
	return s
}

// broken is a service whose file in staging cannot be read.
func broken(t *testing.T) *compare.Service {
	s := newSide(t, "simplex-cron", overlayPaths("cron/config.yaml"), []string{"a: 1\n", "", "a: 2\n"})
	out := s.service(envs, func(k *compare.Key) { k.Status = compare.Different })
	out.Problems = problem.List{problem.New(problem.Code{Name: "undefined-alias", Class: problem.Wrong},
		problem.Place{File: s.paths[1], Line: 7, Column: 3}, "name", "base")}
	return out
}

func diffText_(t *testing.T, w Words, o DiffOptions, services ...*compare.Service) string {
	t.Helper()
	var b bytes.Buffer
	var total compare.Counts
	o.Services = len(services)
	d := w.DiffText(&b, envs, o)
	for _, s := range services {
		if err := d.Service(s); err != nil {
			t.Fatal(err)
		}
		total.Plus(s.Counts)
	}
	if err := d.Close(total); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDiffLooks(t *testing.T) {
	for _, lang := range Languages() {
		for _, width := range []int{60, 80, 100, 140} {
			for _, colour := range []bool{false, true} {
				if colour && width != 100 {
					continue
				}
				name := fmt.Sprintf("diff_%s_%d", lang, width)
				if colour {
					name += "_colour"
				}
				w := Words{Lang: lang, Width: width, Colour: colour, Mask: testMask()}
				got := diffText_(t, w, DiffOptions{}, example(t), clean(t), lost(t), broken(t))
				golden(t, name+".txt", []byte(got))
				checkLines(t, name, got, width)
			}
		}
	}
}

// checkLines holds a text to the laws of every output.
func checkLines(t *testing.T, name, got string, width int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for i, l := range lines {
		bare := stripped(l)
		if strings.TrimRight(bare, " ") != bare {
			t.Errorf("%s: spaces at the end of %q", name, l)
		}
		if strings.ContainsAny(bare, "\x1b\u202e\r") {
			t.Errorf("%s: control characters in %q", name, l)
		}
		if n := cells(bare); n > width && len(strings.Fields(bare)) > 3 && i+1 < len(lines) && !strings.HasPrefix(strings.TrimSpace(bare), "--set ") && !strings.Contains(bare, " | ") { // but for counts, paths and flags
			t.Errorf("%s: %d cells in a line of %d: %s", name, n, width, bare)
		}
	}
}

func diffJSON_(t *testing.T, o DiffOptions, services ...*compare.Service) []byte {
	t.Helper()
	var b bytes.Buffer
	var total compare.Counts
	d := Words{Lang: "zh", Colour: true, Mask: testMask()}.DiffJSON(&b, envs, o)
	for _, s := range services {
		if err := d.Service(s); err != nil {
			t.Fatal(err)
		}
		total.Plus(s.Counts)
	}
	if err := d.Close(total); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("no JSON: %s", b.Bytes())
	}
	return b.Bytes()
}

func TestDiffJSONLooks(t *testing.T) {
	golden(t, "diff.json", diffJSON_(t, DiffOptions{}, example(t), clean(t), lost(t), broken(t)))
	golden(t, "diff_only.json", diffJSON_(t, DiffOptions{DiffOnly: true}, example(t), clean(t)))
	golden(t, "diff_none.json", diffJSON_(t, DiffOptions{}))
}
