package queue

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// MeasureDepths asks every database a single time how much waits in it. Who
// asks first in an interval measures; the others read what it found.
func (s *Scheduler) MeasureDepths(ctx context.Context) {
	listed := map[uuid.UUID]bool{}
	s.each(ctx, "measuring", func(ctx context.Context, database uuid.UUID) error {
		listed[database] = true
		var found []depth
		err := s.o.Tenants.InDatabase(ctx, database, func(tx pgx.Tx) (err error) {
			found, err = depths(ctx, tx, s.o.Clock.Now(), s.o.Measure*9/10)
			return err
		})
		if err == nil {
			s.o.Metrics.measured(database, found)
		}
		return err // what it said last stands
	})
	if len(listed) > 0 {
		s.o.Metrics.keepOnly(listed)
	}
}

func depths(ctx context.Context, tx pgx.Tx, now time.Time, maxAge time.Duration) ([]depth, error) {
	rows, err := tx.Query(ctx, `select queue, due, scheduled, parked, oldest_due from queue_depths(@now, @max_age)`,
		pgx.StrictNamedArgs{"now": now, "max_age": maxAge})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[depth])
}

// KeepUp gives every sub-account its standing schedules, and has those that
// follow its time zone reckoned anew when it has another, a single time.
func (s *Scheduler) KeepUp(ctx context.Context) {
	s.each(ctx, "the upkeep of schedules", s.keepUp)
}

func (s *Scheduler) keepUp(ctx context.Context, database uuid.UUID) error {
	residents, err := s.o.Locator.Residents(ctx, database)
	if err != nil {
		return err
	}
	var found map[uuid.UUID][]follower
	err = s.o.Tenants.InDatabase(ctx, database, func(tx pgx.Tx) (err error) {
		found, err = followers(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range residents {
		if err := s.keepUpWith(ctx, r, found[r.SubAccount]); err != nil && ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "a sub-account's schedules were not kept up; it is tried again soon", "sub_account", r.SubAccount, "error", err)
		}
	}
	return nil
}

// keepUpWith opens a transaction only where there is something to do.
func (s *Scheduler) keepUpWith(ctx context.Context, r tenancy.Resident, found []follower) error {
	have, moved := map[string]string{}, false
	for _, f := range found {
		have[f.Key] = f.Cron
		moved = moved || f.Zone != zoneOf(r.Timezone)
	}
	var lacking []Schedule
	if s.o.Standing != nil && r.Status == tenancy.Active {
		for _, standing := range s.o.Standing(r.SubAccount) {
			if have[standing.Key] != standing.Cron {
				lacking = append(lacking, standing)
			}
		}
	}
	if !moved && len(lacking) == 0 {
		return nil
	}
	ctx = tenancy.WithTenant(ctx, r.Tenant)
	return s.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		for _, schedule := range lacking {
			if err := s.o.Calendar.Put(ctx, tx, schedule); err != nil {
				return err
			}
		}
		return s.o.Calendar.follow(ctx, tx, r.SubAccount, zoneOf(r.Timezone))
	})
}

// follower is a schedule that has no time zone of its own.
type follower struct {
	SubAccountID uuid.UUID
	Key          string
	Cron         string
	Zone         string // in which it was reckoned
}

func followers(ctx context.Context, tx pgx.Tx) (map[uuid.UUID][]follower, error) {
	rows, err := tx.Query(ctx, `select sub_account_id, key, cron, zone from schedule_followers()`)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[follower])
	out := map[uuid.UUID][]follower{}
	for _, f := range all {
		out[f.SubAccountID] = append(out[f.SubAccountID], f)
	}
	return out, err
}
