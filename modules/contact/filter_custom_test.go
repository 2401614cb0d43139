package contact

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// equipped is a sub-account with custom fields and two contacts that have them.
func equipped(t *testing.T) (*Service, context.Context, map[string]Field) {
	t.Helper()
	s, ctx := filled(t, nil)
	fields, yes := map[string]Field{}, true
	for name, kind := range map[string]FieldKind{
		"Nick": FieldText, "Story": FieldLongText, "Visits": FieldNumber, "Weight": FieldNumber, "Spent": FieldMoney, "Since": FieldDate, "Founded": FieldDate,
		"Called": FieldDateTime, "Other": FieldEmail, "Plan": FieldSelect, "Topics": FieldMultiSelect, "Agreed": FieldCheckbox,
	} {
		in := FieldInput{Object: ObjectContact, Name: &name, Kind: kind}
		if name == "Visits" || name == "Since" || name == "Called" {
			in.Indexed = &yes
		}
		if kind == FieldSelect || kind == FieldMultiSelect {
			in.Options = &[]Option{{Label: "Gold"}, {Label: "Silver"}}
		}
		f, err := s.CreateField(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		fields[f.Key] = f
	}
	for name, custom := range map[string]map[string]any{
		"Ada": {
			"nick": "Åda", "story": "Long ago", "visits": 12.0, "weight": 0.1, "spent": map[string]any{"amount": 1999.0, "currency": "EUR"},
			"since": "2026-01-31", "founded": "1990-02-03", "called": "2026-02-01T11:00:00Z", "other": "Ada@Example.com",
			"plan": "Gold", "topics": []any{"Gold", "Silver"}, "agreed": true,
		},
		"Bea":  {"visits": 3.0, "since": "2025-01-31", "plan": "Silver", "topics": []any{"Silver"}, "agreed": false},
		"Cleo": {},
	} {
		if _, err := s.Create(ctx, CreateInput{FirstName: name, Custom: custom}); err != nil {
			t.Fatal(err)
		}
	}
	return s, ctx, fields
}

func TestAFilterAsksCustomFieldsByTheirKind(t *testing.T) {
	t.Parallel()
	s, ctx, _ := equipped(t)
	for in, want := range map[string][]string{
		`{"field":"custom.plan","op":"is","value":"gold"}`:                                                               {"Ada"},
		`{"field":"custom.plan","op":"is_not","value":"gold"}`:                                                           {"Bea", "Cleo"},
		`{"field":"custom.plan","op":"any_of","value":["gold","silver"]}`:                                                {"Ada", "Bea"},
		`{"field":"custom.topics","op":"all_of","value":["gold","silver"]}`:                                              {"Ada"},
		`{"field":"custom.topics","op":"none_of","value":["gold"]}`:                                                      {"Bea", "Cleo"},
		`{"field":"custom.agreed","op":"is","value":true}`:                                                               {"Ada"},
		`{"field":"custom.agreed","op":"not_empty"}`:                                                                     {"Ada", "Bea"},
		`{"field":"custom.nick","op":"starts_with","value":"ad"}`:                                                        {"Ada"},
		`{"field":"custom.story","op":"contains","value":"AGO"}`:                                                         {"Ada"},
		`{"field":"custom.other","op":"is","value":"ADA@example.com"}`:                                                   {"Ada"},
		`{"field":"custom.visits","op":"at_least","value":3}`:                                                            {"Ada", "Bea"},
		`{"field":"custom.visits","op":"between","value":{"from":1,"to":5.5}}`:                                           {"Bea"},
		`{"field":"custom.visits","op":"is","value":12.0}`:                                                               {"Ada"},
		`{"not":{"field":"custom.visits","op":"at_least","value":5}}`:                                                    {"Bea", "Cleo"},
		`{"field":"custom.weight","op":"at_most","value":0.1}`:                                                           {"Ada"},
		`{"field":"custom.spent","op":"at_least","value":{"amount":1999,"currency":"EUR"}}`:                              {"Ada"},
		`{"field":"custom.spent","op":"at_least","value":{"amount":1,"currency":"USD"}}`:                                 {},
		`{"field":"custom.since","op":"on","value":"2026-01-31"}`:                                                        {"Ada"},
		`{"field":"custom.since","op":"in_last","value":{"days":1}}`:                                                     {"Ada"},
		`{"field":"custom.since","op":"before","value":{"ago":{"months":6}}}`:                                            {"Bea"},
		`{"field":"custom.since","op":"anniversary_in_last","value":{"days":1}}`:                                         {"Ada", "Bea"},
		`{"field":"custom.founded","op":"anniversary_in_next","value":{"days":7}}`:                                       {"Ada"},
		`{"field":"custom.called","op":"on","value":"today"}`:                                                            {"Ada"},
		`{"field":"custom.called","op":"empty"}`:                                                                         {"Bea", "Cleo"},
		`{"or":[{"field":"custom.plan","op":"is","value":"silver"},{"not":{"field":"custom.visits","op":"not_empty"}}]}`: {"Bea", "Cleo"},
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			a, err := s.ask(ctx, []byte(in))
			if err != nil {
				t.Fatal(err)
			}
			for _, a.definer = range []bool{false, true} {
				var got Page
				err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
					got, err = listWith(ctx, tx, query{sort: "name", limit: 100, asked: a}, listPlain)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, names(got)); diff != "" {
					t.Errorf("definer %t: %s", a.definer, diff)
				}
			}
			all, err := s.List(ctx, ListInput{})
			if err != nil {
				t.Fatal(err)
			}
			matched := []string{}
			for _, c := range all.Items {
				v, err := s.Explain(ctx, c.ID, []byte(in))
				if err != nil {
					t.Fatal(err)
				}
				if v.Holds {
					matched = append(matched, c.FirstName)
				}
			}
			if diff := cmp.Diff(want, matched); diff != "" {
				t.Errorf("the predicate: %s", diff)
			}
		})
	}
}

// A field that was archived is refused at its place, an option that is none too.
func TestAFilterOnAnArchivedFieldIsRefused(t *testing.T) {
	t.Parallel()
	s, ctx, fields := equipped(t)
	if err := s.ArchiveField(ctx, fields["plan"].ID, 0); err != nil {
		t.Fatal(err)
	}
	for in, path := range map[string]string{
		`{"and":[{"field":"custom.plan","op":"is","value":"gold"}]}`:      "filter.and[0].field",
		`{"field":"custom.topics","op":"any_of","value":["gold","iron"]}`: "filter.value[1]",
	} {
		_, err := s.List(ctx, ListInput{Filter: []byte(in)})
		if f, ok := fault.As(err); !ok || f.Slug != "filter.invalid" || len(f.Fields) != 1 || f.Fields[0].Path != path {
			t.Errorf("%s: %v", in, err)
		}
	}
}
