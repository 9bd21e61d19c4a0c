//go:build unix

package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"hoist.example/hoist/bench/fleet"
)

// TestMain lets this binary be the child and the grandchild that tests measure.
func TestMain(m *testing.M) {
	switch os.Getenv("BENCH_TEST_CHILD") {
	case "parent":
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BENCH_TEST_CHILD=burn")
		if cmd.Run() != nil {
			os.Exit(3)
		}
		os.Exit(1) // differences were found
	case "burn":
		burn(100 * time.Millisecond)
		os.Exit(0)
	case "broken":
		os.Stderr.WriteString("no such directory")
		os.Exit(2)
	}
	os.Exit(m.Run())
}

// burn spends that much CPU time, however busy the machine is, and holds 64 MiB.
func burn(d time.Duration) {
	held := make([]byte, 64<<20)
	for {
		for i := range held {
			held[i]++
		}
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil || time.Duration(u.Utime.Nano()+u.Stime.Nano()) >= d {
			return
		}
	}
}

func TestRunCountsGrandchildren(t *testing.T) {
	t.Setenv("BENCH_TEST_CHILD", "parent")
	s, err := run("", []command{{os.Args[0]}, {os.Args[0]}})
	if err != nil {
		t.Fatal(err)
	}
	if s.cpu < 200*time.Millisecond || s.wall < 100*time.Millisecond {
		t.Errorf("two children whose children burn 100 ms each: %+v", s)
	}
	if s.peak < 64<<20 || s.peak > 1<<30 {
		t.Errorf("a grandchild holds 64 MiB, the peak is %d", s.peak)
	}
}

func TestRunSaysWhatFailed(t *testing.T) {
	t.Setenv("BENCH_TEST_CHILD", "broken")
	if _, err := run("", []command{{os.Args[0]}}); err == nil || !strings.Contains(err.Error(), "no such directory") {
		t.Errorf("exit 2 is an error with what was said: %v", err)
	}
	if _, err := run("", []command{{"/nowhere/hoist"}}); err == nil {
		t.Error("a program that is not there is an error")
	}
}

func TestInterleave(t *testing.T) {
	quick := &contender{name: "quick", commands: []command{{"true"}}, rounds: 4}
	slow := &contender{name: "slow", commands: []command{{"true"}}, rounds: 2}
	gone := &contender{name: "gone", commands: []command{{"/nowhere"}}, rounds: 4, absent: "not built"}
	if err := interleave([]*contender{quick, slow, gone}, 4, io.Discard); err != nil {
		t.Fatal(err)
	}
	if len(quick.samples) != 4 || len(slow.samples) != 2 || len(gone.samples) != 0 {
		t.Errorf("%d, %d and %d samples", len(quick.samples), len(slow.samples), len(gone.samples))
	}
}

func TestTableNamesWhatIsMissing(t *testing.T) {
	ms := func(n ...int64) (out []sample) {
		for _, v := range n {
			out = append(out, sample{cpu: time.Duration(v) * time.Millisecond, wall: time.Duration(v) * time.Millisecond, peak: 3 << 20})
		}
		return out
	}
	var b strings.Builder
	err := table(&b, "title", []*contender{
		{name: "hoist", samples: ms(30, 10, 20)},
		{name: "peer", samples: ms(90, 50, 40, 1000)},
		{name: "dyff", absent: "it cannot be built"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"0.020 s  0.010 s  0.030 s", "1.00     3", "0.050 s  0.040 s  1.000 s", "2.50     4", "dyff: missing, it cannot be built"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestJudge(t *testing.T) {
	truth := fleet.Truth{
		Differences: []fleet.Difference{{Service: "a", Path: "x.y", Status: "different"}, {Service: "a", Path: "z", Status: "expected"}},
		Counts:      fleet.Counts{Same: 7, Different: 1, Expected: 1},
	}
	for _, c := range []struct {
		name, keys string
		same       int
		wrong      []string
	}{
		{"right", `{"path":"x.y","status":"different"},{"path":"z","status":"expected"}`, 7, nil},
		{"another status", `{"path":"x.y","status":"missing"},{"path":"z","status":"expected"}`, 7, []string{`a x.y: "missing", planted as different`}},
		{"one lost", `{"path":"z","status":"expected"}`, 7, []string{`a x.y: "", planted as different`}},
		{"one too many", `{"path":"q","status":"different"},{"path":"x.y","status":"different"},{"path":"z","status":"expected"}`, 7,
			[]string{"a q: different, and nothing is planted there"}},
		{"counts", `{"path":"x.y","status":"different"},{"path":"z","status":"expected"}`, 6, []string{"counts "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			counts, err := json.Marshal(fleet.Counts{Same: c.same, Different: 1, Expected: 1})
			if err != nil {
				t.Fatal(err)
			}
			wrong, err := judge([]byte(`{"services":[{"name":"a","keys":[`+c.keys+`]}],"counts":`+string(counts)+`}`), truth)
			if err != nil || len(wrong) != len(c.wrong) || len(wrong) > 0 && !strings.HasPrefix(wrong[0], c.wrong[0]) {
				t.Errorf("%v, %v; want %v", wrong, err, c.wrong)
			}
		})
	}
	if _, err := judge([]byte("oops"), truth); err == nil {
		t.Error("no JSON is an error")
	}
}
