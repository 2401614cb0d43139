package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/test/rig"
)

const (
	deaths     = 3                      // of the worker, while it is at work
	shortLease = "OMNICRM_JOB_LEASE=2s" // after which another worker takes the job
)

// crew is a sub-account with an API server and workers that die.
type crew struct {
	*rig.Rig
	t     *testing.T
	sub   uuid.UUID
	base  string
	super *pgx.Conn
}

func newCrew(t *testing.T) *crew {
	t.Helper()
	r := rig.New(t, 1)
	c := &crew{Rig: r, t: t, sub: r.SubAccounts[0].ID, super: dialSQL(t, r.Tenant.Super)}
	c.base = r.Start(t, "apiserver").URL + "/api/v1/sub-accounts/" + c.sub.String()
	return c
}

// post sends a body and reads the id of what the answer holds.
func (c *crew) post(path, kind string, body []byte) uuid.UUID {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Host = rig.Host
	req.Header.Set("Authorization", "Bearer "+c.Key)
	req.Header.Set("Idempotency-Key", uuid.NewString())
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		c.t.Fatalf("%s: %s: %s: %v", path, res.Status, text, err)
	}
	var made struct{ ID uuid.UUID }
	if err := json.Unmarshal(text, &made); err != nil {
		c.t.Fatal(err)
	}
	return made.ID
}

func (c *crew) number(sql string, args ...any) int {
	c.t.Helper()
	return queryAll(c.t, c.super, pgx.RowTo[int], sql, args...)[0]
}

// survive has workers at the work that the row of a table stands for, and kills
// one after another in the middle of it: whenever done has grown, the row is kept
// from them, so that they die with work in hand that has not committed. Then one
// goes on to the end.
func (c *crew) survive(table string, id uuid.UUID, done, end string) {
	c.t.Helper()
	grown := func() int { return c.number(`select `+done+` from `+table+` where id = $1`, id) }
	last := grown()
	for range deaths {
		worker := c.Start(c.t, "worker", shortLease)
		heal(c.t, "the work does not go on", func() bool { return grown() > last })
		execSQL(c.t, c.super, "begin")
		last = c.number(`select `+done+` from `+table+` where id = $1 for no key update`, id)
		state := queryAll(c.t, c.super, pgx.RowTo[string], `select state from `+table+` where id = $1`, id)[0]
		heal(c.t, "nobody has work in hand", func() bool {
			execSQL(c.t, c.super, "select pg_stat_clear_snapshot()") // else a transaction sees the same again
			return state == end || c.number(`
				select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%from `+table+`%'`) > 0
		})
		worker.Kill(c.t)
		execSQL(c.t, c.super, "rollback")
		if state == end {
			c.t.Fatalf("it was over after %d before it could be killed: give it more to do", last)
		}
	}
	c.Start(c.t, "worker", shortLease)
	c.ended(table, id, done, end)
}

// ended waits for the end of the work as long as it goes on, however much there
// is to do.
func (c *crew) ended(table string, id uuid.UUID, done, end string) {
	c.t.Helper()
	for over := false; !over; {
		last := c.number(`select `+done+` from `+table+` where id = $1`, id)
		heal(c.t, "it stands still before its end", func() bool {
			over = c.number(`select count(*) from `+table+` where id = $1 and state = $2`, id, end) == 1
			return over || c.number(`select `+done+` from `+table+` where id = $1`, id) > last
		})
	}
}

// once are contacts with other than one event of the kind.
const once = `
	select count(*) from contact c
	 where (select count(*) from event e where e.sub_account_id = c.sub_account_id and e.subject_id = c.id and e.kind = $1) <> 1`

func TestABulkActionWhoseWorkersDieChangesEachContactOnce(t *testing.T) {
	t.Parallel()
	c, people := newCrew(t), 20_000
	execSQL(t, c.super, fmt.Sprintf(`
		insert into contact (sub_account_id, id, first_name, sort_name, created_at, updated_at)
		select '%s', gen_random_uuid(), 'Ann', 'ann', now(), now() from generate_series(1, %d)`, c.sub, people))
	id := c.post("/contacts/bulk", "application/json",
		[]byte(`{"filter":{"field":"tags","op":"none_of","value":["x"]},"action":{"kind":"tag.add","tags":["x"]}}`))
	c.survive("bulk_action", id, "done", "done")
	if n := c.number(`select count(*) from contact where tags = '{x}' and version = 2`); n != people {
		t.Errorf("%d of %d were tagged once", n, people)
	}
	if n := c.number(once, "contact.updated"); n != 0 {
		t.Errorf("%d have another number of events than one", n)
	}
	if n := c.number(`select count(*) from bulk_action where done = $1 and changed = $1 and skipped = 0 and failed = 0`, people); n != 1 {
		t.Error("the counts don't come to the contacts")
	}
	c.post("/contacts/bulk/"+id.String()+"/undo", "application/json", nil)
	c.survive("bulk_action", id, "undone", "undone")
	if n := c.number(`select count(*) from contact where tags = '{}' and version = 3`); n != people {
		t.Errorf("%d of %d were put back once", n, people)
	}
	if n := c.number(`select count(*) from bulk_action where undone = $1 and kept = 0`, people); n != 1 {
		t.Error("the counts of the undo don't come to the contacts")
	}
}

// brokenFile is a file of people in which a quotation mark, seven tenths into it,
// is never closed.
func brokenFile(people int) []byte {
	var b bytes.Buffer
	b.WriteString("First Name,Last Name,Email,City\n")
	for i := 1; i <= people; i++ {
		mark := ""
		if i == people*7/10 {
			mark = `"`
		}
		fmt.Fprintf(&b, "%sAnn,Number %d,ann.%d@x.example,Rome\n", mark, i, i)
	}
	return b.Bytes()
}

func TestAnImportWhoseWorkersDieTakesInEachRowOnce(t *testing.T) {
	t.Parallel()
	c, people := newCrew(t), 10_000
	if os.Getenv("OMNICRM_FAULTS") == "long" {
		people = 1_000_000
	}
	id := c.post("/imports?name=people.csv", "text/csv", brokenFile(people))
	c.post("/imports/"+id.String()+"/start", "application/json",
		[]byte(`{"fields":["first_name","last_name","email","city"],"match":["email"],"on_match":"update"}`))
	began := time.Now()
	c.survive("import", id, "done", "done")
	verdict(fmt.Sprintf("import: %d rows with %d deaths in %s", people, deaths, time.Since(began).Round(time.Second)))
	if n := c.number(`select count(*) from import where total = $1 and done = $1 and created = $1 - 1 and failed = 1`, people); n != 1 {
		t.Error("the counts don't come to the rows")
	}
	if n := c.number(`select count(*) from contact where version = 1 and last_name = 'Number ' || substring(email from '[0-9]+')`); n != people-1 {
		t.Errorf("%d of %d rows made a contact", n, people-1)
	}
	if n := c.number(once, "contact.created"); n != 0 {
		t.Errorf("%d have another number of events than one", n)
	}
	answer := queryAll(t, c.super, pgx.RowTo[string], `select place || ': ' || error from import_row where outcome = 'failed'`)
	if want := fmt.Sprintf("%d: A quotation mark in this row is not closed.", people*7/10); strings.Join(answer, " ") != want {
		t.Errorf("it says %q, not %q", answer, want)
	}
}
