package writeset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"hoist.example/hoist/internal/problem"
)

// patience is how long a taken lock is waited for.
const patience = 2 * time.Second

type lock struct {
	f      *flock.Flock
	holder string // "": shared
}

// take locks the state directory; the lock dies with the process.
func take(ctx context.Context, o Options) (*lock, error) {
	path := filepath.Join(o.State, "lock")
	l := &lock{f: flock.New(path, flock.SetPermissions(0o600))}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	try := l.f.TryRLockContext
	if o.Exclusive {
		try = l.f.TryLockContext
	}
	ok, err := try(ctx, 20*time.Millisecond)
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	if !ok {
		holder, _ := os.ReadFile(holderPath(o.State)) //nolint: the holder is told where it is known
		return nil, problem.New(Locked, problem.Place{File: path}, "holder", strings.TrimSpace(string(holder))).Because(err)
	}
	if o.Exclusive {
		l.holder = holderPath(o.State)
		text := fmt.Sprintf("hoist %s, process %d\n", o.Verb, os.Getpid())
		if err := os.WriteFile(l.holder, []byte(text), 0o600); err != nil && !errors.Is(err, os.ErrPermission) {
			l.holder = "" // a full disk: the lock holds all the same
		}
	}
	return l, nil
}

func holderPath(state string) string { return filepath.Join(state, "holder") }

func (l *lock) release() error {
	if l.holder != "" {
		if err := os.Remove(l.holder); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Join(err, l.f.Close())
		}
	}
	return l.f.Close()
}
