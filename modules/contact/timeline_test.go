package contact_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// processed hands every event to the timeline, as the consumer does, twice: an
// event that comes again changes nothing.
func (d *desk) processed() {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(d.ctx, `
			select id, written as seq, kind, subject_kind, subject_id, payload, actor, occurred_at from event order by written`)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByName[events.Event])
		for _, e := range append(all, all...) {
			if err == nil {
				err = contact.Timeline{}.Handle(d.ctx, tx, e)
			}
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// publish tells of what another module did.
func (d *desk) publish(kind, subjectKind string, subject uuid.UUID, payload string) {
	d.t.Helper()
	d.clock.Advance(time.Second)
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return events.NewBus(queue.NewLocalRing(), d.clock).Publish(d.ctx, tx, events.New{
			Kind: kind, SubjectKind: subjectKind, SubjectID: subject, Payload: json.RawMessage(payload),
		})
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) timeline(id uuid.UUID, category string) (out []string) {
	d.t.Helper()
	for q := (contact.TimelineQuery{Of: contact.OfContact(id), Category: category, Limit: 2}); ; {
		page, err := d.TimelineOf(d.ctx, q)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, e := range page.Items {
			detail, err := json.Marshal(e.Detail)
			if err != nil {
				d.t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%s %s by %s", e.Kind, detail, e.Actor.Name))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out
		}
	}
}

func TestATimelineTellsEverythingThatHappenedToAContact(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@example.com"})
	other := d.create(contact.CreateInput{FirstName: "Paul"})
	d.clock.Advance(time.Second)
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, LastName: ptr("Rossi"), Tags: ptr([]string{"vip"})}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	if _, err := d.CreateNote(d.ctx, contact.OfContact(maria.ID), contact.NoteInput{Body: ptr("Prefers mornings"), Mentions: ptr([]uuid.UUID{ada})}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	d.task(contact.OfContact(maria.ID), contact.TaskInput{Title: ptr("Call back")})
	d.task(contact.OfContact(other.ID), contact.TaskInput{Title: ptr("Somebody else's")})
	message, thread := uuid.New(), uuid.New()
	said := func(status string) string {
		return fmt.Sprintf(`{"id":%q,"conversation_id":%q,"contact_id":%q,"channel":"sms","direction":"out","body":"Hi","status":%q}`,
			message, thread, maria.ID, status)
	}
	d.publish("message.created", "message", message, `{"after":`+said("queued")+`}`)
	d.publish("message.updated", "message", message, `{"before":`+said("queued")+`,"after":`+said("delivered")+`}`)
	in := func(status string, unread int) string {
		return fmt.Sprintf(`{"id":%q,"contact":{"id":%q},"channel":"sms","status":%q,"unread":%d}`, thread, maria.ID, status, unread)
	}
	d.publish("conversation.updated", "conversation", thread, `{"before":`+in("open", 0)+`,"after":`+in("open", 1)+`}`)
	d.publish("conversation.updated", "conversation", thread, `{"before":`+in("open", 1)+`,"after":`+in("resolved", 1)+`}`)
	d.publish("optout.changed", "contact", maria.ID,
		fmt.Sprintf(`{"channel":"sms","address":"+14155550123","opted_out":true,"contact_id":%q}`, maria.ID))
	d.publish("optout.changed", "opt_out", uuid.New(), `{"channel":"sms","address":"+14155550123","opted_out":true,"contact_id":null}`)
	d.processed()
	want := []string{
		`optout.changed {"address":"+14155550123","channel":"sms","opted_out":true} by Ada`,
		`conversation.updated {"channel":"sms","status":"resolved"} by Ada`,
		fmt.Sprintf(`message.created {"body":"Hi","channel":"sms","conversation_id":%q,"direction":"out","status":"delivered"} by Ada`, thread),
		`task.created {"all_day":false,"title":"Call back"} by Ada`,
		`note.created {"body":"Prefers mornings","pinned":false} by Ada`,
		`contact.updated {"changes":[{"after":"Rossi","before":"","field":"last_name"},{"after":["vip"],"before":[],"field":"tags"}]} by Ada`,
		`contact.created {} by Ada`,
	}
	if diff := cmp.Diff(want, d.timeline(maria.ID, "")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[4:5], d.timeline(maria.ID, contact.AboutNote)); diff != "" {
		t.Error(diff)
	}
	if _, err := d.TimelineOf(d.foreign, contact.TimelineQuery{Of: contact.OfContact(maria.ID)}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another sub-account reads it: %v", err)
	}
	if _, err := d.TimelineOf(d.ctx, contact.TimelineQuery{Of: contact.OfContact(maria.ID), Category: "gossip"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestATimelineOutlivesItsEventsAndGoesWithItsContact(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	d.processed()
	mark := d.clock.Now()
	d.run(`update event set processed_at = $1, seq = written`, mark)
	d.clock.Advance(events.Retention + time.Hour)
	if n, err := events.Tidy(d.ctx, d.tenants, d.clock.Now()); err != nil || n != 1 {
		t.Fatalf("%d events were cleared away, %v", n, err)
	}
	if got := d.timeline(maria.ID, ""); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil {
		t.Fatal(err)
	}
	var left int
	d.one(&left, `select count(*) from timeline`)
	if left != 0 {
		t.Errorf("%d entries are left of an erased contact", left)
	}
}

func (d *desk) run(sql string, args ...any) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.ctx, sql, args...)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) one(to any, sql string, args ...any) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error { return tx.QueryRow(d.ctx, sql, args...).Scan(to) })
	if err != nil {
		d.t.Fatal(err)
	}
}
