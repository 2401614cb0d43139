package queue

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		err      error
		attempt  int
		state    string
		least    time.Duration // until the next run
		most     time.Duration
		giveBack int
	}{
		"a cancelled job is not tried again":         {err: fmt.Errorf("stopped: %w", ErrCancelled), attempt: 1, state: "cancelled"},
		"a snooze is no attempt":                     {err: Snooze(time.Minute), attempt: 3, state: "pending", least: time.Minute, most: time.Minute, giveBack: 1},
		"a wrapped snooze is a snooze":               {err: fmt.Errorf("later: %w", Snooze(time.Hour)), attempt: 1, state: "pending", least: time.Hour, most: time.Hour, giveBack: 1},
		"a discard is final":                         {err: Discard("void"), attempt: 1, state: "discarded"},
		"what is gone is discarded":                  {err: fault.New(fault.NotFound, "x", "gone"), attempt: 1, state: "discarded"},
		"what is invalid is discarded":               {err: fault.New(fault.Invalid, "x", "bad"), attempt: 1, state: "discarded"},
		"the first failure waits about a second":     {err: errors.New("x"), attempt: 1, state: "pending", least: time.Second, most: 1250 * time.Millisecond},
		"the fifth failure waits about 16 seconds":   {err: errors.New("x"), attempt: 5, state: "pending", least: 16 * time.Second, most: 20 * time.Second},
		"a late failure waits an hour at most":       {err: errors.New("x"), attempt: 40, state: "pending", least: time.Hour, most: 75 * time.Minute},
		"a provider that names its wait is heeded":   {err: fault.New(fault.Throttled, "x", "slow down").After(time.Minute), attempt: 1, state: "pending", least: time.Minute, most: time.Minute},
		"the last failure parks, it never vanishes":  {err: errors.New("x"), attempt: 50, state: "parked"},
		"a panic's error is retried like any other":  {err: errors.New("panic: x"), attempt: 2, state: "pending", least: 2 * time.Second, most: 2500 * time.Millisecond},
		"an unavailable dependency is tried anew":    {err: fault.New(fault.Unavailable, "x", "away"), attempt: 1, state: "pending", least: time.Second, most: 1250 * time.Millisecond},
		"a conflict may resolve, so it is tried too": {err: fault.New(fault.Conflict, "x", "busy"), attempt: 1, state: "pending", least: time.Second, most: 1250 * time.Millisecond},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := decide(tt.err, tt.attempt, 50, now)
			if got.state != tt.state || got.giveBack != tt.giveBack {
				t.Errorf("got %s and %d given back, want %s and %d", got.state, got.giveBack, tt.state, tt.giveBack)
			}
			if got.state != "pending" {
				if got.finishedAt == nil {
					t.Error("a finished job has no time of finishing")
				}
				return
			}
			if wait := got.runAt.Sub(now); wait < tt.least || wait > tt.most {
				t.Errorf("waits %v, want between %v and %v", wait, tt.least, tt.most)
			}
		})
	}
}
