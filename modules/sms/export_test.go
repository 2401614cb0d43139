package sms

import (
	"context"

	"github.com/twilio/twilio-go"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// Rename gives an account another name, as a person at the carrier's console might.
func (t *Twilio) Rename(ctx context.Context, p Parent, sid, name string) error {
	params := &openapi.UpdateAccountParams{}
	params.SetFriendlyName(name)
	_, err := t.call(ctx, p.AccountSID, p.AuthToken, func(tw *twilio.RestClient) error {
		_, err := tw.Api.UpdateAccount(sid, params)
		return err
	})
	return err
}
