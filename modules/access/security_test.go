package access_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const another = "granite umbrella forty"

func TestAPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	mine := b.join(b.acme, b.one, email, access.AccountUser)
	elsewhere, err := b.signIn(nil)
	b.ok(err)
	b.refused(b.ChangePassword(t.Context(), mine.Principal, "not it at all", another), "password.wrong")
	if f := b.refusal(b.ChangePassword(t.Context(), mine.Principal, password, "short"), "password.weak"); f.Fields[0].Path != "new_password" {
		t.Errorf("blames %v", f.Fields)
	}
	b.ok(b.ChangePassword(t.Context(), mine.Principal, password, another))
	b.authenticate(mine.Token)
	_, err = b.Authenticate(t.Context(), elsewhere.Token)
	b.refused(err, "session.ended")
	_, err = b.signIn(nil)
	b.refused(err, "session.invalid")
	_, err = b.signIn(func(in *access.SignInInput) { in.Password = another })
	b.ok(err)
}

func TestALinkSetsAPasswordOnceAndForADay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	ann := b.join(b.acme, b.one, email, access.AccountUser)
	scope := tenancy.Tenant{Agency: b.acme}
	issue := func() string {
		t.Helper()
		_, token, err := b.IssueReset(t.Context(), owner, scope, ann.Principal.Person.ID)
		b.ok(err)
		return token
	}
	use := func(agency uuid.UUID, token, password string) error {
		return b.UseReset(t.Context(), agency, token, password, home)
	}
	replaced, token := issue(), issue()
	b.refused(use(b.acme, replaced, another), "password_reset.unknown")
	b.refused(use(b.beta, token, another), "password_reset.unknown")
	b.refused(use(b.acme, "omr_nonsense", another), "password_reset.unknown")
	b.refused(use(b.acme, token, "short"), "password.weak")
	if found, err := b.Reset(t.Context(), b.acme, token); err != nil || found.Person.Email != email || found.AgencyName != "The acme" {
		t.Errorf("got %+v %v", found, err)
	}
	b.ok(use(b.acme, token, another))
	_, err := b.Authenticate(t.Context(), ann.Token)
	b.refused(err, "session.ended")
	_, err = b.signIn(func(in *access.SignInInput) { in.Password = another })
	b.ok(err)
	b.refused(use(b.acme, token, password), "password_reset.unknown")
	late := issue()
	b.clock.Advance(access.ResetLife)
	b.refused(use(b.acme, late, password), "password_reset.unknown")
}

// Who could set somebody's password could act as them: it takes all that they may
// do, everywhere.
func TestNobodyGetsIntoAMightiersAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	admin := b.join(b.acme, uuid.Nil, "a@x.example", access.AgencyAdmin).Principal
	chief := b.join(b.acme, b.one, "c@x.example", access.AccountAdmin).Principal
	user := b.join(b.acme, b.one, "u@x.example", access.AccountUser).Principal
	both := b.join(b.acme, b.one, "b@x.example", access.AccountUser).Principal
	in := acceptInput(b.acme, b.invite(b.acme, b.two, "b@x.example", access.AccountUser))
	_, err := b.Accept(t.Context(), in)
	b.ok(err)
	abroad := b.join(b.beta, b.abroad, "u@x.example", access.AccountUser).Principal
	agency, one := tenancy.Tenant{Agency: b.acme}, tenancy.Tenant{Agency: b.acme, SubAccount: b.one}
	for name, tc := range map[string]struct {
		by    access.Principal
		scope tenancy.Tenant
		of    access.Principal
		slug  string
	}{
		"an owner, an admin's":                         {owner, agency, admin, ""},
		"an admin, an owner's":                         {admin, agency, owner, "role.escalation"},
		"an admin, a user's":                           {admin, agency, user, ""},
		"a sub-account's admin, a user's":              {chief, one, user, ""},
		"a sub-account's admin, the agency's":          {chief, one, admin, "role.escalation"},
		"a sub-account's admin, of somebody elsewhere": {chief, one, both, "role.escalation"},
		"another agency's":                             {owner, agency, abroad, "member.unknown"},
	} {
		_, _, reset := b.IssueReset(t.Context(), tc.by, tc.scope, tc.of.Person.ID)
		_, sessions := b.SessionsOf(t.Context(), tc.by, tc.scope, tc.of.Person.ID)
		for what, err := range map[string]error{"reset": reset, "sessions": sessions} {
			switch {
			case tc.slug == "" && err != nil:
				t.Errorf("%s: %s: %v", name, what, err)
			case tc.slug != "":
				b.refused(err, tc.slug)
			}
		}
	}
	b.refused(b.ResetSecondFactor(t.Context(), admin, owner.Person.ID), "role.escalation")
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	first := b.join(b.acme, b.one, email, access.AccountUser)
	b.clock.Advance(time.Hour)
	second, err := b.signIn(nil)
	b.ok(err)
	list, err := b.OwnSessions(t.Context(), first.Principal)
	b.ok(err)
	if len(list) != 2 || list[0].ID != second.Principal.Session || list[1].IP != home || list[1].UserAgent != "test" {
		t.Errorf("got %+v", list)
	}
	b.refused(b.EndOwnSession(t.Context(), owner, second.Principal.Session), "session.unknown")
	b.ok(b.EndOwnSession(t.Context(), first.Principal, second.Principal.Session))
	_, err = b.Authenticate(t.Context(), second.Token)
	b.refused(err, "session.ended")
	agency := tenancy.Tenant{Agency: b.acme}
	b.ok(b.EndSessionOf(t.Context(), owner, agency, first.Principal.Person.ID, first.Principal.Session))
	_, err = b.Authenticate(t.Context(), first.Token)
	b.refused(err, "session.ended")
	b.refused(b.EndSessionOf(t.Context(), owner, agency, first.Principal.Person.ID, first.Principal.Session), "session.unknown")
}

func TestRecoveryCodesAreRenewed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.join(b.acme, b.one, email, access.AccountUser).Principal
	_, err := b.RenewRecoveryCodes(t.Context(), p, "123456")
	b.refused(err, "totp.not_enrolled")
	secret, old := b.enrol(p)
	_, err = b.RenewRecoveryCodes(t.Context(), p, "000000")
	b.refused(err, "totp.code")
	b.clock.Advance(time.Minute)
	code, err := auth.TOTPCode(secret, b.clock.Now())
	b.ok(err)
	fresh, err := b.RenewRecoveryCodes(t.Context(), p, code)
	b.ok(err)
	_, err = b.RenewRecoveryCodes(t.Context(), p, code)
	b.refused(err, "totp.code") // a code is good once
	_, err = b.signIn(func(in *access.SignInInput) { in.Code = old[0] })
	b.refused(err, "session.invalid")
	_, err = b.signIn(func(in *access.SignInInput) { in.Code = fresh[0] })
	b.ok(err)
}

func TestAnAgencyDemandsASecondFactor(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, tc := range map[string]struct {
		policy access.MFA
		role   access.Role
		must   bool
	}{
		"optional, an owner":       {access.MFAOptional, access.AgencyOwner, false},
		"admins, an owner":         {access.MFAAdmins, access.AgencyOwner, true},
		"admins, support":          {access.MFAAdmins, access.AgencySupport, true},
		"admins, a sub-account's":  {access.MFAAdmins, access.AccountAdmin, true},
		"admins, a user":           {access.MFAAdmins, access.AccountUser, false},
		"everyone, a user":         {access.MFAEveryone, access.AccountUser, true},
		"everyone, who only reads": {access.MFAEveryone, access.AccountReadOnly, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
			at := b.one
			if tc.role == access.AgencyOwner || tc.role == access.AgencySupport {
				at = uuid.Nil
			}
			in := b.join(b.acme, at, email, tc.role)
			may := func() error {
				_, err := b.Authorize(t.Context(), b.authenticate(in.Token), access.ContactsRead, b.one)
				return err
			}
			b.ok(may())
			_, err := b.SetPolicy(t.Context(), owner, tc.policy, 0)
			b.ok(err)
			if !tc.must {
				b.ok(may())
				return
			}
			b.refused(may(), "mfa.required")
			again, err := b.signIn(nil)
			b.ok(err)
			if !again.Principal.MustEnrol {
				t.Error("a fresh session doesn't say so")
			}
			b.enrol(b.authenticate(in.Token))
			b.ok(may())
		})
	}
}

func TestThePolicyIsOneAgencysAndRefusesALostRace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	stranger := b.join(b.beta, uuid.Nil, "o@x.example", access.AgencyOwner)
	_, err := b.SetPolicy(t.Context(), owner, "always", 0)
	b.refused(err, "policy.invalid")
	_, err = b.SetPolicy(t.Context(), owner, access.MFAEveryone, 1)
	b.ok(err)
	_, err = b.SetPolicy(t.Context(), owner, access.MFAOptional, 1)
	b.refused(err, "access.stale")
	if b.authenticate(stranger.Token).MustEnrol {
		t.Error("another agency's rule counts")
	}
}
