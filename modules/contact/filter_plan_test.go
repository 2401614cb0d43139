package contact

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// Under row level security, as omnicrm_app, each kind of filter reads an index
// that was made for it, from its beginning: the sub-account.
func TestEachFilterUsesItsIndex(t *testing.T) {
	t.Parallel()
	s, ctx := planned(t)
	for name, c := range map[string]struct{ filter, sort, index, cond string }{
		"a rare tag":                {`{"field":"tags","op":"any_of","value":["rare"]}`, "", "contact_by_tag", "tags"},
		"a first name":              {`{"field":"first_name","op":"is","value":"Maria"}`, "", "contact_by_name", "sort_name >="},
		"a part of an address":      {`{"field":"email","op":"contains","value":"4199"}`, "", "contact_search_by_text", "~~"},
		"an address":                {`{"field":"email","op":"is","value":"nobody@x.example"}`, "", "contact_address_key", "value"},
		"a choice":                  {`{"field":"custom.plan","op":"is","value":"gold"}`, "", "contact_by_custom", "custom_exact @>"},
		"an indexed number":         {`{"field":"custom.visits","op":"between","value":{"from":5000,"to":5001}}`, "", "contact_value_by_number", "number >="},
		"an indexed day":            {`{"field":"custom.since","op":"after","value":"2030-01-01"}`, "", "contact_value_by_time", `"time" >`},
		"the newest":                {`{"field":"created_at","op":"after","value":"2030-01-01"}`, "-created_at", "contact_by_creation", "created_at >"},
		"somebody's":                {`{"field":"owner_id","op":"is","value":"01920e5c-7f3a-7c1e-9d59-0242ac120003"}`, "", "contact_by_owner", "owner_id ="},
		"two, of which one is rare": {`{"and":[{"field":"tags","op":"any_of","value":["rare"]},{"field":"score","op":"at_least","value":1}]}`, "", "contact_by_tag", "tags"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := s.plan(t, ctx, ListInput{Filter: []byte(c.filter), Sort: c.sort})
			line := ""
			for one := range strings.Lines(text) {
				if strings.Contains(line, " "+c.index) && strings.Contains(one, "Index Cond") {
					line = one
					break
				}
				line = one
			}
			if !strings.Contains(line, "sub_account_id = ") || !strings.Contains(line, c.cond) || strings.Contains(text, "Seq Scan") {
				t.Errorf("want %s by the sub-account and %q:\n%s", c.index, c.cond, text)
			}
		})
	}
}

type planner struct{ *Service }

// planned is a sub-account past what a planner would rather read from end to end,
// with values in its fields and statistics of them.
func planned(t *testing.T) (planner, context.Context) {
	t.Helper()
	dsns := parts.TenantDB(t)
	s, places, _ := served(t, dsns.App)
	tenant := places[0].Tenant
	ctx := tenancy.WithTenant(t.Context(), tenant)
	yes := true
	fields := map[string]Field{}
	for name, in := range map[string]FieldInput{
		"Plan":   {Kind: FieldSelect, Options: &[]Option{{Label: "Gold"}, {Label: "Silver"}}},
		"Visits": {Kind: FieldNumber, Indexed: &yes},
		"Since":  {Kind: FieldDate, Indexed: &yes},
	} {
		in.Object, in.Name = ObjectContact, &name
		f, err := s.CreateField(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		fields[f.Key] = f
	}
	crowd(t, dsns.Super, tenant.SubAccount)
	conn, err := pgx.Connect(ctx, dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	run := func(sql string, args ...any) {
		if _, err := conn.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(`update contact set custom = '{"plan": "silver"}', custom_exact = '{"plan": "silver"}', owner_id = gen_random_uuid(), created_at = now() - random() * interval '1 year'`)
	run(`insert into contact_value (sub_account_id, field_id, contact_id, text, number, held)
		select sub_account_id, $1, id, 'x', row_number() over (), false from contact`, fields["visits"].ID)
	run(`insert into contact_value (sub_account_id, field_id, contact_id, text, time, held)
		select sub_account_id, $1, id, 'x', now() - random() * interval '5 years', false from contact`, fields["since"].ID)
	run(`vacuum analyze contact, contact_value`)
	return planner{s}, ctx
}

func (s planner) plan(t *testing.T, ctx context.Context, in ListInput) string {
	t.Helper()
	q, err := in.query()
	if err != nil {
		t.Fatal(err)
	}
	if q.asked, err = s.ask(ctx, in.Filter); err != nil {
		t.Fatal(err)
	}
	tenant, err := tenancy.From(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sql, args := q.statement(ctx, tenant.SubAccount)
	var plan []string
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		db.Later(tx, `set local plan_cache_mode = force_custom_plan`)
		rows, err := tx.Query(ctx, `explain `+sql, args)
		if err != nil {
			return err
		}
		plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}
