package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// dueSchedules finds the sub-accounts with schedules whose time has come.
func dueSchedules(ctx context.Context, tx pgx.Tx, now time.Time, most int) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, `select schedule_due_tenants(@now, @most)`, pgx.StrictNamedArgs{"now": now, "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// enqueueDue enqueues the jobs of the sub-account's schedules whose time has
// come, and reckons when each comes next. Rows that another scheduler has in
// hand are left to it.
func (c *Calendar) enqueueDue(ctx context.Context, tx pgx.Tx, place tenancy.Placement) error {
	now := c.clock.Now()
	rows, err := schedules(ctx, tx, place.SubAccount,
		`enabled and next_run_at <= @now order by next_run_at limit 100 for update skip locked`, pgx.StrictNamedArgs{"now": now})
	if err != nil {
		return err
	}
	for _, r := range rows {
		last := r.LastRunAt
		if place.Status == tenancy.Active {
			who := tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.System, Name: "schedule " + r.Key})
			if _, err := c.queue.Enqueue(who, tx, stored{r.Kind, r.Payload}, On(r.Queue), Unique("schedule/"+r.Key)); err != nil {
				return err
			}
			last = &now
		}
		if err := reckon(ctx, tx, place.SubAccount, r, cmp.Or(deref(r.Timezone), zoneOf(place.Timezone)), last, now); err != nil {
			return err
		}
	}
	return nil
}

// follow reckons anew the schedules that were reckoned in a zone that the
// sub-account has left.
func (c *Calendar) follow(ctx context.Context, tx pgx.Tx, sub uuid.UUID, zone string) error {
	rows, err := schedules(ctx, tx, sub, `timezone is null and zone <> @zone for update`, pgx.StrictNamedArgs{"zone": zone})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := reckon(ctx, tx, sub, r, zone, r.LastRunAt, c.clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// stored is a payload as the schedule keeps it.
type stored struct {
	kind string
	body json.RawMessage
}

func (s stored) Kind() string                 { return s.kind }
func (s stored) MarshalJSON() ([]byte, error) { return s.body, nil }

type scheduleRow struct {
	ID        uuid.UUID
	Key       string
	Cron      string
	Timezone  *string
	Zone      string
	Queue     Name
	Kind      string
	Payload   json.RawMessage
	Enabled   bool
	NextRunAt time.Time
	LastRunAt *time.Time
}

func schedules(ctx context.Context, tx pgx.Tx, sub uuid.UUID, which string, args pgx.StrictNamedArgs) ([]scheduleRow, error) {
	all := pgx.StrictNamedArgs{"sub_account": sub}
	maps.Copy(all, args)
	rows, err := tx.Query(ctx, `
		select id, key, cron, timezone, zone, queue, kind, payload, enabled, next_run_at, last_run_at
		  from schedule where sub_account_id = @sub_account and `+which, all)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[scheduleRow])
}

// reckon writes down when a schedule comes next; one that never does again is
// paused.
func reckon(ctx context.Context, tx pgx.Tx, sub uuid.UUID, r scheduleRow, zone string, last *time.Time, now time.Time) error {
	next, err := firstRun(Schedule{Key: r.Key, Cron: r.Cron}, zone, now)
	enabled := r.Enabled && err == nil
	if err != nil {
		next = r.NextRunAt
	}
	_, err = tx.Exec(ctx, `
		update schedule set zone = @zone, next_run_at = @next, last_run_at = @last, enabled = @enabled
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": r.ID, "zone": zone, "next": next, "last": last, "enabled": enabled})
	return err
}
