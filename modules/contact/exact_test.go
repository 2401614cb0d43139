package contact_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// exactRight holds, at the end of every test, what filters ask for exactly to what
// contacts' fields hold, whoever wrote them.
func (d *desk) exactRight() {
	d.t.Cleanup(func() {
		for _, who := range []context.Context{d.ctx, d.foreign} {
			ctx := context.WithoutCancel(who)
			if err := d.tenants.InTenant(ctx, func(tx pgx.Tx) error { return wrongExact(ctx, tx) }); err != nil {
				d.t.Error(err)
			}
		}
	})
}

func wrongExact(ctx context.Context, tx pgx.Tx) error {
	var wrong []string
	err := tx.QueryRow(ctx, `
		select array_agg(format('%s has %s, not %s', c.custom, c.custom_exact, want.values)) filter (where c.custom_exact <> want.values)
		  from contact c cross join lateral (
			select coalesce(jsonb_object_agg(v.key, v.value), '{}') as values
			  from jsonb_each(c.custom) v
			  join custom_field f on f.sub_account_id = c.sub_account_id and f.object = 'contact' and f.key = v.key
			 where f.kind not in ('text', 'long_text', 'url', 'date', 'date_time')) want`).Scan(&wrong)
	if err == nil && len(wrong) > 0 {
		return fmt.Errorf("custom_exact: %q", wrong)
	}
	return err
}

// Every kind of field is asked for exactly, after every way to write a contact;
// exactRight looks at what is kept.
func TestAValueIsFoundExactly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bare := d.create(contact.CreateInput{FirstName: "Zoë"})
	custom, asked := map[string]any{}, []json.RawMessage{}
	for kind, c := range map[contact.FieldKind]struct {
		value, asked any
		op           string
		options      *[]contact.Option
	}{
		contact.FieldText:        {"Some words", "some words", "is", nil},
		contact.FieldLongText:    {"Some\nlines", "lines", "contains", nil},
		contact.FieldURL:         {"https://www.example.com", "https://www.example.com", "is", nil},
		contact.FieldNumber:      {json.Number("12.5"), json.Number("12.5"), "is", nil},
		contact.FieldMoney:       {map[string]any{"amount": json.Number("1250"), "currency": "USD"}, map[string]any{"amount": json.Number("1250"), "currency": "USD"}, "is", nil},
		contact.FieldDate:        {"2026-01-31", "2026-01-31", "on", nil},
		contact.FieldDateTime:    {"2026-01-31T12:00:00Z", "2026-01-31", "on", nil},
		contact.FieldPhone:       {"+14155550123", "+1 415 555 0123", "is", nil},
		contact.FieldEmail:       {"maria@example.com", "Maria@example.com", "is", nil},
		contact.FieldSelect:      {"gold", "gold", "is", &[]contact.Option{{Key: "gold", Label: "Gold"}}},
		contact.FieldMultiSelect: {[]any{"gold"}, []any{"gold"}, "any_of", &[]contact.Option{{Key: "gold", Label: "Gold"}}},
		contact.FieldCheckbox:    {true, true, "is", nil},
		contact.FieldReference:   {bare.ID.String(), bare.ID.String(), "is", nil},
	} {
		field, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr("F " + string(kind)), Kind: kind, Options: c.options})
		if err != nil {
			t.Fatal(err)
		}
		custom[field.Key] = c.value
		question, err := json.Marshal(map[string]any{"field": "custom." + field.Key, "op": c.op, "value": c.asked})
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, question)
	}
	made := d.create(contact.CreateInput{FirstName: "Maria", Custom: custom})
	changed, err := d.Update(d.ctx, contact.UpdateInput{ID: bare.ID, Custom: custom})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made.Custom, changed.Custom); diff != "" {
		t.Error(diff)
	}
	for _, question := range asked {
		page, err := d.List(d.ctx, contact.ListInput{Filter: question})
		if err != nil || len(page.Items) != 2 {
			t.Errorf("%s finds %d, want both: %v", question, len(page.Items), err)
		}
	}
}
