package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	watchEvery = time.Hour
	sweepEvery = 20 * time.Hour
	neglect    = 36 * time.Hour // without a signature: nobody's night looks after the chain
	maxFailure = 500            // characters of an error that are kept
)

// Watch sweeps once an hour until the context ends: an installation without any
// sub-account has no night. Whether a sweep is due is a single row of the control
// database, so that many workers may watch. What keeps a sweep from being made at
// all is told once, until it is something else.
func (s *Service) Watch(ctx context.Context) {
	told := ""
	for {
		err := s.sweep(ctx)
		switch {
		case err == nil:
			told = ""
		case ctx.Err() == nil && err.Error() != told:
			told = err.Error()
			s.log.WarnContext(ctx, "the audit of agencies without sub-accounts could not be looked after; it is tried every hour", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.clock.After(watchEvery):
		}
	}
}

// Failing is how many chains of the administration could not be kept, as of the
// last look.
func (s *Service) Failing() int64 { return s.failing.Load() }

// sweep keeps the chains that no sub-account's night keeps, since their agency has
// none, once a day for the whole installation. One that fails doesn't hold up the
// others: it is tried again after an hour, then after twice as long each time, up to
// a day. The day is marked when each was tried: who dies on the way leaves the rest
// to the next one, and two at once do no harm, as each chain is locked and looked at
// again.
func (s *Service) sweep(ctx context.Context) error {
	now := s.now()
	var day, again bool
	var failing int64
	var chains []uuid.UUID
	err := s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		err = tx.QueryRow(ctx, `
			select exists (select from audit_sweep where at <= @before), coalesce(bool_or(retry_at <= @now), false), count(*) from audit_failure`,
			pgx.StrictNamedArgs{"before": now.Add(-sweepEvery), "now": now}).Scan(&day, &again, &failing)
		if err == nil && (day || again) {
			chains, err = neglected(ctx, tx, now, !day)
		}
		return err
	})
	if err != nil {
		return err
	}
	if s.failing.Store(failing); !day && !again {
		return nil
	}
	// Without its key a worker keeps no chain: that is no fault of theirs.
	if _, err := s.signer(ctx); err != nil {
		return err
	}
	for _, chain := range chains {
		if err := s.keepOrPutOff(ctx, chain); err != nil {
			return err
		}
	}
	return s.endSweep(ctx, now, day, chains)
}

// keepOrPutOff keeps a chain, or says when it is tried again. Errors are those of
// doing either.
func (s *Service) keepOrPutOff(ctx context.Context, chain uuid.UUID) error {
	why := s.keepControl(ctx, chain)
	if ctx.Err() != nil {
		return ctx.Err() // the process stops: no fault of the chain's
	}
	if why == nil {
		return s.control.InTx(ctx, func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, `delete from audit_failure where chain_id = @chain`, pgx.StrictNamedArgs{"chain": chain})
			if err == nil && tag.RowsAffected() > 0 {
				s.log.InfoContext(ctx, "an audit chain is kept again", "chain", chain)
			}
			return err
		})
	}
	var failures int
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		// Two who fail at once count once.
		return tx.QueryRow(ctx, `
			with put_off as (
				insert into audit_failure as f (chain_id, failures, retry_at, error)
				values (@chain, 1, @now::timestamptz + interval '1 hour', @error)
				on conflict (chain_id) do update set failures = f.failures + 1, error = excluded.error,
					retry_at = @now::timestamptz + least(interval '1 day', interval '1 hour' * power(2, least(f.failures, 10)))
				 where f.retry_at <= @now
				returning failures)
			select coalesce((select failures from put_off), 0)`,
			pgx.StrictNamedArgs{"chain": chain, "now": s.now(), "error": cutText(why.Error(), maxFailure)}).Scan(&failures)
	})
	if failures == 1 {
		s.log.ErrorContext(ctx, "an audit chain can't be kept; it is tried ever more seldom, and omnicrm_audit_chains_failing counts it", "chain", chain, "error", why)
	}
	return err
}

// endSweep forgets what failed once and is looked after by others by now, counts the
// rest, and marks the day.
func (s *Service) endSweep(ctx context.Context, now time.Time, day bool, tried []uuid.UUID) error {
	var failing int64
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		if day {
			if _, err := tx.Exec(ctx, `update audit_sweep set at = @now where at < @now`, pgx.StrictNamedArgs{"now": now}); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `delete from audit_failure where retry_at <= @now and chain_id <> all(@tried::uuid[])`,
			pgx.StrictNamedArgs{"now": now, "tried": append([]uuid.UUID{}, tried...)})
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select count(*) from audit_failure`).Scan(&failing)
	})
	if err == nil {
		s.failing.Store(failing)
	}
	return err
}

// neglected are the chains that have grown or grown too old, and that nobody has
// signed for long: without those that failed and whose time hasn't come, or those
// that failed alone.
func neglected(ctx context.Context, tx pgx.Tx, now time.Time, failed bool) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, `
		select c.chain_id from audit_chain c
		  cross join lateral (select max(seq) as seq, max(created_at) as at from audit_checkpoint where chain_id = c.chain_id) signed
		  left join audit_policy p on p.agency_id = c.chain_id and p.retention_days > 0
		  left join audit_failure f on f.chain_id = c.chain_id
		 where coalesce(signed.at, '-infinity') < @since
		   and (c.seq > coalesce(signed.seq, 0)
		        or exists (select from audit_entry e where e.agency_id = c.chain_id and e.occurred_at < @now::timestamptz - make_interval(days => p.retention_days)))
		   and case when f.chain_id is null then not @failed else f.retry_at <= @now end
		 order by c.chain_id`, pgx.StrictNamedArgs{"since": now.Add(-neglect), "now": now, "failed": failed})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func cutText(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
