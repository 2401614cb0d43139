package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// down stops the stack that runs, if one does, and waits until it is gone.
func down(ctx context.Context) error {
	s, err := newStack(devFolder(), false)
	if err != nil {
		return err
	}
	unlock, running, err := s.seize(ctx)
	if err != nil {
		return err
	}
	unlock()
	if !running {
		s.console.line("No development stack of this work tree runs.")
	}
	return nil
}

// clean stops the stack and removes what it kept. The cache stays: it belongs
// to the machine.
func clean(ctx context.Context) error {
	s, err := newStack(devFolder(), false)
	if err != nil {
		return err
	}
	unlock, _, err := s.seize(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := errors.Join(removePostgres(s.state), os.RemoveAll(s.state.dir)); err != nil {
		return err
	}
	s.console.line("Removed %s.", s.state.tell(s.state.dir))
	return nil
}

// seize takes the lock, having stopped whoever held it.
func (s *stack) seize(ctx context.Context) (unlock func(), running bool, err error) {
	var told bool
	for deadline := time.Now().Add(90 * time.Second); ; {
		unlock, pid, ok, err := s.state.lock()
		if err != nil || ok {
			return unlock, told, err
		}
		if !told && pid > 0 {
			told = true
			s.console.line("Stopping the development stack (process %d) …", pid)
			if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
				return nil, true, fmt.Errorf("stop process %d: %w", pid, err)
			}
		}
		if time.Now().After(deadline) {
			return nil, true, fmt.Errorf("process %d has not stopped in 90 s; its terminal tells why", pid)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, true, err
		}
	}
}
