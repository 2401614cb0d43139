package carrier

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const apiVersion = "2010-04-01"

// The states of a message. Only the provider's own words are used.
const (
	StatusAccepted    = "accepted" // with a messaging service, before queued
	StatusQueued      = "queued"
	StatusSending     = "sending"
	StatusSent        = "sent"
	StatusDelivered   = "delivered"
	StatusUndelivered = "undelivered"
	StatusFailed      = "failed"
	StatusReceived    = "received"
	StatusCanceled    = "canceled"
)

// Where a message came from.
const (
	Inbound  = "inbound"
	Outbound = "outbound-api"
	Reply    = "outbound-reply" // by TwiML
)

// Message is one text in the ledger, which keeps what the API forgets: the
// body of a redacted message and messages that were deleted.
type Message struct {
	SID            string     `json:"sid"`
	Account        string     `json:"account"`
	Direction      string     `json:"direction"`
	From           string     `json:"from"`
	To             string     `json:"to"`
	Body           string     `json:"body"`
	Media          []string   `json:"media,omitempty"`
	Alphabet       string     `json:"alphabet"`
	Segments       int        `json:"segments"`
	Status         string     `json:"status"`
	ErrorCode      int        `json:"error_code,omitempty"`
	Service        string     `json:"messaging_service_sid,omitempty"`
	StatusCallback string     `json:"status_callback,omitempty"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
	SentAt         *time.Time `json:"sent_at,omitempty"`
	Redacted       bool       `json:"redacted,omitempty"`
	Deleted        bool       `json:"deleted,omitempty"`
	// Calls are the requests made to the account's webhooks about this message,
	// each attempt, in order.
	Calls []Call `json:"calls,omitempty"`

	rule *CallbackRule // what happens to its callbacks; nil: nothing unusual
	held []webhook     // callbacks that wait to be overtaken
}

// Handset is the end of the conversation that isn't hosted here.
func (m *Message) handset() string {
	if m.Direction == Inbound {
		return m.From
	}
	return m.To
}

func (m *Message) hostedNumber() string {
	if m.Direction == Inbound {
		return m.To
	}
	return m.From
}

func (m *Message) final() bool {
	return slices.Contains([]string{StatusDelivered, StatusUndelivered, StatusFailed, StatusReceived, StatusCanceled}, m.Status)
}

func (m *Message) snapshot() Message {
	s := *m
	s.Calls, s.Media, s.held, s.rule = slices.Clone(m.Calls), slices.Clone(m.Media), nil, nil
	return s
}

// newMessage records a message; the caller starts its way.
func (c *Carrier) newMessage(m Message, now time.Time) *Message {
	m.SID = newSID("SM")
	if len(m.Media) > 0 {
		m.SID = newSID("MM")
	}
	m.Alphabet, m.Segments = segments(m.Body)
	m.Segments = max(m.Segments, 1)
	m.CreatedAt, m.UpdatedAt = now, now
	m.rule = c.takeRule(&m)
	kept := &m
	c.messages[m.SID] = kept
	c.order = append(c.order, kept)
	c.addHandset(m.handset(), now)
	c.messageChanged(kept)
	return kept
}

func (c *Carrier) messageChanged(m *Message) {
	c.journal.write(entry{Message: m})
	c.announce(notice{Type: "text", Data: m.snapshot()})
	c.touched()
}

func (c *Carrier) createMessage(q *request) (int, any, *problem) {
	m, p := c.checkMessage(q.account, q.form)
	if p != nil {
		return 0, nil, p
	}
	kept := c.newMessage(m, q.now)
	c.dispatch(kept, q.now)
	return http.StatusCreated, kept.resource(), nil
}

// checkMessage applies the provider's rules in its order: who, to whom, from
// where, what.
func (c *Carrier) checkMessage(a *account, form url.Values) (Message, *problem) {
	m := Message{
		Account: a.SID, Direction: Outbound, Status: StatusQueued, Body: form.Get("Body"), Media: form["MediaUrl"],
		StatusCallback: form.Get("StatusCallback"), Service: form.Get("MessagingServiceSid"),
	}
	if a.Status != accountActive {
		return m, inactive()
	}
	if form.Get("To") == "" {
		return m, badRequest(21604, "A 'To' phone number is required.")
	}
	to, ok := normalNumber(form.Get("To"))
	if !ok {
		return m, badRequest(21211, "The 'To' number "+form.Get("To")+" is not a valid phone number.")
	}
	from, p := c.sender(a, form)
	if p != nil {
		return m, p
	}
	m.To, m.From = to, from
	switch {
	case to == from:
		return m, badRequest(21266, "'To' and 'From' number cannot be the same.")
	case c.honourStop && c.optedOut[pair{from, to}]:
		return m, badRequest(21610, "Attempt to send to unsubscribed recipient")
	case m.Service != "":
		m.Status = StatusAccepted
	}
	return m, checkContent(m, form)
}

// sender is the number that the message leaves from. Messaging services have no
// pool here, so a From is always needed.
func (c *Carrier) sender(a *account, form url.Values) (string, *problem) {
	raw := form.Get("From")
	switch service := form.Get("MessagingServiceSid"); {
	case service != "" && !serviceSID.MatchString(service):
		return "", badRequest(21705, "The Messaging Service Sid is invalid.")
	case raw == "" && service != "":
		return "", badRequest(21703, "The Messaging Service does not have a phone number available to send a message")
	case raw == "":
		return "", badRequest(21603, "A 'From' phone number is required.")
	}
	from, ok := normalNumber(raw)
	if !ok {
		return "", badRequest(21212, "The 'From' number "+raw+" is not a valid phone number, shortcode, or alphanumeric sender ID.")
	}
	if n := c.hosted(from); n == nil || n.Account != a.SID {
		return "", badRequest(21606, "The From phone number "+from+
			" is not a valid, SMS-capable inbound phone number or short code for your account.")
	}
	return from, nil
}

func checkContent(m Message, form url.Values) *problem {
	switch {
	case strings.TrimSpace(m.Body) == "" && len(m.Media) == 0:
		return badRequest(21602, "Message body is required.")
	case utf8.RuneCountInString(m.Body) > 1600:
		return badRequest(21617, "The concatenated message body exceeds the 1600 character limit.")
	case m.StatusCallback != "" && !webAddress(m.StatusCallback):
		return badRequest(21609, "The 'StatusCallback' URL "+m.StatusCallback+" is not a valid URL.")
	case len(m.Media) > 10:
		return badRequest(21623, "Number of media files exceeds allowed limit")
	case cmp.Or(form.Get("SendAt"), form.Get("ScheduleType")) != "":
		return badRequest(20001, "The sandbox doesn't schedule messages: send without SendAt and ScheduleType")
	}
	for _, media := range m.Media {
		if !webAddress(media) {
			return badRequest(21620, "Invalid media URL(s): "+media)
		}
	}
	return nil
}
