package contact

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Whatever is asked of whomever: a list finds, by indexes and past row level
// security, exactly those of whom the predicate says so.
func TestAListAndThePredicateAreEqual(t *testing.T) {
	t.Parallel()
	s, ctx, other := filledTwice(t, people)
	for _, who := range []context.Context{ctx, other} {
		furnish(t, s, who)
		endow(t, s, who)
	}
	known, err := s.Filterable(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var fields []filter.Field
	for _, name := range known.Order {
		fields = append(fields, known.Fields[name])
	}
	rapid.Check(t, func(r *rapid.T) {
		raw, err := json.Marshal(someFilter(r, fields, 3))
		if err != nil {
			r.Fatal(err)
		}
		f, known, err := s.parse(ctx, raw)
		if err != nil {
			r.Fatalf("%s: %v", raw, err)
		}
		e := filter.Env{Now: s.now(), Me: ada}
		err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			var want []uuid.UUID
			all, err := listWith(ctx, tx, query{sort: "name", limit: 100}, listPlain)
			for _, c := range all.Items {
				one, err := known.record(ctx, tx, c, f)
				if err != nil {
					return err
				}
				if f.Match(e, one) {
					want = append(want, c.ID)
				}
			}
			for _, definer := range []bool{false, true} {
				found, err := listWith(ctx, tx, query{sort: "name", limit: 100, asked: asked{f, e, definer}}, listPlain)
				if err != nil {
					return err
				}
				var got []uuid.UUID
				for _, c := range found.Items {
					got = append(got, c.ID)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					r.Fatalf("%s, definer %t: %s", raw, definer, diff)
				}
			}
			return err
		})
		if err != nil {
			r.Fatalf("%s: %v", raw, err)
		}
	})
}

var ada = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-000000000001")

// furnish gives contacts owners, notes and tasks.
func furnish(t *testing.T, s *Service, ctx context.Context) {
	t.Helper()
	tenant, err := tenancy.From(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update contact set owner_id = $2 where sub_account_id = $1 and email <> ''`, tenant.SubAccount, ada)
		if err == nil {
			_, err = tx.Exec(ctx, `
				insert into note (sub_account_id, id, contact_id, body, pinned, author, created_at, updated_at)
				select $1, gen_random_uuid(), id, 'Wants an Öffer ' || n, n = 2, '{}', $2::timestamptz - n * interval '10 days', now()
				  from contact, generate_series(1, 3) n where sub_account_id = $1 and first_name <> '' and length(first_name) > n`,
				tenant.SubAccount, s.now())
		}
		if err == nil {
			_, err = tx.Exec(ctx, `
				insert into company (sub_account_id, id, name, sort_name, search_text, created_at, updated_at)
				values ($1, $2, 'Acme', 'acme', 'acme', now(), now())`, tenant.SubAccount, ada)
		}
		if err == nil {
			_, err = tx.Exec(ctx, `
				insert into file (sub_account_id, id, name, content_type, size, sha256, author, created_at)
				values ($1, $2, 'a.txt', 'text/plain', 0, '', '{}', now())`, tenant.SubAccount, ada)
		}
		if err == nil {
			_, err = tx.Exec(ctx, `
				update contact set followers = array[$2::uuid], company_id = $2, city = 'KÖLN', country = 'IT', birthday = '2000-02-29', score = 5,
				       dnd = '{sms,voice}', first_touch = '{"utm_source": "Example"}'
				 where sub_account_id = $1 and phone <> ''`, tenant.SubAccount, ada)
		}
		if err == nil {
			_, err = tx.Exec(ctx, `
				insert into task (sub_account_id, id, contact_id, title, assignee_id, due_at, timezone, author, created_at, updated_at)
				select $1, gen_random_uuid(), id, 'Call', $2, $3, 'UTC', '{}', now(), now() from contact where sub_account_id = $1 and phone <> ''`,
				tenant.SubAccount, ada, s.now())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func someFilter(r *rapid.T, fields []filter.Field, depth int) any {
	type o = map[string]any
	one := func(values ...any) any { return rapid.SampledFrom(values).Draw(r, "value") }
	pick := rapid.IntRange(0, 6).Draw(r, "part")
	if depth == 0 {
		pick = 6
	}
	switch pick {
	case 0, 1:
		return o{one("and", "or").(string): []any{someFilter(r, fields, depth-1), someFilter(r, fields, depth-1)}}
	case 2:
		return o{"not": someFilter(r, fields, depth-1)}
	case 3:
		return o{
			"related": "notes", "times": o{"op": one("at_least", "at_most", "is"), "value": rapid.IntRange(0, 3).Draw(r, "times")},
			"within": o{"days": one(15, 25, 40)}, "where": one(o{"field": "body", "op": "contains", "value": "offer"}, o{"field": "pinned", "op": "is", "value": true}),
		}
	case 4:
		return o{"related": "tasks", "where": one(o{"field": "assignee_id", "op": "is", "value": "me"}, o{"field": "due_at", "op": "before", "value": "today"},
			o{"field": "completed_at", "op": "empty"})}
	}
	f := rapid.SampledFrom(fields).Draw(r, "field")
	op := rapid.SampledFrom(f.Kind.Ops()).Draw(r, "op")
	text := func() any {
		return one("Maria", "jose", "ROSSI", "example", "100%", "_", "+1415", "555", "zoë", "köln", "it", "vip", "beta", "info@rossi.example", "a")
	}
	out := o{"field": f.Name, "op": op}
	switch {
	case op == filter.Empty || op == filter.NotEmpty:
	case op == filter.AnyOf || op == filter.AllOf || op == filter.NoneOf:
		out["value"] = []any{text(), text()}
		switch {
		case f.Kind == filter.Reference || f.Kind == filter.References:
			out["value"] = []any{ada.String(), uuid.NewString()}[:rapid.IntRange(1, 2).Draw(r, "people")]
		case f.Options != nil:
			out["value"] = []any{f.Options[0].Value, one(f.Options[0].Value, f.Options[1].Value)}
		}
	case f.Kind == filter.Select && f.Options != nil:
		out["value"] = one(f.Options[0].Value, f.Options[1].Value)
	case f.Kind == filter.Checkbox:
		out["value"] = one(true, false)
	case f.Kind == filter.Amount:
		amount := func() any { return o{"amount": one(0, 1999, 2500), "currency": one("EUR", "USD")} }
		out["value"] = amount()
		if op == filter.Between {
			out["value"] = o{"from": o{"amount": 5, "currency": "EUR"}, "to": o{"amount": one(5, 1999, 3000), "currency": "EUR"}}
		}
	case f.Kind == filter.Reference:
		out["value"] = ada.String()
	case f.Kind == filter.Number:
		out["value"] = one(0, 5, 10, 12.5)
		if op == filter.Between {
			out["value"] = o{"from": one(0, 5), "to": one(5, 10)}
		}
	case op == filter.YearlyLast || op == filter.YearlyNext:
		out["value"] = o{"months": one(1, 6)}
	case op == filter.InLast || op == filter.InNext:
		out["value"] = o{"days": one(1, 400)}
	case op == filter.Between:
		out["value"] = o{"from": "2026-02-01", "to": "today"}
	case f.Kind == filter.DateTime || f.Kind == filter.Date:
		out["value"] = one("today", "2026-02-01", "2025-12-31")
	default:
		out["value"] = text()
	}
	return out
}

// endow gives contacts and companies custom fields of every kind, and some of
// them values.
func endow(t *testing.T, s *Service, ctx context.Context) {
	t.Helper()
	yes, city := true, "Köln"
	field := func(object string, kind FieldKind, name string, indexed *bool) {
		in := FieldInput{Object: object, Name: &name, Kind: kind, Indexed: indexed}
		if kind == FieldSelect || kind == FieldMultiSelect {
			in.Options = &[]Option{{Label: "VIP"}, {Label: "Beta"}}
		}
		if _, err := s.CreateField(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	values := map[string]any{
		"text": "Köln & José", "long_text": "A long example of Maria", "number": 12.5, "money": map[string]any{"amount": 1999.0, "currency": "EUR"},
		"date": "2026-02-01", "date_time": "2026-02-01T12:00:00Z", "phone": "+14155550101", "email": "info@rossi.example", "url": "https://rossi.example",
		"select": "vip", "multi_select": []any{"vip", "beta"}, "checkbox": true, "file": ada.String(), "reference": ada.String(),
	}
	for _, kind := range FieldKinds() {
		field(ObjectContact, kind, string(kind), nil)
		field(ObjectCompany, kind, string(kind), nil)
	}
	if _, err := s.UpdateCompany(ctx, ada, 0, CompanyInput{Custom: values, City: &city, Tags: &[]string{"vip"}}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []FieldKind{FieldNumber, FieldDate, FieldDateTime} {
		field(ObjectContact, kind, "indexed "+string(kind), &yes)
		values["indexed_"+string(kind)] = values[string(kind)]
	}
	all, err := s.List(ctx, ListInput{Query: "maria"})
	if err != nil || len(all.Items) != 1 {
		t.Fatal(all, err)
	}
	if _, err := s.Update(ctx, UpdateInput{ID: all.Items[0].ID, Custom: values, CompanyID: &uuid.NullUUID{UUID: ada, Valid: true}}); err != nil {
		t.Fatal(err)
	}
}
