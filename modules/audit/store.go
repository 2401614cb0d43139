package audit

import (
	"context"
	"encoding/json"
	"strings"
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

// insertLinks writes entries with the next statement; moveChain has to follow.
func insertLinks(tx pgx.Tx, sub uuid.UUID, list []entry) {
	n := len(list)
	if n == 0 {
		return
	}
	ids, subjects, contacts := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.NullUUID, n)
	kinds, subjectKinds, actorKinds, actorIDs, paths := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	actors, before, after := make([]json.RawMessage, n), make([]json.RawMessage, n), make([]json.RawMessage, n)
	ats, seqs := make([]time.Time, n), make([]int64, n)
	actorSalts, actorHashes, salts := make([][]byte, n), make([][]byte, n), make([][]byte, n)
	beforeHashes, afterHashes, prevs, hashes := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i, l := range list {
		ids[i], subjects[i], contacts[i], kinds[i], subjectKinds[i] = l.ID, l.SubjectID, l.contact, l.Kind, l.SubjectKind
		actorKinds[i], actorIDs[i], paths[i], actors[i], before[i], after[i] = l.ActorKind, l.ActorID, arrayOf(l.Paths), l.Actor, l.Before, l.After
		ats[i], seqs[i], actorSalts[i], actorHashes[i], salts[i] = l.OccurredAt, l.Seq, l.ActorSalt, l.ActorHash, l.Salt
		beforeHashes[i], afterHashes[i], prevs[i], hashes[i] = l.BeforeHash, l.AfterHash, l.PrevHash, l.Hash
	}
	db.Later(tx, `
		insert into audit_entry (sub_account_id, id, kind, subject_kind, subject_id, actor, before, after, occurred_at, seq, paths,
			contact_id, actor_kind, actor_id, actor_salt, actor_hash, salt, before_hash, after_hash, prev_hash, hash)
		select @sub_account, e.id, e.kind, e.subject_kind, e.subject, e.actor, e.before, e.after, e.at, e.seq, e.paths::text[],
			e.contact, e.actor_kind, e.actor_id, e.actor_salt, e.actor_hash, e.salt, e.before_hash, e.after_hash, e.prev, e.hash
		  from unnest(@ids::uuid[], @kinds::text[], @subject_kinds::text[], @subjects::uuid[], @actors::jsonb[], @befores::jsonb[], @afters::jsonb[],
			@ats::timestamptz[], @seqs::bigint[], @paths::text[], @contacts::uuid[], @actor_kinds::text[], @actor_ids::text[],
			@actor_salts::bytea[], @actor_hashes::bytea[], @salts::bytea[], @before_hashes::bytea[], @after_hashes::bytea[], @prevs::bytea[],
			@hashes::bytea[])
		    as e (id, kind, subject_kind, subject, actor, before, after, at, seq, paths, contact, actor_kind, actor_id,
			actor_salt, actor_hash, salt, before_hash, after_hash, prev, hash)`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "ids": ids, "kinds": kinds, "subject_kinds": subjectKinds, "subjects": subjects, "actors": actors,
			"befores": before, "afters": after, "ats": ats, "seqs": seqs, "paths": paths, "contacts": contacts, "actor_kinds": actorKinds,
			"actor_ids": actorIDs, "actor_salts": actorSalts, "actor_hashes": actorHashes, "salts": salts, "before_hashes": beforeHashes,
			"after_hashes": afterHashes, "prevs": prevs, "hashes": hashes,
		})
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayOf writes a list as PostgreSQL reads one, for lists of different lengths
// can't stand in one array.
func arrayOf(list []string) string {
	var out strings.Builder
	out.WriteByte('{')
	for i, s := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('"')
		_, _ = quoted.WriteString(&out, s)
		out.WriteByte('"')
	}
	out.WriteByte('}')
	return out.String()
}

// chainLink puts an entry that was written before there was a chain into it.
func chainLink(tx pgx.Tx, l Link, contact uuid.NullUUID) {
	db.Later(tx, `
		update audit_entry
		   set seq = @seq, paths = @paths, contact_id = @contact, actor_kind = @actor_kind, actor_id = @actor_id,
		       actor_salt = @actor_salt, actor_hash = @actor_hash, salt = @salt, before_hash = @before_hash, after_hash = @after_hash,
		       prev_hash = @prev, hash = @hash
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{
			"sub_account": l.Chain, "id": l.ID, "seq": l.Seq, "paths": l.Paths, "contact": contact,
			"actor_kind": l.ActorKind, "actor_id": l.ActorID, "actor_salt": l.ActorSalt, "actor_hash": l.ActorHash, "salt": l.Salt,
			"before_hash": l.BeforeHash, "after_hash": l.AfterHash, "prev": l.PrevHash, "hash": l.Hash,
		})
}

func moveChain(ctx context.Context, tx pgx.Tx, sub uuid.UUID, seq int64, hash []byte) error {
	_, err := tx.Exec(ctx, `update audit_chain set seq = @seq, hash = @hash where sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"sub_account": sub, "seq": seq, "hash": hash})
	return err
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
