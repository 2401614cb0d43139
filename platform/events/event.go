package events

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/rawjson"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Ring is the name of the ring by which consumers are woken.
const Ring = "events"

// Event is something that happened in a sub-account. Seq is zero until the
// consumer has processed it.
type Event struct {
	ID          uuid.UUID       `json:"id"`
	Seq         int64           `json:"seq"`
	Kind        string          `json:"kind"` // "contact.updated"
	SubjectKind string          `json:"subject_kind"`
	SubjectID   uuid.UUID       `json:"subject_id"`
	Payload     json.RawMessage `json:"payload"`
	Actor       tenancy.Actor   `json:"actor"`
	OccurredAt  time.Time       `json:"occurred_at"`
}

// Change gives before and after of the payload as they stand in it, each nil if it
// isn't there.
func (e Event) Change() (before, after json.RawMessage) {
	rawjson.Each(e.Payload, func(m rawjson.Member) {
		switch string(m.Name) {
		case "before":
			before = m.Value
		case "after":
			after = m.Value
		}
	})
	return before, after
}

// New is an event to publish. The payload of a change holds "before" and
// "after" in the shape of the API, as far as each exists; see Kind.Differing.
type New struct {
	Kind        string
	SubjectKind string
	SubjectID   uuid.UUID
	Payload     any // json.RawMessage is taken as it is
}

func (e New) payload() ([]byte, error) {
	switch p := e.Payload.(type) { // json.Marshal would read all of a text to take the white space out
	case json.RawMessage:
		return p, nil
	case Change:
		before, was := p.Before.(json.RawMessage)
		after, is := p.After.(json.RawMessage)
		if was && is && len(before) > 0 && len(after) > 0 {
			return slices.Concat([]byte(`{"before":`), before, []byte(`,"after":`), after, []byte(`}`)), nil
		}
	}
	return json.Marshal(e.Payload)
}

// Change is the usual payload.
type Change struct {
	Before any `json:"before,omitempty"`
	After  any `json:"after,omitempty"`
}

// Bus publishes.
type Bus struct {
	bell  queue.Bell
	clock clock.Clock
	known Checker
}

// Checker refuses events that must not be published; Kinds does.
type Checker interface {
	Check(e New) error
}

// NewBus makes a bus that wakes a consumer after each commit.
func NewBus(bell queue.Bell, c clock.Clock) *Bus { return &Bus{bell: bell, clock: c} }

// Knowing makes the bus refuse what the checker does.
func (b *Bus) Knowing(known Checker) *Bus {
	b.known = known
	return b
}

func (b *Bus) check(e New) error {
	if b.known == nil {
		return nil
	}
	return b.known.Check(e)
}

// Publish writes an event of the context's sub-account, by the context's
// actor, in the caller's transaction. The caller holds the lock of the
// subject's row, so that the events of one subject are in commit order.
func (b *Bus) Publish(ctx context.Context, tx pgx.Tx, e New) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	if err := b.check(e); err != nil {
		return err
	}
	payload, err := e.payload()
	if err != nil {
		return err
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	db.Later(tx, `
		insert into event (sub_account_id, id, kind, subject_kind, subject_id, payload, actor, occurred_at, behind)
		values (@sub_account, @id, @kind, @subject_kind, @subject, @payload, @actor, @now, @behind)`,
		pgx.StrictNamedArgs{
			"sub_account": tenant.SubAccount, "id": uuid.Must(uuid.NewV7()), "kind": e.Kind,
			"subject_kind": e.SubjectKind, "subject": e.SubjectID, "payload": payload, "actor": actor,
			"now": b.clock.Now(), "behind": isBehind(ctx),
		})
	db.AfterCommit(tx, func(ctx context.Context) { b.bell.Ring(ctx, Ring, tenant.SubAccount) })
	return nil
}

// PublishMany is Publish for the events of many subjects, whose rows the caller
// holds: in one statement.
func (b *Bus) PublishMany(ctx context.Context, tx pgx.Tx, list []New) error {
	tenant, err := tenancy.From(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	n := len(list)
	ids, subjects := make([]uuid.UUID, n), make([]uuid.UUID, n)
	kinds, subjectKinds, payloads := make([]string, n), make([]string, n), make([]string, n)
	for i, e := range list {
		if err := b.check(e); err != nil {
			return err
		}
		payload, err := e.payload()
		if err != nil {
			return err
		}
		ids[i], subjects[i], kinds[i], subjectKinds[i], payloads[i] = uuid.Must(uuid.NewV7()), e.SubjectID, e.Kind, e.SubjectKind, string(payload)
	}
	db.Later(tx, `
		insert into event (sub_account_id, id, kind, subject_kind, subject_id, payload, actor, occurred_at, behind)
		select @sub_account, e.id, e.kind, e.subject_kind, e.subject, e.payload::jsonb, @actor, @now, @behind
		  from unnest(@ids::uuid[], @kinds::text[], @subject_kinds::text[], @subjects::uuid[], @payloads::text[])
		       with ordinality as e (id, kind, subject_kind, subject, payload, place)
		 order by e.place`,
		pgx.StrictNamedArgs{
			"sub_account": tenant.SubAccount, "ids": ids, "kinds": kinds, "subject_kinds": subjectKinds, "subjects": subjects,
			"payloads": payloads, "actor": actor, "now": b.clock.Now(), "behind": isBehind(ctx),
		})
	db.AfterCommit(tx, func(ctx context.Context) { b.bell.Ring(ctx, Ring, tenant.SubAccount) })
	return nil
}

// SweepPending finds the sub-accounts with unprocessed events.
func SweepPending(ctx context.Context, tx pgx.Tx, _ time.Time, most int) ([]queue.Turn, error) {
	rows, err := tx.Query(ctx, `select sub_account_id, @ring::text as ring from event_pending_tenants(@most) as sub_account_id`,
		pgx.StrictNamedArgs{"ring": Ring, "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[queue.Turn])
}
