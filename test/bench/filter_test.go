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

	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

// customs are the custom fields of each contact, of which two are indexed.
const customs = 50

// asking is a kind of filter; the newest first where sorted.
type asking struct{ name, filter, sort string }

var askings = []asking{
	{"a tag of one in five", `{"field":"tags","op":"any_of","value":["lead"]}`, ""},
	{"a tag of one in a thousand", `{"field":"tags","op":"any_of","value":["partner"]}`, ""},
	{"two tags", `{"field":"tags","op":"all_of","value":["lead","customer"]}`, "-created_at"},
	{"no such tag, the newest", `{"field":"tags","op":"none_of","value":["lead"]}`, "-created_at"},
	{"a common first name", `{"field":"first_name","op":"is","value":"Maria"}`, ""},
	{"a part of an address", `{"field":"email","op":"contains","value":"smith.7777"}`, ""},
	{"the last week", `{"field":"created_at","op":"in_last","value":{"days":7}}`, "-created_at"},
	{"a choice of one in ten", `{"field":"custom.plan","op":"is","value":"p3"}`, ""},
	{"one of two choices", `{"field":"custom.plan","op":"any_of","value":["p1","p2"]}`, "-created_at"},
	{"a range of an indexed number", `{"field":"custom.visits","op":"between","value":{"from":5000,"to":5010}}`, ""},
	{"an indexed day", `{"field":"custom.renewal","op":"in_next","value":{"days":2}}`, ""},
	{"a nested one", nested, ""},
}

const nested = `{"and":[{"field":"tags","op":"any_of","value":["lead"]},{"or":[{"field":"custom.plan","op":"is","value":"p3"},
	{"field":"custom.visits","op":"at_most","value":500}]},{"not":{"field":"tags","op":"any_of","value":["customer"]}},
	{"field":"created_at","op":"in_last","value":{"days":600}},{"field":"email","op":"not_empty"}]}`

// counted is nested as somebody who knows the tables would write it.
const counted = `
	select count(*) from contact c
	 where c.sub_account_id = $1 and c.deleted_at is null and c.tags @> '{lead}'
	   and (c.custom_exact @> '{"plan": "p3"}' and c.custom_exact <> '{}'
	        or c.id in (select contact_id from contact_value where sub_account_id = $1 and field_id = $2 and number <= 500))
	   and not c.tags @> '{customer}' and c.created_at >= $3 and c.created_at <= now()
	   and c.id in (select contact_id from contact_address where sub_account_id = $1 and kind = 'email' and not released and value <> '')`

// BenchmarkFilter asks for pages of filtered contacts over HTTP, one request
// after the other, warm, and counts by a nested filter of six conditions beside
// SQL that was written by hand. OMNICRM_BENCH_PEOPLE makes it smaller, to try it.
func BenchmarkFilter(b *testing.B) {
	n := people
	if few, err := strconv.Atoi(os.Getenv("OMNICRM_BENCH_PEOPLE")); err == nil {
		n = few
	}
	for range b.N {
		r := rig.New(b, 1)
		sub := r.SubAccounts[0].ID
		visits := equip(b, r, sub, n)
		api := r.Start(b, "apiserver", unlimited)
		client := newCaller(r, api.URL)
		path := "/api/v1/sub-accounts/" + sub.String() + "/contacts"
		worst, which := time.Duration(0), ""
		for _, a := range askings {
			took := client.filtered(b, path+"/query", a)
			p99 := bench.Quantile(took, 0.99)
			b.Logf("%-36s p50 %s p99 %s", a.name, bench.Quantile(took, 0.5).Round(100*time.Microsecond), p99.Round(100*time.Microsecond))
			if p99 > worst {
				worst, which = p99, a.name
			}
		}
		bench.Report(b, bench.Figure{
			Name: "filter/list-p99", Unit: "ms", Value: bench.Milliseconds(worst), Want: bench.AtMost(50),
			What: fmt.Sprintf("the slowest of %d kinds of filter over HTTP in a sub-account of %d contacts with %d custom fields and 20 tags: %s", len(askings), n, customs, which),
		})
		ours, floor := client.counts(b, r, path+"/count", sub, visits)
		bench.Report(b, bench.Figure{
			Name: "filter/count-of-floor", Unit: "×", Value: float64(ours) / float64(floor), Want: bench.AtMost(1.2),
			What: "a count by a nested filter of six conditions over HTTP, against the same by hand-written SQL as the product's role",
		})
	}
}

func (c *caller) filtered(b *testing.B, path string, a asking) (took []time.Duration) {
	b.Helper()
	body, err := json.Marshal(map[string]any{"filter": json.RawMessage(a.filter), "sort": a.sort})
	if a.sort == "" {
		body, err = json.Marshal(map[string]any{"filter": json.RawMessage(a.filter)})
	}
	if err != nil {
		b.Fatal(err)
	}
	for i := range asked + asked/10 {
		began := time.Now()
		if _, err := c.do(b.Context(), http.MethodPost, path, nil, body, http.StatusOK); err != nil {
			b.Fatal(err)
		}
		if i >= asked/10 { // the first tenth warms
			took = append(took, time.Since(began))
		}
	}
	return took
}

// counts is the median of both ways, in turns, and holds their answers equal.
func (c *caller) counts(b *testing.B, r *rig.Rig, path string, sub, visits uuid.UUID) (ours, floor time.Duration) {
	b.Helper()
	pool := bare(b, r)
	var mine, theirs []time.Duration
	for i := range 12 {
		began := time.Now()
		text, err := c.do(b.Context(), http.MethodPost, path, nil, []byte(`{"filter":`+nested+`}`), http.StatusOK)
		if err != nil {
			b.Fatal(err)
		}
		here := time.Since(began)
		began = time.Now()
		want, err := countByHand(b, pool, sub, visits)
		if err != nil {
			b.Fatal(err)
		}
		there := time.Since(began)
		var got struct {
			Count int64
			Exact bool
		}
		if err := json.Unmarshal(text, &got); err != nil || !got.Exact || got.Count != want {
			b.Fatalf("counted %s, by hand %d: %v", text, want, err)
		}
		if i > 1 { // the first warm
			mine, theirs = append(mine, here), append(theirs, there)
		}
	}
	return bench.Quantile(mine, 0.5), bench.Quantile(theirs, 0.5)
}
