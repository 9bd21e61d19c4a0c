//go:build unix

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

func cpuOf(s sample) time.Duration  { return s.cpu }
func wallOf(s sample) time.Duration { return s.wall }
func peakOf(s sample) int64         { return s.peak }

// table prints one row a contender: medians, and how its CPU time compares with
// the first one's.
func table(w io.Writer, title string, all []*contender) error {
	fmt.Fprintf(w, "\n%s\n\n", title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "cpu\tmin\tmax\twall\tpeak MiB\tcpu ratio\truns\t  ")
	base := all[0]
	for _, c := range all {
		if c.absent != "" {
			fmt.Fprintf(t, "-\t-\t-\t-\t-\t-\t0\t  %s: missing, %s\n", c.name, c.absent)
			continue
		}
		low, high := c.samples[0].cpu, c.samples[0].cpu
		for _, s := range c.samples {
			low, high = min(low, s.cpu), max(high, s.cpu)
		}
		ratio := "-"
		if base.absent == "" {
			ratio = fmt.Sprintf("%.2f", float64(median(c.samples, cpuOf))/float64(median(base.samples, cpuOf)))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.1f\t%s\t%d\t  %s\n", seconds(median(c.samples, cpuOf)), seconds(low), seconds(high),
			seconds(median(c.samples, wallOf)), float64(median(c.samples, peakOf))/(1<<20), ratio, len(c.samples), strings.TrimSpace(c.name+"  "+c.note))
	}
	return t.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }
