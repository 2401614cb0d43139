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

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

// BenchmarkBulkTag tags 100,000 contacts and takes the tag back, by the job of a
// worker, from the request to the end: contacts, events and what an undo needs.
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
		began := clock.System().Now()
		made := client.moved(b, path, `{"filter":{"field":"tags","op":"none_of","value":["campaign"]},"action":{"kind":"tag.add","tags":["campaign"]}}`, http.StatusAccepted)
		done := client.until(b, path+"/"+made.ID.String(), "done")
		tagged := clock.System().Now().Sub(began)
		if done.Changed != n {
			b.Fatalf("%d of %d were tagged", done.Changed, n)
		}
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-tag", Unit: "ms", Value: bench.Milliseconds(tagged), Want: bench.AtMost(10_000),
			What: fmt.Sprintf("a tag for %d contacts over a filter, from the request to the end of the job, events and the way back included", n),
		})
		began = clock.System().Now()
		client.moved(b, path+"/"+made.ID.String()+"/undo", "", http.StatusOK)
		if back := client.until(b, path+"/"+made.ID.String(), "undone"); back.Undone != n {
			b.Fatalf("%d of %d were put back", back.Undone, n)
		}
		bench.Report(b, bench.Figure{
			Name: "contact/bulk-undo", Unit: "ms", Value: bench.Milliseconds(clock.System().Now().Sub(began)), Want: bench.Stated, What: "the same, undone",
		})
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

func (c *caller) moved(b *testing.B, path, body string, want int) (m moving) {
	b.Helper()
	text, err := c.do(b.Context(), http.MethodPost, path, http.Header{"Idempotency-Key": {uuid.NewString()}}, []byte(body), want)
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		b.Fatal(err)
	}
	return m
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
