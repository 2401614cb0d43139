package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Job is a claimed job in its handler's hands.
type Job[T Payload] struct {
	ID      uuid.UUID
	Attempt int // from 1
	Args    T
}

// Registry knows the handler of each kind.
type Registry struct{ kinds map[string]handler }

type handler struct {
	timeout time.Duration
	work    func(ctx context.Context, j claimed) error
	// givenUp, if any, says elsewhere that a job was parked or discarded.
	givenUp func(ctx context.Context, tx pgx.Tx, j claimed, why error) error
}

const defaultTimeout = 2 * time.Minute

// NewRegistry makes an empty registry.
func NewRegistry() *Registry { return &Registry{kinds: map[string]handler{}} }

// Register names the handler of a kind; a second one for the same kind is a
// programmer's error and panics. The handler's context carries the tenant, the
// actor who enqueued, and a deadline of two minutes.
func Register[T Payload](r *Registry, fn func(ctx context.Context, job Job[T]) error) {
	var zero T
	kind := zero.Kind()
	if _, twice := r.kinds[kind]; twice {
		panic("queue: two handlers for " + kind)
	}
	r.kinds[kind] = handler{timeout: defaultTimeout, work: func(ctx context.Context, j claimed) error {
		var args T
		if err := json.Unmarshal(j.Payload, &args); err != nil {
			return Discard(fmt.Sprintf("the payload can't be read: %v", err))
		}
		return fn(ctx, Job[T]{ID: j.ID, Attempt: j.Attempt, Args: args})
	}}
}

// GivenUp names what is told, in the transaction that parks or discards a job of a
// registered kind, that its work is not done: the record of which the job was a
// part says so, instead of waiting for ever. It gets the last failure.
func GivenUp[T Payload](r *Registry, fn func(ctx context.Context, tx pgx.Tx, args T, why error) error) {
	var zero T
	h, ok := r.kinds[zero.Kind()]
	if !ok {
		panic("queue: no handler for " + zero.Kind())
	}
	h.givenUp = func(ctx context.Context, tx pgx.Tx, j claimed, why error) error {
		var args T
		if err := json.Unmarshal(j.Payload, &args); err != nil {
			return nil //nolint:nilerr // nobody can tell whom the job was about
		}
		return fn(ctx, tx, args, why)
	}
	r.kinds[zero.Kind()] = h
}

// tell calls what GivenUp named, when an outcome is such an end.
func (r *Registry) tell(ctx context.Context, tx pgx.Tx, j claimed, o outcome, why error) error {
	h := r.kinds[j.Kind]
	if h.givenUp == nil || o.state != string(Parked) && o.state != string(Discarded) {
		return nil
	}
	return h.givenUp(ctx, tx, j, why)
}

type snooze struct{ d time.Duration }

func (s snooze) Error() string { return "snoozed for " + s.d.String() }

// Snooze is what a handler returns to be called again after d, without that
// counting as a failure.
func Snooze(d time.Duration) error { return snooze{d} }

type discard struct{ reason string }

func (d discard) Error() string { return d.reason }

// Discard is what a handler returns when the work is void: it is never tried
// again, and the reason is kept.
func Discard(reason string) error { return discard{reason} }

// ErrCancelled is why a handler's context ended when a person cancelled the job.
var ErrCancelled = errors.New("queue: the job was cancelled")

// errStopping is why a handler's context ended when its worker's grace was over.
var errStopping = errors.New("queue: the worker is stopping")

// ErrFenced means that somebody else has claimed the job since: the lease ran
// out. The transaction that gets it must roll back.
var ErrFenced = errors.New("queue: the job was claimed by another worker")
