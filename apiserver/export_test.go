package apiserver_test

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func (b *bench) export(token, body string) ask {
	return ask{method: "POST", path: b.sub("/contacts/export"), token: token, body: body}
}

func TestContactsAreTakenOutAsATable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	manager := b.token(b.acme, b.one.ID, access.AccountManager)
	b.must(201, ask{method: "POST", path: b.sub("/custom-fields"), token: manager, body: `{"object":"contact","name":"Told","kind":"long_text"}`})
	for _, body := range []string{
		`{"first_name":"=HYPERLINK(\"https://evil.example\")","last_name":"R\"ossi","phone":"+14155550142","source":"@SUM(1)","custom":{"told":"=1+1"}}`,
		`{"first_name":"-2+3","last_name":"+1","source":"＝1+1","custom":{"told":"one, \"two\"\nthree"},"tags":["b","a"],"score":-5}`,
	} {
		b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: manager, body: body})
	}
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: manager, body: `{"first_name":"Zoe"}`})
	a := b.must(200, b.export(manager, `{"filter":{"not":{"field":"first_name","op":"is","value":"Zoe"}},`+
		`"columns":["first_name","last_name","phone","source","tags","score","custom.told"],"sort":"created_at","bom":true}`))
	for name, want := range map[string]string{
		"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=contacts.csv", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	body, marked := strings.CutPrefix(a.text, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !marked {
		t.Fatal(err, marked)
	}
	want := [][]string{
		{"first_name", "last_name", "phone", "source", "tags", "score", "custom.told"},
		{`'=HYPERLINK("https://evil.example")`, `R"ossi`, "'+14155550142", "'@SUM(1)", "", "0", "'=1+1"},
		{"'-2+3", "'+1", "", "'＝1+1", "b, a", "-5", "one, \"two\"\nthree"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	unmarked := b.must(200, b.export(manager, `{"columns":["id"]}`))
	if n := strings.Count(unmarked.text, "\r\n"); n != 4 || strings.HasPrefix(unmarked.text, "\ufeff") {
		t.Errorf("%q", unmarked.text)
	}
	bad := b.must(422, b.export(manager, `{"columns":["nothing"],"filter":{"field":"gone","op":"empty"}}`))
	if bad.json["code"] == "" || bad.header.Get("Content-Disposition") != "" {
		t.Error(bad.text)
	}
}

func TestWhoMayNotTakeContactsOutGetsNone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	b.createContact(owner, "Ada")
	for name, token := range map[string]string{
		"a user":                   b.token(b.acme, b.one.ID, access.AccountUser),
		"somebody who reads alone": b.token(b.acme, b.one.ID, access.AccountReadOnly),
	} {
		if a := b.do(b.export(token, `{}`)); a.status != 403 || strings.Contains(a.text, "Ada") {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
	}
	stranger := b.export(b.token(b.beta, uuid.Nil, access.AgencyOwner), `{}`)
	stranger.host = betaHost
	if a := b.do(stranger); a.status != 404 {
		t.Errorf("another agency's: %d %s", a.status, a.text)
	}
}

// What can't be read in the middle breaks the answer off: whoever reads it knows
// that it isn't whole.
func TestAnExportThatFailsHalfWayIsSeenToBeCut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	b.rewrite(b.one, `
		insert into contact (sub_account_id, id, first_name, sort_name, created_at, updated_at, first_touch)
		select current_setting('omnicrm.sub_account')::uuid, gen_random_uuid(), 'c' || n, 'c' || n, now(), now(),
		       case when n = 2500 then '"nothing that there could be"'::jsonb end
		  from generate_series(1001, 2600) n`)
	res, err := b.server.Client().Do(b.request(b.export(owner, `{"columns":["first_name"]}`)))
	b.ok(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if res.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d %v", res.StatusCode, err)
	}
	if lines := strings.Split(string(body), "\r\n"); len(lines) < 1000 || lines[1] != "c1001" || strings.Contains(string(body), "c2500") {
		t.Errorf("%d lines: %q", len(lines), lines[:min(3, len(lines))])
	}
}
