package contact

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// saveEntries keeps entries of contacts and companies that there are, in one
// statement, and those of contacts that were merged one by one. A message's later
// events change its entry.
func saveEntries(ctx context.Context, tx pgx.Tx, list []Entry) error {
	if len(list) == 0 {
		return nil
	}
	args, err := entryArgs(ctx, list)
	if err != nil {
		return err
	}
	// The lock waits for a merge that is going on; then the contact is not there.
	rows, err := tx.Query(ctx, `
		with c as (
			select id, company_id from contact where sub_account_id = @sub_account and id = any(@contacts) and deleted_at is null
			 order by id for key share),
		f as (
			select id from company where sub_account_id = @sub_account and id = any(@companies::uuid[] || @lefts::uuid[]) and deleted_at is null)
		insert into timeline (sub_account_id, id, contact_id, company_id, left_company_id, category, kind, record_id, detail, actor, occurred_at)
		select @sub_account, e.id, c.id, case when e.company is null then c.company_id else f.id end, l.id,
		       e.category, e.kind, e.record, e.detail, e.actor, e.at
		  from unnest(@ids::uuid[], @contacts::uuid[], @companies::uuid[], @lefts::uuid[], @categories::text[], @kinds::text[], @records::uuid[],
		              @details::jsonb[], @actors::jsonb[], @ats::timestamptz[])
		    as e (id, contact, company, left_for, category, kind, record, detail, actor, at)
		  left join c on c.id = e.contact
		  left join f on f.id = e.company
		  left join f l on l.id = e.left_for
		 where c.id is not null or e.contact is null and f.id is not null
		on conflict (sub_account_id, id) do update set detail = excluded.detail
		returning id`, args)
	if err != nil {
		return err
	}
	kept, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil || len(kept) == len(list) {
		return err
	}
	for _, e := range list {
		if e.ContactID.Valid && !slices.Contains(kept, e.ID) {
			if err := saveLate(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func entryArgs(ctx context.Context, list []Entry) (pgx.StrictNamedArgs, error) {
	n := len(list)
	ids, contacts, records := make([]uuid.UUID, n), make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
	companies, lefts := make([]uuid.NullUUID, n), make([]uuid.NullUUID, n)
	categories, kinds, ats := make([]string, n), make([]string, n), make([]time.Time, n)
	details, actors := make([]json.RawMessage, n), make([]json.RawMessage, n)
	for i, e := range list {
		ids[i], contacts[i], records[i], companies[i], lefts[i] = e.ID, e.ContactID, e.RecordID, e.CompanyID, e.LeftID
		categories[i], kinds[i], ats[i] = e.Category, e.Kind, e.OccurredAt
		var err error
		if details[i], err = json.Marshal(e.Detail); err != nil {
			return nil, err
		}
		if actors[i], err = json.Marshal(e.Actor); err != nil {
			return nil, err
		}
	}
	return with(ctx, pgx.StrictNamedArgs{
		"ids": ids, "contacts": contacts, "companies": companies, "lefts": lefts, "categories": categories, "kinds": kinds, "records": records,
		"details": details, "actors": actors, "ats": ats,
	})
}

// saveLate keeps what is heard late of one who was merged: it is the survivor's,
// until an undo.
func saveLate(ctx context.Context, tx pgx.Tx, e Entry) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": e.ID, "contact": e.ContactID, "company": e.CompanyID, "left": e.LeftID, "category": e.Category, "kind": e.Kind, "record": e.RecordID, "detail": e.Detail,
		"actor": e.Actor, "at": e.OccurredAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		with recursive chain (id, merge_id, was) as (
			select @contact::uuid, null::uuid, null::uuid
			union all
			select m.survivor_id, m.merge_id, m.contact_id from chain join contact_merged m on m.sub_account_id = @sub_account and m.contact_id = chain.id),
		moved as (
			insert into contact_moved (sub_account_id, merge_id, noun, record_id, contact_id)
			select @sub_account, chain.merge_id, 'timeline', @id, was from chain
			  join contact_merge on contact_merge.sub_account_id = @sub_account and contact_merge.id = chain.merge_id and state = 'done'
			on conflict do nothing)
		insert into timeline (sub_account_id, id, contact_id, company_id, left_company_id, category, kind, record_id, detail, actor, occurred_at)
		select @sub_account, @id, c.id, case when @company::uuid is null then c.company_id else (
		         select f.id from company f where f.sub_account_id = @sub_account and f.id = @company and f.deleted_at is null) end, (
		         select f.id from company f where f.sub_account_id = @sub_account and f.id = @left::uuid and f.deleted_at is null),
		       @category, @kind, @record, @detail, @actor, @at
		  from contact c
		 where c.sub_account_id = @sub_account
		   and c.id = (select chain.id from chain where not exists (select from contact_merged m where m.sub_account_id = @sub_account and m.contact_id = chain.id))
		on conflict (sub_account_id, id) do update set detail = excluded.detail`, args)
	return err
}

func entries(ctx context.Context, tx pgx.Tx, q TimelineQuery, after *place, most int) ([]Entry, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"of": q.Of.ContactID.UUID, "most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if q.Of.CompanyID.Valid {
		args["of"] = q.Of.CompanyID.UUID
		where = ` and (contact_id is null or exists (
			select from contact where contact.sub_account_id = @sub_account and contact.id = timeline.contact_id and contact.deleted_at is null` +
			inReach(ctx, args) + `))`
	}
	if q.Category != "" {
		where += ` and category = @category`
		args["category"] = q.Category
	}
	if after != nil {
		where += ` and (occurred_at, id) < (@at, @after)`
		args["at"], args["after"] = after.At, after.ID
	}
	from := func(column string) string {
		return `
		select id, contact_id, company_id, left_company_id as left_id, category, kind, record_id, detail, actor, occurred_at from timeline
		 where sub_account_id = @sub_account and ` + column + ` = @of` + where + `
		 order by occurred_at desc, id desc limit @most`
	}
	query := from("contact_id")
	if q.Of.CompanyID.Valid { // each a range of an index; no entry is in both
		query = `(` + from("company_id") + `) union all (` + from("left_company_id") + `) order by occurred_at desc, id desc limit @most`
	}
	rows, err := tx.Query(ctx, query, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
}

// withNames names those to whom entries of a company's contacts happened, and the
// companies that one came from or went to.
func withNames(ctx context.Context, tx pgx.Tx, of Target, rows []Entry) ([]Happened, error) {
	out := make([]Happened, len(rows))
	var contacts, companies []uuid.UUID
	for i, e := range rows {
		out[i].Entry = e
		if of.CompanyID.Valid && e.ContactID.Valid {
			contacts = united(contacts, []uuid.UUID{e.ContactID.UUID})
		}
		companies = united(companies, e.companies())
	}
	if len(contacts) > 0 {
		found, err := lookup(ctx, tx, contacts)
		if err != nil {
			return nil, err
		}
		for i, e := range rows {
			if c, ok := found[e.ContactID.UUID]; ok {
				out[i].Contact = &Named{c.ID, c.Name()}
			}
		}
	}
	if len(companies) == 0 {
		return out, nil
	}
	found, err := namesOfCompanies(ctx, tx, companies)
	for i, e := range rows {
		for _, id := range e.companies() {
			if name, ok := found[id]; ok {
				out[i].Companies = append(out[i].Companies, Named{id, name})
			}
		}
	}
	return out, err
}

func namesOfCompanies(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `select id, name from company where sub_account_id = @sub_account and id = any(@ids) and deleted_at is null`, args)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Named])
	out := make(map[uuid.UUID]string, len(found))
	for _, c := range found {
		out[c.ID] = c.Name
	}
	return out, err
}
