package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func (nobody) Timezone(context.Context) (string, error) { return "America/New_York", nil }

func TestAFilterFindsItsContacts(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, people)
	for name, c := range map[string]struct {
		filter string
		want   []string
	}{
		"nothing asked":                  {`null`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"a name, whatever its case":      {`{"field":"first_name","op":"is","value":"JOSE"}`, []string{"José Álvarez"}},
		"not a name, the nameless too":   {`{"field":"first_name","op":"none_of","value":["maria","jose","zoe"]}`, []string{"+14155550199", "100% Under_score", "info@rossi.example"}},
		"a part with LIKE's own letters": {`{"field":"last_name","op":"contains","value":"r_s"}`, []string{"100% Under_score"}},
		"a number as people write it":    {`{"field":"phone","op":"starts_with","value":"+1 (415)"}`, []string{"+14155550199", "José Álvarez"}},
		"no number":                      {`{"field":"phone","op":"empty"}`, []string{"100% Under_score", "info@rossi.example", "Maria Rossi"}},
		"one tag of two":                 {`{"field":"tags","op":"any_of","value":["VIP","beta"]}`, []string{"+14155550199", "José Álvarez", "Maria Rossi"}},
		"both tags":                      {`{"field":"tags","op":"all_of","value":["vip","beta"]}`, []string{"José Álvarez"}},
		"no tag at all":                  {`{"field":"tags","op":"empty"}`, []string{"100% Under_score", "info@rossi.example", "Zoë"}},
		"nobody's":                       {`{"field":"owner_id","op":"empty"}`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"mine, who am nobody":            {`{"field":"owner_id","op":"is","value":"me"}`, []string{}},
		"made today":                     {`{"field":"created_at","op":"on","value":"today"}`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"made before today":              {`{"field":"created_at","op":"before","value":"today"}`, []string{}},
		"without notes":                  {`{"related":"notes"}`, []string{}},
		"groups in groups":               {`{"and":[{"not":{"field":"tags","op":"any_of","value":["beta"]}},{"or":[{"field":"email","op":"not_empty"},{"field":"name","op":"is","value":"zoe"}]}]}`, []string{"100% Under_score", "info@rossi.example", "Maria Rossi", "Zoë"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := s.List(ctx, ListInput{Filter: []byte(c.filter)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, names(got)); diff != "" {
				t.Error(diff)
			}
			n, err := s.Count(ctx, CountInput{Filter: []byte(c.filter)})
			if err != nil || n != (Count{N: int64(len(c.want)), Exact: true}) {
				t.Errorf("counted %+v, %v", n, err)
			}
		})
	}
}

func TestAFilterThatDoesNotFitIsRefusedByPlace(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, nil)
	for in, path := range map[string]string{
		`{"and":[{"field":"custom.gone","op":"is","value":"a"}]}`: "filter.and[0].field",
		`[]`:                       "filter",
		`{"event":"message.read"}`: "filter.event",
	} {
		_, err := s.List(ctx, ListInput{Filter: []byte(in)})
		f, ok := fault.As(err)
		if !ok || f.Slug != "filter.invalid" || len(f.Fields) != 1 || f.Fields[0].Path != path {
			t.Errorf("%s: %v", in, err)
		}
		if _, err := s.Count(ctx, CountInput{Filter: []byte(in)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: counted: %v", in, err)
		}
	}
}

// What took too long to count is estimated.
func TestACountThatTakesTooLongIsEstimated(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, people)
	var slow []string
	for i := range 20 {
		slow = append(slow, fmt.Sprintf(`{"field":"source","op":"contains","value":"é%d"}`, i))
	}
	in := CountInput{Filter: []byte(`{"not":{"or":[` + strings.Join(slow, ",") + `]}}`)}
	if err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into contact (sub_account_id, id, sort_name, search_text, source, created_at, updated_at)
			select current_setting('omnicrm.sub_account')::uuid, gen_random_uuid(), '', '', repeat('ÀÉ', 40), now(), now() from generate_series(1, 200)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	n, err := s.count(ctx, in, time.Millisecond)
	if err != nil || n.Exact || n.N <= 0 {
		t.Errorf("got %+v, %v", n, err)
	}
	if n, err = s.count(ctx, in, 10*time.Minute); err != nil || n != (Count{N: 206, Exact: true}) {
		t.Errorf("got %+v, %v", n, err)
	}
}

// Any row can be the first, with a search and without, and the pages go on from there.
func TestAPageAtARow(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, append(slices.Clone(people), CreateInput{FirstName: "Ro", LastName: "Xa"}, CreateInput{FirstName: "Al", LastName: "Ro"}))
	for name, in := range map[string]ListInput{
		"all": {}, "by creation": {Sort: "-created_at"}, "a search by name": {Query: "ro"},
		"a filter": {Filter: []byte(`{"field":"tags","op":"not_empty"}`)}, "a search and a filter": {Query: "ro", Filter: []byte(`{"field":"tags","op":"empty"}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, err := s.List(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			for row := range whole.Items {
				at := in
				at.Row, at.Limit = row, 1
				var got []string
				for more := true; more; more = at.Cursor != "" {
					p, err := s.List(ctx, at)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, names(p)...)
					at.Row, at.Cursor = 0, p.Next
				}
				if diff := cmp.Diff(names(whole)[row:], got); diff != "" {
					t.Errorf("from row %d: %s", row, diff)
				}
			}
		})
	}
}

// Whatever is asked of whomever: a list finds, by indexes and past row level
// security, exactly those of whom the predicate says so.
func TestAListAndThePredicateAreEqual(t *testing.T) {
	t.Parallel()
	s, ctx, other := filledTwice(t, people)
	for _, who := range []context.Context{ctx, other} {
		furnish(t, s, who)
	}
	rapid.Check(t, func(r *rapid.T) {
		raw, err := json.Marshal(someFilter(r, 3))
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

func someFilter(r *rapid.T, depth int) any {
	type o = map[string]any
	one := func(values ...any) any { return rapid.SampledFrom(values).Draw(r, "value") }
	pick := rapid.IntRange(0, 6).Draw(r, "part")
	if depth == 0 {
		pick = 6
	}
	switch pick {
	case 0, 1:
		return o{one("and", "or").(string): []any{someFilter(r, depth-1), someFilter(r, depth-1)}}
	case 2:
		return o{"not": someFilter(r, depth-1)}
	case 3:
		return o{
			"related": "notes", "times": o{"op": one("at_least", "at_most", "is"), "value": rapid.IntRange(0, 3).Draw(r, "times")},
			"within": o{"days": one(15, 25, 40)}, "where": one(o{"field": "body", "op": "contains", "value": "offer"}, o{"field": "pinned", "op": "is", "value": true}),
		}
	case 4:
		return o{"related": "tasks", "where": one(o{"field": "assignee_id", "op": "is", "value": "me"}, o{"field": "due_at", "op": "before", "value": "today"},
			o{"field": "completed_at", "op": "empty"})}
	}
	f := rapid.SampledFrom(slices.Concat(fixed, touches()[:3])).Draw(r, "field")
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
			out["value"] = []any{one("sms", "email"), one("sms", "voice")}
		}
	case f.Kind == filter.Reference:
		out["value"] = ada.String()
	case f.Kind == filter.Number:
		out["value"] = one(0, 5, 10)
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
