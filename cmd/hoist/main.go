// Command hoist promotes business configuration between the environments of a
// GitOps repository, key by key.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"hoist.example/hoist/internal/cli"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run()) }

// collectSeldom trades memory that a short run has for time that it has not: a
// fleet of 300 services stays below 30 MB. GOGC in the environment wins.
const collectSeldom = 400

func run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectSeldom)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	return cli.Run(ctx, cli.World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Version: version}, os.Args[1:])
}
