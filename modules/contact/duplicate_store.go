package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// keepKeys makes a contact's keys what they are now, with the next statement. One
// at a time does so in a sub-account. The contact is read by its id: see livingSQL.
func keepKeys(ctx context.Context, tx pgx.Tx, id uuid.UUID, name string, keys []matchKey) error {
	args, err := with(ctx, nil)
	if err != nil {
		return err
	}
	rules, values := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		rules[i], values[i] = k.Rule, k.Key
	}
	db.Later(tx, `select pg_advisory_xact_lock(hashtextextended('matches/' || @sub_account::uuid::text, 0))`, args)
	db.Later(tx, `delete from contact_match where sub_account_id = @sub_account and contact_id = @id`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": id})
	db.Later(tx, `
		insert into contact_match (sub_account_id, contact_id, rule, key, name)
		select @sub_account, contact.id, k.rule, k.key, @name
		  from unnest(@rules::text[], @keys::text[]) k (rule, key)
		  join (select * from contact where sub_account_id = @sub_account and id = @id offset 0) contact on deleted_at is null`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": id, "name": name, "rules": rules, "keys": values})
	return nil
}

// unmatch forgets keys and pairs, with the next statement.
func unmatch(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from contact_match where sub_account_id = @sub_account and contact_id = any(@ids)`, args)
	db.Later(tx, `delete from contact_duplicate where sub_account_id = @sub_account and (a_id = any(@ids) or b_id = any(@ids))`, args)
	return nil
}

// pairUp finds a contact's pairs by its keys: the work is bounded by crowded,
// however many contacts there are.
func pairUp(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": crowded + 1})
	if err != nil {
		return err
	}
	type row struct {
		shared
		Key string
		Own string
	}
	rows, err := tx.Query(ctx, `
		select m.rule, m.key, m.name as own, o.contact_id as id, o.name
		  from contact_match m cross join lateral (
			select contact_id, name from contact_match o
			 where o.sub_account_id = @sub_account and o.rule = m.rule and o.key = m.key and o.contact_id <> @id limit @most) o
		 where m.sub_account_id = @sub_account and m.contact_id = @id
		   and not exists (select from contact_distinct d where d.sub_account_id = @sub_account
		                      and d.a_id = least(@id::uuid, o.contact_id) and d.b_id = greatest(@id::uuid, o.contact_id))`, args)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	if err != nil {
		return err
	}
	many := map[matchKey]int{}
	for _, one := range list {
		many[matchKey{one.Rule, one.Key}]++
	}
	var common []shared
	own := ""
	for _, one := range list {
		if own = one.Own; many[matchKey{one.Rule, one.Key}] <= crowded {
			common = append(common, one.shared)
		}
	}
	return keepPairs(ctx, tx, id, pairsOf(id, own, common))
}

// keepPairs makes a contact's pairs what they are now, with the next statement.
func keepPairs(ctx context.Context, tx pgx.Tx, id uuid.UUID, list []Pair) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from contact_duplicate where sub_account_id = @sub_account and (a_id = @id or b_id = @id)`, args)
	if len(list) == 0 {
		return nil
	}
	a, b, sures, reasons := make([]uuid.UUID, len(list)), make([]uuid.UUID, len(list)), make([]int, len(list)), make([][]Reason, len(list))
	for i, p := range list {
		a[i], b[i], sures[i], reasons[i] = p.A, p.B, p.Confidence, p.Reasons
	}
	db.Later(tx, `
		insert into contact_duplicate (sub_account_id, a_id, b_id, confidence, reasons)
		select @sub_account, p.* from unnest(@a::uuid[], @b::uuid[], @sure::integer[], @reasons::jsonb[]) p
		on conflict (sub_account_id, a_id, b_id) do update set confidence = excluded.confidence, reasons = excluded.reasons`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "a": a, "b": b, "sure": sures, "reasons": reasons})
	return nil
}

const pairColumns = `a_id as a, b_id as b, confidence, reasons`

// bothThere holds pairs to living contacts in the context's reach.
func bothThere(ctx context.Context, args pgx.StrictNamedArgs) string {
	own := ` and contact.deleted_at is null` + inReach(ctx, args) + `)`
	return ` and exists (select from contact where contact.sub_account_id = @sub_account and contact.id = a_id` + own +
		` and exists (select from contact where contact.sub_account_id = @sub_account and contact.id = b_id` + own
}

func topPairs(ctx context.Context, tx pgx.Tx, least int, after *pairPlace, most int) ([]Pair, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"least": least, "most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if after != nil {
		where = ` and confidence <= @sure and (confidence < @sure or (a_id, b_id) > (@a, @b))`
		args["sure"], args["a"], args["b"] = after.Confidence, after.A, after.B
	}
	return pairsWhere(ctx, tx, `confidence >= @least`+where+bothThere(ctx, args)+` order by confidence desc, a_id, b_id limit @most`, args)
}

// pairsAmong are those of contacts with anybody; a bound holds where a crowded knows
// a crowded.
func pairsAmong(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, least int) ([]Pair, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids, "least": least})
	if err != nil {
		return nil, err
	}
	return pairsWhere(ctx, tx, `(a_id = any(@ids) or b_id = any(@ids)) and confidence >= @least`+bothThere(ctx, args)+`
		 order by confidence desc, a_id, b_id limit 2000`, args)
}

func pairsWhere(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) ([]Pair, error) {
	rows, err := tx.Query(ctx, `select `+pairColumns+` from contact_duplicate where sub_account_id = @sub_account and `+where, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Pair])
}

func keepDistinct(ctx context.Context, tx pgx.Tx, a, b []uuid.UUID, at time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"a": a, "b": b, "author": author(ctx), "at": at})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into contact_distinct (sub_account_id, a_id, b_id, author, created_at)
		select @sub_account, p.*, @author, @at from unnest(@a::uuid[], @b::uuid[]) p on conflict do nothing`, args)
	db.Later(tx, `
		delete from contact_duplicate d using unnest(@a::uuid[], @b::uuid[]) p (a, b)
		 where d.sub_account_id = @sub_account and d.a_id = p.a and d.b_id = p.b`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "a": a, "b": b})
	return nil
}

func dropDistinct(ctx context.Context, tx pgx.Tx, a, b []uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"a": a, "b": b})
	if err == nil {
		db.Later(tx, `
			delete from contact_distinct d using unnest(@a::uuid[], @b::uuid[]) p (a, b)
			 where d.sub_account_id = @sub_account and d.a_id = p.a and d.b_id = p.b`, args)
	}
	return err
}

// inheritDistinct lets a survivor be none of those that the merged were not, with
// the next statement.
func inheritDistinct(ctx context.Context, tx pgx.Tx, m Merge) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"to": m.SurvivorID, "from": m.FromIDs, "author": m.Author, "at": m.CreatedAt})
	if err == nil {
		db.Later(tx, `
			insert into contact_distinct (sub_account_id, a_id, b_id, author, created_at)
			select @sub_account, least(@to::uuid, other), greatest(@to::uuid, other), @author, @at
			  from (select a_id as other from contact_distinct where sub_account_id = @sub_account and b_id = any(@from)
			        union select b_id from contact_distinct where sub_account_id = @sub_account and a_id = any(@from)) d
			 where other <> @to and other <> all(@from)
			on conflict do nothing`, args)
	}
	return err
}

// walked gives the next contacts of the walk and moves its place behind them.
func walked(ctx context.Context, tx pgx.Tx, most int) ([]Contact, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"scheme": matchScheme})
	if err != nil {
		return nil, err
	}
	var after uuid.UUID
	var done bool
	err = tx.QueryRow(ctx, `
		insert into contact_match_walk as w (sub_account_id, scheme, after_id, done)
		values (@sub_account, @scheme, '00000000-0000-0000-0000-000000000000', false)
		on conflict (sub_account_id) do update
		   set scheme = excluded.scheme,
		       after_id = case when w.scheme = excluded.scheme then w.after_id else excluded.after_id end,
		       done = w.done and w.scheme = excluded.scheme
		returning after_id, done`, args).Scan(&after, &done)
	if err != nil || done {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select `+columns+` from contact where sub_account_id = @sub_account and deleted_at is null and id > @after order by id limit @most`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "after": after, "most": most})
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		after = list[len(list)-1].ID
	}
	db.Later(tx, `update contact_match_walk set after_id = @after, done = @done where sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "after": after, "done": len(list) < most})
	return list, nil
}
