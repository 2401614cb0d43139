package contact

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// What other modules ask for in a transaction of their own.

// Find reads a contact in the caller's transaction; NotFound as in Get. Until the
// commit nobody deletes it or merges it into another one: what is written about it
// meanwhile is found where it belongs.
func (s *Service) Find(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Contact, error) {
	if err := hold(ctx, tx, `@value`, id); err != nil {
		return Contact{}, err
	}
	return one(ctx, tx, `id = @value and deleted_at is null`, id)
}

// EnsureByPhone finds the contact with an address from which somebody wrote, or
// makes one, in the caller's transaction. source says how it came about.
// Errors: Invalid when the address is neither E.164 nor a short code.
func (s *Service) EnsureByPhone(ctx context.Context, tx pgx.Tx, phone, source string) (Contact, error) {
	if !ValidAddress(phone) {
		return Contact{}, fault.New(fault.Invalid, "contact.invalid", "Some fields need mending.").
			At("phone", "A sender is a number in E.164 or a short code.")
	}
	if err := hold(ctx, tx, holderSQL(KindPhone), phone); err != nil {
		return Contact{}, err
	}
	c, err := byAddress(ctx, tx, KindPhone, phone)
	if !errors.Is(err, errNotFound) {
		return c, err
	}
	now := s.now()
	c = CreateInput{Phone: phone, Tags: []string{}, Source: source}.on(Contact{ID: newID(), Version: 1, CreatedAt: now, UpdatedAt: now})
	point, err := tx.Begin(ctx)
	if err != nil {
		return Contact{}, err
	}
	switch err := insert(ctx, point, c, nil); {
	case fault.Is(err, fault.Conflict): // somebody was faster
		if err := point.Rollback(ctx); err != nil {
			return Contact{}, err
		}
		return byAddress(ctx, tx, KindPhone, phone)
	case err != nil:
		return Contact{}, err
	}
	if err := point.Commit(ctx); err != nil {
		return Contact{}, err
	}
	return c, s.publish(ctx, tx, EventCreated, c.ID, Changed{After: snapshot(c)})
}

// DoNotDisturb tells over which channels somebody decided by hand that nothing
// is sent to the contact, in the caller's transaction; none for one that isn't
// there.
func (s *Service) DoNotDisturb(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]string, error) {
	return doNotDisturb(ctx, tx, id)
}

// Lookup reads several contacts, the deleted ones too, in the caller's
// transaction: for threads that name their contact.
func (s *Service) Lookup(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (map[uuid.UUID]Contact, error) {
	return lookup(ctx, tx, ids)
}
