package queue

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// claimed is a job as its worker holds it.
type claimed struct {
	SubAccountID uuid.UUID
	ID           uuid.UUID
	Kind         string
	Payload      json.RawMessage
	Attempt      int
	MaxAttempts  int
	Fence        int64
	Actor        tenancy.Actor
}

// claim takes up to most due jobs of the sub-account, the longest due first,
// and tells whether more are due.
func claim(ctx context.Context, tx pgx.Tx, sub uuid.UUID, queue Name, now time.Time, lease time.Duration, most int) ([]claimed, error) {
	rows, err := tx.Query(ctx, `
		with due as (
			select id from job
			 where sub_account_id = @sub_account and queue = @queue and state = 'available' and run_at <= @now
			 order by run_at, id
			 limit @most
			   for update skip locked)
		update job set state = 'running', fence = fence + 1, attempt = attempt + 1, lease_until = @lease_until
		  from due
		 where job.sub_account_id = @sub_account and job.id = due.id
		returning job.sub_account_id, job.id, job.kind, job.payload, job.attempt, job.max_attempts, job.fence, job.actor`,
		pgx.StrictNamedArgs{"sub_account": sub, "queue": queue, "now": now, "lease_until": now.Add(lease), "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[claimed])
}

// settle moves a job on, if the fence still holds. A finished job keeps its
// row, with the reason, until housekeeping takes it.
func settle(ctx context.Context, tx pgx.Tx, j claimed, o outcome) error {
	tag, err := tx.Exec(ctx, `
		update job
		   set state = @state, run_at = coalesce(@run_at, run_at), attempt = attempt - @give_back,
		       last_error = coalesce(@reason, last_error), lease_until = null, finished_at = @finished_at
		 where sub_account_id = @sub_account and id = @id and fence = @fence and state = 'running'`,
		pgx.StrictNamedArgs{
			"sub_account": j.SubAccountID, "id": j.ID, "fence": j.Fence, "state": o.state, "run_at": o.runAt,
			"give_back": o.giveBack, "reason": o.reason, "finished_at": o.finishedAt,
		})
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrFenced
	}
	return err
}

// extend prolongs the lease of a job that is still being worked on.
func extend(ctx context.Context, tx pgx.Tx, j claimed, until time.Time) error {
	tag, err := tx.Exec(ctx, `
		update job set lease_until = @until
		 where sub_account_id = @sub_account and id = @id and fence = @fence and state = 'running'`,
		pgx.StrictNamedArgs{"sub_account": j.SubAccountID, "id": j.ID, "fence": j.Fence, "until": until})
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrFenced
	}
	return err
}
