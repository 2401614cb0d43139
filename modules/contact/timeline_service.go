package contact

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Timeline writes the timelines of contacts: it hears every event.
type Timeline struct{}

var _ events.ManySubscriber = Timeline{}

// Name files parked events for ever.
func (Timeline) Name() string { return "timeline" }

// Handle writes what the event tells of a contact, once.
func (h Timeline) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	return h.HandleMany(ctx, tx, []events.Event{e})
}

// HandleMany writes what several events tell of contacts.
func (Timeline) HandleMany(ctx context.Context, tx pgx.Tx, list []events.Event) error {
	told := make([]Entry, 0, len(list))
	at := map[uuid.UUID]int{}
	for _, e := range list {
		entry, ok, err := entryOf(e)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		// A message's later events change its entry.
		if i, again := at[entry.ID]; again {
			told[i].Detail = entry.Detail
			continue
		}
		at[entry.ID] = len(told)
		told = append(told, entry)
	}
	return saveEntries(ctx, tx, told)
}

// TimelineQuery asks for a page of a contact's timeline, the newest first.
type TimelineQuery struct {
	ContactID uuid.UUID
	Category  string // one of Categories; "" is all
	Cursor    string
	Limit     int
}

// TimelineOf reads a page of what happened to a contact. An event is in it once
// it has been processed: a moment after the change. Errors: NotFound; Invalid at
// "kind", "limit" or "cursor".
func (s *Service) TimelineOf(ctx context.Context, q TimelineQuery) (out PageOf[Entry], err error) {
	var f fault.Checks
	f.Check(q.Category == "" || slices.Contains(Categories, q.Category), "kind", "Say one of: "+strings.Join(Categories, ", ")+".")
	scope := "timeline/" + q.ContactID.String() + "/" + q.Category
	most, after := paged(&f, q.Limit, q.Cursor, scope)
	if err := f.Err("timeline.invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, OfContact(q.ContactID)); err != nil {
			return err
		}
		rows, err := entries(ctx, tx, q, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, scope, func(e Entry) place { return place{At: e.OccurredAt, ID: e.ID} })
		return err
	})
	return out, err
}

// saveEntries keeps entries of contacts that there are, in one statement, and
// those of contacts that were merged one by one. A message's later events change
// its entry.
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
			select id from contact where sub_account_id = @sub_account and id = any(@contacts) and deleted_at is null order by id for key share)
		insert into timeline (sub_account_id, id, contact_id, category, kind, record_id, detail, actor, occurred_at)
		select @sub_account, e.id, c.id, e.category, e.kind, e.record, e.detail, e.actor, e.at
		  from unnest(@ids::uuid[], @contacts::uuid[], @categories::text[], @kinds::text[], @records::uuid[], @details::jsonb[],
		              @actors::jsonb[], @ats::timestamptz[]) as e (id, contact, category, kind, record, detail, actor, at)
		  join c on c.id = e.contact
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
		if !slices.Contains(kept, e.ID) {
			if err := saveLate(ctx, tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func entryArgs(ctx context.Context, list []Entry) (pgx.StrictNamedArgs, error) {
	n := len(list)
	ids, contacts, records := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.NullUUID, n)
	categories, kinds, ats := make([]string, n), make([]string, n), make([]time.Time, n)
	details, actors := make([]json.RawMessage, n), make([]json.RawMessage, n)
	for i, e := range list {
		ids[i], contacts[i], records[i], categories[i], kinds[i], ats[i] = e.ID, e.ContactID, e.RecordID, e.Category, e.Kind, e.OccurredAt
		var err error
		if details[i], err = json.Marshal(e.Detail); err != nil {
			return nil, err
		}
		if actors[i], err = json.Marshal(e.Actor); err != nil {
			return nil, err
		}
	}
	return with(ctx, pgx.StrictNamedArgs{
		"ids": ids, "contacts": contacts, "categories": categories, "kinds": kinds, "records": records, "details": details, "actors": actors, "ats": ats,
	})
}

// saveLate keeps what is heard late of one who was merged: it is the survivor's,
// until an undo.
func saveLate(ctx context.Context, tx pgx.Tx, e Entry) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": e.ID, "contact": e.ContactID, "category": e.Category, "kind": e.Kind, "record": e.RecordID, "detail": e.Detail,
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
		insert into timeline (sub_account_id, id, contact_id, category, kind, record_id, detail, actor, occurred_at)
		select @sub_account, @id, c.id, @category, @kind, @record, @detail, @actor, @at
		  from contact c
		 where c.sub_account_id = @sub_account
		   and c.id = (select chain.id from chain where not exists (select from contact_merged m where m.sub_account_id = @sub_account and m.contact_id = chain.id))
		on conflict (sub_account_id, id) do update set detail = excluded.detail`, args)
	return err
}

func entries(ctx context.Context, tx pgx.Tx, q TimelineQuery, after *place, most int) ([]Entry, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"contact": q.ContactID, "most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if q.Category != "" {
		where, args["category"] = ` and category = @category`, q.Category
	}
	if after != nil {
		where += ` and (occurred_at, id) < (@at, @after)`
		args["at"], args["after"] = after.At, after.ID
	}
	rows, err := tx.Query(ctx, `
		select id, contact_id, category, kind, record_id, detail, actor, occurred_at from timeline
		 where sub_account_id = @sub_account and contact_id = @contact`+where+`
		 order by occurred_at desc, id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
}
