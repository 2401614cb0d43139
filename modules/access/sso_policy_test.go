package access_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/sandbox/identity"
)

func TestWhatCountsAsTwoFactors(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, tc := range map[string]struct {
		mfa    access.ProviderMFA
		acr    string
		amr    []string
		counts bool
	}{
		"never, whatever it claims":       {access.ProviderMFANever, "phr", []string{"mfa"}, false},
		"where it claims to by amr":       {access.ProviderMFAClaimed, "", []string{"pwd", "mfa"}, true},
		"a password and a code, unjudged": {access.ProviderMFAClaimed, "", []string{"pwd", "otp"}, false},
		"where it claims to by acr":       {access.ProviderMFAClaimed, "phrh", nil, true},
		"by an acr that the agency named": {access.ProviderMFAClaimed, "urn:bright:two", nil, true},
		"by no other acr":                 {access.ProviderMFAClaimed, "urn:bright:one", nil, false},
		"where it claims nothing":         {access.ProviderMFAClaimed, "", nil, false},
		"always, for the agency says so":  {access.ProviderMFAAlways, "", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, benchOn(t, control), func(in *access.ProviderInput) {
				in.MFA, in.ACRValues = &tc.mfa, ptr([]string{"urn:bright:two"})
			})
			_, err := c.SetPolicy(t.Context(), c.owner, access.MFAEveryone, 0)
			c.ok(err)
			c.join(c.acme, c.one, email, access.AccountUser)
			in, err := c.signInAs(ann(func(p *identity.Person) { p.ACR, p.AMR = tc.acr, tc.amr }))
			c.ok(err)
			if p := c.authenticate(in.Token); p.MustEnrol == tc.counts {
				t.Errorf("must set another factor up: %t", p.MustEnrol)
			}
		})
	}
}

func TestWhoHasAnAuthenticatorIsAskedForIt(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), func(in *access.ProviderInput) { in.MFA, in.SessionHours = ptr(access.ProviderMFAClaimed), ptr(2) })
	secret, recovery := c.enrol(c.join(c.acme, c.one, email, access.AccountUser).Principal)
	c.idp.As(ann())
	answer := c.walk(c.begin())
	waiting, err := c.FinishSSO(t.Context(), answer)
	c.ok(err)
	if !waiting.Waiting || waiting.Token != "" || waiting.ReturnTo != "/a/1/contacts" {
		t.Fatalf("got %+v", waiting)
	}
	confirm := func(code string, change func(*access.SSOAnswer)) (access.SignedIn, error) {
		in := access.SSOAnswer{Agency: c.acme, Browser: answer.Browser, Code: code, IP: home}
		if change != nil {
			change(&in)
		}
		return c.ConfirmSSO(t.Context(), in)
	}
	_, err = confirm("000000", nil)
	c.refused(err, "session.invalid")
	_, err = confirm("", nil)
	c.refused(err, "session.code_required")
	_, err = confirm(recovery[0], func(in *access.SSOAnswer) { in.Browser = "" })
	c.refused(err, "sso.state")
	_, err = confirm(recovery[0], func(in *access.SSOAnswer) { in.Agency = c.beta })
	c.refused(err, "sso.state")
	c.clock.Advance(time.Minute)
	in, err := confirm(c.code(secret), nil)
	c.ok(err)
	if p := c.authenticate(in.Token); p.MustEnrol || in.ExpiresAt.Sub(c.clock.Now()) != 2*time.Hour {
		t.Errorf("got %+v until %s", p, in.ExpiresAt)
	}
	_, err = confirm(recovery[0], nil)
	c.refused(err, "sso.state")
	answer = c.walk(c.begin())
	_, err = c.FinishSSO(t.Context(), answer)
	c.ok(err)
	c.clock.Advance(5 * time.Minute)
	_, err = confirm(recovery[0], nil)
	c.refused(err, "sso.state")
	strong, err := c.signInAs(ann(func(p *identity.Person) { p.AMR = []string{"mfa"} }))
	if err != nil || strong.Waiting {
		t.Errorf("where the provider counts as two: %+v, %v", strong, err)
	}
}

func TestCodesBehindAProviderAreThrottledAsPasswordsAre(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.enrol(c.join(c.acme, c.one, email, access.AccountUser).Principal)
	c.idp.As(ann())
	answer := c.walk(c.begin())
	_, err := c.FinishSSO(t.Context(), answer)
	c.ok(err)
	for range 30 {
		_, err = c.ConfirmSSO(t.Context(), access.SSOAnswer{Agency: c.acme, Browser: answer.Browser, Code: "000000", IP: home})
	}
	c.refused(err, "session.throttled")
}

func TestAnEnforcedProviderIsTheOnlyWayIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.refused(c.change(access.ProviderInput{Enforced: ptr(true)}), "identity_provider.no_recovery")
	boss := c.join(c.acme, uuid.Nil, "boss@bright.example", access.AgencyOwner)
	bossSecret, _ := c.enrol(boss.Principal)
	chief := c.join(c.acme, uuid.Nil, "chief@bright.example", access.AgencyOwner)
	member := c.join(c.acme, c.one, email, access.AccountUser)
	admin := c.join(c.acme, uuid.Nil, "admin@bright.example", access.AgencyAdmin)
	outside := c.join(c.acme, c.one, "temp@other.example", access.AccountUser)
	device := c.laptop(member.Principal)
	device.register(c.authenticate(member.Token))
	bySSO, err := c.signInAs(ann())
	c.ok(err)
	invited := c.invite(c.acme, c.one, "new@bright.example", access.AccountUser)
	c.ok(c.change(access.ProviderInput{Enforced: ptr(true)}))

	for name, token := range map[string]string{"a member's": member.Token, "an admin's": admin.Token} {
		if _, err := c.Authenticate(t.Context(), token); err == nil {
			t.Errorf("%s session by a password goes on", name)
		}
	}
	for _, token := range []string{bySSO.Token, boss.Token, chief.Token, outside.Token} {
		c.authenticate(token)
	}
	c.clock.Advance(time.Minute)
	for name, tc := range map[string]struct{ address, password, code, slug string }{
		"a member":                          {email, password, "", "session.sso_required"},
		"a wrong password":                  {email, "not it at all", "", "session.sso_required"},
		"nobody":                            {"nobody@bright.example", password, "", "session.sso_required"},
		"an admin":                          {"admin@bright.example", password, "", "session.sso_required"},
		"an owner without a second factor":  {"chief@bright.example", password, "", "session.sso_required"},
		"an owner's wrong password":         {"boss@bright.example", "not it at all", "", "session.sso_required"},
		"an owner with one, before it":      {"boss@bright.example", password, "", "session.code_required"},
		"somebody of another domain":        {"temp@other.example", password, "", ""},
		"nobody of another domain":          {"nobody@other.example", password, "", "session.invalid"},
		"an owner with their second factor": {"boss@bright.example", password, c.code(bossSecret), ""},
	} {
		_, err := c.signIn(func(in *access.SignInInput) { in.Email, in.Password, in.Code = tc.address, tc.password, tc.code })
		if tc.slug == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if f := c.refusal(err, tc.slug); tc.slug == "session.sso_required" && f.Meta["identity_provider"] != c.at.ID {
			t.Errorf("%s isn't told which provider: %v", name, f.Meta)
		}
	}
	challenge := device.challenge()
	_, err = device.enter(challenge, device.answer(challenge))
	c.refused(err, "session.sso_required")
	_, err = c.Accept(t.Context(), acceptInput(c.acme, invited))
	c.refused(err, "session.sso_required")
	_, err = c.signInAs(&identity.Person{Subject: "s-new", Email: "new@bright.example", Verified: true})
	c.ok(err)
	c.join(c.acme, uuid.Nil, "rescue@bright.example", access.AgencyOwner) // whoever runs the platform invited them
}

func TestWhatEndsSessionsByAProvider(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, end := range map[string]func(c *company, person uuid.UUID) error{
		"it is switched off": func(c *company, _ uuid.UUID) error { return c.change(access.ProviderInput{Enabled: ptr(false)}) },
		"it is deleted": func(c *company, _ uuid.UUID) error {
			return c.DeleteProvider(c.t.Context(), c.owner, c.at.ID, 0)
		},
		"its issuer is another": func(c *company, _ uuid.UUID) error {
			return c.change(access.ProviderInput{Issuer: ptr("https://id.bright.example")})
		},
		"the person is removed": func(c *company, person uuid.UUID) error {
			return c.RemoveMember(c.t.Context(), c.owner, access.MemberChange{SubAccount: c.one, Person: person})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, benchOn(t, control), nil)
			c.join(c.acme, c.one, email, access.AccountUser)
			in, err := c.signInAs(ann())
			c.ok(err)
			c.ok(end(c, in.Principal.Person.ID))
			_, err = c.Authenticate(t.Context(), in.Token)
			c.refused(err, "session.ended")
		})
	}
}
