package carrier

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Text sends a text from a handset to a hosted number: the number's SmsUrl is
// called, its fallback when that fails, and what it answers in TwiML is carried
// out. It returns once the text is in the ledger, before the call.
func (c *Carrier) Text(from, to, body string) (Message, error) {
	if err := normalize(&from); err != nil || from == "" {
		return Message{}, &controlError{Field: "number", Message: "not a phone number in E.164"}
	}
	if err := normalize(&to); err != nil {
		return Message{}, &controlError{Field: "to", Message: "not a phone number in E.164"}
	}
	if strings.TrimSpace(body) == "" || len(body) > maxForm/4 {
		return Message{}, &controlError{Field: "body", Message: "required, up to 16,000 bytes"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if to == "" {
		to = c.lastNumber(from)
	}
	n := c.hosted(to)
	if n == nil {
		return Message{}, &controlError{Field: "to", Message: "no account holds this number"}
	}
	m := c.receive(n, from, body)
	return m.snapshot(), nil
}

// lastNumber is the hosted number that a handset last spoke with.
func (c *Carrier) lastNumber(handset string) string {
	for _, m := range slices.Backward(c.order) {
		if m.handset() == handset && c.hosted(m.hostedNumber()) != nil {
			return m.hostedNumber()
		}
	}
	return ""
}

func (c *Carrier) receive(n *number, from, body string) *Message {
	now := c.clock.Now()
	m := c.newMessage(Message{
		Account: n.Account, Direction: Inbound, Status: StatusReceived, From: from, To: n.Number, Body: body, SentAt: &now,
	}, now)
	c.keepOptOut(m, now)
	lane := "in:" + from + ">" + n.Number
	work := func(ctx context.Context) { c.ring(ctx, m) }
	rule := m.rule
	if rule == nil {
		rule = &CallbackRule{}
	}
	switch rule.Mode {
	case Dropped:
		return m
	case Late:
		c.at(now.Add(time.Duration(rule.DelayMS)*time.Millisecond), func(time.Time) { c.inLane(m.SID, work) })
		return m
	case Reordered:
		c.heldTexts[lane] = append(c.heldTexts[lane], work)
		return m
	case Duplicate:
		for range rule.Copies - 1 {
			c.inLane(lane, work)
		}
	}
	c.inLane(lane, work)
	for _, overtaken := range c.heldTexts[lane] {
		c.inLane(lane, overtaken)
	}
	delete(c.heldTexts, lane)
	return m
}

// ring calls the number's webhook, then its fallback.
func (c *Carrier) ring(ctx context.Context, m *Message) {
	c.mu.Lock()
	n := c.hosted(m.To)
	if n == nil || n.SMSURL == "" {
		c.log.InfoContext(ctx, "a text came in for a number without SmsUrl", "number", m.To)
		c.mu.Unlock()
		return
	}
	webhooks := []webhook{c.inboundWebhook(n, m)}
	if n.SMSFallbackURL != "" {
		fallback := c.inboundWebhook(n, m)
		fallback.url, fallback.method = n.SMSFallbackURL, n.SMSFallbackMethod
		webhooks = append(webhooks, fallback)
	}
	c.mu.Unlock()

	bad := ""
	for _, w := range webhooks {
		if bad != "" {
			w.params.Set("ErrorCode", bad)
			w.params.Set("ErrorUrl", webhooks[0].url)
		}
		var replies []twimlVerb
		replies, bad = readReplies(c.deliver(ctx, w))
		if bad == "" {
			c.carryOut(m, w.url, replies) //nolint:contextcheck // what follows from a reply outlives this call
			return
		}
		c.noteBadAnswer(m, bad)
		if ctx.Err() != nil {
			return
		}
	}
}

// noteBadAnswer keeps the provider's debugger code beside the last attempt:
// 11200 no good answer, 12100 not TwiML.
func (c *Carrier) noteBadAnswer(m *Message, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := &m.Calls[len(m.Calls)-1]
	last.Error = strings.TrimPrefix(last.Error+"; error "+code, "; ")
	c.messageChanged(m)
}

func (c *Carrier) inboundWebhook(n *number, m *Message) webhook {
	params := url.Values{
		"AccountSid": {m.Account}, "ApiVersion": {apiVersion}, "Body": {m.Body}, "From": {m.From}, "To": {m.To},
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsMessageSid": {m.SID}, "SmsStatus": {StatusReceived},
		"NumMedia": {"0"}, "NumSegments": {strconv.Itoa(m.Segments)},
		"FromCity": {""}, "FromState": {""}, "FromZip": {""}, "FromCountry": {country(m.From)},
		"ToCity": {""}, "ToState": {""}, "ToZip": {""}, "ToCountry": {country(m.To)},
	}
	return webhook{
		message: m, about: Inbound, method: cmp.Or(n.SMSMethod, http.MethodPost), url: n.SMSURL, params: params,
		token: c.account(m.Account).Token, id: newSID(""),
	}
}

// carryOut sends what the webhook answered.
func (c *Carrier) carryOut(m *Message, webhookURL string, replies []twimlVerb) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	for _, r := range replies {
		if !r.isMessage() {
			c.log.Info("a TwiML verb was not carried out", "verb", r.XMLName.Local, "message", m.SID)
			continue
		}
		form := url.Values{
			"To": {cmp.Or(r.To, m.From)}, "From": {cmp.Or(r.From, m.To)}, "Body": {r.body()}, "MediaUrl": r.Media,
			"StatusCallback": {against(webhookURL, cmp.Or(r.StatusCallback, r.Action))},
		}
		reply, p := c.checkMessage(c.account(m.Account), form)
		if p != nil {
			c.log.Warn("a TwiML message was refused", "code", p.Code, "message", m.SID, "why", p.Message)
			continue
		}
		reply.Direction = Reply
		c.dispatch(c.newMessage(reply, now), now)
	}
}

// against resolves an address of a TwiML document against the document's own.
func against(base, ref string) string {
	if ref == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}
