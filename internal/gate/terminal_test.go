//go:build unix

package gate

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// childVariable makes this test binary a process that asks at the gate: a
// controlling terminal is a process's own, so the tests need processes.
const childVariable = "HOIST_TEST_GATE"

// question is how the screen looks when an answer is waited for.
const question = "\r\n" + mark

// scene is what the child asks about.
type scene struct {
	Log         string
	Shut, Older int
	Moves       int  // how often it moves while the name is typed
	Raw         bool // the terminal does not make lines
	Twice       bool // asks a second time, as another run would
	Hold        bool // waits for a byte on descriptor 4 before it asks
}

// outcome is what the child got.
type outcome struct {
	Allowed, Other bool
	Codes          []string
	Interrupted    bool
	Looks          int
}

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		child(text)
		return
	}
	for _, name := range machines { // the tests may run in CI
		os.Unsetenv(name)
	}
	os.Exit(m.Run())
}

const (
	app     = "simplex-aws-prod"
	before  = "1111111111111111111111111111111111111111"
	shown   = "2222222222222222222222222222222222222222"
	another = "3333333333333333333333333333333333333333"
)

func arrival(s scene, revision string) *report.Deploy {
	object := func(n string) []*manifest.Object {
		l, err := manifest.Read("o.yaml", []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {grant: '"+n+"'}\n"))
		if err != nil {
			panic(err)
		}
		return l
	}
	d := &report.Deploy{Environment: "prod", Title: "production", Application: app, Manual: true, State: &argocd.State{Name: app, Sync: argocd.OutOfSync, Health: argocd.Healthy},
		Remote: "origin", Branch: "main", Revision: revision, Deployed: before,
		Difference: manifest.Compare(object("100"), object("200"), manifest.Options{})}
	for range s.Shut {
		d.Shut = append(d.Shut, check.Finding{Code: check.Placeholder, Service: "api", Environment: "prod", Path: "price"})
	}
	for range s.Older {
		d.Older = append(d.Older, check.Finding{Code: check.Violation, Kind: "forbid", Service: "api", Environment: "prod", Path: "key"})
	}
	return d
}

func child(text string) {
	var s scene
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		panic(err)
	}
	ctx, stop := signalContext()
	defer stop()
	var out outcome
	at := shown
	look := func(context.Context) (*report.Deploy, error) {
		out.Looks++
		if out.Looks <= s.Moves {
			at = strings.Repeat(string(rune('3'+out.Looks)), 40)
		}
		return arrival(s, at), nil
	}
	if s.Raw {
		raw(os.Stdin)
	}
	if s.Hold {
		os.NewFile(4, "hold").Read(make([]byte, 1))
	}
	pass, err := Ask(ctx, Request{In: os.Stdin, Err: os.Stderr, Shown: arrival(s, shown), Look: look, Log: NewLog(s.Log), Who: Who{Git: "A <a@hoist.example>", User: "a", Host: "h"}})
	out.Allowed, out.Other = pass.Allows(app, at), pass.Allows(app, another) || pass.Allows("other", at) || pass.Allows("", "")
	out.Interrupted = errors.Is(err, context.Canceled)
	for _, p := range problem.All(err) {
		out.Codes = append(out.Codes, p.Code.Name)
	}
	if pass != nil {
		if err := pass.Ended("synced", ""); err != nil {
			panic(err)
		}
	}
	json.NewEncoder(os.NewFile(3, "result")).Encode(out)
}

// patience is for machines that are busy with other tests.
const patience = 20 * time.Second

// typist is whoever sits at a terminal: the test.
type typist struct {
	t      *testing.T
	pty    *os.File
	mu     sync.Mutex
	more   *sync.Cond
	seen   strings.Builder
	from   int // behind what was waited for last
	closed bool
}

func newTypist(t *testing.T, master *os.File) *typist {
	p := &typist{t: t, pty: master}
	p.more = sync.NewCond(&p.mu)
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := master.Read(b)
			p.mu.Lock()
			p.seen.Write(b[:n])
			p.closed = p.closed || err != nil
			p.more.Broadcast()
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return p
}

// until waits until text is on the screen, behind what was waited for before.
func (p *typist) until(text string) {
	p.t.Helper()
	late := time.AfterFunc(patience, func() {
		p.mu.Lock()
		p.closed = true
		p.more.Broadcast()
		p.mu.Unlock()
	})
	defer late.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if i := strings.Index(p.seen.String()[p.from:], text); i >= 0 {
			p.from += i + len(text)
			return
		}
		if p.closed {
			p.t.Fatalf("%q did not come:\n%s", text, p.seen.String())
		}
		p.more.Wait()
	}
}

func (p *typist) types(text string) {
	p.t.Helper()
	if _, err := p.pty.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

func (p *typist) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.String()
}

// session is a child at its terminal.
type session struct {
	*typist
	cmd    *exec.Cmd
	result *os.File
	hold   *os.File
	tty    *os.File
}

func start(t *testing.T, s scene, change func(*exec.Cmd)) *session {
	t.Helper()
	if s.Log == "" {
		s.Log = filepath.Join(t.TempDir(), "state", "audit.jsonl")
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	result, child3, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	child4, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stdin, cmd.Stderr = tty, tty
	cmd.ExtraFiles = []*os.File{child3, child4}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if change != nil {
		change(cmd)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child3.Close()
	child4.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		master.Close()
		tty.Close()
		hold.Close()
		result.Close()
	})
	return &session{newTypist(t, master), cmd, result, hold, tty}
}

func (s *session) got() (o outcome) {
	s.t.Helper()
	s.result.SetReadDeadline(time.Now().Add(patience))
	if err := json.NewDecoder(s.result).Decode(&o); err != nil {
		s.t.Fatalf("no outcome: %v\n%s", err, s.screen())
	}
	if o.Other {
		s.t.Error("the pass allows what was not shown")
	}
	return o
}
