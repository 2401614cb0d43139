// Package plug puts one module's verbs into another's ports: nothing but
// translation, so that modules need not know each other. cmd/omnicrm wires the
// processes with it, and the tests of a whole path wire themselves the same way.
package plug

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Gate is compliance in front of conversation.
type Gate struct{ Compliance *compliance.Service }

// Decide asks the gate.
func (g Gate) Decide(ctx context.Context, tx pgx.Tx, o conversation.Outgoing) (conversation.Decision, error) {
	d, err := g.Compliance.Decide(ctx, tx, compliance.Send(o))
	return conversation.Decision(d), err
}

// Consents is compliance behind contact's imports.
type Consents struct{ Compliance *compliance.Service }

// KeepConsents keeps evidence that people agreed to be written to.
func (c Consents) KeepConsents(ctx context.Context, tx pgx.Tx, list []contact.Consent) error {
	out := make([]compliance.Consent, len(list))
	for i, one := range list {
		out[i] = compliance.Consent{
			Channel: one.Channel, Address: one.Address, Source: one.Source, Words: one.Text, At: one.At,
			ContactID: uuid.NullUUID{UUID: one.ContactID, Valid: true},
		}
	}
	return c.Compliance.KeepConsents(ctx, tx, out)
}

// OptOuts is compliance behind sms.
type OptOuts struct{ Compliance *compliance.Service }

// OptOut keeps the wish to be left alone.
func (o OptOuts) OptOut(ctx context.Context, tx pgx.Tx, w sms.Wish) (bool, error) {
	return o.Compliance.OptOut(ctx, tx, compliance.Wish(w))
}

// OptIn takes an opt-out back.
func (o OptOuts) OptIn(ctx context.Context, tx pgx.Tx, w sms.Wish) (bool, error) {
	return o.Compliance.OptIn(ctx, tx, compliance.Wish(w))
}

// Texts is conversation behind sms.
type Texts struct{ Conversations *conversation.Service }

// Locked reads a message and locks its thread.
func (t Texts) Locked(ctx context.Context, tx pgx.Tx, id uuid.UUID) (sms.Message, error) {
	m, err := t.Conversations.Locked(ctx, tx, id)
	return text(m), err
}

// Begin hands an attempt over, if it is still due.
func (t Texts) Begin(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int) (sms.Message, bool, error) {
	m, due, err := t.Conversations.Begin(ctx, tx, id, attempt)
	return text(m), due, err
}

// Advance passes news of a message on.
func (t Texts) Advance(ctx context.Context, tx pgx.Tx, id uuid.UUID, c sms.Change) (bool, error) {
	_, moved, err := t.Conversations.Advance(ctx, tx, id, conversation.Change{
		Attempt: c.Attempt, Status: conversation.Status(c.Status), Acknowledged: c.Acknowledged,
		ProviderID: c.ProviderID, ErrorCode: c.ErrorCode, Rule: c.Rule, Reason: c.Reason,
	})
	return moved, err
}

// Requeue begins the next attempt.
func (t Texts) Requeue(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) (bool, error) {
	_, moved, err := t.Conversations.Requeue(ctx, tx, id, attempt, rule, reason)
	return moved, err
}

// Explain says more about an unknown message.
func (t Texts) Explain(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) error {
	return t.Conversations.Explain(ctx, tx, id, attempt, rule, reason)
}

// Receive keeps a text that came in.
func (t Texts) Receive(ctx context.Context, tx pgx.Tx, in sms.Inbound) (sms.Message, bool, error) {
	m, fresh, err := t.Conversations.Receive(ctx, tx, conversation.Inbound{
		Channel: sms.Channel, From: in.From, To: in.To, Body: in.Body, ProviderID: in.ProviderID,
	})
	return text(m), fresh, err
}

// Reply answers within a thread.
func (t Texts) Reply(ctx context.Context, tx pgx.Tx, r sms.Reply) error {
	_, err := t.Conversations.Reply(ctx, tx, conversation.Reply(r))
	return err
}

func text(m conversation.Message) sms.Message {
	return sms.Message{
		ID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID, Body: m.Body, Purpose: m.Purpose,
		From: m.FromAddress, To: m.ToAddress, Attempt: m.Attempt, Status: string(m.Status), Rule: m.ReasonRule,
		Urgent: m.ActorKind != string(tenancy.Workflow),
	}
}
