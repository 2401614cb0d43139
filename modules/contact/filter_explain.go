package contact

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Explain tells why a contact is in a filter, or why it isn't, part by part.
// Errors: NotFound; "filter.invalid" as of List.
func (s *Service) Explain(ctx context.Context, id uuid.UUID, raw []byte) (v filter.Verdict, err error) {
	f, known, err := s.parse(ctx, raw)
	if err != nil {
		return v, err
	}
	e, err := s.env(ctx)
	if err != nil {
		return v, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		c, err := s.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		r, err := known.record(ctx, tx, c, f)
		v = f.Explain(e, r, nil)
		return err
	})
	return v, err
}

// Words says a filter in plain English; "" of the one that lets everybody in.
func (s *Service) Words(ctx context.Context, raw []byte) (string, error) {
	f, _, err := s.parse(ctx, raw)
	return f.Words(nil), err
}

// record is a contact as a predicate looks at it.
type record struct {
	Contact
	fields  filter.Fields
	related map[string][]filter.Record
	company *Company // whom the contact belongs to, where the filter asks
}

// Value and Related are filter.Record.
func (r record) Value(field string) any {
	if key, ok := strings.CutPrefix(field, customPrefix); ok {
		return customValue(r.fields[field].Kind, r.Custom[key])
	}
	if of, ok := strings.CutPrefix(field, companyPrefix); ok {
		return r.ofCompany(field, of)
	}
	return r.value(field)
}

func (r record) Related(relation string) []filter.Record { return r.related[relation] }

// values are a related record.
type values map[string]any

func (v values) Value(field string) any       { return v[field] }
func (values) Related(string) []filter.Record { return nil }

// record reads what a filter asks of a contact beside itself.
func (known Catalogue) record(ctx context.Context, r db.Reader, c Contact, f filter.Filter) (record, error) {
	out := record{Contact: c, fields: known.Fields, related: map[string][]filter.Record{}}
	for _, name := range f.Uses() {
		if strings.HasPrefix(name, companyPrefix) {
			if err := out.belongs(ctx, r); err != nil {
				return out, err
			}
			continue
		}
		relation, ok := known.Relation(name)
		if !ok {
			if relation, ok = known.Event(name); !ok {
				continue
			}
		}
		found, err := relatedTo(ctx, r, relation, c.ID)
		if err != nil {
			return out, err
		}
		out.related[name] = found
	}
	return out, nil
}

// relatedTo reads the newest records of a relation, as many as a filter can count.
func relatedTo(ctx context.Context, r db.Reader, relation filter.Relation, owner uuid.UUID) ([]filter.Record, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	var names, columns []string
	for name := range relation.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		plain, _ := relation.Fields[name].Column.(filter.Plain)
		columns = append(columns, plain.Expression)
	}
	at, _ := relation.Fields[relation.At].Column.(filter.Plain)
	rows, err := r.Query(ctx, `
		select `+strings.Join(columns, ", ")+` from `+relation.Table+`
		 where `+relation.SubAccount+` = @sub_account and `+relation.Owner+` = @owner and `+relation.Only+`
		 order by `+at.Expression+` desc limit @most`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "owner": owner, "most": filter.MaxTimes + 1})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (filter.Record, error) {
		read, err := row.Values()
		out := values{}
		for i, v := range read {
			out[names[i]] = asFilter(v)
		}
		return out, err
	})
}

// asFilter is what pgx reads as a filter's predicate takes it.
func asFilter(v any) any {
	switch v := v.(type) {
	case [16]byte:
		return uuid.UUID(v)
	case time.Time:
		return v.UTC()
	}
	return v
}
