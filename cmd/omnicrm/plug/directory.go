package plug

import (
	"context"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// AccessDirectory answers access from the directory.
type AccessDirectory struct{ Directory *directory.Service }

// Agency names an agency.
func (d AccessDirectory) Agency(ctx context.Context, id uuid.UUID) (access.AgencyInfo, error) {
	a, err := d.Directory.Agency(ctx, id)
	return access.AgencyInfo{ID: a.ID, Name: a.DisplayName, Status: a.Status}, err
}

// Account names a sub-account.
func (d AccessDirectory) Account(ctx context.Context, id uuid.UUID) (access.Account, error) {
	s, err := d.Directory.SubAccount(ctx, id)
	return accessAccount(s), err
}

// Accounts lists an agency's sub-accounts.
func (d AccessDirectory) Accounts(ctx context.Context, agency uuid.UUID) ([]access.Account, error) {
	list, err := d.Directory.SubAccounts(ctx, agency)
	out := make([]access.Account, len(list))
	for i, s := range list {
		out[i] = accessAccount(s)
	}
	return out, err
}

func accessAccount(s directory.SubAccount) access.Account {
	return access.Account{
		ID: s.ID, Agency: s.Agency, Name: s.DisplayName, Status: s.Status, Timezone: s.Timezone, PhoneNumber: s.PhoneNumber,
	}
}

// here is the directory's row of the context's sub-account.
func here(ctx context.Context, d *directory.Service) (directory.SubAccount, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return directory.SubAccount{}, err
	}
	return d.SubAccount(ctx, tenant.SubAccount)
}

// Regions tells contact where the sub-account is.
type Regions struct{ Directory *directory.Service }

// Country of the context's sub-account.
func (r Regions) Country(ctx context.Context) (string, error) {
	s, err := here(ctx, r.Directory)
	return s.Country, err
}

// Timezone of the context's sub-account.
func (r Regions) Timezone(ctx context.Context) (string, error) {
	s, err := here(ctx, r.Directory)
	return s.Timezone, err
}

// Members tells contact who may own a record.
type Members struct{ Access *access.Service }

// IsMember tells whether the person works in the context's sub-account.
func (m Members) IsMember(ctx context.Context, person uuid.UUID) (bool, error) {
	return m.Access.IsMember(ctx, person)
}

// Colleagues are those who work in the context's sub-account.
func (m Members) Colleagues(ctx context.Context) ([]contact.Colleague, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	list, err := m.Access.Members(ctx, tenant)
	out := make([]contact.Colleague, 0, len(list))
	for _, one := range list {
		out = append(out, contact.Colleague{ID: one.ID, Name: one.Name, Email: one.Email})
	}
	return out, err
}

// AccountStates tells the gate whether the sub-account may send.
type AccountStates struct{ Directory *directory.Service }

// AccountState of the context's sub-account.
func (a AccountStates) AccountState(ctx context.Context) (tenancy.Status, error) {
	s, err := here(ctx, a.Directory)
	return s.Status, err
}

// Accounts tells sms by which account a sub-account sends.
type Accounts struct {
	Directory *directory.Service
	Webhooks  string // the origin that the carrier calls
}

// Account gives the credentials to send with.
func (a Accounts) Account(ctx context.Context) (sms.Credentials, error) {
	s, err := here(ctx, a.Directory)
	if err != nil {
		return sms.Credentials{}, err
	}
	t, err := a.Directory.Telephony(ctx, s.ID)
	return sms.Credentials{
		AccountSID: t.AccountSID, AuthToken: t.AuthToken, From: s.PhoneNumber,
		StatusURLBase: a.Webhooks + "/webhooks/twilio/" + s.ID.String() + "/status",
	}, err
}

// BusinessName of the context's sub-account.
func (a Accounts) BusinessName(ctx context.Context) (string, error) {
	s, err := here(ctx, a.Directory)
	return s.DisplayName, err
}
