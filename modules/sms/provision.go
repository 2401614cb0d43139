package sms

import (
	"context"
	"strings"

	"github.com/twilio/twilio-go"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Parent is the agency's own account with the carrier, which owns the accounts
// of its sub-accounts.
type Parent struct {
	AccountSID string
	AuthToken  string
}

// Account is a sub-account's account with the carrier.
type Account struct {
	SID          string
	AuthToken    string
	FriendlyName string
	Status       string // active, suspended or closed
}

// Number is a phone number that an account holds.
type Number struct {
	SID        string
	E164       string
	AccountSID string
	SMSURL     string
	Changed    bool // it was elsewhere, or called another address, before EnsureNumber
}

// retryFragment asks Twilio to call again when we were away; without it a
// webhook that meets a 5xx is lost
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
const retryFragment = "#rc=5&rp=ct,rt,5xx"

// EnsureAccount finds the account of that friendly name below the parent, or
// makes it: repeating it after a lost answer adopts what was made. Errors: as
// FindAccount, but for NotFound; Conflict "carrier.refused".
func (t *Twilio) EnsureAccount(ctx context.Context, p Parent, friendlyName string) (Account, error) {
	a, err := t.FindAccount(ctx, p, friendlyName)
	if fault.Is(err, fault.NotFound) {
		return t.createAccount(ctx, p, friendlyName)
	}
	return a, err
}

// FindAccount finds the open account of that friendly name below the parent.
// Errors: NotFound "carrier.account_missing"; Conflict
// "carrier.account_ambiguous" with Meta "accounts" when several have the name,
// for a person to choose; Unavailable.
func (t *Twilio) FindAccount(ctx context.Context, p Parent, friendlyName string) (Account, error) {
	params := &openapi.ListAccountParams{}
	params.SetFriendlyName(friendlyName).SetPageSize(50)
	var list []openapi.ApiV2010Account
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		list, err = tw.Api.ListAccount(params)
		return err
	})
	if err != nil {
		return Account{}, e.asFault("to list accounts", err)
	}
	var found []openapi.ApiV2010Account
	var sids []string
	for _, a := range list {
		if value(a.FriendlyName) == friendlyName && value(a.Sid) != p.AccountSID && value(a.Status) != "closed" {
			found, sids = append(found, a), append(sids, value(a.Sid))
		}
	}
	switch len(found) {
	case 0:
		return Account{}, fault.New(fault.NotFound, "carrier.account_missing", "There is no account named "+friendlyName+" at the carrier.")
	case 1:
		return account(found[0]), nil
	}
	return Account{}, fault.New(fault.Conflict, "carrier.account_ambiguous",
		"Several accounts at the carrier are named "+friendlyName+": "+strings.Join(sids, ", ")+
			". Close or rename all but the one to keep.").With("accounts", sids)
}

func (t *Twilio) createAccount(ctx context.Context, p Parent, friendlyName string) (Account, error) {
	params := &openapi.CreateAccountParams{}
	params.SetFriendlyName(friendlyName)
	var made *openapi.ApiV2010Account
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		made, err = tw.Api.CreateAccount(params)
		return err
	})
	if err != nil {
		return Account{}, e.asFault("to make an account", err)
	}
	return account(*made), nil
}

// SetAccountStatus suspends, reactivates or closes an account below the parent:
// "suspended", "active", "closed". A closed one never opens again, and releases
// its numbers.
func (t *Twilio) SetAccountStatus(ctx context.Context, p Parent, sid, status string) (Account, error) {
	params := &openapi.UpdateAccountParams{}
	params.SetStatus(status)
	var got *openapi.ApiV2010Account
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		got, err = tw.Api.UpdateAccount(sid, params)
		return err
	})
	if err != nil {
		return Account{}, e.asFault("to make the account "+status, err)
	}
	return account(*got), nil
}

// RenameAccount gives an account below the parent another friendly name.
func (t *Twilio) RenameAccount(ctx context.Context, p Parent, sid, friendlyName string) (Account, error) {
	params := &openapi.UpdateAccountParams{}
	params.SetFriendlyName(friendlyName)
	var got *openapi.ApiV2010Account
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		got, err = tw.Api.UpdateAccount(sid, params)
		return err
	})
	if err != nil {
		return Account{}, e.asFault("to rename an account", err)
	}
	return account(*got), nil
}

// EnsureNumber brings a number that the parent owns into the account and points
// its texts at smsURL; repeating it changes nothing. It never buys. Errors:
// NotFound "carrier.number_missing" when neither account owns the number;
// Conflict "carrier.refused"; Unavailable.
func (t *Twilio) EnsureNumber(ctx context.Context, p Parent, accountSID, e164, smsURL string) (Number, error) {
	n, err := t.findNumber(ctx, p, accountSID, e164)
	if fault.Is(err, fault.NotFound) {
		n, err = t.findNumber(ctx, p, p.AccountSID, e164)
	}
	if err != nil {
		return Number{}, err
	}
	want := smsURL + retryFragment
	if n.AccountSID == accountSID && n.SMSURL == want {
		return n, nil
	}
	params := &openapi.UpdateIncomingPhoneNumberParams{}
	params.SetPathAccountSid(n.AccountSID).SetSmsUrl(want).SetSmsMethod("POST")
	if n.AccountSID != accountSID {
		params.SetAccountSid(accountSID)
	}
	n, err = t.updateNumber(ctx, p, n.SID, params)
	n.Changed = err == nil
	return n, err
}

// ReturnNumber gives a number of the account back to the parent, silent; a
// number that the account does not hold is left alone.
func (t *Twilio) ReturnNumber(ctx context.Context, p Parent, accountSID, e164 string) error {
	n, err := t.findNumber(ctx, p, accountSID, e164)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.giveBack(ctx, p, n)
}

// ReturnNumbers gives every number of the account back to the parent: a closed
// account releases what it holds, and a released number is anybody's.
func (t *Twilio) ReturnNumbers(ctx context.Context, p Parent, accountSID string) error {
	params := &openapi.ListIncomingPhoneNumberParams{}
	params.SetPathAccountSid(accountSID).SetPageSize(100)
	list, err := t.listNumbers(ctx, p, params)
	for _, n := range list {
		if err := t.giveBack(ctx, p, n); err != nil {
			return err
		}
	}
	return err
}

func (t *Twilio) giveBack(ctx context.Context, p Parent, n Number) error {
	params := &openapi.UpdateIncomingPhoneNumberParams{}
	params.SetPathAccountSid(n.AccountSID).SetAccountSid(p.AccountSID).SetSmsUrl("")
	_, err := t.updateNumber(ctx, p, n.SID, params)
	return err
}

func (t *Twilio) updateNumber(ctx context.Context, p Parent, sid string, params *openapi.UpdateIncomingPhoneNumberParams) (Number, error) {
	var got *openapi.ApiV2010IncomingPhoneNumber
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		got, err = tw.Api.UpdateIncomingPhoneNumber(sid, params)
		return err
	})
	if err != nil {
		return Number{}, e.asFault("to move the number", err)
	}
	return number(*got), nil
}

func (t *Twilio) findNumber(ctx context.Context, p Parent, accountSID, e164 string) (Number, error) {
	params := &openapi.ListIncomingPhoneNumberParams{}
	params.SetPathAccountSid(accountSID).SetPhoneNumber(e164)
	list, err := t.listNumbers(ctx, p, params)
	if err != nil {
		return Number{}, err
	}
	for _, n := range list {
		if n.E164 == e164 { // the filter also finds parts
			return n, nil
		}
	}
	return Number{}, fault.New(fault.NotFound, "carrier.number_missing",
		"The agency's account at the carrier does not own "+e164+". Buy it there, or name a number that it owns.")
}

func (t *Twilio) listNumbers(ctx context.Context, p Parent, params *openapi.ListIncomingPhoneNumberParams) ([]Number, error) {
	var list []openapi.ApiV2010IncomingPhoneNumber
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		list, err = tw.Api.ListIncomingPhoneNumber(params)
		return err
	})
	if err != nil {
		return nil, e.asFault("to list numbers", err)
	}
	out := make([]Number, len(list))
	for i, n := range list {
		out[i] = number(n)
	}
	return out, nil
}

func account(a openapi.ApiV2010Account) Account {
	return Account{SID: value(a.Sid), AuthToken: value(a.AuthToken), FriendlyName: value(a.FriendlyName), Status: value(a.Status)}
}

func number(n openapi.ApiV2010IncomingPhoneNumber) Number {
	return Number{SID: value(n.Sid), E164: value(n.PhoneNumber), AccountSID: value(n.AccountSid), SMSURL: value(n.SmsUrl)}
}
