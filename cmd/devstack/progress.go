package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// console tells a person what happens, a line at a time, so that it reads the
// same in a terminal and in a log.
type console struct {
	mu  sync.Mutex
	out io.Writer
}

func (c *console) line(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.out, format+"\n", args...)
}

// step runs one step: it says that it began if it takes longer than a moment,
// that it goes on every ten seconds, and what came of it.
func (c *console) step(what string, fn func() (detail string, err error)) error {
	return c.longStep(what, func() string { return "" }, fn)
}

// longStep is step for what takes minutes: peek tells where it is.
func (c *console) longStep(what string, peek func() string, fn func() (detail string, err error)) error {
	began := time.Now()
	done := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		wait := time.NewTimer(time.Second)
		defer wait.Stop()
		for {
			select {
			case <-done:
				return
			case <-wait.C:
				now := peek()
				if now != "" {
					now = ": " + now
				}
				c.line("  …  %s (%s)%s", what, elapsed(began), now)
				wait.Reset(10 * time.Second)
			}
		}
	})
	detail, err := fn()
	close(done)
	ticking.Wait()
	if err != nil {
		c.line("  ✗  %s (%s)", what, elapsed(began))
		return fmt.Errorf("%s: %w", what, err)
	}
	if detail != "" {
		what += ": " + detail
	}
	c.line("  ✓  %s (%s)", what, elapsed(began))
	return nil
}

// Write takes the lines of a long step that tells its own progress.
func (c *console) Write(p []byte) (int, error) {
	for text := range strings.SplitSeq(strings.TrimRight(string(p), "\n"), "\n") {
		c.line("  …  %s", text)
	}
	return len(p), nil
}

func elapsed(since time.Time) string {
	d := time.Since(since)
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
