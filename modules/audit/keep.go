package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	chainBatch = 500  // entries, so that no transaction is long
	pruneBatch = 2000 // rows
)

// KeepJob looks after the sub-account's chain.
type KeepJob struct{}

// Kind names the job for ever.
func (KeepJob) Kind() string { return "audit.keep" }

// Keep is the handler of KeepJob: it chains what was written before there was a
// chain, takes away what the policy no longer keeps, and signs the chains of the
// sub-account and of its agency where they have grown, and once a day of agencies
// that have no sub-account. It may be repeated after it was stopped half-way.
func (s *Service) Keep(ctx context.Context) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, uuid.UUID) error{s.chainOld, s.cut, s.Checkpoint} {
		if err := step(ctx, tenant.SubAccount); err != nil {
			return err
		}
	}
	for _, chain := range []uuid.UUID{tenant.Agency, uuid.Nil} {
		if err := s.keepControl(ctx, chain); err != nil {
			return err
		}
	}
	if err := s.sweep(ctx); err != nil {
		return err
	}
	return s.tenants.InTenant(ctx, func(tx pgx.Tx) error { return queue.Complete(ctx, tx) })
}

// chainOld puts entries that have no place yet at the end of the chain, in their
// order. So the chain's order is that of chaining: for what is written since, that
// of the events.
func (s *Service) chainOld(ctx context.Context, sub uuid.UUID) error {
	for {
		n := 0
		err := s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
			seq, hash, _, err := lockChain(ctx, tx, sub, nil)
			if err != nil {
				return err
			}
			old, err := unchained(ctx, tx, sub, chainBatch)
			if err != nil || len(old) == 0 {
				n = 0
				return err
			}
			var f former
			for i := range old {
				l := &old[i]
				l.Paths = pathsOf(changes(l.Before, l.After))
				if err := l.seal(&f, seq+1, hash); err != nil {
					return err
				}
				chainLink(tx, *l, contactIn(l.After, l.Before))
				seq, hash = l.Seq, l.Hash
			}
			n = len(old)
			return moveChain(ctx, tx, sub, seq, hash)
		})
		if err != nil || n < chainBatch {
			return err
		}
	}
}

// Checkpoint signs the sub-account's chain, if it has grown since it was last
// signed.
func (s *Service) Checkpoint(ctx context.Context, sub uuid.UUID) error {
	private, err := s.signer(ctx)
	if err != nil {
		return err
	}
	return s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		seq, hash, err := headOf(ctx, tx, sub)
		if err != nil || seq == 0 {
			return err
		}
		var last int64
		err = tx.QueryRow(ctx, `select coalesce(max(seq), 0) from audit_checkpoint where sub_account_id = @sub_account`,
			pgx.StrictNamedArgs{"sub_account": sub}).Scan(&last)
		if err != nil || last >= seq {
			return err
		}
		c := Checkpoint{ID: uuid.Must(uuid.NewV7()), Seq: seq, Hash: hash, Kind: Periodic, CreatedAt: s.now()}
		if err := c.sign(sub, private); err != nil {
			return err
		}
		s.witness(tx, sub, c)
		return insertCheckpoint(ctx, tx, sub, c)
	})
}

// cut takes away the entries that are older than the policy, from the beginning
// of the chain up to the first that is not, behind a signed checkpoint.
func (s *Service) cut(ctx context.Context, sub uuid.UUID) error {
	private, err := s.signer(ctx)
	if err != nil {
		return err
	}
	var upto int64
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		p, err := policyOf(ctx, tx, sub)
		if err != nil {
			return err
		}
		seq, hash, err := cutAt(ctx, tx, sub, s.now().Add(-time.Duration(p.RetentionDays)*24*time.Hour))
		if upto = seq; err != nil || seq == 0 {
			return err
		}
		c := Checkpoint{ID: uuid.Must(uuid.NewV7()), Seq: seq, Hash: hash, Kind: Cut, CreatedAt: s.now()}
		if err := c.sign(sub, private); err != nil {
			return err
		}
		s.witness(tx, sub, c)
		return insertCheckpoint(ctx, tx, sub, c)
	})
	for err == nil && upto > 0 {
		var gone int64
		err = s.tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
			gone, err = prune(ctx, tx, upto, pruneBatch)
			return err
		})
		if gone < pruneBatch {
			break
		}
	}
	return err
}

// witness tells the log of a checkpoint, so that it exists where whoever changes
// the database does not reach.
func (s *Service) witness(tx pgx.Tx, chain uuid.UUID, c Checkpoint) {
	db.AfterCommit(tx, func(ctx context.Context) {
		s.log.InfoContext(ctx, "audit checkpoint", "chain", chain, "seq", c.Seq, "hash", hexOf(c.Hash), "kind", c.Kind,
			"key", c.KeyID, "at", instant(c.CreatedAt), "signature", hexOf(c.Signature))
	})
}

// Chain reads the end of the sub-account's chain and its checkpoints, the oldest
// first: what to keep elsewhere.
func (s *Service) Chain(ctx context.Context) (seq int64, hash []byte, signed []Checkpoint, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, nil, nil, err
	}
	err = s.tenants.Read(ctx, func(r db.Reader) error {
		if signed, err = checkpoints(ctx, r, tenant.SubAccount); err == nil {
			seq, hash, err = headOf(ctx, r, tenant.SubAccount)
		}
		return err
	})
	return seq, hash, signed, err
}

// Verify checks the sub-account's whole chain against the keys; nil are those of
// the control database. Errors: *Broken.
func (s *Service) Verify(ctx context.Context, sub uuid.UUID, keys Trusted) (Verified, error) {
	if keys == nil {
		var err error
		if keys, err = s.trusted(ctx); err != nil {
			return Verified{}, err
		}
	}
	var signed []Checkpoint
	var head int64
	err := s.tenants.Read(ctx, func(r db.Reader) (err error) {
		if signed, err = checkpoints(ctx, r, sub); err == nil {
			head, _, err = headOf(ctx, r, sub)
		}
		return err
	})
	if err != nil {
		return Verified{}, err
	}
	return run(sub, keys, signed, head, func(after int64) (page []Link, err error) {
		err = s.tenants.Read(ctx, func(r db.Reader) (err error) {
			page, err = links(ctx, r, sub, after, chainBatch)
			return err
		})
		return page, err
	})
}

// run verifies page by page. What is written meanwhile is checked as well, so the
// head is the least that there must be.
func run(chain uuid.UUID, keys Trusted, signed []Checkpoint, head int64, next func(after int64) ([]Link, error)) (Verified, error) {
	v, err := NewVerifier(chain, keys, signed)
	if err != nil {
		return Verified{}, err
	}
	after, last := int64(0), int64(0)
	for {
		page, err := next(after)
		if err != nil {
			return Verified{}, err
		}
		for _, l := range page {
			if err := v.Take(l); err != nil {
				return v.sum, err
			}
			after, last = l.Seq, l.Seq
		}
		if len(page) < chainBatch {
			return v.End(max(head, last))
		}
	}
}
