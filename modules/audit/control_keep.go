package audit

import (
	"context"
	"crypto/ed25519"
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
