package conversation

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Begin hands an attempt to its channel, in the caller's transaction, at the
// moment before the carrier is called: it locks the thread, asks the gate once
// more and moves the message to sending. due is false when there is nothing to
// deliver: the message is not queued for this attempt, or the gate now holds it.
func (s *Service) Begin(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int) (m Message, due bool, err error) {
	before, err := lockMessage(ctx, tx, id)
	if err != nil || before.Attempt != attempt || before.Status != Queued {
		return before, false, err
	}
	m = before
	if err := s.decide(ctx, tx, &m); err != nil {
		return m, false, err
	}
	due = m.Status == Queued
	if due {
		m.Status = Sending
	}
	m.StatusAt = s.now()
	return m, due, s.saveMessage(ctx, tx, before, m)
}

// Change is news of an attempt. Zero fields leave what is there.
type Change struct {
	Attempt      int
	Status       Status
	Acknowledged bool   // the carrier has said that it holds the message
	ProviderID   string // its name there
	ErrorCode    string
	Rule, Reason string // why, for a program and for a person
}

// Advance takes news of a message in the caller's transaction. News that would
// take it backwards is dropped; moved says whether it counted.
func (s *Service) Advance(ctx context.Context, tx pgx.Tx, id uuid.UUID, c Change) (m Message, moved bool, err error) {
	before, err := lockMessage(ctx, tx, id)
	if err != nil {
		return before, false, err
	}
	next, moved := before.Progress().Next(Progress{Attempt: c.Attempt, Status: c.Status, Acknowledged: c.Acknowledged})
	if !moved {
		return before, false, nil
	}
	m = before
	m.Attempt, m.Status, m.Acknowledged, m.StatusAt = next.Attempt, next.Status, next.Acknowledged, s.now()
	if c.ProviderID != "" {
		m.ProviderID = c.ProviderID
	}
	m.ErrorCode, m.ReasonRule, m.ReasonMessage = c.ErrorCode, c.Rule, c.Reason
	return m, true, s.saveMessage(ctx, tx, before, m)
}

// Requeue begins the next attempt of a message that the carrier turned away for
// now, in the caller's transaction. It enqueues nothing: the channel knows when.
func (s *Service) Requeue(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) (m Message, moved bool, err error) {
	return s.Advance(ctx, tx, id, Change{Attempt: attempt + 1, Status: Queued, Rule: rule, Reason: reason})
}

// Locked reads a message and keeps others from changing its thread until the
// commit.
func (s *Service) Locked(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Message, error) {
	return lockMessage(ctx, tx, id)
}

// Explain changes what is said about a message whose end is not known, in the
// caller's transaction; one that has moved on stays as it is.
func (s *Service) Explain(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) error {
	before, err := lockMessage(ctx, tx, id)
	open := before.Status == Unknown || before.Status == Sending || before.Status == Sent
	if err != nil || before.Attempt != attempt || !open {
		return err
	}
	after := before
	after.ReasonRule, after.ReasonMessage = rule, reason
	return s.saveMessage(ctx, tx, before, after)
}
