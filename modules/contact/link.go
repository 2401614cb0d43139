package contact

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// linkFile is the kind of a link that leads to a file.
const linkFile = "file"

// link is what the value of a file or reference field leads to. When that is
// deleted later, the value stays as it is, and whoever follows it finds nothing.
type link struct {
	kind string // linkFile, ObjectContact, ObjectCompany; "" for a contact or a company
	id   uuid.UUID
}

func (l link) mend() string {
	switch l.kind {
	case linkFile:
		return "There is no such file here."
	case ObjectContact, ObjectCompany:
		return "There is no such " + l.kind + " here."
	}
	return "There is no such contact or company here."
}

// link gives what a value leads to; false where its kind leads nowhere.
func (f Field) link(value any) (link, bool) {
	if f.Kind != FieldFile && f.Kind != FieldReference {
		return link{}, false
	}
	s, _ := value.(string)
	id, err := uuid.Parse(s)
	if f.Kind == FieldFile {
		return link{linkFile, id}, err == nil
	}
	return link{f.Rules.Target, id}, err == nil
}

// leading tells whether any of the fields leads somewhere.
func leading(fields map[string]Field) bool {
	for key := range fields {
		if kind := fields[key].Kind; kind == FieldFile || kind == FieldReference {
			return true
		}
	}
	return false
}

// newLinks are what values lead to that were others before, by the fields' keys.
func newLinks(fields map[string]Field, values, before map[string]any) map[string]link {
	var out map[string]link
	for key, value := range values {
		if l, ok := fields[key].link(value); ok && value != before[key] {
			if out == nil {
				out = map[string]link{}
			}
			out[key] = l
		}
	}
	return out
}

// checkLinks names, by path, what leads to nothing that the caller reaches.
func (s *Service) checkLinks(ctx context.Context, f *fault.Checks, byPath map[string]link) error {
	if len(byPath) == 0 {
		return nil
	}
	all := make([]link, 0, len(byPath))
	for _, l := range byPath {
		all = append(all, l)
	}
	return s.Tenants.Read(ctx, func(r db.Reader) error {
		lost, err := nowhere(ctx, r, all)
		for _, path := range sortedKeys(byPath) {
			f.Check(!lost[byPath[path]], path, byPath[path].mend())
		}
		return err
	})
}

// checkValues is checkLinks of changed values of custom fields.
func (s *Service) checkValues(ctx context.Context, f *fault.Checks, fields map[string]Field, values, before map[string]any) error {
	byPath := map[string]link{}
	for key, l := range newLinks(fields, values, before) {
		byPath[customPrefix+key] = l
	}
	return s.checkLinks(ctx, f, byPath)
}

// nowhere gives those of the links that lead to nothing in the context's reach,
// in one round trip.
func nowhere(ctx context.Context, r db.Reader, all []link) (map[link]bool, error) {
	kinds, ids := make([]string, len(all)), make([]uuid.UUID, len(all))
	for i, l := range all {
		kinds[i], ids[i] = l.kind, l.id
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"kinds": kinds, "ids": ids})
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `
		select want.kind, want.id from unnest(@kinds::text[], @ids::uuid[]) as want (kind, id)
		 where not (want.kind in ('contact', '') and exists (
				select from contact where contact.sub_account_id = @sub_account and contact.id = want.id and deleted_at is null`+inReach(ctx, args)+`)
			or want.kind in ('company', '') and exists (
				select from company where company.sub_account_id = @sub_account and company.id = want.id and deleted_at is null)
			or want.kind = 'file' and exists (
				select from file where file.sub_account_id = @sub_account and file.id = want.id and purpose = 'attachment'`+
		filesInReach(ctx, args)+`))`, args)
	if err != nil {
		return nil, err
	}
	lost := map[link]bool{}
	var l link
	_, err = pgx.ForEachRow(rows, []any{&l.kind, &l.id}, func() error {
		lost[l] = true
		return nil
	})
	return lost, err
}

// lookLinks finds what rows of the batch lead to and isn't there.
func (w *working) lookLinks(ctx context.Context, tx pgx.Tx, batch []candidate) error {
	var all []link
	if !leading(w.by.fields) { // mostly: values are many
		return nil
	}
	for _, c := range batch {
		if c.fault == "" {
			all = slices.AppendSeq(all, maps.Values(newLinks(w.by.fields, c.in.Custom, nil)))
		}
	}
	if len(all) == 0 {
		return nil
	}
	lost, err := nowhere(ctx, tx, all)
	w.lost = lost
	return err
}

// led names what a row changes to lead to nothing; match is nil for somebody new.
func (w *working) led(match *work, after Contact) *fault.Error {
	if len(w.lost) == 0 {
		return nil
	}
	var before Values
	if match != nil {
		before = match.after.Custom
	}
	links := newLinks(w.by.fields, after.Custom, before)
	var f fault.Checks
	for _, key := range sortedKeys(links) {
		f.Check(!w.lost[links[key]], customPrefix+key, links[key].mend())
	}
	bad, _ := fault.As(f.Err("import.row"))
	return bad
}
