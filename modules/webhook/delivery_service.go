package webhook

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	maxReplay = 1000 // deliveries at once
	tidyMost  = 500  // rows, so that no transaction is long
)

var (
	errNoDelivery = fault.New(fault.NotFound, "webhook.delivery_not_found", "There is no such delivery here.")
	errOpen       = fault.New(fault.Conflict, "webhook.delivery_open", "This delivery is still under way.")
)

// Log asks for a page of a subscription's deliveries, the newest first.
type Log struct {
	Subscription uuid.UUID
	State        State     // "": all
	Kind         string    // "": all
	Subject      uuid.UUID // Nil: all
	Since        time.Time // zero: all
	Cursor       string
	Limit        int // 1 to 100; 0 is 50
}

// LogPage is a part of the log. Next is empty on the last page.
type LogPage struct {
	Items []Delivery
	Next  string
}

type logPosition struct {
	Written int64 `json:"w"`
}

// Deliveries reads the log. Errors: NotFound; Invalid at "limit" or "cursor".
func (s *Service) Deliveries(ctx context.Context, q Log) (out LogPage, err error) {
	var f fault.Checks
	limit := page.Limit(&f, q.Limit)
	if err := f.Err("webhook.invalid"); err != nil {
		return LogPage{}, err
	}
	scope := "webhook/" + q.Subscription.String() + "/" + string(q.State) + "/" + q.Kind + "/" + q.Subject.String() + "/" + strconv.FormatInt(q.Since.UnixMicro(), 10)
	var after logPosition
	if _, err := page.Decode(q.Cursor, scope, &after); err != nil {
		return LogPage{}, err
	}
	err = s.reading(ctx, func(r db.Reader, sub uuid.UUID) error {
		if _, err := one(ctx, r, sub, q.Subscription, s.now(), ``); err != nil {
			return err
		}
		out.Items, err = selectLog(ctx, r, sub, q, after.Written, limit+1)
		return err
	})
	if err != nil || len(out.Items) <= limit {
		return out, err
	}
	out.Items = out.Items[:limit]
	out.Next, err = page.Encode(scope, logPosition{Written: out.Items[limit-1].Written})
	return out, err
}

func selectLog(ctx context.Context, r db.Reader, sub uuid.UUID, q Log, after int64, limit int) ([]Delivery, error) {
	query := `select ` + deliveryColumns + ` from webhook_delivery d where sub_account_id = @sub_account and subscription_id = @subscription`
	args := pgx.StrictNamedArgs{"sub_account": sub, "subscription": q.Subscription, "limit": limit}
	add := func(condition, name string, value any) {
		query += ` and ` + condition
		args[name] = value
	}
	if after > 0 {
		add(`written < @after`, "after", after)
	}
	if q.State != "" {
		add(`state = @state`, "state", q.State)
	}
	if q.Kind != "" {
		add(`kind = @kind`, "kind", q.Kind)
	}
	if q.Subject != uuid.Nil {
		add(`subject_id = @subject`, "subject", q.Subject)
	}
	if !q.Since.IsZero() {
		add(`created_at >= @since`, "since", q.Since)
	}
	rows, err := r.Query(ctx, query+` order by written desc limit @limit`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Delivery])
}

// Delivery reads one with its last hundred attempts, the newest first. Errors:
// NotFound.
func (s *Service) Delivery(ctx context.Context, subscription, id uuid.UUID) (d Delivery, attempts []Attempt, err error) {
	err = s.reading(ctx, func(r db.Reader, sub uuid.UUID) error {
		if d, err = oneDelivery(ctx, r, sub, subscription, id); err != nil {
			return err
		}
		attempts, err = attemptsOf(ctx, r, sub, id)
		return err
	})
	return d, attempts, err
}

// Ping sends a test to a subscription, also to one that is switched off; it is
// tried once. Errors: NotFound.
func (s *Service) Ping(ctx context.Context, subscription uuid.UUID) (d Delivery, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Delivery{}, err
	}
	actor, _ := tenancy.ActorFrom(ctx)
	event := events.Event{
		ID: uuid.Must(uuid.NewV7()), Kind: KindPing, SubjectKind: Subject, SubjectID: subscription, Actor: actor,
		OccurredAt: s.now(), Payload: json.RawMessage(`{"message":"This is a test."}`),
	}
	body, err := bodyOf(tenant.SubAccount, event)
	if err != nil {
		return Delivery{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if _, err := one(ctx, tx, tenant.SubAccount, subscription, s.now(), locked); err != nil {
			return err
		}
		// A lane of its own, so that a ping waits behind nothing.
		d = Delivery{EventID: event.ID, Kind: KindPing, SubjectKind: Subject, SubjectID: event.ID, Body: body}
		if err := s.enqueue(ctx, tx, []uuid.UUID{subscription}, d); err != nil {
			return err
		}
		found, err := selectLog(ctx, tx, tenant.SubAccount, Log{Subscription: subscription, Subject: event.ID}, 0, 1)
		if err == nil {
			d = found[0]
		}
		return err
	})
	return d, err
}

// Replay sends a finished delivery again, with the same webhook-id: before the
// later ones about its subject that are still open. Errors: NotFound; Conflict
// "webhook.delivery_open" or "webhook.disabled".
func (s *Service) Replay(ctx context.Context, subscription, id uuid.UUID) (d Delivery, err error) {
	err = s.replaying(ctx, subscription, func(tx pgx.Tx, sub uuid.UUID) error {
		if d, err = oneDelivery(ctx, tx, sub, subscription, id); err != nil {
			return err
		}
		n, err := again(ctx, tx, sub, subscription, []uuid.UUID{id})
		if err != nil {
			return err
		}
		if n == 0 {
			return errOpen
		}
		promote(tx, sub, subscription, []uuid.UUID{d.SubjectID}, s.now())
		d, err = oneDelivery(ctx, tx, sub, subscription, id)
		return err
	})
	return d, err
}

// ReplayFailed sends again what failed since then, a thousand at once, the oldest
// first; left is how many are still to be replayed. Errors: NotFound; Conflict
// "webhook.disabled".
func (s *Service) ReplayFailed(ctx context.Context, subscription uuid.UUID, since time.Time) (replayed, left int, err error) {
	err = s.replaying(ctx, subscription, func(tx pgx.Tx, sub uuid.UUID) error {
		ids, all, err := failedSince(ctx, tx, sub, subscription, since, maxReplay)
		if err != nil || len(ids) == 0 {
			return err
		}
		replayed, err = again(ctx, tx, sub, subscription, ids)
		left = all - replayed
		promote(tx, sub, subscription, nil, s.now())
		return err
	})
	return replayed, left, err
}

func (s *Service) replaying(ctx context.Context, subscription uuid.UUID, fn func(tx pgx.Tx, sub uuid.UUID) error) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		found, err := one(ctx, tx, tenant.SubAccount, subscription, s.now(), locked)
		if err != nil {
			return err
		}
		if !found.Enabled {
			return errDisabled
		}
		if err := fn(tx, tenant.SubAccount); err != nil {
			return err
		}
		return s.wake(ctx, tx, subscription, 0)
	})
}

// Tidy deletes the context's sub-account's deliveries that were finished before
// the retention. It may be repeated after it was stopped half-way.
func Tidy(ctx context.Context, tenants *db.Tenants, now time.Time) (deleted int, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	for {
		var batch int
		err := tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
			batch, err = tidyBatch(ctx, tx, tenant.SubAccount, now.Add(-Retention), tidyMost)
			return err
		})
		deleted += batch
		if err != nil || batch < tidyMost {
			return deleted, err
		}
	}
}
