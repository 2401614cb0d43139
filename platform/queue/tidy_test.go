package queue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

func TestOldRowsGoButNoParkedOne(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	insert := func(state string, age time.Duration, how int) {
		n.in(n.ada, func(tx pgx.Tx) error {
			_, err := tx.Exec(n.ada, `
				insert into job (sub_account_id, id, queue, kind, payload, state, run_at, max_attempts, keep, actor, created_at, finished_at)
				select $1, gen_random_uuid(), 'bulk', 'x', '{}', $2::text, $3, 3, true, '{}', $3,
				       case when $2 <> 'pending' then $3::timestamptz - i * interval '1 millisecond' end
				  from generate_series(1, $4::int) as i`,
				n.locator[0].SubAccount, state, n.clock.Now().Add(-age), how)
			return err
		})
	}
	const old, young = queue.Retention + time.Hour, queue.Retention - time.Hour
	insert("parked", old, 1100) // more than a batch, in the way of the others
	for _, state := range []string{"completed", "cancelled", "discarded"} {
		insert(state, old, 900)
		insert(state, young, 1)
	}
	insert("pending", old, 1)
	n.in(n.ada, func(tx pgx.Tx) error {
		_, err := tx.Exec(n.ada, `
			insert into job_hold (sub_account_id, worker, jobs, claims, held_until) values
			($1, gen_random_uuid(), 3, 1, $2::timestamptz - interval '1 s'), ($1, gen_random_uuid(), 4, 1, $2)`,
			n.locator[0].SubAccount, n.clock.Now())
		return err
	})

	deleted, err := queue.Tidy(n.ada, n.tenants, n.clock.Now())
	if err != nil || deleted != 2700 {
		t.Errorf("%d deleted, %v", deleted, err)
	}
	left, holds := map[string]int{}, 0
	n.in(n.ada, func(tx pgx.Tx) error {
		rows, err := tx.Query(n.ada, `select state, count(*) from job group by state`)
		if err != nil {
			return err
		}
		var state string
		var count int
		if _, err := pgx.ForEachRow(rows, []any{&state, &count}, func() error { left[state] = count; return nil }); err != nil {
			return err
		}
		return tx.QueryRow(n.ada, `select sum(jobs) from job_hold`).Scan(&holds)
	})
	want := map[string]int{"parked": 1100, "completed": 1, "cancelled": 1, "discarded": 1, "pending": 1}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
	if holds != 4 {
		t.Errorf("%d jobs are said to be held", holds)
	}
}
