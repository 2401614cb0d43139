package carrier

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Handset is a phone outside: every number that was texted, and those that a
// person added.
type Handset struct {
	Number  string    `json:"number"` // E.164
	Display string    `json:"display"`
	Country string    `json:"country"`
	AddedAt time.Time `json:"added_at"`
	// Fate is what becomes of texts sent to it; the zero is delivered.
	Fate Fate `json:"fate"`
}

// Fate is where the way of a message to a handset ends.
type Fate struct {
	// Status: delivered, undelivered, failed, sent (no receipt ever comes) or
	// queued (it never leaves).
	Status string `json:"status"`
	// ErrorCode of undelivered and failed; 30003 and 30007 when zero.
	ErrorCode int `json:"error_code,omitempty"`
}

func (f *Fate) validate() error {
	f.Status = cmp.Or(f.Status, StatusDelivered)
	if !slices.Contains([]string{StatusDelivered, StatusUndelivered, StatusFailed, StatusSent, StatusQueued}, f.Status) {
		return &controlError{Field: "status", Message: "delivered, undelivered, failed, sent or queued"}
	}
	switch f.Status {
	case StatusUndelivered:
		f.ErrorCode = cmp.Or(f.ErrorCode, 30003)
	case StatusFailed:
		f.ErrorCode = cmp.Or(f.ErrorCode, 30007)
	default:
		f.ErrorCode = 0
	}
	if f.ErrorCode != 0 && (f.ErrorCode < 10000 || f.ErrorCode > 99999) {
		return &controlError{Field: "error_code", Message: "one of the provider's codes, such as 30003"}
	}
	return nil
}

func (c *Carrier) addHandset(number string, now time.Time) *Handset {
	h := c.handsets[number]
	if h == nil {
		h = &Handset{
			Number: number, Display: display(number), Country: country(number), AddedAt: now,
			Fate: Fate{Status: StatusDelivered},
		}
		c.handsets[number] = h
		c.handsetChanged(h)
	}
	return h
}

func (c *Carrier) handsetChanged(h *Handset) {
	c.journal.write(entry{Handset: h})
	c.announce(notice{Type: "handset", Data: *h})
	c.touched()
}

// AddHandset makes a handset known before anyone texted it.
func (c *Carrier) AddHandset(number string) (Handset, error) {
	if err := normalize(&number); err != nil || number == "" {
		return Handset{}, &controlError{Field: "number", Message: "a phone number with country code, such as +14155550134"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hosted(number) != nil {
		return Handset{}, &controlError{Field: "number", Message: "this number belongs to an account here; a handset is a phone outside"}
	}
	return *c.addHandset(number, c.clock.Now()), nil
}

// SetFate scripts what becomes of texts to a handset from now on, including
// those under way.
func (c *Carrier) SetFate(number string, f Fate) error {
	if err := f.validate(); err != nil {
		return err
	}
	if err := normalize(&number); err != nil || number == "" {
		return &controlError{Field: "number", Message: "not a phone number in E.164"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.addHandset(number, c.clock.Now())
	h.Fate = f
	c.handsetChanged(h)
	return nil
}

func (c *Carrier) fate(number string) Fate {
	if h := c.handsets[number]; h != nil {
		return h.Fate
	}
	return Fate{Status: StatusDelivered}
}

// Handsets lists them, the one that spoke or was texted last first.
func (c *Carrier) Handsets() []Handset {
	c.mu.Lock()
	defer c.mu.Unlock()
	latest := map[string]time.Time{}
	for _, m := range c.order {
		latest[m.handset()] = m.CreatedAt
	}
	out := make([]Handset, 0, len(c.handsets))
	for _, h := range slices.Collect(maps.Values(c.handsets)) {
		out = append(out, *h)
		if latest[h.Number].IsZero() {
			latest[h.Number] = h.AddedAt
		}
	}
	slices.SortFunc(out, func(a, b Handset) int {
		return cmp.Or(latest[b.Number].Compare(latest[a.Number]), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// Phone is a handset in a test's or a script's hand.
type Phone struct {
	carrier *Carrier
	Number  string
}

// Handset takes a phone up; it needn't exist before.
func (c *Carrier) Handset(number string) *Phone { return &Phone{carrier: c, Number: number} }

// Text sends a text to a hosted number.
func (p *Phone) Text(to, body string) (Message, error) { return p.carrier.Text(p.Number, to, body) }

// Reply answers the hosted number that last spoke with this phone.
func (p *Phone) Reply(body string) (Message, error) { return p.carrier.Text(p.Number, "", body) }

// Messages are the phone's own, oldest first.
func (p *Phone) Messages() []Message {
	return p.carrier.Ledger(func(m *Message) bool { return m.handset() == p.Number })
}
