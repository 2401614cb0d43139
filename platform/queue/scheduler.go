package queue

import (
	"context"
	"log/slog"
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

// SchedulerOptions are the parts of a scheduler.
type SchedulerOptions struct {
	Tenants *db.Tenants
	Locator tenancy.Locator
	Ring    Bell
	Sweeps  []Sweep
	Clock   clock.Clock
	Log     *slog.Logger
	Every   time.Duration // between two sweeps; default 1 s
}

// Scheduler rings for rows that came due, and for what a lost bell left
// behind. Each worker process runs one; a lock in the database lets one at a
// time sweep it.
type Scheduler struct{ o SchedulerOptions }

// NewScheduler makes a scheduler.
func NewScheduler(o SchedulerOptions) *Scheduler {
	if o.Every == 0 {
		o.Every = time.Second
	}
	return &Scheduler{o}
}

const (
	sweepMost = 1000
	sweepLock = 7046029254386353131 // advisory, of the sweep; any constant would do
)

// Run sweeps every database until ctx ends.
func (s *Scheduler) Run(ctx context.Context) {
	for {
		s.Once(ctx)
		select {
		case <-ctx.Done():
			return
		case <-s.o.Clock.After(s.o.Every):
		}
	}
}

// Once sweeps every database a single time. One that is away does not keep
// the others waiting for longer than its connect timeout.
func (s *Scheduler) Once(ctx context.Context) {
	databases, err := s.o.Locator.Databases(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "the directory did not answer; the next sweep tries again", "error", err)
		}
		return
	}
	for _, d := range databases {
		if err := s.sweep(ctx, d.ID); err != nil && ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "a database could not be swept", "database", d.ID, "error", err)
		}
	}
}

func (s *Scheduler) sweep(ctx context.Context, database uuid.UUID) error {
	rings := map[string][]uuid.UUID{}
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
		return nil
	})
	if err != nil {
		return err
	}
	for ring, subs := range rings {
		s.o.Ring.Ring(ctx, ring, subs...)
	}
	return nil
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
