//go:build unix

package gate

import (
	"context"
	"os"
	"os/signal"

	"golang.org/x/term"
)

func raw(f *os.File) {
	if _, err := term.MakeRaw(int(f.Fd())); err != nil {
		panic(err)
	}
}

func signalContext() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}
