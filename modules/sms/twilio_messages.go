package sms

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/twilio/twilio-go"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// findLimit is how many texts between two numbers a reconciliation looks at.
const findLimit = 200

// Send creates a Message
// (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
func (t *Twilio) Send(ctx context.Context, c Credentials, text Text) Answer {
	params := &openapi.CreateMessageParams{}
	params.SetPathAccountSid(c.AccountSID).SetFrom(text.From).SetTo(text.To).SetBody(text.Body)
	params.SetStatusCallback(text.StatusURL)
	var made *openapi.ApiV2010Message
	e, err := t.call(ctx, c.AccountSID, c.AuthToken, func(tw *twilio.RestClient) (err error) {
		made, err = tw.Api.CreateMessage(params)
		return err
	})
	if err != nil {
		return e.classify(err)
	}
	h := held(*made)
	if h.ProviderID == "" {
		return Answer{Outcome: Unclear, Detail: "the answer names no message"}
	}
	return Answer{Outcome: Accepted, ProviderID: h.ProviderID, Status: h.Status, ErrorCode: h.ErrorCode}
}

// Find lists Messages by To and From. It does not filter by DateSent: a text that
// still waits at the carrier has none.
func (t *Twilio) Find(ctx context.Context, c Credentials, from, to string) ([]Held, error) {
	params := &openapi.ListMessageParams{}
	params.SetPathAccountSid(c.AccountSID).SetFrom(from).SetTo(to).SetPageSize(findLimit).SetLimit(findLimit)
	var list []openapi.ApiV2010Message
	e, err := t.call(ctx, c.AccountSID, c.AuthToken, func(tw *twilio.RestClient) (err error) {
		list, err = tw.Api.ListMessage(params)
		return err
	})
	if err != nil {
		return nil, e.asFault("to list messages", err)
	}
	out := make([]Held, 0, len(list))
	for _, m := range list {
		if d := value(m.Direction); d == "outbound-api" || d == "" {
			out = append(out, held(m))
		}
	}
	return out, nil
}

// Fetch reads one Message.
func (t *Twilio) Fetch(ctx context.Context, c Credentials, id string) (Held, error) {
	params := &openapi.FetchMessageParams{}
	params.SetPathAccountSid(c.AccountSID)
	var m *openapi.ApiV2010Message
	e, err := t.call(ctx, c.AccountSID, c.AuthToken, func(tw *twilio.RestClient) (err error) {
		m, err = tw.Api.FetchMessage(id, params)
		return err
	})
	if err != nil && e.status == http.StatusNotFound {
		return Held{}, errNotHeld.Wrap(err)
	}
	if err != nil {
		return Held{}, e.asFault("to read a message", err)
	}
	return held(*m), nil
}

// receivedLimit bounds one look at what came in; a sub-account that gets more in a
// quarter of an hour relies on its webhooks for the rest.
const receivedLimit = 5000

// Received lists Messages by To and DateSent. The list names no attached media.
func (t *Twilio) Received(ctx context.Context, c Credentials, since time.Time) ([]Inbound, error) {
	params := &openapi.ListMessageParams{}
	params.SetPathAccountSid(c.AccountSID).SetTo(c.From).SetDateSentAfter(since.UTC()).SetPageSize(1000).SetLimit(receivedLimit)
	var list []openapi.ApiV2010Message
	e, err := t.call(ctx, c.AccountSID, c.AuthToken, func(tw *twilio.RestClient) (err error) {
		list, err = tw.Api.ListMessage(params)
		return err
	})
	if err != nil {
		return nil, e.asFault("to list messages", err)
	}
	var out []Inbound
	for _, m := range list {
		if value(m.Direction) == "inbound" {
			out = append(out, Inbound{From: value(m.From), To: value(m.To), Body: value(m.Body), ProviderID: value(m.Sid)})
		}
	}
	return out, nil
}

func held(m openapi.ApiV2010Message) Held {
	h := Held{ProviderID: value(m.Sid), Body: value(m.Body), Status: value(m.Status)}
	if code := value(m.ErrorCode); code != 0 {
		h.ErrorCode = strconv.Itoa(code)
	}
	// RFC 2822, to the second, as Twilio writes it; an unreadable one matches nothing.
	if at, err := time.Parse(time.RFC1123Z, value(m.DateCreated)); err == nil {
		h.CreatedAt = at
	}
	return h
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
