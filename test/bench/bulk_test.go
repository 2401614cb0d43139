package bench_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

// BenchmarkBulkTag tags 100,000 contacts and takes the tag back, by the job of a
// worker, from the request to the end: contacts, events and what an undo needs.
// Beside it stand the plainest UPDATE of the same rows, and how long whoever hears
// of the changes (audit, timeline, duplicates) goes on behind the action.
// OMNICRM_BENCH_PEOPLE makes it smaller, to try it.
func BenchmarkBulkTag(b *testing.B) {
	n := 100_000
	if few, err := strconv.Atoi(os.Getenv("OMNICRM_BENCH_PEOPLE")); err == nil {
		n = few
	}
	for range b.N {
		r := rig.New(b, 1)
		sub := r.SubAccounts[0].ID
		equip(b, r, sub, n)
		api := r.Start(b, "apiserver", unlimited)
		r.Start(b, "worker")
		client := newCaller(r, api.URL)
		path := "/api/v1/sub-accounts/" + sub.String() + "/contacts/bulk"
		floor := bareTag(b, r, sub)
		began := clock.System().Now()
		made := client.sent(b, path, []byte(`{"filter":{"field":"tags","op":"none_of","value":["campaign"]},"action":{"kind":"tag.add","tags":["campaign"]}}`), http.StatusAccepted)
		done := client.until(b, path+"/"+made.ID.String(), "done")
		tagged := clock.System().Now().Sub(began)
		if done.Changed != n {
			b.Fatalf("%d of %d were tagged", done.Changed, n)
		}
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-tag", Unit: "ms", Value: bench.Milliseconds(tagged), Want: bench.AtMost(10_000),
			What: fmt.Sprintf("a tag for %d contacts over a filter, from the request to the end of the job, events and the way back included", n),
		})
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-tag-of-floor", Unit: "×", Value: float64(tagged) / float64(floor), Want: bench.Stated,
			What: "the same, over one bare UPDATE of the tags, versions and times of the same rows",
		})
		alone := clock.System().Now()
		somebody := client.sent(b, "/api/v1/sub-accounts/"+sub.String()+"/contacts", []byte(`{"first_name":"Ada"}`), http.StatusCreated)
		heard(b, r, somebody.ID)
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-tag-others", Unit: "ms", Value: bench.Milliseconds(clock.System().Now().Sub(alone)), Want: bench.Stated,
			What: "from the request for another contact, made at the end of the job, until audit, timeline and duplicates have heard of it",
		})
		heard(b, r)
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-tag-heard", Unit: "ms", Value: bench.Milliseconds(clock.System().Now().Sub(began)), Want: bench.Stated,
			What: "from the same request until audit, timeline and duplicates have heard of every contact",
		})
		began = clock.System().Now()
		client.sent(b, path+"/"+made.ID.String()+"/undo", nil, http.StatusOK)
		if back := client.until(b, path+"/"+made.ID.String(), "undone"); back.Undone != n {
			b.Fatalf("%d of %d were put back", back.Undone, n)
		}
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-undo", Unit: "ms", Value: bench.Milliseconds(clock.System().Now().Sub(began)), Want: bench.Stated, What: "the same, undone",
		})
	}
}

// bareTag is the floor: one statement, by the owner of the tables, without events,
// undo or locks before it. What it wrote is put back, and the tables are as they
// were.
func bareTag(b *testing.B, r *rig.Rig, sub uuid.UUID) time.Duration {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(b.Context()) }()
	var took time.Duration
	for i, sql := range []string{
		`update contact set tags = tags || '{bare}', version = version + 1, updated_at = now() where sub_account_id = '` + sub.String() + `'`,
		`update contact set tags = array_remove(tags, 'bare'), version = version - 1 where sub_account_id = '` + sub.String() + `'`,
		`vacuum (full, analyze) contact`,
	} {
		began := clock.System().Now()
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			took = clock.System().Now().Sub(began)
		}
	}
	return took
}

// heard waits until every event has been processed, or those of some subjects alone,
// looking a hundred times a second.
func heard(b *testing.B, r *rig.Rig, of ...uuid.UUID) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(b.Context()) }()
	for left := true; left; {
		err := conn.QueryRow(b.Context(), `
			select exists (select from event where processed_at is null and ($1::uuid[] is null or subject_id = any($1)))`, of).Scan(&left)
		if err != nil {
			b.Fatal(err)
		}
		if left {
			<-clock.System().After(10 * time.Millisecond)
		}
	}
}

// moving is a bulk action as the API tells of it.
type moving struct {
	ID      uuid.UUID `json:"id"`
	State   string    `json:"state"`
	Error   string    `json:"error"`
	Changed int       `json:"changed"`
	Undone  int       `json:"undone"`
}

// until looks at a bulk action ten times a second until it is in a state.
func (c *caller) until(b *testing.B, path, state string) (m moving) {
	b.Helper()
	for range 6000 {
		text, err := c.do(b.Context(), http.MethodGet, path, nil, nil, http.StatusOK)
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			b.Fatal(err)
		}
		if m.State == state {
			return m
		}
		if m.State == "failed" {
			b.Fatalf("it failed: %s", m.Error)
		}
		<-clock.System().After(100 * time.Millisecond)
	}
	b.Fatalf("it is still %s", m.State)
	return m
}
