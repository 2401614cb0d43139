package carrier

import (
	"strings"
	"time"
)

// optOut is a journal entry: what a handset last said to a number.
type optOut struct {
	Number  string `json:"number"`
	Handset string `json:"handset"`
	Out     bool   `json:"out"`
}

// keepOptOut is the carrier's own handling of STOP, START and HELP, as Twilio
// does it by default on long codes. It does nothing unless it was switched on.
func (c *Carrier) keepOptOut(m *Message, now time.Time) {
	if !c.honourStop {
		return
	}
	between := pair{m.To, m.From}
	answer := ""
	switch strings.ToUpper(strings.TrimSpace(m.Body)) {
	case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT":
		if !c.optedOut[between] {
			answer = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
		}
		c.optedOut[between] = true
	case "START", "YES", "UNSTOP":
		if c.optedOut[between] {
			answer = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
		}
		delete(c.optedOut, between)
	case "HELP", "INFO":
		answer = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	default:
		return
	}
	c.journal.write(entry{OptOut: &optOut{Number: m.To, Handset: m.From, Out: c.optedOut[between]}})
	if answer != "" {
		// The confirmation goes out although the handset has just opted out.
		reply := c.newMessage(Message{
			Account: m.Account, Direction: Reply, Status: StatusQueued, From: m.To, To: m.From, Body: answer,
		}, now)
		c.dispatch(reply, now)
	}
}

// SetHonourStop switches the carrier's own opt-out handling.
func (c *Carrier) SetHonourStop(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.honourStop = on
}
