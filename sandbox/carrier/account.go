package carrier

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"
)

const (
	accountActive    = "active"
	accountSuspended = "suspended"
	accountClosed    = "closed"
)

// account is the main account or one of its subaccounts; they nest no deeper.
type account struct {
	SID       string    `json:"sid"`
	Token     string    `json:"token"`
	Owner     string    `json:"owner"`
	Name      string    `json:"name"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type accountResource struct {
	AuthToken    string            `json:"auth_token"`
	DateCreated  string            `json:"date_created"`
	DateUpdated  string            `json:"date_updated"`
	FriendlyName string            `json:"friendly_name"`
	Owner        string            `json:"owner_account_sid"`
	SID          string            `json:"sid"`
	Status       string            `json:"status"`
	Subresources map[string]string `json:"subresource_uris"`
	Type         string            `json:"type"`
	URI          string            `json:"uri"`
}

func (a *account) resource() accountResource {
	base := accountURI(a.SID)
	return accountResource{
		AuthToken: a.Token, DateCreated: rfc2822(a.CreatedAt), DateUpdated: rfc2822(a.UpdatedAt),
		FriendlyName: a.Name, Owner: a.Owner, SID: a.SID, Status: a.Status, Type: "Full", URI: base + ".json",
		Subresources: map[string]string{
			"available_phone_numbers": base + "/AvailablePhoneNumbers.json",
			"incoming_phone_numbers":  base + "/IncomingPhoneNumbers.json",
			"messages":                base + "/Messages.json",
		},
	}
}

func accountURI(sid string) string { return "/2010-04-01/Accounts/" + sid }

// rfc2822 is the provider's way to write an instant.
func rfc2822(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }

func (c *Carrier) account(sid string) *account {
	for _, a := range c.accounts {
		if a.SID == sid {
			return a
		}
	}
	return nil
}

// ensureRoot makes the main account, or finds it in what the journal held and
// gives it the token of the options.
func (c *Carrier) ensureRoot(wanted Account) error {
	var root *account
	for _, a := range c.accounts {
		if a.Owner == a.SID {
			root = a
		}
	}
	if root != nil && wanted.SID != "" && wanted.SID != root.SID {
		return fmt.Errorf("carrier: the journal belongs to account %s, not to %s: remove it or use that account", root.SID, wanted.SID)
	}
	if root == nil {
		sid, now := cmp.Or(wanted.SID, newSID("AC")), c.clock.Now()
		root = &account{
			SID: sid, Token: newSID(""), Owner: sid, Name: "Sandbox reseller",
			Status: accountActive, CreatedAt: now, UpdatedAt: now,
		}
		c.accounts = append(c.accounts, root)
	}
	c.root = root.SID
	root.Token = cmp.Or(wanted.Token, root.Token)
	c.journal.write(entry{Account: root})
	return nil
}

func (c *Carrier) createAccount(q *request) (int, any, *problem) {
	if q.caller.SID != c.root {
		return 0, nil, newProblem(http.StatusForbidden, 20003, "Subaccounts can't create accounts")
	}
	name := cmp.Or(q.form.Get("FriendlyName"), "SubAccount Created at "+q.now.Format("2006-01-02 15:04 pm"))
	if utf8.RuneCountInString(name) > 64 {
		return 0, nil, badRequest(20001, "FriendlyName is longer than 64 characters")
	}
	a := &account{
		SID: newSID("AC"), Token: newSID(""), Owner: c.root, Name: name,
		Status: accountActive, CreatedAt: q.now, UpdatedAt: q.now,
	}
	c.accounts = append(c.accounts, a)
	c.journal.write(entry{Account: a})
	c.touched()
	return http.StatusCreated, a.resource(), nil
}

func (c *Carrier) fetchAccount(q *request) (int, any, *problem) {
	return http.StatusOK, q.account.resource(), nil
}

func (c *Carrier) listAccounts(q *request) (int, any, *problem) {
	var found []*account
	for i := len(c.accounts) - 1; i >= 0; i-- { // the newest first
		a := c.accounts[i]
		if a.SID != q.caller.SID && a.Owner != q.caller.SID ||
			!matches(q.form, "FriendlyName", a.Name) || !matches(q.form, "Status", a.Status) {
			continue
		}
		found = append(found, a)
	}
	return page(q, "accounts", found, func(a *account) (string, any) { return a.SID, a.resource() })
}

// matches tells whether an absent or equal filter lets a value through.
func matches(form url.Values, filter, value string) bool {
	return !form.Has(filter) || form.Get(filter) == "" || form.Get(filter) == value
}

func (c *Carrier) updateAccount(q *request) (int, any, *problem) {
	a := q.account
	name, status := cmp.Or(q.form.Get("FriendlyName"), a.Name), cmp.Or(q.form.Get("Status"), a.Status)
	switch {
	case utf8.RuneCountInString(name) > 64:
		return 0, nil, badRequest(20001, "FriendlyName is longer than 64 characters")
	case status != accountActive && status != accountSuspended && status != accountClosed:
		return 0, nil, badRequest(20001, "Invalid Status: "+status)
	case status != a.Status && q.caller.SID != c.root:
		return 0, nil, newProblem(http.StatusForbidden, 20003, "Only the owner changes an account's status")
	case status != accountActive && a.SID == c.root:
		return 0, nil, badRequest(20001, "The main account can't be suspended or closed through the API")
	case a.Status == accountClosed && status != accountClosed:
		return 0, nil, badRequest(20001, "A closed account can't be opened again")
	}
	if status == accountClosed {
		c.releaseNumbers(a.SID)
	}
	a.Name, a.Status, a.UpdatedAt = name, status, q.now
	c.journal.write(entry{Account: a})
	c.touched()
	return http.StatusOK, a.resource(), nil
}
