package contact_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func (d *desk) exported(in contact.ExportInput) string {
	d.t.Helper()
	x, err := d.Export(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := x.Write(d.ctx, &out); err != nil {
		d.t.Fatal(err)
	}
	return out.String()
}

func TestAnExportWritesTheColumnsThatWereChosen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, in := range []contact.FieldInput{
		{Name: ptr("Plan"), Kind: contact.FieldSelect, Options: &[]contact.Option{{Label: "Gold, the best"}}},
		{Name: ptr("Spent"), Kind: contact.FieldMoney},
		{Name: ptr("Visits"), Kind: contact.FieldNumber},
	} {
		in.Object = contact.ObjectContact
		if _, err := d.CreateField(d.ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.CreateField(d.ctx, contact.FieldInput{
		Object: contact.ObjectCompany, Name: ptr("Tier"), Kind: contact.FieldSelect, Options: &[]contact.Option{{Label: "Top"}},
	}); err != nil {
		t.Fatal(err)
	}
	company, err := d.CreateCompany(d.ctx, contact.CompanyInput{
		Name: ptr("=Rossi"), Domain: ptr("rossi.example"), Tags: &[]string{"b", "a"}, Custom: map[string]any{"tier": "top"},
	})
	if err != nil {
		t.Fatal(err)
	}
	maria := d.create(contact.CreateInput{
		FirstName: "=cmd|'/c calc'!A1", LastName: `R"ossi`, Email: "maria@x.example", Phone: "+14155552671", Tags: []string{"vip", "a"}, Birthday: "1984-05-23",
		Emails: []contact.AddressInput{{Value: "maria@x.example"}, {Value: "m@x.example"}}, Score: -5,
		Custom: map[string]any{"plan": "Gold, the best", "spent": map[string]any{"amount": 1999.0, "currency": "EUR"}, "visits": -2.5},
	})
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, CompanyID: &uuid.NullUUID{UUID: company.ID, Valid: true}}); err != nil {
		t.Fatal(err)
	}
	d.create(contact.CreateInput{FirstName: "Zoe"})
	got := d.exported(contact.ExportInput{Columns: []string{
		"id", "first_name", "last_name", "emails", "phone", "tags", "birthday", "score", "company", "created_at", "custom.plan", "custom.spent", "custom.visits",
		"company.name", "company.domain", "company.city", "company.tags", "company.custom.tier",
	}, Mark: true})
	body, marked := strings.CutPrefix(got, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	want := []string{
		maria.ID.String(), `'=cmd|'/c calc'!A1`, `R"ossi`, "maria@x.example, m@x.example", "'+14155552671", "vip, a", "1984-05-23", "-5", "'=Rossi",
		"2026-02-01T12:00:00Z", "Gold, the best", "19.99 EUR", "-2.5",
		"'=Rossi", "rossi.example", "", "b, a", "Top",
	}
	alone := append([]string{rows[2][0], "Zoe", "", "", "", "", "", "0", "", "2026-02-01T12:00:00Z"}, make([]string, 8)...)
	if err != nil || !marked || len(rows) != 3 {
		t.Fatalf("%v %v %q", err, marked, got)
	}
	if diff := cmp.Diff(want, rows[1]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(alone, rows[2]); diff != "" {
		t.Error("without a company:", diff)
	}
}

func TestAnExportGoesThroughAllPagesAndIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.crowd(2500)
	d.create(contact.CreateInput{FirstName: "Ann"})
	for filter, want := range map[string]int{`null`: 2501, `{"field":"first_name","op":"is","value":"ann"}`: 1} {
		lines := strings.Split(strings.TrimSpace(d.exported(contact.ExportInput{Filter: json.RawMessage(filter), Columns: []string{"id"}})), "\r\n")
		seen := map[string]bool{}
		for _, l := range lines[1:] {
			seen[l] = true
		}
		if len(lines)-1 != want || len(seen) != want {
			t.Errorf("%s: %d rows, %d different ones", filter, len(lines)-1, len(seen))
		}
	}
	narrow, err := d.Export(tenancy.WithReach(d.ctx, tenancy.Reach{}), contact.ExportInput{Columns: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := narrow.Write(tenancy.WithReach(d.ctx, tenancy.Reach{}), &out); err != nil || out.String() != "id\r\n" {
		t.Errorf("who reaches nobody gets %q %v", out.String(), err)
	}
	var told int
	err = d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `select count(*) from event where kind = 'contact.exported'`).Scan(&told)
	})
	if err != nil || told != 3 {
		t.Errorf("%d were told of: %v", told, err)
	}
	_, err = d.Export(d.ctx, contact.ExportInput{Columns: []string{"name", "custom.gone", "opted_out"}})
	if f, ok := fault.As(err); !ok || len(f.Fields) != 2 || f.Fields[0].Path != "columns[1]" {
		t.Errorf("columns that there aren't: %v", err)
	}
}
