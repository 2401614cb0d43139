package queue

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// MaxReplay is how many jobs one ReplayMany makes due.
const MaxReplay = 1000

// ParkedKind sums up the parked jobs of a kind in a queue.
type ParkedKind struct {
	Queue  Name
	Kind   string
	Parked int
	Oldest time.Time
}

// ParkedKinds sums up the parked jobs of the context's sub-account, the most
// first.
func (l *Ledger) ParkedKinds(ctx context.Context) (out []ParkedKind, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	err = l.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select queue, kind, count(*) as parked, min(finished_at) as oldest from job
			 where sub_account_id = @sub_account and state = 'parked'
			 group by queue, kind order by count(*) desc, queue, kind`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount})
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[ParkedKind])
		return err
	})
	return out, err
}

// ParkedCount is how much of a sub-account is parked.
type ParkedCount struct {
	SubAccountID uuid.UUID
	Parked       int
	Oldest       time.Time
}

// ParkedCounts counts the parked jobs of many sub-accounts that live in one
// database, in one statement, without those that have none. Whose sub-accounts
// they are is for the caller to have checked.
func (l *Ledger) ParkedCounts(ctx context.Context, database uuid.UUID, subAccounts []uuid.UUID) (out []ParkedCount, err error) {
	err = l.tenants.InDatabase(ctx, database, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select sub_account_id, parked, oldest from job_parked_counts(@subs)`,
			pgx.StrictNamedArgs{"subs": subAccounts})
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[ParkedCount])
		return err
	})
	return out, err
}

// ReplayInput chooses parked jobs: those of IDs, or those of Kind in Queue.
type ReplayInput struct {
	IDs   []uuid.UUID // at most page.MaxLimit
	Queue Name        // "" is any
	Kind  string
}

// Validate wants either ids or a kind.
func (in ReplayInput) Validate() error {
	var f fault.Checks
	f.Check(len(in.IDs) > 0 || in.Kind != "", "kind", "Say which jobs: their ids, or a kind.")
	f.Check(len(in.IDs) == 0 || in.Kind == "" && in.Queue == "", "ids", "Give ids or a kind, not both.")
	f.Check(len(in.IDs) <= page.MaxLimit, "ids", "Give at most 100.")
	f.Check(in.Queue == "" || slices.Contains(Names, in.Queue), "queue", "Say interactive, automation, bulk or maintenance.")
	return f.Err("job.invalid")
}

// Replayed is what came of replaying many jobs.
type Replayed struct {
	Replayed int // due again
	Left     int // of those asked for, still parked: beyond MaxReplay, or called for again meanwhile
}

// ReplayMany makes parked jobs due again with all their attempts, those parked
// longest first, MaxReplay at most. Where a job is unique and another of its key
// is pending, it stays parked. Errors: Invalid.
func (l *Ledger) ReplayMany(ctx context.Context, in ReplayInput) (out Replayed, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Replayed{}, err
	}
	if err := in.Validate(); err != nil {
		return Replayed{}, err
	}
	err = l.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		queues, wanted, err := replayMany(ctx, tx, in, pgx.StrictNamedArgs{
			"sub_account": tenant.SubAccount, "ids": in.IDs, "kind": in.Kind, "queue": string(in.Queue),
			"most": MaxReplay, "now": l.clock.Now(),
		})
		if err != nil {
			return err
		}
		out = Replayed{Replayed: len(queues), Left: wanted - len(queues)}
		slices.Sort(queues)
		for _, queue := range slices.Compact(queues) {
			db.AfterCommit(tx, func(ctx context.Context) { l.bell.Ring(ctx, queue, tenant.SubAccount) })
		}
		return nil
	})
	return out, err
}

// replayMany gives the queues of the replayed jobs, one each, and how many were
// asked for.
func replayMany(ctx context.Context, tx pgx.Tx, in ReplayInput, args pgx.StrictNamedArgs) (queues []string, wanted int, err error) {
	which := `id = any(@ids)`
	if len(in.IDs) == 0 {
		which = `kind = @kind and (@queue = '' or queue = @queue)`
		delete(args, "ids")
	} else {
		delete(args, "kind")
		delete(args, "queue")
	}
	// Of several parked under one unique key, one can wait at a time.
	rows, err := tx.Query(ctx, `
		with parked as materialized (
			select id, kind, unique_key, finished_at from job
			 where sub_account_id = @sub_account and state = 'parked' and `+which+`
			   for update),
		free as (
			select id, finished_at, row_number() over (partition by kind, coalesce(unique_key, id::text) order by finished_at, id) as place
			  from parked p
			 where unique_key is null or not exists (
			       select from job o where o.sub_account_id = @sub_account and o.kind = p.kind
			          and o.unique_key = p.unique_key and o.finished_at is null)),
		chosen as (select id from free where place = 1 order by finished_at, id limit @most),
		moved as (
			update job set state = 'pending', finished_at = null, attempt = 0, run_at = @now, lease_until = null, cancel_requested = false
			 where sub_account_id = @sub_account and id in (select id from chosen)
			returning queue)
		select (select count(*) from parked) as wanted, queue from moved
		union all select count(*), '' from parked`, args)
	if err != nil {
		return nil, 0, err
	}
	var queue string
	_, err = pgx.ForEachRow(rows, []any{&wanted, &queue}, func() error {
		if queue != "" {
			queues = append(queues, queue)
		}
		return nil
	})
	return queues, wanted, err
}
