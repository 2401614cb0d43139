package main

import (
	"context"
	"os"
	"os/exec"
)

// e2eAttempts park a job after about three seconds of failures instead of four
// hours, so that a browser can wait for it.
const e2eAttempts = "3"

// e2e runs web/e2e against a stack of its own: its data begins empty, its
// ports are free ones, and nothing of it stays but the logs of a failure.
func e2e(ctx context.Context) error {
	s, err := newStack(".dev-e2e", true)
	if err != nil {
		return err
	}
	if err := s.wipe(); err != nil {
		return err
	}
	s.told = []string{"OMNICRM_JOB_ATTEMPTS=" + e2eAttempts}
	err = s.hold(ctx, func(r result) error {
		cmd := exec.CommandContext(ctx, "npm", "--prefix", "web", "run", "e2e")
		cmd.Dir = s.state.tree
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		cmd.Env = os.Environ()
		for _, v := range r.variables(s.state, s.kept) {
			cmd.Env = append(cmd.Env, v.name+"="+v.value)
		}
		return cmd.Run()
	})
	if err != nil || ctx.Err() != nil {
		s.console.line("The logs are in %s.", s.state.tell(s.state.path("logs")))
		return err
	}
	return s.wipe()
}

// wipe removes what an earlier run left, unless it runs.
func (s *stack) wipe() error {
	unlock, _, ok, err := s.state.lock()
	if err != nil || !ok {
		return err
	}
	defer unlock()
	if err := removePostgres(s.state); err != nil {
		return err
	}
	return os.RemoveAll(s.state.dir)
}
