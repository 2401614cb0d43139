package queue

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// A ledger that has just filled has statistics that say it is empty. These
// statements run for every job, so each must find its rows by key all the same.
func TestJobsInHandAreFoundByKeyWhateverTheStatisticsSay(t *testing.T) {
	t.Parallel()
	ctx, sub := t.Context(), uuid.New()
	conn, err := pgx.Connect(ctx, parts.TenantDB(t).App)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	run := func(sql string, args ...any) pgx.Rows {
		t.Helper()
		rows, err := conn.Query(ctx, sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	run(`select set_config('omnicrm.sub_account', $1, false)`, sub.String()).Close()
	run(`insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, actor, created_at)
	     select $1, gen_random_uuid(), 'bulk', 'x', '{}', now(), 3, '{}', now() from generate_series(1, 2000)`, sub).Close()
	statements := map[string]string{
		"finish and prolong": stillHeld + ` select * from held`,
		"settle": `update job set attempt = attempt where sub_account_id = @sub_account and id = (@ids::uuid[])[1]
		            and fence = (@fences::bigint[])[1] and state = 'pending'`,
	}
	for name, sql := range statements {
		rows := run(`explain `+sql, heldArgs(sub, []claimed{{ID: uuid.New(), Fence: 1}}))
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(plan, "\n"); !strings.Contains(text, "job_pkey") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
