package compliance

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Parts are what the service stands on.
type Parts struct {
	Tenants  *db.Tenants
	Events   Publisher
	Clock    clock.Clock
	Accounts Accounts
	Contacts Contacts
}

// Service is the gate. Every verb acts on the sub-account of its context.
type Service struct {
	Parts
	rules []Rule
}

// New makes the service.
func New(p Parts) *Service { return &Service{Parts: p, rules: Rules()} }

// Decide judges a send in the sender's transaction. It is an error only when a
// fact can't be had: then nothing may be sent.
func (s *Service) Decide(ctx context.Context, tx pgx.Tx, send Send) (Decision, error) {
	state, err := s.Accounts.AccountState(ctx)
	if err != nil {
		return Decision{}, err
	}
	f := Facts{Send: send, Now: s.now(), Suspended: state != tenancy.Active}
	if f.Scope, f.Suppressions, err = known(ctx, tx, send.Address); err != nil {
		return Decision{}, err
	}
	if send.ContactID != uuid.Nil {
		if f.Blocked, err = s.Contacts.DoNotDisturb(ctx, tx, send.ContactID); err != nil {
			return Decision{}, err
		}
	}
	return Judge(s.rules, f), nil
}

// OptOut keeps the wish to be left alone, in the caller's transaction: from its
// commit on the gate holds back what goes to the address. changed is false when
// the address had opted out before; the evidence is kept all the same.
func (s *Service) OptOut(ctx context.Context, tx pgx.Tx, w Wish) (changed bool, err error) {
	return s.keep(ctx, tx, w, Out)
}

// OptIn takes an opt-out back, in the caller's transaction. Where there is none
// nothing changes, and nothing is kept: consent is not made of a stray word.
func (s *Service) OptIn(ctx context.Context, tx pgx.Tx, w Wish) (changed bool, err error) {
	now, err := suppressions(ctx, tx, []string{w.Address})
	if err != nil {
		return false, err
	}
	for _, sup := range now {
		if sup.OptedOut && sup.Channel == w.Channel {
			return s.keep(ctx, tx, w, In)
		}
	}
	return false, nil
}

// keep locks the address first, so that the events of one are in commit order.
func (s *Service) keep(ctx context.Context, tx pgx.Tx, w Wish, change string) (bool, error) {
	if err := w.Validate(); err != nil {
		return false, err
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	e := Evidence{
		ID: uuid.Must(uuid.NewV7()), Channel: w.Channel, Address: w.Address, Change: change, Source: w.Source,
		Words: w.Words, MessageID: w.MessageID, ContactID: w.ContactID,
		ActorKind: string(actor.Kind), ActorID: actor.ID, ActorName: actor.Name, ActorIP: actor.IP, At: s.now(),
	}
	before, err := lockSuppression(ctx, tx, w.Channel, w.Address)
	if err != nil {
		return false, err
	}
	if err := insertEvidence(ctx, tx, e); err != nil {
		return false, err
	}
	if before.OptedOut == (change == Out) {
		return false, nil
	}
	if err := saveSuppression(ctx, tx, e); err != nil {
		return false, err
	}
	subject, id := "opt_out", e.ID
	if w.ContactID.Valid {
		subject, id = "contact", w.ContactID.UUID
	}
	return true, s.Events.Publish(ctx, tx, events.New{
		Kind: EventChanged, SubjectKind: subject, SubjectID: id,
		Payload: Changed{
			Channel: w.Channel, Address: w.Address, OptedOut: change == Out, ContactID: w.ContactID,
			Evidence: e.ID, At: e.At,
		},
	})
}

// OptedOut tells which of the addresses the gate would hold back on a channel.
func (s *Service) OptedOut(ctx context.Context, channel string, addresses []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.Tenants.Read(ctx, func(r db.Reader) error {
		list, err := revoked(ctx, r, addresses)
		for _, said := range list {
			if said.Scope == ScopeAll || said.Channel == channel {
				out[said.Address] = true
			}
		}
		return err
	})
	return out, err
}

// Evidence reads all that is kept about an address, the oldest first.
func (s *Service) Evidence(ctx context.Context, address string) (list []Evidence, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		list, err = evidence(ctx, tx, address)
		return err
	})
	return list, err
}

// SetScope chooses how far an opt-out reaches in the sub-account.
func (s *Service) SetScope(ctx context.Context, reach Scope) error {
	if reach != ScopeAll && reach != ScopeChannel {
		return fault.New(fault.Invalid, "compliance.policy_invalid", "Some fields need mending.").
			At("revocation_scope", "It is all or channel.")
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return saveScope(ctx, tx, reach) })
}

// now is as fine as PostgreSQL keeps it.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Microsecond) }
