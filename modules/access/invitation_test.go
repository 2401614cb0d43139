package access_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestInvite(t *testing.T) {
	t.Parallel()
	control := open(t)
	tests := map[string]struct {
		change func(b *bench, in *access.InviteInput)
		slug   string
		field  string
	}{
		"an owner of the agency": {},
		"an admin of a sub-account": {change: func(b *bench, in *access.InviteInput) {
			in.SubAccount, in.Role = b.one, access.AccountAdmin
		}},
		"an owner into a sub-account": {change: func(b *bench, in *access.InviteInput) { in.SubAccount = b.one }, slug: "role.invalid", field: "role"},
		"a user into the agency":      {change: func(_ *bench, in *access.InviteInput) { in.Role = access.AccountUser }, slug: "role.invalid", field: "role"},
		"a role that doesn't exist":   {change: func(_ *bench, in *access.InviteInput) { in.Role = "root" }, slug: "role.invalid", field: "role"},
		"no address":                  {change: func(_ *bench, in *access.InviteInput) { in.Email = "ann" }, slug: "invitation.invalid", field: "email"},
		"into another agency's sub-account": {change: func(b *bench, in *access.InviteInput) {
			in.SubAccount, in.Role = b.abroad, access.AccountAdmin
		}, slug: "sub_account.unknown"},
		"into an agency that isn't there": {change: func(_ *bench, in *access.InviteInput) { in.Agency = uuid.New() }, slug: "none"},
		"a member": {change: func(b *bench, in *access.InviteInput) {
			b.join(in.Agency, uuid.Nil, in.Email, in.Role)
		}, slug: "invitation.member"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			in := access.InviteInput{Agency: b.acme, Email: " Ann@Bright.example", Role: access.AgencyOwner}
			if tc.change != nil {
				tc.change(b, &in)
			}
			got, token, err := b.Invite(t.Context(), in)
			if tc.slug != "" {
				if f := b.refusal(err, tc.slug); tc.field != "" && f.Fields[0].Path != tc.field {
					t.Errorf("blames %v", f.Fields)
				}
				return
			}
			b.ok(err)
			view, err := b.Invitation(t.Context(), b.acme, token)
			b.ok(err)
			if got.Email != email || got.Name != "ann" || !got.ExpiresAt.Equal(start.Add(7*24*time.Hour)) || view.AgencyName != "The acme" ||
				(view.SubAccountName == "The one") != (in.SubAccount == b.one) {
				t.Errorf("got %+v, %+v", got, view)
			}
		})
	}
}

func TestAnInvitationIsGoodOnceAndForSevenDays(t *testing.T) {
	t.Parallel()
	control := open(t)
	other, _ := auth.NewToken("omi")
	tests := map[string]struct {
		spoil func(b *bench, in *access.AcceptInput)
		slug  string
		field string
	}{
		"fresh":                {},
		"a day before it ends": {spoil: func(b *bench, _ *access.AcceptInput) { b.clock.Advance(6 * 24 * time.Hour) }},
		"after seven days":     {spoil: func(b *bench, _ *access.AcceptInput) { b.clock.Advance(access.InvitationLife) }, slug: "invitation.unknown"},
		"used already": {spoil: func(b *bench, in *access.AcceptInput) {
			_, err := b.Accept(b.t.Context(), *in)
			b.ok(err)
		}, slug: "invitation.unknown"},
		"replaced by a newer one": {spoil: func(b *bench, _ *access.AcceptInput) {
			b.invite(b.acme, b.one, email, access.AccountAdmin)
		}, slug: "invitation.unknown"},
		"revoked": {spoil: func(b *bench, _ *access.AcceptInput) {
			b.ok(b.RevokeInvitations(b.t.Context(), tenancy.Tenant{Agency: b.acme, SubAccount: b.one}))
		}, slug: "invitation.unknown"},
		"another place's revocation": {spoil: func(b *bench, _ *access.AcceptInput) {
			b.ok(b.RevokeInvitations(b.t.Context(), tenancy.Tenant{Agency: b.acme}))
		}},
		"at another agency's host": {spoil: func(b *bench, in *access.AcceptInput) { in.Agency = b.beta }, slug: "invitation.unknown"},
		"a token of nobody":        {spoil: func(_ *bench, in *access.AcceptInput) { in.Token = other }, slug: "invitation.unknown"},
		"no token at all":          {spoil: func(_ *bench, in *access.AcceptInput) { in.Token = "x" }, slug: "invitation.unknown"},
		"no name":                  {spoil: func(_ *bench, in *access.AcceptInput) { in.Name = " " }, slug: "invitation.fields", field: "name"},
		"no password":              {spoil: func(_ *bench, in *access.AcceptInput) { in.Password = "" }, slug: "invitation.fields", field: "password"},
		"a short password":         {spoil: func(_ *bench, in *access.AcceptInput) { in.Password = "h7#Kq2!vZp9" }, slug: "password.weak", field: "password"},
		"the person's own name":    {spoil: func(_ *bench, in *access.AcceptInput) { in.Password = "lindqvist.lindqvist" }, slug: "password.weak", field: "password"},
		"into a suspended sub-account": {spoil: func(b *bench, _ *access.AcceptInput) {
			b.setAccount(b.one, tenancy.Suspended)
		}, slug: "sub_account.suspended"},
		"into a suspended agency": {spoil: func(b *bench, _ *access.AcceptInput) {
			b.setAgency(b.acme, tenancy.Suspended)
		}, slug: "agency.suspended"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			in := acceptInput(b.acme, b.invite(b.acme, b.one, email, access.AccountAdmin))
			if tc.spoil != nil {
				tc.spoil(b, &in)
			}
			got, err := b.Accept(t.Context(), in)
			if tc.slug != "" {
				if f := b.refusal(err, tc.slug); tc.field != "" && f.Fields[0].Path != tc.field {
					t.Errorf("blames %v", f.Fields)
				}
				return
			}
			b.ok(err)
			p := b.authenticate(got.Token)
			if p.Person.Email != email || p.Person.Name != "Ann Lindqvist" || p.Roles[b.one] != access.AccountAdmin || p.Agency != b.acme {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestTwoWhoAcceptAtOnceMakeOnePerson(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := acceptInput(b.acme, b.invite(b.acme, b.one, email, access.AccountAdmin))
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 4 {
		all.Go(func() {
			_, err := b.Accept(t.Context(), in)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if _, isFault := fault.As(err); !isFault {
				t.Errorf("not a fault: %v", err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d accepted", won)
	}
}

func TestAKnownPersonJoinsWithTheirOwnPassword(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.join(b.acme, b.one, email, access.AccountUser)
	in := acceptInput(b.acme, b.invite(b.acme, b.two, email, access.AccountAdmin))
	view, err := b.Invitation(t.Context(), b.acme, in.Token)
	b.ok(err)
	if !view.Known {
		t.Error("the invitation doesn't say that a password exists")
	}
	in.Password = "a new password of a stranger"
	_, err = b.Accept(t.Context(), in)
	b.refused(err, "password.wrong")
	in.Password = password
	got, err := b.Accept(t.Context(), in)
	b.ok(err)
	p := b.authenticate(got.Token)
	if p.Person.ID != first.Principal.Person.ID || p.Roles[b.one] != access.AccountUser || p.Roles[b.two] != access.AccountAdmin {
		t.Errorf("got %+v", p)
	}
}

func TestTheSameAddressWithTwoAgenciesIsTwoPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one := b.join(b.acme, uuid.Nil, email, access.AgencyOwner)
	two := b.join(b.beta, uuid.Nil, email, access.AgencyOwner)
	if one.Principal.Person.ID == two.Principal.Person.ID {
		t.Error("one person in two agencies")
	}
}

func TestStanding(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	scope := tenancy.Tenant{Agency: b.acme, SubAccount: b.one}
	see := func(member, invited, open bool) {
		t.Helper()
		got, err := b.Standing(t.Context(), scope, "ANN@bright.example")
		b.ok(err)
		if got.Member != member || (got.Invitation != nil) != invited || invited && got.Invitation.Open(b.clock.Now()) != open {
			t.Errorf("got %+v %+v", got, got.Invitation)
		}
	}
	see(false, false, false)
	b.invite(b.acme, b.one, email, access.AccountAdmin)
	see(false, true, true)
	b.clock.Advance(access.InvitationLife)
	see(false, true, false)
	token := b.invite(b.acme, b.one, email, access.AccountAdmin)
	see(false, true, true)
	_, err := b.Accept(t.Context(), acceptInput(b.acme, token))
	b.ok(err)
	see(true, true, false)
}
