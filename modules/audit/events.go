package audit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Subscriber writes an entry for every event of a sub-account.
type Subscriber struct{}

var _ events.Subscriber = Subscriber{}

// Name of the subscriber; parked events are filed under it.
func (Subscriber) Name() string { return "audit" }

// Handle writes the event's entry, once.
func (Subscriber) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return insertEntry(ctx, tx, tenant.SubAccount, toEntry(e))
}
