//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// command is one process, without a shell.
type command []string

// String is its beginning: some have hundreds of arguments.
func (c command) String() string { return strings.Join(c[:min(len(c), 6)], " ") }

// contender is one thing that is measured: all its processes, one after the
// other.
type contender struct {
	name     string
	commands []command
	rounds   int    // of the rounds, this many; slow ones get fewer
	absent   string // why it cannot run; it gets a row that says so
	dir      string // where its processes work; "": here
	slow     bool   // it is not run once more to warm up
	// prepare puts back what the last run changed; inspect judges what a run made,
	// after the first one, and has something to say of it. Neither is measured.
	prepare func() error
	inspect func() (note string, err error)
	note    string
	samples []sample
}

// sample is what one run cost: all processes and the children they waited for.
type sample struct {
	cpu, wall time.Duration
	peak      int64 // bytes; of the largest process
}

// run runs the commands. Exit status 1 means "there are differences" to all of
// them; anything above is an error.
func run(dir string, commands []command) (sample, error) {
	var s sample
	begin := time.Now()
	for _, c := range commands {
		cmd := exec.Command(c[0], c[1:]...)
		cmd.Dir = dir
		var talk bytes.Buffer
		cmd.Stderr = &limited{w: &talk, left: 2000}
		err := cmd.Run()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 || cmd.ProcessState.ExitCode() < 0 {
			return s, fmt.Errorf("%s: %w\n%s", c, err, talk.String())
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
			if round < 0 && (c.slow || len(c.commands) > 10) {
				continue // its first process warms up its others
			}
			if err := c.once(round >= 0); err != nil {
				fmt.Fprintln(progress)
				return err
			}
		}
	}
	fmt.Fprint(progress, "\r                    \r")
	return nil
}

// once runs a contender and keeps the sample where it counts.
func (c *contender) once(counts bool) error {
	if c.prepare != nil {
		if err := c.prepare(); err != nil {
			return err
		}
	}
	s, err := run(c.dir, c.commands)
	if err != nil {
		return err
	}
	if counts {
		c.samples = append(c.samples, s)
	}
	if c.inspect != nil && c.note == "" {
		if c.note, err = c.inspect(); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
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
