package sms

import (
	"context"

	"github.com/twilio/twilio-go"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// FetchAccount gives an account below the parent by its SID, its token included,
// closed ones too. Errors: Conflict "carrier.refused"; Unavailable.
func (t *Twilio) FetchAccount(ctx context.Context, p Parent, sid string) (Account, error) {
	var got *openapi.ApiV2010Account
	e, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) (err error) {
		got, err = tw.Api.FetchAccount(sid)
		return err
	})
	if err != nil {
		return Account{}, e.asFault("to look at an account", err)
	}
	return account(*got), nil
}
