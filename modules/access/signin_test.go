package access_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	control := open(t)
	tests := map[string]struct {
		role   access.Role
		before func(b *bench)
		change func(b *bench, in *access.SignInInput)
		slug   string
	}{
		"the right password":        {},
		"written in capitals":       {change: func(_ *bench, in *access.SignInInput) { in.Email = " ANN@bright.example " }},
		"a wrong password":          {change: func(_ *bench, in *access.SignInInput) { in.Password = "wrong" }, slug: "session.invalid"},
		"nobody of this address":    {change: func(_ *bench, in *access.SignInInput) { in.Email = "bob@bright.example" }, slug: "session.invalid"},
		"at another agency's host":  {change: func(b *bench, in *access.SignInInput) { in.Agency = b.beta }, slug: "session.invalid"},
		"at no agency's host":       {change: func(_ *bench, in *access.SignInInput) { in.Agency = uuid.Nil }, slug: "session.invalid"},
		"no address":                {change: func(_ *bench, in *access.SignInInput) { in.Email = "" }, slug: "session.fields"},
		"a NUL in the user agent":   {change: func(_ *bench, in *access.SignInInput) { in.UserAgent = "a\x00\xffb" }},
		"into a suspended account":  {before: func(b *bench) { b.setAccount(b.one, tenancy.Suspended) }, slug: "sub_account.suspended"},
		"into one being deleted":    {before: func(b *bench) { b.setAccount(b.one, tenancy.Deleting) }, slug: "sub_account.suspended"},
		"into a suspended agency":   {before: func(b *bench) { b.setAgency(b.acme, tenancy.Suspended) }, slug: "agency.suspended"},
		"an owner beside suspended": {role: access.AgencyOwner, before: func(b *bench) { b.setAccount(b.one, tenancy.Suspended) }},
		"a suspended account tells nothing without the password": {
			before: func(b *bench) { b.setAccount(b.one, tenancy.Suspended) },
			change: func(_ *bench, in *access.SignInInput) { in.Password = "wrong" }, slug: "session.invalid",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			if tc.role == access.AgencyOwner {
				b.join(b.acme, uuid.Nil, email, tc.role)
			} else {
				b.join(b.acme, b.one, email, access.AccountUser)
			}
			if tc.before != nil {
				tc.before(b)
			}
			got, err := b.signIn(func(in *access.SignInInput) {
				if tc.change != nil {
					tc.change(b, in)
				}
			})
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
			if p := b.authenticate(got.Token); p.Person.Email != email || !got.ExpiresAt.Equal(start.Add(14*24*time.Hour)) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestSignInIsThrottledWhetherTheAccountExistsOrNot(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, address := range map[string]string{"an account": email, "no account": "bob@bright.example"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			b.join(b.acme, b.one, email, access.AccountUser)
			guess := func(ip string) error {
				_, err := b.signIn(func(in *access.SignInInput) { in.Email, in.Password, in.IP = address, "wrong", ip })
				return err
			}
			for range 10 {
				b.refused(guess(home), "session.invalid")
			}
			f := b.refusal(guess(home), "session.throttled")
			if f.RetryAfter != 90*time.Second {
				t.Errorf("retry after %v", f.RetryAfter)
			}
			b.refused(guess("198.51.100.7"), "session.invalid") // another place isn't locked out
			b.clock.Advance(f.RetryAfter)
			b.refused(guess(home), "session.invalid")
		})
	}
}

func TestManyAddressesAgainstOneAccountAreThrottled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 50 {
		_, err := b.signIn(func(in *access.SignInInput) { in.IP = fmt.Sprintf("203.0.113.%d", i) })
		b.refused(err, "session.invalid")
	}
	_, err := b.signIn(func(in *access.SignInInput) { in.IP = "203.0.113.99" })
	b.refused(err, "session.throttled")
}

func TestOneAddressAgainstManyAccountsIsThrottled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 100 {
		_, err := b.signIn(func(in *access.SignInInput) {
			in.Email, in.IP = fmt.Sprintf("p%d@x.example", i), fmt.Sprintf("2001:db8:0:1::%x", i) // one customer's network
		})
		b.refused(err, "session.invalid")
	}
	_, err := b.signIn(func(in *access.SignInInput) { in.Email, in.IP = "p@x.example", "2001:db8:0:1:ffff::1" })
	b.refused(err, "session.throttled")
	_, err = b.signIn(func(in *access.SignInInput) { in.Email, in.IP = "p@x.example", "2001:db8:0:2::1" })
	b.refused(err, "session.invalid")
}

func TestASuccessGivesTheAttemptsBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.join(b.acme, b.one, email, access.AccountUser)
	for range 3 {
		for range 9 {
			_, err := b.signIn(func(in *access.SignInInput) { in.Password = "wrong" })
			b.refused(err, "session.invalid")
		}
		_, err := b.signIn(nil)
		b.ok(err)
	}
}

func TestRaisedCostsRehashThePasswordAtTheNextSignIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.join(b.acme, b.one, email, access.AccountUser)
	dearer := auth.NewHasher(auth.Params{MemoryKiB: 128, Passes: 1, Lanes: 1}, 1024)
	b.Service = b.service(dearer)
	_, err := b.signIn(nil)
	b.ok(err)
	if hash := b.text(`select password_hash from person`); hash[:27] != "$argon2id$v=19$m=128,t=1,p=" {
		t.Errorf("got %s", hash)
	}
	_, err = b.signIn(nil)
	b.ok(err)
}
