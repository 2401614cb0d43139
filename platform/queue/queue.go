package queue

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Name is one of the queues. They differ in who waits for the work.
type Name string

// The queues.
const (
	Interactive Name = "interactive" // a person waits
	Automation  Name = "automation"  // a workflow goes on
	Bulk        Name = "bulk"        // an import, a campaign
	Maintenance Name = "maintenance" // housekeeping
)

// Names lists the queues, the most urgent first.
var Names = []Name{Interactive, Automation, Bulk, Maintenance}

// Payload is what a job is told: ids alone, as JSON. Kind names the handler
// and never changes, since jobs outlive releases.
type Payload interface{ Kind() string }

const defaultMaxAttempts = 16 // about four hours of backoff

// Queue enqueues.
type Queue struct {
	bell     Bell
	clock    clock.Clock
	attempts int
}

// New makes a queue that rings the bell after each commit.
func New(bell Bell, c clock.Clock) *Queue {
	return &Queue{bell: bell, clock: c, attempts: defaultMaxAttempts}
}

// ParkAfter is the queue with another number of failures after which a job is
// parked, where the job doesn't say [MaxAttempts] itself.
func (q *Queue) ParkAfter(failures int) *Queue {
	other := *q
	other.attempts = failures
	return &other
}

type options struct {
	queue       Name
	at          time.Time
	uniqueKey   *string
	maxAttempts int
	keep        bool
}

// Option alters how a job is enqueued.
type Option func(*options)

// On chooses the queue; the default is Automation.
func On(n Name) Option { return func(o *options) { o.queue = n } }

// At delays the job.
func At(t time.Time) Option { return func(o *options) { o.at = t } }

// Unique lets no second job of this kind with this key wait or run in the
// sub-account; Enqueue then answers the id of the one there is.
func Unique(key string) Option { return func(o *options) { o.uniqueKey = &key } }

// MaxAttempts says after how many failures the job is parked; the default is the
// queue's: 16, about four hours, or what [Queue.ParkAfter] was told.
func MaxAttempts(n int) Option { return func(o *options) { o.maxAttempts = n } }

// Keep leaves the row of a completed job for people to see, with its progress;
// otherwise it goes when its work is done.
func Keep() Option { return func(o *options) { o.keep = true } }

// Enqueue inserts a job for the context's sub-account in the caller's
// transaction, and gives its id.
func (q *Queue) Enqueue(ctx context.Context, tx pgx.Tx, p Payload, opts ...Option) (uuid.UUID, error) {
	ids, err := q.EnqueueMany(ctx, tx, []Payload{p}, opts...)
	if err != nil {
		return uuid.Nil, err
	}
	return ids[0], nil
}

// EnqueueMany inserts a job for each payload, all with the same options, in one
// round trip. Unique holds per payload's kind; it makes sense for one alone.
func (q *Queue) EnqueueMany(ctx context.Context, tx pgx.Tx, payloads []Payload, opts ...Option) ([]uuid.UUID, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil || len(payloads) == 0 {
		return nil, err
	}
	now := q.clock.Now()
	o := options{queue: Automation, at: now, maxAttempts: q.attempts}
	for _, opt := range opts {
		opt(&o)
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	ids, kinds, bodies := make([]uuid.UUID, len(payloads)), make([]string, len(payloads)), make([]string, len(payloads))
	for i, p := range payloads {
		body, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		ids[i], kinds[i], bodies[i] = uuid.Must(uuid.NewV7()), p.Kind(), string(body)
	}
	err = insertJobs(ctx, tx, ids, pgx.StrictNamedArgs{
		"sub_account": tenant.SubAccount, "ids": ids, "kinds": kinds, "payloads": bodies, "queue": o.queue,
		"run_at": o.at, "max_attempts": o.maxAttempts, "unique_key": o.uniqueKey, "keep": o.keep, "actor": actor, "now": now,
	})
	if err != nil {
		return nil, err
	}
	if !o.at.After(now) {
		db.AfterCommit(tx, func(ctx context.Context) {
			q.bell.Ring(ctx, string(o.queue), tenant.SubAccount)
		})
	}
	return ids, nil
}
