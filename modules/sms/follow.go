package sms

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Callbacks get lost: what the carrier does not tell is asked for. The first look
// comes after four times Patience (a minute), each further one after three times
// the age of the attempt, and none after the horizon: a receipt that has not come
// in three days does not come.
const (
	firstFollow   = 4
	followHorizon = 17280
)

// follow has the carrier asked about an attempt that it holds, unless it is over.
func (s *Service) follow(ctx context.Context, tx pgx.Tx, a attempt) error {
	if over(a.ProviderStatus) {
		return nil
	}
	j := FollowJob{MessageID: a.MessageID, Attempt: a.Number}
	_, err := s.Jobs.Enqueue(ctx, tx, j, queue.On(queue.Maintenance), queue.At(s.now().Add(firstFollow*s.Patience)), queue.Unique(j.key()))
	return err
}

// over tells whether the carrier's word is its last.
func over(word string) bool {
	switch statuses[word] {
	case statusDelivered, statusUndelivered, statusFailed:
		return true
	}
	return false
}

// Follow asks the carrier by its own id what became of a text: the handler of
// FollowJob.
func (s *Service) Follow(ctx context.Context, j FollowJob) error {
	a, open, err := s.followed(ctx, j)
	if err != nil || !open {
		return err
	}
	creds, err := s.account(ctx)
	if err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	h := Held{ProviderID: a.ProviderID, Status: a.ProviderStatus}
	if err == nil {
		creds.AccountSID = a.AccountSID
		h, err = s.Carrier.Fetch(ctx, creds, a.ProviderID)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		return s.silent(ctx, j, "carrier.forgotten", "The carrier holds this message no more and never said whether it arrived.")
	case err != nil && (fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Conflict)):
		h = Held{ProviderID: a.ProviderID, Status: a.ProviderStatus} // it does not say: as before
	case err != nil:
		return err
	}
	return s.followUp(ctx, j, h)
}

// followed reads the attempt, and completes the job when there is nothing left to ask.
func (s *Service) followed(ctx context.Context, j FollowJob) (a attempt, open bool, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		if a, err = byNumber(ctx, tx, j.MessageID, j.Attempt); err != nil {
			return err
		}
		if open = a.State == accepted && !over(a.ProviderStatus); open {
			return nil
		}
		return queue.Complete(ctx, tx)
	})
	return a, open, err
}

// followUp commits what the carrier says, and comes back for what it does not.
func (s *Service) followUp(ctx context.Context, j FollowJob, h Held) error {
	var age time.Duration
	err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		m, err := s.Messages.Locked(ctx, tx, j.MessageID)
		if err != nil {
			return err
		}
		a, err := byNumber(ctx, tx, j.MessageID, j.Attempt)
		if err != nil {
			return err
		}
		age = s.now().Sub(a.StartedAt)
		if err := s.adopt(ctx, tx, m, a, h); err != nil || !over(h.Status) {
			return err
		}
		return queue.Complete(ctx, tx)
	})
	switch {
	case err != nil || over(h.Status):
		return err
	case age >= followHorizon*s.Patience:
		return s.silent(ctx, j, "carrier.silent", "The carrier took this message and never said whether it arrived.")
	}
	return queue.Snooze(min(max(2*age, firstFollow*s.Patience), followHorizon*s.Patience-age+time.Second))
}

// silent says what is known of a text about which the carrier says no more.
func (s *Service) silent(ctx context.Context, j FollowJob, rule, why string) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := s.Messages.Explain(ctx, tx, j.MessageID, j.Attempt, rule, why); err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
}
