package queue

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// othersHold counts the jobs of a capped tenant that other workers hold; a
// worker that stopped answering lapses with its leases. Until the transaction
// ends nobody else claims for the tenant, so what the count leaves is the
// caller's to take. Two statements: the second sees what the lock waited for.
func othersHold(ctx context.Context, tx pgx.Tx, sub, worker uuid.UUID, now time.Time) (n int, err error) {
	var both pgx.Batch
	both.Queue(`select pg_advisory_xact_lock(hashtextextended('job/' || @sub_account::uuid::text, 0))`,
		pgx.StrictNamedArgs{"sub_account": sub})
	both.Queue(`
		select coalesce(sum(jobs), 0) from job_hold
		 where sub_account_id = @sub_account and worker <> @worker and held_until >= @now`,
		pgx.StrictNamedArgs{"sub_account": sub, "worker": worker, "now": now}).
		QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	return n, tx.SendBatch(ctx, &both).Close()
}

// tellHold writes down what a worker holds of a capped tenant, in the
// transaction of the claim.
func tellHold(ctx context.Context, tx pgx.Tx, worker uuid.UUID, r report, until time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into job_hold (sub_account_id, worker, jobs, claims, held_until)
		values (@sub_account, @worker, @jobs, @claims, @until)
		on conflict (sub_account_id, worker) do update set jobs = @jobs, claims = @claims, held_until = @until`,
		pgx.StrictNamedArgs{"sub_account": r.sub, "worker": worker, "jobs": r.jobs, "claims": r.claims, "until": until})
	return err
}

// lowerHold writes down that a worker holds less. It takes no lock: a claim that
// was made meanwhile has another number, and what it has told stands.
func lowerHold(ctx context.Context, tx pgx.Tx, worker uuid.UUID, r report) error {
	sql := `update job_hold set jobs = @jobs where sub_account_id = @sub_account and worker = @worker and claims = @claims and jobs > @jobs`
	if r.jobs == 0 {
		sql = `delete from job_hold where sub_account_id = @sub_account and worker = @worker and claims = @claims and jobs > @jobs`
	}
	_, err := tx.Exec(ctx, sql,
		pgx.StrictNamedArgs{"sub_account": r.sub, "worker": worker, "jobs": r.jobs, "claims": r.claims})
	return err
}
