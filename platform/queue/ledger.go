package queue

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// State is where a job stands, as people see it.
type State string

// The states of a job. Scheduled, Due and Running are pending; the others are
// final, but that a parked job can be replayed.
const (
	Scheduled State = "scheduled" // its time has not come
	Due       State = "due"       // waits for a worker
	Running   State = "running"   // a worker holds its lease
	Completed State = "completed" // kept for people to see
	Discarded State = "discarded" // void: the reason says why
	Parked    State = "parked"    // failed for good: mend the cause, then replay
	Cancelled State = "cancelled" // by a person
)

// Info is a job for people to see.
type Info struct {
	ID          uuid.UUID
	Queue       Name
	Kind        string
	Payload     json.RawMessage
	State       State
	Attempt     int
	MaxAttempts int
	Reason      string    // of the last failure; "" for none
	Progress    *Progress // as the job last reported
	Actor       tenancy.Actor
	RunAt       time.Time
	CreatedAt   time.Time
	FinishedAt  *time.Time
}

var (
	errUnknownJob = fault.New(fault.NotFound, "job.unknown", "There is no such job. A job that is done leaves no trace.")
	errNotParked  = fault.New(fault.Conflict, "job.not_parked", "Only a parked job can be replayed.")
	errWaiting    = fault.New(fault.Conflict, "job.waiting", "The same work is called for again already, and waits or runs. Cancel this one.")
	errFinished   = fault.New(fault.Conflict, "job.finished", "The job is over already.")
)

// Ledger lets people see the jobs of the context's sub-account and act on them.
type Ledger struct {
	tenants *db.Tenants
	bell    Bell
	clock   clock.Clock
}

// NewLedger makes a ledger.
func NewLedger(tenants *db.Tenants, bell Bell, c clock.Clock) *Ledger {
	return &Ledger{tenants: tenants, bell: bell, clock: c}
}

// ListInput chooses a page of jobs.
type ListInput struct {
	// State is Parked, Discarded, Cancelled or Completed; "" is the kept jobs that
	// are under way or to come, for people who wait for them.
	State  State
	Queue  Name   // "" is any
	Kind   string // "" is any
	Cursor string
	Limit  int // 1 to 100; 0 is 50
}

// Page is a page of jobs, the latest first.
type Page struct {
	Items []Info
	Next  string
}

type position struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

const infoColumns = `
	id, queue, kind, payload, attempt, max_attempts, coalesce(last_error, '') as reason, progress, actor, run_at, created_at, finished_at,
	case when state <> 'pending' then state when lease_until >= @now then 'running' when run_at <= @now then 'due' else 'scheduled' end as state`

// List gives a page of jobs. Errors: Invalid at "state", "queue", "limit" or
// "cursor".
func (l *Ledger) List(ctx context.Context, in ListInput) (out Page, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Page{}, err
	}
	now := l.clock.Now()
	after := position{At: now.AddDate(1, 0, 0)}
	listing := "jobs/" + string(in.State) + "/" + string(in.Queue) + "/" + in.Kind
	var f fault.Checks
	f.Check(in.State == "" || in.State == Parked || in.State == Discarded || in.State == Cancelled || in.State == Completed,
		"state", "Say parked, discarded, cancelled or completed, or leave it out for those under way.")
	f.Check(in.Queue == "" || slices.Contains(Names, in.Queue), "queue", "Say interactive, automation, bulk or maintenance.")
	limit := page.Limit(&f, in.Limit)
	_, err = page.Decode(in.Cursor, listing, &after)
	f.Whole(err)
	if err := f.Err("job.invalid"); err != nil {
		return Page{}, err
	}
	// The state stands in the statement, where the planner sees which index serves it.
	where, at := `state = '`+string(in.State)+`' and finished_at is not null`, `finished_at`
	if in.State == "" {
		where, at = `keep and finished_at is null`, `created_at`
	}
	err = l.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+infoColumns+` from job
			 where sub_account_id = @sub_account and `+where+` and (`+at+`, id) < (@at, @id)
			   and (@queue = '' or queue = @queue) and (@kind = '' or kind = @kind)
			 order by `+at+` desc, id desc limit @limit`,
			pgx.StrictNamedArgs{
				"sub_account": tenant.SubAccount, "queue": string(in.Queue), "kind": in.Kind, "at": after.At, "id": after.ID,
				"limit": limit + 1, "now": now,
			})
		if err != nil {
			return err
		}
		out.Items, err = pgx.CollectRows(rows, pgx.RowToStructByName[Info])
		return err
	})
	if err != nil || len(out.Items) <= limit {
		return out, err
	}
	out.Items = out.Items[:limit]
	last := out.Items[limit-1]
	next := position{At: last.CreatedAt, ID: last.ID}
	if last.FinishedAt != nil {
		next.At = *last.FinishedAt
	}
	out.Next, err = page.Encode(listing, next)
	return out, err
}

// Get reads a job; NotFound when there is none, or it is done and was not kept.
func (l *Ledger) Get(ctx context.Context, id uuid.UUID) (info Info, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Info{}, err
	}
	err = l.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+infoColumns+` from job where sub_account_id = @sub_account and id = @id`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "id": id, "now": l.clock.Now()})
		if err != nil {
			return err
		}
		info, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Info])
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Info{}, errUnknownJob
	}
	return info, err
}

// Replay makes a parked job due again with all its attempts. Errors: NotFound;
// Conflict "job.not_parked", or "job.waiting" where the job is unique and
// another of its key is pending.
func (l *Ledger) Replay(ctx context.Context, id uuid.UUID) error {
	err := l.change(ctx, id, errNotParked, `
		update job set state = 'pending', finished_at = null, attempt = 0, run_at = @now, lease_until = null, cancel_requested = false
		 where sub_account_id = @sub_account and id = @id and state = 'parked'
		returning queue`, true)
	if db.Constraint(err) == "job_unique" {
		return errWaiting.Wrap(err)
	}
	return err
}

// Cancel ends a job: at once when no worker holds it, a parked one included;
// else its handler's context ends at the next beat or report, and what it has
// committed stays. Errors:
// NotFound; Conflict "job.finished".
func (l *Ledger) Cancel(ctx context.Context, id uuid.UUID) error {
	return l.change(ctx, id, errFinished, `
		update job
		   set cancel_requested = true,
		       state = case when lease_until >= @now then state else 'cancelled' end,
		       finished_at = case when lease_until >= @now then null else @now end,
		       last_error = coalesce(last_error, 'cancelled by a person')
		 where sub_account_id = @sub_account and id = @id and state in ('pending', 'parked')
		returning queue`, false)
}

func (l *Ledger) change(ctx context.Context, id uuid.UUID, refused error, sql string, ring bool) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return l.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		var queue string
		err := tx.QueryRow(ctx, sql,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "id": id, "now": l.clock.Now()}).Scan(&queue)
		if fault.Is(db.Classify(err), fault.NotFound) {
			return l.whyNot(ctx, tx, tenant.SubAccount, id, refused)
		}
		if err == nil && ring {
			db.AfterCommit(tx, func(ctx context.Context) { l.bell.Ring(ctx, queue, tenant.SubAccount) })
		}
		return err
	})
}

// whyNot tells a job that is not there from one in the wrong state.
func (l *Ledger) whyNot(ctx context.Context, tx pgx.Tx, sub, id uuid.UUID, refused error) error {
	var there bool
	err := tx.QueryRow(ctx, `select exists (select from job where sub_account_id = @sub_account and id = @id)`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id}).Scan(&there)
	if err == nil && !there {
		return errUnknownJob
	}
	if err == nil {
		return refused
	}
	return err
}
