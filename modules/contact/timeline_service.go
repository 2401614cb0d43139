package contact

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Timeline writes the timelines of contacts: it hears every event.
type Timeline struct{}

var _ events.Subscriber = Timeline{}

// Name files parked events for ever.
func (Timeline) Name() string { return "timeline" }

// Handle writes what the event tells of a contact, once.
func (Timeline) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	entry, ok, err := entryOf(e)
	if err != nil || !ok {
		return err
	}
	return saveEntry(ctx, tx, entry)
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

// saveEntry keeps an entry of a contact that there is. A message's later events
// change its entry.
func saveEntry(ctx context.Context, tx pgx.Tx, e Entry) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": e.ID, "contact": e.ContactID, "category": e.Category, "kind": e.Kind, "record": e.RecordID, "detail": e.Detail,
		"actor": e.Actor, "at": e.OccurredAt,
	})
	if err != nil {
		return err
	}
	const into = `insert into timeline (sub_account_id, id, contact_id, category, kind, record_id, detail, actor, occurred_at)
		select @sub_account, @id, c.id, @category, @kind, @record, @detail, @actor, @at`
	const again = `on conflict (sub_account_id, id) do update set detail = excluded.detail`
	// The lock waits for a merge that is going on; then the contact is not there.
	tag, err := tx.Exec(ctx, `
		with c as (select id from contact where sub_account_id = @sub_account and id = @contact and deleted_at is null for key share)
		`+into+` from c `+again, args)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	// What is heard late of one who was merged is the survivor's, until an undo.
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
		`+into+` from contact c
		 where c.sub_account_id = @sub_account
		   and c.id = (select chain.id from chain where not exists (select from contact_merged m where m.sub_account_id = @sub_account and m.contact_id = chain.id))
		`+again, args)
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
