package carrier

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// How callbacks can misbehave on demand.
const (
	Late       = "late"      // Delay after their time, beside all others
	Duplicate  = "duplicate" // Copies times instead of once
	Reordered  = "reordered" // the final state first, the others after it
	Dropped    = "dropped"   // never
	maxCopies  = 20
	defaultDup = 2
)

// CallbackRule changes how the callbacks of matching messages arrive. It is
// bound when a message is created. For texts to a hosted number it changes the
// webhook in the same way; reordered then means overtaken by the next text of
// that conversation.
type CallbackRule struct {
	ID      string `json:"id"`
	Mode    string `json:"mode"`
	Account string `json:"account,omitempty"` // any when empty
	Number  string `json:"number,omitempty"`  // sender or recipient; any when empty
	DelayMS int    `json:"delay_ms,omitempty"`
	Copies  int    `json:"copies,omitempty"`
	// Count is for how many messages; 0 means until the rule is removed.
	Count int `json:"count,omitempty"`
}

func (r *CallbackRule) validate() error {
	if !slices.Contains([]string{Late, Duplicate, Reordered, Dropped}, r.Mode) {
		return &controlError{Field: "mode", Message: "late, duplicate, reordered or dropped"}
	}
	if r.Copies = cmp.Or(r.Copies, defaultDup); r.Copies < 1 || r.Copies > maxCopies {
		return &controlError{Field: "copies", Message: "from 1 to 20"}
	}
	if r.Count < 0 || r.DelayMS < 0 {
		return &controlError{Field: "count", Message: "count and delay_ms can't be negative"}
	}
	if r.Mode == Late && r.DelayMS == 0 {
		r.DelayMS = 5000
	}
	return normalize(&r.Number)
}

// AddRule makes callbacks misbehave and returns the rule's id.
func (c *Carrier) AddRule(r CallbackRule) (string, error) {
	if err := r.validate(); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r.ID = newSID("")[:8]
	c.rules = append(c.rules, &r)
	return r.ID, nil
}

// ClearRules removes one rule, or all when id is empty, and tells how many.
func (c *Carrier) ClearRules(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.rules)
	c.rules = slices.DeleteFunc(c.rules, func(r *CallbackRule) bool { return id == "" || r.ID == id })
	return before - len(c.rules)
}

func (c *Carrier) takeRule(m *Message) *CallbackRule {
	for i, r := range c.rules {
		if (r.Account != "" && r.Account != m.Account) || (r.Number != "" && r.Number != m.From && r.Number != m.To) {
			continue
		}
		taken := *r
		if r.Count > 0 {
			if r.Count--; r.Count == 0 {
				c.rules = slices.Delete(c.rules, i, i+1)
			}
		}
		return &taken
	}
	return c.weather.rule()
}

// callBack tells the account's status callback of a message's state. None is
// sent for sending, which the provider doesn't report either.
func (c *Carrier) callBack(m *Message, at time.Time) {
	if m.StatusCallback == "" || m.Direction == Inbound || m.Status == StatusSending {
		return
	}
	w := c.statusWebhook(m, m.Status, at)
	rule := m.rule
	if rule == nil {
		rule = &CallbackRule{}
	}
	switch rule.Mode {
	case Dropped:
		c.log.Info("callback dropped on demand", "message", m.SID, "status", m.Status)
	case Late:
		c.at(at.Add(time.Duration(rule.DelayMS)*time.Millisecond), func(time.Time) {
			c.tell(w.id, w)
		})
	case Reordered:
		m.held = append(m.held, w)
		if m.final() {
			c.releaseHeld(m)
		}
	case Duplicate:
		for range rule.Copies {
			c.tell(m.SID, w)
		}
	default:
		c.tell(m.SID, w)
	}
}

// tell makes a callback when its lane is free. How it went stands in the ledger.
func (c *Carrier) tell(lane string, w webhook) {
	c.inLane(lane, func(ctx context.Context) { _, _ = c.deliver(ctx, w) })
}

// releaseHeld sends the callbacks that were held, the last one first.
func (c *Carrier) releaseHeld(m *Message) {
	slices.Reverse(m.held)
	for _, w := range m.held {
		c.tell(m.SID, w)
	}
	m.held = nil
}

// CallBack sends a status callback of a message once more, in its present state
// or in a stale one that is asked for.
func (c *Carrier) CallBack(sid, status string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.messages[sid]
	switch {
	case m == nil:
		return &controlError{Status: 404, Field: "sid", Message: "no such message"}
	case m.StatusCallback == "":
		return &controlError{Field: "sid", Message: "this message has no status callback"}
	}
	w := c.statusWebhook(m, cmp.Or(status, m.Status), c.clock.Now())
	c.tell(m.SID, w)
	return nil
}

func (c *Carrier) statusWebhook(m *Message, status string, at time.Time) webhook {
	params := url.Values{
		"AccountSid": {m.Account}, "ApiVersion": {apiVersion}, "From": {m.From}, "To": {m.To},
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "MessageStatus": {status}, "SmsStatus": {status},
	}
	if m.ErrorCode != 0 && (status == StatusFailed || status == StatusUndelivered) {
		params.Set("ErrorCode", strconv.Itoa(m.ErrorCode))
	}
	if m.Service != "" {
		params.Set("MessagingServiceSid", m.Service)
	}
	if status == StatusDelivered || status == StatusUndelivered {
		params.Set("RawDlrDoneDate", at.Format("0601021504"))
	}
	return webhook{
		message: m, about: status, method: "POST", url: m.StatusCallback, params: params,
		token: c.account(m.Account).Token, id: newSID(""),
	}
}
