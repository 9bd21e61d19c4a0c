package gitrepo

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// Commit is one commit of the history.
type Commit struct {
	ID, Tree       string
	Parents        []string
	Author, Email  string
	When           time.Time // of the author, in the author's time zone
	Committer      string
	CommitterEmail string
	Committed      time.Time
	Message        string // whole, as it was written
}

// Subject is the message's first paragraph in one line, as git log has it.
func (c Commit) Subject() string {
	text := strings.TrimLeft(c.Message, "\n")
	text, _, _ = strings.Cut(text, "\n\n")
	return strings.Join(strings.Fields(text), " ")
}

// LogQuery says which commits.
type LogQuery struct {
	From  string   // a revision; "" is HEAD
	Not   []string // revisions: what is reachable from them is left out
	Paths []string // below the top: only commits that touch one of them; merges are then simplified, as git log does
	Grep  string   // a fixed text in the message
	Max   int      // 0: all
	// FirstParent follows only the first parent of a merge.
	FirstParent bool
	// Reverse is oldest first, and reads all of them first.
	Reverse bool
}

// Log gives commits as git log does, newest first, and stops reading when the
// caller does. An error ends it; the problem is UnknownRev where a revision
// names none. Of a branch without a commit there are none.
func (r *Repo) Log(ctx context.Context, q LogQuery) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		args, err := r.logArgs(ctx, q)
		if err == nil && args != nil {
			err = r.stream(ctx, args, yield)
		}
		if err != nil {
			yield(Commit{}, err)
		}
	}
}

const logFormat = "--format=tformat:%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00"

// logArgs is the command line; nil where there is nothing to look at.
func (r *Repo) logArgs(ctx context.Context, q LogQuery) ([]string, error) {
	args := []string{"--no-pager", "-c", "log.follow=false", "log", "-z", "--no-color", "--no-show-signature", "--encoding=UTF-8", logFormat}
	if q.Max > 0 {
		args = append(args, "--max-count="+strconv.Itoa(q.Max))
	}
	if q.Grep != "" {
		args = append(args, "--fixed-strings", "--grep="+q.Grep)
	}
	if q.FirstParent {
		args = append(args, "--first-parent")
	}
	if q.Reverse {
		args = append(args, "--reverse")
	}
	from := q.From
	if from == "" {
		h, err := r.Head(ctx)
		if err != nil || h.ID == "" {
			return nil, err
		}
		from = h.ID
	}
	id, err := r.Resolve(ctx, from)
	if err != nil {
		return nil, err
	}
	args = append(args, id)
	for _, n := range q.Not {
		id, err := r.Resolve(ctx, n)
		if err != nil {
			return nil, err
		}
		args = append(args, "^"+id)
	}
	return append(append(args, "--"), q.Paths...), nil
}

// logFields is how many fields logFormat has.
const logFields = 10

func (r *Repo) stream(ctx context.Context, args []string, yield func(Commit, error) bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd, err := command(ctx, r.top, call{args: args})
	if err != nil {
		return err
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	in := bufio.NewReader(out)
	for {
		c, err := readCommit(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || !yield(c, nil) {
			stop()
			_ = cmd.Wait() // ended by us
			return err
		}
	}
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return problem.New(Failed, problem.Place{}, "command", commandName(args), "output", said([]byte(errs.String()))).Because(err)
	}
	return nil
}

// readCommit reads one commit of logFormat; -z ends each with a further NUL.
func readCommit(in *bufio.Reader) (c Commit, err error) {
	var f [logFields]string
	for i := range f {
		s, err := in.ReadString(0)
		if err != nil {
			return c, err // io.EOF before the first field is the end
		}
		f[i] = strings.TrimSuffix(s, "\x00")
		if i == 0 && f[i] == "" { // the NUL of -z behind the one before
			if s, err = in.ReadString(0); err != nil {
				return c, err
			}
			f[i] = strings.TrimSuffix(s, "\x00")
		}
	}
	c = Commit{ID: f[0], Tree: f[1], Parents: strings.Fields(f[2]), Author: f[3], Email: f[4], Committer: f[6], CommitterEmail: f[7], Message: f[9]}
	if c.When, err = time.Parse(time.RFC3339, f[5]); err != nil {
		return c, err
	}
	c.Committed, err = time.Parse(time.RFC3339, f[8])
	return c, err
}

// Shallow reports whether the history is cut off.
func (r *Repo) Shallow(ctx context.Context) (bool, error) {
	out, err := r.line(ctx, "rev-parse", "--is-shallow-repository")
	return out == "true", err
}
