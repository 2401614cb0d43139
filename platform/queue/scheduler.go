package queue

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Turn is a sub-account that is due in a ring.
type Turn struct {
	SubAccountID uuid.UUID
	Ring         string
}

// Sweep finds who is due in one database.
type Sweep func(ctx context.Context, tx pgx.Tx, now time.Time, most int) ([]Turn, error)

// Directory says where data lives, and whose lives in a database.
// modules/directory implements it.
type Directory interface {
	tenancy.Locator
	// Residents lists the living sub-accounts whose data a database holds.
	Residents(ctx context.Context, database uuid.UUID) ([]tenancy.Resident, error)
}

// SchedulerOptions are the parts of a scheduler.
type SchedulerOptions struct {
	Tenants  *db.Tenants
	Locator  Directory
	Ring     Bell
	Sweeps   []Sweep
	Calendar *Calendar
	// Standing are the schedules that every sub-account has; nil is none.
	Standing func(subAccount uuid.UUID) []Schedule
	Metrics  *Metrics // nil is none
	Clock    clock.Clock
	Log      *slog.Logger

	Every   time.Duration // between two sweeps; default 1 s
	Measure time.Duration // between two measurements of the depths; default 15 s
	Upkeep  time.Duration // between two looks at standing schedules and time zones; default 1 min
}

// Scheduler rings for rows that came due and for what a lost bell left behind,
// enqueues what the calendar says, and measures the depths. Each worker process
// runs one. What must happen once is held to that by the database.
type Scheduler struct{ o SchedulerOptions }

// NewScheduler makes a scheduler.
func NewScheduler(o SchedulerOptions) *Scheduler {
	o.Every = cmp.Or(o.Every, time.Second)
	o.Measure = cmp.Or(o.Measure, 15*time.Second)
	o.Upkeep = cmp.Or(o.Upkeep, time.Minute)
	if o.Metrics == nil {
		o.Metrics = newMetrics(o.Clock)
	}
	return &Scheduler{o}
}

const (
	sweepMost = 1000
	sweepLock = 7046029254386353131 // advisory, of the sweep; any constant would do
)

// Run goes on until ctx ends.
func (s *Scheduler) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { s.again(ctx, s.o.Every, s.Sweep) })
	loops.Go(func() { s.again(ctx, s.o.Measure, s.MeasureDepths) })
	loops.Go(func() { s.again(ctx, s.o.Upkeep, s.KeepUp) })
	loops.Wait()
}

func (s *Scheduler) again(ctx context.Context, pause time.Duration, once func(context.Context)) {
	for {
		once(ctx)
		select {
		case <-ctx.Done():
			return
		case <-s.o.Clock.After(pause):
		}
	}
}

// each calls fn for every database. One that is away does not keep the others
// waiting for longer than its connect timeout.
func (s *Scheduler) each(ctx context.Context, what string, fn func(ctx context.Context, database uuid.UUID) error) {
	databases, err := s.o.Locator.Databases(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "the directory did not answer; it is asked again soon", "for", what, "error", err)
		}
		return
	}
	for _, d := range databases {
		if err := fn(ctx, d.ID); err != nil && ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "a database did not take part", "in", what, "database", d.ID, "error", err)
		}
	}
}

// Sweep looks through every database a single time.
func (s *Scheduler) Sweep(ctx context.Context) {
	s.each(ctx, "the sweep", s.sweep)
}

func (s *Scheduler) sweep(ctx context.Context, database uuid.UUID) error {
	rings := map[string][]uuid.UUID{}
	var scheduled []uuid.UUID
	err := s.o.Tenants.InDatabase(ctx, database, func(tx pgx.Tx) error {
		clear(rings)
		var mine bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock($1)`, int64(sweepLock)).Scan(&mine); err != nil || !mine {
			return err
		}
		for _, sweep := range s.o.Sweeps {
			turns, err := sweep(ctx, tx, s.o.Clock.Now(), sweepMost)
			if err != nil {
				return err
			}
			for _, t := range turns {
				rings[t.Ring] = append(rings[t.Ring], t.SubAccountID)
			}
		}
		var err error
		scheduled, err = dueSchedules(ctx, tx, s.o.Clock.Now(), sweepMost)
		return err
	})
	// What was found before something failed is due all the same.
	for ring, subs := range rings {
		s.o.Ring.Ring(ctx, ring, subs...)
	}
	if err != nil {
		return err
	}
	for _, sub := range scheduled {
		if err := s.enqueueDue(ctx, sub); err != nil && ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "a sub-account's schedules were not looked at; the next sweep tries again", "sub_account", sub, "error", err)
		}
	}
	return nil
}

func (s *Scheduler) enqueueDue(ctx context.Context, sub uuid.UUID) error {
	place, err := s.o.Locator.Locate(ctx, sub)
	if err != nil {
		return err
	}
	ctx = tenancy.WithTenant(ctx, place.Tenant)
	return s.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return s.o.Calendar.enqueueDue(ctx, tx, place) })
}

// SweepJobs finds the sub-accounts with jobs that are due, or whose worker's
// lease ran out.
func SweepJobs(ctx context.Context, tx pgx.Tx, now time.Time, most int) ([]Turn, error) {
	rows, err := tx.Query(ctx, `select sub_account_id, queue as ring from job_due_tenants(@now, @most)`,
		pgx.StrictNamedArgs{"now": now, "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Turn])
}
