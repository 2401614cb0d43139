package apiserver_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/directory"
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

const park = `update job set state = 'parked', attempt = 16, last_error = 'the printer is on fire', finished_at = now() where id = $1`

func TestParkedJobsAreFoundByKindAndReplayedTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	chosen := b.chore(park, queue.On(queue.Interactive))
	for range 3 {
		b.chore(park, queue.On(queue.Bulk))
	}
	unique := b.chore(park, queue.Unique("k"))
	b.chore("", queue.Unique("k"))
	if found := b.must(200, ask{path: b.sub("/jobs?state=parked&queue=bulk&kind=test.chore"), token: token}).rows(); len(found) != 3 {
		t.Errorf("%d are found in the queue bulk", len(found))
	}
	if found := b.must(200, ask{path: b.sub("/jobs?state=parked&kind=test.other"), token: token}).rows(); len(found) != 0 {
		t.Errorf("%d are found of another kind", len(found))
	}
	kinds, _ := b.must(200, ask{path: b.sub("/parked-work"), token: token}).json["jobs"].([]any)
	if len(kinds) != 3 || kinds[0].(map[string]any)["parked"] != 3.0 {
		t.Errorf("the summary says %v", kinds)
	}
	replay := func(body string) answer {
		return b.must(200, ask{method: "POST", path: b.sub("/jobs/replay"), token: token, body: body})
	}
	if done := replay(`{"ids":["` + chosen.String() + `","` + uuid.NewString() + `"]}`); done.json["replayed"] != 1.0 || done.json["left"] != 0.0 {
		t.Errorf("of one: %s", done.text)
	}
	if done := replay(`{"kind":"test.chore"}`); done.json["replayed"] != 3.0 || done.json["left"] != 1.0 {
		t.Errorf("of the kind: %s", done.text)
	}
	one := b.must(409, ask{method: "POST", path: b.sub("/jobs/" + unique.String() + "/replay"), token: token})
	if one.code() != "job.waiting" {
		t.Errorf("one that is called for again already: %s", one.text)
	}
	b.must(204, ask{method: "POST", path: b.sub("/jobs/" + unique.String() + "/cancel"), token: token})
	if left := b.must(200, ask{path: b.sub("/jobs?state=parked"), token: token}).rows(); len(left) != 0 {
		t.Errorf("after giving up the last one: %v", left)
	}
	for _, bad := range []string{`{}`, `{"kind":"a","ids":["` + uuid.NewString() + `"]}`, `{"ids":["x"]}`} {
		b.must(422, ask{method: "POST", path: b.sub("/jobs/replay"), token: token, body: bad})
	}
}

func TestAParkedDeliveryLeadsToItsThread(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	made := b.must(201, ask{
		method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Maria","phone":"+14155550123"}`,
	})
	sent := b.must(201, ask{
		method: "POST", path: b.sub("/messages"), token: token, body: `{"contact_id":"` + made.str("id") + `","channel":"sms","body":"hi"}`,
	})
	ctx := tenancy.WithTenant(t.Context(), b.one.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update job set state = 'parked', finished_at = now() where kind = 'sms.deliver'`)
		return err
	}))
	parked := b.must(200, ask{path: b.sub("/jobs?state=parked"), token: token}).rows()
	if len(parked) != 1 {
		t.Fatalf("%d are parked", len(parked))
	}
	want := map[string]any{"kind": "conversation", "id": sent.str("conversation_id")}
	if diff := cmp.Diff(want, parked[0]["record"]); diff != "" {
		t.Error(diff)
	}
}

func TestTheAgencySeesWhereWorkIsParked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.createContact(token, "Maria")
	b.parkEvents(b.one, "audit")
	b.chore(park)
	b.chore(park)
	for _, s := range []directory.SubAccount{b.two, b.abroad} {
		at := *b
		at.one = s
		at.chore(park)
	}
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	got := b.must(200, ask{path: "/api/v1/agency/parked-work", token: owner}).rows()
	var seen []string
	for _, row := range got {
		seen = append(seen, fmt.Sprint(row["name"], " ", row["jobs"], " ", row["events"], " ", row["unknown"]))
	}
	if diff := cmp.Diff([]string{"one 2 1 false", "two 1 0 false"}, seen); diff != "" {
		t.Error(diff)
	}
	b.must(403, ask{path: "/api/v1/agency/parked-work", token: token})
}

// parkEvents parks every event of the sub-account for a subscriber.
func (b *bench) parkEvents(s directory.SubAccount, subscriber string) {
	b.t.Helper()
	ctx := tenancy.WithTenant(b.t.Context(), s.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into event_parked (sub_account_id, event_id, subscriber, subject_id, reason, parked_at)
			select sub_account_id, id, $1, subject_id, 'the ink ran out', now() from event`, subscriber)
		return err
	}))
}

func TestAParkedEventIsSeenAndReplayed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.createContact(token, "Maria")
	b.parkEvents(b.one, "audit")
	parked := b.must(200, ask{path: b.sub("/parked-events"), token: token}).rows()
	if len(parked) != 1 || parked[0]["reason"] != "the ink ran out" || parked[0]["kind"] != "contact.created" || parked[0]["subject_kind"] != "contact" {
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
	for _, name := range []string{"Ada", "Bob"} {
		b.createContact(token, name)
	}
	b.parkEvents(b.one, "conversation")
	listed := b.must(200, ask{path: b.sub("/parked-events?subscriber=conversation&limit=2"), token: token})
	if len(listed.rows()) != 2 || listed.str("next_cursor") == "" {
		t.Fatalf("a page: %s", listed.text)
	}
	rest := b.must(200, ask{path: b.sub("/parked-events?subscriber=conversation&limit=2&cursor=" + listed.str("next_cursor")), token: token})
	if len(rest.rows()) != 1 || rest.str("next_cursor") != "" {
		t.Errorf("the last page: %s", rest.text)
	}
	b.must(404, ask{method: "POST", path: b.sub("/parked-events/replay"), token: token, body: `{"subscriber":"conversation"}`})
}
