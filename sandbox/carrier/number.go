package carrier

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// number is a phone number that an account holds.
type number struct {
	SID       string    `json:"sid"`
	Account   string    `json:"account"`
	Number    string    `json:"number"` // E.164
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	SMSURL            string `json:"sms_url"`
	SMSMethod         string `json:"sms_method"`
	SMSFallbackURL    string `json:"sms_fallback_url"`
	SMSFallbackMethod string `json:"sms_fallback_method"`
	StatusCallback    string `json:"status_callback"`
	StatusMethod      string `json:"status_callback_method"`
	VoiceURL          string `json:"voice_url"`
	VoiceMethod       string `json:"voice_method"`
}

func newNumber(account, e164, name string, now time.Time) *number {
	return &number{
		SID: newSID("PN"), Account: account, Number: e164, Name: cmp.Or(name, national(e164)),
		CreatedAt: now, UpdatedAt: now,
		SMSMethod: "POST", SMSFallbackMethod: "POST", StatusMethod: "POST", VoiceMethod: "POST",
	}
}

type capabilities struct {
	Voice bool `json:"voice"`
	SMS   bool `json:"sms"`
	MMS   bool `json:"mms"`
	Fax   bool `json:"fax"`
}

func (n *number) resource() map[string]any {
	return map[string]any{
		"account_sid": n.Account, "address_requirements": "none", "address_sid": nil, "api_version": apiVersion,
		"beta": false, "bundle_sid": nil, "capabilities": capabilities{Voice: true, SMS: true, MMS: true},
		"date_created": rfc2822(n.CreatedAt), "date_updated": rfc2822(n.UpdatedAt),
		"emergency_address_sid": nil, "emergency_address_status": "unregistered", "emergency_status": "Inactive",
		"friendly_name": n.Name, "identity_sid": nil, "origin": "twilio", "phone_number": n.Number, "sid": n.SID,
		"sms_application_sid": nil, "sms_fallback_method": n.SMSFallbackMethod, "sms_fallback_url": n.SMSFallbackURL,
		"sms_method": n.SMSMethod, "sms_url": n.SMSURL, "status": "in-use",
		"status_callback": n.StatusCallback, "status_callback_method": n.StatusMethod, "trunk_sid": nil, "type": "local",
		"uri":                   accountURI(n.Account) + "/IncomingPhoneNumbers/" + n.SID + ".json",
		"voice_application_sid": nil, "voice_caller_id_lookup": false, "voice_fallback_method": "POST",
		"voice_fallback_url": nil, "voice_method": n.VoiceMethod, "voice_receive_mode": "voice", "voice_url": n.VoiceURL,
	}
}

// hosted finds a number of any account.
func (c *Carrier) hosted(e164 string) *number {
	i := slices.IndexFunc(c.numbers, func(n *number) bool { return n.Number == e164 })
	if i < 0 {
		return nil
	}
	return c.numbers[i]
}

func (c *Carrier) ensureNumber(raw string) error {
	e164, ok := normalNumber(raw)
	if !ok {
		return fmt.Errorf("carrier: %q is no phone number in E.164", raw)
	}
	if c.hosted(e164) == nil {
		c.addNumber(newNumber(c.root, e164, "", c.clock.Now()))
	}
	return nil
}

func (c *Carrier) addNumber(n *number) {
	c.numbers = append(c.numbers, n)
	delete(c.inventory, n.Number)
	c.numberChanged(n)
}

func (c *Carrier) numberChanged(n *number) {
	c.journal.write(entry{Number: n})
	c.announce(notice{Type: "numbers"})
	c.touched()
}

func (c *Carrier) listNumbers(q *request) (int, any, *problem) {
	wanted, err := numberPattern(q.form.Get("PhoneNumber"))
	if err != nil {
		return 0, nil, badRequest(21401, "Invalid PhoneNumber pattern")
	}
	var found []*number
	for i := len(c.numbers) - 1; i >= 0; i-- {
		n := c.numbers[i]
		if n.Account == q.account.SID && wanted.MatchString(n.Number) && matches(q.form, "FriendlyName", n.Name) {
			found = append(found, n)
		}
	}
	return page(q, "incoming_phone_numbers", found, func(n *number) (string, any) { return n.SID, n.resource() })
}

// numberPattern reads the provider's filter: part of a number, * for any digit.
func numberPattern(filter string) (*regexp.Regexp, error) {
	quoted := regexp.QuoteMeta(separator.Replace(filter))
	return regexp.Compile(strings.ReplaceAll(quoted, `\*`, `\d`))
}

func (c *Carrier) findNumber(q *request) (*number, *problem) {
	for _, n := range c.numbers {
		if n.SID == q.sid && n.Account == q.account.SID {
			return n, nil
		}
	}
	return nil, notFound(q.path)
}

func (c *Carrier) fetchNumber(q *request) (int, any, *problem) {
	n, p := c.findNumber(q)
	if p != nil {
		return 0, nil, p
	}
	return http.StatusOK, n.resource(), nil
}

func (c *Carrier) updateNumber(q *request) (int, any, *problem) {
	found, p := c.findNumber(q)
	if p != nil {
		return 0, nil, p
	}
	changed := *found
	if p := changed.configure(q); p != nil {
		return 0, nil, p
	}
	if to := q.form.Get("AccountSid"); to != "" && to != found.Account {
		target := c.account(to)
		// The owner of both moves a number; a subaccount can't give it away.
		if target == nil || (target != q.caller && target.Owner != q.caller.SID) {
			return 0, nil, badRequest(20001, "The number can't be moved to account "+to)
		}
		if target.Status != accountActive {
			return 0, nil, inactive()
		}
		changed.Account = to
	}
	changed.UpdatedAt = q.now
	*found = changed
	c.numberChanged(found)
	return http.StatusOK, found.resource(), nil
}

func (c *Carrier) deleteNumber(q *request) (int, any, *problem) {
	n, p := c.findNumber(q)
	if p != nil {
		return 0, nil, p
	}
	c.release(n)
	return http.StatusNoContent, nil, nil
}
