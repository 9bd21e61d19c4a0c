//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// renderTask is a fleet into which a promotion was written, to be verified.
type renderTask struct {
	dir string
}

func newRenderTask(o options, work string, services int) (*renderTask, error) {
	t := &renderTask{dir: filepath.Join(work, fmt.Sprintf("render-%d", services))}
	if _, err := makeFleet(work, t.dir, services); err != nil {
		return nil, err
	}
	if err := (&imageTask{dir: t.dir}).commit(); err != nil {
		return nil, err
	}
	out, err := exec.Command(o.hoist, "sync", "--all", "--from", "ci", "--to", "staging", "--images", "*", "--yes", "-C", t.dir).CombinedOutput()
	if exit := exitOf(err); exit != 0 && exit != 1 {
		return nil, fmt.Errorf("hoist sync: %w\n%s", err, out)
	}
	return t, nil
}

// forget makes hoist render anew.
func (t *renderTask) forget() error {
	return os.RemoveAll(filepath.Join(t.dir, ".git", "hoist", "rendered"))
}

// contenders: a verify renders an overlay twice, as it was and as it is.
func (t *renderTask) contenders(o options) []*contender {
	verify := []command{{o.hoist, "verify", "-C", t.dir}}
	build := []command{{o.kustomize, "build", filepath.Join(t.dir, "kubernetes", "overlays", "aws-staging")}}
	return []*contender{
		{name: "kustomize build, once", commands: build, rounds: min(o.slow, o.rounds), absent: missing(o.kustomize), slow: true},
		{name: "hoist verify, before and after", commands: verify, rounds: min(o.slow, o.rounds), prepare: t.forget, slow: true},
		{name: "hoist verify, once more", commands: verify, rounds: o.rounds},
	}
}
