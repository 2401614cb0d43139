package queue

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// insertJobs inserts a row per id; where a job under the same unique key is
// pending it puts that one's id in ids instead.
func insertJobs(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, args pgx.StrictNamedArgs) error {
	tag, err := tx.Exec(ctx, `
		insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, unique_key, keep, actor, created_at)
		select @sub_account, id, @queue, kind, payload, @run_at, @max_attempts, @unique_key, @keep, @actor, @now
		  from unnest(@ids::uuid[], @kinds::text[], @payloads::jsonb[]) as j (id, kind, payload)
		on conflict (sub_account_id, kind, unique_key) where unique_key is not null and finished_at is null
		do nothing`, args)
	if err != nil || int(tag.RowsAffected()) == len(ids) {
		return err
	}
	rows, err := tx.Query(ctx, `
		select coalesce(mine.id, other.id)
		  from unnest(@ids::uuid[], @kinds::text[]) with ordinality as j (id, kind, place)
		  left join job mine on mine.sub_account_id = @sub_account and mine.id = j.id
		  left join job other on other.sub_account_id = @sub_account and other.kind = j.kind
		       and other.unique_key = @unique_key and other.finished_at is null
		 order by j.place`, pgx.StrictNamedArgs{
		"sub_account": args["sub_account"], "ids": args["ids"], "kinds": args["kinds"], "unique_key": args["unique_key"],
	})
	if err != nil {
		return err
	}
	pending, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	copy(ids, pending)
	return err
}

// claimed is a job as its worker holds it.
type claimed struct {
	SubAccountID uuid.UUID
	ID           uuid.UUID
	Kind         string
	Payload      json.RawMessage
	Attempt      int
	MaxAttempts  int
	Fence        int64
	Keep         bool
	Actor        tenancy.Actor
}

// claim takes up to most due jobs of the sub-account, the longest due first.
func claim(ctx context.Context, tx pgx.Tx, sub uuid.UUID, queue Name, now time.Time, lease time.Duration, most int) ([]claimed, error) {
	rows, err := tx.Query(ctx, `
		update job set fence = fence + 1, attempt = attempt + 1, lease_until = @lease_until
		 where sub_account_id = @sub_account and ctid = any (array(
			select ctid from job
			 where sub_account_id = @sub_account and queue = @queue and finished_at is null
			   and run_at <= @now and (lease_until is null or lease_until < @now)
			 order by run_at
			 limit @most
			   for update skip locked))
		returning sub_account_id, id, kind, payload, attempt, max_attempts, fence, keep, actor`,
		pgx.StrictNamedArgs{"sub_account": sub, "queue": queue, "now": now, "lease_until": now.Add(lease), "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[claimed])
}

// settle moves a job on, if the fence still holds. It raises the fence, so that
// a heartbeat that was under way prolongs nothing that is no longer at work.
func settle(ctx context.Context, tx pgx.Tx, j claimed, o outcome) error {
	tag, err := tx.Exec(ctx, `
		update job
		   set fence = fence + 1, state = @state, run_at = coalesce(@run_at, run_at), attempt = attempt - @give_back,
		       last_error = coalesce(@reason, last_error), lease_until = null, finished_at = @finished_at
		 where sub_account_id = @sub_account and id = @id and fence = @fence and state = 'pending'`,
		pgx.StrictNamedArgs{
			"sub_account": j.SubAccountID, "id": j.ID, "fence": j.Fence, "state": o.state, "run_at": o.runAt,
			"give_back": o.giveBack, "reason": o.reason, "finished_at": o.finishedAt,
		})
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrFenced
	}
	return err
}

// stillHeld finds, by primary key, the rows of jobs whose fences still hold. A
// ledger fills and empties within seconds, so the planner's statistics are
// always out of date, and nothing may depend on them: the lateral subquery keeps
// it from starting at the table, and "state = 'pending'" instead of
// "finished_at is null" keeps it from the index of due jobs, which would be read
// from its beginning for each row.
const stillHeld = `
	with held as materialized (
		select j.ctid as place, j.keep
		  from unnest(@ids::uuid[], @fences::bigint[]) as d (id, fence),
		       lateral (select job.ctid, job.keep from job
		                 where job.sub_account_id = @sub_account and job.id = d.id and job.fence = d.fence
		                   and job.state = 'pending'
		                   for update) j)`

func heldArgs(sub uuid.UUID, jobs []claimed) pgx.StrictNamedArgs {
	ids, fences := make([]uuid.UUID, len(jobs)), make([]int64, len(jobs))
	for i, j := range jobs {
		ids[i], fences[i] = j.ID, j.Fence
	}
	return pgx.StrictNamedArgs{"sub_account": sub, "ids": ids, "fences": fences}
}

// finish completes jobs of one sub-account, as far as their fences still hold,
// and says how many did: their rows go, but for those to keep.
func finish(ctx context.Context, tx pgx.Tx, sub uuid.UUID, jobs []claimed, now time.Time) (done int, err error) {
	args := heldArgs(sub, jobs)
	args["now"] = now
	err = tx.QueryRow(ctx, stillHeld+`,
		gone as (
			delete from job
			 where sub_account_id = @sub_account and ctid = any (array(select place from held where not keep))
			returning 1),
		kept as (
			update job set state = 'completed', lease_until = null, finished_at = @now
			 where sub_account_id = @sub_account and ctid = any (array(select place from held where keep))
			returning 1)
		select (select count(*) from gone) + (select count(*) from kept)`, args).Scan(&done)
	return done, err
}

// giveBack returns jobs of one sub-account that nobody has begun: they are due
// again at once, and the attempt does not count.
func giveBack(ctx context.Context, tx pgx.Tx, sub uuid.UUID, jobs []claimed) error {
	_, err := tx.Exec(ctx, stillHeld+`
		update job set fence = fence + 1, attempt = attempt - 1, lease_until = null
		 where sub_account_id = @sub_account and ctid = any (array(select place from held))`, heldArgs(sub, jobs))
	return err
}

// prolong extends the leases of jobs of one sub-account that are still being
// worked on, and gives those that are still the worker's: with whether their
// cancellation was asked for.
func prolong(ctx context.Context, tx pgx.Tx, sub, worker uuid.UUID, jobs []claimed, until time.Time) (map[uuid.UUID]bool, error) {
	args := heldArgs(sub, jobs)
	args["until"], args["worker"] = until, worker
	rows, err := tx.Query(ctx, stillHeld+`,
		renewed as (
			update job_hold set held_until = @until where sub_account_id = @sub_account and worker = @worker)
		update job set lease_until = @until
		 where sub_account_id = @sub_account and ctid = any (array(select place from held))
		returning id, cancel_requested`, args)
	if err != nil {
		return nil, err
	}
	ours := map[uuid.UUID]bool{}
	var id uuid.UUID
	var cancelled bool
	_, err = pgx.ForEachRow(rows, []any{&id, &cancelled}, func() error {
		ours[id] = cancelled
		return nil
	})
	return ours, err
}
