package contact

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// upsertTries is how often an upsert looks again when somebody was faster.
const upsertTries = 5

// Upsert makes a contact, or changes the one that the rules find. Two of the
// same new person at once make one. Errors: those of Create and Update, NotFound for
// an id of nobody where no other rule finds somebody; Conflict
// "contact.ambiguous" with Meta "candidates" [{id, name, matched_by}] when the
// rules find several.
func (s *Service) Upsert(ctx context.Context, in UpsertInput) (out UpsertResult, err error) {
	if in.Match == nil {
		in.Match = DefaultMatch()
	}
	for range upsertTries {
		err = s.byFields(ctx, func(by *catalogue) error {
			out, err = s.upsert(ctx, in, by)
			return err
		})
		if !errors.Is(err, errDuplicate) && !errors.Is(err, errStale) && !errors.Is(err, errNotFound) {
			break
		}
	}
	if err != nil {
		return UpsertResult{}, err
	}
	return out, nil
}

func (s *Service) upsert(ctx context.Context, in UpsertInput, by *catalogue) (UpsertResult, error) {
	if err := in.validate(by); err != nil {
		return UpsertResult{}, err
	}
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return UpsertResult{}, err
	}
	given := in.Contact.Creation().Clean(country)
	found, err := s.candidates(ctx, in, given, by, country)
	if err != nil {
		return UpsertResult{}, err
	}
	if id := in.id(); len(found) == 0 && id.Valid && slices.Contains(in.Match, "id") {
		// Whoever names a contact means that one: of one that was merged they are told where it is.
		_, err := s.Get(ctx, id.UUID)
		if err == nil { // it came back meanwhile: look again
			err = errNotFound
		}
		return UpsertResult{}, err
	}
	if len(found) == 0 {
		c, err := s.create(ctx, in.Contact.Creation(), by)
		return UpsertResult{Contact: c, Created: true, Changed: changedFields(unmade(), c)}, err
	}
	if !in.First && slices.ContainsFunc(found, func(c match) bool { return c.ID != found[0].ID }) {
		return UpsertResult{}, ambiguous(found)
	}
	before := found[0]
	in, given, others := in.without(found, given)
	change, kept := in.meet(before.Contact, given)
	after, err := s.update(ctx, change, by)
	if errors.Is(err, errStale) {
		out, err := s.upsertLocked(ctx, in, before, given, by)
		out.Kept = append(others, out.Kept...)
		return out, err
	}
	return UpsertResult{
		Contact: after, MatchedBy: before.Rule, Changed: changedFields(before.Contact, after), Kept: append(others, kept...),
	}, err
}

// upsertLocked changes a contact that others change at the same time: it waits
// for its turn, so that however many there are, each comes to an end.
func (s *Service) upsertLocked(ctx context.Context, in UpsertInput, found match, given CreateInput, by *catalogue) (out UpsertResult, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lock(ctx, tx, found.ID)
		if err != nil {
			return err
		}
		change, kept := in.meet(before, given)
		want, err := s.check(ctx, change.apply(before), before, by)
		if err != nil {
			return err
		}
		after, err := s.save(ctx, tx, before, want.on(before), by)
		out = UpsertResult{Contact: after, MatchedBy: found.Rule, Changed: changedFields(before, after), Kept: kept}
		return err
	})
	return out, err
}

func ambiguous(found []match) error {
	var list []map[string]any
	seen := map[uuid.UUID]bool{}
	for _, c := range found {
		if !seen[c.ID] {
			list = append(list, map[string]any{"id": c.ID, "name": c.Name(), "matched_by": c.Rule})
		}
		seen[c.ID] = true
	}
	return fault.New(fault.Conflict, "contact.ambiguous", "Several contacts match. Merge them, name fewer rules, or take the first.").With("candidates", list)
}

// matchedSQL finds what the wanted keys (id, email, phone, value of a unique
// field) belong to, for upserts and imports.
const matchedSQL = `
	wanted as (select * from unnest(@rules::text[], @kinds::text[], @values::text[], @ids::uuid[]) with ordinality w (rule, kind, value, ref, place)),
	matched as (
		select w.rule, w.place, w.ref as contact_id from wanted w where w.kind = 'id'
		union all
		select w.rule, w.place, a.contact_id from wanted w
		  join contact_address a on a.sub_account_id = @sub_account and a.kind = w.kind and a.value = w.value and not a.released
		union all
		select w.rule, w.place, v.contact_id from wanted w
		  join contact_value v on v.sub_account_id = @sub_account and w.kind = 'value' and v.field_id = w.ref and v.text = w.value and v.held)`

// candidates are the contacts in reach that the rules find, the strongest rule
// first.
func (s *Service) candidates(ctx context.Context, in UpsertInput, given CreateInput, by *catalogue, country string) (found []match, err error) {
	var rules, kinds, values []string
	var ids []uuid.NullUUID
	look := func(rule, kind, value string, id uuid.NullUUID) {
		rules, kinds, values, ids = append(rules, rule), append(kinds, kind), append(values, value), append(ids, id)
	}
	for _, rule := range in.Match {
		switch rule {
		case "id":
			if in.id().Valid {
				look(rule, "id", "", in.id())
			}
		case KindEmail:
			for _, v := range valuesOf(given.Email, given.Emails) {
				look(rule, KindEmail, v, uuid.NullUUID{})
			}
		case KindPhone:
			for _, v := range valuesOf(given.Phone, given.Phones) {
				look(rule, KindPhone, v, uuid.NullUUID{})
			}
		default:
			field := by.fields[strings.TrimPrefix(rule, "custom.")]
			if value, mend := field.encode(in.Contact.Custom[field.Key], nil, country); mend == "" && value != nil {
				look(rule, "value", field.typed(value).text, known(field.ID))
			}
		}
	}
	if len(rules) == 0 {
		return nil, nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"rules": rules, "kinds": kinds, "values": values, "ids": ids})
	if err != nil {
		return nil, err
	}
	reach := inReach(ctx, args)
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, `
			with `+matchedSQL+`
			select `+columns+`, rule, place
			  from contact join matched on matched.contact_id = contact.id
			 where sub_account_id = @sub_account and deleted_at is null`+reach+`
			 order by place`, args)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, pgx.RowToStructByName[match])
		return err
	})
	for i := range found {
		found[i].value = values[found[i].Place-1]
	}
	return found, err
}

// valuesOf are those that can be somebody's.
func valuesOf(primary string, list []AddressInput) (out []string) {
	for _, in := range append([]AddressInput{{Value: primary}}, list...) {
		if in.Value != "" && !slices.Contains(out, in.Value) && clean(in.Value) {
			out = append(out, in.Value)
		}
	}
	return out
}

// Together runs verbs of the service that happen together or not at all: an
// error of fn undoes all of them.
func (s *Service) Together(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return fn(db.Within(ctx, tx)) })
}
