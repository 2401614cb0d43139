package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// PageOf is a page of what hangs on contacts. Next is "" on the last one.
type PageOf[T any] struct {
	Items []T
	Next  string
}

// Target is what a note, a task or a file belongs to: a contact, a company, or
// nothing.
type Target struct {
	ContactID uuid.NullUUID
	CompanyID uuid.NullUUID
}

// OfContact and OfCompany name a target.
func OfContact(id uuid.UUID) Target { return Target{ContactID: known(id)} }

// OfCompany names a company as the target.
func OfCompany(id uuid.UUID) Target { return Target{CompanyID: known(id)} }

func known(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: id != uuid.Nil} }

// subject is whose event a change is: the contact's or the company's, so that
// what happened to one is one range of an index; else the record's own.
func (t Target) subject(noun string, id uuid.UUID) (string, uuid.UUID) {
	switch {
	case t.ContactID.Valid:
		return Subject, t.ContactID.UUID
	case t.CompanyID.Valid:
		return SubjectCompany, t.CompanyID.UUID
	}
	return noun, id
}

func (t Target) scope() string {
	return t.ContactID.UUID.String() + "/" + t.CompanyID.UUID.String()
}

// lockTarget keeps the contact or the company from others until the commit, so
// that its events are in the order of its commits. NotFound if there is none.
func lockTarget(ctx context.Context, tx pgx.Tx, t Target) error {
	if t.ContactID.Valid {
		if _, err := lock(ctx, tx, t.ContactID.UUID); err != nil {
			return err
		}
	}
	if t.CompanyID.Valid {
		if _, err := lockCompany(ctx, tx, t.CompanyID.UUID); err != nil {
			return err
		}
	}
	return nil
}

// seeTarget is NotFound where the target is not the caller's to see.
func seeTarget(ctx context.Context, tx pgx.Tx, t Target) error {
	if t.ContactID.Valid {
		if _, err := one(ctx, tx, `id = @value and deleted_at is null`, t.ContactID.UUID); err != nil {
			return err
		}
	}
	if t.CompanyID.Valid {
		if _, err := company(ctx, tx, t.CompanyID.UUID); err != nil {
			return err
		}
	}
	return nil
}

// filesInReach holds a list of files to the contacts in the context's reach; one
// that is about no contact is everybody's.
func filesInReach(ctx context.Context, args pgx.StrictNamedArgs) string {
	own := inReach(ctx, args)
	if own == "" {
		return ""
	}
	return ` and (file.contact_id is null or exists (
		select from contact where contact.sub_account_id = @sub_account and contact.id = file.contact_id` + own + `))`
}

// change publishes what became of a record under its noun: {"note": {...}}.
// A nil side is left out.
func (s *Service) change(ctx context.Context, tx pgx.Tx, kind, noun string, id uuid.UUID, of Target, before, after any) error {
	subject, subjectID := of.subject(noun, id)
	var c events.Change
	if before != nil {
		c.Before = map[string]any{noun: before}
	}
	if after != nil {
		c.After = map[string]any{noun: after}
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: subject, SubjectID: subjectID, Payload: c})
}

// place is where a page that is ordered by a time, or a text, ended.
type place struct {
	At  time.Time `json:"a,omitzero"`
	Key string    `json:"k,omitempty"`
	ID  uuid.UUID `json:"i"`
}

// paged reads the limit and the cursor of a list.
func paged(f *fault.Checks, limit int, cursor, scope string) (most int, after *place) {
	most = page.Limit(f, limit)
	var p place
	ok, err := page.Decode(cursor, scope, &p)
	f.Whole(err)
	if err == nil && ok {
		after = &p
	}
	return most, after
}

// pageOf makes a page of up to most+1 rows: the one too many tells that there is
// more.
func pageOf[T any](rows []T, most int, scope string, at func(T) place) (PageOf[T], error) {
	if len(rows) <= most {
		return PageOf[T]{Items: rows}, nil
	}
	rows = rows[:most]
	next, err := page.Encode(scope, at(rows[most-1]))
	return PageOf[T]{Items: rows, Next: next}, err
}

// lastTries is how often a change is tried again that somebody else was faster than;
// each time it fails another one has been made.
const lastTries = 25

// lastWins makes a change of a record which whoever asks for it has not seen in a
// version: where others change it at the same time, the last one wins.
func lastWins(version int64, change func() error) (err error) {
	for range lastTries {
		if err = change(); version != 0 || !fault.Is(err, fault.Stale) {
			return err
		}
	}
	return err
}

// with begins the arguments of a statement about the context's sub-account.
func with(ctx context.Context, pairs pgx.StrictNamedArgs) (pgx.StrictNamedArgs, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	if pairs == nil {
		pairs = pgx.StrictNamedArgs{}
	}
	pairs["sub_account"] = t.SubAccount
	return pairs, nil
}

// eraseRecords deletes what hangs on an erased contact, in its transaction. One
// that is not deleted keeps it.
func eraseRecords(ctx context.Context, tx pgx.Tx, contactID uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": contactID})
	if err != nil {
		return err
	}
	db.Later(tx, freeFiles(`file.contact_id = @id and exists (
		select from contact where contact.sub_account_id = @sub_account and contact.id = @id and contact.deleted_at is not null)`), args)
	if err := eraseImported(ctx, tx, contactID); err != nil {
		return err
	}
	for _, table := range []string{"note", "task", "timeline"} {
		db.Later(tx, `
			delete from `+table+` using contact
			 where `+table+`.sub_account_id = @sub_account and `+table+`.contact_id = @id
			   and contact.sub_account_id = @sub_account and contact.id = @id and contact.deleted_at is not null`, args)
	}
	return nil
}

// author is who acts, as a record keeps it.
func author(ctx context.Context) tenancy.Actor {
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	return actor
}

// members records at path whoever does not work in the sub-account.
func (s *Service) members(ctx context.Context, f *fault.Checks, path func(i int) string, people ...uuid.UUID) error {
	for i, p := range people {
		ok, err := s.Members.IsMember(ctx, p)
		if err != nil {
			return err
		}
		f.Check(ok, path(i), "This person does not work in this sub-account.")
	}
	return nil
}
