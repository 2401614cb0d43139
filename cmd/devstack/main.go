// Command devstack runs the whole platform on one machine: `make dev`.
//
//	devstack up      start, apply config/samples, wait for Ready, stay in the foreground
//	devstack down    stop the one that runs
//	devstack clean   stop it and remove its data
//	devstack e2e     a stack of its own on free ports, web/e2e against it, and away
//	devstack fetch   PostgreSQL and the Kubernetes API into the cache, for tests
//
// Everything it keeps is in .dev; everything that it fetched or built once per
// machine is in the cache (sandbox/parts).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: go run ./cmd/devstack up|down|clean|e2e|fetch

  up      run the platform on this machine until Ctrl-C
  down    stop the one that runs
  clean   stop it and remove its data (.dev)
  e2e     run web/e2e against a stack of its own
  fetch   get PostgreSQL and the Kubernetes API, once per machine; tests need
          them and have no time to wait for a compiler
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// A second Ctrl-C ends the program at once; the keepers stop the rest.
	context.AfterFunc(ctx, stop)
	err := run(stopWithGoRun(ctx), os.Args[1:])
	if err != nil && !errors.Is(err, errUsage) {
		fmt.Fprintln(os.Stderr, "\ndevstack:", err)
	}
	if err != nil {
		stop()
		os.Exit(1)
	}
}

var errUsage = errors.New("usage")

func run(ctx context.Context, args []string) error {
	verbs := map[string]func(context.Context) error{"up": up, "down": down, "clean": clean, "e2e": e2e, "fetch": fetchAlone}
	if len(args) == 1 && verbs[args[0]] != nil {
		return verbs[args[0]](ctx)
	}
	fmt.Fprint(os.Stderr, usage)
	return errUsage
}
