package carrier

import "time"

// dispatch starts a message on its way: accepted → queued → sending → sent →
// delivered or undelivered, or failed instead of sent. A state never goes back.
func (c *Carrier) dispatch(m *Message, now time.Time) {
	c.at(now.Add(c.pace.Queue), func(at time.Time) { c.step(m, at) })
}

// resume takes messages on that a restart interrupted.
func (c *Carrier) resume() {
	for _, m := range c.order {
		if !m.final() && m.Direction != Inbound {
			c.dispatch(m, c.clock.Now())
		}
	}
}

func (c *Carrier) step(m *Message, at time.Time) {
	fate := c.fate(m.To)
	wait := time.Duration(-1)
	switch m.Status {
	case StatusAccepted:
		c.setStatus(m, StatusQueued, at)
		wait = c.pace.Queue
	case StatusQueued:
		if a := c.account(m.Account); a == nil || a.Status != accountActive {
			m.ErrorCode = 30002
			c.setStatus(m, StatusFailed, at)
			break
		}
		if fate.Status != StatusQueued {
			c.setStatus(m, StatusSending, at)
			wait = c.pace.Send
		}
	case StatusSending:
		if fate.Status == StatusFailed {
			m.ErrorCode = fate.ErrorCode
			c.setStatus(m, StatusFailed, at)
			break
		}
		m.SentAt = &at
		c.setStatus(m, StatusSent, at)
		wait = c.pace.Deliver
	case StatusSent:
		switch fate.Status {
		case StatusSent: // a carrier that never sends a receipt
			c.releaseHeld(m)
		case StatusUndelivered:
			m.ErrorCode = fate.ErrorCode
			c.setStatus(m, StatusUndelivered, at)
		default:
			c.setStatus(m, StatusDelivered, at)
		}
	}
	if wait >= 0 {
		c.at(at.Add(wait), func(at time.Time) { c.step(m, at) })
	}
}

// setStatus moves a message and calls back. The caller holds mu.
func (c *Carrier) setStatus(m *Message, status string, at time.Time) {
	m.Status, m.UpdatedAt = status, at
	c.messageChanged(m)
	c.callBack(m, at)
}
