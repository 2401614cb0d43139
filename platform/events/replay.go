package events

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var errStillFailing = fault.New(fault.Conflict, "events.still_failing",
	"It failed again, so everything stays parked. The reason says what is still to be mended.")

// Replay hands a subscriber its parked events of one subject again, in order,
// in one transaction: all of them are taken, or none. It answers how many.
// Errors: NotFound "events.subscriber_unknown"; Conflict "events.still_failing"
// with Meta "event" and "reason"; Unavailable "events.busy".
func (c *Consumer) Replay(ctx context.Context, subscriber string, subject uuid.UUID) (replayed int, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(c.o.Subscribers, func(s Subscriber) bool { return s.Name() == subscriber })
	if at < 0 {
		return 0, errSubscriberUnknown
	}
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		// The cursor's lock keeps the consumer from parking behind what is
		// being replayed.
		if _, err := lockCursor(ctx, tx, tenant.SubAccount); err != nil {
			return err
		}
		batch, err := takeParked(ctx, tx, tenant.SubAccount, subscriber, subject, c.o.Clock.Now())
		if err != nil {
			return err
		}
		for _, e := range batch {
			if err := attempt(ctx, tx, c.o.Subscribers[at], []Event{e}); err != nil {
				return errStillFailing.With("event", e.ID, "reason", err.Error()).Wrap(err)
			}
		}
		replayed = len(batch)
		return nil
	})
	return replayed, err
}

func takeParked(ctx context.Context, tx pgx.Tx, sub uuid.UUID, subscriber string, subject uuid.UUID, now time.Time) ([]Event, error) {
	rows, err := tx.Query(ctx, `
		with taken as (
			update event_parked set replayed_at = @now
			 where sub_account_id = @sub_account and subscriber = @subscriber and subject_id = @subject and replayed_at is null
			returning event_id)
		select `+columns+` from event
		 where sub_account_id = @sub_account and id in (select event_id from taken) order by written`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscriber": subscriber, "subject": subject, "now": now})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Event])
}
