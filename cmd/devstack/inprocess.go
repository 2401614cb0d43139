package main

import (
	"context"
	"sync"
)

// goroutine is a server inside this process.
type goroutine struct {
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once
	err    error
}

// inProcess runs fn until it is stopped. It does not end with the context that
// Ctrl-C ends, since servers are stopped in order.
func inProcess(ctx context.Context, fn func(ctx context.Context) error) *goroutine {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	g := &goroutine{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(g.done)
		g.err = fn(ctx)
	}()
	return g
}

func (g *goroutine) Done() <-chan struct{} { return g.done }

func (g *goroutine) Stop() {
	g.once.Do(g.cancel)
	<-g.done
}
