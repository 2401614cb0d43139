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

// Timeline writes the timelines of contacts and companies: it hears every event.
type Timeline struct{}

var _ events.ManySubscriber = Timeline{}

// Name files parked events for ever.
func (Timeline) Name() string { return "timeline" }

// Handle writes what the event tells of a contact or a company, once.
func (h Timeline) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	return h.HandleMany(ctx, tx, []events.Event{e})
}

// HandleMany writes what several events tell of contacts and companies.
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

// TimelineQuery asks for a page of a timeline, the newest first.
type TimelineQuery struct {
	Of       Target // a contact or a company
	Category string // one of Categories; "" is all
	Cursor   string
	Limit    int
}

// Happened is an entry with whom it happened to, for those who read of several.
type Happened struct {
	Entry
	Contact   *Named  // of a company's; none where it happened to the company itself
	Companies []Named // that the contact left and came to, in this order, as far as they are there
}

// Named is a record by its name.
type Named struct {
	ID   uuid.UUID
	Name string
}

// TimelineOf reads a page of what happened to a contact, or to a company and to
// its contacts in reach while they belonged to it, their coming and going included. An event is in it once it has
// been processed: a moment after the change. Errors: NotFound; Invalid at "kind",
// "limit" or "cursor".
func (s *Service) TimelineOf(ctx context.Context, q TimelineQuery) (out PageOf[Happened], err error) {
	var f fault.Checks
	f.Check(q.Category == "" || slices.Contains(Categories, q.Category), "kind", "Say one of: "+strings.Join(Categories, ", ")+".")
	scope := "timeline/" + q.Of.ContactID.UUID.String() + "/" + q.Of.CompanyID.UUID.String() + "/" + q.Category
	most, after := paged(&f, q.Limit, q.Cursor, scope)
	if err := f.Err("timeline.invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, q.Of); err != nil {
			return err
		}
		rows, err := entries(ctx, tx, q, after, most+1)
		if err != nil {
			return err
		}
		told, err := withNames(ctx, tx, q.Of, rows)
		if err != nil {
			return err
		}
		out, err = pageOf(told, most, scope, func(e Happened) place { return place{At: e.OccurredAt, ID: e.ID} })
		return err
	})
	return out, err
}
