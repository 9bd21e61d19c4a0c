package gitrepo

import (
	"context"
	"strings"
)

// Grep are the text files of a commit that hold a fixed text, sorted.
func (r *Repo) Grep(ctx context.Context, rev, text string) ([]string, error) {
	out, err := r.run(ctx, "grep", "-I", "-l", "-z", "--no-color", "--full-name", "--fixed-strings", "-e", text, rev, "--")
	if exitStatus(err) == 1 {
		return nil, nil
	}
	var names []string
	for n := range strings.SplitSeq(string(out), "\x00") {
		if n != "" {
			names = append(names, strings.TrimPrefix(n, rev+":"))
		}
	}
	return names, err
}
