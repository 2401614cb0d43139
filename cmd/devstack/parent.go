package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// stopWithGoRun returns a context that also ends when the `go run` that
// started this program is gone: it dies of SIGTERM without passing it on, and
// nobody would find the stack again.
func stopWithGoRun(ctx context.Context) context.Context {
	parent := os.Getppid()
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent))
	if err != nil || filepath.Base(exe) != "go" {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		for os.Getppid() == parent {
			select {
			case <-ctx.Done():
				return
			case <-time.After(500 * time.Millisecond):
			}
		}
	}()
	return ctx
}
