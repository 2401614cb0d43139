package contact

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// upsert is the row as an upsert under the rule for those who are there.
func (w *working) upsert(row CreateInput) UpsertInput {
	policy := Overwrite
	if w.settings.OnMatch == OnMatchFill {
		policy = FillEmpty
	}
	in := UpsertInput{Policies: Policies{Names: policy, Profile: policy, Owner: policy, Custom: policy}}
	out := &in.Contact
	for _, f := range []struct {
		to   **string
		from *string
	}{
		{&out.FirstName, &row.FirstName},
		{&out.LastName, &row.LastName},
		{&out.Source, &row.Source},
		{&out.JobTitle, &row.JobTitle},
		{&out.Street, &row.Street},
		{&out.City, &row.City},
		{&out.Region, &row.Region},
		{&out.PostalCode, &row.PostalCode},
		{&out.Country, &row.Country},
		{&out.Timezone, &row.Timezone},
		{&out.Birthday, &row.Birthday},
	} {
		if *f.from != "" {
			*f.to = f.from
		}
	}
	if row.CompanyID.Valid {
		out.CompanyID = &row.CompanyID
	}
	if row.OwnerID.Valid {
		out.OwnerID = &row.OwnerID
	}
	if len(row.Tags) > 0 {
		out.Tags = &row.Tags
	}
	if len(row.DND) > 0 {
		out.DND = &row.DND
	}
	out.Custom = row.Custom
	return in
}

func (w *working) agreed(c candidate, id uuid.UUID) {
	for _, consent := range c.consents {
		consent.ContactID = id
		w.consents = append(w.consents, consent)
	}
}

func (w *working) fail(c candidate, why string) {
	w.failed = append(w.failed, outcome{Place: c.place, Outcome: "failed", Cells: c.cells, Error: why})
}

// save writes the batch.
func (w *working) save(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	list, outcomes := make([]changed, 0, len(w.touched)), slices.Clone(w.failed)
	for _, one := range w.touched {
		list = append(list, changed{before: one.before, after: one.after})
		o := outcome{Place: one.place, Outcome: "changed", ContactID: one.after.ID, Before: one.before, Version: one.after.Version}
		if one.before == nil {
			o.Outcome = "created"
		}
		outcomes = append(outcomes, o)
	}
	if err := w.saveCompanies(ctx, tx, id); err != nil {
		return err
	}
	if len(list) > 0 {
		if err := w.s.saveMany(ctx, tx, list, w.by); err != nil {
			return err
		}
	}
	if len(w.consents) > 0 && w.s.Consents != nil {
		if err := w.s.Consents.KeepConsents(ctx, tx, w.consents); err != nil {
			return err
		}
	}
	return insertOutcomes(ctx, tx, id, outcomes)
}
