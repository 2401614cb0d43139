package queue

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// The names of outcomes, as the metrics tell them.
const (
	outcomeCompleted   = "completed"
	outcomeSnoozed     = "snoozed"
	outcomeFailed      = "failed" // and is tried again
	outcomeParked      = "parked"
	outcomeDiscarded   = "discarded"
	outcomeCancelled   = "cancelled"
	outcomeFenced      = "fenced"      // another worker has it
	outcomeInterrupted = "interrupted" // its worker stopped
)

// outcome is what becomes of a job after an attempt.
type outcome struct {
	name       string
	state      string
	runAt      *time.Time
	giveBack   int // attempts that don't count
	reason     *string
	finishedAt *time.Time
}

// decide is the whole policy of what follows an attempt that did not complete,
// as a pure function.
func decide(err error, attempt, maxAttempts int, now time.Time) outcome {
	var s snooze
	if errors.As(err, &s) {
		at := now.Add(s.d)
		return outcome{name: outcomeSnoozed, state: "pending", runAt: &at, giveBack: 1}
	}
	if errors.Is(err, errStopping) {
		return outcome{name: outcomeInterrupted, state: "pending", runAt: &now, giveBack: 1}
	}
	reason := err.Error()
	var d discard
	switch {
	case errors.Is(err, ErrCancelled):
		return outcome{name: outcomeCancelled, state: "cancelled", reason: &reason, finishedAt: &now}
	case errors.As(err, &d), fault.Is(err, fault.Invalid), fault.Is(err, fault.NotFound):
		return outcome{name: outcomeDiscarded, state: "discarded", reason: &reason, finishedAt: &now}
	case attempt >= maxAttempts:
		return outcome{name: outcomeParked, state: "parked", reason: &reason, finishedAt: &now}
	}
	wait := backoff(attempt)
	if f, ok := fault.As(err); ok && f.RetryAfter > wait {
		wait = f.RetryAfter
	}
	at := now.Add(wait)
	return outcome{name: outcomeFailed, state: "pending", runAt: &at, reason: &reason}
}

// backoff doubles from one second to an hour, with a quarter of jitter so that
// those who failed together don't return together.
func backoff(attempt int) time.Duration {
	d := time.Second << min(attempt-1, 12)
	d = min(d, time.Hour)
	return d + time.Duration(rand.Int64N(int64(d)/4+1))
}

type currentKey struct{}

// current is the job that a context works on.
type current struct {
	job      claimed
	now      func() time.Time
	settled  bool
	reported time.Time
}

// Complete completes the job of ctx in the transaction of its effect. It fails
// with ErrFenced, and the effect with it, if the job has been claimed anew.
// Outside of a job it does nothing, so the same verb serves a request.
func Complete(ctx context.Context, tx pgx.Tx) error {
	cur, ok := ctx.Value(currentKey{}).(*current)
	if !ok || cur.settled {
		return nil
	}
	held, err := finish(ctx, tx, cur.job.SubAccountID, []claimed{cur.job}, cur.now())
	if err != nil {
		return err
	}
	if held == 0 {
		return ErrFenced
	}
	db.AfterCommit(tx, func(context.Context) { cur.settled = true })
	return nil
}
