package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const tenantLink = `sub_account_id as chain, seq, id, kind, subject_kind, subject_id, @nil::uuid as about, paths, occurred_at, actor, actor_kind,
	actor_id, actor_salt, actor_hash, before, after, salt, before_hash, after_hash, erased_by, null::uuid as actor_erased_by, prev_hash, hash`

// lockChain takes the end of the sub-account's chain, and tells of which of the
// events an entry is there already.
func lockChain(ctx context.Context, tx pgx.Tx, sub uuid.UUID, ids []uuid.UUID) (seq int64, hash []byte, there []uuid.UUID, err error) {
	db.Later(tx, `insert into audit_chain (sub_account_id) values (@sub_account) on conflict do nothing`,
		pgx.StrictNamedArgs{"sub_account": sub})
	err = tx.QueryRow(ctx, `
		select seq, hash, array(select id from audit_entry where sub_account_id = @sub_account and id = any(@ids))
		  from audit_chain where sub_account_id = @sub_account for update`,
		pgx.StrictNamedArgs{"sub_account": sub, "ids": ids}).Scan(&seq, &hash, &there)
	return seq, hash, there, err
}

// insertLink writes an entry; moveChain has to follow.
func insertLink(tx pgx.Tx, l Link, contact uuid.NullUUID) {
	db.Later(tx, `
		insert into audit_entry (sub_account_id, id, kind, subject_kind, subject_id, actor, before, after, occurred_at, seq, paths,
			contact_id, actor_kind, actor_id, actor_salt, actor_hash, salt, before_hash, after_hash, prev_hash, hash)
		values (@sub_account, @id, @kind, @subject_kind, @subject, @actor, @before, @after, @at, @seq, @paths,
			@contact, @actor_kind, @actor_id, @actor_salt, @actor_hash, @salt, @before_hash, @after_hash, @prev, @hash)`, linkArgs(l, contact))
}

// chainLink puts an entry that was written before there was a chain into it.
func chainLink(tx pgx.Tx, l Link, contact uuid.NullUUID) {
	args := linkArgs(l, contact)
	for _, name := range []string{"kind", "subject_kind", "subject", "actor", "before", "after", "at"} {
		delete(args, name)
	}
	db.Later(tx, `
		update audit_entry
		   set seq = @seq, paths = @paths, contact_id = @contact, actor_kind = @actor_kind, actor_id = @actor_id,
		       actor_salt = @actor_salt, actor_hash = @actor_hash, salt = @salt, before_hash = @before_hash, after_hash = @after_hash,
		       prev_hash = @prev, hash = @hash
		 where sub_account_id = @sub_account and id = @id`, args)
}

func moveChain(ctx context.Context, tx pgx.Tx, sub uuid.UUID, seq int64, hash []byte) error {
	_, err := tx.Exec(ctx, `update audit_chain set seq = @seq, hash = @hash where sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"sub_account": sub, "seq": seq, "hash": hash})
	return err
}

func linkArgs(l Link, contact uuid.NullUUID) pgx.StrictNamedArgs {
	return pgx.StrictNamedArgs{
		"sub_account": l.Chain, "id": l.ID, "kind": l.Kind, "subject_kind": l.SubjectKind, "subject": l.SubjectID,
		"actor": l.Actor, "before": l.Before, "after": l.After, "at": l.OccurredAt, "seq": l.Seq, "paths": l.Paths, "contact": contact,
		"actor_kind": l.ActorKind, "actor_id": l.ActorID, "actor_salt": l.ActorSalt, "actor_hash": l.ActorHash, "salt": l.Salt,
		"before_hash": l.BeforeHash, "after_hash": l.AfterHash, "prev": l.PrevHash, "hash": l.Hash,
	}
}

// unchained reads entries that are not in the chain, the oldest first.
func unchained(ctx context.Context, tx pgx.Tx, sub uuid.UUID, most int) ([]Link, error) {
	rows, err := tx.Query(ctx, `
		select sub_account_id as chain, 0::bigint as seq, id, kind, subject_kind, subject_id, @nil::uuid as about, occurred_at,
		       actor, coalesce(actor->>'kind', '') as actor_kind, coalesce(actor->>'id', '') as actor_id, before, after
		  from audit_entry where sub_account_id = @sub_account and seq is null
		 order by occurred_at, id limit @most`,
		pgx.StrictNamedArgs{"sub_account": sub, "most": most, "nil": uuid.Nil})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByNameLax[Link])
}

// eraseValues takes the values out of all entries that hold a contact's data.
func eraseValues(tx pgx.Tx, sub, contact, by uuid.UUID, now time.Time) {
	db.Later(tx, `
		update audit_entry set before = null, after = null, salt = null, erased_at = @now, erased_by = @by
		 where sub_account_id = @sub_account and (subject_id = @contact or contact_id = @contact)
		   and seq is not null and erased_at is null and id <> @by`,
		pgx.StrictNamedArgs{"sub_account": sub, "contact": contact, "by": by, "now": now})
}

// links reads a page of the chain after a place.
func links(ctx context.Context, r db.Reader, sub uuid.UUID, after int64, most int) ([]Link, error) {
	rows, err := r.Query(ctx, `select `+tenantLink+`
		  from audit_entry where sub_account_id = @sub_account and seq > @after order by seq limit @most`,
		pgx.StrictNamedArgs{"sub_account": sub, "after": after, "most": most, "nil": uuid.Nil})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Link])
}

func headOf(ctx context.Context, r db.Reader, sub uuid.UUID) (seq int64, hash []byte, err error) {
	err = r.QueryRow(ctx, `
		select coalesce(max(seq), 0), coalesce((array_agg(hash))[1], '') from audit_chain where sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"sub_account": sub}).Scan(&seq, &hash)
	return seq, hash, err
}

func insertCheckpoint(ctx context.Context, tx pgx.Tx, sub uuid.UUID, c Checkpoint) error {
	_, err := tx.Exec(ctx, `
		insert into audit_checkpoint (sub_account_id, id, seq, hash, kind, key_id, signature, created_at)
		values (@sub_account, @id, @seq, @hash, @kind, @key, @signature, @at)`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "id": c.ID, "seq": c.Seq, "hash": c.Hash, "kind": c.Kind, "key": c.KeyID, "signature": c.Signature, "at": c.CreatedAt,
		})
	return err
}

func checkpoints(ctx context.Context, r db.Reader, sub uuid.UUID) ([]Checkpoint, error) {
	rows, err := r.Query(ctx, `
		select id, seq, hash, kind, key_id, signature, created_at from audit_checkpoint
		 where sub_account_id = @sub_account order by seq, created_at`, pgx.StrictNamedArgs{"sub_account": sub})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Checkpoint])
}

// cutAt is the last entry of which it and all before it are older than the
// policy, with its hash; 0 if there is none.
func cutAt(ctx context.Context, tx pgx.Tx, sub uuid.UUID, before time.Time) (seq int64, hash []byte, err error) {
	err = tx.QueryRow(ctx, `
		with young as (
			select seq from audit_entry
			 where sub_account_id = @sub_account and seq is not null and occurred_at >= @before order by seq limit 1)
		select coalesce(max(seq), 0), coalesce((array_agg(hash))[1], '') from (
			select seq, hash from audit_entry
			 where sub_account_id = @sub_account and seq is not null and seq < coalesce((select seq from young), 9223372036854775807)
			 order by seq desc limit 1) as last`,
		pgx.StrictNamedArgs{"sub_account": sub, "before": before}).Scan(&seq, &hash)
	return seq, hash, err
}

func prune(ctx context.Context, tx pgx.Tx, upto int64, most int) (gone int64, err error) {
	err = tx.QueryRow(ctx, `select audit_prune(@upto, @most)`, pgx.StrictNamedArgs{"upto": upto, "most": most}).Scan(&gone)
	return gone, err
}
