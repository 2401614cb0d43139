package apiserver_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

type chore struct{}

func (chore) Kind() string { return "test.chore" }

// chore enqueues a job of the sub-account, then runs change on its row.
func (b *bench) chore(change string, opts ...queue.Option) (id uuid.UUID) {
	b.t.Helper()
	ctx := tenancy.WithTenant(b.t.Context(), b.one.Tenant())
	jobs := queue.New(queue.NewLocalRing(), b.options.Clock)
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		if id, err = jobs.Enqueue(ctx, tx, chore{}, opts...); err == nil && change != "" {
			_, err = tx.Exec(ctx, change, id)
		}
		return err
	}))
	return id
}

func TestWhatFailedForGoodIsSeenAndReplayed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	id := b.chore(`update job set state = 'parked', attempt = 16, last_error = 'the printer is on fire', finished_at = now() where id = $1`)
	parked := b.must(200, ask{path: b.sub("/jobs?state=parked"), token: token}).rows()
	if len(parked) != 1 || parked[0]["reason"] != "the printer is on fire" || parked[0]["kind"] != "test.chore" {
		t.Fatalf("parked: %v", parked)
	}
	replay := ask{method: "POST", path: b.sub("/jobs/" + id.String() + "/replay"), token: token}
	b.must(204, replay)
	if job := b.must(200, ask{path: b.sub("/jobs/" + id.String()), token: token}); job.str("state") != "due" {
		t.Errorf("after the replay: %s", job.text)
	}
	if again := b.must(409, replay); again.code() != "job.not_parked" {
		t.Errorf("a second replay: %s", again.text)
	}
	b.must(204, ask{method: "POST", path: b.sub("/jobs/" + id.String() + "/cancel"), token: token})
	if gone := b.must(404, ask{path: b.sub("/jobs/" + uuid.NewString()), token: token}); gone.code() != "job.unknown" {
		t.Errorf("an unknown job: %s", gone.text)
	}
}

func TestWhatPeopleWaitForIsListedWithItsProgress(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.chore(`update job set progress = '{"done": 3, "total": 9, "note": "reading"}' where id = $1`, queue.Keep())
	b.chore("")
	waiting := b.must(200, ask{path: b.sub("/jobs"), token: token}).rows()
	if len(waiting) != 1 {
		t.Fatalf("%d are listed, want the kept one alone", len(waiting))
	}
	if p, _ := waiting[0]["progress"].(map[string]any); p["done"] != 3.0 || p["note"] != "reading" {
		t.Errorf("progress: %v", p)
	}
	if bad := b.must(422, ask{path: b.sub("/jobs?state=asleep"), token: token}); bad.fields()["state"] == "" {
		t.Errorf("an unknown state: %s", bad.text)
	}
}

func TestAParkedEventIsSeenAndReplayed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.createContact(token, "Maria")
	ctx := tenancy.WithTenant(t.Context(), b.one.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into event_parked (sub_account_id, event_id, subscriber, subject_id, reason, parked_at)
			select sub_account_id, id, 'audit', subject_id, 'the ink ran out', now() from event where kind = 'contact.created'`)
		return err
	}))
	parked := b.must(200, ask{path: b.sub("/parked-events"), token: token}).rows()
	if len(parked) != 1 || parked[0]["reason"] != "the ink ran out" || parked[0]["kind"] != "contact.created" {
		t.Fatalf("parked: %v", parked)
	}
	subject, _ := parked[0]["subject_id"].(string)
	done := b.must(200, ask{
		method: "POST", path: b.sub("/parked-events/replay"), token: token, body: `{"subscriber":"audit","subject_id":"` + subject + `"}`,
	})
	if done.json["replayed"] != 1.0 {
		t.Errorf("replayed: %s", done.text)
	}
	if left := b.must(200, ask{path: b.sub("/parked-events"), token: token}).rows(); len(left) != 0 {
		t.Errorf("still parked: %v", left)
	}
	b.must(404, ask{
		method: "POST", path: b.sub("/parked-events/replay"), token: token, body: `{"subscriber":"nobody","subject_id":"` + subject + `"}`,
	})
}
