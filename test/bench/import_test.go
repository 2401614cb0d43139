package bench_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

// importTables are those that an import writes, in the order of their references.
var importTables = []string{"contact", "contact_address", "contact_search", "import_row", "event"}

// BenchmarkImport takes in a file of 200,000 people, from the start to the end of
// the job, and undoes it. The floor is what it wrote: the very rows of the same
// tables, their indexes in place, by bare COPY. OMNICRM_BENCH_PEOPLE makes it
// smaller, to try it, or larger.
func BenchmarkImport(b *testing.B) {
	n := 200_000
	if other, err := strconv.Atoi(os.Getenv("OMNICRM_BENCH_PEOPLE")); err == nil {
		n = other
	}
	for range b.N {
		r := rig.New(b, 1)
		api := r.Start(b, "apiserver", unlimited)
		worker := r.Start(b, "worker")
		client := newCaller(r, api.URL)
		path := "/api/v1/sub-accounts/" + r.SubAccounts[0].ID.String() + "/imports"
		made := client.sent(b, path+"?name=people.csv", peopleFile(b, n), http.StatusCreated)
		path += "/" + made.ID.String()
		began := clock.System().Now()
		client.sent(b, path+"/start", []byte(`{"fields":["first_name","last_name","email","phone","city","tags"],"match":["email","phone"],"on_match":"update"}`), http.StatusOK)
		peak := client.watched(b, path, "done", worker)
		took := clock.System().Now().Sub(began)
		floor := copied(b, r, n)
		bench.Report(b, bench.Figure{
			Name: "contact/import-of-floor", Unit: "%", Value: 100 * float64(floor) / float64(took), Want: bench.AtLeast(40),
			What: fmt.Sprintf("the speed of an import of %d people, of that of a bare COPY of the same rows into the same tables", n),
		})
		bench.Report(b, bench.Figure{
			Name: "contact/import", Unit: "rows/s", Value: float64(n) / took.Seconds(), Want: bench.Stated, What: "the same, a second",
		})
		bench.Report(b, bench.Figure{
			Name: "contact/import-memory", Unit: "MiB", Value: float64(peak) / (1 << 20), Want: bench.AtMost(200),
			What: "the most that the worker's resident memory came to meanwhile",
		})
		began = clock.System().Now()
		client.sent(b, path+"/undo", nil, http.StatusOK)
		client.watched(b, path, "undone", worker)
		bench.Report(b, bench.Figure{
			Name: "contact/import-undo", Unit: "rows/s", Value: float64(n) / clock.System().Now().Sub(began).Seconds(), Want: bench.Stated, What: "the same, undone",
		})
	}
}

func peopleFile(b *testing.B, n int) []byte {
	b.Helper()
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	_ = out.Write([]string{"First Name", "Last Name", "Email", "Phone", "City", "Tags"}) // into memory
	for i := range n {
		p := personOf(i)
		_ = out.Write([]string{p.first, p.last, p.email, p.phone, "New York", "lead, fair"})
	}
	out.Flush()
	return text.Bytes()
}

// sent posts a body and gives what moves by it.
func (c *caller) sent(b *testing.B, path string, body []byte, want int) (m moving) {
	b.Helper()
	text, err := c.do(b.Context(), http.MethodPost, path, http.Header{"Idempotency-Key": {uuid.NewString()}}, body, want)
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		b.Fatal(err)
	}
	return m
}

// watched looks at an import ten times a second until it is in a state, and gives
// the most memory that the worker had.
func (c *caller) watched(b *testing.B, path, state string, worker *rig.Process) (peak int64) {
	b.Helper()
	for m := (moving{}); m.State != state; {
		text, err := c.do(b.Context(), http.MethodGet, path, nil, nil, http.StatusOK)
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			b.Fatal(err)
		}
		peak = max(peak, worker.Memory(b).Resident)
		<-clock.System().After(100 * time.Millisecond)
	}
	return peak
}

// copied takes out of the tables what the import wrote, and measures how long
// COPY takes to put it back.
func copied(b *testing.B, r *rig.Rig, n int) (took time.Duration) {
	b.Helper()
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	// What else refers to contacts is not part of it, nor are the contacts kept from
	// the worker: they go into tables of the same make.
	for _, table := range importTables {
		if _, err := conn.Exec(ctx, `create table floor_`+table+` (like `+table+` including all)`); err != nil {
			b.Fatal(err)
		}
		took += throughFile(ctx, b, conn, table)
	}
	var there int
	if err := conn.QueryRow(ctx, `select count(*) from floor_contact`).Scan(&there); err != nil || there != n {
		b.Fatalf("%d of %d were copied: %v", there, n, err)
	}
	return took
}

func throughFile(ctx context.Context, b *testing.B, conn *pgx.Conn, table string) time.Duration {
	b.Helper()
	path := filepath.Join(b.TempDir(), table)
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := conn.PgConn().CopyTo(ctx, file, `copy `+table+` to stdout`); err != nil {
		b.Fatal(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		b.Fatal(err)
	}
	began := clock.System().Now()
	if _, err := conn.PgConn().CopyFrom(ctx, file, `copy floor_`+table+` from stdin`); err != nil {
		b.Fatal(err)
	}
	return clock.System().Now().Sub(began)
}
