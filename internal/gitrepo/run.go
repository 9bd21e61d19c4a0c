package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/problem"
)

// Terminal is where a person sits: git, its hooks and its helpers may ask and
// talk there. nil: nobody is there, and nothing may ask.
type Terminal struct {
	In, Out *os.File
	Talk    io.Writer // for lines that git and others say, among other talk; nil: Out
}

// talk is where lines go.
func (t *Terminal) talk() io.Writer {
	if t.Talk == nil {
		return t.Out
	}
	return t.Talk
}

// call is one run of git.
type call struct {
	args []string
	in   []byte
	env  []string // on top of the environment
	// hooks: the user's hooks and helpers may run, in the user's own environment
	// and, where there is a terminal, talk there.
	hooks    bool
	terminal *Terminal
	editor   bool    // with hooks: all streams are the terminal's, for an editor
	said     *string // where what is not answered, but said, goes
	started  func(pid int) error
}

// patience is how long git is given to clean up after it was interrupted.
const patience = 5 * time.Second

// run runs git in the work tree and gives its standard output.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	return r.do(ctx, call{args: args})
}

// line is what git printed, one line without its end.
func (r *Repo) line(ctx context.Context, args ...string) (string, error) {
	out, err := r.run(ctx, args...)
	return strings.TrimRight(string(out), "\r\n"), err
}

// ask runs a command that says no by exit status 1.
func (r *Repo) ask(ctx context.Context, args ...string) (answer string, yes bool, err error) {
	answer, err = r.line(ctx, args...)
	if exitStatus(err) == 1 {
		return "", false, nil
	}
	return answer, err == nil, err
}

func (r *Repo) do(ctx context.Context, c call) ([]byte, error) { return do(ctx, r.top, c) }

func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return do(ctx, dir, call{args: args})
}

func do(ctx context.Context, dir string, c call) ([]byte, error) {
	cmd, err := command(ctx, dir, c)
	if err != nil {
		return nil, err
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if c.terminal != nil && c.hooks {
		cmd.Stdin, cmd.Stderr = c.terminal.In, &lines{to: c.terminal.talk()}
		if c.editor {
			c.terminal.talk().Write(nil) // what stands half-written there goes
			cmd.Stdout, cmd.Stderr = c.terminal.Out, c.terminal.Out
		}
	}
	if c.in != nil {
		cmd.Stdin = bytes.NewReader(c.in)
	}
	if err = cmd.Start(); err == nil {
		if c.started != nil {
			if serr := c.started(cmd.Process.Pid); serr != nil {
				return nil, errors.Join(serr, interrupt(cmd), wait(cmd))
			}
		}
		err = cmd.Wait()
	}
	if c.said != nil {
		*c.said = said(errs.Bytes())
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return out.Bytes(), problem.New(Failed, problem.Place{}, "command", commandName(c.args), "output", said(errs.Bytes())).Because(err)
	}
	return out.Bytes(), nil
}

// lines passes whole lines on, but for what hoist says better or tries again.
type lines struct {
	to   io.Writer
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		at := bytes.IndexByte(l.rest, '\n')
		if at < 0 {
			return len(p), nil
		}
		line := l.rest[:at+1]
		if !bytes.Contains(line, []byte("error: failed to push some refs to ")) {
			if _, err := l.to.Write(line); err != nil {
				return 0, err
			}
		}
		l.rest = l.rest[at+1:]
	}
}

// wait waits for a command that was interrupted.
func wait(cmd *exec.Cmd) error {
	err := cmd.Wait()
	if exitStatus(err) != 0 {
		return nil
	}
	return err
}

// command is a run that waits to be started.
func command(ctx context.Context, dir string, c call) (*exec.Cmd, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, problem.New(NoGit, problem.Place{}).Because(err)
	}
	cmd := exec.CommandContext(ctx, path, c.args...)
	cmd.Dir = dir
	cmd.Env = environment()
	if !c.hooks {
		cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1")
	}
	if c.terminal == nil || !c.hooks {
		cmd.Env = append(slices.DeleteFunc(cmd.Env, func(kv string) bool { return strings.HasPrefix(kv, "GPG_TTY=") }), "GIT_TERMINAL_PROMPT=0")
		alone(cmd)
	}
	cmd.Env = append(cmd.Env, c.env...)
	cmd.Cancel = func() error { return interrupt(cmd) } // it removes its lock files then
	cmd.WaitDelay = patience
	return cmd, nil
}

// said is what git and hooks said, without what terminals would take as a command.
func said(b []byte) string {
	text := strings.ToValidUTF8(string(b), "\uFFFD")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if at := strings.LastIndexByte(strings.TrimRight(l, "\r"), '\r'); at >= 0 {
			l = l[at+1:] // progress, as a terminal leaves it
		}
		lines[i] = strings.TrimRight(l, "\r ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// exitStatus is the status of a git that ended by itself, 0 of none.
func exitStatus(err error) int {
	var e *exec.ExitError
	if errors.As(err, &e) {
		return e.ExitCode()
	}
	return 0
}

// commandName is a command without the files that it is about.
func commandName(args []string) string {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return "git " + strings.Join(args, " ")
}

// environment is ours without what would point git at another repository or
// index, as a hook has it (git rev-parse --local-env-vars). What `git -c` passes
// on stays.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
			"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
			"GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_LITERAL_PATHSPECS",
			"GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS":
			return true
		}
		return false
	})
}
