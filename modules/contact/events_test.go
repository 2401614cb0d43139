package contact_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// told gives the payload of the last event about a record, without what every
// change changes.
func (d *desk) told(id uuid.UUID) (out map[string]map[string]any) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `select payload from event where subject_id = $1 order by written desc limit 1`, id).Scan(&out)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, side := range out {
		for _, always := range []string{"id", "version"} {
			if side[always] == nil {
				d.t.Errorf("%s is missing in %v", always, side)
			}
			delete(side, always)
		}
		delete(side, "updated_at") // on a clock that stands it is the same
	}
	return out
}

func TestAChangedContactTellsNoMoreThanWhatDiffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"Plan", "Size"} {
		if _, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr(key), Kind: contact.FieldText}); err != nil {
			t.Fatal(err)
		}
	}
	c := d.create(contact.CreateInput{
		FirstName: "Maria", LastName: "Rossi", Email: "maria@x.example", Tags: []string{"vip"}, City: "Milano", Country: "IT",
		Custom: contact.Values{"plan": "gold", "size": "XL"},
	})
	type sides = map[string]map[string]any
	one := func(before, after map[string]any) sides {
		for _, side := range []map[string]any{before, after} {
			if side["name"] == nil {
				side["name"] = "Maria Rossi"
			}
		}
		return sides{"before": before, "after": after}
	}
	for _, step := range []struct {
		name string
		do   func() error
		want sides
	}{
		{"a custom field of two, and the city", func() error {
			_, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, City: ptr("Roma"), Custom: contact.Values{"plan": "blue"}})
			return err
		}, one(
			map[string]any{"address": map[string]any{"city": "Milano"}, "custom": map[string]any{"plan": "gold"}},
			map[string]any{"address": map[string]any{"city": "Roma"}, "custom": map[string]any{"plan": "blue"}},
		)},
		{"the last name, and so the name", func() error {
			_, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, LastName: ptr("Bianchi")})
			return err
		}, one(
			map[string]any{"name": "Maria Rossi", "last_name": "Rossi"},
			map[string]any{"name": "Maria Bianchi", "last_name": "Bianchi"},
		)},
		{"a tag, in bulk", func() error {
			d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"new"}})
			return nil
		}, one(
			map[string]any{"name": "Maria Bianchi", "tags": []any{"vip"}},
			map[string]any{"name": "Maria Bianchi", "tags": []any{"vip", "new"}},
		)},
		{"a custom field, in bulk", func() error {
			d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.size"})
			return nil
		}, one(
			map[string]any{"name": "Maria Bianchi", "custom": map[string]any{"size": "XL"}},
			map[string]any{"name": "Maria Bianchi", "custom": map[string]any{}},
		)},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if diff := cmp.Diff(step.want, d.told(c.ID)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
}

func TestARecordIsToldWholeAsItIsNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	firm, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi")})
	if err != nil {
		t.Fatal(err)
	}
	c := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@x.example"})
	gone := d.create(contact.CreateInput{FirstName: "Gone"})
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: gone.ID}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		for kind, ids := range map[string][]uuid.UUID{
			contact.Subject: {c.ID, gone.ID, firm.ID}, contact.SubjectCompany: {firm.ID, c.ID}, contact.SubjectView: {c.ID},
		} {
			found, err := d.Whole(d.ctx, tx, kind, ids)
			if err != nil {
				return err
			}
			for _, raw := range found {
				var record struct {
					ID     uuid.UUID
					Name   string
					Emails []struct{ Address string }
				}
				if err := json.Unmarshal(raw, &record); err != nil {
					return err
				}
				got[kind+" "+record.Name] = record.ID.String()
				for _, e := range record.Emails {
					got[kind+" "+record.Name] += " " + e.Address
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"contact Maria": c.ID.String() + " maria@x.example", "company Rossi": firm.ID.String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
