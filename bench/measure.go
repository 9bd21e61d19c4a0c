//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// command is one process, without a shell.
type command []string

// contender is one thing that is measured: all its processes, one after the
// other.
type contender struct {
	name     string
	commands []command
	rounds   int    // of the rounds, this many; slow ones get fewer
	absent   string // why it cannot run; it gets a row that says so
	samples  []sample
}

// sample is what one run cost: all processes and the children they waited for.
type sample struct {
	cpu, wall time.Duration
	peak      int64 // bytes; of the largest process
}

// run runs the commands. Exit status 1 means "there are differences" to all of
// them; anything above is an error.
func run(commands []command) (sample, error) {
	var s sample
	begin := time.Now()
	for _, c := range commands {
		cmd := exec.Command(c[0], c[1:]...)
		var talk bytes.Buffer
		cmd.Stderr = &limited{w: &talk, left: 2000}
		err := cmd.Run()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 || cmd.ProcessState.ExitCode() < 0 {
			return s, fmt.Errorf("%v: %w\n%s", c, err, talk.String())
		}
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		s.cpu += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		s.peak = max(s.peak, peakBytes(int64(usage.Maxrss)))
	}
	s.wall = time.Since(begin)
	return s, nil
}

// peakBytes knows that ru_maxrss is in KiB except on Darwin.
func peakBytes(maxrss int64) int64 {
	if runtime.GOOS == "darwin" {
		return maxrss
	}
	return maxrss << 10
}

// limited keeps the first bytes and drops the rest.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if _, err := l.w.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// interleave measures A B C A B C …, so that a machine that gets slower gets
// slower for all. Each is run once before, uncounted.
func interleave(all []*contender, rounds int, progress io.Writer) error {
	for round := -1; round < rounds; round++ {
		fmt.Fprintf(progress, "\rround %d of %d ", max(round+1, 0), rounds)
		for _, c := range all {
			if c.absent != "" || round >= c.rounds {
				continue
			}
			if round < 0 && len(c.commands) > 10 {
				continue // its first process warms up its others
			}
			s, err := run(c.commands)
			if err != nil {
				fmt.Fprintln(progress)
				return err
			}
			if round >= 0 {
				c.samples = append(c.samples, s)
			}
		}
	}
	fmt.Fprint(progress, "\r                    \r")
	return nil
}

// median is the middle of what of takes from the samples; of an even number the
// lower one.
func median[T int64 | time.Duration](samples []sample, of func(sample) T) T {
	values := make([]T, 0, len(samples))
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
