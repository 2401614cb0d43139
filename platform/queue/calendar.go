package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Schedule is a job that comes round.
type Schedule struct {
	Key      string // unique in the sub-account, such as "report/<id>"
	Cron     string // five fields, or @daily and the like
	Timezone string // an IANA name; "" follows the sub-account's
	Queue    Name   // "" is Automation
	Payload  Payload
}

// ScheduleInfo is a schedule for people to see.
type ScheduleInfo struct {
	Key       string
	Cron      string
	Zone      string // that of the schedule, or the sub-account's
	Queue     Name
	Kind      string
	Enabled   bool
	NextRunAt time.Time // as it was reckoned last; of no meaning while it is paused
	LastRunAt *time.Time
}

var errUnknownSchedule = fault.New(fault.NotFound, "schedule.unknown", "There is no such schedule.")

// Calendar keeps the schedules of the context's sub-account. When a time comes,
// a scheduler enqueues the job in the transaction that reckons the next time, so
// it happens once, whoever crashes. A time that passed while nothing ran, or
// while the schedule's last job is still to be done, happens once at most.
// While the sub-account is suspended nothing is enqueued, nor made up for.
type Calendar struct {
	queue   *Queue
	locator tenancy.Locator
	clock   clock.Clock
}

// NewCalendar makes a calendar.
func NewCalendar(q *Queue, locator tenancy.Locator, c clock.Clock) *Calendar {
	return &Calendar{queue: q, locator: locator, clock: c}
}

// Put makes a schedule, or changes the one of its key; its next run is reckoned
// from now. A paused one stays paused. Errors: Invalid at "key", "cron" or
// "timezone".
func (c *Calendar) Put(ctx context.Context, tx pgx.Tx, s Schedule) error {
	tenant, zone, err := c.zone(ctx, s.Timezone)
	if err != nil {
		return err
	}
	next, err := firstRun(s, zone, c.clock.Now())
	if err != nil {
		return err
	}
	payload, err := json.Marshal(s.Payload)
	if err != nil {
		return err
	}
	if s.Queue == "" {
		s.Queue = Automation
	}
	var own *string
	if s.Timezone != "" {
		own = &s.Timezone
	}
	_, err = tx.Exec(ctx, `
		insert into schedule (sub_account_id, id, key, cron, timezone, zone, queue, kind, payload, next_run_at, created_at)
		values (@sub_account, @id, @key, @cron, @timezone, @zone, @queue, @kind, @payload, @next, @now)
		on conflict (sub_account_id, key) do update set cron = @cron, timezone = @timezone, zone = @zone, queue = @queue,
			kind = @kind, payload = @payload, next_run_at = @next`,
		pgx.StrictNamedArgs{
			"sub_account": tenant.SubAccount, "id": uuid.Must(uuid.NewV7()), "key": s.Key, "cron": s.Cron, "timezone": own,
			"zone": zone, "queue": s.Queue, "kind": s.Payload.Kind(), "payload": payload, "next": next, "now": c.clock.Now(),
		})
	return err
}

func firstRun(s Schedule, zone string, now time.Time) (time.Time, error) {
	if s.Key == "" || len(s.Key) > 200 {
		return time.Time{}, fault.New(fault.Invalid, "schedule.invalid", "Some fields need mending.").
			At("key", "Give a key of 1 to 200 bytes.")
	}
	reckoned, err := parseCron(s.Cron, zone)
	if err != nil {
		return time.Time{}, err
	}
	next, err := reckoned.next(now)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "schedule.invalid", "Some fields need mending.").
			At("cron", "Name a day that comes: this one never does.").Wrap(err)
	}
	return next, nil
}

// zone is the schedule's own, or the sub-account's.
func (c *Calendar) zone(ctx context.Context, own string) (tenancy.Tenant, string, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil || own != "" {
		return tenant, own, err
	}
	place, err := c.locator.Locate(ctx, tenant.SubAccount)
	return tenant, zoneOf(place.Timezone), err
}

// zoneOf is a sub-account's zone; a fixed list of placements may name none.
func zoneOf(timezone string) string { return cmp.Or(timezone, "UTC") }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Pause keeps a schedule from running. Errors: NotFound.
func (c *Calendar) Pause(ctx context.Context, tx pgx.Tx, key string) error {
	return c.change(ctx, tx, `update schedule set enabled = false where sub_account_id = @sub_account and key = @key`,
		pgx.StrictNamedArgs{"key": key})
}

// Resume lets a schedule run again, from now on: what it missed meanwhile is not
// made up for. Errors: NotFound.
func (c *Calendar) Resume(ctx context.Context, tx pgx.Tx, key string) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	rows, err := schedules(ctx, tx, tenant.SubAccount, `key = @key`, pgx.StrictNamedArgs{"key": key})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return errUnknownSchedule
	}
	_, zone, err := c.zone(ctx, deref(rows[0].Timezone))
	if err != nil {
		return err
	}
	next, err := firstRun(Schedule{Key: key, Cron: rows[0].Cron}, zone, c.clock.Now())
	if err != nil {
		return err
	}
	return c.change(ctx, tx, `
		update schedule set enabled = true, zone = @zone, next_run_at = @next where sub_account_id = @sub_account and key = @key`,
		pgx.StrictNamedArgs{"key": key, "zone": zone, "next": next})
}

// Remove ends a schedule; a job that it has enqueued stays. Errors: NotFound.
func (c *Calendar) Remove(ctx context.Context, tx pgx.Tx, key string) error {
	return c.change(ctx, tx, `delete from schedule where sub_account_id = @sub_account and key = @key`,
		pgx.StrictNamedArgs{"key": key})
}

func (c *Calendar) change(ctx context.Context, tx pgx.Tx, sql string, args pgx.StrictNamedArgs) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	args["sub_account"] = tenant.SubAccount
	tag, err := tx.Exec(ctx, sql, args)
	if err == nil && tag.RowsAffected() == 0 {
		return errUnknownSchedule
	}
	return err
}

// List gives the sub-account's schedules by key.
func (c *Calendar) List(ctx context.Context, tx pgx.Tx) ([]ScheduleInfo, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := schedules(ctx, tx, tenant.SubAccount, `true order by key`, nil)
	if err != nil {
		return nil, err
	}
	out := make([]ScheduleInfo, len(rows))
	for i, r := range rows {
		out[i] = ScheduleInfo{
			Key: r.Key, Cron: r.Cron, Zone: r.Zone, Queue: r.Queue, Kind: r.Kind,
			Enabled: r.Enabled, NextRunAt: r.NextRunAt, LastRunAt: r.LastRunAt,
		}
	}
	return out, nil
}
