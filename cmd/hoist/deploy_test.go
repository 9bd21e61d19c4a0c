//go:build unix

package main

import (
	"strings"
	"testing"
)

// out runs hoist to its end, without a terminal.
func (s *shop) out(args ...string) (stdout, stderr string, status int) {
	s.t.Helper()
	c := s.command(args...)
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	status = exit(c.Run())
	return out.String(), errs.String(), status
}

func TestDeployStatus(t *testing.T) {
	s := openShop(t, t.TempDir(), shopOptions{})
	s.change("prod", "newUserGrant: 100", "newUserGrant: 200")
	stdout, stderr, status := s.out("deploy", "status")
	t.Log(stdout, stderr, status)
	stdout, stderr, status = s.out("deploy", "diff", "prod")
	t.Log(stdout, stderr, status)
	stdout, stderr, status = s.out("deploy", "sync", "prod")
	t.Log(stdout, stderr, status)
	s.change("staging", "newUserGrant: 100", "newUserGrant: 200")
	stdout, stderr, status = s.out("deploy", "sync", "staging")
	t.Log(stdout, stderr, status)
	stdout, stderr, status = s.out("deploy", "sync", "staging", "--prune")
	t.Log(stdout, stderr, status)
}
