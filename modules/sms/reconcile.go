package sms

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// lookupAfter are the waits before each look, in units of Patience (15 s: about
// seven minutes together): a text may take a while to show in the carrier's list,
// so one look that finds nothing proves nothing.
var lookupAfter = []time.Duration{1, 3, 8, 16}

// Reconcile asks the carrier what became of an attempt that it did not answer:
// the handler of ReconcileJob.
func (s *Service) Reconcile(ctx context.Context, j ReconcileJob) error {
	var a attempt
	err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		if a, err = byNumber(ctx, tx, j.MessageID, j.Attempt); err != nil {
			return err
		}
		if a.State != unclear {
			return queue.Complete(ctx, tx) // a callback told
		}
		return nil
	})
	if err != nil || a.State != unclear {
		return err
	}
	creds, err := s.account(ctx)
	if err != nil {
		return err
	}
	creds.AccountSID, creds.From = a.AccountSID, a.FromAddress
	list, err := s.Carrier.Find(ctx, creds, a.FromAddress, a.ToAddress)
	if err != nil {
		return err
	}
	return s.found(ctx, j, list)
}

// found commits what a look at the carrier's list says.
func (s *Service) found(ctx context.Context, j ReconcileJob, list []Held) error {
	snooze := time.Duration(0)
	err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		snooze = 0
		m, err := s.Messages.Locked(ctx, tx, j.MessageID)
		if err != nil {
			return err
		}
		a, err := byNumber(ctx, tx, j.MessageID, j.Attempt)
		if err != nil {
			return err
		}
		if a.State != unclear {
			return queue.Complete(ctx, tx)
		}
		h, v, err := s.judge(ctx, tx, a, m.Body, list)
		if err != nil {
			return err
		}
		a.Lookups++
		switch {
		case v == itIsThis:
			err = s.adopt(ctx, tx, m, a, h)
		case v == cannotTell:
			err = s.cannotTell(ctx, tx, a)
		case a.Lookups < len(lookupAfter):
			snooze = lookupAfter[a.Lookups] * s.Patience
			return updateAttempt(ctx, tx, a, s.now())
		default:
			a.State = absent
			err = s.fail(ctx, tx, a, "carrier.absent", "The carrier never received this message, so it was not sent. You can try again.")
		}
		if err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
	if err == nil && snooze > 0 {
		return queue.Snooze(snooze)
	}
	return err
}

func (s *Service) judge(ctx context.Context, tx pgx.Tx, a attempt, body string, list []Held) (Held, verdict, error) {
	n, owned, err := rivals(ctx, tx, a, body)
	if err != nil {
		return Held{}, notThere, err
	}
	h, v := match(a, body, list, owned, n)
	return h, v, nil
}

func (s *Service) cannotTell(ctx context.Context, tx pgx.Tx, a attempt) error {
	a.State = ambiguous
	if err := updateAttempt(ctx, tx, a, s.now()); err != nil {
		return err
	}
	return s.Messages.Explain(ctx, tx, a.MessageID, a.Number, "carrier.ambiguous",
		"The carrier did not answer and holds several texts like this one, so nobody can tell whether it went out. Ask the recipient.")
}

// askAboutDoubt looks, before a further attempt, whether the carrier holds the
// text of the one before although it answered with a server error. settled means
// that nothing is left to send.
func (s *Service) askAboutDoubt(ctx context.Context, creds Credentials, j DeliverJob) (settled bool, err error) {
	var a attempt
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		a, err = inDoubt(ctx, tx, j)
		return err
	})
	if errors.Is(err, errNoAttempt) {
		return false, nil
	}
	if err != nil || a.State != refused || !a.Doubtful {
		return false, err
	}
	list, err := s.Carrier.Find(ctx, creds, a.FromAddress, a.ToAddress)
	if err != nil {
		return false, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		settled = false
		m, err := s.Messages.Locked(ctx, tx, j.MessageID)
		if err != nil {
			return err
		}
		a, err := inDoubt(ctx, tx, j)
		if errors.Is(err, errNoAttempt) || err == nil && a.State != refused {
			return nil // a callback told meanwhile; begin finds nothing to send
		}
		if err != nil {
			return err
		}
		h, v, err := s.judge(ctx, tx, a, m.Body, list)
		if err != nil || v == notThere {
			return err
		}
		settled = true
		if v == itIsThis {
			err = s.adopt(ctx, tx, m, a, h)
		} else {
			err = s.doubt(ctx, tx, a, j)
		}
		if err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
	return settled, err
}

// inDoubt finds the attempt before a job's own; errNoAttempt too once the job's own
// was begun by a worker that died: what the carrier holds may be that one's, and it
// is reconciled by itself.
func inDoubt(ctx context.Context, tx pgx.Tx, j DeliverJob) (attempt, error) {
	_, err := byNumber(ctx, tx, j.MessageID, j.Attempt)
	switch {
	case err == nil:
		return attempt{}, errNoAttempt
	case !errors.Is(err, errNoAttempt):
		return attempt{}, err
	}
	return byNumber(ctx, tx, j.MessageID, j.Attempt-1)
}

// doubt leaves a message to a person: the carrier holds several texts like it.
func (s *Service) doubt(ctx context.Context, tx pgx.Tx, a attempt, j DeliverJob) error {
	_, err := s.Messages.Advance(ctx, tx, a.MessageID, Change{Attempt: j.Attempt, Status: statusUnknown})
	if err != nil {
		return err
	}
	a.Number = j.Attempt
	return s.cannotTell(ctx, tx, a)
}
