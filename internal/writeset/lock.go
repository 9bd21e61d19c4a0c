package writeset

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"hoist.example/hoist/internal/problem"
)

// patience is how long a taken lock is waited for, and pause how often it is
// tried.
const (
	patience = 5 * time.Second
	pause    = 20 * time.Millisecond
)

// lock is held on the file "lock" and dies with the process. Who holds it says
// so in a file of its own, "holder-<pid>", which is a courtesy: a lock without
// one is as good.
type lock struct {
	f      *flock.Flock
	holder string
}

// take locks the state directory. A reader who cannot use the lock file (a
// read-only file system, another user's directory) goes without, nil: where one
// cannot be locked no writer gets in either.
func take(ctx context.Context, o Options, exclusive bool) (*lock, error) {
	path := filepath.Join(o.State, "lock")
	l := &lock{f: flock.New(path, flock.SetPermissions(0o600)), holder: holderPath(o.State)}
	wait, stop := context.WithTimeout(ctx, cmp.Or(o.patience, patience))
	defer stop()
	try := l.f.TryRLockContext
	if exclusive {
		try = l.f.TryLockContext
	}
	ok, err := try(wait, pause)
	switch {
	case ok:
		l.sign(o, exclusive)
		return l, nil
	case ctx.Err() != nil:
		return nil, also(ctx.Err(), l.f.Close())
	case errors.Is(err, context.DeadlineExceeded):
		verb, pid := holder(o.State)
		return nil, also(problem.New(Locked, problem.Place{File: path}, "verb", verb, "pid", pid), l.f.Close())
	case exclusive:
		return nil, also(failed(path, err), l.f.Close())
	}
	return nil, l.f.Close()
}

const holderPrefix = "holder-"

func holderPath(state string) string {
	return filepath.Join(state, holderPrefix+strconv.Itoa(os.Getpid()))
}

// sign says who holds the lock. A full disk does not matter.
func (l *lock) sign(o Options, exclusive bool) {
	if exclusive { // nobody else holds it: these are of killed processes
		for _, h := range holders(o.State) {
			_ = os.Remove(h)
		}
	}
	_ = os.WriteFile(l.holder, []byte(o.Verb+"\n"), 0o600)
}

func holders(state string) (paths []string) {
	l, err := os.ReadDir(state)
	if err != nil {
		return nil
	}
	for _, e := range l {
		if strings.HasPrefix(e.Name(), holderPrefix) {
			paths = append(paths, filepath.Join(state, e.Name()))
		}
	}
	return paths
}

// holder is one who holds the lock, rather one who is alive.
func holder(state string) (verb, pid string) {
	for _, h := range holders(state) {
		b, err := os.ReadFile(h)
		if err != nil {
			continue
		}
		verb, pid = strings.TrimSpace(string(b)), strings.TrimPrefix(filepath.Base(h), holderPrefix)
		if n, err := strconv.Atoi(pid); err == nil && n > 0 && alive(n) {
			return verb, pid
		}
	}
	return verb, pid
}

func (l *lock) release() error {
	_ = os.Remove(l.holder)
	return l.f.Close()
}
