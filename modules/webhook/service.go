package webhook

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNotFound = fault.New(fault.NotFound, "webhook.not_found", "There is no such webhook here.")
	errStale    = fault.New(fault.Stale, "webhook.stale", "Somebody changed this webhook meanwhile. Look at it again before you save.")
	errTooMany  = fault.New(fault.Conflict, "webhook.too_many", "There are 20 webhooks already. Delete one first.")
	errDisabled = fault.New(fault.Conflict, "webhook.disabled", "This webhook is switched off. Switch it on first.")
)

// Parts are what the service stands on.
type Parts struct {
	Tenants *db.Tenants
	Events  Publisher
	Records Records
	Jobs    Jobs
	Clock   clock.Clock
	Box     *secrets.Box
	Caller  Caller
	Kinds   events.Kinds // what may be asked for
}

// Service keeps subscriptions and delivers to them. Every verb acts on the
// sub-account of its context.
type Service struct{ Parts }

// New makes the service.
func New(p Parts) *Service { return &Service{p} }

// Create keeps a new subscription and gives its secret, this once. Errors:
// Invalid with every field at fault; Conflict "webhook.too_many".
func (s *Service) Create(ctx context.Context, in Input) (out Subscription, secret string, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Subscription{}, "", err
	}
	if in, err = s.check(in, nil); err != nil {
		return Subscription{}, "", err
	}
	now := s.now()
	out = Subscription{
		ID: uuid.Must(uuid.NewV7()), URL: in.URL, Description: in.Description, Kinds: in.Kinds, Enabled: true,
		Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	secret, sealed, err := s.freshSecret(tenant.SubAccount, out.ID)
	if err != nil {
		return Subscription{}, "", err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		lockCount(tx, tenant.SubAccount)
		if err := insert(ctx, tx, tenant.SubAccount, out, sealed); err != nil {
			return err
		}
		return s.publish(ctx, tx, EventCreated, out.ID, Changed{After: snapshot(out)})
	})
	return out, secret, err
}

// List gives the sub-account's subscriptions, the oldest first.
func (s *Service) List(ctx context.Context) (out []Subscription, err error) {
	err = s.reading(ctx, func(r db.Reader, sub uuid.UUID) error {
		out, err = find(ctx, r, sub, s.now(), `@value order by created_at, id`, true)
		return err
	})
	return out, err
}

// Get reads one. Errors: NotFound.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (out Subscription, err error) {
	err = s.reading(ctx, func(r db.Reader, sub uuid.UUID) error {
		out, err = one(ctx, r, sub, id, s.now(), ``)
		return err
	})
	return out, err
}

// Update changes a subscription. Switched off, it hears of nothing that happens
// meanwhile, and what was still to be sent counts as failed; switched on, it
// begins anew. Errors: those of Create; NotFound; Stale with Meta "version".
func (s *Service) Update(ctx context.Context, in UpdateInput) (after Subscription, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Subscription{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := one(ctx, tx, tenant.SubAccount, in.ID, s.now(), locked)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != before.Version {
			return errStale.With("version", before.Version)
		}
		want, err := s.check(in.apply(before), before.Kinds)
		if err != nil {
			return err
		}
		after = before
		after.URL, after.Description, after.Kinds = want.URL, want.Description, want.Kinds
		s.turn(tx, tenant.SubAccount, &after, in.Enabled)
		if equal(before, after) {
			return nil
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		update(tx, tenant.SubAccount, after)
		return s.publish(ctx, tx, EventUpdated, after.ID, Changed{Before: snapshot(before), After: snapshot(after)})
	})
	return after, err
}

// turn switches it on or off, if that was asked for and is a change.
func (s *Service) turn(tx pgx.Tx, sub uuid.UUID, after *Subscription, enabled *bool) {
	if enabled == nil || *enabled == after.Enabled {
		return
	}
	after.Enabled, after.DisabledAt, after.DisabledReason, after.FailingSince = *enabled, nil, "", nil
	if !*enabled {
		now := s.now()
		after.DisabledAt, after.DisabledReason = &now, ByPerson
		failOpen(tx, sub, after.ID, now)
	}
}

func equal(a, b Subscription) bool {
	return a.URL == b.URL && a.Description == b.Description && slices.Equal(a.Kinds, b.Kinds) && a.Enabled == b.Enabled
}

// Delete ends a subscription; its log goes with it. Errors: NotFound, Stale.
func (s *Service) Delete(ctx context.Context, id uuid.UUID, version int64) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := one(ctx, tx, tenant.SubAccount, id, s.now(), ` for update`)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStale.With("version", before.Version)
		}
		remove(tx, tenant.SubAccount, id)
		return s.publish(ctx, tx, EventDeleted, id, Changed{Before: snapshot(before)})
	})
}

// Rotate makes a new secret and gives it, this once. The one before signs as well
// for the overlap, 0 to MaxOverlap; the one before that no more. Errors: Invalid
// at "overlap_hours"; NotFound.
func (s *Service) Rotate(ctx context.Context, id uuid.UUID, overlap time.Duration) (after Subscription, secret string, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Subscription{}, "", err
	}
	var f fault.Checks
	f.Check(overlap >= 0 && overlap <= MaxOverlap, "overlap_hours", "Give 0 to 168 hours.")
	if err := f.Err("webhook.invalid"); err != nil {
		return Subscription{}, "", err
	}
	secret, sealed, err := s.freshSecret(tenant.SubAccount, id)
	if err != nil {
		return Subscription{}, "", err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := one(ctx, tx, tenant.SubAccount, id, s.now(), locked)
		if err != nil {
			return err
		}
		now := s.now()
		until := now.Add(overlap)
		rotate(tx, tenant.SubAccount, id, sealed, until, now)
		after = before
		after.Version, after.UpdatedAt, after.FormerUntil = before.Version+1, now, &until
		if overlap == 0 {
			after.FormerUntil = nil
		}
		return s.publish(ctx, tx, EventUpdated, id, Changed{Before: snapshot(before), After: snapshot(after)})
	})
	return after, secret, err
}

// check cleans and validates, and judges the address. had are the kinds that the
// subscription has: one that is not offered any more is no reason to refuse
// another change.
func (s *Service) check(in Input, had []string) (Input, error) {
	var f fault.Checks
	in.asks(&f, s.Kinds, had)
	in = in.clean()
	f.Merge("", in.validate())
	if in.URL != "" {
		if err := s.Caller.Vet(in.URL); err != nil {
			f.Check(false, "url", err.Error())
		}
	}
	return in, f.Err("webhook.invalid")
}

func (s *Service) freshSecret(sub, id uuid.UUID) (secret string, sealed []byte, err error) {
	if secret, err = newSecret(); err != nil {
		return "", nil, err
	}
	sealed, err = s.Box.Seal([]byte(secret), place(sub, id))
	return secret, sealed, err
}

// secretsOf opens what signs for a target, the newest first.
func (s *Service) secretsOf(sub uuid.UUID, t target) ([]string, error) {
	var out []string
	var failed error
	for _, sealed := range [][]byte{t.Secret, t.FormerSecret} {
		if sealed == nil {
			continue
		}
		plain, err := s.Box.Open(sealed, place(sub, t.ID))
		out, failed = append(out, string(plain)), errors.Join(failed, err)
	}
	return out, failed
}

func place(sub, id uuid.UUID) secrets.Place {
	return secrets.Place{Tenant: sub.String(), Table: "webhook_subscription", Column: "secret", Row: id.String()}
}

func (s *Service) reading(ctx context.Context, fn func(r db.Reader, sub uuid.UUID) error) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.Read(ctx, func(r db.Reader) error { return fn(r, tenant.SubAccount) })
}

// now is as fine as PostgreSQL keeps it, so that what is returned is what is read.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Microsecond) }
