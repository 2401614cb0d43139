package access_test

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/sandbox/identity"
)

func TestAMemberSignsInByTheirProvider(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), func(in *access.ProviderInput) { in.SessionHours = ptr(3) })
	member := c.join(c.acme, c.one, email, access.AccountUser)
	in, err := c.signInAs(ann())
	c.ok(err)
	if in.Principal.Person.ID != member.Principal.Person.ID || in.ReturnTo != "/a/1/contacts" || in.Waiting {
		t.Errorf("got %+v", in)
	}
	if got := in.ExpiresAt.Sub(c.clock.Now()); got != 3*time.Hour {
		t.Errorf("the session lasts %s", got)
	}
	if p := c.authenticate(in.Token); !p.Can(access.ContactsWrite, c.one) {
		t.Error("the session may not do what the member may")
	}
	for _, action := range []string{"identity_provider.created", "identity.bound", "session.opened"} {
		if !c.noted(action) {
			t.Errorf("the audit lacks %s", action)
		}
	}
	if _, err := c.signIn(nil); err != nil {
		t.Errorf("the password, where nothing is enforced: %v", err)
	}
	c.clock.Advance(3 * time.Hour)
	_, err = c.Authenticate(t.Context(), in.Token)
	c.refused(err, "session.ended")
}

func TestWhomAProviderLetsIn(t *testing.T) {
	t.Parallel()
	control := open(t)
	create := func(in *access.ProviderInput) {
		in.Provisioning, in.Role = ptr(access.ProvisionCreate), ptr(access.AccountUser)
	}
	for name, tc := range map[string]struct {
		set    func(b *bench, in *access.ProviderInput)
		before func(c *company)
		who    *identity.Person
		slug   string
		roles  map[string]access.Role // by the sub-account's name
	}{
		"somebody invited, to all that they were invited to": {before: func(c *company) {
			c.invite(c.acme, c.one, email, access.AccountUser)
			c.invite(c.acme, c.two, email, access.AccountAdmin)
		}, who: ann(), roles: map[string]access.Role{"one": access.AccountUser, "two": access.AccountAdmin}},
		"nobody unknown": {who: ann(), slug: "sso.unknown_person"},
		"anybody, with a role": {set: func(b *bench, in *access.ProviderInput) {
			create(in)
			in.SubAccounts = ptr([]uuid.UUID{b.two})
		}, who: ann(), roles: map[string]access.Role{"two": access.AccountUser}},
		"an address in capitals": {
			before: func(c *company) { c.join(c.acme, c.one, email, access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Email = strings.ToUpper(email) }), roles: map[string]access.Role{"one": access.AccountUser},
		},
		"nobody whose address isn't verified": {
			before: func(c *company) { c.join(c.acme, c.one, email, access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Verified = false }), slug: "sso.email_unverified",
		},
		"nobody of whose address nothing is said": {
			before: func(c *company) { c.join(c.acme, c.one, email, access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Verified = nil }), slug: "sso.email_unverified",
		},
		"unless the agency trusts that": {
			set:    func(_ *bench, in *access.ProviderInput) { in.TrustEmail = ptr(true) },
			before: func(c *company) { c.join(c.acme, c.one, email, access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Verified = nil }), roles: map[string]access.Role{"one": access.AccountUser},
		},
		"which trusts no address that is said to be unverified": {
			set:    func(_ *bench, in *access.ProviderInput) { in.TrustEmail = ptr(true) },
			before: func(c *company) { c.join(c.acme, c.one, email, access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Verified = "false" }), slug: "sso.email_unverified",
		},
		"nobody without an address": {who: ann(func(p *identity.Person) { p.Email = "" }), slug: "sso.email_missing"},
		"nobody of another domain, whom the agency knows": {
			before: func(c *company) { c.join(c.acme, c.one, "ann@other.example", access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Email = "ann@other.example" }), slug: "sso.domain",
		},
		"nobody below the domain": {
			before: func(c *company) { c.join(c.acme, c.one, "ann@x.bright.example", access.AccountUser) },
			who:    ann(func(p *identity.Person) { p.Email = "ann@x.bright.example" }), slug: "sso.domain",
		},
		"nobody whom another agency knows": {
			before: func(c *company) { c.join(c.beta, c.abroad, email, access.AccountAdmin) }, who: ann(), slug: "sso.unknown_person",
		},
		"nobody whom the agency removed, though it lets anybody in": {
			set: func(b *bench, in *access.ProviderInput) {
				create(in)
				in.SubAccounts = ptr([]uuid.UUID{b.two})
			},
			before: func(c *company) {
				gone := c.join(c.acme, c.one, email, access.AccountUser).Principal.Person.ID
				c.ok(c.RemoveMember(t.Context(), c.owner, access.MemberChange{SubAccount: c.one, Person: gone}))
			}, who: ann(), slug: "session.no_place",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			c := newCompany(t, b, func(in *access.ProviderInput) {
				if tc.set != nil {
					tc.set(b, in)
				}
			})
			if tc.before != nil {
				tc.before(c)
			}
			in, err := c.signInAs(tc.who)
			if tc.slug != "" {
				c.refused(err, tc.slug)
				if !c.noted("sso.refused") {
					t.Error("the audit doesn't say that somebody was refused")
				}
				return
			}
			c.ok(err)
			got := map[string]access.Role{}
			for place, role := range in.Principal.Roles {
				got[map[uuid.UUID]string{b.one: "one", b.two: "two"}[place]] = role
			}
			if diff := cmp.Diff(tc.roles, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestATokenHasToBeWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	control := open(t)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) identity.Forgery {
		return identity.Forgery{Claims: func(c map[string]any) { c[name] = value }}
	}
	for name, forgery := range map[string]identity.Forgery{
		"another nonce":                      set("nonce", "another"),
		"no nonce":                           {Claims: func(c map[string]any) { delete(c, "nonce") }},
		"another audience":                   set("aud", "somebody else"),
		"two audiences and no party":         {Claims: func(c map[string]any) { c["aud"] = []string{ssoClient, "other"}; delete(c, "azp") }},
		"a token of another party":           set("azp", "somebody else"),
		"another issuer":                     set("iss", "https://accounts.example"),
		"no subject":                         set("sub", ""),
		"a subject longer than there can be": set("sub", strings.Repeat("x", 300)),
		"it has expired":                     set("exp", time.Now().Add(-time.Hour).Unix()),
		"it is old":                          set("iat", time.Now().Add(-time.Hour).Unix()),
		"it is of tomorrow":                  set("iat", time.Now().Add(24*time.Hour).Unix()),
		"another's access token":             set("at_hash", "bm90aGluZyBvZiB0aGUgc29ydA"),
		"somebody else's key":                {Key: stranger},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, benchOn(t, control), nil)
			c.join(c.acme, c.one, email, access.AccountUser)
			c.idp.Forge(&forgery)
			_, err := c.signInAs(ann())
			c.refused(err, "sso.token")
			c.idp.Forge(nil)
			_, err = c.signInAs(ann())
			c.ok(err)
		})
	}
}

func TestAnAnswerIsGoodOnceWhereItWasBegun(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, change := range map[string]func(c *company, in *access.SSOAnswer){
		"it was used already": func(c *company, in *access.SSOAnswer) {
			_, err := c.FinishSSO(t.Context(), *in)
			c.ok(err)
		},
		"it failed already": func(c *company, in *access.SSOAnswer) {
			again := *in
			again.Error = "access_denied"
			_, err := c.FinishSSO(t.Context(), again)
			c.refused(err, "sso.refused")
		},
		"in another browser":       func(_ *company, in *access.SSOAnswer) { in.Browser, _ = auth.NewToken("omsb") },
		"in a browser without one": func(_ *company, in *access.SSOAnswer) { in.Browser = "" },
		"with another state":       func(_ *company, in *access.SSOAnswer) { in.State, _ = auth.NewToken("omss") },
		"without a state":          func(_ *company, in *access.SSOAnswer) { in.State = "" },
		"at another agency":        func(c *company, in *access.SSOAnswer) { in.Agency = c.beta },
		"too late":                 func(c *company, _ *access.SSOAnswer) { c.clock.Advance(10 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, benchOn(t, control), nil)
			c.join(c.acme, c.one, email, access.AccountUser)
			c.idp.As(ann())
			in := c.walk(c.begin())
			change(c, &in)
			_, err := c.FinishSSO(t.Context(), in)
			c.refused(err, "sso.state")
		})
	}
}

func TestOtherWaysForAnAnswerToBeWrong(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.join(c.acme, c.one, email, access.AccountUser)
	_, err := c.signInAs(nil)
	c.refused(err, "sso.refused")
	c.idp.As(ann())
	mixed := c.walk(c.begin())
	mixed.Issuer = "https://accounts.example"
	_, err = c.FinishSSO(t.Context(), mixed)
	c.refused(err, "sso.token")
	other, mine := c.walk(c.begin()), c.walk(c.begin())
	mine.Code = other.Code // another sign-in's: its PKCE isn't this one's
	_, err = c.FinishSSO(t.Context(), mine)
	c.refused(err, "sso.token")
	late := c.walk(c.begin())
	c.ok(c.change(access.ProviderInput{Enabled: ptr(false)}))
	_, err = c.FinishSSO(t.Context(), late)
	c.refused(err, "identity_provider.unknown")
}

func TestTheSubjectIsBoundWithTheFirstSignIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	member := c.join(c.acme, c.one, email, access.AccountUser).Principal.Person
	c.join(c.acme, c.one, "bob@bright.example", access.AccountUser)
	_, err := c.signInAs(ann())
	c.ok(err)
	in, err := c.signInAs(ann(func(p *identity.Person) { p.Email, p.Verified = "bob@bright.example", false }))
	c.ok(err)
	if in.Principal.Person.ID != member.ID {
		t.Error("the address counted, not the subject")
	}
	other := ann(func(p *identity.Person) { p.Subject = "s-somebody-else" })
	_, err = c.signInAs(other)
	c.refused(err, "sso.bound")
	list, err := c.Identities(t.Context(), c.owner, c.at.ID)
	c.ok(err)
	if len(list) != 1 || list[0].Subject != "s-ann" || list[0].Email != email {
		t.Errorf("bound are %+v", list)
	}
	c.ok(c.Unbind(t.Context(), c.owner, c.at.ID, member.ID))
	_, err = c.Authenticate(t.Context(), in.Token)
	c.refused(err, "session.ended")
	c.refused(c.Unbind(t.Context(), c.owner, c.at.ID, member.ID), "identity.unknown")
	again, err := c.signInAs(other)
	c.ok(err)
	c.ok(c.change(access.ProviderInput{Domains: ptr([]string{"elsewhere.example"})}))
	_, err = c.signInAs(other)
	c.refused(err, "sso.domain")
	c.ok(c.change(access.ProviderInput{ClientID: ptr("another")}))
	_, err = c.Authenticate(t.Context(), again.Token)
	c.refused(err, "session.ended")
	if list, err := c.Identities(t.Context(), c.owner, c.at.ID); err != nil || len(list) != 0 {
		t.Errorf("another client leaves bound %+v, %v", list, err)
	}
}

func TestAnAddressThatOnlyUserinfoTells(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.join(c.acme, c.one, email, access.AccountUser)
	c.idp.Terse()
	_, err := c.signInAs(ann())
	c.ok(err)
}
