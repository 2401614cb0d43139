package bench_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

const (
	people = 1_000_000
	asked  = 200 // requests of each shape
)

// shape is a kind of request for a list, made anew each time.
type shape struct {
	name  string
	query func(i int) url.Values
}

func words(words string) func(int) url.Values {
	return func(int) url.Values { return url.Values{"q": {words}} }
}

// lists and searches are what people do all day, the rare and the common.
var (
	lists = []shape{
		{"the first page by name", func(int) url.Values { return url.Values{} }},
		{"the newest", func(int) url.Values { return url.Values{"sort": {"-created_at"}} }},
		{"the last changed", func(int) url.Values { return url.Values{"sort": {"-updated_at"}} }},
		{"a tag of one in five", func(int) url.Values { return url.Values{"tag": {"lead"}} }},
		{"a tag of one in a thousand", func(int) url.Values { return url.Values{"tag": {"partner"}} }},
		{"a tag that nobody has", func(int) url.Values { return url.Values{"tag": {"nobody"}} }},
		{"a tag of one in twenty, the newest", func(int) url.Values { return url.Values{"tag": {"customer"}, "sort": {"-created_at"}} }},
	}
	searches = []shape{
		{"the commonest first name", words("maria")},
		{"a common name, both parts", words("maria smith")},
		{"any name, both parts", func(i int) url.Values { p := personOf(i * 37); return url.Values{"q": {p.first + " " + p.last}} }},
		{"a rare last name", words("henderson")},
		{"the beginning of a name", func(i int) url.Values { return url.Values{"q": {personOf(i * 91).last[:3]}} }},
		{"two letters", words("jo")},
		{"an e-mail address", func(i int) url.Values { return url.Values{"q": {personOf(i * 13).email}} }},
		{"a part of an e-mail address", func(i int) url.Values { return url.Values{"q": {fmt.Sprintf("smith.%d@", i*1000)}} }},
		{"a provider that a third has", words("gmail.example")},
		{"a phone number", func(i int) url.Values { return url.Values{"q": {personOf(i * 17).phone}} }},
		{"the end of a phone number", func(i int) url.Values { return url.Values{"q": {personOf(i * 17).phone[7:]}} }},
		{"nobody", words("xylophone")},
		{"the newest of a common name", func(int) url.Values { return url.Values{"q": {"james"}, "sort": {"-created_at"}} }},
		{"a name and a tag", func(int) url.Values { return url.Values{"q": {"john"}, "tag": {"customer"}} }},
	}
)

// BenchmarkContactSearch asks for pages of a sub-account of a million contacts
// over HTTP, one request after the other, warm. The figure is the worst shape's
// p99; the log names each.
func BenchmarkContactSearch(b *testing.B) {
	for range b.N {
		r := rig.New(b, 1)
		sub := r.SubAccounts[0].ID
		crowd(b, r, sub, people)
		api := r.Start(b, "apiserver", unlimited)
		client := newCaller(r, api.URL)
		path := "/api/v1/sub-accounts/" + sub.String() + "/contacts"
		for name, shapes := range map[string][]shape{"list": lists, "search": searches} {
			worst, which := time.Duration(0), ""
			for _, s := range shapes {
				p99 := client.p99(b, path, s)
				b.Logf("%-36s p99 %s", s.name, p99.Round(100*time.Microsecond))
				if p99 > worst {
					worst, which = p99, s.name
				}
			}
			bench.Report(b, bench.Figure{
				Name: "contact/" + name + "-p99", Unit: "ms", Value: bench.Milliseconds(worst), Want: bench.AtMost(50),
				What: fmt.Sprintf("the slowest of %d kinds of %s over HTTP in a sub-account of 1,000,000 contacts: %s", len(shapes), name, which),
			})
		}
		deep := client.pages(b, path, 200)
		bench.Report(b, bench.Figure{
			Name: "contact/page-p99", Unit: "ms", Value: bench.Milliseconds(bench.Quantile(deep, 0.99)), Want: bench.AtMost(50),
			What: "a page of 100 of the same, each by the cursor of the one before",
		})
	}
}

func (c *caller) p99(b *testing.B, path string, s shape) time.Duration {
	b.Helper()
	took := make([]time.Duration, 0, asked)
	for i := range asked + asked/10 {
		began := time.Now()
		if _, err := c.do(b.Context(), http.MethodGet, path+"?"+s.query(i).Encode(), nil, nil, http.StatusOK); err != nil {
			b.Fatal(err)
		}
		if i >= asked/10 { // the first tenth warms
			took = append(took, time.Since(began))
		}
	}
	return bench.Quantile(took, 0.99)
}

// pages walks through the list.
func (c *caller) pages(b *testing.B, path string, n int) (took []time.Duration) {
	b.Helper()
	cursor := ""
	for range n {
		began := time.Now()
		text, err := c.do(b.Context(), http.MethodGet, path+"?"+url.Values{"limit": {"100"}, "cursor": {cursor}}.Encode(), nil, nil, http.StatusOK)
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		var page struct {
			Next string `json:"next_cursor"`
		}
		if err := json.Unmarshal(text, &page); err != nil {
			b.Fatal(err)
		}
		if cursor = page.Next; cursor == "" {
			b.Fatal("the list ended early")
		}
	}
	return took
}
