package audit

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const controlLink = `coalesce(agency_id, @nil) as chain, coalesce(seq, 0) as seq, id, action as kind, '' as subject_kind,
	coalesce(subject_id, @nil) as subject_id, coalesce(sub_account_id, @nil) as about, '{}'::text[] as paths, occurred_at,
	case when actor_erased_by is null then actor end as actor,
	coalesce(actor_kind, actor->>'kind') as actor_kind, coalesce(actor_id, actor->>'id', '') as actor_id, actor_salt, actor_hash,
	null::jsonb as before, case when erased_by is null then detail end as after, salt, null::bytea as before_hash,
	detail_hash as after_hash, erased_by, actor_erased_by, prev_hash, hash`

// recordControl writes an entry at the end of its agency's chain. Whoever comes
// second waits for the first one's commit, so this is a transaction's last word.
// It gives the entry's id.
func (s *Service) recordControl(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, action string, subject uuid.UUID, actor tenancy.Actor, detail map[string]any) (uuid.UUID, error) {
	seq, hash, err := s.lockControl(ctx, tx, scope.Agency)
	if err != nil {
		return uuid.Nil, err
	}
	if detail == nil {
		detail = map[string]any{}
	}
	raw, err := json.Marshal(detail)
	if err != nil {
		return uuid.Nil, err
	}
	l := Link{
		Chain: scope.Agency, ID: uuid.Must(uuid.NewV7()), Kind: action, SubjectID: subject, About: scope.SubAccount,
		OccurredAt: s.now(), After: raw,
	}
	if err := errors.Join(l.named(actor), l.seal(new(former), seq+1, hash)); err != nil {
		return uuid.Nil, err
	}
	_, err = tx.Exec(ctx, `
		with entry as (
			insert into audit_entry (id, agency_id, sub_account_id, action, subject_id, actor, detail, occurred_at, seq, actor_kind,
				actor_id, actor_salt, actor_hash, salt, detail_hash, prev_hash, hash)
			values (@id, @agency, @sub_account, @action, @subject, @actor, @detail, @now, @seq, @actor_kind,
				@actor_id, @actor_salt, @actor_hash, @salt, @detail_hash, @prev, @hash))
		update audit_chain set seq = @seq, hash = @hash where chain_id = @chain`,
		pgx.StrictNamedArgs{
			"id": l.ID, "agency": orNull(scope.Agency), "sub_account": orNull(scope.SubAccount), "action": action, "subject": orNull(subject),
			"actor": l.Actor, "detail": raw, "now": l.OccurredAt, "seq": l.Seq, "actor_kind": l.ActorKind, "actor_id": l.ActorID,
			"actor_salt": l.ActorSalt, "actor_hash": l.ActorHash, "salt": l.Salt, "detail_hash": l.AfterHash, "prev": l.PrevHash,
			"hash": l.Hash, "chain": scope.Agency,
		})
	return l.ID, err
}

// lockControl takes the end of a chain. The first time it begins the chain with
// what was written before there was one: an agency's are few.
func (s *Service) lockControl(ctx context.Context, tx pgx.Tx, chain uuid.UUID) (seq int64, hash []byte, err error) {
	const end = `select seq, hash from audit_chain where chain_id = @chain for update`
	args := pgx.StrictNamedArgs{"chain": chain}
	err = tx.QueryRow(ctx, end, args).Scan(&seq, &hash)
	if !errors.Is(err, pgx.ErrNoRows) {
		return seq, hash, err
	}
	tag, err := tx.Exec(ctx, `insert into audit_chain (chain_id, seq, hash) values (@chain, 0, '') on conflict do nothing`, args)
	if err != nil {
		return 0, nil, err
	}
	if tag.RowsAffected() == 0 {
		err = tx.QueryRow(ctx, end, args).Scan(&seq, &hash)
		return seq, hash, err
	}
	return s.chainOldControl(ctx, tx, chain, 0, nil)
}

// chainOldControl puts what has no place yet at the end of the chain, in its
// order.
func (s *Service) chainOldControl(ctx context.Context, tx pgx.Tx, chain uuid.UUID, seq int64, hash []byte) (int64, []byte, error) {
	rows, err := tx.Query(ctx, `select `+controlLink+` from audit_entry
		 where coalesce(agency_id, @nil) = @chain and seq is null order by occurred_at, id`,
		pgx.StrictNamedArgs{"chain": chain, "nil": uuid.Nil})
	if err != nil {
		return 0, nil, err
	}
	old, err := pgx.CollectRows(rows, pgx.RowToStructByName[Link])
	if err != nil || len(old) == 0 {
		return seq, hash, err
	}
	var f former
	for i := range old {
		l := &old[i]
		if err := l.seal(&f, seq+1, hash); err != nil {
			return 0, nil, err
		}
		seq, hash = l.Seq, l.Hash
		db.Later(tx, `
			update audit_entry set seq = @seq, actor_kind = @actor_kind, actor_id = @actor_id, actor_salt = @actor_salt,
				actor_hash = @actor_hash, salt = @salt, detail_hash = @detail_hash, prev_hash = @prev, hash = @hash
			 where id = @id`,
			pgx.StrictNamedArgs{
				"id": l.ID, "seq": l.Seq, "actor_kind": l.ActorKind, "actor_id": l.ActorID, "actor_salt": l.ActorSalt,
				"actor_hash": l.ActorHash, "salt": l.Salt, "detail_hash": l.AfterHash, "prev": l.PrevHash, "hash": l.Hash,
			})
	}
	_, err = tx.Exec(ctx, `update audit_chain set seq = @seq, hash = @hash where chain_id = @chain`,
		pgx.StrictNamedArgs{"chain": chain, "seq": seq, "hash": hash})
	return seq, hash, err
}

// ControlChain is Chain of an agency's administration.
func (s *Service) ControlChain(ctx context.Context, chain uuid.UUID) (seq int64, hash []byte, signed []Checkpoint, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		if signed, err = controlCheckpoints(ctx, r, chain); err != nil {
			return err
		}
		return r.QueryRow(ctx, `select coalesce(max(seq), 0), coalesce((array_agg(hash))[1], '') from audit_chain where chain_id = @chain`,
			pgx.StrictNamedArgs{"chain": chain}).Scan(&seq, &hash)
	})
	return seq, hash, signed, err
}

// VerifyControl checks the chain of an agency's administration, of the platform's
// own for Nil. Errors: *Broken.
func (s *Service) VerifyControl(ctx context.Context, chain uuid.UUID, keys Trusted) (Verified, error) {
	if keys == nil {
		var err error
		if keys, err = s.trusted(ctx); err != nil {
			return Verified{}, err
		}
	}
	head, _, signed, err := s.ControlChain(ctx, chain)
	if err != nil {
		return Verified{}, err
	}
	return run(chain, keys, signed, head, func(after int64) (page []Link, err error) {
		err = s.control.Read(ctx, func(r db.Reader) error {
			rows, err := r.Query(ctx, `select `+controlLink+` from audit_entry
				 where coalesce(agency_id, @nil) = @chain and seq > @after order by seq limit @most`,
				pgx.StrictNamedArgs{"chain": chain, "after": after, "most": chainBatch, "nil": uuid.Nil})
			if err != nil {
				return err
			}
			page, err = pgx.CollectRows(rows, pgx.RowToStructByName[Link])
			return err
		})
		return page, err
	})
}

func controlCheckpoints(ctx context.Context, r db.Reader, chain uuid.UUID) ([]Checkpoint, error) {
	rows, err := r.Query(ctx, `
		select id, seq, hash, kind, key_id, signature, created_at from audit_checkpoint where chain_id = @chain order by seq, created_at`,
		pgx.StrictNamedArgs{"chain": chain})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Checkpoint])
}

func selectControl(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, q Query, after *position, limit int) ([]ControlEntry, error) {
	query := `
		select id, coalesce(agency_id, @nil) as agency, coalesce(sub_account_id, @nil) as sub_account, action,
			coalesce(subject_id, @nil) as subject, detail, occurred_at, coalesce(seq, 0) as seq, hash,
			case when actor_erased_by is null then actor else jsonb_build_object('kind', actor_kind, 'id', actor_id) end as actor,
			erased_by is not null or actor_erased_by is not null as erased
		from audit_entry where agency_id = @agency`
	args := pgx.StrictNamedArgs{"agency": scope.Agency, "nil": uuid.Nil, "limit": limit}
	query += q.controlConditions(args, scope.SubAccount)
	rows, err := tx.Query(ctx, query+from(after, args)+` order by occurred_at desc, id desc limit @limit`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[ControlEntry])
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
