package sms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// Deliver sends one attempt of a message: the handler of DeliverJob. doc.go
// tells what becomes of it.
func (s *Service) Deliver(ctx context.Context, j DeliverJob) error {
	creds, err := s.account(ctx)
	if errors.Is(err, errNotReady) {
		return s.giveUp(ctx, j, "sms.not_ready", errNotReady.Message)
	}
	if err != nil {
		return err
	}
	if settled, err := s.askAboutDoubt(ctx, creds, j); err != nil || settled {
		return err
	}
	a, text, err := s.begin(ctx, creds, j)
	if err != nil || a == nil {
		return err
	}
	return s.settle(ctx, *a, s.Carrier.Send(ctx, creds, text))
}

// begin commits the attempt row and the gate's last word before the call. It
// gives no attempt when there is nothing to send.
func (s *Service) begin(ctx context.Context, creds Credentials, j DeliverJob) (a *attempt, text Text, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		a = nil
		m, err := s.Messages.Locked(ctx, tx, j.MessageID)
		if err != nil {
			return err
		}
		earlier, err := byNumber(ctx, tx, j.MessageID, j.Attempt)
		if err == nil {
			// A worker was here before and died, or still lives: whether it called
			// can't be known, so the carrier is asked.
			if earlier.State == started {
				if err := s.unclear(ctx, tx, earlier, "the worker stopped in the middle of the call"); err != nil {
					return err
				}
			}
			return queue.Complete(ctx, tx)
		}
		if !errors.Is(err, errNoAttempt) {
			return err
		}
		begun, due, err := s.Messages.Begin(ctx, tx, m.ID, j.Attempt)
		if err != nil {
			return err
		}
		if !due {
			return s.revive(ctx, tx, m, j)
		}
		m = begun
		fresh := attempt{
			ID: uuid.Must(uuid.NewV7()), MessageID: m.ID, Number: j.Attempt, State: started, AccountSID: creds.AccountSID,
			FromAddress: creds.From, ToAddress: m.To, StartedAt: s.now(),
		}
		text = Text{From: creds.From, To: m.To, Body: m.Body, StatusURL: statusURL(creds, m.ID, j.Attempt)}
		a = &fresh
		return insertAttempt(ctx, tx, fresh)
	})
	return a, text, err
}

// statusURL names the message and the attempt, so that a callback identifies
// both even when the carrier's answer was lost.
func statusURL(c Credentials, message uuid.UUID, number int) string {
	return fmt.Sprintf("%s/%s?attempt=%d%s", c.StatusURLBase, message, number, retryFragment)
}

// settle commits the answer, the message's status and the job together.
func (s *Service) settle(ctx context.Context, a attempt, answer Answer) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		m, err := s.Messages.Locked(ctx, tx, a.MessageID)
		if err != nil {
			return err
		}
		now, err := byNumber(ctx, tx, a.MessageID, a.Number)
		if err != nil {
			return err
		}
		// A callback may have been faster than the answer: then it is known already.
		if now.State == started {
			if err := s.conclude(ctx, tx, m, now, answer); err != nil {
				return err
			}
		}
		return queue.Complete(ctx, tx)
	})
}

func (s *Service) conclude(ctx context.Context, tx pgx.Tx, m Message, a attempt, answer Answer) error {
	a.ErrorCode, a.Detail, a.Doubtful = answer.ErrorCode, answer.Detail, answer.Doubtful
	switch answer.Outcome {
	case Accepted:
		return s.adopt(ctx, tx, m, a, Held{ProviderID: answer.ProviderID, Status: answer.Status, ErrorCode: answer.ErrorCode})
	case Busy:
		return s.later(ctx, tx, m, a, answer)
	case Refused:
		return s.refuse(ctx, tx, m, a)
	}
	return s.unclear(ctx, tx, a, answer.Detail)
}

// later queues the message again as a further attempt, or gives it up.
func (s *Service) later(ctx context.Context, tx pgx.Tx, m Message, a attempt, answer Answer) error {
	before, err := refusedInARow(ctx, tx, a)
	if err != nil {
		return err
	}
	if before+1 >= MaxTries {
		if answer.Doubtful {
			return s.unclear(ctx, tx, a, answer.Detail)
		}
		a.State = rejected
		return s.fail(ctx, tx, a, "carrier.busy", "The carrier did not take this message in ten minutes. Try again later.")
	}
	a.State = refused
	if err := updateAttempt(ctx, tx, a, s.now()); err != nil {
		return err
	}
	moved, err := s.Messages.Requeue(ctx, tx, a.MessageID, a.Number, "carrier.busy", "The carrier is busy; it is tried again.")
	if err != nil || !moved {
		return err
	}
	pause := max(wait(before+1), min(answer.RetryAfter, time.Hour))
	if answer.Doubtful {
		pause = max(pause, lookupAfter[0]*s.Patience) // a text may take a while to show in the carrier's list
	}
	at := s.now().Add(pause)
	return s.enqueue(ctx, tx, DeliverJob{MessageID: a.MessageID, Attempt: a.Number + 1}, m.Urgent, at)
}

// wait doubles from two seconds to five minutes.
func wait(refusals int) time.Duration {
	return min(time.Second<<min(refusals, 10), 5*time.Minute)
}

func (s *Service) refuse(ctx context.Context, tx pgx.Tx, m Message, a attempt) error {
	a.State = rejected
	if a.ErrorCode == optedOutAtCarrier && m.Purpose != optOutNotice {
		// The carrier knows of a wish that never reached us. A refused confirmation
		// says nothing new, and may say it after a START.
		_, err := s.OptOuts.OptOut(ctx, tx, Wish{
			Channel: Channel, Address: a.ToAddress, Source: "carrier", Words: a.Detail,
			MessageID: uuid.NullUUID{UUID: m.ID, Valid: true}, ContactID: uuid.NullUUID{UUID: m.ContactID, Valid: true},
		})
		if err != nil {
			return err
		}
	}
	return s.fail(ctx, tx, a, "carrier."+ruleCode(a.ErrorCode), reason(a.ErrorCode, statusFailed))
}

func ruleCode(code string) string {
	if code == "" {
		return "refused"
	}
	return code
}

func (s *Service) fail(ctx context.Context, tx pgx.Tx, a attempt, rule, why string) error {
	if err := updateAttempt(ctx, tx, a, s.now()); err != nil {
		return err
	}
	_, err := s.Messages.Advance(ctx, tx, a.MessageID, Change{
		Attempt: a.Number, Status: statusFailed, ErrorCode: a.ErrorCode, Rule: rule, Reason: why,
	})
	return err
}

// unclear marks an attempt whose outcome nobody knows, and has the carrier asked.
func (s *Service) unclear(ctx context.Context, tx pgx.Tx, a attempt, detail string) error {
	a.State, a.Detail = unclear, detail
	if err := updateAttempt(ctx, tx, a, s.now()); err != nil {
		return err
	}
	_, err := s.Messages.Advance(ctx, tx, a.MessageID, Change{
		Attempt: a.Number, Status: statusUnknown, Rule: "carrier.no_answer",
		Reason: "The carrier did not answer, so this message may have gone out. We are asking the carrier.",
	})
	if err != nil {
		return err
	}
	j := ReconcileJob{MessageID: a.MessageID, Attempt: a.Number}
	_, err = s.Jobs.Enqueue(ctx, tx, j, queue.On(queue.Interactive), queue.At(s.now().Add(lookupAfter[0]*s.Patience)), queue.Unique(j.key()))
	return err
}

// adopt ties the carrier's text to an attempt and passes its state on. An
// attempt that was written off, but that the carrier holds after all, takes the
// place of the one that was to follow it, which then finds nothing to send.
func (s *Service) adopt(ctx context.Context, tx pgx.Tx, m Message, a attempt, h Held) error {
	switch {
	case a.State == refused && m.Status == statusQueued && m.Attempt == a.Number+1,
		a.State == absent && m.Status == statusFailed && m.Attempt == a.Number:
		a.Number++
	}
	c := Change{Attempt: a.Number, Status: statuses[h.Status], Acknowledged: true, ProviderID: h.ProviderID, ErrorCode: h.ErrorCode}
	if c.Status == "" {
		c.Status = statusSending // a word that Twilio added since
	}
	if c.Status == statusFailed || c.Status == statusUndelivered {
		c.Rule, c.Reason = "carrier."+ruleCode(h.ErrorCode), reason(h.ErrorCode, c.Status)
	}
	moved, err := s.Messages.Advance(ctx, tx, a.MessageID, c)
	if err != nil || !moved && a.State == accepted {
		return err // old news
	}
	fresh := a.State != accepted
	a.State, a.ProviderID, a.ProviderStatus, a.ErrorCode = accepted, h.ProviderID, h.Status, h.ErrorCode
	if err := updateAttempt(ctx, tx, a, s.now()); err != nil || !fresh {
		return err
	}
	return errors.Join(s.follow(ctx, tx, a), s.keepCollecting(ctx, tx, a.FromAddress))
}

// giveUp fails a message that can't be sent at all, before any call.
func (s *Service) giveUp(ctx context.Context, j DeliverJob, rule, why string) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, due, err := s.Messages.Begin(ctx, tx, j.MessageID, j.Attempt)
		if err != nil {
			return err
		}
		if due {
			_, err = s.Messages.Advance(ctx, tx, j.MessageID, Change{Attempt: j.Attempt, Status: statusFailed, Rule: rule, Reason: why})
		}
		if err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
}
