package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// keepControl looks after an agency's chain as Keep does after a sub-account's.
func (s *Service) keepControl(ctx context.Context, chain uuid.UUID) error {
	if err := s.cutControl(ctx, chain); err != nil {
		return err
	}
	return s.checkpointControl(ctx, chain)
}

const (
	watchEvery = time.Hour
	sweepEvery = 20 * time.Hour
	neglect    = 36 * time.Hour // without a signature: nobody's night looks after the chain
)

// Watch sweeps once an hour until the context ends: an installation without any
// sub-account has no night. Whether a sweep is due is a single row of the control
// database, so that many workers may watch.
func (s *Service) Watch(ctx context.Context) {
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "the audit of agencies without sub-accounts could not be kept; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.clock.After(watchEvery):
		}
	}
}

// sweep keeps the chains that no sub-account's night keeps, since their agency has
// none, once a day for the whole installation. A chain that fails doesn't hold up
// the others. The day is marked when all is done: who dies on the way leaves the
// rest to the next one, and two at once do no harm, as each chain is locked and
// looked at again.
func (s *Service) sweep(ctx context.Context) error {
	now := s.now()
	var due bool
	var chains []uuid.UUID
	err := s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		err = tx.QueryRow(ctx, `select exists (select from audit_sweep where at <= @before)`,
			pgx.StrictNamedArgs{"before": now.Add(-sweepEvery)}).Scan(&due)
		if err == nil && due {
			chains, err = neglected(ctx, tx, now)
		}
		return err
	})
	if err != nil || !due {
		return err
	}
	var failed []error
	for _, chain := range chains {
		failed = append(failed, s.keepControl(ctx, chain))
	}
	if err := errors.Join(failed...); err != nil {
		return err
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update audit_sweep set at = @now where at < @now`, pgx.StrictNamedArgs{"now": now})
		return err
	})
}

// neglected are the chains that have grown or grown too old, and that nobody has
// signed for long.
func neglected(ctx context.Context, tx pgx.Tx, now time.Time) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, `
		select c.chain_id from audit_chain c
		  cross join lateral (select max(seq) as seq, max(created_at) as at from audit_checkpoint where chain_id = c.chain_id) signed
		  left join audit_policy p on p.agency_id = c.chain_id and p.retention_days > 0
		 where coalesce(signed.at, '-infinity') < @since
		   and (c.seq > coalesce(signed.seq, 0)
		        or exists (select from audit_entry e where e.agency_id = c.chain_id and e.occurred_at < @now::timestamptz - make_interval(days => p.retention_days)))
		 order by c.chain_id`, pgx.StrictNamedArgs{"since": now.Add(-neglect), "now": now})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func (s *Service) checkpointControl(ctx context.Context, chain uuid.UUID) error {
	private, err := s.signer(ctx)
	if err != nil {
		return err
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		seq, hash, err := s.lockControl(ctx, tx, chain)
		if err != nil {
			return err
		}
		if seq, hash, err = s.chainOldControl(ctx, tx, chain, seq, hash); err != nil || seq == 0 {
			return err
		}
		var last int64
		err = tx.QueryRow(ctx, `select coalesce(max(seq), 0) from audit_checkpoint where chain_id = @chain`,
			pgx.StrictNamedArgs{"chain": chain}).Scan(&last)
		if err != nil || last >= seq {
			return err
		}
		return s.signControl(ctx, tx, chain, Checkpoint{Seq: seq, Hash: hash, Kind: Periodic}, private)
	})
}

// signControl signs what the chain is at a place and keeps it.
func (s *Service) signControl(ctx context.Context, tx pgx.Tx, chain uuid.UUID, c Checkpoint, private ed25519.PrivateKey) error {
	c.ID, c.CreatedAt = uuid.Must(uuid.NewV7()), s.now()
	if err := c.sign(chain, private); err != nil {
		return err
	}
	s.witness(tx, chain, c)
	_, err := tx.Exec(ctx, `
		insert into audit_checkpoint (id, chain_id, seq, hash, kind, key_id, signature, created_at)
		values (@id, @chain, @seq, @hash, @kind, @key, @signature, @at)`,
		pgx.StrictNamedArgs{
			"id": c.ID, "chain": chain, "seq": c.Seq, "hash": c.Hash, "kind": c.Kind, "key": c.KeyID, "signature": c.Signature, "at": c.CreatedAt,
		})
	return err
}

// cutControl takes away what an agency's policy no longer keeps, from the
// beginning of its chain, behind a signed checkpoint.
func (s *Service) cutControl(ctx context.Context, chain uuid.UUID) error {
	private, err := s.signer(ctx)
	if err != nil {
		return err
	}
	var upto int64
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		p, err := controlPolicy(ctx, tx, chain)
		if err != nil || p.RetentionDays == 0 {
			return err
		}
		if _, _, err := s.lockControl(ctx, tx, chain); err != nil { // the chains of many sub-accounts' agency are kept at once
			return err
		}
		seq, hash, err := cutControlAt(ctx, tx, chain, s.now().Add(-time.Duration(p.RetentionDays)*24*time.Hour))
		if upto = seq; err != nil || seq == 0 {
			return err
		}
		return s.signControl(ctx, tx, chain, Checkpoint{Seq: seq, Hash: hash, Kind: Cut}, private)
	})
	for err == nil && upto > 0 {
		var gone int64
		err = s.control.InTx(ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, `select audit_prune(@chain, @upto, @most)`,
				pgx.StrictNamedArgs{"chain": chain, "upto": upto, "most": pruneBatch}).Scan(&gone)
		})
		if gone < pruneBatch {
			break
		}
	}
	return err
}

// cutControlAt is cutAt of an agency's chain.
func cutControlAt(ctx context.Context, tx pgx.Tx, chain uuid.UUID, before time.Time) (seq int64, hash []byte, err error) {
	err = tx.QueryRow(ctx, `
		with young as (
			select seq from audit_entry
			 where coalesce(agency_id, @nil) = @chain and seq is not null and occurred_at >= @before order by seq limit 1)
		select coalesce(max(seq), 0), coalesce((array_agg(hash))[1], '') from (
			select seq, hash from audit_entry
			 where coalesce(agency_id, @nil) = @chain and seq is not null and seq < coalesce((select seq from young), 9223372036854775807)
			 order by seq desc limit 1) as last`,
		pgx.StrictNamedArgs{"chain": chain, "before": before, "nil": uuid.Nil}).Scan(&seq, &hash)
	return seq, hash, err
}
