package queue

import (
	"context"
	"encoding/json"
	"errors"
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

const defaultMaxAttempts = 12 // about four hours of backoff

// Queue enqueues.
type Queue struct {
	bell  Bell
	clock clock.Clock
}

// New makes a queue that rings the bell after each commit.
func New(bell Bell, c clock.Clock) *Queue { return &Queue{bell: bell, clock: c} }

type options struct {
	queue       Name
	at          time.Time
	uniqueKey   *string
	maxAttempts int
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

// MaxAttempts says after how many failures the job is parked; default 12.
func MaxAttempts(n int) Option { return func(o *options) { o.maxAttempts = n } }

// Enqueue inserts a job for the context's sub-account in the caller's
// transaction, and gives its id.
func (q *Queue) Enqueue(ctx context.Context, tx pgx.Tx, p Payload, opts ...Option) (uuid.UUID, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	now := q.clock.Now()
	o := options{queue: Automation, at: now, maxAttempts: defaultMaxAttempts}
	for _, opt := range opts {
		opt(&o)
	}
	payload, err := json.Marshal(p)
	if err != nil {
		return uuid.Nil, err
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	id, err := insertJob(ctx, tx, pgx.StrictNamedArgs{
		"sub_account": tenant.SubAccount, "id": uuid.Must(uuid.NewV7()), "queue": o.queue, "kind": p.Kind(),
		"payload": payload, "run_at": o.at, "max_attempts": o.maxAttempts, "unique_key": o.uniqueKey,
		"actor": actor, "now": now,
	})
	if err != nil {
		return uuid.Nil, err
	}
	if !o.at.After(now) {
		db.AfterCommit(tx, func(ctx context.Context) {
			q.bell.Ring(ctx, string(o.queue), tenant.SubAccount)
		})
	}
	return id, nil
}

func insertJob(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) (id uuid.UUID, err error) {
	err = tx.QueryRow(ctx, `
		insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, unique_key, actor, created_at)
		values (@sub_account, @id, @queue, @kind, @payload, @run_at, @max_attempts, @unique_key, @actor, @now)
		on conflict (sub_account_id, kind, unique_key) where unique_key is not null and state in ('available', 'running')
		do nothing
		returning id`, args).Scan(&id)
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, err
	}
	err = tx.QueryRow(ctx, `
		select id from job
		 where sub_account_id = @sub_account and kind = @kind and unique_key = @unique_key
		   and state in ('available', 'running')`,
		pgx.NamedArgs{"sub_account": args["sub_account"], "kind": args["kind"], "unique_key": args["unique_key"]}).Scan(&id)
	return id, err
}
