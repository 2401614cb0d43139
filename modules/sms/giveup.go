package sms

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// ruleGivenUp marks a message whose delivery was given up before any call.
const ruleGivenUp = "delivery.given_up"

// DeliverGivenUp says what became of a message whose DeliverJob was given up, in
// the transaction that parks it. Without any call it failed, and both a person's
// retry and the job's replay send it. If a call was made, or the carrier may hold
// the attempt before, the carrier is asked.
func (s *Service) DeliverGivenUp(ctx context.Context, tx pgx.Tx, j DeliverJob, cause error) error {
	m, err := s.Messages.Locked(ctx, tx, j.MessageID)
	if fault.Is(err, fault.NotFound) {
		return nil // no such message: nothing to say
	}
	if err != nil {
		return err
	}
	a, err := byNumber(ctx, tx, j.MessageID, j.Attempt)
	if err == nil && a.State == started {
		return s.unclear(ctx, tx, a, cause.Error())
	}
	if !errors.Is(err, errNoAttempt) || m.Status != statusQueued || m.Attempt != j.Attempt {
		return ignoreMissing(err)
	}
	before, err := byNumber(ctx, tx, j.MessageID, j.Attempt-1)
	if err == nil && before.State == refused && before.Doubtful {
		before.Number = j.Attempt
		return s.unclear(ctx, tx, before, cause.Error())
	}
	if err := ignoreMissing(err); err != nil {
		return err
	}
	_, err = s.Messages.Advance(ctx, tx, m.ID, Change{
		Attempt: j.Attempt, Status: statusFailed, Rule: ruleGivenUp,
		Reason: "This message could not be handed to the carrier, for a fault on our side. You can try it again.",
	})
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, errNoAttempt) {
		return nil
	}
	return err
}

// revive takes up a message again whose delivery was given up, when its parked job
// is replayed: as a further attempt, since a failed one stays failed.
func (s *Service) revive(ctx context.Context, tx pgx.Tx, m Message, j DeliverJob) error {
	if m.Status == statusFailed && m.Rule == ruleGivenUp && m.Attempt == j.Attempt {
		moved, err := s.Messages.Requeue(ctx, tx, m.ID, j.Attempt, "", "")
		if err != nil {
			return err
		}
		if moved {
			if err := s.enqueue(ctx, tx, DeliverJob{MessageID: m.ID, Attempt: j.Attempt + 1}, m.Urgent, s.now()); err != nil {
				return err
			}
		}
	}
	return queue.Complete(ctx, tx)
}

// ReconcileGivenUp says that nobody could ask the carrier, in the transaction that
// parks a ReconcileJob. Its replay asks again.
func (s *Service) ReconcileGivenUp(ctx context.Context, tx pgx.Tx, j ReconcileJob, _ error) error {
	err := s.Messages.Explain(ctx, tx, j.MessageID, j.Attempt, "carrier.unreachable",
		"The carrier did not answer, so this message may have gone out, and could not be asked since. An administrator can have it asked again.")
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
