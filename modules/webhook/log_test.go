package webhook_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/webhook"
)

func TestTheLogPagesAndIsTidied(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	for n := range 7 {
		d.happens(d.one, "contact.updated", uuid.New(), n)
	}
	d.work()
	seen, q := map[uuid.UUID]bool{}, webhook.Log{Subscription: s.ID, Limit: 3, Kind: "contact.updated", State: webhook.Succeeded, Since: start}
	for {
		page, err := d.service.Deliveries(d.ctx(d.one), q)
		d.ok(err)
		for _, delivery := range page.Items {
			seen[delivery.ID] = true
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d deliveries", len(seen))
	}
	d.clock.Advance(webhook.Retention)
	if n, err := webhook.Tidy(d.ctx(d.one), d.tenants, d.clock.Now()); n != 0 || err != nil {
		t.Errorf("on the last day %d were tidied, %v", n, err)
	}
	d.clock.Advance(time.Second)
	if n, err := webhook.Tidy(d.ctx(d.one), d.tenants, d.clock.Now()); n != 7 || err != nil {
		t.Errorf("after it %d were tidied, %v", n, err)
	}
}

func TestAnErasedContactLeavesTheLog(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	d.subscribe(m.URL, "contact.updated")
	gone, stays := uuid.New(), uuid.New()
	d.happens(d.one, "contact.updated", gone, 1)
	d.happens(d.one, "contact.updated", stays, 2)
	d.work()
	d.happens(d.one, "contact.erased", gone, 0)
	var subjects []uuid.UUID
	d.ok(d.tenants.InTenant(d.ctx(d.one), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `select subject_id from webhook_delivery`)
		if err != nil {
			return err
		}
		subjects, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	}))
	if len(subjects) != 1 || subjects[0] != stays {
		t.Errorf("got %v", subjects)
	}
}
