package sms

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// TwiML answers a webhook: nothing for the carrier to do. What we answer to the
// sender goes out as a message of the thread, past the gate.
const TwiML = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`

// authenticate holds a webhook against the sub-account's own token.
func (s *Service) authenticate(ctx context.Context, w Webhook) (context.Context, error) {
	creds, err := s.Accounts.Account(ctx)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return ctx, errSignature.Wrap(err) // who has no account gets no webhooks
	}
	if err != nil {
		return ctx, err
	}
	if !w.signedBy(creds.AuthToken) {
		return ctx, errSignature
	}
	return tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Carrier, Name: "Twilio"}), nil
}

// Receive takes a text that came in, and honours its keyword in the same
// transaction; a text that the carrier told of before changes nothing. It
// answers TwiML. Errors: Denied "sms.signature_invalid"; Invalid.
func (s *Service) Receive(ctx context.Context, w Webhook) (string, error) {
	ctx, err := s.authenticate(ctx, w)
	if err != nil {
		return "", err
	}
	in, err := inbound(w.Form)
	if err != nil {
		return "", err
	}
	name, err := s.Accounts.BusinessName(ctx)
	if err != nil {
		return "", err
	}
	return TwiML, s.take(ctx, in, w.Form, name)
}

// take keeps a text that came in, unless it is kept already.
func (s *Service) take(ctx context.Context, in Inbound, form url.Values, name string) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		m, fresh, err := s.Messages.Receive(ctx, tx, in)
		if err != nil || !fresh {
			return err
		}
		if err := s.honour(ctx, tx, m, form, name); err != nil {
			return err
		}
		return s.keepCollecting(ctx, tx, in.To)
	})
}

// inbound reads the form (https://www.twilio.com/docs/messaging/guides/webhook-request).
func inbound(form url.Values) (Inbound, error) {
	in := Inbound{From: form.Get("From"), To: said(form, "To"), ProviderID: said(form, "MessageSid"), Body: said(form, "Body")}
	var f fault.Checks
	f.Check(in.ProviderID != "", "MessageSid", "It names the message.")
	f.Check(contact.ValidAddress(in.From), "From", "It is a number in E.164 or a short code.")
	f.Check(in.To != "", "To", "It is the number that was texted.")
	if err := f.Err(errWebhook.Slug); err != nil {
		return Inbound{}, err
	}
	media, _ := strconv.Atoi(form.Get("NumMedia"))
	for i := range min(media, 10) { // Twilio's limit
		if u := said(form, fmt.Sprintf("MediaUrl%d", i)); u != "" {
			in.Body = strings.TrimSpace(in.Body + "\n" + u)
		}
	}
	return in, nil
}

// said is a value of the form as a database can hold it.
func said(form url.Values, name string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(form.Get(name), "\x00", ""), "�")
}

// honour does at once what a keyword asks for. Where Twilio manages opt-outs it
// has answered already.
func (s *Service) honour(ctx context.Context, tx pgx.Tx, m Message, form url.Values, name string) error {
	said := form.Get("Body")
	keyword, managed := KeywordOf(said), form.Get("OptOutType")
	if managed != "" {
		keyword = Keyword(strings.ToLower(managed))
	}
	wish := Wish{
		Channel: Channel, Address: m.From, Source: "sms.keyword", Words: strings.ToValidUTF8(said, "�"),
		MessageID: uuid.NullUUID{UUID: m.ID, Valid: true}, ContactID: uuid.NullUUID{UUID: m.ContactID, Valid: true},
	}
	answer := Reply{ConversationID: m.ConversationID, From: m.To, To: m.From}
	due := false
	var err error
	switch keyword {
	case Stop:
		answer.Purpose, answer.Body = optOutNotice, stopAnswer(name)
		due, err = s.OptOuts.OptOut(ctx, tx, wish)
	case Start:
		answer.Purpose, answer.Body = optInNotice, startAnswer(name)
		due, err = s.OptOuts.OptIn(ctx, tx, wish)
	case HelpMe:
		answer.Purpose, answer.Body = helpPurpose, helpAnswer(name)
		due = true
	}
	if err != nil || !due || managed != "" {
		return err
	}
	return s.Messages.Reply(ctx, tx, answer)
}

// Status takes a status callback of a message: late, twice, out of order or
// before the answer to the send. Errors: Denied "sms.signature_invalid";
// Invalid; NotFound when the message or the attempt is not ours.
func (s *Service) Status(ctx context.Context, message uuid.UUID, w Webhook) error {
	ctx, err := s.authenticate(ctx, w)
	if err != nil {
		return err
	}
	h, number, err := statusNews(w)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		m, err := s.Messages.Locked(ctx, tx, message)
		if err != nil {
			return err
		}
		a, err := byProvider(ctx, tx, message, h.ProviderID)
		if errors.Is(err, errNoAttempt) {
			a, err = byNumber(ctx, tx, message, number)
		}
		if err != nil {
			return err
		}
		if a.ProviderID != "" && a.ProviderID != h.ProviderID {
			return errWebhook.At("MessageSid", "It is not the message of this attempt.")
		}
		return s.adopt(ctx, tx, m, a, h)
	})
}

// statusNews reads a status callback
// (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
func statusNews(w Webhook) (h Held, number int, err error) {
	h = Held{ProviderID: said(w.Form, "MessageSid"), Status: said(w.Form, "MessageStatus"), ErrorCode: said(w.Form, "ErrorCode")}
	var f fault.Checks
	f.Check(h.ProviderID != "", "MessageSid", "It names the message.")
	f.Check(h.Status != "", "MessageStatus", "It says how far the message is.")
	u, err := url.Parse(w.URL)
	if err == nil {
		number, err = strconv.Atoi(u.Query().Get("attempt"))
	}
	f.Check(err == nil, "attempt", "The address names the attempt.")
	return h, number, f.Err(errWebhook.Slug)
}
