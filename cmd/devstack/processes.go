package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// server is something that runs: one process or two that belong together.
type server interface {
	Done() <-chan struct{} // closed when it has ended
	Stop()                 // returns once it is gone; stopping twice is fine
}

// service is a server that is started again when it dies.
type service struct {
	name  string
	start func(ctx context.Context, log *os.File) (server, error) // returns when it is ready
}

// supervisor keeps services running and stops them, the last started first.
type supervisor struct {
	state   state
	console *console
	running []*supervised
}

type supervised struct {
	service
	log     *os.File
	stopped chan struct{} // closed by stop
	watcher sync.WaitGroup

	mu  sync.Mutex
	now server
}

// start starts a service and watches over it.
func (s *supervisor) start(ctx context.Context, what service) error {
	path := s.state.path("logs", what.name+".log")
	_ = os.Rename(path, path+".1")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	first, err := what.start(ctx, log)
	if err != nil {
		_ = log.Close()
		return fmt.Errorf("%w\n%s", err, s.tail(what.name))
	}
	p := &supervised{service: what, log: log, stopped: make(chan struct{}), now: first}
	s.running = append(s.running, p)
	p.watcher.Go(func() { s.watch(ctx, p) })
	return nil
}

// watch restarts a service that died, after a pause that grows with every
// death in a row.
func (s *supervisor) watch(ctx context.Context, p *supervised) {
	const longest = 30 * time.Second
	pause := time.Second
	began := time.Now()
	for {
		select {
		case <-p.stopped:
			return
		case <-p.current().Done():
		}
		p.current().Stop() // the other half of a pair
		if time.Since(began) > time.Minute {
			pause = time.Second
		}
		s.console.line("  !  %s died; the end of %s:\n%s\n     starting it again in %s",
			p.name, s.state.tell(p.log.Name()), s.tail(p.name), pause)
		for {
			if !sleep(ctx, p.stopped, pause) {
				return
			}
			pause = min(2*pause, longest)
			began = time.Now()
			again, err := p.start(ctx, p.log)
			if err == nil {
				p.set(again)
				s.console.line("  ✓  %s runs again", p.name)
				break
			}
			s.console.line("  !  %s did not start (%v); next try in %s", p.name, err, pause)
		}
	}
}

// sleep reports whether the pause ended by itself.
func sleep(ctx context.Context, stopped <-chan struct{}, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-stopped:
		return false
	case <-time.After(pause):
		return true
	}
}

// stop stops everything in the reverse order of its start.
func (s *supervisor) stop() {
	for i := len(s.running) - 1; i >= 0; i-- {
		p := s.running[i]
		_ = s.console.step("stopping "+p.name, func() (string, error) {
			close(p.stopped)
			p.current().Stop()
			p.watcher.Wait()
			p.current().Stop() // in case it was being started meanwhile
			return "", p.log.Close()
		})
	}
	s.running = nil
}

func (s *supervisor) tail(name string) string {
	text, err := os.ReadFile(s.state.path("logs", name+".log"))
	if err != nil || len(text) == 0 {
		return "     (its log is empty)"
	}
	return tail(string(text), 15)
}

func (p *supervised) current() server {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *supervised) set(now server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = now
}
