package events

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// maxReplaySubjects is how many records one ReplayAll hands over: each takes a
// turn of the subscriber.
const maxReplaySubjects = 100

var errSubscriberUnknown = fault.New(fault.NotFound, "events.subscriber_unknown", "No subscriber has this name.")

// Parked is an event that a subscriber could not take.
type Parked struct {
	EventID     uuid.UUID
	Subscriber  string
	Kind        string
	SubjectKind string
	SubjectID   uuid.UUID
	Reason      string
	ParkedAt    time.Time
	Written     int64 // its place
}

// ParkedInput chooses a page of parked events.
type ParkedInput struct {
	Subscriber string // "" is any
	Cursor     string
	Limit      int // 1 to 100; 0 is 50
}

// ParkedPage is a page of parked events, the oldest first.
type ParkedPage struct {
	Items []Parked
	Next  string
}

type parkedPosition struct {
	Written    int64  `json:"w"`
	Subscriber string `json:"s"`
}

// Parked gives a page of what is parked in the context's sub-account. Errors:
// Invalid at "limit" or "cursor".
func (c *Consumer) Parked(ctx context.Context, in ParkedInput) (out ParkedPage, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return ParkedPage{}, err
	}
	var after parkedPosition
	var f fault.Checks
	listing := "parked-events/" + in.Subscriber
	limit := page.Limit(&f, in.Limit)
	_, err = page.Decode(in.Cursor, listing, &after)
	f.Whole(err)
	if err := f.Err("event.invalid"); err != nil {
		return ParkedPage{}, err
	}
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select p.event_id, p.subscriber, e.kind, e.subject_kind, p.subject_id, p.reason, p.parked_at, e.written
			  from event_parked p join event e on e.sub_account_id = p.sub_account_id and e.id = p.event_id
			 where p.sub_account_id = @sub_account and p.replayed_at is null and (@subscriber = '' or p.subscriber = @subscriber)
			   and (e.written, p.subscriber) > (@written, @after)
			 order by e.written, p.subscriber limit @limit`,
			pgx.StrictNamedArgs{
				"sub_account": tenant.SubAccount, "subscriber": in.Subscriber, "limit": limit + 1,
				"written": after.Written, "after": after.Subscriber,
			})
		if err != nil {
			return err
		}
		out.Items, err = pgx.CollectRows(rows, pgx.RowToStructByName[Parked])
		return err
	})
	if err != nil || len(out.Items) <= limit {
		return out, err
	}
	out.Items = out.Items[:limit]
	last := out.Items[limit-1]
	out.Next, err = page.Encode(listing, parkedPosition{Written: last.Written, Subscriber: last.Subscriber})
	return out, err
}

// ParkedKind sums up what a subscriber could not take.
type ParkedKind struct {
	Subscriber string
	Parked     int
	Oldest     time.Time
}

// ParkedKinds sums up the parked events of the context's sub-account, the most
// first.
func (c *Consumer) ParkedKinds(ctx context.Context) (out []ParkedKind, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select subscriber, count(*) as parked, min(parked_at) as oldest from event_parked
			 where sub_account_id = @sub_account and replayed_at is null
			 group by subscriber order by count(*) desc, subscriber`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount})
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[ParkedKind])
		return err
	})
	return out, err
}

// ParkedCount is how much of a sub-account is parked.
type ParkedCount struct {
	SubAccountID uuid.UUID
	Parked       int
	Oldest       time.Time
}

// ParkedCounts counts the parked events of many sub-accounts that live in one
// database, in one statement, without those that have none. Whose sub-accounts
// they are is for the caller to have checked.
func (c *Consumer) ParkedCounts(ctx context.Context, database uuid.UUID, subAccounts []uuid.UUID) (out []ParkedCount, err error) {
	err = c.o.Tenants.InDatabase(ctx, database, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select sub_account_id, parked, oldest from event_parked_counts(@subs)`,
			pgx.StrictNamedArgs{"subs": subAccounts})
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[ParkedCount])
		return err
	})
	return out, err
}

// Replayed is what came of replaying all that a subscriber could not take.
type Replayed struct {
	Replayed int // events that it took
	Left     int // events that are still parked: it failed again, or there were too many
}

// ReplayAll hands a subscriber all its parked events again, record by record:
// those of one record are taken all or none, and one that fails again leaves the
// others be. A hundred records at most, those parked longest first. Errors:
// NotFound "events.subscriber_unknown"; Unavailable "events.busy".
func (c *Consumer) ReplayAll(ctx context.Context, subscriber string) (out Replayed, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Replayed{}, err
	}
	if !slices.ContainsFunc(c.o.Subscribers, func(s Subscriber) bool { return s.Name() == subscriber }) {
		return Replayed{}, errSubscriberUnknown
	}
	var subjects []uuid.UUID
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select subject_id from event_parked
			 where sub_account_id = @sub_account and subscriber = @subscriber and replayed_at is null
			 group by subject_id order by min(parked_at), subject_id limit @most`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "subscriber": subscriber, "most": maxReplaySubjects})
		if err != nil {
			return err
		}
		subjects, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return Replayed{}, err
	}
	for _, subject := range subjects {
		n, err := c.Replay(ctx, subscriber, subject)
		if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
			return Replayed{}, err
		}
		out.Replayed += n
	}
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			select count(*) from event_parked
			 where sub_account_id = @sub_account and subscriber = @subscriber and replayed_at is null`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "subscriber": subscriber}).Scan(&out.Left)
	})
	return out, err
}
